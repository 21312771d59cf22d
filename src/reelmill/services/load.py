"""How busy everything is: pipelines with what runs and waits in them, and the counts of the first page."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.core.states import FINAL
from reelmill.services import waiting
from reelmill.services.context import AppContext
from reelmill.store import load, media, pipelines, work
from reelmill.store.database import Row

Told = dict[str, Any]  # by the names of the API
_SLOTS, _QUEUED, _PIPELINES = 50, 20, 100
_PLACED = 5000  # waiting batches among which places are told
_ON_SHOW = ("Initiated", "UnPublish", "Published")


def pipelines_load(ctx: AppContext, caller: Caller, ids: Sequence[str] | None) -> list[Told]:
    """Each pipeline with its slots and the head of its queue. CallerError when one of `ids` is unknown; None: all of
    them (at most 100)."""
    with ctx.database.read() as tx:
        if ids:
            found = pipelines.find(tx, caller, ids)
            if lacking := [i for i in ids if i not in found]:
                raise CallerError(
                    "InvalidParameter.ResourceNotFound", "PipelineIds", f'There is no pipeline "{lacking[0]}".'
                )
            rows = list(found.values())
        else:
            rows, _ = pipelines.page(tx, caller, None, 1, _PIPELINES)
        counts, lanes = load.counted(tx, [r["id"] for r in rows]), load.lanes(tx)
        return [_pipeline(tx, ctx, row, counts, lanes) for row in rows]


def _pipeline(
    tx: sa.Connection, ctx: AppContext, row: Row, counts: Mapping[tuple[str, str], int], lanes: Mapping[str, int]
) -> Told:
    running, queued = load.under_way(tx, row["id"], _SLOTS), load.next_up(tx, row["id"], _QUEUED)
    jobs = load.jobs_of(tx, [b["id"] for b in (*running, *queued)])
    places = work.places(tx, [b["id"] for b in queued], _PLACED, ctx.account_weights)
    queue = _queue(ctx, row, counts.get((row["id"], "running"), 0), running, lanes)
    return {
        "Id": row["id"],
        "Name": row["name"],
        "State": row["state"],
        "Limit": queue.limit,
        "Running": queue.running,
        "Waiting": counts.get((row["id"], "waiting"), 0),
        "Slots": [
            _shown(b, jobs.get(b["id"], []))
            | {
                "StartTime": clock.iso_exact(b["started_ms"]),
                "Percent": _percent(jobs.get(b["id"], [])),
                "Reason": waiting.reason(b["state"], b["lane"], queue, 0, b["held"]) or None,
            }
            for b in running
        ],
        "Queue": [
            _shown(b, jobs.get(b["id"], []))
            | {
                "Priority": b["priority"],
                "CreationTime": clock.iso_exact(b["created_ms"]),
                "Place": places.get(b["id"]),
                "Reason": waiting.reason("Submitted", b["lane"], queue, places.get(b["id"], place + 1) - 1),
            }
            for place, b in enumerate(queued)
        ],
    }


def queue_of(tx: sa.Connection, ctx: AppContext, account: str, region: str, pipeline_id: str) -> waiting.Queue:
    """What a reason for waiting needs to know of a pipeline."""
    row = pipelines.get(tx, account, region, pipeline_id) or {
        "id": pipeline_id,
        "name": pipeline_id,
        "state": "",
        "max_concurrency": None,
    }
    return _queue(
        ctx,
        row,
        load.counted(tx, [pipeline_id]).get((pipeline_id, "running"), 0),
        load.under_way(tx, pipeline_id, 3),
        load.lanes(tx),
    )


def before(tx: sa.Connection, ctx: AppContext, waits: Sequence[Row]) -> dict[str, int]:
    """Waiting batch -> how many go before it, of everybody's; of its own pipeline alone when so many wait that nobody
    can tell."""
    places = work.places(tx, [b["id"] for b in waits], _PLACED, ctx.account_weights)
    return {b["id"]: places[b["id"]] - 1 if b["id"] in places else load.before(tx, b) for b in waits}


def _queue(
    ctx: AppContext, row: Mapping[str, Any], running: int, batches: Sequence[Row], lanes: Mapping[str, int]
) -> waiting.Queue:
    limit = row["max_concurrency"] or ctx.pipeline_concurrency
    takers = [waiting.taker(b["kind"], b["source_object"]) for b in batches]
    return waiting.Queue(
        row["name"],
        row["state"],
        limit,
        running,
        takers,
        {lane: (lanes.get(lane, 0), slots) for lane, slots in ctx.slots.items()},
    )


def _shown(batch: Row, jobs: Sequence[Row]) -> Told:
    names = [j["activity"] for j in jobs if j["activity"]]
    return {
        "RunId": batch["run_id"],
        "Activity": ", ".join(names) or None,
        "JobIds": [j["id"] for j in jobs],
        "Kind": batch["kind"],
        "Input": batch["source_object"],
    }


def _percent(jobs: Sequence[Row]) -> int:
    return sum(100 if j["state"] in FINAL else j["percent"] for j in jobs) // len(jobs) if jobs else 0


def overview(ctx: AppContext, caller: Caller) -> Told:
    """How much of everything the account has, the room on the disk, and what keeps the server from its work."""
    with ctx.database.read() as tx:
        buckets, flows, runs = (
            load.bucket_counts(tx, caller),
            load.workflow_counts(tx, caller),
            load.execution_counts(tx, caller),
        )
        made = {
            "Buckets": {kind: buckets.get(kind, 0) for kind in ("Input", "Output")},
            "Pipelines": load.pipeline_count(tx, caller),
            "Workflows": {state: flows.get(state, 0) for state in ("Active", "Inactive")},
            "Media": media.total(tx, caller, _ON_SHOW),
            "Executions": {state: runs.get(state, 0) for state in ("Running", "Completed", "Fail")},
        }
    free, total = ctx.objects.room()
    return made | {"Storage": {"Free": free, "Total": total}, "Problems": ctx.problems()}
