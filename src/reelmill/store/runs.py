"""Executions as people search and look at them. Every filter has an index; a graph is read for one run only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from reelmill.core.matching import written_forms
from reelmill.core.model import Caller
from reelmill.core.states import ACTIVITY_FINAL
from reelmill.store import owned, versions
from reelmill.store.database import Row, all_rows, many, one
from reelmill.store.tables import activities, executions, jobs, media_outputs

MOST_COUNTED = 1000
_FEW = 5000  # rows that are soon looked at one by one
_PARTS = 60  # trigrams of a long name that are asked for
_NAMED = sa.table("execution_search", sa.column("rowid", sa.Integer))
_SHOWN = [c for c in executions.c if c.name not in ("graph", "version")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which runs are wanted; all that is given must hold.

    state   Running | Completed | Fail | Cancelled        failed   whether an activity has failed
    name    a part of the input's key                     start_ms, end_ms   when it was made, both included
    """

    workflow_id: str | None = None
    media_id: str | None = None
    run_id: str | None = None
    state: str | None = None
    failed: bool | None = None
    name: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None


def search(
    tx: sa.Connection, caller: Caller, wanted: Filters, size: int, below: int | None
) -> tuple[list[Row], int | None]:
    """Newest first, one row more than `size` when there are more; and on the first page how many there are, None above
    MOST_COUNTED."""
    within = owned.span(tx, executions, wanted.start_ms, wanted.end_ms)
    if within is None:
        return [], None if below is not None else 0
    found, place = _matching(tx, caller, wanted)
    found = found.where(
        *([place >= within.low] if within.low else []),
        *([place < within.high] if within.high is not None else []),
        *within.within,
    )
    after = found if below is None else found.where(place < below)
    numbers = [row["seq"] for row in many(tx, after.order_by(place.desc()).limit(size + 1))]
    total = None
    if below is None:
        counted = len(numbers)
        if counted > size:  # else they are all on this page, and a search that reads long for few need not read twice
            counted = _count(tx, found, MOST_COUNTED)
        total = counted if counted <= MOST_COUNTED else None
    rows = many(tx, sa.select(*_SHOWN).where(executions.c.seq.in_(numbers)).order_by(executions.c.seq.desc()))
    return versions.with_versions(tx, rows), total


def _matching(tx: sa.Connection, caller: Caller, wanted: Filters) -> tuple[sa.Select[Any], sa.ColumnElement[int]]:
    """The numbers of the runs (their rows are read for one page only), from whichever index gets there sooner, and the
    column in whose order it gives them."""
    c, name = executions.c, wanted.name
    narrowing = _narrowing(wanted)
    mine = owned.owned(executions, caller)
    where = [
        mine,
        *([c.run_id == wanted.run_id] if wanted.run_id else []),
        *(condition for conditions in narrowing.values() for condition in conditions),
    ]
    lists = (
        {}
        if wanted.run_id
        else {index: _by(index, mine, *conditions) for index, conditions in narrowing.items() if index}
    )
    short = (
        next((index for index, rows in lists.items() if _count(tx, rows, _FEW) <= _FEW), None)
        if len(lists) > 1 or name
        else None
    )
    index = short or next(iter(lists), None)
    found = _by(index, *where)
    if not name:
        return found, c.seq
    sqlite, forms = tx.dialect.name == "sqlite", sorted(written_forms(name))
    # SQLite's LIKE does not tell a from A by itself, and sooner; PostgreSQL compares thrice as fast by the rules of C
    column = c.object.contains if sqlite else sa.collate(c.object, "C").icontains
    holds = sa.or_(*(column(form, autoescape=True) for form in forms))
    # of two long lists either will do: what stands in both comes often
    if not sqlite:
        return found.where(holds, *_parts_of_any(forms)), c.seq
    if min(map(len, forms)) >= 3 and not wanted.run_id and not short:
        parts = " OR ".join(
            "(" + " ".join(_quoted(form[i : i + 3]) for i in range(min(len(form) - 2, _PARTS))) + ")" for form in forms
        )
        named = sa.select(_NAMED.c.rowid.label("seq")).where(
            sa.text("execution_search match :parts").bindparams(parts=parts), c.seq == _NAMED.c.rowid, *where, holds
        )
        return named.with_hint(
            executions, "NOT INDEXED", "sqlite"
        ), _NAMED.c.rowid  # else SQLite would begin with all runs of the account
    return found.where(holds), c.seq


