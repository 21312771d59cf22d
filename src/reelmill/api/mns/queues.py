"""Addresses of queues and their messages."""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from typing import Any

from reelmill.api.mns.answer import Answer, found_page, listed, seconds, xml
from reelmill.api.mns.request import Request, allow, whole
from reelmill.api.mns.service import Service
from reelmill.core import clock, mns
from reelmill.core.mns import MnsError
from reelmill.core.mns_xml import Element, Pairs, parse, render
from reelmill.core.model import Caller
from reelmill.services.mns import queues
from reelmill.services.mns.queues import Draft
from reelmill.store.database import Row
from reelmill.store.queues import rang

_TRUE = {"true": True, "false": False}


async def answer(service: Service, caller: Caller, request: Request) -> Answer:
    """`/queues`, `/queues/NAME`, `/queues/NAME/messages`."""
    match request.method, request.parts[1:]:
        case "GET", ():
            return await _list(service, caller, request)
        case "PUT", (name,) if "metaoverride" in request.query:
            return await _change(service, caller, request, name)
        case "PUT", (name,):
            return await _create(service, caller, request, name)
        case "GET", (name,):
            allow(caller, "read", "GetQueueAttributes")
            row = await service.read(lambda tx: queues.attributes(tx, caller, name))
            return xml("Queue", _attributes(row))
        case "DELETE", (name,):
            allow(caller, "write", "DeleteQueue")
            await service.commits.run(lambda tx: queues.delete(tx, caller, name))
            return Answer(204)
        case method, (name, "messages"):
            return await _messages(service, caller, request, method, name)
    raise MnsError("ResourceNotFound", "There is no such address.")


async def _list(service: Service, caller: Caller, request: Request) -> Answer:
    allow(caller, "read", "ListQueue")
    prefix, after, size = found_page(request)
    counted = request.headers.get("x-mns-with-meta", "").lower() == "true"
    rows, more = await service.read(lambda tx: queues.page(tx, caller, prefix, after, size, counted=counted))
    base = service.base(request)
    shown = [[*(_attributes(row) if counted else ()), ("QueueURL", f"{base}/queues/{row['name']}")] for row in rows]
    return listed("Queues", "Queue", shown, more)


async def _create(service: Service, caller: Caller, request: Request, name: str) -> Answer:
    allow(caller, "write", "CreateQueue")
    wanted = _wanted(request)
    made = await service.commits.run(lambda tx: queues.create(tx, caller, name, wanted))
    return Answer(201 if made else 204, headers={"location": f"{service.base(request)}/queues/{name}"})


async def _change(service: Service, caller: Caller, request: Request, name: str) -> Answer:
    allow(caller, "write", "SetQueueAttributes")
    wanted = _wanted(request)
    await service.commits.run(lambda tx: queues.change(tx, caller, name, wanted))
    return Answer(204)


def _wanted(request: Request) -> dict[str, Any]:
    """The attributes that a Queue document names."""
    if not request.body:
        return {}
    document, found = parse(request.body, "Queue"), dict[str, Any]()
    for child in document.children:
        if limit := mns.QUEUE_LIMITS.get(child.name):
            found[child.name] = whole(child.name, child.text, limit.least, limit.most)
        elif child.name in ("LoggingEnabled", "RawMessages"):
            found[child.name] = truth(child)
        elif child.name not in ("QueueName", "QueueType"):
            raise MnsError("InvalidArgument", f"{child.name} is no attribute of a queue.")
    return found


def truth(child: Element) -> bool:
    """True or False, in any case of letters."""
    value = _TRUE.get(child.text.strip().lower())
    if value is None:
        raise MnsError("InvalidArgument", f"{child.name} must be True or False.")
    return value


def _attributes(row: Row) -> Pairs:
    return [
        ("QueueName", row["name"]),
        ("CreateTime", seconds(row["created_ms"])),
        ("LastModifyTime", seconds(row["modified_ms"])),
        ("DelaySeconds", row["delay_s"]),
        ("MaximumMessageSize", row["max_size"]),
        ("MessageRetentionPeriod", row["retention_s"]),
        ("VisibilityTimeout", row["visibility_s"]),
        ("PollingWaitSeconds", row["polling_s"]),
        ("ActiveMessages", row["active"]),
        ("InactiveMessages", row["inactive"]),
        ("DelayMessages", row["delayed"]),
        ("LoggingEnabled", str(row["logging"])),
        ("RawMessages", str(row["raw"])),
    ]


async def _messages(service: Service, caller: Caller, request: Request, method: str, name: str) -> Answer:
    handle = request.query.get("receipthandle")
    match method:
        case "POST":
            return await _send(service, caller, request, name)
        case "GET" if request.query.get("peekonly", "").lower() == "true":
            return await _peek(service, caller, request, name)
        case "GET":
            return await _receive(service, caller, request, name)
        case "DELETE" if handle:
            allow(caller, "write", "DeleteMessage")
            await service.commits.run(lambda tx: queues.acknowledge(tx, caller, name, handle))
            return Answer(204)
        case "DELETE":
            return await _delete_many(service, caller, request, name)
        case "PUT" if handle:
            allow(caller, "write", "ChangeMessageVisibility")
            most = mns.QUEUE_LIMITS["VisibilityTimeout"].most
            span = request.number("visibilitytimeout", 1, most, -1)
            if span < 0:
                raise MnsError("InvalidQueryParameter", "VisibilityTimeout is missing.")
            fresh, until = await service.commits.run(lambda tx: queues.extend(tx, caller, name, handle, span))
            return xml("ChangeVisibility", [("ReceiptHandle", fresh), ("NextVisibleTime", until)])
    raise MnsError("ResourceNotFound", "There is no such address.")


