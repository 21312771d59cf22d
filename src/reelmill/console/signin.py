"""`/-/session`: sign in, look who is signed in, choose a region, sign out."""

import asyncio
from typing import Any
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reelmill import __version__
from reelmill.console.answers import HEADERS, answer, guarded, json_body, signed_in
from reelmill.core import clock
from reelmill.core.errors import CallerError
from reelmill.services import sessions
from reelmill.services.context import House
from reelmill.services.sessions import Session

_FREE = 4  # wrong tries that cost nothing
_LONGEST = 8.0  # seconds that a try waits at most
_FORGIVEN = 900.0  # seconds after the last wrong try
_REMEMBERED = 10_000
_QUEUE = 5  # tries of one address that may wait at the same time


def delay(failures: int) -> float:
    """Seconds that the next try waits after so many wrong ones."""
    return 0.0 if failures < _FREE else min(_LONGEST, 0.5 * 2.0 ** min(failures - _FREE, 10))


class Brake:
    """Makes guessing slow: tries from one address, and tries for one name, wait the longer the more of them were wrong; those of one address
    come one after the other. In memory: whoever can restart the server need not guess."""

    def __init__(self) -> None:
        self._failures: dict[str, tuple[int, float]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: dict[str, int] = {}

    def wait(self, *keys: str) -> float:
        """Seconds to wait before a try with these keys."""
        now = clock.monotonic()
        return max((delay(count) for key in keys for count, last in [self._failures.get(key, (0, now))] if now - last < _FORGIVEN), default=0.0)

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

    async def attempt(self, address: str, name: str, verify: Any) -> Session:
        """`verify()` in its turn, after its wait. CallerError of `verify`, or Throttling when too many tries of this address wait already."""
        keys = (f"from {address}", f"as {name}")
        if self._waiting.get(address, 0) >= _QUEUE:
            raise CallerError("Throttling", detail="Too many tries to sign in wait already; try again in a minute.")
        self._waiting[address] = self._waiting.get(address, 0) + 1
        lock = self._locks.setdefault(address, asyncio.Lock())
        try:
            async with lock:
                await asyncio.sleep(self.wait(*keys))
                try:
                    session: Session = await asyncio.to_thread(verify)
                except CallerError as error:
                    if error.code == "SignInFailed":
                        self.wrong(*keys)
                    raise
                self.right(*keys)
                return session
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]


def route(house: House) -> list[Route]:
    """The address of the session."""
    brake = Brake()

    async def sign_in(request: Request) -> Response:
        given = await json_body(request)
        name, secret, how = _credentials(given)
        address = request.client.host if request.client else ""
        session = await brake.attempt(address, name, lambda: how(house, name, secret))
        reply = answer(_shown(house, session))
        reply.set_cookie(sessions.COOKIE, session.token, path="/-/", httponly=True, samesite="strict", secure=_is_https(house, request))
        return reply

    async def look(request: Request, session: Session) -> Response:
        return answer(_shown(house, session))

    async def choose(request: Request, session: Session) -> Response:
        given = await json_body(request)
        return answer(_shown(house, await asyncio.to_thread(sessions.choose_region, house, session, str(given.get("Region") or ""))))

    async def sign_out(request: Request, session: Session) -> Response:
        await asyncio.to_thread(sessions.sign_out, house, session.token)
        reply = Response(status_code=204, headers=HEADERS)
        reply.delete_cookie(sessions.COOKIE, path="/-/", httponly=True, samesite="strict", secure=_is_https(house, request))
        return reply

    path = "/-/session"
    return [
        Route(path, guarded(house, sign_in), methods=["POST"]),
        Route(path, signed_in(house, look), methods=["GET"]),
        Route(path, signed_in(house, choose), methods=["PUT"]),
        Route(path, signed_in(house, sign_out), methods=["DELETE"]),
    ]


def _credentials(given: dict[str, Any]) -> tuple[str, str, Any]:
    for (who, what), how in ((("AccessKeyId", "AccessKeySecret"), sessions.sign_in_key), (("User", "Password"), sessions.sign_in_user)):
        if who in given or what in given:
            for name in (who, what):
                if not isinstance(given.get(name), str) or not given[name]:
                    raise CallerError("MissingParameter", name)
            return given[who], given[what], how
    raise CallerError("MissingParameter", "AccessKeyId", "Sign in with AccessKeyId and AccessKeySecret, or with User and Password.")


def _shown(house: House, session: Session) -> dict[str, Any]:
    caller = session.caller
    return {"User": session.user, "Account": caller.account, "Role": caller.role, "Region": caller.region, "Regions": list(sessions.regions(house)),
            "Csrf": session.csrf, "Version": __version__}  # fmt: skip


def _is_https(house: House, request: Request) -> bool:
    return request.url.scheme == "https" or house.base_url.startswith("https:")
