"""Jobs, media and executions through the official SDKs against the whole program: real files, real work."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from alibabacloud_mts20140618 import models as m
from alibabacloud_mts20140618.client import Client
from alibabacloud_tea_openapi.models import Config

from clips import clip
from reelmill.cli.client import Refused
from running import KEY, LOCATION, SECRET, Running, running, until

MISSING = "0" * 32


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("jobs"))
    running.start()
    for action, bucket in (("BindInputBucket", "src"), ("BindOutputBucket", "dst")):
        running.client.call(action, Bucket=bucket)
    running.put("src", "dir/a b.mp4", clip("base.mp4"))
    yield running
    running.stop()
    assert "does not know" not in running.log(), "an answer held fields that the table does not know"


@pytest.fixture(scope="module")
def sdk(server: Running) -> Client:
    return Client(
        Config(access_key_id=KEY, access_key_secret=SECRET, endpoint=f"127.0.0.1:{server.port}", protocol="http")
    )


@pytest.fixture(scope="module")
def pipeline(sdk: Client) -> str:
    return str(sdk.add_pipeline(m.AddPipelineRequest(name="jobs")).body.pipeline.id)


SOURCE = json.dumps({"Bucket": "src", "Location": LOCATION, "Object": "dir%2Fa%20b.mp4"})


def _code(error: "pytest.ExceptionInfo[Any]") -> str:
    return str(error.value.code)


def test_a_transcode_job_from_submit_to_properties(sdk: Client, pipeline: str) -> None:
    outputs = [
        {
            "OutputObject": "o%2F{FileName}.mp4",
            "TemplateId": "S00000001-200010",
            "Video": {"Width": "160", "Height": ""},
            "UserData": "mine",
        },
        {"OutputObject": "o/bad.mp4", "TemplateId": "no-such-template"},
    ]
    results = sdk.submit_jobs(
        m.SubmitJobsRequest(
            input=SOURCE,
            output_bucket="dst",
            outputs=json.dumps(outputs),
            pipeline_id=pipeline,
            output_location=LOCATION,
        )
    ).body.job_result_list.job_result
    assert [r.success for r in results] == [True, False] and results[1].code == "InvalidParameter.TemplateNotFound"
    job_id = results[0].job.job_id
    assert results[0].job.state == "Submitted"

    def ended() -> Any:
        job = sdk.query_job_list(m.QueryJobListRequest(job_ids=f"{job_id},{MISSING}")).body.job_list.job[0]
        return job if job.state not in ("Submitted", "Transcoding") else None

    job = until(ended, 60, "the job has ended")
    assert (job.state, job.percent, job.output.user_data, job.input.object) == (
        "TranscodeSuccess",
        100,
        "mine",
        "dir%2Fa%20b.mp4",
    ), job.message
    assert (job.output.output_file.bucket, job.output.output_file.object) == ("dst", "o/a%20b.mp4")
    assert (
        job.output.properties.width == "160"
        and job.output.properties.streams.video_stream_list.video_stream[0].codec_name == "h264"
    )
    assert job.finish_time >= job.creation_time
    with pytest.raises(Exception) as late:
        sdk.cancel_job(m.CancelJobRequest(job_id=job_id))
    assert _code(late) == "PermissionDenied.JobInComplete"


def test_waiting_jobs_are_listed_filtered_paged_and_cancelled(sdk: Client) -> None:
    paused = sdk.add_pipeline(m.AddPipelineRequest(name="paused")).body.pipeline.id
    sdk.update_pipeline(m.UpdatePipelineRequest(pipeline_id=paused, name="paused", state="Paused"))
    outputs = json.dumps([{"OutputObject": f"w/{i}.mp4", "TemplateId": "S00000001-200010"} for i in range(3)])
    made = sdk.submit_jobs(
        m.SubmitJobsRequest(input=SOURCE, output_bucket="dst", outputs=outputs, pipeline_id=paused)
    ).body.job_result_list.job_result
    ids, seen, token = {r.job.job_id for r in made}, set(), None
    while True:
        page = sdk.list_job(
            m.ListJobRequest(pipeline_id=paused, state="Submitted", maximum_page_size=2, next_page_token=token)
        ).body
        seen |= {j.job_id for j in page.job_list.job}
        token = page.next_page_token
        if not token:
            break
    assert seen == ids
    assert (
        sdk.list_job(
            m.ListJobRequest(pipeline_id=paused, end_of_job_created_time_range="2001-01-01T00:00:00Z")
        ).body.job_list.job
        == []
    )
    for job_id in ids:
        assert sdk.cancel_job(m.CancelJobRequest(job_id=job_id)).body.job_id == job_id
    found = sdk.query_job_list(m.QueryJobListRequest(job_ids=",".join([*ids, MISSING]))).body
    assert {j.state for j in found.job_list.job} == {"TranscodeCancelled"} and found.non_exist_job_ids.string == [
        MISSING
    ]
    assert sdk.delete_pipeline(m.DeletePipelineRequest(pipeline_id=paused)).status_code == 200


def test_snapshots_in_the_request_and_in_the_background(server: Running, sdk: Client, pipeline: str) -> None:
    def config(name: str, **more: str) -> str:
        return json.dumps(
            {"OutputFile": {"Bucket": "dst", "Location": LOCATION, "Object": name}, "Time": "500", **more}
        )

    single = sdk.submit_snapshot_job(
        m.SubmitSnapshotJobRequest(input=SOURCE, snapshot_config=config("one.jpg"), user_data="u")
    ).body.snapshot_job
    assert (single.state, single.user_data) == ("Success", "u") and (
        server.home / "buckets" / "dst" / "one.jpg"
    ).exists()
    series = sdk.submit_snapshot_job(
        m.SubmitSnapshotJobRequest(
            input=SOURCE,
            snapshot_config=config("s-{Count}.jpg", Num="2", Interval="1", FrameType="normal"),
            pipeline_id=pipeline,
        )
    ).body.snapshot_job

    def ended() -> Any:
        job = sdk.query_snapshot_job_list(
            m.QuerySnapshotJobListRequest(snapshot_job_ids=series.id)
        ).body.snapshot_job_list.snapshot_job[0]
        return job if job.state not in ("Submitted", "Snapshoting") else None

    done = until(ended, 60, "the series has ended")
    assert (done.state, done.count, done.snapshot_config.num) == ("Success", "2", "2"), done.message
    listed = sdk.query_snapshot_job_list(m.QuerySnapshotJobListRequest(state="Success", maximum_page_size=100)).body
    assert {single.id, series.id} <= {j.id for j in listed.snapshot_job_list.snapshot_job}
    assert sdk.query_snapshot_job_list(
        m.QuerySnapshotJobListRequest(snapshot_job_ids=MISSING)
    ).body.non_exist_snapshot_job_ids.string == [MISSING]


def test_media_info_in_the_request_and_in_the_background(sdk: Client, pipeline: str) -> None:
    now = sdk.submit_media_info_job(m.SubmitMediaInfoJobRequest(input=SOURCE)).body.media_info_job
    assert (now.state, now.properties.width, now.async_) == ("Success", "320", False)
    later = sdk.submit_media_info_job(
        m.SubmitMediaInfoJobRequest(input=SOURCE, async_=True, pipeline_id=pipeline)
    ).body.media_info_job

    def ended() -> Any:
        body = sdk.query_media_info_job_list(
            m.QueryMediaInfoJobListRequest(media_info_job_ids=f"{later.job_id},{MISSING}")
        ).body
        assert body.non_exist_media_info_job_ids.string == [MISSING]
        job = body.media_info_job_list.media_info_job[0]
        return job if job.state not in ("Submitted", "Analyzing") else None

    done = until(ended, 30, "the probe has ended")
    assert (done.state, done.properties.streams.audio_stream_list.audio_stream[0].codec_name) == ("Success", "aac")
    with pytest.raises(Exception) as gone:
        sdk.submit_media_info_job(
            m.SubmitMediaInfoJobRequest(input=json.dumps({"Bucket": "src", "Location": LOCATION, "Object": "none.mp4"}))
        )
    assert _code(gone) == "InvalidParameter.ResourceNotFound"


def test_added_media_runs_and_is_found_and_published(server: Running, sdk: Client, pipeline: str) -> None:
    topology = json.dumps(
        {
            "Activities": {
                "in": {
                    "Type": "Start",
                    "Parameters": {
                        "PipelineId": pipeline,
                        "InputFile": {"Bucket": "src", "Location": LOCATION, "ObjectPrefix": "dir/"},
                    },
                },
                "t": {
                    "Type": "Transcode",
                    "Parameters": {
                        "OutputBucket": "dst",
                        "OutputLocation": LOCATION,
                        "Outputs": [{"OutputObject": "{RunId}/{FileName}", "TemplateId": "S00000001-100010"}],
                    },
                },
                "out": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
            },
            "Dependencies": {"in": ["t"], "t": ["out"], "out": []},
        }
    )
    flow = sdk.add_media_workflow(
        m.AddMediaWorkflowRequest(name="m", topology=topology, trigger_mode="NotInAuto")
    ).body.media_workflow.media_workflow_id
    url = f"http://src.{LOCATION}.aliyuncs.com/dir/a%20b.mp4"
    added = sdk.add_media(
        m.AddMediaRequest(file_url=url, media_workflow_id=flow, tags="a,b", cate_id=3, media_workflow_user_data="ud")
    ).body.media
    assert (added.title, added.tags.tag, added.cate_id, added.publish_state, len(added.run_id_list.run_id)) == (
        "a b.mp4",
        ["a", "b"],
        3,
        "Initiated",
        1,
    )
    run_id = added.run_id_list.run_id[0]

    def ended() -> Any:
        body = sdk.query_media_workflow_execution_list(
            m.QueryMediaWorkflowExecutionListRequest(run_ids=f"{run_id},{MISSING}")
        ).body
        assert body.non_exist_run_ids.run_id == [MISSING]
        run = body.media_workflow_execution_list.media_workflow_execution[0]
        return run if run.state != "Running" else None

    run = until(ended, 90, "the execution has ended")
    assert run.state == "Completed" and [(a.name, a.state) for a in run.activity_list.activity] == [
        ("in", "Success"),
        ("t", "Success"),
        ("out", "Success"),
    ]
    assert (run.input.input_file.object, run.input.user_data, run.media_id) == ("dir/a b.mp4", "ud", added.media_id)
    for given in ({"media_workflow_id": flow}, {"media_workflow_name": "m"}, {"input_file_url": url}):
        listed = sdk.list_media_workflow_executions(
            m.ListMediaWorkflowExecutionsRequest(**given)
        ).body.media_workflow_execution_list
        assert [x.run_id for x in listed.media_workflow_execution] == [run_id]
    found = sdk.query_media_list_by_url(
        m.QueryMediaListByURLRequest(file_urls=url, include_play_list=True, include_media_info=True)
    ).body.media_list.media[0]
    play = found.play_list.play[0]
    assert (found.publish_state, found.width, play.format, play.activity_name) == (
        "Published",
        "320",
        "m3u8",
        "t",
    ) and float(play.bitrate) > 0
    assert urlsplit(play.file.url).port == server.port
    playlist = httpx.get(play.file.url)
    segment = next(line for line in playlist.text.splitlines() if line and not line.startswith("#"))
    assert playlist.status_code == httpx.get(httpx.URL(play.file.url).join(segment)).status_code == 200
    assert httpx.get(f"{server.url}/src/dir/a%20b.mp4").status_code == 404  # inputs are nobody's to read
    sdk.update_media_publish_state(m.UpdateMediaPublishStateRequest(media_id=added.media_id, publish=False))
    assert httpx.get(play.file.url).status_code == httpx.get(httpx.URL(play.file.url).join(segment)).status_code == 404


def test_an_execution_can_be_cancelled_by_our_own_operation(server: Running, sdk: Client) -> None:
    paused = sdk.add_pipeline(m.AddPipelineRequest(name="hold")).body.pipeline.id
    sdk.update_pipeline(m.UpdatePipelineRequest(pipeline_id=paused, name="hold", state="Paused"))
    topology = json.dumps(
        {
            "Activities": {
                "in": {
                    "Type": "Start",
                    "Parameters": {
                        "PipelineId": paused,
                        "InputFile": {"Bucket": "src", "Location": LOCATION, "ObjectPrefix": "dir/"},
                    },
                },
                "out": {"Type": "Report", "Parameters": {}},
            },
            "Dependencies": {"in": ["out"], "out": []},
        }
    )
    flow = sdk.add_media_workflow(
        m.AddMediaWorkflowRequest(name="c", topology=topology, trigger_mode="NotInAuto")
    ).body.media_workflow.media_workflow_id
    added = sdk.add_media(
        m.AddMediaRequest(file_url=f"{server.url}/src/dir/a%20b.mp4", media_workflow_id=flow)
    ).body.media
    run_id = added.run_id_list.run_id[0]
    assert server.client.call("CancelMediaWorkflowExecution", RunId=run_id)["RunId"] == run_id

    def state() -> str:
        body = sdk.query_media_workflow_execution_list(m.QueryMediaWorkflowExecutionListRequest(run_ids=run_id)).body
        return str(body.media_workflow_execution_list.media_workflow_execution[0].state)

    assert until(lambda: state() != "Running" and state(), 20, "the execution has ended") in ("Fail", "Completed")


def test_a_full_pipeline_refuses_and_a_fast_caller_is_slowed(tmp_path: Path) -> None:
    with running(tmp_path / "home", queue_quota=3, request_rate=3) as small:
        call = small.client.call
        call("BindInputBucket", Bucket="src")
        call("BindOutputBucket", Bucket="dst")
        small.put("src", "a.mp4", clip("base.mp4"))
        pipeline = call("AddPipeline", Name="p")["Pipeline"]["Id"]
        call("UpdatePipeline", PipelineId=pipeline, Name="p", State="Paused")
        common = {
            "Input": {"Bucket": "src", "Location": LOCATION, "Object": "a.mp4"},
            "OutputBucket": "dst",
            "PipelineId": pipeline,
        }
        output = {"OutputObject": "a", "TemplateId": "S00000001-200010"}
        call("SubmitJobs", **common, Outputs=[output, output])
        for count, code in ((2, "PermissionDenied.ResourceQuotaExceed"), (1, "")):
            try:
                call("SubmitJobs", **common, Outputs=[output] * count)
                assert code == ""
            except Refused as refused:
                assert refused.answer["Code"] == code
        codes = []
        for _ in range(30):
            try:
                call("SearchPipeline")
                codes.append("")
            except Refused as refused:
                codes.append(refused.answer["Code"])
        assert set(codes) == {"", "Throttling.User"} and codes[:3] == [""] * 3
        assert call("SearchTemplate")["TotalCount"] == 0  # another operation is not slowed
