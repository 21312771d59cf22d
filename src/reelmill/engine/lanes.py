"""Slots of this host. They live in memory on purpose: a crash frees every slot by itself."""

import asyncio
import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from reelmill.core import clock

Rank = tuple[int, ...]  # (-priority, turn, batch seq, piece): smallest first
Share = tuple[str, str]  # (account, pipeline)
_AT_ONCE = -11  # first of a rank that goes before all others


@dataclass(slots=True)
class _Waiting:
    rank: Rank
    order: int
    share: Share
    turn: "asyncio.Future[None]"


class Lane:
    """`slot(rank, share)` waits for its turn. Who has fewest slots is next, then who has used least: accounts against
    each other, then the pipelines of an account; so a film of a thousand pieces, or an import of a thousand films,
    holds up nobody else's clip. Inside a pipeline the best rank goes first, equals in order of arrival. `weights`:
    account -> how large its share is, 1 if it is not named."""

    def __init__(self, slots: int, weights: Mapping[str, float] | None = None):
        self._free, self._weights = slots, weights or {}
        self._queue: list[_Waiting] = []
        self._order = itertools.count()
        self._has: Counter[Share] = Counter()
        self._used: defaultdict[str, float] = defaultdict(
            float
        )  # seconds of slots, by account and by "account/pipeline"

    @property
    def idle(self) -> bool:
        """Nobody has a slot."""
        return not +self._has

    @asynccontextmanager
    async def slot(self, rank: Rank, share: Share = ("", "")) -> AsyncIterator[None]:
        if self._free:
            self._free -= 1
            self._has[share] += 1
        else:
            mine = _Waiting(rank, next(self._order), share, asyncio.get_running_loop().create_future())
            self._arrives(share)
            self._queue.append(mine)
            try:
                await mine.turn
            except BaseException:
                # cancelled in the moment it got its turn: the slot must not be lost
                if mine.turn.done() and not mine.turn.cancelled():
                    self._has[share] -= 1
                    self._pass_on()
                elif mine in self._queue:
                    self._queue.remove(mine)
                raise
        began = clock.monotonic()
        try:
            yield
        finally:
            self._has[share] -= 1
            for name in _names(share):
                self._used[name] += (clock.monotonic() - began) / self._weights.get(share[0], 1.0)
            self._pass_on()

    def _arrives(self, share: Share) -> None:
        """Who was away has saved nothing up: it begins with the least that anybody who is here has used."""
        here = {*(w.share for w in self._queue), *(s for s, n in self._has.items() if n)}
        for place, name in enumerate(_names(share)):
            others = [self._used[_names(s)[place]] for s in here if s != share and (place == 0 or s[0] == share[0])]
            if share not in here and others:
                self._used[name] = max(self._used[name], min(others))

    def _pass_on(self) -> None:
        self._queue = [w for w in self._queue if not w.turn.done()]
        if not self._queue:
            self._free += 1
            return
        best = min(self._queue, key=self._place)
        self._queue.remove(best)
        self._has[best.share] += 1  # now, not when it wakes: more slots may become free in the same moment
        best.turn.set_result(None)

    def _place(self, one: _Waiting) -> tuple[object, ...]:
        account, pipeline = _names(one.share)
        of_account = sum(n for s, n in self._has.items() if s[0] == one.share[0])
        return (
            one.rank[:1] > (_AT_ONCE,),
            of_account / self._weights.get(one.share[0], 1.0),
            self._used[account],
            self._has[one.share],
            self._used[pipeline],
            one.rank,
            one.order,
        )


def _names(share: Share) -> tuple[str, str]:
    return share[0], "/".join(share)
