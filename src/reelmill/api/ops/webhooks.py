"""Webhooks and the log of what was delivered to them."""

import json
from collections.abc import Mapping
from typing import Any

from reelmill.api.ops.registry import Call, operation
from reelmill.core import clock
from reelmill.notify import chat
from reelmill.services import webhooks
from reelmill.store.database import Row


@operation("AddWebhook")
async def add(call: Call) -> dict[str, Any]:
    p = call.p
    row = await webhooks.add(
        call.ctx,
        call.caller,
        url=p["Url"],
        events=p["Events"],
        workflow_id=p["MediaWorkflowId"],
        pipeline_id=p["PipelineId"],
        format=p["Format"],
    )
    return {"Webhook": _shape(row, secret=True)}


@operation("ListWebhooks")
def list_(call: Call) -> dict[str, Any]:
    return {"Webhooks": [_shape(row) for row in webhooks.list_(call.ctx, call.caller)]}


@operation("UpdateWebhook")
async def update(call: Call) -> dict[str, Any]:
    p = call.p
    row = await webhooks.update(
        call.ctx,
        call.caller,
        p["WebhookId"],
        p["Events"],
        url=p["Url"],
        workflow_id=p["MediaWorkflowId"],
        pipeline_id=p["PipelineId"],
        format=p["Format"],
        state=p["State"],
    )
    return {"Webhook": _shape(row)}


@operation("DeleteWebhook")
async def delete(call: Call) -> dict[str, Any]:
    await webhooks.remove(call.ctx, call.caller, call.p["WebhookId"])
    return {"WebhookId": call.p["WebhookId"]}


@operation("RotateWebhookSecret")
def rotate(call: Call) -> dict[str, Any]:
    return {"Webhook": _shape(webhooks.rotate(call.ctx, call.caller, call.p["WebhookId"]), secret=True)}


@operation("TestWebhook")
def test(call: Call) -> dict[str, Any]:
    return {"DeliveryId": webhooks.test(call.ctx, call.caller, call.p["WebhookId"])}


@operation("ListDeliveries")
def log(call: Call) -> dict[str, Any]:
    p = call.p
    rows, following = webhooks.log(
        call.ctx,
        call.caller,
        webhook_id=p["WebhookId"],
        state=p["State"],
        type=p["Type"],
        made=(p["From"], p["To"]),
        token_text=p["NextPageToken"],
        size=p["MaximumPageSize"],
    )
    return {"Deliveries": [_delivery(row) for row in rows], "NextPageToken": following}


@operation("ReplayDelivery")
def replay(call: Call) -> dict[str, Any]:
    return {"DeliveryId": webhooks.replay(call.ctx, call.caller, call.p["DeliveryId"])}


def _shape(row: Row, *, secret: bool = False) -> dict[str, Any]:
    return {
        "WebhookId": row["id"],
        "Url": row["url"],
        "Events": row["events"].split(","),
        "MediaWorkflowId": row["workflow_id"] or None,
        "PipelineId": row["pipeline_id"] or None,
        "Format": row["format"],
        "State": row["state"],
        "CreationTime": clock.iso(row["created_ms"]),
        "Secret": row["secrets"][0]["secret"] if secret and row["format"] != chat.FORMAT else None,
    }


def _delivery(row: Row) -> dict[str, Any]:
    waiting, push = row["state"] == "Waiting", row["kind"] == "push"
    facts = json.loads(row["facts"])
    return {
        "DeliveryId": row["id"],
        "WebhookId": None if push else row["target"],
        "TopicName": facts["topic"] if push else None,
        "SubscriptionName": facts["subscription"] if push else None,
        "MessageId": row["key"],
        "Type": row["type"],
        "State": row["state"],
        "Tries": row["tries"],
        "CreationTime": clock.iso_exact(row["created_ms"]),
        "FinishTime": clock.iso_exact(row["finished_ms"]),
        "NextTime": clock.iso_exact(row["next_ms"]) if waiting else None,
        "Body": row["body"],
        "Attempts": [_attempt(one) for one in json.loads(row["attempts"])],
    }


def _attempt(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Time": clock.iso_exact(one["time_ms"]),
        "Milliseconds": one["took_ms"],
        "Url": one["url"] or None,
        "Status": one["status"] or None,
        "Answer": one["answer"] or None,
        "Error": one["error"] or None,
    }
