"""Watermark templates."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import watermarks


@operation("AddWaterMarkTemplate")
def add(call: Call) -> dict[str, Any]:
    return {
        "WaterMarkTemplate": shapes.watermark(watermarks.add(call.ctx, call.caller, call.p["Name"], call.p["Config"]))
    }


@operation("UpdateWaterMarkTemplate")
def update(call: Call) -> dict[str, Any]:
    row = watermarks.update(call.ctx, call.caller, call.p["WaterMarkTemplateId"], call.p["Name"], call.p["Config"])
    return {"WaterMarkTemplate": shapes.watermark(row)}


@operation("DeleteWaterMarkTemplate")
def delete(call: Call) -> dict[str, Any]:
    watermarks.delete(call.ctx, call.caller, call.p["WaterMarkTemplateId"])
    return {"WaterMarkTemplateId": call.p["WaterMarkTemplateId"]}


@operation("QueryWaterMarkTemplateList")
def query(call: Call) -> dict[str, Any]:
    rows, missing = watermarks.query(call.ctx, call.caller, call.p["WaterMarkTemplateIds"])
    return {"WaterMarkTemplateList": [shapes.watermark(r) for r in rows], "NonExistWids": missing}


@operation("SearchWaterMarkTemplate")
def search(call: Call) -> dict[str, Any]:
    number, size = call.p["PageNumber"], call.p["PageSize"]
    rows, total = watermarks.search(call.ctx, call.caller, call.p["State"], number, size)
    return {
        "WaterMarkTemplateList": [shapes.watermark(r) for r in rows],
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": total,
    }
