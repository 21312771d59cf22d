"""What does not go together in a template is refused when it is saved, with the field's name; each has a twin that
differs in one value and is accepted."""

from typing import Any

import pytest

from reelmill.core.errors import Problems
from reelmill.media.codec_names import rfc6381
from reelmill.media.codecs import AUDIO, VIDEO
from reelmill.media.containers import CONTAINERS
from reelmill.media.template import check_template, merge

NOT = "InvalidParameter.NotSupported"


def found(
    form: str,
    video: dict[str, Any] | None = None,
    audio: dict[str, Any] | None = None,
    trans: dict[str, Any] | None = None,
    mux: dict[str, Any] | None = None,
) -> list[tuple[str, str]]:
    problems = Problems()
    given = {"Video": video, "Audio": audio, "TransConfig": trans, "MuxConfig": mux}
    check_template({"Container": {"Format": form}} | {k: v for k, v in given.items() if v is not None}, problems, "T")
    return [(p.path, p.code) for p in problems.found]


def v(codec: str, **more: Any) -> dict[str, Any]:
    return {"Codec": codec, **more}


BAD: list[tuple[tuple[Any, ...], tuple[Any, ...], str]] = [
    (("flv", v("H.265"), v("AAC")), ("mp4", v("H.265"), v("AAC")), "Video.Codec"),
    (("gif", v("H.264")), ("gif", v("GIF")), "Video.Codec"),
    (("mp4", v("GIF")), ("gif", v("GIF")), "Video.Codec"),
    (("webp", v("GIF")), ("webp", v("WEBP")), "Video.Codec"),
    (("gif", v("GIF"), v("AAC")), ("gif", v("GIF")), "Audio"),
    (("mp4", v("H.265", Profile="high")), ("mp4", v("H.264", Profile="high")), "Video.Profile"),
    (("mp4", v("AV1", Preset="fast")), ("mp4", v("AV1")), "Video.Preset"),
    (("gif", v("GIF", Crf="23")), ("gif", v("GIF", Width="320")), "Video.Crf"),
    (("mp4", v("H.264", PixFmt="yuv420p10le")), ("mp4", v("H.265", PixFmt="yuv420p10le")), "Video.PixFmt"),
    (("webm", v("H.264")), ("webm", v("VP9")), "Video.Codec"),
    (("webm", v("VP9"), v("AAC")), ("webm", v("VP9"), v("OPUS")), "Audio.Codec"),
    (("ts", v("AV1")), ("mkv", v("AV1")), "Video.Codec"),
    (("flac", None, v("MP3")), ("flac", None, v("FLAC")), "Audio.Codec"),
    (("flac", None, v("FLAC", Bitrate="128")), ("flac", None, v("FLAC", Channels="6")), "Audio.Bitrate"),
    (("ogg", None, v("AAC")), ("ogg", None, v("VORBIS")), "Audio.Codec"),
    (("mp4", None, v("AAC", Qscale="3")), ("mp3", None, v("MP3", Qscale="3")), "Audio.Qscale"),
    (("mp4", None, v("AAC", Profile="aac_he")), ("mp4", None, v("AAC", Profile="aac_low")), "Audio.Profile"),
    (("mp4", v("H.265", ScanMode="interlaced")), ("mp4", v("H.264", ScanMode="interlaced")), "Video.ScanMode"),
    (
        ("mp4", v("H.264", BitrateBnd={"Max": "100", "Min": "200"})),
        ("mp4", v("H.264", BitrateBnd={"Max": "200", "Min": "100"})),
        "Video.BitrateBnd",
    ),
    (
        ("mp4", v("AV1", Bitrate="500"), None, {"TransMode": "CBR"}),
        ("mp4", v("H.265", Bitrate="500"), None, {"TransMode": "CBR"}),
        "TransConfig.TransMode",
    ),
    (
        ("mp4", v("H.264"), None, {"TransMode": "twopass"}),
        ("mp4", v("H.264", Bitrate="500"), None, {"TransMode": "twopass"}),
        "Video.Bitrate",
    ),
    (
        ("mp4", v("H.264", Bitrate="500", Crf="20"), None, {"TransMode": "CBR"}),
        ("mp4", v("H.264", Bitrate="500"), None, {"TransMode": "CBR"}),
        "Video.Bitrate",
    ),
]


