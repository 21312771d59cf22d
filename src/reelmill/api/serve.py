"""Objects over HTTP: published ones by their plain address, all others by a signed one."""

import asyncio
import contextlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from reelmill.api import keys
from reelmill.api.ranges import ObjectResponse
from reelmill.core.errors import CallerError
from reelmill.core.urls import BUCKET_NAME, key_problem
from reelmill.media import thumbnail
from reelmill.media.containers import PLAYLISTS
from reelmill.objects.buckets import Reader, Stat
from reelmill.services import browse, library
from reelmill.services.context import AppContext

# Who has a copy asks whether it is still the same before it is shown: a rerun writes the same names, and old segments
# must not be mixed with new ones.
_ASK = "no-cache"
# A picture that was replaced may be shown for ten minutes; after them it is shown once more while the browser asks
# whether it is still the same.
_SMALL = {"Cache-Control": "private, max-age=600, stale-while-revalidate=86400"}
_GUARD = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
_LICENCE = {"Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS", "Allow": "GET, HEAD, POST, OPTIONS"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Range, If-Range, If-None-Match, If-Modified-Since, "
    "Cache-Control, Pragma",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, OPTIONS",
}


class Objects:
    """The two addresses of objects. Whoever may not see an object does not learn whether it is there."""

    def __init__(self, ctx: AppContext):
        self._ctx = ctx

    async def plain(self, request: Request) -> Response:
        """GET, HEAD or OPTIONS /BUCKET/OBJECT: published outputs only."""
        if request.method == "OPTIONS":
            if not BUCKET_NAME.fullmatch(request.path_params["bucket"]):  # `/-/...` and the like
                raise CallerError("InvalidParameter.ResourceNotFound", "Object", "No bucket has such a name.")
            return self._preflight(request)

        def look(bucket: str, key: str) -> bool:
            return library.readable_by_anyone(self._ctx, bucket, key)

        return await self._file(request, {"Cache-Control": _ASK}, look)

    async def key(self, request: Request) -> Response:
        """GET, POST or OPTIONS /-/keys: the key of an encrypted stream."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**self._shared(request), **_PREFLIGHT, **_LICENCE})
        return await keys.answer(self._ctx, request, self._shared)

    async def signed(self, request: Request) -> Response:
        """GET, HEAD or OPTIONS /-/s/TOKEN/BUCKET/OBJECT."""
        if request.method == "OPTIONS":
            return self._preflight(request)
        token = request.path_params["token"]
        return await self._file(
            request,
            {"Cache-Control": f"private, {_ASK}"},
            lambda bucket, key: browse.opens(self._ctx, token, bucket, key),
        )

    def _preflight(self, request: Request) -> Response:
        """Whether pages of that site may ask. The same for every object, there or not."""
        return Response(status_code=204, headers={**self._shared(request), **_PREFLIGHT})

    def _shared(self, request: Request) -> dict[str, str]:
        """The headers with which pages of other sites may read the answer."""
        origins, origin = self._ctx.cors_origins, request.headers.get("origin", "")
        if "*" in origins:
            return {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag",
            }
        told = (
            {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag",
            }
            if origin in origins
            else {}
        )
        return {**told, "Vary": "Origin"}

    async def _file(self, request: Request, headers: dict[str, str], allowed: Callable[[str, str], bool]) -> Response:
        bucket, key = request.path_params["bucket"], request.path_params["key"]

        def find() -> Reader | None:
            """Bounds first, then whether they may, then the disk."""
            if not BUCKET_NAME.fullmatch(bucket) or key_problem(key) or not allowed(bucket, key):
                return None
            with contextlib.suppress(PermissionError):  # what the server may not read is there for nobody
                return self._ctx.objects[bucket].open(key)
            return None

        reader = await asyncio.to_thread(find)
        if reader is None:
            raise CallerError(
                "InvalidParameter.ResourceNotFound", "Object", "There is no such object, or it is not published."
            )
        headers = {**headers, **self._shared(request), **_GUARD, "ETag": f'"{reader.stat.version}"'}
        process = request.query_params.get(thumbnail.PARAMETER)
        if process is None and not _known(request, headers):
            kind = await asyncio.to_thread(library.media_type, self._ctx, bucket, key)
            if kind in PLAYLISTS and reader.stat.size <= keys.MAX_PLAYLIST:
                return await self._playlist(request, reader, kind, headers)
            return ObjectResponse(reader, kind, headers)
        reader.close()
        if process is not None:
            return await self._small(request, bucket, key, reader.stat, process, headers)
        return Response(status_code=304, headers=headers)

    async def _playlist(self, request: Request, reader: Reader, kind: str, headers: dict[str, str]) -> Response:
        """A playlist; one with keys tells who holds a token how to get them."""
        token, brought = request.path_params.get("token", ""), request.query_params.get(keys.TOKEN, "")
        if not token and not brought:
            return ObjectResponse(reader, kind, headers)
        text = (await asyncio.to_thread(reader.read, 0, reader.stat.size)).decode("utf-8", "replace")
        if not keys.named(text):
            return ObjectResponse(reader, kind, headers)
        reader.close()
        del headers["ETag"]  # it is another one for each address
        place = request.path_params["bucket"], request.path_params["key"]
        told = await asyncio.to_thread(keys.with_tokens, self._ctx, text, place, token, brought)
        return Response(told, headers={**headers, "Cache-Control": "private, no-store"}, media_type=kind)

    async def _small(
        self, request: Request, bucket: str, key: str, stat: Stat, process: str, headers: dict[str, str]
    ) -> Response:
        """A picture as OSS's parameter x-oss-process asks for it."""
        size = thumbnail.asked(process)
        headers = {**headers, **_SMALL, "ETag": f'"{stat.version}-{size.width}x{size.height}"'}
        if _known(request, headers):
            return Response(status_code=304, headers=headers)
        picture = await self._ctx.thumbnails.of(self._ctx.objects[bucket], key, stat, size)
        return Response(picture, headers={**headers, "Content-Type": f"image/{thumbnail.kind_of(picture)}"})


def _known(request: Request, headers: dict[str, str]) -> bool:
    """Whether the client has this version. A proxy that compresses on the way marks the tag as weak."""
    return headers["ETag"] in {
        tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")
    }
