"""Who may do again, fill, look beforehand and restore: each operation with each role through the official SDK, with
parameters that would be carried out."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

from clips import clip
from running import LOCATION, REGION, Running, running, until

WRITING = (
    "RetryMediaWorkflowExecution",
    "RerunMediaWorkflowExecution",
    "SubmitBackfillJob",
    "UpdateBackfillJob",
    "RestoreMediaWorkflowVersion",
)
READING = (
    "DryRunMediaWorkflow",
    "EvaluateCondition",
    "QueryBackfillJobList",
    "ListBackfillJobFiles",
    "ListMediaWorkflowVersions",
    "CompareMediaWorkflowVersions",
)


def common(server: Running, key: dict[str, str], action: str, **values: Any) -> dict[str, Any]:
    """A call by the core of the older official SDK, which sends whatever it is given."""
    request = CommonRequest(domain=f"127.0.0.1:{server.port}", version="2014-06-18", action_name=action)
    request.set_method("POST")
    request.set_accept_format("JSON")
    for name, value in values.items():
        request.add_body_params(name, value)
    client = AcsClient(key["AccessKeyId"], key["AccessKeySecret"], REGION, timeout=60)
    return dict(json.loads(client.do_action_with_exception(request)))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("roles"), settle_seconds="0.2") as one:
        yield one


@pytest.fixture(scope="module")
def given(server: Running) -> dict[str, dict[str, Any]]:
    """Parameters of each operation that make sense: a run that failed, a workflow of two versions, a backfill."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="p")["Pipeline"]["Id"]
    place = {"Bucket": "cout", "Location": LOCATION, "Object": "{RunId}.jpg"}
    source = {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "up/"}
    acts: dict[str, Any] = {
        "start": {"Type": "Start", "Parameters": {"PipelineId": pipeline, "InputFile": source}},
        "picture": {
            "Type": "Snapshot",
            "Parameters": {"SnapshotConfig": {"OutputFile": place, "Time": "0"}},
            "Condition": "1 / (input.size - input.size) > 0",
        },
        "end": {"Type": "Report", "Parameters": {}},
    }
    drawn = {"Activities": acts, "Dependencies": {"start": ["picture"], "picture": ["end"], "end": []}}
    flow = call("AddMediaWorkflow", Name="w", Topology=drawn)["MediaWorkflow"]["MediaWorkflowId"]
    server.put("cin", "up/a.mp4", clip("base.mp4"))
    (run,) = server.ended(flow)
    acts["end"]["Parameters"] = {"PublishType": "Manual"}
    call("UpdateMediaWorkflow", MediaWorkflowId=flow, Topology=drawn, WhileActive=True)
    job = call("SubmitBackfillJob", MediaWorkflowId=flow, Prefix="other/", DryRun=True)["BackfillJob"]["JobId"]
    server.put("cin", "old/b.mp4", clip("base.mp4"))
    server.put("cin", "old/c.mp4", clip("base.mp4"))
    slow = call("SubmitBackfillJob", MediaWorkflowId=flow, Prefix="old/", RatePerMinute=1)["BackfillJob"]["JobId"]
    until(lambda: backfill(server, slow)["Started"] == 1, 30, "the first of two has begun")
    server.ended(flow, 2)
    return {
        "RetryMediaWorkflowExecution": {"RunId": run["RunId"]},
        "RerunMediaWorkflowExecution": {"RunId": run["RunId"], "FromActivity": "picture"},
        "DryRunMediaWorkflow": {"MediaWorkflowId": flow, "MediaId": run["MediaId"]},
        "EvaluateCondition": {"Condition": "input.size > 0", "MediaId": run["MediaId"]},
        "SubmitBackfillJob": {"MediaWorkflowId": flow, "Prefix": "other/"},
        "UpdateBackfillJob": {"JobId": slow, "State": "Paused"},
        "QueryBackfillJobList": {"JobIds": job},
        "ListBackfillJobFiles": {"JobId": slow},
        "ListMediaWorkflowVersions": {"MediaWorkflowId": flow},
        "CompareMediaWorkflowVersions": {"MediaWorkflowId": flow, "FromVersion": 1},
        "RestoreMediaWorkflowVersion": {"MediaWorkflowId": flow, "WorkflowVersion": 1},  # Version is the API's here
    }


def backfill(server: Running, job: str) -> dict[str, Any]:
    return dict(server.client.call("QueryBackfillJobList", JobIds=job)["BackfillJobList"][0])


def world(server: Running, given: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What the writing operations change."""
    call, flow = server.client.call, given["RestoreMediaWorkflowVersion"]["MediaWorkflowId"]
    runs = [call("DescribeExecution", RunId=one["RunId"])["Execution"] for one in server.executions(flow)]
    return {
        "attempts": {run["RunId"]: [act["Attempt"] for act in run["Activities"]] for run in runs},
        "backfills": [
            (one["JobId"], one["State"]) for one in call("QueryBackfillJobList", MaximumPageSize=50)["BackfillJobList"]
        ],
        "versions": call("ListMediaWorkflowVersions", MediaWorkflowId=flow)["MediaWorkflowVersionList"],
    }


@pytest.mark.parametrize("role", ["viewer", "reviewer"])
def test_who_may_only_look_changes_nothing(server: Running, given: dict[str, dict[str, Any]], role: str) -> None:
    key = server.client.call("AddAccessKey", Role=role)["AccessKey"]
    before = world(server, given)
    for action in READING:
        assert common(server, key, action, **given[action])["RequestId"], action
    for action in WRITING:
        with pytest.raises(ServerException) as refused:
            common(server, key, action, **given[action])
        assert (refused.value.get_error_code(), refused.value.get_http_status()) == ("NoPermission", 403), action
        assert f"mts:{action}" in refused.value.get_error_msg()
    with pytest.raises(ServerException, match="NoPermission"):  # also one that only lists
        common(server, key, "SubmitBackfillJob", **given["SubmitBackfillJob"], DryRun="true")
    assert world(server, given) == before


@pytest.mark.parametrize("role", ["operator", "administrator"])
def test_who_may_change_things_does_all_of_it(server: Running, given: dict[str, dict[str, Any]], role: str) -> None:
    key = server.client.call("AddAccessKey", Role=role)["AccessKey"]
    flow = given["RestoreMediaWorkflowVersion"]["MediaWorkflowId"]
    for action in (*READING, *WRITING):
        assert common(server, key, action, **given[action])["RequestId"], action
        until(lambda: all(run["State"] != "Running" for run in server.executions(flow)), 60, "what began ends")
    told = server.client.call("ListMediaWorkflowVersions", MediaWorkflowId=flow)["MediaWorkflowVersionList"][0]
    assert (told["Author"], told["RestoredFrom"]) == (key["AccessKeyId"], 1)
