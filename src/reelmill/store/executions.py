"""Executions and their activities."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.core.states import ACTIVITY_FINAL
from reelmill.store import owned, versions
from reelmill.store.database import Row, all_rows, changed, many, one, tally
from reelmill.store.dialect import insert_new
from reelmill.store.tables import activities, activity_attempts, execution_counts, executions, jobs, media, outbox

_HISTORY_MS = 90 * 86_400_000  # ListMediaWorkflowExecutions shows the last 90 days (workflow.md 2.2)


def insert(tx: sa.Connection, row: Mapping[str, Any], nodes: Sequence[tuple[str, str]]) -> bool:
    """Add an execution with its activities, all Init; `nodes` is (name, type) in the order of the topology.

    False when its trigger key is known already: the same upload never starts a workflow twice.
    """
    known = executions.c.trigger_key == row["trigger_key"]
    if row["trigger_key"] is not None and one(tx, sa.select(executions.c.seq).where(known)):
        return False  # the common case, without taking a number
    values = {**row, "created_ms": owned.made_at(tx, executions, row["created_ms"]), "total": len(nodes)}
    if not insert_new(tx, executions, values, ["trigger_key"]):
        return False
    _tally(tx, row, row["state"], 1)
    tx.execute(
        activities.insert(),
        [
            {"run_id": row["run_id"], "name": n, "type": t, "place": i, "state": "Init"}
            for i, (n, t) in enumerate(nodes)
        ],
    )
    return True


def locked(tx: sa.Connection, run_id: str) -> Row | None:
    """The execution, locked until the transaction ends, with `graph` decoded."""
    row = one(tx, sa.select(executions).where(executions.c.run_id == run_id).with_for_update())
    return row and row | {"graph": json.loads(row["graph"])}


def identity(tx: sa.Connection, run_id: str | None) -> dict[str, str]:
    """Which run it is, of which workflow; empty words for none."""
    row = one(tx, sa.select(executions.c.run_id, executions.c.workflow_id).where(executions.c.run_id == run_id))
    return {name: str(row[name]) if row else "" for name in ("run_id", "workflow_id")}


def count(tx: sa.Connection, run_id: str, answered: Collection[str] = ()) -> None:
    """Note on the run how many of its activities are final and how many have failed, without those whose failure was
    answered: lists show and filter by it."""
    mine = sa.select(sa.func.count()).select_from(activities).where(activities.c.run_id == run_id)
    done, failed = (
        mine.where(activities.c.state.in_(states), activities.c.name.not_in(list(without))).scalar_subquery()
        for states, without in ((ACTIVITY_FINAL, ()), (("Fail",), answered))
    )
    changed(tx, executions.update().where(executions.c.run_id == run_id).values(done=done, failed=failed))


def finish(tx: sa.Connection, run_id: str, state: str, now: int) -> bool:
    """Running -> the state; False when it has ended before."""
    owner = one(tx, sa.select(executions.c.account, executions.c.region).where(executions.c.run_id == run_id))
    if not owner or not changed(
        tx,
        executions.update()
        .where(executions.c.run_id == run_id, executions.c.state == "Running")
        .values(state=state, finished_ms=now),
    ):
        return False
    _tally(tx, owner, "Running", -1)
    _tally(tx, owner, state, 1)
    return True


def begin_again(tx: sa.Connection, run_id: str, names: Sequence[str], version: str) -> bool:
    """A run that has ended goes on, with these activities in their next attempt; what the last one came to is kept
    beside. `version` of its source that it works on now. False when the run has not ended."""
    owner = one(
        tx,
        sa.select(executions.c.account, executions.c.region, executions.c.state).where(executions.c.run_id == run_id),
    )
    where = (executions.c.run_id == run_id, executions.c.state != "Running")
    values = {"state": "Running", "cancelled": False, "finished_ms": None, "version": version}
    if not owner or not changed(tx, executions.update().where(*where).values(**values)):
        return False
    _tally(tx, owner, owner["state"], -1)
    _tally(tx, owner, "Running", 1)
    _next_attempt(tx, run_id, names, tries=0)
    return True


def _next_attempt(tx: sa.Connection, run_id: str, names: Sequence[str], **begun: Any) -> None:
    """Activities begin anew; what they came to is kept beside."""
    mine = (activities.c.run_id == run_id, activities.c.name.in_(list(names)))
    kept = [c.name for c in activity_attempts.c]
    tx.execute(activity_attempts.insert().from_select(kept, sa.select(*(activities.c[n] for n in kept)).where(*mine)))
    fresh = dict.fromkeys(("code", "message", "message_result", "gate", "decision", "reason"), "")
    unset = dict.fromkeys(("job_id", "started_ms", "finished_ms", "message_key", "retry_at_ms"))
    begun |= {"state": "Init", "result": "{}", "attempt": activities.c.attempt + 1}
    changed(tx, activities.update().where(*mine).values(**fresh, **unset, **begun))


def waiting_again(tx: sa.Connection, now: int) -> list[tuple[str, str]]:
    """(run, activity) whose next attempt is due."""
    due = sa.select(activities.c.run_id, activities.c.name).where(
        activities.c.retry_at_ms <= now, activities.c.retry_at_ms.is_not(None)
    )
    return [(row["run_id"], row["name"]) for row in all_rows(tx, due.order_by(activities.c.retry_at_ms).limit(500))]


def try_again(tx: sa.Connection, run_id: str, name: str, now: int) -> bool:
    """The next attempt of an activity that failed begins by itself; False when it is not due."""
    row = activity(tx, run_id, name)
    if row.get("state") != "Retrying" or row["retry_at_ms"] > now:
        return False
    move_activity(tx, run_id, name, ("Retrying",), state="Fail")  # so it is kept
    _next_attempt(tx, run_id, [name], tries=row["tries"] + 1)
    return True


def attempts(tx: sa.Connection, run_id: str, name: str) -> list[Row]:
    """What the attempts of an activity before the present one came to, oldest first, `result` decoded."""
    c = activity_attempts.c
    query = sa.select(activity_attempts).where(c.run_id == run_id, c.name == name).order_by(c.attempt)
    return [row | {"result": json.loads(row["result"])} for row in all_rows(tx, query)]


def _tally(tx: sa.Connection, owner: Mapping[str, Any], state: str, by: int) -> None:
    tally(tx, execution_counts, {"account": owner["account"], "region": owner["region"], "state": state}, by)


def mark_cancelled(tx: sa.Connection, run_id: str) -> bool:
    where = (executions.c.run_id == run_id, executions.c.state == "Running", sa.not_(executions.c.cancelled))
    return bool(changed(tx, executions.update().where(*where).values(cancelled=True)))


def states(tx: sa.Connection, run_id: str) -> dict[str, Row]:
    """name -> activity row with `result` decoded, in the order of the topology."""
    found = all_rows(tx, sa.select(activities).where(activities.c.run_id == run_id).order_by(activities.c.place))
    return {a["name"]: a | {"result": json.loads(a["result"])} for a in found}


def activity(tx: sa.Connection, run_id: str, name: str) -> Row:
    """One activity of a run."""
    return one(tx, sa.select(activities).where(activities.c.run_id == run_id, activities.c.name == name)) or {}


def note_message(tx: sa.Connection, run_id: str, name: str, result: str) -> None:
    """What became of an activity's message to a queue or topic, as JSON."""
    where = (activities.c.run_id == run_id, activities.c.name == name)
    changed(tx, activities.update().where(*where).values(message_result=result))


