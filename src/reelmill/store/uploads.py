"""Uploads through the console: what is coming, for which object, from whom."""

from typing import Any

import sqlalchemy as sa

from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.tables import uploads


def add(tx: sa.Connection, **values: Any) -> None:
    tx.execute(uploads.insert().values(**values, state="Open"))


def find(tx: sa.Connection, upload: str) -> Row | None:
    return one(tx, sa.select(uploads).where(uploads.c.id == upload))


def change(tx: sa.Connection, upload: str, **values: Any) -> int:
    return changed(tx, uploads.update().where(uploads.c.id == upload).values(**values))


def remove(tx: sa.Connection, upload: str) -> int:
    return changed(tx, uploads.delete().where(uploads.c.id == upload))


def open_of(tx: sa.Connection, account: str, region: str, owner: str, limit: int) -> list[Row]:
    """Unfinished ones of somebody, oldest first."""
    where = _open(account, region, owner)
    return all_rows(tx, sa.select(uploads).where(*where).order_by(uploads.c.created_ms, uploads.c.id).limit(limit))


def count_open(tx: sa.Connection, account: str, region: str, owner: str) -> int:
    """How many somebody has not finished."""
    query = sa.select(sa.func.count()).select_from(uploads).where(*_open(account, region, owner))
    return int(tx.execute(query).scalar_one())


def _open(account: str, region: str, owner: str) -> tuple[sa.ColumnElement[bool], ...]:
    c = uploads.c
    return c.account == account, c.region == region, c.owner == owner, c.state == "Open"


def promised(tx: sa.Connection) -> int:
    """Bytes that all unfinished uploads have together when they are whole."""
    return int(
        tx.execute(
            sa.select(sa.func.coalesce(sa.func.sum(uploads.c.size), 0)).where(uploads.c.state == "Open")
        ).scalar()
        or 0
    )


def expired(tx: sa.Connection, now: int, limit: int = 500) -> list[Row]:
    """Those that are kept no longer, finished ones too."""
    return all_rows(tx, sa.select(uploads).where(uploads.c.expires_ms < now).limit(limit))
