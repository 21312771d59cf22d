"""From a few probes of a source to the rate and the quality of every size, and from these to what each definition is
worth. Pure.

Measured facts behind the curves: for a constant quality c of the encoder, the logarithm of the rate falls, and the
logarithm of what lacks to a VMAF of 100 rises, in a straight line; between two probes eight steps of c apart the lines
are wrong by 0.3 VMAF and 3 % of the rate at most. Two passes reach with a hundredth more what constant quality reaches.
Slopes of single spots differ by half and say little of a film; so slopes are the usual ones, and all but the first
spots are probed where the answer probably is. What lacks because a picture is small does not change with c: the more
lacks at a small size than at the largest, the flatter its line. In a spot the encoder sees no future beyond its end and
has a beginning that the film has not: the pictures of the film lack less than those of its spots.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reelmill.core.errors import UserText
from reelmill.media.smart import DEFINITIONS, Definition, Size
from reelmill.media.spots import Spot

POINTS = (23.0, 29.0)  # constant qualities that are probed where all spots are probed at once
ROUGH = (26.0,)  # and where others follow, or a film is too short for two
_RANGE = (18.0, 44.0)  # in which the curves are believed; below, rates rise and nobody sees it
_WORTH = 2.0  # VMAF by which a definition must look better than the next smaller one
_PERFECT = 0.2  # to 100: what no probe tells apart
_FALL, _RISE = -0.02, 0.01  # least slopes: noise in a still picture must not turn a line around
_USUAL = (-0.115, 0.115)  # slopes of most films
_FLAT = 0.4  # power by which slopes follow what lacks at the largest size against what lacks
# What the final encode is against a probe: two passes need 1 % more than constant quality, and the quick encoder of
# probes spends 4 % more and leaves so much more to lack, of what lacks at the largest size.
_MORE, _CLOSER = 0.97, 0.05
_WHOLE_RATE, _AHEAD = 1.06, 0.12  # of a film against its spots: times the rate, and so much less lacks, of the same
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


def line(probes: Sequence[Probe], spot: Spot, largest: Sequence[Probe] = ()) -> Line:
    """Through the probes of a spot; where there is only one, as steep as most are. `largest`: probes of this spot at
    the largest size."""
    first, last = probes[0], probes[-1]
    more = spot.weight * _MORE * (1.0 if spot.whole else _WHOLE_RATE)
    rates = [math.log(max(0.1, one.rate * more)) for one in (first, last)]
    lacks = [_lack(one) for one in (first, last)]
    small = (sum(lacks) - _lack(largest[0]) - _lack(largest[-1])) / 2 if largest else 0.0
    fall, rise = _USUAL[0], _USUAL[1] * math.exp(-_FLAT * max(0.0, small))
    if apart := last.crf - first.crf:
        fall, rise = (rates[1] - rates[0]) / apart, (lacks[1] - lacks[0]) / apart
    fall, rise = min(_FALL, fall), max(_RISE, rise)
    middle = (first.crf + last.crf) / 2
    # what lacks for want of pixels lacks in the film as well
    closer = (_CLOSER + (0.0 if spot.whole else _AHEAD)) * math.exp(-max(0.0, small))
    return Line((sum(rates) / 2 - fall * middle, fall), (sum(lacks) / 2 - closer - rise * middle, rise), spot.share)


def _lack(probe: Probe) -> float:
    """The logarithm of what lacks to a VMAF of 100."""
    return math.log(max(_PERFECT, 100 - probe.vmaf))


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
    largest = curves[max(sizes.values(), key=lambda size: size.lines)]
    for definition in DEFINITIONS:
        if why := _unfit(definition, sizes, source_rate):
            left[definition.name] = why
            continue
        fitting = [size for size in curves if definition.least <= size.lines <= definition.most]
        best = _best(definition, {size: curves[size] for size in fitting}, goal, source_rate, largest)
        if kept and best.vmaf < kept[-1].vmaf + _WORTH:
            left[definition.name] = (
                f"It would look hardly better than {kept[-1].definition.name}: VMAF {best.vmaf:.1f} after "
                f"{kept[-1].vmaf:.1f}."
            )
        else:
            kept.append(best)
    return (_highest(kept, left) if highest else kept), left


def unmeasured(
    sizes: Mapping[Definition, Size], source_rate: int, *, highest: bool = False
) -> tuple[list[Choice], dict[str, UserText]]:
    """As `choose`, for a film that is too short to be probed: the rates of the static presets, never above the
    source's own; a VMAF of 0 says that nobody knows."""
    kept: list[Choice] = []
    left: dict[str, UserText] = {}
    for definition in DEFINITIONS:
        if why := _unfit(definition, sizes, source_rate):
            left[definition.name] = why
            continue
        size, rate = sizes[definition], max(_LEAST, min(definition.usually, source_rate or definition.usually))
        if kept and (size.lines <= kept[-1].size.lines or rate <= kept[-1].rate):
            left[definition.name] = f"It would have no more pixels or bits than {kept[-1].definition.name}."
        else:
            kept.append(Choice(definition, size, rate, 0.0))
    return (_highest(kept, left) if highest else kept), left


def _unfit(definition: Definition, sizes: Mapping[Definition, Size], source_rate: int) -> UserText:
    """Why a definition is not for this source at all; "" when it may be."""
    own = max(size.lines for size in sizes.values())
    if definition.least > own:
        return f"It would enlarge the picture, which has {own} lines; it is for {definition.least} or more."
    if definition not in sizes:
        return f"It is for pictures of at most {definition.most} lines."
    if source_rate and definition.floor >= source_rate:
        return f"Its rates begin at {definition.floor} Kbit/s, and the source has {source_rate} Kbit/s."
    return ""


def _highest(kept: Sequence[Choice], left: dict[str, UserText]) -> list[Choice]:
    """Only the best one."""
    why: UserText = f"Only the highest definition is kept: {kept[-1].definition.name}."
    left |= {one.definition.name: why for one in kept[:-1]}
    return list(kept[-1:])


def whole(lines: Sequence[Line]) -> tuple[Line, ...]:
    """As if these spots stood for the whole film."""
    shares = sum(one.share for one in lines)
    return tuple(replace(one, share=one.share / shares) for one in lines)


def near(curves: Mapping[Size, Curve], chosen: Sequence[Choice], goal: float) -> dict[Size, tuple[float]]:
    """The constant quality at which each size is probably wanted."""
    rates = {one.size: one.rate for one in chosen}
    largest = curves[max(curves, key=lambda size: size.lines)]
    usual = largest.at_vmaf(goal)
    found = {size: curve.at_rate(rates[size]) if size in rates else usual for size, curve in curves.items()}
    return {size: (round(crf),) for size, crf in found.items()}


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
