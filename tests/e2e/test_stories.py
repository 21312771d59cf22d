"""What a user of MPS does, start to end, through the official SDKs against the whole program: real files, real work,
good input and bad."""

import hashlib
import hmac
import json
import subprocess
import urllib.request
import uuid
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pytest
from alibabacloud_mts20140618 import models as m
from alibabacloud_mts20140618.client import Client
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkmts.request.v20140618.QueryTemplateListRequest import QueryTemplateListRequest
from aliyunsdkmts.request.v20140618.SearchPipelineRequest import SearchPipelineRequest
from aliyunsdkmts.request.v20140618.SubmitAnalysisJobRequest import SubmitAnalysisJobRequest
from mns.queue import QueueMeta

from clips import clip, tools
from messages.receiving import account
from reelmill.cli.client import Refused
from running import KEY, LOCATION, REGION, SECRET, Listener, Running, until

pytestmark = pytest.mark.slow
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


# --- whole workflows


SIMPLE = """{"Activities":{
  "Act-Start":{"Name":"Act-Start","Type":"Start","Parameters":{"PipelineId":"PIPELINE","InputFile":{"Bucket":"vod-in","Location":"oss-cn-hangzhou","ObjectPrefix":"uploaded/"},"MessageType":"Queue","QueueName":"mts-queue-1"}},
  "Act-SD":{"Type":"Transcode","Parameters":{"OutputBucket":"vod-out","OutputLocation":"oss-cn-hangzhou","Outputs":[{"OutputObject":"transcode%2F%7BRunId%7D%2F%7BFileName%7D","TemplateId":"S00000001-100020"}]}},
  "Act-Snap":{"Type":"Snapshot","Parameters":{"MediaCover":"true","SnapshotConfig":"{\\"OutputFile\\":{\\"Bucket\\":\\"vod-out\\",\\"Location\\":\\"oss-cn-hangzhou\\",\\"Object\\":\\"snap%2F%7BRunId%7D%2F%7BCount%7D.jpg\\"},\\"Time\\":\\"5000\\"}"}},
  "Act-Report":{"Type":"Report","Parameters":{"PublishType":"Auto"}}},
 "Dependencies":{"Act-Start":["Act-SD"],"Act-SD":["Act-Snap"],"Act-Snap":["Act-Report"],"Act-Report":[]}}"""


def test_the_simple_sample_goes_from_an_upload_to_a_published_stream_with_cover_and_messages(
    server: Running, sdk: Client, pipeline: str, listener: Listener
) -> None:
    text = SIMPLE.replace("PIPELINE", pipeline)
    account(server).get_queue("mts-queue-1").create(QueueMeta())
    made = sdk.add_media_workflow(m.AddMediaWorkflowRequest(name="simple", topology=text)).body.media_workflow
    assert (made.state, made.trigger_mode, made.topology) == ("Active", "OssAutoTrigger", text)
    server.put("vod-in", "uploaded/show.mp4", clip("ten.mp4"))
    row = server.ended(made.media_workflow_id)[0]
    run_id, media_id = row["RunId"], row["MediaId"]
    execution = ended(sdk, run_id)
    assert execution.state == "Completed" and states(execution) == dict.fromkeys(
        ("Act-Start", "Act-SD", "Act-Snap", "Act-Report"), "Success"
    )
    record = media(sdk, media_id)
    assert (record.publish_state, record.title, record.width, record.run_id_list.run_id) == (
        "Published",
        "show.mp4",
        "320",
        [run_id],
    )
    assert (
        float(record.duration) == 10
        and record.media_info.streams.video_stream_list.video_stream[0].codec_name == "h264"
    )
    play = plays(sdk, media_id)["Act-SD"]
    assert play.file.url == f"{server.url}/vod-out/transcode/{run_id}/show.m3u8" and (
        play.format,
        play.width,
        play.encryption,
    ) == ("m3u8", "848", "0")
    assert [status(u) for u in (play.file.url, *listed(play.file.url))] == [200, 200]
    # the cover was taken of what the transcode made, not of the smaller source
    assert (
        record.cover_url == record.snapshot_list.snapshot[0].file.url == f"{server.url}/vod-out/snap/{run_id}/00001.jpg"
    )
    assert (
        size_of(str(server.home / f"buckets/vod-out/snap/{run_id}/00001.jpg")) == (848, 476)
        and status(record.cover_url) == 200
    )
    _check_messages(listener, execution)
    told = until(
        lambda: (lambda a: a if a.mnsmessage_result else None)(ended(sdk, run_id).activity_list.activity[-1]),
        10,
        "the report's delivery is noted",
    )
    assert told.mnsmessage_result.message_id in {key for key, _ in listener.got}


