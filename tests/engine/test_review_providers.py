"""Models and services of the user's own in a running server: the guide's examples, word for word, and what fails."""

import contextlib
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

import tiny_onnx
from running import LOCATION, Running, running, until

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/howto/add-review-models.md").read_text(encoding="utf-8")


def block(kind: str, place: int = 0) -> str:
    """A block of the guide."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)[place]


ANSWERS: dict[str, tuple[int, bytes]] = {
    "/cut": (200, b'{"pictures": {"f000001": {"terrorism": {"label": "a", "rate": NaN'),
    "/long": (200, b" " * (5 << 20)),
    "/away": (503, b"later"),
}


class Answers:
    """A service that answers by the path; at another it hangs until `over` is set."""

    def __init__(self) -> None:
        self.asked, self.over = list[str](), threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                outer.asked.append(self.path)
                if self.path not in ANSWERS:
                    outer.over.wait(30)
                status, body = ANSWERS.get(self.path, (500, b""))
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class World:
    """A server with a file of providers, and two films."""

    def __init__(self, server: Running, file: Path, answers: Answers):
        self.server, self.file, self.answers = server, file, answers

    def review(self, film: str, scenes: list[str]) -> dict[str, Any]:
        """The job, when it has ended."""
        source = json.dumps({"Bucket": "cin", "Location": LOCATION, "Object": film})
        config = json.dumps({"Scenes": scenes, "SaveType": "all"})
        call = self.server.client.call
        job = call("SubmitMediaCensorJob", Input=source, VideoCensorConfig=config)["JobId"]

        def ended() -> Any:
            told = call("QueryMediaCensorJobDetail", JobId=job)["MediaCensorJobDetail"]
            return told if told["State"] in ("Success", "Fail") else None

        return until(ended, 60, "the review has ended")


def scenes_of(job: dict[str, Any]) -> dict[str, tuple[str, str]]:
    assert job["State"] == "Success", job
    found = job["VensorCensorResult"]["CensorResults"]["CensorResult"]
    return {one["Scene"]: (one["Label"], one["Suggestion"]) for one in found}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("providers")
    (folder / "red.onnx").write_bytes(tiny_onnx.red())
    (folder / "providers.toml").write_text(block("toml"))
    answers = Answers()
    settings = {"ai": "true", "review_providers": folder / "providers.toml"}
    with running(folder / "home", callback_private_networks="127.0.0.1/32", **settings) as server:
        server.client.call("BindInputBucket", Bucket="cin")
        server.client.call("AddPipeline", Name="eyes", Speed="AIVideoCensor")
        for name, colour in (("red.mp4", "red"), ("grey.mp4", "gray")):
            film = ["-f", "lavfi", "-i", f"color={colour}:size=160x90:rate=5:duration=2", "-pix_fmt", "yuv420p"]
            argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *film, str(folder / name)]
            subprocess.run(argv, check=True)
            server.put("cin", name, folder / name)
        yield World(server, folder / "providers.toml", answers)
    answers.over.set()
    answers.server.shutdown()


def service(name: str, scene: str, url: str, more: str = "tries = 1") -> str:
    return f'[[provider]]\nname = "{name}"\nscenes = ["{scene}"]\n[provider.service]\nurl = "{url}"\n{more}\n'


def reasons(job: dict[str, Any]) -> dict[str, str]:
    return {one["Scene"]: one["Reason"] for one in job["UnavailableReasons"]}


def test_the_model_of_the_guide_sees_red_pictures(world: World) -> None:
    world.file.write_text(block("toml"))
    drawn = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=120x60",
        "-frames:v",
        "1",
        str(world.file.with_name("channel-seven.png")),
    ]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *drawn], check=True)
    world.file.write_text(block("toml") + block("toml", 1))
    found = scenes_of(world.review("red.mp4", ["terrorism", "live", "logo"]))
    assert found == {"terrorism": ("bloody", "block"), "live": ("", "unavailable"), "logo": ("normal", "pass")}


def test_the_service_of_the_guide_sees_red_pictures_and_asks_who_asks(world: World, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    (tmp_path / "service.py").write_text(block("python"))
    house = subprocess.Popen([sys.executable, "service.py", port], cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _listens(int(port)), 30, "the service listens")
        stranger = service("stranger", "logo", f"http://127.0.0.1:{port}/look")
        world.file.write_text(block("toml", 2).replace("9100", port) + stranger)
        job = world.review("red.mp4", ["terrorism", "live", "logo"])
        blind = {"logo": ("", "unavailable")}
        assert scenes_of(job) == {"terrorism": ("bloody", "block"), "live": ("normal", "pass")} | blind
        assert list(reasons(job)) == ["logo"] and "401" in reasons(job)["logo"]
    finally:
        house.kill()
        house.wait()


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_what_fails_passes_nothing_and_harms_nothing_else(world: World) -> None:
    url = world.answers.url
    world.file.write_text(
        service("cut", "terrorism", url + "/cut")
        + service("long", "live", url + "/long")
        + service("away", "logo", url + "/away", "tries = 2")
    )
    job = world.review("grey.mp4", ["terrorism", "live", "logo", "ad"])
    blind = dict.fromkeys(("terrorism", "live", "logo"), ("", "unavailable"))
    assert scenes_of(job) == blind | {"ad": ("normal", "pass")} and job["Suggestion"] == "pass"
    assert sorted(job["UnavailableScenes"]) == sorted(blind) and world.answers.asked.count("/away") == 2
    told = reasons(job)
    assert told["terrorism"] == 'The provider "cut" has not looked: its answer cannot be used: it is no JSON.'
    assert "longer than 4194304 bytes" in told["live"] and "503: later" in told["logo"]


def test_what_is_not_there_hangs_or_leads_inward_passes_nothing(world: World) -> None:
    lost = block("toml").replace("red.onnx", "lost.onnx")
    lost += block("toml", 1).replace('"logo"', '"ad"').replace("channel-seven", "lost")
    hangs = service("hangs", "live", world.answers.url + "/hang", "tries = 1\nseconds = 0.5")
    world.file.write_text(lost + hangs + service("inward", "logo", "http://169.254.169.254/latest"))
    job = world.review("grey.mp4", ["terrorism", "live", "logo", "ad"])
    assert {one for _, one in scenes_of(job).values()} == {"unavailable"} == {job["Suggestion"]}
    told = reasons(job)
    assert "no model at this place" in told["terrorism"] and "within 0.5 s" in told["live"]
    assert "no public address" in told["logo"] and "no logo at this place" in told["ad"]


def test_a_run_is_cancelled_while_a_service_is_asked(world: World) -> None:
    call, asked = world.server.client.call, world.answers.asked
    asked.clear()
    world.file.write_text(service("hangs", "live", world.answers.url + "/hang", "tries = 10\nseconds = 1"))
    pipeline = call("AddPipeline", Name="main")["Pipeline"]["Id"]
    start = {"PipelineId": pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "up/"}}
    activities = {
        "start": {"Type": "Start", "Parameters": start},
        "look": {"Type": "Censor", "Parameters": {"CensorConfig": {"Scenes": ["live"]}}},
        "end": {"Type": "Report", "Parameters": {}},
    }
    drawn = {"Activities": activities, "Dependencies": {"start": ["look"], "look": ["end"], "end": []}}
    flow = call("AddMediaWorkflow", Name="w", Topology=json.dumps(drawn))["MediaWorkflow"]["MediaWorkflowId"]
    world.server.put("cin", "up/grey.mp4", world.file.with_name("grey.mp4"))
    until(lambda: asked, 60, "the service is asked")
    (run,) = world.server.executions(flow)
    call("CancelMediaWorkflowExecution", RunId=run["RunId"])
    (ended,) = world.server.ended(flow, wait=20)
    assert ended["State"] != "Completed"


def test_a_file_that_is_spoilt_is_told_in_reviews_and_at_the_start(world: World, tmp_path: Path) -> None:
    world.file.write_text("[[provider]]\nname = 1\n")
    job = world.review("grey.mp4", ["live"])
    assert scenes_of(job) == {"live": ("", "unavailable")}
    assert reasons(job)["live"].startswith("The file of providers cannot be used: every provider needs a name")
    argv = [sys.executable, "-m", "reelmill", "serve", "--home", str(tmp_path), "--review-providers", str(world.file)]
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    ran = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, env=env)
    assert ran.returncode and "review_providers" in ran.stderr and "needs a name" in ran.stderr
