"""kill -9 while an analysis looks and probes: after a restart it ends as it would have, and nothing is left over."""

import json
import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import pytest

from running import LOCATION, Running, until

SMART = "S00000000-200010"  # the smart preset for pictures of this size


@pytest.mark.slow
def test_an_analysis_survives_kills_while_it_probes(tmp_path: Path) -> None:
    film = moving(tmp_path / "film.mp4")
    server = Running(tmp_path / "home", settle_seconds="0.5")
    try:
        server.start()
        call = server.client.call
        call("BindInputBucket", Bucket="cin")
        call("BindOutputBucket", Bucket="cout")
        pipeline = call("AddPipeline", Name="tests")["Pipeline"]["Id"]
        workflow = call("AddMediaWorkflow", Name="smart", Topology=json.dumps(drawn(pipeline)))["MediaWorkflow"]
        server.stop()
        server.put("cin", "up/film.mp4", film)
        for point in ("command spawned:3", "task made"):  # while a spot is encoded; when its task is not noted yet
            server.start(wait=30, REELMILL_FAILPOINT=point)
            assert server.died(60), f"the point {point!r} was never passed"
            time.sleep(0.3)
            until(lambda: not server.leftovers(), 5, "ffmpeg dies with its server")
        server.start()
        (run,) = server.ended(str(workflow["MediaWorkflowId"]), 1, 60)
        states = {one["Name"]: one["State"] for one in run["ActivityList"]["Activity"]}
        assert states == dict.fromkeys(("start", "look", "made", "end"), "Success")
        assert (server.home / "buckets/cout" / f"{run['RunId']}.mp4").exists()
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and any((server.home / "work").iterdir()):
            time.sleep(0.1)
        assert not list((server.home / "work").iterdir()), "the work store is swept"
    finally:
        server.kill()


def moving(path: Path) -> Path:
    """12 s of moving picture: one spot of it is probed."""
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24:duration=12"]
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *source, "-c:v", "libx264", "-preset", "ultrafast"]
    subprocess.run([*argv, "-g", "24", str(path)], check=True)
    return path


def drawn(pipeline: str) -> dict[str, object]:
    start = {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "up/"}
    made = {"OutputBucket": "cout", "OutputLocation": LOCATION}
    return {
        "Activities": {
            "start": {"Type": "Start", "Parameters": {"PipelineId": pipeline, "InputFile": start}},
            "look": {"Type": "Analysis", "Parameters": {}},
            "made": {
                "Type": "Transcode",
                "Parameters": {**made, "Outputs": [{"OutputObject": "{RunId}", "TemplateId": SMART}]},
            },
            "end": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
        },
        "Dependencies": {"start": ["look"], "look": ["made"], "made": ["end"], "end": []},
    }
