"""Facts move executions: each function here is one transaction's worth. The fact, its consequences (activity states,
new jobs, media changes) and the messages about it become true together, or not at all. Called with a write transaction;
never starts anything by itself."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, placeholders
from reelmill.core.errors import Failure, MediaError, Problems
from reelmill.core.model import Caller, ObjectRef, Outcome
from reelmill.core.states import FINAL
from reelmill.engine import registry, side_effects
from reelmill.engine.advance import Step, advance
from reelmill.engine.context import Options
from reelmill.engine.graph import parse
from reelmill.media import presets
from reelmill.nodes.base import MEDIA, Env, NodeType
from reelmill.store import buckets, executions, outputs, pipelines, work
from reelmill.store.database import Row


def start_execution(
    tx: sa.Connection,
    options: Options,
    workflow: Mapping[str, Any],
    media: Mapping[str, Any],
    *,
    version: str = "",
    user_data: str = "",
    trigger_key: str | None = None,
) -> str | None:
    """A run of `workflow` for `media`, whose object has this version now, with copies of topology, templates and
    watermark templates. None when the trigger key is known: nothing happens."""
    run_id, now = clock.new_id(), clock.now_ms()
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
    wanted = list(graph.refs()["templates"])
    bodies = outputs.template_bodies(tx, workflow["account"], workflow["region"], wanted)
    bodies |= {t: presets.PRESETS[t] for t in wanted if t in presets.PRESETS}
    watermarks = outputs.watermark_bodies(tx, workflow["account"], workflow["region"], list(graph.refs()["watermarks"]))
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
        "created_ms": now,
        "version": version,
        "graph": json.dumps(
            {
                "activities": graph.to_json(),
                "templates": bodies,
                "watermarks": watermarks,
                "pipeline_id": graph.pipeline_id,
            },
            ensure_ascii=False,
        ),
    }
    if not executions.insert(tx, row, [(n.name, n.shown) for n in graph.nodes.values()]):
        return None
    settle(tx, options, run_id)
    return run_id


def settle(tx: sa.Connection, options: Options, run_id: str) -> None:
    """Apply everything that follows from the present states of a run."""
    execution = executions.locked(tx, run_id)
    if execution is None or execution["state"] != "Running":
        return
    nodes = execution["graph"]["activities"]
    kinds = {name: registry.node(n["type"]) for name, n in nodes.items()}
    steps = {name: Step(kinds[name].role, tuple(n["predecessors"]), kinds[name].instant) for name, n in nodes.items()}
    while True:
        rows, now = executions.states(tx, run_id), clock.now_ms()
        moves = advance(steps, {n: r["state"] for n, r in rows.items()}, execution["cancelled"])
        for name, state in moves.states.items():
            ended = {} if state == "Running" else {"finished_ms": now}
            executions.move_activity(tx, run_id, name, ("Init",), state=state, started_ms=now, **ended)
        failed = _make_jobs(tx, options, execution, rows, moves.work) if moves.work else False
        if moves.report:
            side_effects.report(tx, options, execution)
        if not failed:
            executions.count(tx, run_id)
            return


def _make_jobs(
    tx: sa.Connection, options: Options, execution: Row, rows: Mapping[str, Row], work_names: Sequence[str]
) -> bool:
    """Jobs and batches for activities that became ready together. True when one failed already, which may move
    others."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    failed = False
    for name in work_names:
        kind = registry.node(execution["graph"]["activities"][name]["type"])
        try:
            spec, source = job_of_activity(kind, execution, rows, name)
            _check_places(tx, execution, spec)
        except MediaError as error:
            end_activity(tx, execution, name, error.failure, clock.now_ms())
            if kind.role == "start":
                side_effects.message(tx, execution, name, "Fail")
            failed = True
            continue
        job_id = clock.new_id()
        job = {
            "id": job_id,
            "activity": name,
            "spec": spec | {"piece_seconds": options.piece_seconds},
            "user_data": execution["user_data"],
        }
        job["request"] = {"Input": _shown(source), "Activity": name} | dict(spec.get("request") or {})
        share = kind.batch_key(spec) if kind.batch_key else job_id  # without a key it never shares
        groups.setdefault((kind.name, str(priority_of(spec)), json.dumps(source.to_json()), share), []).append(job)
        executions.move_activity(tx, execution["run_id"], name, ("Running",), job_id=job_id)
    for (kind_name, priority, source_text, _), job_rows in groups.items():
        owner = Caller(execution["account"], execution["region"])
        source = ObjectRef(**json.loads(source_text))
        submit(
            tx,
            registry.node(kind_name),
            owner,
            job_rows,
            source,
            execution["graph"]["pipeline_id"],
            int(priority),
            execution["run_id"],
            turn=work.turn_of_run(tx, execution["run_id"]),
            version=execution["version"],
        )
    return failed


