"""What was done for batches, command by command. See store.tables.tasks."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.store.database import Row, all_rows, changed
from reelmill.store.dialect import upsert
from reelmill.store.tables import tasks


def write(tx: sa.Connection, notes: Iterable[Any]) -> None:
    """Keep these notes (attributes as the columns). What a note does not know, because it began again after a crash,
    stays as it was."""
    for note in notes:
        values = {"place": note.place, "state": note.state, "jobs": json.dumps(list(note.jobs))}
        values |= {"commands": json.dumps(note.commands, ensure_ascii=False)} if note.commands else {}
        values |= {name: getattr(note, name) for name in ("log", "started_ms", "finished_ms") if getattr(note, name)}
        upsert(tx, tasks, {"batch_id": note.batch_id, "name": note.name}, values)


def of_batches(tx: sa.Connection, batch_ids: Sequence[str], *, logs: bool) -> list[Row]:
    """In the order in which they were asked for, `jobs` and `commands` decoded; what the tools wrote only with
    `logs`."""
    query = (
        sa.select(*(c for c in tasks.c if logs or c.name != "log"))
        .where(tasks.c.batch_id.in_(list(batch_ids)))
        .order_by(tasks.c.batch_id, tasks.c.place, tasks.c.name)
    )
    return [
        row | {"jobs": json.loads(row["jobs"]), "commands": json.loads(row["commands"])} for row in all_rows(tx, query)
    ]


def forget(tx: sa.Connection, finished_before_ms: int) -> int:
    return changed(tx, tasks.delete().where(tasks.c.finished_ms < finished_before_ms))
