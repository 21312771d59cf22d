"""What waits for a person's decision, and what persons have decided."""

from collections.abc import Collection

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store.database import Row, all_rows, one
from reelmill.store.tables import WAITING, activities, executions, jobs

_MOST = 4096  # more than the activities of a run: its place and that of the run are one number


def waiting(tx: sa.Connection, caller: Caller, size: int, below: int | None) -> tuple[list[Row], int]:
    """(activities that wait, of the newest run first, one row more than `size` when there are more; how many there are
    in all). `since_ms`: when their job had ended."""
    a, e = activities.c, executions.c
    # no index holds an owner written so, else SQLite would walk through all runs that he has
    mine = (e.account.concat("") == caller.account, e.region.concat("") == caller.region)
    place = (e.seq * _MOST + a.place).label("seq")
    found = (
        sa.select(
            place,
            *(a[n] for n in ("run_id", "name", "type", "attempt", "message")),
            *(e[n] for n in ("media_id", "workflow_id", "workflow_name", "bucket", "location", "object")),
            sa.func.coalesce(jobs.c.finished_ms, a.started_ms).label("since_ms"),
        )
        .join(executions, e.run_id == a.run_id)
        .join(jobs, jobs.c.id == a.job_id, isouter=True)
        .where(sa.text(f"activities.{WAITING}"), *mine)
        .with_hint(activities, "INDEXED BY ix_activity_waiting", "sqlite")
    )
    total = int(tx.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one())
    page = found if below is None else found.where(e.seq * _MOST + a.place < below)
    return all_rows(tx, page.order_by(place.desc()).limit(size + 1)), total


def decided_by_person(tx: sa.Connection, execution: Row, types: Collection[str]) -> bool:
    """Whether somebody has decided about this version of the media, in any of its runs, at an activity of these
    types."""
    a, e = activities.c, executions.c
    query = (
        sa.select(a.run_id)
        .join(executions, e.run_id == a.run_id)
        .where(
            e.media_id == execution["media_id"],
            e.version == execution["version"],
            a.type.in_(list(types)),
            a.decision != "",
        )
    )
    return one(tx, query.limit(1)) is not None
