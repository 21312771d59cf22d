"""Files of addresses: only public ones, never redirected, never too large."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from reelmill.core.errors import MediaError, TryAgain
from reelmill.notify.fetch import fetch

LOCAL = (ipaddress.ip_network("127.0.0.0/8"),)


@asynccontextmanager
async def server(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Answers every request the same; the requests."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with running:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}/a.vtt", asked


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def test_a_file_is_fetched(tmp_path: Path) -> None:
    async with server(answer("200 OK", b"WEBVTT\n")) as (url, asked):
        await fetch(url, tmp_path / "a", networks=LOCAL)
    assert (tmp_path / "a").read_bytes() == b"WEBVTT\n"
    assert asked[0].startswith(b"GET /a.vtt HTTP/1.1\r\n") and b"reelmill" in asked[0].lower()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/a.vtt",
        "http://localhost/a.vtt",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:10.0.0.1]/a",
        "http://0x7f000001/a",
        "file:///etc/passwd",
        "ftp://example.com/a",
        "http://user:pw@example.com/a",
    ],
)
async def test_places_inside_are_refused_before_anything_is_sent(url: str, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be fetched: the address is refused"):
        await fetch(url, tmp_path / "a")
    assert not (tmp_path / "a").exists()


async def test_redirects_and_refusals_are_told(tmp_path: Path) -> None:
    moved = answer("302 Found", b"", "location: http://169.254.169.254/")
    for given, said in ((moved, "302; redirects are not followed"), (answer("404 Not Found"), "it answered 404")):
        async with server(given) as (url, asked):
            with pytest.raises(MediaError, match=said):
                await fetch(url, tmp_path / "a", networks=LOCAL)
        assert len(asked) == 1


async def test_too_much_is_not_read(tmp_path: Path) -> None:
    async with server(answer("200 OK", b"a" * 5000)) as (url, _):
        with pytest.raises(MediaError, match="larger than 4999 bytes"):
            await fetch(url, tmp_path / "a", networks=LOCAL, most=4999)


async def test_who_is_in_trouble_is_asked_again_later(tmp_path: Path) -> None:
    async with server(answer("503 Busy")) as (url, _):
        with pytest.raises(TryAgain, match="it answered 503"):
            await fetch(url, tmp_path / "a", networks=LOCAL)
    with pytest.raises(TryAgain, match="no connection"):  # nobody listens there any more
        await fetch(url, tmp_path / "a", networks=LOCAL)


async def test_who_never_answers_is_left(tmp_path: Path) -> None:
    async with server(b"") as (url, _):
        pass

    left = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other one has gone
        writer.close()
        await writer.wait_closed()
        left.set()

    running = await asyncio.start_server(mute, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}/"
    with pytest.raises(TryAgain, match=r"did not answer within 0\.3 s"):
        await fetch(url, tmp_path / "a", networks=LOCAL, total_seconds=0.3)
    running.close()
    await left.wait()
