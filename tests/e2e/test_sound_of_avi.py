"""Sound in AVI, whose times ffmpeg counts by a rate of bytes that the header tells: many films have a varying one."""

import json
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clips import ffmpeg, tools
from e2e.outputs import AUDIO, INPUT, VIDEO, make, spec
from reelmill.core.model import JobSpec
from reelmill.nodes.transcode import NODE
from reelmill.testkit import LocalIO

_STRH_SCALE, _STRH_LENGTH, _STRH_SAMPLE = 20, 32, 44  # places behind "auds"
_BEEPS = "if(lt(t,4),0.1*(random(0)-0.5),0)+if(between(mod(t,1),0.5,0.6),0.5*sin(2*PI*1000*t),0)"


def film(path: Path, told: str) -> Path:
    """Eight seconds with a beep in the middle of each. Noise in the first half takes most of the bytes; `told`: as a
    constant rate, as old programs did, or as a varying one."""
    pictures = "-f lavfi -i testsrc2=s=320x180:r=25:d=8 -c:v mpeg4"
    ffmpeg(f"-f lavfi -i aevalsrc='{_BEEPS}':s=48000:d=8 {pictures} -c:a libmp3lame -q:a 2", f"file:{path}")
    if told == "constant":
        data = bytearray(path.read_bytes())
        bytes_of_sound = sum(_sizes(path))
        head = data.index(b"auds")
        struct.pack_into("<II", data, head + _STRH_SCALE, 1, bytes_of_sound // 8)
        struct.pack_into("<I", data, head + _STRH_LENGTH, bytes_of_sound)
        struct.pack_into("<I", data, head + _STRH_SAMPLE, 1)
        wave = data.index(b"strf", head) + 8
        struct.pack_into("<IH", data, wave + 8, bytes_of_sound // 8, 1)
        path.write_bytes(data)
    return path


def _sizes(path: Path) -> list[int]:
    argv = [tools().path("ffprobe"), "-v", "error", "-select_streams", "a", "-show_entries", "packet=size"]
    ran = subprocess.run([*argv, "-of", "csv=p=0", f"file:{path}"], capture_output=True, text=True, check=True)
    return [int(line.strip(",")) for line in ran.stdout.split()]


def beeps(path: Path) -> list[float]:
    """When each loud stretch begins, seconds."""
    raw = path.with_suffix(".pcm")
    ffmpeg(f"-i {path} -map 0:a -ac 1 -ar 8000 -f s16le", f"file:{raw}")
    samples = struct.unpack(f"<{raw.stat().st_size // 2}h", raw.read_bytes())
    loud = [max(map(abs, samples[at : at + 80])) > 4000 for at in range(0, len(samples) - 80, 80)]
    return [n / 100 for n in range(1, len(loud)) if loud[n] and not loud[n - 1]]


@pytest.mark.parametrize("told", ["constant", "varying"])
@pytest.mark.parametrize("part", [False, True], ids=["whole", "a part"])
async def test_it_stays_in_step_with_the_picture(told: str, part: bool, tmp_path: Path) -> None:
    source = film(tmp_path / "film.avi", told)
    more: dict[str, Any] = {"Clip": {"TimeSpan": {"Seek": "1", "Duration": "5"}}} if part else {}
    made = await make(tmp_path, source, spec("mp4", audio=AUDIO, **more))
    expected = [n + 0.52 for n in range(5 if part else 8)]
    assert beeps(made.path()) == pytest.approx(expected, abs=0.04)


async def test_it_is_not_copied_out_of_step(tmp_path: Path) -> None:
    copied = spec("mp4", audio={"Codec": "copy"})
    made = await make(tmp_path, film(tmp_path / "film.avi", "constant"), copied)
    assert made.codes == ["InvalidParameter.ResourceNotSupported"]
    assert (await make(tmp_path / "other", film(tmp_path / "other.avi", "varying"), copied)).codes == [""]


async def test_beside_a_film_it_keeps_its_times_too(tmp_path: Path) -> None:
    buckets = tmp_path / "buckets"
    (buckets / "films").mkdir(parents=True)
    film(buckets / "films" / "film.avi", "constant")
    ffmpeg("-f lavfi -i testsrc2=s=320x180:r=25:d=8 -c:v mpeg4", f"file:{tmp_path / 'silent.mkv'}")
    beside = json.dumps([{"AmixURL": "http://films.oss-cn-hangzhou.aliyuncs.com/film.avi"}])
    io = LocalIO(tmp_path / "silent.mkv", tmp_path / "work", tmp_path / "out", buckets=buckets)
    assert NODE.run
    outcome = (await NODE.run([JobSpec("j", INPUT, spec("mp4", VIDEO, AUDIO, Amix=beside))], io))["j"]
    assert outcome.failure is None
    assert beeps(io.out / "out" / outcome.result["object"]) == pytest.approx([n + 0.5 for n in range(8)], abs=0.06)
