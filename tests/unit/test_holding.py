"""Work that is held says what the machine lacks, so that whoever mends it looks in the right place."""

import asyncio
import errno
import os
from types import SimpleNamespace
from typing import Any

import pytest

from reelmill.core import clock
from reelmill.core.errors import Failure
from reelmill.engine import reconcile
from reelmill.engine.holding import of_os


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Make room on the disk"),
        (errno.EACCES, "mend its permissions"),
        (errno.EMFILE, "open files"),
        (errno.EAGAIN, "processes"),
        (errno.ENOMEM, "memory"),
    ],
)
def test_the_advice_fits_what_is_lacking(number: int, advice: str) -> None:
    failure = of_os(OSError(number, os.strerror(number)))
    assert failure.retry and failure.hold and advice in failure.advice and os.strerror(number) in failure.message
    assert ("work files" in failure.message) == (number in (errno.ENOSPC, errno.EACCES))


@pytest.mark.parametrize(("ago", "given_up"), [(50.0, False), (3601.0, True)])
def test_work_that_the_server_itself_breaks_off_is_given_up_after_hours(
    ago: float, given_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Failure] = []
    begun: list[int] = []

    async def start(_batch: str, attempt: int, _version: str) -> None:
        begun.append(attempt)

    monkeypatch.setattr(reconcile, "_fail", lambda _here, _row, failure: found.append(failure))
    monkeypatch.setattr(reconcile, "_again", lambda _here, _row, _version: True)
    monkeypatch.setattr(reconcile, "start_batch", start)
    now = clock.monotonic()
    here: Any = SimpleNamespace(
        options=SimpleNamespace(hold_seconds=3600.0),
        process=SimpleNamespace(anew={"b": (9, 0.0, now - ago)}, quiet=lambda _owner: True),
    )
    asyncio.run(reconcile._begin_anew(here, {"id": "b", "attempt": 9, "kind": "Start"}))
    assert (len(found), len(begun)) == ((1, 0) if given_up else (0, 1))
    assert not found or (found[0].code, bool(found[0].advice)) == ("InternalError", True)
