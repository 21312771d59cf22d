"""Sends what webhooks and HTTP subscribers are to get: at least once, in the order of each run, many receivers at a
time, few messages at a time for each, with back-off; then it is parked. A receiver that hangs keeps nobody else
waiting."""

import asyncio
import json
import logging
from collections import Counter
from email.utils import formatdate
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from reelmill.core import clock
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Caller
from reelmill.engine import context, signer, speaking
from reelmill.engine.signals import Signal
from reelmill.notify import chat, http, notification, webhook
from reelmill.notify.post import Answer, Poster
from reelmill.store import deliveries, topics, webhooks
from reelmill.store.database import Row

log = logging.getLogger(__name__)
_AT_ONCE = 256  # posts under way
_EACH = 4  # of one receiver
_PAGE = 64
_BACKOFF_TRIES = 4  # BACKOFF_RETRY: three more after the first, 10 to 20 s apart (workflow.md 10.3)


async def delivering_loop(host: context.HostContext) -> None:
    """Runs beside the other loops of the engine."""
    await Deliverer(host).run()


async def stop(host: context.HostContext, receiver: str) -> None:
    """A receiver is gone: break off what is on its way to it, so that nothing arrives any more."""
    tasks = [task for task, target in tuple(host.process.delivering.items()) if target == receiver]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Deliverer:
    """`under_way`: seq of a delivery -> its receiver."""

    def __init__(self, host: context.HostContext):
        self._host = host
        self._poster = Poster(networks=host.options.callback_networks)
        self._under_way: dict[int, str] = {}

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                rows, pause = await asyncio.to_thread(self._look)
                begun = [row for row in rows if self._begin(row)]
                if not begun:
                    await self._host.process.signals.wait(Signal.DELIVER, pause)
        finally:
            for target in set(self._host.process.delivering.values()):
                await stop(self._host, target)
            await self._poster.close()

    def _look(self) -> tuple[list[Row], float]:
        """What can be tried now, and how long there is nothing else."""
        now, busy = clock.now_ms(), [t for t, n in Counter(self._under_way.values()).items() if n >= _EACH]
        room = min(_PAGE, _AT_ONCE - len(self._under_way))
        with self._host.database.read() as tx:
            rows = deliveries.due(tx, now, room, busy, list(self._under_way)) if room else []
            at = deliveries.next_due(tx, now)
        return rows, 60.0 if at is None else min(60.0, max(0.02, (at - now) / 1000))

    def _begin(self, row: Row) -> bool:
        if Counter(self._under_way.values())[row["target"]] >= _EACH:
            return False
        self._under_way[row["seq"]] = row["target"]
        task = asyncio.create_task(self._deliver(row))
        self._host.process.delivering[task] = row["target"]
        task.add_done_callback(lambda done: self._host.process.delivering.pop(done, None))
        return True

    async def _deliver(self, row: Row) -> None:
        try:
            began = clock.monotonic()
            try:
                receiver = await asyncio.to_thread(self._receiver, row)
                if receiver is None:
                    return
                url, headers = receiver
                if isinstance(headers, str):
                    answer = await speaking.send(self._host, headers, row["body"])
                else:
                    answer = await self._poster.post(url, headers, row["body"].encode())
            except Exception as error:  # a fault of ours: a try like any other, so that it is not met without a pause
                log.exception("delivery %s could not be made", row["id"])
                answer, url = Answer(f"the server failed: {type(error).__name__}"), ""
            failpoint("delivery sent")
            await asyncio.to_thread(self._note, row, url, answer, int(1000 * (clock.monotonic() - began)))
        finally:
            del self._under_way[row["seq"]]
            self._host.process.signals.send(Signal.DELIVER)

    def _receiver(self, row: Row) -> tuple[str, dict[str, str] | str] | None:
        """(address, headers), or (address as it may be shown, address with its secrets) of a service that Apprise
        knows; None when there is nobody any more: then nothing of it is left to send."""
        now = clock.now_ms()
        with self._host.database.read() as tx:
            if row["kind"] == "webhook":
                hook = webhooks.find(tx, Caller(row["account"], row["region"]), row["target"])
                found = hook
            else:
                found = topics.subscription_by_seq(tx, int(row["target"]))
        if found is None:
            with self._host.database.write() as tx:
                deliveries.drop(tx, row["kind"], row["target"])
            return None
        if row["kind"] == "webhook" and found["format"] == chat.FORMAT:
            return found["url"], str(found["secrets"][0]["secret"])
        if row["kind"] == "webhook":
            good, form = webhook.good_secrets(found["secrets"], now), json.loads(row["facts"])["format"]
            return found["url"], webhook.heads(good, row["key"], now, row["body"], form)
        return found["endpoint"], self._push_heads(row, found["endpoint"])

    def _push_heads(self, row: Row, url: str) -> dict[str, str]:
        pair = signer.signer(self._host.database)
        base = self._host.options.base_url
        heads = notification.heads(
            json.loads(row["facts"]),
            row["key"],
            row["body"].encode(),
            date=formatdate(clock.now_ms() / 1000, usegmt=True),
            request_id=clock.new_id().upper(),
            certificate_url=f"{base}/-/mns/certificates/{pair['fingerprint']}.pem",
        )
        parts = urlsplit(url)
        resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        from reelmill.notify import certificate  # see signer

        return heads | {"authorization": certificate.sign(pair["private_key"], notification.to_sign(heads, resource))}

    def _note(self, row: Row, url: str, answer: Answer, took_ms: int) -> None:
        now = clock.now_ms()
        attempt = {
            "time_ms": now - took_ms,
            "took_ms": took_ms,
            "url": url,
            "status": answer.status,
            "answer": answer.text,
            "error": answer.error,
        }
        state, next_ms = outcome(row, not answer.error, now)
        with self._host.database.write() as tx:
            deliveries.tried(tx, row, attempt, state, now, next_ms)


def outcome(row: Row, good: bool, now: int) -> tuple[str, int]:
    """What follows from a try: (state, when to try again in ms). Pure."""
    tries = row["tries"] + 1
    if good:
        return "Delivered", now
    if row["kind"] == "webhook":
        wait = int(1000 * webhook.next_delay(tries, _spread(row, tries)))
        return ("Parked", now) if now - row["created_ms"] >= webhook.LONGEST_MS else ("Waiting", now + wait)
    facts: dict[str, Any] = json.loads(row["facts"])
    if facts["strategy"] == "BACKOFF_RETRY":
        wait = int(1000 * (10 + 10 * _spread(row, tries)))
        return ("Parked", now) if tries >= _BACKOFF_TRIES else ("Waiting", now + wait)
    wait = int(1000 * http.next_delay(tries, row["key"]))
    return ("Parked", now) if tries >= http.MAX_TRIES else ("Waiting", now + wait)


def _spread(row: Row, tries: int) -> float:
    """0 to 1, by the message and the try alone: what failed together does not come back together."""
    return int.from_bytes(sha256(f"{row['id']} {tries}".encode()).digest()[:4], "big") / 2**32
