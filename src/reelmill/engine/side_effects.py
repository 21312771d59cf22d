"""What a fact does besides moving states: the media record, who may read the outputs, the messages."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, jsonx, urls
from reelmill.core.errors import Failure, Problems
from reelmill.core.model import ObjectRef, Outcome
from reelmill.engine import registry, telling
from reelmill.engine.context import Options
from reelmill.nodes.base import NodeType, Outputs, Role
from reelmill.notify import messages
from reelmill.store import executions, outbox, outputs, reviews, work
from reelmill.store.database import Row


def job_of_activity_ended(tx: sa.Connection, options: Options, execution: Row, job: Row, outcome: Outcome) -> None:
    """The job of an activity has just ended; the activity is final, or waits for a decision: that is made by looking at
    what the job has made."""
    name, kind = job["activity"], registry.node(job["kind"])
    if outcome.failure is None:
        if kind.outputs.info:
            outputs.update_media(tx, execution["media_id"], info=jsonx.dumps(outcome.result[kind.outputs.info]))
        if kind.outputs.kind:
            _add_output(tx, options, execution, name, kind.outputs, outcome.result)
        if verdict := kind.outputs.verdict(outcome.result):
            judged(tx, execution, kind, verdict)
    if outcome.gate != "wait":
        activity_ended(tx, execution, name, kind, good=outcome.failure is None, leads_on=outcome.gate == "pass")


def judged(tx: sa.Connection, execution: Row, kind: NodeType, verdict: str) -> None:
    """The media has been looked at. What a person has said about this version of it stays."""
    if not reviews.decided_by_person(tx, execution, {kind.name, *kind.aliases}):
        outputs.update_media(tx, execution["media_id"], censor_state=verdict)


def activity_ended(tx: sa.Connection, execution: Row, name: str, kind: NodeType, *, good: bool, leads_on: bool) -> None:
    """An activity of a run has just become final. What its gate stops publishes nothing early."""
    if good and leads_on and kind.publishes_early and _publish_type(execution) == "TranscodeCompletedAuto":
        outputs.publish(tx, execution["media_id"], True)
        telling.published(tx, execution, name)
        message(tx, execution, name, "Success")
    if kind.role == "start":
        message(tx, execution, name, "Success" if good else "Fail")


def report(tx: sa.Connection, options: Options, execution: Row) -> None:
    """Everything else is final: publish as the workflow says, end the run, tell the listener."""
    now, rows, name = clock.now_ms(), executions.states(tx, execution["run_id"]), _of_role(execution, "end")
    started = rows[_of_role(execution, "start")]["state"] == "Success"
    # Completed says that it ran to its end; look at the activities
    state = "Completed" if started and not execution["cancelled"] else "Fail"
    ended = {"state": "Success", "started_ms": now, "finished_ms": now}
    if moved := executions.move_activity(tx, execution["run_id"], name, ("Init",), **ended):
        telling.activity(tx, execution, moved)
    executions.finish(tx, execution["run_id"], state, now)
    own = work.job_ids_of_run(tx, execution["run_id"])  # what was taken over from another run is no news
    good = (r for r in rows.values() if r["state"] == "Success" and r["job_id"] in own)
    made_something = any(r["result"].get("object") for r in good)
    again = rows[name]["attempt"] > 1
    kind, stopped = _publish_type(execution), any(r["gate"] == "stop" for r in rows.values())
    # A run that made nothing neither publishes nor hides what earlier runs made; what a gate stopped is a person's to
    # publish, and what a person has decided stays when a part is done again.
    if made_something and not again and (kind == "Manual" or stopped):
        outputs.publish(tx, execution["media_id"], False)
    elif made_something and kind == "Auto":
        outputs.publish(tx, execution["media_id"], True)
        telling.published(tx, execution, name)
    message(tx, execution, name, "Success")
    telling.execution(tx, execution, "finished", state, rows[name]["attempt"])


def message(tx: sa.Connection, execution: Row, activity: str, state: str) -> None:
    """One workflow message (workflow.md 10.1) into the outbox. Its key is stable, so a repeat is known as one; another
    attempt of the activity is told anew."""
    now_row = executions.by_ids(tx, execution["account"], execution["region"], [execution["run_id"]])[0]
    attempt = next(a["attempt"] for a in now_row["activities"] if a["name"] == activity)
    again = f"/{attempt}" if attempt > 1 else ""
    key = sha256(f"{execution['run_id']}/{activity}{again}".encode()).hexdigest()[:32].upper()
    shown = {"Completed": "Success"}.get(now_row["state"], now_row["state"])  # the word that completion messages carry
    alone = activity == _of_role(execution, "start")
    body = messages.workflow_message(now_row | {"state": shown}, activity, state, alone=alone)
    text, stream = jsonx.dumps(body), execution["run_id"]
    outbox.put(tx, execution["account"], execution["region"], key, text, clock.now_ms(), stream)
    telling.run_message(tx, execution, activity, key, text)
    executions.move_activity(tx, execution["run_id"], activity, ("Success", "Fail"), message_key=key)


def job_ended(
    tx: sa.Connection, options: Options, job: Row, result: Mapping[str, Any], failure: Failure | None
) -> None:
    """A job that was submitted by itself has ended: its pipeline's message, when the pipeline asks for one (workflow.md
    10.2)."""
    state = "Fail" if failure else "Success"
    telling.job(tx, job, state, failure)
    if not outbox.pipeline_notifies(tx, job["pipeline_id"]):
        return
    body = messages.job_message(
        job["id"],
        job["request"].get("RequestId", ""),
        job["kind"],
        state,
        failure.code if failure else "",
        failure.message if failure else "",
        job["user_data"],
    )
    if failure is None:
        gives = registry.node(job["kind"]).outputs
        body |= gives.told(result, lambda bucket, key: urls.object_url(options.base_url, ObjectRef(bucket, "", key)))
    key, text = sha256(job["id"].encode()).hexdigest()[:32].upper(), jsonx.dumps(body)
    outbox.put(tx, job["account"], job["region"], key, text, clock.now_ms())
    telling.job_message(tx, job, key, text)


def _add_output(
    tx: sa.Connection, options: Options, execution: Row, name: str, gives: Outputs, result: Mapping[str, Any]
) -> None:
    row = {c: execution[c] for c in ("account", "region", "media_id", "run_id", "workflow_id", "workflow_name")}
    row |= {"activity": name, "kind": gives.kind, "bucket": result["bucket"], "object": result["object"]}
    body = {k: v for k, v in result.items() if k not in ("properties", "segments")}
    outputs.forget(tx, row["run_id"], [name], keep=row["object"])  # of an attempt before, under another name
    outputs.add(tx, row, body)
    if cover := gives.cover(result):
        picture = ObjectRef(result["bucket"], "", cover)
        outputs.update_media(tx, execution["media_id"], cover_url=urls.object_url(options.base_url, picture))


def _of_role(execution: Row, role: Role) -> str:
    """The one activity of a run that is its start, or its end."""
    return next(n for n, a in execution["graph"]["activities"].items() if registry.node(a["type"]).role == role)


def _publish_type(execution: Row) -> str:
    end = execution["graph"]["activities"][_of_role(execution, "end")]
    checked = registry.node(end["type"]).check(end["params"], Problems(), "")
    return str(checked.publish_type)
