"""Which stretches of a large library deserve a close look. Pure but for reading.

To compare each asked picture with each known one takes too long when there are millions. So the lowest frequencies of a
print, its first KEY bits, are a key: the asked prints mark in a table all keys that differ from theirs in at most
_RADIUS bits, and one pass over the known ones asks that table, which takes as long for a hundred asked prints as for
one. A known print whose key is marked is compared with the one that marked it by its first 64 bits. Stretches of the
library where that succeeds more than once are told; who asks compares them picture by picture.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from reelmill.infer.program import moved

Array = Any
VARIANTS = 3  # prints of a known sample
MOST_ASKED = 127  # samples in one pass: each has two prints, and the table holds their numbers in a byte
_KEY = 20  # bits; a table of them fits into the cache of a core
_RADIUS = 2
_MASK = np.uint64((1 << _KEY) - 1)
_HEAD = 16  # bits of the first 64 that may differ
_EVERY = 2  # of the known samples: one a second, since the asked film has four
_BLOCK = 1 << 15  # known samples that a thread reads together: they stay in its cache
_CELL = 32  # samples that vote together
_LEAST = 2  # samples of two neighbouring cells that must speak for them
_MOST_CELLS = 2000
_THREADS = 2
_TELL = 256  # blocks, a second of work or so, after which something is said

Span = tuple[int, int]  # (first, count) of samples


def likely(heads: Path, spans: Sequence[Span], asked: Array) -> list[Span]:
    """Stretches of `spans` that may hold what was asked (n x 2: first words of its prints, plain and mirrored)."""
    assert len(asked) <= MOST_ASKED
    flat = np.concatenate([asked[:, 0], asked[:, 1]])
    table = _table(flat)

    def look(mine: Sequence[Span]) -> list[tuple[Array, Array]]:
        return list(_passed(heads, mine, table, flat))

    blocks = list(_blocks(spans))
    with ThreadPoolExecutor(_THREADS) as pool:
        parts = list(pool.map(look, [blocks[n::_THREADS] for n in range(_THREADS)]))
    found = [pair for part in parts for pair in part]
    if not found:
        return []
    places, who = (np.concatenate([pair[n] for pair in found]) for n in range(2))
    return _within(_cells(places, who % len(asked)), spans)


def _table(flat: Array) -> Array:
    """Key -> 1 + number of an asked print that is near it, the nearest that is; 0: none."""
    table = np.zeros(1 << _KEY, np.uint8)
    keys = (flat & _MASK).astype(np.int64)
    numbers = np.arange(1, len(flat) + 1, dtype=np.uint8)
    for flips in range(_RADIUS, -1, -1):
        masks = np.array([sum(1 << bit for bit in bits) for bits in combinations(range(_KEY), flips)], np.int64)
        for mask in masks:
            table[keys ^ mask] = numbers
    return table


def _blocks(spans: Sequence[Span]) -> Iterator[Span]:
    for first, count in spans:
        for at in range(first, first + count, _BLOCK):
            yield at, min(_BLOCK, first + count - at)


def _passed(heads: Path, blocks: Sequence[Span], table: Array, flat: Array) -> Iterator[tuple[Array, Array]]:
    """(samples, numbers of the asked prints that they are near) of each block."""
    room = _Room()
    with heads.open("rb", buffering=0) as file:
        for number, (first, count) in enumerate(blocks):
            if number % _TELL == 0:
                moved()
            file.seek(first * VARIANTS * 8)
            got = file.readinto(room.read[:count].data.cast("B")) // (VARIANTS * 8)
            met, known = room.met(table, (got + _EVERY - 1) // _EVERY)
            who = table[known & _MASK].astype(np.int64) - 1
            near = np.bitwise_count(known ^ flat[who]) <= _HEAD
            if near.any():
                yield met[near] // VARIANTS * _EVERY + first, who[near]


class _Room:
    """Memory that one block after the other uses: to ask the system for it each time takes longer than the rest."""

    def __init__(self) -> None:
        self.read = np.empty((_BLOCK, VARIANTS), np.uint64)
        self._known, self._keys = (np.empty((_BLOCK // _EVERY, VARIANTS), np.uint64) for _ in range(2))
        self._marks, self._marked = (np.empty(_BLOCK // _EVERY * VARIANTS, kind) for kind in (np.uint8, bool))

    def met(self, table: Array, count: int) -> tuple[Array, Array]:
        """(places, first words) of the prints that have a mark, of the first `count` samples that count."""
        known, keys = self._known[:count], self._keys[:count]
        marks, marked = self._marks[: count * VARIANTS], self._marked[: count * VARIANTS]
        np.copyto(known, self.read[: count * _EVERY : _EVERY][:count])
        np.bitwise_and(known, _MASK, out=keys)
        table.take(keys.ravel().view(np.int64), mode="wrap", out=marks)  # what else would check each place
        met = np.flatnonzero(np.not_equal(marks, 0, out=marked))
        return met, known.ravel()[met]


def _cells(places: Array, who: Array) -> Array:
    """Numbers of the cells that deserve a look, of those where most speaks for it first."""
    cells = places // _CELL
    first, last = int(cells.min()), int(cells.max())
    votes, voices = (_counted(np.stack([cells - first, one])) for one in (places, who))
    votes, voices = (np.pad(one, (0, last - first + 2 - len(one))) for one in (votes, voices))
    votes, voices = votes[:-1] + votes[1:], voices[:-1] + voices[1:]
    good = np.flatnonzero(votes >= _LEAST)
    best = good[np.argsort(-(votes + voices)[good], kind="stable")[:_MOST_CELLS]]
    return best + first


def _counted(pairs: Array) -> Array:
    """For each cell how many different things it holds."""
    once = np.unique((pairs[0].astype(np.int64) << 34) | pairs[1].astype(np.int64))
    return np.bincount(once >> 34)


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
