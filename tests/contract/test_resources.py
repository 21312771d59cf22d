"""Buckets, pipelines, templates and workflows through the official SDKs: what goes in comes out, what is wrong is
named."""

import http.client
import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from alibabacloud_mts20140618 import models as m
from aliyunsdkcore.acs_exception.exceptions import ServerException

import databases
from contract.conftest import Name, Site
from contract.signing import v1
from reelmill.core import clock
from reelmill.media.tools import Tools
from reelmill.store import parts

MISSING = "0" * 32
Draw = Callable[..., str]


def refused(call: Callable[[], Any]) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(Exception) as error:
        call()
    return error.value.get_error_code() if isinstance(error.value, ServerException) else str(error.value.code)  # type: ignore[attr-defined]


# --- buckets


def test_a_bound_bucket_is_listed_and_has_a_folder(site: Site, name: Name) -> None:
    sdk, bucket = site.new_sdk(), name("in")
    for _ in range(2):  # binding again is a success
        sdk.bind_input_bucket(m.BindInputBucketRequest(bucket=bucket, referer="http://r"))
    found = [
        b
        for b in sdk.list_all_media_bucket(
            m.ListAllMediaBucketRequest(maximum_page_size=100)
        ).body.media_bucket_list.media_bucket
        if b.bucket == bucket
    ]
    assert [(b.type, b.referer) for b in found] == [("Input", "http://r")]
    assert site.folder(bucket).exists()
    sdk.unbind_input_bucket(m.UnbindInputBucketRequest(bucket=bucket))
    assert (
        refused(lambda: sdk.unbind_input_bucket(m.UnbindInputBucketRequest(bucket=bucket)))
        == "InvalidParameter.ResourceNotFound"
    )


def test_one_bucket_cannot_be_input_and_output(site: Site, name: Name) -> None:
    sdk, bucket = site.new_sdk(), name("b")
    sdk.bind_output_bucket(m.BindOutputBucketRequest(bucket=bucket))
    assert refused(lambda: sdk.bind_input_bucket(m.BindInputBucketRequest(bucket=bucket))) == "InvalidParameter"


def test_a_bucket_of_another_account_cannot_be_bound(site: Site, name: Name) -> None:
    bucket = name("b")
    site.new_sdk().bind_output_bucket(m.BindOutputBucketRequest(bucket=bucket))
    assert (
        refused(lambda: site.new_sdk("LTAIbob").bind_output_bucket(m.BindOutputBucketRequest(bucket=bucket)))
        == "PermissionDenied.ResourceAccess"
    )
    assert (
        refused(lambda: site.new_sdk("LTAIbob").unbind_output_bucket(m.UnbindOutputBucketRequest(bucket=bucket)))
        == "InvalidParameter.ResourceNotFound"
    )


@pytest.mark.parametrize("bad", ["A", "Upper", "-lead", "trail-", "a/b", "..", "x" * 65])
def test_names_that_no_bucket_can_have_are_refused(site: Site, bad: str) -> None:
    assert refused(lambda: site.old_call("BindOutputBucket", Bucket=bad)) == "InvalidParameter.BucketNameInvalid"


def test_what_lies_in_a_bucket_when_it_is_bound_counts_as_seen(site: Site, name: Name) -> None:
    bucket = name("in")
    site.folder(bucket).create()
    site.folder(bucket).path("old.mp4").write_bytes(b"x")
    site.old_call("BindInputBucket", Bucket=bucket)
    with site.ctx.database.read() as tx:
        assert databases.run(tx, "select object from seen_objects where bucket = ?", (bucket,)).scalars().all() == [
            "old.mp4"
        ]


def test_buckets_are_paged_by_tokens(site: Site, name: Name) -> None:
    for _ in range(3):
        site.old_call("BindOutputBucket", key="LTAIbob", Bucket=name("page"))
    seen, token = [], ""
    while True:
        page = site.old_call("ListAllMediaBucket", key="LTAIbob", MaximumPageSize="2", NextPageToken=token)
        seen += [b["Bucket"] for b in page["MediaBucketList"]["MediaBucket"]]
        token = page.get("NextPageToken")
        if not token:
            break
        assert len(token) == 32
    assert len(seen) == len(set(seen)) >= 3
    assert refused(lambda: site.old_call("ListAllMediaBucket", NextPageToken="f" * 32)) == "InvalidParameter"


