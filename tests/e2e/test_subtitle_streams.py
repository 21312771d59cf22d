"""Subtitle streams of packages: what is published, from files, addresses and tracks of the source."""

import re
from pathlib import Path
from typing import Any

from e2e.test_subtitles_seen import bucket, tracks
from e2e.test_watermark_pixels import black
from reelmill.core.model import JobSpec, Outcome
from reelmill.nodes.transcode import text_stream
from reelmill.testkit import LocalIO

FILE = {"object": {"bucket": "texts", "location": "oss-x", "key": "gbk.srt"}, "charset": "auto"}


def spec(key: str, text: dict[str, Any], segments: float = 2.0) -> dict[str, Any]:
    media = {"kind": "text", "group": "subs", "name": "zh", "language": "zh"}
    return {"bucket": "out", "key": key, "text": text, "segments": segments, "zero": 1.4, "media": media}


async def made(tmp_path: Path, source: Path, *specs: dict[str, Any]) -> tuple[list[Outcome], LocalIO]:
    web = {"https://example.com/a.vtt": bucket() / "texts/a.vtt"}
    io = LocalIO(source, tmp_path / "work", tmp_path / "out", buckets=bucket(), web=web)
    jobs = [JobSpec(f"j{number}", None, one) for number, one in enumerate(specs)]
    outcomes = await text_stream.run(jobs, io)
    return [outcomes[one.id] for one in jobs], io


async def test_segments_and_their_playlist(tmp_path: Path) -> None:
    (outcome,), io = await made(tmp_path, black(), spec("p/zh/s.m3u8", FILE))
    assert outcome.failure is None and outcome.result["segments"] == 2
    assert io.published == ["out/p/zh/s-00001.vtt", "out/p/zh/s-00002.vtt", "out/p/zh/s.m3u8"]
    assert io.types["out/p/zh/s-00001.vtt"] == "text/vtt; charset=utf-8"
    listed = (io.out / "out/p/zh/s.m3u8").read_text()
    assert re.findall(r"#EXTINF:([\d.]+),\n(.*)", listed) == [("2.000000", "s-00001.vtt"), ("2.000000", "s-00002.vtt")]
    first, second = ((io.out / f"out/p/zh/s-0000{n}.vtt").read_text() for n in (1, 2))
    assert first == (
        "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000\n\n00:00:01.000 --> 00:00:02.000\n你好世界\n"
    )
    assert "Good <i>bye</i>" in second


async def test_one_file_of_an_address(tmp_path: Path) -> None:
    text = {"address": "https://example.com/a.vtt", "charset": "auto"}
    (outcome,), io = await made(tmp_path, black(), spec("p/zh.vtt", text, 0))
    assert outcome.failure is None and outcome.result["format"] == "vtt"
    assert (io.out / "out/p/zh.vtt").read_text().startswith("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n你好世界\n")


async def test_a_track_of_the_source_and_one_that_it_lacks(tmp_path: Path) -> None:
    outcomes, io = await made(tmp_path, tracks(), spec("a.m3u8", {"track": 1}), spec("b.m3u8", {"track": 5}))
    assert outcomes[0].failure is None and "你好世界" in (io.out / "out/a-00001.vtt").read_text()
    assert outcomes[1].skipped and outcomes[1].failure
    assert (
        outcomes[1].failure.message == 'The subtitles "0:s:5" cannot be used. The source has no subtitle track 0:s:5.'
    )


async def test_a_file_that_is_none_fails_alone(tmp_path: Path) -> None:
    bad = {**FILE, "object": {**FILE["object"], "key": "none.srt"}}  # type: ignore[dict-item]
    outcomes, _ = await made(tmp_path, black(), spec("a.m3u8", bad), spec("b.m3u8", FILE))
    assert outcomes[0].failure and outcomes[0].failure.code == "InvalidParameter.ResourceContentBad"
    assert not outcomes[0].skipped and outcomes[1].failure is None


async def test_of_a_film_that_is_cut_its_own_texts_are_seen_at_their_pictures(tmp_path: Path) -> None:
    """And as long as these: what is joined behind it has none."""
    io_spec = {**spec("p/zh/s.m3u8", FILE), "edits": {"Clip": {"TimeSpan": {"Seek": "1.5", "Duration": "2"}}}}
    (outcome, _), io = await made(tmp_path, black(), io_spec, {**io_spec, "key": "p/zh.vtt", "segments": 0.0})
    assert outcome.failure is None and outcome.result["duration"] == 2.0 and outcome.result["segments"] == 1
    listed = (io.out / "out/p/zh/s.m3u8").read_text()
    assert re.findall(r"#EXTINF:([\d.]+)", listed) == ["2.000000"]
    for name in ("p/zh/s-00001.vtt", "p/zh.vtt"):
        times = re.findall(r"[\d:.]+ --> [\d:.]+", (io.out / "out" / name).read_text())
        assert times == ["00:00:00.000 --> 00:00:00.500", "00:00:01.000 --> 00:00:01.500"]


async def test_a_part_of_a_film_without_a_text_has_its_segments_all_the_same(tmp_path: Path) -> None:
    empty = {**spec("a.m3u8", FILE), "edits": {"Clip": {"TimeSpan": {"Seek": "3.2"}}}}
    outcomes, io = await made(tmp_path, black(), empty, {**empty, "key": "b.vtt", "segments": 0.0})
    assert [one.failure for one in outcomes] == [None, None]
    assert "-->" not in (io.out / "out/a-00001.vtt").read_text() + (io.out / "out/b.vtt").read_text()
