"""Is an object complete? The decision (pure) and the facts it needs. A half-copied video must never be worked on."""

import errno
import fcntl
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Notice = Literal["closed", "moved", "created", "seen", "again"]
Writer = Literal["none", "open", "unknown"]
Verdict = Literal["now", "wait for close"] | tuple[Literal["check again after"], float]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about an object at one moment.

    size        bytes
    writer      whether somebody has it open for writing; "unknown" where the system cannot tell
    unchanged   seconds since size and modification time last changed, as far as we saw it
    settle      seconds without a change after which an object counts as complete when nothing better is known
    awaited     it was created while we watched, and whoever did that has not closed it yet
    beside      a downloader's file lies beside it: it holds the name until that is complete
    """

    size: int
    writer: Writer
    unchanged: float
    settle: float
    awaited: bool = False
    beside: bool = False


_UNCLOSED = (
    30  # times the settle time after which also an awaited object is taken: a hard link is created and never closed
)


def decide(notice: Notice, facts: Facts) -> Verdict:
    """What to do with an object that was noticed.

    closed   a writer closed it      moved   it was renamed or moved to this place
    created  its name appeared       seen    a listing or a caller found it      again   it was told to be checked again
    """
    if facts.writer == "open":
        return "wait for close"
    settled = facts.unchanged >= facts.settle
    if facts.size == 0 and (
        facts.beside or not settled
    ):  # made to reserve the name; its writer will open it in a moment
        return "check again after", max(facts.settle - facts.unchanged, min(1.0, facts.settle))
    if facts.writer == "none" or notice == "closed" or (notice == "moved" and not facts.awaited):
        return "now"
    if facts.awaited:  # whose it is may not let us ask who has it open, but its close will be told
        return "now" if facts.unchanged >= _UNCLOSED * facts.settle else "wait for close"
    return "now" if settled else ("check again after", facts.settle - facts.unchanged)


def writer_of(path: Path) -> Writer:
    """Whether any process of this machine has the file open for writing. Asks for a read lease, which Linux grants only
    when there is no writer, and gives it back at once. "unknown" for foreign files without CAP_LEASE and for file
    systems without leases."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return "unknown"
    try:
        # A writer who opens the file in this instant makes the kernel signal us: by default SIGIO, which would end the
        # process. SIGURG is ignored.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return "open" if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK) else "unknown"
    finally:
        os.close(descriptor)
    return "none"
