"""Delivers the outbox: at least once, in the order of each run, with back-off. Keys are stable, so the receiver can
know a repeat."""

import asyncio
import logging

from reelmill.core import clock
from reelmill.core.failpoints import failpoint
from reelmill.engine import context
from reelmill.engine.signals import Signal
from reelmill.notify.http import MAX_TRIES, next_delay
from reelmill.store import outbox
from reelmill.store.database import Row

log = logging.getLogger(__name__)
_AT_ONCE = 8  # a receiver that hangs must not hold up messages for ever, nor be flooded


async def outbox_loop(host: context.HostContext) -> None:
    """As long as somebody listens."""
    if host.options.deliver is None:
        return  # nobody listens: the messages stay, and go out when a callback is set
    while True:
        rows = await asyncio.to_thread(_due, host)
        await asyncio.gather(*(_deliver(host, row) for row in rows))
        if not rows:
            await host.process.signals.wait(Signal.OUTBOX, await asyncio.to_thread(_pause, host))


async def _deliver(host: context.HostContext, row: Row) -> None:
    assert host.options.deliver is not None
    try:
        reason = await host.options.deliver(row["key"], row["body"])
    except Exception as error:  # a fault of ours, met again at each try: it must not hold up the other messages, nor be tried without a pause  # noqa: E501
        log.exception("message %s could not be delivered", row["key"])
        reason = f"the server failed: {type(error).__name__}"
    failpoint("message sent")
    await asyncio.to_thread(_note, host, row, reason)


def _due(host: context.HostContext) -> list[Row]:
    with host.database.read() as tx:
        return outbox.due(tx, clock.now_ms(), MAX_TRIES, _AT_ONCE)


def _pause(host: context.HostContext) -> float:
    with host.database.read() as tx:
        at = outbox.next_due(tx, MAX_TRIES, clock.now_ms())
    return 60.0 if at is None else min(60.0, max(0.05, (at - clock.now_ms()) / 1000))


def _note(host: context.HostContext, row: Row, reason: str | None) -> None:
    with host.database.write() as tx:
        if reason is None:
            outbox.sent(tx, row["seq"], clock.now_ms())
        else:
            outbox.failed(tx, row["seq"], reason, clock.now_ms() + int(1000 * next_delay(row["tries"] + 1, row["key"])))
