"""Fingerprint libraries and the jobs that use them."""

from typing import Any

from reelmill.api import fingerprint_shapes as shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import fingerprints, jobs


@operation("CreateFpShotDB")
def create(call: Call) -> dict[str, Any]:
    p = call.p
    given = {"description": p["Description"] or "", "config": p["Config"] or "", "model": p["ModelId"]}
    return {"FpShotDB": shapes.library(fingerprints.create(call.ctx, call.caller, name=p["Name"], **given))}


@operation("ListFpShotDB")
def list_(call: Call) -> dict[str, Any]:
    rows, missing = fingerprints.list_(call.ctx, call.caller, call.p["FpDBIds"] or [])
    return {"FpShotDBList": [shapes.library(row) for row in rows], "NonExistIds": missing}


@operation("ListFpShotFiles")
def films(call: Call) -> dict[str, Any]:
    p = call.p
    span = {"start_ms": p["StartTime"], "end_ms": p["EndTime"]}
    rows, token = fingerprints.films(
        call.ctx, call.caller, p["FpDBId"], token_text=p["NextPageToken"], size=p["PageSize"], **span
    )
    return {"FpShotFileList": [shapes.film(row) for row in rows], "NextPageToken": token}


@operation("SubmitFpShotJob")
def submit(call: Call) -> dict[str, Any]:
    return {
        "JobId": fingerprints.submit(
            call.ctx, call.caller, call.request_id, config=call.p["FpShotConfig"], **_work(call)
        )
    }


@operation("QueryFpShotJobList")
def query(call: Call) -> dict[str, Any]:
    """By ids when there are some, else by the filters."""
    p, kind = call.p, fingerprints.JOB
    if p["JobIds"]:
        rows, missing = jobs.query(call.ctx, call.caller, kind, p["JobIds"])
        return {"FpShotJobList": [shapes.job(row) for row in rows], "NonExistIds": missing}
    filters = {
        "state": p["State"],
        "pipeline_id": p["PipelineId"],
        "start_ms": p["StartOfJobCreatedTimeRange"],
        "end_ms": p["EndOfJobCreatedTimeRange"],
        "token_text": p["NextPageToken"],
        "size": p["MaximumPageSize"],
    }
    rows, token = jobs.list_(call.ctx, call.caller, kind, **filters)
    return {"FpShotJobList": [shapes.job(row) for row in rows], "NextPageToken": token}


@operation("ImportFpShotJob")
def bring(call: Call) -> dict[str, Any]:
    p = call.p
    job = fingerprints.bring(
        call.ctx, call.caller, call.request_id, p["FpDBId"], config=p["FpImportConfig"], **_work(call)
    )
    return {"JobId": job}


@operation("ListFpShotImportJob")
def imports(call: Call) -> dict[str, Any]:
    rows, missing = jobs.query(call.ctx, call.caller, fingerprints.IMPORT, call.p["JobIds"])
    return {"FpShotImportJobList": [shapes.imported(row) for row in rows], "NonExistIds": missing}


@operation("SubmitFpFileDeleteJob")
def take_out(call: Call) -> dict[str, Any]:
    p = call.p
    ids, keys = p["FileIds"] or [], p["PrimaryKeys"] or []
    return {"JobId": fingerprints.take_out(call.ctx, call.caller, p["FpDBId"], ids=ids, keys=keys, **_told(call))}


@operation("QueryFpFileDeleteJobList")
def taken_out(call: Call) -> dict[str, Any]:
    rows, missing = fingerprints.removals(call.ctx, call.caller, "files", call.p["JobIds"] or [])
    return {"FpFileDeleteJobList": [shapes.removal(row) for row in rows], "NonExistIds": missing}


@operation("SubmitFpDBDeleteJob")
def take_down(call: Call) -> dict[str, Any]:
    p = call.p
    return {"JobId": fingerprints.take_down(call.ctx, call.caller, p["FpDBId"], p["DelType"], **_told(call))}


@operation("QueryFpDBDeleteJobList")
def taken_down(call: Call) -> dict[str, Any]:
    rows, missing = fingerprints.removals(call.ctx, call.caller, "library", call.p["JobIds"] or [])
    return {"FpDBDeleteJobList": [shapes.removal(row) for row in rows], "NonExistIds": missing}


def _told(call: Call) -> dict[str, Any]:
    return {"pipeline_id": call.p["PipelineId"], "user_data": call.p["UserData"]}


def _work(call: Call) -> dict[str, Any]:
    return {"input": call.p["Input"], **_told(call)}
