"""kill -9 while a film is encoded twice, in pieces: what was looked at, and what was made, is not made again."""

import json
import time
from pathlib import Path

import pytest

from engine.test_analysis_kills import moving
from engine.test_crash import FRAMES, frames, repeated
from running import LOCATION, Running, until


@pytest.mark.slow
def test_a_film_that_is_encoded_twice_loses_a_piece_at_most(tmp_path: Path) -> None:
    film = moving(tmp_path / "film.mp4")
    server = Running(tmp_path / "home", settle_seconds="0.5", piece_seconds="3")
    try:
        server.start()
        workflow = prepared(server)
        server.stop()
        server.put("cin", "up/film.mp4", film)
        # A look is noted, others are not; then the other looks are there and so are pieces. Never twice inside the same
        # one, which would be cut smaller.
        for point in ("between pieces", "task made:5"):
            server.start(wait=30, REELMILL_FAILPOINT=point)
            assert server.died(60), f"the point {point!r} was never passed"
            time.sleep(0.3)
            until(lambda: not server.leftovers(), 5, "ffmpeg dies with its server")
        server.start()
        (run,) = server.ended(workflow, 1, 60)
        assert run["State"] == "Completed"
        assert frames(server.home / "buckets/cout" / f"{run['RunId']}.mp4") == FRAMES
        begun = {task for task in server.begun() if "look-p" in task}
        assert len(begun) == 4 and all(n <= 2 for n in repeated(server).values())
        assert len(repeated(server)) <= 2 * 2, "two heavy slots, two kills"
    finally:
        server.kill()


def prepared(server: Running) -> str:
    """A workflow that encodes what comes twice; its id."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="tests")["Pipeline"]["Id"]
    template = call(
        "AddTemplate",
        Name="twice",
        Container={"Format": "mp4"},
        Video={"Codec": "H.264", "Height": "180", "Bitrate": "200", "Preset": "veryfast"},
        TransConfig={"TransMode": "twopass"},
    )["Template"]["Id"]
    start = {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "up/"}
    made = {"OutputBucket": "cout", "OutputLocation": LOCATION}
    activities = {
        "start": {"Type": "Start", "Parameters": {"PipelineId": pipeline, "InputFile": start}},
        "made": {
            "Type": "Transcode",
            "Parameters": {**made, "Outputs": [{"OutputObject": "{RunId}", "TemplateId": template}]},
        },
        "end": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
    }
    topology = {"Activities": activities, "Dependencies": {"start": ["made"], "made": ["end"], "end": []}}
    flow = call("AddMediaWorkflow", Name="twice", Topology=json.dumps(topology))["MediaWorkflow"]
    return str(flow["MediaWorkflowId"])
