"""Which version of which source each published object was made of last."""

from dataclasses import dataclass

import sqlalchemy as sa

from reelmill.store.database import one
from reelmill.store.dialect import upsert
from reelmill.store.tables import batches, executions, written


@dataclass(frozen=True, slots=True)
class Origin:
    """What a batch works from in the end: the input of its run, or its own source. `turn` grows with the time at which
    the work was asked for."""

    bucket: str
    key: str
    version: str
    turn: int

    @property
    def source(self) -> tuple[str, str, str]:
        return self.bucket, self.key, self.version


def origin(tx: sa.Connection, batch_id: str) -> Origin | None:
    """None when the batch has no source."""
    c, e = batches.c, executions.c
    query = (
        sa.select(
            sa.func.coalesce(e.bucket, c.source_bucket).label("bucket"),
            sa.func.coalesce(e.object, c.source_object).label("key"),
            sa.func.coalesce(e.version, c.version).label("version"),
            c.turn,
        )
        .select_from(batches.join(executions, e.run_id == c.run_id, isouter=True))
        .where(c.id == batch_id)
    )
    row = one(tx, query)
    return Origin(**row) if row and row["bucket"] else None


def last(tx: sa.Connection, bucket: str, key: str) -> Origin | None:
    """What the object was made of; None when nobody knows."""
    row = one(tx, sa.select(written).where(written.c.bucket == bucket, written.c.object == key))
    return Origin(row["source_bucket"], row["source_object"], row["version"], row["turn"]) if row else None


def note(tx: sa.Connection, bucket: str, key: str, made_of: Origin) -> None:
    """The object is made of this now."""
    values = {
        "source_bucket": made_of.bucket,
        "source_object": made_of.key,
        "version": made_of.version,
        "turn": made_of.turn,
    }
    upsert(tx, written, {"bucket": bucket, "object": key}, values)
