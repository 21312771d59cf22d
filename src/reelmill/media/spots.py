"""Which moments of a film are probed: a few that stand for all of it. Pure.

What lacks in a scene resembles what lacks in those around it more than in any that costs as much elsewhere: so the film
is divided into as many stretches as there are spots, and each into spans, of which one is probed: one that costs what
its stretch costs on average, by the sizes of the source's own packets, before anything is decoded.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

ACCURACIES = ("measured", "estimated", "static")  # static: nothing was probed, rates are those of static presets
_SHARE, _BEGUN = 0.155, 43  # of the pictures that are probed; so many less, for what it costs to begin
_LEAST, _MOST = 4.0, 60.0  # seconds, however short or long the film is
_WHOLE = 6.0  # seconds; shorter films are probed whole
_SOME, _MANY = 4, 40  # spots: better so many than longer ones, and at most
_PICTURES = 13  # of a film that is probed at all: an encoder cannot look ahead in fewer
_LITTLE, _ENOUGH = 18, 36  # pictures of a spot: with fewer its beginning outweighs the rest, and more tell little more
_FEW = 3  # spots that make a measurement; fewer are an estimate
_TWICE = 12  # with so many spots, two are probed first
_AT_ONCE = 3
_ALIKE = 0.06  # spans whose costs differ from the mean by no more are all as good
_FAITH = 0.9  # power by which the rate of a spot follows the size of the source's packets
_AFTER = 6  # packets
KEY_SECONDS = 10.0  # between key frames of outputs, where no scene begins
_EARLY = 0.9  # of the longest wait for a key frame: what comes sooner comes for a scene
_PACKET = re.compile(r"^(\d+)(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Packets:
    """What the packets of a source's picture tell, in the order of decoding.

    sizes   bytes of each; a key frame counts as what follows it on average: where it lies says nothing of the scene,
            and in a short spot it outweighs everything else
    cuts    numbers of those with which a scene begins, by the encoder that made the source
    keys    numbers of all key frames: what is decoded begins at one
    """

    sizes: tuple[int, ...] = ()
    cuts: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """start, seconds   in the film        share   of the film that it stands for        weight   by how much the rate
    of what it stands for is higher than its own        whole   it is all of the film        keys   key frames in a
    second of the film        cuts   how many scenes begin in it, after its first picture"""

    start: float
    seconds: float
    share: float = 1.0
    weight: float = 1.0
    whole: bool = False
    keys: float = 1 / KEY_SECONDS
    cuts: int = 0


def packets(text: str) -> Packets:
    """Of a list of `bytes,flags`, one packet a line."""
    found = [(int(size), "K" in flags) for size, flags in _PACKET.findall(text)]
    sizes = []
    for n, (size, key) in enumerate(found):
        others = [other for other, is_key in found[n + 1 : n + 1 + _AFTER] if not is_key] if key else []
        sizes.append(sum(others) // len(others) if others else size)
    keys = tuple(n for n, (_, key) in enumerate(found) if key)
    return Packets(tuple(sizes), _cuts(keys), keys)


def _cuts(keys: Sequence[int]) -> tuple[int, ...]:
    """Those of the key frames that come earlier than the longest wait for one makes them come."""
    waits = [after - before for before, after in pairwise(keys)]
    longest = max(waits, default=0)
    return tuple(key for key, wait in zip(keys[1:], waits, strict=True) if wait < _EARLY * longest)


def _keys(cuts: Sequence[int], count: int, seconds: float) -> float:
    """Key frames that an output has in a second: where scenes begin, and where none begins for long."""
    begins = [0.0, *(cut * seconds / count for cut in cuts), seconds]
    found = sum(max(1, math.ceil((end - begin) / KEY_SECONDS)) for begin, end in pairwise(begins))
    return min(1.0, found / seconds)


def choose(
    first: float, end: float, packets: Packets, *, frame: float = 0.04, begin: float = 0.0, seekable: bool = True
) -> tuple[Spot, ...]:
    """Spots of a film whose pictures, one every `frame`, are shown from `first` to `end`, in seconds; from the simplest
    to the most complex, where possible inside of scenes: a key frame in so short a spot outweighs all else.
    `packets` may be empty: then they lie at equal distances, in order. `begin`: how many pictures cost what it costs to
    come to a spot; so much less is probed. What cannot be sought is probed at its beginning, and nothing of a film of a
    few pictures."""
    length = end - first
    if length < _PICTURES * frame:
        return ()
    if length <= _WHOLE:
        return (Spot(first, length, whole=True),)
    total = max(_LEAST, min(_MOST, _SHARE * length - _BEGUN * frame))
    way = begin * frame
    wanted = max(_LITTLE * frame, min(_ENOUGH * frame, total / _SOME - way))
    count = max(1, min(_MANY, round(total / (wanted + way))))
    seconds = min(length, max(total / count - way, _LITTLE * frame))
    if not seekable:
        return (Spot(first, max(total, seconds)),)
    spans, sizes = int(length / seconds), packets.sizes
    costs, cuts, waits = _costs(sizes, spans), _counted(packets, spans), _waits(packets, spans)
    keys = _keys(packets.cuts, len(sizes), length) if sizes else 1 / KEY_SECONDS
    found = []
    for stretch in range(count):
        members = range(stretch * spans // count, (stretch + 1) * spans // count)
        mean, middle = sum(costs[n] for n in members) / len(members), (members[0] + members[-1]) / 2

        def unlike(n: int, mean: float = mean, middle: float = middle) -> tuple[bool, bool, float, float, float]:
            away = abs(costs[n] - mean)
            other = away > mean * _ALIKE
            return cuts[n] > 0, other, away if other else waits[n], away, abs(n - middle)

        n = min(members, key=unlike)
        weight = (mean / costs[n]) ** _FAITH if costs[n] > 0 else 1.0
        start = first + n * length / spans
        found.append((costs[n], Spot(start, seconds, len(members) / spans, weight, keys=keys, cuts=cuts[n])))
    return tuple(spot for _, spot in sorted(found, key=lambda one: one[0]))


def rounds(spots: Sequence[Spot]) -> tuple[tuple[Spot, ...], ...]:
    """Those that are probed first, then, then last, of spots from the simplest to the most complex: one of the middle,
    or of the middle of both halves; a few all over; all others. All at once where they are few."""
    count = len(spots)
    if count < _FEW:
        return (tuple(spots),)
    first = [count // 2] if count < _TWICE else [count // 4, count - 1 - count // 4]
    left = [n for n in range(count) if n not in first]
    then = [left[(2 * n + 1) * len(left) // (2 * _AT_ONCE)] for n in range(_AT_ONCE)] if len(left) > _AT_ONCE else left
    last = [n for n in left if n not in then]
    return tuple(tuple(spots[n] for n in some) for some in (first, then, last) if some)


def accuracy(spots: Sequence[Spot]) -> str:
    """How far what they tell of a film can be believed, one of ACCURACIES."""
    return ACCURACIES[0 if len(spots) >= _FEW or any(one.whole for one in spots) else 1 if spots else 2]


def grouped(spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
    """As they are probed: some at a time, for a process takes its time to start."""
    return [tuple(spots[n : n + _AT_ONCE]) for n in range(0, len(spots), _AT_ONCE)]


def _costs(sizes: Sequence[int], spans: int) -> list[float]:
    """Bytes of the packets of each span."""
    costs = [0.0] * spans
    for n, size in enumerate(sizes):
        costs[min(spans - 1, n * spans // len(sizes))] += size
    return costs


def _waits(packets: Packets, spans: int) -> list[int]:
    """How many pictures are decoded for nothing before each span: a tenth of the work in small pictures."""
    begins = [n * len(packets.sizes) // spans for n in range(spans)]
    return [
        begin - packets.keys[max(0, bisect_right(packets.keys, begin) - 1)] if packets.keys else 0 for begin in begins
    ]


def _counted(packets: Packets, spans: int) -> list[int]:
    """How many scenes begin in each span after its first picture."""
    count, found = len(packets.sizes), [0] * spans
    for cut in packets.cuts:
        n = min(spans - 1, cut * spans // count)
        found[n] += cut > math.ceil(n * count / spans)
    return found