async def _send(service: Service, caller: Caller, request: Request, name: str) -> Answer:
    allow(caller, "write", "SendMessage")
    many = bool(re.search(rb"<(?:\w+:)?Messages[\s>]", request.body[:500]))
    root = parse(request.body, "Messages" if many else "Message")
    drafts = [_draft(one) for one in (root.all("Message") if many else [root])]
    if not 1 <= len(drafts) <= mns.MAX_BATCH:
        raise MnsError("InvalidArgument", f"1 to {mns.MAX_BATCH} messages can be sent at once.")
    sent = await service.commits.run(lambda tx: queues.send(tx, caller, name, drafts))
    shown = [[("MessageId", s["id"]), ("MessageBodyMD5", s["md5"]), ("ReceiptHandle", s["handle"])] for s in sent]
    # in a batch the Python client wants nothing besides these two
    return xml("Messages", [("Message", s[:2]) for s in shown], 201) if many else xml("Message", shown[0], 201)


def _draft(one: Element) -> Draft:
    body = one.get("MessageBody")
    if not body:
        raise MnsError("InvalidArgument", "MessageBody must not be empty.")
    delay, priority = one.get("DelaySeconds"), one.get("Priority")
    return Draft(
        body,
        mns.DEFAULT_PRIORITY if priority is None else whole("Priority", priority, 1, 16),
        None if delay is None else whole("DelaySeconds", delay, 0, mns.QUEUE_LIMITS["DelaySeconds"].most),
        properties_of(one),
    )


def properties_of(one: Element) -> dict[str, Any]:
    """What a message carries besides its body; receivers get it back."""
    found: dict[str, Any] = {}
    for name, inner in (("UserProperties", "PropertyValue"), ("SystemProperties", "SystemPropertyValue")):
        values = [
            {part: value.get(part) or "" for part in ("Name", "Value", "Type")}
            for group in one.all(name)
            for value in group.all(inner)
        ]
        if values:
            found[name] = values
    if group_id := one.get("MessageGroupId"):
        found["MessageGroupId"] = group_id
    return found


async def _peek(service: Service, caller: Caller, request: Request, name: str) -> Answer:
    allow(caller, "read", "PeekMessage")
    count = request.number("numofmessages", 1, mns.MAX_BATCH, 1)
    rows = await service.read(lambda tx: queues.peek(tx, caller, name, count))
    return _shown(rows, "numofmessages" in request.query, peeked=True)


async def _receive(service: Service, caller: Caller, request: Request, name: str) -> Answer:
    allow(caller, "write", "ReceiveMessage")
    count = request.number("numofmessages", 1, mns.MAX_BATCH, 1)
    wait = request.number("waitseconds", 0, 30, -1)
    queue, rows, soonest = await service.commits.run(lambda tx: queues.receive(tx, caller, name, count))
    end = clock.monotonic() + (queue["polling_s"] if wait < 0 else wait)
    if not rows and clock.monotonic() < end:
        with service.listeners.listen(rang(queue["seq"])) as rung:
            rung.set()  # something may have come before we listened
            while not rows and (left := end - clock.monotonic()) > 0 and not service.listeners.closed:
                due = left if soonest is None else min(left, max(0.0, (soonest - clock.now_ms()) / 1000))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(rung.wait(), due)
                rung.clear()
                _, rows, soonest = await service.commits.run(lambda tx: queues.receive(tx, caller, name, count))
    return _shown(rows, "numofmessages" in request.query)


def _shown(rows: list[Row], many: bool, *, peeked: bool = False) -> Answer:
    if not rows:
        raise MnsError("MessageNotExist", "Message not exist.")
    shown = [_message(row, peeked) for row in rows]
    return xml("Messages", [("Message", one) for one in shown]) if many else xml("Message", shown[0])


def _message(row: Row, peeked: bool) -> Pairs:
    held = [] if peeked else [("ReceiptHandle", row["handle"]), ("NextVisibleTime", row["visible_ms"])]
    return [
        ("MessageId", row["id"]),
        *held,
        ("MessageBodyMD5", row["md5"]),
        ("MessageBody", row["body"]),
        ("EnqueueTime", row["enqueued_ms"]),
        ("FirstDequeueTime", row["first_dequeue_ms"]),
        ("DequeueCount", row["dequeued"]),
        ("Priority", row["priority"]),
        *_properties(row["properties"]),
    ]


def _properties(found: Mapping[str, Any]) -> list[tuple[str, Any]]:
    shown: list[tuple[str, Any]] = [("MessageGroupId", found.get("MessageGroupId"))]
    for name, inner in (("UserProperties", "PropertyValue"), ("SystemProperties", "SystemPropertyValue")):
        shown.append((name, [(inner, list(value.items())) for value in found.get(name, ())]))
    return shown


async def _delete_many(service: Service, caller: Caller, request: Request, name: str) -> Answer:
    allow(caller, "write", "DeleteMessage")
    handles = [one.text.strip() for one in parse(request.body, "ReceiptHandles").all("ReceiptHandle")]
    if not 1 <= len(handles) <= mns.MAX_BATCH:
        raise MnsError("InvalidArgument", f"1 to {mns.MAX_BATCH} receipt handles can be given at once.")
    faults = await service.commits.run(lambda tx: queues.acknowledge_all(tx, caller, name, handles))
    if not faults:
        return Answer(204)
    told = [
        ("Error", [("ErrorCode", e.code), ("ErrorMessage", e.message), ("ReceiptHandle", handle)])
        for handle, e in faults
    ]
    return Answer(404, render("Errors", told))
