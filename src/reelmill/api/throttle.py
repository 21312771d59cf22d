"""Requests per second: a bucket of tokens for each account and operation. Off unless the settings give rates."""

import threading
from collections.abc import Mapping

from reelmill.core import clock
from reelmill.core.errors import CallerError

# MPS's rates per account, all of its users together, by operation; "" is for all others.
MPS_RATES: Mapping[str, int] = {
    "": 100,
    "ListAllMediaBucket": 10,
    "SubmitMediaInfoJob": 50,
    "SubmitSnapshotJob": 50,
    "SubmitFpShotJob": 150,
    "ListFpShotDB": 500,
    "QueryFpFileDeleteJobList": 500,
    "SubmitFpFileDeleteJob": 10,
    "QueryMediaCensorJobList": 50,
    "DeleteCustomGroup": 50,
}


class Throttle:
    """Counts in memory: a restart forgives. A bucket holds one second's worth, so a burst of that many is let through
    at once."""

    def __init__(self, rates: Mapping[str, int]):
        self._rates = rates
        self._left: dict[tuple[str, str], tuple[float, float]] = {}  # (account, operation) -> (tokens, moment)
        self._lock = threading.Lock()

    def take(self, account: str, operation: str) -> None:
        """One request. CallerError Throttling.User when the account has sent too many of this operation."""
        rate = self._rates.get(operation, self._rates.get("", 0))
        if not rate:
            return
        now = clock.monotonic()
        with self._lock:
            tokens, then = self._left.get((account, operation), (float(rate), now))
            tokens = min(float(rate), tokens + (now - then) * rate)
            self._left[account, operation] = (max(0.0, tokens - 1), now) if tokens >= 1 else (tokens, now)
        if tokens < 1:
            raise CallerError(
                "Throttling.User", detail=f"{operation} may be called {rate} times a second; try again in a moment."
            )
