"""Segments that tasks made are read here: their playlists are written from what is in them."""

import asyncio
from collections.abc import Sequence
from typing import Any

from reelmill.core.errors import Cancelled, Failure
from reelmill.engine import durable, holding, sources
from reelmill.media import segments as files

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
    answers = []
    for what in whats:
        try:
            batch = await sources.wanted(batch_id, attempt)
            found = await asyncio.to_thread(files.read, await sources.path_of(batch, what))
        except Cancelled:
            answers.append({"failure": holding.UNWANTED.to_json(), "segments": None})
        except OSError as error:
            answers.append({"failure": holding.of_os(error).to_json(), "segments": None})
        else:
            answers.append({"failure": None, "segments": found.to_json()} if found else _nothing())
    return answers


def _nothing() -> dict[str, Any]:
    return {"failure": _NOTHING.to_json(), "segments": None}
