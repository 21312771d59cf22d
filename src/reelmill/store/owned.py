"""Queries that every table of an account's things needs: by id, page by page, add, change. All of them see the caller's rows only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store.library import Row, all_rows, changed


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
    """Those of the rows that belong to the caller. For rows that were looked up by id: asked for the owner too, SQLite would rather walk through all
    that the owner has."""
    return [row for row in rows if (row["account"], row["region"]) == (caller.account, caller.region)]


def not_before(tx: sa.Connection, table: sa.Table, now: int) -> int:
    """`now`, but never before `created_ms` of the newest row, whatever the clock says: so a range of time is a range of `seq`."""
    last = all_rows(tx, sa.select(table.c.created_ms).order_by(table.c.seq.desc()).limit(1))
    return max(now, last[0]["created_ms"]) if last else now


def first_since(tx: sa.Connection, table: sa.Table, moment: int) -> int | None:
    """`seq` of the first row that was made at this moment or later; None when there is none. The table must be filled with `not_before`."""
    query = sa.select(table.c.seq).where(table.c.created_ms >= moment).order_by(table.c.created_ms, table.c.seq).limit(1)
    found = all_rows(tx, query)
    return int(found[0]["seq"]) if found else None


def span(tx: sa.Connection, table: sa.Table, start_ms: int | None, end_ms: int | None) -> tuple[int, int | None] | None:
    """The places (first `seq`, the one after the last; None: no end) of the rows that were made from `start_ms` to `end_ms`, both included; None when there
    are none for sure. The table must be filled with `not_before`."""
    low = 0 if start_ms is None else first_since(tx, table, start_ms)
    return None if low is None else (low, None if end_ms is None else first_since(tx, table, end_ms + 1))


def tally(tx: sa.Connection, table: sa.Table, key: Mapping[str, Any], by: int) -> None:
    """Count up or down in a table of counts: `key` names the row, which is made when it is not there."""
    same = [table.c[name] == value for name, value in key.items()]
    if not changed(tx, table.update().where(*same).values(count=table.c.count + by)):
        tx.execute(table.insert().values(**key, count=by))


def count(tx: sa.Connection, table: sa.Table, caller: Caller, *conditions: sa.ColumnElement[bool]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(table).where(owned(table, caller), *conditions)).scalar_one())


def page(tx: sa.Connection, table: sa.Table, caller: Caller, number: int, size: int, *conditions: sa.ColumnElement[bool]) -> tuple[list[Row], int]:
    """One page, newest first (`number` counts from 1), and how many rows there are on all pages."""
    query = sa.select(table).where(owned(table, caller), *conditions).order_by(table.c.seq.desc()).limit(size).offset((number - 1) * size)
    return all_rows(tx, query), count(tx, table, caller, *conditions)
