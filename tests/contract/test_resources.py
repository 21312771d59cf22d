"""Buckets, pipelines, templates and workflows through the official SDKs: what goes in comes out, what is wrong is
named."""

from collections.abc import Callable

import pytest
from alibabacloud_mts20140618 import models as m

import databases
from contract.conftest import Name, Site
from contract.refusals import MISSING, refused
from contract.signing import v1

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
    assert listed["S00000001-100020"]["Video"]["Width"] == "848" and "Needs" not in listed["S00000001-100020"]
    assert "Analysis" in listed["S00000000-100020"]["Needs"]


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


def test_a_pipeline_takes_only_jobs_that_fit_its_speed(site: Site, name: Name, drawing: Callable[..., str]) -> None:
    covers = site.old_call("AddPipeline", Name="covers", Speed="AIVideoCover")["Pipeline"]
    assert covers["Speed"] == "AIVideoCover"
    wanted = {"PipelineId": covers["Id"], "Input": "{}", "Outputs": "[{}]", "OutputBucket": "out"}
    assert refused(lambda: site.old_call("SubmitJobs", **wanted)) == "InvalidParameter"
    unfit = drawing(pipeline=covers["Id"])
    body = v1(site, "AddMediaWorkflow", Name=name("unfit"), Topology=unfit).json()
    assert [(p["Path"], p["Code"]) for p in body["Problems"]] == [("Activities.hd.Parameters", "InvalidParameter")]
