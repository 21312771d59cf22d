"""Uploads that start workflows, outlive the server, are kept for their time, and are forgotten."""

import contextlib
import os
import socket
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import databases
from clips import clip
from console.conftest import Page
from console.uploading import TUS, begin, bound, meta, offset, send, unfinished_parts, working  # noqa: F401 - fixtures
from reelmill.core.errors import CallerError
from running import KEY, Running, until


def test_each_upload_starts_its_workflow_once_also_into_new_folders(working: tuple[Running, str]) -> None:
    server, flow = working
    page = Page(server.url)
    page.sign_in()
    data = clip("base.mp4").read_bytes()
    names = ["up/one.mp4", "up/new/folder/two.mp4", "up/new/three.mp4"]
    for name in names:
        where = begin(page, len(data), name, "cin").headers["location"]
        for start in range(0, len(data), 20_000):
            assert send(page, where, start, data[start : start + 20_000]).status_code == 204
    runs = server.ended(flow, 3, 120)
    time.sleep(1.0)
    assert sorted(r["Input"]["InputFile"]["Object"] for r in server.executions(flow)) == sorted(names) and {
        r["State"] for r in runs
    } == {"Completed"}


def test_an_upload_outlives_the_server_and_a_crash_before_the_bucket(working: tuple[Running, str]) -> None:
    server, flow = working
    before = len(server.executions(flow))
    page = Page(server.url)
    page.sign_in()
    data = clip("base.mp4").read_bytes()
    where = begin(page, len(data), "up/crash.mp4", "cin").headers["location"]
    assert send(page, where, 0, data[:1000]).status_code == 204
    server.kill()
    (part,) = (server.home / "uploads").glob("*.part")
    part.write_bytes(data)  # as if it had died between the last byte and the bucket
    server.start()
    assert offset(page, where) == len(data) and (server.home / "buckets/cin/up/crash.mp4").read_bytes() == data
    assert offset(page, where) == len(data) and unfinished_parts(server) == []
    server.ended(flow, before + 1, 60)
    assert len(server.executions(flow)) == before + 1


def test_what_nobody_goes_on_with_is_forgotten(tmp_path: Path) -> None:
    from types import SimpleNamespace

    from reelmill.core.model import Caller
    from reelmill.objects.folders import Folders
    from reelmill.objects.incoming import Incoming
    from reelmill.services import uploads
    from reelmill.services.sessions import Session
    from reelmill.store import buckets, migrate
    from reelmill.store.database import Database

    migrate.upgrade(f"sqlite:///{tmp_path / 'library.db'}")
    database, caller = Database.at(tmp_path / "library.db"), Caller("default", "cn-hangzhou")
    with database.write() as tx:
        buckets.bind(tx, caller, "ups", "Input", "", 0)
    ctx: Any = SimpleNamespace(
        database=database,
        objects=Folders(tmp_path / "buckets"),
        incoming=Incoming(tmp_path / "uploads"),
        upload_limit=100,
        upload_keep_ms=200,
    )
    ctx.objects["ups"].create()
    session = Session("t", KEY, caller, "c")
    row = uploads.begin(ctx, session, size=5, bucket="ups", key="a.mp4")
    (tmp_path / "uploads" / f"{'f' * 32}.part").touch()
    os.utime(tmp_path / "uploads" / f"{'f' * 32}.part", (0, 0))
    time.sleep(0.3)
    assert uploads.sweep(ctx) == 2 and list((tmp_path / "uploads").iterdir()) == []
    with pytest.raises(CallerError):
        uploads.find(ctx, session, row["id"])
    database.close()


def test_what_unfinished_uploads_need_is_not_free(bound: Running, page: Page) -> None:
    room = os.statvfs(bound.home)
    size = room.f_bavail * room.f_frsize * 36 // 100
    begun = [begin(page, size, f"large{i}.bin") for i in range(4)]
    try:
        assert [answer.status_code for answer in begun] == [201, 201, 507, 507]
        assert begun[2].json()["Code"] == "StorageFull"
        # what has come is not counted twice
        assert send(page, begun[0].headers["location"], 0, b"x" * 1000).status_code == 204
    finally:
        for answer in begun[:2]:
            assert page.http.delete(answer.headers["location"], headers=TUS).status_code == 204
    again = begin(page, size, "large.bin")
    assert again.status_code == 201
    page.http.delete(again.headers["location"], headers=TUS)


