"""A film waits for a person over a restart, and what the person says counts: a marked clip goes no further."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from codes import qr
from reelmill.cli.client import Refused
from running import LOCATION, Running, running, until

pytestmark = pytest.mark.slow


def film(folder: Path, name: str, *, marked: bool) -> Path:
    """Two seconds, with a code in the picture or without."""
    code = folder / "code.pgm"
    code.write_bytes(qr("https://example.org/win", 160))
    picture = ["-loop", "1", "-i", str(code)] if marked else ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=5"]
    path = folder / name
    shape = "scale=240:240:flags=neighbor,pad=320:240:40:0:white"
    argv = [*picture, "-t", "2", "-r", "5", "-vf", shape, "-pix_fmt", "yuv420p", str(path)]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *argv], check=True)
    return path


def drawn(server: Running) -> str:
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="main")["Pipeline"]["Id"]
    place = {"Bucket": "cout", "Location": LOCATION}
    start = {"PipelineId": pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "up/"}}
    config = {"Scenes": ["ad"], "OutputFile": place | {"Object": "{RunId}/seen-{Count}.jpg"}}
    look = {"CensorConfig": config, "AbortCondition": "block", "HumanReview": "review"}
    cover = {"SnapshotConfig": {"OutputFile": place | {"Object": "{RunId}.jpg"}, "Time": "0"}}
    topology = {
        "Activities": {
            "start": {"Type": "Start", "Parameters": start},
            "look": {"Type": "Censor", "Parameters": look},
            "cover": {"Type": "Snapshot", "Parameters": cover},
            "end": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
        },
        "Dependencies": {"start": ["look"], "look": ["cover"], "cover": ["end"], "end": []},
    }
    made = call("AddMediaWorkflow", Name="reviewed", Topology=json.dumps(topology))["MediaWorkflow"]
    return str(made["MediaWorkflowId"])


def of_media(server: Running, media: str) -> tuple[str, str]:
    found = server.client.call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]
    return found["CensorState"], found["PublishState"]


def waiting(server: Running, count: int) -> Callable[[], list[dict[str, Any]]]:
    def look() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = server.client.call("ListWaitingActivities")["WaitingActivities"]
        return found if len(found) == count else []

    return look


def test_a_marked_film_waits_over_a_restart_until_a_person_has_decided(tmp_path: Path) -> None:
    with running(tmp_path / "home", ai="true") as server:
        workflow, call = drawn(server), server.client.call
        server.put("cin", "up/plain.mp4", film(tmp_path, "plain.mp4", marked=False))
        server.put("cin", "up/one.mp4", film(tmp_path, "one.mp4", marked=True))
        server.put("cin", "up/two.mp4", film(tmp_path, "two.mp4", marked=True))
        before = until(waiting(server, 2), 90, "the marked films wait")
        assert {one["Reason"] for one in before} == {"The review says review: qrcode (ad)."}
        server.kill()
        server.start(90)
        rows = {one["Input"]["Object"]: one for one in until(waiting(server, 2), 30, "they wait as before")}
        assert all(of_media(server, one["MediaId"])[0] == "Review" for one in rows.values())
        said = {"up/one.mp4": "pass", "up/two.mp4": "block"}
        for key, decision in said.items():
            call("DecideActivity", RunId=rows[key]["RunId"], Activity="look", Decision=decision, Note="Looked at.")
        server.kill()  # what was decided is on the disk
        server.start(90)
        with pytest.raises(Refused, match="decided already"):
            call("DecideActivity", RunId=rows["up/one.mp4"]["RunId"], Activity="look", Decision="block")
        ended = {run["Input"]["InputFile"]["Object"]: run for run in server.ended(workflow, 3, 60)}
        states = {key: {a["Name"]: a["State"] for a in run["ActivityList"]["Activity"]} for key, run in ended.items()}
        assert [states[f"up/{name}.mp4"]["cover"] for name in ("plain", "one", "two")] == [
            "Success",
            "Success",
            "Skipped",
        ]
        medias = {key: of_media(server, run["MediaId"]) for key, run in ended.items()}
        assert medias == {
            "up/plain.mp4": ("Pass", "Published"),
            "up/one.mp4": ("Pass", "Published"),
            "up/two.mp4": ("Block", "Initiated"),
        }, "what was blocked has made nothing that could be published"
