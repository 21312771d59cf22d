"""Pipelines (MPS queues)."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import load, pipelines
from reelmill.store.database import Row


@operation("AddPipeline")
def add(call: Call) -> dict[str, Any]:
    p = call.p
    row = pipelines.add(
        call.ctx,
        call.caller,
        name=p["Name"],
        speed=p["Speed"],
        speed_level=p["SpeedLevel"],
        role=p["Role"],
        notify=p["NotifyConfig"],
        max_concurrency=p["MaxConcurrency"],
    )
    return {"Pipeline": _shape(call, row)}


@operation("UpdatePipeline")
def update(call: Call) -> dict[str, Any]:
    p = call.p
    row = pipelines.update(
        call.ctx,
        call.caller,
        p["PipelineId"],
        name=p["Name"],
        state=p["State"],
        role=p["Role"],
        notify=p["NotifyConfig"],
        max_concurrency=p["MaxConcurrency"],
    )
    return {"Pipeline": _shape(call, row)}


@operation("DeletePipeline")
def delete(call: Call) -> dict[str, Any]:
    pipelines.delete(call.ctx, call.caller, call.p["PipelineId"])
    return {"PipelineId": call.p["PipelineId"]}


@operation("QueryPipelineList")
def query(call: Call) -> dict[str, Any]:
    rows, missing = pipelines.query(call.ctx, call.caller, call.p["PipelineIds"])
    return {"PipelineList": [_shape(call, r) for r in rows], "NonExistPids": missing}


@operation("SearchPipeline")
def search(call: Call) -> dict[str, Any]:
    number, size = call.p["PageNumber"], call.p["PageSize"]
    rows, total = pipelines.search(call.ctx, call.caller, call.p["State"], number, size)
    return {
        "PipelineList": [_shape(call, r) for r in rows],
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": total,
    }


def _shape(call: Call, row: Row) -> dict[str, Any]:
    return shapes.pipeline(row, call.ctx.pipeline_concurrency)


@operation("DescribePipelineLoad")
def describe_load(call: Call) -> dict[str, Any]:
    return {"Pipelines": load.pipelines_load(call.ctx, call.caller, call.p["PipelineIds"])}


@operation("GetOverview")
def overview(call: Call) -> dict[str, Any]:
    return load.overview(call.ctx, call.caller)
