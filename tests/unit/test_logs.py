"""Lines of one kind are counted, not repeated."""

import logging

import pytest

from reelmill.core import clock
from reelmill.core.logs import Counted


def test_a_flood_is_counted_and_hides_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    now, lines = [0.0], list[str]()
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    logger, handler = logging.getLogger("test.flood"), logging.Handler()
    handler.addFilter(Counted())
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)

    def flood(count: int) -> None:
        for n in range(count):
            logger.warning("no more files: %d", n)

    flood(100_000)
    logger.warning("something else")
    assert len(lines) == 21 and lines[-1] == "something else"
    now[0] = 61.0
    flood(1)
    assert lines[-1] == "no more files: 0 (99980 more lines like this one were left out before it)"
    flood(2)
    assert lines[-1] == "no more files: 1"
    logger.removeHandler(handler)


def test_a_fault_that_a_caller_was_told_the_number_of_is_found_in_the_log() -> None:
    """The twenty-first one of a minute without its place in the code, but with its number."""
    counted, written = Counted(), []
    for number in range(40):
        record = logging.LogRecord(
            "r", logging.ERROR, "p.py", 1, "bug %s", (f"id{number}",), (ValueError, ValueError("x"), None)
        )
        if counted.filter(record):
            written.append((record.getMessage(), bool(record.exc_info)))
    assert [text for text, _ in written] == [f"bug id{n}" for n in range(40)]
    assert [whole for _, whole in written] == [n < 20 for n in range(40)]
