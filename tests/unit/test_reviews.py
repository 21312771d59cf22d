"""Reviews without a server: words in disguise, and what is seen becomes suggestions."""

import time
from collections.abc import Sequence
from typing import Any

import pytest

from reelmill.infer import judging, wording
from reelmill.media import reviews
from reelmill.nodes import censor


def lists(*words: str, label: str = "ad", suggestion: str = "block") -> list[dict[str, Any]]:
    return [{"id": "1", "name": "w", "words": list(words), "label": label, "suggestion": suggestion}]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("luckyspin23", "WIN WITH LUCKYSPIN23 TODAY"),
        ("luckyspin23", "now l u c k y s p i n 2 3!"),
        ("luckyspin23", "ｌｕｃｋｙｓｐｉｎ２３ and more"),
        ("luckyspin23", "lúcky-sp1n 23"),
        ("luckyspin23", "WINWITHLUCKYSPIN23TODAY"),
        ("luckyspin", "lu\u200bcky\nspin"),
        ("casino", "саsіnо"),  # with Cyrillic letters
        ("Casino", "c@$ino"),
        ("加微信领奖", "加 微 信 领 奖"),
        ("加微信领奖", "快来加·微·信·领·奖吧"),
        ("spam", "some s p a m here"),
        ("/win [0-9]+/", "You WIN  100 now"),
        ("/v[i1]p/", "ＶＩＰ"),
    ],
)
def test_a_word_in_disguise_is_found(word: str, text: str) -> None:
    assert wording.Lists(lists(word)).hits(text) == [wording.Hit(0, word)]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "a glass of grass"),
        ("spam", "gas pam"),
        ("luckyspin", "An ordinary day, nothing to see"),
        ("加微信领奖", "今天天气很好"),
        ("/^win$/", "winter"),
    ],
)
def test_an_ordinary_text_is_passed(word: str, text: str) -> None:
    assert wording.Lists(lists(word)).hits(text) == []


def test_no_pattern_takes_long() -> None:
    known, begun = wording.Lists(lists("/(a+)+$/", "/(x|xx)*y/")), time.process_time()
    assert known.hits("a" * 15000 + "!" + "x" * 4000) == []
    assert time.process_time() - begun < 2


def test_the_label_and_the_suggestion_are_those_of_the_list() -> None:
    order = {
        "scenes": ["ad"],
        "save": "abnormal",
        "texts": {"title": "l u c k y spin", "description": "", "barrage": ""},
    }
    told = judging.judged(seen([{}]), lists("lucky spin", label="spam", suggestion="review"), order)
    assert told["texts"] == {"title": ["spam", 100.0, "review"], "description": None, "barrage": None}
    assert told["scenes"] == {"ad": ["normal", 100.0, "pass"]} and reviews.suggestion(told) == "review"


def seen(frames: Sequence[Any], can: Sequence[str] = ("codes", "letters"), film: bool = True) -> dict[str, Any]:
    return {"can": list(can), "film": film, "frames": list(frames), "images": []}


def test_a_code_is_to_be_looked_at_and_a_bar_code_is_nothing() -> None:
    frames = [{}, {"codes": [["qrcode", "https://x"]]}, {"codes": [["barcode", "4006381333931"]]}]
    order = {"scenes": ["ad"], "save": "abnormal", "texts": {}}
    told = judging.judged(seen(frames), [], order)
    assert told["frames"] == [[2, {"ad": ["qrcode", 100.0, "review"]}]]
    assert told["scenes"]["ad"] == ["qrcode", 100.0, "review"]
    assert [n for n, _ in judging.judged(seen(frames), [], order | {"save": "all"})["frames"]] == [1, 2, 3]


def test_what_nobody_can_look_at_is_never_passed() -> None:
    order = {"scenes": ["porn", "terrorism", "live", "logo", "audio"], "save": "all", "texts": {}}
    told = judging.judged(seen([{}], can=[]), [], order)
    assert {one[2] for one in told["scenes"].values()} == {"unavailable"}
    assert reviews.suggestion(told) == "unavailable"


@pytest.mark.parametrize(
    ("abort", "told", "gate"),
    [
        ("", "block", "pass"),
        ("block", "block", "stop"),
        ("block", "review", "pass"),
        ("review,block", "review", "stop"),
    ],
)
def test_the_branch_ends_by_the_rule(abort: str, told: str, gate: str) -> None:
    judged = {"scenes": {"ad": ["qrcode", 100.0, told]}, "frames": [], "images": [], "texts": {}}
    spec = censor.spec({"Scenes": ["ad"]}, {}, abort=abort)
    ended = censor.outcome(spec, judged, [], {})
    assert ended.gate == gate and bool(ended.reason) == (gate == "stop")


def test_the_worst_part_is_the_result_of_the_whole() -> None:
    assert reviews.worst(["pass", "unavailable", "review"]) == "review"
    assert reviews.worst(["unavailable", "pass"]) == "pass"
    assert reviews.worst(["block", "review"]) == "block"
    assert reviews.worst([]) == "unavailable"
