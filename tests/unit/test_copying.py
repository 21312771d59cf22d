"""When a picture may be copied instead of encoded (CopyWhenFit): in doubt it is not."""

from dataclasses import replace
from typing import Any

import pytest
from test_ladder_golden import TIMELINE, source, stream, template

from reelmill.core.model import Timeline
from reelmill.media import copying
from reelmill.media.encode import settle
from reelmill.media.picture import UNTOUCHED, Touch
from reelmill.media.plans import Rendition
from reelmill.media.probe import parse

STEADY = replace(TIMELINE, key_distance=2.0, closed=True, last=20.0 - 1 / 24)
RATE = {"Bitrate": "2500"}


def why(
    video: dict[str, Any] | None = None,
    timeline: Timeline | None = STEADY,
    form: str = "mp4",
    flags: dict[str, str] | None = None,
    edits: dict[str, Any] | None = None,
    touch: Touch = UNTOUCHED,
    kind: str = "mov,mp4,m4a,3gp,3g2,mj2",
    joined: bool = False,
    drawn: dict[str, Any] | None = None,
    mux: dict[str, Any] | None = None,
    **differs: Any,
) -> str:
    """Why a source, by itself fit, is encoded; "" when it is not."""
    about = {"profile": "High", "field_order": "progressive", **differs}
    info = parse(source(stream("video", 0, **about), stream("audio", 1), form=kind))
    body = template(form, {**RATE, **(video or {})}, {}) | {"TransConfig": flags or {}, "MuxConfig": mux or {}}
    made = replace(settle(body, info, timeline, touch=touch), **(drawn or {}))
    return copying.why_encoded(made, {"template": body, "edits": edits or {}}, info, timeline, joined=joined)


def test_what_already_is_as_the_template_asks_is_copied() -> None:
    assert why() == ""
    assert why(form="m3u8") == "" and why(form="mpd") == ""
    assert why({"Width": "1280", "Height": "720", "Fps": "24", "Gop": "48", "Profile": "high"}) == ""
    assert why({"Width": "1920"}, flags={"IsCheckReso": "true"}) == "", "as large as the source is"
    assert why({"Bitrate": "9000"}, flags={"IsCheckVideoBitrate": "true"}) == ""
    assert why({"Codec": "H.265"}, codec_name="hevc", profile="Main") == ""
    assert why(side_data_list=[{"side_data_type": "CPB properties"}]) == ""


@pytest.mark.parametrize(
    ("differs", "says"),
    [
        ({"codec_name": "hevc"}, "hevc"),
        ({"pix_fmt": "yuv420p10le", "profile": "High 10"}, "yuv420p10le"),
        ({"pix_fmt": "yuvj420p"}, "yuvj420p"),
        ({"profile": "High 4:4:4 Predictive"}, "profile"),
        ({"width": 1920, "height": 1080}, "1920x1080"),
        ({"sample_aspect_ratio": "4:3"}, "1280x720"),
        ({"side_data_list": [{"side_data_type": "Display Matrix", "rotation": -90}]}, "1280x720"),
        ({"side_data_list": [{"side_data_type": "Display Matrix", "rotation": 180}]}, "turned"),
        ({"side_data_list": [{"side_data_type": "Display Matrix", "displaymatrix": "mirrored"}]}, "turned"),
        ({"side_data_list": [{"side_data_type": "Stereo 3D"}]}, "turned"),
        ({"side_data_list": [{"side_data_type": "Frame Cropping", "crop_left": 2}]}, "turned, cut"),
        ({"color_transfer": "smpte2084"}, "colours"),
        ({"color_range": "pc"}, "colours"),
        ({"color_space": "bt2020nc"}, "colours"),
        ({"field_order": "tt"}, "interlaced"),
        ({"field_order": "unknown"}, "interlaced"),
        ({"bit_rate": "2700000"}, "2700 Kbit/s"),
    ],
)
def test_a_source_that_is_something_else_is_encoded(differs: dict[str, Any], says: str) -> None:
    template_of = {"Width": "1280", "Height": "720"} if "width" in differs else {}
    assert says in why(template_of, **differs)


@pytest.mark.parametrize(
    ("asks", "says"),
    [
        ({"video": {"Width": "640"}}, "640x360"),
        ({"video": {"Fps": "25"}}, "times"),
        ({"video": {"Gop": "1s"}}, "key frames"),
        ({"video": {"Profile": "main"}}, "profile"),
        ({"video": {"Crf": "23"}}, "quality"),
        ({"video": {"NarrowBand": {"Version": "1.0"}}}, "quality"),
        ({"video": {"Maxrate": "3000"}}, "peak"),
        ({"flags": {"TransMode": "CBR"}}, "peak"),
        ({"video": {"Crop": "1280:720:0:0"}}, "changes the picture"),
        ({"video": {"Pad": "1280:720:0:0"}}, "changes the picture"),
        ({"video": {"Degrain": "3"}}, "changes the picture"),
        ({"video": {"ScanMode": "interlaced"}}, "interlaced"),
        ({"touch": Touch(turn=90)}, "1280x720"),
        ({"touch": Touch(double=3840)}, "1280x720"),
        ({"edits": {"Clip": {}}}, "changes what is shown"),
        ({"edits": {"Rotate": "90"}}, "changes what is shown"),
        ({"joined": True}, "changes what is shown"),
        ({"drawn": {"texts": ("a.ass",)}}, "drawn onto it"),
        ({"kind": "mpegts"}, "mpegts"),
        ({"form": "m3u8", "mux": {"Segment": {"Duration": "10", "ForceSegTime": "5"}}}, "certain times"),
        ({"form": "webm", "video": {"Codec": "VP9"}}, "h264"),
    ],
)
def test_an_output_that_is_something_else_is_encoded(asks: dict[str, Any], says: str) -> None:
    assert says in why(**asks)


@pytest.mark.parametrize(
    ("differs", "says"),
    [
        ({"steady": False}, "uneven"),
        ({"counted": True}, "uneven"),
        ({"leaps": ((3.0, 9.0),)}, "leaps"),
        ({"first": 1.0}, "begin with the file"),
        ({"closed": False}, "need each other"),
        ({"key_distance": 0.0}, "key frames"),
        ({"key_distance": 11.0}, "11.0 s"),
    ],
)
def test_pictures_at_other_times_are_encoded(differs: dict[str, Any], says: str) -> None:
    assert says in why(timeline=replace(STEADY, **differs))
    assert "uneven" in why(timeline=None)


def test_segments_begin_where_the_source_has_key_frames() -> None:
    rendition = Rendition("m3u8", None, None, segment=6)
    starts = copying.starts(rendition, STEADY)
    assert starts == (6.0, 12.0, 18.0) and copying.starts(replace(rendition, format="mp4"), STEADY) == ()
    assert copying.why_other_starts(starts, replace(STEADY, near=starts)) == ""
    for moved in (-1 / 24, -0.001, 1 / 24, 1.0):
        assert "12.00 s" in copying.why_other_starts(starts, replace(STEADY, near=(6.0, 12.0 + moved, 18.0)))
    assert copying.why_other_starts(starts, replace(STEADY, near=(6.0, 12.01, 18.0))) == "", (
        "29.97: the first one after"
    )


def test_nobody_who_does_not_ask_gets_a_copy() -> None:
    body = template("mp4", {}, {})
    assert not copying.asked({"template": body})
    assert copying.asked({"template": body | {"TransConfig": {"CopyWhenFit": "true"}}})
    copies = template("mp4", {"Codec": "copy"}, {}) | {"TransConfig": {"CopyWhenFit": "true"}}
    assert not copying.asked({"template": copies})
