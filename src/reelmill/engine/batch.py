"""The life of a batch, top to bottom: open, let the node work, record the fact. It holds no slot of a lane itself."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import Failure
from reelmill.core.failpoints import failpoint
from reelmill.core.model import JobSpec, ObjectRef, Outcome
from reelmill.core.states import FINAL
from reelmill.engine import context, durable, facts, registry, reuse
from reelmill.engine.making import forget_pieces
from reelmill.engine.signals import Signal
from reelmill.engine.task_io import EngineIO
from reelmill.nodes.base import NodeType, Run
from reelmill.store import tasks, work

log = logging.getLogger(__name__)


@durable.workflow("batch")
async def batch_workflow(batch_id: str, attempt: int, version: str = "1") -> str:
    """Deterministic: the same calls in the same order at every replay, by the version of the node with which it was
    begun ("1" before nodes had versions). Answers a word for people who read the engine's tables."""
    opened = await open_step(batch_id, attempt)
    if opened is None:
        return "not wanted"
    jobs = [
        JobSpec(j["id"], ObjectRef(**opened["source"]) if opened["source"] else None, j["spec"]) for j in opened["jobs"]
    ]
    node = registry.node(opened["kind"])
    run = path_of(node, version or "1")
    if run is None:
        raise durable.Interrupted(f"begun by version {version} of the node, which is gone")
    scope, told = opened.get("reuse") or "", dict[str, Any]()  # begun before there was reuse: it has no such step
    io = EngineIO(batch_id, attempt, opened["rank"], stamped=bool(scope))
    context.get().process.progress.begin(batch_id, node.way(jobs[0].spec) if jobs else {})
    try:
        if scope:
            told = await reuse.look_step(batch_id, attempt, scope, opened["rank"])
        outcomes = await _make(run, jobs, {job: one["found"] for job, one in told.items() if one["found"]}, io)
    except (
        Exception
    ) as error:  # a bug of ours must end the job, not leave it for ever; cancellation is a BaseException and passes
        if durable.is_trouble(error):  # the machine's, not the work's: the reconciler begins the next attempt
            raise durable.Interrupted(str(error)) from error
        outcomes = dict.fromkeys((j.id for j in jobs), Outcome(failure=bug(batch_id)))
    kept = reuse.notes(told, outcomes, io.published, {job: io.read_by(job) for job in told})
    await close_step(batch_id, attempt, {job: one.to_json() for job, one in outcomes.items()}, kept)
    return "ended"


async def _make(
    run: Run, jobs: Sequence[JobSpec], found: Mapping[str, reuse.Found], io: EngineIO
) -> dict[str, Outcome]:
    """The node works for the jobs for which nothing was found; what was found is published. When its files are lost
    meanwhile, it is made after all."""
    left = [one for one in jobs if one.id not in found]
    outcomes = dict(await run(left, io)) if left else {}
    if found:
        answers = await io.link([p for one in found.values() for p in reuse.publications(one)])
        for job, one in found.items():
            failure = answers.get(job)
            if failure is None or not failure.retry:
                outcomes[job] = reuse.outcome(one) if failure is None else Outcome(failure=failure)
        if lost := [one for one in jobs if one.id not in outcomes]:
            outcomes |= await run(lost, io)
    return outcomes


def path_of(node: NodeType, version: str) -> Run | None:
    """The `run` that makes the calls of this version; None when the node has forgotten it: the work is begun again."""
    return node.run if node.version == version else node.older.get(version)


def bug(what: str) -> Failure:
    """Log the exception in hand under an id, and a failure that names the id."""
    incident = clock.new_id()[:12]
    log.exception("bug %s in %s", incident, what)
    return Failure(
        "InternalError",
        f"ReelMill made a mistake (incident {incident}).",
        "Look for the incident in the server's log and report it.",
    )


@durable.step
async def open_step(batch_id: str, attempt: int) -> dict[str, Any] | None:
    """Admitted -> Running, and what there is to do; None when somebody cancelled first."""

    def begin() -> dict[str, Any] | None:
        with context.get().database.write() as tx:
            if not work.move_batch(
                tx, batch_id, attempt, ("Admitted", "Running"), "Running", started_ms=clock.now_ms()
            ):
                return None
            batch = work.batch(tx, batch_id) or {}
            jobs = [j for j in work.jobs_of(tx, batch_id) if j["state"] not in FINAL]
            scope = reuse.scope_of_run(tx, batch.get("run_id"))
        forget_pieces(context.get().work / batch_id, batch["piece_ms"])
        length = {"piece_seconds": batch["piece_ms"] / 1000} if batch["piece_ms"] else {}
        source = (
            {
                "bucket": batch["source_bucket"],
                "location": batch["source_location"] or "",
                "key": batch["source_object"],
            }
            if batch["source_bucket"]
            else None
        )
        return {
            "kind": batch["kind"],
            "source": source,
            "rank": [-batch["priority"], batch["turn"], batch["seq"]],
            "jobs": [{"id": j["id"], "spec": j["spec"] | length} for j in jobs],
            "reuse": "" if scope == "off" else scope,
        }

    opened = await asyncio.to_thread(begin)
    failpoint("batch began")
    return opened


@durable.step
async def close_step(batch_id: str, attempt: int, outcomes: dict[str, Any], kept: dict[str, Any] | None = None) -> bool:
    failpoint("before final fact")
    values = {job: Outcome.from_json(one) for job, one in outcomes.items()}
    changed = await asyncio.to_thread(record, batch_id, attempt, values, kept)
    failpoint("final fact committed")
    return changed


def record(batch_id: str, attempt: int, outcomes: Mapping[str, Outcome], kept: Mapping[str, Any] | None = None) -> bool:
    """The final fact of a batch, and the signals for what follows from it. `kept`: what is remembered of its jobs, so
    that it need not be made again."""
    host = context.get()
    noted = host.process.task_log.take(batch_id)
    batch, known = None, dict[str, Any]()
    if kept:
        with host.database.read() as tx:
            batch = work.batch(tx, batch_id)
        known = reuse.looked_at(host, batch, kept) if batch else {}

    def end(tx: sa.Connection) -> bool:
        changed = facts.finish_batch(tx, host.options, batch_id, attempt, outcomes)
        tasks.write(tx, noted)
        if changed and batch and known:
            reuse.remember(tx, batch, known)
        return changed

    changed = host.database.transact(end)
    host.process.progress.forget(batch_id)
    host.process.read.pop(batch_id, None)
    # admission starts what follows: to start a workflow inside a step is an error of DBOS
    host.process.signals.send(Signal.ADMIT, Signal.CHECK, Signal.OUTBOX)
    return changed
