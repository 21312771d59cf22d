"""Versions of workflows, and of which version runs are."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.database import Row, all_rows, many, one
from reelmill.store.dialect import upsert
from reelmill.store.version_tables import execution_versions, workflow_versions

_v = workflow_versions.c
KEPT = ("name", "topology", "trigger_mode", "reuse")  # of a workflow


def keep(
    tx: sa.Connection, caller: Caller, workflow: Row, now: int, note: str = "", restored: int | None = None
) -> None:
    """Note what a workflow is now, as its version `revision`, made by the caller."""
    owned.insert(
        tx,
        workflow_versions,
        caller,
        workflow_id=workflow["id"],
        version=workflow["revision"],
        created_ms=now,
        author=caller.name,
        note=note,
        restored=restored,
        **{name: workflow[name] for name in KEPT},
    )


def page(tx: sa.Connection, caller: Caller, workflow_id: str, size: int, below: int | None) -> list[Row]:
    """Newest first, one row more than `size` when there are more; without their topologies."""
    query = sa.select(*(c for c in _v if c.name != "topology")).where(
        owned.owned(workflow_versions, caller),
        _v.workflow_id == workflow_id,
        *([] if below is None else [_v.seq < below]),
    )
    return all_rows(tx, query.order_by(_v.seq.desc()).limit(size + 1))


def find(tx: sa.Connection, caller: Caller, workflow_id: str, version: int) -> Row | None:
    """One version, whole."""
    where = (owned.owned(workflow_versions, caller), _v.workflow_id == workflow_id, _v.version == version)
    return one(tx, sa.select(workflow_versions).where(*where))


def note_run(tx: sa.Connection, run_id: str, version: int) -> None:
    """A run is of this version of its workflow, whatever it was of before."""
    upsert(tx, execution_versions, {"run_id": run_id}, {"version": version})


def with_versions(tx: sa.Connection, runs: Sequence[Row]) -> list[Row]:
    """Runs with `workflow_version`; None for those that began before versions were kept."""
    ids = [run["run_id"] for run in runs]
    found: dict[str, Any] = {
        row["run_id"]: row["version"]
        for row in many(tx, sa.select(execution_versions).where(execution_versions.c.run_id.in_(ids)))
    }
    return [run | {"workflow_version": found.get(run["run_id"])} for run in runs]
