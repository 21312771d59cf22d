"""What a server has, as resources, and how it is changed: by the operations of its API."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from reelmill.cli.apply.plan import Step, ids_of
from reelmill.cli.apply.resources import FIELDS, Resource, by_id, by_name, spelled
from reelmill.cli.client import Client, Refused
from reelmill.core import jsonx

_SIZE = 100
_SECTIONS = ("Container", "Video", "Audio", "TransConfig", "MuxConfig")


def read(client: Client) -> list[Resource]:
    """Everything, oldest first, with references by name in the topologies."""
    found = [
        *_buckets(client),
        *_paged(client, "SearchPipeline", "Pipeline", "Pipeline"),
        *_paged(client, "SearchTemplate", "Template", "Template", State="Normal"),
        *_paged(client, "SearchWaterMarkTemplate", "WaterMarkTemplate", "WaterMarkTemplate", State="Normal"),
        *_paged(client, "SearchMediaWorkflow", "Workflow", "MediaWorkflow", StateList="Active,Inactive"),
    ]
    known = ids_of(found)
    return [Resource(r.kind, r.name, by_name(dict(r.body), known), id=r.id, seen=r.seen) for r in found]


def _buckets(client: Client) -> list[Resource]:
    found: list[Resource] = []
    token = None
    while True:
        answer = client.call("ListAllMediaBucket", MaximumPageSize=_SIZE, NextPageToken=token)
        for one in answer["MediaBucketList"]["MediaBucket"]:
            found.insert(0, Resource("Bucket", one["Bucket"], _body("Bucket", one), id=one["Bucket"]))
        token = answer.get("NextPageToken")
        if not token:
            return found


def _paged(client: Client, action: str, kind: str, word: str, **more: str) -> Iterator[Resource]:
    """Oldest first."""
    rows: list[dict[str, Any]] = []
    number = 1
    while True:
        answer = client.call(action, PageNumber=number, PageSize=_SIZE, **more)
        page = answer[f"{word}List"][word]
        rows += page
        if len(page) < _SIZE:
            break
        number += 1
    for row in reversed(rows):
        body = _body(kind, row)
        yield Resource(kind, row["Name"], body, id=row.get("Id") or row["MediaWorkflowId"], seen=row)


def _body(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a file may hold, without empty ones."""
    if kind == "WaterMarkTemplate":
        config = {k: v for k, v in row.items() if k not in ("Id", "Name", "State", "CreationTime")}
        return {"Name": row["Name"], "Config": _full(config)}
    body = {name: _full(row[name]) for name in FIELDS[kind] if row.get(name) not in (None, "")}
    if kind == "Workflow":
        body["Topology"] = jsonx.loads(row["Topology"])
    return spelled(kind, {name: value for name, value in body.items() if value != {}})


def _full(value: Any) -> Any:
    """Without fields that say nothing."""
    if not isinstance(value, dict):
        return value
    inner = {key: _full(one) for key, one in value.items()}
    return {key: one for key, one in inner.items() if one not in (None, "", {})}


