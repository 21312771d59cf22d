"""Brings a library to the newest schema. The revisions stand in migrations/versions, one file each, never changed once
released."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from reelmill.store.database import Database

DATABASE_ERRORS = (sa.exc.DatabaseError, sqlite3.DatabaseError)  # what reading a file that is no sound library raises
HEAD = "0004"  # the newest revision; a test compares it with the files


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


def upgrade(url: str) -> None:
    """Apply what is missing, all in one transaction: after a crash the library is as before. Cheap when there is
    nothing to do.

    Raises alembic.util.CommandError when the library was written by a newer ReelMill.
    """
    if current(url) == HEAD:  # before Alembic is even imported: this is the common start
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    database = Database(url)
    try:
        with database.write() as tx:  # holds the write lock, so two starts cannot both migrate
            config.attributes["connection"] = tx
            command.upgrade(config, "head")
    finally:
        database.close()
