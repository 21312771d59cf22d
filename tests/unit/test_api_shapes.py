"""Rows and ffprobe's JSON -> MPS shapes; signed addresses; types of objects."""

import json
from typing import Any

from reelmill.api import media_shapes, render, shapes, table
from reelmill.media.containers import media_type

RAW: dict[str, Any] = {
    "format": {
        "format_name": "mov,mp4,m4a",
        "format_long_name": "QuickTime / MOV",
        "nb_streams": 3,
        "start_time": "0.000000",
        "duration": "2.645333",
        "size": "379870",
        "bit_rate": "1148770",
        "tags": {"major_brand": "isom"},
    },
    "streams": [
        {"index": 0, "codec_type": "video", "codec_name": "mjpeg", "disposition": {"attached_pic": 1}},
        {
            "index": 1,
            "codec_type": "video",
            "codec_name": "h264",
            "width": 640,
            "height": 360,
            "r_frame_rate": "25/1",
            "avg_frame_rate": "0/0",
            "bit_rate": "1000500",
            "tags": {"language": "eng", "rotate": "90"},
            "color_transfer": "bt709",
        },
        *(
            {"index": 2 + i, "codec_type": "audio", "codec_name": "aac", "sample_rate": "44100", "channels": 2}
            for i in range(5)
        ),
        {"index": 9, "codec_type": "subtitle", "codec_name": "ass"},
    ],
}


def test_a_cover_picture_is_no_video_and_at_most_four_streams_of_a_kind_are_told() -> None:
    streams = media_shapes.media_info(RAW)["Streams"]
    assert [s["Index"] for s in streams["VideoStreamList"]] == ["1"] and len(streams["AudioStreamList"]) == 4


def test_values_are_texts_in_the_units_of_mps() -> None:
    flat = media_shapes.record_facts(RAW)
    assert flat == {
        "Width": "640",
        "Height": "360",
        "Duration": "2.645333",
        "Size": "379870",
        "Bitrate": "1148.77",
        "Fps": "25",
        "Format": "mov",
    }
    video = media_shapes.media_info(RAW)["Streams"]["VideoStreamList"][0]
    assert (video["Bitrate"], video["Fps"], video["AvgFPS"], video["Rotate"], video["Lang"]) == (
        "1000.5",
        "25",
        None,
        "90",
        "eng",
    )


def test_a_probe_that_found_nothing_makes_a_shape_all_the_same() -> None:
    assert media_shapes.media_info({})["Format"] == {"Bitrate": None}
    assert media_shapes.info_properties({"format": {"bit_rate": "N/A"}, "streams": []})["Bitrate"] is None


def _job(kind: str, **values: Any) -> dict[str, Any]:
    return {
        "id": "j",
        "kind": kind,
        "state": "Success",
        "percent": 100,
        "pipeline_id": "p",
        "created_ms": 0,
        "finished_ms": 1000,
        "code": "",
        "message": "",
        "user_data": "u",
        "spec": {},
        "request": {"Input": {"Bucket": "b", "Location": "oss-cn-hangzhou", "Object": "o", "Zzz": "1"}},
        "result": {},
        "failure": None,
        "message_result": None,
        "reused_from": "",
    } | values


def _fits(operation: str, list_name: str, shape: dict[str, Any]) -> dict[str, Any]:
    """The shape as the table lets it through; anything unknown to the table fails."""
    strange: list[str] = []
    made = render.fit(table.operations()[operation].response, {list_name: [shape]}, strange)
    assert strange == []
    return next(iter(made[list_name].values()))[0]


def test_a_transcode_job_echoes_its_output_and_tells_what_was_made() -> None:
    output = {
        "OutputObject": "a%2F{DestMd5}",
        "TemplateId": "t",
        "Video": {"Width": 640},
        "WaterMarks": [{"Dx": "8"}],
        "MergeList": [{"MergeURL": "x"}],
        "Clip": {"TimeSpan": {"Seek": "1"}},
    }
    row = _job(
        "Transcode",
        request=_job("")["request"] | {"Output": output},
        result={"bucket": "out", "object": "a/b c.mp4", "properties": RAW},
    )
    for operation in ("QueryJobList", "ListJob"):
        made = _fits(operation, "JobList", shapes.transcode_job(row))
        assert (made["State"], made["Percent"], made["FinishTime"]) == ("TranscodeSuccess", 100, "1970-01-01T00:00:01Z")
        assert made["Output"]["OutputFile"] == {"Bucket": "out", "Location": "oss-cn-hangzhou", "Object": "a/b%20c.mp4"}
        assert made["Output"]["Video"] == {"Width": "640"} and made["Output"]["WaterMarkList"]["WaterMark"] == [
            {"Dx": "8"}
        ]
        assert made["Output"]["Properties"]["Streams"]["VideoStreamList"]["VideoStream"][0]["colorTransfer"] == "bt709"


