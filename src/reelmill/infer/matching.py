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

from reelmill.infer import aligning, hearing, reading, seeking
from reelmill.infer.indexing import VARIANTS
from reelmill.infer.prints import KEPT_RATE, RATE, WORDS
from reelmill.infer.program import moved

Array = Any
_FEWEST = 3  # samples that one needs
_SAME, _LIKE = (
    84,
    96,
)  # bits of 256 that differ: what speaks for a span, what goes on in it (unrelated pictures: above 97)
_HEAD = 20  # bits of the first 64 that may differ
_BLOCK = 1 << 18  # samples that are looked through together
_PART = 1 << 13  # samples of many short stretches that are: they stay in the cache of a core
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
        "audio": list(hearing.heard(film["items"], Path(library), [one for one in listed if one["items"]])),
    }
    Path(out).write_text(json.dumps(found))


def pictures(film: Mapping[str, Array], folder: Path, files: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What of the pictures is in the library, the most first."""
    found: dict[int, list[aligning.Span]] = {}
    for whole, good in _asked(film) if files else ():
        for one, (places, samples, turned) in _hits(whole, np.flatnonzero(good), folder, files).items():
            moved()
            kept = np.fromfile(
                folder / "samples", "<u8", one_count(files[one]), offset=files[one]["sample_at"] * _SAMPLE
            )
            known = kept.reshape(-1, VARIANTS, WORDS)
            for mirror, prints in enumerate(whole):
                mine = turned == mirror
                if mine.sum() >= _FEWEST:
                    found.setdefault(one, []).extend(_aligned(prints, good, known, places[mine], samples[mine]))
    told = [
        {"id": files[one]["id"], "slices": [aligning.told(span) for span in aligning.apart(spans)]}
        for one, spans in found.items()
    ]
    yield from sorted(
        (one for one in told if one["slices"]), key=lambda one: -sum(end - begin for begin, end, *_ in one["slices"])
    )


Asked = tuple[Array, ...]  # prints of one film: as it is, and mirrored


def _asked(film: Mapping[str, Array]) -> Iterator[tuple[Asked, Array]]:
    """What is sought, and which samples say something: the whole pictures, and what stands inside of some."""
    yield (film["prints"][:, 0], film["mirrored"]), film["good"]
    for inner in film.get("inner", ()):
        yield (inner,), inner.any(1)


_SAMPLE = VARIANTS * WORDS * 8  # bytes


def one_count(file: Mapping[str, Any]) -> int:
    """Words of a film's samples."""
    return int(file["samples"]) * VARIANTS * WORDS


def _hits(
    whole: Asked, usable: Array, folder: Path, files: list[dict[str, Any]]
) -> dict[int, tuple[Array, Array, Array]]:
    """Number of a film -> (samples of the asked film, its own samples, whether mirrored) that match."""
    if len(usable) < _FEWEST:
        return {}
    begins = np.array([one["sample_at"] for one in files])
    order = np.argsort(begins)
    spans = reading.joined([(int(files[i]["sample_at"]), int(files[i]["samples"])) for i in order])
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
    folder: Path, spans: list[reading.Span], whole: Asked, usable: Array
) -> Iterator[tuple[Array, Array, Array]]:
    """A small library is compared as a whole. In a large one a part of the asked film after the other is sought first,
    and compared with what may hold it."""
    total = sum(count for _, count in spans)
    if len(usable) * len(whole) * VARIANTS * total <= _BUDGET:
        with ThreadPoolExecutor(2) as pool:
            yield from pool.map(lambda some: _look(folder, some, whole, usable), _blocks(spans))
        return
    yield _look(folder, [], whole, usable)
    every = min(RATE, max(1, -(-len(usable) // (seeking.MOST_ASKED * _WHOLE_PARTS))))
    chosen = usable[::every]
    for at in range(0, len(chosen), seeking.MOST_ASKED):
        some = chosen[at : at + seeking.MOST_ASKED]
        heads = np.stack([prints[some, 0] for prints in whole], 1)
        parts = _parts(seeking.likely(folder / "heads", spans, heads))
        with ThreadPoolExecutor(2) as pool:
            yield from pool.map(lambda spans, some=some: _look(folder, spans, whole, some), parts)


def _blocks(spans: list[reading.Span]) -> list[list[reading.Span]]:
    """What is looked through together: none longer than a block."""
    return [
        [(at, min(_BLOCK, first + count - at))] for first, count in spans for at in range(first, first + count, _BLOCK)
    ]


def _parts(spans: Sequence[reading.Span]) -> list[list[reading.Span]]:
    """Stretches that are looked at together."""
    parts, held = [list[reading.Span]()], 0
    for span in spans:
        if held >= _PART:
            parts.append([])
            held = 0
        parts[-1].append(span)
        held += span[1]
    return parts


def _look(folder: Path, spans: Sequence[reading.Span], whole: Asked, chosen: Array) -> tuple[Array, Array, Array]:
    """(asked samples, known samples, whether mirrored) that match in some stretches: first by the first words, then by
    whole prints."""
    asked, known, turned = [np.zeros(0, int)], [np.zeros(0, int)], [np.zeros(0, bool)]
    places = np.concatenate([np.zeros(0, int), *(np.arange(first, first + count) for first, count in spans)])
    heads, kept = reading.read(folder / "heads", spans, VARIANTS) if spans else np.zeros(0, "<u8"), None
    for sample in chosen if spans else ():
        for mirror, prints in enumerate(whole):
            near = np.flatnonzero(np.bitwise_count(heads ^ prints[sample, 0]) <= _HEAD)
            if not len(near):
                continue
            if kept is None:
                kept = reading.read(folder / "samples", spans, VARIANTS * WORDS).reshape(-1, WORDS)
            same = near[np.bitwise_count(kept[near] ^ prints[sample]).sum(1) <= _SAME]
            samples = np.unique(same // VARIANTS)
            asked.append(np.full(len(samples), sample))
            known.append(places[samples])
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

    return list(aligning.spans(places / RATE, samples / KEPT_RATE, step=1 / RATE, least=aligning.LEAST, near=near))
