"""Wake-up calls for the loops, from any thread. A signal that comes while its loop works is seen at the next wait."""

import asyncio
import contextlib
from collections.abc import Iterable
from enum import StrEnum


class Signal(StrEnum):
    """What a loop may be woken for."""

    ADMIT = "admit"  # work waits
    CHECK = "check"  # something ended or must end
    OUTBOX = "outbox"  # a message waits
    DELIVER = "deliver"  # a webhook or a subscriber is to be told
    WATCH = "watch"  # the set of input buckets changed
    BACKFILL = "backfill"  # a backfill was asked for, or goes on


# What to look at when another process has changed a table; what this process changes, it says itself.
_OF_TABLES = {
    "batches": (Signal.ADMIT, Signal.CHECK),
    "pipelines": (Signal.ADMIT,),
    "outbox": (Signal.OUTBOX,),
    "buckets": (Signal.WATCH,),
    "workflows": (Signal.WATCH,),
}


class Signals:
    """All of this process."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = loop
        self._events = {signal: asyncio.Event() for signal in Signal}

    def send(self, *signals: Signal) -> None:
        """Thread-safe. Several together: each call wakes the loop, for which its thread then waits."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._set, signals)

    def _set(self, signals: Iterable[Signal]) -> None:
        for signal in signals:
            self._events[signal].set()

    def changed(self, tables: Iterable[str]) -> None:
        """Another process has changed these tables. Thread-safe."""
        if signals := {signal for table in tables for signal in _OF_TABLES.get(table, ())}:
            self.send(*signals)

    async def wait(self, signal: Signal, seconds: float | None) -> bool:
        """Until it comes, at most `seconds`; whether it came."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._events[signal].wait(), seconds)
        came = self._events[signal].is_set()
        self._events[signal].clear()
        return came
