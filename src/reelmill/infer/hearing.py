"""What of a film's sound is in a library: an index tells what meets where, and the rest is looked through."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from reelmill.infer import aligning, indexing, reading, sounds
from reelmill.infer.program import moved

Array = Any
_MOST_MET = 1 << 24  # meetings of two sounds that an index may tell: a longer sound is compared without it


def heard(items: Array, folder: Path, files: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What of the sound is in the library."""
    if len(items) < 8 or not files:
        return
    listener = sounds.Listener(items)
    films = sorted(files, key=lambda one: int(one["item_at"]))
    known = _indexed(folder, films, listener)
    batches = list(_batches(films[known:], sounds.most(len(items))))
    with ThreadPoolExecutor(2) as pool:
        rest = pool.map(lambda films: list(_heard(items, listener, folder / "sounds", films)), batches)
        found = list(_met(items, listener, folder, films[:known], pool)) if known else []
        found += [one for part in rest for one in part]
    yield from sorted(found, key=lambda one: -sum(end - begin for begin, end, *_ in one["slices"]))


def _indexed(folder: Path, films: list[dict[str, Any]], listener: sounds.Listener) -> int:
    """How many of the films an index tells of. Of very long sounds it would tell more than fits into memory."""
    parts = indexing.parts(folder, "sounds")
    if not parts or sum(indexing.many(path, listener.asked()) for path in parts) > _MOST_MET:
        return 0
    return sum(one["item_at"] + one["items"] <= len(parts) * indexing.ITEMS for one in films)


def _batches(films: list[dict[str, Any]], most: int) -> Iterator[list[dict[str, Any]]]:
    """Films that are listened to together, about `most` items."""
    batch, held = list[dict[str, Any]](), 0
    for one in films:
        batch.append(one)
        held += int(one["items"])
        if held >= most:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _heard(
    items: Array, listener: sounds.Listener, path: Path, films: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    moved()
    known = reading.read(path, reading.joined([(int(one["item_at"]), int(one["items"])) for one in films]), 1, "<u4")
    ends = np.cumsum([one["items"] for one in films])
    met, where = listener.meetings(known)
    owner = np.searchsorted(ends, where, "right")
    for one in sounds.worth(met, where, owner):
        end, mine = int(ends[one]), owner == one
        begin = end - int(films[one]["items"])
        spans = sounds.spans(items, known[begin:end], met[mine], where[mine] - begin, aligning.LEAST)
        if slices := aligning.apart(spans):
            yield {"id": films[one]["id"], "slices": [aligning.told(span) for span in slices]}


def _met(
    items: Array, listener: sounds.Listener, folder: Path, films: list[dict[str, Any]], pool: ThreadPoolExecutor
) -> Iterator[dict[str, Any]]:
    """`_heard`, where an index tells what meets where."""
    begins: Array = np.array([one["item_at"] for one in films])
    ends: Array = begins + np.array([one["items"] for one in films])

    def look(part: tuple[int, Path]) -> tuple[Array, Array, Array]:
        moved()
        met, where = indexing.heard(part[1], listener.asked())
        where += part[0] * indexing.ITEMS
        owner: Array = np.searchsorted(begins, where, "right") - 1
        inside = np.flatnonzero((owner >= 0) & (where < ends[owner]))  # what was taken out lies between films
        return met[inside], where[inside], owner[inside]

    told: list[tuple[Array, Array, Array]] = list(pool.map(look, enumerate(indexing.parts(folder, "sounds"))))
    met, where, owner = (np.concatenate([one[n] for one in told]) for n in range(3))
    for one in sounds.worth(met, where, owner):
        mine, begin = np.flatnonzero(owner == one), int(begins[one])
        known = reading.mapped(folder / "sounds", begin, int(films[one]["items"]), "<u4")
        if slices := aligning.apart(sounds.spans(items, known, met[mine], where[mine] - begin, aligning.LEAST)):
            yield {"id": films[one]["id"], "slices": [aligning.told(span) for span in slices]}
