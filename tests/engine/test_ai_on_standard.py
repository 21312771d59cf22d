"""The setting `ai_on_standard_pipelines`: one Standard pipeline, named by each job, does for films, reviews,
fingerprints and covers. Without it such a pipeline takes none of them by name."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from reelmill.cli.client import Refused
from running import LOCATION, Running, running, until

pytestmark = pytest.mark.slow


def place(bucket: str, key: str = "") -> dict[str, str]:
    return {"Bucket": bucket, "Location": LOCATION, "Object": key}


class World:
    """A server with one Standard pipeline, a library of fingerprints and a film."""

    def __init__(self, server: Running, film: Path):
        self.call = server.client.call
        self.call("BindInputBucket", Bucket="cin")
        self.call("BindOutputBucket", Bucket="cout")
        self.queue = self.call("AddPipeline", Name="one for all")["Pipeline"]["Id"]
        self.library = self.call("CreateFpShotDB", Name="films")["FpShotDB"]["FpDBId"]
        server.put("cin", "film.mp4", film)

    def jobs(self) -> dict[str, dict[str, Any]]:
        """One job of each family by itself: operation -> parameters."""
        source = place("cin", "film.mp4")
        return {
            "SubmitMediaCensorJob": {"Input": source, "VideoCensorConfig": {"Scenes": ["ad"]}},
            "SubmitFpShotJob": {"Input": source, "FpShotConfig": {"FpDBId": self.library, "PrimaryKey": "job"}},
            "SubmitIProductionJob": {
                "FunctionName": "Cover",
                "Input": f"oss://cin.{LOCATION}.aliyuncs.com/film.mp4",
                "Output": f"oss://cout.{LOCATION}.aliyuncs.com/cover-{{sequenceId}}.jpg",
            },
        }

    def submit(self, operation: str) -> dict[str, Any]:
        given = {"PipelineId": self.queue} | self.jobs()[operation]
        return self.call(operation, **{k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()})

    def drawn(self) -> dict[str, Any]:
        """A workflow in which each of them names the pipeline."""
        looks: dict[str, dict[str, Any]] = {
            "Censor": {"CensorConfig": {"Scenes": ["ad"], "OutputFile": place("cout", "c/{RunId}/{Count}.jpg")}},
            "FpShot": {"FpShotConfig": {"FpDBId": self.library, "PrimaryKey": "run", "SaveType": "forcesave"}},
            "Cover": {"CoverConfig": {"OutputFile": place("cout", "v/{RunId}/{Count}.jpg")}},
        }
        start = {"PipelineId": self.queue, "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": ""}}
        activities = {kind: {"Type": kind, "Parameters": {"PipelineId": self.queue} | looks[kind]} for kind in looks}
        return {
            "Activities": {"start": {"Type": "Start", "Parameters": start}, **activities, "end": {"Type": "Report"}},
            "Dependencies": {"start": list(looks), **{kind: ["end"] for kind in looks}, "end": []},
        }


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    drawing = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=10:duration=5", "-pix_fmt", "yuv420p"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *drawing, str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory, film: Path) -> Iterator[World]:
    with running(tmp_path_factory.mktemp("usual") / "home", ai="true") as server:
        yield World(server, film)


OPERATIONS = ("SubmitMediaCensorJob", "SubmitFpShotJob", "SubmitIProductionJob")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_standard_pipeline_is_refused_by_default(usual: World, operation: str) -> None:
    with pytest.raises(Refused) as refusal:
        usual.submit(operation)
    assert refusal.value.answer["Code"] == "InvalidParameter"


def test_a_workflow_that_names_it_is_refused_by_default(usual: World) -> None:
    told = usual.call("ValidateTopology", Topology=json.dumps(usual.drawn()))["Problems"]
    places = [(one["Path"], one["Code"]) for one in told]
    assert places == [
        (f"Activities.{kind}.Parameters.PipelineId", "InvalidParameter") for kind in ("Censor", "FpShot", "Cover")
    ]


def test_it_does_for_all_when_the_setting_says_so(tmp_path: Path, film: Path) -> None:
    with running(tmp_path / "home", ai="true", ai_on_standard_pipelines="true") as server:
        world = World(server, film)
        jobs = {operation: world.submit(operation)["JobId"] for operation in OPERATIONS}
        made = world.call("AddMediaWorkflow", Name="looks", Topology=json.dumps(world.drawn()), TriggerMode="NotInAuto")
        workflow = made["MediaWorkflow"]["MediaWorkflowId"]
        url = f"http://cin.{LOCATION}.aliyuncs.com/film.mp4"
        world.call("AddMedia", FileURL=url, MediaWorkflowId=workflow)
        (run,) = server.ended(workflow, wait=120)
        assert run["State"] == "Completed", run
        assert {one["Name"]: one["State"] for one in run["ActivityList"]["Activity"]}.items() >= {
            ("Censor", "Success"),
            ("FpShot", "Success"),
            ("Cover", "Success"),
        }

        def ended() -> bool:
            review = world.call("QueryMediaCensorJobDetail", JobId=jobs[OPERATIONS[0]])["MediaCensorJobDetail"]["State"]
            prints = world.call("QueryFpShotJobList", JobIds=jobs[OPERATIONS[1]])["FpShotJobList"]["FpShotJob"]
            cover = world.call("QueryIProductionJob", JobId=jobs[OPERATIONS[2]])["State"]
            return (review, prints[0]["State"], cover) == ("Success", "Success", "Success")

        assert until(ended, 60, "all three jobs have succeeded")
