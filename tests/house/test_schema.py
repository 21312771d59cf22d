"""The schema that migrations make is the one of store.tables."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import databases
from engine import old_home
from reelmill.store import dialect, migrate, postgresql
from reelmill.store.database import Database
from reelmill.store.tables import metadata


@pytest.mark.parametrize("kind", databases.CHOSEN)
def test_a_migrated_library_has_exactly_the_tables_of_the_code(tmp_path: Path, kind: str) -> None:
    migrate.upgrade(url := databases.empty(kind, tmp_path))
    engine = _opened(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _ours})
        assert compare_metadata(context, metadata) == []
    (tmp_path / "fresh").mkdir()
    fresh = _opened(databases.empty(kind, tmp_path / "fresh"))
    if kind == "postgresql":
        with fresh.begin() as connection:
            connection.execute(sa.text(f"create schema {postgresql.SCHEMA}"))
    metadata.create_all(fresh)
    assert _shape(engine) == _shape(fresh)
    assert _text_index(engine) == _text_index(fresh) != []
    engine.dispose()
    fresh.dispose()


def _opened(url: str) -> sa.Engine:
    return dialect.of(sa.make_url(url)).engines(sa.make_url(url))[0]


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """A full-text index is no table that SQLAlchemy knows, and on SQLite it keeps its own tables; what PostgreSQL alone
    has is compared as text, below."""
    return not (
        (kind == "table" and (name or "").startswith(("media_search", "execution_search")))
        or (kind == "index" and name in ("media_search_words", "execution_search", "ix_media_list"))
    )


def _text_index(engine: sa.Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        query = (
            "select name, sql from sqlite_master where name in ('media_search', 'execution_search') or type = "
            "'trigger' order by name"
        )
        if engine.dialect.name == "postgresql":
            query = (
                "select indexname, indexdef from pg_indexes where indexname in ('media_search_words', "
                "'execution_search', 'ix_media_list') union select proname, prosrc from pg_proc where proname in "
                "('name_parts', 'media_lexemes', 'media_searched') union select tgname, pg_get_triggerdef(oid) from "
                "pg_trigger order by 1"
            )
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def _shape(engine: sa.Engine) -> dict[str, object]:
    look = sa.inspect(engine)
    return {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(name)),
            sorted(
                (
                    i["name"],
                    tuple(i["column_names"]),
                    i["unique"],
                    str({k: str(v) for k, v in i.get("dialect_options", {}).items()}),
                )
                for i in look.get_indexes(name)
                if _ours(i["name"], "index", None)
            ),
            sorted(tuple(u["column_names"]) for u in look.get_unique_constraints(name)),
            look.get_pk_constraint(name)["constrained_columns"],
        )
        for name in look.get_table_names()
        if name != "alembic_version" and _ours(name, "table", None)
    }


def test_the_first_revision_is_frozen(tmp_path: Path) -> None:
    """A released revision is never changed: 0001 makes to the letter what it made when it was released."""
    migrate.upgrade(f"sqlite:///{tmp_path / 'now.db'}", "0001")
    with closing(sqlite3.connect(tmp_path / "then.db")) as then, closing(sqlite3.connect(tmp_path / "now.db")) as now:
        then.executescript(old_home.schema())
        ask = "select type, name, tbl_name, sql from sqlite_master order by type, name"
        assert now.execute(ask).fetchall() == then.execute(ask).fetchall()


def test_head_names_the_newest_revision() -> None:
    """`upgrade` skips Alembic when the library is at HEAD, so a forgotten HEAD would never migrate anybody."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD


@pytest.mark.parametrize("kind", databases.CHOSEN)
def test_upgrading_twice_changes_nothing(tmp_path: Path, kind: str) -> None:
    migrate.upgrade(url := databases.empty(kind, tmp_path))
    database = Database(url)
    with database.write() as tx:
        tx.execute(sa.text("insert into access_keys values ('id', 'secret', 'default', 'administrator', 'Active', 0)"))
    migrate.upgrade(url)
    with database.read() as tx:
        assert tx.execute(sa.text("select count(*) from access_keys")).scalar() == 1
    database.close()


@pytest.mark.parametrize("kind", databases.CHOSEN)
def test_a_migration_that_fails_leaves_the_library_as_it_was(tmp_path: Path, kind: str) -> None:
    url = databases.empty(kind, tmp_path)
    database = Database(url)
    with database.write() as tx:
        if kind == "postgresql":
            tx.execute(sa.text(f"create schema {postgresql.SCHEMA}"))
        tx.execute(sa.text("create table workflows (mine integer)"))  # stands in the way of one of the last tables
    with pytest.raises(sa.exc.OperationalError if kind == "sqlite" else sa.exc.ProgrammingError):
        migrate.upgrade(url)
    with database.read() as tx:
        assert sa.inspect(tx).get_table_names() == ["workflows"]
    database.close()
