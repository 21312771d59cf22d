"""Pictures are of the right moment, size and number; what cannot be taken fails with a sentence."""

import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clips import clip, ffmpeg, folder, tools
from reelmill.core.errors import Problems
from reelmill.core.model import Command, JobSpec, ObjectRef, Outcome
from reelmill.media import snapshot_commands
from reelmill.nodes.base import Env
from reelmill.nodes.snapshot import NODE
from reelmill.testkit import LocalIO

STEP = 2  # grey levels between two frames of `numbered`


@cache
def numbered(name: str) -> Path:
    """96 frames of plain grey, 24 a second, a key frame each second (`dense`: six); frame n has the luma 20 + 2 n."""
    path = folder() / name
    picture = f"nullsrc=s=64x64:r=24:d=4,geq=lum=N*{STEP}+20:cb=128:cr=128"
    apart = 4 if name.startswith("dense") else 24
    more = "-output_ts_offset 5 -f mpegts" if name.endswith(".ts") else ""
    ffmpeg(
        f"-f lavfi -i {picture} -c:v libx264 -preset ultrafast -crf 4 -g {apart} -keyint_min {apart} "
        f"-sc_threshold 0 -bf 2 {more}",
        "file:" + str(path),
    )
    return path


def frame_of(picture: Path) -> int:
    """The number of the frame that a picture of `numbered` shows."""
    argv = [
        tools().path("ffmpeg"),
        "-v",
        "error",
        "-i",
        f"file:{picture}",
        "-vf",
        "scale=1:1,format=gray",
        "-f",
        "rawvideo",
        "-",
    ]
    level = subprocess.run(argv, check=True, capture_output=True).stdout[0]
    return round((level * 219 / 255 + 16 - 20) / STEP)  # a JPEG counts from 0 to 255, the video from 16 to 235


def picture_size(picture: Path) -> tuple[int, int]:
    argv = [
        tools().path("ffprobe"),
        "-v",
        "error",
        "-show_entries",
        "stream=width,height",
        "-of",
        "csv=p=0",
        f"file:{picture}",
    ]
    width, height = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip().split(",")
    return int(width), int(height)


async def snap(source: Path, tmp_path: Path, cover: bool = False, **config: Any) -> tuple[Outcome, LocalIO]:
    series = "Num" in config or "Interval" in config
    raw = {
        "OutputFile": {"Bucket": "b", "Object": "p/{Count}.jpg" if series else "p/{FileName}-{SnapshotTime}.jpg"},
        "Time": "0",
        **config,
    }
    problems = Problems()
    params = NODE.check({"SnapshotConfig": raw, "MediaCover": str(cover).lower()}, problems, "S")
    problems.refuse("SnapshotConfig")
    assert NODE.job and NODE.run
    spec = NODE.job(params, Env(ObjectRef("in", "oss-x", "clip.mp4"), {"FileName": "clip"}))
    io = LocalIO(source, tmp_path / "work", tmp_path / "out")
    return (await NODE.run([JobSpec("j", None, spec)], io))["j"], io


@pytest.mark.parametrize("name", ["grey.mp4", "grey.mkv", "grey.ts"])
@pytest.mark.parametrize(("time_ms", "frame"), [(0, 0), (1000, 24), (1500, 36), (2290, 55), (3958, 95), (3990, 95)])
async def test_normal_is_the_exact_frame(name: str, time_ms: int, frame: int, tmp_path: Path) -> None:
    outcome, _ = await snap(numbered(name), tmp_path, Time=str(time_ms), FrameType="normal")
    assert outcome.failure is None, outcome.failure
    assert frame_of(tmp_path / "out/b" / outcome.result["object"]) == frame


@pytest.mark.parametrize(("time_ms", "frame"), [(0, 0), (600, 24), (1400, 24), (3999, 72), (99_000, 72)])
async def test_intra_is_the_nearest_key_frame_even_behind_the_end(time_ms: int, frame: int, tmp_path: Path) -> None:
    outcome, _ = await snap(numbered("grey.mp4"), tmp_path, Time=time_ms)
    assert outcome.failure is None, outcome.failure
    assert frame_of(tmp_path / "out/b" / outcome.result["object"]) == frame
    assert outcome.result["object"] == f"p/clip-{time_ms}.jpg"
    assert outcome.result["type"] == "Single"


