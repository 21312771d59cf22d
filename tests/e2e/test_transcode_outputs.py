"""Transcode on real clips: what comes out is what was asked for, whole or in pieces; what cannot work fails with a code
and a sentence."""

import asyncio
import hashlib
import json
import subprocess
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from clips import clip, ffmpeg, tools
from reelmill.core.errors import Problems
from reelmill.core.model import JobSpec, ObjectRef, Outcome
from reelmill.nodes import transcode
from reelmill.nodes.base import Env
from reelmill.testkit import LocalIO

INPUT = ObjectRef("in", "oss-cn-hangzhou", "dir/clip.mp4")
NAMES = {"ObjectPrefix": "dir/", "FileName": "clip", "ExtName": "mp4", "RunId": "run", "MediaId": "media"}
PACKAGE = {
    "Output": json.dumps({"Bucket": "out", "Location": "oss-cn-hangzhou", "MasterPlayListName": "p/master.m3u8"})
}
VIDEO = {"Codec": "H.264", "Preset": "veryfast", "Crf": "30"}
AUDIO = {"Codec": "AAC", "Bitrate": "64"}


def spec(
    form: str,
    video: Mapping[str, str] | None = VIDEO,
    audio: Mapping[str, str] | None = AUDIO,
    segment: int = 2,
    uri: str = "",
    output: str = "{FileName}",
    piece: float = 0.0,
    **more: Any,
) -> dict[str, Any]:
    """The spec of one job, made as the engine makes it."""
    template = {"Container": {"Format": form}, "MuxConfig": {"Segment": {"Duration": str(segment)}}}
    template |= {"Video": dict(video)} if video is not None else {}
    template |= {"Audio": dict(audio)} if audio is not None else {}
    raw: dict[str, Any] = {"Outputs": [{"TemplateId": "t" * 32, "OutputObject": output, **more}], "OutputBucket": "out"}
    if uri:
        raw |= (
            {"MultiBitrateVideoStream": {"URI": uri}}
            if video is not None
            else {"ExtXMedia": {"URI": uri, "Name": "main"}}
        )
    problems = Problems()
    params = transcode.check(raw, problems, "P")
    assert problems.found == []
    env = Env(
        INPUT,
        NAMES,
        {"t" * 32: template},
        scopes={"PackageConfig": PACKAGE, "AudioGroup": {"GroupId": "aud"}} if uri else {},
    )
    return {**transcode.job(params, env), "piece_seconds": piece}


class Made:
    """What a batch of jobs made of a clip."""

    def __init__(self, io: LocalIO, outcomes: Mapping[str, Outcome]):
        self.io, self.outcomes = io, [outcomes[f"j{n}"] for n in range(len(outcomes))]

    @property
    def results(self) -> list[Mapping[str, Any]]:
        assert [o.failure for o in self.outcomes] == [None] * len(self.outcomes)
        return [o.result for o in self.outcomes]

    @property
    def codes(self) -> list[str]:
        return [o.failure.code if o.failure else "" for o in self.outcomes]

    def path(self, number: int = 0) -> Path:
        result = self.results[number]
        return self.io.out / result["bucket"] / result["object"]

    def probe(self, number: int = 0) -> dict[str, Any]:
        argv = [
            tools().path("ffprobe"),
            "-v",
            "error",
            "-allowed_extensions",
            "ALL",
            "-count_frames",
            "-show_streams",
            "-show_format",
            "-of",
            "json",
        ]
        if self.path(number).suffix != ".m3u8":
            argv = [word for word in argv if word not in ("-allowed_extensions", "ALL")]
        ran = subprocess.run([*argv, "file:" + str(self.path(number))], capture_output=True, text=True, check=True)
        assert ran.stderr == "", "the output must decode without a complaint"
        return json.loads(ran.stdout)

    def stream(self, kind: str, number: int = 0) -> dict[str, Any]:
        return next(s for s in self.probe(number)["streams"] if s["codec_type"] == kind)

    def frames(self, number: int = 0) -> int:
        return int(self.stream("video", number)["nb_read_frames"])

    def lengths(self, number: int = 0) -> list[float]:
        lines = self.path(number).read_text().splitlines()
        return [float(line[8:].rstrip(",")) for line in lines if line.startswith("#EXTINF:")]

    def times(self, number: int = 0) -> list[float]:
        extra = ["-allowed_extensions", "ALL"] if self.path(number).suffix == ".m3u8" else []
        argv = [
            tools().path("ffprobe"),
            "-v",
            "error",
            *extra,
            "-select_streams",
            "v",
            "-show_entries",
            "packet=pts_time",
            "-of",
            "csv=p=0",
        ]
        ran = subprocess.run([*argv, "file:" + str(self.path(number))], capture_output=True, text=True, check=True)
        return sorted(float(line.strip(",")) for line in ran.stdout.split())


