"""ffprobe's answers -> facts. The fixtures are cut down from real answers of FFmpeg 8.1."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reelmill.media import packets
from reelmill.media.probe import OWN_INPUT, SAFE_FORMATS, SAFE_INPUT, clean, describes_nothing, parse, streams_argv

VIDEO: dict[str, Any] = {
    "index": 0,
    "codec_name": "h264",
    "profile": "Main",
    "codec_type": "video",
    "width": 1280,
    "height": 720,
    "sample_aspect_ratio": "1:1",
    "pix_fmt": "yuv420p",
    "level": 31,
    "color_transfer": "bt709",
    "field_order": "progressive",
    "r_frame_rate": "24/1",
    "avg_frame_rate": "24/1",
    "start_time": "0.000000",
    "duration": "4.041667",
    "bit_rate": "381510",
    "disposition": {"attached_pic": 0},
    "tags": {"language": "und"},
}
AUDIO: dict[str, Any] = {
    "index": 1,
    "codec_name": "aac",
    "codec_type": "audio",
    "sample_rate": "44100",
    "channels": 2,
    "start_time": "0.000000",
    "duration": "4.002358",
    "bit_rate": "128250",
    "tags": {"language": "eng"},
}
FORMAT: dict[str, Any] = {
    "filename": "file:/secret/place/x.mp4",
    "format_name": "mov,mp4,m4a,3gp,3g2,mj2",
    "start_time": "0.000000",
    "duration": "4.041667",
    "size": "427945",
    "bit_rate": "847066",
}


def raw(*streams: dict[str, Any], **form: Any) -> dict[str, Any]:
    return {"streams": list(streams), "format": {**FORMAT, **form}}


def video(**changes: Any) -> Any:
    return parse(raw({**VIDEO, **changes})).video[0]


def test_a_plain_film() -> None:
    info = parse(raw(VIDEO, AUDIO))
    assert (info.duration, info.size, info.bitrate, info.start) == (4.041667, 427945, 847066, 0.0)
    assert (info.video[0].fps, info.video[0].bitrate, info.video[0].shown_width) == (Fraction(24), 381510, 1280)
    assert (info.audio[0].samplerate, info.audio[0].channels, info.audio[0].language) == (44100, 2, "eng")


@pytest.mark.parametrize(
    ("side", "tags", "turn", "shown"),
    [
        ([{"side_data_type": "Display Matrix", "rotation": -90}], {}, 90, (720, 1280)),  # as phones write it
        ([{"side_data_type": "Display Matrix", "rotation": 90}], {}, 270, (720, 1280)),
        ([{"side_data_type": "Display Matrix", "rotation": -180}], {}, 180, (1280, 720)),
        ([{"side_data_type": "CPB properties"}], {"rotate": "90"}, 90, (720, 1280)),
        ([], {}, 0, (1280, 720)),
    ],
)
def test_rotation_is_clockwise_and_turns_the_shown_size(
    side: list[Any], tags: dict[str, str], turn: int, shown: tuple[int, int]
) -> None:
    stream = video(side_data_list=side, tags=tags)
    assert (stream.rotation, (stream.shown_width, stream.shown_height)) == (turn, shown)


@pytest.mark.parametrize(
    ("sar", "width"), [("64:45", 1820), ("1:1", 1280), ("0:1", 1280), ("N/A", 1280), (None, 1280), ("1:0", 1280)]
)
def test_pixels_become_square(sar: str | None, width: int) -> None:
    assert video(sample_aspect_ratio=sar).shown_width == width


@pytest.mark.parametrize(
    ("stored", "sar", "width"), [(854, "1280:1281", 854), (426, "640:639", 426), (852, "16:15", 909), (10, "12:11", 11)]
)
def test_pixels_that_even_sides_left_a_little_off_are_square(stored: int, sar: str, width: int) -> None:
    assert video(width=stored, height=480, sample_aspect_ratio=sar).shown_width == width


@pytest.mark.parametrize(
    ("order", "interlaced"),
    [("tt", True), ("bb", True), ("tb", True), ("bt", True), ("progressive", False), ("unknown", False), (None, False)],
)
def test_interlaced_by_field_order(order: str | None, interlaced: bool) -> None:
    assert video(field_order=order).interlaced is interlaced


@pytest.mark.parametrize(
    ("curve", "hdr"), [("smpte2084", True), ("arib-std-b67", True), ("bt709", False), (None, False)]
)
def test_hdr_by_transfer_curve(curve: str | None, hdr: bool) -> None:
    assert video(color_transfer=curve).hdr is hdr


def test_unknown_values_are_zero() -> None:
    stream = video(
        avg_frame_rate="0/0", r_frame_rate="N/A", duration="N/A", bit_rate="N/A", level=-99, start_time="N/A"
    )
    assert (stream.fps, stream.bitrate, stream.level, stream.start) == (Fraction(0), 0, 0, 0.0)
    assert stream.duration == 4.041667  # the file's


def test_matroska_tells_in_tags() -> None:
    stream = video(duration=None, bit_rate=None, tags={"DURATION": "00:01:02.500000000", "BPS-eng": "1000"})
    assert (stream.duration, stream.bitrate) == (62.5, 1000)


def test_pictures_and_empty_streams_do_not_count() -> None:
    cover = {**VIDEO, "disposition": {"attached_pic": 1}}
    assert describes_nothing(
        parse(raw(cover, {**VIDEO, "width": 0}, {**AUDIO, "sample_rate": "0"}, {"codec_type": "data", "index": 3}))
    )
    assert not describes_nothing(parse(raw(cover, AUDIO)))


def test_no_path_of_the_machine_is_kept() -> None:
    assert "filename" not in clean(raw(VIDEO))["format"] and "secret" not in str(clean(raw(VIDEO)))


_JSON = (
    st.none() | st.booleans() | st.floats() | st.text("0123456789/:.-²N", max_size=6) | st.just([1]) | st.just({"a": 1})
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "duration",
                "avg_frame_rate",
                "sample_aspect_ratio",
                "level",
                "bit_rate",
                "start_time",
                "field_order",
                "color_transfer",
            ]
        ),
        _JSON,
    )
)
def test_nonsense_in_a_field_is_never_an_error(changes: dict[str, Any]) -> None:
    video(**changes)


def test_what_the_container_crops_away_is_no_part_of_the_shape() -> None:
    """ffmpeg's decoders apply it: clap of MP4, PixelCrop of Matroska."""
    cropped = video(
        width=1280,
        height=960,
        side_data_list=[
            {"side_data_type": "Frame Cropping", "crop_top": 120, "crop_bottom": 120, "crop_left": 0, "crop_right": 0}
        ],
    )
    assert (cropped.width, cropped.height, cropped.shown_width, cropped.shown_height) == (1280, 720, 1280, 720)


