"""Which moments of a film are probed: a few that stand for all of it. Pure.

Scenes differ in what they cost, and the sizes of the source's own packets tell by how much, before anything is decoded:
the film is divided into spans, the spans into as many groups as there are spots, from the simplest to the most complex,
and of each group one that costs what the group costs on average is probed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

ACCURACIES = ("measured", "estimated", "static")  # static: nothing was probed, rates are those of static presets
_SHARE, _BEGUN = 0.12, 32  # of the pictures that are probed; so many less, for what it costs to begin
_LEAST, _MOST = 4.0, 60.0  # seconds, however short or long the film is
_WHOLE = 6.0  # seconds; shorter films are probed whole
_SOME, _MANY = 4, 40  # spots: better so many than longer ones, and at most
_PICTURES, _ENOUGH = 13, 40  # of a spot: an encoder cannot look ahead in fewer, and more tell little more
_FEW = 3  # spots that make a measurement; fewer are an estimate
_TWICE = 6  # with so many spots, two are probed first
_AT_ONCE = 3
_FAITH = 0.75  # power by which the rate of a spot follows the size of the source's packets
_AFTER = 6  # packets
_PACKET = re.compile(r"^(\d+)(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Spot:
    """start, seconds   in the film        share   of the film that it stands for        weight   by how much the rate
    of what it stands for is higher than its own        whole   it is all of the film"""

    start: float
    seconds: float
    share: float = 1.0
    weight: float = 1.0
    whole: bool = False


def packet_sizes(text: str) -> list[int]:
    """Bytes of each packet, one a line, in the order of decoding. A key frame counts as what follows it on average:
    where it lies says nothing of the scene, and in a short spot it outweighs everything else."""
    packets = [(int(size), "K" in flags) for size, flags in _PACKET.findall(text)]
    sizes = []
    for n, (size, key) in enumerate(packets):
        others = [other for other, is_key in packets[n + 1 : n + 1 + _AFTER] if not is_key] if key else []
        sizes.append(sum(others) // len(others) if others else size)
    return sizes


def choose(
    first: float, end: float, packets: Sequence[int], *, frame: float = 0.04, seekable: bool = True
) -> tuple[Spot, ...]:
    """Spots of a film whose pictures, one every `frame`, are shown from `first` to `end`, in seconds; from the simplest
    to the most complex. `packets` may be empty: then they lie at equal distances. What cannot be sought is probed at
    its beginning, and nothing of a film of a few pictures."""
    length = end - first
    if length < _PICTURES * frame:
        return ()
    if length <= _WHOLE:
        return (Spot(first, length, whole=True),)
    total = max(_LEAST, min(_MOST, _SHARE * length - _BEGUN * frame))
    wanted = max(_PICTURES * frame, min(_ENOUGH * frame, total / _SOME))
    count = max(1, min(_MANY, round(total / wanted)))
    seconds = max(total / count, _PICTURES * frame)
    if not seekable:
        return (Spot(first, max(total, seconds)),)
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
    return tuple(found)


def divided(spots: Sequence[Spot]) -> tuple[tuple[Spot, ...], tuple[Spot, ...]]:
    """(those that are probed first, all others), of spots from the simplest to the most complex: one of the middle, or
    of the middle of both halves; all at once where they are few."""
    count = len(spots)
    if count < _FEW:
        return tuple(spots), ()
    first = {count // 2} if count < _TWICE else {count // 4, count - 1 - count // 4}
    return tuple(spots[n] for n in sorted(first)), tuple(one for n, one in enumerate(spots) if n not in first)


def accuracy(spots: Sequence[Spot]) -> str:
    """How far what they tell of a film can be believed, one of ACCURACIES."""
    return ACCURACIES[0 if len(spots) >= _FEW or any(one.whole for one in spots) else 1 if spots else 2]


def grouped(spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
    """As they are probed: some at a time, for a process takes its time to start."""
    return [tuple(spots[n : n + _AT_ONCE]) for n in range(0, len(spots), _AT_ONCE)]


def _costs(packets: Sequence[int], spans: int) -> list[float]:
    """Bytes of the packets of each span."""
    costs = [0.0] * spans
    for n, size in enumerate(packets):
        costs[min(spans - 1, n * spans // len(packets))] += size
    return costs
