"""Topics of the message service, who has subscribed to them, and the key pair that signs what is pushed."""

from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.message_tables import deliveries, mns_certificates, mns_subscriptions, mns_topics
from reelmill.store.queues import named_page

_s = mns_subscriptions.c


def find(tx: sa.Connection, caller: Caller, name: str) -> Row | None:
    """A topic of the caller's, by its name."""
    return one(tx, sa.select(mns_topics).where(owned.owned(mns_topics, caller), mns_topics.c.name == name))


def add(tx: sa.Connection, caller: Caller, **values: Any) -> None:
    owned.insert(tx, mns_topics, caller, **values)


def change(tx: sa.Connection, topic: int, **values: Any) -> None:
    changed(tx, mns_topics.update().where(mns_topics.c.seq == topic).values(**values))


def remove(tx: sa.Connection, topic: int) -> None:
    """The topic with its subscriptions."""
    for row in all_rows(tx, sa.select(_s.seq).where(_s.topic == topic)):
        _drop(tx, row["seq"])
    changed(tx, mns_subscriptions.delete().where(_s.topic == topic))
    changed(tx, mns_topics.delete().where(mns_topics.c.seq == topic))


def page(tx: sa.Connection, caller: Caller, prefix: str, after: str, size: int) -> list[Row]:
    """By name, those behind `after`; one more than `size` when there are more."""
    return named_page(tx, mns_topics, caller, prefix, after, size)


def count_topics(tx: sa.Connection, caller: Caller) -> int:
    return owned.count(tx, mns_topics, caller)


def subscription(tx: sa.Connection, topic: int, name: str) -> Row | None:
    return one(tx, sa.select(mns_subscriptions).where(_s.topic == topic, _s.name == name))


def subscription_by_seq(tx: sa.Connection, seq: int) -> Row | None:
    """With its topic's name and owner."""
    query = (
        sa.select(mns_subscriptions, mns_topics.c.name.label("topic_name"), mns_topics.c.account, mns_topics.c.region)
        .join(mns_topics, mns_topics.c.seq == _s.topic)
        .where(_s.seq == seq)
    )
    return one(tx, query)


def subscriptions(tx: sa.Connection, topic: int) -> list[Row]:
    return all_rows(tx, sa.select(mns_subscriptions).where(_s.topic == topic).order_by(_s.seq))


def subscription_page(tx: sa.Connection, caller: Caller, topic: int, prefix: str, after: str, size: int) -> list[Row]:
    return named_page(tx, mns_subscriptions, caller, prefix, after, size, _s.topic == topic)


def subscribe(tx: sa.Connection, topic: int, **values: Any) -> None:
    tx.execute(mns_subscriptions.insert().values(topic=topic, **values))


def change_subscription(tx: sa.Connection, seq: int, **values: Any) -> None:
    changed(tx, mns_subscriptions.update().where(_s.seq == seq).values(**values))


def unsubscribe(tx: sa.Connection, seq: int) -> None:
    _drop(tx, seq)
    changed(tx, mns_subscriptions.delete().where(_s.seq == seq))


def _drop(tx: sa.Connection, seq: int) -> None:
    """What a subscriber that is gone has not got, nobody wants any more."""
    d = deliveries.c
    where = (d.kind == "push", d.target == str(seq), d.state == "Waiting")
    changed(tx, deliveries.update().where(*where).values(state="Dropped"))


def certificate(tx: sa.Connection) -> Row | None:
    """The newest key pair."""
    return one(tx, sa.select(mns_certificates).order_by(mns_certificates.c.created_ms.desc()).limit(1))


def certificate_by_fingerprint(tx: sa.Connection, fingerprint: str) -> str | None:
    """The certificate as PEM."""
    row = one(tx, sa.select(mns_certificates).where(mns_certificates.c.fingerprint == fingerprint))
    return row["certificate"] if row else None


def add_certificate(tx: sa.Connection, **values: Any) -> None:
    tx.execute(mns_certificates.insert().values(**values))
