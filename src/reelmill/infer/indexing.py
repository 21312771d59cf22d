"""An index of a large part of a library: `index heads|sounds LIBRARY PART OUT`.

A part is so long that to look through it takes longer than to look into an index of it. It never changes: a library
only grows. What one key has lies together, so a question touches a few thousandths of the file.

heads    key: the first bits of a print; its words and places, by key
sounds   key: a half of an item; its places, by key, of the lower halves and then of the higher ones
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from reelmill.infer.program import moved
from reelmill.infer.reading import mapped

Array = Any
VARIANTS = 3  # prints of a known sample
KEY, MASK = 20, np.uint64((1 << 20) - 1)  # bits of a print
HALVES = 1 << 16
EVERY = 2  # of the known samples: one a second, since the asked film has four
SAMPLES, ITEMS = 1 << 23, 1 << 25  # of a part: 1,160 hours
_AT_ONCE = 1 << 22


def main(kind: str, library: str, part: str, out: str) -> None:
    """See above."""
    with Path(out).open("wb") as file:
        if kind == "heads":
            words = mapped(Path(library) / kind, int(part) * SAMPLES * VARIANTS, SAMPLES * VARIANTS)
            words = words.reshape(-1, VARIANTS)[::EVERY].ravel()
            begins, places = _sorted(words & MASK, 1 << KEY)
            begins.tofile(file)
            for at in range(0, len(places), _AT_ONCE):
                words[places[at : at + _AT_ONCE]].tofile(file)
            places.tofile(file)
        else:
            halves = mapped(Path(library) / kind, int(part) * ITEMS, ITEMS, "<u4").view("<u2")
            for high in (0, 1):
                for array in _sorted(halves[high::2], HALVES):
                    array.tofile(file)


def _sorted(keys: Array, most: int) -> tuple[Array, Array]:
    """(where each key begins, and one number more for their size in whole words; places by key)."""
    counts = np.zeros(most, np.int64)
    for at in range(0, len(keys), _AT_ONCE):
        counts += np.bincount(keys[at : at + _AT_ONCE].astype(np.int64), minlength=most)
        moved()
    if keys.dtype.itemsize == 2:  # two bytes are sorted by their digits, five times as fast
        order = np.argsort(keys, kind="stable")
    else:
        order = keys.astype(np.uint64)
        order <<= np.uint64(32)
        for at in range(0, len(order), _AT_ONCE):
            part = order[at : at + _AT_ONCE]
            part |= np.arange(at, at + len(part), dtype=np.uint64)
        order.sort()
    moved()
    begins = np.zeros(most + 2, "<u4")
    begins[1:-1] = np.cumsum(counts)
    return begins, order.astype("<u4")


def parts(folder: Path, kind: str) -> list[Path]:
    """The indexes of a library's parts, from the first on without a hole."""
    found: list[Path] = []
    while (path := folder / f"{kind}-{len(found)}").exists():
        found.append(path)
    return found


class Index:
    """The lists of one file: those of KEYS keys, which begin at a word."""

    def __init__(self, path: Path, at: int, keys: int):
        self._begins = mapped(path, at, keys + 1, "<u4")
        self.size = keys + 2  # words before the lists

    def runs(self, keys: Array) -> tuple[Array, Array]:
        """(places in the lists, which of the keys they are of)."""
        begins = self._begins[keys].astype(np.int64)
        each = self._begins[keys + 1] - begins
        inside = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
        which = np.repeat(np.arange(len(keys)), each)
        return begins[which] + inside, which

    def total(self, keys: Array) -> int:
        """How many there are of some keys."""
        return int((self._begins[keys + 1].astype(np.int64) - self._begins[keys]).sum())


def near(path: Path, table: Array, flat: Array, most: int) -> tuple[Array, Array]:
    """(places of a part's prints, numbers of the asked ones) that differ in at most so many bits; `table`: key -> 1 +
    number of the asked print that it is near, `flat`: first words of these."""
    index = Index(path, 0, 1 << KEY)
    keys = np.flatnonzero(table)
    inside, which = index.runs(keys)
    count = SAMPLES // EVERY * VARIANTS
    who = table[keys].astype(np.int64)[which] - 1
    words = mapped(path, index.size // 2, count).take(inside, mode="clip")
    good = np.flatnonzero(np.bitwise_count(words ^ flat[who]) <= most)
    places = mapped(path, index.size + 2 * count, count, "<u4")
    return places[inside[good]].astype(np.int64), who[good]


def many(path: Path, halves: Sequence[tuple[Array, Array]]) -> int:
    """How many meetings `heard` would tell."""
    return sum(index.total(keys) for index, keys, _, _ in _lists(path, halves))


def heard(path: Path, halves: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    """(places in the asked sound, places in the part) of items with one half in common; `halves`: lower ones and higher
    ones that are asked for, and their places."""
    met, where = [], []
    for index, keys, places, at in _lists(path, halves):
        inside, which = index.runs(keys)
        met.append(places[which])
        where.append(mapped(path, at, ITEMS, "<u4")[inside].astype(np.int64))
    return np.concatenate(met), np.concatenate(where)


def _lists(path: Path, halves: Sequence[tuple[Array, Array]]) -> Iterator[tuple[Index, Array, Array, int]]:
    at = 0
    for keys, places in halves:
        index = Index(path, at, HALVES)
        yield index, keys, places, at + index.size
        at += index.size + ITEMS
