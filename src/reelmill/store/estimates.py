"""How long work took, and what it weighed, as past runs tell."""

import json
from dataclasses import dataclass

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store.database import Row, all_rows
from reelmill.store.tables import jobs

_LAST = 20  # of the jobs that tell how long the next one takes


@dataclass(frozen=True, slots=True)
class Past:
    """What the jobs of an activity, or of a kind, took: seconds each, seconds of work and bytes of output for a second
    of film (0: nobody knows)."""

    each: float
    pace: float
    weight: float


def of_activity(tx: sa.Connection, caller: Caller, kind: str, activity: str) -> Past | None:
    """By the last jobs of an activity of this name and kind, else by the last ones of the kind; None before there were
    any."""
    c = jobs.c
    where = (c.account == caller.account, c.region == caller.region, c.kind == kind, c.state == "Success")
    query = (
        sa.select(c.activity, c.started_ms, c.finished_ms, c.result)
        .where(*where, c.reused_from == "", c.started_ms.is_not(None))
        .with_hint(jobs, "INDEXED BY ix_job_list_state", "sqlite")
        .order_by(c.seq.desc())
        .limit(5 * _LAST)
    )
    rows = all_rows(tx, query)
    return _past([row for row in rows if row["activity"] == activity][:_LAST] or rows[:_LAST])


def _past(rows: list[Row]) -> Past | None:
    if not rows:
        return None
    took = [max(0.001, (row["finished_ms"] - row["started_ms"]) / 1000) for row in rows]
    made = [json.loads(row["result"]) for row in rows]
    known = [
        (t, float(r["duration"]), float(r.get("size") or 0))
        for t, r in zip(took, made, strict=True)
        if r.get("duration")
    ]
    film = sum(seconds for _, seconds, _ in known)
    pace, weight = (sum(one[at] for one in known) / film if film else 0.0 for at in (0, 2))
    return Past(sum(took) / len(took), pace, weight)
