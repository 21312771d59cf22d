"""What backfills do beside the requests: list a bucket, then start runs at the chosen rate.

All of it is rows: a cursor stands behind the last file that was dealt with, and the key of an automatic run keeps any
version from starting twice."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import MediaError, UserText
from reelmill.core.failpoints import failpoint
from reelmill.core.matching import starts_run
from reelmill.core.model import Caller, ObjectRef
from reelmill.core.urls import location_of
from reelmill.engine import facts
from reelmill.engine.signals import Signal, Signals
from reelmill.objects.buckets import Watch
from reelmill.services import filtering, intake
from reelmill.services.context import AppContext
from reelmill.store import backfills, buckets, workflows
from reelmill.store.database import Row

log = logging.getLogger(__name__)
_CHUNK = 500
_AT_ONCE = 100  # files that are dealt with in one transaction, when none of them starts a run
_MOMENT_MS = 1000  # between the listing and the first run: whoever sees a mistake can still cancel
_SLEEP_SECONDS = 60.0
_HINDERED_MS = 60_000  # until one is looked at again whose bucket is away, or in which the server failed
_WRITTEN_MS = 5000  # until files are looked at again that were all still being written


class BackfillLoops:
    """Made on the server's loop; `all` are to run until the server ends."""

    def __init__(self, ctx: AppContext, signals: Signals, watch: Watch):
        self._ctx, self._signals, self._watch = ctx, signals, watch

    def all(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """The loop; it goes on for ever, and may be begun again after an error."""
        return (self.backfill,)

    async def backfill(self) -> None:
        """List what was asked for, start what is due, sleep until the next is."""
        while True:
            pause = await asyncio.to_thread(work, self._ctx, self._watch)
            await self._signals.wait(Signal.BACKFILL, pause)


def work(ctx: AppContext, watch: Watch) -> float:
    """One round over all backfills; how many seconds later the next one is due."""
    for state, step in (("Listing", list_files), ("Active", start_due)):
        with ctx.database.read() as tx:
            rows = backfills.in_state(tx, state)
        now = clock.now_ms()
        for row in rows:
            if row["next_ms"] <= now:
                _alone(ctx, watch, row, step)
    with ctx.database.read() as tx:
        nearest = [row["next_ms"] for state in ("Listing", "Active") for row in backfills.in_state(tx, state)[:1]]
    return min([_SLEEP_SECONDS, *(max(0.01, (at - clock.now_ms()) / 1000) for at in nearest)])


def _alone(ctx: AppContext, watch: Watch, row: Row, step: Callable[[AppContext, Watch, Row], None]) -> None:
    """One step of a backfill; what goes wrong is its own."""
    try:
        step(ctx, watch, row)
    except Exception as error:  # a fault of ours: it must not hold up the others, nor be met again without a pause
        log.exception("backfill %s could not go on", row["id"])
        why: UserText = f"The server failed ({type(error).__name__}); it is tried again every minute."
        with ctx.database.write() as tx:
            backfills.move(tx, row["id"], ("Listing", "Active"), **_hindered(why))


def _hindered(why: UserText) -> dict[str, str | int]:
    return {"message": why, "next_ms": clock.now_ms() + _HINDERED_MS}


def _away(ctx: AppContext, row: Row) -> dict[str, str | int]:
    """What becomes of a backfill whose bucket is away, which looks empty then; {}: it is there."""
    if why := ctx.objects[row["bucket"]].away():
        told: UserText = f"The bucket is away: {why}. It goes on when the bucket is back."
        return _hindered(told)
    return {}


def list_files(ctx: AppContext, watch: Watch, row: Row) -> None:
    """Note every file that would start, then what is known of the work; after a crash it begins anew."""
    try:
        _list(ctx, watch, row)
    except OSError as error:  # its folder may not be read
        why: UserText = f"The bucket cannot be listed: {error.strerror}."
        with ctx.database.write() as tx:
            end = {"state": "Fail", "message": why, "finished_ms": clock.now_ms()}
            backfills.move(tx, row["id"], ("Listing",), **(_away(ctx, row) or end))


def _list(ctx: AppContext, watch: Watch, row: Row) -> None:
    caller, total, size, known, failed = Caller(row["account"], row["region"]), 0, 0, 0, 0
    with ctx.database.write() as tx:
        backfills.forget_files(tx, row["id"])
        backfills.move(tx, row["id"], ("Listing",), files=0, bytes=0, known=0, left_out=0)
    found = _wanted(ctx, watch, row)
    while chunk := list(islice(found, _CHUNK)):
        with ctx.database.write() as tx:
            keys = [str(file["object"]) for file in chunk]
            ran = backfills.with_runs(tx, caller, row["workflow_id"], row["bucket"], keys)
            fresh = [file for file in chunk if file["object"] not in ran]
            good = [file for file in fresh if not file["reason"]]
            total, size, known = total + len(fresh), size + sum(int(f["size"]) for f in good), known + len(ran)
            failed += len(fresh) - len(good)
            if not backfills.move(tx, row["id"], ("Listing",), files=total, bytes=size, known=known, left_out=failed):
                return  # cancelled meanwhile
            backfills.add_files(tx, row["id"], fresh)
        failpoint("backfill listed")
    with ctx.database.write() as tx:
        spent, read, runs = backfills.past_work(tx, caller, row["workflow_id"])
        now = clock.now_ms()
        end: Row = {"state": "Success", "finished_ms": now} if row["dry_run"] else {"state": "Active"}
        end |= {"work_ms": spent * size // read if read else None, "past_runs": runs}
        end |= {"next_ms": now + _MOMENT_MS, "message": ""}
        backfills.move(tx, row["id"], ("Listing",), **(_away(ctx, row) or end))


def _wanted(ctx: AppContext, watch: Watch, row: Row) -> Iterator[dict[str, str | int]]:
    wanted, prefix = filtering.stored(row["filter"]), row["prefix"]
    folder = prefix.rpartition("/")[0]
    below = f"{folder}/" if folder and folder.isascii() else ""  # else it may be stored in another form
    for key, stat in watch.scan(row["bucket"], below):
        if not starts_run(key, prefix, ctx.extensions):
            continue
        holds, why = filtering.judged(wanted, row["bucket"], key, stat)
        if holds or why:  # what cannot be decided is told, and left out
            yield {"object": key, "size": stat.size, "modified_ms": stat.mtime_ns // 1_000_000, "reason": why}


def start_due(ctx: AppContext, watch: Watch, due: Row) -> None:
    """Deal with files until one has started a run. One transaction: a run and the cursor behind its file."""
    with ctx.database.write() as tx:
        row = backfills.locked(tx, due["id"])
        now = clock.now_ms()
        if row is None or row["state"] != "Active" or row["next_ms"] > now:
            return
        stopped = _obstacle(tx, row) or _away(ctx, row)
        if stopped:
            backfills.move(tx, row["id"], ("Active",), **stopped)
            return
        begun = _go_on(tx, ctx, watch, row, now)
    if begun:
        failpoint("backfill cursor")
        ctx.signal(Signal.ADMIT)


def _obstacle(tx: sa.Connection, row: Row) -> dict[str, str | int]:
    """What becomes of a backfill that cannot go on now, {}: it can."""
    workflow = workflows.get(tx, row["account"], row["region"], row["workflow_id"])
    why: UserText = ""
    if workflow is None or workflow["state"] == "Deleted":
        why = "The workflow was deleted."
    elif not buckets.bound(tx, row["account"], row["region"], row["bucket"]):
        why = "The bucket is not bound any more."
    elif workflow["state"] != "Active":
        asleep: UserText = "The workflow is not Active. Activate it, then let the backfill go on."
        return {"state": "Paused", "message": asleep}
    return {"state": "Fail", "message": why, "finished_ms": clock.now_ms()} if why else {}


def _go_on(tx: sa.Connection, ctx: AppContext, watch: Watch, row: Row, now: int) -> bool:
    """Whether a run has begun. Files that are not complete go to the end of the list."""
    files = backfills.files_after(tx, row["id"], row["cursor"], _AT_ONCE)
    left_out, waits, dealt = row["left_out"], False, 0
    for file in files:
        if file["reason"]:  # it was left out when it was listed
            continue
        if _not_yet(ctx, watch, row["bucket"], file["object"]):
            backfills.put_off(tx, file)
            waits = True
            continue
        run_id, reason = _start(tx, ctx, row, file)
        backfills.note_file(tx, file["seq"], run_id, reason)
        dealt += file["size"]
        if run_id:
            after = {"cursor": file["seq"], "begun": row["begun"] + 1, "left_out": left_out, "message": ""}
            after |= _remaining(row, dealt)
            backfills.move(tx, row["id"], ("Active",), **after, next_ms=now + 60_000 // row["rate"])
            return True
        left_out += 1
    if files:
        written: UserText = "The files that remain are still being written; it waits for them."
        pause = {"message": written, "next_ms": now + _WRITTEN_MS} if waits else {"message": ""}
        after = {"cursor": files[-1]["seq"], "left_out": left_out} | _remaining(row, dealt)
        backfills.move(tx, row["id"], ("Active",), **after, **pause)
    else:
        backfills.move(tx, row["id"], ("Active",), state="Success", message="", finished_ms=now)
    return False


def _remaining(row: Row, dealt: int) -> dict[str, int | None]:
    """What is left of the bytes and of the work when files of so many bytes were started or left out."""
    size, work = row["bytes"], row["work_ms"]
    left = max(0, size - dealt)
    return {"bytes": left, "work_ms": work * left // size if work and size else work}


def _not_yet(ctx: AppContext, watch: Watch, bucket: str, key: str) -> bool:
    """Whether a file is to be looked at later: its writer has not done, or its bucket went away in this moment."""
    if ctx.objects[bucket].stat(key) is None:
        return bool(ctx.objects[bucket].away())
    return not watch.complete(bucket, key)


def _start(tx: sa.Connection, ctx: AppContext, row: Row, file: Row) -> tuple[str | None, UserText]:
    """(run, why there is none)."""
    caller, bucket, key = Caller(row["account"], row["region"]), row["bucket"], file["object"]
    stat = ctx.objects[bucket].stat(key)
    if stat is None:
        return None, "The file is gone."
    if backfills.with_runs(tx, caller, row["workflow_id"], bucket, [key]):
        return None, "It has had a run of this workflow meanwhile."
    workflow = workflows.get(tx, caller.account, caller.region, row["workflow_id"])
    assert workflow is not None
    media = intake.media_of(tx, caller, ObjectRef(bucket, location_of(caller.region), key), {})
    try:
        run_id = facts.start_execution(
            tx,
            ctx.engine.options,
            workflow,
            media,
            version=stat.version,
            trigger_key=intake.trigger_key(row["workflow_id"], bucket, key, stat.version),
            priority=row["priority"],
        )
    except MediaError as error:
        return None, error.failure.message
    return run_id, "" if run_id else "It has had a run of this workflow meanwhile."
