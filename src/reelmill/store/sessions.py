"""Who is signed in to the console, and the passwords of those who have one."""

from typing import Any

import sqlalchemy as sa

from reelmill.store.database import Row, changed, one
from reelmill.store.tables import access_keys, sessions, users


def user(tx: sa.Connection, name: str) -> Row | None:
    return one(tx, sa.select(users).where(users.c.name == name))


def put_user(tx: sa.Connection, name: str, now: int, **values: Any) -> None:
    """Make the user, or change these columns of the one that is there."""
    if not changed(tx, users.update().where(users.c.name == name).values(**values)):
        tx.execute(users.insert().values(name=name, created_ms=now, **values))


def add(tx: sa.Connection, **values: Any) -> None:
    tx.execute(sessions.insert().values(**values))


def find(tx: sa.Connection, session_id: str) -> Row | None:
    """The session with `account` and `role` of its key or user; None when there is none or its owner is not active any
    more."""
    found = one(tx, sa.select(sessions).where(sessions.c.id == session_id))
    if found is None:
        return None
    owner = access_keys if found["kind"] == "key" else users
    name = owner.c.id if found["kind"] == "key" else owner.c.name
    who = one(tx, sa.select(owner.c.account, owner.c.role).where(name == found["name"], owner.c.state == "Active"))
    return who and found | who


def change(tx: sa.Connection, session_id: str, **values: Any) -> None:
    changed(tx, sessions.update().where(sessions.c.id == session_id).values(**values))


def end(tx: sa.Connection, session_id: str) -> int:
    return changed(tx, sessions.delete().where(sessions.c.id == session_id))


def end_all(tx: sa.Connection, kind: str, name: str) -> int:
    """End every session of a key or user; how many that were."""
    return changed(tx, sessions.delete().where(sessions.c.kind == kind, sessions.c.name == name))


def forget(tx: sa.Connection, seen_before_ms: int) -> int:
    return changed(tx, sessions.delete().where(sessions.c.seen_ms < seen_before_ms))
