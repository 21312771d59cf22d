"""Objects over HTTP: published ones by their plain address, all others by a signed one."""

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from reelmill.core import clock, links
from reelmill.core.errors import CallerError
from reelmill.media import thumbnail
from reelmill.objects.buckets import Stat
from reelmill.services import library
from reelmill.services.context import House

TYPES = {
    "m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t", "mp4": "video/mp4", "m4s": "video/iso.segment", "m4a": "audio/mp4", "m4v": "video/mp4",
    "mp3": "audio/mpeg", "aac": "audio/aac", "flac": "audio/flac", "ogg": "audio/ogg", "wav": "audio/wav", "webm": "video/webm", "mov": "video/quicktime",
    "mkv": "video/x-matroska", "flv": "video/x-flv", "mpd": "application/dash+xml", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
    "gif": "image/gif", "webp": "image/webp", "vtt": "text/vtt; charset=utf-8", "json": "application/json",
}  # fmt: skip
_SEGMENT = re.compile(r"^(.+)-\d{5,}\.ts$")
_COUNT = re.compile(r"\d{5,}")
# A picture that was replaced may be shown for ten minutes; after them it is shown once more while the browser asks whether it is still the same.
_SMALL = {"Cache-Control": "private, max-age=600, stale-while-revalidate=86400"}
_GUARD = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}


class Objects:
    """The two addresses of objects. Whoever may not see an object does not learn whether it is there."""

    def __init__(self, house: House):
        self._house = house

    async def plain(self, request: Request) -> Response:
        """GET or HEAD /BUCKET/OBJECT: published outputs only."""
        bucket, key = request.path_params["bucket"], request.path_params["key"]
        public = await asyncio.to_thread(library.readable_by_anyone, self._house, bucket, list(entries(key)))
        return await self._file(request, bucket, key, {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Content-Range, ETag"}, allowed=public)

    async def signed(self, request: Request) -> Response:
        """GET or HEAD /-/s/EXPIRY.SIGNATURE/BUCKET/OBJECT."""
        bucket, key = request.path_params["bucket"], request.path_params["key"]
        good = links.opens(self._house.signing_key, request.path_params["token"], bucket, key, clock.now_ms())
        return await self._file(request, bucket, key, {"Cache-Control": "private"}, allowed=good)

    async def _file(self, request: Request, bucket: str, key: str, headers: dict[str, str], *, allowed: bool) -> Response:
        found = await asyncio.to_thread(self._house.objects.open_read, bucket, key) if allowed else None
        if found is None:
            raise CallerError("InvalidParameter.ResourceNotFound", "Object", "There is no such object, or it is not published.")
        path, stat = found
        headers = {**headers, **_GUARD, "ETag": f'"{stat.version}"'}
        process = request.query_params.get(thumbnail.PARAMETER)
        if process is not None:
            return await self._small(request, key, path, stat, process, headers)
        if _known(request, headers):
            return Response(status_code=304, headers=headers)
        return FileResponse(path, media_type=media_type(key), headers=headers, stat_result=await asyncio.to_thread(_stat, path))

    async def _small(self, request: Request, key: str, path: Path, stat: Stat, process: str, headers: dict[str, str]) -> Response:
        """The picture at `path` as OSS's parameter x-oss-process asks for it."""
        size = thumbnail.asked(process)
        headers = {**headers, **_SMALL, "ETag": f'"{stat.version}-{size.width}x{size.height}"'}
        if _known(request, headers):
            return Response(status_code=304, headers=headers)
        picture = await self._house.thumbnails.of(request.path_params["bucket"], key, path, stat, size)
        return Response(picture, headers={**headers, "Content-Type": f"image/{thumbnail.kind_of(picture)}"})


def _known(request: Request, headers: dict[str, str]) -> bool:
    """Whether the client has this version."""
    return headers["ETag"] in {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:  # replaced or removed since it was found
        raise CallerError("InvalidParameter.ResourceNotFound", "Object") from error


def media_type(key: str) -> str:
    """By extension; what we do not know is bytes, never something that a browser would run."""
    return TYPES.get(key.rpartition(".")[2].lower(), "application/octet-stream")


def entries(key: str) -> Iterator[str]:
    """The output objects whose publication covers this one: itself, the playlist `NAME.m3u8` of a segment `NAME-00001.ts`,
    the `{Count}` template of a numbered picture."""
    yield key
    if segment := _SEGMENT.match(key):
        yield f"{segment[1]}.m3u8"
    for number in _COUNT.finditer(key):
        yield f"{key[: number.start()]}{{Count}}{key[number.end() :]}"
