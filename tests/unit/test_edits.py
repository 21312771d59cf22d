"""What an Output asks for beside its template: bad values are refused by their names, good ones become parts of a film,
and the graph that puts them together is known to the letter."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from reelmill.core.errors import MediaError, Problems
from reelmill.media import assembly, assembly_graph
from reelmill.media.assembly import Assembly, Film, Mixed
from reelmill.media.border import largest
from reelmill.media.output import OutputParams, check_output, edits_of
from reelmill.media.presets import PRESETS
from reelmill.media.probe import parse
from reelmill.media.shaping import Blur, blurs, shaped
from reelmill.nodes.transcode.batching import batch_key
from reelmill.nodes.transcode.joining import clipped
from unit.test_ladder_golden import TIMELINE, source, stream

URL = "http://films.oss-cn-hangzhou.aliyuncs.com/a%20b.mp4"
PART = {"MergeURL": URL}


def checked(**edits: Any) -> tuple[OutputParams, list[tuple[str, str]]]:
    problems = Problems()
    made = check_output({"OutputObject": "a", "TemplateId": "S00000001-200010", **edits}, problems, "O")
    return made, [(p.path, p.code) for p in problems.found]


@pytest.mark.parametrize(
    ("edits", "path", "code"),
    [
        ({"Rotate": "360"}, "O.Rotate", "InvalidParameter.OutOfRange"),
        ({"Rotate": "-1"}, "O.Rotate", "InvalidParameter.OutOfRange"),
        ({"Clip": {"TimeSpan": {"Seek": "abc"}}}, "O.Clip.TimeSpan.Seek", "InvalidParameter.Format"),
        ({"Clip": {"TimeSpan": {"Seek": "24:00:00"}}}, "O.Clip.TimeSpan.Seek", "InvalidParameter.Format"),
        ({"Clip": {"TimeSpan": {"Duration": "90000"}}}, "O.Clip.TimeSpan.Duration", "InvalidParameter.Format"),
        ({"Clip": {"Span": {}}}, "O.Clip.Span", "InvalidParameter"),
        ({"MergeList": [PART] * 5}, "O.MergeList", "InvalidParameter.ListSizeExceed"),
        ({"MergeList": [{"Start": "1"}]}, "O.MergeList[0].MergeURL", "InvalidParameter"),
        ({"MergeList": [{"MergeURL": "file:///etc/passwd"}]}, "O.MergeList[0].MergeURL", "InvalidParameter.Format"),
        ({"MergeList": [PART], "MergeConfigUrl": URL}, "O.MergeConfigUrl", "InvalidParameter"),
        ({"OpeningList": [{"Start": "1"}]}, "O.OpeningList[0].OpenUrl", "InvalidParameter"),
        ({"OpeningList": [{"OpenUrl": URL, "Width": "0"}]}, "O.OpeningList[0].Width", "InvalidParameter.OutOfRange"),
        ({"TailSlateList": [{"Start": "0"}]}, "O.TailSlateList[0].TailUrl", "InvalidParameter"),
        (
            {"TailSlateList": [{"TailUrl": URL, "BgColor": "#12"}]},
            "O.TailSlateList[0].BgColor",
            "InvalidParameter.OutOfRange",
        ),
        ({"Amix": [{"Map": "0:a:0"}]}, "O.Amix[0].AmixURL", "InvalidParameter"),
        ({"Amix": [{"AmixURL": URL, "Map": "0:v:0"}]}, "O.Amix[0].Map", "InvalidParameter.Format"),
        ({"Amix": [{"AmixURL": URL, "MixDurMode": "short"}]}, "O.Amix[0].MixDurMode", "InvalidParameter"),
        ({"DeWatermark": {"0": "all"}}, "O.DeWatermark.0", "InvalidParameter.JsonArrayFormatInvalid"),
        ({"DeWatermark": {"soon": []}}, "O.DeWatermark", "InvalidParameter"),
        ({"DeWatermark": "{"}, "O.DeWatermark", "InvalidParameter.JsonObjectFormatInvalid"),
        ({"DeWatermark": {"0": [{"l": 1, "t": 1, "w": 9}]}}, "O.DeWatermark.0[0].h", "MissingParameter"),
        ({"SuperReso": {"IsHalfSample": "true"}}, "O.SuperReso.IsHalfSample", "InvalidParameter.NotSupported"),
    ],
)
def test_bad_values_are_refused_by_their_name(edits: dict[str, Any], path: str, code: str) -> None:
    assert (path, code) in checked(**edits)[1]


def test_good_values_are_kept_in_one_form_and_their_buckets_are_told() -> None:
    made, found = checked(
        Rotate="30",
        Clip={"TimeSpan": {"Seek": "00:01:02.5", "End": "3"}, "ConfigToClipFirstPart": "true"},
        MergeList=[PART],
        OpeningList=[{"openUrl": URL}],
        DeWatermark='{"0": [{"L": 0.1, "T": 0.1, "W": 0.2, "H": 0.2}], "900": []}',
    )
    assert found == []
    place = {"Bucket": "films", "Location": "oss-cn-hangzhou", "Object": "a b.mp4"}
    assert made.edits["Clip"] == {"TimeSpan": {"Seek": "62.500", "End": "3.000"}, "ConfigToClipFirstPart": True}
    assert made.edits["MergeList"] == ({"MergeURL": place},)
    assert made.edits["OpeningList"] == ({"OpenUrl": place},)
    assert set(made.refs["pictures"]) == {"films"}


@pytest.mark.parametrize("name", ["Rotate", "Clip", "MergeList", "DeWatermark", "Amix"])
def test_a_copy_cannot_be_changed(name: str) -> None:
    made = replace(checked()[0], edits={name: {}})
    with pytest.raises(MediaError, match=name):
        edits_of(made, PRESETS["S00000001-200000"])


def film(lasts: float = 20.0, start: float = 0.0, **differs: Any) -> Film:
    info = parse(source(stream("video", 0, **differs), stream("audio", 1)))
    timeline = replace(TIMELINE, key_distance=2.0)
    return Film("${source}", info, timeline, start, start + lasts, track=info.audio[0])


def spans(films: tuple[Film, ...]) -> list[tuple[float, float]]:
    return [(round(one.start, 3), round(one.end, 3)) for one in films]


@pytest.mark.parametrize(
    ("span", "left"),
    [
        ({}, [(0, 20), (3, 8)]),
        ({"Seek": "1.5", "Duration": "2"}, [(1.5, 3.5)]),
        ({"Seek": "18", "Duration": "4"}, [(18, 20), (3, 5)]),
        ({"Seek": "21"}, [(4, 8)]),
        ({"End": "6"}, [(0, 19)]),
        ({"Seek": "1", "End": "1", "Duration": "2"}, [(1, 20), (3, 7)]),
        ({"Seek": "30"}, []),
    ],
)
def test_a_clip_takes_its_part_of_what_is_joined(span: dict[str, str], left: list[tuple[float, float]]) -> None:
    assert spans(clipped([film(), film(5.0, 3.0)], span)) == left


def test_a_clip_is_told_as_a_film_of_its_own() -> None:
    info, timeline = assembly.whole(Assembly((film(6.0, 2.0),)))
    assert (info.duration, info.audio[0].duration, info.video[0].duration) == (6.0, 6.0, 6.0)
    assert timeline is not None
    assert (timeline.first, timeline.end, timeline.frames, len(timeline.cuts)) == (0.0, 6.0, 144, 1)


def test_the_graph_of_a_clip() -> None:
    parts = assembly_graph.graph(Assembly((film(6.0, 8.0),)), pictures=True, sounds=True)
    assert parts == [
        "[0:0]trim=start=6.998500:end=12.998500,setpts=PTS-7.000000/TB[mv]",
        "[0:1]aresample=async=1:min_hard_comp=0.012:first_pts=0,atrim=start=7.000000:end=13.000000,asetpts=PTS-7.000000/TB,"
        "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,apad=whole_dur=6.000000,atrim=end=6.000000[q0]",
        "[q0]concat=n=1:v=0:a=1[ma]",
    ]


@pytest.mark.parametrize(
    ("found", "seek"),
    [({}, 23.0), ({"key_distance": 12.0}, 13.0), ({"key_distance": 0.0}, 0.0), ({"seekable": False}, 0.0)],
)
def test_a_film_is_read_from_before_a_key_frame(found: dict[str, Any], seek: float) -> None:
    """Wherever a seek leads, a whole group of pictures comes before the cut."""
    one = film(6.0, 30.0)
    assert one.timeline is not None
    assert replace(one, timeline=replace(one.timeline, **found)).seek == seek


def test_films_that_are_joined_last_whole_pictures() -> None:
    """24 a second: 1.019 s are 24 of them, in sound too; a film by itself is cut where it was asked for."""
    joined = assembly.together([film(1.019), film(1.03, 3.0)])
    assert [round(one.lasts, 6) for one in joined.films] == [1.0, round(25 / 24, 6)]
    assert assembly.together([film(1.019)]).films[0].lasts == 1.019


@pytest.mark.parametrize(
    ("frame", "nominal", "pace"), [(1 / 30, "30/1", 30), (0.033, "1000/1", Fraction(1000, 33)), (0.002, "500/1", 60)]
)
def test_uneven_pictures_are_counted_by_those_that_come_quickly(frame: float, nominal: str, pace: Fraction) -> None:
    one = film(r_frame_rate=nominal)
    assert one.timeline is not None
    uneven = replace(one, timeline=replace(one.timeline, steady=False, frame=frame))
    assert Assembly((uneven, film())).pace == pace


def test_the_graph_of_films_that_are_joined_blended_and_mixed() -> None:
    slate = replace(film(2.0), across=-1, down=-1, ground="white", blend=0.5, sounds=False)
    beside = Mixed("${film-0}/stranger", film().info.audio[0], 9.0, 2.0)
    joined = Assembly((film(), film(5.0, 3.0, width=640, height=480), slate), (beside,))
    text = ";".join(assembly_graph.graph(joined, pictures=True, sounds=True))
    assert "[p0][p1]concat=n=2:v=1:a=0[j1]" in text
    assert "[j1]tpad=stop_mode=clone:stop_duration=0.500[h2]" in text
    assert "[h2][p2]xfade=transition=fade:duration=0.500:offset=25.000000[mv]" in text
    assert "pad=1280:720:-1:-1:color=white" in text
    assert "anullsrc=r=48000:cl=stereo" in text and "atrim=end=2.000000[q2]" in text
    assert "[3:1]" in text and "adelay=2000:all=1[x0]" in text
    assert "[q][x0]amix=inputs=2:duration=longest:normalize=0" in text
    info, timeline = assembly.whole(joined)
    assert timeline is not None and (timeline.end, timeline.frames, info.duration) == (27.0, 648, 27.0)
    argv = assembly_graph.inputs(joined, pictures=True, sounds=True)
    assert argv.count("-i") == 4 and argv.count("-format_whitelist") == 4


def test_jobs_that_put_the_same_film_together_share_one_batch() -> None:
    spec: dict[str, Any] = {
        "template": PRESETS["S00000001-200010"],
        "audio_map": None,
        "key": "a",
        "edits": {"Clip": {"TimeSpan": {}}},
    }
    other = {**spec, "edits": {"Clip": {"TimeSpan": {"Seek": "1"}}}}
    assert batch_key(spec) == batch_key({**spec, "key": "b"}) != batch_key(other)
    assert batch_key({**spec, "edits": {"Rotate": 90}}) == "encode"


@pytest.mark.parametrize("edits", [{}, {"Clip": {"TimeSpan": {}}}])
@pytest.mark.parametrize(
    "template",
    [
        {"Video": {"Codec": "VP9"}, "TransConfig": {"TransMode": "twopass"}},
        {"Video": {"Codec": "AV1", "Hdr2sdr": "false"}},
    ],
    ids=["statistics of VP9", "metadata of HDR"],
)
def test_what_ffmpeg_does_for_one_output_alone_has_a_decode_of_its_own(
    template: dict[str, Any], edits: dict[str, Any]
) -> None:
    spec = {"template": template, "audio_map": None, "key": "a", "edits": edits}
    assert batch_key(spec) != batch_key({**spec, "key": "b"})


def test_regions_are_pixels_or_shares_and_stay_inside() -> None:
    found = blurs(
        {"1000": [{"l": 0.5, "t": 0.5, "w": 0.1, "h": 0.1}], "0": [{"l": 1, "t": 0, "w": 2000, "h": 50}]}, (640, 360)
    )
    assert found == (Blur(1, 1, 638, 49, 0.0, 1.0), Blur(320, 180, 64, 36, 1.0, None))


def test_what_cannot_be_cut_out_is_said() -> None:
    video = parse(source()).video[0]
    assert "Crop takes 1400x720" in shaped(video, {"Crop": "1400:720:0:0"}, 0, "").wrong
    assert "Pad has 640x360" in shaped(video, {"Pad": "640:360:0:0"}, 0, "").wrong
    assert shaped(video, {"Crop": "border"}, 0, "").steps == ()


def test_the_last_box_is_the_largest_picture_between_bars() -> None:
    lines = [f"lavfi.cropdetect.{n}={v}" for n, v in {"w": 640, "h": 266, "x": 0, "y": 48}.items()]
    assert largest("frame:0\n" + "\n".join(lines) + "\n") == "640:266:0:48"
    assert largest("lavfi.cropdetect.w=-624") == largest("") == ""
