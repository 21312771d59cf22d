"""Flashes and beeps: what is heard at a moment of the source is heard at the same moment of what is made of it."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import ffmpeg, tools
from e2e.outputs import AUDIO, INPUT, VIDEO, make, spec
from e2e.test_sound_files import samples
from reelmill.core.model import JobSpec
from reelmill.media import segments
from reelmill.nodes.transcode import NODE
from reelmill.testkit import LocalIO

SECOND = "http://films.oss-cn-hangzhou.aliyuncs.com/second.mkv"


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


@pytest.mark.parametrize("how", ["of itself", "of a clip"])
async def test_a_picture_that_comes_late_does_so_in_browsers(how: str, tmp_path: Path) -> None:
    """Of the edits of fragmented MP4 they read the first one, and overlook it when it is empty: then the delay of the
    encoder, of two pictures here, would not be taken off."""
    source, late = film(tmp_path / "film.mkv", 25), 0.06 if how == "of itself" else 0.02
    if how == "of itself":
        ffmpeg(f"-i {source} -itsoffset {late} -i {source} -map 0:a -map 1:v -c copy", f"file:{tmp_path / 'late.mkv'}")
        source = tmp_path / "late.mkv"
    more: dict[str, Any] = {} if how == "of itself" else {"Clip": {"TimeSpan": {"Seek": "1.02"}}}
    made = await make(tmp_path, source, spec("mpd", {**VIDEO, "Gop": "50"}, **more))
    folder = made.path().parent
    init, first = ((folder / f"clip-video-{name}").read_bytes() for name in ("init.mp4", "00001.m4s"))
    edits, fragment = init.index(b"elst") + 8, first.index(b"tfdt") + 4
    count, begin = (int.from_bytes(init[at : at + 4], signed=True) for at in (edits, edits + 8))
    assert count == 1 and begin > 0, "pictures are shown in another order than they are decoded"
    found = segments.cmaf(init, iter([first]))
    assert found and found.segments[0].start / found.clock == pytest.approx(late, abs=0.001)
    assert int.from_bytes(first[fragment + 4 : fragment + 12]) == found.segments[0].start


async def together(tmp_path: Path, first: str, second: str, how: str = "Merge") -> Path:
    """One second of each, one behind or (`how`: Amix) beside the other: `first` and `second` are layouts of tones, ""
    for a film without sound."""
    buckets = tmp_path / "buckets"
    (buckets / "films").mkdir(parents=True)
    files = [tmp_path / "first.mkv", buckets / "films" / "second.mkv"]
    for path, layout in zip(files, (first, second), strict=True):
        channels = {"mono": 1, "stereo": 2, "5.1": 6}.get(layout, 0)
        tones = "|".join(f"0.1*sin({2000 + 600 * n}*PI*t)" for n in range(channels))
        heard = f"-f lavfi -i aevalsrc=exprs={tones}:s={32000 if path == files[0] else 48000}:d=1:c={layout} -c:a flac"
        ffmpeg(f"-f lavfi -i testsrc=s=64x64:d=1 {heard if layout else ''} -c:v libx264", f"file:{path}")
    lists: dict[str, Any] = {f"{how}List" if how == "Merge" else how: json.dumps([{f"{how}URL": SECOND}])}
    io = LocalIO(files[0], tmp_path / "work", tmp_path / "out", buckets=buckets)
    one = spec("mkv", VIDEO, {"Codec": "FLAC", "Samplerate": "48000"}, **lists)
    assert NODE.run
    outcome = (await NODE.run([JobSpec("j", INPUT, one)], io))["j"]
    assert outcome.failure is None
    return io.out / "out" / outcome.result["object"]


@pytest.mark.parametrize("first", ["mono", "stereo", "5.1"])
@pytest.mark.parametrize("second", ["mono", "stereo", "5.1"])
async def test_films_that_are_joined_are_as_loud_as_alone_and_keep_their_sides(
    tmp_path: Path, first: str, second: str
) -> None:
    heard = samples(await together(tmp_path, first, second), 2)
    # left and right of the first tone, which is the left channel, or the only one
    one = 0.1 if first == second == "mono" else 0.0707  # in two channels: 3 dB less in each
    sides = {"mono": (one, one), "stereo": (0.1, 0.0), "5.1": (0.1, 0.0)}
    for layout, second_of_film in ((first, heard[:48000]), (second, heard[48000:96000])):
        tones = np.abs(np.fft.rfft(second_of_film, axis=0))[1000] / 24000
        assert tuple(tones) == pytest.approx(sides[layout], abs=0.01)


async def test_behind_a_film_without_sound_the_others_are_heard(tmp_path: Path) -> None:
    heard = samples(await together(tmp_path, "", "stereo"), 2)
    assert len(heard) == pytest.approx(96000, abs=480)
    assert float(np.abs(heard[:47000]).max()) < 0.001 and float(np.abs(heard[49000:]).max()) > 0.1


@pytest.mark.parametrize("first", ["", "mono", "stereo", "5.1"])
@pytest.mark.parametrize("second", ["mono", "stereo"])
async def test_a_sound_beside_a_film_is_as_loud_as_alone_and_keeps_its_sides(
    tmp_path: Path, first: str, second: str
) -> None:
    heard = samples(await together(tmp_path, first, second, "Amix"), 2)
    tones = np.abs(np.fft.rfft(heard[:48000], axis=0))[1000] / 24000
    one = 0.1 if second == "mono" and first in ("", "mono") else 0.0707  # in two channels: 3 dB less in each
    alone = {"": (0.0, 0.0), "mono": (one, one), "stereo": (0.1, 0.0), "5.1": (0.1, 0.0)}
    assert tuple(tones) == pytest.approx(np.add(alone[first], alone[second]), abs=0.015)
