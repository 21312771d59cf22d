"""Jobs that the API submits by themselves: transcode, snapshot, media info, analysis."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import analysed, analyses, jobs


@operation("SubmitJobs")
def submit(call: Call) -> dict[str, Any]:
    p = call.p
    answers = jobs.submit_transcode(
        call.ctx,
        call.caller,
        call.request_id,
        pipeline_id=p["PipelineId"],
        input=p["Input"],
        outputs_=p["Outputs"],
        output_bucket=p["OutputBucket"],
        output_location=p["OutputLocation"],
    )
    return {"JobResultList": [shapes.submitted(a) for a in answers]}


@operation("QueryJobList")
def query(call: Call) -> dict[str, Any]:
    rows, missing = jobs.query(call.ctx, call.caller, jobs.TRANSCODE, call.p["JobIds"])
    return {"JobList": [shapes.transcode_job(r) for r in rows], "NonExistJobIds": missing}


@operation("ListJob")
def list_(call: Call) -> dict[str, Any]:
    rows, token = jobs.list_(call.ctx, call.caller, jobs.TRANSCODE, **_filters(call))
    return {"JobList": [shapes.transcode_job(r) for r in rows], "NextPageToken": token}


@operation("CancelJob")
def cancel(call: Call) -> dict[str, Any]:
    return {"JobId": jobs.cancel(call.ctx, call.caller, call.p["JobId"])}


@operation("SubmitSnapshotJob")
async def submit_snapshot(call: Call) -> dict[str, Any]:
    p = call.p
    row = await jobs.submit_snapshot(
        call.ctx,
        call.caller,
        call.request_id,
        input=p["Input"],
        config=p["SnapshotConfig"],
        pipeline_id=p["PipelineId"],
        user_data=p["UserData"],
    )
    return {"SnapshotJob": shapes.snapshot_job(row)}


@operation("QuerySnapshotJobList")
def query_snapshots(call: Call) -> dict[str, Any]:
    """By ids when there are some, else by the filters."""
    if call.p["SnapshotJobIds"]:
        rows, missing = jobs.query(call.ctx, call.caller, jobs.SNAPSHOT, call.p["SnapshotJobIds"])
        return {"SnapshotJobList": [shapes.snapshot_job(r) for r in rows], "NonExistSnapshotJobIds": missing}
    rows, token = jobs.list_(call.ctx, call.caller, jobs.SNAPSHOT, **_filters(call))
    return {"SnapshotJobList": [shapes.snapshot_job(r) for r in rows], "NextPageToken": token}


@operation("SubmitMediaInfoJob")
async def submit_media_info(call: Call) -> dict[str, Any]:
    p = call.p
    row = await jobs.submit_media_info(
        call.ctx,
        call.caller,
        call.request_id,
        input=p["Input"],
        pipeline_id=p["PipelineId"],
        user_data=p["UserData"],
        is_async=p["Async"],
    )
    return {"MediaInfoJob": shapes.media_info_job(row)}


@operation("QueryMediaInfoJobList")
def query_media_info(call: Call) -> dict[str, Any]:
    rows, missing = jobs.query(call.ctx, call.caller, jobs.MEDIA_INFO, call.p["MediaInfoJobIds"])
    return {"MediaInfoJobList": [shapes.media_info_job(r) for r in rows], "NonExistMediaInfoJobIds": missing}


@operation("SubmitAnalysisJob")
def submit_analysis(call: Call) -> dict[str, Any]:
    p = call.p
    row = analyses.submit(
        call.ctx,
        call.caller,
        call.request_id,
        input=p["Input"],
        config=p["AnalysisConfig"],
        pipeline_id=p["PipelineId"],
        priority=int(p["Priority"]),
        user_data=p["UserData"],
    )
    return {"AnalysisJob": shapes.analysis_job(row, expired=False)}


@operation("QueryAnalysisJobList")
def query_analyses(call: Call) -> dict[str, Any]:
    rows, missing = jobs.query(call.ctx, call.caller, analyses.ANALYSIS, call.p["AnalysisJobIds"])
    found = [shapes.analysis_job(r, expired=analysed.expired(r)) for r in rows]
    return {"AnalysisJobList": found, "NonExistAnalysisJobIds": missing}


def _filters(call: Call) -> dict[str, Any]:
    p = call.p
    return {
        "state": p["State"],
        "pipeline_id": p["PipelineId"],
        "start_ms": p["StartOfJobCreatedTimeRange"],
        "end_ms": p["EndOfJobCreatedTimeRange"],
        "token_text": p["NextPageToken"],
        "size": p["MaximumPageSize"],
    }
