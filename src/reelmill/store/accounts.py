"""Access keys: who may call, and as which account."""

from typing import Any

import sqlalchemy as sa

from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.tables import access_keys


def find(tx: sa.Connection, key_id: str) -> Row | None:
    return one(tx, sa.select(access_keys).where(access_keys.c.id == key_id))


def all_of(tx: sa.Connection, account: str | None) -> list[Row]:
    """The keys of an account (None: of all), oldest first."""
    query = sa.select(access_keys).order_by(access_keys.c.created_ms, access_keys.c.id)
    return all_rows(tx, query if account is None else query.where(access_keys.c.account == account))


def put(tx: sa.Connection, key_id: str, now: int, **values: Any) -> None:
    """Make the key, or change these columns of the one that is there."""
    if not changed(tx, access_keys.update().where(access_keys.c.id == key_id).values(**values)):
        tx.execute(access_keys.insert().values(id=key_id, created_ms=now, **values))


def administrators(tx: sa.Connection, account: str) -> int:
    """How many active administrator's keys an account has."""
    wanted = (access_keys.c.account == account, access_keys.c.role == "administrator", access_keys.c.state == "Active")
    return int(tx.execute(sa.select(sa.func.count()).select_from(access_keys).where(*wanted)).scalar_one())


def remove(tx: sa.Connection, key_id: str) -> None:
    changed(tx, access_keys.delete().where(access_keys.c.id == key_id))
