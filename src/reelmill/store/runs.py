"""Executions as people search and look at them. Every filter has an index; a graph is read for one run only."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from reelmill.core.matching import written_forms
from reelmill.core.model import Caller
from reelmill.core.states import ACTIVITY_FINAL
from reelmill.store import owned, versions
from reelmill.store.database import Row, all_rows, many, one
from reelmill.store.tables import activities, batches, executions, jobs, media_outputs

MOST_COUNTED = 1000
_FEW = 5000  # rows that are soon looked at one by one
_LATE = 8000  # rows in whose names is looked before an index is asked
_MANY = 15_000  # rows that an index takes longer to gather than all names to read
_PARTS = 60  # parts of a long name that are asked for
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
    newest = after.order_by(place.desc())
    if wanted.name and tx.dialect.name == "postgresql":
        numbers = _named(tx, newest, wanted.name, size + 1 if below is not None else max(size, MOST_COUNTED) + 1)
        counted = len(numbers)
    else:
        numbers = [row["seq"] for row in many(tx, newest.limit(size + 1))]
        counted = len(numbers)
        if below is None and counted > size:  # else they are all on this page, and need not be read twice
            counted = _count(tx, found, MOST_COUNTED)
    total = counted if below is None and counted <= MOST_COUNTED else None
    numbers = numbers[: size + 1]
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
    if tx.dialect.name == "postgresql":
        return _by(None, *where), c.seq
    forms = sorted(written_forms(name))
    # SQLite's LIKE does not tell a from A by itself
    holds = sa.or_(*(c.object.contains(form, autoescape=True) for form in forms))
    # of two long lists either will do: what stands in both comes often
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


def _named(tx: sa.Connection, newest: sa.Select[Any], name: str, most: int) -> list[int]:
    """PostgreSQL: of these runs, newest first, the numbers of those whose name holds `name`, at most so many. First
    among those of late, where a frequent name is found at once; then by the index of parts, where a rare one is."""
    forms = sorted(written_forms(name))

    def holds(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        by_rules_of_c = sa.collate(column, "C")  # thrice as fast
        return sa.or_(*(by_rules_of_c.icontains(form, autoescape=True) for form in forms))

    object_ = executions.c.object
    late = newest.add_columns(holds(object_).label("fits")).limit(_LATE).subquery()
    seen = sa.select(late, sa.func.count().over().label("all")).subquery()
    rows = many(tx, sa.select(seen.c.seq, seen.c.all).where(seen.c.fits).limit(most))
    if len(rows) == most or (rows and rows[0]["all"] < _LATE):
        return [row["seq"] for row in rows]
    parts = newest.add_columns(object_).order_by(None).where(*_parts_of_any(forms))
    if _estimate(tx, parts) > _MANY:  # of old ones: to read names backwards is sooner than to gather all of these
        return [row["seq"] for row in many(tx, newest.where(holds(object_)).limit(most))]
    # apart, so that the parts are looked up in the index and not computed for row after row
    named = parts.cte().prefix_with("materialized")
    query = sa.select(named.c.seq).where(holds(named.c.object)).order_by(named.c.seq.desc()).limit(most)
    return [row["seq"] for row in many(tx, query)]


def _estimate(tx: sa.Connection, query: sa.Select[Any]) -> int:
    """How many rows PostgreSQL expects, by its statistics."""
    text = query.compile(dialect=tx.dialect)
    plan = tx.exec_driver_sql(f"explain (format json) {text}", dict(text.params)).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def _parts_of_any(forms: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """PostgreSQL: the name has the parts of one of these forms."""
    size = min(3, *map(len, forms))
    if size < 2:
        return []
    array = postgresql.ARRAY(sa.Text)
    parts = ([form[i : i + size].lower() for i in range(min(len(form) - size + 1, _PARTS))] for form in forms)
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
    """id -> job of a run, as far as people see it; `failure` decoded. Jobs of another run are there too where their
    activities were taken over from it."""
    names = ("id", "run_id", "batch_id", "activity", "kind", "state", "percent", "failure", "reused_from")
    query = sa.select(*(jobs.c[n] for n in names))
    taken = sa.select(activities.c.job_id).where(activities.c.run_id == run_id, activities.c.job_id.is_not(None))
    rows = all_rows(tx, sa.union(query.where(jobs.c.run_id == run_id), query.where(jobs.c.id.in_(taken))))
    return {row["id"]: row | {"failure": json.loads(row["failure"]) if row["failure"] else {}} for row in rows}


def batches_of(tx: sa.Connection, ids: Iterable[str]) -> dict[str, Row]:
    """id -> batch."""
    return {row["id"]: row for row in all_rows(tx, sa.select(batches).where(batches.c.id.in_(sorted(ids))))}


def outputs_of(tx: sa.Connection, run_id: str, made_in: Mapping[str, str]) -> list[Row]:
    """Output objects of a run in the order in which they came, `body` decoded. `made_in`: activity -> the run whose
    job it was."""
    c = media_outputs.c
    rows = all_rows(
        tx, sa.select(media_outputs).where(c.run_id.in_(sorted({run_id, *made_in.values()}))).order_by(c.seq)
    )
    return [
        row | {"body": json.loads(row["body"])} for row in rows if row["run_id"] == made_in.get(row["activity"], run_id)
    ]


def activity(tx: sa.Connection, run_id: str, name: str) -> Row | None:
    return one(tx, sa.select(activities).where(activities.c.run_id == run_id, activities.c.name == name))
