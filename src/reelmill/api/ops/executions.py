"""Executions of workflows."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import executions


@operation("ListMediaWorkflowExecutions")
def list_(call: Call) -> dict[str, Any]:
    p = call.p
    rows, token = executions.list_(call.house, call.caller, workflow_id=p["MediaWorkflowId"], workflow_name=p["MediaWorkflowName"],
                                   input_url=p["InputFileURL"], token_text=p["NextPageToken"], size=p["MaximumPageSize"])  # fmt: skip
    return {"MediaWorkflowExecutionList": [shapes.execution(r) for r in rows], "NextPageToken": token}


@operation("QueryMediaWorkflowExecutionList")
def query(call: Call) -> dict[str, Any]:
    rows, missing = executions.query(call.house, call.caller, call.p["RunIds"])
    return {"MediaWorkflowExecutionList": [shapes.execution(r) for r in rows], "NonExistRunIds": missing}


@operation("CancelMediaWorkflowExecution")
def cancel(call: Call) -> dict[str, Any]:
    return {"RunId": executions.cancel(call.house, call.caller, call.p["RunId"])["run_id"]}
