"""Resumable uploads (tus 1.0): whole or not at all, into the bucket, and each file starts its workflow once."""

import base64
import contextlib
import hashlib
import os
import resource
import socket
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import databases
from clips import clip
from console.conftest import Page
from reelmill.console.upload import metadata
from reelmill.core.errors import CallerError
from running import KEY, Running, little_ladder, running, until

TUS = {"Tus-Resumable": "1.0.0"}


def meta(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def begin(page: Page, size: int, object: str, bucket: str = "ups", **more: str) -> httpx.Response:
    return page.http.post(
        "/-/upload",
        headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": meta(bucket=bucket, object=object, **more)},
    )


def send(page: Page, where: str, offset: int, data: bytes, **headers: str) -> httpx.Response:
    return page.http.patch(
        where,
        content=data,
        headers={**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset), **headers},
    )


def offset(page: Page, where: str) -> int:
    answer = page.http.head(where, headers=TUS)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


@pytest.fixture(scope="module")
def bound(server: Running) -> Running:
    server.client.call("BindInputBucket", Bucket="ups")
    return server


def _file(server: Running, key: str) -> Path:
    return server.home / "buckets" / "ups" / key


def _parts(server: Running) -> list[str]:
    return [p.name for p in (server.home / "uploads").glob("*")] + [
        str(p) for p in (server.home / "buckets").rglob(".*")
    ]


def test_the_server_says_what_it_can(server: Running) -> None:
    answer = httpx.options(f"{server.url}/-/upload")
    assert (
        answer.status_code == 204
        and answer.headers["tus-version"] == "1.0.0"
        and int(answer.headers["tus-max-size"]) == 1 << 40
    )
    assert {"creation", "checksum", "termination", "expiration"} == set(answer.headers["tus-extension"].split(","))


def test_an_object_appears_whole_when_its_last_byte_is_there(bound: Running, page: Page) -> None:
    data = os.urandom(3_000_000)
    made = begin(page, len(data), "a b/ü.mp4", sha256=hashlib.sha256(data).hexdigest(), filename="ü.mp4")
    where = made.headers["location"]
    assert made.status_code == 201 and where.startswith("/-/upload/") and "GMT" in made.headers["upload-expires"]
    assert send(page, where, 0, data[:1_000_000]).headers["upload-offset"] == "1000000"
    assert not _file(bound, "a b/ü.mp4").exists() and offset(page, where) == 1_000_000
    listed = page.http.get("/-/upload").json()
    assert [(u["Bucket"], u["Object"], u["Size"], u["Offset"]) for u in listed] == [
        ("ups", "a b/ü.mp4", 3_000_000, 1_000_000)
    ]
    answer = send(page, where, 1_000_000, data[1_000_000:])
    assert answer.status_code == 204 and answer.headers["upload-offset"] == "3000000"
    assert (
        _file(bound, "a b/ü.mp4").read_bytes() == data
        and _parts(bound) == []
        and page.http.get("/-/upload").json() == []
    )
    # the answer may have been lost: the client asks, and learns that it is done
    assert offset(page, where) == 3_000_000


def test_an_empty_file_is_complete_at_once(bound: Running, page: Page) -> None:
    assert begin(page, 0, "empty.mp4").status_code == 201 and _file(bound, "empty.mp4").stat().st_size == 0


