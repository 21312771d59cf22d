"""No account, and no region, sees or changes another's: every operation that is built is called with another's ids and
addresses."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import databases
from clips import clip
from reelmill.api import ops, table
from reelmill.cli.client import Client, Refused
from reelmill.services import accounts
from reelmill.store import tables
from running import KEY, LOCATION, SECRET, Running, until

MARK = "OnlyForAlice"  # stands in every name and text of hers


@dataclass
class Town:
    """A server on which alice owns one of everything; `values` fills every parameter with what is hers."""

    server: Running
    bob: Client
    values: dict[str, Any]

    def hers(self) -> dict[str, list[Any]]:
        """All rows of her account in her region, and all activities."""
        owned = [t for t in tables.metadata.sorted_tables if {"account", "region"} <= set(t.c.keys())]
        database = databases.opened(self.server.home)
        with database.read() as tx:
            queries = {t: t.select().where(t.c.account == "default", t.c.region == "cn-hangzhou") for t in owned}
            queries |= {t: t.select() for t in (tables.activities, tables.access_keys)}
            found = {t.name: [*tx.execute(q.order_by(*t.primary_key))] for t, q in queries.items()}
        database.close()
        return found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    server = Running(tmp_path_factory.mktemp("town"), regions="cn-shanghai")
    server.start()
    call = server.client.call
    call("BindInputBucket", Bucket="hers-in", Referer=MARK)
    call("BindOutputBucket", Bucket="hers-out")
    pipeline = call("AddPipeline", Name=f"{MARK} queue")["Pipeline"]["Id"]
    template = call(
        "AddTemplate",
        Name=f"{MARK} template",
        Container={"Format": "mp4"},
        Video={"Codec": "H.264", "Width": "160", "Crf": "35"},
    )["Template"]["Id"]
    source = {"Bucket": "hers-in", "Location": LOCATION, "Object": "film.mp4"}
    server.put("hers-in", "film.mp4", clip("base.mp4"))
    outputs = [{"OutputObject": f"{MARK}/{{RunId}}", "TemplateId": template}]
    topology = json.dumps(
        {
            "Activities": {
                "start": {
                    "Type": "Start",
                    "Parameters": {"PipelineId": pipeline, "InputFile": {"Bucket": "hers-in", "Location": LOCATION}},
                },
                "enc": {
                    "Type": "Transcode",
                    "Parameters": {"OutputBucket": "hers-out", "OutputLocation": LOCATION, "Outputs": outputs},
                },
                "end": {"Type": "Report", "Parameters": {}},
            },
            "Dependencies": {"start": ["enc"], "enc": ["end"], "end": []},
        }
    )
    workflow = call("AddMediaWorkflow", Name=f"{MARK} flow", Topology=topology)["MediaWorkflow"]["MediaWorkflowId"]
    url = f"{server.url}/hers-in/film.mp4"
    media = call(
        "AddMedia",
        FileURL=url,
        MediaWorkflowId=workflow,
        Title=f"{MARK} film",
        Description=MARK,
        Tags=MARK,
        MediaWorkflowUserData=MARK,
    )["Media"]["MediaId"]
    run = server.ended(workflow)[0]
    category = call("AddCategory", CateName=f"{MARK} category")["Category"]["CateId"]
    picture = {"OutputFile": {"Bucket": "hers-out", "Location": LOCATION, "Object": "p.jpg"}, "Time": "0"}
    snapshot = call("SubmitSnapshotJob", Input=source, SnapshotConfig=picture, UserData=MARK)["SnapshotJob"]["Id"]
    info = call("SubmitMediaInfoJob", Input=source, UserData=MARK)["MediaInfoJob"]["JobId"]
    made = call(
        "SubmitJobs",
        Input=source,
        OutputBucket="hers-out",
        OutputLocation=LOCATION,
        PipelineId=pipeline,
        Outputs=[{**outputs[0], "OutputObject": "x.mp4", "UserData": MARK}],
    )
    job = made["JobResultList"]["JobResult"][0]["Job"]["JobId"]
    until(
        lambda: call("QueryJobList", JobIds=job)["JobList"]["Job"][0]["State"] == "TranscodeSuccess",
        60,
        "her job has ended",
    )
    call("UpdateMediaCategory", MediaId=media, CateId=category)
    paused = call("AddPipeline", Name=f"{MARK} paused")["Pipeline"]["Id"]
    call("UpdatePipeline", PipelineId=paused, Name=f"{MARK} paused", State="Paused")
    database = databases.opened(server.home)
    bob = accounts.add_key(database, "bob", "administrator")
    database.close()
    ids = {
        "MediaWorkflow": workflow,
        "Media": media,
        "Pipeline": pipeline,
        "Run": run["RunId"],
        "Template": template,
        "Job": job,
        "SnapshotJob": snapshot,
        "MediaInfoJob": info,
    }
    values = (
        {f"{name}Id": value for name, value in ids.items()}
        | {f"{name}Ids": value for name, value in ids.items()}
        | {
            "Bucket": "hers-in",
            "OutputBucket": "hers-out",
            "Object": "film.mp4",
            "FileURL": url,
            "FileURLs": url,
            "URLs": [url],
            "InputFileURL": url,
            "CateId": category,
            "ParentId": category,
            "UserAccessKeyId": KEY,
            "Input": source,
            "Outputs": [{**outputs[0], "OutputObject": "y.mp4"}],
            "SnapshotConfig": picture,
            "Topology": topology,
            "Activity": "enc",
            "Publish": True,
            "State": None,
            "CoverURL": url,
            "Location": LOCATION,
        }
    )
    if "AddWaterMarkTemplate" in ops.registered():
        mark = call("AddWaterMarkTemplate", Name=f"{MARK} mark", Config={"Width": "10", "Height": "10"})[
            "WaterMarkTemplate"
        ]["Id"]
        values |= {"WaterMarkTemplateId": mark, "WaterMarkTemplateIds": mark}
    yield Town(server, Client(server.url, bob["id"], bob["secret"]), values)
    server.stop()


def _parameters(town: Town, operation: table.Operation) -> dict[str, Any]:
    """What is hers wherever it fits; for the rest something valid, when it is required."""
    fill = {
        "Name": "bobs",
        "CateName": "bobs",
        "Tag": "bobs",
        "Role": "viewer",
        "State": "Active",
        "TriggerMode": "NotInAuto",
        "Config": {"Width": "10", "Height": "10"},
    }
    given = {}
    for p in operation.parameters:
        if p.refuse:
            continue
        value = town.values.get(p.name)
        value = fill.get(p.name, "bobs") if value is None and p.required else value
        if value is not None:
            given[p.name] = value
    return given


def _attempt(client: Client, action: str, **values: Any) -> str:
    try:
        return json.dumps(client.call(action, **values), ensure_ascii=False)
    except Refused as refused:
        assert refused.answer["Code"] != "InternalError", refused.answer
        return json.dumps(refused.answer, ensure_ascii=False)


@pytest.mark.parametrize("who", ["another account", "another region"])
def test_no_operation_shows_or_changes_what_belongs_to_others(town: Town, who: str) -> None:
    client, more = (
        (town.bob, {})
        if who == "another account"
        else (Client(town.server.url, KEY, SECRET), {"RegionId": "cn-shanghai"})
    )
    before = town.hers()
    assert all(
        before[t]
        for t in (
            "media",
            "workflows",
            "executions",
            "jobs",
            "media_outputs",
            "templates",
            "pipelines",
            "buckets",
            "categories",
        )
    )
    for name in sorted(ops.registered()):
        operation = table.operations()[name]
        if operation.access == "manage" and who == "another region":
            continue  # keys belong to the account, not to a region
        # with her ids, and without any: lists must be empty of her
        for values in (
            _parameters(town, operation),
            {p: v for p, v in _parameters(town, operation).items() if not p.endswith(("Id", "Ids", "URL", "Name"))},
        ):
            text = _attempt(client, name, **values, **more)
            assert MARK not in text or MARK in json.dumps(values), (name, text[:600])
        now = town.hers()
        assert {
            t: rows
            for t, rows in now.items()
            if rows != before[t] and not (t == "access_keys" and name == "AddAccessKey")
        } == {}, name
        before = now


def test_the_owner_sees_all_of_it(town: Town) -> None:
    """The same calls by herself find what the others did not: the test above looks at the right places."""
    reads = [n for n in sorted(ops.registered()) if table.operations()[n].access == "read"]
    shown = [n for n in reads if MARK in _attempt(town.server.client, n, **_parameters(town, table.operations()[n]))]
    assert {
        "QueryMediaList",
        "QueryMediaListByURL",
        "ListMedia",
        "SearchMedia",
        "QueryMediaWorkflowList",
        "QueryPipelineList",
        "QueryTemplateList",
        "QueryJobList",
        "QuerySnapshotJobList",
        "QueryMediaInfoJobList",
        "ListMediaWorkflowExecutions",
        "QueryMediaWorkflowExecutionList",
        "ListAllCategory",
    } <= set(shown)
