"""The only reader of time and maker of ids. Tests may put another clock or id maker in place."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

_now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000  # noqa: E731 - replaceable on purpose


def now_ms() -> int:
    """Milliseconds since 1970, UTC. All columns that end in `_ms` hold this."""
    return _now_ms()


def monotonic() -> float:
    """Seconds of a clock that never goes back; for durations only."""
    return time.monotonic()


def new_id() -> str:
    """32 lower-case hex characters, the form of every MPS id."""
    return uuid.uuid4().hex


def new_request_id() -> str:
    """Upper-case UUID with dashes, the form of RequestId."""
    return str(uuid.uuid4()).upper()


def iso(ms: int | None) -> str | None:
    """MPS time text `YYYY-MM-DDThh:mm:ssZ` (UTC) of a `_ms` value; None stays None."""
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_exact(ms: int | None) -> str | None:
    """As `iso` with milliseconds, where durations are told by it: `YYYY-MM-DDThh:mm:ss.sssZ`."""
    return (
        None
        if ms is None
        else datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def from_iso(text: str) -> int:
    """The `_ms` value of an MPS time text, with or without milliseconds. ValueError when it is none."""
    form = "%Y-%m-%dT%H:%M:%S.%fZ" if "." in text else "%Y-%m-%dT%H:%M:%SZ"
    return int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp() * 1000)
