"""Transcode on real clips: what comes out is what was asked for, whole or in pieces; what cannot work fails with a code
and a sentence."""

import hashlib
from fractions import Fraction
from pathlib import Path

import pytest

from e2e.outputs import VIDEO, make, package, spec


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
    assert made.io.tasks == ["encode", "lists"]
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
