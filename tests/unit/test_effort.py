"""Declared work is bounded in proportion to the file; real films, however still, stay far below."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from reelmill.core.errors import MediaError
from reelmill.core.model import ObjectRef, Timeline
from reelmill.media import effort, probe, run
from reelmill.media.apart import examine
from reelmill.media.encode import settle
from reelmill.media.run import Runner
from reelmill.media.tools import Tools
from reelmill.objects.fetch import fetch
from reelmill.objects.folders import Folders

HOUR = 3600.0


def source(
    seconds: float, *, size: int = 10_000, frames: int | None = None, hole: float | None = None, late: float = 0.0
) -> dict[str, Any]:
    """ffprobe's JSON of a film of one picture and one sound stream; `frames` are told by the container, `hole` and
    `late` seconds were found in the packets of the sound."""
    video = {
        "index": 0,
        "codec_type": "video",
        "codec_name": "h264",
        "width": 640,
        "height": 360,
        "avg_frame_rate": "25/1",
        "r_frame_rate": "25/1",
        "pix_fmt": "yuv420p",
        "duration": str(seconds),
    }
    audio = {
        "index": 1,
        "codec_type": "audio",
        "codec_name": "aac",
        "sample_rate": "44100",
        "channels": 2,
        "duration": str(seconds),
    }
    return {
        "format": {"format_name": "mov,mp4", "duration": str(seconds), "size": str(size)},
        "streams": [
            video | ({"nb_frames": str(frames)} if frames else {}),
            audio
            | ({"packets": {"count": 9, "first": late, "end": seconds, "hole": hole}} if hole is not None else {}),
        ],
    }


def refused(raw: dict[str, Any], frames: int, seconds: float, *, fps: str = "", form: str = "mp4") -> str:
    """Why this is refused, "" when it is made."""
    info, timeline = probe.parse(raw), Timeline(frames, 0.0, seconds, seconds / frames, False, ((0.0, 0),))
    template = {
        "Container": {"Format": form},
        "Video": {"Codec": "H.264", "Width": "640", **({"Fps": fps} if fps else {})},
        "Audio": {"Codec": "AAC"},
    }
    rendition = settle(template, info, timeline)
    if fps:
        assert rendition.video
        rendition = replace(rendition, video=replace(rendition.video, fps=Fraction(fps)))
    try:
        effort.check(rendition, info, timeline)
    except MediaError as error:
        assert (
            error.failure.code == "InvalidParameter.ResourceNotSupported"
            and error.failure.advice
            and not error.failure.source_ok
        )
        return error.failure.message
    return ""


@pytest.mark.parametrize(
    ("seconds", "size", "frames", "hole", "fps", "form", "why"),
    [
        (1e6, 1_000, 2, 0, "60", "mp4", "2 pictures would have to become 60000000"),
        (900_000, 69_000, 300, 0, "", "m3u8", "300 pictures would have to become 90000 segments"),
        (120_000, 3_000_000, 3_000_000, None, "", "mp4", "it lists 3000000 pictures in 3000000 bytes"),
        (1001, 10_000, 25, 999, "", "mp4", "s of silence would have to be made"),
        (4001, 10_000, 25, 3999, "", "mp4", "s of silence would have to be made"),
    ],
)
def test_a_bomb_is_refused_with_a_sentence(
    seconds: float, size: int, frames: int, hole: float | None, fps: str, form: str, why: str
) -> None:
    assert why in refused(source(seconds, size=size, frames=frames, hole=hole), frames, seconds, fps=fps, form=form)


@pytest.mark.parametrize(
    ("seconds", "size", "frames", "hole", "fps", "form"),
    [
        (10 * HOUR, 5_000_000_000, 2_160_000, 0, "60", "m3u8"),  # a long film
        (24 * HOUR, 9_000_000_000, 2_160_000, 20, "25", "m3u8"),  # a day of a camera
        (8 * HOUR, 30_000_000, 40, 0, "60", "mp4"),  # a lecture: pictures that stand for minutes
        (2 * HOUR, 2_500_000, 7_200, 0, "25", "mp4"),  # black and silent
        (600, 10_000_000, 15_000, 290, "", "mp4"),  # the sound ends after half of it
        (60, 20_000, 1_500, 0, "60", "mp4"),
    ],
)
def test_a_film_is_made(seconds: float, size: int, frames: int, hole: float, fps: str, form: str) -> None:
    assert refused(source(seconds, size=size, frames=frames, hole=hole), frames, seconds, fps=fps, form=form) == ""


def test_a_hole_in_front_of_the_sound_is_one() -> None:
    assert "1200 s of silence" in refused(source(1300, size=9_000_000, hole=0.0, late=1200.0), 1300, 1300)


def test_a_hole_in_a_track_that_is_not_used_is_nobodys() -> None:
    film = source(1300, size=9_000_000, hole=0.0)
    comments = film["streams"][1] | {"index": 2, "packets": {"count": 9, "first": 1200.0, "end": 1300.0, "hole": 0.0}}
    assert refused(film | {"streams": [*film["streams"], comments]}, 1300, 1300) == ""


def test_every_command_has_an_end_and_the_memory_follows_machine_and_slots() -> None:
    assert effort.wall_seconds(0) == 3600 and effort.wall_seconds(60) == 39_600
    one, four = run.shared(1).memory, run.shared(4).memory
    assert one >= four >= 512 << 20 and (four == 512 << 20 or abs(one / 4 - four) < 8)


async def test_what_takes_too_much_memory_is_ended_with_a_sentence() -> None:
    ran = await Runner().run(
        "o",
        ["/bin/sh", "-c", "x=$(head -c 200000000 /dev/zero | tr '\\0' a); sleep 20"],
        limits=run.Limits(memory=64 << 20),
    )
    assert ran.stopped == "it needs more than 64 MB of memory" and ran.seconds < 15


@pytest.mark.parametrize(("count", "refused"), [(3, False), (20, False), (400, True)])
def test_a_playlist_may_repeat_itself_a_little(tmp_path: Path, count: int, refused: bool) -> None:
    buckets = Folders(tmp_path / "buckets")
    buckets["cin"].create()
    folder = tmp_path / "buckets" / "cin"
    (folder / "s.ts").write_bytes(b"G" * 1_000_000)
    (folder / "many.m3u8").write_text("#EXTM3U\n" + "#EXTINF:1,\ns.ts\n" * count)
    try:
        assert (
            fetch(buckets, ObjectRef("cin", "oss-cn-hangzhou", "many.m3u8"), tmp_path / "cache").stat().st_size
            == count * 1_000_000
        )
        assert not refused
    except MediaError as error:
        assert refused and "repeats them until they are 400000000" in error.failure.message
        assert not (tmp_path / "cache").exists()


async def test_a_long_list_of_packets_is_read_in_another_process_with_the_same_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from clips import clip

    began: list[list[str]] = []
    runner = Runner(on_begin=lambda _owner, argv: began.append(list(argv)))
    path = str(clip("base.mp4"))
    here = await examine(runner, Tools(), "o", path, cut_every=1.0, md5=True)
    monkeypatch.setattr("reelmill.media.apart._FEW", 100)
    apart = await examine(runner, Tools(), "o", path, cut_every=1.0, md5=True)
    assert here == apart and sum("media.apart" in " ".join(argv) for argv in began) == 1
    json.dumps(apart.raw)  # type: ignore[union-attr]


@pytest.mark.parametrize(("count", "why"), [(44, "s of silence would have to be made"), (55_000, "")])
def test_sound_alone_is_judged_by_the_number_of_its_packets(count: int, why: str) -> None:
    """The packets of a file without pictures are not read."""
    raw = source(1200, size=1_000_000)
    raw["streams"] = [raw["streams"][1] | {"nb_frames": str(count)}]
    info = probe.parse(raw)
    rendition = settle({"Container": {"Format": "mp3"}, "Audio": {"Codec": "MP3"}}, info, None)
    try:
        effort.check(rendition, info, None)
        assert not why
    except MediaError as error:
        assert why and why in error.failure.message
