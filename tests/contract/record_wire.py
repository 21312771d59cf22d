"""Records the bytes that a client sends and the answers that it gets, as cases that `test_wire_cases` plays again.

    PYTHONPATH=src:tests .venv/bin/python -m contract.record_wire [NAME ...]

Every recording starts on a fresh house that holds the same few things under the same ids, so a case needs no other.
Clients of Python run in this process; the others are small programs in wire/clients that get the port as their
argument, and what they need must be installed where they find it.
"""

import contextlib
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from contract.conftest import REGION, Site, opened
from contract.sdks import NewSdk, OldSdk, Refusal
from reelmill.core import clock
from reelmill.core.model import Caller
from reelmill.services import accounts, buckets, intake, pipelines, templates, workflows

WIRE = Path(__file__).parent / "wire"
KEY, SECRET = "LTAIwire", "wiresecret"
PIPELINE, TEMPLATE, WORKFLOW, MEDIA, MISSING = ("1" * 32, "2" * 32, "3" * 32, "4" * 32, "0" * 32)
FILE = "http://wire-in.oss-cn-hangzhou.aliyuncs.com/%E8%A7%86%E9%A2%91/a%20b%2Bc.mp4"
TOPOLOGY = json.dumps(
    {
        "Activities": {
            "开始": {
                "Type": "Start",
                "Parameters": {
                    "PipelineId": PIPELINE,
                    "InputFile": {"Bucket": "wire-in", "Location": f"oss-{REGION}", "ObjectPrefix": "a b/"},
                },
            },
            "Act-Report": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
        },
        "Dependencies": {"开始": ["Act-Report"], "Act-Report": []},
    },
    ensure_ascii=False,
)
ODD = "测试 wf+*~%&=/'\"\\<é>"  # what the two ways of encoding differ in

Calls = list[tuple[str, dict[str, Any]]]
CALLS: Calls = [
    ("SearchPipeline", {}),
    ("SearchPipeline", {"State": "All", "PageNumber": 1, "PageSize": 100}),
    ("AddPipeline", {"Name": "A" + ODD, "NotifyConfig": '{"QueueName":"队列"}', "SpeedLevel": 2}),
    ("QueryPipelineList", {"PipelineIds": f"{PIPELINE},{MISSING}"}),
    ("UpdatePipeline", {"PipelineId": PIPELINE, "Name": "renamed", "State": "Active"}),
    (
        "AddTemplate",
        {
            "Name": "模板",
            "Container": '{"Format":"m3u8"}',
            "Video": '{"Codec":"H.264","Width":"640","Crf":"26"}',
            "Audio": '{"Codec":"AAC"}',
        },
    ),
    ("QueryTemplateList", {"TemplateIds": f"{TEMPLATE},S00000001-100020,{MISSING}"}),
    ("SearchTemplate", {"PageSize": 5}),
    ("AddMediaWorkflow", {"Name": "W" + ODD, "Topology": TOPOLOGY, "TriggerMode": "NotInAuto"}),
    ("QueryMediaWorkflowList", {"MediaWorkflowIds": WORKFLOW}),
    (
        "AddMedia",
        {"FileURL": FILE, "Title": ODD, "Tags": "a b,标签", "MediaWorkflowUserData": "{}", "InputUnbind": False},
    ),
    ("QueryMediaList", {"MediaIds": f"{MEDIA},{MISSING}", "IncludePlayList": True, "IncludeMediaInfo": False}),
    ("QueryMediaListByURL", {"FileURLs": FILE}),
    ("UpdateMediaPublishState", {"MediaId": MEDIA, "Publish": True}),
    ("ListAllMediaBucket", {"MaximumPageSize": 1}),
    ("ListMediaWorkflowExecutions", {"InputFileURL": FILE}),
    ("ListJob", {"StartOfJobCreatedTimeRange": "2026-01-01T00:00:00Z"}),
    ("AddPipeline", {"Name": "*"}),
    ("AddTemplate", {"Name": "bad", "Video": '{"Crf":"99"}'}),
    ("QueryJobList", {"JobIds": "nope"}),
    ("DeletePipeline", {"PipelineId": MISSING}),
]


