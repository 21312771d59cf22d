"""Word lists of reviews."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.censor_tables import word_lists
from reelmill.store.database import Row, all_rows, changed


def add(tx: sa.Connection, caller: Caller, *, words: Sequence[str], **values: Any) -> None:
    owned.insert(tx, word_lists, caller, words=_text(words), **values)


def change(tx: sa.Connection, caller: Caller, list_id: str, **values: Any) -> int:
    """How many lists that touched (0 or 1)."""
    more = {"words": _text(values.pop("words"))} if "words" in values else {}
    return owned.update(tx, word_lists, caller, list_id, **values, **more)


def delete(tx: sa.Connection, caller: Caller, list_id: str) -> int:
    """How many lists that took away (0 or 1)."""
    return changed(tx, word_lists.delete().where(owned.owned(word_lists, caller), word_lists.c.id == list_id))


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> list of those that are there."""
    return {i: _decoded(row) for i, row in owned.by_ids(tx, word_lists, caller, ids).items()}


def all_of(tx: sa.Connection, caller: Caller) -> list[Row]:
    """The lists of an account, oldest first."""
    return of_account(tx, caller.account, caller.region)


def of_account(tx: sa.Connection, account: str, region: str) -> list[Row]:
    """The same, for whoever works for an account."""
    c = word_lists.c
    query = sa.select(word_lists).where(c.account == account, c.region == region).order_by(c.seq)
    return [_decoded(row) for row in all_rows(tx, query)]


def _text(words: Sequence[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)


def _decoded(row: Row) -> Row:
    return row | {"words": json.loads(row["words"])}
