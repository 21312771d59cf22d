"""The small values that everything stands on."""

import pytest

from reelmill.core import clock, jsonx, placeholders, states, urls
from reelmill.core.errors import CODES, CallerError, Failure, Problems
from reelmill.core.matching import EXTENSIONS, extensions, starts_run
from reelmill.engine import registry

OWN = frozenset({"127.0.0.1:8600"})


@pytest.mark.parametrize(
    ("key", "prefix", "starts"),
    [  # workflow.md 7.3 and 7.4
        ("A/B/C/test1.flv", "A/B/C/", True),
        ("A/B/C/test1.flv", "A/B/", True),
        ("A/B/C/test1.flv", "A/", True),
        ("A/B/C/test1.flv", "", True),
        ("A/B/C/test1.flv", "A/B/C/test", True),
        ("A/B/C/test1.flv", "A/B/C/test2", False),
        ("A/B/C/test1.flv", "A/B/CC/", False),
        ("A/B/C/test1.flv", "A/B2/", False),
        ("A/B/C/test1.flv", "A2/B/C/", False),
        ("test1/x.mp4", "test", True),
        ("test1/x.mp4", "test1", True),
        ("up/x.MP4", "up/", True),
        ("up/noext", "up/", True),
        ("up/x.txt", "up/", False),
        ("up/x.ts", "up/", True),
        ("up/.x.mp4", "up/", False),
    ],
)
def test_trigger_rule(key: str, prefix: str, starts: bool) -> None:
    assert starts_run(key, prefix, extensions(EXTENSIONS)) is starts


@pytest.mark.parametrize(
    ("template", "key", "wanted"),
    [  # workflow.md 6
        ("%7BObjectPrefix%7D%7BFileName%7Dtest.mp4", "a/b/c.flv", "a/b/ctest.mp4"),
        ("vod/{ObjectPrefix}{FileName}_HD", "news/video/foooo.mp4", "vod/news/video/foooo_HD"),
        ("%7bFileName%7d.{ExtName}", "x.tar.gz", "x.tar.gz"),
        ("{FileName}", "dir/noext", "noext"),
        ("{Unknown}/{FileName}", "a.mp4", "{Unknown}/a"),
    ],
)
def test_placeholders(template: str, key: str, wanted: str) -> None:
    assert placeholders.fill(placeholders.decode(template), placeholders.of_input(key)) == wanted


def test_a_file_name_with_braces_is_not_replaced_again() -> None:
    assert placeholders.fill("{FileName}", {"FileName": "{RunId}", "RunId": "x"}) == "{RunId}"


@pytest.mark.parametrize(
    ("url", "bucket", "key"),
    [
        ("http://b-in.oss-cn-hangzhou.aliyuncs.com/a/%E8%A7%86.mp4", "b-in", "a/视.mp4"),
        ("http://127.0.0.1:8600/b-in/a/b.mp4", "b-in", "a/b.mp4"),
        ("http://B-IN.OSS-CN-HANGZHOU.aliyuncs.com/a%2Fb.mp4", "b-in", "a/b.mp4"),
        ("http://b-in.oss-cn-hangzhou.aliyuncs.com/a+b.mp4", "b-in", "a+b.mp4"),
    ],
)
def test_file_urls(url: str, bucket: str, key: str) -> None:
    ref = urls.parse_file_url(url, OWN, "cn-hangzhou")
    assert (ref.bucket, ref.key, ref.location) == (bucket, key, "oss-cn-hangzhou")


@pytest.mark.parametrize(
    "url",
    [
        "https://b-in.oss-cn-hangzhou.aliyuncs.com/a.mp4",
        "http://evil.example/a.mp4",
        "http://127.0.0.1:22/b/a.mp4",
        "not a url",
        "",
        "file:///etc/passwd",
        "http://u@127.0.0.1:8600/b/a.mp4",
        "http://b-in.oss-cn-hangzhou.aliyuncs.com/../a",
        "http://b-in.oss-cn-hangzhou.aliyuncs.com/a/%2e%2e/b.mp4",
        "http://b-in.oss-cn-hangzhou.aliyuncs.com/",
        "http://b-in.oss-cn-hangzhou.aliyuncs.com/a%00b.mp4",
        "http://b-in.oss-cn-hangzhou.aliyuncs.com/%ff.mp4",
        "http://b-in.oss-cn-hangzhou.aliyuncs.com/a.mp4?x=1",
        "http://[::1/a",
    ],
)
def test_file_urls_that_are_refused(url: str) -> None:
    with pytest.raises(CallerError):
        urls.parse_file_url(url, OWN, "cn-hangzhou")