async def test_normal_behind_the_end_fails_with_time_array(tmp_path: Path) -> None:
    outcome, _ = await snap(numbered("grey.mp4"), tmp_path, Time="4000", FrameType="normal")
    assert outcome.failure and outcome.failure.code == "InvalidParameter.TimeArray"


async def test_series_drops_points_behind_the_end_and_counts_truly(tmp_path: Path) -> None:
    outcome, io = await snap(
        numbered("grey.mp4"), tmp_path, cover=True, Time="500", Interval="1", Num="10", FrameType="normal"
    )
    assert outcome.result == {
        "bucket": "b",
        "object": "p/{Count}.jpg",
        "first": "p/00001.jpg",
        "count": 4,
        "type": "Sequence",
        "cover": True,
    }
    assert [frame_of(tmp_path / f"out/b/p/{n:05d}.jpg") for n in (1, 2, 3, 4)] == [12, 36, 60, 84]
    assert io.published[-1] == "b/p/00004.jpg"
    assert len(io.commands) == 1  # one process for up to sixteen pictures


async def test_interval_zero_spreads_evenly(tmp_path: Path) -> None:
    await snap(numbered("grey.mp4"), tmp_path, Interval="0", Num="8", FrameType="normal")
    assert [frame_of(tmp_path / f"out/b/p/{n:05d}.jpg") for n in range(1, 9)] == [0, 12, 24, 36, 48, 60, 72, 84]


