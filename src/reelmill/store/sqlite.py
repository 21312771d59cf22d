"""SQLite as the store needs it: one writer at a time, who holds the lock from his first moment."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from reelmill.core import faults

_READERS = 32  # connections that are kept open, and as many again when more threads read at once
BUSY_SECONDS = 30  # how long a writer waits for another one

_NOT_IN_JSON = (sa.Float, sa.Numeric, sa.LargeBinary)  # columns: SQLite rounds the first two when it writes JSON

# What SQLite says when the machine, not our statement, is to blame: its primary result codes.
_TROUBLES = {
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


class _Sqlite:
    """See store.dialect."""

    single_writer = True
    shared = False

    def engines(self, url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
        return _engine(url, immediate=True), _engine(url, immediate=False)

    def trouble(self, error: BaseException) -> str | None:
        if not isinstance(error, sqlite3.Error):
            return None
        return _TROUBLES.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)

    def collided(self, error: BaseException) -> bool:
        return False  # writers stand in line

    def example(self) -> Exception:
        code = faults.turn(list(_TROUBLES))
        error = sqlite3.OperationalError(f"as if {_TROUBLES[code]}")
        error.sqlite_errorcode = code
        return error

    def lock(self, tx: sa.Connection, what: str) -> None:
        """A write transaction is one."""

    def tell(self, tx: sa.Connection, origin: str, tables: Sequence[str]) -> None:
        """Nobody else writes this file."""

    def many(self, tx: sa.Connection, query: sa.Select[Any] | sa.CompoundSelect[Any]) -> list[dict[str, Any]]:
        """The rows come as one row of JSON: sqlite3 lets go of the interpreter for each row and has to wait for it
        again, which on a busy server takes longer than all the rest."""
        inner = query.subquery()
        columns = list(inner.c)
        if wrong := [c.name for c in columns if isinstance(c.type, _NOT_IN_JSON)]:
            raise TypeError(f"JSON does not hold {wrong[0]} exactly")
        whole = tx.execute(
            sa.select(sa.func.json_group_array(sa.func.json_array(*columns), type_=sa.Text))
        ).scalar_one()
        names = [c.key for c in columns]
        as_python = [(c.key, made) for c in columns if (made := c.type.result_processor(tx.dialect, None))]
        rows = [dict(zip(names, values, strict=True)) for values in json.loads(whole)]
        for key, made in as_python:
            for row in rows:
                row[key] = made(row[key])
        return rows


SQLITE = _Sqlite()


class _Compiler(SQLiteCompiler):
    """SQLAlchemy's, which leaves hints out for SQLite: `with_hint` says INDEXED BY."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


def _engine(url: sa.URL, immediate: bool) -> sa.Engine:
    engine = sa.create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
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
            f"busy_timeout={1000 * BUSY_SECONDS}",
            "foreign_keys=ON",
        ):  # FULL: acknowledged is on disk
            connection.execute("pragma " + pragma)

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
