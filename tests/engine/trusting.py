"""Films, small workflows and questions for tests of what goes wrong around a server."""

import json
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from running import LOCATION, Running


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 s that take x264 a moment."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    source = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=1280x720:rate=25:duration=20",
        "-f",
        "lavfi",
        "-i",
        "sine=duration=20",
    ]
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-y",
            *source,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "25",
            "-c:a",
            "aac",
            path,
        ],
        check=True,
    )
    return path


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "short.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2", "-f", "lavfi", "-i", "sine=duration=2"]
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-y",
            *source,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-c:a",
            "aac",
            path,
        ],
        check=True,
    )
    return path


def encoding(server: Running) -> bool:
    return any("libx264" in line for line in server.leftovers())


def faults(runs: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    return [
        (r["RunId"], a["Name"], a.get("Code", ""), a.get("Message", ""))
        for r in runs
        for a in r["ActivityList"]["Activity"]
        if a["State"] != "Success"
    ]


def states(run: dict[str, Any]) -> dict[str, str]:
    return {a["Name"]: a["State"] for a in run["ActivityList"]["Activity"]}


def one_file(server: Running) -> str:
    """Buckets, and a workflow that makes NAME.mp4 of each film; its id."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="tests")["Pipeline"]["Id"]
    body = call(
        "AddTemplate",
        Name="one",
        Container={"Format": "mp4"},
        Video={"Codec": "H.264", "Width": "640", "Preset": "slow"},
        Audio={"Codec": "AAC"},
    )
    make = {
        "OutputBucket": "cout",
        "OutputLocation": LOCATION,
        "Outputs": [{"TemplateId": body["Template"]["Id"], "OutputObject": "{FileName}"}],
    }
    activities = {
        "s": {
            "Type": "Start",
            "Parameters": {"PipelineId": pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION}},
        },
        "t": {"Type": "Transcode", "Parameters": make},
        "r": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
    }
    topology = {"Activities": activities, "Dependencies": {"s": ["t"], "t": ["r"], "r": []}}
    return str(call("AddMediaWorkflow", Name="one", Topology=json.dumps(topology))["MediaWorkflow"]["MediaWorkflowId"])
