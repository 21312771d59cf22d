"""Libraries of texts in a running server: what letters in a film say is found again in another film, kept safely, and
stops a workflow."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import imageio_ffmpeg
import numpy as np
import pytest

from engine.fingerprinting import ended, submitted
from running import LOCATION, Running, running

pytestmark = pytest.mark.slow
SAID = ("Meet me at the harbour", "Bring the silver letter", "Nobody must follow you", "The bridge is watched")
OTHER = ("Sugar and butter first", "Then four fresh eggs", "Half an hour in the oven", "Serve it while it is warm")


def film(path: Path, lines: Sequence[str], *, before: float = 0.0, ground: int = 40, logo: str = "") -> Path:
    """Each line for a second and a half on a grey ground, after some seconds of nothing; 4 pictures a second."""
    raw = bytearray()
    for text in [*[""] * int(before), *lines]:
        picture = np.full((360, 640, 3), ground, np.uint8)
        for words, place in ((text, (30, 320)), (logo, (400, 40))):
            cv2.putText(picture, words, place, cv2.FONT_HERSHEY_DUPLEX, 1.2, (255, 255, 255), 2)
        raw += picture.tobytes() * (6 if text else 4)
    argv = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-y",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "bgr24",
        "-s",
        "640x360",
    ]
    subprocess.run([*argv, "-r", "4", "-i", "-", "-pix_fmt", "yuv420p", str(path)], input=bytes(raw), check=True)
    return path


def found(job: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    assert job["State"] == "Success", job
    shots = job["FpShotResult"]["TextFpShots"]["TextFpShot"]
    return {one["PrimaryKey"]: one["TextFpShotSlices"]["TextFpShotSlice"] for one in shots}


def filled(server: Running, folder: Path) -> str:
    """The id of a library of texts on a server that has two films."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("AddPipeline", Name="prints", Speed="AIVideoFPShot")
    server.put("cin", "one.mp4", film(folder / "one.mp4", SAID))
    server.put("cin", "two.mp4", film(folder / "two.mp4", OTHER))
    made = call("CreateFpShotDB", Name="texts", ModelId=2)["FpShotDB"]
    assert made["ModelId"] == 2
    return str(made["FpDBId"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str, Path]]:
    folder = tmp_path_factory.mktemp("texts")
    with running(folder / "home", ai="true") as server:
        library = filled(server, folder)
        for key in ("one", "two"):
            assert ended(server, submitted(server, library, key, "forcesave", f"{key}.mp4"))["State"] == "Success"
        yield server, library, folder


def test_what_was_said_before_is_found_with_its_times_and_words(world: tuple[Running, str, Path]) -> None:
    server, library, folder = world
    shown = film(folder / "again.mp4", SAID, before=3, ground=90, logo="CHANNEL 7")
    server.put("cin", "again.mp4", shown)
    job = ended(server, submitted(server, library, "again", "save", "again.mp4"))
    slices = found(job)["one"]
    assert job["Duplicate"] is True and "FileId" not in job and set(found(job)) == {"one"}
    begins = [float(one["InputFragment"]["Start"]) for one in slices]
    assert begins == sorted(begins) and begins[0] == pytest.approx(3, abs=0.6)
    assert sum(float(one["InputFragment"]["Duration"]) for one in slices) == pytest.approx(6, abs=1.2)
    for one in slices:
        apart = float(one["InputFragment"]["Start"]) - float(one["Duplication"]["Start"])
        assert apart == pytest.approx(3, abs=0.6) and float(one["Similarity"]) > 0.7
    said = " ".join(one["InputText"] for one in slices).lower()
    assert "harbour" in said and "bridge" in " ".join(one["DuplicationText"] for one in slices).lower()
    assert job["FpShotResult"]["FpShots"]["FpShot"] == []
    one = job["FpShotResult"]["TextFpShots"]["TextFpShot"][0]
    assert one["InputFile"]["Object"] == "one.mp4" and len(one["FileId"]) == 32


