"""A real server in a process of its own, driven over HTTP as a user would; for engine, end-to-end and benchmark
programs."""

import contextlib
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import databases
import forked
from reelmill.cli.client import Client

ROOT = Path(__file__).resolve().parents[1]
KEY, SECRET, REGION = "LTAItestskey00", "testssecret0123456789", "cn-hangzhou"
LOCATION = f"oss-{REGION}"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


COPIES = False  # set by the suite: its servers are copies of a process that has loaded the program


class Running:
    """One home and the server on it. `start` and `kill` may alternate; the port stays the same. `alone`: it loads the
    program by itself, as a user's does, also in the suite."""

    def __init__(self, home: Path, *, alone: Any = False, **settings: Any):
        self._copied = COPIES and not alone
        self.home, self.port = home, free_port()
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("REELMILL_")} | {
            "PYTHONPATH": str(ROOT / "src"),
            "REELMILL_HOME": str(home),
            "REELMILL_PORT": str(self.port),
            "REELMILL_ACCESS_KEY_ID": KEY,
            "REELMILL_ACCESS_KEY_SECRET": SECRET,
            **(
                {}
                if databases.of_home(home).startswith("sqlite")
                else {"REELMILL_DATABASE_URL": databases.of_home(home)}
            ),
            **{f"REELMILL_{k.upper()}": str(v) for k, v in settings.items()},
        }
        self.process: subprocess.Popen[bytes] | forked.Copy | None = None
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = Client(self.url, KEY, SECRET)

    def start(self, wait: float = 30.0, **extra: str) -> float:
        """Seconds until it was ready. `extra` goes into the environment of this start only."""
        began = time.monotonic()
        self.launch(**extra)
        assert self.process
        while time.monotonic() - began < wait:
            with contextlib.suppress(OSError):
                if urllib.request.urlopen(self.url + "/-/healthz", timeout=1).status == 200:
                    return time.monotonic() - began
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"the server is not ready; its log ends with:\n{self.log()[-3000:]}")

    def launch(self, **extra: str) -> None:
        """Start it, unless it runs, and do not wait for it."""
        if self.process is None or self.process.poll() is not None:
            self.home.mkdir(parents=True, exist_ok=True)
            if self._copied:
                databases.begin(self.home)
            with (self.home / "test-server.log").open("ab") as log:
                if self._copied:
                    self.process = forked.Copy(self.env | extra, Path(log.name))
                    return
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "reelmill", "serve"],
                    env=self.env | extra,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    cwd=ROOT,
                )

    def log(self) -> str:
        return (self.home / "test-server.log").read_text(errors="replace")

    def died(self, wait: float) -> bool:
        """Whether the process is gone within `wait` seconds."""
        assert self.process
        try:
            self.process.wait(wait)
            return True
        except subprocess.TimeoutExpired:
            return False

    def kill(self) -> None:
        """The server alone, as the kernel or an administrator would: what it started must go by itself."""
        if self.process and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.process.returncode or 0

    def put(self, bucket: str, key: str, source: Path) -> Path:
        """Upload by copying into the bucket's folder."""
        target = self.home / "buckets" / bucket / key
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return target

    def executions(self, workflow: str) -> list[dict[str, Any]]:
        """All executions of a workflow, newest first."""
        found: list[dict[str, Any]] = []
        token = None
        while True:
            answer = self.client.call(
                "ListMediaWorkflowExecutions", MediaWorkflowId=workflow, MaximumPageSize=100, NextPageToken=token
            )
            found += answer["MediaWorkflowExecutionList"]["MediaWorkflowExecution"]
            token = answer.get("NextPageToken")
            if not token:
                return found

    def ended(self, workflow: str, count: int = 1, wait: float = 60.0) -> list[dict[str, Any]]:
        """The executions, when at least `count` of them have ended."""
        return until(
            lambda: (lambda runs: runs if sum(r["State"] != "Running" for r in runs) >= count else None)(
                self.executions(workflow)
            ),
            wait,
            f"{count} ended",
        )

    def leftovers(self) -> list[str]:
        """Processes that still work in this home, other than the server. One that has been killed does nothing more,
        though a busy machine may need seconds to take it away."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (not self.process or int(entry.name) != self.process.pid):
                with contextlib.suppress(OSError):
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    if str(self.home) in line and ("ffmpeg" in line or "ffprobe" in line) and not _killed(entry):
                        found.append(line)
        return found

    def begun(self) -> list[str]:
        """Every command that was begun, in order: "BATCH: task"."""
        return [
            line.split("batch ", 1)[1].removesuffix(" begins")
            for line in self.log().splitlines()
            if line.endswith(" begins")
        ]


def _killed(process: Path) -> bool:
    """Whether SIGKILL has reached a process (its folder in /proc) or it is on its way out (PF_EXITING)."""
    pending = re.findall(r"^S(?:ig|hd)Pnd:\s*([0-9a-f]+)$", (process / "status").read_text(), re.MULTILINE)
    flags = int((process / "stat").read_text().rpartition(") ")[2].split()[6])
    return bool(flags & 0x4) or any(int(one, 16) & 1 << signal.SIGKILL - 1 for one in pending)


def until(ask: Callable[[], Any], wait: float, what: str) -> Any:
    """What `ask` answers as soon as it is true."""
    began = time.monotonic()
    while time.monotonic() - began < wait:
        if value := ask():
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {wait} s: {what}")


class Listener:
    """An HTTP receiver of callbacks. `got` holds (message id, body), `raw` (headers, bytes) of each; `hang` makes it
    not answer; `told` is set by each."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.raw: list[tuple[dict[str, str], bytes]] = []
        self.status, self.hang, self.told = 200, threading.Event(), threading.Event()
        self.hang.set()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.hang.wait(30)
                outer.raw.append(({name.lower(): value for name, value in self.headers.items()}, body))
                outer.got.append((self.headers["x-reelmill-message-id"], json.loads(body)))
                outer.told.set()
                with contextlib.suppress(OSError):
                    self.send_response(outer.status)
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.hang.set()
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def running(home: Path, *, alone: Any = False, **settings: Any) -> Iterator[Running]:
    server = Running(home, alone=alone, **settings)
    server.start()
    try:
        yield server
    finally:
        server.kill()