def _check_places(tx: sa.Connection, execution: Row, spec: Mapping[str, Any]) -> None:
    """MediaError when the pipeline was deleted or a bucket unbound since the workflow was saved: such work would wait,
    or write, for ever, or read what belongs to somebody else by now."""
    where = execution["account"], execution["region"]
    if pipelines.get(tx, *where, execution["graph"]["pipeline_id"]) is None:
        raise MediaError(
            Failure(
                "InvalidParameter.ResourceNotFound",
                "The pipeline of this workflow has been deleted.",
                "Give its Start another PipelineId.",
            )
        )
    if (bucket := spec.get("bucket")) and not buckets.bound(tx, *where, bucket, "Output"):
        raise MediaError(
            Failure(
                "InvalidParameter.ResourceNotFound",
                f"The bucket {bucket} is not bound as output any more.",
                "Bind it again with BindOutputBucket.",
            )
        )
    for mark in spec.get("marks") or ():
        if "InputFile" in mark and not buckets.bound(tx, *where, mark["InputFile"]["Bucket"]):
            text = f"The bucket {mark['InputFile']['Bucket']} of a watermark is not bound any more."
            raise MediaError(Failure("InvalidParameter.ResourceNotFound", text, "Bind it again."))


def job_of_activity(
    kind: NodeType, execution: Row, rows: Mapping[str, Row], name: str
) -> tuple[dict[str, Any], ObjectRef]:
    """(spec, what it works on) of an activity's job. MediaError when it can be seen already that it cannot work."""
    nodes = execution["graph"]["activities"]
    reference = ObjectRef(execution["bucket"], execution["location"], execution["object"])
    names = placeholders.of_input(reference.key) | {"RunId": execution["run_id"], "MediaId": execution["media_id"]}
    around = {n: {**nodes[n], "state": r["state"], "result": r["result"]} for n, r in rows.items()}
    env = Env(
        reference,
        names,
        execution["graph"]["templates"],
        _scopes(nodes, name),
        around,
        watermarks=execution["graph"].get("watermarks", {}),
    )
    assert kind.job is not None
    spec = kind.job(kind.check(nodes[name]["params"], Problems(), name), env)
    return spec, _source(kind, around, nodes[name]["predecessors"], execution["location"]) or reference


def _source(
    kind: NodeType, around: Mapping[str, Mapping[str, Any]], predecessors: Sequence[str], location: str
) -> ObjectRef | None:
    """A snapshot behind a transcode looks at what that transcode made (workflow.md 4.5); most others at the run's
    input."""
    for name in predecessors if kind.source == "before" else ():
        result = around[name]["result"]
        if registry.node(around[name]["type"]).outputs.kind == MEDIA and result.get("object"):
            return ObjectRef(result["bucket"], location, result["object"])
    return None


