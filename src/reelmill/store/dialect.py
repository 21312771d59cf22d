"""What differs between the databases. One module for each: sqlite, postgresql; everybody else asks `of(...)`."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as _pg
from sqlalchemy.dialects import sqlite as _lite


class Dialect(Protocol):
    """A database as the store needs it.

    single_writer   its write transactions come one after the other by themselves, so a lock has nothing to do
    shared          other processes may write it too: they are told of commits, and tell us
    """

    single_writer: bool
    shared: bool

    def engines(self, url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
        """(for writes, for reads). A write sees what is committed; a read is a snapshot."""
        ...

    def trouble(self, error: BaseException) -> str | None:
        """What is wrong with the machine, a key of core.troubles; None for a fault of ours in a statement."""
        ...

    def collided(self, error: BaseException) -> bool:
        """Whether the transaction was given up for the sake of another one: done again, it will succeed."""
        ...

    def example(self) -> Exception:
        """What the driver raises when the machine is in trouble; for tests that break things."""
        ...

    def lock(self, tx: sa.Connection, what: str) -> None:
        """Until the transaction ends, nobody else has the lock of this name."""
        ...

    def tell(self, tx: sa.Connection, origin: str, tables: Sequence[str]) -> None:
        """With the commit, tell other processes which tables have changed."""
        ...

    def many(self, tx: sa.Connection, query: "sa.Select[Any] | sa.CompoundSelect[Any]") -> list[dict[str, Any]]:
        """The rows as plain dicts, in order."""
        ...


def of(database: sa.Connection | sa.URL) -> Dialect:
    """The dialect of a connection or an address."""
    from reelmill.store import postgresql, sqlite

    name = database.dialect.name if isinstance(database, sa.Connection) else database.get_backend_name()
    known: dict[str, Dialect] = {"sqlite": sqlite.SQLITE, "postgresql": postgresql.POSTGRESQL}
    return known[name]


def insert_new(tx: sa.Connection, table: sa.Table, values: Mapping[str, Any], unique: Sequence[str]) -> bool:
    """Insert the row unless one with the same values in `unique` is there, also one that somebody inserts in this
    moment; whether it was."""
    statement = _insert(tx, table).values(**values).on_conflict_do_nothing(index_elements=list(unique))
    return tx.execute(statement.returning(*table.primary_key)).first() is not None


def upsert(tx: sa.Connection, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Insert the row of this key; when it is there, change these columns of it."""
    statement = _insert(tx, table).values(**key, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def upsert_all(tx: sa.Connection, table: sa.Table, key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """`upsert` for many rows, all of the same columns; `key` names those that tell which row it is."""
    if rows:
        statement = _insert(tx, table)
        new = {name: statement.excluded[name] for name in rows[0] if name not in key}
        tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=new), list(rows))


def add_up(tx: sa.Connection, table: sa.Table, key: Mapping[str, Any], by: int) -> None:
    """Add to the `count` of the row of this key, which is made when it is not there."""
    statement = _insert(tx, table).values(**key, count=by)
    tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_={"count": table.c.count + by}))


def _insert(tx: sa.Connection, table: sa.Table) -> Any:
    return (_lite if tx.dialect.name == "sqlite" else _pg).insert(table)
