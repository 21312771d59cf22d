"""Versions of media workflows."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.core.errors import CallerError
from reelmill.services import versions


@operation("ListMediaWorkflowVersions")
def list_(call: Call) -> dict[str, Any]:
    p = call.p
    found, token = versions.list_(call.ctx, call.caller, p["MediaWorkflowId"], p["NextPageToken"], p["MaximumPageSize"])
    return {"MediaWorkflowVersionList": found, "NextPageToken": token}


@operation("CompareMediaWorkflowVersions")
def compare(call: Call) -> dict[str, Any]:
    return versions.compare(
        call.ctx, call.caller, call.p["MediaWorkflowId"], call.p["FromVersion"], call.p["ToVersion"]
    )


@operation("RestoreMediaWorkflowVersion")
def restore(call: Call) -> dict[str, Any]:
    p = call.p
    version = p["Version"] or p["WorkflowVersion"]
    if version is None:
        raise CallerError("MissingParameter", "Version")
    row = versions.restore(call.ctx, call.caller, p["MediaWorkflowId"], version, p["Note"] or "")
    return {"MediaWorkflow": shapes.workflow(row)}