def _check_messages(listener: Listener, execution: Any) -> None:
    """One when Start ended, one when Report ended, shaped and signed as documented."""

    def mine() -> Any:
        return (lambda found: found if len(found) == 2 else None)(
            [(h, b) for h, b in listener.raw if json.loads(b)["RunId"] == execution.run_id]
        )

    for (headers, raw), name, kind in zip(
        until(mine, 10, "both messages came"), ("Act-Start", "Act-Report"), ("Start", "Report"), strict=True
    ):
        signed = f"{headers['x-reelmill-timestamp']}.{headers['x-reelmill-message-id']}.".encode() + raw
        assert (
            headers["x-reelmill-signature"]
            == "sha256=" + hmac.new(HOOK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
        )
        body = json.loads(raw)
        assert (body["Name"], body["Type"], body["State"]) == (name, kind, "Success") and not {"Code", "Message"} & set(
            body
        )
        shown = body["MediaWorkflowExecution"]
        assert {k: shown[k] for k in ("RunId", "MediaWorkflowId", "MediaId", "Name", "CreationTime")} == {
            "RunId": execution.run_id,
            "MediaWorkflowId": execution.media_workflow_id,
            "MediaId": execution.media_id,
            "Name": "simple",
            "CreationTime": execution.creation_time,
        }
        assert shown["Input"] == {
            "InputFile": {"Bucket": "vod-in", "Location": LOCATION, "Object": "uploaded/show.mp4"},
            "UserData": "",
        }
        assert shown["State"] == ("Running" if kind == "Start" else "Success")
        names = [a["Name"] for a in shown["ActivityList"]]
        assert names == (["Act-Start"] if kind == "Start" else ["Act-Start", "Act-SD", "Act-Snap", "Act-Report"])
        assert {a["RunId"] for a in shown["ActivityList"]} == {execution.run_id} and all(
            "StartTime" in a for a in shown["ActivityList"]
        )


def test_the_package_sample_is_published_and_closed_again_by_hand(server: Running, sdk: Client, pipeline: str) -> None:
    """workflow.md 12.2 without its subtitles: nested documents come as JSON in strings."""

    def template(width: str) -> str:
        answer = sdk.add_template(
            m.AddTemplateRequest(
                name=f"w{width}",
                container='{"Format":"m3u8"}',
                video=json.dumps({"Codec": "H.264", "Width": width, "Crf": "30", "Preset": "veryfast"}),
                audio='{"Codec":"AAC"}',
                mux_config='{"Segment":{"Duration":"2"}}',
            )
        ).body.template
        return str(answer.id)

    def video(width: str, uri: str) -> dict[str, Any]:
        return {
            "Type": "Transcode",
            "Parameters": {
                "Outputs": json.dumps([{"TemplateId": template(width), "Audio": {"Remove": "true"}}]),
                "MultiBitrateVideoStream": json.dumps({"URI": uri}),
            },
        }

    output = {"Bucket": "vod-out", "Location": LOCATION, "MasterPlayListName": "{MediaId}/{RunId}/hls/master.m3u8"}
    streams = [
        {"RefActivityName": name, "ExtXStreamInfo": {"BandWidth": rate, "Audio": "audios"}}
        for name, rate in (("v1", "1110000"), ("v2", "5000000"))
    ]
    a1 = {
        "Outputs": json.dumps([{"TemplateId": SD_M3U8, "AudioStreamMap": "0:a:0", "Video": {"Remove": "true"}}]),
        "ExtXMedia": json.dumps({"URI": "sd/audio-en.m3u8", "Name": "audio-en", "Language": "en-US"}),
    }
    workflow = draw(
        sdk,
        "package",
        {
            "start": start(pipeline, "in/"),
            "pack": {"Type": "PackageConfig", "Parameters": {"Protocol": "hls", "Output": json.dumps(output)}},
            "agroup": {"Type": "AudioGroup", "Parameters": {"GroupId": "audios"}},
            "v1": video("160", "sd/video1.m3u8"),
            "v2": video("320", "hd/video2.m3u8"),
            "a1": {"Type": "Transcode", "Parameters": a1},
            "master": {
                "Type": "GenerateMasterPlayList",
                "Parameters": {"MasterPlayList": json.dumps({"MultiBitrateVideoStreams": streams})},
            },
            "end": report("Manual"),
        },
        {
            "start": ["pack"],
            "pack": ["v1", "v2", "agroup"],
            "agroup": ["a1"],
            "v1": ["master"],
            "v2": ["master"],
            "a1": ["master"],
            "master": ["end"],
        },
    )
    execution = run(sdk, workflow, "in/a b+ü.mp4")
    assert set(states(execution).values()) == {"Success"} and execution.state == "Completed"
    assert media(sdk, execution.media_id).publish_state == "UnPublish"  # Manual
    master = f"{server.url}/vod-out/{execution.media_id}/{execution.run_id}/hls/master.m3u8"
    folder = server.home / f"buckets/vod-out/{execution.media_id}/{execution.run_id}/hls"
    everything = [
        f"{master.removesuffix('master.m3u8')}{p.relative_to(folder)}" for p in sorted(folder.rglob("*")) if p.is_file()
    ]
    # master, playlists, segments: two of each video, one of the audio, whose preset cuts every 10 s
    assert len(everything) == 1 + 3 + 2 * 2 + 1
    assert {status(u) for u in everything} == {404}
    sdk.update_media_publish_state(m.UpdateMediaPublishStateRequest(media_id=execution.media_id, publish=True))
    assert media(sdk, execution.media_id).publish_state == "Published" and {status(u) for u in everything} == {200}
    variants = listed(master)
    assert [v.rpartition("/hls/")[2] for v in variants] == ["sd/video1.m3u8", "hd/video2.m3u8"]
    text = httpx.get(master).text
    assert (
        'TYPE=AUDIO,GROUP-ID="audios"' in text
        and 'NAME="audio-en"' in text
        and 'LANGUAGE="en-US"' in text
        and 'URI="sd/audio-en.m3u8"' in text
    )
    assert "BANDWIDTH=1110000" in text and 'AUDIO="audios"' in text and "RESOLUTION=160x90" in text
    segment = listed(variants[1])[1]
    assert segment.endswith("/hls/hd/video2-00002.ts")  # five digits, a hyphen
    part, whole = httpx.get(segment, headers={"Range": "bytes=188-375"}), httpx.get(segment)
    assert (part.status_code, part.content) == (206, whole.content[188:376]) and part.headers[
        "content-range"
    ] == f"bytes 188-375/{len(whole.content)}"
    assert status(segment, Range="bytes=99999999-") == 416
    sdk.update_media_publish_state(m.UpdateMediaPublishStateRequest(media_id=execution.media_id, publish=False))
    assert media(sdk, execution.media_id).publish_state == "UnPublish"
    assert {status(u) for u in everything} == {status(everything[0], Range="bytes=0-9")} == {404}

    mute = run(sdk, workflow, "in/no_audio.mp4")  # the sound that the package promises is silence
    assert set(states(mute).values()) == {"Success"} and mute.state == "Completed"
    silence = server.home / f"buckets/vod-out/{mute.media_id}/{mute.run_id}/hls/sd/audio-en.m3u8"
    assert sum(
        float(line[8:].rstrip(",")) for line in silence.read_text().splitlines() if line.startswith("#EXTINF:")
    ) == pytest.approx(4, abs=0.1)


def test_every_container_and_placeholder_and_a_message_per_transcode(
    server: Running, sdk: Client, pipeline: str, listener: Listener
) -> None:
    """TranscodeCompletedAuto publishes with the first transcode that succeeds; the one that fails stops nobody."""
    ts = sdk.add_template(
        m.AddTemplateRequest(
            name="ts",
            container='{"Format":"ts"}',
            video='{"Codec":"H.264","Crf":"30","Preset":"veryfast"}',
            audio='{"Codec":"AAC"}',
        )
    ).body.template.id
    sounds = {
        form: sdk.add_template(
            m.AddTemplateRequest(name=form, container=json.dumps({"Format": form}), audio=json.dumps({"Codec": codec}))
        ).body.template.id
        for form, codec in (("m4a", "AAC"), ("ogg", "OPUS"))
    }
    series = {
        "OutputFile": {
            "Bucket": "vod-out",
            "Location": LOCATION,
            "Object": "{ObjectPrefix}{FileName}.{ExtName}/{SnapshotTime}-{Count}.jpg",
        },
        "Time": "500",
        "Interval": "1",
        "Num": "3",
        "FrameType": "normal",
    }
    middle = {
        "mp4": transcode("{ObjectPrefix}{FileName}.{ExtName}/{RunId}/{MediaId}/{DestMd5}_{DestAvgBitrate}", LD_MP4),
        "flv": transcode("%7bRunId%7d%2Fa", LD_FLV),
        "mp3": transcode("{RunId}/a", MP3),
        "ts": transcode("{RunId}/a", ts),
        "m4a": transcode("{RunId}/a", sounds["m4a"]),
        "ogg": transcode("{RunId}/a", sounds["ogg"]),
        "copy": transcode("{RunId}/named.mp4", COPY),
        "bad": transcode("{RunId}/never", "S00000001-200060", TransConfig={"IsCheckResoFail": "true"}),
        "series": {"Type": "Screenshot", "Parameters": {"SnapshotConfig": series}},
    }
    workflow = draw(
        sdk,
        "all",
        {"start": start(pipeline, "in/"), **middle, "end": report("TranscodeCompletedAuto")},
        {"start": [*middle], **{name: ["end"] for name in middle}},
    )
    execution = run(sdk, workflow, "in/a b+ü.mp4", media_workflow_user_data='üser "data"')
    found = states(execution)
    assert found.pop("bad") == "Fail" and set(found.values()) == {"Success"} and execution.state == "Completed"
    failed = next(a for a in execution.activity_list.activity if a.name == "bad")
    assert failed.code.startswith("InvalidParameter") and "320x180" in failed.message
    run_id, media_id = execution.run_id, execution.media_id
    record, made = media(sdk, media_id), plays(sdk, media_id)
    assert record.publish_state == "Published" and "bad" not in made
    addresses = {
        name: made[name].file.url.removeprefix(f"{server.url}/vod-out/")
        for name in ("flv", "mp3", "ts", "m4a", "ogg", "copy")
    }
    assert addresses == {
        "flv": f"{run_id}/a.flv",
        "mp3": f"{run_id}/a.mp3",
        "ts": f"{run_id}/a.ts",
        "m4a": f"{run_id}/a.m4a",
        "ogg": f"{run_id}/a.ogg",
        "copy": f"{run_id}/named.mp4",
    }  # extension: once
    head, _, last = made["mp4"].file.url.rpartition("/")
    content = httpx.get(made["mp4"].file.url).content
    assert head == f"{server.url}/vod-out/{quote('in/a b+ü.mp4')}/{run_id}/{media_id}".replace("+", "%2B")
    assert last == f"{hashlib.md5(content).hexdigest()}_{round(float(made['mp4'].bitrate))}.mp4"
    assert (
        made["copy"].width == "320"
        and made["mp4"].width == made["flv"].width == "640"
        and {status(p.file.url) for p in made.values()} == {200}
    )
    own = {name: p for name, p in made.items() if name in middle}  # the media has other runs too
    assert {name: httpx.head(p.file.url).headers["content-type"] for name, p in own.items()} == {
        "mp4": "video/mp4",
        "flv": "video/x-flv",
        "mp3": "audio/mpeg",
        "ts": "video/mp2t",
        "m4a": "audio/mp4",
        "ogg": "audio/ogg",
        "copy": "video/mp4",
    }
    assert (made["ogg"].format, made["m4a"].format) == ("ogg", "m4a")
    pictures = next(s for s in record.snapshot_list.snapshot if s.activity_name == "series")
    assert (pictures.type, pictures.count) == ("Sequence", "3") and pictures.file.url.endswith("/500-%7BCount%7D.jpg")
    assert [status(pictures.file.url.replace("%7BCount%7D", n)) for n in ("00001", "00002", "00003", "00004")] == [
        200,
        200,
        200,
        404,
    ]

    def mine() -> Any:
        bodies = [b for _, b in listener.got if b["RunId"] == run_id]
        return bodies if len(bodies) == 9 else None

    messages = until(mine, 10, "a message for Start, for each good transcode, for Report")
    assert sorted((b["Type"], b["Name"], b["State"]) for b in messages) == sorted(
        [
            ("Start", "start", "Success"),
            ("Report", "end", "Success"),
            *(("Transcode", n, "Success") for n in ("mp4", "flv", "mp3", "ts", "m4a", "ogg", "copy")),
        ]
    )
    assert {b["MediaWorkflowExecution"]["Input"]["UserData"] for b in messages} == {'üser "data"'}


def test_a_start_that_fails_skips_the_rest_and_publishes_nothing(
    sdk: Client, pipeline: str, listener: Listener
) -> None:
    workflow = draw(
        sdk,
        "broken",
        {"start": start(pipeline, "in/"), "t": transcode("{RunId}/t", LD_MP4), "end": report("Auto")},
        {"start": ["t"], "t": ["end"]},
    )
    execution = run(sdk, workflow, "in/text.mp4")
    assert states(execution) == {"start": "Fail", "t": "Skipped", "end": "Success"} and execution.state == "Fail"
    assert execution.activity_list.activity[0].code == "InvalidParameter.ResourceContentBad"
    record = media(sdk, execution.media_id)
    assert record.publish_state == "Initiated" and not record.play_list.play
    told = until(
        lambda: [b for _, b in listener.got if b["RunId"] == execution.run_id and b["Type"] == "Report"],
        10,
        "the report's message",
    )[0]
    first = next(b for _, b in listener.got if b["RunId"] == execution.run_id and b["Type"] == "Start")
    assert (first["State"], first["Code"]) == ("Fail", "InvalidParameter.ResourceContentBad")
    assert [a["State"] for a in told["MediaWorkflowExecution"]["ActivityList"]] == ["Fail", "Skipped", "Success"]


def test_a_pipeline_or_bucket_that_went_away_fails_the_activities_that_need_it(server: Running, sdk: Client) -> None:
    server.client.call("BindOutputBucket", Bucket="gone-out")
    queue = sdk.add_pipeline(m.AddPipelineRequest(name="gone")).body.pipeline.id
    t = transcode("{RunId}/t", COPY)
    t["Parameters"]["OutputBucket"] = "gone-out"
    workflow = draw(
        sdk, "gone", {"start": start(queue, "in/"), "t": t, "end": report("Auto")}, {"start": ["t"], "t": ["end"]}
    )
    server.client.call("UnbindOutputBucket", Bucket="gone-out")
    execution = run(sdk, workflow, "in/a b+ü.mp4")
    assert (
        states(execution) == {"start": "Success", "t": "Fail", "end": "Success"}
        and "gone-out" in execution.activity_list.activity[1].message
    )
    sdk.delete_pipeline(m.DeletePipelineRequest(pipeline_id=queue))
    execution = run(sdk, workflow, "in/a b+ü.mp4")
    assert states(execution) == {"start": "Fail", "t": "Skipped", "end": "Success"} and execution.state == "Fail"
    assert execution.activity_list.activity[0].code == "InvalidParameter.ResourceNotFound"


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


@pytest.mark.parametrize(
    ("output", "code", "words"),
    [
        ({"TemplateId": LD_MP4}, "MissingParameter", "OutputObject"),
        ({"OutputObject": "k"}, "MissingParameter", "TemplateId"),
        ({"OutputObject": "../k", "TemplateId": LD_MP4}, "InvalidParameter.ObjectKeyInvalid", "../k"),
        ({"OutputObject": "k", "TemplateId": "none"}, "InvalidParameter.TemplateNotFound", "none"),
        (
            {"OutputObject": "k", "TemplateId": LD_MP4, "WaterMarkConfigUrl": "http://a/b"},
            "InvalidParameter.NotSupported",
            "WaterMarkConfigUrl is not available yet",
        ),
        (
            {"OutputObject": "k", "TemplateId": LD_MP4, "Clip": {"TimeSpan": {"Seek": "1"}}},
            "InvalidParameter.NotSupported",
            "Clip is not available yet",
        ),
        (
            {"OutputObject": "k", "TemplateId": LD_MP4, "Encryption": {"Type": "hls-aes-128"}},
            "InvalidParameter.NotSupported",
            "Encryption is not available yet",
        ),
        (
            {"OutputObject": "k", "TemplateId": LD_MP4, "Video": {"Codec": "H.265"}},
            "InvalidParameter.NotSupported",
            "H.265 is not available yet",
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
    code, words = refused(lambda: take(TileOut={"Lines": "3"}, Format="vtt", Width="5"))
    assert code == "InvalidParameter.NotSupported" and all(
        w in words for w in ("SnapshotConfig.TileOut", "SnapshotConfig.Format", "SnapshotConfig.Width")
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


# --- the media library


def test_media_are_added_with_and_without_a_workflow_deleted_and_revived(
    server: Running, sdk: Client, pipeline: str, probing: str
) -> None:
    def add(key: str, **more: Any) -> Any:
        return sdk.add_media(m.AddMediaRequest(file_url=vendor_url(key), **more)).body.media

    alone = add("other/x.mp4", title="t", tags="a,b,,a", description="d", cate_id=7)
    assert (alone.title, alone.tags.tag, alone.description, alone.cate_id, alone.run_id_list.run_id) == (
        "t",
        ["a", "b"],
        "d",
        7,
        [],
    )
    assert (
        sdk.add_media(m.AddMediaRequest(file_url=f"{server.url}/vod-in/other/x.mp4")).body.media.media_id
        == alone.media_id
    )  # both forms, one media
    for unbind in (None, True):  # the path is checked unless InputUnbind is false
        code, words = refused(partial(add, "other/x.mp4", media_workflow_id=probing, input_unbind=unbind))
        assert code == "InvalidParameter" and "vod-in/in/" in words and "InputUnbind" in words
    runs = [
        add(
            "other/x.mp4", media_workflow_id=probing, input_unbind=False, media_workflow_user_data="ü" * 512
        ).run_id_list.run_id[0]
        for _ in range(2)
    ]
    assert len({*runs}) == 2 and ended(sdk, runs[0]).input.user_data == "ü" * 512  # every call starts a run; 1024 bytes
    assert refused(lambda: add("other/x.mp4", media_workflow_user_data="ü" * 513))[0] == "InvalidParameter.OutOfRange"
    ended(sdk, runs[1])
    switch = draw(sdk, "off", {"start": start(pipeline, "in/"), "end": report("Auto")}, {"start": ["end"]})
    sdk.deactivate_media_workflow(m.DeactivateMediaWorkflowRequest(media_workflow_id=switch))
    # no further run
    assert len(add("other/x.mp4", media_workflow_id=switch, input_unbind=False).run_id_list.run_id) == 2
    sdk.delete_media_workflow(m.DeleteMediaWorkflowRequest(media_workflow_id=switch))
    assert (
        refused(lambda: add("other/x.mp4", media_workflow_id=switch, input_unbind=False))[0]
        == "InvalidParameter.ResourceDeleted"
    )
    assert refused(lambda: add("other/x.mp4", cover_url="javascript:alert(1)"))[0] == "InvalidParameter.Format"
    assert refused(lambda: add("other/x.mp4", media_workflow_id=MISSING))[0] == "InvalidParameter.ResourceNotFound"
    assert (
        refused(lambda: add("other/x.mp4", override_params='{"WebVTTSubtitleOverrides":[]}'))[0]
        == "InvalidParameter.NotSupported"
    )
    sdk.delete_media(m.DeleteMediaRequest(media_ids=alone.media_id))
    assert (
        media(sdk, alone.media_id).publish_state == "Deleted" and (server.home / "buckets/vod-in/other/x.mp4").exists()
    )
    publish = m.UpdateMediaPublishStateRequest(media_id=alone.media_id, publish=True)
    assert refused(lambda: sdk.update_media_publish_state(publish))[0] == "InvalidParameter.ResourceDeleted"
    again = add("other/x.mp4")
    assert (again.media_id, again.publish_state) == (alone.media_id, "Initiated")
    assert (
        refused(lambda: sdk.delete_media(m.DeleteMediaRequest(media_ids=f"{alone.media_id},{MISSING}")))[0]
        == "InvalidParameter.ResourceNotFound"
    )
    assert media(sdk, alone.media_id).publish_state == "Initiated"  # all or none


def test_deleting_a_media_closes_what_was_made_of_it(sdk: Client, pipeline: str) -> None:
    workflow = draw(
        sdk,
        "closing",
        {"start": start(pipeline, "other/"), "t": transcode("{RunId}/t", COPY), "end": report("Auto")},
        {"start": ["t"], "t": ["end"]},
    )
    execution = run(sdk, workflow, "other/x.mp4")
    url = plays(sdk, execution.media_id)["t"].file.url
    assert status(url) == 200
    sdk.delete_media(m.DeleteMediaRequest(media_ids=execution.media_id))
    assert status(url) == 404


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://vod-in.oss-cn-hangzhou.aliyuncs.com/other/x.mp4", "InvalidParameter.Format"),
        ("http://cdn.example.com/other/x.mp4", "InvalidParameter.Format"),
        ("http://vod-in.oss-cn-hangzhou.aliyuncs.com/other/x.mp4?a=b", "InvalidParameter.Format"),
        ("nonsense", "InvalidParameter.Format"),
        ("http://vod-in.oss-us-west-1.aliyuncs.com/other/x.mp4", "InvalidParameter.LocationInvalid"),
        ("http://nobody.oss-cn-hangzhou.aliyuncs.com/x.mp4", "InvalidParameter.ResourceNotFound"),
        ("http://vod-in.oss-cn-hangzhou.aliyuncs.com/none.mp4", "InvalidParameter.ResourceNotFound"),
        ("http://vod-in.oss-cn-hangzhou.aliyuncs.com/other/%2E%2E/x.mp4", "InvalidParameter.ObjectKeyInvalid"),
    ],
)
def test_addresses_that_name_no_object_of_ours_are_refused(sdk: Client, url: str, code: str) -> None:
    assert refused(lambda: sdk.add_media(m.AddMediaRequest(file_url=url)))[0] == code


def test_executions_and_jobs_are_paged_without_gaps_or_repeats(server: Running, sdk: Client, pipeline: str) -> None:
    """27 of each; what begins while somebody turns the pages is not mixed in."""
    held = sdk.add_pipeline(m.AddPipelineRequest(name="many")).body.pipeline.id
    sdk.update_pipeline(m.UpdatePipelineRequest(pipeline_id=held, name="many", state="Paused"))
    workflow = draw(sdk, "many", {"start": start(held, "in/"), "end": report("Manual")}, {"start": ["end"]})
    url = vendor_url("in/a b+ü.mp4")
    begun = [
        sdk.add_media(m.AddMediaRequest(file_url=url, media_workflow_id=workflow)).body.media.run_id_list.run_id[0]
        for _ in range(27)
    ]

    def executions(token: str | None) -> tuple[list[str], str | None]:
        body = sdk.list_media_workflow_executions(
            m.ListMediaWorkflowExecutionsRequest(media_workflow_id=workflow, next_page_token=token)
        ).body
        return [e.run_id for e in body.media_workflow_execution_list.media_workflow_execution], body.next_page_token

    found, token = executions(None)
    sdk.add_media(m.AddMediaRequest(file_url=url, media_workflow_id=workflow))
    sizes = [len(found)]
    while token:
        page, token = executions(token)
        found, sizes = found + page, [*sizes, len(page)]
    assert sizes == [10, 10, 7] and found == begun[::-1]  # newest first
    made = [
        r.job.job_id
        for r in submit(sdk, held, *({"OutputObject": f"many/{n}.mp4", "TemplateId": LD_MP4} for n in range(27)))
    ]
    jobs: list[Any] = []
    token, sizes = None, []
    while True:
        body = sdk.list_job(
            m.ListJobRequest(pipeline_id=held, state="Submitted", maximum_page_size=13, next_page_token=token)
        ).body
        jobs, sizes, token = (
            jobs + [j.job_id for j in body.job_list.job],
            [*sizes, len(body.job_list.job)],
            body.next_page_token,
        )
        if not token:
            break
    assert sizes == [13, 13, 1] and len({*jobs}) == 27 and {*jobs} == {*made}
    assert refused(lambda: sdk.list_job(m.ListJobRequest(next_page_token="f" * 32)))[0] == "InvalidParameter"
    sdk.deactivate_media_workflow(m.DeactivateMediaWorkflowRequest(media_workflow_id=workflow))


def test_every_query_tells_which_ids_do_not_exist(server: Running) -> None:
    call = server.client.call
    for action, asked, envelope, member, told in (
        ("QueryMediaWorkflowExecutionList", "RunIds", "MediaWorkflowExecutionList", "NonExistRunIds", "RunId"),
        ("QueryMediaList", "MediaIds", "MediaList", "NonExistMediaIds", "MediaId"),
        (
            "QueryMediaWorkflowList",
            "MediaWorkflowIds",
            "MediaWorkflowList",
            "NonExistMediaWorkflowIds",
            "MediaWorkflowId",
        ),
        ("QueryJobList", "JobIds", "JobList", "NonExistJobIds", "String"),
        ("QuerySnapshotJobList", "SnapshotJobIds", "SnapshotJobList", "NonExistSnapshotJobIds", "String"),
        ("QueryMediaInfoJobList", "MediaInfoJobIds", "MediaInfoJobList", "NonExistMediaInfoJobIds", "String"),
        ("QueryPipelineList", "PipelineIds", "PipelineList", "NonExistPids", "String"),
        ("QueryTemplateList", "TemplateIds", "TemplateList", "NonExistTids", "String"),
    ):
        answer = call(action, **{asked: f"{MISSING},{'1' * 32}"})
        assert answer[member] == {told: [MISSING, "1" * 32]} and not any(answer[envelope].values()), action
        with pytest.raises(Refused, match="ListSizeExceed"):
            call(action, **{asked: ",".join(f"{n:032x}" for n in range(11))})
    url = vendor_url("none.mp4")
    assert call("QueryMediaListByURL", FileURLs=url)["NonExistFileURLs"] == {"FileURL": [url]}


# --- refusals


def test_eight_mistakes_of_a_drawing_are_told_at_once_with_their_paths(
    server: Running, sdk: Client, pipeline: str
) -> None:
    snap = {"OutputFile": {"Bucket": "vod-out", "Location": LOCATION, "Object": "{Nope}.jpg"}, "Time": "soon"}
    text = topology(
        {
            "start": {"Type": "Start", "Parameters": {**start(pipeline, "in/")["Parameters"], "Colour": "red"}},
            "t": transcode("{SnapshotTime}/x", LD_MP4, Video={"Crf": "99"}, Rotate="90"),
            "s": {"Type": "Snapshot", "Parameters": {"SnapshotConfig": snap}},
            "c": {"Type": "Censor"},
            "info": {"Type": "MediaInfo", "Parameters": {"Input": SOURCE}},
            "end": report("Never"),
            "gone": transcode("x", "S00000001-999999"),
        },
        {"start": ["t", "gone", "ghost"], "t": ["end"], "gone": ["end"], "s": ["end"]},
    )
    with pytest.raises(Refused) as told:
        server.client.call("AddMediaWorkflow", Name="wrong", Topology=text)
    problems = {p["Path"]: p["Code"] for p in told.value.answer["Problems"]}
    output = "Activities.t.Parameters.Outputs[0]"
    assert problems == {
        "Dependencies.start[2]": "InvalidParameter.ResourceNotFound",
        "Activities.gone.Parameters.Outputs[0].TemplateId": "InvalidParameter.TemplateNotFound",
        "Activities.start.Parameters.Colour": "InvalidParameter",
        f"{output}.OutputObject": "MissingParameter",
        f"{output}.Video.Crf": "InvalidParameter.OutOfRange",
        f"{output}.Rotate": "InvalidParameter.NotSupported",
        "Activities.s.Parameters.SnapshotConfig.Time": "InvalidParameter.NumberFormatInvalid",
        "Activities.s.Parameters.SnapshotConfig.OutputFile.Object": "InvalidParameter",
        "Activities.c.Type": "InvalidParameter.NotSupported",
        "Activities.info.Type": "InvalidParameter.NotSupported",
        "Activities.end.Parameters.PublishType": "InvalidParameter",
    }
    code, words = refused(
        lambda: sdk.add_media_workflow(m.AddMediaWorkflowRequest(name="wrong", topology=text))
    )  # an SDK shows the message alone
    assert code in problems.values() and all(path in words for path in problems)


def test_everything_that_a_drawing_names_must_be_there(server: Running, pipeline: str) -> None:
    elsewhere = transcode("x", LD_MP4)
    elsewhere["Parameters"] |= {"OutputBucket": "nobody", "OutputLocation": "oss-mars"}
    wrong_start = {
        "Type": "Start",
        "Parameters": {"PipelineId": MISSING, "InputFile": {"Bucket": "vod-out", "Location": "oss-us-west-1"}},
    }
    master = {
        "MultiBitrateVideoStreams": [
            {"RefActivityName": "ghost", "ExtXStreamInfo": {"BandWidth": "1", "Audio": "nogroup"}}
        ]
    }
    text = topology(
        {
            "start": wrong_start,
            "t": transcode("x", "S00000001-999999"),
            "e": elsewhere,
            "pack": {
                "Type": "PackageConfig",
                "Parameters": {"Output": {"Bucket": "vod-out", "Location": LOCATION, "MasterPlayListName": "m.m3u8"}},
            },
            "v": {
                "Type": "Transcode",
                "Parameters": {"Outputs": [{"TemplateId": LD_M3U8}], "MultiBitrateVideoStream": {"URI": "v.m3u8"}},
            },
            "master": {"Type": "GenerateMasterPlayList", "Parameters": {"MasterPlayList": master}},
            "end": report("Auto"),
        },
        {"start": ["t", "e", "pack"], "pack": ["v"], "v": ["master"], **{n: ["end"] for n in ("t", "e", "master")}},
    )
    with pytest.raises(Refused) as told:
        server.client.call("AddMediaWorkflow", Name="wrong", Topology=text)
    stream = "Activities.master.Parameters.MasterPlayList.MultiBitrateVideoStreams[0]"
    missing, place = "InvalidParameter.ResourceNotFound", "InvalidParameter.LocationInvalid"
    assert sorted((p["Path"], p["Code"]) for p in told.value.answer["Problems"]) == sorted(
        [
            ("Activities.start.Parameters.PipelineId", missing),
            ("Activities.start.Parameters.InputFile.Bucket", missing),
            ("Activities.start.Parameters.InputFile.Location", place),
            ("Activities.t.Parameters.Outputs[0].TemplateId", "InvalidParameter.TemplateNotFound"),
            ("Activities.e.Parameters.OutputBucket", missing),
            ("Activities.e.Parameters.OutputLocation", place),
            (f"{stream}.RefActivityName", missing),
            (f"{stream}.ExtXStreamInfo.Audio", missing),
        ]
    )


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ({"start": ["a"], "a": ["b"], "b": ["a", "end"]}, "cycle"),
        ({"start": ["a"], "a": ["end"]}, "No way leads from Start"),
        ({"start": ["a", "b"], "a": ["end"]}, "does not end in Report"),
        ({"start": ["a", "b"], "a": ["start", "end"], "b": ["end"]}, "no predecessor"),
    ],
)
def test_a_drawing_leads_from_start_to_report_without_circles(
    server: Running, pipeline: str, edges: dict[str, list[str]], words: str
) -> None:
    text = topology(
        {
            "start": start(pipeline, "in/"),
            "a": transcode("a", LD_MP4),
            "b": transcode("b", LD_MP4),
            "end": report("Auto"),
        },
        edges,
    )
    assert words in refused(lambda: server.client.call("AddMediaWorkflow", Name="circle", Topology=text))[1]


def test_operations_that_are_not_built_say_so(server: Running, sdk: Client) -> None:
    code, words = refused(lambda: sdk.submit_analysis_job(m.SubmitAnalysisJobRequest(input="{}", pipeline_id=MISSING)))
    assert code == "UnsupportedOperation" and "SubmitAnalysisJob" in words
    request = SubmitAnalysisJobRequest()
    request.set_endpoint(f"127.0.0.1:{server.port}")
    assert (
        refused(lambda: AcsClient(KEY, SECRET, REGION).do_action_with_exception(request))[0] == "UnsupportedOperation"
    )
    assert refused(lambda: server.client.call("NoSuchThing"))[0] == "InvalidAction.NotFound"


# --- other ways to ask


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_older_sdk_asks_by_get_and_post_and_is_answered_in_xml(server: Running, pipeline: str, method: str) -> None:
    client = AcsClient(KEY, SECRET, REGION)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        request = SearchPipelineRequest()
        request.set_endpoint(f"127.0.0.1:{server.port}")
        request.set_accept_format("XML")
        request.set_method(method)
        tree = ElementTree.fromstring(client.do_action(request))
    assert tree.tag == "SearchPipelineResponse" and len(tree.findtext("RequestId") or "") == 36
    found = {p.findtext("Id"): p.findtext("NotifyConfig/QueueName") for p in tree.findall("PipelineList/Pipeline")}
    assert found[pipeline] == "jobs"
    asked = QueryTemplateListRequest()
    asked.set_endpoint(f"127.0.0.1:{server.port}")
    asked.set_method(method)
    asked.set_TemplateIds(f"{LD_MP4},{MISSING}")
    answer = json.loads(client.do_action_with_exception(asked))
    assert answer["TemplateList"]["Template"][0]["Video"]["Codec"] == "H.264" and answer["NonExistTids"] == {
        "String": [MISSING]
    }


def test_the_rpc_alias_takes_and_gives_native_json(server: Running, pipeline: str) -> None:
    path, body = "/-/rpc/SubmitMediaInfoJob", json.dumps({"Input": SOURCE, "UserData": "native"}).encode()
    headers = {
        "host": f"127.0.0.1:{server.port}",
        "x-acs-action": "SubmitMediaInfoJob",
        "x-acs-version": "2014-06-18",
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{n}:{headers[n]}\n" for n in sorted(headers))
    digest = hashlib.sha256(
        "\n".join(["POST", path, "", lines, names, headers["x-acs-content-sha256"]]).encode()
    ).hexdigest()
    signature = hmac.new(SECRET.encode(), f"ACS3-HMAC-SHA256\n{digest}".encode(), hashlib.sha256).hexdigest()
    headers["Authorization"] = f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={names},Signature={signature}"
    answer = json.loads(urllib.request.urlopen(urllib.request.Request(server.url + path, body, headers)).read())
    assert (answer["MediaInfoJob"]["State"], answer["MediaInfoJob"]["UserData"]) == ("Success", "native")
