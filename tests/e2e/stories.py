"""What the stories of a user share: a server with films in a bucket, the official SDK, and a receiver of messages."""

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from alibabacloud_mts20140618 import models as m
from alibabacloud_mts20140618.client import Client
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException

from clips import clip, tools
from reelmill.cli.client import Refused
from running import KEY, LOCATION, SECRET, Listener, Running, until

MISSING = "0" * 32

HOOK_SECRET = "a-secret-of-the-hook"

LD_MP4, LD_FLV, SD_M3U8, LD_M3U8, MP3, COPY = (
    "S00000001-200010",
    "S00000001-000010",
    "S00000001-100020",
    "S00000001-100010",
    "S00000001-300010",
    "S00000001-200000",
)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("stories"), callback_url=listener.url, callback_secret=HOOK_SECRET)
    running.start()
    running.client.call("BindInputBucket", Bucket="vod-in")
    running.client.call("BindOutputBucket", Bucket="vod-out")
    running.put("vod-in", "in/a b+ü.mp4", clip("base.mp4"))
    running.put("vod-in", "other/x.mp4", clip("base.mp4"))
    running.put("vod-in", "in/text.mp4", clip("text.mp4"))
    running.put("vod-in", "in/no_audio.mp4", clip("no_audio.mp4"))
    yield running
    running.stop()
    assert "does not know" not in running.log(), "an answer held fields that the table does not know"
    assert "Traceback" not in running.log()


@pytest.fixture(scope="module")
def sdk(server: Running) -> Client:
    return Client(
        Config(access_key_id=KEY, access_key_secret=SECRET, endpoint=f"127.0.0.1:{server.port}", protocol="http")
    )


@pytest.fixture(scope="module")
def pipeline(sdk: Client) -> str:
    config = json.dumps({"QueueName": "jobs"})
    return str(sdk.add_pipeline(m.AddPipelineRequest(name="stories", notify_config=config)).body.pipeline.id)


@pytest.fixture(scope="module")
def probing(sdk: Client, pipeline: str) -> str:
    """The smallest workflow: Start -> Report, for objects under in/, started by hand."""
    return draw(sdk, "probing", {"start": start(pipeline, "in/"), "end": report("Manual")}, {"start": ["end"]})


SOURCE = {"Bucket": "vod-in", "Location": LOCATION, "Object": quote("in/a b+ü.mp4", safe="")}

TEXT = {**SOURCE, "Object": "in/text.mp4"}


def start(pipeline: str, prefix: str) -> dict[str, Any]:
    return {
        "Type": "Start",
        "Parameters": {
            "PipelineId": pipeline,
            "InputFile": {"Bucket": "vod-in", "Location": LOCATION, "ObjectPrefix": prefix},
        },
    }


def report(kind: str) -> dict[str, Any]:
    return {"Type": "Report", "Parameters": {"PublishType": kind}}


def transcode(name: str, template: str, **more: Any) -> dict[str, Any]:
    output = {"OutputObject": name, "TemplateId": template, **more}
    return {
        "Type": "Transcode",
        "Parameters": {"OutputBucket": "vod-out", "OutputLocation": LOCATION, "Outputs": [output]},
    }


def topology(activities: dict[str, Any], edges: dict[str, list[str]]) -> str:
    return json.dumps({"Activities": activities, "Dependencies": edges})


def draw(
    sdk: Client, name: str, activities: dict[str, Any], edges: dict[str, list[str]], mode: str = "NotInAuto"
) -> str:
    request = m.AddMediaWorkflowRequest(name=name, topology=topology(activities, edges), trigger_mode=mode)
    return str(sdk.add_media_workflow(request).body.media_workflow.media_workflow_id)


def vendor_url(key: str) -> str:
    return f"http://vod-in.{LOCATION}.aliyuncs.com/{quote(key)}"


def run(sdk: Client, workflow: str, key: str, **more: Any) -> Any:
    """Start a run by AddMedia and wait for its end: the execution."""
    added = sdk.add_media(m.AddMediaRequest(file_url=vendor_url(key), media_workflow_id=workflow, **more)).body.media
    return ended(sdk, added.run_id_list.run_id[0])


def ended(sdk: Client, run_id: str) -> Any:
    def look() -> Any:
        body = sdk.query_media_workflow_execution_list(m.QueryMediaWorkflowExecutionListRequest(run_ids=run_id)).body
        found = body.media_workflow_execution_list.media_workflow_execution[0]
        return found if found.state != "Running" else None

    return until(look, 60, "the execution has ended")


def states(execution: Any) -> dict[str, str]:
    return {a.name: a.state for a in execution.activity_list.activity}


def media(sdk: Client, media_id: str) -> Any:
    request = m.QueryMediaListRequest(
        media_ids=media_id, include_media_info=True, include_play_list=True, include_snapshot_list=True
    )
    return sdk.query_media_list(request).body.media_list.media[0]


def plays(sdk: Client, media_id: str) -> dict[str, Any]:
    return {p.activity_name: p for p in media(sdk, media_id).play_list.play}


def job_ended(sdk: Client, job_id: str) -> Any:
    def look() -> Any:
        job = sdk.query_job_list(m.QueryJobListRequest(job_ids=job_id)).body.job_list.job[0]
        return job if job.state not in ("Submitted", "Transcoding") else None

    return until(look, 60, "the job has ended")


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    """(code, message) of a refusal, whichever client was asked."""
    with pytest.raises(Exception) as told:
        call()
    error: Any = told.value
    if isinstance(error, Refused):
        return error.answer["Code"], error.answer["Message"]
    if isinstance(error, ServerException):
        return error.get_error_code(), error.get_error_msg()
    return error.code, error.message


def status(url: str, **headers: str) -> int:
    return httpx.get(url, headers=headers).status_code


def listed(playlist: str) -> list[str]:
    """Addresses of everything that a playlist names on lines of its own."""
    return [
        str(httpx.URL(playlist).join(line))
        for line in httpx.get(playlist).text.splitlines()
        if line and not line.startswith("#")
    ]


def size_of(path: str) -> tuple[int, int]:
    words = [tools().path("ffprobe"), "-v", "error", "-show_streams", "-of", "json", path]
    stream = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)["streams"][0]
    return stream["width"], stream["height"]


# --- jobs of their own


def submit(sdk: Client, pipeline: str, *outputs: Any, source: dict[str, str] = SOURCE) -> Any:
    request = m.SubmitJobsRequest(
        input=json.dumps(source),
        output_bucket="vod-out",
        output_location=LOCATION,
        outputs=json.dumps(outputs),
        pipeline_id=pipeline,
    )
    return sdk.submit_jobs(request).body.job_result_list.job_result
