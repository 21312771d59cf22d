"""Logos of the user's own in pictures: `logos ORDER FOLDER FOUND` looks for some in those of a folder (f000001.jpg ...,
i000001.jpg ...), and tells picture -> scene -> [label, rate, suggestion, {"logos": hits}] of the worst that is there,
three parts where there is none. A hit is [name, label, rate, suggestion, x, y, width, height], the last four as shares
of the picture.

A logo is compared at many sizes, by normalised correlation, which neither brightness nor contrast changes; so half
transparent ones are found too, where what is behind them is calm."""

import base64
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from reelmill.infer import pictures
from reelmill.infer.program import Unusable

Array = Any
Shape = tuple[Array, Array | None]  # grey, and what of it is seen
Box = tuple[int, int, int, int]  # left, top, width, height
Place = tuple[float, float]  # left, top
_WIDE = 480  # pictures are looked at in this width
_LEAST, _MOST = 28, 240  # widths in which the logo is looked for: a twentieth to half of the picture's
_LEAST_SIDE = 12
_STEP = 1.15  # from size to size
_COARSE, _FINE = (200, 400), 1200  # pixels of a logo to look for it from afar, if they are enough, and to look again
_STAYS = 0.7  # of contrast, and of what is seen, that must be left of it then
_LEAST_COARSE = 8  # pixels of its shorter side that are left at least
_PLACES, _PLACES_OF_A_SIZE = 8, 2  # that are looked at again
_SMALL, _SAME = (96, 54), 3.0  # a picture that differs by so little in so few pixels is the one before
_THREADS = 2
_HOPE = 0.55  # what is less like is not looked at closely
_CLOSE = (0.93, 0.965, 1.0, 1.035, 1.07)  # sizes around the best one
_CALM = 1.0  # variance of grey in a place that has no contrast
_HALF = 127  # of what is transparent
_FLAT = 6.0  # a logo needs more contrast than this (standard deviation of its grey)
_MOST_FILE = 16 << 20
_WORSE = ("review", "block")


def main(order: str, folder: str, out: str) -> None:
    """See above. A picture that cannot be read has no answer."""
    asked = json.loads(Path(order).read_text())
    known = [(logo, Sought(sizes(_given(logo)), logo["least"])) for logo in asked["logos"]]
    found: dict[str, Any] = {}
    cv2.setNumThreads(1)  # two logos at a time, each by one
    with ThreadPoolExecutor(_THREADS) as pool:
        for number, path in enumerate(sorted(Path(folder).glob("[fi][0-9]*.jpg")), 1):
            image = pictures.read(path)
            if image is not None:
                picture = Picture(prepared(image))
                likest = pool.map(lambda one, picture=picture: one[1].look(picture), known)
                told = judged([(logo, *one) for (logo, _), one in zip(known, likest, strict=True)], picture.grey.shape)
                found[path.stem] = dict.fromkeys(asked["scenes"], told)
            sys.stdout.write(f"frame={number}\nout_time_us={number * 500_000}\nprogress=continue\n")
            sys.stdout.flush()
    Path(out).write_text(json.dumps(found))


def _given(logo: Mapping[str, Any]) -> Array:
    """From its file, or as it stands in the order."""
    if "file" in logo:
        return opened(Path(logo["file"]))
    return _decoded(np.frombuffer(base64.b64decode(logo["picture"]), np.uint8))


def opened(path: Path) -> Array:
    """A logo as it is, with its transparency."""
    try:
        known = os.access(path, os.R_OK) and 0 < path.stat().st_size <= _MOST_FILE
    except OSError:
        known = False
    return _decoded(np.fromfile(path, np.uint8) if known else np.empty(0, np.uint8))


def _decoded(data: Array) -> Array:
    image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if len(data) else None
    if image is None or min(image.shape[:2]) < _LEAST_SIDE:
        raise Unusable("no-logo")
    return image


@dataclass(frozen=True)
class Logo:
    """`grey`, and what of it is `seen` (None: all); `steps`: sizes in which it is looked for, _LEAST wide and _STEP
    larger each; `far`: pixels of it that are enough to look for it from afar.

    A large logo need not be looked for with all its pixels: the picture is shrunk by so many steps that a few hundred
    are left of it. So one small picture of the logo does for most sizes, and the picture's own sizes do for all logos.
    """

    grey: Array
    seen: Array | None
    steps: tuple[int, ...]
    far: int
    _made: dict[float, Shape] = field(default_factory=dict)

    def shrunk(self, step: int, pixels: int) -> int:
        """By how many steps the picture may be shrunk where so many pixels of a logo of this size are to be left."""
        wide = _LEAST * _STEP**step
        high = wide * self.grey.shape[0] / self.grey.shape[1]
        spare = min(math.sqrt(wide * high / pixels), min(wide, high) / _LEAST_COARSE)
        return max(0, math.floor(math.log(max(spare, 1.0), _STEP)))

    def scaled(self, width: float) -> Shape:
        """A picture of it, so wide."""
        if width not in self._made:
            self._made[width] = _scaled(self.grey, self.seen, width)
        return self._made[width]


