"""Connections that do not come to the point: bytes that are no HTTP, half a head, half a body. Each is answered as the
API answers, hung up on in time, and the server goes on; whoever keeps sending is never cut off."""

import contextlib
import json
import re
import socket
import time
from collections.abc import Iterator

import pytest

from console.conftest import Page
from contract.signing import signed_body
from reelmill.api.wire import MAX_LINE
from running import KEY, SECRET, Running, running

PATIENCE = 0.6
FORM = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"
_REQUEST_ID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("patience") / "home", head_seconds=PATIENCE, stall_seconds=PATIENCE) as one:
        yield one
        assert "Traceback" not in one.log()


@contextlib.contextmanager
def line(server: Running) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as link:
        yield link


def rest(link: socket.socket) -> str:
    """Everything until the other side hangs up."""
    got = b""
    with contextlib.suppress(ConnectionError):
        while part := link.recv(65536):
            got += part
    return got.decode()


def judge(answer: str, status: int, code: str, *, json_: bool = False) -> None:
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} "), answer
    assert f"content-length: {len(body)}" in head.lower()
    found = json.loads(body) if json_ else dict(re.findall(r"<(\w+)>([^<]*)</\1>", body))
    assert (
        found["Code"] == code
        and _REQUEST_ID.fullmatch(found["RequestId"])
        and found["Message"]
        and found["HostId"].startswith("127.0.0.1:")
    ), answer


def lives(server: Running) -> None:
    assert server.client.call("SearchPipeline")["PageNumber"] == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "InvalidParameter.Format"),
        (b"what is this\r\n\r\n", "InvalidParameter.Format"),
        (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", "InvalidParameter.Format"),
        (b"GET / HTTP/1.1\r\n\r\n", "InvalidParameter.Format"),
        (b"\r\n", "InvalidParameter.Format"),
        (b"\0" * 100, "InvalidParameter.Format"),
        (FORM + b"transfer-encoding: chunked\r\n\r\nxyz\r\n", "InvalidParameter.Format"),
    ],
    ids=["TLS", "words", "negative length", "no host", "empty line", "zeros", "bad chunk"],
)
def test_what_is_no_http_is_answered_and_hung_up_on(server: Running, data: bytes, code: str) -> None:
    with line(server) as link:
        link.sendall(data)
        judge(rest(link), 400, code)
    lives(server)


@pytest.mark.parametrize(
    "data",
    [
        b"GET /?a=" + b"a" * 400_000 + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x: yyyyyyyyyyyy\r\n" * 40_000,
        b"a" * 1_000_000,
    ],
    ids=["line", "headers", "no end"],
)
def test_a_head_that_is_too_large_is_refused_and_the_answer_arrives(server: Running, data: bytes) -> None:
    with line(server) as link:
        with contextlib.suppress(ConnectionError):
            link.sendall(data)
        judge(rest(link), 413, "RequestEntityTooLarge")
    lives(server)


