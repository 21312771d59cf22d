"""Codecs, fields of templates and what Outputs ask for, judged by what came out: frames, times, sizes, rates, loudness,
colours."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clips import clip, ffmpeg, tools
from e2e.outputs import AUDIO, INPUT, VIDEO, Made, make, spec
from reelmill.core.model import JobSpec
from reelmill.nodes import transcode
from reelmill.testkit import LocalIO

FILM = Path(__file__).parents[2] / "src/reelmill/cli/clips/big_buck_bunny.mp4"

FAST = {"H.265": {"Crf": "34"}, "AV1": {"Crf": "50"}, "VP9": {"Crf": "50"}}
HOLDS = {"H.265": ("mp4", "AAC"), "AV1": ("mkv", "OPUS"), "VP9": ("webm", "VORBIS")}


def frames(path: Path) -> list[float]:
    """The times of all pictures that a decoder gives out; it must not complain."""
    argv = [
        tools().path("ffmpeg"),
        "-v",
        "error",
        "-i",
        "file:" + str(path),
        "-map",
        "0:v:0",
        "-fps_mode",
        "passthrough",
    ]
    ran = subprocess.run([*argv, "-f", "framecrc", "-"], capture_output=True, text=True, check=True, timeout=120)
    assert ran.stderr == "", "the output must decode without a complaint"
    tick = re.search(r"#tb 0: (\d+)/(\d+)", ran.stdout)
    assert tick
    lines = [line for line in ran.stdout.splitlines() if not line.startswith("#")]
    return [int(line.split(",")[2]) * int(tick[1]) / int(tick[2]) for line in lines]


def kbit(made: Made, number: int = 0) -> float:
    """The rate of the pictures alone."""
    argv = [
        tools().path("ffprobe"),
        "-v",
        "error",
        "-select_streams",
        "v",
        "-show_entries",
        "packet=size",
        "-of",
        "csv=p=0",
    ]
    ran = subprocess.run([*argv, "file:" + str(made.path(number))], capture_output=True, text=True, check=True)
    sizes = [int(line.strip(",")) for line in ran.stdout.split()]
    return 8 * sum(sizes) / 1000 / float(made.results[number]["duration"])


def half(path: Path) -> float:
    """The share of the bytes that the first half of the pictures takes."""
    argv = [tools().path("ffprobe"), "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time,size"]
    ran = subprocess.run([*argv, "-of", "csv=p=0", "file:" + str(path)], capture_output=True, text=True, check=True)
    found = sorted((float(at), int(size)) for at, size in (line.split(",")[:2] for line in ran.stdout.split()))
    return sum(size for _, size in found[: len(found) // 2]) / sum(size for _, size in found)


def measured(path: Path) -> float:
    """LUFS."""
    argv = [tools().path("ffmpeg"), "-nostdin", "-i", "file:" + str(path), "-af", "ebur128", "-f", "null", "-"]
    text = subprocess.run(argv, capture_output=True, text=True, check=True).stderr
    found = re.findall(r"I:\s+(-?[\d.]+) LUFS", text)
    return float(found[-1])


def middle(path: Path, at: float) -> tuple[int, int, int]:
    """The colour of the middle of a picture."""
    argv = [tools().path("ffmpeg"), "-v", "error", "-i", "file:" + str(path), "-ss", str(at), "-frames:v", "1"]
    graph = "crop=iw/4:ih/4,scale=1:1:flags=area,format=rgb24"
    ran = subprocess.run([*argv, "-vf", graph, "-f", "rawvideo", "-"], capture_output=True, check=True)
    red, green, blue = ran.stdout[:3]
    return red, green, blue


async def beside(folder: Path, source: Path, *specs: dict[str, Any]) -> Made:
    """As `make`, with the bucket `films` for other films."""
    io = LocalIO(source, folder / "work", folder / "out", buckets=folder)
    assert transcode.NODE.run
    return Made(io, await transcode.NODE.run([JobSpec(f"j{n}", INPUT, one) for n, one in enumerate(specs)], io))


def url(name: str) -> str:
    return f"http://films.oss-cn-hangzhou.aliyuncs.com/{name}"


def colour(folder: Path, name: str, about: str) -> None:
    (folder / "films").mkdir(exist_ok=True)
    words = f"-f lavfi -i color={about} -f lavfi -i sine=f=700:d=1 -shortest -c:v libx264 -preset ultrafast -c:a aac"
    ffmpeg(words, str(folder / "films" / name))


@pytest.mark.parametrize("codec", FAST)
async def test_a_codec_in_pieces_has_the_frames_of_one_in_one_go(tmp_path: Path, codec: str) -> None:
    form, sound = HOLDS[codec]
    video, audio = {"Codec": codec, **FAST[codec], "Width": "160"}, {"Codec": sound, "Bitrate": "64"}
    whole = await make(tmp_path / "1", "ten.mp4", spec(form, video, audio))
    cut = await make(tmp_path / "2", "ten.mp4", spec(form, video, audio, piece=3.0))
    assert "p2" in cut.io.tasks and "encode" not in cut.io.tasks
    seen = frames(cut.path())
    assert len(seen) == 240
    assert seen == pytest.approx(frames(whole.path()), abs=0.001)
    assert cut.results[0]["codecs"] == whole.results[0]["codecs"] != ""


@pytest.mark.parametrize(
    ("mode", "codec", "form"), [("twopass", "H.264", "mp4"), ("CBR", "H.264", "ts"), ("twopass", "H.265", "mp4")]
)
async def test_rates_are_kept_within_five_percent(tmp_path: Path, mode: str, codec: str, form: str) -> None:
    source = tmp_path / "noise.mp4"
    noise = "-f lavfi -i testsrc2=s=320x180:r=25:d=8,noise=alls=20:allf=t -c:v libx264 -preset ultrafast -crf 18"
    ffmpeg(noise, str(source))
    video = {"Codec": codec, "Bitrate": "400", **({"Preset": "veryfast"} if codec == "H.264" else {})}
    one = spec(form, video, None, TransConfig={"TransMode": mode}, piece=2.0)
    made = await make(tmp_path, source, one)
    if mode == "CBR":
        assert made.io.tasks == ["encode"], "one buffer goes through all of it"
    else:
        assert made.io.tasks[:5] == [*(f"look-p{n}" for n in range(1, 5)), "p1"], "a look at all of it comes first"
    assert kbit(made) == pytest.approx(400, rel=0.05)
    assert len(frames(made.path())) == 200


@pytest.mark.parametrize("rate", [150, 300])
async def test_two_passes_of_a_few_seconds_come_to_their_rate(tmp_path: Path, rate: int) -> None:
    """By its own tolerance the encoder is 5 to 7 % above in these five seconds."""
    video = {"Codec": "H.264", "Bitrate": f"{rate}"}
    made = await make(tmp_path, FILM, spec("mp4", video, None, TransConfig={"TransMode": "twopass"}))
    assert kbit(made) == pytest.approx(rate, rel=0.03)


@pytest.mark.parametrize("codec", ["H.264", "H.265"])
async def test_two_passes_in_pieces_spend_where_one_go_would(tmp_path: Path, codec: str) -> None:
    """A film of two halves, of which one is far simpler: each piece of its own would get the same."""
    source = tmp_path / "halves.mp4"
    noise = "-f lavfi -i testsrc2=s=320x180:r=25:d=8,noise=alls=20:allf=t:enable='gte(t,4)' -c:v libx264 -crf 18"
    ffmpeg(noise + " -preset ultrafast -g 25", str(source))
    video = {"Codec": codec, "Bitrate": "400", **({"Preset": "veryfast"} if codec == "H.264" else {})}
    specs = [spec("mp4", video, None, TransConfig={"TransMode": "twopass"}, piece=piece) for piece in (0, 4.0)]
    whole, cut = [await make(tmp_path / str(n), source, one) for n, one in enumerate(specs)]
    assert cut.io.tasks == ["look-p1", "look-p2", "p1", "p2", "join-0"]
    assert kbit(cut) == pytest.approx(400, rel=0.05)
    first, second = (half(made.path()) for made in (whole, cut))
    assert second == pytest.approx(first, abs=0.06) and first < 0.4


@pytest.mark.parametrize("more", [{}, {"Clip": {"TimeSpan": {"Seek": "1.02"}}}], ids=["whole", "clip"])
async def test_hdr_is_kept_with_its_metadata(more: dict[str, Any], tmp_path: Path) -> None:
    made = await make(tmp_path, "hdr10_hevc.mp4", spec("mp4", {"Codec": "H.265", "Hdr2sdr": "false"}, **more))
    assert [one["side_data_type"] for one in made.stream("video")["side_data_list"]] == ["Content light level metadata"]
    seen = made.stream("video")
    assert (seen["pix_fmt"], seen["color_transfer"], seen["color_primaries"]) == ("yuv420p10le", "smpte2084", "bt2020")
    assert seen["codec_tag_string"] == "hvc1"


@pytest.mark.parametrize(
    ("video", "more", "size"),
    [
        ({"Crop": "160:90:20:10"}, {}, (160, 90)),
        ({"Pad": "320:240:0:30"}, {}, (320, 240)),
        ({"Crop": "160:90:20:10", "Pad": "160:160:0:36", "Width": "128"}, {}, (128, 128)),
        ({}, {"Rotate": "90"}, (180, 320)),
        ({}, {"Rotate": "180"}, (320, 180)),
        ({"Width": "200", "Height": "200"}, {"TransConfig": {"AdjDarMethod": "pad"}}, (200, 200)),
        ({"Width": "200", "Height": "200"}, {"TransConfig": {"AdjDarMethod": "crop"}}, (200, 200)),
        ({"Degrain": "4"}, {"DeWatermark": {"0": [{"l": 0.1, "t": 0.1, "w": 0.2, "h": 0.2}]}}, (320, 180)),
    ],
)
async def test_pictures_are_cut_bordered_and_turned(
    tmp_path: Path, video: dict[str, str], more: dict[str, Any], size: tuple[int, int]
) -> None:
    made = await make(tmp_path, "base.mp4", spec("mp4", {**VIDEO, **video}, None, **more))
    assert (made.results[0]["width"], made.results[0]["height"]) == size
    assert made.frames() == 96


@pytest.mark.parametrize("form", ["yuv420p", "yuv420p10le"])
async def test_black_bars_are_found_and_cut(tmp_path: Path, form: str) -> None:
    source = tmp_path / "bars.mkv"
    ffmpeg(f"-f lavfi -i testsrc2=s=320x120:r=24:d=1,format={form},pad=320:180:0:30 -c:v ffv1", str(source))
    made = await make(tmp_path, source, spec("mp4", {**VIDEO, "Crop": "border"}, None))
    assert (made.results[0]["width"], made.results[0]["height"]) == (320, 120)


async def test_lines_stay_fields(tmp_path: Path) -> None:
    made = await make(tmp_path, "interlaced_tff.ts", spec("mp4", {**VIDEO, "ScanMode": "interlaced"}, None))
    assert made.stream("video")["field_order"] in ("tt", "tb")


async def test_each_field_has_an_even_number_of_lines(tmp_path: Path) -> None:
    """The encoder of interlaced pictures refuses others."""
    video = {**VIDEO, "ScanMode": "interlaced", "Height": "150"}
    assert (await make(tmp_path, "interlaced_tff.ts", spec("mp4", video, None))).stream("video")["height"] == 152


@pytest.mark.parametrize(
    ("span", "count"), [({"Seek": "1.0", "Duration": "1.5"}, 36), ({"End": "0.5"}, 84), ({"Seek": "00:00:03.000"}, 24)]
)
async def test_a_clip_is_exact_to_a_frame(tmp_path: Path, span: dict[str, str], count: int) -> None:
    made = await make(tmp_path, "base.mp4", spec("mp4", Clip={"TimeSpan": span}))
    assert made.frames() == count
    assert float(made.stream("audio")["duration"]) == pytest.approx(count / 24, abs=0.03)


async def test_a_clip_behind_the_end_fails_with_a_sentence(tmp_path: Path) -> None:
    made = await make(tmp_path, "base.mp4", spec("mp4", Clip={"TimeSpan": {"Seek": "9"}}))
    assert made.codes == ["InvalidParameter.ResourceNotSupported"]


async def test_films_are_joined_and_a_slate_fades_in(tmp_path: Path) -> None:
    colour(tmp_path, "red.mp4", "red:s=160x120:r=30:d=1")
    colour(tmp_path, "green.mp4", "green:s=320x180:r=24:d=1")
    slate = {"TailUrl": url("green.mp4"), "BlendDuration": "0.5", "Width": "full", "Height": "full"}
    one = spec("mp4", MergeList=[{"MergeURL": url("red.mp4")}], TailSlateList=[slate])
    made = await beside(tmp_path, clip("base.mp4"), one)
    assert made.frames() == 144
    assert float(made.stream("audio")["duration"]) == pytest.approx(6.0, abs=0.05)
    red, green = middle(made.path(), 4.5), middle(made.path(), 5.9)
    assert red[0] > 180 and red[1] < 60
    assert green[1] > 80 and green[0] < 60


async def test_an_opening_lies_on_the_picture_and_the_length_stays(tmp_path: Path) -> None:
    colour(tmp_path, "red.mp4", "red:s=160x120:r=30:d=1")
    opening = {"OpenUrl": url("red.mp4"), "Start": "1", "Width": "full", "Height": "full"}
    made = await beside(tmp_path, clip("base.mp4"), spec("mp4", OpeningList=[opening]))
    assert made.frames() == 96
    assert middle(made.path(), 1.5)[0] > 180 and middle(made.path(), 1.5)[1] < 60
    assert middle(made.path(), 3.0)[1] > 60 or middle(made.path(), 3.0)[0] < 180


async def test_a_part_without_sound_fails_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    ffmpeg("-f lavfi -i color=red:s=160x120:d=1 -c:v libx264", str(tmp_path / "films" / "mute.mp4"))
    made = await beside(tmp_path, clip("base.mp4"), spec("mp4", MergeList=[{"MergeURL": url("mute.mp4")}]))
    assert made.codes == ["InvalidParameter.ResourceNotSupported"]
    assert "mute.mp4" in str(made.outcomes[0].failure) and "sound" in str(made.outcomes[0].failure)


async def test_a_playlist_that_calls_itself_a_film_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    text = f"#EXTM3U\n#EXTINF:1,\nfile://{clip('base.mp4')}\n#EXT-X-ENDLIST\n"
    (tmp_path / "films" / "list.mp4").write_text(text)
    made = await beside(tmp_path, clip("base.mp4"), spec("mp4", MergeList=[{"MergeURL": url("list.mp4")}]))
    assert made.codes == ["InvalidParameter.ResourceContentBad"]


async def test_another_sound_is_mixed_in_and_may_last_longer(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    ffmpeg("-f lavfi -i sine=f=1200:d=6 -c:a aac", str(tmp_path / "films" / "tone.m4a"))
    for mode, lasts in (("first", 4.0), ("long", 6.0)):
        one = spec("mp4", Amix=[{"AmixURL": url("tone.m4a"), "MixDurMode": mode}])
        io = LocalIO(clip("base.mp4"), tmp_path / mode / "work", tmp_path / mode / "out", buckets=tmp_path)
        assert transcode.NODE.run
        made = Made(io, await transcode.NODE.run([JobSpec("j0", INPUT, one)], io))
        assert float(made.stream("audio")["duration"]) == pytest.approx(lasts, abs=0.1)
        assert made.frames() == 96


@pytest.mark.parametrize(("target", "source_level"), [(-23.0, "-30dB"), (-16.0, "-12dB"), (-30.0, "0dB")])
async def test_loudness_is_within_half_a_unit(tmp_path: Path, target: float, source_level: str) -> None:
    source = tmp_path / "sound.flac"
    words = f"-f lavfi -i anoisesrc=d=12:c=pink:r=48000:seed=7,tremolo=f=0.5:d=0.7,volume={source_level} -c:a flac"
    ffmpeg(words, str(source))
    volume = {
        "Method": "dynamic",
        "IntegratedLoudnessTarget": str(target),
        "TruePeak": "-1",
        "LoudnessRangeTarget": "20",
    }
    audio: dict[str, Any] = {"Codec": "AAC", "Bitrate": "192", "Samplerate": "48000", "Volume": volume}
    made = await make(tmp_path, source, spec("m4a", None, audio))
    assert measured(made.path()) == pytest.approx(target, abs=0.5)


async def test_segments_begin_where_they_are_forced_to(tmp_path: Path) -> None:
    mux = {"Segment": {"Duration": "2", "ForceSegTime": "0.5,3.5"}}
    made = await make(tmp_path, "base.mp4", spec("m3u8", MuxConfig=mux))
    assert made.lengths() == pytest.approx([0.5, 2.0, 1.0, 0.5], abs=0.042)
    assert made.frames() == 96


@pytest.mark.parametrize(("form", "codec"), [("gif", "GIF"), ("webp", "WEBP")])
async def test_animated_pictures_move(tmp_path: Path, form: str, codec: str) -> None:
    mux = {form.capitalize(): {"Loop": "2"}}
    made = await make(
        tmp_path, "base.mp4", spec(form, {"Codec": codec, "Width": "160", "Fps": "10"}, None, MuxConfig=mux)
    )
    data = made.path().read_bytes()
    assert (made.results[0]["width"], made.results[0]["height"]) == (160, 90)
    moving = data.count(b"ANMF") if form == "webp" else data.count(b"\x21\xf9\x04")
    assert 30 <= moving <= 41


async def test_flac_loses_nothing(tmp_path: Path) -> None:
    source = tmp_path / "sound.flac"
    ffmpeg("-f lavfi -i anoisesrc=d=2:r=48000:seed=3:a=0.5 -ac 2 -c:a flac -sample_fmt s16", str(source))
    made = await make(tmp_path, source, spec("flac", None, {"Codec": "FLAC", "Samplerate": "48000"}))
    assert made.stream("audio")["codec_name"] == "flac"
    assert float(made.stream("audio")["duration"]) == pytest.approx(2.0, abs=0.001)


async def test_sound_keeps_its_channels(tmp_path: Path) -> None:
    made = await make(tmp_path, "audio51.mkv", spec("mp4", None, {**AUDIO, "Channels": "6"}))
    assert made.stream("audio")["channels"] == 6


def two_pictures(path: Path) -> None:
    """A cover, a red picture, a sound, a green picture of another size and rate, which is the default one."""
    ffmpeg("-f lavfi -i color=red:s=64x64:d=1 -frames:v 1 cover.jpg")
    ffmpeg(
        "-i cover.jpg -f lavfi -i color=red:s=160x128:d=2 -f lavfi -i sine=d=2 "
        "-f lavfi -i color=lime:s=320x128:r=10:d=2 "
        "-map 0 -map 1 -map 2 -map 3 -c:v libx264 -preset ultrafast -c:v:0 copy -c:a aac "
        "-disposition:v:0 attached_pic -disposition:v:1 0 -disposition:v:2 default",
        "file:" + str(path),
    )


@pytest.mark.parametrize(
    ("asked", "frames_of", "width", "colour"),
    [("0:v:0", 50, 160, (255, 0, 0)), ("0:v:1", 20, 320, (0, 255, 0)), ("", 20, 320, (0, 255, 0))],
)
async def test_the_asked_picture_is_taken(
    tmp_path: Path, asked: str, frames_of: int, width: int, colour: tuple[int, int, int]
) -> None:
    two_pictures(tmp_path / "two.mp4")
    more: dict[str, Any] = {"VideoStreamMap": asked} if asked else {}
    made = await make(tmp_path, tmp_path / "two.mp4", spec("mp4", **more))
    assert (made.frames(), made.stream("video")["width"]) == (frames_of, width)
    assert max(abs(a - b) for a, b in zip(middle(made.path(), 1.0), colour, strict=True)) < 20


async def test_a_picture_that_is_not_there_fails_and_says_so(tmp_path: Path) -> None:
    two_pictures(tmp_path / "two.mp4")
    made = await make(tmp_path, tmp_path / "two.mp4", spec("mp4", VideoStreamMap="0:v:2"))
    (failure,) = (one.failure for one in made.outcomes)
    assert (
        failure is not None
        and failure.message == "VideoStreamMap asks for 0:v:2, and the source has 2 video stream(s)."
    )
