"""Wakes whoever waits for something of a name to change, such as a message in one queue. Nobody polls."""

import asyncio
import contextlib
from collections.abc import Iterator


class Listeners:
    """Lives on one loop; `changed` may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = loop
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self.closed = False

    def changed(self, names: frozenset[str]) -> None:
        """These have something new."""
        if self._waiting:
            with contextlib.suppress(RuntimeError):  # the loop is closing
                self._loop.call_soon_threadsafe(self._ring, names)

    @contextlib.contextmanager
    def listen(self, name: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever this changes."""
        event = asyncio.Event()
        self._waiting.setdefault(name, set()).add(event)
        try:
            yield event
        finally:
            there = self._waiting[name]
            there.discard(event)
            if not there:
                del self._waiting[name]

    def close(self) -> None:
        """Send everybody home who waits."""
        self.closed = True
        self._ring(frozenset(self._waiting))

    def _ring(self, names: frozenset[str]) -> None:
        for name in names:
            for event in self._waiting.get(name, ()):
                event.set()
