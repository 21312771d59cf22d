"""Compares a film with the films of a library: `match PRINTS LIBRARY FILES OUT`.

LIBRARY is a folder with `samples` (of each kept sample three prints), `heads` (the first words of these: what is looked
through) and `sounds` (chromaprint's items), each one film after the other; FILES lists where each lies. OUT is JSON:
{"video": [{"id", "slices": [[begin, end, other, other end, nearness]...]}...], "audio": ...}.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from reelmill.infer import aligning, seeking, sounds
from reelmill.infer.prints import KEPT_RATE, RATE, WORDS
from reelmill.infer.program import moved
from reelmill.infer.seeking import VARIANTS

Array = Any
LEAST = 2.0  # seconds of a span
_SAME, _LIKE = (
    84,
    96,
)  # bits of 256 that differ: what speaks for a span, what goes on in it (unrelated pictures: above 97)
_HEAD = 20  # bits of the first 64 that may differ
_BLOCK = 1 << 18  # samples that are looked through together
_BUDGET = 4e8  # comparisons of first words, about half a second; a larger library is sought through first
_WHOLE_PARTS = 8  # of an asked film with so many parts (four minutes) each sample is sought, of longer ones fewer
_MOST_PAIRS = 400_000  # matches of one film that are weighed


def main(asked: str, library: str, files: str, out: str) -> None:
    """See above."""
    with np.load(asked) as stored:
        film = {name: stored[name] for name in stored.files}
    listed: list[dict[str, Any]] = json.loads(Path(files).read_text())
    found = {
        "video": list(pictures(film, Path(library), [one for one in listed if one["samples"]])),
        "audio": list(heard(film["items"], Path(library), [one for one in listed if one["items"]])),
    }
    Path(out).write_text(json.dumps(found))


def pictures(film: Mapping[str, Array], folder: Path, files: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What of the pictures is in the library, the most first."""
    usable = np.flatnonzero(film["good"])
    if not len(usable) or not files:
        return
    whole = (film["prints"][:, 0], film["mirrored"])
    hits = _hits(whole, usable, folder, files)
    found = []
    for one, (places, samples, turned) in hits.items():
        moved()
        kept = np.fromfile(folder / "samples", "<u8", one_count(files[one]), offset=files[one]["sample_at"] * _SAMPLE)
        known = kept.reshape(-1, VARIANTS, WORDS)
        slices: list[aligning.Span] = []
        for mirror in (False, True):
            mine = turned == mirror
            if mine.sum() >= 3:
                slices += _aligned(whole[mirror], film["good"], known, places[mine], samples[mine])
        if slices := _apart(slices):
            found.append({"id": files[one]["id"], "slices": [_told(span) for span in slices]})
    yield from sorted(found, key=lambda one: -sum(end - begin for begin, end, *_ in one["slices"]))


_SAMPLE = VARIANTS * WORDS * 8  # bytes


def one_count(file: Mapping[str, Any]) -> int:
    """Words of a film's samples."""
    return int(file["samples"]) * VARIANTS * WORDS


