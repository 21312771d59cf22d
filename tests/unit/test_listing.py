"""Lists that others wrote, and what is added to our own."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from reelmill.core.errors import MediaError, Problems
from reelmill.core.model import Command, JobSpec, Task
from reelmill.core.ports import FOREIGN, strange
from reelmill.media import raw
from reelmill.nodes.transcode import joining, listing
from reelmill.nodes.transcode.headed import Headed
from reelmill.testkit import LocalIO

PLAYLIST = "#EXTM3U\n#EXTINF:2.0,\na-00001.ts\n#EXTINF:1.0,\na-00002.ts\n#EXT-X-ENDLIST\n"


def test_tags_stand_before_their_segments() -> None:
    assert listing.annotated(PLAYLIST, [["#A:1"], ["#A:2", "#B:3"]]).splitlines() == [
        "#EXTM3U",
        "#A:1",
        "#EXTINF:2.0,",
        "a-00001.ts",
        "#A:2",
        "#B:3",
        "#EXTINF:1.0,",
        "a-00002.ts",
        "#EXT-X-ENDLIST",
    ]


async def test_sizes_are_written_into_the_playlist(tmp_path: Path) -> None:
    io = LocalIO(tmp_path / "none", tmp_path / "work", tmp_path / "out")
    await io.execute([Task("encode", "light", files={"0/list.m3u8": PLAYLIST, "0/00001.ts": "abc", "0/00002.ts": "d"})])
    files = {"0/list.m3u8": 1, "0/00001.ts": 3, "0/00002.ts": 1}
    segments = ("0/00001.ts", "0/00002.ts")
    wanted = {"M3U8NonStandardSupport": {"TS": {"SizeSupport": True, "Md5Support": False}}}
    assert await listing.tags(wanted, "encode", segments, files, io) == [
        ["#EXT-X-SEGMENT-SIZE:3"],
        ["#EXT-X-SEGMENT-SIZE:1"],
    ]
    assert await listing.tags({}, "encode", segments, files, io) == []


def job(**edits: Any) -> JobSpec:
    return JobSpec("j", None, {"marks": [], "edits": edits})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "InvalidParameter.ResourceContentBad"),
        (json.dumps({"WaterMarks": [{"Type": "Text"}]}), "MissingParameter"),
        (json.dumps({"WaterMarks": [{"WaterMarkTemplateId": "a" * 32}]}), "InvalidParameter.NotSupported"),
        (
            json.dumps({"WaterMarks": [{"InputFile": {"Bucket": "other", "Object": "a.png"}}]}),
            "InvalidParameter.ResourceNotSupported",
        ),
    ],
)
async def test_a_bad_list_of_watermarks_fails_its_job_alone(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "marks.json").write_text(text)
    io = LocalIO(tmp_path / "none", tmp_path / "work", tmp_path / "out", buckets=tmp_path)
    place = {"Bucket": "films", "Location": "", "Object": "marks.json"}
    _, failures = await listing.marked([job(WaterMarkConfigUrl=place)], io)
    assert failures["j"].code == code


@pytest.mark.parametrize("text", ["{", "", "[" * 100_000, "[NaN]", "\ufeff{"])
async def test_a_list_that_is_no_json_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "list.json").write_text(text or " ", encoding="utf-8")
    place = {"Bucket": "films", "Location": "", "Object": "list.json"}
    io = LocalIO(tmp_path / "none", tmp_path / "work", tmp_path / "out", buckets=tmp_path)
    _, failures = await listing.marked([job(WaterMarkConfigUrl=place)], io)
    assert failures["j"].code == "InvalidParameter.ResourceContentBad"
    assert failures["j"].message == 'WaterMarkConfigUrl names "films/list.json", which is no JSON.'
    with pytest.raises(MediaError) as raised:
        await joining.merged({"MergeConfigUrl": place}, joining.Fetching(io, ("j",)))
    assert raised.value.failure.message == 'MergeConfigUrl names "films/list.json", which is no JSON.'


async def test_a_mark_before_a_list_is_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    url = "http://films.oss-cn-hangzhou.aliyuncs.com/a.mp4"
    (tmp_path / "films" / "list.json").write_text(json.dumps({"MergeList": [{"MergeURL": url}]}), encoding="utf-8-sig")
    place = {"Bucket": "films", "Location": "", "Object": "list.json"}
    io = LocalIO(tmp_path / "none", tmp_path / "work", tmp_path / "out", buckets=tmp_path)
    (film,) = await joining.merged({"MergeConfigUrl": place}, joining.Fetching(io, ("j",)))
    assert film["MergeURL"]["Object"] == "a.mp4"


async def test_watermarks_of_a_list_join_those_of_the_output(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    told = [{"Type": "Text", "TextWaterMark": {"Content": "QQ=="}}]
    (tmp_path / "films" / "marks.json").write_text(json.dumps(told))
    io = LocalIO(tmp_path / "none", tmp_path / "work", tmp_path / "out", buckets=tmp_path)
    place = {"Bucket": "films", "Location": "", "Object": "marks.json"}
    jobs, failures = await listing.marked([job(WaterMarkConfigUrl=place)], io)
    assert failures == {}
    assert jobs[0].spec["marks"][0]["TextWaterMark"]["Content"] == "A"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"Audio": {"Channels": "1", "Samplerate": "8000"}}, "Input.Container"),
        ({"Container": {"Format": "s16le"}}, "Input.Audio"),
        ({"Audio": {"Channels": "9", "Samplerate": "8000"}, "Container": {"Format": "s16le"}}, "Input.Audio.Channels"),
        ({"Audio": {"Channels": "1", "Samplerate": "0"}, "Container": {"Format": "s16le"}}, "Input.Audio.Samplerate"),
        ({"Audio": {"Channels": "1"}, "Container": {"Format": "s16le"}}, "Input.Audio.Samplerate"),
        ({"Audio": {"Channels": "1", "Samplerate": "1"}, "Container": {"Format": "pcm"}}, "Input.Container.Format"),
    ],
)
def test_what_is_wrong_with_raw_sound_is_told_with_its_place(given: dict[str, Any], path: str) -> None:
    assert raw.check_input(given, problems := Problems(), "Input") is None
    assert path in [p.path for p in problems.found]


async def test_raw_sound_gets_a_header_and_the_rest_reads_that(tmp_path: Path) -> None:
    given = {"Audio": '{"Channels": 1, "Samplerate": 8000}', "Container": {"Format": "S16LE"}}
    told = raw.check_input(given, Problems(), "Input")
    assert told == {"format": "s16le", "channels": 1, "rate": 8000}
    (tmp_path / "a.raw").write_bytes(hashlib.sha256(b"a").digest() * 1000)
    io = LocalIO(tmp_path / "a.raw", tmp_path / "work", tmp_path / "out")
    (made,) = await io.execute([raw.task(told, ("j",))])
    assert made.failure is None
    headed = Headed(io)
    found = await headed.probe("${source}")
    assert found.raw["streams"][0]["sample_rate"] == "8000"  # type: ignore[union-attr]
    argv = ("-v", "error", "-i", "file:${source}", "-f", "wav", "file:${out}/a.wav")
    (made,) = await headed.execute([Task("copy", "light", (Command(argv),), expect=("a.wav",))])
    assert made.failure is None


def test_copies_of_strangers_files_are_read_as_such() -> None:
    assert strange("${source}") and strange("${film-0}/" + FOREIGN)
    assert not strange("${encode}/0.mp4")
