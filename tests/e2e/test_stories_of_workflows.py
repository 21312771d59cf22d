"""Whole workflows through the official SDK: from an upload to published streams, with messages; and runs that fail."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from alibabacloud_mts20140618 import models as m
from alibabacloud_mts20140618.client import Client
from mns.queue import QueueMeta

from clips import clip
from e2e.stories import (  # noqa: F401 - fixtures
    COPY,
    HOOK_SECRET,
    LD_FLV,
    LD_MP4,
    MP3,
    SD_M3U8,
    draw,
    ended,
    listed,
    listener,
    media,
    pipeline,
    plays,
    report,
    run,
    sdk,
    server,
    size_of,
    start,
    states,
    status,
    transcode,
)
from messages.receiving import account
from running import LOCATION, Listener, Running, until

pytestmark = pytest.mark.slow

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
    # master, playlists of streams and of key frames, segments: two of each video, one of the audio, whose preset cuts
    # every 10 s
    assert len(everything) == 1 + 3 + 2 + 2 * 2 + 1
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

    mute = run(sdk, workflow, "in/no_audio.mp4")  # the package is made without the sound that the source lacks
    assert states(mute).pop("a1") == "Skipped" and mute.state == "Completed"
    text = (server.home / f"buckets/vod-out/{mute.media_id}/{mute.run_id}/hls/master.m3u8").read_text()
    assert "AUDIO" not in text and "mp4a" not in text and text.count("#EXT-X-STREAM-INF") == 2


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
