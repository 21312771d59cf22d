"""Fingerprint libraries: rows say which films they hold, and where in their files the prints of each lie."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.fingerprint_tables import fp_files, fp_libraries, fp_removals

_NUMBERS = {"samples": "sample_at", "items": "item_at", "texts": "text_at"}


def add(tx: sa.Connection, caller: Caller, **values: Any) -> None:
    owned.insert(tx, fp_libraries, caller, **values)


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> library of those that are there."""
    found = owned.by_ids(tx, fp_libraries, caller, ids)
    return {i: row for i, row in found.items() if row["state"] != "deleted"}


def all_of(tx: sa.Connection, caller: Caller) -> list[Row]:
    """The libraries of an account, oldest first."""
    mine = owned.owned(fp_libraries, caller), fp_libraries.c.state != "deleted"
    return all_rows(tx, sa.select(fp_libraries).where(*mine).order_by(fp_libraries.c.seq))


def get(tx: sa.Connection, library_id: str) -> Row | None:
    """A library, unless it is deleted."""
    return one(tx, _there(library_id))


def locked(tx: sa.Connection, library_id: str) -> Row | None:
    """A library that nobody else changes until the transaction ends."""
    return one(tx, _there(library_id).with_for_update())


def _there(library_id: str) -> sa.Select[Any]:
    return sa.select(fp_libraries).where(fp_libraries.c.id == library_id, fp_libraries.c.state != "deleted")


def films(tx: sa.Connection, library_id: str) -> list[Row]:
    """Everything that a library holds, oldest first."""
    return all_rows(tx, sa.select(fp_files).where(fp_files.c.library_id == library_id).order_by(fp_files.c.seq))


def counts(tx: sa.Connection, library_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """id -> (films, seconds of picture) of libraries."""
    c = fp_files.c
    query = (
        sa.select(c.library_id, sa.func.count().label("films"), sa.func.sum(c.samples).label("samples"))
        .where(c.library_id.in_(list(library_ids)))
        .group_by(c.library_id)
    )
    return {row["library_id"]: (int(row["films"]), int(row["samples"] or 0) // 2) for row in all_rows(tx, query)}


def page(
    tx: sa.Connection, library_id: str, below: int | None, size: int, start_ms: int | None, end_ms: int | None
) -> list[Row]:
    """Films of a library, newest first, one more than `size` when there are more."""
    c = fp_files.c
    query = sa.select(fp_files).where(c.library_id == library_id)
    query = query.where(c.seq < below) if below is not None else query
    query = query.where(c.created_ms >= start_ms) if start_ms is not None else query
    query = query.where(c.created_ms <= end_ms) if end_ms is not None else query
    return all_rows(tx, query.order_by(c.seq.desc()).limit(size + 1))


def kept_by(tx: sa.Connection, job_id: str) -> Row | None:
    """The film that a job has kept."""
    return one(tx, sa.select(fp_files).where(fp_files.c.job_id == job_id))


def keep(tx: sa.Connection, library: Row, row: Row) -> None:
    """A film more; one with its key makes room for it."""
    same = fp_files.c.library_id == library["id"], fp_files.c.primary_key == row["primary_key"]
    changed(tx, fp_files.delete().where(*same))
    owned_by = {"account": library["account"], "region": library["region"], "library_id": library["id"]}
    tx.execute(fp_files.insert().values(**owned_by, **row))
    ends = {name: row[at] + row[name] for name, at in _NUMBERS.items()}
    _change(tx, library, **ends)


def drop(tx: sa.Connection, library: Row, ids: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Takes films out by their ids and keys; the ids of those that were there."""
    c = fp_files.c
    which = c.library_id == library["id"], sa.or_(c.id.in_(list(ids)), c.primary_key.in_(list(keys)))
    found = [str(row["id"]) for row in all_rows(tx, sa.select(c.id).where(*which).order_by(c.seq))]
    changed(tx, fp_files.delete().where(*which))
    _change(tx, library)
    return found


def empty(tx: sa.Connection, library: Row, *, state: str) -> None:
    """Takes all films out; from now on its files are others."""
    changed(tx, fp_files.delete().where(fp_files.c.library_id == library["id"]))
    _change(tx, library, state=state, generation=library["generation"] + 1, samples=0, items=0, texts=0)


def _change(tx: sa.Connection, library: Row, **values: Any) -> None:
    mine = fp_libraries.c.id == library["id"]
    changed(tx, fp_libraries.update().where(mine).values(revision=library["revision"] + 1, **values))


def removed(tx: sa.Connection, caller: Caller, **values: Any) -> None:
    """Note what was taken out."""
    owned.insert(tx, fp_removals, caller, **values)


def removals(tx: sa.Connection, caller: Caller, of: str, ids: Sequence[str], most: int) -> list[Row]:
    """Those of these ids, or the last ones; newest first."""
    mine = [owned.owned(fp_removals, caller), fp_removals.c.of == of]
    mine += [fp_removals.c.id.in_(list(ids))] if ids else []
    return all_rows(tx, sa.select(fp_removals).where(*mine).order_by(fp_removals.c.seq.desc()).limit(most))
