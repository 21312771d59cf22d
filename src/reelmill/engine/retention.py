"""What may be forgotten: ended work in the engine's file, delivered messages, and what tools wrote long ago. Nothing of
the user's is ever deleted here."""

import asyncio

from reelmill.core import clock
from reelmill.engine import context, durable, fingerprints
from reelmill.store import backfills, deliveries, made, outbox, queues, tasks, webhooks

_HOUR = 3600.0
_EVENTS_MS = 86_400_000  # a program that was away for longer looks at the lists
_NOTES_MS = 90 * 86_400_000  # as long as executions are listed


async def retention_loop(host: context.HostContext) -> None:
    """Once an hour."""
    while True:
        await asyncio.sleep(_HOUR)
        before = clock.now_ms() - host.options.keep_engine_days * 86_400_000
        while await durable.forget(before):
            pass  # a few hundred at a time, so that nobody waits long for the engine's file
        await asyncio.to_thread(_forget_rows, host, before)
        await asyncio.to_thread(fingerprints.sweep, host)


def _forget_rows(host: context.HostContext, before: int) -> None:
    with host.database.write() as tx:
        outbox.forget(tx, before)
        deliveries.forget(tx, before)
        webhooks.forget_events(tx, clock.now_ms() - _EVENTS_MS)
        queues.forget(tx, clock.now_ms())
        tasks.forget(tx, clock.now_ms() - _NOTES_MS)
        backfills.forget_files_of_ended(tx, clock.now_ms() - _NOTES_MS)
        made.forget_older(tx, clock.now_ms() - _NOTES_MS)