async def make(folder: Path, name: str | Path, *specs: Mapping[str, Any]) -> Made:
    io = LocalIO(clip(name) if isinstance(name, str) else name, folder / "work", folder / "out")
    assert transcode.NODE.run
    return Made(io, await transcode.NODE.run([JobSpec(f"j{n}", INPUT, one) for n, one in enumerate(specs)], io))


def package(piece: float = 0.0) -> list[dict[str, Any]]:
    """Two video streams of different size and one audio stream; both playlists of the videos have the same file
    name."""
    videos = [spec("m3u8", {**VIDEO, "Height": h}, None, uri=f"r{h}/v.m3u8", piece=piece) for h in ("180", "128")]
    return [*videos, spec("m3u8", None, uri="audio/a.m3u8", piece=piece)]


@pytest.mark.parametrize(("form", "frames"), [("mp4", 96), ("m3u8", 96), ("ts", 96), ("flv", 96)])
async def test_every_container_holds_all_frames_and_decodes(tmp_path: Path, form: str, frames: int) -> None:
    made = await make(tmp_path, "base.mp4", spec(form))
    assert made.frames() == frames
    assert made.stream("audio")["codec_name"] == "aac"
    assert made.stream("video")["pix_fmt"] == "yuv420p"
    assert made.results[0]["duration"] == pytest.approx(4, abs=0.15)
    assert made.io.published[-1] == f"out/clip.{form}", "the entry comes last, with the extension of its container"


async def test_mp3_holds_sound_alone(tmp_path: Path) -> None:
    made = await make(tmp_path, "base.mp4", spec("mp3", None, {"Codec": "MP3", "Bitrate": "64"}))
    assert [s["codec_name"] for s in made.probe()["streams"]] == ["mp3"]
    assert made.results[0]["duration"] == pytest.approx(4, abs=0.1)


async def test_mp4_begins_with_its_index(tmp_path: Path) -> None:
    data = (await make(tmp_path, "base.mp4", spec("mp4"))).path().read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


async def test_segments_are_named_after_the_playlist_and_stand_beside_it(tmp_path: Path) -> None:
    made = await make(tmp_path, "base.mp4", spec("m3u8", output="a b/ü %E4%BD%A0#1"))
    assert made.io.published == ["out/a b/ü 你#1-00001.ts", "out/a b/ü 你#1-00002.ts", "out/a b/ü 你#1.m3u8"]
    assert "%C3%BC%20%E4%BD%A0%231-00001.ts" in made.path().read_text()


async def test_one_decode_serves_a_whole_package_cut_alike(tmp_path: Path) -> None:
    made = await make(tmp_path, "ten.mp4", *package())
    assert made.io.tasks == ["encode"]
    assert made.lengths(0) == made.lengths(1) == [2.0] * 5
    assert sum(made.lengths(2)) == pytest.approx(10, abs=0.1)
    starts = [float(made.probe(n)["streams"][0]["start_time"]) for n in range(3)]
    assert starts[0] == starts[1] and starts[2] == pytest.approx(starts[0], abs=0.03), "one clock for sound and picture"
    assert [r["codecs"] for r in made.results] == ["avc1.64000c", "avc1.64000b", "mp4a.40.2"]


