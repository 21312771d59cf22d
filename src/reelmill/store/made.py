"""What was made before, and the content of sources that were read once."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.model import Caller
from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.dialect import insert_new, upsert
from reelmill.store.reuse_tables import contents, made
from reelmill.store.tables import executions, jobs

_TRIED = 20  # of those with one key that are looked at: that so many were changed is rare
_JSON = ("places", "published", "read")
SCOPES = ("Off", "Run", "Workflow", "Account")


def hash_of(tx: sa.Connection, entry: str) -> str:
    """SHA-256 of a source by its entry (objects.fetch.entry); "" when nobody has read it yet."""
    row = one(tx, sa.select(contents.c.sha256).where(contents.c.entry == entry))
    return str(row["sha256"]) if row else ""


def note_hash(tx: sa.Connection, entry: str, sha256: str) -> None:
    """The source was read."""
    upsert(tx, contents, {"entry": entry}, {"sha256": sha256, "read_ms": clock.now_ms()})


def find(tx: sa.Connection, caller: Caller, scope: str, content: str, *, run_id: str, workflow_id: str) -> list[Row]:
    """Jobs that made this content, in this run, workflow or account, the newest first; JSON decoded, with the job's
    `result`."""
    query = _of(caller, scope, content, run_id, workflow_id)
    if query is None:
        return []
    found = all_rows(tx, query.order_by(made.c.seq.desc()).limit(_TRIED))
    query = sa.select(jobs.c.id, jobs.c.result).where(jobs.c.id.in_([row["job_id"] for row in found]))
    results = {row["id"]: json.loads(row["result"]) for row in all_rows(tx, query)} if found else {}
    decoded = [row | {name: json.loads(row[name]) for name in _JSON} for row in found]
    return [row | {"result": results[row["job_id"]]} for row in decoded if row["job_id"] in results]


def scope_of_run(tx: sa.Connection, run_id: str) -> str:
    """Whose outputs a run takes over: off, run, workflow, account."""
    row = one(tx, sa.select(executions.c.graph).where(executions.c.run_id == run_id))
    return str(json.loads(row["graph"]).get("reuse") or "Off").lower() if row else "off"


def there_is(tx: sa.Connection, caller: Caller, scope: str, content: str, *, run_id: str, workflow_id: str) -> bool:
    """Whether `find` would find anything."""
    query = _of(caller, scope, content, run_id, workflow_id)
    return query is not None and one(tx, query.with_only_columns(made.c.seq).limit(1)) is not None


def _of(caller: Caller, scope: str, content: str, run_id: str, workflow_id: str) -> sa.Select[Any] | None:
    within = {"run": [made.c.run_id == run_id], "workflow": [made.c.workflow_id == workflow_id], "account": []}
    if scope not in within:
        return None
    mine = (made.c.content == content, made.c.account == caller.account, made.c.region == caller.region)
    return sa.select(made).where(*mine, *within[scope])


def note(tx: sa.Connection, caller: Caller, values: Mapping[str, Any]) -> None:
    """A job has made something, or linked what was made; columns as in store.reuse_tables, JSON as values."""
    told = {n: json.dumps(v, ensure_ascii=False) if n in _JSON else v for n, v in values.items()}
    row = {"account": caller.account, "region": caller.region, "made_ms": clock.now_ms(), **told}
    insert_new(tx, made, row, ["job_id"])


def forget_older(tx: sa.Connection, before: int) -> None:
    """Hashes of sources that nobody has worked on since, and what was made, or linked, before that moment."""
    changed(tx, contents.delete().where(contents.c.read_ms < before))
    changed(tx, made.delete().where(made.c.made_ms < before))
