"""Conditions in CEL: what is refused when a workflow is saved, what they decide, and what they tell about it."""

import time
from typing import Any

import pytest

from reelmill.core.errors import Problems
from reelmill.engine import cel_words, conditions
from reelmill.engine.condition_values import Facts

PATH = "Activities.t.Condition"
STREAMS = [{"type": "video", "codec": "h264"}, {"type": "audio", "codec": "aac", "channels": 2, "language": "deu"}]
FACTS = Facts(
    input={"bucket": "in", "key": "日本/a.mp4", "size": 123, "user_data": "x"},
    media={"info": {"duration": 65.5, "width": 480, "height": 270, "fps": 25.0}, "streams": STREAMS},
    analysis={"templates": ["S00000000-200020"], "vmaf": 93.4, "bitrate": 512.0},
    activities={
        "yes": {"state": "Success", "result": {"object": "o", "vmaf": 95}},
        "转码 1": {"state": "Fail", "result": {}},
    },
    now_ms=1_790_000_000_000,
)
BOMB = "true"
for _name in "abcdef":
    BOMB = f"{list(range(60))}.all({_name}, {BOMB})"


def complaints(text: Any) -> list[tuple[str, str, str]]:
    problems = Problems()
    conditions.check(text, ["yes", "转码 1"], problems, PATH)
    return [(p.path, p.code, p.message) for p in problems.found]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("input.size >", "character 13: something is missing at the end"),
        ("input.nosuch > 1", 'character 6: input has no field "nosuch"'),
        ('input.size + "x" == "y"', "character 12: + cannot be used on (int, string)"),
        ("input.size", "The condition cannot be used: it is neither true nor false, but INT"),
        ("media", "The condition cannot be used: it is neither true nor false, but Media"),
        ("input.size > 1 && inptu.size > 3", 'character 19: nobody knows "inptu"'),
        ('activities.nowhere.state == "Success"', 'names "nowhere" at character 19'),
        ("size(activities) > 0", "Name one activity at character 6"),
        ('media.streams.exists(s, s.codek == "h264")', 'stream has no field "codek"'),
        ("media.info.duration >\n 60 && nope", 'character 30: nobody knows "nope"'),
        ('input.key.matches("(")', "character 18: the pattern is wrong"),
        ('media.streams.exists(s, s.codec.matches("["))', "character 40: the pattern is wrong"),
        ('now > timestamp("2026-13-01T00:00:00Z")', "character 16: this text is no timestamp"),
        ('now.getHours("Nowhere/Else") > 3', "character 13: Invalid timezone"),
        ("input.size > 1 / 0", "character 16: it divides by zero"),
        ("input.size > 1.5", "write double() around the whole one"),
        ("true || " + " " * 2048, "characters; 2048 are allowed"),
        (
            "[input.key]" + ".map(x, x + x + x)" * 4 + ".size() > 0",
            "cannot be used: what it puts together may become 81 times as long as the facts, and 64 times are",
        ),
        ("[input.key]" + ".map(x, [x, x, x])" * 6 + ".size() > 0", "4096 times as long"),
        ("[input.key]" + ".map(x, [1, 2, 3].map(y, x))" * 2 + ".all(x, x == x)", "289 times as long"),
        ('[activities.nobody.state].exists(activities, activities == "")', 'names "nobody" at character'),
        ("", "an expression in CEL"),
        (7, "an expression in CEL"),
    ],
)
def test_what_is_refused_is_told_with_its_place(text: Any, says: str) -> None:
    ((path, code, message),) = complaints(text)
    assert (path, code) == (PATH, "InvalidParameter") and says in message, message


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('input.size >= 123 && input.key.endsWith(".mp4") && input.bucket == "in"', True),
        ("media.info.duration >\n 60", True),
        ('now.getHours("Asia/Shanghai") >= 0 && now > timestamp("2020-01-01T00:00:00Z")', True),
        ('input.key.matches("^日本/[a-z]+\\\\.mp4$")', True),
        ("has(media.info) && size(media.streams) > 0", True),
        ("media.info.duration > 60", True),  # CEL itself would ask for 60.0
        ("media.info.duration / 60 < 1 || 2 < media.info.fps", True),
        ('media.streams.exists(s, s.type == "audio" && s.language == "deu")', True),
        ("media.streams.exists(s, s.channels > 2)", False),
        ('activities.yes.state == "Success" && has(activities.yes.result)', True),
        ('activities["转码 1"].state == "Success"', False),
        ("activities.yes.result.vmaf > 94", True),
        ('"S00000000-200040" in analysis.templates', False),
        ("analysis.vmaf > 93 && analysis.bitrate < 600", True),
        ('now > timestamp("2020-01-01T00:00:00Z") && now.getFullYear() == 2026', True),
        # what a macro calls its elements may be called as a fact is
        ('media.streams.exists(media, media.type == "video")', True),
        ('media.streams.map(s, s.type + "/" + s.codec).exists(x, x == "video/h264")', True),
        ("type(input.size) == int", True),
    ],
)
def test_what_they_decide(text: str, holds: bool) -> None:
    assert complaints(text) == []
    assert (conditions.decide(text, FACTS).holds, conditions.decide(text, FACTS).failure) == (holds, None)


