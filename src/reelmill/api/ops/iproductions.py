"""Jobs of intelligent production."""

from typing import Any

from reelmill.api import cover_shapes as shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.core.errors import CallerError
from reelmill.services import iproductions, jobs


@operation("SubmitIProductionJob")
def submit(call: Call) -> dict[str, Any]:
    p = call.p
    job = iproductions.submit(
        call.ctx,
        call.caller,
        call.request_id,
        function=p["FunctionName"],
        input=p["Input"],
        output=p["Output"],
        params=p["JobParams"] or {},
        pipeline_id=p["PipelineId"],
        user_data=p["UserData"],
    )
    return {"JobId": job}


@operation("QueryIProductionJob")
def query(call: Call) -> dict[str, Any]:
    rows, _ = jobs.query(call.ctx, call.caller, iproductions.JOB, [call.p["JobId"]])
    if not rows:
        raise CallerError("InvalidParameter.ResourceNotFound", "JobId")
    return shapes.one(rows[0], call.ctx.base_url)


@operation("ListIProductionJobs")
def list_(call: Call) -> dict[str, Any]:
    p = call.p
    filters = {
        "state": p["State"],
        "pipeline_id": p["PipelineId"],
        "token_text": p["NextPageToken"],
        "size": p["MaximumPageSize"],
    }
    rows, token = jobs.list_(call.ctx, call.caller, iproductions.JOB, **filters)
    return {"IProductionJobList": [shapes.job(row, call.ctx.base_url) for row in rows], "NextPageToken": token}
