"""Files that are too large to be read as a whole."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

Array = Any
Span = tuple[int, int]  # (first, count)


def mapped(path: Path, first: int, count: int, kind: str = "<u8") -> Array:
    """So many words of a file, which are read where they are touched: that costs half of what a copy does."""
    return np.asarray(np.memmap(path, kind, "r", first * np.dtype(kind).itemsize, (count,)))


def read(path: Path, spans: Sequence[Span], words: int, kind: str = "<u8") -> Array:
    """What lies in some stretches, of so many words each; one is not copied, but mapped."""
    if len(spans) == 1:
        ((first, count),) = spans
        return mapped(path, first * words, count * words, kind)
    with path.open("rb") as file:
        parts = []
        for first, count in spans:
            file.seek(first * words * np.dtype(kind).itemsize)
            parts.append(np.fromfile(file, kind, count * words))
    return np.concatenate(parts)


def joined(pieces: list[Span]) -> list[Span]:
    """Stretches without holes."""
    joined: list[list[int]] = []
    for first, count in pieces:
        if joined and sum(joined[-1]) == first:
            joined[-1][1] += count
        else:
            joined.append([first, count])
    return [(first, count) for first, count in joined]