def test_streams_that_hold_nothing_or_cannot_be_decoded_are_not_there() -> None:
    """A muted recorder declares an empty sound; a phone puts a sound first that nobody else can read."""
    empty = {**AUDIO, "packets": {"count": 0, "first": None, "end": None}}
    strange = {**AUDIO, "index": 2, "decoder": "none"}
    good = {**AUDIO, "index": 3, "packets": {"count": 9, "first": 1.5, "end": 3.0}}
    found = parse(raw(VIDEO, empty, strange, good, start_time="1.000000")).audio
    assert [(s.index, s.first, s.end) for s in found] == [(3, 0.5, 2.0)]


def test_colours_are_what_the_file_tells_and_nothing_else() -> None:
    assert (
        video(color_space="bt709").matrix,
        video(color_space="unknown").matrix,
        video(color_space="reserved").matrix,
    ) == ("bt709", "", "")
    assert [video(pix_fmt=f).alpha for f in ("yuv420p", "yuva444p12le", "bgra", "gray", "gbrap", "pal8", "rgb24")] == [
        False,
        True,
        True,
        False,
        True,
        True,
        False,
    ]
    beside = video(codec_name="vp9", pix_fmt="yuv420p", tags={"alpha_mode": "1"})
    assert beside.alpha and beside.alpha_beside
    dolby = {"side_data_type": "DOVI configuration record", "dv_profile": 5, "dv_bl_signal_compatibility_id": 0}
    assert (
        video(side_data_list=[dolby]).dolby_vision
        and not video(side_data_list=[{**dolby, "dv_profile": 8, "dv_bl_signal_compatibility_id": 1}]).dolby_vision
    )


def test_what_opens_other_files_is_not_on_the_white_list() -> None:
    formats = SAFE_FORMATS.split(",")
    assert not {
        "hls",
        "dash",
        "concat",
        "concatf",
        "imf",
        "sdp",
        "rtsp",
        "rtp",
        "svg_pipe",
        "image2",
        "png_pipe",
        "lavfi",
        "webm_dash_manifest",
        "ass",
        "srt",
    } & set(formats)
    assert len(formats) == len(set(formats))
    assert "hls" in OWN_INPUT[1].split(",") and "hls" not in SAFE_INPUT[1]


@pytest.mark.parametrize(
    "argv", [streams_argv("/x/-a"), packets.argv(SAFE_INPUT, "/x/-a"), packets.argv(OWN_INPUT, "-a")]
)
def test_guards_stand_before_the_file(argv: tuple[str, ...]) -> None:
    assert argv[-1].startswith("file:") and "file,crypto,data" in argv and "-format_whitelist" in argv
