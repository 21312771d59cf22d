"""Uploads leave the interpreter to those who wait for an answer."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Slots:
    """Few threads at once for the work of uploads. Threads share one interpreter, and every thread that wants it makes
    a list or a search of somebody else wait longer: with eight uploads at once five times as long, and the uploads are
    hardly sooner there.

    most    how many at once
    lease   seconds after which the slot goes to the next one though the work goes on: it waits for a disk then, and a
            large file must not hold up small ones
    """

    def __init__(self, most: int = 2, lease: float = 0.1):
        self._free, self._lease = asyncio.Semaphore(most), lease

    async def run(self, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What the function answers, which runs in a thread when it is its turn."""
        await self._free.acquire()
        held = True

        def release() -> None:
            nonlocal held
            if held:
                held = False
                self._free.release()

        lease = asyncio.get_running_loop().call_later(self._lease, release)
        try:
            return await asyncio.to_thread(function, *args, **named)
        finally:
            lease.cancel()
            release()
