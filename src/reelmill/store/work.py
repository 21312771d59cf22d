"""Batches and jobs: what waits, what runs, what became of it. Every state change is a guarded UPDATE along
core/states.py."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.errors import Failure
from reelmill.core.states import FINAL, LIVE, may_move
from reelmill.store import owned
from reelmill.store.database import Row, all_rows, changed, lock, many, one
from reelmill.store.tables import batches, jobs

_LIVE = ", ".join(f"'{s}'" for s in LIVE)

# Which waiting batches may start now. In each pipeline (Active, below its limit) those of a lane that has free slots,
# two more than the lane has so that the next one is at hand when a slot becomes free. Lanes first, limits then: what
# waits for one lane must not keep the other idle. Shares before age: whoever has least under way in a lane is next,
# accounts against each other and then the pipelines of an account, so that an import of thousands holds up nobody
# else's clip; inside a pipeline priority and turn decide. An account of weight 3 gets thrice the share of one of 1.
# What is held works at nothing and takes no place of a lane, only one of its pipeline. The same
# text runs on SQLite and PostgreSQL.
_RANKED = f"""
with live as materialized (
  select account, pipeline_id, lane, held, count(*) as n from batches where state in ({_LIVE})
  group by account, pipeline_id, lane, held),
taken as materialized (select pipeline_id, sum(n) as n from live group by pipeline_id),
busy as materialized (select account, pipeline_id, lane, n from live where held = ''),
of_pipeline as materialized (select pipeline_id, lane, sum(n) as n from busy group by pipeline_id, lane),
of_account as materialized (select account, lane, sum(n) as n from busy group by account, lane),
waiting as (
  select b.id, b.account, b.pipeline_id, b.lane, b.priority, b.turn, b.seq,
         row_number() over (partition by b.pipeline_id, b.lane order by b.priority desc, b.turn, b.seq) as place,
         coalesce(p.max_concurrency, :default_limit) - coalesce(taken.n, 0) as room
  from batches b join pipelines p on p.id = b.pipeline_id left join taken on taken.pipeline_id = b.pipeline_id
  where b.state = 'Submitted' and p.state = 'Active'),
shared as (
  select waiting.*, row_number() over (partition by waiting.account, waiting.lane
           order by place + coalesce(of_pipeline.n, 0), priority desc, turn, seq) as share
  from waiting
  left join of_pipeline on of_pipeline.pipeline_id = waiting.pipeline_id and of_pipeline.lane = waiting.lane
  where place <= room or :all),
ranked as (
  select shared.*, row_number() over (partition by shared.lane
           order by (share + coalesce(of_account.n, 0)) / {{weight}}, priority desc, turn, seq) as rank
  from shared left join of_account on of_account.account = shared.account and of_account.lane = shared.lane)"""
_ADMIT = """
fitting as (
  select id, room, row_number() over (partition by pipeline_id order by priority desc, turn, seq) as place from ranked
  where rank <= (case lane when 'heavy' then :heavy else :light end) + 2
           - coalesce((select sum(n) from busy where busy.lane = ranked.lane), 0))
