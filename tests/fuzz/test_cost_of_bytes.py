"""What a stranger's bytes cost: at most 1 ms of the server's time and 1 MB of its memory for each KB, wherever in a
request they stand and whatever they are, and nobody else waits meanwhile."""

import contextlib
import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.conftest import Page
from fuzz.effort import effort
from running import KEY, Running, running

MS_PER_KB, MB_PER_KB, HEALTHZ_MS = 1.0, 1.0, 100.0
FREE_MS, FREE_MB = 30.0, 16.0  # what a request costs however short it is; the clock of the kernel has steps of 10 ms
AT_ONCE = 4
SIGNED = "/-/s/9999999999." + "0" * 64 + "/cin/"
PACKAGE = "/-/s/9999999999.7." + "0" * 64 + "/cin/"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
V1 = f"AccessKeyId={KEY}&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=n&Timestamp=2026-01-01T00%3A00%3A00Z&Signature=x&Action=AddPipeline&Version=2014-06-18&"  # noqa: E501
ACS3 = f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders=host;x-acs-date;x-acs-signature-nonce,Signature=00"
UNITS = [
    "a/",
    "00000a",
    "11111-",
    "%41",
    "%2f",
    "%00",
    "..%2f",
    "é",
    "-00001.ts",
    "a",
    "/",
    "[",
    "{",
    "[[[]]],",
    '{"a":{}},',
    '"\\ud834\\udd1e",',
    "1.1e1,",
    "0,",
    '"',
    "\\",
    '\\"',
    "1",
    "9",
    "&",
    "a=b&",
    "a=%41&",
    "=",
    ";",
    "a=b;",
    'a="\\',
    ",",
    " ",
    "\t",
    "Ā",
    "\x7f",
    "{Count}",
    "-",
    ".",
    ":",
    "bytes=0-1,",
    'W/"a",',
    "127.0.0.1, ",
]


def head(method: str, target: str, *headers: str) -> bytes:
    return "\r\n".join(
        [f"{method} {target} HTTP/1.1", "host: 127.0.0.1", "connection: close", *headers, "", ""]
    ).encode("utf-8", "replace")


def posted(target: str, body: bytes, kind: str, *headers: str) -> bytes:
    return head("POST", target, f"content-type: {kind}", f"content-length: {len(body)}", *headers) + body


def chunks(target: str, body: bytes, size: int) -> bytes:
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return (
        head("POST", target, f"content-type: {FORM}", "transfer-encoding: chunked")
        + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts)
        + b"0\r\n\r\n"
    )


