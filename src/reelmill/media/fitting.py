"""From a few probes of a source to the rate and the quality of every size, and from these to what each definition is
worth. Pure.

Measured facts behind the curves: for a constant quality c of the encoder, the logarithm of the rate falls, and the
logarithm of what lacks to a VMAF of 100 rises, in a straight line; between two probes eight steps of c apart the lines
are wrong by 0.3 VMAF and 3 % of the rate at most. Two passes at a rate reach what constant quality reaches with it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reelmill.core.errors import UserText
from reelmill.media.smart import DEFINITIONS, Definition, Size

POINTS = (20.0, 28.0)  # constant qualities that are probed
_RANGE = (18.0, 44.0)  # in which the curves are believed; below, rates rise and nobody sees it
_WORTH = 2.0  # VMAF by which a definition must look better than the next smaller one
_PERFECT = 0.2  # to 100: what no probe tells apart
_FALL, _RISE = -0.02, 0.01  # least slopes: noise in a still picture must not turn a line around
_NEAR = 0.01  # VMAF; curves are solved in steps
_LEAST = 10  # Kbit/s that a template can ask for
_ROUNDS = 40  # halvings: far below a thousandth of a step


@dataclass(frozen=True, slots=True)
class Probe:
    """What one probe of a spot gave: constant quality, Kbit/s, VMAF."""

    crf: float
    rate: float
    vmaf: float


@dataclass(frozen=True, slots=True)
class Line:
    """One spot at one size: ln(rate) and ln(100 - VMAF) over the constant quality, and how much the spot counts."""

    rate: tuple[float, float]
    lack: tuple[float, float]
    share: float


def line(probes: Sequence[Probe], share: float, weight: float) -> Line:
    """Through two probes of a spot. `share`: how much of the film it stands for, `weight`: by how much the rate of
    what it stands for is higher than its own."""
    first, last = probes[0], probes[-1]
    apart = last.crf - first.crf
    rates = [math.log(max(0.1, one.rate * weight)) for one in (first, last)]
    lacks = [math.log(max(_PERFECT, 100 - one.vmaf)) for one in (first, last)]
    fall = min(_FALL, (rates[1] - rates[0]) / apart)
    rise = max(_RISE, (lacks[1] - lacks[0]) / apart)
    middle = (first.crf + last.crf) / 2
    return Line((sum(rates) / 2 - fall * middle, fall), (sum(lacks) / 2 - rise * middle, rise), share)


@dataclass(frozen=True, slots=True)
class Curve:
    """A whole film at one size, from its spots."""

    lines: tuple[Line, ...]

    def rate(self, crf: float) -> float:
        """Kbit/s at a constant quality."""
        return sum(one.share * math.exp(one.rate[0] + one.rate[1] * crf) for one in self.lines)

    def vmaf(self, crf: float) -> float:
        """The mean score at a constant quality."""
        return 100 - sum(one.share * min(100.0, math.exp(one.lack[0] + one.lack[1] * crf)) for one in self.lines)

    def at_rate(self, rate: float) -> float:
        """The constant quality whose rate this is; the best that is believed where less is needed."""
        return _solve(lambda crf: self.rate(crf) <= rate)

    def at_vmaf(self, vmaf: float) -> float:
        """The constant quality that is just good enough; the best that is believed where none is."""
        return _solve(lambda crf: self.vmaf(crf) < vmaf)


def _solve(beyond: Callable[[float], bool]) -> float:
    """The last constant quality before one that is beyond."""
    low, high = _RANGE
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return low


@dataclass(frozen=True, slots=True)
class Choice:
    """What a definition comes to for a source: whole Kbit/s, and the VMAF expected of them."""

    definition: Definition
    size: Size
    rate: int
    vmaf: float


def choose(
    sizes: Mapping[Definition, Size],
    curves: Mapping[Size, Curve],
    goal: float,
    source_rate: int,
    *,
    highest: bool = False,
) -> tuple[list[Choice], dict[str, UserText]]:
    """(what is worth to be made, the smallest first; definition -> why it is left out). `sizes`: what is offered at
    all, the smallest first (media.smart.sizes); `source_rate`: Kbit/s of the source's picture, 0 when it is not known;
    `highest`: only the best one is kept."""
    kept: list[Choice] = []
    left: dict[str, UserText] = {}
    whole = max(sizes.values(), key=lambda size: size.lines)
    own, largest = whole.lines, curves[whole]
    for definition in DEFINITIONS:
        if definition.least > own:
            left[definition.name] = (
                f"It would enlarge the picture, which has {own} lines; it is for {definition.least} or more."
            )
        elif definition not in sizes:
            left[definition.name] = f"It is for pictures of at most {definition.most} lines."
        elif source_rate and definition.floor >= source_rate:
            left[definition.name] = (
                f"Its rates begin at {definition.floor} Kbit/s, and the source has {source_rate} Kbit/s."
            )
        else:
            fitting = [size for size in curves if definition.least <= size.lines <= definition.most]
            best = _best(definition, {size: curves[size] for size in fitting}, goal, source_rate, largest)
            if kept and best.vmaf < kept[-1].vmaf + _WORTH:
                left[definition.name] = (
                    f"It would look hardly better than {kept[-1].definition.name}: VMAF {best.vmaf:.1f} after "
                    f"{kept[-1].vmaf:.1f}."
                )
            else:
                kept.append(best)
    if highest:
        for one in kept[:-1]:
            left[one.definition.name] = f"Only the highest definition is kept: {kept[-1].definition.name}."
        kept = kept[-1:]
    return kept, left


def _best(
    definition: Definition, curves: Mapping[Size, Curve], goal: float, source_rate: int, largest: Curve
) -> Choice:
    """The size that is good enough with the lowest rate, or looks best.

    A small picture that cannot be good enough, however many bits it gets, is made as exactly as the `largest` one that
    is: more would cost more than that one, and look worse.
    """
    cap = min(definition.cap, source_rate or definition.cap)
    usual = largest.at_vmaf(goal)
    found = []
    for size, curve in curves.items():
        crf = curve.at_vmaf(goal)
        if curve.vmaf(crf) < goal - _NEAR or curve.rate(crf) > largest.rate(usual):
            crf = max(crf, usual)
        crf = max(crf, curve.at_rate(cap))
        rate = max(_LEAST, min(cap, round(curve.rate(crf))))
        found.append(Choice(definition, size, rate, round(curve.vmaf(crf), 2)))
    good = [one for one in found if one.vmaf >= goal - _NEAR]
    return min(good, key=lambda one: (one.rate, -one.size.lines)) if good else max(found, key=lambda one: one.vmaf)
