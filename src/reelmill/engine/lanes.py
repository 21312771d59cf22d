"""Slots of this host. They live in memory on purpose: a crash frees every slot by itself."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

Rank = tuple[int, ...]  # (-priority, turn, batch seq, piece): smallest first


class Lane:
    """`slot(rank)` waits for its turn; the best rank goes first, equals in order of arrival."""

    def __init__(self, slots: int):
        self._free = slots
        self._queue: list[tuple[Rank, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    @asynccontextmanager
    async def slot(self, rank: Rank) -> AsyncIterator[None]:
        if self._free:
            self._free -= 1
        else:
            turn = asyncio.get_running_loop().create_future()
            heapq.heappush(self._queue, (rank, next(self._order), turn))
            try:
                await turn
            except BaseException:
                if turn.done() and not turn.cancelled():  # cancelled in the moment it got its turn: the slot must not be lost
                    self._pass_on()
                raise
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        while self._queue:
            turn = heapq.heappop(self._queue)[2]
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
