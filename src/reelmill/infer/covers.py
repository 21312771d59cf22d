"""Which pictures of a film are worth showing.

`shots FRAMES RATE WANTED SECONDS OUT` looks at small frames (WIDE x HIGH, RGB, RATE a second): where shots begin, how
each frame is lit, coloured and drawn; the best of each shot, and the best SECONDS of one. `choose SHOTS COUNT OUT
GREY...` looks again at grey pictures of the candidates, LARGE, and keeps the sharp ones that differ, those with a face
first (it is looked for in the picture itself, which lies beside: N.jpg of N.grey). OUT is JSON.

What counts is measured against the film itself: a night film has dark covers, a soft one soft ones. What is black,
blurred, a plain card with letters or a repeat is left out, even when fewer are left than were wanted.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from reelmill.infer.program import Unusable, moved

Array = Any
WIDE, HIGH = 128, 72
LARGE = (640, 360)
_GREY = np.array([0.299, 0.587, 0.114], np.float32)  # brightness of red, green and blue
_CUT = 0.4  # share of the colours that change where a shot begins
_BLACK, _PALE = 14.0, 8.0  # least brightness, least contrast (0 to 255)
_PLAIN = 0.55  # most of a picture that may have one colour
_SOFT = 0.4  # least sharpness, against that of the sharper frames of the film
_PER_SHOT, _CANDIDATES = 3, 20
_GAP = 1.0  # seconds between candidates of a shot
_ALIKE, _ALIKE_IN_SHOT = 10.0, 22.0  # least difference (0 to 255) of coarse pictures that are chosen
_AT_ONCE = 256
_FACE = 0.5  # what a large face in the middle adds to a score
_WEIGHTS = {"sharp": 0.3, "colour": 0.2, "contrast": 0.15, "detail": 0.2, "still": 0.15}


def main(command: str, *words: str) -> None:
    """See above."""
    (_shots if command == "shots" else _choose)(*words)


def _shots(frames: str, rate: str, wanted: str, seconds: str, out: str) -> None:
    size = WIDE * HIGH * 3
    raw = np.memmap(frames, np.uint8, "r") if Path(frames).stat().st_size >= size else np.zeros(0, np.uint8)
    pictures = raw[: len(raw) // size * size].reshape(-1, HIGH, WIDE, 3)
    if not len(pictures):
        raise Unusable("empty")
    step = 1 / float(rate)
    told = looked(pictures)
    shots = np.cumsum(told["cut"])
    good, score = judged(told, shots)
    best = candidates(good, score, shots, step, int(wanted))
    answer = {
        "frames": len(pictures),
        "shots": int(shots[-1]) + 1,
        "candidates": [{"time": i * step, "score": round(float(score[i]), 4), "shot": int(shots[i])} for i in best],
        "clip": span(good, score, told["moves"], shots, step, float(seconds)) if float(seconds) else None,
    }
    Path(out).write_text(json.dumps(answer))


def looked(pictures: Array) -> dict[str, Array]:
    """Name of a measure -> its value for each frame."""
    parts = []
    before: Array = None
    for at in range(0, len(pictures), _AT_ONCE):
        some = pictures[at : at + _AT_ONCE]
        parts.append(_measured(some, before))
        before = some[-1:]
        moved()
    told = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    after = np.append(told["moves"][1:], told["moves"][-1:])
    told["still"] = -np.minimum(told["moves"], after)
    return told


def _measured(some: Array, before: Array) -> dict[str, Array]:
    colour = some.astype(np.float32)
    grey = colour @ _GREY
    previous = np.concatenate([some[:1] if before is None else before, some[:-1]])
    bins, last = _colours(some), _colours(previous)
    red, green, blue = colour[..., 0], colour[..., 1], colour[..., 2]
    warm, cold = red - green, (red + green) / 2 - blue
    spread = np.sqrt(warm.var((1, 2)) + cold.var((1, 2))) + 0.3 * np.hypot(warm.mean((1, 2)), cold.mean((1, 2)))
    moves = np.abs(grey - previous.astype(np.float32) @ _GREY).mean((1, 2))
    contrast = grey.std((1, 2))
    # at night all colours are few: there the picture itself must have become another one
    cut = (np.abs(bins - last).sum(1) / 2 > _CUT) | (moves > np.maximum(0.7 * contrast, 8))
    return {
        "light": grey.mean((1, 2)),
        "contrast": contrast,
        "colour": spread,
        "sharp": sharpness(grey),
        "detail": _entropy(bins),
        "plain": _plain(some),
        "burnt": ((grey > 250).mean((1, 2)) + (grey < 5).mean((1, 2))),
        "moves": moves,
        "cut": cut.astype(int),
    }


def sharpness(grey: Array) -> Array:
    """How much finer the finest lines are than what is left when they are smoothed, against the contrast."""
    middle = grey[:, 1:-1, 1:-1]
    edges = 4 * middle - grey[:, :-2, 1:-1] - grey[:, 2:, 1:-1] - grey[:, 1:-1, :-2] - grey[:, 1:-1, 2:]
    strong = np.percentile(np.abs(edges).reshape(len(grey), -1), 97, axis=1)
    return strong / (grey.std((1, 2)) + 8)


def _colours(some: Array) -> Array:
    """n x 512: shares of colours."""
    number = (some[..., 0] >> 5).astype(np.int64) * 64 + (some[..., 1] >> 5) * 8 + (some[..., 2] >> 5)
    flat = number.reshape(len(some), -1) + 512 * np.arange(len(some))[:, None]
    return np.bincount(flat.ravel(), minlength=512 * len(some)).reshape(len(some), 512) / (WIDE * HIGH)


def _entropy(shares: Array) -> Array:
    return -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(1)


def _plain(some: Array) -> Array:
    """The share of each frame that is nearly of its most frequent colour."""
    found = np.zeros(len(some))
    for place, picture in enumerate(some):
        flat = picture.reshape(-1, 3)
        keys = (flat[:, 0] >> 4).astype(np.int64) * 256 + (flat[:, 1] >> 4) * 16 + (flat[:, 2] >> 4)
        top = np.bincount(keys, minlength=4096).argmax()
        colour = flat[keys == top].mean(0)
        found[place] = (np.abs(flat - colour).max(1) < 14).mean()
    return found


def judged(told: dict[str, Array], shots: Array) -> tuple[Array, Array]:
    """(which frames may be shown, how good each is from 0 to 1)."""
    seen = (told["light"] >= _BLACK) & (told["contrast"] >= _PALE)
    usable = seen & (told["plain"] <= _PLAIN)
    sharp = np.percentile(told["sharp"][usable], 80) if usable.any() else 0.0
    light = np.median(told["light"][usable]) if usable.any() else 0.0
    good = usable & (told["sharp"] >= _SOFT * sharp) & (told["light"] >= 0.25 * light)
    first = np.append(1, np.diff(shots))  # the first frame of a shot may hold two: a dissolve, a late cut
    last = np.append(np.diff(shots), 1)
    score = sum(weight * _ranked(told[name]) for name, weight in _WEIGHTS.items())
    score = score - 0.5 * np.clip(told["burnt"] - 0.02, 0, 1) - 0.1 * ((first + last) > 0)
    return good, np.clip(score, 0, 1)


def _ranked(values: Array) -> Array:
    order = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return order / max(1, len(values) - 1)


def candidates(good: Array, score: Array, shots: Array, step: float, wanted: int) -> list[int]:
    """The best frames of the shots, best first."""
    several = max(_PER_SHOT, -(-2 * wanted // (int(shots[-1]) + 1)))
    found: list[int] = []
    for shot in np.unique(shots[good]):
        mine = [int(i) for i in np.flatnonzero(good & (shots == shot))]
        mine.sort(key=lambda i: -score[i])
        kept: list[int] = []
        for i in mine:
            if len(kept) < several and all(abs(i - other) * step >= _GAP for other in kept):
                kept.append(i)
        found += kept
    found.sort(key=lambda i: -score[i])
    return found[:_CANDIDATES]


def span(good: Array, score: Array, moves: Array, shots: Array, step: float, seconds: float) -> dict[str, float] | None:
    """The best stretch of `seconds`, inside one shot where one is as long, in which something moves."""
    count = max(1, min(len(score), round(seconds / step)))
    value = np.where(good, score + 0.2 * _ranked(np.minimum(moves, np.percentile(moves, 85))), 0)
    best, begin = -1.0, 0
    for first in range(len(score) - count + 1):
        inside = slice(first, first + count)
        whole = shots[first] == shots[first + count - 1]
        worth = float(value[inside].mean()) * (1.0 if whole else 0.6) * float(good[inside].mean())
        if worth > best:
            best, begin = worth, first
    if best <= 0:
        return None
    return {"begin": begin * step, "seconds": min(seconds, (len(score) - begin) * step)}


def _choose(shots: str, count: str, out: str, *files: str) -> None:
    listed = json.loads(Path(shots).read_text())["candidates"]
    wide, high = LARGE
    pictures, known, faces = [], [], _faces()
    for one, file in zip(listed, files, strict=True):
        if Path(file).is_file() and Path(file).stat().st_size >= wide * high:  # a seek may have missed its frame
            pictures.append(np.fromfile(file, np.uint8, wide * high).reshape(high, wide).astype(np.float32))
            known.append(one | {"file": file, "face": faces(Path(file).with_suffix(".jpg"))})
    chosen = chosen_of(np.stack(pictures), known, int(count)) if pictures else []
    Path(out).write_text(json.dumps(chosen))


def _faces() -> Callable[[Path], float]:
    """(the file of a picture) -> see `faces`; 0 of one that cannot be read."""
    from reelmill.infer import faces, pictures  # here: nobody else in this program wants what they load

    prominence = faces.look()

    def of(path: Path) -> float:
        image = pictures.read(path)
        return 0.0 if image is None else prominence(image)

    return of


def chosen_of(pictures: Array, known: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The best of the candidates that are sharp in full size and differ from each other, best first. `known`: of each
    score, shot and face."""
    sharp = sharpness(pictures)
    fine = sharp >= _SOFT * np.percentile(sharp, 75)
    score = np.array([one["score"] for one in known]) * 0.75 + 0.25 * _ranked(sharp)
    score = np.minimum(score + _FACE * np.array([one["face"] for one in known]), 1)
    small = pictures.reshape(len(pictures), 9, 40, 16, 40).mean((2, 4))  # what shifts a little is still the same
    kept: list[int] = []
    for i in (int(i) for i in np.argsort(-score, kind="stable") if fine[i]):
        apart = [float(np.abs(small[i] - small[other]).mean()) for other in kept]
        limits = [_ALIKE_IN_SHOT if known[i]["shot"] == known[other]["shot"] else _ALIKE for other in kept]
        if len(kept) < count and all(far >= limit for far, limit in zip(apart, limits, strict=True)):
            kept.append(i)
    return [known[i] | {"score": round(float(score[i]), 3)} for i in kept]