def test_a_job_of_a_workflow_names_the_subtitles_that_became_files() -> None:
    told = [
        {"track": 1, "bucket": "out", "object": "a b.srt", "message": ""},
        {"track": 2, "bucket": "out", "object": "c.srt", "message": "It holds pictures."},
    ]
    row = _job("Transcode", result={"bucket": "out", "object": "a.mp4", "properties": RAW, "subtitles": told})
    made = _fits("ListJob", "JobList", shapes.transcode_job(row))["Output"]["OutSubtitleList"]["OutSubtitle"]
    file = {"Bucket": "out", "Location": "oss-cn-hangzhou", "Object": "a%20b.srt"}
    assert made[0] == {"Map": "0:s:1", "OutSubtitleFile": file, "Success": True}
    assert (made[1]["Success"], made[1]["Message"]) == (False, "It holds pictures.")


def test_a_failed_job_tells_code_and_message_and_a_good_one_does_not() -> None:
    bad = _fits("QueryJobList", "JobList", shapes.transcode_job(_job("Transcode", state="Fail", code="C", message="m")))
    assert (bad["State"], bad["Code"], bad["Message"]) == ("TranscodeFail", "C", "m")
    assert "Code" not in _fits("QueryJobList", "JobList", shapes.transcode_job(_job("Transcode")))


def test_snapshot_and_media_info_jobs_fit_the_table() -> None:
    config = {"OutputFile": {"Bucket": "o", "Location": "l", "Object": "x"}, "Time": 5, "Whatever": 1}
    snap = _fits(
        "QuerySnapshotJobList",
        "SnapshotJobList",
        shapes.snapshot_job(
            _job("Snapshot", request=_job("")["request"] | {"SnapshotConfig": config}, result={"count": 3})
        ),
    )
    assert (snap["Count"], snap["SnapshotConfig"]["Time"], snap["State"]) == ("3", "5", "Success")
    assert snap["SnapshotConfig"]["OutputFile"]["Object"] == "x"
    for asked in (
        config,
        json.dumps(config),
        config | {"OutputFile": json.dumps(config["OutputFile"])},
    ):  # a workflow's names are filled in
        row = _job(
            "Snapshot", request=_job("")["request"] | {"SnapshotConfig": asked}, spec={"object": "a b/{Count}.jpg"}
        )
        assert shapes.snapshot_job(row)["SnapshotConfig"]["OutputFile"] == {
            "Bucket": "o",
            "Location": "l",
            "Object": "a%20b/{Count}.jpg",
        }
    info = _fits(
        "QueryMediaInfoJobList", "MediaInfoJobList", shapes.media_info_job(_job("MediaInfo", result={"raw": RAW}))
    )
    assert info["Properties"]["Format"]["Tags"] == {"major_brand": "isom"} and info["Async"] is False
    assert info["Properties"]["Streams"]["SubtitleStreamList"]["SubtitleStream"][0]["CodecName"] == "ass"


def test_an_execution_fits_the_table() -> None:
    activity = {
        "name": "a",
        "type": "Start",
        "state": "Fail",
        "job_id": None,
        "code": "C",
        "message": "m",
        "started_ms": 0,
        "finished_ms": None,
        "failure": {"advice": "mend it", "command": "ffmpeg -i x", "log": "last lines"},
        "reused_from": "",
        "message_result": {"message_id": "i", "error_code": None, "error_message": None},
    }
    row = {
        "run_id": "r",
        "workflow_id": "w",
        "workflow_name": "n",
        "workflow_version": 3,
        "media_id": "m",
        "state": "Running",
        "bucket": "b",
        "location": "l",
        "object": "dir/ü.mp4",
        "user_data": "",
        "created_ms": 0,
        "activities": [activity],
    }
    made = _fits("QueryMediaWorkflowExecutionList", "MediaWorkflowExecutionList", shapes.execution(row))
    assert made["Input"]["InputFile"]["Object"] == "dir/ü.mp4"
    assert made["ActivityList"]["Activity"][0]["MNSMessageResult"] == {"MessageId": "i"}


def test_a_job_that_could_not_be_made_says_why() -> None:
    assert shapes.submitted({"code": "C", "message": "m"}) == {"Success": False, "Code": "C", "Message": "m"}


def test_unknown_extensions_are_bytes() -> None:
    assert [media_type(k) for k in ("x.html", "x.svg", "noext")] == ["application/octet-stream"] * 3
    assert [media_type(k) for k in ("x.TS", "a/b.m3u8", "x.png")] == [
        "video/mp2t",
        "application/vnd.apple.mpegurl",
        "image/png",
    ]
