"""The door to the database: short write transactions, and reads that never wait for them."""

import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from reelmill.core import faults, troubles
from reelmill.core.errors import TryAgain
from reelmill.store import dialect, postgresql, sqlite

Row = dict[str, Any]
T = TypeVar("T")
_TOUCHED, _COUNTS, _LAST, _SEEN = "reelmill_touched", "reelmill_counts", "reelmill_last", "reelmill_seen"
_CHANGED = re.compile(r"(?:^|\n)\s*(?:insert into|update|delete from)\s+(\w+)", re.IGNORECASE)
_TRIES = 5


class Database:
    """`write()` gives a transaction: on SQLite it holds the write lock from its first moment; on PostgreSQL others
    write beside it, and it must lock what it decides by (`with_for_update`, `lock`). `read()` gives a snapshot. Both
    give a SQLAlchemy Connection; never keep one across an await.

    `on_commit`, when set, is called after each write transaction of this process with the names of the tables that it
    changed, from whatever thread; it must be quick and must not raise."""

    def __init__(self, url: str):
        self.url = url
        self.on_commit: Callable[[frozenset[str]], None] | None = None
        self.dialect = dialect.of(sa.make_url(url))
        # writers of this process stand in line; SQLite lets them try again and again, with pauses of up to 100 ms
        self._turn = threading.Lock() if self.dialect.single_writer else None
        self._writer, self._reader = self.dialect.engines(sa.make_url(url))
        self._origin = secrets.token_hex(8)  # by which this process knows its own words again
        self._here = threading.local()  # how many write transactions a thread has committed
        sa.event.listen(self._writer, "before_execute", _note)

    @classmethod
    def at(cls, path: Path) -> "Database":
        return cls(f"sqlite:///{path}")

    @contextmanager
    def write(self, alone: str = "") -> Iterator[sa.Connection]:
        """TryAgain when the database cannot be reached or written: nothing has changed then. `alone`: one at a time of
        those who name the same, for what looks first and makes a row then (names, quotas)."""
        with _translated(), self._in_turn(), self._writer.begin() as tx:
            self._fault("library write")
            touched = tx.info[_TOUCHED] = set[str]()
            tx.info[_COUNTS], tx.info[_LAST], tx.info[_SEEN] = {}, [], {}
            if alone:
                lock(tx, alone)
            yield tx
            for change in tx.info[_LAST]:
                change(tx)
            settle(tx)
            if touched and self.dialect.shared:
                self.dialect.tell(tx, self._origin, list(touched))
            self._fault("library commit")
        self._here.committed = self._committed() + 1
        if touched and self.on_commit:
            self.on_commit(frozenset(touched))

    def transact(self, function: Callable[[sa.Connection], T]) -> T:
        """What the function answers in a write transaction. It is called again when the database gave the transaction
        up for the sake of another one, so it must do nothing but change rows."""

        def once() -> T:
            with self.write() as tx:
                return function(tx)

        return self.repeated(once)

    def repeated(self, function: Callable[[], T]) -> T:
        """What the function answers, which writes on this thread. When the database gave its first write transaction up
        for the sake of another one, nothing has changed yet, and it is called again; so what it does besides it must be
        able to do twice. What it has committed is not done again."""
        before = self._committed()
        for _ in range(_TRIES - 1):
            try:
                return function()
            except Collided:
                if self._committed() != before:
                    raise
        return function()

    def _committed(self) -> int:
        return getattr(self._here, "committed", 0)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """TryAgain when the database cannot be reached."""
        with _translated(), self._reader.begin() as tx:
            self._fault("library read")
            yield tx

    def listen(self, heard: Callable[[frozenset[str]], None]) -> "postgresql.Listener | None":
        """Hear, on a thread, which tables other processes change; None when nobody else can. TryAgain when the database
        cannot be reached."""
        if not self.dialect.shared:
            return None
        with _translated():
            return postgresql.Listener(sa.make_url(self.url), self._origin, heard)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=sqlite.BUSY_SECONDS):
            raise troubles.database("busy")
        try:
            yield
        finally:
            self._turn.release()

    def _fault(self, kind: str) -> None:
        if faults.due(kind):
            raise self.dialect.example()

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


