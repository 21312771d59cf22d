"""Sources whose pictures or sound come late, seldom or unevenly become outputs that keep their moments."""

import asyncio
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clips import clip, ffmpeg, tools
from e2e.outputs import AUDIO, VIDEO, make, package, spec


async def test_a_last_segment_of_a_little_silence_is_no_broken_source(tmp_path: Path) -> None:
    """Its few packets are too few for ffprobe to guess the container."""
    quiet = tmp_path / "quiet.mkv"
    ffmpeg("-f lavfi -i anullsrc=r=44100:cl=stereo -t 4.4 -c:a aac", "file:" + str(quiet))
    made = await make(tmp_path, quiet, spec("m3u8", None, segment=4, uri="audio/a.m3u8"))
    assert made.results[0]["segments"] == 2
    assert sum(made.lengths()) == pytest.approx(4.4, abs=0.1)


@pytest.mark.parametrize(
    "name", ["truncated_faststart.mp4", "truncated_nomoov.mp4", "random.mp4", "text.mp4", "zero.mp4"]
)
async def test_broken_sources_are_found_out(tmp_path: Path, name: str) -> None:
    made = await make(tmp_path, name, spec("mp4"))
    assert made.codes == ["InvalidParameter.ResourceContentBad"]
    assert made.io.published == []


@pytest.mark.parametrize("name", ["bitflips.ts", "ts_wrap.ts", "a_short.mp4"])
async def test_damaged_or_uneven_sources_become_what_can_be_saved(tmp_path: Path, name: str) -> None:
    made = await make(
        tmp_path, name, *package(), spec("mp4", output="x"), spec("mp3", None, {"Codec": "MP3"}, output="y")
    )
    assert made.io.tasks == ["encode", "lists"], (
        "several outputs of one damaged audio stream must not make ffmpeg wait for ever"
    )
    assert made.results[3]["duration"] == pytest.approx(4, abs=0.6)


async def test_a_late_first_picture_keeps_its_distance_to_the_sound_in_pieces_too(tmp_path: Path) -> None:
    """Pieces count from the first picture; the join must put them back where the file had them."""
    late = tmp_path / "late.mp4"
    ffmpeg(
        f"-itsoffset 0.25 -i {clip('base.mp4')} -i {clip('base.mp4')} -map 0:v -map 1:a -c copy", "file:" + str(late)
    )
    whole = await make(tmp_path / "1", late, spec("mp4"))
    cut = await make(tmp_path / "2", late, spec("mp4", piece=1.0))
    assert "join-0" in cut.io.tasks
    assert whole.times()[0] == pytest.approx(0.25, abs=0.01)
    assert cut.times() == pytest.approx(whole.times(), abs=0.001)


async def test_every_size_of_an_hdr_ladder_is_made_also_that_of_the_source(tmp_path: Path) -> None:
    """The tone mapping works at the largest size; who has the size of the source must be scaled back from that."""
    made = await make(
        tmp_path,
        "hdr10_hevc.mp4",
        *(spec("mp4", {**VIDEO, "Height": height}, output=height) for height in ("360", "180", "128")),
    )
    assert [made.stream("video", n)["height"] for n in range(3)] == [360, 180, 128]


async def test_the_full_range_of_cameras_becomes_that_of_video(tmp_path: Path) -> None:
    jpegs = tmp_path / "camera.avi"
    ffmpeg(f"-i {clip('base.mp4')} -c:v mjpeg -pix_fmt yuvj422p -q:v 5 -c:a pcm_s16le", "file:" + str(jpegs))
    video = (await make(tmp_path, jpegs, spec("mp4"))).stream("video")
    assert (video["pix_fmt"], video.get("color_range", "tv")) == ("yuv420p", "tv")


async def test_pictures_that_stand_for_long_are_repeated_in_segments(tmp_path: Path) -> None:
    """Slides: three pictures in 30 s. Segments of the asked length need frames to begin with; a file keeps the source's
    own."""
    slides = tmp_path / "slides.mp4"
    ffmpeg(
        "-f lavfi -i testsrc2=s=320x180:r=1/10:d=30 -f lavfi -i sine=d=30 -c:v libx264 -preset ultrafast -pix_fmt "
        "yuv420p -c:a aac",
        "file:" + str(slides),
    )
    made = await make(tmp_path, slides, *package(), spec("mp4", output="x"))
    assert made.lengths(0) == made.lengths(1) == [2.0] * 15
    assert sum(made.lengths(2)) == pytest.approx(30, abs=0.1)
    assert made.frames(3) == 3