def move_activity(tx: sa.Connection, run_id: str, name: str, before: Iterable[str], **values: Any) -> Row | None:
    """The activity as it is now. Guarded: None when it is not in one of the states `before`."""
    where = (activities.c.run_id == run_id, activities.c.name == name, activities.c.state.in_(list(before)))
    return one(tx, activities.update().where(*where).values(**values).returning(activities))


def by_ids(tx: sa.Connection, account: str, region: str, run_ids: Sequence[str]) -> list[Row]:
    """Newest first."""
    found = owned.mine(
        Caller(account, region), all_rows(tx, sa.select(*_SHOWN).where(executions.c.run_id.in_(list(run_ids))))
    )
    return _with_activities(tx, sorted(found, key=lambda row: -row["seq"]))


def page(
    tx: sa.Connection,
    account: str,
    region: str,
    now: int,
    size: int,
    below: int | None,
    *,
    workflow_id: str | None = None,
    workflow_name: str | None = None,
    input_: tuple[str, str] | None = None,
) -> list[Row]:
    """Newest first, one row more than `size` when there are more; None = any. `input_` is (bucket, key): runs of the
    media of this object."""
    c = executions.c
    within = owned.span(tx, executions, now - _HISTORY_MS, None)
    if within is None:
        return []
    query = sa.select(*_SHOWN).where(c.account == account, c.region == region, c.seq >= within.low, *within.within)
    media_id = None
    if input_ is not None:
        of_object = (
            media.c.account == account,
            media.c.region == region,
            media.c.bucket == input_[0],
            media.c.object == input_[1],
        )
        media_id = (one(tx, sa.select(media.c.id).where(*of_object)) or {}).get("id", "")
    given = {
        "media": (c.media_id, media_id),
        "workflow": (c.workflow_id, workflow_id),
        "name": (c.workflow_name, workflow_name),
    }
    for column, value in given.values():
        query = query.where(column == value) if value is not None else query
    if below is not None:
        query = query.where(c.seq < below)
    index = next((name for name, (_, value) in given.items() if value is not None), "list")
    query = query.with_hint(
        executions, f"INDEXED BY ix_execution_{index}", "sqlite"
    )  # SQLite would take the widest one
    return _with_activities(tx, all_rows(tx, query.order_by(c.seq.desc()).limit(size + 1)))


