"""Pictures that already are what a template asks for: copied, and the same to the last one; others encoded."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from clips import clip, ffmpeg, folder, tools
from e2e.outputs import make, spec

ON = {"CopyWhenFit": "true"}
FIT = {"Codec": "H.264", "Bitrate": "9000", "Preset": "veryfast"}
_OPEN = "-c:v libx264 -preset ultrafast -crf 30 -g 24 -bf 2 -x264-params open-gop=1:scenecut=0 -pix_fmt yuv420p"
SOURCES = {
    "base.mp4": "",
    "base.mkv": "",
    "opened.mp4": f"-i base.mp4 {_OPEN} -c:a copy",
    "edited.mp4": "-ss 0.5 -i base.mp4 -c copy",
    "uneven.mp4": "-i vfr.mp4 -c copy",
    "moved.mp4": "-itsoffset 0.7 -i base.mp4 -i base.mp4 -map 0:v -map 1:a -c copy",
}


def pictures(path: Path) -> list[str]:
    """A checksum of each picture that a player shows, in order."""
    argv = [tools().path("ffmpeg"), "-v", "error", "-allowed_extensions", "ALL", "-i", "file:" + str(path), "-map", "v"]
    if path.suffix not in (".m3u8",):
        argv = [word for word in argv if word not in ("-allowed_extensions", "ALL")]
    ran = subprocess.run(
        [*argv, "-fps_mode", "passthrough", "-f", "framemd5", "-"], capture_output=True, text=True, check=True
    )
    assert ran.stderr == "", "the output must decode without a complaint"
    return [line.split(",")[-1].strip() for line in ran.stdout.splitlines() if not line.startswith("#")]


def film(name: str) -> Path:
    path = folder() / name
    if SOURCES[name] and not path.exists():
        for needed in ("base.mp4", "vfr.mp4"):
            clip(needed)
        ffmpeg(SOURCES[name], name)
    return path if SOURCES[name] else clip(name)


def asked(form: str, **more: Any) -> dict[str, Any]:
    """A job that wants its picture copied where it fits."""
    return spec(form, FIT, TransConfig=ON, **more)


@pytest.mark.parametrize("source", ["base.mp4", "base.mkv"])
async def test_a_copy_has_every_picture_of_the_source_at_its_time(tmp_path: Path, source: str) -> None:
    made = await make(tmp_path, film(source), asked("mp4"), asked("m3u8"), asked("ts"), asked("flv"))
    told = [one.reason for one in made.outcomes]
    assert all("copied, not encoded" in one for one in told), told
    want = pictures(film(source))
    for number in range(4):
        assert pictures(made.path(number)) == want
        times = made.times(number)
        assert [round(t - times[0], 3) for t in times] == pytest.approx([n / 24 for n in range(96)], abs=0.0015)
    assert made.lengths(1) == pytest.approx([2.0, 2.0], abs=0.03)
    sound = [float(made.stream("audio", n)["start_time"]) - made.times(n)[0] for n in range(4)]
    assert sound == pytest.approx([0.0] * 4, abs=0.03), "the sound begins with the picture"


async def test_a_copy_has_the_segments_of_what_is_encoded_beside_it(tmp_path: Path) -> None:
    beside = {**FIT, "Height": "128"}
    parts = [
        spec(form, video, None, uri=f"r{n}/v.{form}", TransConfig=ON, piece=piece)
        for form in ("m3u8",)
        for piece in (0.0, 1.0)
        for n, video in enumerate((FIT, beside))
    ]
    for n in (0, 2):
        made = await make(tmp_path / str(n), film("base.mp4"), *parts[n : n + 2])
        assert "copied" in made.outcomes[0].reason and "320x180" in made.outcomes[1].reason
        assert made.lengths(0) == made.lengths(1) == [2.0, 2.0]
        assert made.times(0) == pytest.approx(made.times(1), abs=0.001)
        assert pictures(made.path(0)) == pictures(film("base.mp4"))


async def test_a_copy_in_fragments_begins_with_key_frames(tmp_path: Path) -> None:
    made = await make(tmp_path, film("base.mp4"), asked("mpd"))
    assert "copied" in made.outcomes[0].reason
    assert pictures(made.path()) == pictures(film("base.mp4"))


@pytest.mark.parametrize(
    ("source", "says"),
    [("opened.mp4", "need each other"), ("edited.mp4", "hides"), ("uneven.mp4", "uneven"), ("moved.mp4", "begin with")],
)
async def test_what_cannot_be_taken_out_as_it_is_gets_encoded(tmp_path: Path, source: str, says: str) -> None:
    made = await make(tmp_path, film(source), asked("m3u8"))
    assert says in made.outcomes[0].reason, made.outcomes[0].reason
    assert "copied" not in made.outcomes[0].reason


async def test_segments_without_key_frames_get_encoded(tmp_path: Path) -> None:
    made = await make(tmp_path, "long_gop.mp4", asked("m3u8"))
    assert "no key frame there" in made.outcomes[0].reason
    assert made.lengths() == pytest.approx([2.0] * 4, abs=0.05)


async def test_nothing_is_said_where_nobody_asks(tmp_path: Path) -> None:
    made = await make(tmp_path, "base.mp4", spec("mp4", FIT))
    assert made.outcomes[0].reason == ""
