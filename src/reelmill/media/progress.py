"""Reads what ffmpeg writes with `-progress`: blocks of key=value lines. Pure: bytes in, seconds out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

PROGRESS_FLAGS = ("-progress", "pipe:1", "-nostats", "-stats_period", "1")
_LONGEST_LINE = 4096  # ffmpeg's lines have less than 100 characters; a line without end must not fill the memory
_MOVES = (b"out_time_us", b"total_size", b"frame")


class Reader(Protocol):
    """Reads what a tool tells of its way while it runs."""

    seconds: float  # the furthest time of the output so far
    moves: int  # how often something changed: who repeats the same numbers hangs

    def feed(self, chunk: bytes) -> bool:
        """Whether `seconds` has grown."""
        ...


@dataclass(frozen=True, slots=True)
class ProgressFormat:
    """How a runtime tells how far it is: the flags for it, behind the program's name, and who reads its stdout then."""

    flags: tuple[str, ...]
    reader: Callable[[], Reader]


class ProgressReader:
    """Feed it what arrives. `seconds` is the furthest output time so far; `moves` counts the times that time, size or
    frame number changed, so that a tool which keeps printing the same numbers can be told from one that works."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.moves = 0
        self._rest = b""
        self._last: dict[bytes, bytes] = {}

    def feed(self, chunk: bytes) -> bool:
        """Whether `seconds` has grown."""
        before = self.seconds
        *lines, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[-_LONGEST_LINE:]
        for line in lines:
            key, _, value = line.strip().partition(b"=")
            if key in _MOVES and self._last.get(key) != value:
                self._last[key] = value
                self.moves += 1
                # "N/A" before the first packet, negative while a start offset is eaten
                if key == b"out_time_us" and value.isdigit():
                    self.seconds = max(self.seconds, int(value) / 1_000_000)
        return self.seconds > before


FFMPEG = ProgressFormat(PROGRESS_FLAGS, ProgressReader)
LOOKING = ProgressFormat((), ProgressReader)  # what looks at films says it in the same words, unasked
