"""Where a film stands inside another picture: in a corner of one that moves, or beside another one. Pure.

Inside and outside have nothing to do with each other, so what lies on either side of such a rectangle's borders changes
each by itself, as neighbours elsewhere do not. Pictures are squares, RATE a second (see `prints`).
"""

from typing import Any

import numpy as np

Array = Any
MOST = 2  # rectangles of a picture
_WINDOW, _HOP = 80, 40  # samples that are looked at together: twenty seconds, every ten
_FEWEST = 16  # of a film
_EVERY = 2  # of them
_NOISE = 80.0  # variance (brightness has 255 steps) that says nothing
_LEAST = 28  # lines of a side
_LARGEST = 0.8  # of the picture
_APART = 0.5  # how far apart both sides of each of its sides must change, from 0 to 1
_SURE = 0.5  # the same of a line that is thought of
_BESIDE = 3  # lines
_CLEAR = 0.8  # how much its sides must stand out together
_EDGE = 0.3  # what an edge of the picture counts, that is a side of one
_TRIED = 400
_LINES = 44  # thought of in each direction
_SAME = 2.5  # lines by which the sides of one rectangle may seem to move
_SHARED = 0.5  # of two rectangles that are one


def of(pictures: Array) -> Array:
    """n x MOST x (top, bottom, left, right): lines beside the rectangles of each picture; zeros for none."""
    count, side = len(pictures), pictures.shape[1] if len(pictures) else 0
    found = np.zeros((count, MOST, 4), int)
    if count < _FEWEST:
        return found
    before: list[tuple[int, ...]] = []
    for at in range(0, max(1, count - _WINDOW + _HOP), _HOP):
        some = pictures[at : at + _WINDOW : _EVERY].astype(np.float32)
        boxes = [_held(box, before) for box in _boxes(*_apart(some), side)]
        begin = at if at == 0 else at + (_WINDOW - _HOP) // 2
        found[begin:] = 0
        for place, (top, bottom, left, right) in enumerate(boxes):
            found[begin:, place] = top, side - bottom, left, side - right
        before = boxes
    return found


def _held(box: tuple[int, ...], before: list[tuple[int, ...]]) -> tuple[int, ...]:
    """What it was before, when it is nearly the same: a rectangle does not tremble."""
    return next((one for one in before if np.abs(np.subtract(one, box)).max() <= _SAME), box)


def _apart(some: Array) -> tuple[Array, Array]:
    """For lines that lie down and that stand: [line, point] -> how little what is on one side changes with what is on
    the other, 0 to 1. Line n lies before pixel n; there are SIDE + 1."""
    side = some.shape[1]
    made = []
    for turned in (some, some.transpose(0, 2, 1)):
        own = turned.var(0)
        apart = np.zeros((side + 1, side), np.float32)
        for far in (1, 2):  # a side may cut a pixel in two
            both = own[far:] + own[:-far] + _NOISE
            told = (turned[:, far:] - turned[:, :-far]).var(0) / both
            places = slice(1, side) if far == 1 else slice(1, side - 1)
            apart[places] = np.maximum(apart[places], told)
        made.append(np.minimum(apart, 1.0))
    return made[0], made[1]


def _boxes(lying: Array, standing: Array, side: int) -> list[tuple[int, ...]]:
    """(top, bottom, left, right) of the rectangles, the clearest first."""
    sums, clear = [_summed(one) for one in (lying, standing)], [_summed(_clear(one)) for one in (lying, standing)]
    rows, columns = (_pairs(_lines(*both)) for both in zip(sums, clear, strict=True))
    if not len(rows) or not len(columns):
        return []
    (top, bottom), (left, right) = rows.T[:, :, None], columns.T[:, None, :]
    wide, high = right - left, bottom - top
    sides = ((0, top, left, right), (0, bottom, left, right), (1, left, top, bottom), (1, right, top, bottom))
    worst: Array = 1.0
    score: Array = 0.0
    for kind, line, begin, end in sides:
        edge, long = (line == 0) | (line == side), end - begin
        there = (sums[kind][line, end] - sums[kind][line, begin]) / long
        worst = np.minimum(worst, np.where(edge, 1.0, there))
        score = score + np.where(edge, _EDGE, (clear[kind][line, end] - clear[kind][line, begin]) / long)
    good = (worst >= _APART) & (score >= _CLEAR) & (wide * high <= _LARGEST * side**2)
    score = np.where(good, score, 0.0)
    boxes: list[tuple[int, ...]] = []
    for best in np.argsort(-score, axis=None, kind="stable")[:_TRIED]:
        row, column = np.unravel_index(best, score.shape)
        if score[row, column] <= 0 or len(boxes) == MOST:
            break
        box = (*map(int, rows[row]), *map(int, columns[column]))
        if all(_share(box, one) < _SHARED for one in boxes):
            boxes.append(box)
    return boxes


def _clear(lines: Array) -> Array:
    """How much a line stands out from those beside it: where all trembles, none is a side."""
    padded = np.pad(lines, ((_BESIDE, _BESIDE), (0, 0)))
    return lines - (padded[: -2 * _BESIDE] + padded[2 * _BESIDE :]) / 2


def _summed(lines: Array) -> Array:
    return np.concatenate([np.zeros((len(lines), 1)), np.cumsum(lines, axis=1)], axis=1)


def _lines(sums: Array, clear: Array) -> Array:
    """Lines that may be the side of one, the clearest of them, and the edges of the picture."""
    side = sums.shape[1] - 1
    sure, stands = (((one[:, _LEAST:] - one[:, :-_LEAST]) / _LEAST) for one in (sums, clear))
    best = np.where(sure >= _SURE, stands, 0.0).max(1)
    strong = np.argsort(-best, kind="stable")[:_LINES]
    return np.unique([0, *strong[best[strong] > 0], side])


def _pairs(lines: Array) -> Array:
    """Two lines each, far enough apart."""
    first, second = np.meshgrid(lines, lines, indexing="ij")
    good = second - first >= _LEAST
    return np.stack([first[good], second[good]], 1)


def _share(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """What two rectangles have in common, of both together."""
    high = min(one[1], other[1]) - max(one[0], other[0])
    wide = min(one[3], other[3]) - max(one[2], other[2])
    both = max(0, high) * max(0, wide)
    areas = [(box[1] - box[0]) * (box[3] - box[2]) for box in (one, other)]
    return both / (sum(areas) - both)
