"""Pipelines (MPS queues)."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.core.states import FINAL
from reelmill.store import owned
from reelmill.store.database import Row, one
from reelmill.store.tables import batches, pipelines

_there = pipelines.c.state != "Deleted"


def add(tx: sa.Connection, caller: Caller, **values: Any) -> None:
    owned.insert(tx, pipelines, caller, **_encoded(values))


def change(tx: sa.Connection, caller: Caller, pipeline_id: str, **values: Any) -> None:
    owned.update(tx, pipelines, caller, pipeline_id, **_encoded(values))


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> pipeline of those that exist and are not deleted."""
    return {
        i: _decoded(row) for i, row in owned.by_ids(tx, pipelines, caller, ids).items() if row["state"] != "Deleted"
    }


def get(tx: sa.Connection, account: str, region: str, pipeline_id: str) -> Row | None:
    """One pipeline, unless it is deleted."""
    return find(tx, Caller(account, region), [pipeline_id]).get(pipeline_id)


def page(tx: sa.Connection, caller: Caller, state: str | None, number: int, size: int) -> tuple[list[Row], int]:
    rows, total = owned.page(
        tx, pipelines, caller, number, size, _there if state is None else pipelines.c.state == state
    )
    return [_decoded(row) for row in rows], total


def first(tx: sa.Connection, caller: Caller, speeds: Sequence[str]) -> Row | None:
    """The oldest Active pipeline of one of these Speeds, the first Speed that has one."""
    for speed in speeds:
        mine = owned.owned(pipelines, caller), pipelines.c.state == "Active", pipelines.c.speed == speed
        if found := one(tx, sa.select(pipelines).where(*mine).order_by(pipelines.c.seq).limit(1)):
            return _decoded(found)
    return None


def busy(tx: sa.Connection, pipeline_id: str) -> int:
    """How many batches wait or run in it."""
    query = (
        sa.select(sa.func.count())
        .select_from(batches)
        .where(batches.c.pipeline_id == pipeline_id, batches.c.state.notin_(FINAL))
    )
    return int(tx.execute(query).scalar_one())


def _encoded(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"notify": json.dumps(values["notify"], ensure_ascii=False)} if "notify" in values else values


def _decoded(row: Row) -> Row:
    return row | {"notify": json.loads(row["notify"])}
