"""Fingerprints of pictures: 256 bits for each, from the signs of the lowest frequencies of its brightness (the idea of
PDQ, in numpy). `prints FRAMES SOUND OUT` reads what ffmpeg wrote (square grey frames of SIDE, RATE a second, and
chromaprint's raw items) and writes the prints of a film, and beside OUT what a library keeps of it: `samples`, `heads`,
`sounds` (see `matching`).

A print survives other sizes and bitrates, light changes of brightness and small logos by itself. Flat borders are cut
off before; for crops each sample of a film that is kept has two more prints, of its middle 90 and 80 per cent. A film
that is asked about has prints of what stands inside its pictures besides (see `insets`).
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from reelmill.infer import insets
from reelmill.infer.program import Unusable, moved

Array = Any
RATE = 4  # frames of a second that are looked at; of a film that is kept every second one stays
KEPT_RATE = 2
SIDE = 128
WORDS = 4  # of 64 bits in a print; the first holds the lowest frequencies
_KEPT = 16  # frequencies in each direction
_SHARES = (1.0, 0.9, 0.8)  # of the picture that the prints of a sample show
_AT_ONCE = 256  # frames in memory
_PLAIN = 6.0  # least spread of brightness of a picture that says anything
_FLAT = 4.0  # most spread inside a line of a border
_LEAST_BORDER, _MOST_BORDER = 3, 52  # lines of SIDE
_STEADY = RATE  # frames around one in which a border must stand as well


def main(frames: str, sound: str, out: str) -> None:
    """See above. Either file may be empty, not both."""
    raw = np.memmap(frames, np.uint8, "r") if Path(frames).stat().st_size >= SIDE * SIDE else np.zeros(0, np.uint8)
    pictures = raw[: len(raw) // SIDE**2 * SIDE**2].reshape(-1, SIDE, SIDE)
    items = np.fromfile(sound, "<u4")
    if not len(pictures) and not len(items):
        raise Unusable("empty")
    made = of_pictures(pictures)
    with Path(out).open("wb") as file:
        np.savez(file, **made, inner=of_insets(pictures), items=items)
    folder, kept = Path(out).parent, made["prints"][:: RATE // KEPT_RATE].astype("<u8")
    (folder / "samples").write_bytes(kept.tobytes())
    (folder / "heads").write_bytes(kept[:, :, 0].tobytes())
    (folder / "sounds").write_bytes(items.tobytes())


def of_pictures(pictures: Array) -> dict[str, Array]:
    """{"prints": n x 3 x WORDS (whole, 90 %, 80 %), "mirrored": n x WORDS, "good": n}; zeros where a picture says
    nothing."""
    count = len(pictures)
    edges, good = np.zeros((count, 4), int), np.zeros(count, bool)
    for at in range(0, count, _AT_ONCE):
        some = pictures[at : at + _AT_ONCE].astype(np.float32)
        edges[at : at + _AT_ONCE] = _borders(some)
        good[at : at + _AT_ONCE] = some.std((1, 2)) >= _PLAIN
        moved()
    edges = _steady(edges)
    prints, mirrored = np.zeros((count, len(_SHARES), WORDS), np.uint64), np.zeros((count, WORDS), np.uint64)
    for box in np.unique(edges, axis=0):
        chosen = np.flatnonzero((edges == box).all(1) & good)
        for at in range(0, len(chosen), _AT_ONCE):
            some = chosen[at : at + _AT_ONCE]
            grey = pictures[some].astype(np.float32)
            moved()
            for place, share in enumerate(_SHARES):
                waves = _waves(grey, (int(box[0]), int(box[1]), int(box[2]), int(box[3])), share)
                prints[some, place] = _bits(waves)
                if share == 1.0:
                    waves[:, :, ::2] *= -1  # what a mirror does to the odd frequencies (the first is 1)
                    mirrored[some] = _bits(waves)
    return {"prints": prints, "mirrored": mirrored, "good": good}


def of_insets(pictures: Array) -> Array:
    """MOST x n x WORDS: prints of the rectangles in each picture; zeros for none."""
    edges = insets.of(pictures)
    prints = np.zeros((insets.MOST, len(pictures), WORDS), np.uint64)
    for place in range(insets.MOST):
        for box in np.unique(edges[:, place], axis=0):
            chosen = np.flatnonzero((edges[:, place] == box).all(1)) if box.any() else ()
            for at in range(0, len(chosen), _AT_ONCE):
                some = chosen[at : at + _AT_ONCE]
                top, bottom, left, right = map(int, box)
                grey = pictures[some].astype(np.float32)
                good = grey[:, top : SIDE - bottom, left : SIDE - right].std((1, 2)) >= _PLAIN
                prints[place, some[good]] = _bits(_waves(grey[good], (top, bottom, left, right), 1.0))
                moved()
    return prints


def _waves(grey: Array, box: tuple[int, int, int, int], share: float) -> Array:
    top, bottom, left, right = box
    down = _lines(float(top), float(SIDE - bottom), share)
    across = _lines(float(left), float(SIDE - right), share)
    return down @ grey @ across.T


@cache
def _lines(begin: float, end: float, share: float) -> Array:
    """The matrix that shrinks the middle `share` of a line from `begin` to `end` to 64 points and takes their lowest
    frequencies (without the mean)."""
    cut = (end - begin) * (1 - share) / 2
    marks = np.linspace(begin + cut, end - cut, 65)
    pixel = np.arange(SIDE)
    cover = np.minimum(marks[1:, None], pixel + 1) - np.maximum(marks[:-1, None], pixel)
    shrink = np.clip(cover, 0, None)
    shrink /= shrink.sum(1, keepdims=True)
    wave = np.cos(np.pi / 128 * np.outer(np.arange(1, _KEPT + 1), 2 * np.arange(64) + 1))
    return (wave @ shrink).astype(np.float32)


def _order() -> Array:
    """Places of 16 x 16 frequencies, the lowest 8 x 8 first."""
    rank = np.maximum(*np.indices((_KEPT, _KEPT))) >= 8
    return np.argsort(rank.ravel(), kind="stable")


_ORDER = _order()


def _bits(waves: Array) -> Array:
    flat = waves.reshape(len(waves), -1)[:, _ORDER]
    signs = flat > np.median(flat, axis=1, keepdims=True)
    return np.ascontiguousarray(np.packbits(signs, axis=1)).view("<u8").astype(np.uint64)


def _borders(some: Array) -> Array:
    """n x (top, bottom, left, right): how many lines are flat there, all of one brightness."""
    found = np.zeros((len(some), 4), int)
    for place, frames in enumerate((some, some[:, ::-1], some.transpose(0, 2, 1), some.transpose(0, 2, 1)[:, ::-1])):
        lines = frames[:, :_MOST_BORDER]
        level = lines.mean(2)
        flat = (lines.std(2) < _FLAT) & (np.abs(level - level[:, :1]) < _FLAT)
        width = np.where(flat.all(1), _MOST_BORDER, np.argmin(flat, axis=1))
        found[:, place] = np.where(width < _LEAST_BORDER, 0, width)
    return found


def _steady(edges: Array) -> Array:
    """A border is what stands for a while: the least width around each frame. What would be left of less than a third
    of the picture has none."""
    if not len(edges):
        return edges
    padded = np.pad(edges, ((_STEADY, _STEADY), (0, 0)), mode="edge")
    least = padded[: len(edges)].copy()
    for shift in range(1, 2 * _STEADY + 1):
        least = np.minimum(least, padded[shift : shift + len(edges)])
    for pair in (slice(0, 2), slice(2, 4)):  # bars come in pairs; what is flat on one side alone is a dark corner
        least[(least[:, pair] < _LEAST_BORDER).any(1), pair] = 0
    least[(least >= _MOST_BORDER).any(1)] = 0
    return least
