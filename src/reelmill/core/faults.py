"""The machine in trouble, for a test: with `REELMILL_FAULTS=1` each call through a door to the world fails once at each place of the code that makes it.

What is not broken in tests is not known to be borne. The doors ask `due`, and raise what their part of the world raises.
"""

import errno
import os
import sys
import threading
from pathlib import Path

KINDS = (
    "library read",
    "library write",
    "library commit",
    "engine",  # a statement of the engine's own database
    "disk",  # a file that is made, linked, written or flushed
    "spawn",  # a process
    "network",  # a message that goes out
)

_armed = os.environ.get("REELMILL_FAULTS", "") == "1"
_met: set[tuple[str, ...]] = set()
_lock = threading.Lock()


def due(kind: str) -> bool:
    """Whether this call shall fail: the first one of its kind from its place."""
    if not _armed:
        return False
    place = (kind, *_place())
    with _lock:
        if place in _met:
            return False
        _met.add(place)
    print("fault:", *place, file=sys.stderr, flush=True)
    return True


def disk() -> None:
    """OSError when the disk shall be full here."""
    if due("disk"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def spawn() -> None:
    """OSError when no process can be had here."""
    if due("spawn"):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


def _place() -> tuple[str, ...]:
    """The two nearest functions beyond the door that asks."""
    frame = sys._getframe(2)
    door = __file__ if frame.f_code.co_filename == __file__ else ""
    found: list[str] = []
    while frame is not None and len(found) < 3:
        name = frame.f_code.co_filename
        if name != door and ("/reelmill/" in name or "/dbos/" in name):
            found.append(f"{Path(name).name}:{frame.f_code.co_name}")
        frame = frame.f_back  # type: ignore[assignment]
    return tuple(found)
