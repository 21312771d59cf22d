"""The engine as the rest of the house sees it: start, stop, cancel, answers inside a request."""

import asyncio
import contextlib
import logging
import re
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import Failure, TryAgain, UserText
from reelmill.core.model import JobSpec, ObjectRef, Outcome
from reelmill.engine import (
    admission,
    ahead,
    batch,
    context,
    delivering,
    durable,
    outbox,
    reconcile,
    registry,
    rehearsal,
    retention,
    speaking,
)
from reelmill.engine.baseline import baseline
from reelmill.engine.task_io import DirectIO
from reelmill.engine.task_log import TaskRecord
from reelmill.store import tasks, work
from reelmill.store.database import Row

log = logging.getLogger(__name__)
_FLUSH_SECONDS = 1.0
_OBJECT = re.compile(r'"([a-z0-9_-]+)/.*"')  # its name is its owner's business: others read this too
_ALONE: UserText = (
    "A piece of work that ended the server more than once runs alone now; other work waits until it is over."
)
_SCARCE = 16 << 20  # bytes of free disk below which databases and encodes fail


class Engine:
    """One per process. All methods that are not async may be called from any thread."""

    def __init__(self, host: context.HostContext, home: Path, engine_url: str):
        self._here, self._home, self._url = host, home, engine_url
        self._loop = asyncio.get_running_loop()
        self._tasks: list[asyncio.Task[None]] = []
        self._background: set[asyncio.Task[None]] = set()

    @property
    def options(self) -> context.Options:
        return self._here.options

    async def start(self) -> None:
        """Resume what was in flight, then let the loops run."""
        context.put(self._here)
        for folder in (self._here.work, self._here.cache):
            folder.mkdir(parents=True, exist_ok=True)
        reconcile.fail_abandoned(self._here)
        durable.configure(self._url)
        durable.launch()
        loops = (
            reconcile.reconcile_loop,
            admission.admission_loop,
            outbox.outbox_loop,
            delivering.delivering_loop,
            retention.retention_loop,
            _flush_loop,
        )
        self._tasks = [asyncio.create_task(self.keep(loop.__name__, partial(loop, self._here))) for loop in loops]

    async def keep(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop of the server. One that meets an error it does not know says so and goes on: work must not stand
        still because of one bad row."""
        troubles = self._here.process.troubles
        while True:
            try:
                return await loop()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                if durable.is_trouble(error):
                    known = durable.told(error)
                    if troubles.get(name) != known:
                        log.warning("%s waits: %s", name, known)
                    troubles[name] = known
                else:
                    log.exception("bug %s: %s stumbled", clock.new_id()[:12], name)
                await asyncio.sleep(1.0)

    async def stop(self) -> None:
        """End the loops: nothing new begins. What is in flight ends with the process (app.leave) and goes on after the
        next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for part in self._here.work.glob("*/*.part"):  # ours end now, but not by their own fault: see attempt._TRIES
            with contextlib.suppress(OSError):
                part.rename(part.with_suffix(".stopped"))

    def baseline(self, bucket: str) -> None:
        """Note what lies in a bucket now, silently: it will never start a workflow by itself."""
        baseline(self._here.database, self._here.buckets, bucket)

    def tails(self, batch_id: str, attempt: int) -> dict[str, str]:
        """Running task -> what its tool wrote so far, and how far it is."""
        found = {}
        for owner in self._here.process.owners(f"{batch_id}-{attempt}"):
            task = owner.partition("/")[2]
            done, total = self._here.process.progress.of(batch_id, task)
            far = [f"{done:.1f} of {total:.1f} s"] if total > 1 else []
            found[task] = "\n".join([*filter(None, [self._here.process.runner.tail(owner)]), *far])
        return found

    def problems(self) -> list[str]:
        """What keeps this server from its work, for healthz, the doctor and the console; [] when nothing does."""
        host, free = self._here, shutil.disk_usage(self._home).free
        held = [
            _waits(count, why)
            for why, count in Counter(_OBJECT.sub(r'"\1"', why) for why in host.process.held.values()).items()
        ]
        return [
            *([_full(free)] if free < _SCARCE else []),
            *([_ALONE] if host.process.crowd.closed else []),
            *dict.fromkeys(host.process.troubles.values()),
            *held,
        ]

    def cancel_batch(self, batch_id: str) -> bool:
        """Returns when our row says so; False when publishing has begun or it has ended."""
        attempt = reconcile.mark_cancelled(self._here, batch_id)
        if attempt:
            self.stop_work([(batch_id, attempt)])
        return attempt is not None

    def stop_work(self, owners: Sequence[tuple[str, int]]) -> None:
        """After a transaction that put batches (id, attempt) to Cancelling: tell the engine and end the processes. Does
        not wait: callers hold a thread of the pool that this work needs, and the rows are what counts (the reconciler
        is the second net)."""
        for owner in owners:
            self._loop.call_soon_threadsafe(self._begin, reconcile.stop_work(self._here, *owner))

    def look_ahead(self, ref: ObjectRef) -> None:
        """A run of this object has begun: what it will ask first may be found out before it asks."""
        with contextlib.suppress(RuntimeError):  # the loop is closing
            self._loop.call_soon_threadsafe(lambda: self._begin(ahead.look(self._here, ref)))

    async def forget_receiver(self, receiver: str) -> None:
        """A webhook (its id) or a subscription (its seq) is gone: nothing more arrives there."""
        await delivering.stop(self._here, receiver)

    def _begin(self, work_to_do: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work_to_do)
        self._background.add(task)  # the loop itself keeps no reference
        task.add_done_callback(self._background.discard)

    async def look_at_address(self, url: str) -> tuple[UserText, str]:
        """(why Apprise takes no such address, "" when it does; the address without its secrets)."""
        return await speaking.look(self._here, url)

    async def rehearse(self, execution: Row) -> list[rehearsal.Rehearsed]:
        """What a run would do, by its row as if it was there; nothing is written or started."""
        return await rehearsal.rehearse(self._here, execution)

    async def answer_now(self, batch_id: str, limit: float | None) -> None:
        """Run a batch of lane `request` inside the caller's request and record its end. `limit` in seconds: then
        SnapshotTimeOut."""
        host = self._here
        row, rows = await asyncio.to_thread(self._request, batch_id)
        node = registry.node(row["kind"])
        jobs = [JobSpec(j["id"], None, j["spec"]) for j in rows]
        assert node.run is not None
        try:
            outcomes = dict(await asyncio.wait_for(node.run(jobs, DirectIO(batch_id)), limit))
        except TimeoutError:
            host.process.kill(f"{batch_id}-1")
            late = Failure(
                "SnapshotTimeOut",
                f"It took longer than {limit:.0f} s.",
                "Use Interval or Num (snapshots) or Async (media info) to have it done in the background.",
            )
            outcomes = dict.fromkeys((j.id for j in jobs), Outcome(failure=late))
        except Exception:  # noqa: BLE001 - see batch.bug
            outcomes = dict.fromkeys((j.id for j in jobs), Outcome(failure=batch.bug(batch_id)))
        await asyncio.to_thread(batch.record, batch_id, 1, outcomes)

    def _request(self, batch_id: str) -> tuple[Row, list[Row]]:
        with self._here.database.read() as tx:
            return work.batch(tx, batch_id) or {}, work.jobs_of(tx, batch_id)


def _full(free: int) -> UserText:
    return f"The disk of the server's home is full: {free >> 20} MiB are free."


def _waits(count: int, why: str) -> UserText:
    return f"{count} {'piece of work waits' if count == 1 else 'pieces of work wait'}: {why}"


async def _flush_loop(host: context.HostContext) -> None:
    """Progress and notes from memory to their rows, once a second at most, and only when something moved."""
    while True:
        await asyncio.sleep(_FLUSH_SECONDS)
        percents, noted = host.process.progress.take_changed(), host.process.task_log.take()
        if percents or noted:
            await asyncio.to_thread(_write, host, percents, noted)


def _write(host: context.HostContext, percents: dict[str, int], noted: list[TaskRecord]) -> None:
    with contextlib.suppress(OSError, TryAgain), host.database.write() as tx:
        work.set_percent(tx, percents)
        tasks.write(tx, noted)
