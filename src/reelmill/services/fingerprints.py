"""Fingerprint libraries, and jobs that compare films with them or fill them (api.md)."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import CallerError, Problems
from reelmill.core.model import Caller, ObjectRef
from reelmill.media.fingerprints import look_of
from reelmill.nodes import fingerprint
from reelmill.nodes.base import NodeType
from reelmill.services import looking
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token
from reelmill.store import fingerprints
from reelmill.store.database import Row

JOB, IMPORT = fingerprint.NODE, fingerprint.IMPORT
_IMPORTS = {"save": "save", "onlysave": "forcesave"}  # MPS's words -> ours
_LAST = 20  # jobs that are told when no ids are given
_MOST = 200  # films that one call takes out


def create(
    ctx: AppContext, caller: Caller, *, name: str, description: str = "", config: str = "", model: int = 1
) -> Row:
    """A new library; it can be used at once. `model`: of pictures and sound (1), or of texts in pictures (2)."""
    library_id = clock.new_id()
    values = {"name": name, "description": description, "config": config, "model": model}
    with ctx.database.write(alone="fp_libraries") as tx:
        fingerprints.add(tx, caller, id=library_id, state="active", created_ms=clock.now_ms(), **values)
        return _counted(tx, [fingerprints.find(tx, caller, [library_id])[library_id]])[0]


def list_(ctx: AppContext, caller: Caller, ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Those of these ids, or all; and the ids of those that are not there."""
    with ctx.database.read() as tx:
        found = list(fingerprints.find(tx, caller, ids).values()) if ids else fingerprints.all_of(tx, caller)
        return _counted(tx, found), [i for i in ids if i not in {row["id"] for row in found}]


def _counted(tx: sa.Connection, rows: Sequence[Row]) -> list[Row]:
    counts = fingerprints.counts(tx, [row["id"] for row in rows])
    return [row | dict(zip(("films", "seconds"), counts.get(row["id"], (0, 0)), strict=True)) for row in rows]


def films(
    ctx: AppContext,
    caller: Caller,
    library_id: str,
    *,
    start_ms: int | None = None,
    end_ms: int | None = None,
    token_text: str | None = None,
    size: int = 20,
) -> tuple[list[Row], str | None]:
    """What a library holds, newest first."""
    with ctx.database.read() as tx:
        _there(tx, caller, library_id)
        rows = fingerprints.page(tx, library_id, below(token_text), size, start_ms, end_ms)
    return rows[:size], token(rows, size)


def submit(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    *,
    input: Mapping[str, Any],
    config: Mapping[str, Any],
    pipeline_id: str | None = None,
    user_data: str | None = None,
) -> str:
    """The id of a job that compares a film with a library, and keeps it there as its SaveType says."""
    problems = Problems()
    checked = fingerprint.check({"FpShotConfig": config}, problems, "")
    problems.refuse("FpShotConfig")
    shown = {"FpDBId": checked.library, "PrimaryKey": checked.key, "SaveType": checked.save}
    return _submit(ctx, caller, request_id, JOB, input, shown, {"FpShotConfig": shown}, pipeline_id, user_data)


def bring(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    library_id: str,
    *,
    input: Mapping[str, Any],
    config: Mapping[str, Any],
    pipeline_id: str | None = None,
    user_data: str | None = None,
) -> str:
    """The id of a job that brings a film into a library: if it is new (save), or whatever is there (onlysave)."""
    word = str(config.get("SaveType") or config.get("saveType") or "save")
    if word not in _IMPORTS:
        raise CallerError("InvalidParameter", "FpImportConfig", "Its SaveType is save or onlysave.")
    key = str(config.get("PrimaryKey") or "")
    shown = {"FpDBId": library_id, "PrimaryKey": key, "SaveType": _IMPORTS[word]}
    asked = {"FpImportConfig": dict(config), "FpDBId": library_id}
    return _submit(ctx, caller, request_id, IMPORT, input, shown, asked, pipeline_id, user_data)


def _submit(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    kind: NodeType,
    input: Mapping[str, Any],
    config: dict[str, str],
    asked: dict[str, Any],
    pipeline_id: str | None,
    user_data: str | None,
) -> str:
    def spec(tx: sa.Connection, job_id: str, _source: ObjectRef) -> dict[str, Any]:
        library = _there(tx, caller, config["FpDBId"])
        keyed = config | {"PrimaryKey": config["PrimaryKey"] or job_id}
        look = {"look": look_of(library["model"])}
        return look | {
            "config": keyed,
            "abort": "",
            "least_seconds": fingerprint.LEAST_SECONDS,
            "least_similarity": 0.0,
        }

    return looking.submit(ctx, caller, request_id, kind, input, spec, asked, pipeline_id, user_data)


def take_out(
    ctx: AppContext,
    caller: Caller,
    library_id: str,
    *,
    ids: Sequence[str],
    keys: Sequence[str],
    pipeline_id: str | None = None,
    user_data: str | None = None,
) -> str:
    """Takes films out of a library; done when it returns, and told as a job."""
    if not ids and not keys:
        raise CallerError("MissingParameter", "FileIds", "Name films by FileIds or PrimaryKeys.")
    if len(ids) + len(keys) > _MOST:
        raise CallerError("InvalidParameter.ListSizeExceed", "FileIds", f"{_MOST} are allowed.")
    job_id = clock.new_id()
    with ctx.database.write() as tx:
        _there(tx, caller, library_id)
        library = fingerprints.locked(tx, library_id)
        assert library is not None
        gone = fingerprints.drop(tx, library, ids, keys)
        _note(tx, caller, job_id, "files", library_id, ",".join(gone), pipeline_id, user_data)
    return job_id


def take_down(
    ctx: AppContext,
    caller: Caller,
    library_id: str,
    kind: str,
    *,
    pipeline_id: str | None = None,
    user_data: str | None = None,
) -> str:
    """Empties a library (Purge) or removes it (Delete); done when it returns, and told as a job."""
    job_id = clock.new_id()
    with ctx.database.write() as tx:
        _there(tx, caller, library_id)
        library = fingerprints.locked(tx, library_id)
        assert library is not None
        fingerprints.empty(tx, library, state="deleted" if kind == "Delete" else "active")
        _note(tx, caller, job_id, "library", library_id, kind, pipeline_id, user_data)
    return job_id


def _note(
    tx: sa.Connection,
    caller: Caller,
    job_id: str,
    of: str,
    library_id: str,
    what: str,
    pipeline_id: str | None,
    user_data: str | None,
) -> None:
    values = {"id": job_id, "of": of, "library_id": library_id, "what": what, "created_ms": clock.now_ms()}
    fingerprints.removed(tx, caller, pipeline_id=pipeline_id or "", user_data=user_data or "", **values)


def removals(ctx: AppContext, caller: Caller, of: str, ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """What was taken out: of these ids, or the last ones; and the ids of those that are not there."""
    with ctx.database.read() as tx:
        rows = fingerprints.removals(tx, caller, of, ids, len(ids) or _LAST)
    return rows, [i for i in ids if i not in {row["id"] for row in rows}]


def _there(tx: sa.Connection, caller: Caller, library_id: str) -> Row:
    found = fingerprints.find(tx, caller, [library_id])
    if library_id not in found:
        raise CallerError("InvalidParameter.DBNotExist", library_id)
    return found[library_id]