@pytest.mark.parametrize("name", ["dense.mp4", "dense.mkv"])
async def test_many_key_frames_are_taken_in_one_pass_and_are_the_same_pictures(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {"Interval": "0", "Num": "20", "Time": "100"}
    outcome, io = await snap(numbered(name), tmp_path / "pass", **asked)
    shown = [frame_of(tmp_path / f"pass/out/b/p/{n:05d}.jpg") for n in range(1, 21)]
    assert outcome.result["count"] == 20 and io.tasks == ["keys-0"] and len(io.commands) == 1
    assert shown == sorted(set(shown)) and all(frame % 4 == 0 for frame in shown)
    monkeypatch.setattr(snapshot_commands, "one_pass", lambda *_: ())
    _, io = await snap(numbered(name), tmp_path / "sought", **asked)
    assert io.tasks == ["pictures-0"]
    both = [
        [(tmp_path / way / f"out/b/p/{n:05d}.jpg").read_bytes() for n in range(1, 21)] for way in ("pass", "sought")
    ]
    assert both[0] == both[1]


async def test_what_one_pass_does_not_give_is_sought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key frame that its decoder does not take for one: nobody knows which of the others it is."""
    argv = snapshot_commands._pass

    def loses_one(*given: Any) -> Command:
        made = argv(*given)
        return replace(made, argv=tuple(word.replace("select='between", "select='0*between") for word in made.argv))

    monkeypatch.setattr(snapshot_commands, "_pass", loses_one)
    outcome, io = await snap(numbered("dense.mp4"), tmp_path, Interval="0", Num="20")
    assert outcome.result["count"] == 20 and io.tasks == ["keys-0", "pictures-0"]
    shown = [frame_of(tmp_path / f"out/b/p/{n:05d}.jpg") for n in range(1, 21)]
    assert shown == sorted(set(shown)) and shown[0] == 0


async def test_intra_series_skips_moments_without_a_key_frame_of_their_own(tmp_path: Path) -> None:
    outcome, _ = await snap(numbered("grey.mp4"), tmp_path, Interval="0.5")
    assert outcome.result["count"] == 4
    assert [frame_of(tmp_path / f"out/b/p/{n:05d}.jpg") for n in (1, 2, 3, 4)] == [0, 24, 48, 72]


async def test_more_than_one_process_keeps_the_order(tmp_path: Path) -> None:
    _, io = await snap(numbered("grey.mp4"), tmp_path, Interval="0", Num="24", FrameType="normal")
    assert [frame_of(tmp_path / f"out/b/p/{n:05d}.jpg") for n in range(1, 25)] == list(range(0, 96, 4))
    assert len(io.commands) == 2


@pytest.mark.parametrize("frame_type", ["intra", "normal"])
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("rotated90.mp4", (180, 320)),
        ("sar_64_45.mp4", (512, 288)),
        ("odd_641x361_444.mp4", (641, 361)),
        ("hdr10_hevc.mp4", (320, 180)),
        ("interlaced_tff.ts", (352, 288)),
        ("tiny2x2.mp4", (2, 2)),
        ("tall16x8192.mp4", (16, 8192)),
        ("vfr.mp4", (320, 180)),
        ("long_gop.mp4", (320, 180)),
        ("av_offset.mp4", (320, 180)),
        ("ts_wrap.ts", (320, 180)),
        ("bitflips.ts", (320, 180)),
        ("truncated_faststart.mp4", (320, 180)),
        ("img%03d.mp4", (320, 180)),
        ("-dash.mp4", (320, 180)),
        ("a:b,c[0].mp4", (320, 180)),
        ("drop2997_tc.mov", (320, 180)),
        ("multi_audio.mkv", (320, 180)),
        ("ünï – 视频 'q\"uote & $x; 100%.mp4", (320, 180)),
    ],
)
async def test_odd_sources_give_pictures_as_shown(
    name: str, size: tuple[int, int], frame_type: str, tmp_path: Path
) -> None:
    outcome, _ = await snap(clip(name), tmp_path, Time="200", FrameType=frame_type)
    assert outcome.failure is None, outcome.failure
    assert picture_size(tmp_path / "out/b" / outcome.result["object"]) == size


@pytest.mark.parametrize(
    ("given", "size"),
    [({"Width": 160}, (160, 90)), ({"Height": "90"}, (160, 90)), ({"Width": "100", "Height": "100"}, (100, 100))],
)
async def test_one_side_keeps_the_proportion(given: dict[str, Any], size: tuple[int, int], tmp_path: Path) -> None:
    outcome, _ = await snap(clip("base.mp4"), tmp_path, **given)
    assert picture_size(tmp_path / "out/b" / outcome.result["object"]) == size


@pytest.mark.parametrize("name", ["audio_only.m4a", "audio_cover.mp3"])
async def test_sound_alone_fails_with_a_sentence(name: str, tmp_path: Path) -> None:
    outcome, _ = await snap(clip(name), tmp_path)
    assert (
        outcome.failure
        and outcome.failure.code == "InvalidParameter.ResourceNotSupported"
        and "no video stream" in outcome.failure.message
    )


@pytest.mark.parametrize(("frame_type", "count"), [("normal", 8), ("intra", 2)])
async def test_a_damaged_end_does_not_spoil_the_series(frame_type: str, count: int, tmp_path: Path) -> None:
    """The header promises four seconds, two are there: points of the missing part are dropped."""
    outcome, _ = await snap(clip("truncated_faststart.mp4"), tmp_path, Interval="0.25", FrameType=frame_type)
    assert outcome.failure is None, outcome.failure
    assert outcome.result["count"] >= count


async def test_a_picture_of_a_matroska_file_that_was_cut_short(tmp_path: Path) -> None:
    """Its index is gone and it has one key frame only, so it cannot be sought, not even at its beginning."""
    cut = tmp_path / "cut.mkv"
    ffmpeg(f"-i {clip('long_gop.mp4')} -c copy", "file:" + str(cut))
    data = cut.read_bytes()
    cut.write_bytes(data[: len(data) * 6 // 10])
    outcome, _ = await snap(cut, tmp_path, Time="300")
    assert outcome.failure is None, outcome.failure


async def test_a_broadcast_whose_sound_begins_first(tmp_path: Path) -> None:
    """ffmpeg counts from the first packet that it uses, but not behind a seek."""
    source = tmp_path / "film.ts"
    picture = f"nullsrc=s=64x64:r=5:d=14,geq=lum=N*{STEP}+20:cb=128:cr=128"
    code = "-c:v libx264 -preset ultrafast -crf 4 -g 5 -c:a aac"
    ffmpeg(f"-itsoffset 1 -f lavfi -i {picture} -f lavfi -i sine=r=48000:d=15 {code}", f"file:{source}")
    for moment in (3100, 13_100):
        outcome, io = await snap(source, tmp_path / str(moment), Time=str(moment), FrameType="normal")
        assert outcome.failure is None
        shown = frame_of(tmp_path / str(moment) / "out" / io.published[0])
        assert shown == (moment - 1000) // 200
