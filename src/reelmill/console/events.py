"""`GET /-/events`: one stream of what changes, for all tabs of a browser. It begins with everything that they need, so
a reconnect loses nothing.

Nobody polls: the library tells which tables a committed transaction changed, and the streams look at what they show.
What waits for a slow reader is a set of names, never a growing queue.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from reelmill.console.answers import HEADERS, signed_in
from reelmill.core import clock, jsonx
from reelmill.core.errors import CallerError
from reelmill.services import load, runs, sessions
from reelmill.services.context import AppContext
from reelmill.services.sessions import Session

BEAT_SECONDS = 15.0  # a comment line: proxies must not take the stream for dead
CALM_SECONDS = 0.5  # at most two looks a second
_CHECK_SECONDS = (
    3.0  # how often a stream looks whether its session still holds: ./mill and other servers change keys too
)
_MOST_STREAMS = 32  # of one session
_MOST_RUNS = 16  # that one stream carries, as api/stream.ts knows
_TOPICS = {
    "executions": ("executions",),
    "activities": ("executions",),
    "media": ("media",),
    "media_outputs": ("media",),
    "media_counts": ("media",),
    "categories": ("media",),
    "pipelines": ("pipelines",),
    "batches": ("jobs", "pipelines"),
    "jobs": ("jobs",),
    "workflows": ("workflows",),
    "buckets": ("buckets",),
    "templates": ("templates",),
    "backfills": ("backfills",),
    "mns_queues": ("messages",),
    "mns_topics": ("messages",),
    "fp_libraries": ("fingerprints",),
    "fp_files": ("fingerprints",),
    "censor_word_lists": ("wordlists",),
    "censor_logos": ("logos",),
    "mns_subscriptions": ("messages",),
    "webhooks": ("webhooks",),
    "deliveries": ("webhooks",),
}
_OF_RUNS = frozenset({"executions", "activities", "jobs", "batches", "tasks", "media_outputs", "pipelines"})
_OF_SESSIONS = frozenset({"sessions", "access_keys", "users"})
_OF_OVERVIEW = frozenset({"executions", "media", "media_counts", "pipelines", "workflows", "buckets"})


class Listener:
    """What one stream has not looked at yet."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.rang = asyncio.Event()

    def take(self) -> set[str]:
        """The tables that changed since the last call."""
        self.rang.clear()
        tables, self.tables = self.tables, set()
        return tables