# --- pipelines


def test_a_pipeline_lives_from_add_to_delete(site: Site) -> None:
    sdk = site.new_sdk()
    made = sdk.add_pipeline(
        m.AddPipelineRequest(name="快 pipeline", speed_level=2, role="R", notify_config='{"QueueName":"q"}')
    ).body.pipeline
    assert (made.name, made.state, made.speed, made.speed_level, made.role, made.notify_config.queue_name) == (
        "快 pipeline",
        "Active",
        "Standard",
        2,
        "R",
        "q",
    )
    changed = sdk.update_pipeline(
        m.UpdatePipelineRequest(pipeline_id=made.id, name="slow", state="Paused")
    ).body.pipeline
    assert (changed.name, changed.state, changed.role) == ("slow", "Paused", "R")
    found = sdk.query_pipeline_list(m.QueryPipelineListRequest(pipeline_ids=f"{made.id},{MISSING}")).body
    assert [p.id for p in found.pipeline_list.pipeline] == [made.id] and found.non_exist_pids.string == [MISSING]
    assert sdk.delete_pipeline(m.DeletePipelineRequest(pipeline_id=made.id)).body.pipeline_id == made.id
    gone = sdk.query_pipeline_list(m.QueryPipelineListRequest(pipeline_ids=made.id)).body
    assert gone.pipeline_list.pipeline == [] and gone.non_exist_pids.string == [made.id]


def test_our_own_limit_of_a_pipeline_is_taken_and_read_back(site: Site) -> None:
    made = site.old_call("AddPipeline", Name="limited", MaxConcurrency="3")["Pipeline"]
    assert made["MaxConcurrency"] == made["QuotaAllocate"] == 3
    assert (
        refused(lambda: site.old_call("AddPipeline", Name="limited", MaxConcurrency="1001"))
        == "InvalidParameter.OutOfRange"
    )


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "MissingParameter"),
        ({"Name": ""}, "InvalidParameter.EmptyValue"),
        ({"Name": "x" * 129}, "InvalidParameter.OutOfRange"),
        ({"Name": "*x"}, "InvalidParameter"),
        ({"Name": "x", "Speed": "Warp"}, "InvalidParameter"),
        ({"Name": "x", "SpeedLevel": "9"}, "InvalidParameter.OutOfRange"),
        ({"Name": "x", "SpeedLevel": "two"}, "InvalidParameter.NumberFormatInvalid"),
        ({"Name": "x", "NotifyConfig": "[]"}, "InvalidParameter.JsonObjectFormatInvalid"),
        ({"Name": "x", "NotifyConfig": '{"Bell":"b"}'}, "InvalidParameter.NotSupported"),
    ],
)
def test_a_bad_pipeline_is_refused_by_its_code(site: Site, values: dict[str, str], code: str) -> None:
    assert refused(lambda: site.old_call("AddPipeline", **values)) == code


def test_every_problem_of_a_request_is_told_at_once(site: Site) -> None:
    body = v1(site, "AddPipeline", Speed="Warp", SpeedLevel="9").json()
    assert [(p["Path"], p["Code"]) for p in body["Problems"]] == [
        ("Name", "MissingParameter"),
        ("Speed", "InvalidParameter"),
        ("SpeedLevel", "InvalidParameter.OutOfRange"),
    ]
    assert body["HostId"] == f"127.0.0.1:{site.port}"


def test_a_pipeline_with_waiting_work_cannot_be_deleted(site: Site) -> None:
    made = site.old_call("AddPipeline", Name="busy")["Pipeline"]["Id"]
    with site.ctx.database.write() as tx:
        databases.run(
            tx,
            "insert into batches (account, region, id, pipeline_id, kind, lane, priority, turn, state, attempt, "
            "created_ms) values (?,?,?,?,?,?,?,?,?,?,?)",
            ("alice", "cn-hangzhou", made[::-1], made, "Transcode", "heavy", 6, 0, "Submitted", 0, 0),
        )
    assert refused(lambda: site.old_call("DeletePipeline", PipelineId=made)) == "InvalidParameter.InvalidState"