@contextlib.contextmanager
def ctx() -> Iterator[Site]:
    """A server that holds one of each, under ids that never change."""
    with tempfile.TemporaryDirectory() as home, opened(Path(home)) as site:
        site.ctx.base_url, me = "http://127.0.0.1:8600", Caller("wire", REGION, "administrator")
        accounts.ensure_key(site.ctx.database, KEY, SECRET, me.account)
        buckets.bind_input(site.ctx, me, "wire-in")
        buckets.bind_output(site.ctx, me, "wire-out")
        path = site.folder("wire-in").path("视频/a b+c.mp4")
        path.parent.mkdir()
        path.write_bytes(b"x")
        with _id(PIPELINE):
            pipelines.add(site.ctx, me, name="wire")
        with _id(TEMPLATE):
            templates.add(site.ctx, me, "wire", {"Video": {"Codec": "H.264"}})
        with _id(WORKFLOW):
            workflows.add(site.ctx, me, "wire", TOPOLOGY)
        with _id(MEDIA):
            intake.add_media(site.ctx, me, file_url=FILE)
        yield site


@contextlib.contextmanager
def _id(text: str) -> Iterator[None]:
    kept, clock.new_id = clock.new_id, lambda: text
    try:
        yield
    finally:
        clock.new_id = kept


class Recorder:
    """A port that hands everything on to the server and keeps a copy."""

    def __init__(self, port: int):
        self._server = port
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.pairs: list[tuple[int, bytes, bytes]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self._socket.accept()[0],), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            while request := message(client):
                at = clock.now_ms()
                answer = exchange(self._server, request)
                self.pairs.append((at, request, answer))
                client.sendall(answer)

    def close(self) -> None:
        self._socket.close()


def message(link: socket.socket) -> bytes:
    """One HTTP message with a Content-Length (or no body); empty when the other side has hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := link.recv(65536)):
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    while length and len(body) < int(length[1]):
        body += link.recv(65536)
    return head + b"\r\n\r\n" + body


def exchange(port: int, request: bytes) -> bytes:
    """The answer to these bytes, over a connection of their own."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        link.sendall(request)
        return message(link)


def record(play: Callable[[int], None]) -> list[dict[str, Any]]:
    """What a client sends when it is played against a port."""
    with ctx() as site:
        recorder = Recorder(site.port)
        play(recorder.port)
        recorder.close()
    return [case(*pair) for pair in recorder.pairs]


def case(at: int, request: bytes, answer: bytes) -> dict[str, Any]:
    head, _, body = re.sub(r"\(Linux [^;)]+;", "(Linux;", request.decode("latin-1")).partition(
        "\r\n\r\n"
    )  # the kernel; the old SDK does not sign it
    return {"at": at, "head": head.split("\r\n"), "body": body, **parted(answer)}


def parted(answer: bytes) -> dict[str, Any]:
    """Status, content type and body of an answer, with what is new each time replaced."""
    head, _, body = answer.decode().partition("\r\n\r\n")
    kind = re.search(r"(?im)^content-type: *(\S+)", head)
    known = {PIPELINE, TEMPLATE, WORKFLOW, MEDIA, MISSING}
    text = re.sub(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", "REQUEST-ID", body)
    text = re.sub(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", lambda m: m[0] if m[0] in known else "NEW-ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
    return {
        "status": int(head.split(" ")[1]),
        "kind": kind[1] if kind else "",
        "answer": json.loads(text) if text.startswith("{") else text,
    }


def _python(kind: type[NewSdk] | type[OldSdk], **options: Any) -> Callable[[int], None]:
    def play(port: int) -> None:
        sdk = kind(port, KEY, SECRET, REGION, **options)
        for action, values in CALLS:
            with contextlib.suppress(Refusal):
                sdk.call(action, **values)

    return play


def _program(command: str) -> Callable[[int], None]:
    def play(port: int) -> None:
        calls = json.dumps([[action, values] for action, values in CALLS])
        given = os.environ | {"CALLS": calls, "ACCESS_KEY_ID": KEY, "ACCESS_KEY_SECRET": SECRET}
        subprocess.run(
            [*shlex.split(command), str(port)],
            check=True,
            env=given,
            timeout=120,
            cwd=os.environ.get("CLIENTS", WIRE / "clients"),
        )

    return play


CLIENTS: dict[str, Callable[[int], None]] = {
    "python-new-acs3": _python(NewSdk),
    "python-new-v1": _python(NewSdk, signature_algorithm="v2"),
    "python-old-post": _python(OldSdk),
    "python-old-get-xml": _python(OldSdk, method="GET", form="XML"),
    "node-acs3": _program(f"node {WIRE}/clients/acs3.mjs"),
    "node-v1": _program(f"node {WIRE}/clients/v1.mjs"),
}


def main() -> None:
    for name in sys.argv[1:] or CLIENTS:
        cases = record(CLIENTS[name])
        (WIRE / f"{name}.json").write_text(
            json.dumps({"cases": cases}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        print(f"{name}: {len(cases)} cases", file=sys.stderr)


if __name__ == "__main__":
    main()
