"""The machine in trouble, for a test: with `REELMILL_FAULTS=FILE` each call through a door to the world fails once at
each place of the code that makes it; the file remembers where, also for the next start. The kinds of error take turns;
`REELMILL_FAULTS_TURN=N` lets each place meet another one. With `REELMILL_FAULTS_SHARE=N` one place of N fails.

What is not broken in tests is not known to be borne. The doors ask `due`, and raise what their part of the world
raises.
"""

import errno
import os
import sys
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

KINDS = (
    "library read",
    "library write",
    "library commit",
    "engine",  # a statement of the engine's own database
    "disk",  # a file that is made, linked, written or flushed
    "spawn",  # a process
    "network",  # a message that goes out
)

T = TypeVar("T")
_DISK = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)
_SPAWN = (errno.EMFILE, errno.EAGAIN, errno.ENOMEM)

_file = os.environ.get("REELMILL_FAULTS", "")
_met = set(Path(_file).read_text().splitlines()) if _file and Path(_file).exists() else set[str]()
_turn = int(os.environ.get("REELMILL_FAULTS_TURN", "0"))
_share = int(os.environ.get("REELMILL_FAULTS_SHARE", "1"))
_lock = threading.Lock()
_DOORS = ("faults.py", "database.py")


def due(kind: str) -> bool:
    """Whether this call shall fail: the first one of its kind from its place."""
    if not _file:
        return False
    place = f"{kind}: {_place()}"
    with _lock:
        if place in _met or zlib.crc32(place.encode()) % _share:
            return False
        _met.add(place)
        with Path(_file).open("a") as file:
            file.write(place + "\n")
    return True


def turn(kinds: Sequence[T]) -> T:
    """Which kind of error it is this time."""
    return kinds[(len(_met) + _turn) % len(kinds)]


def disk() -> None:
    """OSError when the disk shall be full, broken or read-only here."""
    if due("disk"):
        number = turn(_DISK)
        raise OSError(number, os.strerror(number))


def spawn() -> None:
    """OSError when no process can be had here."""
    if due("spawn"):
        number = turn(_SPAWN)
        raise OSError(number, os.strerror(number))


def _place() -> str:
    """The three nearest functions beyond the door that asks."""
    frame, found = sys._getframe(2), list[str]()
    while frame is not None and len(found) < 3:
        name = Path(frame.f_code.co_filename)
        if name.name not in _DOORS and ({"reelmill", "dbos"} & set(name.parts)):
            found.append(f"{name.name}:{frame.f_code.co_name}")
        frame = frame.f_back  # type: ignore[assignment]
    return " < ".join(found)
