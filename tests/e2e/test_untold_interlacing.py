"""Fields of films whose codec cannot tell that a frame consists of two: no comb is left in what viewers see, and
progressive films stay as they are."""

import re
import subprocess
from pathlib import Path

import pytest

from clips import ffmpeg, tools
from e2e.outputs import make, spec

_MOVING = "testsrc2=s=720x576:r=50:d=2,scroll=h=0.01"
_INTERLACED, _PROGRESSIVE = "tinterlace=interleave_top,setfield=prog", "fps=25"


def _film(path: Path, frames: str, codec: str) -> Path:
    ffmpeg(f"-f lavfi -i {_MOVING},{frames},format=yuv422p -c:v {codec}", f"file:{path}")
    return path


def _combed(path: Path) -> int:
    """How many frames look like two fields."""
    return sum(
        map(
            int,
            re.findall(r"Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+)", _told("-i", f"file:{path}", "-vf", "idet"))[
                -1
            ],
        )
    )


def _told(*arguments: str) -> str:
    argv = [tools().path("ffmpeg"), "-hide_banner", "-nostats", *arguments, "-f", "null", "-"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stderr


@pytest.mark.parametrize("codec", ["rawvideo", "huffyuv"])
async def test_no_comb_is_left_where_the_codec_cannot_tell(codec: str, tmp_path: Path) -> None:
    film = _film(tmp_path / "film.avi", _INTERLACED, codec)
    assert _combed(film) > 40, "the film is as it should be"
    assert _combed((await make(tmp_path, film, spec("mp4", audio=None))).path()) == 0


@pytest.mark.parametrize("first", ["top", "bottom"])
@pytest.mark.parametrize(
    ("form", "codec"),
    [
        ("mov", "mjpeg -q:v 2"),
        ("mkv", "huffyuv"),
        ("mov", "cfhd"),
        ("mkv", "utvideo"),
        ("mkv", "libvpx-vp9 -b:v 9M -deadline realtime -cpu-used 8"),
    ],
)
async def test_no_comb_is_left_where_the_container_tells(form: str, codec: str, first: str, tmp_path: Path) -> None:
    frames = f"tinterlace=interleave_{first},setfield={'tff' if first == 'top' else 'bff'}"
    film = _film(tmp_path / f"film.{form}", frames, codec)
    assert _combed(film) > 40, "the film is as it should be"
    assert _combed((await make(tmp_path, film, spec("mp4", audio=None))).path()) == 0


async def test_a_progressive_film_keeps_all_its_lines(tmp_path: Path) -> None:
    film = _film(tmp_path / "film.avi", _PROGRESSIVE, "rawvideo")
    made = await make(tmp_path, film, spec("mp4", {"Codec": "H.264", "Preset": "veryfast", "Crf": "8"}, None))
    psnr = re.findall(
        r"min:([\d.]+)", _told("-i", f"file:{made.path()}", "-i", f"file:{film}", "-lavfi", "[0:v][1:v]psnr")
    )
    assert float(psnr[-1]) > 35
