"""Looks at a source while the rows of its run are still being written. The answer waits in `ProcessState.timelines` for
whoever asks first (task_io); when it fails, or nobody looked ahead, that one looks by itself."""

import asyncio

from reelmill.core.errors import Cancelled, Failure, MediaError, TryAgain
from reelmill.core.model import ObjectRef
from reelmill.engine import context, sources
from reelmill.media import apart


async def look(host: context.HostContext, ref: ObjectRef) -> None:
    """What the start of a run will ask about its source. Only with a slot that nobody else wants: speed for who comes
    alone, and no work out of turn where many wait."""
    here, lane = host.process, host.process.lanes["light"]
    if not lane.idle:
        return
    owner = f"ahead/{ref.bucket}/{ref.key}"
    try:
        async with lane.slot(()), sources.held(ref) as path:
            if str(path) in here.timelines or str(path) in here.looking:
                return
            here.looking[str(path)] = asyncio.Event()
            try:
                found = await apart.examine(
                    here.runner, host.tools, owner, str(path), cut_every=host.options.piece_seconds
                )
                if not isinstance(found, Failure):
                    here.timelines[str(path)] = (dict(found.raw), found.timeline)
            finally:
                here.runner.forget(owner)
                here.looking.pop(str(path)).set()
    except (MediaError, TryAgain, OSError, Cancelled):
        pass  # whoever needs the answer gets the reason