update batches set state = 'Admitted', attempt = 1
where state = 'Submitted' and id in (select id from fitting where place <= room)
returning id, attempt, kind, priority, turn, seq"""


def _ranked(weights: Mapping[str, float], then: str) -> tuple[str, dict[str, Any]]:
    """The statement that ranks what waits and goes on with `then`, and its parameters for the weights of accounts."""
    cases = "".join(f" when :account{n} then cast(:weight{n} as double precision)" for n in range(len(weights)))
    weight = f"case shared.account{cases} else 1.0 end" if cases else "1.0"
    values: dict[str, Any] = {f"account{n}": name for n, name in enumerate(weights)}
    values |= {f"weight{n}": value for n, value in enumerate(weights.values())}
    return _RANKED.format(weight=weight) + then, values


def admit(
    tx: sa.Connection,
    *,
    heavy: int,
    light: int,
    default_limit: int,
    versions: Mapping[str, str] | None = None,
    weights: Mapping[str, float] | None = None,
) -> list[tuple[str, int, str]]:
    """Move what may start from Submitted to Admitted: [(batch id, attempt, version of its node)], most urgent first.
    `versions`: kind -> version of its node now, "" if it is not named; `weights`: account -> how large its share is, 1
    if it is not named."""
    lock(tx, "admission")  # else two who admit at the same time would both fill the same free slots
    text, values = _ranked(weights or {}, "," + _ADMIT)
    values |= {"heavy": heavy, "light": light, "default_limit": default_limit, "all": False}
    moved = sorted(all_rows(tx, text, **values), key=lambda row: (-row["priority"], row["turn"], row["seq"]))
    if not moved:
        return []
    version_of = {row["id"]: (versions or {}).get(row["kind"], "") for row in moved}
    for version in set(version_of.values()) - {""}:
        mine = batches.c.id.in_([batch_id for batch_id, its in version_of.items() if its == version])
        changed(tx, batches.update().where(mine).values(node_version=version))
    waiting = (jobs.c.batch_id.in_(list(version_of)), jobs.c.state == "Submitted")
    changed(tx, jobs.update().where(*waiting).values(state="Admitted"))
    return [(row["id"], row["attempt"], version_of[row["id"]]) for row in moved]


def places(
    tx: sa.Connection, batch_ids: Sequence[str], most: int, weights: Mapping[str, float] | None = None
) -> dict[str, int]:
    """Batch -> its place (1: the next) among all that wait for the same lane, by everybody's shares as they are now. {}
    when more than `most` wait."""
    waiting = sa.select(batches.c.seq).where(batches.c.state == "Submitted").limit(most + 1).subquery()
    if not batch_ids or int(tx.execute(sa.select(sa.func.count()).select_from(waiting)).scalar_one()) > most:
        return {}
    text, values = _ranked(weights or {}, " select id, rank from ranked where id in :ids")
    query = sa.text(text).bindparams(sa.bindparam("ids", expanding=True))
    first = values | {"default_limit": 0, "all": True, "ids": list(batch_ids)}
    return {row[0]: int(row[1]) for row in tx.execute(query, first)}


def add_batch(tx: sa.Connection, batch: Mapping[str, Any], job_rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert a batch with its jobs. Columns as in store.tables; JSON columns are given as values. `turn` None: that of
    the batches of its run; of the first one, after everything else that waits."""
    owned.in_order(tx)
    turn = _turn(batch["run_id"]) if batch["turn"] is None else batch["turn"]
    tx.execute(batches.insert().values(**{**batch, "turn": turn}))
    shared = {k: batch[k] for k in ("account", "region", "run_id", "pipeline_id", "kind", "state")}
    shared["created_ms"] = owned.made_at(tx, jobs, batch["created_ms"])
    encoded = [{**shared, "batch_id": batch["id"], **j} for j in job_rows]
    for job in encoded:
        for column in ("request", "spec"):
            job[column] = json.dumps(job.get(column) or {}, ensure_ascii=False)
    tx.execute(jobs.insert(), encoded)


def _turn(run_id: str | None) -> sa.ColumnElement[int]:
    """Asked by the database while it inserts the row."""
    own = sa.select(batches.c.turn).where(batches.c.run_id == run_id).order_by(batches.c.seq).limit(1)
    last = 1 + sa.func.coalesce(sa.select(sa.func.max(batches.c.seq)).scalar_subquery(), 0)
    return last if run_id is None else sa.func.coalesce(own.scalar_subquery(), last)


def batch(tx: sa.Connection, batch_id: str) -> Row | None:
    return one(tx, sa.select(batches).where(batches.c.id == batch_id))


def locked(tx: sa.Connection, batch_id: str) -> Row | None:
    """The row, locked until the transaction ends. Whoever locks its run as well must lock that first."""
    return one(tx, sa.select(batches).where(batches.c.id == batch_id).with_for_update())


def run_of(tx: sa.Connection, batch_id: str) -> str | None:
    """The run that the batch belongs to; None when it belongs to none."""
    return (one(tx, sa.select(batches.c.run_id).where(batches.c.id == batch_id)) or {}).get("run_id")


def version_of(tx: sa.Connection, batch_id: str) -> str:
    """The version of the node with which the present attempt of a batch was begun."""
    row = one(tx, sa.select(batches.c.node_version).where(batches.c.id == batch_id))
    return str(row["node_version"]) if row else ""


def batch_of_job(tx: sa.Connection, job_id: str) -> Row | None:
    return one(tx, sa.select(batches).join(jobs, jobs.c.batch_id == batches.c.id).where(jobs.c.id == job_id))


