"""The pictures of a film and their times, as a frozen value that survives being written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PAIRS = ("shown", "stands", "leaps", "shapes")


@dataclass(frozen=True, slots=True)
class Timeline:
    """The pictures of the video stream that is used, found by reading packets without decoding. Times are seconds from
    the start of the FILE (its `start_time` is already subtracted), as ffmpeg counts them for `-ss`.

    frames   pictures of the stream that can be shown: those before the first key frame cannot
    first, end  time of the first picture; time at which the last one ends
    frame    duration of a typical picture, seconds
    steady   every picture lasts equally long (to within 2 ms)
    cuts     places where a piece may begin: (time of a picture, its number); always starts with (first, 0)
    near     for each time that was asked for: the time of the nearest key frame
    longest  the longest time that one picture stands, seconds
    shown    for each time that was asked for: (time of the picture that stands on the screen then, time of the one
             before it)
    stands   where pictures stand so long that streams must repeat them: (from, to); empty also when there are very many
             of them
    last     time of the last picture
    seekable the marks of key frames are true; else only the first picture can be begun with
    leaps    where the clock of the file leaps: (time at which it does, seconds by which it does). Where ffmpeg or we
             can mend it, all times are mended
    counted  decoders give pictures other times than these, for they have none of their own (AVI with B-frames, raw
             streams) or an edit begins inside one: they are found by their number, and the first one is moved to its
             time
    numbers  for each time that was asked for: the number of the picture in `shown`
    key_distance  the longest time from one key frame to the next or to the end, seconds; 0: not known
    closed   no picture that comes behind a key frame in the file is shown before it, and none is hidden by an edit:
             what begins with a key frame can be taken out as it is
    keys     how many key frames there are, 0: not known
    shapes   the shapes of pictures whose pixels change theirs: (from which time, width / height as shown), from the
             beginning on; empty where pixels do not (media.aspect)
    """

    frames: int
    first: float
    end: float
    frame: float
    steady: bool
    cuts: tuple[tuple[float, int], ...]
    near: tuple[float, ...] = ()
    longest: float = 0.0
    shown: tuple[tuple[float, float], ...] = ()
    stands: tuple[tuple[float, float], ...] = ()
    last: float = 0.0
    seekable: bool = True
    leaps: tuple[tuple[float, float], ...] = ()
    counted: bool = False
    numbers: tuple[int, ...] = ()
    key_distance: float = 0.0
    closed: bool = False
    keys: int = 0
    shapes: tuple[tuple[float, float], ...] = ()

    @property
    def between(self) -> float:
        """Seconds from the first picture to the last one: how long that one stands says nothing of the others."""
        return (self.last or self.end - self.frame) - self.first

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Timeline":
        pairs = {name: tuple((float(a), float(b)) for a, b in value.get(name, ())) for name in _PAIRS}
        return cls(
            value["frames"],
            value["first"],
            value["end"],
            value["frame"],
            value["steady"],
            tuple((float(t), int(n)) for t, n in value["cuts"]),
            tuple(value["near"]),
            value["longest"],
            last=value.get("last", 0.0),
            seekable=value.get("seekable", True),
            counted=value.get("counted", False),
            numbers=tuple(value.get("numbers", ())),
            key_distance=value.get("key_distance", 0.0),
            closed=value.get("closed", False),
            keys=value.get("keys", 0),
            **pairs,
        )
