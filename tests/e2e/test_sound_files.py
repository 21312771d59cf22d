"""Files of sound alone: they last as long as their source to the sample, are as loud, and keep its time."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import ffmpeg, tools
from e2e.outputs import VIDEO, Made, make, spec

OPUS = {"Codec": "OPUS", "Bitrate": "128"}
AAC = {"Codec": "AAC", "Bitrate": "128", "Samplerate": "48000"}
FLAC = {"Codec": "FLAC", "Samplerate": "48000"}


def samples(path: Path, channels: int = 1, rate: int = 48000) -> "np.ndarray[Any, Any]":
    """What a player hears, by channel."""
    argv = [tools().path("ffmpeg"), "-v", "error", "-i", "file:" + str(path), "-map", "0:a:0", "-f", "f32le"]
    ran = subprocess.run(
        [*argv, "-ac", str(channels), "-ar", str(rate), "-"], capture_output=True, check=True, timeout=60
    )
    assert ran.stderr == b"", "the output must decode without a complaint"
    return np.frombuffer(ran.stdout, np.float32).reshape(-1, channels)


def loud(sound: "np.ndarray[Any, Any]") -> float:
    """Its level in dB."""
    return float(20 * np.log10(max(1e-9, np.sqrt(np.mean(np.square(sound))))))


def tone(path: Path, late: float = 0.0) -> Path:
    """Four seconds of a picture and of a tone of 1 kHz without a loss, that begins late."""
    ffmpeg(
        f"-f lavfi -i testsrc=s=64x64:d=4:r=24 -itsoffset {late} -f lavfi -i sine=f=1000:r=48000:d={4 - late}"
        " -map 0 -map 1 -c:v libx264 -preset ultrafast -g 24 -c:a flac",
        str(path),
    )
    return path


def apart(path: Path, layout: str, count: int) -> Path:
    """A second of sound whose channels are tones of 1,000, 1,300, 1,600... Hz."""
    tones = "|".join(f"0.1*sin({2000 + 600 * n}*PI*t)" for n in range(count))
    ffmpeg("-f lavfi -i", f"aevalsrc=exprs={tones}:s=48000:d=1:c={layout}", "-c:a", "pcm_s16le", str(path))
    return path


def levels(path: Path, count: int) -> list[float]:
    """How loud the tones of `apart` are in a file of one or two channels, all in all."""
    heard = np.abs(np.fft.rfft(samples(path, 2).mean(axis=1)[:48000])) / 12000
    return [round(float(heard[1000 + 300 * n]), 3) for n in range(count)]


def facts(made: Made) -> tuple[str, str]:
    found = made.probe()
    return found["format"]["format_name"], ",".join(s["codec_name"] for s in found["streams"])


@pytest.mark.parametrize(
    ("form", "audio", "format_name", "codec", "named"),
    [("m4a", AAC, "mov,mp4,m4a,3gp,3g2,mj2", "aac", "mp4a.40.2"), ("ogg", OPUS, "ogg", "opus", "opus")],
)
async def test_sound_alone_is_gapless_and_as_loud_as_its_source(
    tmp_path: Path, form: str, audio: dict[str, str], format_name: str, codec: str, named: str
) -> None:
    source = tone(tmp_path / "tone.mkv")
    made = await make(tmp_path, source, spec(form, None, audio))
    assert made.io.published == [f"out/clip.{form}"]
    assert facts(made) == (format_name, codec)
    assert (made.results[0]["format"], made.results[0]["codecs"]) == (form, named)
    before, after = samples(source), samples(made.path(), 2)
    assert len(before) == 192_000 and abs(len(after) - len(before)) <= 1, "no sample of padding is heard"
    assert loud(after) == pytest.approx(loud(before), abs=0.3)
    start, end = after[:480, 0], after[-480:, 0]
    assert loud(start) == pytest.approx(loud(before), abs=1.5), "it begins at once"
    assert loud(end) == pytest.approx(loud(before), abs=1.5), "and lasts to the end"


async def test_an_m4a_says_that_it_is_one_and_begins_with_its_index(tmp_path: Path) -> None:
    data = (await make(tmp_path, "base.mp4", spec("m4a", None, AAC))).path().read_bytes()
    assert data[4:12] == b"ftypM4A " and data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(("form", "audio"), [("m4a", AAC), ("ogg", OPUS), ("mp3", {"Codec": "MP3"})])
async def test_sound_that_begins_late_keeps_its_time(tmp_path: Path, form: str, audio: dict[str, str]) -> None:
    made = await make(tmp_path, tone(tmp_path / "late.mkv", 0.8), spec(form, None, audio))
    shown = made.probe()["format"]
    began = float(shown["start_time"])
    heard = samples(made.path())[:, 0]
    first = int(np.argmax(np.abs(heard) > 0.02)) / 48000
    assert began + first == pytest.approx(0.8, abs=0.03)
    if form == "ogg":
        assert began == 0.0, "players of Ogg begin with the first packet: silence stands before it"


@pytest.mark.parametrize("channels", [1, 2, 5, 6, 8])
async def test_opus_has_as_many_channels_as_are_asked_for(tmp_path: Path, channels: int) -> None:
    made = await make(tmp_path, "audio51.mkv", spec("ogg", None, {**OPUS, "Channels": str(channels)}))
    assert made.stream("audio")["channels"] == channels
    assert made.results[0]["channels"] == channels


async def test_a_film_in_pieces_and_its_sound_alone_come_from_one_batch(tmp_path: Path) -> None:
    made = await make(
        tmp_path, "ten.mp4", spec("mp4", VIDEO, AAC, piece=3), spec("ogg", None, OPUS), spec("m4a", None, AAC)
    )
    assert made.io.tasks[0] == "audio" and any(name.startswith("p") for name in made.io.tasks)
    assert [len(samples(made.path(n))) for n in (1, 2)] == pytest.approx([480_000] * 2, abs=2100)
    assert [r["codecs"] for r in made.results] == ["avc1.64000c,mp4a.40.2", "opus", "mp4a.40.2"]


async def test_a_stream_is_copied_into_a_container_that_holds_it(tmp_path: Path) -> None:
    source = tmp_path / "opus.mkv"
    ffmpeg("-f lavfi -i sine=f=1000:r=48000:d=4 -c:a libopus -b:a 96k", str(source))
    made = await make(tmp_path, source, spec("ogg", None, {"Codec": "copy"}), spec("m4a", None, {"Codec": "copy"}))
    assert made.codes == ["", "InvalidParameter.ResourceNotSupported"]
    assert len(samples(made.io.out / "out" / "clip.ogg")) == pytest.approx(192_000, abs=100)


@pytest.mark.parametrize(
    ("layout", "count", "bass"),
    [
        ("downmix", 2, []),
        ("WL+WR", 2, []),
        ("TFL+TFR", 2, []),
        ("3.1.2", 6, [3]),
        ("6.1(front)", 7, [2]),
        ("7.1(wide)", 8, [3]),
        ("cube", 8, []),
        ("7.1.4", 12, [3]),
    ],
)
async def test_every_loudspeaker_but_that_of_the_bass_is_heard(
    tmp_path: Path, layout: str, count: int, bass: list[int]
) -> None:
    made = await make(
        tmp_path,
        apart(tmp_path / "a.mov", layout, count),
        *(spec("ogg", None, {**FLAC, "Channels": n}, output=n) for n in "21"),
    )
    for number in (0, 1):
        heard = levels(made.path(number), count)
        assert [n for n, level in enumerate(heard) if level < 0.02] == bass, heard


async def test_a_mix_that_lies_beside_its_parts_is_not_heard_a_second_time(tmp_path: Path) -> None:
    made = await make(tmp_path, apart(tmp_path / "a.mov", "FL+FR+DL+DR", 4), spec("ogg", None, FLAC))
    assert levels(made.path(), 4) == pytest.approx([0.1, 0.1, 0, 0], abs=0.01)


@pytest.mark.parametrize("form", ["mp4", "mkv", "flv"])
async def test_sound_that_can_be_decoded_in_part_only_is_no_success(tmp_path: Path, form: str) -> None:
    parts = [tmp_path / f"{layout}.ts" for layout in ("stereo", "5.1")]
    for part in parts:
        ffmpeg(
            f"-f lavfi -i testsrc=s=64x64:d=2 -f lavfi -i anoisesrc=d=2 -af aformat=cl={part.stem} -c:a aac", str(part)
        )
    joined, source = tmp_path / "joined.ts", tmp_path / f"joined.{form}"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    # what decoders are told is told once here, of two channels: players fall silent after two seconds too
    ffmpeg(f"-i {joined} -c:v libx264 -preset ultrafast -c:a copy", str(source))
    told = (await make(tmp_path, source, spec("mp4"))).outcomes[0].failure
    assert told and told.message.startswith("The audio should last 4.0") and "2.0" in told.message


@pytest.mark.parametrize("code", ["aac -b:a 256k -f adts", "libmp3lame -q:a 2 -write_xing 0 -f mp3"])
async def test_bare_sound_that_begins_softly_lasts_as_long_as_its_packets(code: str, tmp_path: Path) -> None:
    """No header tells it, and ffprobe divides the size by the rate of the beginning: a minute instead of 6 s."""
    source = tmp_path / "film"
    ffmpeg(f"-f lavfi -i aevalsrc=0.4*(random(0)*2-1)*gt(t\\,4):s=48000:d=6 -c:a {code}", str(source))
    whole = spec("m4a", None, AAC, output="a")
    clipped = spec("m4a", None, AAC, output="b", Clip={"TimeSpan": {"Seek": "1", "End": "1"}})
    made = [await make(tmp_path / str(n), source, one) for n, one in enumerate((whole, clipped))]
    lasts = [float(one.stream("audio")["duration"]) for one in made]
    assert lasts == pytest.approx([6, 4], abs=0.06)
