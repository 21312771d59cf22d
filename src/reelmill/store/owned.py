"""Queries that every table of an account's things needs: by id, page by page, add, change. All of them see the caller's
rows only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store.database import Row, all_rows, changed, lock, one
from reelmill.store.tables import clock_steps

_CORRECTION_MS = 60_000  # by how much a clock may be set back without rows being dated out of order


def owned(table: sa.Table, caller: Caller) -> sa.ColumnElement[bool]:
    """The rows of this account and region."""
    return sa.and_(table.c.account == caller.account, table.c.region == caller.region)


def insert(tx: sa.Connection, table: sa.Table, caller: Caller, **values: Any) -> None:
    tx.execute(table.insert().values(account=caller.account, region=caller.region, **values))


def update(tx: sa.Connection, table: sa.Table, caller: Caller, row_id: str, **values: Any) -> int:
    """Change one row; how many rows that touched (0 or 1)."""
    return changed(tx, table.update().where(owned(table, caller), table.c.id == row_id).values(**values))


def by_ids(tx: sa.Connection, table: sa.Table, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> row of those that exist, in the order asked for."""
    found = {row["id"]: row for row in mine(caller, all_rows(tx, sa.select(table).where(table.c.id.in_(list(ids)))))}
    return {row_id: found[row_id] for row_id in ids if row_id in found}


def mine(caller: Caller, rows: Iterable[Row]) -> list[Row]:
    """Those of the rows that belong to the caller. For rows that were looked up by id: asked for the owner too, SQLite
    would rather walk through all that the owner has."""
    return [row for row in rows if (row["account"], row["region"]) == (caller.account, caller.region)]


def in_order(tx: sa.Connection) -> None:
    """From here to its commit this transaction alone makes rows that stand in an order: who sees a row sees all that
    stand before it, and the last row is the last one."""
    lock(tx, "order")


def made_at(tx: sa.Connection, table: sa.Table, now: int) -> int:
    """When a new row of a table was made, for its `created_ms`: now. Rows follow each other in time, so that a range of
    time is a range of `seq`; a clock that is corrected by a little waits for itself. One that had gone far ahead and is
    set back begins a new stretch, and the step is noted."""
    in_order(tx)
    last = one(tx, sa.select(table.c.seq, table.c.created_ms).order_by(table.c.seq.desc()).limit(1))
    if last is None or now >= last["created_ms"]:
        return now
    if last["created_ms"] - now <= _CORRECTION_MS:
        return int(last["created_ms"])
    if not one(tx, sa.select(clock_steps).where(clock_steps.c.of == table.name, clock_steps.c.after == last["seq"])):
        tx.execute(clock_steps.insert().values(of=table.name, after=last["seq"]))
    return now


@dataclass(frozen=True, slots=True)
class Span:
    """Places of the rows that were made in a span of time: from `low` on, below `high` (None: no end). When the clock
    was set back once, rows of other times stand between them; then `within` is a condition on the rows besides."""

    low: int
    high: int | None
    within: tuple[sa.ColumnElement[bool], ...] = ()


def span(tx: sa.Connection, table: sa.Table, start_ms: int | None, end_ms: int | None) -> Span | None:
    """The rows that were made from `start_ms` to `end_ms`, both included; None when there are none for sure. The table
    must be filled with `made_at`."""
    if start_ms is None and end_ms is None:
        return Span(0, None)
    steps = [
        int(row["after"])
        for row in all_rows(
            tx, sa.select(clock_steps).where(clock_steps.c.of == table.name).order_by(clock_steps.c.after)
        )
    ]
    if not steps:
        low = 0 if start_ms is None else _first_since(tx, table, start_ms)
        return None if low is None else Span(low, None if end_ms is None else _first_since(tx, table, end_ms + 1))
    stretches = zip([1, *(step + 1 for step in steps)], [*steps, None], strict=True)
    found = [_in_stretch(tx, table, first, last, start_ms, end_ms) for first, last in stretches]
    parts = [part for part in found if part is not None]
    created = table.c.created_ms
    within = (*(() if start_ms is None else (created >= start_ms,)), *(() if end_ms is None else (created <= end_ms,)))
    highs = [high for _, high in parts]
    return (
        Span(parts[0][0], None if None in highs else max(h for h in highs if h is not None), within) if parts else None
    )


def _in_stretch(
    tx: sa.Connection, table: sa.Table, first: int, last: int | None, start_ms: int | None, end_ms: int | None
) -> tuple[int, int | None] | None:
    """The places (first, the one after the last) of a span of time in a stretch of rows that follow each other in
    time."""
    low = first if start_ms is None else _bisect(tx, table, first, last, start_ms)
    high = (None if last is None else last + 1) if end_ms is None else _bisect(tx, table, first, last, end_ms + 1)
    return (
        None if low is None or (high is not None and low >= high) or (last is not None and low > last) else (low, high)
    )


def _bisect(tx: sa.Connection, table: sa.Table, first: int, last: int | None, moment: int) -> int | None:
    """The first place of a stretch that was made at this moment or later, else the one after its end (None: it has no
    end)."""
    low, high = (
        first,
        (last if last is not None else (tx.execute(sa.select(sa.func.max(table.c.seq))).scalar() or 0)) + 1,
    )
    end = high
    while low < high:
        middle = (low + high) // 2
        row = one(
            tx,
            sa.select(table.c.seq, table.c.created_ms)
            .where(table.c.seq >= middle, table.c.seq < end)
            .order_by(table.c.seq)
            .limit(1),
        )
        if row is None or row["created_ms"] >= moment:
            high = middle
        else:
            low = row["seq"] + 1
    return None if low >= end and last is None else low


def _first_since(tx: sa.Connection, table: sa.Table, moment: int) -> int | None:
    query = (
        sa.select(table.c.seq).where(table.c.created_ms >= moment).order_by(table.c.created_ms, table.c.seq).limit(1)
    )
    found = one(tx, query)
    return int(found["seq"]) if found else None


def count(tx: sa.Connection, table: sa.Table, caller: Caller, *conditions: sa.ColumnElement[bool]) -> int:
    return int(
        tx.execute(sa.select(sa.func.count()).select_from(table).where(owned(table, caller), *conditions)).scalar_one()
    )


def page(
    tx: sa.Connection, table: sa.Table, caller: Caller, number: int, size: int, *conditions: sa.ColumnElement[bool]
) -> tuple[list[Row], int]:
    """One page, newest first (`number` counts from 1), and how many rows there are on all pages."""
    query = (
        sa.select(table)
        .where(owned(table, caller), *conditions)
        .order_by(table.c.seq.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return all_rows(tx, query), count(tx, table, caller, *conditions)
