"""SnapshotConfig: what is accepted, which moments it means, which commands come out."""

import json
from dataclasses import replace
from typing import Any

import pytest

from reelmill.core.errors import MediaError, Problems
from reelmill.core.model import MediaInfo, ObjectRef, Timeline
from reelmill.core.placeholders import of_input
from reelmill.media import filters, interlacing, snapshot_commands, snapshots
from reelmill.media.plans import Canvas
from reelmill.media.probe import SAFE_INPUT, parse
from reelmill.nodes.base import Env
from reelmill.nodes.snapshot import NODE, config_params, job

FILE = {"Bucket": "b", "Object": "p/{Count}.jpg"}


def raw(format_name: str = "mov,mp4,m4a,3gp,3g2,mj2", **video: Any) -> dict[str, Any]:
    """A 1280x720 film of ten seconds."""
    stream = {
        "index": 0,
        "codec_type": "video",
        "width": 1280,
        "height": 720,
        "avg_frame_rate": "24/1",
        "field_order": "progressive",
        **video,
    }
    return {"streams": [stream], "format": {"format_name": format_name, "duration": "10.0"}}


PROBED = parse(raw())
TIMELINE = Timeline(
    240,
    0.0,
    10.0,
    1 / 24,
    True,
    ((0.0, 0),),
    (0.0, 4.0, 4.0, 8.0),
    shown=((0.0, 0.0), (3.0, 2.958333), (5.0, 4.99), (9.958333, 9.916667)),
)


def config(**changes: Any) -> snapshots.Config:
    problems = Problems()
    checked = snapshots.check_config({"OutputFile": FILE, "Time": "0", **changes}, problems, "C")
    assert checked, problems.found
    return checked


def problems_of(value: Any) -> list[tuple[str, str]]:
    problems = Problems()
    assert snapshots.check_config(value, problems, "C") is None
    return [(p.path, p.code) for p in problems.found]


def test_json_text_and_numbers_as_text_are_understood() -> None:
    text = json.dumps(
        {
            "OutputFile": json.dumps(FILE),
            "Time": 5,
            "Num": 10,
            "Interval": "20",
            "FrameType": "normal",
            "BlackLevel": "",
            "TileOut": None,
        }
    )
    problems = Problems()
    checked = snapshots.check_config(text, problems, "C")
    assert checked and (checked.time_ms, checked.num, checked.interval, checked.series, checked.intra) == (
        5,
        10,
        20.0,
        True,
        False,
    )
    assert snapshots.Config.from_json(json.loads(json.dumps(checked.to_json()))) == checked


SHEET = {"Bucket": "b", "Object": "s{TileCount}.jpg"}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"Time": None}, "C.Time", "MissingParameter"),
        ({"Time": "-1"}, "C.Time", "InvalidParameter.OutOfRange"),
        ({"TimeArray": [1, "x"]}, "C.TimeArray[1]", "InvalidParameter.NumberFormatInvalid"),
        ({"TimeArray": "soon"}, "C.TimeArray", "InvalidParameter.JsonArrayFormatInvalid"),
        ({"BlackLevel": "29"}, "C.BlackLevel", "InvalidParameter.OutOfRange"),
        ({"Format": "srt"}, "C.Format", "InvalidParameter"),
        ({"SubOut": {"IsSptFrag": "maybe"}}, "C.SubOut.IsSptFrag", "InvalidParameter"),
        ({"TileOut": {"Lines": "0"}, "TileOutputFile": SHEET}, "C.TileOut.Lines", "InvalidParameter.OutOfRange"),
        ({"TileOut": {"Color": "#12"}, "TileOutputFile": SHEET}, "C.TileOut.Color", "InvalidParameter"),
        ({"TileOut": {"Lines": "1"}}, "C.TileOutputFile", "InvalidParameter"),
        ({"Num": "0"}, "C.Num", "InvalidParameter.OutOfRange"),
        ({"Interval": "0"}, "C.Interval", "InvalidParameter.OutOfRange"),
        ({"Interval": "nan"}, "C.Interval", "InvalidParameter.NumberFormatInvalid"),
        ({"Width": "7"}, "C.Width", "InvalidParameter.OutOfRange"),
        ({"Height": 5000}, "C.Height", "InvalidParameter.OutOfRange"),
        ({"FrameType": "exact"}, "C.FrameType", "InvalidParameter"),
        ({"Colour": "red"}, "C.Colour", "InvalidParameter"),
        ({"OutputFile": None}, "C.OutputFile", "MissingParameter"),
        ({"OutputFile": {"Bucket": "b"}}, "C.OutputFile.Object", "MissingParameter"),
        (
            {"OutputFile": {"Bucket": "b", "Object": "../x.jpg"}},
            "C.OutputFile.Object",
            "InvalidParameter.ObjectKeyInvalid",
        ),
        ({"OutputFile": {"Bucket": "b", "Object": "{TileCount}.jpg"}}, "C.OutputFile.Object", "InvalidParameter"),
        ({"Num": 3, "OutputFile": {"Bucket": "b", "Object": "one.jpg"}}, "C.OutputFile.Object", "InvalidParameter"),
        (
            {"Interval": 3, "OutputFile": {"Bucket": "b", "Object": "one.jpg"}},
            "C.OutputFile.Object",
            "InvalidParameter",
        ),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], path: str, code: str) -> None:
    assert problems_of({"OutputFile": FILE, "Time": "0", **changes}) == [(path, code)]


