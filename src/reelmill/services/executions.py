"""Runs of workflows: list, query, cancel."""

from collections.abc import Sequence

from reelmill.core import clock
from reelmill.core.errors import CallerError, UserText
from reelmill.core.model import Caller
from reelmill.core.urls import parse_file_url
from reelmill.engine import facts
from reelmill.engine.signals import Signal
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token
from reelmill.store import executions, work, workflows
from reelmill.store.database import Row


def list_(
    ctx: AppContext,
    caller: Caller,
    *,
    workflow_id: str | None = None,
    workflow_name: str | None = None,
    input_url: str | None = None,
    token_text: str | None = None,
    size: int = 10,
) -> tuple[list[Row], str | None]:
    """Newest first; all filters that are given must hold. (rows, token of the next page or None)."""
    ref = parse_file_url(input_url, ctx.own_hosts, caller.region, "InputFileURL") if input_url else None
    with ctx.database.read() as tx:
        if workflow_id and workflows.get(tx, caller.account, caller.region, workflow_id) is None:
            raise CallerError("InvalidParameter.ResourceNotFound", "MediaWorkflowId")
        rows = executions.page(
            tx,
            caller.account,
            caller.region,
            clock.now_ms(),
            size,
            below(token_text),
            workflow_id=workflow_id or None,
            workflow_name=workflow_name or None,
            input_=(ref.bucket, ref.key) if ref else None,
        )
    return rows[:size], token(rows, size)


def query(ctx: AppContext, caller: Caller, run_ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """(rows, ids that do not exist)."""
    with ctx.database.read() as tx:
        rows = executions.by_ids(tx, caller.account, caller.region, run_ids)
    found = {r["run_id"] for r in rows}
    return rows, [r for r in run_ids if r not in found]


def cancel(ctx: AppContext, caller: Caller, run_id: str) -> Row:
    """End a run: what waits is dropped, what runs is stopped, what is being published is finished; Report still tells
    the listener.

    Our own operation CancelMediaWorkflowExecution. CallerError when the run is unknown or has ended.
    """
    stopped: list[tuple[str, int]] = []
    with ctx.database.write() as tx:
        rows = executions.by_ids(tx, caller.account, caller.region, [run_id])
        if not rows:
            raise CallerError("InvalidParameter.ResourceNotFound", "RunId")
        if not executions.mark_cancelled(tx, run_id):
            state: UserText = (
                "is being cancelled already" if rows[0]["state"] == "Running" else f"has ended ({rows[0]['state']})"
            )
            raise CallerError("InvalidParameter.InvalidState", "RunId", f"The execution {state}.")
        for batch in work.batches_of_run(tx, run_id):
            if facts.batch_cancelled(tx, ctx.engine.options, batch["id"], None, ("Submitted",)):
                continue
            if work.move_batch(tx, batch["id"], None, ("Admitted", "Running"), "Cancelling"):
                stopped.append((batch["id"], int((work.batch(tx, batch["id"]) or batch)["attempt"])))
        facts.settle(tx, ctx.engine.options, run_id)
    ctx.engine.stop_work(stopped)
    for signal in (Signal.ADMIT, Signal.CHECK, Signal.OUTBOX):
        ctx.signal(signal)
    return query(ctx, caller, [run_id])[0][0]
