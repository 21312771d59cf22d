"""Addresses of topics and their subscriptions."""

import asyncio
from typing import Any

from reelmill.api.mns.answer import Answer, found_page, listed, seconds, xml
from reelmill.api.mns.queues import properties_of, truth
from reelmill.api.mns.request import Request, allow, whole
from reelmill.api.mns.service import Service
from reelmill.core import mns
from reelmill.core.mns import MnsError
from reelmill.core.mns_xml import Pairs, parse
from reelmill.core.model import Caller
from reelmill.notify import guard
from reelmill.services.mns import topics
from reelmill.store.database import Row

_MIN_SIZE = 1024


async def answer(service: Service, caller: Caller, request: Request) -> Answer:
    """`/topics`, `/topics/NAME`, `/topics/NAME/messages`, `/topics/NAME/subscriptions[/NAME]`."""
    match request.method, request.parts[1:]:
        case "GET", ():
            return await _list(service, caller, request)
        case "PUT", (name,):
            return await _put(service, caller, request, name)
        case "GET", (name,):
            allow(caller, "read", "GetTopicAttributes")
            return xml("Topic", _attributes(await service.read(lambda tx: topics.there(tx, caller, name))))
        case "DELETE", (name,):
            allow(caller, "write", "DeleteTopic")
            await service.commits.run(lambda tx: topics.delete(tx, caller, name))
            return Answer(204)
        case "POST", (name, "messages"):
            return await _publish(service, caller, request, name)
        case "GET", (name, "subscriptions"):
            return await _list_subscriptions(service, caller, request, name)
        case method, (name, "subscriptions", subscription):
            return await _subscription(service, caller, request, method, name, subscription)
    raise MnsError("ResourceNotFound", "There is no such address.")


async def _list(service: Service, caller: Caller, request: Request) -> Answer:
    allow(caller, "read", "ListTopic")
    prefix, after, size = found_page(request)
    rows, more = await service.read(lambda tx: topics.page(tx, caller, prefix, after, size))
    base, meta = service.base(request), request.headers.get("x-mns-with-meta", "").lower() == "true"
    shown = [[*(_attributes(row) if meta else ()), ("TopicURL", f"{base}/topics/{row['name']}")] for row in rows]
    return listed("Topics", "Topic", shown, more)


async def _put(service: Service, caller: Caller, request: Request, name: str) -> Answer:
    wanted: dict[str, Any] = {"max_size": None, "logging": None}
    for child in parse(request.body, "Topic").children if request.body else ():
        if child.name == "MaximumMessageSize":
            wanted["max_size"] = whole(child.name, child.text, _MIN_SIZE, mns.MAX_SIZE)
        elif child.name == "LoggingEnabled":
            wanted["logging"] = truth(child)
        elif child.name not in ("TopicName", "TopicType"):
            raise MnsError("InvalidArgument", f"{child.name} is no attribute of a topic.")
    if "metaoverride" in request.query:
        allow(caller, "write", "SetTopicAttributes")
        await service.commits.run(lambda tx: topics.change(tx, caller, name, **wanted))
        return Answer(204)
    allow(caller, "write", "CreateTopic")
    size, logging = wanted["max_size"] or mns.MAX_SIZE, bool(wanted["logging"])
    made = await service.commits.run(lambda tx: topics.create(tx, caller, name, size, logging))
    return Answer(201 if made else 204, headers={"location": f"{service.base(request)}/topics/{name}"})


def _attributes(row: Row) -> Pairs:
    return [
        ("TopicName", row["name"]),
        ("MessageCount", 0),  # a topic keeps nothing: what is published is with its subscribers at once
        ("CreateTime", seconds(row["created_ms"])),
        ("LastModifyTime", seconds(row["modified_ms"])),
        ("MaximumMessageSize", row["max_size"]),
        ("MessageRetentionPeriod", 86_400),
        ("LoggingEnabled", str(row["logging"])),
    ]


async def _publish(service: Service, caller: Caller, request: Request, name: str) -> Answer:
    allow(caller, "write", "PublishMessage")
    one = parse(request.body, "Message")
    body, tag = one.get("MessageBody"), (one.get("MessageTag") or "").strip()
    if not body:
        raise MnsError("InvalidArgument", "MessageBody must not be empty.")
    if one.get("MessageAttributes") is not None:
        raise MnsError("InvalidArgument", "MessageAttributes: there is no mail and no SMS here.")
    _check_tag(tag, "MessageTag")
    properties = properties_of(one)
    message_id, digest = await service.commits.run(lambda tx: topics.publish(tx, caller, name, body, tag, properties))
    return xml("Message", [("MessageId", message_id), ("MessageBodyMD5", digest)], 201)