def test_a_key_that_cannot_be_used_is_told_with_the_parameter_that_held_it() -> None:
    with pytest.raises(CallerError) as refused:
        urls.parse_file_url("http://127.0.0.1:8600/b-in/a%2F..%2Fb.mp4", OWN, "cn-hangzhou", "CoverURL")
    told = 'The object key "a/../b.mp4" is not valid. The key in CoverURL cannot be used: it must be a plain path'
    assert refused.value.message.startswith(told)


def test_urls_round_trip() -> None:
    ref = urls.parse_file_url("http://127.0.0.1:8600/b-in/a%20b/%23%3F%25.mp4", OWN, "cn-hangzhou")
    assert urls.parse_file_url(urls.object_url("http://127.0.0.1:8600", ref), OWN, "cn-hangzhou") == ref


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50 + "1" + "}" * 50, "{bad", "NaN", '{"a": Infinity}'])
def test_json_that_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        jsonx.loads(text)


def test_text_that_a_database_cannot_hold_is_no_json_for_us() -> None:
    for text in ('{"a": ["\\u0000"]}', '{"a\\u0000": 1}', '{"a": {"b": "x\\u0000"}}'):
        with pytest.raises(ValueError, match=r"U\+0000"):
            jsonx.loads(text)
        assert jsonx.loads(text, nul=True), "whose parameters are looked at one by one"
    assert jsonx.loads('{"a": "\\\\u0000"}') == {"a": "\\u0000"}, "the six characters, not the one"


def test_a_text_of_very_many_lists_is_refused_before_they_are_made() -> None:
    """The collector stops the whole server while it looks through them."""
    few, many = (f"[{','.join(['[]'] * count)}]" for count in (jsonx.MAX_INSIDE - 1, jsonx.MAX_INSIDE))
    assert len(jsonx.loads(few)) == jsonx.MAX_INSIDE - 1
    with pytest.raises(jsonx.NotJson, match="more than 100000"):
        jsonx.loads(many)


def test_brackets_inside_strings_do_not_count_as_depth() -> None:
    assert jsonx.loads('{"a": "' + "[" * 1000 + '\\"{"}') == {"a": "[" * 1000 + '"{'}


def test_states_move_only_along_the_table() -> None:
    assert states.may_move("Publishing", "Success")
    assert not states.may_move("Publishing", "Cancelling"), "a cancel loses once publishing has begun"
    assert not states.may_move("Cancelling", "Fail"), "Fail never overwrites Cancelling"
    assert not states.may_move("Running", "Success"), "Success only from Publishing"
    for final in states.FINAL:
        assert not states.MOVES[final]
    for node in registry.nodes().values():
        assert set(node.states) == set(states.MOVES), "the API has a word for every state of a job"


def test_every_complaint_is_told_at_once_under_the_code_of_the_first() -> None:
    problems = Problems()
    problems.refuse("Topology")
    problems.add("Activities.a", "InvalidParameter.NullValue")
    problems.add("Activities.b", "InvalidParameter", "It is odd.")
    with pytest.raises(CallerError) as refused:
        problems.refuse("Topology")
    assert refused.value.code == "InvalidParameter.NullValue"
    assert (
        "2 problems" in refused.value.message
        and "Activities.a" in refused.value.message
        and "It is odd." in refused.value.message
    )


def test_codes_have_a_status_of_http() -> None:
    assert all(400 <= status < 600 for status, _ in CODES.values())


def test_failures_survive_json() -> None:
    failure = Failure("InvalidParameter", "m", "a", "c", "l", True, False)
    assert Failure.from_json(failure.to_json()) == failure


def test_times_round_trip() -> None:
    assert clock.iso(clock.from_iso("2026-11-23T01:02:03Z")) == "2026-11-23T01:02:03Z"
    assert clock.from_iso("2026-11-23T01:02:03.250Z") % 1000 == 250
    assert (
        clock.iso_exact(clock.from_iso("2026-11-23T01:02:03.250Z")) == "2026-11-23T01:02:03.250Z"
        and clock.iso_exact(None) is None
    )
    assert clock.iso(None) is None
