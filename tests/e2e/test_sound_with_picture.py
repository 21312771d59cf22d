"""Flashes and beeps: what is heard at a moment of the source is heard at the same moment of what is made of it."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from clips import ffmpeg, tools
from e2e.outputs import AUDIO, VIDEO, make, spec
from e2e.test_sound_files import samples


def film(path: Path, rate: int) -> Path:
    """Four seconds that are black and silent, but bright and loud from half of each second on to its end."""
    ffmpeg(
        f"-f lavfi -i nullsrc=s=64x64:r={rate}:d=4,geq=lum='if(gte(mod(T\\,1)\\,0.5)\\,235\\,16)':cb=128:cr=128"
        " -f lavfi -i aevalsrc=exprs='if(gte(mod(t\\,1)\\,0.5)\\,sin(6000*t)\\,0)':s=48000:d=4"
        " -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a flac",
        f"file:{path}",
    )
    return path


def begins(seen: list[bool], times: list[float]) -> list[float]:
    """When something begins that was not there before."""
    return [times[n] for n in range(1, len(seen)) if seen[n] and not seen[n - 1]]


def flashes(path: Path) -> list[float]:
    argv = [tools().path("ffmpeg"), "-allowed_extensions", "ALL", "-i", f"file:{path}", "-map", "0:v:0"]
    argv = [word for word in argv if path.suffix == ".m3u8" or word not in ("-allowed_extensions", "ALL")]
    argv += ["-vf", "scale=1:1,format=gray,showinfo", "-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    ran = subprocess.run(argv, capture_output=True, check=True, timeout=60)
    times = [float(one) for one in re.findall(rb"pts_time: *(-?[\d.]+)", ran.stderr)]
    return begins([False, *(one > 128 for one in ran.stdout)], [0.0, *times])


def beeps(path: Path) -> list[float]:
    heard = np.abs(samples(path)[:, 0])
    loud = [bool(one.max() > 0.2) for one in np.array_split(heard, len(heard) // 240)]
    return begins([False, *loud], [0.0, *(n * 0.005 for n in range(len(loud)))])


@pytest.mark.parametrize("form", ["mp4", "mkv"])
@pytest.mark.parametrize(("rate", "seek"), [(2, 0.7), (2, 1.1), (24, 0.1)])
async def test_a_cut_between_two_pictures_moves_none_of_them(rate: int, seek: float, form: str, tmp_path: Path) -> None:
    clip = json.dumps({"TimeSpan": {"Seek": str(seek), "Duration": "2.7"}})
    made = await make(tmp_path, film(tmp_path / "film.mkv", rate), spec(form, VIDEO, AUDIO, Clip=clip))
    expected = [at - seek for at in (0.5, 1.5, 2.5, 3.5) if seek < at < seek + 2.7]
    heard = [one for one in beeps(made.path()) if one > 0.05]
    assert heard == pytest.approx([one for one in expected if one > 0.05], abs=0.01)
    assert flashes(made.path())[-len(heard) :] == pytest.approx(heard, abs=0.02)
