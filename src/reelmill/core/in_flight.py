"""How much of something goes on in this moment."""

from types import TracebackType

from reelmill.core import clock


class InFlight:
    """True while somebody is inside its `with` block and for `after` seconds then: who asks much asks again at once. Of
    one thread (the event loop's)."""

    def __init__(self, after: float = 0.05) -> None:
        self._count, self._after, self._left = 0, after, -after

    def __bool__(self) -> bool:
        return self._count > 0 or clock.monotonic() - self._left < self._after

    def __enter__(self) -> None:
        self._count += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._count, self._left = self._count - 1, clock.monotonic()
