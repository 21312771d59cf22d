"""Where two films run beside each other: matching samples become spans of time. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
SPEEDS = (1.0, 1.05, 1 / 1.05, 1.04, 1 / 1.04, 1.02, 1 / 1.02, 1.1, 1 / 1.1)
LEAST = 2.0  # seconds of a span that counts
_BIN = 0.5  # seconds of an offset that are counted together
_BESIDE = 0.7  # seconds by which a match may lie beside its line
_HOLE = 3.0  # seconds without a match that a span may have inside
_DENSE = 0.6  # of the samples of a span that must match
_TRIED = 8  # offsets that are looked at closely
_ROUNDS = 40  # spans that one pair of films may have


@dataclass(frozen=True, slots=True)
class Span:
    """`begin` to `end` of the asked film is `other` to `other_end` of the known one; `near` is 1 for equal, 0 for
    chance."""

    begin: float
    end: float
    other: float
    other_end: float
    near: float


def spans(
    asked: Array,
    known: Array,
    *,
    step: float,
    least: float,
    near: Callable[[float, float], Array],
    speeds: tuple[float, ...] = SPEEDS,
) -> Iterator[Span]:
    """The spans that pairs of matching moments (seconds; equal lengths) speak for, the longest first.

    step   seconds between two samples of the asked film      least   seconds that a span has at least
    near   (speed, offset) -> for each sample of the asked film how near its partner is (1 equal, 0 chance), -1 where
           both say nothing, below 0.2 where they do not match
    """
    free: Array = None
    for _ in range(_ROUNDS):
        tried = [(line, near(*line)) for line in _lines(asked, known, speeds, least / step / 3)]
        if not tried:
            return
        free = np.ones(len(tried[0][1]), bool) if free is None else free
        here = free
        line, values = max(tried, key=lambda one: float(np.clip(one[1][here], 0, None).sum()))
        runs = list(_runs(np.where(free, values, 0), step, least))
        taken = np.zeros(len(values), bool)
        speed, offset = line
        for first, last in runs:
            taken[first : last + 1] = True
            part = values[first : last + 1]
            begin, end = first * step, (last + 1) * step
            yield Span(begin, end, begin * speed + offset, end * speed + offset, float(part[part > 0].mean()))
        beside = np.abs(known - speed * asked - offset) <= _BESIDE
        gone = beside | taken[np.minimum((asked / step).round().astype(int), len(values) - 1)]
        free &= ~taken
        asked, known = asked[~gone], known[~gone]


def _lines(asked: Array, known: Array, speeds: tuple[float, ...], votes: float) -> list[tuple[float, float]]:
    """(speed, offset) that many samples of the asked film agree on. In a picture that stands still many do: which is
    right is seen by looking at all samples. Other speeds than the film's own must be clearly better."""
    found: list[tuple[float, float, float]] = []
    for speed in speeds if len(asked) else ():
        offsets = known - speed * asked
        places = np.floor(offsets / _BIN).astype(int)
        places -= places.min()
        # each sample of the asked film has one vote for an offset, however often it matches there
        once = np.unique(places.astype(np.int64) * (1 << 24) + np.round(asked * 8).astype(np.int64))
        counted = np.bincount((once >> 24).astype(int), minlength=places.max() + 2).astype(float)
        counted = counted[:-1] + counted[1:]
        for top in np.argsort(-counted, kind="stable")[: _TRIED if speed == 1.0 else 1]:
            inside = (places == top) | (places == top + 1)
            weight = float(counted[top]) * (1.0 if speed == 1.0 else 0.85)
            if weight >= max(3.0, votes):
                found.append((weight, speed, float(np.median(offsets[inside]))))
    found.sort(reverse=True)
    return [_finer(asked, known, speed, offset) for weight, speed, offset in found if weight >= 0.6 * found[0][0]]


def _finer(asked: Array, known: Array, speed: float, offset: float) -> tuple[float, float]:
    """The line through the matches around a first guess, when they reach far enough to tell its slope."""
    here = np.abs(known - speed * asked - offset) <= _BESIDE
    x, y = asked[here], known[here]
    if len(x) < 12 or np.ptp(x) < 8:
        return speed, offset
    slope = float(np.polyfit(x, y, 1)[0])
    if abs(slope - speed) > 0.02:
        return speed, offset
    return slope, float(np.median(y - slope * x))


def _runs(values: Array, step: float, least: float) -> Iterator[tuple[int, int]]:
    """(first, last) sample of each stretch that matches throughout."""
    good = np.flatnonzero(values >= 0.2)
    if not len(good):
        return
    cuts = np.flatnonzero(np.diff(good) * step > _HOLE + step)
    for part in np.split(good, cuts + 1):
        first, last = int(part[0]), int(part[-1])
        inside = values[first : last + 1]
        telling = (inside >= 0).sum()
        if len(part) < _DENSE * telling:
            continue
        while first > 0 and values[first - 1] < 0:  # both are black there
            first -= 1
        while last + 1 < len(values) and values[last + 1] < 0:
            last += 1
        if (last + 1 - first) * step >= least - 0.01:
            yield first, last


def apart(spans: list[Span]) -> list[Span]:
    """In order, without those that lie inside better ones."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: -(one.end - one.begin) * one.near):
        covered = sum(max(0.0, min(span.end, one.end) - max(span.begin, one.begin)) for one in kept)
        if covered < 0.5 * (span.end - span.begin):
            kept.append(span)
    return sorted(kept, key=lambda one: one.begin)


def told(span: Span) -> list[float]:
    """As it is written down."""
    return [round(x, 3) for x in (span.begin, span.end, span.other, span.other_end, span.near)]