def _scopes(nodes: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    """Type of role scope -> Parameters of the nearest such activity upstream."""
    front, seen = list(nodes[name]["predecessors"]), set()
    found: dict[str, Mapping[str, Any]] = {}
    while front:
        one = front.pop(0)
        if registry.node(nodes[one]["type"]).role == "scope":
            found.setdefault(nodes[one]["type"], dict(nodes[one]["params"]))
        if one not in seen:
            seen.add(one)
            front += nodes[one]["predecessors"]
    return found


def priority_of(spec: Mapping[str, Any]) -> int:
    """1 to 10, 10 first; MPS's default is 6 (templates.md 3)."""
    return int(spec.get("priority") or 6)


def submit(
    tx: sa.Connection,
    kind: NodeType,
    owner: Caller,
    job_rows: Sequence[dict[str, Any]],
    source: ObjectRef | None,
    pipeline_id: str,
    priority: int,
    run_id: str | None = None,
    *,
    turn: int | None = None,
    version: str = "",
    state: str = "Submitted",
    lane: str | None = None,
) -> str:
    """A batch with its jobs; the batch's id. `job_rows` have id, spec, request and perhaps activity, user_data. `turn`:
    that of the run that it belongs to, None: its own; `version`: of the source now."""
    batch_id, now = clock.new_id(), clock.now_ms()
    row = {
        "id": batch_id,
        "account": owner.account,
        "region": owner.region,
        "run_id": run_id,
        "pipeline_id": pipeline_id,
        "kind": kind.name,
        "lane": lane or kind.lane,
        "priority": priority,
        "turn": turn,
        "version": version,
        "state": state,
        "attempt": 0 if state == "Submitted" else 1,
        "created_ms": now,
        "source_bucket": source.bucket if source else None,
        "source_location": source.location if source else None,
        "source_object": source.key if source else None,
    }
    work.add_batch(tx, row, job_rows)
    return batch_id


def end_activity(
    tx: sa.Connection,
    execution: Row,
    name: str,
    failure: Failure | None,
    now: int,
    result: Mapping[str, Any] | None = None,
    *,
    skipped: bool = False,
) -> bool:
    """An activity is final. Guarded: what is final already stays as it is. `skipped`: the failure is no more than the
    reason why there was nothing to do."""
    values = (
        {"state": "Skipped" if skipped else "Fail", "code": failure.code, "message": failure.message}
        if failure
        else {"state": "Success", "result": json.dumps(result, ensure_ascii=False)}
    )
    return executions.move_activity(tx, execution["run_id"], name, ("Running",), finished_ms=now, **values)


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
        )
        if execution is not None and end_activity(
            tx, execution, job["activity"], failure, now, outcome.result, skipped=outcome.skipped
        ):
            side_effects.activity_ended(tx, options, execution, job, failure, outcome.result)
        elif execution is None:
            side_effects.job_ended(tx, job, failure)
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
    now, failure = clock.now_ms(), Failure("JobCancelled", "The work was cancelled by a user.")
    open_jobs = [j for j in work.jobs_of(tx, batch_id) if j["state"] not in FINAL]
    if batch is None or not work.move_batch(tx, batch_id, attempt, before, "Cancelled", finished_ms=now):
        return False
    for job in open_jobs:
        work.note_failure(tx, job["id"], failure)
        if execution is not None:
            end_activity(tx, execution, job["activity"], failure, now)
    if execution is not None:
        settle(tx, options, execution["run_id"])
    return True


def _shown(ref: ObjectRef | None) -> dict[str, str]:
    return {"Bucket": ref.bucket, "Location": ref.location, "Object": ref.key} if ref else {}


def job_cancelled(tx: sa.Connection, options: Options, job_id: str) -> None:
    """One job of a batch that has not begun is not wanted; its siblings go on without it."""
    known = work.batch_of_job(tx, job_id)
    execution, batch = locked(tx, known["id"]) if known else (None, None)
    failure, now = Failure("JobCancelled", "The work was cancelled by a user."), clock.now_ms()
    if not work.finish_job(
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
    if batch is not None and execution is not None:
        job = next(j for j in work.jobs_of(tx, batch["id"]) if j["id"] == job_id)
        end_activity(tx, execution, job["activity"], failure, now)
        settle(tx, options, execution["run_id"])
