"""Page tokens: 32 hexadecimal characters that hold the position of the last row shown. Lists run from the newest row to
the oldest."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core.errors import CallerError


def token(rows: Sequence[Mapping[str, Any]], size: int) -> str | None:
    """The token of the next page, when `rows` (asked for with a limit of size + 1) holds more than one page; else
    None."""
    return token_of(rows[size - 1]["seq"]) if len(rows) > size else None


def below(text: str | None) -> int | None:
    """The `seq` below which the page of this token begins; None for the first page. CallerError for a token that was
    never given out."""
    if not text:
        return None
    try:
        seq = int(text[:16], 16)
    except ValueError:
        seq = -1
    if seq < 0 or token_of(seq) != text:
        raise CallerError("InvalidParameter", "NextPageToken", "It must be the token that the previous page gave.")
    return seq


def token_of(seq: int) -> str:
    """The token of the page behind this row."""
    head = f"{seq:016x}"
    return head + hashlib.sha256(head.encode()).hexdigest()[:16]  # the tail only makes typing errors visible
