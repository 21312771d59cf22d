"""tus 1.0 at `/-/upload` (https://tus.io): resumable uploads into input buckets. Extensions: creation, expiration,
checksum, termination.

What a request is about stands in its headers, the bytes go to disk as they come. Only one request writes to an upload:
a new one takes over from one whose connection is lost but not yet known to be dead.
"""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import formatdate
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from reelmill.console.answers import HEADERS, answer, guarded, refusal, session_of
from reelmill.console.slots import Slots
from reelmill.core import clock
from reelmill.core.errors import CallerError, UserText
from reelmill.services import uploads
from reelmill.services.context import AppContext
from reelmill.services.sessions import Session
from reelmill.store.database import Row

PATH = "/-/upload"
VERSION = {"Tus-Resumable": "1.0.0"}
_ALGORITHMS = ("sha1", "sha256", "md5")
_BLOCK = 1 << 20  # bytes that are gathered before they are written
_TAKE_OVER_SECONDS = 10.0
_ALIVE_SECONDS = (
    3.0  # how often a request that brings bytes is a sign of life, and how soon it ends with its key or session
)
_STATUS = {  # what tus or HTTP have a better number for than the table of errors
    "InvalidParameter.ResourceNotFound": 404,
    "InvalidParameter.InvalidState": 409,
    "InvalidParameter.Format": 400,
}
Method = Callable[[Request, Session], Awaitable[Response]]


class _Refused(CallerError):
    """A refusal with a status of the protocol."""

    def __init__(self, status: int, code: str, name: str, detail: UserText = ""):
        super().__init__(code, name, detail)
        self.http = status


class Stop:
    """Somebody else wants the turn: `asked` says so, and who waits in `watch` is woken by a TimeoutError."""

    def __init__(self) -> None:
        self.asked = False
        self._watch: asyncio.Timeout | None = None

    def ask(self) -> None:
        self.asked = True
        if self._watch:
            self._watch.reschedule(asyncio.get_running_loop().time())

    def watch(self) -> asyncio.Timeout:
        """A context for one wait. (A task for each part of a body, to be waited for beside an event, cost a fifth of an
        upload.)"""
        self._watch = asyncio.timeout(0 if self.asked else None)
        return self._watch

    def rest(self) -> None:
        """The wait is over."""
        self._watch = None


