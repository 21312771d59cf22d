"""Which moments of a film are probed: a few that stand for all of it. Pure.

Scenes differ in what they cost, and the sizes of the source's own packets tell by how much, before anything is decoded:
the film is divided into spans, the spans into as many groups as there are spots, from the simplest to the most complex,
and of each group one that costs what the group costs on average is probed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SHARE = 0.055  # of the film that is probed, so that probes cost a seventh of the encode at most
_LEAST, _MOST = 4.0, 15.0  # seconds, whatever the share is
_WHOLE = 6.0  # seconds; shorter films are probed whole
_MANY = ((7.5, 5), (5.0, 4), (0.0, 3))  # seconds that are probed, and how many spots they make
_FAITH = 0.75  # power by which the rate of a spot follows the size of the source's packets
_NUMBER = re.compile(r"^\d+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Spot:
    """start, seconds   in the film        share   of the film that it stands for        weight   by how much the rate
    of what it stands for is higher than its own"""

    start: float
    seconds: float
    share: float = 1.0
    weight: float = 1.0


def packet_sizes(text: str) -> list[int]:
    """Bytes of each packet, one a line, in the order of decoding."""
    return [int(found) for found in _NUMBER.findall(text)]


def choose(first: float, end: float, packets: Sequence[int], *, seekable: bool = True) -> tuple[Spot, ...]:
    """Spots of a film whose pictures are shown from `first` to `end`, in seconds. `packets` may be empty: then they lie
    at equal distances. What cannot be sought is probed at its beginning."""
    length = end - first
    total = max(min(length, _LEAST), min(_MOST, length * _SHARE))
    if length <= _WHOLE:
        return (Spot(first, length),)
    if not seekable:
        return (Spot(first, total),)
    count = next(many for least, many in _MANY if total >= least)
    seconds = total / count
    spans = int(length / seconds)
    costs = _costs(packets, spans)
    order = sorted(range(spans), key=lambda n: (costs[n], n)) if packets else list(range(spans))
    found = []
    for group in range(count):
        members = order[group * spans // count : (group + 1) * spans // count]
        mean = sum(costs[n] for n in members) / len(members)
        # the one in the middle of the film among those that cost nearly the same: titles and credits are special
        n = min(members, key=lambda n: (abs(costs[n] - mean) > mean * 0.02, abs(costs[n] - mean), abs(n - spans / 2)))
        weight = (mean / costs[n]) ** _FAITH if packets and costs[n] > 0 else 1.0
        found.append(Spot(first + n * length / spans, seconds, len(members) / spans, weight))
    return tuple(sorted(found, key=lambda spot: spot.start))


def _costs(packets: Sequence[int], spans: int) -> list[float]:
    """Bytes of the packets of each span."""
    costs = [0.0] * spans
    for n, size in enumerate(packets):
        costs[min(spans - 1, n * spans // len(packets))] += size
    return costs