def test_every_problem_at_once() -> None:
    assert len(problems_of({"Num": "x", "Width": "1", "OutputFile": {}})) == 5


@pytest.mark.parametrize(
    ("changes", "moments"),
    [
        ({"Time": 99_000}, (99.0,)),  # one picture: always its moment
        ({"Time": 5, "Num": 10, "Interval": 20}, (0.005,)),
        ({"Time": 500, "Num": 3, "Interval": 2}, (0.5, 2.5, 4.5)),
        ({"Interval": 4}, (0.0, 4.0, 8.0)),  # until the end
        ({"Num": 4, "Interval": 0}, (0.0, 2.5, 5.0, 7.5)),  # spread evenly
        ({"Num": 2, "Interval": 0, "Time": 4000}, (4.0, 7.0)),
        ({"Num": 5}, (0.0,)),  # the default interval is ten seconds
        ({"Num": 1, "Interval": 3}, (0.0,)),  # an asynchronous single picture
        ({"Time": 11_000, "Num": 2, "Interval": 0}, ()),
    ],
)
def test_moments(changes: dict[str, Any], moments: tuple[float, ...]) -> None:
    assert snapshots.points(config(**changes), 10.0) == pytest.approx(moments)


def test_intra_takes_each_key_frame_once_and_normal_stays_inside() -> None:
    assert [p.at for p in snapshots.pictures(config(Num=4), TIMELINE)] == [0.0, 4.0, 8.0]
    exact = snapshots.pictures(config(Num=4, FrameType="normal"), TIMELINE)
    assert [p.at for p in exact] == [0.0, 3.0, 5.0, 9.958333]
    assert [p.half for p in exact] == pytest.approx([1 / 48, 1 / 48, 0.005, 1 / 48], abs=1e-4), (
        "half the way to the picture before it, never further"
    )


def test_golden_command_of_one_key_frame() -> None:
    shot = snapshots.Picture("00001.jpg", 4.0, 1 / 48)
    assert snapshot_commands.command(config(Width="160"), PROBED, TIMELINE, [shot]).argv == (
        "-hide_banner",
        "-nostdin",
        "-y",
        "-v",
        "error",
        *SAFE_INPUT,
        "-reinit_filter:v",
        "0",
        "-flags",
        "-output_corrupt",
        "-threads",
        "1",
        "-ss",
        "3.979167",
        "-i",
        "file:${source}",
        "-map",
        "0:0",
        "-frames:v",
        "1",
        "-vf",
        f"setparams=colorspace=bt709,{','.join(filters.uniform(Canvas(1280, 720, True), 16 / 9))},bwdif=mode=send_frame:deint=interlaced,settb=AVTB,trim=start=0.000000:end=0.041667,"  # noqa: E501
        "zscale=w='if(lt(abs(dar/1.777778-1),0.02),160,2*ceil(160*min(1,dar/1.777778)/2-0.5))':"
        "h='if(lt(abs(dar/1.777778-1),0.02),90,2*ceil(90*min(1,1.777778/dar)/2-0.5))':f=bicubic:m=bt470bg,"
        "format=pix_fmts=yuv420p:color_spaces=bt470bg:color_ranges=pc,pad=160:90:-1:-1,setsar=1",
        "-fps_mode",
        "passthrough",
        "-enc_time_base:v",
        "filter",
        "-strict",
        "unofficial",
        "-c:v",
        "mjpeg",
        "-q:v",
        "2",
        "-f",
        "image2",
        "-update",
        "1",
        "file:${out}/00001.jpg",
    )


