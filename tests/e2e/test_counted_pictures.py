"""Films whose pictures have no times of their own (AVI with B-frames, raw streams) or only some of them (DVDs): the
right picture, in step with the sound."""

from pathlib import Path

import pytest

from clips import ffmpeg, folder
from e2e.outputs import make, spec
from e2e.test_snapshot_pictures import STEP, frame_of, snap

FILMS = {
    "asp.avi": "-c:v mpeg4 -q:v 2 -bf 2",
    "avc.avi": "-c:v libx264 -crf 4 -bf 2",
    "raw.h264": "-c:v libx264 -crf 4 -bf 2",
    "raw.m2v": "-c:v mpeg2video -q:v 2 -bf 2",
    "dvd.vob": "-c:v mpeg2video -q:v 2 -bf 2",
    "vcd.mpg": "-c:v mpeg1video -q:v 2 -bf 2 -f vcd",
}


def film(name: str) -> Path:
    """80 frames of plain grey, 25 a second, a key frame every twelve, reordered; frame n has the luma 20 + 2 n."""
    path = folder() / f"counted-{name}"
    if not path.exists():
        ffmpeg(
            f"-f lavfi -i nullsrc=s=64x64:r=25:d=3.2,geq=lum=N*{STEP}+20:cb=128:cr=128,format=yuv420p -g 12 "
            f"{FILMS[name]}",
            f"file:{path}",
        )
    return path


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize(("time_ms", "frame"), [(10, 0), (220, 5), (1420, 35), (2300, 57), (3140, 78)])
async def test_a_snapshot_shows_the_picture_of_its_moment(name: str, time_ms: int, frame: int, tmp_path: Path) -> None:
    outcome, _ = await snap(film(name), tmp_path, Time=str(time_ms), FrameType="normal")
    assert outcome.failure is None, outcome.failure
    assert frame_of(tmp_path / "out/b" / outcome.result["object"]) == frame


@pytest.mark.parametrize("name", FILMS)
async def test_every_picture_comes_at_its_time(name: str, tmp_path: Path) -> None:
    made = await make(tmp_path, film(name), spec("m3u8", audio=None), spec("mp4", audio=None, output="b"))
    for number, zero in ((0, 1.4), (1, 0.0)):  # transport streams begin at 1.4 s
        times = made.times(number)
        assert len(times) == 80
        assert times == pytest.approx([zero + n / 25 for n in range(80)], abs=0.011), (
            "as late as the film, whatever the decoder holds back"
        )
    assert sum(made.lengths(0)) == pytest.approx(3.2, abs=0.001)
