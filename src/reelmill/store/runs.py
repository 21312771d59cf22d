"""Executions as people search and look at them. Every filter has an index; a graph is read for one run only."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.core.states import ACTIVITY_FINAL
from reelmill.store import owned
from reelmill.store.library import Row, all_rows, one
from reelmill.store.tables import activities, executions, jobs, media_outputs

MOST_COUNTED = 1000
_SHOWN = [c for c in executions.c if c.name != "graph"]


def search(
    tx: sa.Connection, caller: Caller, size: int, below: int | None, *, workflow_id: str | None = None, media_id: str | None = None, run_id: str | None = None,
    state: str | None = None, failed: bool | None = None, name: str | None = None, start_ms: int | None = None, end_ms: int | None = None,
) -> tuple[list[Row], int | None]:  # fmt: skip
    """Newest first, one row more than `size` when there are more; and on the first page how many there are, None above MOST_COUNTED."""
    c = executions.c
    where: list[Any] = [owned.owned(executions, caller)]
    where += [column == value for column, value in ((c.workflow_id, workflow_id), (c.media_id, media_id), (c.run_id, run_id)) if value is not None]
    if state == "Cancelled":
        where += [sa.text("cancelled"), c.state != "Running"]
    elif state is not None:
        where += [c.state == state, *([sa.not_(c.cancelled)] if state == "Fail" else [])]
    if failed is not None:
        where.append(sa.text("failed > 0") if failed else c.failed == 0)
    if name:
        holds = c.object.contains if tx.dialect.name == "sqlite" else c.object.icontains  # SQLite's LIKE does not tell a from A by itself, and sooner
        where.append(holds(name, autoescape=True))
    where += [c.created_ms >= start_ms] if start_ms is not None else []
    where += [c.created_ms <= end_ms] if end_ms is not None else []
    seqs = sa.select(c.seq).where(*where)  # first the numbers, from an index alone; then the rows of this page
    given = {"media": media_id, "workflow": workflow_id, "cancelled": state == "Cancelled", "failed": failed, "state": state}
    if run_id is None and (narrow := next((name for name, value in given.items() if value), None)):
        seqs = seqs.with_hint(executions, f"INDEXED BY ix_execution_{narrow}", "sqlite")  # SQLite would take the widest one
    wanted = seqs if below is None else seqs.where(c.seq < below)
    page = [row["seq"] for row in all_rows(tx, wanted.order_by(c.seq.desc()).limit(size + 1))]
    total = None
    if below is None:
        counted = len(page)
        if counted > size:  # else they are all on this page, and a search that reads long for few need not read twice
            counted = int(tx.execute(sa.select(sa.func.count()).select_from(seqs.limit(MOST_COUNTED + 1).subquery())).scalar_one())
        total = counted if counted <= MOST_COUNTED else None
    return all_rows(tx, sa.select(*_SHOWN).where(c.seq.in_(page)).order_by(c.seq.desc())), total


def percents(tx: sa.Connection, run_ids: Sequence[str]) -> dict[str, int]:
    """run -> how far it is, in percent: every activity counts the same, one that runs by the percent of its job."""
    part = sa.case((activities.c.state.in_(ACTIVITY_FINAL), 100), else_=sa.func.coalesce(jobs.c.percent, 0))
    query = (
        sa.select(activities.c.run_id, sa.func.sum(part).label("sum"), sa.func.count().label("n"))
        .join(jobs, jobs.c.id == activities.c.job_id, isouter=True)
        .where(activities.c.run_id.in_(list(run_ids)))
        .group_by(activities.c.run_id)
    )
    return {row["run_id"]: int(row["sum"]) // row["n"] for row in all_rows(tx, query)}


def whole(tx: sa.Connection, caller: Caller, run_id: str) -> Row | None:
    """One execution with `graph` decoded."""
    row = one(tx, sa.select(executions).where(owned.owned(executions, caller), executions.c.run_id == run_id))
    return row and row | {"graph": json.loads(row["graph"])}


def jobs_of(tx: sa.Connection, run_id: str) -> dict[str, Row]:
    """id -> job of a run, as far as people see it; `failure` decoded."""
    columns = [jobs.c[n] for n in ("id", "batch_id", "activity", "kind", "state", "percent", "failure")]
    rows = all_rows(tx, sa.select(*columns).where(jobs.c.run_id == run_id))
    return {row["id"]: row | {"failure": json.loads(row["failure"]) if row["failure"] else {}} for row in rows}


def outputs_of(tx: sa.Connection, run_id: str) -> list[Row]:
    """Output objects of a run in the order in which they came, `body` decoded."""
    rows = all_rows(tx, sa.select(media_outputs).where(media_outputs.c.run_id == run_id).order_by(media_outputs.c.seq))
    return [row | {"body": json.loads(row["body"])} for row in rows]


def activity(tx: sa.Connection, run_id: str, name: str) -> Row | None:
    return one(tx, sa.select(activities).where(activities.c.run_id == run_id, activities.c.name == name))


