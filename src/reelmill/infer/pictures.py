"""Pictures as what looks at them wants them: BGR, eight bits."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

Array = Any
_MOST_SIDE = 2560  # what looks at pictures gets smaller ones from ffmpeg; whatever else comes is made smaller here


def read(path: Path) -> Array:
    """A picture, None when it is none."""
    try:
        data = np.fromfile(path, np.uint8)
    except FileNotFoundError:
        return None
    try:
        image = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    except cv2.error:  # larger than it decodes, or than there is memory
        return None
    if image is None or max(image.shape[:2]) <= _MOST_SIDE:
        return image
    scale = _MOST_SIDE / max(image.shape[:2])
    high, wide = (max(1, round(side * scale)) for side in image.shape[:2])
    return cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA)
