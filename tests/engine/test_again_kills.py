"""kill -9 in the middle of a rerun as a run of its own, of a rerun as the workflow is drawn now, and of a restore: what
was asked for happens once, and every message is told once."""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clips import clip
from reelmill.core.errors import ReelMillError
from running import LOCATION, Listener, Running, until

pytestmark = pytest.mark.slow
SETTINGS = {"callback_secret": "0123456789abcdef", "settle_seconds": "0.5"}


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.close()


@pytest.fixture
def server(tmp_path: Path, listener: Listener) -> Iterator[Running]:
    one = Running(tmp_path / "home", callback_url=listener.url, **SETTINGS)
    yield one
    one.kill()


def drawing(pipeline: str, *pictures: str) -> str:
    place = {"Bucket": "cout", "Location": LOCATION}
    start = {"PipelineId": pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION}}
    acts: dict[str, Any] = {"start": {"Type": "Start", "Parameters": start}}
    for name in pictures:
        config = {"OutputFile": place | {"Object": f"{{RunId}}-{name}.jpg"}, "Time": "0"}
        acts[name] = {"Type": "Snapshot", "Parameters": {"SnapshotConfig": config}}
    acts["end"] = {"Type": "Report", "Parameters": {}}
    edges = {"start": list(pictures), **{name: ["end"] for name in pictures}, "end": []}
    return json.dumps({"Activities": acts, "Dependencies": edges})


def set_up(server: Running) -> tuple[str, str]:
    """(workflow, its run that has ended): drawn with one picture then, with two of them now."""
    server.start()
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="p")["Pipeline"]["Id"]
    given = {"Name": "w", "Topology": drawing(pipeline, "one"), "TriggerMode": "NotInAuto"}
    flow = str(call("AddMediaWorkflow", **given)["MediaWorkflow"]["MediaWorkflowId"])
    server.put("cin", "a.mp4", clip("base.mp4"))
    call("AddMedia", FileURL=f"{server.url}/cin/a.mp4", MediaWorkflowId=flow)
    (run,) = server.ended(flow)
    change = {"Topology": drawing(pipeline, "one", "two"), "WhileActive": True}
    call("UpdateMediaWorkflow", MediaWorkflowId=flow, **change)
    return flow, str(run["RunId"])


def killed(server: Running, point: str, action: str, **values: Any) -> None:
    """The server dies at this point after it was asked for something, and is started again."""
    server.stop()
    server.start(REELMILL_FAILPOINT=point)
    with contextlib.suppress(ReelMillError):  # it may die while it answers
        server.client.call(action, **values)
    assert server.died(30), f"{point} was never passed"
    server.start()


def attempts(server: Running, run: str) -> dict[str, tuple[str, int]]:
    """What became of its activities, when it has ended."""

    def told() -> dict[str, Any]:
        return dict(server.client.call("DescribeExecution", RunId=run)["Execution"])

    until(lambda: told()["State"] != "Running", 60, "the run ends")
    return {one["Name"]: (one["State"], int(one["Attempt"])) for one in told()["Activities"]}


def messages(listener: Listener, run: str) -> Counter[str]:
    """Type -> how many different messages of this run were sent."""
    ids = {i: body for i, body in listener.got if body.get("RunId") == run}
    return Counter(body["Type"] for body in ids.values())


def made(server: Running) -> list[str]:
    return sorted(path.name for path in (server.home / "buckets" / "cout").iterdir() if path.is_file())


@pytest.mark.parametrize(
    ("point", "new_run"),
    [
        ("reopened", True),
        ("final fact committed", True),
        ("message sent", True),
        ("reopened", False),
        ("published", False),
    ],
)
def test_a_rerun_happens_once(server: Running, listener: Listener, point: str, new_run: bool) -> None:
    flow, run = set_up(server)
    until(lambda: sum(messages(listener, run).values()) == 2, 20, "the messages of the first time")
    asked = {"RunId": run, "FromActivity": "one", "Definition": "current", "NewRun": new_run}
    killed(server, point, "RerunMediaWorkflowExecution", **asked)
    runs = {one["RunId"] for one in server.executions(flow)}
    assert len(runs) == (2 if new_run else 1)
    again = next(iter(runs - {run})) if new_run else run
    count = 1 if new_run else 2
    assert attempts(server, again) == {
        "start": ("Success", 1),
        "one": ("Success", count),
        "two": ("Success", 1),
        "end": ("Success", count),
    }
    assert made(server) == sorted({f"{run}-one.jpg", f"{again}-one.jpg", f"{again}-two.jpg"})
    wanted = {"Start": 1, "Report": 1} if new_run else {"Start": 1, "Report": 2}
    until(lambda: messages(listener, again) == wanted, 20, f"its messages: {messages(listener, again)}")
    if new_run:
        assert attempts(server, run) == dict.fromkeys(("start", "one", "end"), ("Success", 1))
        assert messages(listener, run) == {"Start": 1, "Report": 1}


def test_a_restore_makes_one_version(server: Running) -> None:
    flow, run = set_up(server)
    killed(server, "version saved", "RestoreMediaWorkflowVersion", MediaWorkflowId=flow, Version=1)
    told = server.client.call("ListMediaWorkflowVersions", MediaWorkflowId=flow)["MediaWorkflowVersionList"]
    assert [(one["Version"], one.get("RestoredFrom"), one["Current"]) for one in told] == [
        (3, 1, True),
        (2, None, False),
        (1, None, False),
    ]
    compared = server.client.call("CompareMediaWorkflowVersions", MediaWorkflowId=flow, FromVersion=1)
    assert compared["Changes"] == []
    server.client.call("RerunMediaWorkflowExecution", RunId=run, FromActivity="start", Definition="current")
    assert set(attempts(server, run)) == {"start", "one", "end"}
