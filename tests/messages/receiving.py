"""A receiver that answers as it is told, a small workflow, and the official Python client."""

import contextlib
import http.server
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from running import KEY, LOCATION, SECRET, Running


@dataclass
class Came:
    """One request that came, with the answer that it got."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    answer: int

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Notes what is posted. `plan`: path -> answers of the next posts, 0 hangs; afterwards `usual`."""

    usual: int = 204
    got: list[Came] = field(default_factory=list)
    plan: dict[str, list[int]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def start(self) -> http.server.ThreadingHTTPServer:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # who posts was killed in the middle of it
                todo = outer.plan.get(self.path)
                answer = todo.pop(0) if todo else outer.usual
                heads = {k.lower(): v for k, v in self.headers.items()}
                outer.got.append(Came(self.path, heads, body, time.monotonic(), answer))
                if not answer:
                    outer.over.wait(30)
                    self.close_connection = True
                    return
                with contextlib.suppress(OSError):
                    self.send_response(answer)
                    self.send_header("content-length", "0")
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait(
        self, path: str, count: int = 1, seconds: float = 20, fit: Callable[[Came], bool] = lambda _: True
    ) -> list[Came]:
        """What came to a path, once there are so many, or the time is over."""
        end = time.monotonic() + seconds
        while True:
            found = [one for one in self.got if one.path == path and fit(one)]
            if len(found) >= count or time.monotonic() > end:
                return found
            time.sleep(0.05)


def flow(server: Running, prefix: str, start: dict[str, str], *, transcode: str = "", publish: str = "Auto") -> str:
    """A small workflow: Start, one cover (or one transcode by this template), Report; its id."""
    pipeline = server.client.call("AddPipeline", Name=prefix)["Pipeline"]["Id"]
    place = {"Bucket": "cout", "Location": LOCATION}
    cover = {"SnapshotConfig": {"OutputFile": place | {"Object": "{RunId}/cover.jpg"}, "Time": "500"}}
    output = {"OutputObject": "{RunId}/film", "TemplateId": transcode}
    film = {"OutputBucket": "cout", "OutputLocation": LOCATION, "Outputs": [output]}
    source = {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": prefix}
    activities = {
        "start": {"Type": "Start", "Parameters": {"PipelineId": pipeline, "InputFile": source, **start}},
        "work": {"Type": "Transcode", "Parameters": film} if transcode else {"Type": "Snapshot", "Parameters": cover},
        "end": {"Type": "Report", "Parameters": {"PublishType": publish}},
    }
    topology = {"Activities": activities, "Dependencies": {"start": ["work"], "work": ["end"], "end": []}}
    answer = server.client.call("AddMediaWorkflow", Name=f"flow-{prefix}", Topology=json.dumps(topology))
    return str(answer["MediaWorkflow"]["MediaWorkflowId"])


def account(server: Running, key: str = KEY, secret: str = SECRET) -> Any:
    """The official Python client on the server's root."""
    from mns.account import Account

    return Account(server.url, key, secret)