def test_another_text_is_new_though_the_picture_is_the_same(world: tuple[Running, str, Path]) -> None:
    server, library, folder = world
    lines = ("Monday will be sunny", "Tuesday brings some rain", "Winds come from the west")
    server.put("cin", "new.mp4", film(folder / "new.mp4", lines))
    job = ended(server, submitted(server, library, "new", "nosave", "new.mp4"))
    assert (job["Duplicate"], found(job)) == (False, {})
    server.put("cin", "mute.mp4", film(folder / "mute.mp4", (), before=4))
    job = ended(server, submitted(server, library, "mute", "nosave", "mute.mp4"))
    assert (job["Duplicate"], found(job)) == (False, {})
    (told,) = server.client.call("ListFpShotDB", FpDBIds=library)["FpShotDBList"]["FpShotDB"]
    assert (told["FileCount"], told["ModelId"], told["Seconds"]) == (2, 2, 12)


def test_what_has_no_picture_has_no_text(world: tuple[Running, str, Path]) -> None:
    server, library, folder = world
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "lavfi", "-i", "sine=duration=3"]
    subprocess.run([*argv, str(folder / "sound.wav")], check=True)
    server.put("cin", "sound.wav", folder / "sound.wav")
    job = ended(server, submitted(server, library, "sound", "save", "sound.wav"))
    assert (job["State"], job["Code"]) == ("Fail", "InvalidParameter.ResourceContentBad")


def test_a_workflow_stops_at_a_film_that_says_what_was_said(world: tuple[Running, str, Path]) -> None:
    server, library, folder = world
    call = server.client.call
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="main")["Pipeline"]["Id"]
    prints = {"FpShotConfig": {"FpDBId": library, "SaveType": "save"}, "AbortCondition": "duplicate"}
    shot = {"OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": "{RunId}.jpg"}, "Time": "0"}
    source = {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "flow/"}
    topology = {
        "Activities": {
            "start": {"Type": "Start", "Parameters": {"PipelineId": pipeline, "InputFile": source}},
            "prints": {"Type": "FpShot", "Parameters": prints},
            "shot": {"Type": "Snapshot", "Parameters": {"SnapshotConfig": shot}},
            "end": {"Type": "Report", "Parameters": {}},
        },
        "Dependencies": {"start": ["prints"], "prints": ["shot"], "shot": ["end"], "end": []},
    }
    flow = call("AddMediaWorkflow", Name="texts", Topology=topology)["MediaWorkflow"]["MediaWorkflowId"]
    server.put("cin", "flow/a.mp4", film(folder / "a.mp4", SAID, before=1, ground=120))
    (run,) = server.ended(flow, 1)
    states = {one["Name"]: one["State"] for one in run["ActivityList"]["Activity"]}
    assert (states["prints"], states["shot"]) == ("Success", "Skipped")


def test_a_film_whose_texts_were_half_kept_is_kept_once_and_found(tmp_path: Path) -> None:
    server = Running(tmp_path / "home", ai="true")
    try:
        server.start(60, REELMILL_FAILPOINT="prints appended:2")
        library = filled(server, tmp_path)
        assert ended(server, submitted(server, library, "one", "forcesave", "one.mp4"))["State"] == "Success"
        second = submitted(server, library, "two", "forcesave", "two.mp4")
        assert server.died(60), "the texts of the second film were never kept"
        (kept,) = (server.home / "fingerprints").glob("*/texts")
        size = kept.stat().st_size
        server.start(60)
        assert ended(server, second)["State"] == "Success"
        assert kept.stat().st_size == size and len(json.loads(f"[{kept.read_text().replace(']][[', ']],[[')}]")) == 2
        for key in ("one", "two"):
            assert set(found(ended(server, submitted(server, library, "copy", "nosave", f"{key}.mp4")))) == {key}
    finally:
        server.kill()
