"""kill -9 while a long film is reviewed in pieces: what was decoded and what was looked at is kept, and a code in the
picture is found at its time all the same."""

import subprocess
import time
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from codes import qr
from engine.test_crash import repeated
from running import LOCATION, Running, until

pytestmark = pytest.mark.slow
SECONDS, CODE = 310, (270, 280)  # pieces of 150 s each, and where the code stands: in the second of three


def test_a_review_of_a_long_film_loses_a_piece_at_most(tmp_path: Path) -> None:
    server = Running(tmp_path / "home", ai="true", settle_seconds="0.5")
    try:
        server.start()
        call = server.client.call
        call("BindInputBucket", Bucket="cin")
        call("BindOutputBucket", Bucket="cout")
        server.put("cin", "film.mp4", coded(tmp_path))
        asked = {
            "Input": {"Bucket": "cin", "Location": LOCATION, "Object": "film.mp4"},
            "VideoCensorConfig": {
                "Scenes": ["ad"],
                "OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": "found/{Count}.jpg"},
            },
        }
        pipeline = call("AddPipeline", Name="reviews", Speed="AIVideoCensor")["Pipeline"]["Id"]
        server.stop()
        server.start(60, REELMILL_FAILPOINT="task made:2")  # the pictures are there, and one piece
        job = call("SubmitMediaCensorJob", PipelineId=pipeline, **asked)["JobId"]
        assert server.died(60), "the point was never passed"
        time.sleep(0.3)
        until(lambda: not server.leftovers(), 5, "what looks dies with its server")
        server.start(60, REELMILL_FAILPOINT="task made:3")  # all pieces are there
        assert server.died(60), "the point was never passed"
        server.start(60)
        told = ended(server, job)
        assert (told["State"], told["Suggestion"]) == ("Success", "review"), told
        times = [one["Timestamp"] for one in told["VensorCensorResult"]["VideoTimelines"]["VideoTimeline"]]
        assert (times[0], times[-1], len(times)) == ("00:04:30.000", "00:04:39.500", 20)
        begun = {task.partition(": ")[2] for task in server.begun()}
        assert {one for one in begun if one.startswith("look-p")} == {f"look-p{n}" for n in range(1, 4)}
        again = {task.partition(": ")[2] for task in repeated(server)}
        assert all(one.startswith("look-p") for one in again), again
        assert len(again) <= 2 and all(n <= 2 for n in repeated(server).values())
    finally:
        server.kill()


def coded(folder: Path) -> Path:
    """The film: grey, a code in it from CODE[0] to CODE[1]."""
    (folder / "code.pgm").write_bytes(qr("https://example.com/win", 140))
    ground = ["-f", "lavfi", "-i", f"color=c=gray:size=320x180:rate=4:duration={SECONDS}", "-i", "code.pgm"]
    graph = f"[0:v][1:v]overlay=100:20:enable='gte(t,{CODE[0]})*lt(t,{CODE[1]})',format=yuv420p"
    made = ["-c:v", "libx264", "-preset", "ultrafast", "film.mp4"]
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *ground, "-filter_complex", graph, *made]
    subprocess.run(argv, check=True, cwd=folder)
    return folder / "film.mp4"


def ended(server: Running, job: str) -> dict[str, Any]:
    def found() -> Any:
        told = server.client.call("QueryMediaCensorJobDetail", JobId=job)["MediaCensorJobDetail"]
        return told if told["State"] in ("Success", "Fail") else None

    return dict(until(found, 120, "the review has ended"))
