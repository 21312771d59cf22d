"""Looks at a source while the rows of its run are still being written. The answer waits in `ProcessState.timelines` for
whoever asks first (task_io); when it fails, or nobody looked ahead, that one looks by itself."""

from reelmill.core.errors import Cancelled, Failure, MediaError, TryAgain
from reelmill.core.model import ObjectRef
from reelmill.engine import context, sources
from reelmill.engine.process import LookedAhead
from reelmill.media import apart
from reelmill.media.run import Runner


async def look(host: context.HostContext, ref: ObjectRef) -> None:
    """What the start of a run will ask about its source. Only with a slot that nobody else wants: speed for who comes
    alone, and no work out of turn where many wait."""
    here, lane = host.process, host.process.lanes["light"]
    if not lane.idle:
        return
    try:
        async with lane.slot(()), sources.held(ref) as path:
            if str(path) in here.timelines or str(path) in here.looked_ahead:
                return
            known = here.looked_ahead[str(path)] = LookedAhead()
            runner = Runner(lambda _owner, argv: known.commands.append(argv))
            try:
                found = await apart.examine(
                    runner, host.tools, "ahead", str(path), cut_every=host.options.piece_seconds
                )
                if not isinstance(found, Failure):
                    here.timelines[str(path)] = (dict(found.raw), found.timeline)
            finally:
                known.done.set()
    except (MediaError, TryAgain, OSError, Cancelled):
        pass  # whoever needs the answer gets the reason


async def told(host: context.HostContext, path: str, owner: str) -> None:
    """Wait for who looks ahead, if anybody does; the first who asks tells the commands as his own."""
    look = host.process.looked_ahead.get(path)
    if look is None:
        return
    await look.done.wait()
    commands, look.commands = look.commands, []
    if commands and path in host.process.timelines:
        for argv in commands:
            host.process.task_log.begin(owner, argv)
        host.process.task_log.looked(owner)