def test_the_longest_request_line_is_read_and_one_byte_more_refused(server: Running) -> None:
    for more, status in ((0, 400), (1, 413)):
        with line(server) as link:
            query = b"a" * (MAX_LINE - len("/") + more)
            link.sendall(b"GET /?" + query + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            assert rest(link).startswith(f"HTTP/1.1 {status} ")


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\nhost: ", b"GE"], ids=["in a header", "in the method"])
def test_half_a_head_is_not_waited_for(server: Running, data: bytes) -> None:
    with line(server) as link:
        link.sendall(data)
        judge(rest(link), 408, "RequestTimeout")
    lives(server)


def test_a_head_that_drips_is_not_waited_for_either(server: Running) -> None:
    with line(server) as link:
        link.settimeout(PATIENCE / 20)
        got, began = b"", time.monotonic()
        for byte in b"GET / HTTP/1.1\r\nx: " + b"y" * 10_000:
            with contextlib.suppress(TimeoutError, ConnectionError):
                link.sendall(bytes([byte]))
                got = link.recv(65536)
            if got:
                break
        assert b"408" in got and time.monotonic() - began < 20


def test_who_never_says_a_word_is_hung_up_on_without_one(server: Running) -> None:
    with line(server) as link:
        assert rest(link) == ""


def test_half_a_second_request_is_not_waited_for(server: Running) -> None:
    with line(server) as link:
        link.sendall(b"GET /-/healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /-/hea")
        answers = rest(link)
        assert answers.startswith("HTTP/1.1 200 ") and '"status"' in answers
        judge(answers[answers.index("HTTP/1.1 408") :], 408, "RequestTimeout")


@pytest.mark.parametrize(
    ("head", "json_"),
    [
        (FORM, False),
        (FORM + b"accept: application/json\r\n", True),
        (b"POST /-/rpc/SearchPipeline HTTP/1.1\r\nhost: x\r\n", True),
    ],
    ids=["form", "accept", "rpc"],
)
@pytest.mark.parametrize(
    "length",
    [b"content-length: 100\r\n\r\na=", b"transfer-encoding: chunked\r\n\r\n5\r\nab", b"content-length: 100\r\n\r\n"],
    ids=["length", "chunk", "nothing"],
)
def test_half_a_body_is_not_waited_for(server: Running, head: bytes, json_: bool, length: bytes) -> None:
    with line(server) as link:
        link.sendall(head + length)
        judge(rest(link), 408, "RequestTimeout", json_=json_)
    lives(server)


def test_a_body_that_only_drips_is_not_waited_for(server: Running) -> None:
    with line(server) as link:
        link.settimeout(PATIENCE / 10)
        link.sendall(FORM + b"content-length: 10000\r\n\r\n")
        got = b""
        for _ in range(200):
            with contextlib.suppress(TimeoutError, ConnectionError):
                link.sendall(b"a")
                got = link.recv(65536)
            if got:
                break
        assert b"408" in got


def test_a_body_that_keeps_coming_may_take_longer_than_the_patience(server: Running) -> None:
    body = b'{"PageSize": 7' + b" " * 8000 + b"}"
    began = time.monotonic()
    with line(server) as link:
        headers = signed_body(server.port, "SearchPipeline", "/-/rpc/SearchPipeline", body, KEY, SECRET) | {
            "content-length": str(len(body)),
            "connection": "close",
        }
        link.sendall(
            (
                "POST /-/rpc/SearchPipeline HTTP/1.1\r\n"
                + "".join(f"{n}: {v}\r\n" for n, v in headers.items())
                + "\r\n"
            ).encode()
        )
        while time.monotonic() - began < 3 * PATIENCE:
            link.sendall(body[:400])
            body = body[400:]
            time.sleep(0.1)
        link.sendall(body)
        assert '"PageSize":7' in rest(link)


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\nhost: x\r\n", FORM + b"content-length: 100\r\n\r\na="], ids=["head", "body"]
)
def test_who_ends_its_side_too_early_is_told_so(server: Running, data: bytes) -> None:
    with line(server) as link:
        link.sendall(data)
        link.shutdown(socket.SHUT_WR)
        judge(rest(link), 400, "InvalidParameter.Format")
    lives(server)


def test_a_connection_between_two_requests_is_kept_as_long_as_before(server: Running) -> None:
    with line(server) as link:
        for _ in range(2):
            link.sendall(b"GET /-/healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            got = b""
            while not got.endswith(b"}"):
                got += link.recv(65536) or pytest.fail("hung up")
            time.sleep(3 * PATIENCE)


def test_an_answer_that_never_ends_is_nobodys_fault(server: Running) -> None:
    """The event stream stays open far beyond the patience for requests."""
    page, began = Page(server.url), time.monotonic()
    page.sign_in()
    with page.http.stream("GET", "/-/events", timeout=20) as stream:
        assert stream.status_code == 200
        for number, _ in enumerate(stream.iter_raw()):
            if time.monotonic() - began > 3 * PATIENCE:
                break
            server.client.call("AddPipeline", Name=f"news {number}")
            time.sleep(PATIENCE / 2)
    assert time.monotonic() - began > 3 * PATIENCE
