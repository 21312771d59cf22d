"""Bytes on the wire: requests that clients sent with something changed, and things that no client would send. Every one
is answered or hung up on in time, and the server is well afterwards."""

import contextlib
import json
import re
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.record_wire import WIRE
from fuzz.conftest import TIMEOUT, Target
from fuzz.effort import effort

RECORDED = [
    ("\r\n".join(case["head"]) + "\r\n\r\n" + case["body"]).encode("latin-1")
    for path in sorted(WIRE.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"][2:12:3]
]
PIECES = [
    b"\r\n",
    b"\n",
    b"\0",
    b"%00",
    b"%",
    b"%zz",
    b"&",
    b"&&",
    b"=",
    b"?",
    b"#",
    b"//",
    b"/../",
    b"\xff",
    b"Host: x\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: -1\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Type: application/json\r\n",
    b"x-acs-action: DeletePipeline\r\n",
    b"Authorization: ACS3-HMAC-SHA256 \r\n",
    b"Expect: 100-continue\r\n",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\n",
    b"Signature=a",
    b"Action=",
    b"Format=XML&Format=JSON",
    b"<!DOCTYPE x [<!ENTITY a '&a;&a;'>]>",
]


def send(target: Target, data: bytes) -> bytes:
    """Everything that comes back until the other side hangs up; the sending side is closed, so nothing waits for
    more."""
    got = b""
    with socket.create_connection(("127.0.0.1", target.server.port), timeout=TIMEOUT) as link:
        with contextlib.suppress(OSError):  # it has hung up already
            link.sendall(data)
            link.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while part := link.recv(65536):
                got += part
    return got


def check(target: Target, data: bytes) -> None:
    before, seen = target.state(), target.version()
    answer = send(target, data).decode("utf-8", "replace")
    for one in re.split(r"(?=HTTP/1\.1 [0-9]{3} )", answer):
        if head := re.match(r"HTTP/1\.1 ([0-9]{3}) ", one):
            status = int(head[1])
            if status != 100:
                target.judge(
                    status,
                    one
                    if "content-length: 0" not in one.lower() and not data.startswith(b"HEAD")
                    else "00000000-0000-0000-0000-000000000000",
                    data[:2000],
                )
            assert status >= 400 or status in (100, 200, 204, 302, 303, 304, 307), one[:300]
    assert target.version() == seen or target.state() == before, (
        f"nobody signed this, and it wrote something: {data[:2000]!r}"
    )


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A recorded request (its time is over, so nothing of it can be accepted) with one to four changes."""
    data = bytearray(draw(st.sampled_from(RECORDED)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["byte", "cut", "end", "piece", "twice", "swap"])):
            case "byte":
                data[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "cut":
                del data[at : at + draw(st.integers(1, 60))]
            case "end":
                del data[at:]
            case "piece":
                data[at:at] = draw(st.sampled_from(PIECES))
            case "twice":
                data[at:at] = data[at : at + draw(st.integers(1, 400))]
            case "swap":
                lines = bytes(data).split(b"\r\n")
                data = bytearray(b"\r\n".join(draw(st.permutations(lines))))
    return bytes(data)


@effort(150)
@given(data=changed())
def test_a_request_that_was_changed_on_its_way_keeps_the_rules(data: bytes, target: Target) -> None:
    check(target, data)


@effort(60)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "X"]),
    path=st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "/",
                    "-",
                    "rpc",
                    "s",
                    "static",
                    "console",
                    "..",
                    "%2e%2e",
                    "%2f",
                    "a",
                    "cin",
                    "%00",
                    "é",
                    "?",
                    "&",
                    "Action=SearchPipeline",
                    "Format=JSON",
                ]
            ),
            st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=5),
        ),
        max_size=8,
    ),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "content-type",
                    "authorization",
                    "x-acs-action",
                    "cookie",
                    "range",
                    "if-none-match",
                    "accept",
                    "x-acs-date",
                    "origin",
                ]
            ),
            st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20),
        ),
        max_size=4,
    ),
    body=st.binary(max_size=60),
)
def test_any_address_any_method_any_headers_keep_the_rules(
    method: str, path: list[str], headers: list[tuple[str, str]], body: bytes, target: Target
) -> None:
    lines = [
        f"{method} /{'/'.join(path)} HTTP/1.1",
        f"host: 127.0.0.1:{target.server.port}",
        *(f"{n}: {v}" for n, v in headers),
        f"content-length: {len(body)}",
        "",
        "",
    ]
    check(target, "\r\n".join(lines).encode("latin-1", "replace") + body)


@effort(30)
@given(data=st.binary(max_size=300))
def test_what_is_no_http_is_hung_up_on(data: bytes, target: Target) -> None:
    check(target, data)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\nGET /x "
        b"HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ntransfer-encoding: "
        b"chunked\r\n\r\nffffffff\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n" + b"a" * 2_000_000,
        b"GET /" + b"a" * 400_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 100_000 + b"\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: "
        b"4000\r\n\r\n" + b"a=1&" * 1000,
        b"GET / HTTP/9.9\r\nhost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=[
        "two lengths",
        "endless chunk",
        "large body",
        "large line",
        "many headers",
        "many fields",
        "other version",
        "HTTP/2",
        "TLS",
    ],
)
def test_known_tricks_keep_the_rules(data: bytes, target: Target) -> None:
    check(target, data)
    assert target.call("SearchPipeline", {})[0] == 200