async def test_a_screen_recording_keeps_its_moments_when_it_is_filled_up(tmp_path: Path) -> None:
    """30 pictures in the first second, one more after 4 s, sound for 6 s: at their average rate the first second would
    lose most of its pictures. Where one stands it comes again each second, and at the end until the sound ends."""
    screen = tmp_path / "screen.mp4"
    ffmpeg(
        "-f lavfi -i testsrc2=s=320x180:r=30:d=5 -f lavfi -i sine=d=6 -vf select=lt(n\\,30)+eq(n\\,120) -fps_mode "
        "vfr -c:v libx264 -preset ultrafast -bf 0 "
        "-pix_fmt yuv420p -c:a aac",
        "file:" + str(screen),
    )
    made = await make(tmp_path, screen, *package())
    assert sum(made.lengths(0)) == pytest.approx(6, abs=0.05)
    assert made.lengths(0) == made.lengths(1) == [2.0] * 3
    assert made.frames(0) == pytest.approx(31 + 2 + 1 + 25, abs=1)


async def test_raw_dv_keeps_its_frame_rate(tmp_path: Path) -> None:
    tape = tmp_path / "tape.dv"
    ffmpeg(
        "-f lavfi -i testsrc2=s=720x576:r=25:d=1 -f lavfi -i sine=r=48000:d=1 -c:v dvvideo -pix_fmt yuv420p -ac 2 "
        "-c:a pcm_s16le",
        "file:" + str(tape),
    )
    assert (await make(tmp_path, tape, spec("mp4"))).frames() == 25


async def test_late_sound_keeps_its_distance_to_the_picture_in_pieces_too(tmp_path: Path) -> None:
    late = tmp_path / "late.mp4"
    ffmpeg(f"-i {clip('base.mp4')} -itsoffset 1.5 -i {clip('base.mp4')} -map 0:v -map 1:a -c copy", "file:" + str(late))
    for form in ("mp4", "ts", "m3u8", "flv"):
        whole = await make(tmp_path / form / "1", late, spec(form))
        cut = await make(tmp_path / form / "2", late, spec(form, piece=1.0))
        assert "join-0" in cut.io.tasks
        begins = [
            {kind: float(made.stream(kind)["start_time"]) for kind in ("video", "audio")} for made in (whole, cut)
        ]
        filled = 0.0 if form == "m3u8" else 1.5  # segments begin with sound, so it is preceded by silence there
        assert begins[0]["audio"] - begins[0]["video"] == pytest.approx(filled, abs=0.05)
        assert begins[1]["audio"] - begins[1]["video"] == pytest.approx(
            begins[0]["audio"] - begins[0]["video"], abs=0.003
        )


@pytest.mark.parametrize(("rate", "codec"), [("1/20", VIDEO), ("1", VIDEO), ("1/20", {"Codec": "copy"})])
async def test_sound_waits_for_pictures_that_come_seldom(tmp_path: Path, rate: str, codec: dict[str, str]) -> None:
    """An encoder keeps dozens of pictures back. A muxer that loses patience writes half a minute of sound before the
    first of them."""
    seldom = tmp_path / "seldom.mp4"
    ffmpeg(
        f"-f lavfi -i testsrc2=s=320x180:r={rate}:d=60 -f lavfi -i sine=d=60 -c:v libx264 -preset ultrafast "
        f"-pix_fmt yuv420p -c:a aac",
        "file:" + str(seldom),
    )
    audio = {"Codec": "copy"} if codec.get("Codec") == "copy" else AUDIO
    slow = {**codec, "Preset": "medium"} if "Preset" in codec else codec
    made = await make(
        tmp_path,
        seldom,
        spec("m3u8", slow, audio, output="x"),
        spec("ts", slow, audio, output="y"),
        spec("flv", slow, audio, output="z"),
    )
    for number in range(3):
        assert {s["codec_name"] for s in made.probe(number)["streams"]} == {"h264", "aac"}
        assert made.results[number]["width"] == 320
    if codec is VIDEO:
        assert made.lengths(0) == [2.0] * 30
    if codec is VIDEO and rate == "1/20":
        sizes = [made.path(0).with_name(f"x-{n:05d}.ts").stat().st_size for n in range(1, 31)]
        assert max(sizes) < 4 * min(sizes), "every segment has its own two seconds of sound"


async def test_the_last_segment_of_uneven_pictures_is_as_long_as_they_stand(tmp_path: Path) -> None:
    """A browser's recorder: 60 % of the pictures are missing, and each claims to stand for a thirtieth of a second."""
    recorded = tmp_path / "recorded.mkv"
    ffmpeg(
        "-f lavfi -i testsrc2=s=320x180:r=30:d=12 -vf select=gt(random(1)\\,0.6) -fps_mode vfr -c:v libx264 -preset "
        "ultrafast -pix_fmt yuv420p",
        "file:" + str(recorded),
    )
    made = await make(tmp_path, recorded, spec("m3u8", audio=None, segment=8))
    assert made.lengths()[0] == pytest.approx(8, abs=0.3)
    assert sum(made.lengths()) == pytest.approx(12, abs=0.4)