def sizes(logo: Array) -> Logo:
    """A logo as it is looked for."""
    grey, seen = _split(logo)
    part = grey if seen is None else grey[seen > _HALF]
    if not part.size or part.std() < _FLAT:
        raise Unusable("flat-logo")
    shape = grey.shape[0] / grey.shape[1]
    steps = range(math.floor(math.log(_MOST / _LEAST, _STEP)) + 1)
    known = [step for step in steps if _LEAST_SIDE <= _LEAST * _STEP**step * shape <= _WIDE]
    if not known:
        raise Unusable("no-logo")
    far = next((pixels for pixels in _COARSE if _stays(grey, seen, pixels)), _FINE)
    return Logo(grey, seen, tuple(known), far)


def _stays(grey: Array, seen: Array | None, pixels: int) -> bool:
    """Whether enough of a logo is left in so few pixels: thin lines vanish, and with them what is seen."""
    contrasts, shares = [], []
    for count in (pixels, _FINE):
        wide = math.sqrt(count * grey.shape[1] / grey.shape[0])
        small, mask = _scaled(grey, seen, wide)
        part = small if mask is None else small[mask > 0]
        contrasts.append(float(part.std()) if part.size else 0.0)
        shares.append(part.size / small.size)
    return contrasts[0] >= _STAYS * contrasts[1] and shares[0] >= _STAYS * shares[1]


def _scaled(grey: Array, seen: Array | None, width: float) -> Shape:
    size = (round(width), max(1, round(width * grey.shape[0] / grey.shape[1])))
    if seen is None:
        return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32), None
    # weighed by what is seen of a pixel, or edges would get the greys that are hidden beside them
    weight = seen.astype(np.float32) / 255
    share, small = (cv2.resize(of, size, interpolation=cv2.INTER_AREA) for of in (weight, grey * weight))
    mask = np.where(share * 255 > _HALF, 255, 0).astype(np.float32)
    return (small / np.maximum(share, 1 / 255)).astype(np.float32), mask


def _split(logo: Array) -> tuple[Array, Array | None]:
    image = logo if logo.dtype == np.uint8 else (logo >> 8).astype(np.uint8)
    if image.ndim == 2:
        return image, None
    if image.shape[2] == 4:
        alpha = image[:, :, 3]
        return cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY), None if alpha.min() > _HALF else alpha
    return cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY), None


def prepared(image: Array) -> Array:
    """Grey, in the width in which it is looked at."""
    high = max(1, round(image.shape[0] * _WIDE / image.shape[1]))
    return cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (_WIDE, high), interpolation=cv2.INTER_AREA).astype(
        np.float32
    )


class Picture:
    """A picture in the sizes in which it is looked at; each is made once for all logos."""

    def __init__(self, grey: Array):
        self.grey = grey
        self.small = cv2.resize(grey, _SMALL, interpolation=cv2.INTER_AREA)
        self._made = {0: grey}

    def shrunk(self, steps: int) -> Array:
        if steps not in self._made:
            size = [max(1, round(side / _STEP**steps)) for side in self.grey.shape[::-1]]
            self._made[steps] = cv2.resize(self.grey, size, interpolation=cv2.INTER_AREA)
        return self._made[steps]


def best(picture: Picture, logo: Logo) -> tuple[float, Box]:
    """(how like the logo the likest place is, from 0 to 1; where it is): places that look like it from afar are looked
    at more closely, and the best of them as close as can be."""
    far = sorted((found for step in logo.steps for found in _far(picture, logo, step)), reverse=True)
    near = [_nearer(picture, logo, step, place) for _, step, place in far[:_PLACES]]
    return _close(picture, logo, *max(near, default=(0.0, (0, 0, 0, 0))))


class Sought:
    """A logo that is looked for in one picture after the other, and counts from a likeness of `least` on."""

    def __init__(self, logo: Logo, least: float):
        self._logo, self._least = logo, least
        self._found: tuple[float, Box] = (0.0, (0, 0, 0, 0))
        self._seen: Array = None

    def look(self, picture: Picture) -> tuple[float, Box]:
        """`best` of a picture. One that is as the picture before has the same; and a logo that was there is looked for
        at its place first."""
        if self._seen is not None and np.abs(picture.small - self._seen).max() <= _SAME:
            return self._found
        self._seen = picture.small
        if self._found[0] >= max(self._least, _HOPE):
            there = _close(picture, self._logo, *self._found)
            if there[0] >= self._least:
                self._found = there
                return there
        self._found = best(picture, self._logo)
        return self._found


