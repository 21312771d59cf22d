"""Puts a message into a queue or a topic, in the transaction of whatever it tells of: they become true together."""

import base64
import secrets
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, mns
from reelmill.core.model import Caller
from reelmill.notify import notification
from reelmill.store import deliveries, queues, topics
from reelmill.store.database import Row


def receipt() -> str:
    """What makes a handle good for one receipt only."""
    return secrets.token_hex(8)


def to_queue(tx: sa.Connection, owner: Caller, name: str, message_id: str, text: str) -> str | None:
    """A text of ours into a queue; None, or the code that says why it cannot be there. Clients take what a queue holds
    for Base64, unless the queue is told to be raw."""
    queue = queues.find(tx, owner, name)
    if queue is None:
        return "QueueNotExist"
    _put(tx, queue, message_id, text)
    return None


def _put(tx: sa.Connection, queue: Row, message_id: str, text: str) -> None:
    body = text if queue["raw"] else base64.b64encode(text.encode()).decode()
    queues.put(
        tx,
        queue["seq"],
        id=message_id,
        body=body,
        md5=mns.md5(body),
        now=clock.now_ms(),
        retention_s=queue["retention_s"],
        delay_s=queue["delay_s"],
        priority=mns.DEFAULT_PRIORITY,
        receipt=receipt(),
    )


def to_topic(tx: sa.Connection, owner: Caller, name: str, message_id: str, text: str, stream: str = "") -> str | None:
    """A text of ours to all subscribers of a topic; None, or the code that says why not."""
    topic = topics.find(tx, owner, name)
    if topic is None:
        return "TopicNotExist"
    publish(tx, topic, message_id, text, stream=stream)
    return None


def publish(
    tx: sa.Connection,
    topic: Row,
    message_id: str,
    text: str,
    *,
    tag: str = "",
    stream: str = "",
    properties: Mapping[str, Any] | None = None,
) -> None:
    """One message for each subscription that wants it: into its queue now, or to its address by the delivery loop."""
    owner, now = Caller(topic["account"], topic["region"]), clock.now_ms()
    for one in topics.subscriptions(tx, topic["seq"]):
        if one["tag"] and one["tag"] != tag:
            continue
        facts = {
            "topic": topic["name"],
            "owner": owner.account,
            "subscription": one["name"],
            "format": one["format"],
            "strategy": one["strategy"],
            "tag": tag,
            "properties": dict(properties or {}),
        }
        place = mns.queue_of(one["endpoint"])
        if place is None:
            deliveries.put(
                tx,
                owner,
                kind="push",
                target=str(one["seq"]),
                key=message_id,
                type="topic.message",
                body=notification.body(facts, message_id, text, now),
                now=now,
                stream=stream,
                facts=facts,
            )
        elif queue := queues.find(tx, owner, place[2]):
            _put(tx, queue, message_id, notification.body(facts, message_id, text, now))
