"""Queues of the message service and the messages in them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.database import Row, all_rows, at_last, changed, one, seen, touch
from reelmill.store.message_tables import mns_messages, mns_queues

_m = mns_messages.c
_NEW = mns_messages.insert()
_WAITING = "mns_messages"  # messages of this transaction that are not written yet
_FOREVER_MS = 8 * 86_400_000  # nothing is invisible for longer: a time further away was written by a clock gone ahead


def rang(queue: int) -> str:
    """The word by which a commit tells that this queue has something new."""
    return f"mns_messages/{queue}"


def find(tx: sa.Connection, caller: Caller, name: str) -> Row | None:
    """A queue of the caller's, by its name."""
    key = mns_queues.name, caller.account, caller.region, name
    if key in (known := seen(tx)):
        return known[key]
    row = one(tx, sa.select(mns_queues).where(owned.owned(mns_queues, caller), mns_queues.c.name == name))
    if row:
        known[key] = row
    return row


def add(tx: sa.Connection, caller: Caller, **values: Any) -> None:
    owned.insert(tx, mns_queues, caller, **values)


def change(tx: sa.Connection, queue: int, **values: Any) -> None:
    _write(tx)
    changed(tx, mns_queues.update().where(mns_queues.c.seq == queue).values(**values))
    seen(tx).clear()


def remove(tx: sa.Connection, queue: int) -> None:
    """The queue with all that is in it."""
    _write(tx)
    changed(tx, mns_messages.delete().where(_m.queue == queue))
    seen(tx).clear()
    changed(tx, mns_queues.delete().where(mns_queues.c.seq == queue))
    touch(tx, rang(queue))  # who waits for a message learns that there is no queue any more


def page(tx: sa.Connection, caller: Caller, prefix: str, after: str, size: int) -> list[Row]:
    """By name, those behind `after`; one more than `size` when there are more."""
    return named_page(tx, mns_queues, caller, prefix, after, size)


def named_page(
    tx: sa.Connection, table: sa.Table, caller: Caller, prefix: str, after: str, size: int, *more: Any
) -> list[Row]:
    """A page of rows in the order of their names."""
    query = sa.select(table).where(table.c.name > after, table.c.name.startswith(prefix, autoescape=True), *more)
    if "account" in table.c:
        query = query.where(owned.owned(table, caller))
    return all_rows(tx, query.order_by(table.c.name).limit(size + 1))


def count_queues(tx: sa.Connection, caller: Caller) -> int:
    return owned.count(tx, mns_queues, caller)


def put(
    tx: sa.Connection,
    queue: int,
    *,
    id: str,
    body: str,
    md5: str,
    now: int,
    retention_s: int,
    priority: int = 8,
    delay_s: int = 0,
    receipt: str = "",
    properties: Mapping[str, Any] | None = None,
) -> int:
    """A message into a queue; its seq where it is delayed, else 0: those are written all at once at the end of the
    transaction. Who waits for one hears of it when that is committed."""
    row = {
        "queue": queue,
        "id": id,
        "body": body,
        "md5": md5,
        "priority": priority,
        "enqueued_ms": now,
        "visible_ms": now + 1000 * delay_s,
        "expires_ms": now + 1000 * retention_s,
        "receipt": receipt,
        "properties": json.dumps(properties, ensure_ascii=False) if properties else "",
    }
    touch(tx, rang(queue))
    if delay_s:
        _write(tx)
        return int((tx.execute(_NEW, row).inserted_primary_key or (0,))[0])
    waiting = seen(tx).setdefault(_WAITING, [])
    if not waiting:
        at_last(tx, _write)
    waiting.append(row)
    return 0


def _write(tx: sa.Connection) -> None:
    """Write what waits: before anything looks at messages."""
    if rows := seen(tx).get(_WAITING):
        tx.execute(_NEW, rows)
        rows.clear()


def _visible(queue: int, now: int) -> tuple[sa.ColumnElement[bool], ...]:
    seen = sa.or_(_m.visible_ms <= now, _m.visible_ms > now + _FOREVER_MS)
    return (_m.queue == queue, seen, _m.expires_ms > now)


def visible(tx: sa.Connection, queue: int, now: int, count: int, *, lock: bool = False) -> list[Row]:
    """The next messages that can be received: by priority, then in the order in which they came. `lock`: nobody else
    receives them meanwhile."""
    _write(tx)
    query = sa.select(mns_messages).where(*_visible(queue, now)).order_by(_m.priority, _m.seq).limit(count)
    return all_rows(tx, query.with_for_update(skip_locked=True) if lock else query)


def take(tx: sa.Connection, row: Row, now: int, until_ms: int, receipt: str) -> Row:
    """Hide a message that was received until this moment; the row as it is then."""
    values = {
        "visible_ms": until_ms,
        "receipt": receipt,
        "dequeued": row["dequeued"] + 1,
        "first_dequeue_ms": row["first_dequeue_ms"] or now,
    }
    changed(tx, mns_messages.update().where(_m.seq == row["seq"]).values(**values))
    return row | values


def held(tx: sa.Connection, queue: int, seq: int, receipt: str, now: int) -> Row | None:
    """The message that this handle holds, locked; None when its time is over, or somebody received it since."""
    where = (_m.seq == seq, _m.queue == queue, _m.receipt == receipt, _m.visible_ms > now, _m.expires_ms > now)
    return one(tx, sa.select(_m.seq, _m.priority).where(*where).with_for_update())


def hide(tx: sa.Connection, queue: int, seq: int, until_ms: int, receipt: str) -> None:
    """Another end of the time in which a message is hidden, and another handle."""
    changed(tx, mns_messages.update().where(_m.seq == seq).values(visible_ms=until_ms, receipt=receipt))
    touch(tx, rang(queue))  # it may be sooner than before


def delete(tx: sa.Connection, seq: int) -> None:
    changed(tx, mns_messages.delete().where(_m.seq == seq))


def next_visible(tx: sa.Connection, queue: int, now: int) -> int | None:
    """When the next hidden message appears (ms); None when there is none."""
    _write(tx)
    query = sa.select(sa.func.min(_m.visible_ms)).where(_m.queue == queue, _m.visible_ms > now, _m.expires_ms > now)
    found = tx.execute(query).scalar()
    return None if found is None else int(found)


def counts(tx: sa.Connection, queues: Sequence[int], now: int) -> dict[int, tuple[int, int, int]]:
    """queue -> how many messages can be received, are held by somebody, and are delayed."""
    hidden = _m.visible_ms > now
    active = sa.func.sum(sa.case((hidden, 0), else_=1))
    inactive = sa.func.sum(sa.case((sa.and_(hidden, _m.dequeued > 0), 1), else_=0))
    delayed = sa.func.sum(sa.case((sa.and_(hidden, _m.dequeued == 0), 1), else_=0))
    query = (
        sa.select(_m.queue, active, inactive, delayed)
        .where(_m.queue.in_(list(queues)), _m.expires_ms > now)
        .group_by(_m.queue)
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in tx.execute(query)}


def forget(tx: sa.Connection, now: int) -> int:
    """Delete messages that stayed longer than their queue keeps them."""
    return changed(tx, mns_messages.delete().where(_m.expires_ms <= now))
