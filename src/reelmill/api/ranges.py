"""Objects as answers, whole or by ranges."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from reelmill.objects.buckets import Reader, Stat


class ObjectResponse(FileResponse):
    """What a client asks of an opened object: all of it, a range, several; Starlette's answer for files, which knows
    Range and If-Range, reading from a bucket instead. What is sent belongs to the ETag even when the object is replaced
    meanwhile. Closes the reader."""

    def __init__(self, reader: Reader, media_type: str, headers: dict[str, str]):
        self._reader = reader
        super().__init__("", media_type=media_type, headers=headers, stat_result=_as_file(reader.stat))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._reader.close()

    @asynccontextmanager
    async def _open_file(self) -> AsyncIterator["_Cursor"]:  # type: ignore[override]
        """Starlette's one place that opens the file."""
        yield _Cursor(self._reader)


class _Cursor:
    """An opened object as Starlette reads files: from a place on."""

    def __init__(self, reader: Reader):
        self._reader, self._at = reader, 0

    async def seek(self, place: int) -> None:
        self._at = place

    async def read(self, size: int) -> bytes:
        block = await asyncio.to_thread(self._reader.read, self._at, size)
        self._at += len(block)
        return block


def _as_file(known: Stat) -> os.stat_result:
    seconds = known.mtime_ns // 1_000_000_000
    return os.stat_result((stat.S_IFREG, 0, 0, 1, 0, 0, known.size, seconds, seconds, seconds))