class Turns:
    """One writer per upload. Whoever comes next asks the one before to stop, and waits a little for that."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, set[Stop]]] = {}

    @asynccontextmanager
    async def take(self, upload: str) -> AsyncIterator[Stop]:
        """The turn, until somebody else asks for it."""
        lock, others = self._locks.setdefault(upload, (asyncio.Lock(), set()))
        for one in others:
            one.ask()
        mine = Stop()
        others.add(mine)
        try:
            try:
                await asyncio.wait_for(lock.acquire(), _TAKE_OVER_SECONDS)
            except TimeoutError as error:
                raise _Refused(
                    423, "InvalidParameter.InvalidState", "Upload", "Another request is writing to it; try again."
                ) from error
            try:
                yield mine
            finally:
                lock.release()
        finally:
            others.discard(mine)
            if not others:
                self._locks.pop(upload, None)


class Tus:
    """The protocol."""

    def __init__(self, ctx: AppContext, slots: Slots):
        self._ctx, self._turns, self._slots = ctx, Turns(), slots

    async def options(self, request: Request) -> Response:
        """What this server can; asked before anybody signs in."""
        told = {
            "Tus-Version": "1.0.0",
            "Tus-Extension": "creation,expiration,checksum,termination",
            "Tus-Checksum-Algorithm": ",".join(_ALGORITHMS),
        }
        return Response(
            status_code=204, headers={**HEADERS, **VERSION, **told, "Tus-Max-Size": str(self._ctx.upload_limit)}
        )

    async def listing(self, request: Request, session: Session) -> Response:
        """GET: what this person began and did not finish. Not part of tus."""
        rows = await self._slots.run(uploads.unfinished, self._ctx, session)
        return answer(
            [
                {
                    "Id": r["id"],
                    "Bucket": r["bucket"],
                    "Object": r["object"],
                    "Size": r["size"],
                    "Offset": r["offset"],
                    "CreationTime": clock.iso_exact(r["created_ms"]),
                }
                for r in rows
            ]
        )

    async def create(self, request: Request, session: Session) -> Response:
        """POST: a new upload; its address is in Location."""
        if request.headers.get("upload-concat") or request.headers.get("upload-defer-length"):
            raise _Refused(
                400, "InvalidParameter.NotSupported", "Upload-Concat", "Send Upload-Length and one upload per file."
            )
        size, told = _number(request, "upload-length"), metadata(request.headers.get("upload-metadata", ""))
        for name in ("bucket", "object"):
            if not told.get(name):
                raise CallerError("MissingParameter", f"Upload-Metadata {name}")
        row = await self._slots.run(
            lambda: uploads.begin(
                self._ctx, session, size=size, bucket=told["bucket"], key=told["object"], sha256=told.get("sha256", "")
            )
        )
        if size == 0:  # nothing will come
            async with self._turns.take(row["id"]):
                await self._slots.run(uploads.finish, self._ctx, row)
        return self._done(201, row["expires_ms"], {"Location": f"{PATH}/{row['id']}"})

    async def head(self, request: Request, session: Session) -> Response:
        """HEAD: how far it is. One that lost its server between the last byte and the bucket is finished here."""
        upload = str(request.path_params["upload"])
        row = await self._slots.run(uploads.find, self._ctx, session, upload)
        async with self._turns.take(
            upload
        ):  # a writer whose client is gone must not write behind the offset that we tell
            row = await self._slots.run(uploads.find, self._ctx, session, upload)
            if row["offset"] == row["size"]:
                await self._slots.run(uploads.finish, self._ctx, row)
        return self._done(
            200, row["expires_ms"], {"Upload-Offset": str(row["offset"]), "Upload-Length": str(row["size"])}
        )

    async def patch(self, request: Request, session: Session) -> Response:
        """PATCH: the next bytes."""
        if request.headers.get("content-type", "") != "application/offset+octet-stream":
            raise _Refused(
                415, "InvalidParameter.Format", "Content-Type", "It must be application/offset+octet-stream."
            )
        upload, start, wanted = (
            str(request.path_params["upload"]),
            _number(request, "upload-offset"),
            _checksum(request),
        )
        await self._slots.run(uploads.find, self._ctx, session, upload)  # one that is not theirs must not be stopped
        async with self._turns.take(upload) as stop:
            row = await self._slots.run(uploads.find, self._ctx, session, upload)
            if start != row["offset"]:
                raise _Refused(
                    409, "InvalidParameter.InvalidState", "Upload-Offset", f"The upload is at {row['offset']}."
                )
            if start + int(request.headers.get("content-length") or 0) > row["size"]:
                raise _Refused(
                    413, "RequestEntityTooLarge", str(row["size"]), "More bytes would come than Upload-Length said."
                )
            end, until = await self._receive(request, session, row, start, wanted, stop)
            if end == row["size"]:
                await self._slots.run(uploads.finish, self._ctx, row)
        return self._done(204, until, {"Upload-Offset": str(end)})

    async def _receive(
        self, request: Request, session: Session, row: Row, start: int, wanted: tuple[str, bytes] | None, stop: Stop
    ) -> tuple[int, int]:
        """Write what comes; the offset reached, and until when it is kept (ms). What came before the connection was
        lost is kept, unless it had to be checked as a whole."""
        incoming, upload, end, whole, alive = self._ctx.incoming, row["id"], start, False, clock.monotonic()
        digest = hashlib.new(wanted[0], usedforsecurity=False) if wanted else None
        try:
            async for block in _blocks(request, stop):
                if end + len(block) > row["size"]:
                    raise _Refused(
                        413, "RequestEntityTooLarge", str(row["size"]), "More bytes came than Upload-Length said."
                    )
                if digest:
                    digest.update(block)
                await self._slots.run(incoming.append, upload, end, block)
                end += len(block)
                if clock.monotonic() - alive >= _ALIVE_SECONDS:
                    await self._slots.run(uploads.go_on, self._ctx, session, upload)
                    alive = clock.monotonic()
            whole = not stop.asked
        finally:
            good = digest is None or (whole and wanted is not None and digest.digest() == wanted[1])
            until = await self._slots.run(
                uploads.keep, self._ctx, row, end if good else start
            )  # also when the line was lost
        if stop.asked:
            raise _Refused(409, "InvalidParameter.InvalidState", "Upload", "Another request has taken over.")
        if not good:
            raise CallerError(
                "ChecksumMismatch", detail="These bytes do not have the Upload-Checksum. Send them again."
            )
        return end, until

    async def delete(self, request: Request, session: Session) -> Response:
        """DELETE: it is not wanted any more."""
        upload = str(request.path_params["upload"])
        await self._slots.run(uploads.find, self._ctx, session, upload)
        async with self._turns.take(upload):
            await self._slots.run(uploads.remove, self._ctx, session, upload)
        return Response(status_code=204, headers={**HEADERS, **VERSION})

    def _done(self, status: int, expires_ms: int, more: dict[str, str]) -> Response:
        return Response(
            status_code=status,
            headers={**HEADERS, **VERSION, "Upload-Expires": formatdate(expires_ms / 1000, usegmt=True), **more},
        )


def route(ctx: AppContext) -> list[Route]:
    """The addresses of uploads."""
    slots = Slots(lambda: bool(ctx.answering))
    tus = Tus(ctx, slots)
    return [
        Route(PATH, guarded(ctx, tus.options), methods=["OPTIONS"]),
        Route(PATH, _one_of(ctx, slots, {"POST": tus.create, "GET": tus.listing}), methods=["POST", "GET"]),
        Route(f"{PATH}/{{upload}}", guarded(ctx, tus.options), methods=["OPTIONS"]),
        Route(
            f"{PATH}/{{upload}}",
            _one_of(ctx, slots, {"HEAD": tus.head, "PATCH": tus.patch, "DELETE": tus.delete}),
            methods=["HEAD", "PATCH", "DELETE", "POST"],
        ),
    ]


def _one_of(ctx: AppContext, slots: Slots, methods: dict[str, Method]) -> Callable[[Request], Awaitable[Response]]:
    """By method, or, of a POST, what X-HTTP-Method-Override says for clients that have no PATCH."""

    async def handle(request: Request) -> Response:
        try:
            session = await session_of(ctx, request, slots.run)
            method = request.method
            # what the wire said is what the session's secret was asked for: only a POST may stand for something else
            if method == "POST":
                method = request.headers.get("x-http-method-override", method).upper()
            if method not in methods:
                raise _Refused(405, "InvalidParameter", "Method")
            if method != "GET" and request.headers.get("tus-resumable") != VERSION["Tus-Resumable"]:
                return refusal(
                    ctx,
                    CallerError("InvalidVersion", request.headers.get("tus-resumable", "")),
                    412,
                    VERSION | {"Tus-Version": "1.0.0"},
                )
            return await methods[method](request, session)
        except CallerError as error:
            status = error.http if isinstance(error, _Refused) else _STATUS.get(error.code)
            return refusal(ctx, error, status, VERSION)

    return guarded(ctx, handle)


async def _blocks(request: Request, stop: Stop) -> AsyncIterator[bytes]:
    """The body in large blocks, of a slow line in smaller ones every few seconds, until its end, the end of the
    connection, or `stop`."""
    gathered, since, body = bytearray(), clock.monotonic(), request.stream()
    try:
        while True:
            try:
                async with stop.watch():
                    chunk = await anext(body, None)
            finally:
                stop.rest()
            if chunk is None:
                break
            gathered += chunk
            if len(gathered) >= _BLOCK or (gathered and clock.monotonic() - since >= _ALIVE_SECONDS):
                yield bytes(gathered)
                gathered.clear()
                since = clock.monotonic()
    except TimeoutError:
        pass  # asked to stop; what has come is kept
    except ClientDisconnect:
        stop.ask()  # nobody reads an answer
    if gathered:
        yield bytes(gathered)


def metadata(text: str) -> dict[str, str]:
    """`key BASE64,key BASE64`. CallerError when it is not of this form."""
    found: dict[str, str] = {}
    for pair in filter(None, (one.strip() for one in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as error:
            raise CallerError(
                "InvalidParameter.Format",
                "Upload-Metadata",
                "It must be names with values in Base64 of UTF-8, separated by commas.",
            ) from error
    return found


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise CallerError("InvalidParameter.Format", header.title(), "It must be a whole number.")
    return int(text)


def _checksum(request: Request) -> tuple[str, bytes] | None:
    """(algorithm, digest) that the bytes of this request shall have."""
    text: Any = request.headers.get("upload-checksum")
    if text is None:
        return None
    name, _, value = text.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CallerError("InvalidParameter.Format", "Upload-Checksum") from error
    if name not in _ALGORITHMS:
        raise CallerError(
            "InvalidParameter.Format", "Upload-Checksum", f"The algorithm must be one of: {', '.join(_ALGORITHMS)}."
        )
    return name, digest
