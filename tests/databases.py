"""The databases that tests run on. `--database` chooses: by default tests of the store run on both, servers on SQLite
but for a few files of which each has one on both (`put`)."""

import functools
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import machine
import postgres
from reelmill.store import migrate
from reelmill.store.database import Database

KINDS = ("sqlite", "postgresql")
CHOSEN: tuple[str, ...] = KINDS  # set from --database before the tests are read
_homes: dict[Path, str] = {}


def empty(kind: str, folder: Path) -> str:
    """The address of a new database without any tables."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'library.db'}"
    machine.need("postgresql")
    return postgres.new_database()


def migrated(kind: str, folder: Path) -> str:
    """The address of a new database at the newest schema: a copy of one, which is sooner done than migrating each."""
    if kind == "sqlite":
        url = empty(kind, folder)
        (folder / "library.db").write_bytes(_file())
        return url
    machine.need("postgresql")
    return postgres.new_database(_template())


def begin(home: Path) -> None:
    """Give a home that is to have its database in a file, and has none yet, one at the newest schema."""
    home.mkdir(parents=True, exist_ok=True)
    if of_home(home).startswith("sqlite") and not (home / "library.db").exists():
        (home / "library.db").write_bytes(_file())


@functools.cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        migrate.upgrade(empty("sqlite", Path(name)))
        return Path(name, "library.db").read_bytes()


@functools.cache
def _template() -> str:
    url = postgres.new_database()
    migrate.upgrade(url)
    return url.partition("?")[0].rpartition("/")[2]


def put(kind: str, home: Path) -> Path:
    """Let a server on this home have its database there; the home."""
    _homes[home.resolve()] = empty(kind, home.resolve())
    return home


def of_home(home: Path) -> str:
    """The address of the database of a server on this home, the same each time: by --database postgresql one of its own
    there, else the file in the home."""
    if home.resolve() not in _homes:
        put("postgresql" if CHOSEN == ("postgresql",) else "sqlite", home)
    return _homes[home.resolve()]


def setting(home: Path) -> dict[str, str]:
    """What a server on this home is told of it."""
    url = of_home(home)
    return {} if url.startswith("sqlite") else {"REELMILL_DATABASE_URL": url}


def opened(home: Path) -> Database:
    """The database of a server on this home, beside the server."""
    return Database(of_home(home))


def run(tx: sa.Connection, text: str, values: tuple[object, ...]) -> sa.CursorResult[Any]:
    """SQL with `?` where the values go, on whichever database."""
    return tx.exec_driver_sql(text if tx.dialect.name == "sqlite" else text.replace("?", "%s"), values)
