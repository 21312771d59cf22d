"""Topics and their subscriptions. Each function works in a transaction that it is given."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, mns
from reelmill.core.mns import MnsError
from reelmill.core.model import Caller
from reelmill.engine import posting
from reelmill.store import topics
from reelmill.store.database import Row, lock


def create(tx: sa.Connection, caller: Caller, name: str, max_size: int, logging: bool) -> bool:
    """True: it was made; False: it is there, with the same attributes."""
    mns.check_name("Topic", name)
    lock(tx, "mns")
    if there_is := topics.find(tx, caller, name):
        if (there_is["max_size"], there_is["logging"]) != (max_size, logging):
            raise MnsError("TopicAlreadyExist", "The topic you want to create is already exist.")
        return False
    if topics.count_topics(tx, caller) >= mns.QUOTA:
        raise MnsError("TopicNumExceededLimit", f"An account may have {mns.QUOTA} topics.")
    now = clock.now_ms()
    topics.add(tx, caller, name=name, max_size=max_size, logging=logging, created_ms=now, modified_ms=now)
    return True


def there(tx: sa.Connection, caller: Caller, name: str) -> Row:
    """The topic; MnsError TopicNotExist."""
    row = topics.find(tx, caller, name)
    if row is None:
        raise MnsError("TopicNotExist", "The topic name you provided is not exist.")
    return row


def change(tx: sa.Connection, caller: Caller, name: str, max_size: int | None, logging: bool | None) -> None:
    """Other attributes; None stays."""
    given = {"max_size": max_size, "logging": logging}
    values = {column: value for column, value in given.items() if value is not None}
    topics.change(tx, there(tx, caller, name)["seq"], modified_ms=clock.now_ms(), **values)


def delete(tx: sa.Connection, caller: Caller, name: str) -> None:
    """With its subscriptions. A topic that is not there is deleted already."""
    if row := topics.find(tx, caller, name):
        topics.remove(tx, row["seq"])


def page(tx: sa.Connection, caller: Caller, prefix: str, after: str, size: int) -> tuple[list[Row], str]:
    """Topics by name, and the place from which the next page goes on ("": there is none)."""
    rows = topics.page(tx, caller, prefix, after, size)
    return rows[:size], rows[size - 1]["name"] if len(rows) > size else ""


def publish(
    tx: sa.Connection, caller: Caller, name: str, body: str, tag: str, properties: Mapping[str, Any]
) -> tuple[str, str]:
    """A message to all who have subscribed to its tag; (MessageId, MessageBodyMD5)."""
    topic = there(tx, caller, name)
    if len(body.encode()) > topic["max_size"]:
        raise MnsError("InvalidArgument", f"The message body is larger than {topic['max_size']} bytes.")
    message_id = clock.new_id().upper()
    posting.publish(tx, topic, message_id, body, tag=tag, properties=properties)
    return message_id, mns.md5(body)


def subscribe(tx: sa.Connection, caller: Caller, topic_name: str, name: str, values: Mapping[str, str]) -> bool:
    """`values`: endpoint, tag, strategy, format. True: it was made; False: it is there, with the same attributes."""
    mns.check_name("Subscription", name)
    topic = there(tx, caller, topic_name)
    if place := mns.queue_of(values["endpoint"]):
        region, account, queue = place
        if (account, region) != (caller.account, caller.region):
            raise MnsError("InvalidArgument", "Endpoint: the queue must belong to the owner and region of the topic.")
        mns.check_name("Queue", queue)
    lock(tx, "mns")
    if known := topics.subscription(tx, topic["seq"], name):
        if any(known[column] != value for column, value in values.items()):
            raise MnsError("SubscriptionAlreadyExist", "The subscription you want to create is already exist.")
        return False
    now = clock.now_ms()
    topics.subscribe(tx, topic["seq"], name=name, created_ms=now, modified_ms=now, **values)
    return True


def subscription(tx: sa.Connection, caller: Caller, topic_name: str, name: str) -> Row:
    """A subscription; MnsError when it, or its topic, is not there."""
    row = topics.subscription(tx, there(tx, caller, topic_name)["seq"], name)
    if row is None:
        raise MnsError("SubscriptionNotExist", "The subscription you provided is not exist.")
    return row


def change_subscription(tx: sa.Connection, caller: Caller, topic_name: str, name: str, strategy: str) -> None:
    """Another way to try again."""
    row = subscription(tx, caller, topic_name, name)
    topics.change_subscription(tx, row["seq"], strategy=strategy, modified_ms=clock.now_ms())


def unsubscribe(tx: sa.Connection, caller: Caller, topic_name: str, name: str) -> str:
    """Nothing more is pushed, not even what waits; the receiver that is gone. One that is not there is gone already."""
    row = topics.subscription(tx, there(tx, caller, topic_name)["seq"], name)
    if row is None:
        return ""
    topics.unsubscribe(tx, row["seq"])
    return str(row["seq"])


def subscription_page(
    tx: sa.Connection, caller: Caller, topic_name: str, prefix: str, after: str, size: int
) -> tuple[list[Row], str]:
    """Subscriptions by name, and the place from which the next page goes on ("": there is none)."""
    rows = topics.subscription_page(tx, caller, there(tx, caller, topic_name)["seq"], prefix, after, size)
    return rows[:size], rows[size - 1]["name"] if len(rows) > size else ""