@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9"])
async def test_transparency_that_stands_beside_the_picture_is_put_on_black(tmp_path: Path, codec: str) -> None:
    """VP8 and VP9 keep it in a second picture that ffmpeg's own decoders leave out: the green hidden below would
    show."""
    film = tmp_path / "alpha.webm"
    half = "format=yuva420p,geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='255*gt(X,160)'"
    ffmpeg(
        f"-f lavfi -i color=0x28dc3c:s=320x180:r=24:d=1 -vf {half} -c:v {codec} -auto-alt-ref 0 -pix_fmt yuva420p",
        "file:" + str(film),
    )
    made = await make(tmp_path, film, spec("mp4"))
    show = [
        tools().path("ffmpeg"),
        "-v",
        "error",
        "-i",
        str(made.path()),
        "-frames:v",
        "1",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ]
    raw = await asyncio.to_thread(subprocess.check_output, show)
    hidden, shown = (tuple(raw[(90 * 320 + x) * 3 :][:3]) for x in (40, 280))
    assert max(hidden) <= 4 and max(abs(a - b) for a, b in zip(shown, (40, 220, 60), strict=True)) <= 4


@pytest.mark.parametrize(("name", "codec"), [("title.mov", "png"), ("title.apng", "apng")])
async def test_transparency_that_ffprobe_cannot_see_is_put_on_black(name: str, codec: str, tmp_path: Path) -> None:
    """It may have no decoder for PNG, in which editors export titles."""
    film = tmp_path / name
    ffmpeg(f"-f lavfi -i color=red:s=64x64:r=24:d=0.2 -vf format=rgba,colorchannelmixer=aa=0 -c:v {codec} {film}")
    made = await make(tmp_path, film, spec("mp4", audio=None))
    show = [tools().path("ffmpeg"), "-v", "error", "-i", str(made.path()), "-frames:v", "1", "-pix_fmt", "gray"]
    grey = await asyncio.to_thread(subprocess.check_output, [*show, "-f", "rawvideo", "-"])
    assert max(grey) <= 4


async def test_an_animated_png_is_a_film_and_a_png_is_told_by_its_name(tmp_path: Path) -> None:
    """Browsers show it as they show a GIF. Its own times count."""
    film, picture = tmp_path / "film.png", tmp_path / "picture.png"
    ffmpeg("-f lavfi -i testsrc2=s=64x64:r=12:d=1 -vf", "setpts='(N+4*gte(N,6))/12/TB'", "-f", "apng", f"file:{film}")
    ffmpeg("-f lavfi -i color=red:s=64x64 -frames:v 1", f"file:{picture}")
    made = await make(tmp_path, film, spec("mp4", audio=None))
    assert made.frames() == 12
    assert made.times()[5:7] == pytest.approx([5 / 12, 10 / 12], abs=0.002)
    alone = await make(tmp_path / "picture", picture, spec("mp4", audio=None))
    failure = alone.outcomes[0].failure
    assert failure and "it is a playlist, a picture or a script" in failure.message and "(png_pipe: " in failure.message


def stands(picture: Path) -> list[int]:
    """Milliseconds that each picture of an animation stands."""
    data, found = picture.read_bytes(), list[int]()
    if picture.suffix == ".webp":
        at = 12
        while at + 8 <= len(data):
            size = int.from_bytes(data[at + 4 : at + 8], "little")
            found += [int.from_bytes(data[at + 20 : at + 23], "little")] if data[at : at + 4] == b"ANMF" else []
            at += 8 + size + size % 2
        return found
    places = [at.end() for at in re.finditer(rb"\x21\xf9\x04.", data, re.DOTALL)]
    return [10 * int.from_bytes(data[at : at + 2], "little") for at in places]


@pytest.mark.parametrize(("form", "codec"), [("gif", "GIF"), ("webp", "WEBP")])
@pytest.mark.parametrize(
    ("span", "whole", "last"),
    [({}, 4000, 42), ({"Seek": "0.5", "Duration": "2"}, 1917, 167), ({"Duration": "2.05"}, 2050, 0)],
    ids=["whole", "clip", "cut just behind a picture"],
)
async def test_the_last_picture_of_an_uneven_animation_stands_to_its_end(
    form: str, codec: str, span: dict[str, str], whole: int, last: int, tmp_path: Path
) -> None:
    """It stood as long as a packet said, or as the others do on average."""
    film, own = tmp_path / "film.mkv", "not(mod(n\\,7))+not(mod(n\\,5))"
    grey = f"nullsrc=s=64x64:r=24:d=4,geq=lum=N*2+20:cb=128:cr=128,select='{own}'"
    ffmpeg(f"-f lavfi -i {grey} -c:v libx264 -preset ultrafast -crf 4 -fps_mode vfr", f"file:{film}")
    more: dict[str, Any] = {"Clip": {"TimeSpan": span}} if span else {}
    made = await make(tmp_path, film, spec(form, {"Codec": codec}, None, **more))
    found = stands(made.path())
    assert sum(found) == pytest.approx(whole, abs=10)
    if form == "gif":
        assert found[-1] == 20 and found[-2] + 20 >= last - 10, "once more at the end: nobody sees two of them"
