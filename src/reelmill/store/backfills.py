"""Backfills, the files that they found, and what past runs took."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.backfill_tables import backfill_files, backfills
from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.tables import batches, executions, media

_b, _f = backfills.c, backfill_files.c
LIVE = ("Listing", "Active", "Paused")
_PAST = 20  # runs from which work is estimated


def add(tx: sa.Connection, caller: Caller, **values: Any) -> None:
    owned.insert(tx, backfills, caller, **values)


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> backfill of those that exist, in the order asked for."""
    return owned.by_ids(tx, backfills, caller, ids)


def page(tx: sa.Connection, caller: Caller, size: int, below: int | None) -> list[Row]:
    """Newest first, one row more than `size` when there are more."""
    where = (owned.owned(backfills, caller), *([] if below is None else [_b.seq < below]))
    return all_rows(tx, sa.select(backfills).where(*where).order_by(_b.seq.desc()).limit(size + 1))


def locked(tx: sa.Connection, backfill_id: str) -> Row | None:
    """One backfill, locked until the transaction ends."""
    return one(tx, sa.select(backfills).where(_b.id == backfill_id).with_for_update())


def move(tx: sa.Connection, backfill_id: str, before: Collection[str], **values: Any) -> bool:
    """Guarded: False when it is not in one of the states `before`."""
    where = (_b.id == backfill_id, _b.state.in_(list(before)))
    return bool(changed(tx, backfills.update().where(*where).values(**values)))


def in_state(tx: sa.Connection, state: str) -> list[Row]:
    """Of all accounts, those first that may go on first."""
    return all_rows(tx, sa.select(backfills).where(_b.state == state).order_by(_b.next_ms, _b.seq))


def forget_files(tx: sa.Connection, backfill_id: str) -> None:
    """It is listed anew."""
    changed(tx, backfill_files.delete().where(_f.backfill_id == backfill_id))


def forget_files_of_ended(tx: sa.Connection, before: int) -> int:
    """The lists of files of backfills that ended before this moment; how many files. What they came to stays told."""
    ended = sa.select(_b.id).where(_b.finished_ms < before)
    return changed(tx, backfill_files.delete().where(_f.backfill_id.in_(ended)))


def add_files(tx: sa.Connection, backfill_id: str, files: Sequence[Mapping[str, Any]]) -> None:
    """Files have object, size and modified_ms; with a reason they are left out."""
    if files:
        tx.execute(backfill_files.insert(), [{"backfill_id": backfill_id, **file} for file in files])


def files_after(tx: sa.Connection, backfill_id: str, place: int, limit: int) -> list[Row]:
    """The files behind a place, in their order."""
    query = sa.select(backfill_files).where(_f.backfill_id == backfill_id, _f.seq > place)
    return all_rows(tx, query.order_by(_f.seq).limit(limit))


def put_off(tx: sa.Connection, file: Row) -> None:
    """A file goes behind all others. The new row comes first: a number that falls free may be given again."""
    add_files(tx, file["backfill_id"], [{name: file[name] for name in ("object", "size", "modified_ms")}])
    changed(tx, backfill_files.delete().where(_f.seq == file["seq"]))


def note_file(tx: sa.Connection, place: int, run_id: str | None, reason: str) -> None:
    """What became of a file."""
    changed(tx, backfill_files.update().where(_f.seq == place).values(run_id=run_id, reason=reason))


def with_runs(tx: sa.Connection, caller: Caller, workflow_id: str, bucket: str, keys: Sequence[str]) -> set[str]:
    """Those of the objects that had a run of this workflow, in whatever state."""
    ran = sa.exists().where(executions.c.media_id == media.c.id, executions.c.workflow_id == workflow_id)
    where = (owned.owned(media, caller), media.c.bucket == bucket, media.c.object.in_(list(keys)), ran)
    return {row["object"] for row in all_rows(tx, sa.select(media.c.object).where(*where))}


def past_work(tx: sa.Connection, caller: Caller, workflow_id: str) -> tuple[int, int, int]:
    """(milliseconds of work, bytes of input, how many) of the last runs of a workflow that were completed."""
    e = executions.c
    recent = sa.select(e.run_id, e.media_id).where(
        owned.owned(executions, caller), e.workflow_id == workflow_id, e.state == "Completed", e.failed == 0
    )
    runs = {row["run_id"]: row["media_id"] for row in all_rows(tx, recent.order_by(e.seq.desc()).limit(_PAST))}
    sizes = {
        row["id"]: _size(row["info"])
        for row in all_rows(tx, sa.select(media.c.id, media.c.info).where(media.c.id.in_(list(runs.values()))))
    }
    measured = {run: sizes[one] for run, one in runs.items() if sizes.get(one)}
    took = sa.func.sum(batches.c.finished_ms - batches.c.started_ms)
    spent = tx.execute(sa.select(took).where(batches.c.run_id.in_(list(measured)))).scalar() or 0
    return int(spent), sum(measured.values()), len(measured)


def _size(info: str) -> int:
    """Bytes of a media, as ffprobe told them; 0: unknown."""
    try:
        return int(json.loads(info)["format"]["size"])
    except (ValueError, KeyError, TypeError):
        return 0
