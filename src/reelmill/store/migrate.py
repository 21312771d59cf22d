"""Brings a library to the newest schema. The revisions stand in migrations/versions, one file each, never changed once
released."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from reelmill.store.database import Database, lock
from reelmill.store.postgresql import SCHEMA

DATABASE_ERRORS = (sa.exc.DatabaseError, sqlite3.DatabaseError)  # what reading a damaged database raises
HEAD = "0019"  # the newest revision; a test compares it with the files


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at a database told: `damage` (""; none), and what it is, when that needs saying."""

    damage: str = ""
    about: str = ""


def verdict(tx: sa.Connection) -> Verdict:
    """Looks through a SQLite file; PostgreSQL looks after its files itself."""
    if tx.dialect.name == "sqlite":
        said = str(tx.exec_driver_sql("pragma quick_check(1)").scalar())
        return Verdict(damage="" if said == "ok" else said)
    version = str(tx.exec_driver_sql("show server_version").scalar()).split()[0]
    return Verdict(about=f"PostgreSQL {version}")


def cause(error: BaseException) -> str:
    """What the database itself said, in one line."""
    known = error.__cause__ or error
    return " ".join(str(getattr(known, "orig", None) or known).split())


def current(url: str) -> str | None:
    """The revision that the database is at; None when it is empty."""
    database = Database(url)
    try:
        with database.read() as tx:
            if not sa.inspect(tx).has_table("alembic_version"):
                return None
            return tx.execute(sa.text("select version_num from alembic_version")).scalar()
    finally:
        database.close()


def upgrade(url: str, to: str = HEAD) -> None:
    """Apply what is missing, all in one transaction: after a crash the library is as before. Cheap when there is
    nothing to do.

    Raises alembic.util.CommandError when the library was written by a newer ReelMill.
    """
    if current(url) == to:  # before Alembic is even imported: this is the common start
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    database = Database(url)
    try:
        with database.write() as tx:
            lock(tx, "migration")  # so two starts cannot both migrate
            if database.dialect.shared:
                tx.execute(sa.text(f"create schema if not exists {SCHEMA}"))
            config.attributes["connection"] = tx
            command.upgrade(config, to)
    finally:
        database.close()
