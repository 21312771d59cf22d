"""Patience: how long work waits that cannot go on, and who is told meanwhile.

Two kinds of failure are worth another try. One that may have been chance (a tool that was ended by a signal, an object
that keeps changing) gets a few, soon. One of the machine (a full disk, a storage that is away, a database that does not
answer) is nobody's fault: what was made is kept, the batch is held, the row, healthz and the doctor say why, and it is
tried again until it comes off, for hours.
"""

import asyncio
import contextlib
import errno
import logging
from collections.abc import Sequence

from reelmill.core import clock
from reelmill.core.errors import Failure, TryAgain
from reelmill.engine import context
from reelmill.engine.signals import Signal
from reelmill.store import work
from reelmill.store.database import Row

log = logging.getLogger(__name__)

UNWANTED = Failure("JobCancelled", "The work was cancelled by a user.")
_FEW = (1.0, 5.0)  # seconds between tries of what may have been chance
_MANY = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # and of what somebody has to mend; the last one again and again
_SCARCE = {
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.EAGAIN,
}  # what a system says that is short of something else than room on a disk
_AT_ONCE = -11  # the first of a rank: somebody waits for the answer of a request


class Patience:
    """Of one piece of work. `wait` is asked after each failure: True when it may be tried again, which is after a
    pause."""

    def __init__(self, rank: Sequence[int] = ()):
        self._tries = self._holds = 0
        self._began: float | None = None
        self._hurried = bool(rank) and rank[0] <= _AT_ONCE

    async def wait(self, batch_id: str, attempt: int, failure: Failure) -> bool:
        if not failure.retry or (self._hurried and failure.hold):
            return False
        if not failure.hold:
            self._tries += 1
            if self._tries > len(_FEW):
                return False
            await asyncio.sleep(_FEW[self._tries - 1])
            return True
        now = clock.monotonic()
        self._began = self._began or now
        if now - self._began > context.get().options.hold_seconds:
            return False
        await hold(batch_id, attempt, failure)
        await asyncio.sleep(_MANY[min(self._holds, len(_MANY) - 1)])
        self._holds += 1
        return True

    async def over(self, batch_id: str, attempt: int) -> None:
        """It came off, or was given up."""
        if self._holds:
            await release(batch_id, attempt)


async def hold(batch_id: str, attempt: int, failure: Failure) -> None:
    """Tell why the batch does not go on. The rows are told as soon as they can be: the database may be what is in
    trouble."""
    host, owner = context.get(), f"{batch_id}-{attempt}"
    if host.process.held.get(owner) != failure.message:
        log.warning("batch %s is held: %s %s", batch_id, failure.message, failure.advice)
    host.process.held[owner] = failure.message
    with contextlib.suppress(TryAgain):
        await asyncio.to_thread(_note, host, batch_id, attempt, failure.message)


async def release(batch_id: str, attempt: int) -> None:
    """The batch goes on."""
    host = context.get()
    if host.process.held.pop(f"{batch_id}-{attempt}", None) is not None:
        log.info("batch %s goes on", batch_id)
        with contextlib.suppress(TryAgain):  # the reconciler corrects it
            await asyncio.to_thread(_note, host, batch_id, attempt, "")


def correct(host: context.HostContext, rows: Sequence[Row]) -> None:
    """Rows say what is held; the process knows. For the reconciler, with the live batches: what no longer waits, also
    since a crash, is released."""
    alive = {f"{row['id']}-{row['attempt']}" for row in rows}
    for owner in set(host.process.held) - alive:  # cancelled while it waited
        host.process.held.pop(owner, None)
    for row in rows:
        known = host.process.held.get(f"{row['id']}-{row['attempt']}", "")
        if row["held"] != known:
            _note(host, row["id"], row["attempt"], known)


def _note(host: context.HostContext, batch_id: str, attempt: int, why: str) -> None:
    with host.database.write() as tx:
        changed = work.hold(tx, batch_id, attempt, why)
    if changed:
        host.process.signals.send(Signal.ADMIT)  # what is held leaves its place in the lane to others


def of_os(error: OSError) -> Failure:
    """An error of the work store, or of the system when it gives no process, no memory or no file handle."""
    if error.errno in _SCARCE:
        return Failure(
            "ServiceUnavailable",
            f"The system gave the server too little to work with: {error.strerror}.",
            "Raise the limits under which the server runs (open files, processes, memory), or lower heavy_slots.",
            retry=True,
            hold=True,
        )
    text = f"The server could not write its work files: {error.strerror or error}."
    return Failure(
        "ServiceUnavailable",
        text,
        "Make room on the disk of the server's home, or mend its permissions.",
        retry=True,
        hold=True,
    )
