"""What people decide about runs: whether an activity that waits goes on, and that a part of a run is done again."""

import sqlalchemy as sa

from reelmill.core.errors import CallerError
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Caller, Decision
from reelmill.engine import gates
from reelmill.engine.signals import Signal
from reelmill.services.context import AppContext
from reelmill.store import executions
from reelmill.store.database import Row


def decide(
    ctx: AppContext, caller: Caller, run_id: str, activity: str, decision: Decision, attempt: int | None = None
) -> None:
    """An activity that waits goes on or stops its branch. `attempt`: the one that was looked at, None for the present
    one. CallerError when there is no such run or activity, or it does not wait (any more): the first decision
    counts."""

    def fact(tx: sa.Connection) -> None:
        row = _activity(tx, caller, run_id, activity)
        if not gates.decided(tx, ctx.engine.options, run_id, activity, attempt or row["attempt"], decision):
            raise CallerError(
                "InvalidParameter.InvalidState", "Activity", f'"{activity}" does not wait for a decision (any more).'
            )

    ctx.database.transact(fact)
    failpoint("decided")
    _tell(ctx)


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
