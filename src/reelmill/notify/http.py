"""Messages to an HTTP address: signed, never redirected, and not to places that the address has no business to
reach."""

import hashlib
import hmac

from reelmill.core import clock
from reelmill.notify.guard import allowed
from reelmill.notify.post import CONNECT_SECONDS, TOTAL_SECONDS, Poster

__all__ = ["MAX_TRIES", "HttpCallback", "allowed", "next_delay", "sign"]
MAX_TRIES = 176  # workflow.md 10.3, EXPONENTIAL_DECAY_RETRY: one day
_LONGEST = 512.0


def next_delay(tries: int, key: str = "") -> float:
    """Seconds to wait after `tries` failed tries (1 or more): 1, 2, 4 ... 512, 512, plus up to a tenth that depends on
    the message alone, so that messages which failed together do not come back together. MAX_TRIES of them span about a
    day; the caller gives up after that."""
    spread = int.from_bytes(hashlib.sha256(f"{key} {tries}".encode()).digest()[:4], "big") / 2**32
    return min(_LONGEST, 2.0 ** min(max(tries, 1) - 1, 9)) * (1 + spread / 10)


def sign(secret: str, timestamp: str, key: str, body: str) -> str:
    """The value of `x-reelmill-signature`: a receiver makes it again from the two other headers and the raw body, and
    compares."""
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.{key}.{body}".encode(), hashlib.sha256).hexdigest()


class HttpCallback:
    """Delivers messages to one address.

    The address stands in the settings, so its owner is the administrator and inner networks are allowed; pass
    `allow_private=False` for an address that came from anybody else. With an empty secret the signature header is left
    out.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        allow_private: bool = True,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ):
        self._url, self._secret = url, secret
        self._poster = Poster(
            allow_private=allow_private, connect_seconds=connect_seconds, total_seconds=total_seconds, keep=True
        )

    async def deliver(self, key: str, body: str) -> str | None:
        """POST a JSON text. None when the receiver answered 2xx, else why not, in one sentence. `key` is the message's
        stable id."""
        timestamp = str(clock.now_ms() // 1000)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "x-reelmill-message-id": key,
            "x-reelmill-timestamp": timestamp,
        }
        if self._secret:
            headers["x-reelmill-signature"] = sign(self._secret, timestamp, key, body)
        return (await self._poster.post(self._url, headers, body.encode())).error or None

    async def close(self) -> None:
        """Close idle connections."""
        await self._poster.close()