def test_bytes_at_the_wrong_place_are_refused(bound: Running, page: Page) -> None:
    where = begin(page, 10, "wrong.mp4").headers["location"]
    assert send(page, where, 5, b"x").status_code == 409 and send(page, where, 0, b"x" * 11).status_code == 413
    assert page.http.patch(where, content=b"x", headers={**TUS, "Upload-Offset": "0"}).status_code == 415
    assert send(page, where, 0, b"x", **{"Upload-Offset": "no"}).status_code == 400 and offset(page, where) == 0
    assert (
        page.http.patch(
            where, content=b"x", headers={"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        ).status_code
        == 412
    )


def test_damaged_bytes_are_thrown_away(bound: Running, page: Page) -> None:
    where = begin(page, 6, "checked.mp4").headers["location"]
    for name in ("sha1", "sha256", "md5"):
        wrong = f"{name} {base64.b64encode(hashlib.new(name, b'other').digest()).decode()}"
        answer = send(page, where, 0, b"abc", **{"Upload-Checksum": wrong})
        assert answer.status_code == 460 and answer.json()["Code"] == "ChecksumMismatch" and offset(page, where) == 0
    assert send(page, where, 0, b"abc", **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400
    good = "sha1 " + base64.b64encode(hashlib.sha1(b"abc").digest()).decode()
    assert send(page, where, 0, b"abc", **{"Upload-Checksum": good}).status_code == 204 and offset(page, where) == 3


def test_a_file_that_changed_on_its_way_does_not_appear(bound: Running, page: Page) -> None:
    where = begin(page, 3, "changed.mp4", sha256="0" * 64).headers["location"]
    answer = send(page, where, 0, b"abc")
    assert (
        answer.status_code == 460 and "again" in answer.json()["Message"] and not _file(bound, "changed.mp4").exists()
    )
    assert page.http.head(where, headers=TUS).status_code == 404


@pytest.mark.parametrize(
    ("bucket", "key", "status"),
    [
        ("none", "x.mp4", 404),
        ("ups", "../x.mp4", 400),
        ("ups", "/x.mp4", 400),
        ("ups", ".hidden.mp4", 400),
        ("ups", "a/.b/x.mp4", 400),
        ("ups", "x/", 400),
        ("ups", "n" * 256, 400),
    ],
)
def test_what_cannot_be_an_object_is_refused_before_any_byte(
    bound: Running, page: Page, bucket: str, key: str, status: int
) -> None:
    before = _parts(bound)
    assert begin(page, 5, key, bucket).status_code == status and _parts(bound) == before


def test_a_folder_is_not_overwritten_by_a_file(bound: Running, page: Page) -> None:
    _file(bound, "folder").mkdir(exist_ok=True)
    _file(bound, "folder/file").write_text("a file")
    for key, why in (
        ("folder", "a folder of this name"),
        ("folder/file/inner.mp4", "is a file"),
        ("folder/file/deep/er/inner.mp4", "is a file"),
    ):
        answer = begin(page, 5, key).json()
        assert answer["Code"] == "InvalidParameter.ObjectKeyInvalid" and why in answer["Message"]


def test_more_than_the_limit_or_the_disk_can_hold_is_refused_with_the_reason(bound: Running, page: Page) -> None:
    assert begin(page, (1 << 40) + 1, "big.mp4").status_code == 413
    assert (
        page.http.post(
            "/-/upload", headers={**TUS, "Upload-Length": "5", "Upload-Metadata": meta(bucket="ups")}
        ).json()["Code"]
        == "MissingParameter"
    )
    full = begin(page, 1 << 40, "big.mp4")
    assert full.status_code == 507 and full.json()["Code"] == "StorageFull" and "free" in full.json()["Message"]


def test_a_disk_that_is_full_is_told_and_the_upload_goes_on_when_there_is_room(working: tuple[Running, str]) -> None:
    """The kernel lets the server's files grow to 8 MB only: the same refusal in the same place as on a full disk."""
    server, _ = working
    page = Page(server.url)
    page.sign_in()
    data = os.urandom(12_000_000)
    where = begin(page, len(data), "shelf/big.bin", "cin").headers["location"]
    assert server.process
    before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (8_000_000, resource.RLIM_INFINITY))
    answer = send(page, where, 0, data)
    assert (
        answer.status_code == 507 and answer.json()["Code"] == "StorageFull" and "goes on" in answer.json()["Message"]
    )
    at = offset(page, where)
    assert 0 < at <= 8_000_000 and not (server.home / "buckets/cin/shelf/big.bin").exists()
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)
    assert (
        send(page, where, at, data[at:]).status_code == 204
        and (server.home / "buckets/cin/shelf/big.bin").read_bytes() == data
    )


def test_an_upload_belongs_to_whoever_began_it(bound: Running, page: Page) -> None:
    from console.test_session import _admin

    where = begin(page, 5, "mine.mp4").headers["location"]
    _admin(bound, "carol", "--role", "operator", text="another person\n")
    other = Page(bound.url)
    other.sign_in(User="carol", Password="another person")
    assert other.http.head(where, headers=TUS).status_code == 404 and send(other, where, 0, b"abcde").status_code == 404
    assert other.http.delete(where, headers=TUS).status_code == 404 and other.http.get("/-/upload").json() == []
    assert httpx.head(f"{bound.url}{where}", headers=TUS).status_code == 401
    assert (
        page.http.delete(where, headers=TUS).status_code == 204
        and page.http.head(where, headers=TUS).status_code == 404
    )
    _admin(bound, "dora", "--role", "viewer", text="another person\n")
    other.sign_in(User="dora", Password="another person")
    assert begin(other, 5, "x.mp4").json()["Code"] == "NoPermission"


def test_a_lost_connection_keeps_what_came_and_a_new_request_takes_over(bound: Running, page: Page) -> None:
    where = begin(page, 1000, "lost.mp4").headers["location"]
    cookie, csrf = page.cookie, page.http.headers["X-ReelMill-Csrf"]
    head = (
        f"PATCH {where} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nX-ReelMill-Csrf: {csrf}\r\nTus-Resumable: "
        f"1.0.0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {{}}\r\nContent-Length: {{}}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", bound.port)) as lost:
        lost.sendall(head.format(0, 1000).encode() + b"a" * 400)
        time.sleep(0.3)
    until(lambda: offset(page, where) == 400, 10, "what came is kept")
    hanging = socket.create_connection(("127.0.0.1", bound.port))  # alive, but nothing comes any more
    hanging.sendall(head.format(400, 600).encode() + b"b" * 100)
    time.sleep(0.3)
    at = offset(page, where)
    assert at == 500 and send(page, where, at, b"c" * 500).status_code == 204
    assert _file(bound, "lost.mp4").read_bytes() == b"a" * 400 + b"b" * 100 + b"c" * 500
    hanging.close()


def test_clients_without_patch_say_it_in_a_header(bound: Running, page: Page) -> None:
    where = begin(page, 3, "override.mp4").headers["location"]
    headers = {
        **TUS,
        "X-HTTP-Method-Override": "PATCH",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": "0",
    }
    assert (
        page.http.post(where, content=b"abc", headers=headers).status_code == 204
        and _file(bound, "override.mp4").exists()
    )


def test_metadata_is_names_with_base64() -> None:
    assert metadata("bucket YQ==,flag,object w7w=") == {"bucket": "a", "flag": "", "object": "ü"} and metadata("") == {}
    for bad in ("a !", "a w7"):
        with pytest.raises(CallerError):
            metadata(bad)


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    with running(tmp_path_factory.mktemp("uploads") / "home") as server:
        yield server, little_ladder(server)


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
    assert offset(page, where) == len(data) and _parts(server) == []
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
