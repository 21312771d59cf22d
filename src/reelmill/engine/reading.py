"""What tasks made and nodes decide by is read here: segments, for playlists are written from what is in them, and the
statistics of first passes."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from reelmill.core.errors import Cancelled, Failure
from reelmill.engine import durable, holding, sources
from reelmill.media import segments as files
from reelmill.media import two_passes

T = TypeVar("T")

_NOTHING = Failure(
    "InvalidParameter.ResourceContentBad",
    "No segment was made: nothing of the source could be decoded.",
    "Upload the source again; it may have been cut off.",
    source_ok=False,
)


@durable.step
async def segments_step(batch_id: str, attempt: int, whats: list[str]) -> list[dict[str, Any]]:
    """`segments`, once and for all."""
    return await segments(batch_id, attempt, whats)


async def segments(batch_id: str, attempt: int, whats: Sequence[str]) -> list[dict[str, Any]]:
    """{"failure", "segments"} of each folder."""
    found = [await _read(batch_id, attempt, what, files.read) for what in whats]
    return [
        {"failure": _NOTHING.to_json() if one is None else one.to_json(), "segments": None}
        if one is None or isinstance(one, Failure)
        else {"failure": None, "segments": one.to_json()}
        for one in found
    ]


@durable.step
async def spending_step(batch_id: str, attempt: int, whats: list[str]) -> list[dict[str, Any]]:
    """`spending`, once and for all."""
    return await spending(batch_id, attempt, whats)


async def spending(batch_id: str, attempt: int, whats: Sequence[str]) -> list[dict[str, Any]]:
    """{"failure", "spending"} of each file of statistics."""
    found = [await _read(batch_id, attempt, what, two_passes.read) for what in whats]
    return [
        {"failure": one.to_json(), "spending": None}
        if isinstance(one, Failure)
        else {"failure": None, "spending": one.to_json()}
        for one in found
    ]


async def _read(batch_id: str, attempt: int, what: str, read: Callable[[Path], T]) -> T | Failure:
    try:
        batch = await sources.wanted(batch_id, attempt)
        return await asyncio.to_thread(read, await sources.path_of(batch, what))
    except Cancelled:
        return holding.UNWANTED
    except OSError as error:
        return holding.of_os(error)