def test_at_most_sixteen_pictures_per_process() -> None:
    shots = [snapshots.Picture(f"{n:05d}.jpg", n / 10, 1 / 48) for n in range(300)]
    tasks = snapshot_commands.tasks(config(Num=300), PROBED, TIMELINE, shots, "j")
    counts = [[c.argv.count("-i") for c in t.commands] for t in tasks]
    assert counts == [[16] * 8, [16] * 8, [16, 16, 12]] and all(t.jobs == ("j",) for t in tasks)


def test_many_key_frames_are_taken_by_one_pass_over_all_of_them() -> None:
    """Where it is cheaper than a seek for each, and nothing could come out wrong."""
    shots = [snapshots.Picture(f"{n:05d}.jpg", 2.0 * n, 1 / 48) for n in range(1, 121)]
    steady = replace(TIMELINE, end=242.0, keys=400)
    film = parse(raw(field_order="progressive"))

    def tasks(timeline: Timeline = steady, info: MediaInfo = film, **asked: Any) -> list[tuple[str, int]]:
        made = snapshot_commands.one_pass(config(Num=300, **asked), info, timeline, shots, "j")
        return [(task.name, len(group)) for task, group in made]

    assert tasks() == [("keys-0", 100), ("keys-1", 20)]
    ((first, _), (second, _)) = snapshot_commands.one_pass(config(Num=300), film, steady, shots, "j")
    argv = second.commands[0].argv
    assert argv[argv.index("-skip_frame") + 1] == "nokey" and argv.index("-skip_frame") < argv.index("-i")
    assert argv[argv.index("-ss") + 1] == "201.979167" and argv[argv.index("-start_number") + 1] == "101"
    assert "select='between(t,0.000000,0.041667)+between(t,2.000000,2.041667)+" in argv[argv.index("-vf") + 1]
    assert "bwdif" not in argv[argv.index("-vf") + 1] and first.commands[0].seconds == pytest.approx(198.0)
    assert tasks(FrameType="normal") == [], "pictures between the key frames"
    assert tasks(replace(steady, keys=5800)) == [], "every picture is a key frame: to seek some is cheaper"
    assert tasks(replace(steady, keys=0)) == tasks(replace(steady, seekable=False)) == []
    assert tasks(info=parse(raw(field_order="tt"))) == tasks(info=parse(raw(field_order="unknown"))) == [], (
        "fields need their neighbours"
    )
    assert tasks(info=parse(raw(field_order="progressive", format_name="mpegts"))) == []


def test_a_broadcast_is_entered_early_because_it_has_no_index() -> None:
    stream = parse(raw(format_name="mpegts"))
    argv = snapshot_commands.command(
        config(FrameType="normal"), stream, TIMELINE, [snapshots.Picture("00001.jpg", 30.0, 1 / 48)]
    ).argv
    assert (
        argv[argv.index("-ss") + 1] == "19.979167"
        and "trim=start=9.999500:end=10.041667" in argv[argv.index("-vf") + 1]
    )


def test_moments_count_from_the_start_of_the_file_also_when_the_picture_comes_late() -> None:
    """ffmpeg takes the first packet that it uses for 0 where clocks may leap; the sound of this broadcast begins three
    seconds before its picture."""
    stream = raw(format_name="mpegts", start_time="1403.100000")
    stream["format"]["start_time"] = "1400.000000"
    argv = snapshot_commands.command(
        config(FrameType="normal"), parse(stream), TIMELINE, [snapshots.Picture("00001.jpg", 5.0, 1 / 48)]
    ).argv
    assert argv[argv.index("-itsoffset") + 1] == "3.100000" and "trim=start=4.978667:" in argv[argv.index("-vf") + 1]


