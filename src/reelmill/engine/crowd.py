"""Commands among others, and one alone: what may bring the machine down must not take the work of others with it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

# how long one that wants to be alone waits for a moment in which nobody else works, before newcomers wait for it
_POLITE_SECONDS = 600.0


class Crowd:
    """`among()` for each ordinary command, `alone()` for one that nobody else may run beside."""

    def __init__(self, polite: float = _POLITE_SECONDS) -> None:
        self._polite = polite
        self._changed = asyncio.Condition()
        self._among = 0
        self._closed = False

    @property
    def closed(self) -> bool:
        """Newcomers wait for one that runs alone, or for the last ones before it."""
        return self._closed

    @contextlib.asynccontextmanager
    async def among(self) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: not self._closed)
            self._among += 1
        try:
            yield
        finally:
            self._among -= 1
            self._tell()

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        async with self._changed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    self._changed.wait_for(lambda: not self._closed and not self._among), self._polite
                )
            await self._changed.wait_for(lambda: not self._closed)
            self._closed = True
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: not self._among)
            yield
        finally:
            self._closed = False
            self._tell()

    def _tell(self) -> None:
        """A task, for whoever leaves may be leaving because he was cancelled."""
        task = asyncio.ensure_future(self._notify())
        _telling.add(task)
        task.add_done_callback(_telling.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


_telling: set["asyncio.Future[None]"] = set()  # the loop itself keeps no reference
