"""Access keys: who may call, and as which account."""

import sqlalchemy as sa

from reelmill.store.library import Row, changed, one
from reelmill.store.tables import access_keys


def find(tx: sa.Connection, key_id: str) -> Row | None:
    return one(tx, sa.select(access_keys).where(access_keys.c.id == key_id))


def put(tx: sa.Connection, key_id: str, secret: str, account: str, now: int) -> None:
    """Make the key, or give it this secret and account and make it active again."""
    values = {"secret": secret, "account": account, "state": "Active"}
    if not changed(tx, access_keys.update().where(access_keys.c.id == key_id).values(**values)):
        tx.execute(access_keys.insert().values(id=key_id, role="administrator", created_ms=now, **values))
