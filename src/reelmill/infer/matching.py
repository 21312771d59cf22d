"""Compares a film with the films of a library: `match PRINTS LIBRARY FILES OUT`.

LIBRARY is a folder with `samples` (of each kept sample three prints), `heads` (the first words of these: what is looked
through) and `sounds` (chromaprint's items), each one film after the other; FILES lists where each lies. OUT is JSON:
{"video": [{"id", "slices": [[begin, end, other, other end, nearness]...]}...], "audio": ...}.
"""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from reelmill.infer import aligning, sounds
from reelmill.infer.prints import KEPT_RATE, RATE, WORDS

Array = Any
VARIANTS = 3
LEAST = 2.0  # seconds of a span
_SAME, _LIKE = (
    84,
    96,
)  # bits of 256 that differ: what speaks for a span, what goes on in it (unrelated pictures: above 97)
_HEAD = 20  # bits of the first 64 that may differ
_BLOCK = 1 << 18  # samples that are looked through together
_BUDGET = 6e9  # comparisons of first words; a longer search looks at fewer samples of the asked film
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
    total = sum(one["samples"] for one in files)
    every = max(1, int(np.ceil(len(usable) * 2 * VARIANTS * total / _BUDGET)))
    chosen = usable[::every]
    spans = _blocks([(int(files[i]["sample_at"]), int(files[i]["samples"])) for i in order])
    heads = np.stack([whole[0][chosen, 0], whole[1][chosen, 0]])

    def look(span: tuple[int, int]) -> tuple[Array, Array, Array]:
        return _look(folder, span, whole, chosen, heads)

    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(look, spans))
    asked, known, turned = (np.concatenate([part[n] for part in parts]) for n in range(3))
    owner = order[np.searchsorted(begins[order], known, "right") - 1]
    found: dict[int, tuple[Array, Array, Array]] = {}
    for one in np.unique(owner):
        mine = np.flatnonzero(owner == one)
        mine = mine[:: max(1, len(mine) // _MOST_PAIRS)]
        found[int(one)] = asked[mine], known[mine] - files[int(one)]["sample_at"], turned[mine]
    return found


def _blocks(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """(first, count) of stretches without holes, none longer than a block."""
    joined: list[list[int]] = []
    for first, count in pieces:
        if joined and sum(joined[-1]) == first:
            joined[-1][1] += count
        else:
            joined.append([first, count])
    return [
        (at, min(_BLOCK, first + count - at)) for first, count in joined for at in range(first, first + count, _BLOCK)
    ]


def _look(
    folder: Path, span: tuple[int, int], whole: tuple[Array, Array], chosen: Array, heads: Array
) -> tuple[Array, Array, Array]:
    """Matches with one block: first by the first words, then by whole prints."""
    first, count = span
    block = np.fromfile(folder / "heads", "<u8", count * VARIANTS, offset=first * VARIANTS * 8)
    asked, known, turned = [np.zeros(0, int)], [np.zeros(0, int)], [np.zeros(0, bool)]
    kept: Array = None
    for place, sample in enumerate(chosen):
        for mirror in (0, 1):
            near = np.flatnonzero(np.bitwise_count(block ^ heads[mirror, place]) <= _HEAD)
            if not len(near):
                continue
            if kept is None:
                words = np.fromfile(folder / "samples", "<u8", count * VARIANTS * WORDS, offset=first * _SAMPLE)
                kept = words.reshape(-1, WORDS)
            same = near[np.bitwise_count(kept[near] ^ whole[mirror][sample]).sum(1) <= _SAME]
            samples = np.unique(same // VARIANTS)
            asked.append(np.full(len(samples), sample))
            known.append(samples + first)
            turned.append(np.full(len(samples), bool(mirror)))
    return np.concatenate(asked), np.concatenate(known), np.concatenate(turned)


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
    found = []
    for one in files:
        known = np.fromfile(folder / "sounds", "<u4", one["items"], offset=one["item_at"] * 4)
        met, where = sounds.meetings(items, known)
        if slices := _apart(sounds.spans(items, known, met, where, LEAST)):
            found.append({"id": one["id"], "slices": [_told(span) for span in slices]})
    yield from sorted(found, key=lambda one: -sum(end - begin for begin, end, *_ in one["slices"]))


def _told(span: aligning.Span) -> list[float]:
    return [round(x, 3) for x in (span.begin, span.end, span.other, span.other_end, span.near)]
