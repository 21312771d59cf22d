"""What belongs to another account does not exist: every operation that names a thing answers about it exactly as about
one that nobody has, and changes nothing. The operations come from the table, so a new one is tried by itself."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from contract.conftest import REGION, Name, Site
from contract.signing import acs3
from reelmill.api import ops, table
from reelmill.core import clock
from reelmill.store import tables

NOBODY = "0" * 32
NAMED = {  # parameter -> which of alice's things it may name
    "PipelineId": "pipeline",
    "PipelineIds": "pipeline",
    "TemplateId": "template",
    "TemplateIds": "template",
    "MediaWorkflowId": "workflow",
    "MediaWorkflowIds": "workflow",
    "MediaId": "media",
    "MediaIds": "media",
    "RunId": "run",
    "RunIds": "run",
    "JobId": "job",
    "JobIds": "job",
    "SnapshotJobIds": "job",
    "MediaInfoJobIds": "job",
    "WaterMarkTemplateId": "mark",
    "WaterMarkTemplateIds": "mark",
}
REST = {  # right values for what is required beside the name
    "Name": "x",
    "State": "Active",
    "Topology": "{}",
    "TriggerMode": "NotInAuto",
    "Publish": True,
    "Video": "{}",
    "Config": "{}",
    "Tag": "x",
    "CateId": 0,
    "Activity": "hd",
    "Title": "t",
    "Input": {"Bucket": "b", "Location": "oss-cn-hangzhou", "Object": "x"},
    "Outputs": [{"OutputObject": "x", "TemplateId": "S00000001-200010"}],
    "OutputBucket": "bucket",
    "SnapshotConfig": {
        "OutputFile": {"Bucket": "bucket", "Location": "oss-cn-hangzhou", "Object": "x.jpg"},
        "Time": "0",
    },
    "Url": "http://8.8.8.8/never-called",
    "WebhookId": "f" * 32,
    "DeliveryId": "f" * 32,
    "FileURL": "http://bucket.oss-cn-hangzhou.aliyuncs.com/x.mp4",
}


def asks() -> list[tuple[str, str]]:
    return [
        (name, p.name)
        for name in sorted(ops.registered())
        for p in table.operations()[name].parameters
        if p.name in NAMED and not p.refuse
    ]


@pytest.fixture(scope="module")
def alices(site: Site) -> dict[str, str]:
    """One of each, alice's."""
    bucket = f"alice-{clock.now_ms()}"
    site.old_call("BindInputBucket", Bucket=bucket)
    path = site.folder(bucket).path("x.mp4")
    path.write_bytes(b"x")
    made = {
        "pipeline": site.old_call("AddPipeline", Name="hers")["Pipeline"]["Id"],
        "template": site.old_call("AddTemplate", Name="hers", Video="{}")["Template"]["Id"],
        "media": site.old_call("AddMedia", FileURL=f"http://{bucket}.oss-cn-hangzhou.aliyuncs.com/x.mp4")["Media"][
            "MediaId"
        ],
    }
    start = {
        "Type": "Start",
        "Parameters": {
            "PipelineId": made["pipeline"],
            "InputFile": {"Bucket": bucket, "Location": "oss-cn-hangzhou", "ObjectPrefix": "up/"},
        },
    }
    topology = json.dumps(
        {"Activities": {"a": start, "b": {"Type": "Report", "Parameters": {}}}, "Dependencies": {"a": ["b"], "b": []}}
    )
    made["workflow"] = site.old_call("AddMediaWorkflow", Name=bucket, Topology=topology)["MediaWorkflow"][
        "MediaWorkflowId"
    ]
    if "AddWaterMarkTemplate" in ops.registered():
        made["mark"] = site.old_call("AddWaterMarkTemplate", Name="hers", Config='{"Type":"Image"}')[
            "WaterMarkTemplate"
        ]["Id"]
    run, job, batch = clock.new_id(), clock.new_id(), clock.new_id()
    with site.ctx.database.write() as tx:
        put(
            tx,
            tables.executions,
            run_id=run,
            workflow_id=made["workflow"],
            media_id=made["media"],
            bucket=bucket,
            state="Running",
            graph="{}",
        )
        put(
            tx,
            tables.batches,
            id=batch,
            pipeline_id=made["pipeline"],
            kind="Transcode",
            lane="heavy",
            state="Submitted",
        )
        put(
            tx,
            tables.jobs,
            id=job,
            batch_id=batch,
            pipeline_id=made["pipeline"],
            kind="Transcode",
            state="Submitted",
            request="{}",
            spec="{}",
            result="{}",
        )
    return made | {"run": run, "job": job}


def put(tx: sa.Connection, into: sa.Table, **values: Any) -> None:
    """A row of alice's; what must not be empty and is not given becomes 0 or no text."""
    filled = {
        c.name: 0 if isinstance(c.type, sa.Integer) else ""
        for c in into.c
        if not c.nullable and c.server_default is None and not c.primary_key
    }
    tx.execute(into.insert().values(**filled | {"account": "alice", "region": REGION} | values))


def hers(site: Site) -> list[Any]:
    """Everything that alice has, as it stands in the library."""
    with site.ctx.database.read() as tx:
        owned = [table for table in tables.metadata.sorted_tables if "account" in table.c]
        return [tx.execute(t.select().where(t.c.account == "alice").order_by(*t.primary_key)).all() for t in owned]


@pytest.mark.parametrize(("action", "parameter"), asks())
def test_a_thing_of_another_account_is_one_that_does_not_exist(
    site: Site, alices: dict[str, str], name: Name, action: str, parameter: str
) -> None:
    required = {p.name: REST.get(p.name, NOBODY) for p in table.operations()[action].parameters if p.required}
    thing = alices[NAMED[parameter]]

    def told(wanted: str) -> tuple[int, Any]:
        body = {**required, parameter: wanted}
        answer = acs3(site, action, f"/-/rpc/{action}", json.dumps(body).encode(), key="LTAIbob")
        text = json.dumps({k: v for k, v in answer.json().items() if k != "RequestId"})
        return answer.status_code, text.replace(wanted, "THING").replace(NOBODY, "THING")

    before = hers(site)
    assert told(thing) == told(NOBODY)
    assert told(thing)[0] < 500 and hers(site) == before


@pytest.mark.parametrize(
    ("action", "parameter"),
    [
        ask
        for ask in asks()
        if ask[0]
        in (
            "QueryPipelineList",
            "QueryTemplateList",
            "QueryMediaWorkflowList",
            "QueryMediaList",
            "QueryJobList",
            "QueryMediaWorkflowExecutionList",
            "QueryWaterMarkTemplateList",
        )
    ],
)
def test_she_herself_sees_them(site: Site, alices: dict[str, str], action: str, parameter: str) -> None:
    """Otherwise the test above would prove nothing."""
    thing = alices[NAMED[parameter]]
    answer = acs3(site, action, f"/-/rpc/{action}", json.dumps({parameter: f"{thing},{NOBODY}"}).encode()).json()
    missing = next(value for key, value in answer.items() if key.startswith("NonExist"))
    assert thing not in json.dumps(missing) and NOBODY in json.dumps(missing)