def test_two_accounts_do_not_see_each_other(site: Site) -> None:
    mine = site.old_call("AddPipeline", Name="mine")["Pipeline"]["Id"]
    assert site.old_call("QueryPipelineList", key="LTAIbob", PipelineIds=mine)["NonExistPids"]["String"] == [mine]
    assert (
        refused(lambda: site.old_call("DeletePipeline", key="LTAIbob", PipelineId=mine))
        == "InvalidParameter.ResourceNotFound"
    )
    listed = site.old_call("SearchPipeline", key="LTAIbob", PageSize="100")["PipelineList"]["Pipeline"]
    assert mine not in [p["Id"] for p in listed]


def test_search_pages_by_number_newest_first(site: Site) -> None:
    ids = [site.old_call("AddPipeline", key="LTAIbob", Name=f"n{i}")["Pipeline"]["Id"] for i in range(3)]
    first = site.old_call("SearchPipeline", key="LTAIbob", PageSize="2")
    assert [p["Id"] for p in first["PipelineList"]["Pipeline"]] == [ids[2], ids[1]] and first["TotalCount"] >= 3
    assert (
        site.old_call("SearchPipeline", key="LTAIbob", PageSize="2", PageNumber="2")["PipelineList"]["Pipeline"][0][
            "Id"
        ]
        == ids[0]
    )
    assert refused(lambda: site.old_call("SearchPipeline", PageSize="101")) == "InvalidParameter.OutOfRange"


def test_lists_of_ids_are_checked(site: Site) -> None:
    assert (
        refused(lambda: site.old_call("QueryPipelineList", PipelineIds="nope")) == "InvalidParameter.UUIDFormatInvalid"
    )
    assert (
        refused(lambda: site.old_call("QueryPipelineList", PipelineIds=",".join(f"{i:032x}" for i in range(11))))
        == "InvalidParameter.ListSizeExceed"
    )
    assert refused(lambda: site.old_call("QueryJobList")) == "InvalidParameter"


# --- templates


def test_a_template_lives_from_add_to_delete(site: Site) -> None:
    sdk = site.new_sdk()
    made = sdk.add_template(
        m.AddTemplateRequest(
            name="720",
            container='{"Format":"m3u8"}',
            video='{"Codec":"H.264","Height":720,"Crf":"23"}',
            audio='{"Codec":"AAC","Bitrate":"96"}',
            mux_config='{"Segment":{"Duration":"4"}}',
        )
    ).body.template
    assert (
        made.state,
        made.container.format,
        made.video.height,
        made.audio.bitrate,
        made.mux_config.segment.duration,
    ) == ("Normal", "m3u8", "720", "96", "4")
    changed = sdk.update_template(
        m.UpdateTemplateRequest(template_id=made.id, name="480", video='{"Codec":"H.264","Height":"480"}')
    ).body.template
    assert (changed.name, changed.video.height, changed.audio) == ("480", "480", None)
    found = sdk.query_template_list(m.QueryTemplateListRequest(template_ids=f"{made.id},S00000001-100020,nope")).body
    assert [t.id for t in found.template_list.template] == [
        made.id,
        "S00000001-100020",
    ] and found.non_exist_tids.string == ["nope"]
    searched = sdk.search_template(m.SearchTemplateRequest(name_prefix="48", page_size=100)).body
    assert made.id in [t.id for t in searched.template_list.template] and searched.total_count >= 1
    sdk.delete_template(m.DeleteTemplateRequest(template_id=made.id))
    assert (
        sdk.query_template_list(m.QueryTemplateListRequest(template_ids=made.id)).body.template_list.template[0].state
        == "Deleted"
    )
    assert (
        refused(lambda: sdk.delete_template(m.DeleteTemplateRequest(template_id=made.id)))
        == "InvalidParameter.ResourceDeleted"
    )


def test_every_preset_can_be_read(site: Site) -> None:
    from reelmill.media.presets import PRESETS

    ids = sorted(PRESETS)
    found = [
        t
        for at in range(0, len(ids), 10)
        for t in site.old_call("QueryTemplateList", TemplateIds=",".join(ids[at : at + 10]))["TemplateList"]["Template"]
    ]
    assert [t["Id"] for t in found] == ids and all(t["Name"] and t["State"] == "Normal" for t in found)


