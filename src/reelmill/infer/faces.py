"""Faces in pictures (BlazeFace of MediaPipe, for faces that are near): how much of a picture is about one."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

Array = Any
_WEIGHTS = Path(__file__).parent / "weights/face_detection_short_range.tflite"
_SIDE = 128
_GRIDS = ((16, 2), (8, 6))  # cells of a side, guesses of each cell
_SURE = 0.7  # a cat reached 0.49, a cup 0.42; drawn faces reach it now and then, which does no harm
_SMALL, _LARGE = 0.04, 0.15  # share of the picture's longer side below which a face does not count, and counts fully


def look() -> Callable[[Array], float]:
    """(picture, BGR) -> from 0, no face, to 1, a large one in the middle."""
    net = cv2.dnn.readNetFromTFLite(str(_WEIGHTS), cv2.dnn.ENGINE_CLASSIC)
    middles = _middles()

    def prominence(image: Array) -> float:
        net.setInput(cv2.dnn.blobFromImage(_square(image), 1 / 127.5, (_SIDE, _SIDE), (127.5,) * 3, swapRB=True))
        boxes, likely = (one.reshape(len(middles), -1) for one in net.forward(["regressors", "classificators"]))
        score = 1 / (1 + np.exp(-np.clip(likely[:, 0], -80, 80)))
        places, sizes = middles + boxes[:, :2] / _SIDE, boxes[:, 2] / _SIDE
        return max((_worth(places[i], float(sizes[i])) for i in np.flatnonzero(score >= _SURE)), default=0.0)

    return prominence


def _square(image: Array) -> Array:
    """With black bars, where it is not."""
    high, wide = image.shape[:2]
    side = max(high, wide)
    top, left = (side - high) // 2, (side - wide) // 2
    return cv2.copyMakeBorder(image, top, side - high - top, left, side - wide - left, cv2.BORDER_CONSTANT)


def _middles() -> Array:
    """Of the guesses, as shares of the square."""
    told = [
        ((column + 0.5) / cells, (row + 0.5) / cells)
        for cells, each in _GRIDS
        for row in range(cells)
        for column in range(cells)
        for _ in range(each)
    ]
    return np.array(told)


def _worth(place: Array, size: float) -> float:
    """Faces that are cut off or far away are worth little."""
    if not math.isfinite(size) or size < _SMALL:
        return 0.0
    apart = float(np.hypot(*(place - 0.5))) / 0.5
    return round(min(1.0, size / _LARGE) * max(0.0, 1 - 0.5 * apart), 4)
