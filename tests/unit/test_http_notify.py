"""Callbacks: signed, never redirected, bounded in time, and kept from inner networks when the address is a stranger's.
Real sockets."""

import asyncio
import hashlib
import hmac
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from reelmill.notify.http import MAX_TRIES, HttpCallback, allowed, next_delay

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def _localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads here, also on a machine that has no list of hosts."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if host == "localhost" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@asynccontextmanager
async def receiver(answer: bytes | Talk) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that keeps each request as it came and answers with these bytes."""
    requests: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        requests.append(head + await reader.readexactly(length))
        try:
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}/hook?a=1", requests
    finally:
        server.close()


def reply(status: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]).encode() + body


async def test_a_message_is_signed_and_delivered() -> None:
    body = '{"RunId":"r","Name":"视频"}'
    async with receiver(reply("204 No Content")) as (url, requests):
        callback = HttpCallback(url, "secret")
        assert await callback.deliver("key-1", body) is None
        await callback.close()
    head, _, sent = requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    assert lines[0] == "POST /hook?a=1 HTTP/1.1" and sent == body.encode()
    assert headers["host"] == url.split("/")[2] and headers["content-type"].startswith("application/json")
    assert headers["x-reelmill-message-id"] == "key-1"
    expected = hmac.new(
        b"secret", headers["x-reelmill-timestamp"].encode() + b".key-1." + sent, hashlib.sha256
    ).hexdigest()
    assert headers["x-reelmill-signature"] == f"sha256={expected}"


async def test_without_a_secret_there_is_no_signature() -> None:
    async with receiver(reply("200 OK", body=b"x" * 10)) as (url, requests):
        assert await HttpCallback(url, "").deliver("k", "{}") is None
    assert b"signature" not in requests[0].lower()


async def test_redirects_are_not_followed() -> None:
    async with (
        receiver(reply("200 OK")) as (elsewhere, reached),
        receiver(reply("302 Found", f"location: {elsewhere}")) as (url, _),
    ):
        assert "redirects are not followed" in (await HttpCallback(url, "s").deliver("k", "{}") or "")
        assert not reached


async def test_other_answers_are_told() -> None:
    async with receiver(reply("500 Oops", body=b"out of\norder")) as (url, _):
        assert await HttpCallback(url, "s").deliver("k", "{}") == "the receiver answered 500: out of order"


async def test_an_endless_answer_is_cut_off() -> None:
    async def pour(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with receiver(pour) as (url, _):
        assert (await HttpCallback(url, "s").deliver("k", "{}") or "").startswith("the receiver answered 400")


async def test_a_receiver_that_hangs_or_drips_is_given_up() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    for talk in (hang, drip):
        async with receiver(talk) as (url, _):
            assert "within 0.5 s" in (await HttpCallback(url, "s", total_seconds=0.5).deliver("k", "{}") or "")


async def test_nobody_there_and_broken_answers() -> None:
    async with receiver(b"this is not HTTP\r\n\r\n") as (url, _):
        assert "broke off" in (await HttpCallback(url, "s").deliver("k", "{}") or "")
    assert "no connection" in (await HttpCallback(url, "s").deliver("k", "{}") or "")
    assert "cannot be found" in (await HttpCallback("http://nobody.invalid/", "s").deliver("k", "{}") or "")
    for odd in (
        "http://",
        "ftp://x/",
        "http://u:p@x/",
        "http://x:99999/",
        "http://[::1/",
        "http://" + "a" * 70 + ".com/",
    ):
        assert "refused" in (await HttpCallback(odd, "s").deliver("k", "{}") or ""), odd


async def test_a_strangers_address_does_not_reach_this_machine() -> None:
    async with receiver(reply("200 OK")) as (url, requests):
        assert "no public address" in (await HttpCallback(url, "s", allow_private=False).deliver("k", "{}") or "")
        number = f"http://2130706433:{url.split(':')[2]}"  # 127.0.0.1 as one number
        assert "no public address" in (await HttpCallback(number, "s", allow_private=False).deliver("k", "{}") or "")
        assert not requests


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
        "nonsense",
        "192.0.0.192",
        "192.0.0.8",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.9",
        "240.1.2.3",
        "168.63.129.16",
        "::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "fec0::1",
        "::ffff:192.0.0.192",
        "2002:c000:c0::1",
    ],
)
def test_inward_addresses_are_refused(address: str) -> None:
    assert allowed("http://a.example/", lambda host, port: ["93.184.216.34", address])
    assert not allowed("http://a.example/", lambda host, port: [address], allow_private=True)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_public_addresses_are_fine(address: str) -> None:
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return [address]

    assert not allowed("https://a.example/x", resolve)
    assert asked == [("a.example", 443)]


def test_back_off_doubles_to_a_bound_and_is_the_same_for_the_same_message() -> None:
    plain = [next_delay(n, "k") for n in range(1, 13)]
    assert all(2.0 ** min(n, 9) <= delay <= 1.1 * 2.0 ** min(n, 9) for n, delay in enumerate(plain))
    assert plain == [next_delay(n, "k") for n in range(1, 13)] != [next_delay(n, "other") for n in range(1, 13)]
    assert 0.9 * 86400 < sum(next_delay(n, "k") for n in range(1, MAX_TRIES + 1)) < 1.15 * 86400
    assert next_delay(10**9, "k") < 600