def test_the_presets_are_listed_and_those_that_do_not_work_here_say_why(site: Site) -> None:
    listed = {t["Id"]: t for t in v1(site, "ListPresetTemplates").json()["TemplateList"]["Template"]}
    assert listed["S00000001-100020"]["Video"]["Width"] == "848" and "Unusable" not in listed["S00000001-100020"]
    assert "Analysis" in listed["S00000000-100020"]["Unusable"]


def test_a_preset_cannot_be_changed(site: Site) -> None:
    assert (
        refused(lambda: site.old_call("DeleteTemplate", TemplateId="S00000001-100020"))
        == "PermissionDenied.ResourceAccess"
    )


def test_every_fault_of_a_template_is_named_with_its_path(site: Site) -> None:
    body = v1(
        site,
        "AddTemplate",
        Name="bad",
        Video='{"Codec":"H.264","Crf":"99","Nonsense":"1"}',
        Container='{"Format":"exe"}',
    ).json()
    assert {p["Path"] for p in body["Problems"]} >= {
        "Template.Video.Crf",
        "Template.Video.Nonsense",
        "Template.Container.Format",
    }


# --- workflows


def test_a_workflow_lives_from_add_to_delete(site: Site, name: Name, drawing: Draw) -> None:
    sdk, called, text = site.new_sdk(), name("wf"), drawing()
    made = sdk.add_media_workflow(m.AddMediaWorkflowRequest(name=called, topology=text)).body.media_workflow
    assert (made.state, made.trigger_mode, made.topology, made.name) == (
        "Active",
        "OssAutoTrigger",
        text,
        called,
    )  # verbatim
    assert (
        refused(lambda: sdk.add_media_workflow(m.AddMediaWorkflowRequest(name=called, topology=text)))
        == "InvalidParameter"
    )  # the name is taken
    one = {"media_workflow_id": made.media_workflow_id}
    other = drawing(prefix="elsewhere/")
    assert (
        refused(lambda: sdk.update_media_workflow(m.UpdateMediaWorkflowRequest(**one, topology=other)))
        == "InvalidParameter.InvalidState"
    )
    assert (
        sdk.deactivate_media_workflow(m.DeactivateMediaWorkflowRequest(**one)).body.media_workflow.state == "Inactive"
    )
    changed = sdk.update_media_workflow(
        m.UpdateMediaWorkflowRequest(**one, topology=other, name=called + "2", trigger_mode="NotInAuto")
    ).body.media_workflow
    assert (changed.topology, changed.name, changed.trigger_mode) == (other, called + "2", "NotInAuto")
    wanted = {"MediaWorkflowId": made.media_workflow_id, "Topology": other, "Revision": "2"}
    assert site.old_call("UpdateMediaWorkflow", **wanted)["MediaWorkflow"]["Revision"] == 3
    # somebody else was faster
    assert refused(lambda: site.old_call("UpdateMediaWorkflow", **wanted)) == "RevisionConflict"
    assert sdk.activate_media_workflow(m.ActivateMediaWorkflowRequest(**one)).body.media_workflow.state == "Active"
    mode = sdk.update_media_workflow_trigger_mode(
        m.UpdateMediaWorkflowTriggerModeRequest(**one, trigger_mode="OssAutoTrigger")
    ).body.media_workflow
    assert mode.trigger_mode == "OssAutoTrigger"
    assert sdk.delete_media_workflow(m.DeleteMediaWorkflowRequest(**one)).body.media_workflow.state == "Deleted"
    assert (
        refused(lambda: sdk.activate_media_workflow(m.ActivateMediaWorkflowRequest(**one)))
        == "InvalidParameter.ResourceDeleted"
    )
    found = sdk.query_media_workflow_list(
        m.QueryMediaWorkflowListRequest(media_workflow_ids=f"{made.media_workflow_id},{MISSING}")
    ).body
    assert found.media_workflow_list.media_workflow[
        0
    ].state == "Deleted" and found.non_exist_media_workflow_ids.media_workflow_id == [MISSING]
    sdk.add_media_workflow(
        m.AddMediaWorkflowRequest(name=called + "2", topology=text)
    )  # the name of a deleted one is free


