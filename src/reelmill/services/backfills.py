"""Backfills: runs for files that lay in a bucket before their workflow did. Asked for, looked at, paused; what does
them is `backfill_work`."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, filters, jsonx
from reelmill.core.errors import CallerError, UserText
from reelmill.core.model import Caller
from reelmill.core.urls import key_problem
from reelmill.engine.signals import Signal
from reelmill.services import filtering
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token
from reelmill.store import backfills, buckets, workflows
from reelmill.store.database import Row

Told = dict[str, Any]
SHOWN = 100  # files that an answer about one backfill holds
_MOVES = {"Paused": ("Active",), "Active": ("Paused",), "Cancelled": backfills.LIVE}


def submit(
    ctx: AppContext,
    caller: Caller,
    *,
    workflow_id: str,
    bucket: str | None = None,
    prefix: str | None = None,
    given: Mapping[str, Any] | None = None,
    rate: int,
    priority: int,
    dry_run: bool = False,
) -> Row:
    """List what lies there and has no run of the workflow yet, then (without `dry_run`) start it bit by bit. What is
    not given is as the workflow's Start says; the prefix "/", with which no key begins, is the whole bucket."""
    wanted = None if given is None else filtering.given(given)
    if prefix == "/":
        prefix = ""
    if prefix and (problem := key_problem(f"{prefix}x")):
        raise CallerError("InvalidParameter.ObjectKeyInvalid", prefix, f"The object key cannot be used: {problem}.")
    backfill_id, now = clock.new_id(), clock.now_ms()
    with ctx.database.write() as tx:
        workflow = _workflow(tx, caller, workflow_id)
        bucket = bucket or workflow["input_bucket"]
        if not buckets.bound(tx, caller.account, caller.region, bucket):
            raise CallerError("InvalidParameter.ResourceNotFound", "Bucket", f'"{bucket}" is not bound.')
        own = prefix is None and bucket == workflow["input_bucket"]
        usual = filtering.stored(workflow["input_filter"])
        backfills.add(
            tx,
            caller,
            id=backfill_id,
            workflow_id=workflow_id,
            workflow_name=workflow["name"],
            bucket=bucket,
            prefix=workflow["input_prefix"] if own else prefix or "",
            filter=jsonx.dumps(filters.to_json(usual if wanted is None else wanted)),
            rate=rate,
            priority=priority,
            dry_run=dry_run,
            state="Listing",
            author=caller.name,
            created_ms=now,
        )
        row = backfills.find(tx, caller, [backfill_id])[backfill_id]
    ctx.signal(Signal.BACKFILL)
    return row


def _workflow(tx: sa.Connection, caller: Caller, workflow_id: str) -> Row:
    workflow = workflows.get(tx, caller.account, caller.region, workflow_id)
    if workflow is None:
        raise CallerError(
            "InvalidParameter.ResourceNotFound", "MediaWorkflowId", f'There is no workflow "{workflow_id}".'
        )
    if workflow["state"] == "Deleted":
        raise CallerError("InvalidParameter.ResourceDeleted", "MediaWorkflowId")
    if workflow["state"] != "Active":
        raise CallerError("InvalidParameter.InvalidState", "MediaWorkflowId", "Activate the workflow first.")
    return workflow


def query(ctx: AppContext, caller: Caller, ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Those that exist, in the order asked for, each with the `first` files that it found; and the ids of those that do
    not."""
    with ctx.database.read() as tx:
        found = backfills.find(tx, caller, ids)
        rows = [row | {"first": backfills.files_after(tx, row["id"], 0, SHOWN)} for row in found.values()]
    return rows, [one for one in ids if one not in found]


def list_(ctx: AppContext, caller: Caller, token_text: str | None, size: int) -> tuple[list[Row], str | None]:
    """(page newest first, token of the next page)."""
    with ctx.database.read() as tx:
        rows = backfills.page(tx, caller, size, below(token_text))
    return rows[:size], token(rows, size)


def files(
    ctx: AppContext, caller: Caller, backfill_id: str, token_text: str | None, size: int
) -> tuple[list[Row], str | None]:
    """(page of what it found in the order in which it is begun, token of the next page)."""
    with ctx.database.read() as tx:
        _there(tx, caller, backfill_id)
        rows = backfills.files_after(tx, backfill_id, below(token_text) or 0, size + 1)
    return rows[:size], token(rows, size)


def update(ctx: AppContext, caller: Caller, backfill_id: str, state: str) -> Row:
    """Pause it, let it go on, or end it; runs that have begun go on."""
    ended = {"finished_ms": clock.now_ms()} if state == "Cancelled" else {}
    with ctx.database.write() as tx:
        row = _there(tx, caller, backfill_id)
        same = state == row["state"] != "Cancelled"
        if not same and not backfills.move(tx, backfill_id, _MOVES[state], state=state, message="", **ended):
            why: UserText = f"The backfill is {row['state']}."
            if row["state"] == "Listing":
                why = "The backfill is still being listed; wait, or cancel it."
            raise CallerError("InvalidParameter.InvalidState", "State", why)
        row = _there(tx, caller, backfill_id)
    ctx.signal(Signal.BACKFILL)
    return row


def _there(tx: sa.Connection, caller: Caller, backfill_id: str) -> Row:
    row = backfills.find(tx, caller, [backfill_id]).get(backfill_id)
    if row is None:
        raise CallerError("InvalidParameter.ResourceNotFound", "JobId", f'There is no backfill "{backfill_id}".')
    return row