def jobs_of(tx: sa.Connection, batch_id: str) -> list[Row]:
    return [decoded(j) for j in all_rows(tx, sa.select(jobs).where(jobs.c.batch_id == batch_id).order_by(jobs.c.seq))]


def live(tx: sa.Connection) -> list[Row]:
    """Every batch that holds a slot of its pipeline, oldest first."""
    return all_rows(tx, sa.select(batches).where(batches.c.state.in_(LIVE)).order_by(batches.c.seq))


def hold(tx: sa.Connection, batch_id: str, attempt: int, why: str) -> bool:
    """Note why a batch that was begun does not go on by itself ("": it does). False when it is not this attempt's any
    more."""
    where = (batches.c.id == batch_id, batches.c.attempt == attempt, batches.c.state.in_(LIVE), batches.c.held != why)
    return bool(changed(tx, batches.update().where(*where).values(held=why)))


def cut(tx: sa.Connection, batch_id: str, attempt: int, piece_ms: int) -> None:
    """From the next attempt on the batch's pieces are so long."""
    where = (batches.c.id == batch_id, batches.c.attempt == attempt, batches.c.state.in_(LIVE))
    changed(tx, batches.update().where(*where).values(piece_ms=piece_ms))


def held(tx: sa.Connection) -> list[Row]:
    """Every batch that is held, oldest first."""
    return all_rows(tx, sa.select(batches).where(batches.c.held != "").order_by(batches.c.seq))


def job_ids_of_run(tx: sa.Connection, run_id: str) -> set[str]:
    return set(tx.execute(sa.select(jobs.c.id).where(jobs.c.run_id == run_id)).scalars())


def batches_of_run(tx: sa.Connection, run_id: str) -> list[Row]:
    return all_rows(tx, sa.select(batches).where(batches.c.run_id == run_id).order_by(batches.c.seq))


def move_batch(
    tx: sa.Connection, batch_id: str, attempt: int | None, before: Iterable[str], after: str, **values: Any
) -> bool:
    """Compare-and-set on state and attempt (None: any). Jobs that are not final go along. False: somebody was there
    first.

    ValueError for a move that core.states does not know.
    """
    before = tuple(before)
    if wrong := [b for b in before if b != after and not may_move(b, after)]:
        raise ValueError(f"a batch never goes from {wrong[0]} to {after}")
    where = [batches.c.id == batch_id, batches.c.state.in_(list(before))]
    if attempt is not None:
        where.append(batches.c.attempt == attempt)
    done = {"held": ""} if after in FINAL else {}
    if not changed(tx, batches.update().where(*where).values(state=after, **done, **values)):
        return False
    shared = {k: v for k, v in values.items() if k in ("started_ms", "finished_ms")}
    changed(
        tx, jobs.update().where(jobs.c.batch_id == batch_id, jobs.c.state.not_in(FINAL)).values(state=after, **shared)
    )
    return True


def next_attempt(tx: sa.Connection, batch_id: str, attempt: int, state: str, version: str = "") -> bool:
    """The batch is begun anew, with this version of its node; what an earlier attempt made is found again, what it
    still does counts no more."""
    where = (batches.c.id == batch_id, batches.c.attempt == attempt, batches.c.state == state)
    if not changed(
        tx, batches.update().where(*where).values(attempt=attempt + 1, state="Admitted", node_version=version)
    ):
        return False
    changed(tx, jobs.update().where(jobs.c.batch_id == batch_id, jobs.c.state.not_in(FINAL)).values(state="Admitted"))
    return True


def finish_job(
    tx: sa.Connection,
    job_id: str,
    state: str,
    now: int,
    *,
    result: Mapping[str, Any],
    code: str = "",
    message: str = "",
    failure: str = "",
    reused_from: str = "",
) -> bool:
    """The end of one job; False when it has ended before."""
    done = {"percent": 100} if state == "Success" else {}
    values = {
        "state": state,
        "finished_ms": now,
        "result": json.dumps(result, ensure_ascii=False),
        "code": code,
        "message": message,
        "failure": failure,
        "reused_from": reused_from,
    }
    return bool(
        changed(tx, jobs.update().where(jobs.c.id == job_id, jobs.c.state.not_in(FINAL)).values(**values, **done))
    )


def note_message(tx: sa.Connection, job_id: str, result: str) -> None:
    """What became of a job's message to a queue or topic, as JSON."""
    changed(tx, jobs.update().where(jobs.c.id == job_id).values(message_result=result))


