"""Backfills."""

import json
from typing import Any

from reelmill.api.ops.registry import Call, operation
from reelmill.core import clock
from reelmill.services import backfills
from reelmill.store.database import Row


@operation("SubmitBackfillJob")
def submit(call: Call) -> dict[str, Any]:
    p = call.p
    row = backfills.submit(
        call.ctx,
        call.caller,
        workflow_id=p["MediaWorkflowId"],
        bucket=p["Bucket"],
        prefix=p["Prefix"],
        given=p["Filter"],
        rate=p["RatePerMinute"],
        priority=p["Priority"],
        dry_run=bool(p["DryRun"]),
    )
    return {"BackfillJob": shape(row)}


@operation("QueryBackfillJobList")
def query(call: Call) -> dict[str, Any]:
    p = call.p
    if p["JobIds"]:
        rows, missing = backfills.query(call.ctx, call.caller, p["JobIds"])
        return {"BackfillJobList": [shape(row) for row in rows], "NonExistJobIds": missing}
    rows, token = backfills.list_(call.ctx, call.caller, p["NextPageToken"], p["MaximumPageSize"])
    return {"BackfillJobList": [shape(row) for row in rows], "NonExistJobIds": [], "NextPageToken": token}


@operation("ListBackfillJobFiles")
def files(call: Call) -> dict[str, Any]:
    p = call.p
    rows, token = backfills.files(call.ctx, call.caller, p["JobId"], p["NextPageToken"], p["MaximumPageSize"])
    return {"Files": [_file(row) for row in rows], "NextPageToken": token}


@operation("UpdateBackfillJob")
def update(call: Call) -> dict[str, Any]:
    return {"BackfillJob": shape(backfills.update(call.ctx, call.caller, call.p["JobId"], call.p["State"]))}


def shape(row: Row) -> dict[str, Any]:
    """A backfill by the names of the API."""
    minutes = None if row["work_ms"] is None else round(row["work_ms"] / 60_000, 2)
    remaining = row["files"] - row["begun"] - row["left_out"]
    return {
        "JobId": row["id"],
        "MediaWorkflowId": row["workflow_id"],
        "MediaWorkflowName": row["workflow_name"],
        "Bucket": row["bucket"],
        "Prefix": row["prefix"],
        "Filter": json.loads(row["filter"]),
        "RatePerMinute": row["rate"],
        "Priority": row["priority"],
        "DryRun": bool(row["dry_run"]),
        "State": row["state"],
        "Message": row["message"] or None,
        "Author": row["author"] or None,
        "CreationTime": clock.iso(row["created_ms"]),
        "FinishTime": clock.iso(row["finished_ms"]),
        "Found": row["files"],
        "AlreadyRun": row["known"],
        "Started": row["begun"],
        "LeftOut": row["left_out"],
        "Estimate": {
            "Bytes": row["bytes"],
            "EncodeMinutes": minutes,
            "PastRuns": row["past_runs"],
            "StartMinutes": round(remaining / row["rate"], 2),
        },
        "Files": [_file(file) for file in row.get("first", ())],
    }


def _file(row: Row) -> dict[str, Any]:
    return {
        "Object": row["object"],
        "Size": row["size"],
        "LastModified": clock.iso(row["modified_ms"]),
        "RunId": row["run_id"],
        "Reason": row["reason"] or None,
    }
