"""Queues: create, look, change, send, receive, delete. Each function works in a transaction that it is given."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, mns
from reelmill.core.mns import MnsError
from reelmill.core.model import Caller
from reelmill.engine.posting import receipt
from reelmill.store import queues
from reelmill.store.database import Row, lock

_COLUMNS = {
    "DelaySeconds": "delay_s",
    "MaximumMessageSize": "max_size",
    "MessageRetentionPeriod": "retention_s",
    "VisibilityTimeout": "visibility_s",
    "PollingWaitSeconds": "polling_s",
    "LoggingEnabled": "logging",
    "RawMessages": "raw",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that somebody sends."""

    body: str
    priority: int = mns.DEFAULT_PRIORITY
    delay_s: int | None = None  # None: as the queue says
    properties: Mapping[str, Any] = field(default_factory=dict)


def create(tx: sa.Connection, caller: Caller, name: str, attributes: Mapping[str, Any]) -> bool:
    """True: it was made; False: it is there, with the same attributes."""
    mns.check_name("Queue", name)
    wanted = {_COLUMNS[a]: limit.usual for a, limit in mns.QUEUE_LIMITS.items()} | {"logging": False, "raw": False}
    wanted |= {_COLUMNS[a]: value for a, value in attributes.items()}
    lock(tx, "mns")
    if there := queues.find(tx, caller, name):
        if any(there[column] != value for column, value in wanted.items()):
            raise MnsError("QueueAlreadyExist", "The queue you want to create is already exist.")
        return False
    if queues.count_queues(tx, caller) >= mns.QUOTA:
        raise MnsError("QueueNumExceededLimit", f"An account may have {mns.QUOTA} queues.")
    now = clock.now_ms()
    queues.add(tx, caller, name=name, created_ms=now, modified_ms=now, **wanted)
    return True


def there(tx: sa.Connection, caller: Caller, name: str) -> Row:
    """The queue; MnsError QueueNotExist."""
    row = queues.find(tx, caller, name)
    if row is None:
        raise MnsError("QueueNotExist", "The queue name you provided is not exist.")
    return row


def change(tx: sa.Connection, caller: Caller, name: str, attributes: Mapping[str, Any]) -> None:
    """Other attributes; those that are not named stay. Messages that are in it keep what they have."""
    row = there(tx, caller, name)
    values = {_COLUMNS[a]: value for a, value in attributes.items()}
    queues.change(tx, row["seq"], modified_ms=clock.now_ms(), **values)


def delete(tx: sa.Connection, caller: Caller, name: str) -> None:
    """With all that is in it. A queue that is not there is deleted already."""
    if row := queues.find(tx, caller, name):
        queues.remove(tx, row["seq"])


def attributes(tx: sa.Connection, caller: Caller, name: str) -> Row:
    """The row, with how many messages can be received, are held and are delayed."""
    row = there(tx, caller, name)
    return _counted(tx, [row])[0]


def page(
    tx: sa.Connection, caller: Caller, prefix: str, after: str, size: int, *, counted: bool
) -> tuple[list[Row], str]:
    """Queues by name, and the place from which the next page goes on ("": there is none)."""
    rows = queues.page(tx, caller, prefix, after, size)
    shown, more = rows[:size], len(rows) > size
    return _counted(tx, shown) if counted else shown, shown[-1]["name"] if more else ""


def _counted(tx: sa.Connection, rows: Sequence[Row]) -> list[Row]:
    found = queues.counts(tx, [r["seq"] for r in rows], clock.now_ms())
    return [r | dict(zip(("active", "inactive", "delayed"), found.get(r["seq"], (0, 0, 0)), strict=True)) for r in rows]


def send(tx: sa.Connection, caller: Caller, name: str, drafts: Sequence[Draft]) -> list[Row]:
    """Messages into a queue, all or none; id, md5 and, when it is delayed, handle of each."""
    queue, now = there(tx, caller, name), clock.now_ms()
    for draft in drafts:
        if len(draft.body.encode()) > queue["max_size"]:
            raise MnsError("InvalidArgument", f"The message body is larger than {queue['max_size']} bytes.")
    answers = []
    for draft in drafts:
        delay = queue["delay_s"] if draft.delay_s is None else draft.delay_s
        message_id, ticket, md5 = clock.new_id().upper(), receipt(), mns.md5(draft.body)
        seq = queues.put(
            tx,
            queue["seq"],
            id=message_id,
            body=draft.body,
            md5=md5,
            now=now,
            retention_s=queue["retention_s"],
            priority=draft.priority,
            delay_s=delay,
            receipt=ticket,
            properties=draft.properties,
        )
        handle = mns.handle(draft.priority, seq, ticket) if delay else ""
        answers.append({"id": message_id, "md5": md5, "handle": handle})
    return answers


def receive(tx: sa.Connection, caller: Caller, name: str, count: int) -> tuple[Row, list[Row], int | None]:
    """The queue, up to `count` messages, hidden now for the queue's time-out, and, when there are none, the moment at
    which the next one appears by itself."""
    queue, now = there(tx, caller, name), clock.now_ms()
    until = now + 1000 * queue["visibility_s"]
    rows = queues.visible(tx, queue["seq"], now, count, lock=True)
    taken = [_opened(queues.take(tx, row, now, until, receipt())) for row in rows]
    return queue, taken, None if taken else queues.next_visible(tx, queue["seq"], now)


def peek(tx: sa.Connection, caller: Caller, name: str, count: int) -> list[Row]:
    """What would be received next; it stays for others."""
    queue = there(tx, caller, name)
    return [_opened(row) for row in queues.visible(tx, queue["seq"], clock.now_ms(), count)]


def _opened(row: Row) -> Row:
    return row | {
        "handle": mns.handle(row["priority"], row["seq"], row["receipt"]),
        "properties": json.loads(row["properties"]) if row["properties"] else {},
    }


def _held(tx: sa.Connection, queue: Row, handle: str) -> Row:
    seq, ticket = mns.opened(handle)
    row = queues.held(tx, queue["seq"], seq, ticket, clock.now_ms())
    if row is None:
        raise MnsError("MessageNotExist", "The message is not there, or this handle does not hold it any more.")
    return row


def acknowledge(tx: sa.Connection, caller: Caller, name: str, handle: str) -> None:
    """A consumer is done with a message: delete it."""
    queues.delete(tx, _held(tx, there(tx, caller, name), handle)["seq"])


def acknowledge_all(tx: sa.Connection, caller: Caller, name: str, handles: Sequence[str]) -> list[tuple[str, MnsError]]:
    """As `acknowledge` for many; those that could not be deleted, with the reason."""
    queue, faults = there(tx, caller, name), []
    for handle in handles:
        try:
            queues.delete(tx, _held(tx, queue, handle)["seq"])
        except MnsError as error:
            faults.append((handle, error))
    return faults


def extend(tx: sa.Connection, caller: Caller, name: str, handle: str, seconds: int) -> tuple[str, int]:
    """Hide a message for so long from now on; (new handle, when it appears again)."""
    queue = there(tx, caller, name)
    row, until, ticket = _held(tx, queue, handle), clock.now_ms() + 1000 * seconds, receipt()
    queues.hide(tx, queue["seq"], row["seq"], until, ticket)
    return mns.handle(row["priority"], row["seq"], ticket), until
