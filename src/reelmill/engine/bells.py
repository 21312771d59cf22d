"""Wake-up calls for the loops, from any thread. A bell that rings while its loop works is heard at the next wait."""

import asyncio
import contextlib


class Bells:
    """Names: "admit" (work waits), "check" (something ended or must end), "outbox" (a message waits), "watch" (the set
    of input buckets changed)."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = loop
        self._events = {name: asyncio.Event() for name in ("admit", "check", "outbox", "watch")}

    def ring(self, name: str) -> None:
        """Thread-safe."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._events[name].set)

    async def wait(self, name: str, seconds: float | None) -> None:
        """Until it rings, at most `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._events[name].wait(), seconds)
        self._events[name].clear()
