"""Makes guessing slow, without shutting out the one who knows.

Tries of one address for one name wait the longer the more of them were wrong. All tries of one address, and all tries
for one name from wherever, come one after the other, a second apart once some were wrong: so neither many names nor
many addresses make guessing quick, and who guesses can make somebody else wait for a moment only, also where both come
from one address, through a proxy that nobody told us to trust; but of one address for one name only a few tries wait,
others are told to come again. In memory: whoever can restart the server need not guess.
"""

import asyncio
import ipaddress
from collections.abc import Callable
from weakref import WeakValueDictionary

from reelmill.core import clock
from reelmill.core.errors import CallerError
from reelmill.services.sessions import Session

_FREE = 4  # wrong tries that cost nothing
_LONGEST = 8.0  # seconds that a try waits at most
_APART = 1.0  # seconds between tries of one address, or for one name, that have nothing else in common
_FORGIVEN = 900.0  # seconds after the last wrong try
_REMEMBERED = 10_000
_QUEUE = 5  # tries of one address for one name that may wait at the same time
_CROWD = 40  # tries of one address that may
_AT_ONCE = 2  # passwords that are compared at the same time: each takes 32 MB


def delay(failures: int) -> float:
    """Seconds that the next try waits after so many wrong ones."""
    return 0.0 if failures < _FREE else min(_LONGEST, 0.5 * 2.0 ** min(failures - _FREE, 10))


def origin(address: str) -> str:
    """Whom an address stands for: a network of IPv6 as whoever has one has them all."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


class Brake:
    """The wrong tries of the last while, and who waits."""

    def __init__(self) -> None:
        self._failures: dict[str, tuple[int, float]] = {}
        self._looked: dict[str, float] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: dict[str, int] = {}
        self._comparing = asyncio.Semaphore(_AT_ONCE)

    def wait(self, key: str) -> float:
        """Seconds to wait before a try with this key."""
        count, last = self._failures.get(key, (0, 0.0))
        return delay(count) if clock.monotonic() - last < _FORGIVEN else 0.0

    def wrong(self, *keys: str) -> None:
        """Note a wrong try."""
        now = clock.monotonic()
        if len(self._failures) > _REMEMBERED:
            self._failures = {key: found for key, found in self._failures.items() if now - found[1] < _FORGIVEN}
        for key in keys:
            count, last = self._failures.get(key, (0, now))
            self._failures[key] = (count + 1 if now - last < _FORGIVEN else 1, now)

    def right(self, *keys: str) -> None:
        """Forget the wrong ones."""
        for key in keys:
            self._failures.pop(key, None)

    async def attempt(self, address: str, name: str, verify: Callable[[], Session]) -> Session:
        """`verify()` in its turn, after its wait. CallerError of `verify`, or Throttling when too many tries wait
        already."""
        place = origin(address)
        both, here, whom = f"{place} as {name}", f"from {place}", f"as {name}"
        if self._waiting.get(both, 0) >= _QUEUE or self._waiting.get(here, 0) >= _CROWD:
            raise CallerError("Throttling", detail="Too many tries to sign in wait already; try again in a minute.")
        for key in (both, here):
            self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with self._lock(both):
                await asyncio.sleep(self.wait(both))
                async with self._lock(here), self._lock(whom):  # always in this order
                    await self._apart(here, whom)
                    return await self._look(verify, both, here, whom)
        finally:
            for key in (both, here):
                self._waiting[key] -= 1
                if not self._waiting[key]:
                    del self._waiting[key]

    def _lock(self, key: str) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())

    async def _apart(self, *keys: str) -> None:
        """Wait until the last look at these is long enough ago, where some were wrong."""
        now = clock.monotonic()
        await asyncio.sleep(
            max(0.0, *(min(_APART, self.wait(key)) - (now - self._looked.get(key, 0.0)) for key in keys))
        )

    async def _look(self, verify: Callable[[], Session], both: str, here: str, whom: str) -> Session:
        try:
            async with self._comparing:
                session = await asyncio.to_thread(verify)
        except CallerError as error:
            if error.code == "SignInFailed":
                self.wrong(both, here, whom)
            raise
        finally:
            now = clock.monotonic()
            if len(self._looked) > _REMEMBERED:
                self._looked = {key: then for key, then in self._looked.items() if now - then < _APART}
            self._looked[here] = self._looked[whom] = now
        self.right(both)
        return session