def _parts_of_any(forms: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """PostgreSQL: the name has the parts of one of these forms."""
    if min(map(len, forms)) < 3:
        return []
    array = postgresql.ARRAY(sa.Text)
    parts = ([form[i : i + 3].lower() for i in range(min(len(form) - 2, _PARTS))] for form in forms)
    have = sa.func.name_parts(executions.c.object, type_=array)
    return [sa.or_(*(have.contains(sa.cast(some, array)) for some in parts))]


def _narrowing(wanted: Filters) -> dict[str, list[sa.ColumnElement[bool] | sa.TextClause]]:
    """Index -> what it answers, first what is usually the rarest; "" for what has none."""
    c = executions.c
    found: dict[str, list[sa.ColumnElement[bool] | sa.TextClause]] = {}
    if wanted.media_id:
        found["media"] = [c.media_id == wanted.media_id]
    if wanted.state == "Cancelled":
        found["cancelled"] = [sa.text("cancelled"), c.state != "Running"]
    if wanted.failed:
        found["failed"] = [sa.text("failed > 0")]
    if wanted.workflow_id:
        found["workflow"] = [c.workflow_id == wanted.workflow_id]
    if wanted.state and wanted.state != "Cancelled":
        found["state"] = [c.state == wanted.state, *([sa.not_(c.cancelled)] if wanted.state == "Fail" else [])]
    if wanted.failed is False:
        found[""] = [c.failed == 0]
    return found


def _by(index: str | None, *where: Any) -> sa.Select[Any]:
    """The numbers of the runs for which all of it holds; SQLite would take the widest index."""
    query = sa.select(executions.c.seq).where(*where)
    return query.with_hint(executions, f"INDEXED BY ix_execution_{index}", "sqlite") if index else query


def _quoted(text: str) -> str:
    """A string of the index's language."""
    return '"' + text.replace('"', '""') + '"'


def _count(tx: sa.Connection, query: sa.Select[Any], most: int) -> int:
    """How many rows the query gives; one more than `most` stands for all that are more."""
    return int(tx.execute(sa.select(sa.func.count()).select_from(query.limit(most + 1).subquery())).scalar_one())


def percents(tx: sa.Connection, run_ids: Sequence[str]) -> dict[str, int]:
    """run -> how far it is, in percent: every activity counts the same, one that runs by the percent of its job."""
    part = sa.case((activities.c.state.in_(ACTIVITY_FINAL), 100), else_=sa.func.coalesce(jobs.c.percent, 0))
    query = (
        sa.select(activities.c.run_id, sa.func.sum(part).label("sum"), sa.func.count().label("n"))
        .join(jobs, jobs.c.id == activities.c.job_id, isouter=True)
        .where(activities.c.run_id.in_(list(run_ids)))
        .group_by(activities.c.run_id)
    )
    return {row["run_id"]: int(row["sum"]) // row["n"] for row in many(tx, query)}


def whole(tx: sa.Connection, caller: Caller, run_id: str) -> Row | None:
    """One execution with `graph` decoded."""
    row = one(tx, sa.select(executions).where(owned.owned(executions, caller), executions.c.run_id == run_id))
    return row and versions.with_versions(tx, [row])[0] | {"graph": json.loads(row["graph"])}


def jobs_of(tx: sa.Connection, run_id: str) -> dict[str, Row]:
    """id -> job of a run, as far as people see it; `failure` decoded."""
    columns = [jobs.c[n] for n in ("id", "batch_id", "activity", "kind", "state", "percent", "failure", "reused_from")]
    rows = all_rows(tx, sa.select(*columns).where(jobs.c.run_id == run_id))
    return {row["id"]: row | {"failure": json.loads(row["failure"]) if row["failure"] else {}} for row in rows}


def outputs_of(tx: sa.Connection, run_id: str) -> list[Row]:
    """Output objects of a run in the order in which they came, `body` decoded."""
    rows = all_rows(tx, sa.select(media_outputs).where(media_outputs.c.run_id == run_id).order_by(media_outputs.c.seq))
    return [row | {"body": json.loads(row["body"])} for row in rows]


def activity(tx: sa.Connection, run_id: str, name: str) -> Row | None:
    return one(tx, sa.select(activities).where(activities.c.run_id == run_id, activities.c.name == name))
