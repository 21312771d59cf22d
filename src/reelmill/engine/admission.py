"""Submitted -> Admitted, and the start of what was admitted. The only task that starts batches."""

import asyncio

from reelmill.core.failpoints import failpoint
from reelmill.engine import context, durable
from reelmill.engine.batch import batch_workflow
from reelmill.engine.signals import Signal
from reelmill.store import work


async def admission_loop(host: context.HostContext) -> None:
    """At every bell, at least once a second (a bell may have been rung by nobody: another process changed the
    database)."""
    while True:
        failpoint("before admission")
        for batch_id, attempt in await asyncio.to_thread(_admit, host):
            failpoint("admitted")
            await start_batch(batch_id, attempt)
        await host.process.signals.wait(Signal.ADMIT, 1.0)


async def start_batch(batch_id: str, attempt: int) -> None:
    """Known already: nothing is started."""
    await durable.start(batch_workflow, f"{batch_id}-{attempt}", batch_id, attempt)


def _admit(host: context.HostContext) -> list[tuple[str, int]]:
    with host.database.read() as tx:  # an idle server must not take the write lock once a second
        if not work.anything_waits(tx):
            return []
    options = host.options
    return host.database.transact(
        lambda tx: work.admit(
            tx, heavy=options.heavy_slots, light=options.light_slots, default_limit=options.pipeline_concurrency
        )
    )
