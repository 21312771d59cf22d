"""Transcode templates."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import templates

_SECTIONS = ("Container", "Video", "Audio", "TransConfig", "MuxConfig")


@operation("AddTemplate")
def add(call: Call) -> dict[str, Any]:
    row = templates.add(call.ctx, call.caller, call.p["Name"], {name: call.p[name] for name in _SECTIONS})
    return {"Template": shapes.template(row)}


@operation("UpdateTemplate")
def update(call: Call) -> dict[str, Any]:
    row = templates.update(
        call.ctx, call.caller, call.p["TemplateId"], call.p["Name"], {name: call.p[name] for name in _SECTIONS}
    )
    return {"Template": shapes.template(row)}


@operation("DeleteTemplate")
def delete(call: Call) -> dict[str, Any]:
    templates.delete(call.ctx, call.caller, call.p["TemplateId"])
    return {"TemplateId": call.p["TemplateId"]}


@operation("QueryTemplateList")
def query(call: Call) -> dict[str, Any]:
    rows, missing = templates.query(call.ctx, call.caller, call.p["TemplateIds"])
    return {"TemplateList": [shapes.template(r) for r in rows], "NonExistTids": missing}


@operation("SearchTemplate")
def search(call: Call) -> dict[str, Any]:
    number, size = call.p["PageNumber"], call.p["PageSize"]
    rows, total = templates.search(call.ctx, call.caller, call.p["State"], call.p["NamePrefix"], number, size)
    return {
        "TemplateList": [shapes.template(r) for r in rows],
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": total,
    }


@operation("ListPresetTemplates")
def list_presets(call: Call) -> dict[str, Any]:
    return {"TemplateList": [shapes.template(row) | {"Needs": what or None} for row, what in templates.list_presets()]}
