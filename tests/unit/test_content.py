"""Content keys, and how outputs are called anew."""

from typing import Any

import pytest

from reelmill.core.model import Outcome
from reelmill.engine import content
from reelmill.engine.registry import node, nodes
from reelmill.engine.reuse import looked_for, notes, renamed

OLD, NEW = "0" * 31 + "a", "f" * 31 + "b"
SPEC = {
    "bucket": "out",
    "key": f"x/{OLD}.mp4",
    "template": {"Video": {"Crf": "30"}},
    "files": [{"track": 0, "bucket": "subs", "key": "a.vtt"}],
    "user_data": "u",
    "priority": 6,
    "piece_seconds": 60.0,
}


def key(**changes: object) -> str:
    return content.key(node("Transcode"), {"ffmpeg": "9"}, "5" * 64, SPEC | changes)


def test_where_outputs_go_is_no_part_of_what_they_are() -> None:
    same: dict[str, object] = {
        "bucket": "b",
        "key": "k.mp4",
        "user_data": "",
        "priority": 1,
        "piece_seconds": 2.0,
        "request": {"RequestId": 1},
    }
    same["files"] = [{"track": 0, "bucket": "b", "key": "k.vtt"}]
    assert key(**same) == key()
    others: list[dict[str, object]] = [
        {"template": {"Video": {"Crf": "31"}}},
        {"files": []},
        {"files": [{"track": 1}]},
        {"marks": [{}]},
    ]
    assert len({key(), *(key(**other) for other in others)}) == 5
    assert content.key(node("Transcode"), {"ffmpeg": "8"}, "5" * 64, SPEC) != key()
    assert content.key(node("Transcode"), {"ffmpeg": "9"}, "6" * 64, SPEC) != key()
    assert content.split(SPEC, node("Transcode").places)[1] == [("out", f"x/{OLD}.mp4"), ("subs", "a.vtt")]


def test_what_may_answer_otherwise_tomorrow_is_never_taken_over() -> None:
    kinds = {name: looked_for(one) for name, one in nodes().items() if one.role != "job" and not one.instant}
    assert {name for name, again in kinds.items() if not again} == {"Start", "FpShot", "Cover", "Censor"}


@pytest.mark.parametrize(
    ("name", "before", "now", "told"),
    [
        ("x/OLD.mp4", "x/OLD.mp4", "y/NEW.mp4", "y/NEW.mp4"),
        ("x/OLD-00001.ts", "x/OLD.m3u8", "NEW.m3u8", "NEW-00001.ts"),
        ("x/OLD-frames.m3u8", "x/OLD.m3u8", "x/a.b/NEW.m3u8", "x/a.b/NEW-frames.m3u8"),
        ("p/OLD-00007.jpg", "p/OLD-{Count}.jpg", "q/{Count}-NEW.jpg", "q/00007-NEW.jpg"),
        ("p/OLD.vtt", "p/OLD-{Count}.jpg", "q/NEW-{Count}.jpg", "q/NEW.vtt"),
        ("p/OLD/index.vtt", "p/OLD/{Count}.jpg", "q/NEW/{Count}.jpg", "q/NEW/index.vtt"),
        ("d41d8cd9.mp4", "{DestMd5}.mp4", "x/{DestMd5}-NEW.mp4", "x/d41d8cd9-NEW.mp4"),
        ("x/OLD.mp4", "x/OLD.mp4", "x/{DestMd5}.mp4", None),  # nobody measured it
        ("elsewhere/a.ts", "x/OLD.m3u8", "x/NEW.m3u8", None),
    ],
)
def test_what_lies_beside_an_output_goes_with_it(name: str, before: str, now: str, told: str | None) -> None:
    name, before, now = (text.replace("OLD", OLD).replace("NEW", NEW) for text in (name, before, now))
    found = content.renamed("out", name, [("out", before)], [("other", now)])
    assert found == (("other", told.replace("NEW", NEW)) if told else None)
    assert content.renamed("strange", name, [("out", before)], [("other", now)]) is None


def test_a_list_leads_to_the_new_names() -> None:
    names = {
        ("out", "d/a b.m3u8"): ("out", "e/c d.m3u8"),
        ("out", "d/a b-00001.ts"): ("out", "e/c d-00001.ts"),
        ("out", "d/a b-00010.ts"): ("out", "e/c d-00010.ts"),
    }
    entry = ("out", "d/a b.m3u8")
    text = '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="http://h/a%20b-00001.ts"\na%20b-00001.ts\na%20b-00010.ts\n'
    assert content.must_change(entry, names)
    anew = content.rewritten(text, entry, names)
    assert anew == text.replace("\na%20b-", "\nc%20d-")
    assert content.rewritten("#EXTM3U\nother.ts\n", entry, names) is None
    moved = {old: (bucket, key.replace("e/c d", "e/a b")) for old, (bucket, key) in names.items()}
    assert not content.must_change(entry, moved)


