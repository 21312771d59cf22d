"""Results of analyses, by what they looked at."""

import sqlalchemy as sa

from reelmill.core.model import Caller, ObjectRef
from reelmill.store import owned
from reelmill.store.database import Row, all_rows
from reelmill.store.tables import batches, jobs
from reelmill.store.work import decoded


def newest(tx: sa.Connection, owner: Caller, kind: str, source: ObjectRef, version: str, since_ms: int) -> Row | None:
    """The last job of this kind that succeeded on this version of an object, made since then."""
    c, within = jobs.c, owned.span(tx, jobs, since_ms, None)
    if within is None:
        return None
    query = (
        sa.select(jobs)
        .join(batches, batches.c.id == c.batch_id)
        .where(c.account == owner.account, c.region == owner.region, c.kind == kind, c.state == "Success")
        .where(c.seq >= within.low, *within.within)
        .where(batches.c.source_bucket == source.bucket, batches.c.source_object == source.key)
        .where(batches.c.version == version)
        .with_hint(jobs, "INDEXED BY ix_job_list_state", "sqlite")
        .order_by(c.seq.desc())
        .limit(1)
    )
    found = all_rows(tx, query)
    return decoded(found[0]) if found else None
