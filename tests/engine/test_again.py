"""kill -9 while an activity waits for its next attempt, when that begins, and when a run that had ended goes on: each
attempt is made once, and every message is told once."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from clips import clip
from reelmill.core.errors import ReelMillError
from running import LOCATION, Listener, Running, until

pytestmark = pytest.mark.slow
SETTINGS = {"callback_secret": "0123456789abcdef", "settle_seconds": "0.5"}


def begun(server: Running) -> str:
    """The RunId of a film that is smaller than its template allows, so each of three attempts fails, and an answer to
    that."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="p")["Pipeline"]["Id"]
    huge = {"Video": {"Codec": "H.264", "Width": "3840"}, "TransConfig": {"IsCheckResoFail": "true"}}
    template = call("AddTemplate", Name="huge", Container={"Format": "mp4"}, **huge)["Template"]["Id"]
    place = {"Bucket": "cout", "Location": LOCATION, "Object": "{RunId}.jpg"}
    output = {"OutputObject": "{RunId}", "TemplateId": template}
    topology: dict[str, Any] = {
        "Activities": {
            "start": {
                "Type": "Start",
                "Parameters": {"PipelineId": pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION}},
            },
            "large": {
                "Type": "Transcode",
                "Parameters": {"OutputBucket": "cout", "OutputLocation": LOCATION, "Outputs": [output]},
                "Retry": {"Times": 2, "Interval": 1},
            },
            "answer": {
                "Type": "Snapshot",
                "Parameters": {"SnapshotConfig": {"OutputFile": place, "Time": "0"}},
                "Condition": 'activities.large.state == "Fail"',
            },
            "end": {"Type": "Report", "Parameters": {}},
        },
        "Dependencies": {"start": ["large"], "large": [{"To": "answer", "When": "failure"}], "answer": ["end"]},
    }
    flow = call("AddMediaWorkflow", Name="w", Topology=json.dumps(topology), TriggerMode="NotInAuto")
    server.put("cin", "a.mp4", clip("base.mp4"))
    flow_id = flow["MediaWorkflow"]["MediaWorkflowId"]
    media = call("AddMedia", FileURL=f"{server.url}/cin/a.mp4", MediaWorkflowId=flow_id)["Media"]
    return str(media["RunIdList"]["RunId"][0])


def told(server: Running, run: str) -> dict[str, Any]:
    return dict(server.client.call("DescribeExecution", RunId=run)["Execution"])


def attempt(server: Running, run: str) -> int:
    return next(int(a["Attempt"]) for a in told(server, run)["Activities"] if a["Name"] == "large")


def ended(server: Running, run: str) -> dict[str, str]:
    until(lambda: told(server, run)["State"] != "Running", 60, "the run ends")
    return {a["Name"]: a["State"] for a in told(server, run)["Activities"]}


def failed(listener: Listener) -> dict[int, bool]:
    """Attempt -> whether its event tells when the next one begins."""
    told = [body["data"] for _, body in listener.got if body.get("type") == "activity.finished"]
    return {one["Attempt"]: "RetryTime" in one for one in told if one["Name"] == "large"}


def test_each_attempt_is_made_once_whatever_dies(tmp_path: Path) -> None:
    listener = Listener()
    home, private = tmp_path / "home", "127.0.0.0/8"
    server = Running(home, callback_url=listener.url, callback_private_networks=private, **SETTINGS)
    done = {"start": "Success", "large": "Fail", "answer": "Success", "end": "Success"}
    try:
        server.start(REELMILL_FAILPOINT="tried again")
        server.client.call("AddWebhook", Url=listener.url, Events="activity.finished")
        run = begun(server)
        until(lambda: "attempt 2 begins" in json.dumps(told(server, run)), 30, "it waits for its next attempt")
        assert server.died(30), "at the moment in which the next attempt stands in the rows"
        server.start()
        until(lambda: attempt(server, run) == 2, 30, "the second attempt goes on")
        server.kill()
        server.start()
        assert ended(server, run) == done and attempt(server, run) == 3
        assert told(server, run)["Failed"] == 0, "its failure was answered"
        server.stop()
        server.start(REELMILL_FAILPOINT="reopened")
        with contextlib.suppress(ReelMillError):  # the server may die while it answers
            server.client.call("RetryMediaWorkflowExecution", RunId=run)
        assert server.died(10)
        server.start()
        assert ended(server, run) == done and attempt(server, run) == 6
        made = list((server.home / "buckets" / "cout").iterdir())
        assert [path.name for path in made] == [f"{run}.jpg"]
        until(lambda: len(failed(listener)) >= 6, 20, "the events of all attempts")
        assert failed(listener) == {1: True, 2: True, 3: False, 4: True, 5: True, 6: False}, "when it is over at last"
    finally:
        server.kill()
        listener.close()
