"""Pictures as what looks at them wants them: BGR, eight bits."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

Array = Any


def read(path: Path) -> Array:
    """A picture, None when it is none."""
    try:
        data = np.fromfile(path, np.uint8)
    except FileNotFoundError:
        return None
    return cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
