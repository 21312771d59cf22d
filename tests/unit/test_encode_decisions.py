"""What an output will be, decided before anything runs."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from test_ladder_golden import TIMELINE, source, stream, template

from reelmill.core.errors import MediaError
from reelmill.core.model import MediaInfo, Timeline
from reelmill.media.codecs import rfc6381, video_args
from reelmill.media.encode import settle
from reelmill.media.pieces import may_cut, timescale, why_whole
from reelmill.media.plans import VideoPlan
from reelmill.media.probe import parse
from reelmill.media.result import fault, measured, truncated


def video(fields: dict[str, str] | None = None, flags: dict[str, str] | None = None, **differs: Any) -> Any:
    body = template("mp4", fields or {}) | {"TransConfig": flags or {}}
    return settle(body, parse(source(stream("video", 0, **differs))), None).video


def info(**differs: Any) -> MediaInfo:
    return parse(source(stream("video", 0, **differs), stream("audio", 1)))


@pytest.mark.parametrize(
    ("fields", "shape", "size"),
    [
        ({}, (1279, 719), (1280, 720)),
        ({"Width": "640"}, (1280, 720), (640, 360)),
        ({"Height": "480"}, (1280, 720), (854, 480)),
        ({"Width": "640", "Height": "640"}, (1280, 720), (640, 640)),
        ({"Width": "640", "LongShortMode": "true"}, (720, 1280), (360, 640)),
        ({"Height": "360", "LongShortMode": "true"}, (1280, 720), (640, 360)),
        ({"Width": "3840"}, (1280, 720), (3840, 2160)),
    ],
)
def test_sizes_are_even_and_keep_the_aspect_ratio(
    fields: dict[str, str], shape: tuple[int, int], size: tuple[int, int]
) -> None:
    plan = video(fields, width=shape[0], height=shape[1])
    assert (plan.width, plan.height) == size


def test_resolution_check_takes_the_source_or_fails() -> None:
    assert video({"Width": "1920"}, {"IsCheckReso": "true"}).width == 1280
    with pytest.raises(MediaError, match="larger than the source"):
        video({"Width": "1920"}, {"IsCheckReso": "true", "IsCheckResoFail": "true"})


def test_bitrate_checks_take_the_source_or_fail() -> None:
    assert video({"Bitrate": "9000"}).bitrate == 9000
    assert video({"Bitrate": "9000"}, {"IsCheckVideoBitrate": "true"}).bitrate == 2000
    assert video({"Bitrate": "1000"}, {"IsCheckVideoBitrateFail": "true"}).bitrate == 1000
    with pytest.raises(MediaError, match="more than the source's 2000"):
        video({"Bitrate": "9000"}, {"IsCheckVideoBitrateFail": "true"})
    body = template("mp4", None, {"Bitrate": "320"}) | {"TransConfig": {"IsCheckAudioBitrate": "true"}}
    audio = settle(body, info(), None).audio
    assert audio is not None and audio.bitrate == 128


def test_quality_wins_over_bitrate() -> None:
    plan = video({"Bitrate": "900", "Crf": "20"})
    assert (plan.crf, plan.bitrate) == ("20", 0)


@pytest.mark.parametrize(
    ("fields", "rate", "fps"),
    [
        ({}, "24/1", None),
        ({}, "60000/1001", None),
        ({}, "120/1", Fraction(60)),
        ({"Fps": "24"}, "24/1", None),
        ({"Fps": "29.97"}, "30000/1001", None),
        ({"Fps": "25"}, "24/1", Fraction(25)),
        ({"MaxFps": "30"}, "24/1", None),
        ({"MaxFps": "30"}, "50/1", Fraction(30)),
        ({}, "0/0", None),
    ],
)
def test_frame_rates(fields: dict[str, str], rate: str, fps: Fraction | None) -> None:
    assert video(fields, avg_frame_rate=rate, r_frame_rate=rate).fps == fps


def test_gop_in_seconds_or_frames() -> None:
    assert [video({"Gop": gop}).gop for gop in ("2s", "90", "0.5s")] == [48, 90, 12]


def test_only_sources_with_an_index_and_every_frame_kept_are_cut() -> None:
    good = settle(template("mp4", {}, {}), info(), TIMELINE)
    assert may_cut([good], info(), TIMELINE)
    assert good.video is not None
    for mode, codec, cut in (("twopass", "H.264", True), ("twopass", "VP9", False), ("CBR", "H.264", False)):
        changed = replace(good, video=replace(good.video, mode=mode, codec=codec))
        assert may_cut([changed], info(), TIMELINE) == cut, "statistics of the whole, one buffer"
    assert not may_cut([settle(template("mp4", {"Fps": "25"}), info(), TIMELINE)], info(), TIMELINE)
    assert not may_cut([settle(template("mp4", None, {}), info(), TIMELINE)], info(), TIMELINE), (
        "sound alone has nothing to cut"
    )
    assert not may_cut([settle(template("mp4", {"Codec": "copy"}), info(), TIMELINE)], info(), TIMELINE)
    broadcast = parse(source(stream("video", 0), form="mpegts"))
    assert not may_cut([good], broadcast, TIMELINE)
    assert not may_cut([good], info(), None)


@pytest.mark.parametrize(
    ("change", "tolerance"),
    [
        ({}, "ratetol=0.14"),  # twelve seconds
        ({"end": 312.0, "origin": 300.0}, "ratetol=0.14"),
        ({"end": 2.0}, "ratetol=0.10"),
        ({"end": 100.0}, "ratetol=0.41"),
        ({"end": 3600.0}, ""),  # as strict as ever
        ({"number": 1}, ""),  # it only looks
        ({"number": 0}, ""),
        ({"rate": Fraction(0)}, ""),
        ({"end": 0.0}, ""),  # nobody knows how long it is
    ],
)
def test_the_shorter_a_film_the_less_two_passes_may_stray(change: dict[str, Any], tolerance: str) -> None:
    plan = VideoPlan(0, number=2, log="pass-0", bitrate=300, rate=Fraction(24), end=12.0)
    argv = video_args(replace(plan, **change))
    told = [word for argument in argv for word in argument.split(":") if word.startswith("ratetol")]
    assert "".join(told) == tolerance


@pytest.mark.parametrize(
    ("rendition", "timeline", "form", "says"),
    [
        ({}, {}, "mpegts", "mpegts"),
        ({}, {"seekable": False}, "", "key frames"),
        ({}, {"first": 2.0}, "", "begins late"),
        ({"mode": "twopass", "codec": "VP9"}, {}, "", "two passes"),
        ({"mode": "CBR"}, {}, "", "constant rate"),
        ({"codec": "GIF"}, {}, "", "animation"),
        ({"fps": Fraction(25)}, {}, "", "frame rate"),
        ({"stands": ((3.0, 9.0),)}, {}, "", "repeated"),
        ({}, {}, "", ""),
    ],
)
def test_a_film_that_is_not_cut_tells_why(
    rendition: dict[str, Any], timeline: dict[str, Any], form: str, says: str
) -> None:
    raw = source(stream("video", 0), stream("audio", 1), **({"form": form} if form else {}))
    good = settle(template("mp4", {}, {}), parse(raw), TIMELINE)
    assert good.video is not None
    changed = replace(good, video=replace(good.video, **rendition))
    told = why_whole([changed], parse(raw), replace(TIMELINE, **timeline))
    assert says in told and bool(says) == bool(told)


def test_the_clock_of_pieces_counts_frames_exactly() -> None:
    ntsc = Timeline(100, 0, 3.3367, 1001 / 30000, True, ((0, 0),))
    assert timescale(ntsc, VideoPlan(0, rate=Fraction(30000, 1001))) == 30000
    assert timescale(TIMELINE, VideoPlan(0, rate=Fraction(24))) % 24 == 0
    assert timescale(TIMELINE, VideoPlan(0, rate=Fraction(25))) == 90000, (
        "a rate that does not fit the frames is not believed"
    )


def test_a_source_that_ends_before_its_time_is_found_out_and_honest_ones_are_not() -> None:
    short = Timeline(96, 0, 4.0, 1 / 24, True, ((0, 0),))
    found = truncated(info(), short)
    assert found is not None and "20.00 s" in found.message and "4.00 s" in found.message and not found.source_ok
    assert truncated(info(), TIMELINE) is None
    assert truncated(info(duration="4.000000"), short) is None, "only the sound is longer"


def test_an_output_that_is_much_too_short_is_a_fault() -> None:
    rendition = settle(template("mp4", {}, {}), info(), TIMELINE)
    assert fault(rendition, measured(source()), info(), TIMELINE) is None
    made = measured(source(stream("video", 0, duration="11.0"), stream("audio", 1)))
    assert "11.00 s" in fault(rendition, made, info(), TIMELINE).message  # type: ignore[union-attr]
    mute = measured(source(stream("video", 0)))
    assert "audio" in fault(rendition, mute, info(), TIMELINE).message  # type: ignore[union-attr]


def test_codec_names_of_rfc_6381() -> None:
    assert rfc6381({"codec_name": "h264", "profile": "High", "level": 31}) == "avc1.64001f"
    assert rfc6381({"codec_name": "h264", "profile": "Constrained Baseline", "level": 30}) == "avc1.42c01e"
    assert rfc6381({"codec_name": "aac", "profile": "LC"}) == "mp4a.40.2"
    assert rfc6381({"codec_name": "dts"}) == ""
