"""Logos of the user's own that reviews look for."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.censor_tables import logos
from reelmill.store.database import Row, all_rows, changed


def add(tx: sa.Connection, caller: Caller, **values: Any) -> None:
    owned.insert(tx, logos, caller, **values)


def change(tx: sa.Connection, caller: Caller, logo_id: str, **values: Any) -> int:
    """How many logos that touched (0 or 1)."""
    return owned.update(tx, logos, caller, logo_id, **values)


def delete(tx: sa.Connection, caller: Caller, logo_id: str) -> int:
    """How many logos that took away (0 or 1)."""
    return changed(tx, logos.delete().where(owned.owned(logos, caller), logos.c.id == logo_id))


def count(tx: sa.Connection, caller: Caller) -> int:
    return owned.count(tx, logos, caller)


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> logo of those that are there."""
    return owned.by_ids(tx, logos, caller, ids)


def of_account(tx: sa.Connection, account: str, region: str) -> list[Row]:
    """The logos of an account with their pictures, oldest first."""
    c = logos.c
    return all_rows(tx, sa.select(logos).where(c.account == account, c.region == region).order_by(c.seq))
