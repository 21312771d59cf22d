"""What changes in the rows of a run that is done again, besides the attempts of its activities (store.executions)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.store.database import changed
from reelmill.store.tables import activities, activity_attempts, executions

_TAKEN = ("state", "job_id", "code", "message", "result", "started_ms", "finished_ms", "gate", "decision", "reason")


def redraw(tx: sa.Connection, run_id: str, graph: Mapping[str, Any], nodes: Sequence[tuple[str, str]]) -> None:
    """A run follows another graph from now on; `nodes` is (name, type) in its order. What an activity came to that is
    no more is kept among the attempts."""
    a, names = activities.c, [name for name, _ in nodes]
    changed(
        tx,
        executions.update()
        .where(executions.c.run_id == run_id)
        .values(graph=json.dumps(graph, ensure_ascii=False), total=len(nodes)),
    )
    gone = (a.run_id == run_id, a.name.not_in(names))
    kept = [c.name for c in activity_attempts.c]
    tx.execute(activity_attempts.insert().from_select(kept, sa.select(*(a[n] for n in kept)).where(*gone)))
    changed(tx, activities.delete().where(*gone))
    known = {row[0] for row in tx.execute(sa.select(a.name).where(a.run_id == run_id))}
    for place, (name, kind) in enumerate(nodes):
        if name in known:
            changed(tx, activities.update().where(a.run_id == run_id, a.name == name).values(place=place, type=kind))
        else:
            values = {"run_id": run_id, "name": name, "type": kind, "place": place, "state": "Init"}
            tx.execute(activities.insert().values(**values, attempt=1 + _last_attempt(tx, run_id, name)))


def _last_attempt(tx: sa.Connection, run_id: str, name: str) -> int:
    """Of an activity that was taken out of the run's drawing once; 0 when it never was in it."""
    c = activity_attempts.c
    last = sa.select(sa.func.max(c.attempt)).where(c.run_id == run_id, c.name == name)
    return int(tx.execute(last).scalar() or 0)


def take_over(tx: sa.Connection, old: str, new: str, names: Sequence[str]) -> None:
    """Activities of a new run are what those of the same names came to in another."""
    a = activities.c
    query = sa.select(a.name, *(a[c] for c in _TAKEN)).where(a.run_id == old, a.name.in_(list(names)))
    for row in tx.execute(query).mappings().all():
        values = {c: row[c] for c in _TAKEN}
        changed(tx, activities.update().where(a.run_id == new, a.name == row["name"]).values(**values))
