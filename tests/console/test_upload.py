"""Resumable uploads (tus 1.0): whole or not at all, into the bucket, and each file starts its workflow once."""

import base64
import hashlib
import os
import resource
import socket
import time

import httpx
import pytest

from console.conftest import Page
from console.uploading import TUS, begin, bound, meta, object_file, offset, send, unfinished_parts, working  # noqa: F401 - fixtures
from reelmill.console.upload import metadata
from reelmill.core.errors import CallerError
from running import Running, until


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
    assert not object_file(bound, "a b/ü.mp4").exists() and offset(page, where) == 1_000_000
    listed = page.http.get("/-/upload").json()
    assert [(u["Bucket"], u["Object"], u["Size"], u["Offset"]) for u in listed] == [
        ("ups", "a b/ü.mp4", 3_000_000, 1_000_000)
    ]
    answer = send(page, where, 1_000_000, data[1_000_000:])
    assert answer.status_code == 204 and answer.headers["upload-offset"] == "3000000"
    assert (
        object_file(bound, "a b/ü.mp4").read_bytes() == data
        and unfinished_parts(bound) == []
        and page.http.get("/-/upload").json() == []
    )
    # the answer may have been lost: the client asks, and learns that it is done
    assert offset(page, where) == 3_000_000


def test_an_empty_file_is_complete_at_once(bound: Running, page: Page) -> None:
    assert begin(page, 0, "empty.mp4").status_code == 201 and object_file(bound, "empty.mp4").stat().st_size == 0


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
        answer.status_code == 460
        and "again" in answer.json()["Message"]
        and not object_file(bound, "changed.mp4").exists()
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
    before = unfinished_parts(bound)
    assert begin(page, 5, key, bucket).status_code == status and unfinished_parts(bound) == before


def test_a_folder_is_not_overwritten_by_a_file(bound: Running, page: Page) -> None:
    object_file(bound, "folder").mkdir(exist_ok=True)
    object_file(bound, "folder/file").write_text("a file")
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
    assert object_file(bound, "lost.mp4").read_bytes() == b"a" * 400 + b"b" * 100 + b"c" * 500
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
        and object_file(bound, "override.mp4").exists()
    )


def test_metadata_is_names_with_base64() -> None:
    assert metadata("bucket YQ==,flag,object w7w=") == {"bucket": "a", "flag": "", "object": "ü"} and metadata("") == {}
    for bad in ("a !", "a w7"):
        with pytest.raises(CallerError):
            metadata(bad)
