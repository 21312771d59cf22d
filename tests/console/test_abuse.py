"""Whatever somebody sends to the console's own addresses: a refusal, never a fault of ours. (The operations have
tests/fuzz.)"""

import itertools
from typing import Any

import httpx
import pytest

from console.conftest import Page
from running import Running

TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
BODIES = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b'{"AccessKeyId":1,"AccessKeySecret":[]}',
    b'{"AccessKeyId":"\\ud800","AccessKeySecret":"\\ud800"}',
    b"\xff\xfe",
    b'{"User":"\\ud800","Password":"\\u0000"}',
    b"[" * 10_000,
    b'{"User":"' + b"x" * 70_000 + b'"}',
    b'{"Region":5}',
]
COOKIES = [b"\xff\xfe", b"reelmill_session=%00", b"reelmill_session=" + b"x" * 5000, b"a;b;;=;reelmill_session"]
METADATA = [
    "",
    "a",
    ",,,",
    "bucket",
    "bucket dXBz,object L2V0Yw==",
    "bucket dXBz,object !",
    "bucket dXBz,object " + "QUFB" * 3000,
    "bucket dXBz,object 7aCA",
]
PATHS = [
    "/-/upload/x",
    "/-/upload/..%2f..%2fetc",
    "/-/upload/" + "a" * 5000,
    "/-/upload/%00",
    "/-/upload/" + "0" * 32,
    "/-/catalogue?x",
    "/-/console/%00",
    "/-/events/x",
    "/-/console/" + "a" * 3000,
    "/-/console/assets/%ff",
    "/-/console/%2e%2e/%2e%2e/app.py",
    "/-/console//etc/passwd",
    "/-/nothing",
    "/-/session/x",
]


def fine(answer: httpx.Response) -> bool:
    return answer.status_code < 500 or answer.status_code in (
        503,
        507,
    )  # 503: this checkout has no built page; 507: no room for 10^18 bytes


@pytest.fixture(autouse=True)
def no_bug(server: Running):  # type: ignore[no-untyped-def]
    yield
    assert [line for line in server.log().splitlines() if "bug " in line or "Traceback" in line] == []


def test_sessions(server: Running, page: Page) -> None:
    for body, method in itertools.product(BODIES, ("POST", "PUT")):
        assert fine(
            page.http.request(method, "/-/session", content=body, headers={"Content-Type": "application/json"})
        ), body[:40]
    for cookie in COOKIES:
        assert httpx.get(f"{server.url}/-/session", headers=[(b"cookie", cookie)]).status_code == 401
        assert fine(
            httpx.post(
                f"{server.url}/-/rpc/GetOverview", json={}, headers=[(b"cookie", cookie), (b"x-reelmill-csrf", b"\xff")]
            )
        )


def test_uploads(server: Running, page: Page) -> None:
    page.call("BindInputBucket", Bucket="ups")
    for told, length in itertools.product(METADATA, ("0", "5", "-1", "1e5", "９", "", "9" * 18, "9" * 30)):
        headers: dict[str, Any] = {**TUS, "Upload-Length": length.encode(), "Upload-Metadata": told}
        assert fine(page.http.post("/-/upload", headers=headers)), (told[:40], length)
    where = page.http.post(
        "/-/upload", headers={**TUS, "Upload-Length": "50", "Upload-Metadata": "bucket dXBz,object eC5tcDQ="}
    ).headers["location"]
    for offset, checksum in itertools.product(
        ("0", "-1", "x", "", "9" * 30), ("", "sha1", "sha1 !", "sha1 AAAA", "md5 " + "A" * 9000)
    ):
        assert fine(
            page.http.patch(where, content=b"", headers={**TUS, "Upload-Offset": offset, "Upload-Checksum": checksum})
        ), (offset, checksum[:20])


@pytest.mark.parametrize("path", PATHS)
def test_addresses(page: Page, path: str) -> None:
    for method in ("GET", "HEAD", "PATCH", "DELETE", "POST", "PUT", "OPTIONS"):
        assert fine(page.http.request(method, path, headers={**TUS, "Upload-Offset": "0"})), method


@pytest.mark.parametrize("query", ["run=%00", "run=%ff", "run=" + "x" * 9000, "run=a&run=b", "run"])
def test_streams(page: Page, query: str) -> None:
    with page.http.stream("GET", f"/-/events?{query}") as answer:
        assert answer.status_code == 200 and next(answer.iter_lines()) == "retry: 1000"
