"""Our rows against the engine's, by state and never by event. Two databases are never read at one instant, so every
answer here is a compare-and-set on the state and attempt that were read, and every start is by an id that the engine
takes once."""

import asyncio
import logging
import shutil
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import Failure, UserText
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Outcome
from reelmill.core.states import FINAL
from reelmill.engine import batch, context, durable, facts, holding, registry, retrying
from reelmill.engine.admission import start_batch, workflow_id
from reelmill.engine.signals import Signal
from reelmill.objects import fetch
from reelmill.store import executions, tasks, work

log = logging.getLogger(__name__)
_TOGETHER = 0.1  # seconds: what ends in the same moment is looked at once, and what follows from it begins before
_LOST_SECONDS = 2.0  # for which nobody must seem to run a workflow before it is run again
_LONGEST = 60.0  # seconds between attempts at most
_SWEEP_SECONDS = 10.0  # between looks for what nobody uses any more, where nothing ended


async def reconcile_loop(host: context.HostContext) -> None:
    """At start, whenever something ended or a kill is confirmed, else every two seconds."""
    came, swept = True, 0.0
    while True:
        await reconcile(host)
        if came or clock.monotonic() - swept >= _SWEEP_SECONDS:
            await sweep(host)
            swept = clock.monotonic()
        host.process.troubles.clear()  # both databases have answered
        if came := await host.process.signals.wait(Signal.CHECK, 2.0):
            await asyncio.sleep(_TOGETHER)


async def reconcile(host: context.HostContext) -> None:
    """Once."""

    def read() -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
        with host.database.read() as tx:
            return work.live(tx), executions.waiting_again(tx, clock.now_ms())

    live, due = await asyncio.to_thread(read)
    untried = await retrying.begin(host, due)
    await _find_lost(host, bool(live))
    known = await durable.statuses([_workflow(b) for b in live])
    ours = [
        row for row in live if row["lane"] != "request"
    ]  # those answer inside a request; `fail_abandoned` deals with them at start
    await asyncio.to_thread(holding.correct, host, live)
    answers = await asyncio.gather(
        *(_one(host, row, known.get(_workflow(row))) for row in ours), return_exceptions=True
    )
    if live:
        host.process.signals.send(Signal.ADMIT)
    alive = {row["id"] for row in live}
    host.process.anew = {batch_id: value for batch_id, value in host.process.anew.items() if batch_id in alive}
    for answer in (*untried, *answers):  # one row that cannot be helped must not keep the others from it
        if isinstance(answer, BaseException):
            raise answer


async def _find_lost(host: context.HostContext, anything: bool) -> None:
    """The engine's file may call running what nobody runs any more: an error of the file itself ended it. Seen so for a
    while, it is run again."""
    now, lost = clock.monotonic(), await durable.lost() if anything or host.process.lost else []
    since = {workflow: host.process.lost.get(workflow, now) for workflow in lost}
    again = {workflow for workflow, first in since.items() if now - first >= _LOST_SECONDS}
    host.process.lost = {workflow: first for workflow, first in since.items() if workflow not in again}
    if again:
        log.warning("%d tasks had been lost by errors of the engine's database; they go on", len(again))
        await durable.resume(sorted(again))


async def _one(host: context.HostContext, row: Mapping[str, Any], status: durable.Status | None) -> None:
    owner = _owner(row)
    if row["state"] == "Cancelling":
        if status is not None and status.alive:  # we died between our commit and the engine's
            await durable.cancel([_workflow(row)])
            host.process.kill(owner)
            host.process.signals.send(Signal.CHECK)
        elif host.process.quiet(owner):  # the kill is confirmed: now it may be called cancelled
            await asyncio.to_thread(_cancelled, host, row)
    elif status is None:
        await start_batch(row["id"], row["attempt"], row["node_version"])
    elif status.alive and not status.foreign:
        return
    elif status.foreign:
        await durable.cancel([_workflow(row)])
        why: UserText = "It was begun by another version of ReelMill."
        await asyncio.to_thread(
            _fail,
            host,
            row,
            Failure("ServiceUnavailable", f"The work could not be continued. {why}", "Submit it again."),
        )
    else:  # it ended without our fact: the machine broke it off, or the library is older than the engine's file
        await _begin_anew(host, row)


async def _begin_anew(host: context.HostContext, row: Mapping[str, Any]) -> None:
    """The next attempt, when nobody works for this one any more; after the first, each a little later."""
    owner = _owner(row)
    now = clock.monotonic()
    times, not_before, first = host.process.anew.get(row["id"], (0, 0.0, now))
    if now < not_before:
        return
    if now - first > host.options.hold_seconds:
        await asyncio.to_thread(
            _fail,
            host,
            row,
            Failure(
                "InternalError",
                "The server broke this work off again and again.",
                "Its log says why. Mend that, then submit the work again.",
            ),
        )
        return
    if not host.process.quiet(owner):
        host.process.kill(owner)
        return
    version = registry.node(row["kind"]).version
    if await asyncio.to_thread(_again, host, row, version):
        host.process.anew[row["id"]] = times + 1, now + min(_LONGEST, 2.0 ** min(times, 10)), first
        await start_batch(row["id"], row["attempt"] + 1, version)


