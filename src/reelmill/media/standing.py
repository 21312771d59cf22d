"""Pictures that stand: where a stream needs a picture and the source has none, the one on the screen is repeated. Pure.

Segments of HLS begin with a picture, and parts of a package last equally long. So a part that begins later than the
file is filled up with its first picture, one that ends earlier with its last, and where a picture stands for seconds it
is sent again. All other pictures keep their own times.
"""

import math
from collections.abc import Sequence

from reelmill.core.model import Timeline
from reelmill.media.timeline import STANDS

LEAD = 0.1  # seconds; a part of a package that begins later than this is filled up from the start of the file
TAIL = 0.1  # seconds; a part of a package that ends earlier than this is filled up to the end of the others
_ABSURD = 3600.0  # seconds; what stands longer is a leap of the clock
# repeated pictures a second where it must be exact; where it only must go on, one on each second: segments begin on it
_RATE = 25
_AFTER, _BEFORE = (
    0.02,
    0.045,
)  # seconds that a repeated picture stays away from its neighbours; a grid shows the next one up to 0.04 s too early
_EXACT = 1.0  # seconds of the end that are filled up exactly


def spans(timeline: Timeline, whole: float, *, stream: bool) -> tuple[tuple[float, float], ...]:
    """Where pictures are to be repeated: (from, to) in seconds of the file. `whole` is how long the part has to last,
    0: as it comes; `stream`: gaps too."""
    found: list[tuple[float, float]] = []
    if whole and timeline.first > LEAD:
        found.append((0.0, timeline.first))
    if stream and STANDS < timeline.longest < _ABSURD:
        found += timeline.stands or [(timeline.first, timeline.end)]  # too many to be told: everywhere
    if whole and whole - timeline.end > TAIL:
        found.append((timeline.end, whole))
    return tuple(found)


def _clear(places: Sequence[tuple[float, float]], end: float) -> list[tuple[float, float]]:
    """The places without what is too near to other pictures: in front of the film and behind its end there are none.
    Rounded as on the command line."""
    return [(round(a + _AFTER, 3) if a else -1.0, round(b - (_AFTER if b == end else _BEFORE), 3)) for a, b in places]


def count(places: Sequence[tuple[float, float]], origin: float) -> int:
    """How many pictures `filters` adds."""
    end = max((b for _, b in places), default=0.0)
    found = [(n, n / _RATE + origin) for n in range(math.ceil((end - origin) * _RATE))]
    inside = [(n, t) for n, t in found if any(a < t < b for a, b in _clear(places, end))]
    return sum(1 for n, t in inside if n % _RATE == 0 or t > round(end - _EXACT, 3))


def last(timeline: Timeline, places: Sequence[tuple[float, float]]) -> float:
    """When the last picture comes, repeated ones too."""
    return places[-1][1] - 1 / _RATE if places and places[-1][1] >= timeline.end else timeline.first + timeline.between


def filters(places: Sequence[tuple[float, float]], origin: float, mark: str) -> str:
    """The filters that repeat pictures there, on a grid that begins at `origin`; `mark` makes the names of their links
    unique in a graph."""
    end = max(b for _, b in places)
    inside = "+".join(f"gt(t,{a:.3f})*lt(t,{b:.3f})" for a, b in _clear(places, end))
    often = f"not(mod(round((t-{origin:.6f})*{_RATE}),{_RATE}))+gt(t,{end - _EXACT:.3f})"
    again = f"setpts=PTS-{origin:.6f}/TB,fps={_RATE}:start_time=0:round=down:eof_action=pass,tpad=stop_mode=clone:stop_duration={end - origin:.3f},"  # noqa: E501
    again += f"settb=AVTB,setpts=PTS+{origin:.6f}/TB,trim=end={end:.3f}"
    return (
        f"split[{mark}a][{mark}b];[{mark}b]{again},select='({inside})*({often})'[{mark}c];[{mark}a][{mark}c]interleave"
    )
