"""Films that are put beside another one: their pictures become ordinary ones, whatever they are by themselves. Pure."""

import math
from fractions import Fraction

from reelmill.core.model import MediaInfo, Timeline
from reelmill.media import colours, filters, interlacing, source
from reelmill.media.picture import even

EARLY = 0.0015  # seconds: times of containers are rounded to milliseconds
_LEAST, _MOST = 10, 60  # pictures a second of what is joined
_HALF = (0.4, 0.6)  # of a picture: whoever comes so late is neither here nor there
_NEAR = 0.05  # share by which a told rate may differ from what is seen


def filters_of(
    info: MediaInfo,
    timeline: Timeline | None,
    begin: float = 0.0,
    size: tuple[int, int] | None = None,
    *,
    opaque: bool = True,
) -> list[str]:
    """Filters that make progressive pictures of one shape, in ordinary colours, of those of a film. `begin`: the moment
    of the film at which the graph's clock is 0; `size`: as of colours.to_sdr; `opaque`: on black, where they are
    transparent."""
    video, own = info.video[0], source.canvas(info)
    steps = [told] if (told := colours.told(video)) else []
    shapes = timeline.shapes if timeline else ()
    steps += filters.uniform(own, video.shown_width / video.shown_height, shapes, begin) if own else ()
    steps += interlacing.filters(video)
    if opaque or not video.alpha:  # tone mapping knows no transparency
        steps += (*colours.on_black(video), *colours.to_sdr(video, size))
    return steps


def fitting(shape: float, box: tuple[int, int]) -> tuple[int, int]:
    """The largest even sides of this shape in a box. Pixels need not be square: only what is shown counts."""
    wanted = min(box[0], box[1] * shape), min(box[1], box[0] / shape)
    across, down = (min(side, even(one)) for one, side in zip(wanted, box, strict=True))
    return across, down


def pace(info: MediaInfo, timeline: Timeline | None) -> Fraction:
    """Pictures a second, for others to be put beside them. Where they come unevenly the mean says little: at that rate
    those which come quickly would be lost."""
    video = info.video[0]
    told = (video.fps or Fraction(25)).limit_denominator(1001)
    if told < _LEAST:  # slides: cuts, and parts of others, would lie between two pictures
        told *= math.ceil(_LEAST / told)
    if timeline is None or timeline.steady or not timeline.frame:
        return told
    usual = Fraction(1 / timeline.frame).limit_denominator(1001)
    near = [rate for rate in (video.fps, video.nominal) if abs(rate / usual - 1) < _NEAR]
    return min(Fraction(_MOST), max(told, *(near[:1] or [usual])).limit_denominator(1001))


def first(found: Timeline, start: float) -> float:
    """When the first picture from `start` on comes, counted from there. A cut falls between two pictures: whoever takes
    the next one for the beginning moves all of them, away from their sound."""
    away = found.first - start
    if away >= 0 or not found.steady or not found.frame:
        return max(0.0, away)
    return max(0.0, (away + EARLY) % step(found) - EARLY)


def step(found: Timeline) -> float:
    """Seconds from one picture to the next, as exactly as can be told: over an hour an error grows."""
    return found.between / (found.frames - 1) if found.steady and found.frames > 1 else found.frame


def ahead(every: Fraction, found: Timeline | None, start: float) -> bool:
    """Whether the first picture from `start` on comes half a picture late, as in broadcasts, whose sound begins a
    little sooner: all are put a place ahead then. Else the first place would be empty, and of a part of a film the last
    picture would be beyond its end."""
    return found is not None and _HALF[0] <= first(found, start) * every % 1 <= _HALF[1]


def count(lasts: float, every: Fraction, found: Timeline | None, start: float) -> int:
    """How many places for pictures what begins at `start` and lasts so long has."""
    if found is None or not ahead(every, found, start):
        return max(1, round(lasts * every))
    return max(1, math.ceil(lasts * every - first(found, start) * every % 1 - _HALF[0] / 2))


def paced(every: Fraction, found: Timeline | None, start: float) -> str:
    """The filter that gives pictures one place each. Of a film that begins later the first one stands from the
    beginning on."""
    late = first(found, start) * every if found else 0
    down = ahead(every, found, start)
    whole = ":start_time=0" if (math.floor(late) if down else math.floor(late + 0.5)) else ""
    return f"fps={every.numerator}/{every.denominator}{':round=down' if down else ''}{whole}"
