"""Submitted -> Admitted, and the start of what was admitted. The only task that starts batches."""

import asyncio

import sqlalchemy as sa

from reelmill.core.failpoints import failpoint
from reelmill.engine import context, durable, registry
from reelmill.engine.batch import batch_workflow
from reelmill.engine.signals import Signal
from reelmill.store import work


async def admission_loop(host: context.HostContext) -> None:
    """At every bell, at least once a second (a bell may have been rung by nobody: another process changed the
    database)."""
    rung = False
    while True:
        failpoint("before admission")
        for batch_id, attempt, version in await asyncio.to_thread(_admit, host, rung):
            failpoint("admitted")
            await start_batch(batch_id, attempt, version)
        rung = await host.process.signals.wait(Signal.ADMIT, 1.0)


async def start_batch(batch_id: str, attempt: int, version: str) -> None:
    """Begin with this version of the node. Known already: nothing is started."""
    await durable.start(batch_workflow, workflow_id(batch_id, attempt, version), batch_id, attempt, version)


def workflow_id(batch_id: str, attempt: int, version: str) -> str:
    """By what the engine knows an attempt of a batch. `version` "": begun before nodes had versions."""
    return f"{batch_id}-{attempt}" + (f"-v{version}" if version else "")


def _admit(host: context.HostContext, rung: bool) -> list[tuple[str, int, str]]:
    if not rung:  # an idle server must not take the write lock once a second
        with host.database.read() as tx:
            if not work.anything_waits(tx):
                return []
    options = host.options
    versions = {name: node.version for name, node in registry.nodes().items()}

    def admit(tx: sa.Connection) -> list[tuple[str, int, str]]:
        slots = {"heavy": options.heavy_slots, "light": options.light_slots}
        return work.admit(
            tx, **slots, default_limit=options.pipeline_concurrency, versions=versions, weights=options.account_weights
        )

    return host.database.transact(admit)
