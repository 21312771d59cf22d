"""Jobs that a user submits by themselves, through the official SDK."""

import base64
import json
import subprocess
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from alibabacloud_mts20140618 import models as m
from alibabacloud_mts20140618.client import Client

from clips import clip, tools
from e2e.stories import (  # noqa: F401 - fixtures
    LD_M3U8,
    LD_MP4,
    MISSING,
    MP3,
    SOURCE,
    TEXT,
    draw,
    job_ended,
    listener,
    pipeline,
    refused,
    report,
    run,
    sdk,
    server,
    size_of,
    start,
    states,
    status,
    submit,
    transcode,
)
from running import LOCATION, Listener, Running, until

pytestmark = pytest.mark.slow
XLD_SMART = "S00000000-200010"


def test_four_outputs_of_one_call_and_a_bad_one_spoils_nothing(
    server: Running, sdk: Client, pipeline: str, listener: Listener
) -> None:
    made = submit(
        sdk,
        pipeline,
        {"OutputObject": "jobs%2F{FileName}-plain", "TemplateId": LD_MP4},
        {"OutputObject": "jobs/{RunId}", "TemplateId": LD_MP4},
        {"OutputObject": "jobs/h", "TemplateId": LD_M3U8, "UserData": "mine"},
        {"OutputObject": "jobs/a.mp3", "TemplateId": MP3, "Priority": "10"},
    )
    assert [r.success for r in made] == [True, False, True, True]
    assert made[1].code == "InvalidParameter.ObjectKeyInvalid" and "{RunId}" in made[1].message
    jobs = [job_ended(sdk, made[n].job.job_id) for n in (0, 2, 3)]
    assert [j.state for j in jobs] == ["TranscodeSuccess"] * 3 and [j.percent for j in jobs] == [100] * 3
    # nothing is appended to the name, except .m3u8
    assert [j.output.output_file.object for j in jobs] == [quote("jobs/a b+ü-plain"), "jobs/h.m3u8", "jobs/a.mp3"]
    assert sorted(p.name for p in (server.home / "buckets/vod-out/jobs").iterdir()) == [
        "a b+ü-plain",
        "a.mp3",
        "h-00001.ts",
        "h.m3u8",
    ]
    assert status(f"{server.url}/vod-out/jobs/a.mp3") == 404  # no media record, nobody published it

    def mine() -> Any:
        return (lambda found: found if len(found) == 3 else None)(
            [b for _, b in listener.got if b.get("jobId") in {j.job_id for j in jobs}]
        )

    for body in until(mine, 10, "the pipeline's messages"):
        assert all(body[k[0].upper() + k[1:]] == body[k] for k in ("jobId", "requestId", "type", "state", "userData"))
        assert (body["type"], body["state"], body["userData"]) == (
            "Transcode",
            "Success",
            "mine" if body["jobId"] == jobs[1].job_id else "",
        )