def _check_tag(tag: str, name: str) -> None:
    if len(tag) > mns.MAX_TAG:
        raise MnsError("InvalidArgument", f"{name} may have {mns.MAX_TAG} characters.")


async def _list_subscriptions(service: Service, caller: Caller, request: Request, name: str) -> Answer:
    allow(caller, "read", "ListSubscriptionByTopic")
    prefix, after, size = found_page(request)
    rows, more = await service.read(lambda tx: topics.subscription_page(tx, caller, name, prefix, after, size))
    base = f"{service.base(request)}/topics/{name}/subscriptions"
    shown = [[("SubscriptionURL", f"{base}/{row['name']}")] for row in rows]
    return listed("Subscriptions", "Subscription", shown, more)


async def _subscription(
    service: Service, caller: Caller, request: Request, method: str, topic: str, name: str
) -> Answer:
    match method:
        case "PUT" if "metaoverride" in request.query:
            allow(caller, "write", "SetSubscriptionAttributes")
            strategy = _chosen(parse(request.body, "Subscription").get("NotifyStrategy"), "NotifyStrategy")
            await service.commits.run(lambda tx: topics.change_subscription(tx, caller, topic, name, strategy))
            return Answer(204)
        case "PUT":
            allow(caller, "write", "Subscribe")
            values = await _subscriber(service, request)
            made = await service.commits.run(lambda tx: topics.subscribe(tx, caller, topic, name, values))
            where = f"{service.base(request)}/topics/{topic}/subscriptions/{name}"
            return Answer(201 if made else 204, headers={"location": where})
        case "GET":
            allow(caller, "read", "GetSubscriptionAttributes")
            row = await service.read(lambda tx: topics.subscription(tx, caller, topic, name))
            return xml("Subscription", _subscription_attributes(caller, topic, row))
        case "DELETE":
            allow(caller, "write", "Unsubscribe")
            gone = await service.commits.run(lambda tx: topics.unsubscribe(tx, caller, topic, name))
            await service.ctx.engine.forget_receiver(gone)
            return Answer(204)
    raise MnsError("ResourceNotFound", "There is no such address.")


_CHOICES = {"NotifyStrategy": mns.STRATEGIES, "NotifyContentFormat": mns.FORMATS}


def _chosen(text: str | None, name: str) -> str:
    found = (text or _CHOICES[name][0]).strip()
    if found not in _CHOICES[name]:
        raise MnsError("InvalidArgument", f"{name} must be one of {', '.join(_CHOICES[name])}.")
    return found


async def _subscriber(service: Service, request: Request) -> dict[str, str]:
    """The columns of a Subscription document; its address passes the guard against inward requests."""
    document = parse(request.body, "Subscription")
    endpoint, tag = (document.get("Endpoint") or "").strip(), (document.get("FilterTag") or "").strip()
    _check_tag(tag, "FilterTag")
    if not endpoint:
        raise MnsError("InvalidArgument", "Endpoint is missing.")
    if len(endpoint) > 2048:
        raise MnsError("InvalidArgument", "Endpoint is too long.")
    if mns.queue_of(endpoint) is None:
        problem, _ = await asyncio.to_thread(guard.look_up, endpoint, networks=service.ctx.callback_networks)
        if problem:
            raise MnsError("InvalidArgument", f"Endpoint: {problem}.")
    return {
        "endpoint": endpoint,
        "tag": tag,
        "strategy": _chosen(document.get("NotifyStrategy"), "NotifyStrategy"),
        "format": _chosen(document.get("NotifyContentFormat"), "NotifyContentFormat"),
    }


def _subscription_attributes(caller: Caller, topic: str, row: Row) -> Pairs:
    return [
        ("TopicOwner", caller.account),
        ("TopicName", topic),
        ("SubscriptionName", row["name"]),
        ("Subscriber", caller.account),
        ("Endpoint", row["endpoint"]),
        ("FilterTag", row["tag"]),
        ("NotifyStrategy", row["strategy"]),
        ("NotifyContentFormat", row["format"]),
        ("CreateTime", seconds(row["created_ms"])),
        ("LastModifyTime", seconds(row["modified_ms"])),
    ]
