"""What people decide about runs: whether an activity that waits goes on, and that a part of a run is done again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import CallerError, MediaError, UserText
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Caller, Decision
from reelmill.engine import deciding, gates, registry, rerunning
from reelmill.engine.signals import Signal
from reelmill.nodes.base import MEDIA
from reelmill.services import intake
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token
from reelmill.store import executions, parts, reviews, workflows, written
from reelmill.store.database import Row

GATES: Mapping[str, Literal["pass", "stop"]] = {"pass": "pass", "block": "stop"}  # the word of the API -> ours


def decide(
    ctx: AppContext, caller: Caller, run_id: str, activity: str, decision: Decision, attempt: int | None = None
) -> None:
    """An activity that waits goes on or stops its branch. `attempt`: the one that was looked at, None for the present
    one. CallerError when there is no such run or activity, or it does not wait (any more): the first decision
    counts."""

    def fact(tx: sa.Connection) -> None:
        row = _activity(tx, caller, run_id, activity)
        if not gates.decided(tx, ctx.engine.options, run_id, activity, attempt or row["attempt"], decision):
            raise CallerError("InvalidParameter.InvalidState", "Activity", _why_not(row, attempt))

    ctx.database.transact(fact)
    failpoint("decided")
    _tell(ctx)


def _why_not(row: Row, attempt: int | None) -> UserText:
    """Why nothing is decided about an activity."""
    name = row["name"]
    if attempt and attempt != row["attempt"]:
        return f'"{name}" is in its attempt {row["attempt"]} now; look at it again.'
    if told := decision_of(row):
        by, time, what = told["By"], told["Time"], told["Decision"]
        return f'"{name}" was decided already: {what}, by {by}, {time}.'
    return f'"{name}" does not wait for a decision (any more).'


def decision_of(row: Row) -> dict[str, Any] | None:
    """Who has decided what about an activity and when, by the names of the API; None while nobody has."""
    if not row["decision"]:
        return None
    made = json.loads(row["decision"])
    return {
        "Decision": next(word for word, gate in GATES.items() if gate == made["gate"]),
        "Note": made["reason"],
        "By": made["by"],
        "Time": clock.iso_exact(row["finished_ms"]),
    }


def waiting(ctx: AppContext, caller: Caller, token_text: str | None, size: int) -> tuple[list[Row], str | None, int]:
    """What waits for a decision: (page, newest run first; token of the next page; how many there are)."""
    with ctx.database.read() as tx:
        rows, total = reviews.waiting(tx, caller, size, below(token_text))
    return rows[:size], token(rows, size), total


def reopen(ctx: AppContext, caller: Caller, run_id: str, activity: str) -> None:
    """A run that has ended goes on from this activity. CallerError when there is no such run or activity, or the run
    has not ended."""

    def fact(tx: sa.Connection) -> None:
        _activity(tx, caller, run_id, activity)
        if not gates.reopened(tx, ctx.engine.options, run_id, activity):
            raise CallerError("InvalidParameter.InvalidState", "RunId", "The execution has not ended yet.")

    ctx.database.transact(fact)
    failpoint("reopened")
    _tell(ctx)


def retry(ctx: AppContext, caller: Caller, run_id: str) -> None:
    """What failed in a run that has ended is done again, with all that follows from it; nothing else is. CallerError
    when there is no such run, it has not ended, or nothing in it failed."""

    def fact(tx: sa.Connection) -> None:
        execution = _locked(tx, caller, run_id)
        if execution["state"] == "Running":
            raise _not_ended()
        rows = executions.states(tx, run_id)
        lost = ("Fail", "Skipped") if execution["cancelled"] else ("Fail",)
        failed = [name for name, row in rows.items() if row["state"] in lost]
        if not failed:
            raise CallerError("InvalidParameter.InvalidState", "RunId", "Nothing in this execution has failed.")
        execution = _of_source(tx, ctx, execution, failed)
        _need_what_was_made(tx, ctx, execution, failed)
        if not rerunning.again(tx, ctx.engine.options, execution, failed, None):
            raise _not_ended()

    ctx.database.transact(fact)
    failpoint("reopened")
    _tell(ctx)


def rerun(
    ctx: AppContext, caller: Caller, run_id: str, activity: str, *, current: bool = False, new_run: bool = False
) -> str:
    """A run that has ended is done again from this activity on; the RunId under which. `current`: as its workflow is
    drawn now, with the templates of now; `new_run`: as a run of its own, else as the next attempt. CallerError when
    there is no such run, workflow or activity, or the run has not ended."""

    def fact(tx: sa.Connection) -> str:
        execution = _locked(tx, caller, run_id)
        workflow = _workflow(tx, caller, execution["workflow_id"]) if current else None
        if workflow is not None:  # what this run was given stays its own, however its workflow is drawn
            workflow = dict(intake.overridden(tx, ctx, caller, workflow, execution["graph"].get("overrides")))
        try:
            drawn = rerunning.redraw(tx, execution, workflow)
        except MediaError as error:
            raise CallerError(error.failure.code, "Definition", error.failure.message) from error
        if activity not in drawn["graph"]["activities"]:
            why: UserText = f'The execution has no activity "{activity}".'
            raise CallerError("InvalidParameter.ResourceNotFound", "FromActivity", why)
        if execution["state"] == "Running":
            raise _not_ended()
        version = workflow["revision"] if workflow else None
        drawn = _of_source(tx, ctx, drawn, [activity])
        _need_what_was_made(tx, ctx, drawn, [activity])
        if new_run:
            return rerunning.as_new_run(tx, ctx.engine.options, drawn, activity, version)
        if not rerunning.again(tx, ctx.engine.options, drawn, [activity], version):
            raise _not_ended()
        return run_id

    made = ctx.database.transact(fact)
    failpoint("reopened")
    _tell(ctx)
    return made


def _of_source(tx: sa.Connection, ctx: AppContext, execution: Row, names: Sequence[str]) -> Row:
    """The run with the version of its source that is worked on when these activities are done again. CallerError when
    the source was replaced meanwhile and they would join outputs of another film."""
    found = ctx.objects[execution["bucket"]].stat(execution["object"])
    if found is None or not execution["version"] or found.version == execution["version"]:
        return execution
    begun = rerunning.wanted(execution, executions.states(tx, execution["run_id"]), names)
    start = next(n for n, step in deciding.steps_of(execution).items() if step.role == "start")
    if start in begun:
        return execution | {"version": found.version}
    why: UserText = f'The source "{execution["object"]}" was replaced since; do the run again from "{start}".'
    raise CallerError("InvalidParameter.InvalidState", "RunId", why)


def _need_what_was_made(tx: sa.Connection, ctx: AppContext, execution: Row, names: Sequence[str]) -> None:
    """CallerError when what is done again leads to an output of an activity upstream that has been deleted or replaced
    since: a playlist would promise what is not there, and pictures would be those of another film."""
    nodes, rows = execution["graph"]["activities"], executions.states(tx, execution["run_id"])
    begun = rerunning.wanted(execution, rows, names)
    using = [n for n in begun if registry.node(nodes[n]["type"]).source in ("all", "before")]
    for name in dict.fromkeys(p for n in using for p in nodes[n]["predecessors"] if p not in begun):
        made = rows[name]["result"] if registry.node(nodes[name]["type"]).outputs.kind == MEDIA else {}
        if not made.get("object") or rows[name]["state"] != "Success":
            continue
        bucket = ctx.objects[made["bucket"]]
        found, why = bucket.stat(made["object"]), ""
        if found is None and not bucket.away():
            why = f'The output "{made["object"]}" of "{name}" is gone; do the run again from "{name}".'
        elif found and _another(tx, execution, made["bucket"], made["object"], found.version):
            why = f'The output "{made["object"]}" of "{name}" was replaced since; do the run again from "{name}".'
        if why:
            raise CallerError("InvalidParameter.InvalidState", "RunId", why)


def _another(tx: sa.Connection, execution: Row, bucket: str, key: str, version: str) -> bool:
    """Whether what lies there now, in this version, is not what the run made of its source."""
    known, made = parts.find(tx, bucket, key), written.last(tx, bucket, key)
    source = execution["bucket"], execution["object"], execution["version"]
    return bool(known and known["version"] not in ("", version)) or bool(made and made.source != source)


def _not_ended() -> CallerError:
    return CallerError("InvalidParameter.InvalidState", "RunId", "The execution has not ended yet.")


def _locked(tx: sa.Connection, caller: Caller, run_id: str) -> Row:
    """The run, locked; CallerError when it is not the caller's."""
    mine = executions.by_ids(tx, caller.account, caller.region, [run_id])
    row = executions.locked(tx, run_id) if mine else None
    if row is None:
        raise CallerError("InvalidParameter.ResourceNotFound", "RunId", f'There is no execution "{run_id}".')
    return row


def _workflow(tx: sa.Connection, caller: Caller, workflow_id: str) -> Row:
    row = workflows.get(tx, caller.account, caller.region, workflow_id)
    if row is None or row["state"] == "Deleted":
        why: UserText = "The workflow of this execution has been deleted; take the definition of the run."
        raise CallerError("InvalidParameter.ResourceDeleted", workflow_id, why)
    return row


def _activity(tx: sa.Connection, caller: Caller, run_id: str, activity: str) -> Row:
    if not executions.by_ids(tx, caller.account, caller.region, [run_id]):
        raise CallerError("InvalidParameter.ResourceNotFound", "RunId", f'There is no execution "{run_id}".')
    row = executions.states(tx, run_id).get(activity)
    if row is None:
        raise CallerError(
            "InvalidParameter.ResourceNotFound", "Activity", f'The execution has no activity "{activity}".'
        )
    return row


def _tell(ctx: AppContext) -> None:
    for signal in (Signal.ADMIT, Signal.OUTBOX):
        ctx.signal(signal)
