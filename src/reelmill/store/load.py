"""What runs and waits in pipelines, and how much of everything there is. Counts read indexes, never whole tables."""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.core.states import LIVE
from reelmill.store import owned
from reelmill.store.database import Row, all_rows, many, settle
from reelmill.store.tables import batches, buckets, jobs, pipelines, workflows
from reelmill.store.tables import execution_counts as _runs

MANY = 1000
_BATCH = [
    batches.c[n]
    for n in (
        "id",
        "seq",
        "run_id",
        "pipeline_id",
        "kind",
        "lane",
        "priority",
        "turn",
        "state",
        "attempt",
        "held",
        "source_object",
        "created_ms",
        "started_ms",
    )
]


def counted(tx: sa.Connection, pipeline_ids: Sequence[str]) -> dict[tuple[str, str], int]:
    """(pipeline, "running" or "waiting") -> batches."""
    query = (
        sa.select(batches.c.pipeline_id, batches.c.state, sa.func.count().label("n"))
        .where(batches.c.pipeline_id.in_(list(pipeline_ids)), batches.c.state.in_(["Submitted", *LIVE]))
        .group_by(batches.c.pipeline_id, batches.c.state)
    )
    found: dict[tuple[str, str], int] = {}
    for row in all_rows(tx, query):
        key = row["pipeline_id"], "waiting" if row["state"] == "Submitted" else "running"
        found[key] = found.get(key, 0) + row["n"]
    return found


def lanes(tx: sa.Connection) -> dict[str, int]:
    """lane -> batches under way, of everybody; those that are held do nothing there."""
    query = (
        sa.select(batches.c.lane, sa.func.count().label("n"))
        .where(batches.c.state.in_(LIVE), batches.c.held == "")
        .group_by(batches.c.lane)
    )
    return {row["lane"]: row["n"] for row in all_rows(tx, query)}


def under_way(tx: sa.Connection, pipeline_id: str, limit: int) -> list[Row]:
    """Batches that hold a slot of the pipeline, oldest first."""
    where = (batches.c.pipeline_id == pipeline_id, batches.c.state.in_(LIVE))
    return all_rows(tx, sa.select(*_BATCH).where(*where).order_by(batches.c.seq).limit(limit))


def next_up(tx: sa.Connection, pipeline_id: str, limit: int) -> list[Row]:
    """Batches that wait in the pipeline, in the order in which they will be admitted."""
    return many(tx, _heads().params(pipeline=pipeline_id, most=limit))


@functools.cache
def _heads() -> sa.Select[Any]:
    """One seek for each priority; sorting by both ways at once would read all that waits. It takes longer to write this
    down than to answer it."""
    where = (batches.c.pipeline_id == sa.bindparam("pipeline"), batches.c.state == "Submitted")
    most = sa.bindparam("most", type_=sa.Integer)
    heads = [
        sa.select(
            sa.select(*_BATCH)
            .where(*where, batches.c.priority == priority)
            .order_by(batches.c.turn, batches.c.seq)
            .limit(most)
            .subquery()
        )
        for priority in range(10, 0, -1)
    ]
    waiting = sa.union_all(*heads).subquery()
    return sa.select(waiting).order_by(waiting.c.priority.desc(), waiting.c.turn, waiting.c.seq).limit(most)


def before(tx: sa.Connection, batch: Row) -> int:
    """How many batches of its pipeline will be admitted before this one, at most MANY."""
    where = (batches.c.pipeline_id == batch["pipeline_id"], batches.c.state == "Submitted")
    turn = sa.or_(
        batches.c.turn < batch["turn"], sa.and_(batches.c.turn == batch["turn"], batches.c.seq < batch["seq"])
    )
    sooner = sa.or_(batches.c.priority > batch["priority"], sa.and_(batches.c.priority == batch["priority"], turn))
    some = sa.select(batches.c.seq).where(*where, sooner).limit(MANY).subquery()
    return int(tx.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def jobs_of(tx: sa.Connection, batch_ids: Sequence[str]) -> dict[str, list[Row]]:
    """batch -> its jobs as far as lists show them."""
    columns = [jobs.c[n] for n in ("id", "batch_id", "activity", "percent", "state")]
    found: dict[str, list[Row]] = {}
    for row in all_rows(tx, sa.select(*columns).where(jobs.c.batch_id.in_(list(batch_ids))).order_by(jobs.c.seq)):
        found.setdefault(row["batch_id"], []).append(row)
    return found


def bucket_counts(tx: sa.Connection, caller: Caller) -> dict[str, int]:
    return _grouped(tx, caller, buckets, buckets.c.type)


def workflow_counts(tx: sa.Connection, caller: Caller) -> dict[str, int]:
    return _grouped(tx, caller, workflows, workflows.c.state)


def execution_counts(tx: sa.Connection, caller: Caller) -> dict[str, int]:
    """state -> how many, without counting them."""
    settle(tx)
    return {row["state"]: row["count"] for row in all_rows(tx, sa.select(_runs).where(owned.owned(_runs, caller)))}


def pipeline_count(tx: sa.Connection, caller: Caller) -> int:
    return owned.count(tx, pipelines, caller, pipelines.c.state != "Deleted")


def _grouped(tx: sa.Connection, caller: Caller, table: sa.Table, by: sa.Column[str]) -> dict[str, int]:
    query = sa.select(by.label("word"), sa.func.count().label("n")).where(owned.owned(table, caller)).group_by(by)
    return {row["word"]: row["n"] for row in all_rows(tx, query)}
