"""Versions of workflows: listed, compared, restored. The last one is the workflow as it is."""

from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, jsonx
from reelmill.core.compare import Change, changes
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.services import workflows
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token
from reelmill.store import versions
from reelmill.store import workflows as workflow_rows
from reelmill.store.database import Row

Told = dict[str, Any]


def list_(
    ctx: AppContext, caller: Caller, workflow_id: str, token_text: str | None, size: int
) -> tuple[list[Told], str | None]:
    """(page newest first, token of the next page); also of a deleted workflow."""
    with ctx.database.read() as tx:
        current = _workflow(tx, caller, workflow_id)["revision"]
        rows = versions.page(tx, caller, workflow_id, size, below(token_text))
    return [_told(row) | {"Current": row["version"] == current} for row in rows[:size]], token(rows, size)


def compare(ctx: AppContext, caller: Caller, workflow_id: str, first: int, second: int | None) -> Told:
    """What `second` (None: the workflow as it is) has that `first` has not, place by place, and both of them whole."""
    with ctx.database.read() as tx:
        second = _workflow(tx, caller, workflow_id)["revision"] if second is None else second
        before, after = (_version(tx, caller, workflow_id, one) for one in (first, second))
    return {
        "From": _told(before) | {"Topology": before["topology"]},
        "To": _told(after) | {"Topology": after["topology"]},
        "Changes": [_shown(change) for change in changes(_document(before), _document(after))],
    }


def restore(ctx: AppContext, caller: Caller, workflow_id: str, version: int, note: str = "") -> Row:
    """Make a new version with the content of an old one, also while Active; runs that have begun keep theirs."""
    with ctx.database.read() as tx:
        _workflow(tx, caller, workflow_id)
        old = _version(tx, caller, workflow_id, version)
    return workflows.update(
        ctx,
        caller,
        workflow_id,
        old["topology"],
        old["name"],
        old["trigger_mode"],
        while_active=True,
        note=note,
        restored=version,
        reuse=old["reuse"],
    )


def _workflow(tx: sa.Connection, caller: Caller, workflow_id: str) -> Row:
    row = workflow_rows.get(tx, caller.account, caller.region, workflow_id)
    if row is None:
        raise CallerError(
            "InvalidParameter.ResourceNotFound", "MediaWorkflowId", f'There is no workflow "{workflow_id}".'
        )
    return row


def _version(tx: sa.Connection, caller: Caller, workflow_id: str, version: int) -> Row:
    row = versions.find(tx, caller, workflow_id, version)
    if row is None:
        raise CallerError(
            "InvalidParameter.ResourceNotFound", "Version", f"The workflow has no version {version} that was kept."
        )
    return row


def _told(row: Row) -> Told:
    return {
        "Version": row["version"],
        "CreationTime": clock.iso(row["created_ms"]),
        "Author": row["author"] or None,
        "Note": row["note"] or None,
        "RestoredFrom": row["restored"],
        "Name": row["name"],
        "TriggerMode": row["trigger_mode"],
        "Reuse": row["reuse"],
    }


def _document(row: Row) -> Told:
    settings = {"Name": row["name"], "TriggerMode": row["trigger_mode"], "Reuse": row["reuse"]}
    return settings | {"Topology": jsonx.loads(row["topology"])}


def _shown(change: Change) -> Told:
    """`Activity`: the one that it is about, "" when it is about none."""
    activity = change.steps[2] if change.steps[:2] == ("Topology", "Activities") else ""
    return {
        "Kind": change.kind,
        "Path": change.path,
        "Activity": activity or None,
        "Before": None if change.kind == "Added" else _text(change.before),
        "After": None if change.kind == "Removed" else _text(change.after),
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else jsonx.dumps(value)