def _hits(
    whole: tuple[Array, Array], usable: Array, folder: Path, files: list[dict[str, Any]]
) -> dict[int, tuple[Array, Array, Array]]:
    """Number of a film -> (samples of the asked film, its own samples, whether mirrored) that match."""
    begins = np.array([one["sample_at"] for one in files])
    order = np.argsort(begins)
    spans = _joined([(int(files[i]["sample_at"]), int(files[i]["samples"])) for i in order])
    parts = list(_looked(folder, spans, whole, usable))
    asked, known, turned = (np.concatenate([part[n] for part in parts]) for n in range(3))
    owner = order[np.searchsorted(begins[order], known, "right") - 1]
    found: dict[int, tuple[Array, Array, Array]] = {}
    for one in np.unique(owner):
        mine = np.flatnonzero(owner == one)
        mine = mine[:: max(1, len(mine) // _MOST_PAIRS)]
        found[int(one)] = asked[mine], known[mine] - files[int(one)]["sample_at"], turned[mine]
    return found


def _looked(
    folder: Path, spans: list[seeking.Span], whole: tuple[Array, Array], usable: Array
) -> Iterator[tuple[Array, Array, Array]]:
    """A small library is compared as a whole. In a large one a part of the asked film after the other is sought first,
    and compared with what may hold it."""
    total = sum(count for _, count in spans)
    if len(usable) * 2 * VARIANTS * total <= _BUDGET:
        with ThreadPoolExecutor(2) as pool:
            yield from pool.map(lambda some: _look(folder, some, whole, usable), _blocks(spans))
        return
    yield _look(folder, [], whole, usable)
    every = min(RATE, max(1, -(-len(usable) // (seeking.MOST_ASKED * _WHOLE_PARTS))))
    chosen = usable[::every]
    for at in range(0, len(chosen), seeking.MOST_ASKED):
        some = chosen[at : at + seeking.MOST_ASKED]
        heads = np.stack([whole[0][some, 0], whole[1][some, 0]], 1)
        yield _look(folder, seeking.likely(folder / "heads", spans, heads), whole, some)


def _joined(pieces: list[seeking.Span]) -> list[seeking.Span]:
    """Stretches without holes."""
    joined: list[list[int]] = []
    for first, count in pieces:
        if joined and sum(joined[-1]) == first:
            joined[-1][1] += count
        else:
            joined.append([first, count])
    return [(first, count) for first, count in joined]


def _blocks(spans: list[seeking.Span]) -> list[list[seeking.Span]]:
    """What is looked through together: none longer than a block."""
    return [
        [(at, min(_BLOCK, first + count - at))] for first, count in spans for at in range(first, first + count, _BLOCK)
    ]


def _look(
    folder: Path, spans: Sequence[seeking.Span], whole: tuple[Array, Array], chosen: Array
) -> tuple[Array, Array, Array]:
    """(asked samples, known samples, whether mirrored) that match in some stretches: first by the first words, then by
    whole prints."""
    asked, known, turned = [np.zeros(0, int)], [np.zeros(0, int)], [np.zeros(0, bool)]
    places = np.concatenate([np.zeros(0, int), *(np.arange(first, first + count) for first, count in spans)])
    heads, kept = _read(folder / "heads", spans, VARIANTS) if spans else np.zeros(0, "<u8"), None
    for sample in chosen if spans else ():
        for mirror in (0, 1):
            near = np.flatnonzero(np.bitwise_count(heads ^ whole[mirror][sample, 0]) <= _HEAD)
            if not len(near):
                continue
            if kept is None:
                kept = _read(folder / "samples", spans, VARIANTS * WORDS).reshape(-1, WORDS)
            same = near[np.bitwise_count(kept[near] ^ whole[mirror][sample]).sum(1) <= _SAME]
            samples = np.unique(same // VARIANTS)
            asked.append(np.full(len(samples), sample))
            known.append(places[samples])
            turned.append(np.full(len(samples), bool(mirror)))
    return np.concatenate(asked), np.concatenate(known), np.concatenate(turned)


def _read(path: Path, spans: Sequence[seeking.Span], words: int, kind: str = "<u8") -> Array:
    """What lies in some stretches, of so many words each."""
    with path.open("rb") as file:
        parts = []
        for first, count in spans:
            file.seek(first * words * np.dtype(kind).itemsize)
            parts.append(np.fromfile(file, kind, count * words))
    return np.concatenate(parts)


def _aligned(mine: Array, good: Array, known: Array, places: Array, samples: Array) -> list[aligning.Span]:
    blank = ~known[:, 0].any(1)
    last = len(known) - 1

    def near(speed: float, offset: float) -> Array:
        """The nearest of the known samples around each partner."""
        exact = (np.arange(len(mine)) / RATE * speed + offset) * KEPT_RATE
        middle = np.round(exact).astype(int)
        inside = (middle >= 0) & (middle <= last)
        best = np.full(len(mine), 256)
        for shift in (-1, 0, 1):
            partner = np.clip(middle + shift, 0, last)
            apart = np.bitwise_count(known[partner] ^ mine[:, None]).sum(2).min(1)
            best = np.minimum(best, apart)
        told = np.where(best <= _LIKE, np.maximum(0.2, 1 - best / 128), 0.0)
        told[~good] = 0.0
        told[~good & blank[np.clip(middle, 0, last)]] = -1.0
        return np.where(inside, told, 0.0)

    return list(aligning.spans(places / RATE, samples / KEPT_RATE, step=1 / RATE, least=LEAST, near=near))


def _apart(spans: list[aligning.Span]) -> list[aligning.Span]:
    """In order, without those that lie inside better ones."""
    kept: list[aligning.Span] = []
    for span in sorted(spans, key=lambda one: -(one.end - one.begin) * one.near):
        covered = sum(max(0.0, min(span.end, one.end) - max(span.begin, one.begin)) for one in kept)
        if covered < 0.5 * (span.end - span.begin):
            kept.append(span)
    return sorted(kept, key=lambda one: one.begin)


def heard(items: Array, folder: Path, files: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What of the sound is in the library."""
    if len(items) < 8 or not files:
        return
    batches = list(_batches(sorted(files, key=lambda one: int(one["item_at"])), sounds.most(len(items))))
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(lambda films: list(_heard(items, folder / "sounds", films)), batches))
    found = [one for part in parts for one in part]
    yield from sorted(found, key=lambda one: -sum(end - begin for begin, end, *_ in one["slices"]))


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


def _heard(items: Array, path: Path, films: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    moved()
    known = _read(path, _joined([(int(one["item_at"]), int(one["items"])) for one in films]), 1, "<u4")
    ends = np.cumsum([one["items"] for one in films])
    met, where = sounds.meetings(items, known)
    owner = np.searchsorted(ends, where, "right")
    for one in sounds.worth(met, where, owner):
        end, mine = int(ends[one]), owner == one
        begin = end - int(films[one]["items"])
        spans = sounds.spans(items, known[begin:end], met[mine], where[mine] - begin, LEAST)
        if slices := _apart(spans):
            yield {"id": films[one]["id"], "slices": [_told(span) for span in slices]}


def _told(span: aligning.Span) -> list[float]:
    return [round(x, 3) for x in (span.begin, span.end, span.other, span.other_end, span.near)]