class Feed:
    """Tells every stream of this process what changed. Lives on one loop; `changed` may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop, self._listeners, self._generation = loop, set[Listener](), 0
        self._seen: dict[Hashable, tuple[int, Any]] = {}
        self.closed = False

    def changed(self, tables: frozenset[str]) -> None:
        """These tables have new content."""
        if not self._listeners:
            return  # whoever comes begins with everything
        with contextlib.suppress(RuntimeError):  # the loop is closing
            self._loop.call_soon_threadsafe(self._ring, tables)

    def close(self) -> None:
        """End every stream."""
        self.closed = True
        self._ring(frozenset())

    @contextmanager
    def listener(self) -> Iterator[Listener]:
        """A listener for as long as a stream lives."""
        one = Listener()
        self._listeners.add(one)
        try:
            yield one
        finally:
            self._listeners.discard(one)
            if not self._listeners:
                self._generation += 1  # from now on nobody is told, so what was seen may grow old

    async def look(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        """What `ask` answers now; streams that show the same share one look."""
        known = self._seen.get(key)
        if known and known[0] == self._generation:
            return known[1]
        generation = self._generation
        value = await asyncio.to_thread(ask)
        self._seen = {k: v for k, v in self._seen.items() if v[0] == self._generation} | {key: (generation, value)}
        return value

    def _ring(self, tables: frozenset[str]) -> None:
        self._generation += 1
        for one in self._listeners:
            one.tables |= tables
            one.rang.set()


def route(ctx: AppContext, feed: Feed) -> list[Route]:
    """The address of the stream."""
    streams: dict[str, int] = {}

    async def events(request: Request, session: Session) -> Response:
        if streams.get(session.token, 0) >= _MOST_STREAMS:
            raise CallerError(
                "Throttling", detail=f"This session has {_MOST_STREAMS} streams open already; close some tabs."
            )
        body = _counted(
            streams,
            session.token,
            _stream(
                ctx, feed, session, list(dict.fromkeys(filter(None, request.query_params.getlist("run"))))[:_MOST_RUNS]
            ),
        )
        return StreamingResponse(
            body, headers={**HEADERS, "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        )

    return [Route("/-/events", signed_in(ctx, events))]


async def _counted(streams: dict[str, int], token: str, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    streams[token] = streams.get(token, 0) + 1
    try:
        async for part in body:
            yield part
    finally:
        streams[token] -= 1
        if not streams[token]:
            del streams[token]


async def _stream(ctx: AppContext, feed: Feed, session: Session, run_ids: Sequence[str]) -> AsyncIterator[bytes]:
    caller = session.caller

    async def overview() -> Any:
        return await feed.look((caller, "overview"), lambda: load.overview(ctx, caller))

    async def run(run_id: str) -> Any:
        return await feed.look((caller, run_id), lambda: _run(ctx, session, run_id))

    with feed.listener() as here:
        shown = {"": await overview()} | {run_id: await run(run_id) for run_id in run_ids}
        yield b"retry: 1000\n" + event(
            "snapshot", {"Overview": shown[""], "Run": shown[run_ids[0]] if run_ids else None}
        )
        for run_id in run_ids[1:]:
            yield event("run", shown[run_id])
        looked = checked = beat = clock.monotonic()
        while not feed.closed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(here.rang.wait(), _CHECK_SECONDS)
            if not feed.closed and here.rang.is_set():
                await asyncio.sleep(
                    max(0.0, looked + CALM_SECONDS - clock.monotonic())
                )  # what comes meanwhile is taken along
            now = clock.monotonic()
            tables = here.take()
            if now - checked >= _CHECK_SECONDS or tables & _OF_SESSIONS:
                checked = now
                # gone, or in another region by now: whoever connects again begins anew
                if await asyncio.to_thread(_who, ctx, session) != caller:
                    return
            if feed.closed or not tables:
                if now - beat >= BEAT_SECONDS or feed.closed:
                    beat = now
                    yield b": still here\n\n"
                continue
            looked = beat = now
            for run_id in run_ids if tables & _OF_RUNS else ():
                if (fresh := await run(run_id)) != shown[run_id]:
                    shown[run_id] = fresh
                    yield event("run", fresh)
            if tables & _OF_OVERVIEW and (fresh := await overview()) != shown[""]:
                shown[""] = fresh
                yield event("overview", fresh)
            if topics := sorted({topic for table in tables for topic in _TOPICS.get(table, ())}):
                yield event("changed", {"Topics": topics})


def _who(ctx: AppContext, session: Session) -> Any:
    """Whose session this is now; None when it has ended."""
    found = sessions.find(ctx, session.token, touch=False)
    return found and found.caller


def event(name: str, value: Any) -> bytes:
    """One event of the stream. JSON has no line breaks, so it is one data line."""
    return f"event: {name}\ndata: {jsonx.dumps(_told(value))}\n\n".encode("utf-8", "replace")


def _run(ctx: AppContext, session: Session, run_id: str) -> Any:
    if "\0" in run_id:  # no run is called so, and PostgreSQL does not even let one ask
        return None
    try:
        return runs.describe(ctx, session.caller, run_id)
    except CallerError:
        return None


def _told(value: Any) -> Any:
    """Without what is None inside objects, as the operations answer."""
    if isinstance(value, dict):
        return {name: _told(part) for name, part in value.items() if part is not None or name == "Run"}
    return [_told(part) for part in value] if isinstance(value, list) else value
