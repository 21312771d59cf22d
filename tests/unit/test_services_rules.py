"""Rules of the plain use cases that a server keeps by its settings: quotas, editing while active."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.objects.buckets import Buckets
from reelmill.services import buckets, pipelines, templates, workflows
from reelmill.services.context import House, Quotas
from reelmill.store import migrate
from reelmill.store.library import Library

ME = Caller("me", "cn-hangzhou")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    url = f"sqlite:///{tmp_path / 'library.db'}"
    migrate.upgrade(url)
    library = Library(url)
    rung: list[str] = []
    house = House(
        library=library,
        region="cn-hangzhou",
        base_url="http://h",
        own_hosts=frozenset({"h"}),
        quotas=Quotas(workflows=1, templates=1),
        objects=Buckets(tmp_path / "buckets"),
        engine=SimpleNamespace(baseline=lambda name: rung.append(f"baseline {name}")),
        ring=rung.append,
    )
    house.rung = rung  # type: ignore[attr-defined]
    yield house
    library.close()


def _topology(house: House) -> str:
    buckets.bind_input(house, ME, "in1")
    buckets.bind_output(house, ME, "out")
    start = {
        "PipelineId": pipelines.add(house, ME, name="p")["id"],
        "InputFile": {"Bucket": "in1", "Location": "oss-cn-hangzhou"},
    }
    return json.dumps(
        {
            "Activities": {"s": {"Type": "Start", "Parameters": start}, "r": {"Type": "Report", "Parameters": {}}},
            "Dependencies": {"s": ["r"], "r": []},
        }
    )


def test_the_quota_of_workflows_counts_those_that_are_not_deleted(house: House) -> None:
    text = _topology(house)
    first = workflows.add(house, ME, "a", text)
    with pytest.raises(CallerError) as error:
        workflows.add(house, ME, "b", text)
    assert error.value.code == "PermissionDenied.ResourceQuotaExceed"
    workflows.delete(house, ME, first["id"])
    workflows.add(house, ME, "b", text)


def test_the_quota_of_templates_counts_those_that_are_not_deleted(house: House) -> None:
    body = {"Video": {"Codec": "H.264"}}
    first = templates.add(house, ME, "a", body)
    with pytest.raises(CallerError) as error:
        templates.add(house, ME, "b", body)
    assert error.value.code == "PermissionDenied.ResourceQuotaExceed"
    templates.delete(house, ME, first["id"])
    templates.add(house, ME, "b", body)


def test_an_active_workflow_may_be_changed_when_the_server_allows_it(house: House) -> None:
    row = workflows.add(house, ME, "a", text := _topology(house))
    with pytest.raises(CallerError):
        workflows.update(house, ME, row["id"], text)
    unseen = workflows.update(
        house, ME, row["id"], text, while_active=True
    )  # who draws wants it so; a program written for MPS does not know the word
    assert (unseen["state"], unseen["active_since_ms"], unseen["revision"]) == (
        "Active",
        row["active_since_ms"],
        row["revision"] + 1,
    )
    house.update_active_workflows = True
    same = workflows.update(house, ME, row["id"], text)
    assert same["active_since_ms"] == row["active_since_ms"]  # the same input: objects on their way still count


def test_the_baseline_is_taken_once_and_before_anybody_watches(house: House) -> None:
    buckets.bind_input(house, ME, "in1")
    buckets.bind_input(house, ME, "in1")
    assert house.rung == ["baseline in1", "watch", "watch"]  # type: ignore[attr-defined]


def test_a_paused_pipeline_wakes_admission_when_it_goes_on(house: House) -> None:
    made = pipelines.add(house, ME, name="p")
    pipelines.update(house, ME, made["id"], name="p", state="Active")
    assert "admit" in house.rung  # type: ignore[attr-defined]


def test_streams_of_a_package_that_would_overwrite_each_other_are_refused_before_anything_runs(house: House) -> None:
    drawn = json.loads(_topology(house))
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
    found = workflows.problems(house, ME, json.dumps(drawn))
    assert [(name, problem.message) for name, problem in found] == [
        ("v2", 'The URI "v.m3u8" is that of "v1" already; they would overwrite each other.'),
        ("a2", '"a1" of the same audio group has this name already.'),
    ]