def test_search_of_workflows_filters_by_state(site: Site, name: Name, drawing: Draw) -> None:
    made = site.old_call("AddMediaWorkflow", Name=name("wf"), Topology=drawing())["MediaWorkflow"]["MediaWorkflowId"]
    ids = {
        s: [
            w["MediaWorkflowId"]
            for w in site.old_call("SearchMediaWorkflow", StateList=s, PageSize="100")["MediaWorkflowList"][
                "MediaWorkflow"
            ]
        ]
        for s in ("Active", "Inactive,Deleted", "")
    }
    assert [made in ids[s] for s in ids] == [True, False, True]


def test_activating_an_active_workflow_does_not_move_its_beginning(site: Site, name: Name, drawing: Draw) -> None:
    """Objects that arrived in between must still start it."""
    made = site.old_call("AddMediaWorkflow", Name=name("wf"), Topology=drawing())["MediaWorkflow"]["MediaWorkflowId"]

    def since() -> int:
        with site.ctx.database.read() as tx:
            return int(databases.run(tx, "select active_since_ms from workflows where id = ?", (made,)).scalar() or 0)

    before = since()
    site.old_call("ActivateMediaWorkflow", MediaWorkflowId=made)
    assert since() == before > 0


@pytest.mark.parametrize("text", ["{not json", "[]", '"text"', "5"])
def test_a_topology_that_is_no_json_object_has_a_code_of_its_own(site: Site, name: Name, text: str) -> None:
    assert (
        refused(lambda: site.old_call("AddMediaWorkflow", Name=name("wf"), Topology=text))
        == "InvalidParameter.JsonObjectFormatInvalid"
    )


@pytest.mark.parametrize("kind", ["[]", "{}", "null", "5", '"Startle"'])
def test_a_type_that_is_no_word_is_named(site: Site, name: Name, kind: str) -> None:
    text = f'{{"Activities":{{"a":{{"Type":{kind},"Parameters":{{}}}}}},"Dependencies":{{}}}}'
    body = v1(site, "AddMediaWorkflow", Name=name("wf"), Topology=text).json()
    assert ("Activities.a.Type", "InvalidParameter") in [(p["Path"], p["Code"]) for p in body["Problems"]]


def test_everything_that_a_topology_names_must_exist_and_all_that_lacks_is_told(
    site: Site, name: Name, drawing: Draw
) -> None:
    text = drawing(template="1" * 32, out=name("nobucket"), pipeline="2" * 32, into=name("noinput"))
    body = v1(site, "AddMediaWorkflow", Name=name("wf"), Topology=text).json()
    assert sorted(p["Code"] for p in body["Problems"]) == ["InvalidParameter.ResourceNotFound"] * 3 + [
        "InvalidParameter.TemplateNotFound"
    ]
    assert all(p["Path"].startswith("Activities.") for p in body["Problems"])


def test_a_topology_of_a_hundred_kilobytes_fits_into_the_query(site: Site, name: Name, drawing: Draw) -> None:
    graph = json.loads(drawing())
    for i in range(150):
        graph["Activities"][f"hd{i}"] = graph["Activities"]["hd"]
        graph["Dependencies"] |= {f"hd{i}": ["end"]}
        graph["Dependencies"]["start"].append(f"hd{i}")
    text = json.dumps(graph, indent=8)
    text += " " * max(0, 100_000 - len(text))
    made = (
        site.new_sdk()
        .add_media_workflow(m.AddMediaWorkflowRequest(name=name("big"), topology=text))
        .body.media_workflow
    )
    assert made.topology == text


