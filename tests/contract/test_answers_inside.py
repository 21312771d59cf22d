"""Probes and single pictures that are asked for synchronously: what was found stands in the answer itself, whatever
waits in the queues."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from clips import clip
from contract import sdks
from contract.sdks import NewSdk, OldSdk
from running import KEY, LOCATION, REGION, SECRET, Running, running

INPUT = json.dumps({"Bucket": "cin", "Location": LOCATION, "Object": "a%2Fb.mp4"})
BAD = INPUT.replace("b.mp4", "bad.mp4")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("inside") / "home") as one:
        one.client.call("BindInputBucket", Bucket="cin")
        one.client.call("BindOutputBucket", Bucket="cout")
        one.put("cin", "a/b.mp4", clip("base.mp4"))
        one.put("cin", "a/bad.mp4", clip("truncated_nomoov.mp4"))
        yield one


@pytest.fixture(scope="module")
def paused(server: Running) -> str:
    """A pipeline in which everything waits for ever."""
    made = str(server.client.call("AddPipeline", Name="paused")["Pipeline"]["Id"])
    server.client.call("UpdatePipeline", PipelineId=made, Name="paused", State="Paused")
    return made


@pytest.fixture(scope="module", params=sdks.SDKS, ids=lambda kind: kind.name)
def sdk(request: pytest.FixtureRequest, server: Running) -> NewSdk | OldSdk:
    return request.param(server.port, KEY, SECRET, REGION)


@pytest.mark.parametrize("said", [{}, {"Async": False}], ids=["by default", "Async=false"])
def test_a_probe_is_answered_inside_its_request(sdk: NewSdk | OldSdk, paused: str, said: dict[str, Any]) -> None:
    job = sdk.call("SubmitMediaInfoJob", Input=INPUT, UserData="mine", PipelineId=paused, **said)["MediaInfoJob"]
    assert (job["State"], job["Async"], job["UserData"], job["PipelineId"]) == ("Success", False, "mine", paused)
    found = job["Properties"]
    assert (found["Width"], found["Height"], found["Streams"]["AudioStreamList"]["AudioStream"][0]["CodecName"]) == (
        "320",
        "180",
        "aac",
    )
    assert float(found["Duration"]) == pytest.approx(4, abs=0.2) and int(found["FileSize"]) > 1000
    (later,) = sdk.call("QueryMediaInfoJobList", MediaInfoJobIds=job["JobId"])["MediaInfoJobList"]["MediaInfoJob"]
    assert later == job


def test_a_probe_that_may_wait_waits(sdk: NewSdk | OldSdk, paused: str) -> None:
    job = sdk.call("SubmitMediaInfoJob", Input=INPUT, Async=True, PipelineId=paused)["MediaInfoJob"]
    assert (job["State"], job["Async"]) == ("Submitted", True) and "Properties" not in {
        name for name, value in job.items() if value
    }


def test_a_probe_that_fails_says_so_in_its_answer(sdk: NewSdk | OldSdk) -> None:
    job = sdk.call("SubmitMediaInfoJob", Input=BAD)["MediaInfoJob"]
    assert (job["State"], job["Code"]) == ("Fail", "InvalidParameter.ResourceContentBad") and job["Message"]


def test_a_single_picture_is_there_when_its_answer_comes(sdk: NewSdk | OldSdk, server: Running, paused: str) -> None:
    name = f"{sdk.name}.jpg"
    config = {"OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": name}, "Time": "1000"}
    job = sdk.call(
        "SubmitSnapshotJob", Input=INPUT, SnapshotConfig=json.dumps(config), PipelineId=paused, UserData="mine"
    )["SnapshotJob"]
    assert (job["State"], job["UserData"]) == ("Success", "mine")
    assert (server.home / "buckets" / "cout" / name).read_bytes().startswith(b"\xff\xd8\xff")
    (later,) = sdk.call("QuerySnapshotJobList", SnapshotJobIds=job["Id"])["SnapshotJobList"]["SnapshotJob"]
    assert later == job


def test_several_pictures_wait(sdk: NewSdk | OldSdk, paused: str) -> None:
    config = {
        "OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": "n{Count}.jpg"},
        "Time": "0",
        "Num": "2",
        "Interval": "1",
    }
    job = sdk.call("SubmitSnapshotJob", Input=INPUT, SnapshotConfig=json.dumps(config), PipelineId=paused)[
        "SnapshotJob"
    ]
    assert job["State"] == "Submitted"