def test_a_manifest_with_numbered_segments_is_renamed_and_its_words_stay() -> None:
    names = {
        ("out", "utf.mpd"): ("out", "video.mpd"),
        ("out", "utf-video-init.mp4"): ("out", "video-video-init.mp4"),
        ("out", "utf-video-00001.m4s"): ("out", "video-video-00001.m4s"),
    }
    text = (
        '<?xml version="1.0" encoding="utf-8"?><AdaptationSet contentType="video"><SegmentTemplate '
        'initialization="utf-video-init.mp4" media="utf-video-$Number%05d$.m4s"/>'
    )
    told = text.replace('"utf-video', '"video-video')
    assert content.rewritten(text, ("out", "utf.mpd"), names) == told


PICTURES = [("out", "OLD/{Count}.jpg"), ("out", "OLD/tile-{TileCount}.jpg")]
FILM = [("out", "a.mp4"), ("out", "a-zh.srt")]
STREAM = [("out", "a.m3u8"), ("out", "a-0.srt")]


@pytest.mark.parametrize(
    ("name", "before", "now", "told"),
    [
        (
            "OLD/tile-00001.jpg",
            PICTURES,
            [("out", "NEW/{Count}.jpg"), ("s", "NEW/s-{TileCount}.jpg")],
            "NEW/s-00001.jpg",
        ),
        ("OLD/00001.jpg", PICTURES, [("s", "NEW/{Count}.jpg"), ("out", "NEW/s-{TileCount}.jpg")], "NEW/00001.jpg"),
        ("OLD/index.vtt", PICTURES, [("s", "NEW/{Count}.jpg"), ("s", "NEW/x-{Count}.jpg")], "NEW/index.vtt"),
        ("OLD/index.vtt", PICTURES, [("s", "NEW/a-{Count}.jpg"), ("s", "NEW/x-{Count}.jpg")], None),  # NEW/a.vtt
        ("a-zh.srt", FILM, [("out", "b.mp4"), ("s", "texts/zh.srt")], "texts/zh.srt"),
        ("a.mp4", FILM, [("s", "b.mp4"), ("out", "texts/zh.srt")], "b.mp4"),
        ("a-00001.ts", STREAM, [("s", "b.m3u8"), ("s", "c.srt")], None),  # beside which of them?
        ("a-00001.ts", STREAM, [("s", "b.m3u8"), ("s", "b-0.srt")], "b-00001.ts"),
    ],
)
def test_each_of_several_outputs_goes_where_it_is_wanted(
    name: str, before: list[content.Place], now: list[content.Place], told: str | None
) -> None:
    """`s` is the bucket to which it goes."""
    assert content.renamed("out", name, before, now) == (("s", told) if told else None)


def test_what_goes_to_another_bucket_is_told_there() -> None:
    now = [("o1", "a.mp4"), ("o2", "a-zh.srt")]
    names = dict(zip(FILM, now, strict=True))
    told = {"bucket": "out", "object": "a.mp4", "subtitles": [{"bucket": "out", "object": "a-zh.srt"}]}
    anew = {"bucket": "o1", "object": "a.mp4", "subtitles": [{"bucket": "o2", "object": "a-zh.srt"}]}
    assert content.result(told, names, FILM, now) == anew
    row = {"places": FILM, "published": [{"bucket": "out", "objects": [["a-zh.srt", "", "1"], ["a.mp4", "", "1"]]}]}
    assert renamed(row, now) is None  # what was published together goes to one bucket, or is made
    assert renamed(row, [("o1", "b.mp4"), ("o1", "x/zh.srt")]) == {
        ("out", "a.mp4"): ("o1", "b.mp4"),
        ("out", "a-zh.srt"): ("o1", "x/zh.srt"),
    }
    assert renamed(row, [("o1", "b.mp4"), ("o1", "b.mp4")]) is None


def test_the_form_of_a_file_is_part_of_what_it_is() -> None:
    assert key(files=[{"track": 0, "bucket": "b", "key": "k.srt"}]) != key()
    assert key(files=[{"track": 0, "bucket": "b", "key": "other.VTT"}]) == key()
    assert key(key=f"x/a.b-{NEW}") == key(key=f"x/a.b-{OLD}")  # no extension


def test_a_font_or_master_key_matters_to_what_is_made_with_it() -> None:
    def with_tools(changes: dict[str, object], **tools: str) -> str:
        return content.key(node("Transcode"), {"ffmpeg": "9"} | tools, "5" * 64, SPEC | changes)

    mark: dict[str, object] = {"marks": [{"Type": "Text", "TextWaterMark": {"Content": "eA=="}}]}
    cases: list[tuple[str, dict[str, object], bool]] = [
        ("font", {}, False),
        ("font", mark, True),
        ("font", {"texts": [{"track": 0}]}, True),
        ("master key", {}, False),
        ("master key", {"encryption": {"media": "m", "key": ""}}, True),
        ("master key", {"lock": "m"}, True),
    ]
    for tool, changes, matters in cases:
        assert (with_tools(changes, **{tool: "1"}) != with_tools(changes, **{tool: "2"})) is matters, (tool, changes)


def test_what_lacks_something_is_not_remembered() -> None:
    told: dict[str, Any] = {"j": {"content": "c", "places": [], "found": None}}
    assert notes(told, {"j": Outcome({})}, {}, {}).keys() == {"j"}
    assert notes(told, {"j": Outcome({}, partial=True)}, {}, {}) == {}
