"""Uploads leave the interpreter to those who wait for an answer."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Slots:
    """Few threads at once for the work of uploads, first come, first served. Threads share one interpreter, and each
    that wants it makes a list or a search of somebody else wait longer: with eight uploads at once five times as long,
    and the uploads were hardly sooner there.

    most    how many at once, and `few` while `others` is true
    others  whether somebody waits for an answer
    lease   seconds after which the slot goes to the next one though the work goes on: it waits for a disk then, and a
            large file must not hold up small ones
    """

    def __init__(
        self, others: Callable[[], bool] = lambda: False, *, most: int = 4, few: int = 1, lease: float = 0.1
    ) -> None:
        self._others, self._most, self._few, self._lease = others, most, few, lease
        self._taken, self._queue = 0, deque[asyncio.Future[None]]()

    async def run(self, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What the function answers, which runs in a thread when it is its turn."""
        await self._take()
        held = True

        def release() -> None:
            nonlocal held
            if held:
                held = False
                self._taken -= 1
                self._pass_on()

        lease = asyncio.get_running_loop().call_later(self._lease, release)
        try:
            return await asyncio.to_thread(function, *args, **named)
        finally:
            lease.cancel()
            release()

    async def _take(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        self._pass_on()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was our turn in the same moment
                self._taken -= 1
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._queue and self._taken < (self._few if self._others() else self._most):
            turn = self._queue.popleft()
            if not turn.cancelled():
                self._taken += 1
                turn.set_result(None)