class Collided(TryAgain):
    """Two transactions stood in each other's way, and this one was given up; done again, it will succeed."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if known := database_trouble(error):
            raise known from error
        raise


_DIALECTS: tuple[dialect.Dialect, ...] = (sqlite.SQLITE, postgresql.POSTGRESQL)


def database_trouble(error: BaseException) -> TryAgain | None:
    """An error of a database as the machine's trouble; None when it is another error, or a fault of ours in a
    statement."""
    if isinstance(error, sa.exc.TimeoutError):
        return troubles.database("busy")  # all connections of the pool are in use
    known = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if known is None:
        return None
    if why := next((why for one in _DIALECTS if (why := one.trouble(known))), None):
        trouble = troubles.database(why)
        return Collided(trouble.failure) if any(one.collided(known) for one in _DIALECTS) else trouble
    return None


def lock(tx: sa.Connection, what: str) -> None:
    """Until the transaction ends, nobody else has the lock of this name: for what is decided by rows that are not there
    yet. Take it before any row is locked."""
    dialect.of(tx).lock(tx, what)


def tally(tx: sa.Connection, table: sa.Table, key: Mapping[str, Any], by: int) -> None:
    """Count up or down in a table of counts: `key` names the row, which is made when it is not there. Done at the end
    of the transaction, in one order for all: everybody counts in the same few rows, and whoever holds one of them waits
    for nothing else any more."""
    counts = tx.info[_COUNTS]
    place = (table.name, tuple(key.values()))
    counts[place] = (table, key, by + (counts[place][2] if place in counts else 0))


def at_last(tx: sa.Connection, change: Callable[[sa.Connection], None]) -> None:
    """Do this at the end of the transaction, before the counts: what takes a lock that everybody wants, and waits for
    nothing else from then on."""
    tx.info[_LAST].append(change)


def seen(tx: sa.Connection) -> dict[Any, Any]:
    """What a write transaction remembers until its end, for what many changes of one look up. Whoever changes such a
    thing forgets it here. A read transaction remembers nothing."""
    return tx.info.get(_SEEN, {})


def settle(tx: sa.Connection) -> None:
    """Do what `tally` has collected. For whoever reads counts inside the transaction that changes them."""
    counts = tx.info.get(_COUNTS) or {}
    for place in sorted(counts):
        table, key, by = counts[place]
        if by:
            dialect.add_up(tx, table, key, by)
    counts.clear()


def _note(connection: sa.Connection, statement: Any, *_more: Any) -> None:
    connection.info.setdefault(_TOUCHED, set()).update(_tables(statement))


def touch(tx: sa.Connection, name: str) -> None:
    """Tell whoever hears of this transaction's commit more than the tables that it changed."""
    tx.info.setdefault(_TOUCHED, set()).add(name)


def _tables(statement: Any) -> set[str]:
    """The table that a statement changes; the few that are written as text name theirs in its first words."""
    if isinstance(statement, sa.UpdateBase):
        return {getattr(statement.table, "name", "")}
    if isinstance(statement, sa.TextClause) and (found := _CHANGED.search(statement.text)):
        return {found[1]}
    return set()


def all_rows(tx: sa.Connection, query: Any, **values: Any) -> list[Row]:
    """Rows as plain dicts. `query` is a SQLAlchemy expression or SQL text."""
    return [dict(r) for r in tx.execute(sa.text(query) if isinstance(query, str) else query, values).mappings()]


def many(tx: sa.Connection, query: sa.Select[Any] | sa.CompoundSelect[Any]) -> list[Row]:
    """As `all_rows`, for many rows at once; without columns of fractions or bytes."""
    return dialect.of(tx).many(tx, query)


def one(tx: sa.Connection, query: Any, **values: Any) -> Row | None:
    """The first row or None."""
    rows = all_rows(tx, query, **values)
    return rows[0] if rows else None


def changed(tx: sa.Connection, query: Any, **values: Any) -> int:
    """Run an INSERT, UPDATE or DELETE; how many rows it touched. Guards stand in its WHERE."""
    return tx.execute(sa.text(query) if isinstance(query, str) else query, values).rowcount
