"""Wake-up calls for the loops, from any thread. A signal that comes while its loop works is seen at the next wait."""

import asyncio
import contextlib
from enum import StrEnum


class Signal(StrEnum):
    """What a loop may be woken for."""

    ADMIT = "admit"  # work waits
    CHECK = "check"  # something ended or must end
    OUTBOX = "outbox"  # a message waits
    WATCH = "watch"  # the set of input buckets changed


class Signals:
    """All of this process."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = loop
        self._events = {signal: asyncio.Event() for signal in Signal}

    def send(self, signal: Signal) -> None:
        """Thread-safe."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._events[signal].set)

    async def wait(self, signal: Signal, seconds: float | None) -> None:
        """Until it comes, at most `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._events[signal].wait(), seconds)
        self._events[signal].clear()