def test_a_false_one_tells_the_values_that_decided() -> None:
    told = conditions.decide('input.bucket == "in" && (input.size > 1000 || media.info.width > 500)', FACTS)
    assert told.state == "Skipped"
    assert told.reason.startswith("Its condition is false with input.size = 123, media.info.width = 480: input.bucket")


def test_that_a_fact_is_there_is_told_as_that_and_not_as_its_value() -> None:
    told = conditions.decide("has(activities.yes.result.nosuch)", FACTS)
    assert "has(activities.yes.result.nosuch) = false" in told.reason, told.reason


def test_whole_numbers_inside_of_streams_are_told_as_numbers() -> None:
    facts = Facts(media={"streams": [{"type": "audio", "channels": 6}]})
    assert '"channels": 6}' in conditions.decide("media.streams.exists(s, s.channels > 7)", facts).reason


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("1 / (input.size - input.size) > 0", 3, "it divides by zero"),
        ('input.size > 1 && activities.yes.result.nosuch == "x"', 40, 'there is no "nosuch"'),
        ('media.streams[7].codec == "x"', 14, "there is no element 7"),
        ("activities.yes.result.object", 22, "neither true nor false"),
        (
            "media.info.duration > 60 && 3 < media.info.fps && 1 / (input.size - input.size) > 0",
            53,
            "it divides by zero",
        ),
    ],
)
def test_one_that_fails_marks_the_part_that_did(text: str, place: int, why: str) -> None:
    assert complaints(text) == []
    failure = conditions.decide(text, FACTS).failure
    assert failure is not None and failure.code == conditions.CODE
    assert f"at character {place}, " in failure.message and why in failure.message and text in failure.message


def test_one_that_was_saved_without_bounds_fails_and_takes_no_memory() -> None:
    endless = "[input.key]" + ".map(x, x + x + x + x + x + x + x + x + x + x)" * 8 + "[0].size() > 0"
    failure = conditions.decide(endless, FACTS).failure
    assert failure is not None and failure.code == conditions.CODE and "100000000 times as long" in failure.message


def test_no_condition_takes_long() -> None:
    began = time.monotonic()
    failure = conditions.decide(BOMB, FACTS).failure
    assert failure is not None and "Iteration budget exceeded" in failure.message and len(failure.message) < 400
    assert time.monotonic() - began < 5
    conditions.decide("input.size > 100 && media.info.width >= 320", FACTS)
    began = time.monotonic()
    for _ in range(100):
        conditions.decide("input.size > 1000 && media.info.width >= 320", FACTS)
    assert (time.monotonic() - began) / 100 < 0.02, "2 ms on a machine that is not busy"


@pytest.mark.parametrize(
    ("said", "readable"),
    [
        ("Index error: index=3 size=2", "there is no element 3: the list has 2"),
        ("No matching overloads found : _>_(string, int64)", "> cannot be used on (string, int)"),
        ("found no matching overload for '_?_:_' applied to '(int, bool)'", "? : cannot be used on (int, bool)"),
        (
            "found no matching overload for '@in' applied to '(int, reelmill.facts.Input)'",
            "in cannot be used on (int, Input)",
        ),
        ("No matching overloads found : _&&_", "&& cannot be used on values of these types"),
        ("cannot convert string to int", "this string is no int"),
        ("Syntax error: extraneous input 'and' expecting <EOF>", "write && for and"),
        ("Syntax error: mismatched input ')' expecting {'[', '{'}", ") does not belong here"),
        ("Syntax error: token recognition error at: '= '", "write == for ="),
        ("Syntax error: token recognition error at: '& '", "write && for &"),
        ("undeclared reference to 'not'", "write ! for not"),
        ("undeclared reference to 'startsWith'", "startsWith cannot be used like this"),
        ("No matching overloads found : (double).endsWith(string)", "endsWith cannot be used on (double, string)"),
        ("invalid regular expression: missing ): (", "the pattern is wrong: missing ): ("),
        ("something that nobody has met", "something that nobody has met"),
    ],
)
def test_what_the_library_says_is_put_into_words_for_those_who_write_conditions(said: str, readable: str) -> None:
    assert cel_words.readable(said) == readable
