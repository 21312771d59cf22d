"""Templates of an account: for transcodes (presets are no rows) and for watermarks. Rows of both look alike; `of` says
which are meant."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.database import Row
from reelmill.store.tables import templates, watermarks

TRANSCODE, WATERMARK = templates, watermarks


def add(tx: sa.Connection, caller: Caller, *, body: Mapping[str, Any], of: sa.Table = TRANSCODE, **values: Any) -> None:
    owned.insert(tx, of, caller, body=json.dumps(body, ensure_ascii=False), **values)


def change(
    tx: sa.Connection, caller: Caller, template_id: str, *, name: str, body: Mapping[str, Any], of: sa.Table = TRANSCODE
) -> None:
    owned.update(tx, of, caller, template_id, name=name, body=json.dumps(body, ensure_ascii=False))


def delete(tx: sa.Connection, caller: Caller, template_id: str, *, of: sa.Table = TRANSCODE) -> None:
    owned.update(tx, of, caller, template_id, state="Deleted")


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str], *, of: sa.Table = TRANSCODE) -> dict[str, Row]:
    """id -> template of those that exist, deleted ones too."""
    return {i: _decoded(row) for i, row in owned.by_ids(tx, of, caller, ids).items()}


def page(
    tx: sa.Connection,
    caller: Caller,
    state: str | None,
    name_prefix: str,
    number: int,
    size: int,
    *,
    of: sa.Table = TRANSCODE,
) -> tuple[list[Row], int]:
    conditions = [of.c.name.startswith(name_prefix, autoescape=True)] if name_prefix else []
    conditions += [of.c.state == state] if state else []
    rows, total = owned.page(tx, of, caller, number, size, *conditions)
    return [_decoded(row) for row in rows], total


def living(tx: sa.Connection, caller: Caller, *, of: sa.Table = TRANSCODE) -> int:
    """How many count against the quota."""
    return owned.count(tx, of, caller, of.c.state == "Normal")


def _decoded(row: Row) -> Row:
    return row | {"body": json.loads(row["body"])}