def request(place: str, unit: str, size: int) -> bytes:
    """A request that holds about `size` bytes of repetitions of a unit."""
    raw = unit.encode("utf-8", "replace")
    blob = (raw * (size // len(raw) + 1))[:size]
    text, line = blob.decode("utf-8", "replace"), re.sub(r"[\x00-\x20\x7f]", "+", blob.decode("utf-8", "replace"))
    match place:
        case "object" | "signed" | "package" | "rpc" | "upload" | "console" | "static":
            return head(
                "GET" if place != "rpc" else "POST",
                {
                    "object": "/cin/",
                    "signed": SIGNED,
                    "package": PACKAGE,
                    "rpc": "/-/rpc/",
                    "upload": "/-/upload/",
                    "console": "/-/console/",
                    "static": "/-/static/",
                }[place]
                + line,
            )
        case "query":
            return head("GET", f"/?{line}")
        case "v1 query":
            return head("GET", f"/?{V1}Name={line}")
        case "process":
            return head("GET", f"/cin/x.jpg?x-oss-process={line}")
        case (
            "cookie"
            | "authorization"
            | "range"
            | "if-none-match"
            | "x-forwarded-for"
            | "upload-metadata"
            | "content-type"
            | "accept"
        ):
            return head("POST", "/-/rpc/GetOverview", f"{place}: {text}", "content-length: 0")
        case "cookies":
            return head(
                "GET", "/-/session", *(f"cookie: {text[at : at + 8]}" for at in range(0, min(len(text), 100_000), 8))
            )
        case "acs3 header":
            return head("POST", "/", f"authorization: {ACS3},{text}", "content-length: 0")
        case "acs3 json":
            return posted("/-/rpc/AddPipeline", blob, JSON, f"authorization: {ACS3}")
        case "headers":
            return head("GET", "/", *(f"x{i}: {unit[:3]}" for i in range(size // 10)))
        case "form":
            return posted("/", blob, FORM)
        case "v1 form":
            return posted("/", V1.encode() + b"Name=" + blob, FORM)
        case "json":
            return posted("/-/rpc/AddPipeline", blob, JSON)
        case "json list":
            return posted("/-/rpc/AddPipeline", b'{"a":[' + blob + b"0]}", JSON)
        case "session":
            return posted("/-/session", b'{"a":[' + blob[:60_000] + b"0]}", JSON)
        case "chunks":
            return chunks("/", blob, 1)
        case "larger chunks":
            return chunks("/", blob, 512)
        case "nothing":
            return b"\r\n" * (size // 2)
    raise LookupError(place)


PLACES = [
    "object",
    "signed",
    "package",
    "rpc",
    "upload",
    "console",
    "static",
    "query",
    "v1 query",
    "process",
    "cookie",
    "authorization",
    "range",
    "if-none-match",
    "x-forwarded-for",
    "upload-metadata",
    "content-type",
    "accept",
    "cookies",
    "acs3 header",
    "acs3 json",
    "headers",
    "form",
    "v1 form",
    "json",
    "json list",
    "session",
    "chunks",
    "larger chunks",
    "nothing",
]
IN_BODY = {"form", "v1 form", "json", "json list", "chunks", "larger chunks", "acs3 json"}


class Scale:
    """Weighs what the server does."""

    def __init__(self, server: Running):
        assert server.process
        self.port, self._proc, self.log = server.port, Path(f"/proc/{server.process.pid}"), server.log

    def cpu_ms(self) -> float:
        fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def memory_mb(self, field: str) -> float:
        found = re.search(rf"{field}:\s+(\d+)", (self._proc / "status").read_text())
        assert found
        return int(found[1]) / 1024

    def send(self, data: bytes) -> int:
        """The status of the answer, 0 when it was hung up on."""
        got = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as link:
            with contextlib.suppress(OSError):  # it has answered and hung up already
                link.sendall(data)
            with contextlib.suppress(ConnectionError):
                while part := link.recv(65536):
                    got += part
        return int(got[9:12] or 0)

    def weigh(self, data: bytes) -> str:
        """ "" when so many requests at once are cheap enough, else what is wrong three times: a collection of garbage,
        or another program, may fall into a turn."""
        return self._once(data) and self._once(data) and self._once(data)

    def _once(self, data: bytes) -> str:
        (self._proc / "clear_refs").write_text("5")
        worst, over, memory, cpu = [0.0], threading.Event(), self.memory_mb("VmRSS"), self.cpu_ms()

        def look() -> None:
            while not over.is_set():
                began, spent = time.monotonic(), self.cpu_ms()
                assert self.send(head("GET", "/-/healthz")) == 200
                worst[0] = max(
                    worst[0], min(1000 * (time.monotonic() - began), self.cpu_ms() - spent)
                )  # what other programs of this machine do is not counted
                time.sleep(0.01)

        with ThreadPoolExecutor(AT_ONCE + 1) as pool:
            looking = pool.submit(look)
            statuses = list(pool.map(lambda _: self.send(data), range(AT_ONCE)))
            over.set()
            looking.result()
        kb = AT_ONCE * len(data) / 1024
        spent, grown = self.cpu_ms() - cpu, self.memory_mb("VmHWM") - memory
        told = [f"HTTP {statuses}"] if max(statuses) >= 500 else []
        told += [f"{spent:.0f} ms for {kb:.0f} KB"] if spent > kb * MS_PER_KB + AT_ONCE * FREE_MS else []
        told += [f"{grown:.0f} MB for {kb:.0f} KB"] if grown > kb * MB_PER_KB + FREE_MB else []
        told += [f"healthz took {worst[0]:.0f} ms"] if worst[0] > HEALTHZ_MS else []
        return ", ".join(told)


@pytest.fixture(scope="module")
def scale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scale]:
    with running(tmp_path_factory.mktemp("cost") / "home", alone=True) as server:  # weighed as it is
        server.client.call("BindInputBucket", Bucket="cin")
        one = Scale(server)
        for data in (
            head("GET", "/-/console/"),
            head("GET", "/cin/x"),
            posted("/-/session", b"{}", JSON),
            head("GET", "/?Action=x"),
        ):  # what is made once
            one.send(data)
        yield one


@pytest.mark.parametrize(
    ("place", "unit", "size"),
    [
        ("object", "11111a", 24_000),
        ("signed", "a/", 20_000),
        ("signed", "a/", 250_000),
        ("object", "%41", 250_000),
        ("json list", "[[[]]],", 1_000_000),
        ("json list", '{"a":{}},', 1_000_000),
        ("json", '\\"', 1_000_000),
        ("form", "a=%41&", 1_000_000),
        ("v1 form", "%41", 1_000_000),
        ("v1 query", "é", 250_000),
        ("headers", "y", 250_000),
        ("cookie", 'a="\\', 16_000),
        ("chunks", "a", 200_000),
        ("cookies", "a=b;", 250_000),
        ("authorization", ",", 250_000),
        ("acs3 json", "[[[]]],", 1_000_000),
        ("session", "[[[]]],", 60_000),
    ],
)
def test_known_bombs_are_cheap(scale: Scale, place: str, unit: str, size: int) -> None:
    assert scale.weigh(request(place, unit, size)) == ""


NAMES = [f"{i:x}" for i in range(15_000)]
DOCUMENTS: dict[str, tuple[str, dict[str, Any]]] = {  # what somebody with a session may send
    "activities": (
        "ValidateTopology",
        {"Topology": json.dumps({"Activities": dict.fromkeys(NAMES, 0), "Dependencies": {"1": NAMES}})},
    ),
    "outputs": (
        "ValidateTopology",
        {
            "Topology": json.dumps(
                {
                    "Activities": {
                        "t": {
                            "Type": "Transcode",
                            "Parameters": json.dumps({"Outputs": json.dumps([{"TemplateId": "x"}] * 10_000)}),
                        }
                    },
                    "Dependencies": {},
                }
            )
        },
    ),
    "jobs": (
        "SubmitJobs",
        {
            "Input": {"Bucket": "cin", "Location": "oss-cn-hangzhou", "Object": "x"},
            "Outputs": [{"OutputObject": "x", "TemplateId": "y"}] * 15_000,
            "OutputBucket": "o",
            "PipelineId": "0" * 32,
        },
    ),
    "ids": ("QueryPipelineList", {"PipelineIds": ",".join(f"{i:032x}" for i in range(30_000))}),
    "addresses": ("SignURLs", {"URLs": [f"http://x/cin/{i}" for i in range(40_000)]}),
    "words": ("SearchMediaWorkflowExecutions", {"Search": "a " * 400_000}),
    "lists": ("AddPipeline", {"Name": [[[]]] * 120_000}),
}


@pytest.mark.parametrize("document", sorted(DOCUMENTS))
def test_documents_of_somebody_who_is_signed_in_are_cheap_too(scale: Scale, document: str) -> None:
    page = Page(f"http://127.0.0.1:{scale.port}")
    page.sign_in()
    action, values = DOCUMENTS[document]
    data = posted(
        f"/-/rpc/{action}",
        json.dumps(values).encode(),
        JSON,
        f"cookie: {page.cookie}",
        f"X-ReelMill-Csrf: {page.http.headers['X-ReelMill-Csrf']}",
    )
    told = scale.weigh(data)
    assert told == ""


@effort(60)
@given(
    place=st.sampled_from(PLACES),
    unit=st.one_of(st.sampled_from(UNITS), st.text(min_size=1, max_size=6)),
    size=st.sampled_from([1_000, 7_900, 16_000, 60_000, 250_000, 1_000_000]),
)
def test_bytes_cost_no_more_than_they_are_worth(scale: Scale, place: str, unit: str, size: int) -> None:
    data = request(place, unit, size if place in IN_BODY else min(size, 250_000))
    told = scale.weigh(data)
    assert told == "", (place, unit, size)