def test_a_request_line_that_is_too_long_is_refused_not_broken_off(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    connection.request("GET", f"/?Format=JSON&Name={'x' * (260 * 1024)}")
    assert connection.getresponse().status == 413
    connection.close()


# --- the media library


@pytest.fixture
def media(site: Site) -> str:
    """A media record with two runs' outputs, as executions leave it."""
    from reelmill.core import clock

    media_id, now = clock.new_id(), clock.now_ms()
    raw = {
        "format": {
            "format_name": "mov,mp4",
            "format_long_name": "QuickTime / MOV",
            "duration": "2.5",
            "size": "1000",
            "bit_rate": "1148770",
            "nb_streams": 1,
        },
        "streams": [
            {
                "index": 0,
                "codec_type": "video",
                "codec_name": "h264",
                "width": 640,
                "height": 360,
                "r_frame_rate": "30000/1001",
                "avg_frame_rate": "30000/1001",
                "side_data_list": [{"rotation": -90}],
            }
        ],
    }
    with site.ctx.database.write() as tx:
        databases.run(
            tx,
            "insert into media (account, region, id, bucket, location, object, title, publish_state, info, "
            "created_ms) values ('alice','cn-hangzhou',?,?,?,?,?,?,?,?)",
            (media_id, "vod", "oss-cn-hangzhou", f"ü/{media_id}.mp4", "t", "Initiated", json.dumps(raw), now),
        )
        for kind, key, body in (
            ("Play", "v.m3u8", {"format": "m3u8", "width": 640, "bitrate": 800.5}),
            ("Snapshot", "s-{Count}.jpg", {"type": "Sequence", "count": 3}),
        ):
            databases.run(
                tx,
                "insert into media_outputs (account, region, media_id, run_id, workflow_id, workflow_name, "
                "activity, kind, bucket, object, body, public) "
                "values ('alice','cn-hangzhou',?,?,?,?,?,?,?,?,?,false)",
                (media_id, media_id, media_id, "wf", kind, kind, "out", f"{media_id}/{key}", json.dumps(body)),
            )
        segment = (f"{media_id}/v-00001.ts", "video/mp2t")
        playlist = (f"{media_id}/v.m3u8", "application/vnd.apple.mpegurl")
        parts.note(tx, "out", f"{media_id}/v.m3u8", [segment, playlist])
        pictures = [(f"{media_id}/s-{n:05d}.jpg", "image/jpeg") for n in (1, 2, 3)]
        parts.note(tx, "out", f"{media_id}/s-{{Count}}.jpg", pictures)
    return media_id


def test_a_media_is_found_by_id_and_by_both_forms_of_its_address(site: Site, media: str) -> None:
    sdk = site.new_sdk()
    body = sdk.query_media_list(
        m.QueryMediaListRequest(
            media_ids=f"{media},{MISSING}", include_media_info=True, include_play_list=True, include_snapshot_list=True
        )
    ).body
    found = body.media_list.media[0]
    assert body.non_exist_media_ids.media_id == [MISSING]
    assert (found.width, found.duration, found.bitrate, found.fps, found.format, found.size) == (
        "640",
        "2.5",
        "1148.77",
        "29.97003",
        "mov",
        "1000",
    )
    assert found.media_info.streams.video_stream_list.video_stream[0].rotate == "90"
    assert (found.play_list.play[0].bitrate, found.play_list.play[0].file.url) == (
        "800.5",
        f"{site.url}/out/{media}/v.m3u8",
    )
    assert (found.snapshot_list.snapshot[0].type, found.snapshot_list.snapshot[0].count) == ("Sequence", "3")
    unknown = f"{site.url}/vod/none.mp4"
    for url in (f"http://vod.oss-cn-hangzhou.aliyuncs.com/%C3%BC%2F{media}.mp4", f"{site.url}/vod/%C3%BC/{media}.mp4"):
        by_url = sdk.query_media_list_by_url(m.QueryMediaListByURLRequest(file_urls=f"{url},{unknown}")).body
        assert [x.media_id for x in by_url.media_list.media] == [media] and by_url.non_exist_file_urls.file_url == [
            unknown
        ]
        assert by_url.media_list.media[0].play_list.play == []  # not asked for


def test_update_of_a_media_is_a_full_update(site: Site, media: str) -> None:
    site.old_call("UpdateMedia", MediaId=media, Title="new", Tags="a,b", CateId="7", Description="d")
    got = site.old_call("UpdateMedia", MediaId=media, Title="only")["Media"]
    assert (got["Title"], got["Tags"]["Tag"], got["CateId"], got["Description"]) == ("only", [], 0, "")
    site.old_call("UpdateMediaCover", MediaId=media, CoverURL=f"{site.url}/out/c.jpg")
    assert (
        site.old_call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]["CoverURL"] == f"{site.url}/out/c.jpg"
    )
    assert (
        refused(lambda: site.old_call("UpdateMediaCover", MediaId=media, CoverURL="javascript:alert(1)"))
        == "InvalidParameter.Format"
    )
    assert (
        refused(lambda: site.old_call("UpdateMedia", MediaId=media, Tags=",".join(f"t{i}" for i in range(17))))
        == "InvalidParameter.ListSizeExceed"
    )


