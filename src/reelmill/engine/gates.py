"""Facts about activities that do not end by their own job: somebody decided, or wants a part of a run done again. As in
`facts`, each function is one transaction's worth."""

import json

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.model import Decision
from reelmill.engine import deciding, facts, registry, side_effects, telling
from reelmill.engine.advance import downstream
from reelmill.engine.context import Options
from reelmill.store import executions, outputs


def decided(tx: sa.Connection, options: Options, run_id: str, name: str, attempt: int, decision: Decision) -> bool:
    """An activity that waits goes on, or stops its branch. False when this attempt of it does not wait (any more): the
    first decision counts."""
    execution = executions.locked(tx, run_id)
    row = executions.states(tx, run_id).get(name) if execution else None
    if execution is None or row is None or row["attempt"] != attempt:
        return False
    values = {
        "state": "Success",
        "gate": "stop" if decision.gate == "stop" else "",
        "message": decision.reason,
        "decision": json.dumps(decision.to_json(), ensure_ascii=False),
        "finished_ms": clock.now_ms(),
    }
    moved = None if execution["cancelled"] else executions.move_activity(tx, run_id, name, ("Waiting",), **values)
    if moved is None:
        return False
    telling.activity(tx, execution, moved)
    kind = registry.node(execution["graph"]["activities"][name]["type"])
    if kind.outputs.verdict(row["result"]):
        state = "Pass" if decision.gate == "pass" else "Block"
        outputs.update_media(tx, execution["media_id"], censor_state=state)  # whatever was said before
    side_effects.activity_ended(tx, execution, name, kind, good=True, leads_on=decision.gate == "pass")
    facts.settle(tx, options, run_id)
    return True


def reopened(tx: sa.Connection, options: Options, run_id: str, name: str) -> bool:
    """A run that has ended goes on from this activity: it and all that follows from it begin anew, each in its next
    attempt; what stands before it stays as it was. What was made stays until it is made again. False when the run has
    not ended, or has no such activity."""
    execution = executions.locked(tx, run_id)
    if execution is None or name not in execution["graph"]["activities"]:
        return False
    begun = downstream(deciding.steps_of(execution), [name])
    if not executions.begin_again(tx, run_id, begun, execution["version"]):
        return False
    facts.settle(tx, options, run_id)
    return True


def tried_again(tx: sa.Connection, options: Options, run_id: str, name: str) -> bool:
    """The time has come for the next attempt of an activity that failed and has a Retry. False when somebody was there
    first."""
    if executions.locked(tx, run_id) is None or not executions.try_again(tx, run_id, name, clock.now_ms()):
        return False
    facts.settle(tx, options, run_id)
    return True
