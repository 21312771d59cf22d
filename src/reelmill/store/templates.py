"""Transcode templates of an account (presets are no rows)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.library import Row
from reelmill.store.tables import templates


def add(tx: sa.Connection, caller: Caller, *, body: Mapping[str, Any], **values: Any) -> None:
    owned.insert(tx, templates, caller, body=json.dumps(body, ensure_ascii=False), **values)


def change(tx: sa.Connection, caller: Caller, template_id: str, *, name: str, body: Mapping[str, Any]) -> None:
    owned.update(tx, templates, caller, template_id, name=name, body=json.dumps(body, ensure_ascii=False))


def delete(tx: sa.Connection, caller: Caller, template_id: str) -> None:
    owned.update(tx, templates, caller, template_id, state="Deleted")


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> template of those that exist, deleted ones too."""
    return {i: _decoded(row) for i, row in owned.by_ids(tx, templates, caller, ids).items()}


def page(tx: sa.Connection, caller: Caller, state: str | None, name_prefix: str, number: int, size: int) -> tuple[list[Row], int]:
    conditions = [templates.c.name.startswith(name_prefix, autoescape=True)] if name_prefix else []
    conditions += [templates.c.state == state] if state else []
    rows, total = owned.page(tx, templates, caller, number, size, *conditions)
    return [_decoded(row) for row in rows], total


def living(tx: sa.Connection, caller: Caller) -> int:
    """How many count against the quota."""
    return owned.count(tx, templates, caller, templates.c.state == "Normal")


def _decoded(row: Row) -> Row:
    return row | {"body": json.loads(row["body"])}
