"""Texts in pictures (PP-OCR by rapidocr, Chinese and English)."""

import logging
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from rapidocr import RapidOCR
from rapidocr.inference_engine.onnxruntime.main import OrtInferSession

from reelmill.infer import sessions

# It has settings for threads, none for what they do while they wait.
setattr(OrtInferSession, "_init_sess_opts", staticmethod(lambda _: sessions.options()))  # noqa: B010

_LEAST = 0.6  # how sure a line must be
_SAME = 3.0  # difference of coarse pictures (0 to 255) below which the letters are still those of the picture before
_WIDE, _HIGH = 96, 54
_MOST_LINES, _LONGEST = 100, 300
_PARAMS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # no letters on their head: twice as fast
    "Det.limit_type": "max",
    "Det.limit_side_len": 736,
}


def look() -> Callable[[Any], list[str]]:
    """(picture) -> its lines. A picture that is as the one before has its lines."""
    logging.disable(logging.CRITICAL)  # it tells of every file that it loads, before it reads its own level
    try:
        engine = RapidOCR(params=_PARAMS)
    finally:
        logging.disable(logging.NOTSET)
    last: list[Any] = [None, []]

    def lines(image: Any) -> list[str]:
        small = cv2.resize(image, (_WIDE, _HIGH), interpolation=cv2.INTER_AREA).astype(np.float32)
        if last[0] is None or np.abs(small - last[0]).max(2).max() > _SAME * 4:
            last[0], last[1] = small, _read(engine, image)
        return list(last[1])

    return lines


def _read(engine: RapidOCR, image: Any) -> list[str]:
    found: Any = engine(_boxed(image))
    if found.txts is None:
        return []
    sure = [text for text, score in zip(found.txts, found.scores, strict=True) if score >= _LEAST and text.strip()]
    return [text[:_LONGEST] for text in sure[:_MOST_LINES]]


def _boxed(image: Any) -> Any:
    """A picture that is little more than a line gets room around it: shrunk, it would have no height left."""
    high, wide = image.shape[:2]
    least = max(32, max(high, wide) // 16)
    more = max(0, least - high), max(0, least - wide)
    return cv2.copyMakeBorder(image, 0, more[0], 0, more[1], cv2.BORDER_REPLICATE) if any(more) else image