def test_segments_are_encrypted_with_the_key_of_the_caller_and_nobody_reads_it_anywhere(
    server: Running, sdk: Client, pipeline: str
) -> None:
    key, address = bytes(range(1, 17)), "https://keys.example.com/k?of=1"
    told = base64.b64encode(key).decode()
    lock = {
        "Type": "hls-aes-128",
        "Key": told,
        "KeyUri": base64.b64encode(address.encode()).decode(),
        "KeyType": "Base64",
        "SkipCnt": "1",
    }
    short = {"TemplateId": LD_M3U8, "MuxConfig": {"Segment": {"Duration": "1"}}, "Video": {"Gop": "1s"}}
    made = submit(
        sdk,
        pipeline,
        {"OutputObject": "locked/clear", **short},
        {"OutputObject": "locked/a", **short, "Encryption": lock},
        {"OutputObject": "locked/b", **short, "Encryption": lock | {"Key": told[:8]}},
        {"OutputObject": "locked/c", "TemplateId": LD_MP4, "Encryption": lock},
        {"OutputObject": "locked/d", **short, "Encryption": {k: v for k, v in lock.items() if k != "Key"}},
    )
    assert [(one.code, one.success) for one in made] == [
        (None, True),
        (None, True),
        ("InvalidParameter.Format", False),
        ("InvalidParameter.NotSupported", False),
        ("MissingParameter", False),
    ]
    jobs = [job_ended(sdk, made[number].job.job_id) for number in (0, 1)]
    assert [job.state for job in jobs] == ["TranscodeSuccess"] * 2
    assert (jobs[1].output.encryption.key, jobs[1].output.encryption.skip_cnt) == (None, "1")
    folder = server.home / "buckets/vod-out/locked"
    lines = (folder / "a.m3u8").read_text().splitlines()
    tag = f'#EXT-X-KEY:METHOD=AES-128,URI="{address}"'
    parts = [line for line in lines if line.endswith(".ts")]
    assert lines.index(parts[0]) < lines.index(tag) < lines.index(parts[1]), "the first segment is clear"
    assert [(folder / part).read_bytes()[:1] == b"G" for part in parts] == [True] + [False] * (len(parts) - 1)
    (folder / "key").write_bytes(key)
    (folder / "open.m3u8").write_text("\n".join(lines).replace(address, "key"))
    assert pictures(folder / "open.m3u8") == pictures(folder / "clear.m3u8")
    for database in server.home.glob("*.db*"):
        assert told.encode() not in database.read_bytes() and key not in database.read_bytes(), database


def pictures(playlist: Path) -> bytes:
    words = [tools().path("ffmpeg"), "-v", "error", "-allowed_extensions", "ALL", "-i", str(playlist)]
    return subprocess.run([*words, "-f", "framemd5", "-"], check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    ("output", "code", "words"),
    [
        ({"TemplateId": LD_MP4}, "MissingParameter", "OutputObject"),
        ({"OutputObject": "k"}, "MissingParameter", "TemplateId"),
        ({"OutputObject": "../k", "TemplateId": LD_MP4}, "InvalidParameter.ObjectKeyInvalid", "../k"),
        ({"OutputObject": "k", "TemplateId": "none"}, "InvalidParameter.TemplateNotFound", "none"),
        (
            {"OutputObject": "k", "TemplateId": LD_MP4, "WaterMarkConfigUrl": "http://a/b"},
            "InvalidParameter.Format",
            "WaterMarkConfigUrl",
        ),
        (
            {"OutputObject": "k", "TemplateId": LD_MP4, "Clip": {"TimeSpan": {"Seek": "soon"}}},
            "InvalidParameter.Format",
            "Clip.TimeSpan.Seek",
        ),
        (
            {"OutputObject": "k", "TemplateId": LD_MP4, "MultiSpeed": "1"},
            "InvalidParameter.NotSupported",
            "MultiSpeed is not available yet",
        ),
        (
            {"OutputObject": "k", "TemplateId": LD_MP4, "Video": {"Codec": "GIF"}},
            "InvalidParameter.NotSupported",
            "not GIF",
        ),
        ({"OutputObject": "k", "TemplateId": LD_MP4, "Colour": "red"}, "InvalidParameter", "no field Colour"),
        ({"OutputObject": "k", "TemplateId": "S00000000-200010"}, "InvalidParameter.TemplateNotSupported", "Analysis"),
        ({"OutputObject": "{DestMd5}", "TemplateId": LD_M3U8}, "InvalidParameter.NotSupported", "{DestMd5}"),
    ],
)
def test_what_an_output_cannot_ask_for_is_refused_with_a_sentence(
    sdk: Client, pipeline: str, output: dict[str, Any], code: str, words: str
) -> None:
    (answer,) = submit(sdk, pipeline, output)
    assert (answer.success, answer.code) == (False, code) and words in answer.message