def _far(picture: Picture, logo: Logo, step: int) -> Iterator[tuple[float, int, Place]]:
    """(likeness, step, place in the picture as it is) of the likest places, for a logo of one size."""
    shrunk = logo.shrunk(step, logo.far)
    shape = logo.scaled(_LEAST * _STEP ** (step - shrunk))
    told = _likeness(picture.shrunk(shrunk), shape)
    for _ in range(_PLACES_OF_A_SIZE):
        score, place = _likest(told)
        if score <= 0:
            return
        yield score, step, (place[0] * _STEP**shrunk, place[1] * _STEP**shrunk)
        high, wide = (max(1, side // 3) for side in shape[0].shape)
        told[max(0, place[1] - high) : place[1] + high + 1, max(0, place[0] - wide) : place[0] + wide + 1] = 0


def _nearer(picture: Picture, logo: Logo, step: int, place: Place) -> tuple[float, Box]:
    """The likest place around one that was found from afar."""
    shrunk, before = logo.shrunk(step, _FINE), logo.shrunk(step, logo.far)
    shape, factor = logo.scaled(_LEAST * _STEP ** (step - shrunk)), _STEP**shrunk
    room = 1.5 * _STEP ** (before - shrunk) + 1
    score, (x, y) = _around(picture.shrunk(shrunk), shape, place[0] / factor, place[1] / factor, room, room)
    high, wide = shape[0].shape
    return score, (round(x * factor), round(y * factor), round(wide * factor), round(high * factor))


def _close(picture: Picture, logo: Logo, score: float, box: Box) -> tuple[float, Box]:
    """A place and sizes around it, with all pixels."""
    if score < _HOPE:
        return score, box
    x, y, width, _ = box
    found = 0.0
    for factor in _CLOSE:
        shape = _scaled(logo.grey, logo.seen, width * factor)
        high, wide = shape[0].shape
        likeness, place = _around(picture.grey, shape, x, y, wide // 8 + 4, high // 8 + 4)
        if likeness > found:
            found, box = likeness, _box(place, shape)
    return min(1.0, found), box


def _around(grey: Array, shape: Shape, x: float, y: float, across: float, down: float) -> tuple[float, tuple[int, int]]:
    """(likeness, place) of the likest place so near to one."""
    high, wide = shape[0].shape
    left, top = max(0, int(x - across)), max(0, int(y - down))
    part = grey[top : int(y + down) + high + 1, left : int(x + across) + wide + 1]
    score, place = _likest(_likeness(part, shape))
    return score, (left + place[0], top + place[1])


def _box(place: tuple[int, int], shape: Shape) -> Box:
    high, wide = shape[0].shape
    return (*place, wide, high)


def _likeness(picture: Array, shape: Shape) -> Array:
    """Of each place of a picture, how like the logo it is: normalised correlation."""
    logo, seen = shape
    high, wide = logo.shape
    if high > picture.shape[0] or wide > picture.shape[1]:
        return np.zeros((1, 1), np.float32)
    grey = picture - np.float32(_HALF)  # smaller numbers have finer steps
    if seen is None:
        count, pattern = logo.size, logo - logo.mean()
        inside = (slice(picture.shape[0] - high + 1), slice(picture.shape[1] - wide + 1))
        sums, squares = (
            of(grey, cv2.CV_32F, (wide, high), anchor=(0, 0), normalize=False)[inside]
            for of in (cv2.boxFilter, cv2.sqrBoxFilter)
        )
    else:
        part = (seen > 0).astype(np.float32)
        count = max(1.0, float(part.sum()))
        pattern = (logo - (logo * part).sum() / count) * part
        sums, squares = (cv2.matchTemplate(of, part, cv2.TM_CCORR) for of in (grey, grey * grey))
    spread = squares - sums * sums / np.float32(count)
    spread[spread < count * _CALM] = np.inf  # of places without any contrast there is nothing to be told
    length = float(np.sqrt((pattern * pattern).sum()))
    return cv2.matchTemplate(grey, pattern, cv2.TM_CCORR) / (np.sqrt(spread) * np.float32(max(length, 1e-6)))


def _likest(told: Array) -> tuple[float, tuple[int, int]]:
    _, score, _, place = cv2.minMaxLoc(told)
    return float(score), (int(place[0]), int(place[1]))


def judged(found: Sequence[tuple[Mapping[str, Any], float, Box]], size: tuple[int, ...]) -> list[Any]:
    """The result of what was found in a picture of so many pixels (high, wide)."""
    hits = [_hit(logo, score, box, size) for logo, score, box in found if score >= logo["least"]]
    if not hits:
        return ["normal", round(100 * (1 - max(score for _, score, _ in found)), 2), "pass"]
    _, label, rate, suggestion = max(hits, key=lambda hit: (_WORSE.index(hit[3]), hit[2]))[:4]
    return [label, rate, suggestion, {"logos": hits}]


def _hit(logo: Mapping[str, Any], score: float, box: Box, size: tuple[int, ...]) -> list[Any]:
    shares = [round(part / whole, 4) for part, whole in zip(box, (size[1], size[0]) * 2, strict=True)]
    return [logo["name"], logo["label"], round(100 * score, 2), logo["suggestion"], *shares]