class Changer:
    """Does the steps of a plan, one after the other; what it makes can be referred to by the next ones."""

    def __init__(self, call: Callable[..., dict[str, Any]], server: Sequence[Resource], note: str):
        self._call, self._note = call, note
        self._ids = {found: one for one, found in ids_of(server).items()}

    def do(self, step: Step) -> None:
        """Refused when the server refuses."""
        wanted, there = step.wanted, step.there
        if step.verb == "delete":
            self._delete(wanted)
        elif there is None:
            make: dict[str, Callable[[Resource], str]] = {
                "Bucket": self._bind,
                "Pipeline": self._add_pipeline,
                "Template": self._add_template,
                "WaterMarkTemplate": self._add_watermark,
                "Workflow": self._add_workflow,
            }
            self._ids[wanted.kind, wanted.name] = make[wanted.kind](wanted)
        else:
            change: dict[str, Callable[[Resource, Resource], Any]] = {
                "Bucket": lambda one, _there: self._bind(one),
                "Pipeline": self._update_pipeline,
                "Template": self._update_template,
                "WaterMarkTemplate": self._update_watermark,
                "Workflow": self._update_workflow,
            }
            change[wanted.kind](wanted, there)

    def fault(self, step: Step) -> str:
        """What the server would say against the topology of a workflow, "" when it is right or stays as it is."""
        if step.there is not None and self._drawn(step.wanted) == step.there.body["Topology"]:
            return ""
        try:
            found = self._call("ValidateTopology", Topology=self._topology(step.wanted))["Problems"]
        except Refused as refused:
            return str(refused)
        return " ".join(f"{one['Path']}: {one['Message']}" for one in found[:3])

    def _drawn(self, one: Resource) -> Any:
        return by_name(one.body["Topology"], {v: k for k, v in self._ids.items()})

    def _bind(self, one: Resource) -> str:
        referer = {"Referer": one.body.get("Referer")} if one.body["Type"] == "Input" else {}
        self._call(f"Bind{one.body['Type']}Bucket", Bucket=one.name, **referer)
        return one.name

    def _add_pipeline(self, one: Resource) -> str:
        given = {name: one.body.get(name) for name in FIELDS["Pipeline"] if name != "State"}
        made = self._call("AddPipeline", **given)["Pipeline"]
        if one.body.get("State", "Active") != made["State"]:
            self._call("UpdatePipeline", PipelineId=made["Id"], Name=one.name, State=one.body["State"])
        return str(made["Id"])

    def _update_pipeline(self, one: Resource, there: Resource) -> None:
        given = {name: one.body.get(name) for name in ("Role", "NotifyConfig", "MaxConcurrency")}
        state = one.body.get("State") or there.body["State"]
        self._call("UpdatePipeline", PipelineId=there.id, Name=one.name, State=state, **given)

    def _add_template(self, one: Resource) -> str:
        given = {name: one.body.get(name) for name in _SECTIONS}
        return str(self._call("AddTemplate", Name=one.name, **given)["Template"]["Id"])

    def _update_template(self, one: Resource, there: Resource) -> None:
        given = {name: one.body.get(name) for name in _SECTIONS}
        self._call("UpdateTemplate", TemplateId=there.id, Name=one.name, **given)

    def _add_watermark(self, one: Resource) -> str:
        made = self._call("AddWaterMarkTemplate", Name=one.name, Config=one.body.get("Config"))
        return str(made["WaterMarkTemplate"]["Id"])

    def _update_watermark(self, one: Resource, there: Resource) -> None:
        config = one.body.get("Config")
        self._call("UpdateWaterMarkTemplate", WaterMarkTemplateId=there.id, Name=one.name, Config=config)

    def _add_workflow(self, one: Resource) -> str:
        made = self._call(
            "AddMediaWorkflow",
            Name=one.name,
            Topology=self._topology(one),
            TriggerMode=one.body.get("TriggerMode"),
            Reuse=one.body.get("Reuse"),
            Note=self._note,
        )["MediaWorkflow"]
        self._set_state(one, str(made["MediaWorkflowId"]), made["State"])
        return str(made["MediaWorkflowId"])

    def _update_workflow(self, one: Resource, there: Resource) -> None:
        """In place, also while Active: the next run takes it. Refused when somebody changed it since it was read."""
        now = dict(there.seen) | dict(there.body)
        settings = {name: one.body.get(name) or now[name] for name in ("TriggerMode", "Reuse")}
        if self._drawn(one) != there.body["Topology"] or any(now[name] != value for name, value in settings.items()):
            self._call(
                "UpdateMediaWorkflow",
                MediaWorkflowId=there.id,
                Topology=self._topology(one),
                **settings,
                WhileActive=True,
                Revision=now["Revision"],
                Note=self._note,
            )
        self._set_state(one, there.id, now["State"])

    def _topology(self, one: Resource) -> str:
        return json.dumps(by_id(one.body["Topology"], self._ids), ensure_ascii=False)

    def _set_state(self, one: Resource, workflow_id: str, state: str) -> None:
        wanted = one.body.get("State") or state
        if wanted != state:
            action = "ActivateMediaWorkflow" if wanted == "Active" else "DeactivateMediaWorkflow"
            self._call(action, MediaWorkflowId=workflow_id)

    def _delete(self, one: Resource) -> None:
        if one.kind == "Bucket":
            self._call(f"Unbind{one.body['Type']}Bucket", Bucket=one.name)
        elif one.kind == "Workflow":
            self._call("DeleteMediaWorkflow", MediaWorkflowId=one.id)
        else:
            self._call(f"Delete{one.kind}", **{f"{one.kind}Id": one.id})
