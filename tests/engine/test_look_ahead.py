"""What the start of a run asks about its source is found out while the rows of the run are written, once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from clips import clip, tools
from running import LOCATION, Running, running

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """Its ffprobe notes each question that it is asked, and takes longer than the rows do."""
    slow = tmp_path / "ffprobe"
    slow.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/asked"\nsleep 0.3\nexec "{tools().path("ffprobe")}" "$@"\n')
    slow.chmod(0o755)
    with running(tmp_path / "home", ffprobe=slow) as it:
        yield it


def asked(server: Running) -> list[str]:
    """Questions about the streams of something; forgotten."""
    file = server.home.parent / "asked"
    lines = [line for line in file.read_text().splitlines() if "-show_streams" in line]
    file.write_text("")
    return lines


def workflow(server: Running) -> str:
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    begin = {
        "PipelineId": call("AddPipeline", Name="p")["Pipeline"]["Id"],
        "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": ""},
    }
    activities = {"start": {"Type": "Start", "Parameters": begin}, "end": {"Type": "Report", "Parameters": {}}}
    topology = json.dumps({"Activities": activities, "Dependencies": {"start": ["end"], "end": []}})
    return str(call("AddMediaWorkflow", Name="w", Topology=topology)["MediaWorkflow"]["MediaWorkflowId"])


def test_a_source_is_looked_at_once_whoever_looks_first(server: Running) -> None:
    flow = workflow(server)
    server.put("cin", "film.mp4", clip("base.mp4"))
    (run,) = server.ended(flow)
    assert run["State"] == "Completed" and len(asked(server)) == 1
    told = server.client.call("DescribeExecution", RunId=run["RunId"])["Execution"]["Activities"]
    commands = next(one["Commands"] for one in told if one["Name"] == "start")
    assert len([one for one in commands if "-show_streams" in one]) == 1, "the start of the run tells how it was seen"


def test_a_file_that_is_none_fails_with_its_reason(server: Running) -> None:
    flow = workflow(server)
    server.put("cin", "text.mp4", clip("text.mp4"))
    (run,) = server.ended(flow)
    assert run["ActivityList"]["Activity"][0]["Code"] == "InvalidParameter.ResourceContentBad"


def test_many_at_once_are_looked_at_in_their_turn(server: Running) -> None:
    """Work out of turn is for who comes alone; each is looked at once all the same."""
    flow = workflow(server)
    for number in range(6):
        server.put("cin", f"film{number}.mp4", clip("base.mp4"))
    assert {run["State"] for run in server.ended(flow, 6)} == {"Completed"}
    assert len(asked(server)) == 6
