"""Streams in segments, as they were read from the files that were made. Checkpoints keep their JSON form."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple


class Segment(NamedTuple):
    """One segment.

    start    tick in which its first picture is shown, or its first sound is heard
    size     bytes
    picture  bytes from its beginning that hold all of its first picture, 0 in sound
    """

    start: int
    size: int
    picture: int = 0


@dataclass(frozen=True, slots=True)
class Segmented:
    """A stream in segments. `clock` is ticks per second; `end` the tick in which the last one ends, 0 where the files
    do not tell it (transport streams)."""

    clock: int
    segments: tuple[Segment, ...]
    end: int = 0

    @property
    def seconds(self) -> float:
        """How long the stream lasts by its files, 0 when they do not tell."""
        return (self.end - self.segments[0].start) / self.clock if self.end else 0.0

    def to_json(self) -> dict[str, Any]:
        return {"clock": self.clock, "segments": [list(one) for one in self.segments], "end": self.end}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Segmented":
        return cls(value["clock"], tuple(Segment(*one) for one in value["segments"]), value["end"])

    def lengths(self, whole: float) -> tuple[Fraction, ...]:
        """How long each lasts, in seconds: until the next one begins; the last one until the stream has lasted `whole`
        seconds."""
        starts = [one.start for one in self.segments]
        end = starts[0] + round(whole * self.clock)
        return tuple(Fraction(max(1, b - a), self.clock) for a, b in zip(starts, [*starts[1:], end], strict=True))
