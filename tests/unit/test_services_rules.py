"""Rules of the plain use cases that a server keeps by its settings: quotas, editing while active."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import databases
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.media.tools import Tools
from reelmill.objects.folders import Folders
from reelmill.objects.incoming import Incoming
from reelmill.services import buckets, pipelines, templates, workflows
from reelmill.services.context import AppContext, Quotas
from reelmill.services.thumbnails import Thumbnails
from reelmill.store.database import Database

ME = Caller("me", "cn-hangzhou")


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[AppContext]:
    database = Database(databases.migrated("sqlite", tmp_path))
    rung: list[str] = []
    ctx = AppContext(
        database=database,
        region="cn-hangzhou",
        base_url="http://h",
        own_hosts=frozenset({"h"}),
        quotas=Quotas(workflows=1, templates=1),
        objects=Folders(tmp_path / "buckets"),
        engine=SimpleNamespace(baseline=lambda name: rung.append(f"baseline {name}")),
        incoming=Incoming(tmp_path / "uploads"),
        thumbnails=Thumbnails(tmp_path / "thumbnails", Tools()),
        signal=rung.append,
    )
    ctx.rung = rung  # type: ignore[attr-defined]
    yield ctx
    database.close()


def _topology(ctx: AppContext) -> str:
    buckets.bind_input(ctx, ME, "in1")
    buckets.bind_output(ctx, ME, "out")
    start = {
        "PipelineId": pipelines.add(ctx, ME, name="p")["id"],
        "InputFile": {"Bucket": "in1", "Location": "oss-cn-hangzhou"},
    }
    return json.dumps(
        {
            "Activities": {"s": {"Type": "Start", "Parameters": start}, "r": {"Type": "Report", "Parameters": {}}},
            "Dependencies": {"s": ["r"], "r": []},
        }
    )


def test_the_quota_of_workflows_counts_those_that_are_not_deleted(ctx: AppContext) -> None:
    text = _topology(ctx)
    first = workflows.add(ctx, ME, "a", text)
    with pytest.raises(CallerError) as error:
        workflows.add(ctx, ME, "b", text)
    assert error.value.code == "PermissionDenied.ResourceQuotaExceed"
    workflows.delete(ctx, ME, first["id"])
    workflows.add(ctx, ME, "b", text)


def test_the_quota_of_templates_counts_those_that_are_not_deleted(ctx: AppContext) -> None:
    body = {"Video": {"Codec": "H.264"}}
    first = templates.add(ctx, ME, "a", body)
    with pytest.raises(CallerError) as error:
        templates.add(ctx, ME, "b", body)
    assert error.value.code == "PermissionDenied.ResourceQuotaExceed"
    templates.delete(ctx, ME, first["id"])
    templates.add(ctx, ME, "b", body)


def test_an_active_workflow_may_be_changed_when_the_server_allows_it(ctx: AppContext) -> None:
    row = workflows.add(ctx, ME, "a", text := _topology(ctx))
    with pytest.raises(CallerError):
        workflows.update(ctx, ME, row["id"], text)
    unseen = workflows.update(
        ctx, ME, row["id"], text, while_active=True
    )  # who draws wants it so; a program written for MPS does not know the word
    assert (unseen["state"], unseen["active_since_ms"], unseen["revision"]) == (
        "Active",
        row["active_since_ms"],
        row["revision"] + 1,
    )
    ctx.update_active_workflows = True
    same = workflows.update(ctx, ME, row["id"], text)
    assert same["active_since_ms"] == row["active_since_ms"]  # the same input: objects on their way still count


def test_the_baseline_is_taken_once_and_before_anybody_watches(ctx: AppContext) -> None:
    buckets.bind_input(ctx, ME, "in1")
    buckets.bind_input(ctx, ME, "in1")
    assert ctx.rung == ["baseline in1", "watch", "watch"]  # type: ignore[attr-defined]


def test_a_paused_pipeline_wakes_admission_when_it_goes_on(ctx: AppContext) -> None:
    made = pipelines.add(ctx, ME, name="p")
    pipelines.update(ctx, ME, made["id"], name="p", state="Active")
    assert "admit" in ctx.rung  # type: ignore[attr-defined]


def test_streams_of_a_package_that_would_overwrite_each_other_are_refused_before_anything_runs(ctx: AppContext) -> None:
    drawn = json.loads(_topology(ctx))
    stream = {
        "Type": "Transcode",
        "Parameters": {"Outputs": [{"TemplateId": "S00000001-100020"}], "MultiBitrateVideoStream": {"URI": "v.m3u8"}},
    }
    sound = {"Outputs": [{"TemplateId": "S00000001-100020", "Video": {"Remove": "true"}}]}
    drawn["Activities"] |= {
        "pack": {"Type": "PackageConfig", "Parameters": {"Output": {"Bucket": "out", "MasterPlayListName": "m.m3u8"}}},
        "group": {"Type": "AudioGroup", "Parameters": {"GroupId": "aud"}},
        "v1": stream,
        "v2": stream,
        "a1": {"Type": "Transcode", "Parameters": {**sound, "ExtXMedia": {"URI": "a1.m3u8", "Name": "English"}}},
        "a2": {"Type": "Transcode", "Parameters": {**sound, "ExtXMedia": {"URI": "a2.m3u8", "Name": "English"}}},
    }
    drawn["Dependencies"] = {
        "s": ["pack"],
        "pack": ["group", "v1", "v2"],
        "group": ["a1", "a2"],
        **{name: ["r"] for name in ("v1", "v2", "a1", "a2")},
        "r": [],
    }
    found = workflows.problems_of(ctx, ME, json.dumps(drawn))
    assert [(name, problem.message) for name, problem in found] == [
        ("v2", 'The URI "v.m3u8" is that of "v1" already; they would overwrite each other.'),
        ("a2", '"a1" of the same group has this name already.'),
    ]


def test_what_this_server_lacks_is_told_before_a_workflow_is_saved(ctx: AppContext) -> None:
    """Each activity tells what it needs; the first run is too late to learn that nothing here can do it."""
    without = Tools(ffmpeg="/bin/true")  # an ffmpeg that can do nothing
    ctx.lacks = lambda needs: without.without(needs.tools, needs.encoders | needs.filters)
    drawn = json.loads(_topology(ctx))
    names = next(name for name, one in drawn["Activities"].items() if one["Type"] == "Start")
    stream = {"Outputs": [{"OutputObject": "x", "TemplateId": "S00000001-200010"}], "OutputBucket": "cout"}
    drawn["Activities"]["t"] = {"Type": "Transcode", "Parameters": {**stream, "OutputLocation": "oss-cn-hangzhou"}}
    drawn["Dependencies"][names] = ["t"]
    drawn["Dependencies"]["t"] = ["r"]
    told = [p.message for _, p in workflows.problems_of(ctx, ME, json.dumps(drawn)) if "lacks" in p.message]
    assert any("the ffmpeg of this server lacks libx264" in message for message in told), told
    assert Tools().without({"ffmpeg", "ffprobe"}, {"libx264", "scale"}) == []
