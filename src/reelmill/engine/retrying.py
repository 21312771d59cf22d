"""Activities that failed and have a Retry: what waits for its next attempt is a row, so it outlives every crash;
whoever comes by when the time has come begins it."""

import asyncio
from collections.abc import Sequence

from reelmill.core.failpoints import failpoint
from reelmill.engine import context, gates
from reelmill.engine.signals import Signal


async def begin(host: context.HostContext, due: Sequence[tuple[str, str]]) -> list[BaseException]:
    """Begin the attempts (run, activity) whose time has come; errors of those that could not, which keep nobody else
    from it."""
    errors: list[BaseException] = []
    for run_id, name in due:
        (begun,) = await asyncio.gather(asyncio.to_thread(_begin, host, run_id, name), return_exceptions=True)
        if isinstance(begun, BaseException):
            errors.append(begun)
        elif begun:
            failpoint("tried again")
            host.process.signals.send(Signal.ADMIT, Signal.OUTBOX)
    return errors


def _begin(host: context.HostContext, run_id: str, name: str) -> bool:
    return host.database.transact(lambda tx: gates.tried_again(tx, host.options, run_id, name))