def set_percent(tx: sa.Connection, percents: Mapping[str, int]) -> None:
    """batch id -> percent of its running jobs. It never falls, also when something is made again."""
    for batch_id, percent in percents.items():
        running = jobs.c.batch_id == batch_id, jobs.c.state == "Running", jobs.c.percent < percent
        changed(tx, jobs.update().where(*running).values(percent=percent))


def jobs_by_ids(tx: sa.Connection, account: str, region: str, kind: str, ids: Sequence[str]) -> list[Row]:
    """Newest first. Looked up by id alone, then sorted out: with more conditions SQLite would walk through all jobs of
    the account."""
    found = [
        j
        for j in all_rows(tx, sa.select(jobs).where(jobs.c.id.in_(list(ids))))
        if (j["account"], j["region"], j["kind"]) == (account, region, kind)
    ]
    return [decoded(j) for j in sorted(found, key=lambda j: -j["seq"])]


def jobs_page(
    tx: sa.Connection,
    account: str,
    region: str,
    kind: str,
    size: int,
    below: int | None,
    *,
    states: Sequence[str] = (),
    pipeline_id: str | None = None,
    start_ms: int | None = None,
    end_ms: int | None = None,
) -> list[Row]:
    """Newest first, one more than `size` when there are more."""
    c = jobs.c
    query = sa.select(jobs).where(c.account == account, c.region == region, c.kind == kind)
    within = owned.span(tx, jobs, start_ms, end_ms)
    if within is None:
        return []
    for limit in (below, within.high):
        query = query.where(c.seq < limit) if limit is not None else query
    query = query.where(*([c.seq >= within.low] if within.low else []), *within.within)
    query = query.where(c.pipeline_id == pipeline_id) if pipeline_id is not None else query
    index = f"ix_job_{'pipeline' if pipeline_id is not None else 'list'}{'_state' if states else ''}"
    query = query.with_hint(jobs, f"INDEXED BY {index}", "sqlite").order_by(c.seq.desc()).limit(size + 1)
    # state by state, each in its order: several at once would have to be sorted, however many there are
    found = [
        row
        for one_query in ([query.where(c.state == state) for state in states] or [query])
        for row in many(tx, one_query)
    ]
    return [decoded(j) for j in sorted(found, key=lambda j: -j["seq"])[: size + 1]]


def decoded(job: Row) -> Row:
    decoded = {c: json.loads(job[c] or "{}") for c in ("request", "spec", "result")}
    decoded |= {c: json.loads(job[c]) if job[c] else None for c in ("failure", "message_result")}
    return job | decoded


def note_failure(tx: sa.Connection, job_id: str, failure: Failure) -> None:
    """Say why on a job whose state is set already."""
    text = json.dumps(failure.to_json(), ensure_ascii=False)
    changed(
        tx, jobs.update().where(jobs.c.id == job_id).values(code=failure.code, message=failure.message, failure=text)
    )


def waiting_jobs(tx: sa.Connection, pipeline_id: str, most: int) -> int:
    """How many jobs wait in a pipeline; never counts beyond `most`."""
    where = (
        batches.c.state == "Submitted",
        batches.c.lane.in_(("heavy", "light")),
        batches.c.pipeline_id == pipeline_id,
        jobs.c.state == "Submitted",
    )
    some = sa.select(jobs.c.seq).join(batches, batches.c.id == jobs.c.batch_id).where(*where).limit(most).subquery()
    return int(tx.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def anything_waits(tx: sa.Connection) -> bool:
    return one(tx, sa.select(batches.c.seq).where(batches.c.state == "Submitted").limit(1)) is not None


def batch_state(tx: sa.Connection, batch_id: str) -> Row | None:
    return one(tx, sa.select(batches.c.state, batches.c.attempt).where(batches.c.id == batch_id))


def waiting_sources(tx: sa.Connection, limit: int = 1000) -> set[tuple[str, str]]:
    """(bucket, object) of the batches that will be admitted next: their cached copies are worth keeping."""
    query = (
        sa.select(batches.c.source_bucket, batches.c.source_object)
        .where(batches.c.state == "Submitted")
        .order_by(batches.c.turn, batches.c.seq)
        .limit(limit)
    )
    return {(r["source_bucket"], r["source_object"]) for r in many(tx, query) if r["source_bucket"]}