def _until(page: Page, where: str) -> float:
    return parsedate_to_datetime(page.http.head(where, headers=TUS).headers["upload-expires"]).timestamp()


def test_an_upload_is_kept_its_time_from_the_last_byte_also_of_a_request_that_broke_off(
    bound: Running, page: Page
) -> None:
    where = begin(page, 100_000, "slow.mp4").headers["location"]
    first = _until(page, where)
    time.sleep(1.2)
    csrf = page.http.headers["X-ReelMill-Csrf"]
    with socket.create_connection(("127.0.0.1", bound.port)) as lost:
        lost.sendall(
            f"PATCH {where} HTTP/1.1\r\nHost: x\r\nCookie: {page.cookie}\r\nX-ReelMill-Csrf: "
            f"{csrf}\r\nTus-Resumable: 1.0.0\r\n"
            f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: 100000\r\n\r\n".encode()  # noqa: E501
            + b"a" * 700
        )
        time.sleep(0.2)
    until(lambda: offset(page, where) == 700, 10, "what came is kept")
    assert _until(page, where) >= first + 1
    page.http.delete(where, headers=TUS)


def test_a_long_request_keeps_upload_and_session_and_ends_with_its_key(bound: Running, page: Page) -> None:
    pair = bound.client.call("AddAccessKey", Role="operator")["AccessKey"]
    other = Page(bound.url)
    csrf = other.sign_in(AccessKeyId=pair["AccessKeyId"], AccessKeySecret=pair["AccessKeySecret"])["Csrf"]
    where = begin(other, 100_000, "long.mp4").headers["location"]
    first = _until(other, where)
    with socket.create_connection(("127.0.0.1", bound.port), timeout=20) as line:
        line.sendall(
            f"PATCH {where} HTTP/1.1\r\nHost: x\r\nCookie: {other.cookie}\r\nX-ReelMill-Csrf: "
            f"{csrf}\r\nTus-Resumable: 1.0.0\r\n"
            f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: 100000\r\n\r\n".encode()  # noqa: E501
        )
        for _ in range(9):  # 4.5 s, in which the request goes on
            line.sendall(b"a" * 100)
            time.sleep(0.5)
        database = databases.opened(bound.home)
        with database.read() as tx:
            expires = databases.run(tx, "select expires_ms from uploads where id = ?", (where.rpartition("/")[2],))
            assert expires.scalar_one() / 1000 >= first + 2
        database.close()
        bound.client.call("UpdateAccessKey", UserAccessKeyId=pair["AccessKeyId"], State="Inactive")
        with contextlib.suppress(OSError):
            for _ in range(20):
                line.sendall(b"a" * 100)
                time.sleep(0.4)
                line.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    assert line.recv(100).startswith(b"HTTP/1.1 401")
                    break
                line.setblocking(True)
            else:
                pytest.fail("it goes on after its key was disabled")


def test_an_upload_into_a_bucket_that_was_unbound_meanwhile_does_not_appear_there(bound: Running, page: Page) -> None:
    page.call("BindInputBucket", Bucket="moved")
    where = begin(page, 5, "late.mp4", bucket="moved").headers["location"]
    page.call("UnbindInputBucket", Bucket="moved")
    assert send(page, where, 0, b"abcde").status_code == 404
    assert not (bound.home / "buckets" / "moved" / "late.mp4").exists()
    page.call("BindInputBucket", Bucket="moved")
    assert offset(page, where) == 5 and (bound.home / "buckets" / "moved" / "late.mp4").read_bytes() == b"abcde"


@pytest.mark.parametrize("wire", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("said", ["POST", "PATCH", "DELETE", "patch"])
def test_what_the_wire_said_is_the_method_whatever_a_header_says(
    bound: Running, page: Page, wire: str, said: str
) -> None:
    where = begin(page, 5, "mine.mp4").headers["location"]
    before = page.http.get("/-/upload").json()
    bare = {
        "Cookie": page.cookie,
        **TUS,
        "X-HTTP-Method-Override": said,
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": "0",
        "Upload-Length": "3",
        "Upload-Metadata": meta(bucket="ups", object="forged.mp4"),
    }
    for path in ("/-/upload", where):
        httpx.request(wire, bound.url + path, headers=bare, content=b"bad")
    assert page.http.get("/-/upload").json() == before
    assert httpx.post(f"{bound.url}{where}", headers=bare, content=b"bad").status_code == 403
    page.http.delete(where, headers=TUS)
