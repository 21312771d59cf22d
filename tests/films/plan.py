"""When what happens in a film: the one place that knows the times of its pictures and beeps, for those who make it and
for those who judge it.

`clock` is the clock of the coded pictures, from 0; `shown` is what a player shows, where an edit list leaves the
beginning out.
"""

from dataclasses import dataclass
from functools import cache

from films import scene
from films.film import Film

LATE = 0.8  # seconds between streams that do not begin, or end, together
TRIM, DELAY = 0.4, 0.4  # seconds that an edit list leaves out, or puts before the pictures
GAPS = {"gap": 2.6, "hole": 0.6}
STARTS = {
    "5h": 18_000.0,
    "wrap": 2**33 / 90_000 - 1.0,
}  # a transport stream's clock begins again one second after the start
LEAPS = {"ahead": 54_000.0, "back": -5.0}
WIDER = {"dv": 1024, "h263": 384}  # shown widths of codecs whose pixels are not square and whose sizes are fixed
LOUDNESS = {"usual": 0.3, "loud": 0.9}


@dataclass(frozen=True)
class Plan:
    """Times in seconds of the film's own clock, on which the first stream begins at 0.

    clock    of each coded picture         frame    how long a picture stands, as a rule        stop   when the last
             picture ends
    sound    when it begins and ends; None: there is none
    events   (number, time) of the beeps that are in the sound as a whole; flashes go with them
    middle   number of the first picture of the second half    trim   seconds that players leave out at the beginning
    """

    clock: tuple[float, ...]
    frame: float
    stop: float
    sound: tuple[float, float] | None
    events: tuple[tuple[int, float], ...]
    middle: int
    trim: float

    @property
    def turn(self) -> float:
        """Time at which the second half begins."""
        return self.clock[self.middle] if self.middle < len(self.clock) else self.stop

    def flashes(self, number: int) -> bool:
        return any(at - 0.001 <= self.clock[number] < at + scene.LASTS - 0.001 for at in map(_second, self.events))


def _second(event: tuple[int, float]) -> float:
    return event[1]


def _length(film: Film) -> float:
    if film.hd:
        return 1.44
    return 5.0 if film.rate == "2" else 2.2 if film.size == "720x576" else 3.2


@cache
def plan(film: Film) -> Plan:
    """The times of a film."""
    frame = float(1 / film.fps)
    late = LATE if film.start == "sound first" else DELAY if film.edit == "delay" else 0.0
    count = 1 if film.timing == "still" else round(_length(film) * film.fps)
    middle = count // 2
    clock = [n * frame for n in range(count)]
    if film.timing == "jitter":
        clock = [t + ((n * 37) % 23 - 11) / 23 * 0.33 * frame * 2 * (n > 0) for n, t in enumerate(clock)]
    if film.timing in GAPS:
        clock = [t + GAPS[film.timing] * (n >= middle) for n, t in enumerate(clock)]
    clock = [t + late for t in clock]
    stop = clock[-1] + (_length(film) if film.timing == "still" else frame)
    sound = None
    if film.tracks not in ("0", "empty") and film.sound != "none":
        begin = LATE if film.start == "picture first" else 0.0
        sound = (begin, stop + {"sound short": -LATE, "picture short": LATE}.get(film.end, 0.0))
    halves = clock[middle] if film.seam != "none" or film.change != "none" else -1.0
    inside = sound or (0.0, stop)
    events = [
        (k, at)
        for k, at in enumerate(scene.EVENTS)
        if inside[0] + 0.05 < at < inside[1] - 0.15 and not halves - 0.2 < at < halves + 0.15
    ]
    return Plan(tuple(clock), frame, stop, sound, tuple(events), middle, TRIM if film.edit == "trim" else 0.0)


def halves(film: Film) -> list[tuple[int, int]]:
    """The spans of pictures that are encoded by themselves: two where something changes in the middle."""
    count, middle = len(plan(film).clock), plan(film).middle
    if film.scan == "late" or film.resize != "none" or film.seam != "none":
        return [(0, middle), (middle, count)]
    return [(0, count)]


def shown_size(film: Film, second: bool = False) -> tuple[int, int]:
    """The picture as players show it, in square pixels; `second`: in the second half."""
    width, height = film.sized
    if film.video in WIDER:
        width = WIDER[film.video]
    if second and film.resize == "larger":
        return width * 3 // 2 // 2 * 2, height * 3 // 2 // 2 * 2
    if second and film.resize == "turned":
        return height, width
    return width, height


def coded_size(film: Film, second: bool = False) -> tuple[int, int]:
    """The picture as it is coded, before it is turned and without what is cropped."""
    if film.video in WIDER:
        return film.sized
    width, height = shown_size(film, second)
    return (width * 3 // 4 if film.sar == "4:3" else width), height


def matrix_of(film: Film) -> str:
    """The matrix with which the picture is coded, a key of scene.MATRICES; "rgb": none."""
    if film.matrix == "rgb":
        return "rgb"
    if film.matrix == "2020" or film.hdr != "none":
        return "2020"
    if film.video in ("mjpeg", "dv"):
        return "601"
    return "709" if film.hd != (film.matrix == "other") else "601"


def full_range(film: Film) -> bool:
    return film.range == "pc" or film.video == "mjpeg"