@pytest.mark.parametrize(("bad", "good", "field"), BAD, ids=[f"{b[0]} {f}" for b, _, f in BAD])
def test_what_does_not_go_together_is_refused_by_its_field(bad: Any, good: Any, field: str) -> None:
    assert found(*good) == []
    assert found(*bad) == [(f"T.{field}", NOT)]


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("Gif", {"Loop": "-1"}),
        ("Gif", {"FinalDelay": "70000"}),
        ("Gif", {"IsCustomPalette": "maybe"}),
        ("Gif", {"DitherMode": "floyd"}),
        ("Webp", {"Loop": "x"}),
    ],
)
def test_values_of_animations_are_looked_at(section: str, value: dict[str, str]) -> None:
    (where, code) = found(section.lower(), v(section.upper()), mux={section: value})[0]
    assert where == f"T.MuxConfig.{section}.{next(iter(value))}"
    assert code.startswith("InvalidParameter")


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("Video", "Crop", "all"),
        ("Video", "Crop", "641:360:0:0"),
        ("Video", "Crop", "0:360:0:0"),
        ("Video", "Pad", "border"),
        ("Video", "Pad", "1:2:3"),
        ("Video", "Degrain", "11"),
        ("Video", "ScanMode", "both"),
        ("Video", "BitrateBnd", {"Max": "5"}),
        ("Video", "NarrowBand", {"MaxAbrRatio": "1.5"}),
        ("Video", "NarrowBand", {"Version": "3.0"}),
        ("Video", "Qscale", "3"),
        ("Video", "ResoPriority", "x"),
        ("TransConfig", "AdjDarMethod", "squeeze"),
        ("TransConfig", "TransMode", "threepass"),
        ("MuxConfig", "Segment", {"ForceSegTime": "1,2,3,4,5,6,7,8,9,10,11"}),
        ("MuxConfig", "Segment", {"ForceSegTime": "5,4"}),
        ("MuxConfig", "Segment", {"ForceSegTime": "a"}),
        ("Audio", "Qscale", "11"),
        ("Audio", "Volume", {"Method": "louder"}),
        ("Audio", "Volume", {"IntegratedLoudnessTarget": "-3"}),
        ("Audio", "Volume", {"TruePeak": "1"}),
        ("Audio", "Volume", {"LoudnessRangeTarget": "0"}),
        ("Audio", "Volume", {"PeakLevel": "1.5", "Method": "adaptive"}),
        ("Audio", "Volume", {"Level": "21", "Method": "linear"}),
        ("Audio", "Volume", {"IntegratedLoudnessTarget": "-16", "Method": "linear"}),
        ("Audio", "Volume", {"PeakLevel": "0.9", "Method": "dynamic"}),
    ],
)
def test_bad_values_are_refused_by_their_name(section: str, name: str, value: Any) -> None:
    problems = Problems()
    check_template({"Container": {"Format": "m3u8"}, "Video": {}, "Audio": {}, section: {name: value}}, problems, "T")
    path = f"T.{section}.{name}" + (f".{next(iter(value))}" if isinstance(value, dict) else "")
    assert [p.path for p in problems.found][:1] == [path]
    assert problems.found[0].code.startswith("InvalidParameter")


def test_another_codec_of_an_output_leaves_behind_what_it_does_not_have() -> None:
    below = {"Video": v("H.264", Profile="high", Preset="slow", Width="640"), "Audio": v("AAC", Profile="aac_low")}
    above = {"Video": v("H.265"), "Audio": v("MP3")}
    merged = merge(below, above)
    assert merged == {"Video": v("H.265", Width="640"), "Audio": v("MP3")}
    assert merge(below, {"Video": {"Width": "320"}})["Video"]["Profile"] == "high"


def test_the_matrix_names_only_codecs_that_can_be_made() -> None:
    for container in CONTAINERS.values():
        assert set(container.video) <= set(VIDEO), container.name
        assert set(container.audio) <= set(AUDIO), container.name


def dump(data: str) -> str:
    """As ffprobe shows bytes."""
    return f"\n00000000: {' '.join(data[i : i + 4] for i in range(0, len(data), 4))}  ....\n"


@pytest.mark.parametrize(
    ("stream", "name"),
    [
        ({"codec_name": "h264", "extradata": dump("0142c01effe1")}, "avc1.42c01e"),
        ({"codec_name": "h264", "extradata": dump("000000016764001facd9")}, "avc1.64001f"),
        ({"codec_name": "hevc", "extradata": dump("0102200000009000000000003ff0")}, "hvc1.2.4.L63.90"),
        ({"codec_name": "hevc", "extradata": dump("0101600000009000000000005df0")}, "hvc1.1.6.L93.90"),
        ({"codec_name": "hevc"}, ""),
        ({"codec_name": "av1", "extradata": dump("81014c000a0b")}, "av01.0.01M.10"),
        ({"codec_name": "aac", "extradata": dump("2b11880056e500")}, "mp4a.40.5"),
        (
            {
                "codec_name": "vp9",
                "profile": "Profile 2",
                "width": 1280,
                "height": 720,
                "avg_frame_rate": "25/1",
                "pix_fmt": "yuv420p10le",
            },
            "vp09.02.31.10",
        ),
    ],
)
def test_codecs_are_named_by_what_stands_in_the_stream(stream: dict[str, Any], name: str) -> None:
    assert rfc6381(stream) == name
