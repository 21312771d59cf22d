"""Which stretches of a large library deserve a close look. Pure but for reading.

To compare each asked picture with each known one takes too long when there are millions. So the lowest frequencies of a
print, its first KEY bits, are a key: the asked prints mark in a table all keys that differ from theirs in at most
_RADIUS bits, and one pass over the known ones asks that table, which takes as long for a hundred asked prints as for
one. Of parts that have an index only the marked keys are read. A known print whose key is marked is compared with the
one that marked it by its first 64 bits. Stretches of the library where that succeeds more than once are told; who asks
compares them picture by picture.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from reelmill.infer import indexing
from reelmill.infer.indexing import EVERY, KEY, MASK, VARIANTS
from reelmill.infer.program import moved
from reelmill.infer.reading import Span, mapped

Array = Any
MOST_ASKED = 127  # samples in one pass: each has two prints, and the table holds their numbers in a byte
_RADIUS = 2
_HEAD = 16  # bits of the first 64 that may differ
_WINDOW = 1 << 20  # known samples that are mapped into memory together
_BLOCK = 1 << 14  # of them that a thread looks at together: they stay in its cache
_CELL = 16  # samples that vote together
_THING = (1 << 34) - 1  # bits of what votes, below those of its cell
_LEAST = 2  # samples of two neighbouring cells that must speak for them
_MOST_CELLS = 2000
_THREADS = 2


def likely(heads: Path, spans: Sequence[Span], asked: Array) -> list[Span]:
    """Stretches of `spans` that may hold what was asked (n x 1 or 2: first words of its prints, plain and mirrored)."""
    assert len(asked) <= MOST_ASKED
    flat = asked.T.ravel()
    table = _table(flat)

    indexed = indexing.parts(heads.parent, heads.name)
    end = len(indexed) * indexing.SAMPLES
    windows = list(_windows([(max(first, end), first + count - max(first, end)) for first, count in spans]))

    def look(mine: Sequence[Span]) -> list[tuple[Array, Array]]:
        return list(_passed(heads, mine, table, flat))

    with ThreadPoolExecutor(_THREADS) as pool:
        parts = pool.map(lambda one: _known(one[0] * indexing.SAMPLES, one[1], table, flat), enumerate(indexed))
        rest = pool.map(look, [windows[n::_THREADS] for n in range(_THREADS)])
        found = [*parts, *(pair for part in rest for pair in part)]
    places, who = (np.concatenate([np.zeros(0, int), *(pair[n] for pair in found)]) for n in range(2))
    if not len(places):
        return []
    return _within(_cells(places, who % len(asked)), spans)


def _known(first: int, path: Path, table: Array, flat: Array) -> tuple[Array, Array]:
    """What `_passed` tells of a part that has an index."""
    moved()
    places, who = indexing.near(path, table, flat, _HEAD)
    return places // VARIANTS * EVERY + first, who


def _table(flat: Array) -> Array:
    """Key -> 1 + number of an asked print that is near it, the nearest that is; 0: none."""
    table = np.zeros(1 << KEY, np.uint8)
    keys = (flat & MASK).astype(np.int64)
    numbers = np.arange(1, len(flat) + 1, dtype=np.uint8)
    for flips in range(_RADIUS, -1, -1):
        masks = np.array([sum(1 << bit for bit in bits) for bits in combinations(range(KEY), flips)], np.int64)
        for mask in masks:
            table[keys ^ mask] = numbers
    return table


def _windows(spans: Sequence[Span]) -> Iterator[Span]:
    for first, count in spans:  # none of those that an index tells of is left
        for at in range(first, first + count, _WINDOW):
            yield at, min(_WINDOW, first + count - at)


def _passed(heads: Path, windows: Sequence[Span], table: Array, flat: Array) -> Iterator[tuple[Array, Array]]:
    """(samples, numbers of the asked prints that they are near) of the windows."""
    room = _Room(table, flat)
    for first, count in windows:
        moved()
        known = mapped(heads, first * VARIANTS, count * VARIANTS).reshape(-1, VARIANTS)[::EVERY]
        for at in range(0, len(known), _BLOCK):
            samples, who = room.near(known[at : at + _BLOCK])
            yield (samples + at) * EVERY + first, who


class _Room:
    """Memory that one block after the other uses: to ask the system for it each time takes longer than the rest."""

    def __init__(self, table: Array, flat: Array) -> None:
        self._table, self._flat = table, flat
        self._known, self._keys = (np.empty(_BLOCK * VARIANTS, np.uint64) for _ in range(2))
        self._marks = np.zeros(_BLOCK * VARIANTS, np.uint8)

    def near(self, some: Array) -> tuple[Array, Array]:
        """(places of the samples that are near an asked print, its number)."""
        known, keys = self._known[: some.size], self._keys[: some.size]
        np.copyto(known.reshape(some.shape), some)
        np.bitwise_and(known, MASK, out=keys)
        self._marks[some.size :] = 0
        self._table.take(keys.view(np.int64), mode="wrap", out=self._marks[: some.size])  # what else would check each
        eights = self._marks.view(np.uint64)
        good = np.flatnonzero(eights != 0)  # of most eights none has a mark
        marks = eights.take(good, mode="clip").view(np.uint8)
        inside = np.flatnonzero(marks != 0)
        met = (good * 8).take(inside >> 3, mode="clip") + (inside & 7)
        who = marks.take(inside, mode="clip").astype(np.int64) - 1
        near = np.flatnonzero(
            np.bitwise_count(known.take(met, mode="clip") ^ self._flat.take(who, mode="clip")) <= _HEAD
        )
        return met[near] // VARIANTS, who[near]


def _cells(places: Array, who: Array) -> Array:
    """Numbers of the cells that deserve a look, of those where most speaks for it first."""
    cells = places // _CELL
    begins = np.unique(np.concatenate([cells - 1, cells]))
    votes, voices = (_counted(cells, one, begins) for one in (places, who))
    good = np.flatnonzero(votes >= _LEAST)
    best = good[np.argsort(-(votes + voices)[good], kind="stable")[:_MOST_CELLS]]
    return begins[best]


def _counted(cells: Array, things: Array, begins: Array) -> Array:
    """How many different things each of these cells holds, together with the next one."""
    once = np.sort((cells.astype(np.int64) << 34) | things.astype(np.int64) & _THING)
    held = once[np.flatnonzero(np.diff(once, prepend=-1))] >> 34
    return np.searchsorted(held, begins + 2) - np.searchsorted(held, begins)


def _within(cells: Array, spans: Sequence[Span]) -> list[Span]:
    """The cells, the next ones, and one on either side, cut to what the library holds."""
    found: list[Span] = []
    begins = np.array([first for first, _ in spans])
    wanted = np.unique((cells[:, None] + np.arange(-1, 3)).ravel())
    breaks = np.flatnonzero(np.diff(wanted) > 1) + 1
    for run in np.split(wanted, breaks):
        begin, end = max(0, int(run[0]) * _CELL), (int(run[-1]) + 1) * _CELL
        at = max(0, int(np.searchsorted(begins, begin, "right")) - 1)
        while at < len(spans) and spans[at][0] < end:
            low, high = max(begin, spans[at][0]), min(end, sum(spans[at]))
            if low < high:
                found.append((low, high - low))
            at += 1
    return found