def test_where_the_seek_misses_everything_before_the_moment_is_decoded() -> None:
    """An index that lies (every picture a key frame) leads into the middle of a group: nothing can be decoded there."""
    shot = snapshots.Picture("00001.jpg", 50.0, 1 / 48)
    near, whole = (snapshot_commands.last_resort(config(), PROBED, TIMELINE, shot, "j", whole=w) for w in (False, True))
    assert near.commands[0].argv[near.commands[0].argv.index("-ss") + 1] == "40.000000"
    assert (
        "-ss" not in whole.commands[0].argv
        and "trim=start=40.000000:end=50.020833" in whole.commands[0].argv[whole.commands[0].argv.index("-vf") + 1]
    )
    assert near.name != whole.name


def test_key_frames_alone_are_decoded_only_where_no_frame_can_be_interlaced() -> None:
    """A stream that begins progressive may go on interlaced, and a comb is mended with the neighbours of a picture."""
    shots = [snapshots.Picture("00001.jpg", 1.0, 1 / 48)]
    assert all(
        (
            "-skip_frame"
            in snapshot_commands.command(
                config(), parse(raw(codec_name=codec, field_order="progressive")), TIMELINE, shots
            ).argv
        )
        == alone
        for codec, alone in (("h264", False), ("hevc", True), ("vp9", True))
    )


def test_hdr_and_interlaced_are_treated() -> None:
    argv = snapshot_commands.command(
        config(),
        parse(raw(color_transfer="smpte2084", field_order="tt")),
        TIMELINE,
        [snapshots.Picture("00001.jpg", 1.0, 1 / 48)],
    ).argv
    chain = argv[argv.index("-vf") + 1]
    assert (
        chain.startswith("setparams=color_primaries=bt2020:")
        and interlacing.DEINTERLACE in chain
        and "tonemap" in chain
        and "-skip_frame" not in argv
    )


def test_the_job_fills_the_names_of_the_run_and_echoes_the_request() -> None:
    problems = Problems()
    sent = {
        "OutputFile": {"Bucket": "b", "Object": "%7BRunId%7D/{SnapshotTime}/{Count}.jpg"},
        "Time": "5000",
        "Num": "3",
    }
    params = config_params(sent, problems, "C")
    assert NODE.job and NODE.refs(params) == {"buckets": {"b": "C.OutputFile.Bucket"}}
    spec = NODE.job(params, Env(ObjectRef("i", "l", "a/x.mp4"), {"RunId": "r1"}))
    assert (
        spec["object"] == "r1/{SnapshotTime}/{Count}.jpg"
        and spec["request"] == {"SnapshotConfig": sent}
        and spec["cover"] is False
    )


@pytest.mark.parametrize(
    ("raw_params", "count"),
    [({"SnapshotConfig": {"OutputFile": FILE, "Time": 0}, "MediaCover": "yes"}, 1), ({"Foo": 1}, 2), ({}, 1)],
)
def test_activity_parameters_are_checked(raw_params: dict[str, Any], count: int) -> None:
    problems = Problems()
    NODE.check(raw_params, problems, "P")
    assert len(problems.found) == count


def test_a_placeholder_without_a_value_is_refused_and_a_name_with_braces_is_not() -> None:
    """{RunId} belongs to workflows; an input may be called so all the same."""
    problems = Problems()
    params = config_params(
        {"OutputFile": {"Bucket": "b", "Location": "l", "Object": "{RunId}-{FileName}.jpg"}, "Time": "0"}, problems, "P"
    )
    assert not problems.found
    alone = Env(ObjectRef("b", "l", "x.mp4"), of_input("x.mp4"), workflow=False)
    with pytest.raises(MediaError, match="RunId"):
        job(params, alone)
    inside = Env(ObjectRef("b", "l", "{MediaId}.mp4"), {**of_input("{MediaId}.mp4"), "RunId": "r", "MediaId": "m"})
    assert job(params, inside)["object"] == "r-{MediaId}.jpg"