def test_deleted_media_stay_readable_but_cannot_be_changed(site: Site, media: str) -> None:
    assert (
        refused(lambda: site.old_call("DeleteMedia", MediaIds=f"{media},{MISSING}"))
        == "InvalidParameter.ResourceNotFound"
    )  # all or none
    assert site.old_call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]["PublishState"] == "Initiated"
    site.old_call("DeleteMedia", MediaIds=media)
    assert site.old_call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]["PublishState"] == "Deleted"
    assert (
        refused(lambda: site.old_call("UpdateMediaPublishState", MediaId=media, Publish="true"))
        == "InvalidParameter.ResourceDeleted"
    )


# --- objects


def test_published_objects_are_open_to_anyone_and_others_to_nobody(site: Site, media: str) -> None:
    site.folder("out").create()
    for key in ("v.m3u8", "v-00001.ts", "s-00002.jpg", "other.ts"):
        path = site.folder("out").path(f"{media}/{key}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"0123456789")

    def get(key: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{site.url}/out/{media}/{key}", headers=headers)

    assert {get(k).status_code for k in ("v.m3u8", "v-00001.ts", "s-00002.jpg", "other.ts", "none.ts")} == {404}
    hidden, absent = get("v.m3u8").text, get("none.m3u8").text
    assert hidden.partition("<Code>")[2] == absent.partition("<Code>")[2]  # nothing tells whether it is there
    site.old_call("UpdateMediaPublishState", MediaId=media, Publish="true")
    whole = get("v.m3u8")
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (
        200,
        b"0123456789",
        "application/vnd.apple.mpegurl",
    )
    assert (
        whole.headers["x-content-type-options"] == "nosniff" and "sandbox" in whole.headers["content-security-policy"]
    )
    assert whole.headers["access-control-allow-origin"] == "*"
    assert (get("v-00001.ts").headers["content-type"], get("s-00002.jpg").headers["content-type"]) == (
        "video/mp2t",
        "image/jpeg",
    )
    part = get("v-00001.ts", Range="bytes=2-4")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert get("v-00001.ts", Range="bytes=20-").status_code == 416
    assert get("v.m3u8", **{"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert httpx.head(f"{site.url}/out/{media}/v.m3u8").headers["content-length"] == "10"
    assert get("other.ts").status_code == 404
    site.old_call("UpdateMediaPublishState", MediaId=media, Publish="false")
    assert get("v.m3u8").status_code == 404


def test_a_published_picture_is_small_for_anyone_until_it_is_published_no_more(site: Site, media: str) -> None:
    site.folder("out").create()
    path = site.folder("out").path(f"{media}/s-00003.jpg")
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            Tools().path("ffmpeg"),
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=640x360",
            "-frames:v",
            "1",
            "-c:v",
            "png",
            "-f",
            "image2",
            str(path),
        ],
        check=True,
    )

    def get() -> httpx.Response:
        return httpx.get(f"{site.url}/out/{media}/s-00003.jpg?x-oss-process=image/resize,w_80")

    assert get().status_code == 404
    site.old_call("UpdateMediaPublishState", MediaId=media, Publish="true")
    small = get()
    assert (small.status_code, small.headers["content-type"], small.headers["access-control-allow-origin"]) == (
        200,
        "image/png",
        "*",
    )  # as its bytes are, not as its name
    site.old_call("UpdateMediaPublishState", MediaId=media, Publish="false")
    assert get().status_code == 404


@pytest.fixture
def shelf(site: Site, media: str) -> Iterator[tuple[str, Callable[[str, int], str]]]:
    """A bound bucket with a package and other things, and signed addresses in it."""
    from reelmill.core.links import signed_path
    from reelmill.store import buckets

    bucket = f"shelf-{media[:8]}"
    site.old_call("BindInputBucket", Bucket=bucket)
    for key in ("a/v.m3u8", "a/deep/x.ts", "a/film.mp4", "top.ts"):
        path = site.folder(bucket).path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(key.encode())

    def sign(key: str, seconds: int = 60) -> str:
        with site.ctx.database.read() as tx:
            holder = buckets.holder(tx, bucket)
        until, playlist = clock.now_ms() // 1000 + seconds, key.endswith(".m3u8")
        return site.url + signed_path(site.ctx.signing_key, holder, bucket, key, until, playlist=playlist)

    yield bucket, sign
    site.old_call("UnbindInputBucket", Bucket=bucket)


def test_a_signed_address_opens_its_package_or_its_object_and_nothing_else(
    shelf: tuple[str, Callable[..., str]],
) -> None:
    bucket, sign = shelf
    good, single = sign("a/v.m3u8"), sign("a/film.mp4")

    def status(url: str) -> int:
        return httpx.get(url).status_code

    assert status(good) == status(good.replace("v.m3u8", "deep/x.ts")) == status(single) == 200
    assert status(good.replace("a/v.m3u8", "top.ts")) == status(single.replace("film.mp4", "v.m3u8")) == 404
    assert status(good.replace("a/v.m3u8", "a%2F..%2Ftop.ts")) == status(good.replace(bucket, "vod")) == 404
    assert status(sign("a/v.m3u8", -120)) == 404
    assert {status(f"{good}{x}") for x in ("/" * 3000, "11111a" * 170, "%00")} == {404}


def test_pages_of_other_sites_may_read_objects_and_ask_before(
    site: Site, shelf: tuple[str, Callable[..., str]]
) -> None:
    url = shelf[1]("a/v.m3u8")
    for asked in (url, f"{site.url}/{shelf[0]}/a/v.m3u8", f"{site.url}/none/at/all"):
        answer = httpx.options(
            asked,
            headers={
                "Origin": "https://films.example",
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "range",
            },
        )
        assert (
            answer.status_code == 204
            and answer.headers["access-control-allow-origin"] == "*"
            and "Range" in answer.headers["access-control-allow-headers"]
        )
    assert httpx.get(url, headers={"Origin": "https://films.example"}).headers["access-control-allow-origin"] == "*"
    try:
        site.ctx.cors_origins = frozenset({"https://films.example"})
        seen = [
            httpx.request(how, url, headers={"Origin": origin}).headers.get("access-control-allow-origin")
            for how in ("GET", "OPTIONS")
            for origin in ("https://films.example", "https://other.example")
        ]
        assert seen == ["https://films.example", None] * 2 and httpx.get(url).headers["vary"] == "Origin"
    finally:
        site.ctx.cors_origins = frozenset({"*"})


def test_a_rerun_under_the_same_names_is_not_mixed_with_what_players_kept(
    site: Site, shelf: tuple[str, Callable[..., str]]
) -> None:
    url = shelf[1]("a/v.m3u8").replace("v.m3u8", "deep/x.ts")
    first = httpx.get(url)
    assert first.headers["cache-control"] == "private, no-cache"
    for tag in (first.headers["etag"], "W/" + first.headers["etag"], '"other", ' + first.headers["etag"]):
        assert httpx.get(url, headers={"If-None-Match": tag}).status_code == 304
    site.folder(shelf[0]).path("a/deep/x.ts").write_bytes(b"again")
    second = httpx.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200 and second.content == b"again"
    part = httpx.get(url, headers={"Range": "bytes=0-1", "If-Range": first.headers["etag"]})
    # not a piece of the new one behind a piece of the old one
    assert part.status_code == 200 and part.content == b"again"


def test_nothing_leads_out_of_a_bucket(site: Site, media: str) -> None:
    for path in (
        "/out/%2e%2e/library.db",
        "/out/..%2flibrary.db",
        "/%2e%2e/library.db",
        "/out//etc/passwd",
        "/-/static/%2e%2e/__init__.py",
        "/-/static/..%2f__init__.py",
    ):
        assert httpx.get(httpx.URL(site.url).copy_with(raw_path=path.encode())).status_code == 404


def test_the_server_tells_whether_it_is_ready(site: Site) -> None:
    answer = httpx.get(f"{site.url}/-/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    site.ctx.ready = lambda: False
    assert httpx.get(f"{site.url}/-/healthz").status_code == 503
    site.ctx.ready = lambda: True


def test_the_player_page_runs_no_inline_script(site: Site) -> None:
    page = httpx.get(f"{site.url}/-/player?src=x")
    assert page.status_code == 200 and "script-src 'self';" in page.headers["content-security-policy"]
    assert httpx.get(f"{site.url}/-/static/hls.min.js").status_code == 200
