"""Watermarks are where, as large and when they were asked for: the pixels of outputs are looked at."""

import base64
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clips import ffmpeg, folder, tools
from reelmill.core.errors import Problems
from reelmill.core.model import JobSpec, ObjectRef, Outcome
from reelmill.media import watermarks
from reelmill.nodes import transcode
from reelmill.nodes.base import Env
from reelmill.testkit import LocalIO

WIDTH, HEIGHT, FPS = 320, 180, 24
TEMPLATE = {"Container": {"Format": "mp4"}, "Video": {"Codec": "H.264", "Preset": "veryfast", "Crf": "10"}}
LOGO = {"Bucket": "logos", "Location": "oss-x", "Object": "white.png"}


@cache
def black() -> Path:
    """4 s of black, 24 frames a second, a key frame each second, in a container that can be cut."""
    path = folder() / "black.mp4"
    ffmpeg(
        f"-f lavfi -i color=black:s={WIDTH}x{HEIGHT}:r={FPS}:d=4 -c:v libx264 -preset ultrafast -g 24 -pix_fmt yuv420p",
        "file:" + str(path),
    )
    return path


@cache
def bucket() -> Path:
    """Pictures: 40 x 20 of white; one that is no picture; an animation of 1 s that is white, then nothing."""
    here = folder() / "buckets" / "logos"
    here.mkdir(parents=True)
    ffmpeg("-f lavfi -i color=white:s=40x20 -frames:v 1 -pix_fmt rgba", "file:" + str(here / "white.png"))
    (here / "broken.png").write_bytes(b"#EXTM3U\nfile:///etc/passwd\n")
    blink = "color=white:s=40x20:r=24:d=1,format=rgba,geq=r=255:g=255:b=255:a='if(lt(T,0.5),255,0)'"
    ffmpeg("-f lavfi -i", blink, "-c:v", "qtrle", "file:" + str(here / "blink.mov"))
    return here.parent


async def transcoded(
    tmp_path: Path,
    marks: list[dict[str, Any]],
    *,
    piece: float = 0.0,
    more: tuple[Mapping[str, Any], ...] = (),
    templates: Mapping[str, Any] | None = None,
) -> tuple[list[Outcome], LocalIO]:
    """Outputs: one with `marks`, then one for each of `more` (fields of an Output); all in one batch."""
    jobs = []
    for number, extra in enumerate(({"WaterMarks": marks}, *more)):
        problems = Problems()
        raw = {"Outputs": [{"TemplateId": "t" * 32, "OutputObject": f"o{number}", **extra}], "OutputBucket": "out"}
        params = transcode.check(raw, problems, "P")
        assert problems.found == []
        env = Env(ObjectRef("in", "oss-x", "black.mp4"), {}, {"t" * 32: TEMPLATE}, watermarks=templates or {})
        jobs.append(JobSpec(f"j{number}", None, {**transcode.job(params, env), "piece_seconds": piece}))
    io = LocalIO(black(), tmp_path / "work", tmp_path / "out", buckets=bucket())
    assert transcode.NODE.run
    outcomes = await transcode.NODE.run(jobs, io)
    return [outcomes[one.id] for one in jobs], io