@pytest.mark.parametrize("name", ["ten.mp4", "long_gop.mp4", "vfr.mp4", "drop2997_tc.mov", "base.mkv"])
async def test_pieces_lose_no_frame_and_are_cut_where_an_uncut_encode_is(tmp_path: Path, name: str) -> None:
    whole = await make(tmp_path / "1", name, *package(), spec("mp4", output="one"))
    cut = await make(tmp_path / "2", name, *package(1.5), spec("mp4", output="one", piece=1.5))
    assert "p2" in cut.io.tasks and "encode" not in cut.io.tasks
    for number in (0, 1):
        assert cut.frames(number) == whole.frames(number)
        assert cut.lengths(number) == cut.lengths(1 - number)
        assert cut.lengths(number)[:-1] == whole.lengths(number)[:-1]
        assert cut.lengths(number)[-1] == pytest.approx(
            whole.lengths(number)[-1], abs=0.05
        )  # how long the last of unequal frames lasts is a guess
    assert cut.lengths(2) == whole.lengths(2)
    assert cut.frames(3) == whole.frames(3)
    assert cut.times(3) == pytest.approx(whole.times(3), abs=0.001), "every frame at its own time: no gap, no overlap"
    assert cut.times(0) == pytest.approx(whole.times(0), abs=0.001)
    assert float(cut.stream("audio", 3)["duration"]) == pytest.approx(
        float(whole.stream("audio", 3)["duration"]), abs=0.001
    )


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("rotated90.mp4", (180, 320)),
        ("odd_641x361_444.mp4", (640, 360)),
        ("sar_64_45.mp4", (512, 288)),
        ("hdr10_hevc.mp4", (320, 180)),
        ("interlaced_tff.ts", (352, 288)),
        ("tiny2x2.mp4", (2, 2)),
        ("audio51.mkv", (320, 180)),
        ("audio_first.mp4", (320, 180)),
        ("-dash.mp4", (320, 180)),
        ("a:b,c[0].mp4", (320, 180)),
        ("img%03d.mp4", (320, 180)),
        ("ünï – 视频 'q\"uote & $x; 100%.mp4", (320, 180)),
    ],
)
async def test_odd_pictures_become_upright_even_square_and_eight_bits(
    tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    made = await make(tmp_path, name, spec("mp4"))
    video = made.stream("video")
    assert (video["width"], video["height"]) == size
    assert (video["pix_fmt"], video.get("sample_aspect_ratio", "1:1")) == ("yuv420p", "1:1")
    assert video.get("field_order", "progressive") == "progressive" and video.get("color_transfer") != "smpte2084"
    assert "side_data_list" not in video


async def test_a_given_side_keeps_the_aspect_ratio_and_scales_up(tmp_path: Path) -> None:
    made = await make(tmp_path, "base.mp4", spec("mp4", {**VIDEO, "Width": "853"}))
    assert (made.results[0]["width"], made.results[0]["height"]) == (852, 480)


async def test_frame_rates_above_sixty_are_halved_down_and_asked_ones_are_made(tmp_path: Path) -> None:
    made = await make(tmp_path, "fps1000.mp4", spec("mp4", output="a"), spec("mp4", {**VIDEO, "Fps": "25"}, output="b"))
    assert [Fraction(made.stream("video", n)["avg_frame_rate"]) for n in (0, 1)] == [60, 25]


async def test_surround_sound_becomes_two_channels(tmp_path: Path) -> None:
    assert (await make(tmp_path, "audio51.mkv", spec("mp4"))).stream("audio")["channels"] == 2


async def test_the_asked_audio_stream_is_taken_and_a_missing_one_refused(tmp_path: Path) -> None:
    good = await make(tmp_path / "1", "multi_audio.mkv", spec("mp3", None, {"Codec": "MP3"}, AudioStreamMap="0:a:1"))
    assert good.results[0]["duration"] == pytest.approx(4, abs=0.1)
    bad = await make(tmp_path / "2", "base.mp4", spec("mp4", AudioStreamMap="0:a:3"))
    assert bad.codes == ["InvalidParameter.NoAudioStream"]


async def test_a_silent_source_becomes_a_silent_output_but_no_audio(tmp_path: Path) -> None:
    made = await make(tmp_path, "no_audio.mp4", spec("mp4"), spec("mp3", None, {"Codec": "MP3"}))
    assert made.codes == ["", "InvalidParameter.NoAudioStream"]
    assert made.io.published == ["out/clip.mp4"]


async def test_sound_alone_becomes_audio_but_no_video(tmp_path: Path) -> None:
    made = await make(tmp_path, "audio_cover.mp3", spec("mp4"), spec("mp4", audio=None, output="mute"))
    assert made.codes == ["", "InvalidParameter.ResourceNotSupported"]
    assert made.outcomes[0].result["width"] == 0, "a cover picture is no video"


async def test_parts_of_a_package_all_last_as_long_as_the_source(tmp_path: Path) -> None:
    made = await make(tmp_path, "av_offset.mp4", *package())
    assert [sum(made.lengths(n)) for n in range(3)] == pytest.approx([5.5] * 3, abs=0.3)


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
    assert made.io.tasks == ["encode"], "several outputs of one damaged audio stream must not make ffmpeg wait for ever"
    assert made.results[3]["duration"] == pytest.approx(4, abs=0.6)


async def test_a_side_that_would_be_too_long_is_refused_with_both_sizes(tmp_path: Path) -> None:
    made = await make(tmp_path, "tall16x8192.mp4", spec("mp4"))
    assert made.codes == ["InvalidParameter.ResourceNotSupported"]
    assert "16x8192" in made.outcomes[0].failure.message  # type: ignore[union-attr]


async def test_copies_keep_the_coded_stream(tmp_path: Path) -> None:
    made = await make(
        tmp_path,
        "base.mp4",
        spec("m3u8", {"Codec": "copy"}, {"Codec": "copy"}, output="a"),
        spec("flv", {"Codec": "copy"}, {"Codec": "copy"}),
    )
    assert [made.frames(n) for n in (0, 1)] == [96, 96]
    refused = await make(tmp_path / "2", "audio51.mkv", spec("flv", {"Codec": "copy"}, {"Codec": "copy"}))
    assert refused.codes == ["InvalidParameter.ResourceNotSupported"]


async def test_codecs_of_a_copy_are_read_from_its_stream(tmp_path: Path) -> None:
    made = await make(tmp_path, "hdr10_hevc.mp4", spec("m3u8", {"Codec": "copy"}, {"Codec": "copy"}))
    assert made.results[0]["codecs"] == "hvc1.2.4.L60.90,mp4a.40.2"


async def test_names_that_only_the_output_knows_are_filled_in(tmp_path: Path) -> None:
    made = await make(tmp_path, "base.mp4", spec("mp4", output="{DestMd5}-{DestAvgBitrate}"))
    digest = hashlib.md5(made.path().read_bytes()).hexdigest()
    assert made.path().name == f"{digest}-{round(made.results[0]['bitrate'])}.mp4"


async def test_one_bad_sibling_does_not_spoil_the_batch(tmp_path: Path) -> None:
    bad = spec("mp4", output="bad")
    bad["template"]["Video"]["Preset"] = (
        "nonsense"  # cannot get past the check: stands for any setting that ffmpeg refuses
    )
    made = await make(tmp_path, "base.mp4", spec("mp4", output="good"), bad)
    assert made.codes[0] == "" and made.codes[1]
    assert made.io.published == ["out/good.mp4"]


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