def _owner(row: Mapping[str, Any]) -> str:
    return f"{row['id']}-{row['attempt']}"


def _workflow(row: Mapping[str, Any]) -> str:
    return workflow_id(row["id"], row["attempt"], row["node_version"])


def _cancelled(host: context.HostContext, row: Mapping[str, Any]) -> None:
    noted = host.process.task_log.take(row["id"])

    def end(tx: sa.Connection) -> None:
        facts.batch_cancelled(tx, host.options, row["id"], row["attempt"], ("Cancelling",))
        tasks.write(tx, noted)

    host.database.transact(end)
    host.process.progress.forget(row["id"])
    host.process.signals.send(Signal.ADMIT, Signal.OUTBOX)


def _again(host: context.HostContext, row: Mapping[str, Any], version: str) -> bool:
    with host.database.write() as tx:
        return work.next_attempt(tx, row["id"], row["attempt"], row["state"], version)


def _fail(host: context.HostContext, row: Mapping[str, Any], failure: Failure) -> None:
    with host.database.read() as tx:
        jobs = work.jobs_of(tx, row["id"])
    batch.record(row["id"], row["attempt"], {j["id"]: Outcome(failure=failure) for j in jobs})


def mark_cancelled(host: context.HostContext, batch_id: str) -> int | None:
    """Put a batch that has not begun to publish to Cancelled (answer 0: it was only waiting) or Cancelling (answer: the
    attempt, for `stop_work`); None when it is too late."""

    def mark(tx: sa.Connection) -> int | None:
        if facts.batch_cancelled(tx, host.options, batch_id, None, ("Submitted",)):
            return 0
        if work.move_batch(tx, batch_id, None, ("Admitted", "Running"), "Cancelling"):
            return int((work.batch(tx, batch_id) or {})["attempt"])
        return None

    attempt = host.database.transact(mark)
    host.process.signals.send(Signal.ADMIT, Signal.OUTBOX)
    return attempt


async def stop_work(host: context.HostContext, batch_id: str, attempt: int) -> None:
    """What follows the committed word Cancelling."""
    owner = f"{batch_id}-{attempt}"
    failpoint("cancel committed")
    version = await asyncio.to_thread(_version, host, batch_id)
    await durable.cancel(
        [workflow_id(batch_id, attempt, version)]
    )  # the rows first: what the kill breaks finds no owner to report to
    host.process.kill(owner)  # at once; the engine's own watcher looks once a second
    host.process.signals.send(Signal.CHECK)


def _version(host: context.HostContext, batch_id: str) -> str:
    with host.database.read() as tx:
        return work.version_of(tx, batch_id)


def fail_abandoned(host: context.HostContext) -> None:
    """At start: what was answered inside a request that died with the last process."""
    with host.database.read() as tx:
        rows = [b for b in work.live(tx) if b["lane"] == "request"]
    for row in rows:
        _fail(
            host,
            row,
            Failure("ServiceUnavailable", "The server was restarted while it answered.", "Send the request again."),
        )


async def sweep(host: context.HostContext) -> None:
    """Remove work folders of batches that are final and quiet, and cached sources that no live or waiting batch uses.

    Listed first, asked second, decided on the loop (which alone changes the engine's dicts) and taken away there in the
    same moment: what began meanwhile is not in the list, was used after we asked, or finds nothing any more and makes a
    copy of its own. Removed last, beside the loop.
    """
    began = clock.monotonic()
    folders, entries = await asyncio.to_thread(_listed, host)
    if not folders and not entries:
        return
    live, waiting, rows = await asyncio.to_thread(_asked, host, folders)
    gone = [
        name
        for name, row in rows.items()
        if row is None or (row["state"] in FINAL and host.process.quiet(f"{name}-{row['attempt']}"))
    ]
    here = host.process
    live |= set(here.asked)
    if live <= set(here.sources):  # after a restart we learn only by and by which copies are whose: until then all stay
        for source in set(here.sources) - live - waiting:
            here.sources[source] = {entry: used for entry, used in here.sources[source].items() if used >= began}
            if not here.sources[source]:
                del here.sources[source]
        keep = {entry for used in here.sources.values() for entry in used}
        entries -= keep
        here.timelines = {path: value for path, value in here.timelines.items() if path.split("/")[-2] in keep}
        here.looked_ahead = {path: look for path, look in here.looked_ahead.items() if path.split("/")[-2] in keep}
        here.shared = {kept: turn for kept, turn in here.shared.items() if kept.parent.name in keep or turn.locked()}
        fetch.retire(host.cache, entries)
    await asyncio.to_thread(_removed, host, gone)


def _listed(host: context.HostContext) -> tuple[list[str], set[str]]:
    return [f.name for f in host.work.iterdir()], {e.name for e in host.cache.iterdir()}


def _asked(
    host: context.HostContext, folders: list[str]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]], dict[str, Any]]:
    with host.database.read() as tx:
        live = {(b["source_bucket"], b["source_object"]) for b in work.live(tx) if b["source_bucket"]}
        return live, work.waiting_sources(tx), {name: work.batch_state(tx, name) for name in folders}


def _removed(host: context.HostContext, folders: list[str]) -> None:
    fetch.sweep(host.cache)
    for name in folders:
        shutil.rmtree(host.work / name, ignore_errors=True)