def test_what_an_analysis_finds_is_used_by_jobs_and_workflows(server: Running, sdk: Client, pipeline: str) -> None:
    request = m.SubmitAnalysisJobRequest(input=json.dumps(SOURCE), pipeline_id=pipeline, priority="8")
    job = sdk.submit_analysis_job(request).body.analysis_job
    assert (job.state, job.priority, job.analysis_config.quality_control.rate_quality) == ("Submitted", "8", "25")

    def look() -> Any:
        body = sdk.query_analysis_job_list(m.QueryAnalysisJobListRequest(analysis_job_ids=job.id)).body
        (found,) = body.analysis_job_list.analysis_job
        return found if found.state in ("Success", "Fail") else None

    found = until(look, 60, "the analysis has ended")
    (template,) = (t for t in found.template_list.template if t.container.format == "mp4")
    width, height = size_of(str(server.home / "buckets/vod-in/in/a b+ü.mp4"))
    assert (template.id, template.video.width, template.video.height) == (XLD_SMART, str(width), str(height))
    (made, larger) = submit(
        sdk,
        pipeline,
        {"OutputObject": "smart/a.mp4", "TemplateId": XLD_SMART},
        {"OutputObject": "smart/b.mp4", "TemplateId": "S00000000-200040"},
    )
    assert job_ended(sdk, made.job.job_id).state == "TranscodeSuccess"
    assert larger.code == "InvalidParameter.TemplateNotSupported" and "enlarge" in larger.message
    drawn = {
        "start": start(pipeline, "in/"),
        "look": {"Type": "Analysis", "Parameters": {}},
        "small": transcode("smart/{RunId}-a", XLD_SMART),
        "large": transcode("smart/{RunId}-b", "S00000000-200040"),
        "end": report("Auto"),
    }
    edges = {"start": ["look"], "look": ["small", "large"], "small": ["end"], "large": ["end"]}
    done = run(sdk, draw(sdk, "smart", drawn, edges), "in/a b+ü.mp4")
    assert states(done) == {
        "start": "Success",
        "look": "Success",
        "small": "Success",
        "large": "Skipped",
        "end": "Success",
    }
    assert "enlarge" in next(a.message for a in done.activity_list.activity if a.name == "large")


def test_a_waiting_job_is_cancelled_and_its_sibling_goes_on(server: Running, sdk: Client) -> None:
    queue = sdk.add_pipeline(m.AddPipelineRequest(name="held")).body.pipeline.id
    sdk.update_pipeline(m.UpdatePipelineRequest(pipeline_id=queue, name="held", state="Paused"))
    first, second = (
        r.job.job_id
        for r in submit(sdk, queue, *({"OutputObject": f"held/{n}.mp4", "TemplateId": LD_MP4} for n in range(2)))
    )
    assert sdk.cancel_job(m.CancelJobRequest(job_id=first)).body.job_id == first
    assert job_ended(sdk, first).state == "TranscodeCancelled"
    sdk.update_pipeline(m.UpdatePipelineRequest(pipeline_id=queue, name="held", state="Active"))
    assert job_ended(sdk, second).state == "TranscodeSuccess"
    assert [p.name for p in (server.home / "buckets/vod-out/held").iterdir()] == ["1.mp4"]
    broken = job_ended(
        sdk, submit(sdk, queue, {"OutputObject": "held/no.mp4", "TemplateId": LD_MP4}, source=TEXT)[0].job.job_id
    )
    assert (broken.state, broken.code) == (
        "TranscodeFail",
        "InvalidParameter.ResourceContentBad",
    ) and "InputFile" in broken.message
    codes = {
        job: refused(partial(sdk.cancel_job, m.CancelJobRequest(job_id=job)))[0]
        for job in (first, second, broken.job_id, MISSING, "x")
    }
    assert [*codes.values()] == [
        "PermissionDenied.JobInComplete",
        "PermissionDenied.JobInComplete",
        "PermissionDenied.JobInFailure",
        "InvalidParameter.ResourceNotFound",
        "InvalidParameter.UUIDFormatInvalid",
    ]


