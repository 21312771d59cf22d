"""Webhooks, and the events that they and the event stream tell of."""

import json
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.database import Row, all_rows, at_last, changed, lock, seen
from reelmill.store.message_tables import events, webhooks

# What a transaction remembers: the webhooks of an account, and the events that are written at its end.
_KNOWN, _TOLD = webhooks.name, events.name


def add(tx: sa.Connection, caller: Caller, **values: Any) -> None:
    owned.insert(tx, webhooks, caller, **_encoded(values))
    seen(tx).pop(_KNOWN, None)


def change(tx: sa.Connection, caller: Caller, webhook_id: str, **values: Any) -> None:
    owned.update(tx, webhooks, caller, webhook_id, **_encoded(values))
    seen(tx).pop(_KNOWN, None)


def remove(tx: sa.Connection, webhook_id: str) -> None:
    changed(tx, webhooks.delete().where(webhooks.c.id == webhook_id))
    seen(tx).pop(_KNOWN, None)


def find(tx: sa.Connection, caller: Caller, webhook_id: str) -> Row | None:
    row = owned.by_ids(tx, webhooks, caller, [webhook_id]).get(webhook_id)
    return _decoded(row) if row else None


def of_account(tx: sa.Connection, caller: Caller) -> list[Row]:
    """All of the caller's, oldest first. One fact may tell of many events: they are looked up once."""
    key, known = (caller.account, caller.region), seen(tx).setdefault(_KNOWN, {})
    if key not in known:
        query = sa.select(webhooks).where(owned.owned(webhooks, caller)).order_by(webhooks.c.seq)
        known[key] = [_decoded(row) for row in all_rows(tx, query)]
    return known[key]


def add_event(tx: sa.Connection, caller: Caller, event_id: str, type: str, body: str, now: int) -> None:
    """Events take their places as they are committed: whoever has read one has missed none before it."""
    told: list[Row] = seen(tx).setdefault(_TOLD, [])

    def insert(tx: sa.Connection) -> None:
        lock(tx, "events")
        tx.execute(events.insert(), told)
        told.clear()

    if not told:
        at_last(tx, insert)
    told.append(
        {
            "account": caller.account,
            "region": caller.region,
            "id": event_id,
            "type": type,
            "body": body,
            "created_ms": now,
        }
    )


def events_after(tx: sa.Connection, caller: Caller, seq: int, limit: int) -> list[Row]:
    """Events of the caller's behind a place, in order."""
    query = sa.select(events).where(owned.owned(events, caller), events.c.seq > seq)
    return all_rows(tx, query.order_by(events.c.seq).limit(limit))


def last_event(tx: sa.Connection) -> int:
    """The place of the newest event; 0 when there is none."""
    return int(tx.execute(sa.select(sa.func.max(events.c.seq))).scalar() or 0)


def forget_events(tx: sa.Connection, before_ms: int) -> int:
    """Delete events of before this moment, but the newest one: places go on from it."""
    newest = sa.select(sa.func.max(events.c.seq)).scalar_subquery()
    return changed(tx, events.delete().where(events.c.created_ms < before_ms, events.c.seq < newest))


def _encoded(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"secrets": json.dumps(values["secrets"])} if "secrets" in values else values


def _decoded(row: Row) -> Row:
    return row | {"secrets": json.loads(row["secrets"])}
