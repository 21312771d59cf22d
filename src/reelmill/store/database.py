"""The door to library.db: short write transactions, one at a time, and reads that never wait for them."""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from reelmill.core import faults, troubles
from reelmill.core.errors import TryAgain

Row = dict[str, Any]
_TOUCHED = "reelmill_touched"
_READERS = 32  # connections that are kept open, and as many again when more threads read at once
_BUSY_SECONDS = 30  # how long a writer waits for another one
_CHANGED = re.compile(r"(?:^|\n)\s*(?:insert into|update|delete from)\s+(\w+)", re.IGNORECASE)


class Database:
    """`write()` gives a transaction that holds the write lock from its first moment (SQLite's spelling of SELECT ...
    FOR UPDATE); `read()` gives a snapshot. Both give a SQLAlchemy Connection; never keep one across an await.

    `on_commit`, when set, is called after each write transaction of this process with the names of the tables that it
    changed, from whatever thread; it must be quick and must not raise."""

    def __init__(self, url: str):
        self.url = url
        self.on_commit: Callable[[frozenset[str]], None] | None = None
        # writers of this process stand in line; SQLite lets them try again and again, with pauses of up to 100 ms
        self._turn = threading.Lock()
        self._writer = _engine(url, immediate=True)
        self._reader = _engine(url, immediate=False)
        sa.event.listen(self._writer, "before_execute", _note)

    @classmethod
    def at(cls, path: Path) -> "Database":
        return cls(f"sqlite:///{path}")

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """TryAgain when the database cannot be reached or written: nothing has changed then."""
        with _translated(), self._in_turn(), self._writer.begin() as tx:
            _fault("library write")
            touched = tx.info[_TOUCHED] = set[str]()
            yield tx
            _fault("library commit")
        if touched and self.on_commit:
            self.on_commit(frozenset(touched))

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """TryAgain when the database cannot be reached."""
        with _translated(), self._reader.begin() as tx:
            _fault("library read")
            yield tx

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=_BUSY_SECONDS):
            raise troubles.database("busy")
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if known := database_trouble(error):
            raise known from error
        raise


# What SQLite says when the machine, not our statement, is to blame: its primary result codes.
_SQLITE = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "unreadable",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_CANTOPEN: "closed",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_NOMEM: "memory",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}


def database_trouble(error: BaseException) -> TryAgain | None:
    """An error of a database as the machine's trouble; None when it is another error, or a fault of ours in a
    statement."""
    if isinstance(error, sa.exc.TimeoutError):
        return troubles.database("busy")  # all connections of the pool are in use
    known = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(known, sqlite3.Error):
        code = getattr(known, "sqlite_errorcode", None)
        why = _SQLITE.get((code or 0) & 0xFF)
        return troubles.database(why) if why else None
    return troubles.database("gone") if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) else None


def _fault(kind: str) -> None:
    if faults.due(kind):
        raise sqlite_trouble()


def sqlite_trouble() -> sqlite3.OperationalError:
    """What SQLite raises when the machine is in trouble; for tests that break things."""
    code = faults.turn(list(_SQLITE))
    error = sqlite3.OperationalError(f"as if {_SQLITE[code]}")
    error.sqlite_errorcode = code
    return error


class _Compiler(SQLiteCompiler):
    """SQLAlchemy's, which leaves hints out for SQLite: `with_hint` says INDEXED BY."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


def _engine(url: str, immediate: bool) -> sa.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(
        url,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        pool_size=1 if immediate else _READERS,
        max_overflow=_READERS,
    )
    engine.dialect.statement_compiler = _Compiler

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin by ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={1000 * _BUSY_SECONDS}",
            "foreign_keys=ON",
        ):  # FULL: acknowledged is on disk
            connection.execute("pragma " + pragma)

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


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


def one(tx: sa.Connection, query: Any, **values: Any) -> Row | None:
    """The first row or None."""
    rows = all_rows(tx, query, **values)
    return rows[0] if rows else None


def changed(tx: sa.Connection, query: Any, **values: Any) -> int:
    """Run an INSERT, UPDATE or DELETE; how many rows it touched. Guards stand in its WHERE."""
    return tx.execute(sa.text(query) if isinstance(query, str) else query, values).rowcount
