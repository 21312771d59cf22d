"""Tells whoever asked, in the transaction of the fact: webhooks and the event stream of what happened, queues and
topics of runs and jobs. The fact and all its messages become true together, or not at all; what goes out by HTTP is
sent afterwards by the delivery loop.

Ids are made of what the message tells, so a message that is sent again is known by its id.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import Failure
from reelmill.core.model import Caller
from reelmill.engine import posting, registry
from reelmill.notify import chat, webhook
from reelmill.store import deliveries, executions, outputs, pipelines, webhooks, work
from reelmill.store.database import Row


def event(
    tx: sa.Connection,
    owner: Caller,
    type: str,
    about: str,
    data: Mapping[str, Any],
    *,
    workflow_id: str = "",
    pipeline_id: str = "",
    stream: str = "",
) -> None:
    """Something happened. `about` makes its id: which run, activity, job or media, and which time of it."""
    now, event_id = clock.now_ms(), sha256(f"{type}/{about}".encode()).hexdigest()[:32]
    body = webhook.plain(type, now, data)
    webhooks.add_event(tx, owner, event_id, type, body, now)
    for hook in webhooks.of_account(tx, owner):
        if (
            hook["state"] == "Active"
            and webhook.wants(hook["events"], type)
            and hook["workflow_id"] in ("", workflow_id)
            and hook["pipeline_id"] in ("", pipeline_id)
        ):
            to_webhook(tx, owner, hook, event_id, type, now, data, stream)


def to_webhook(
    tx: sa.Connection,
    owner: Caller,
    hook: Row,
    event_id: str,
    type: str,
    now: int,
    data: Mapping[str, Any],
    stream: str = "",
) -> str:
    """One message for one webhook, in the form that it wants; its DeliveryId."""
    source = f"/reelmill/{owner.region}/{owner.account}"
    if hook["format"] == chat.FORMAT:
        body = chat.text(type, data)
    elif hook["format"] == "CloudEvents":
        body = webhook.cloud_event(source, event_id, type, now, data)
    else:
        body = webhook.plain(type, now, data)
    facts = {"format": hook["format"]}
    return deliveries.put(
        tx,
        owner,
        kind="webhook",
        target=hook["id"],
        key=event_id,
        type=type,
        body=body,
        now=now,
        stream=stream,
        facts=facts,
    )


def execution(tx: sa.Connection, row: Mapping[str, Any], what: str, state: str, attempt: int = 1) -> None:
    """`what`: started or finished. `row` is an execution with its graph, as JSON text or decoded; `attempt` counts how
    often it has ended."""
    finished = clock.iso(clock.now_ms()) if what == "finished" else None
    data = _of_run(row) | {
        "MediaWorkflowName": row["workflow_name"],
        "State": state,
        "Input": {"Bucket": row["bucket"], "Location": row["location"], "Object": row["object"]},
        "UserData": row["user_data"],
        "CreationTime": clock.iso(row["created_ms"]),
        **({"FinishTime": finished} if finished else {}),
    }
    _of_execution(tx, row, f"execution.{what}", f"{row['run_id']}/{attempt}", data)


def activity(tx: sa.Connection, row: Mapping[str, Any], one: Mapping[str, Any]) -> None:
    """An activity of a run has begun or ended, or waits for a decision: its row, `one`, tells which."""
    name = one["name"]
    what = "activity.finished" if one["finished_ms"] is not None else "activity.started"
    if one["state"] == "Waiting":
        what = "execution.waiting"
    told = {
        "Name": name,
        "Type": one["type"],
        "State": "Fail" if one["state"] == "Retrying" else one["state"],
        "JobId": one["job_id"],
        "Code": one["code"],
        "Message": one["message"],
        "Attempt": one["attempt"],
        "StartTime": clock.iso(one["started_ms"]),
        "FinishTime": clock.iso(one["finished_ms"]),
        "RetryTime": clock.iso(one["retry_at_ms"]) if one["state"] == "Retrying" else None,
    }
    data = _of_run(row) | {key: value for key, value in told.items() if value}
    _of_execution(tx, row, what, f"{row['run_id']}/{name}/{one['attempt']}", data)


def published(tx: sa.Connection, row: Mapping[str, Any], cause: str) -> None:
    """A run has published its media, by its activity `cause`."""
    data = _media(outputs.media_row(tx, row["media_id"]) or {}) | _of_run(row)
    attempt = executions.activity(tx, row["run_id"], cause)["attempt"]
    if data.get("PublishState") == "Published":  # a deleted media stays deleted
        _of_execution(tx, row, "media.published", f"{row['run_id']}/{cause}/{attempt}", data)


def media(tx: sa.Connection, owner: Caller, what: str, media_id: str) -> None:
    """A user has published or deleted a media."""
    found = outputs.media_row(tx, media_id)
    event(tx, owner, f"media.{what}", f"{media_id}/{clock.new_id()}", _media(found or {}), stream=media_id)


def job(tx: sa.Connection, row: Row, state: str, failure: Failure | None) -> None:
    """A job that was submitted by itself has ended."""
    told = {
        "JobId": row["id"],
        "RequestId": row["request"].get("RequestId", ""),
        "Type": row["kind"],
        "State": state,
        "PipelineId": row["pipeline_id"],
        "Code": failure.code if failure else "",
        "Message": failure.message if failure else "",
        "UserData": row["user_data"],
    }
    owner = Caller(row["account"], row["region"])
    data = {key: value for key, value in told.items() if value}
    event(tx, owner, "job.finished", row["id"], data, pipeline_id=row["pipeline_id"], stream=row["id"])


def run_message(tx: sa.Connection, row: Mapping[str, Any], activity_name: str, key: str, text: str) -> None:
    """A workflow message to the queue or topic of its Start, if that names one (workflow.md 4.1); what became of it is
    noted on the activity."""
    start = next(a["params"] for a in row["graph"]["activities"].values() if registry.node(a["type"]).role == "start")
    queue, topic = str(start.get("QueueName") or ""), str(start.get("TopicName") or "")
    owner = Caller(row["account"], row["region"])
    if topic and (start.get("MessageType") == "Topic" or not queue):
        code, where = posting.to_topic(tx, owner, topic, key, text, row["run_id"]), f'topic "{topic}"'
    elif queue and start.get("MessageType") != "Topic":
        code, where = posting.to_queue(tx, owner, queue, key, text), f'queue "{queue}"'
    else:
        return
    executions.note_message(tx, row["run_id"], activity_name, _became(key, code, where))


def job_message(tx: sa.Connection, row: Row, key: str, text: str) -> None:
    """A job's message to the queue or topic that its pipeline's NotifyConfig names (workflow.md 10.2); what became of
    it is noted on the job: of two receivers, what went wrong."""
    owner = Caller(row["account"], row["region"])
    pipeline = pipelines.get(tx, *(owner.account, owner.region), row["pipeline_id"])
    config = pipeline["notify"] if pipeline else {}
    ends = []
    if queue := config.get("QueueName"):
        ends.append((posting.to_queue(tx, owner, queue, key, text), f'queue "{queue}"'))
    if topic := config.get("Topic"):
        ends.append((posting.to_topic(tx, owner, topic, key, text), f'topic "{topic}"'))
    if ends:
        code, where = next((end for end in ends if end[0]), ends[0])
        work.note_message(tx, row["id"], _became(key, code, where))


def _became(key: str, code: str | None, where: str) -> str:
    """MNSMessageResult as JSON."""
    message = f"There is no {where}." if code else None
    return json.dumps({"message_id": None if code else key, "error_code": code, "error_message": message})


def _of_execution(tx: sa.Connection, row: Mapping[str, Any], type: str, about: str, data: Mapping[str, Any]) -> None:
    graph = json.loads(row["graph"]) if isinstance(row["graph"], str) else row["graph"]
    event(
        tx,
        Caller(row["account"], row["region"]),
        type,
        about,
        data,
        workflow_id=row["workflow_id"],
        pipeline_id=graph["pipeline_id"],
        stream=row["run_id"],
    )


def _of_run(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"RunId": row["run_id"], "MediaWorkflowId": row["workflow_id"], "MediaId": row["media_id"]}


def _media(row: Mapping[str, Any]) -> dict[str, Any]:
    names = {"id": "MediaId", "bucket": "Bucket", "object": "Object", "title": "Title", "publish_state": "PublishState"}
    return {shown: row[column] for column, shown in names.items() if row.get(column)}
