"""`GET /-/events` for programs: the events of the key's account as they happen (server-sent events), signed by
ACS3-HMAC-SHA256. Who says Last-Event-ID gets what it missed, as long as events are kept: a day.

Pages of the console have a stream of their own at the same address; they have a session and no signature.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from reelmill.api import auth, dispatch, render, wire
from reelmill.core import clock
from reelmill.core.errors import CallerError, TryAgain
from reelmill.core.model import Caller
from reelmill.notify import webhook
from reelmill.services import accounts
from reelmill.services.context import AppContext
from reelmill.services.listeners import Listeners
from reelmill.store import webhooks
from reelmill.store.database import Row

PATH = "/-/events"
BEAT_SECONDS = 15.0  # a comment line: proxies must not take the stream for dead
_PAGE = 200
_MOST = 32  # streams of one account
_LONGEST_ID = 18
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def before(inner: App, ctx: AppContext, listeners: Listeners) -> App:
    """An application that answers programs that ask for events and hands all other requests to `inner`."""
    stream = _Streams(ctx, listeners)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or not _signed(scope):
            await inner(scope, receive, send)
        else:
            await stream.serve(scope, receive, send)

    return application


def _signed(scope: Scope) -> bool:
    return any(name == b"authorization" and value.startswith(b"ACS3-") for name, value in scope["headers"])


class _Streams:
    def __init__(self, ctx: AppContext, listeners: Listeners):
        self._ctx, self._bells = ctx, listeners
        self._nonces, self._open = auth.Nonces(), Counter[str]()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One stream, until either side ends it."""
        try:
            key_id, caller, patterns, last = await asyncio.to_thread(self._admit, scope)
            if self._open[caller.account] >= _MOST:
                raise CallerError("Throttling", detail=f"This account has {_MOST} event streams open already.")
            after = await asyncio.to_thread(self._begin, last)
        except CallerError as error:
            await self._refuse(send, error)
            return
        except TryAgain as error:
            await self._refuse(send, CallerError(error.failure.code, message=error.failure.message))
            return
        self._open[caller.account] += 1
        work = asyncio.create_task(self._send(send, key_id, caller, patterns, after))
        gone = asyncio.create_task(_hung_up(receive))
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open[caller.account] -= 1
            for task in (work, gone):
                task.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)

    def _admit(self, scope: Scope) -> tuple[str, Caller, str, int | None]:
        """(key, caller, patterns, Last-Event-ID or None)."""
        asked = wire.read(scope["method"], scope["path"], scope["query_string"], scope["headers"], b"")
        if asked.method != "GET":
            raise CallerError("InvalidParameter", "Method", "Events are asked for by GET.")
        key = auth.authenticate(asked, lambda key_id: accounts.find_key(self._ctx.database, key_id), self._nonces)
        region = dispatch.asked_region(asked, self._ctx.all_regions(), self._ctx.region)
        caller = Caller(key["account"], region, key["role"])
        accounts.check(caller, "read", "mts:Events")
        patterns, last = asked.query.get("Events") or "*", asked.header("last-event-id")
        if strange := webhook.strange([part.strip() for part in patterns.split(",")]):
            raise CallerError("InvalidParameter", "Events", f'No event fits "{strange[0]}".')
        if last and not (last.isascii() and last.isdigit() and len(last) <= _LONGEST_ID):
            raise CallerError("InvalidParameter", "Last-Event-ID", "It must be the id of an event that came before.")
        return key["id"], caller, patterns, int(last) if last else None

    def _begin(self, last: int | None) -> int:
        """Behind which place the stream begins."""
        with self._ctx.database.read() as tx:
            newest = webhooks.last_event(tx)
        return newest if last is None else min(last, newest)

    async def _send(self, send: Send, key_id: str, caller: Caller, patterns: str, after: int) -> None:
        heads = {
            "content-type": "text/event-stream; charset=utf-8",
            "cache-control": "no-store",
            "x-accel-buffering": "no",
            "x-content-type-options": "nosniff",
        }
        raw = [(name.encode(), value.encode()) for name, value in heads.items()]
        with contextlib.suppress(OSError):
            await send({"type": "http.response.start", "status": 200, "headers": raw})
            async for part in self._events(key_id, caller, patterns, after):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

    async def _events(self, key_id: str, caller: Caller, patterns: str, after: int) -> AsyncIterator[bytes]:
        yield b"retry: 1000\n\n"
        with self._bells.listen("events") as rung:
            while not self._bells.closed:
                rung.clear()
                rows = await asyncio.to_thread(self._look, key_id, caller, after)
                if rows is None:
                    return  # the key was disabled
                for row in rows:
                    after = row["seq"]
                    if webhook.wants(patterns, row["type"]):
                        yield f"id: {row['seq']}\nevent: {row['type']}\ndata: {row['body']}\n\n".encode()
                if len(rows) < _PAGE and not rung.is_set():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(rung.wait(), BEAT_SECONDS)
                    if not rung.is_set():
                        yield b": still here\n\n"

    def _look(self, key_id: str, caller: Caller, after: int) -> list[Row] | None:
        """What happened since; None when the key is not good any more."""
        key = accounts.find_key(self._ctx.database, key_id)
        if key is None or key["state"] != "Active" or key["account"] != caller.account:
            return None
        with self._ctx.database.read() as tx:
            return webhooks.events_after(tx, caller, after, _PAGE)

    async def _refuse(self, send: Send, error: CallerError) -> None:
        body = render.failure(error, clock.new_request_id(), urlsplit(self._ctx.base_url).netloc, "JSON")
        heads = [(b"content-type", render.JSON.encode()), (b"content-length", str(len(body)).encode())]
        with contextlib.suppress(OSError):
            await send({"type": "http.response.start", "status": error.status, "headers": heads})
            await send({"type": "http.response.body", "body": body})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