def last_failed(tx: sa.Connection, media_ids: Sequence[str]) -> set[str]:
    """Those media whose newest run has ended with something that failed; a run that somebody cancelled has not."""
    newest = (
        sa.select(sa.func.max(executions.c.seq))
        .where(executions.c.media_id.in_(list(media_ids)))
        .group_by(executions.c.media_id)
    )
    bad = sa.and_(
        executions.c.state != "Running",
        sa.not_(executions.c.cancelled),
        sa.or_(executions.c.state == "Fail", executions.c.failed > 0),
    )
    return {
        row["media_id"]
        for row in all_rows(tx, sa.select(executions.c.media_id).where(executions.c.seq.in_(newest), bad))
    }


def of_media(tx: sa.Connection, media_ids: Sequence[str]) -> dict[str, list[str]]:
    """media id -> its run ids, newest first."""
    found: dict[str, list[str]] = {m: [] for m in media_ids}
    query = (
        sa.select(executions.c.media_id, executions.c.run_id)
        .where(executions.c.media_id.in_(list(media_ids)))
        .order_by(executions.c.seq.desc())
    )
    for row in many(tx, query):
        found[row["media_id"]].append(row["run_id"])
    return found


_SHOWN = [
    c for c in executions.c if c.name not in ("graph", "version")
]  # a graph is large and of no use in a list, and so is what SQLite keeps behind it


def _with_activities(tx: sa.Connection, found: list[Row]) -> list[Row]:
    """Add `activities`: those that have started, with what became of their message and, when their job failed, why
    (JSON of core.errors.Failure)."""
    query = (
        sa.select(activities, outbox.c.sent_ms, outbox.c.error, outbox.c.key, jobs.c.failure, jobs.c.reused_from)
        .join(outbox, outbox.c.key == activities.c.message_key, isouter=True)
        .join(jobs, jobs.c.id == activities.c.job_id, isouter=True)
        .where(activities.c.run_id.in_([r["run_id"] for r in found]), activities.c.state != "Init")
        .order_by(activities.c.started_ms, activities.c.place)
    )
    of_run: dict[str, list[Row]] = {r["run_id"]: [] for r in found}
    for a in all_rows(tx, query):
        told = json.loads(a["message_result"]) if a["message_result"] else None
        if told is None and a["key"] and (a["sent_ms"] or a["error"]):
            told = {
                "message_id": a["key"] if a["sent_ms"] else None,
                "error_code": None if a["sent_ms"] else "CallbackFailed",
                "error_message": a["error"] or None,
            }
        of_run[a["run_id"]].append(
            a | {"message_result": told, "failure": json.loads(a["failure"]) if a["failure"] else None}
        )
    return [r | {"activities": of_run[r["run_id"]]} for r in versions.with_versions(tx, found)]