def test_pictures_in_the_request_and_in_the_background(
    server: Running, sdk: Client, pipeline: str, listener: Listener
) -> None:
    def take(
        source: dict[str, str] = SOURCE,
        queue: str | None = None,
        name: str = "shots/{FileName}-{SnapshotTime}-{Count}.jpg",
        **more: Any,
    ) -> Any:
        config = {"OutputFile": {"Bucket": "vod-out", "Location": LOCATION, "Object": name}, "Time": "1000", **more}
        request = m.SubmitSnapshotJobRequest(
            input=json.dumps(source), snapshot_config=json.dumps(config), pipeline_id=queue, user_data="mine"
        )
        return sdk.submit_snapshot_job(request).body.snapshot_job

    folder = server.home / "buckets/vod-out/shots"
    single = take(Width="160", FrameType="normal")
    assert (single.state, single.count, single.user_data) == ("Success", "1", "mine") and size_of(
        str(folder / "a b+ü-1000-00001.jpg")
    ) == (160, 90)
    late = take(Time="99000", FrameType="normal")
    assert (late.state, late.code) == ("Fail", "InvalidParameter.TimeArray") and late.message.startswith(
        "TimeArray greater than video duration"
    )
    assert take(Time="99000").state == "Success"  # the nearest key frame
    bad = take(TEXT)
    assert (bad.state, bad.code) == ("Fail", "InvalidParameter.ResourceContentBad")
    series = take(queue=pipeline, Time="0", Interval="1", Num="10", FrameType="normal", name="shots/series-{Count}.jpg")
    assert series.state == "Submitted"

    def done() -> Any:
        body = sdk.query_snapshot_job_list(m.QuerySnapshotJobListRequest(snapshot_job_ids=series.id)).body
        job = body.snapshot_job_list.snapshot_job[0]
        return job if job.state in ("Success", "Fail") else None

    assert (until(done, 30, "the series has ended").count, len([*folder.glob("series-*")])) == (
        "4",
        4,
    )  # moments beyond the end are dropped
    told = until(lambda: [b for _, b in listener.got if b.get("jobId") == series.id], 10, "the message of the series")[
        0
    ]
    assert (told["Type"], told["State"], told["UserData"]) == ("Snapshot", "Success", "mine")
    assert refused(lambda: take(Interval="1"))[0] == "MissingParameter"  # work in the background needs a queue
    elsewhere: dict[str, Any] = {"OutputFile": {"Bucket": "vod-out", "Location": "oss-mars", "Object": "x.jpg"}}
    assert refused(lambda: take(**elsewhere))[0] == "InvalidParameter.LocationInvalid"
    assert refused(lambda: take(name="{RunId}.jpg"))[0] == "InvalidParameter.ObjectKeyInvalid"
    code, words = refused(lambda: take(TileOut={"Lines": "0"}, Format="srt", Width="5"))
    assert code == "InvalidParameter.OutOfRange" and all(
        w in words for w in ("SnapshotConfig.TileOut.Lines", "SnapshotConfig.Format", "SnapshotConfig.Width")
    )


def test_media_information_in_the_request_and_in_the_background(sdk: Client, pipeline: str) -> None:
    def ask(source: dict[str, str] = SOURCE, **more: Any) -> Any:
        return sdk.submit_media_info_job(
            m.SubmitMediaInfoJobRequest(input=json.dumps(source), user_data="mine", **more)
        ).body.media_info_job

    now = ask()
    assert (now.state, now.async_, now.user_data, now.properties.width, now.properties.fps) == (
        "Success",
        False,
        "mine",
        "320",
        "24",
    )
    assert now.properties.file_size == str(clip("base.mp4").stat().st_size) and float(now.properties.duration) == 4
    broken = ask(TEXT)
    assert (broken.state, broken.code) == ("Fail", "InvalidParameter.ResourceContentBad") and broken.properties is None
    later = ask(async_=True, pipeline_id=pipeline)
    assert (later.state, later.async_) == ("Submitted", True)

    def done() -> Any:
        body = sdk.query_media_info_job_list(
            m.QueryMediaInfoJobListRequest(media_info_job_ids=f"{later.job_id},{MISSING}")
        ).body
        assert body.non_exist_media_info_job_ids.string == [MISSING]
        job = body.media_info_job_list.media_info_job[0]
        return job if job.state in ("Success", "Fail") else None

    assert (
        until(done, 30, "the probe has ended").properties.streams.video_stream_list.video_stream[0].codec_name == "h264"
    )
    assert refused(lambda: ask({**SOURCE, "Object": "no.mp4"}))[0] == "InvalidParameter.ResourceNotFound"
