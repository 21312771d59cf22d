"""Logos of the user's own in pictures: `logos ORDER FOLDER FOUND` looks for some in those of a folder (f000001.jpg ...,
i000001.jpg ...), and tells picture -> scene -> [label, rate, suggestion, {"logos": hits}] of the worst that is there,
three parts where there is none. A hit is [name, label, rate, suggestion, x, y, width, height], the last four as shares
of the picture.

A logo is compared at many sizes, by normalised correlation, which neither brightness nor contrast changes; so half
transparent ones are found too, where what is behind them is calm."""

import base64
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from reelmill.infer import pictures
from reelmill.infer.program import Unusable

Array = Any
Shape = tuple[Array, Array | None]  # grey, and what of it is seen
Box = tuple[int, int, int, int]  # left, top, width, height
_WIDE = 480  # pictures are looked at in this width
_LEAST, _MOST = 28, 240  # widths in which the logo is looked for: a twentieth to half of the picture's
_LEAST_SIDE = 12
_STEP = 1.15  # from size to size
_HOPE = 0.55  # what is less like is not looked at closely
_CLOSE = (0.93, 0.965, 1.0, 1.035, 1.07)  # sizes around the best one
_SURELY = 1.001  # more than 1 is no correlation
_HALF = 127  # of what is transparent
_FLAT = 6.0  # a logo needs more contrast than this (standard deviation of its grey)
_MOST_FILE = 16 << 20
_WORSE = ("review", "block")


def main(order: str, folder: str, out: str) -> None:
    """See above. A picture that cannot be read has no answer."""
    asked = json.loads(Path(order).read_text())
    known = [(logo, sizes(_given(logo))) for logo in asked["logos"]]
    found: dict[str, Any] = {}
    for number, path in enumerate(sorted(Path(folder).glob("[fi][0-9]*.jpg")), 1):
        image = pictures.read(path)
        if image is not None:
            grey = prepared(image)
            told = judged([(logo, *best(grey, shapes)) for logo, shapes in known], grey.shape)
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


def sizes(logo: Array) -> list[Shape]:
    """Grey pictures of a logo at some sizes, the largest last, with what is seen of each (None: all)."""
    grey, seen = _split(logo)
    part = grey if seen is None else grey[seen > _HALF]
    if not part.size or part.std() < _FLAT:
        raise Unusable("flat-logo")
    made, width = [], float(_LEAST)
    while width <= _MOST:
        high = width * grey.shape[0] / grey.shape[1]
        if _LEAST_SIDE <= high <= _WIDE:
            made.append(_scaled(grey, seen, width))
        width *= _STEP
    if not made:
        raise Unusable("no-logo")
    return made


def _scaled(grey: Array, seen: Array | None, width: float) -> Shape:
    size = (round(width), max(1, round(width * grey.shape[0] / grey.shape[1])))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    if seen is None:
        return small, None
    return small, np.where(cv2.resize(seen, size, interpolation=cv2.INTER_AREA) > _HALF, 255, 0).astype(np.float32)


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


def best(picture: Array, shapes: Sequence[Shape]) -> tuple[float, Box]:
    """(how like the logo the likest place is, from 0 to 1; where it is): first at some sizes, then closely around the
    best of them."""
    found, box = 0.0, (0, 0, 0, 0)
    for shape in shapes:
        score, place = _like(picture, shape)
        if score > found:
            found, box = score, _box(place, shape)
    if found < _HOPE:
        return found, box
    grey, seen = shapes[-1]
    x, y, width, _ = box
    for factor in _CLOSE:
        shape = _scaled(grey, seen, width * factor)
        high, wide = shape[0].shape
        top, left = max(0, y - high // 4 - 4), max(0, x - wide // 4 - 4)
        part = picture[top : top + high + high // 2 + 8, left : left + wide + wide // 2 + 8]
        score, place = _like(part, shape)
        if score > found:
            found, box = score, _box((left + place[0], top + place[1]), shape)
    return min(1.0, found), box


def _box(place: tuple[int, int], shape: Shape) -> Box:
    high, wide = shape[0].shape
    return (*place, wide, high)


def _like(picture: Array, shape: Shape) -> tuple[float, tuple[int, int]]:
    """The likest place of a picture."""
    logo, seen = shape
    if logo.shape[0] > picture.shape[0] or logo.shape[1] > picture.shape[1]:
        return 0.0, (0, 0)
    told = cv2.matchTemplate(picture, logo, cv2.TM_CCOEFF_NORMED, mask=seen)
    told[~np.isfinite(told) | (told > _SURELY)] = 0  # of places without any contrast there is nothing to be told
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