def lit(video: Path, at: float, width: int = 0) -> set[tuple[int, int]]:
    """The pixels (x, y) that are bright in the frame of this moment; `width` of a picture that is not as usual."""
    chain = f"select='gte(t,{at - 0.001})',format=gray"
    argv = [
        tools().path("ffmpeg"),
        "-v",
        "error",
        "-i",
        f"file:{video}",
        "-vf",
        chain,
        "-frames:v",
        "1",
        "-f",
        "rawvideo",
        "-",
    ]
    raw = subprocess.run(argv, check=True, capture_output=True).stdout
    width = width or len(raw) // (HEIGHT if len(raw) % (WIDTH * HEIGHT) == 0 else 90)
    return {(n % width, n // width) for n, level in enumerate(raw) if level > 120}


def bright(video: Path) -> list[int]:
    """The numbers of the frames that hold a bright pixel."""
    argv = [
        tools().path("ffmpeg"),
        "-v",
        "error",
        "-i",
        f"file:{video}",
        "-fps_mode",
        "passthrough",
        "-pix_fmt",
        "gray",
        "-f",
        "rawvideo",
        "-",
    ]
    raw, size = subprocess.run(argv, check=True, capture_output=True).stdout, WIDTH * HEIGHT
    return [n for n in range(len(raw) // size) if max(raw[n * size : (n + 1) * size]) > 120]


def box(found: set[tuple[int, int]]) -> tuple[int, int, int, int]:
    """left, top, width, height of what is bright."""
    if not found:
        return 0, 0, 0, 0
    xs, ys = [x for x, _ in found], [y for _, y in found]
    return min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1


def near(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 2 for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("mark", "place"),
    [
        ({}, (WIDTH - 38, 0, 38, 19)),  # 0.12 of the width, the height by the picture
        ({"Width": "80", "Dx": "10", "Dy": "20"}, (WIDTH - 90, 20, 80, 40)),
        ({"Height": "60", "ReferPos": "TopLeft", "Dx": "8"}, (8, 0, 120, 60)),
        (
            {"Width": "0.5", "Height": "0.25", "ReferPos": "BottomRight", "Dx": "0.1", "Dy": "0.1"},
            (WIDTH - 160 - 32, HEIGHT - 45 - 18, 160, 45),
        ),
        (
            {
                "Width": "0.5",
                "Height": "18",
                "ReferPos": "BottomLeft",
                "RatioRefer": {"Width": "Short", "Dx": "Long"},
                "Dx": "0.1",
            },
            (32, HEIGHT - 18, 90, 18),
        ),
    ],
)
async def test_a_picture_stands_where_it_was_asked_for(
    mark: dict[str, Any], place: tuple[int, ...], tmp_path: Path
) -> None:
    (outcome,), io = await transcoded(tmp_path, [{"InputFile": LOGO, **mark}])
    assert outcome.failure is None, outcome.failure
    for at in (0.0, 2.0, 3.9):
        assert near(box(lit(io.out / "out/o0.mp4", at)), place), (at, box(lit(io.out / "out/o0.mp4", at)))


@pytest.mark.parametrize("piece", [0.0, 1.0])
async def test_the_timeline_is_that_of_the_output_also_in_pieces(piece: float, tmp_path: Path) -> None:
    """From 1.5 s on for 1 s: in pieces the mark begins in the middle of one and ends in the next."""
    marks = [{"InputFile": LOGO, "Timeline": {"Start": "1.5", "Duration": "1"}}]
    (outcome,), io = await transcoded(tmp_path, marks, piece=piece)
    assert outcome.failure is None, outcome.failure
    assert any(name.startswith("p2") for name in io.tasks) == (piece > 0)
    assert bright(io.out / "out/o0.mp4") == list(range(36, 60))


async def test_two_marks_two_renditions_and_one_without_share_one_decode(tmp_path: Path) -> None:
    marks = [
        {"InputFile": LOGO, "ReferPos": "TopLeft", "Width": "40"},
        {"InputFile": LOGO, "ReferPos": "BottomRight", "Width": "40"},
    ]
    small = {"Video": {"Width": "160"}, "WaterMarks": [{"InputFile": LOGO, "ReferPos": "TopLeft", "Width": "0.5"}]}
    outcomes, io = await transcoded(tmp_path, marks, more=(small, {}))
    assert [o.failure for o in outcomes] == [None] * 3
    assert io.tasks == ["mark-0", "encode"]  # one picture for all, one process for all
    first, second = lit(io.out / "out/o0.mp4", 1), lit(io.out / "out/o1.mp4", 1)
    assert {(5, 5), (WIDTH - 5, HEIGHT - 5)} <= first and (160, 90) not in first
    assert near(box(second), (0, 0, 80, 40)) and lit(io.out / "out/o2.mp4", 1) == set()


async def test_a_template_is_below_what_the_output_says(tmp_path: Path) -> None:
    config = watermarks.check_template(
        {"Width": "100", "ReferPos": "BottomLeft", "Timeline": {"Start": "1"}}, problems := Problems(), "C"
    )
    assert problems.found == []
    marks = [{"InputFile": LOGO, "WaterMarkTemplateId": "w" * 32, "Width": "60", "Timeline": {"Duration": "2"}}]
    (outcome,), io = await transcoded(tmp_path, marks, templates={"w" * 32: config})
    assert outcome.failure is None
    assert [bool(lit(io.out / "out/o0.mp4", at)) for at in (0.5, 1.5, 3.5)] == [False, True, False]
    assert near(box(lit(io.out / "out/o0.mp4", 1.5)), (0, HEIGHT - 30, 60, 30))


async def test_an_animation_moves_and_begins_again(tmp_path: Path) -> None:
    marks = [{"InputFile": {**LOGO, "Object": "blink.mov"}, "Timeline": {"Start": "0.5"}}]
    (outcome,), io = await transcoded(tmp_path, marks, piece=1.0)
    assert outcome.failure is None, outcome.failure
    assert [bool(lit(io.out / "out/o0.mp4", at)) for at in (0.25, 0.75, 1.25, 1.75, 2.25, 2.75)] == [
        False,
        True,
        False,
        True,
        False,
        True,
    ]
    assert outcome.result["duration"] == pytest.approx(4, abs=0.1)


async def test_a_text_is_drawn(tmp_path: Path) -> None:
    text = {
        "Content": base64.b64encode("片头 it's 100%: {n}".encode()).decode(),
        "FontSize": "24",
        "FontColor": "#ffffff",
        "Left": "100",
        "Top": "60",
        "BorderWidth": "1",
        "BorderColor": "Red",
    }
    (outcome,), io = await transcoded(tmp_path, [{"Type": "Text", "TextWaterMark": text, "Timeline": {"Start": "1"}}])
    assert outcome.failure is None, outcome.failure
    assert lit(io.out / "out/o0.mp4", 0.5) == set()
    left, top, width, height = box(lit(io.out / "out/o0.mp4", 2))
    assert abs(left - 100) < 6 and 58 <= top < 75 and width > 60 and 10 < height < 40


@pytest.mark.parametrize(
    ("key", "code", "why"),
    [("broken.png", "InvalidParameter.ResourceContentBad", "broken.png"), ("gone.png", "", "gone.png")],
)
async def test_a_mark_that_cannot_be_had_fails_its_own_output_only(
    key: str, code: str, why: str, tmp_path: Path
) -> None:
    outcomes, io = await transcoded(tmp_path, [{"InputFile": {**LOGO, "Object": key}}], more=({},))
    assert outcomes[0].failure is not None and why in outcomes[0].failure.message and code in outcomes[0].failure.code
    assert outcomes[1].failure is None and (io.out / "out/o1.mp4").exists()


@cache
def ramp() -> Path:
    """A second of a slope through all 1,024 shades of ten bits, from left to right."""
    path = folder() / "ramp.mkv"
    slope = "color=gray:s=1024x128:r=10:d=1,format=yuv420p10le,geq=lum='X':cb=512:cr=512"
    ffmpeg("-f lavfi -i", slope, "-c:v", "ffv1", "file:" + str(path))
    return path


def luma(video: Path) -> list[int]:
    """The brightness of the first picture of a video like the ramp, in ten bits."""
    argv = [tools().path("ffmpeg"), "-v", "error", "-i", str(video), "-frames:v", "1"]
    argv += ["-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-"]
    picture = subprocess.run(argv, check=True, capture_output=True).stdout
    return memoryview(picture[: 2 * 1024 * 128]).cast("H").tolist()


@pytest.mark.parametrize(
    "asked",
    [
        {"WaterMarks": [{"InputFile": LOGO, "Width": "40", "Height": "20"}]},
        {"WaterMarks": [{"Type": "Text", "TextWaterMark": {"Content": "QQ==", "FontSize": "20"}}]},
        {"DeWatermark": {"0": [{"l": 10, "t": 10, "w": 20, "h": 20}]}},
        {"Rotate": "180"},
        {"Rotate": "3"},
    ],
    ids=["picture", "text", "logo removed", "turned over", "turned a little"],
)
async def test_ten_bits_stay_ten_bits_whatever_is_drawn(asked: dict[str, Any], tmp_path: Path) -> None:
    template = {"Container": {"Format": "mp4"}, "Video": {"Codec": "H.265", "Crf": "4", "PixFmt": "yuv420p10le"}}
    problems = Problems()
    raw = {"Outputs": [{"TemplateId": "t" * 32, "OutputObject": "o", **asked}], "OutputBucket": "out"}
    params = transcode.check(raw, problems, "P")
    assert problems.found == []
    env = Env(ObjectRef("in", "oss-x", "ramp.mkv"), {}, {"t" * 32: template})
    io = LocalIO(ramp(), tmp_path / "work", tmp_path / "out", buckets=bucket())
    assert transcode.NODE.run
    outcome = (await transcode.NODE.run([JobSpec("j", None, transcode.job(params, env))], io))["j"]
    assert outcome.failure is None
    assert len({value for value in luma(io.out / "out/o.mp4") if value % 4}) > 400  # eight bits are multiples of four
