"""Media workflows."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import browse, condition_trial, rehearsals, targets, workflows


@operation("AddMediaWorkflow")
def add(call: Call) -> dict[str, Any]:
    p = call.p
    row = workflows.add(
        call.ctx, call.caller, p["Name"], p["Topology"], p["TriggerMode"], p["Note"] or "", reuse=p["Reuse"]
    )
    return {"MediaWorkflow": shapes.workflow(row)}


@operation("UpdateMediaWorkflow")
def update(call: Call) -> dict[str, Any]:
    p = call.p
    row = workflows.update(
        call.ctx,
        call.caller,
        p["MediaWorkflowId"],
        p["Topology"],
        p["Name"],
        p["TriggerMode"],
        p["Revision"],
        while_active=bool(p["WhileActive"]),
        note=p["Note"] or "",
        reuse=p["Reuse"],
    )
    return {"MediaWorkflow": shapes.workflow(row)}


@operation("UpdateMediaWorkflowTriggerMode")
def set_trigger_mode(call: Call) -> dict[str, Any]:
    row = workflows.set_trigger_mode(call.ctx, call.caller, call.p["MediaWorkflowId"], call.p["TriggerMode"])
    return {"MediaWorkflow": shapes.workflow(row)}


@operation("ActivateMediaWorkflow")
def activate(call: Call) -> dict[str, Any]:
    row = workflows.activate(call.ctx, call.caller, call.p["MediaWorkflowId"])
    return {"MediaWorkflow": shapes.workflow(row)}


@operation("DeactivateMediaWorkflow")
def deactivate(call: Call) -> dict[str, Any]:
    row = workflows.deactivate(call.ctx, call.caller, call.p["MediaWorkflowId"])
    return {"MediaWorkflow": shapes.workflow(row)}


@operation("DeleteMediaWorkflow")
def delete(call: Call) -> dict[str, Any]:
    row = workflows.delete(call.ctx, call.caller, call.p["MediaWorkflowId"])
    return {"MediaWorkflow": shapes.workflow(row)}


@operation("ValidateTopology")
def validate(call: Call) -> dict[str, Any]:
    found = workflows.problems_of(call.ctx, call.caller, call.p["Topology"])
    noted = workflows.warnings(call.p["Topology"]) + targets.warnings(call.ctx, call.caller, call.p["Topology"])
    return {
        "Problems": [
            {"Activity": name or None, "Path": p.path, "Code": p.code, "Message": p.message} for name, p in found
        ],
        "Warnings": [{"Activity": name, "Path": path, "Message": text} for name, path, text in noted],
    }


@operation("EvaluateCondition")
def evaluate(call: Call) -> dict[str, Any]:
    p = call.p
    return condition_trial.evaluate(call.ctx, call.caller, p["Condition"], p["MediaId"], p["Activities"])


@operation("DryRunMediaWorkflow")
async def dry_run(call: Call) -> dict[str, Any]:
    p = call.p
    return await rehearsals.dry_run(
        call.ctx,
        call.caller,
        workflow_id=p["MediaWorkflowId"],
        topology=p["Topology"],
        media_id=p["MediaId"],
        file_url=p["FileURL"],
    )


@operation("MatchMediaWorkflows")
def match(call: Call) -> dict[str, Any]:
    rows = browse.matching_workflows(call.ctx, call.caller, call.p["Bucket"], call.p["Object"])
    return {"MediaWorkflows": [{"MediaWorkflowId": r["id"], "Name": r["name"]} for r in rows]}


@operation("QueryMediaWorkflowList")
def query(call: Call) -> dict[str, Any]:
    rows, missing = workflows.query(call.ctx, call.caller, call.p["MediaWorkflowIds"])
    return {"MediaWorkflowList": [shapes.workflow(r) for r in rows], "NonExistMediaWorkflowIds": missing}


@operation("SearchMediaWorkflow")
def search(call: Call) -> dict[str, Any]:
    number, size = call.p["PageNumber"], call.p["PageSize"]
    rows, total = workflows.search(call.ctx, call.caller, call.p["StateList"], number, size)
    return {
        "MediaWorkflowList": [shapes.workflow(r) for r in rows],
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": total,
    }
