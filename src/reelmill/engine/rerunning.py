"""Runs that have ended and are wanted again: from an activity on, as they were drawn or as their workflow is drawn now,
under the same RunId or as a run of their own. What is upstream is taken as it is. As in `facts`, each function is one
transaction's worth."""

import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.engine import deciding, facts, side_effects, telling
from reelmill.engine.advance import downstream
from reelmill.engine.context import Options
from reelmill.store import executions, outputs, reruns, versions
from reelmill.store.database import Row


def redraw(tx: sa.Connection, execution: Row, workflow: Mapping[str, Any] | None) -> Row:
    """The run as its workflow is drawn now; as it was without one. Nothing is written yet. MediaError when the workflow
    is not valid in this version."""
    if workflow is None:
        return execution
    graph = facts.copies(tx, workflow, facts.checked_graph(workflow))
    # a backfill's priority is the run's, not the drawing's
    return execution | {"graph": graph | {"priority": execution["graph"].get("priority")}}


def wanted(execution: Row, rows: Mapping[str, Row], names: Collection[str]) -> tuple[str, ...]:
    """What is done again when these are: they, all that the run has not done like that before, and all that follows."""
    nodes = execution["graph"]["activities"]
    new = [n for n, node in nodes.items() if n not in rows or rows[n]["type"] != node["shown"]]
    return downstream(deciding.steps_of(execution), {*names, *new})


def again(tx: sa.Connection, options: Options, execution: Row, names: Collection[str], version: int | None) -> bool:
    """The run goes on with these activities in their next attempt. `execution` has the graph to follow, `version` is
    that of a workflow drawn anew. False when the run has not ended: somebody was first."""
    run_id = execution["run_id"]
    rows = executions.states(tx, run_id)
    begun = wanted(execution, rows, names)
    if not executions.begin_again(tx, run_id, [n for n in begun if n in rows], execution["version"]):
        return False
    if version is not None:
        nodes = execution["graph"]["activities"]
        gone = [n for n in rows if n not in nodes]
        reruns.redraw(tx, run_id, execution["graph"], [(n, node["shown"]) for n, node in nodes.items()])
        outputs.forget(tx, run_id, gone)
        versions.note_run(tx, run_id, version)
    facts.settle(tx, options, run_id)
    return True


def as_new_run(tx: sa.Connection, options: Options, execution: Row, name: str, version: int | None) -> str:
    """A run of its own for the same media, whose activities upstream are as they ended in this one; its id."""
    old, rows = execution["run_id"], executions.states(tx, execution["run_id"])
    begun, run_id = set(wanted(execution, rows, [name])), clock.new_id()
    columns = ("account", "region", "workflow_id", "workflow_name", "media_id", "bucket", "location", "object")
    row = {c: execution[c] for c in (*columns, "user_data", "version")} | {
        "run_id": run_id,
        "state": "Running",
        "trigger_key": None,
        "created_ms": clock.now_ms(),
        "graph": json.dumps(execution["graph"], ensure_ascii=False),
    }
    nodes = execution["graph"]["activities"]
    executions.insert(tx, row, [(n, node["shown"]) for n, node in nodes.items()])
    reruns.take_over(tx, old, run_id, [n for n in nodes if n not in begun])
    (known,) = versions.with_versions(tx, [execution])
    if drawn_as := version or known["workflow_version"]:
        versions.note_run(tx, run_id, drawn_as)
    made = executions.locked(tx, run_id)
    assert made is not None
    telling.execution(tx, row, "started", "Running")
    start = next(n for n, step in deciding.steps_of(made).items() if step.role == "start")
    if start not in begun:  # whoever follows runs by their messages hears of this one too
        side_effects.message(tx, made, start, rows[start]["state"])
    facts.settle(tx, options, run_id)
    return run_id
