"""What webhooks and HTTP subscribers are to get, and what became of it."""

import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.message_tables import deliveries

_d = deliveries.c
_LONGEST_MS = 2 * 3_600_000  # no pause between tries is longer: a time further away was written by a clock gone ahead
_MOST_ATTEMPTS = 20  # of one delivery that are told; the first stays


def put(
    tx: sa.Connection,
    caller: Caller,
    *,
    kind: str,
    target: str,
    key: str,
    type: str,
    body: str,
    now: int,
    stream: str = "",
    facts: Mapping[str, Any] | None = None,
) -> str:
    """A message for one receiver; its DeliveryId. Messages of one `stream` go to a receiver in their order."""
    delivery_id = clock.new_id()
    owned.insert(
        tx,
        deliveries,
        caller,
        id=delivery_id,
        kind=kind,
        target=target,
        stream=stream,
        key=key,
        type=type,
        state="Waiting",
        next_ms=now,
        created_ms=now,
        facts=json.dumps(facts or {}, ensure_ascii=False),
        body=body,
    )
    return delivery_id


def again(tx: sa.Connection, row: Row, now: int) -> str:
    """The same message for the same receiver once more, behind everything else; its DeliveryId."""
    same = ("kind", "target", "key", "type", "body")
    facts = json.loads(row["facts"])
    return put(tx, Caller(row["account"], row["region"]), now=now, facts=facts, **{name: row[name] for name in same})


def due(tx: sa.Connection, now: int, limit: int, busy: Collection[str], under_way: Collection[int]) -> list[Row]:
    """What can be tried now, oldest first. `busy`: receivers that have enough on their hands. A message waits until the
    one before it in its stream has arrived or was given up."""
    earlier = deliveries.alias("earlier")
    first = ~(
        sa.select(earlier.c.seq)
        .where(
            earlier.c.state == "Waiting",
            earlier.c.target == _d.target,
            earlier.c.stream == _d.stream,
            earlier.c.seq < _d.seq,
        )
        .exists()
    )
    query = sa.select(deliveries).where(
        _d.state == "Waiting",
        sa.or_(_d.next_ms <= now, _d.next_ms > now + _LONGEST_MS),
        sa.or_(_d.stream == "", first),
        _d.target.notin_(list(busy)),
        _d.seq.notin_(list(under_way)),
    )
    return all_rows(tx, query.order_by(_d.seq).limit(limit))


def next_due(tx: sa.Connection, now: int) -> int | None:
    """When something wants its next try (ms), after now; None when nothing waits for a moment."""
    found = tx.execute(sa.select(sa.func.min(_d.next_ms)).where(_d.state == "Waiting", _d.next_ms > now)).scalar()
    return None if found is None else int(found)


def tried(tx: sa.Connection, row: Row, attempt: Mapping[str, Any], state: str, now: int, next_ms: int) -> None:
    """Note a try and what follows from it: Delivered, Parked, or Waiting for `next_ms`. What was dropped meanwhile
    stays so."""
    known = one(tx, sa.select(_d.attempts).where(_d.seq == row["seq"]))
    attempts = [*json.loads(known["attempts"] if known else "[]"), attempt]
    if len(attempts) > _MOST_ATTEMPTS:
        attempts = [attempts[0], *attempts[1 - _MOST_ATTEMPTS :]]
    values = {
        "state": state,
        "tries": row["tries"] + 1,
        "next_ms": next_ms,
        "finished_ms": None if state == "Waiting" else now,
        "attempts": json.dumps(attempts, ensure_ascii=False),
    }
    changed(tx, deliveries.update().where(_d.seq == row["seq"], _d.state == "Waiting").values(**values))


def drop(tx: sa.Connection, kind: str, target: str) -> None:
    """Nobody wants what this receiver has not got."""
    where = (_d.kind == kind, _d.target == target, _d.state == "Waiting")
    changed(tx, deliveries.update().where(*where).values(state="Dropped"))


def by_id(tx: sa.Connection, caller: Caller, delivery_id: str) -> Row | None:
    return owned.by_ids(tx, deliveries, caller, [delivery_id]).get(delivery_id)


def page(
    tx: sa.Connection,
    caller: Caller,
    size: int,
    below: int | None,
    *,
    target: str | None,
    state: str | None,
    type: str | None = None,
    made: tuple[int | None, int | None] = (None, None),
) -> list[Row]:
    """Deliveries to webhooks and to subscribers of topics, newest first; one more than `size` when there are more. None
    and `made` (from, to; ms): any."""
    query = sa.select(deliveries).where(owned.owned(deliveries, caller))
    for column, value in ((_d.target, target), (_d.state, state), (_d.type, type)):
        if value is not None:
            query = query.where(column == value)
    if made[0] is not None:
        query = query.where(_d.created_ms >= made[0])
    if made[1] is not None:
        query = query.where(_d.created_ms <= made[1])
    if below is not None:
        query = query.where(_d.seq < below)
    return all_rows(tx, query.order_by(_d.seq.desc()).limit(size + 1))


def forget(tx: sa.Connection, created_before_ms: int) -> int:
    """Delete what was made before this moment and is not waiting any more."""
    return changed(tx, deliveries.delete().where(_d.created_ms < created_before_ms, _d.state != "Waiting"))
