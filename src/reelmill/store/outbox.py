"""Messages that must be delivered, written in the transaction that causes them."""

import json

import sqlalchemy as sa

from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.dialect import insert_new
from reelmill.store.tables import outbox, pipelines


def put(tx: sa.Connection, account: str, region: str, key: str, body: str, now: int, stream: str = "") -> None:
    """Messages of one `stream`, such as a run, are sent one after the other. `key` is stable: the same message, sent
    again after a crash, is known by it. A key that is there already is left alone."""
    row = {"account": account, "region": region, "key": key, "body": body, "created_ms": now, "next_ms": now}
    insert_new(tx, outbox, row | {"stream": stream}, ["key"])


_LONGEST_MS = (
    3_600_000  # no pause between tries is longer: a time further away was written before the clock was set back
)


def due(tx: sa.Connection, now: int, max_tries: int, limit: int = 20) -> list[Row]:
    """Messages whose next try has come, oldest first; those that were tried `max_tries` times are given up, and
    kept. A message waits until the one before it in its stream was sent or given up."""
    earlier = outbox.alias("earlier")
    before = (earlier.c.stream == outbox.c.stream, earlier.c.seq < outbox.c.seq)
    waiting = (earlier.c.sent_ms.is_(None), earlier.c.tries < max_tries)
    first = ~sa.select(earlier.c.seq).where(*before, *waiting).exists()
    turn = sa.or_(outbox.c.next_ms <= now, outbox.c.next_ms > now + _LONGEST_MS)
    query = (
        sa.select(outbox)
        .where(outbox.c.sent_ms.is_(None), outbox.c.tries < max_tries, turn, sa.or_(outbox.c.stream == "", first))
        .order_by(outbox.c.seq)
        .limit(limit)
    )
    return all_rows(tx, query)


def next_due(tx: sa.Connection, max_tries: int, now: int) -> int | None:
    """When the next unsent message wants its next try (ms), after now; None when nothing waits for a moment."""
    where = (outbox.c.sent_ms.is_(None), outbox.c.tries < max_tries, outbox.c.next_ms > now)
    row = one(tx, sa.select(sa.func.min(outbox.c.next_ms).label("at")).where(*where))
    return row["at"] if row else None


def sent(tx: sa.Connection, seq: int, now: int) -> None:
    changed(tx, outbox.update().where(outbox.c.seq == seq).values(sent_ms=now, error="", tries=outbox.c.tries + 1))


def failed(tx: sa.Connection, seq: int, error: str, next_ms: int) -> None:
    changed(
        tx,
        outbox.update().where(outbox.c.seq == seq).values(error=error[:500], next_ms=next_ms, tries=outbox.c.tries + 1),
    )


def forget(tx: sa.Connection, created_before_ms: int) -> int:
    """Delete old messages, sent or not: where nobody listens they must not pile up for the first listener."""
    return changed(tx, outbox.delete().where(outbox.c.created_ms < created_before_ms))


def pipeline_notifies(tx: sa.Connection, pipeline_id: str) -> bool:
    """Whether the pipeline's NotifyConfig names a queue or a topic."""
    row = one(tx, sa.select(pipelines.c.notify).where(pipelines.c.id == pipeline_id))
    return row is not None and any(json.loads(row["notify"] or "{}").values())
