"""Log lines of one kind are counted instead of repeated: what goes wrong thousands of times a minute must not fill the
disk, nor hide what else happened."""

import logging
from dataclasses import dataclass

from reelmill.core import clock

_AS_THEY_COME = 20  # lines of one kind in a span
# ... of faults of ours, which a caller was told the number of; beyond the first ones without where in the code they
# happened
_WITHOUT_PLACE = 1000
_SPAN = 60.0  # seconds
_KINDS = 1000  # that are remembered


@dataclass(slots=True)
class _Kind:
    began: float
    lines: int = 0
    left_out: int = 0


class Counted(logging.Filter):
    """For handlers; several may share it. A kind is where in the program a line is written, and how important it is."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: dict[tuple[str, str, int], _Kind] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        verdict = getattr(record, _VERDICT, None)
        if verdict is None:
            verdict = self._decide(record)
            setattr(record, _VERDICT, verdict)  # the next handler decides the same
        return bool(verdict)

    def _decide(self, record: logging.LogRecord) -> bool:
        now, key = clock.monotonic(), (record.name, record.pathname, record.lineno)
        kind = self._kinds.get(key)
        if kind is None or now - kind.began > _SPAN:
            left_out = kind.left_out if kind else 0
            if len(self._kinds) > _KINDS:
                self._kinds.clear()
            kind = self._kinds[key] = _Kind(now)
            if left_out:
                record.msg, record.args = (
                    f"{record.getMessage()} ({left_out} more lines like this one were left out before it)",
                    (),
                )
        kind.lines += 1
        if kind.lines <= _AS_THEY_COME or record.levelno < logging.WARNING:  # what goes well is told each time
            return True
        if record.exc_info and kind.lines <= _WITHOUT_PLACE:
            record.exc_info = record.exc_text = None
            return True
        kind.left_out += 1
        return False


_VERDICT = "reelmill_written"