SMALL = {
    "s180": "180",
    "s90": "90",
}  # renditions of the little ladder: name -> height (a side has at least 128 pixels, so widths are given)


def little_ladder(
    server: Running,
    *,
    prefix: str = "up/",
    publish: str = "Auto",
    segment: str = "2",
    video: dict[str, str] | None = None,
) -> str:
    """Buckets cin and cout, a pipeline, and an active workflow: two renditions and one audio -> HLS package, a cover;
    its id."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="tests")["Pipeline"]["Id"]
    topology = ladder_topology(
        pipeline, [template(server, w, segment, video) for w in ("320", "192")], prefix=prefix, publish=publish
    )
    return str(
        call("AddMediaWorkflow", Name=f"ladder-{prefix}", Topology=json.dumps(topology))["MediaWorkflow"][
            "MediaWorkflowId"
        ]
    )


def template(server: Running, width: str, segment: str = "2", video: dict[str, str] | None = None) -> str:
    answer = server.client.call(
        "AddTemplate",
        Name=f"w{width}",
        Container={"Format": "m3u8"},
        Audio={"Codec": "AAC", "Bitrate": "64"},
        Video={"Codec": "H.264", "Width": width, "Crf": "30", "Preset": "veryfast"} | (video or {}),
        MuxConfig={"Segment": {"Duration": segment}},
    )
    return str(answer["Template"]["Id"])


def ladder_topology(
    pipeline: str, templates: list[str], *, prefix: str = "up/", publish: str = "Auto", bucket: str = "cout"
) -> dict[str, Any]:
    names = [f"v{i}" for i in range(len(templates))]
    activities: dict[str, Any] = {
        "start": {
            "Type": "Start",
            "Parameters": {
                "PipelineId": pipeline,
                "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": prefix},
            },
        },
        "pack": {
            "Type": "PackageConfig",
            "Parameters": {
                "Protocol": "hls",
                "Output": {"Bucket": bucket, "Location": LOCATION, "MasterPlayListName": "{RunId}/master.m3u8"},
            },
        },
        "agroup": {"Type": "AudioGroup", "Parameters": {"GroupId": "aud"}},
        "a1": {
            "Type": "Transcode",
            "Parameters": {
                "Outputs": [{"TemplateId": templates[0], "Video": {"Remove": "true"}}],
                "ExtXMedia": {"URI": "audio/a.m3u8", "Name": "main"},
            },
        },
        "cover": {
            "Type": "Snapshot",
            "Parameters": {
                "MediaCover": "true",
                "SnapshotConfig": {
                    "OutputFile": {"Bucket": bucket, "Location": LOCATION, "Object": "{RunId}%2Fcover.jpg"},
                    "Time": "1000",
                },
            },
        },
        "master": {
            "Type": "GenerateMasterPlayList",
            "Parameters": {
                "MasterPlayList": {
                    "MultiBitrateVideoStreams": [
                        {"RefActivityName": n, "ExtXStreamInfo": {"BandWidth": "400000", "Audio": "aud"}} for n in names
                    ]
                }
            },
        },
        "end": {"Type": "Report", "Parameters": {"PublishType": publish}},
    }
    edges = {
        "start": ["pack", "cover"],
        "pack": ["agroup", *names],
        "agroup": ["a1"],
        "a1": ["master"],
        "cover": ["end"],
        "master": ["end"],
        "end": [],
    }
    for name, one in zip(names, templates, strict=True):
        activities[name] = {
            "Type": "Transcode",
            "Parameters": {
                "Outputs": [{"TemplateId": one, "Audio": {"Remove": "true"}}],
                "MultiBitrateVideoStream": {"URI": f"{name}/v.m3u8"},
            },
        }
        edges[name] = ["master"]
    return {"Activities": activities, "Dependencies": edges}
