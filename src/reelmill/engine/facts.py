"""Facts move executions: each function here is one transaction's worth. The fact, its consequences (activity states,
new jobs, media changes) and the messages about it become true together, or not at all. Called with a write transaction;
never starts anything by itself."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import Failure, MediaError, Problems
from reelmill.core.model import Outcome
from reelmill.core.states import FINAL
from reelmill.engine import deciding, side_effects, submitting, telling
from reelmill.engine.advance import answered
from reelmill.engine.conditions import Verdict
from reelmill.engine.context import Options
from reelmill.engine.graph import Graph, parse
from reelmill.media import presets
from reelmill.nodes.base import Retry
from reelmill.store import executions, outputs, versions, work
from reelmill.store.database import Row

CANCELLED = Failure("JobCancelled", "The work was cancelled by a user.")


def start_execution(
    tx: sa.Connection,
    options: Options,
    workflow: Mapping[str, Any],
    media: Mapping[str, Any],
    *,
    version: str = "",
    user_data: str = "",
    trigger_key: str | None = None,
    priority: int | None = None,
) -> str | None:
    """A run of `workflow` for `media`, whose object has this version now, with copies of topology, templates and
    watermark templates; no work of it has a higher `priority`. None when the trigger key is known: nothing happens."""
    run_id = clock.new_id()
    graph = checked_graph(workflow)
    row = {
        "account": workflow["account"],
        "region": workflow["region"],
        "run_id": run_id,
        "workflow_id": workflow["id"],
        "workflow_name": workflow["name"],
        "media_id": media["id"],
        "state": "Running",
        "bucket": media["bucket"],
        "location": media["location"],
        "object": media["object"],
        "user_data": user_data,
        "trigger_key": trigger_key,
        "created_ms": clock.now_ms(),
        "version": version,
        "graph": json.dumps(copies(tx, workflow, graph) | {"priority": priority}, ensure_ascii=False),
    }
    if not executions.insert(tx, row, [(n.name, n.shown) for n in graph.nodes.values()]):
        return None
    versions.note_run(tx, run_id, workflow["revision"])
    telling.execution(tx, row, "started", "Running")
    settle(tx, options, run_id)
    return run_id


def checked_graph(workflow: Mapping[str, Any]) -> Graph:
    """The graph of a workflow that was saved. MediaError when this version cannot run it."""
    problems = Problems()
    graph = parse(workflow["topology"], problems)
    # it was checked when it was saved; only a node that this version lost can bring us here
    if graph is None or problems.found:
        raise MediaError(
            Failure(
                "InvalidParameter.NotSupported",
                "The workflow's topology is not valid in this version.",
                "Open it, mend it and save it again.",
            )
        )
    return graph


def copies(tx: sa.Connection, workflow: Mapping[str, Any], graph: Graph) -> dict[str, Any]:
    """What a run keeps of its workflow, whatever becomes of that: topology, templates, watermark templates."""
    account, region, refs = workflow["account"], workflow["region"], graph.refs()
    ours = {t: presets.PRESETS[t] for t in refs["templates"] if t in presets.PRESETS}
    theirs = outputs.template_bodies(tx, account, region, [t for t in refs["templates"] if t not in ours])
    return {
        "activities": graph.to_json(),
        "templates": theirs | ours,
        "watermarks": outputs.watermark_bodies(tx, account, region, list(refs["watermarks"])),
        "pipeline_id": graph.pipeline_id,
        "reuse": workflow.get("reuse", "Off"),
        # also of a run that is done again as its workflow is drawn by then (services.decisions)
        **({"overrides": workflow["overrides"]} if workflow.get("overrides") else {}),
    }


def settle(tx: sa.Connection, options: Options, run_id: str) -> None:
    """Apply everything that follows from the present states of a run."""
    execution = executions.locked(tx, run_id)
    if execution is None or execution["state"] != "Running":
        return
    if execution["cancelled"]:
        _decide_no_more(tx, execution)
    steps = deciding.steps_of(execution)
    while True:
        rows, now = executions.states(tx, run_id), clock.now_ms()
        moves, verdicts = deciding.moves_of(execution, rows, now)
        for name, state in moves.states.items():
            _enter(tx, execution, rows[name], state, verdicts.get(name), now)
        failed = submitting.make_jobs(tx, options, execution, rows, moves.work) if moves.work else {}
        for name, outcome in failed.items():
            if end_activity(tx, execution, name, outcome, now) and steps[name].role == "start":
                side_effects.message(tx, execution, name, "Fail")
        if moves.report:
            side_effects.report(tx, options, execution)
        if not failed:
            states = {name: moves.states.get(name, row["state"]) for name, row in rows.items()}
            executions.count(tx, run_id, answered(steps, states))
            return


def _enter(tx: sa.Connection, execution: Row, row: Row, state: str, verdict: Verdict | None, now: int) -> None:
    """An activity that was not begun begins, or ends without having begun."""
    name = row["name"]
    if row["attempt"] > 1 and state in ("Skipped", "Fail"):
        outputs.forget(tx, execution["run_id"], [name])
    values: dict[str, Any] = {"state": state, "started_ms": now}
    if state != "Running":
        values["finished_ms"] = now
    if verdict and verdict.failure:
        values |= {"code": verdict.failure.code, "message": verdict.failure.message, "reason": verdict.failure.advice}
    elif verdict and state == "Skipped":
        values["reason"] = verdict.reason
    if moved := executions.move_activity(tx, execution["run_id"], name, ("Init",), **values):
        telling.activity(tx, execution, moved)


def _decide_no_more(tx: sa.Connection, execution: Row) -> None:
    """In a run that is cancelled nothing waits for a decision, or for its next attempt, any more."""
    for name, row in executions.states(tx, execution["run_id"]).items():
        if row["state"] in ("Waiting", "Retrying"):
            told = {"code": CANCELLED.code, "message": CANCELLED.message, "finished_ms": clock.now_ms()}
            values, before = {"state": "Fail", "retry_at_ms": None, **told}, ("Waiting", "Retrying")
            if moved := executions.move_activity(tx, execution["run_id"], name, before, **values):
                telling.activity(tx, execution, moved)


def _next_attempt(tx: sa.Connection, execution: Row, name: str, failure: Failure) -> int | None:
    """After how many milliseconds an activity that failed is tried again; None: it is not."""
    given = execution["graph"]["activities"][name].get("retry")
    if given is None or execution["cancelled"] or failure.code == CANCELLED.code:
        return None
    retry = Retry.from_json(given)
    if executions.activity(tx, execution["run_id"], name)["tries"] >= retry.times:
        return None
    return retry.interval * 1000 if not retry.on or failure.code in retry.on else None


def end_activity(tx: sa.Connection, execution: Row, name: str, outcome: Outcome, now: int) -> bool:
    """The job of an activity has ended: the activity is final, unless it waits for a decision or, by its Retry, for its
    next attempt; False then. Guarded: what is final already stays as it is."""
    wait = None if outcome.failure is None or outcome.skipped else _next_attempt(tx, execution, name, outcome.failure)
    if wait is not None and outcome.failure:
        told = {"code": outcome.failure.code, "message": outcome.failure.message, "finished_ms": now}
        if moved := executions.move_activity(
            tx, execution["run_id"], name, ("Running",), state="Retrying", retry_at_ms=now + wait, **told
        ):
            telling.activity(tx, execution, moved)
        return False
    if failure := outcome.failure:
        state = "Skipped" if outcome.skipped else "Fail"
        values: dict[str, Any] = {"state": state, "code": failure.code, "message": failure.message}
    else:
        state = "Waiting" if outcome.gate == "wait" else "Success"
        gate = "stop" if outcome.gate == "stop" else ""
        result = json.dumps(dict(outcome.result), ensure_ascii=False)
        values = {"state": state, "result": result, "message": outcome.reason, "gate": gate}
    if state in ("Skipped", "Fail"):
        outputs.forget(tx, execution["run_id"], [name])  # of an attempt before
    ended = {} if state == "Waiting" else {"finished_ms": now}
    moved = executions.move_activity(tx, execution["run_id"], name, ("Running",), **ended, **values)
    if moved:
        telling.activity(tx, execution, moved)
    return moved is not None


def finish_batch(
    tx: sa.Connection, options: Options, batch_id: str, attempt: int, outcomes: Mapping[str, Outcome]
) -> bool:
    """The jobs of a batch have ended: the fact that everything waits for. False when an old attempt, a repeat or a
    cancel was first."""
    execution, batch = locked(tx, batch_id)
    allowed = (
        ("Running", "Publishing")
        if any(o.failure is None for o in outcomes.values())
        else ("Admitted", "Running", "Publishing")
    )
    if batch is None or batch["attempt"] != attempt or batch["state"] not in allowed:
        return False
    now, good = clock.now_ms(), False
    for job in work.jobs_of(tx, batch_id):
        if job["state"] in FINAL:
            continue
        outcome = outcomes.get(job["id"]) or Outcome(
            failure=Failure("InternalError", "The node said nothing about this job.", "Report it.")
        )
        failure = outcome.failure
        good = good or failure is None
        state, text = ("Fail", json.dumps(failure.to_json(), ensure_ascii=False)) if failure else ("Success", "")
        work.finish_job(
            tx,
            job["id"],
            state,
            now,
            result=outcome.result,
            code=failure.code if failure else "",
            message=failure.message if failure else "",
            failure=text,
            reused_from=outcome.reused_from,
        )
        if execution is not None and end_activity(tx, execution, job["activity"], outcome, now):
            side_effects.job_of_activity_ended(tx, options, execution, job, outcome)
        elif execution is None:
            side_effects.job_ended(tx, options, job, outcome.result, failure)
    # probes publish nothing; they pass through Publishing all the same, so that the table of moves has one way to
    # Success
    if good:
        work.move_batch(tx, batch_id, attempt, ("Running",), "Publishing")
    before = ("Publishing",) if good else allowed
    work.move_batch(tx, batch_id, attempt, before, "Success" if good else "Fail", finished_ms=now)
    if execution is not None:
        settle(tx, options, execution["run_id"])
    return True


def locked(tx: sa.Connection, batch_id: str) -> tuple[Row | None, Row | None]:
    """(the run of a batch, if it belongs to one; the batch), locked until the transaction ends. The run first, before
    any row of its batches and jobs: so facts about one run come one after the other, and never wait for each other in a
    ring."""
    run_id = work.run_of(tx, batch_id)
    execution = executions.locked(tx, run_id) if run_id else None
    return execution, work.locked(tx, batch_id)


def batch_cancelled(
    tx: sa.Connection, options: Options, batch_id: str, attempt: int | None, before: Sequence[str]
) -> bool:
    """Nobody works for the batch any more, and nobody wants it."""
    execution, batch = locked(tx, batch_id)
    now, failure = clock.now_ms(), CANCELLED
    open_jobs = [j for j in work.jobs_of(tx, batch_id) if j["state"] not in FINAL]
    if batch is None or not work.move_batch(tx, batch_id, attempt, before, "Cancelled", finished_ms=now):
        return False
    for job in open_jobs:
        work.note_failure(tx, job["id"], failure)
        if execution is not None:
            end_activity(tx, execution, job["activity"], Outcome(failure=failure), now)
        else:
            telling.job(tx, job, "Cancelled", failure)
    if execution is not None:
        settle(tx, options, execution["run_id"])
    return True


def job_cancelled(tx: sa.Connection, options: Options, job_id: str) -> None:
    """One job of a batch that has not begun is not wanted; its siblings go on without it."""
    known = work.batch_of_job(tx, job_id)
    execution, batch = locked(tx, known["id"]) if known else (None, None)
    failure, now = CANCELLED, clock.now_ms()
    if batch is None or not work.finish_job(
        tx,
        job_id,
        "Cancelled",
        now,
        result={},
        code=failure.code,
        message=failure.message,
        failure=json.dumps(failure.to_json()),
    ):
        return
    job = next(j for j in work.jobs_of(tx, batch["id"]) if j["id"] == job_id)
    if execution is None:
        telling.job(tx, job, "Cancelled", failure)
    else:
        end_activity(tx, execution, job["activity"], Outcome(failure=failure), now)
        settle(tx, options, execution["run_id"])
