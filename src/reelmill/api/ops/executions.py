"""Executions of workflows."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.core.model import Decision
from reelmill.services import decisions, executions, runs


@operation("ListMediaWorkflowExecutions")
def list_(call: Call) -> dict[str, Any]:
    p = call.p
    rows, token = executions.list_(
        call.ctx,
        call.caller,
        workflow_id=p["MediaWorkflowId"],
        workflow_name=p["MediaWorkflowName"],
        input_url=p["InputFileURL"],
        token_text=p["NextPageToken"],
        size=p["MaximumPageSize"],
    )
    return {"MediaWorkflowExecutionList": [shapes.execution(r) for r in rows], "NextPageToken": token}


@operation("QueryMediaWorkflowExecutionList")
def query(call: Call) -> dict[str, Any]:
    rows, missing = executions.query(call.ctx, call.caller, call.p["RunIds"])
    return {"MediaWorkflowExecutionList": [shapes.execution(r) for r in rows], "NonExistRunIds": missing}


@operation("CancelMediaWorkflowExecution")
def cancel(call: Call) -> dict[str, Any]:
    return {"RunId": executions.cancel(call.ctx, call.caller, call.p["RunId"])["run_id"]}


@operation("RetryMediaWorkflowExecution")
def retry(call: Call) -> dict[str, Any]:
    decisions.retry(call.ctx, call.caller, call.p["RunId"])
    return {"RunId": call.p["RunId"]}


@operation("RerunMediaWorkflowExecution")
def rerun(call: Call) -> dict[str, Any]:
    p = call.p
    current = p["Definition"] == "current"
    return {
        "RunId": decisions.rerun(
            call.ctx, call.caller, p["RunId"], p["FromActivity"], current=current, new_run=p["NewRun"]
        )
    }


@operation("ListWaitingActivities")
def waiting(call: Call) -> dict[str, Any]:
    p = call.p
    rows, token, total = decisions.waiting(call.ctx, call.caller, p["NextPageToken"], p["MaximumPageSize"])
    return {"WaitingActivities": [shapes.waiting(r) for r in rows], "NextPageToken": token, "TotalCount": total}


@operation("DecideActivity")
def decide(call: Call) -> dict[str, Any]:
    p = call.p
    said = Decision(decisions.GATES[p["Decision"]], p["Note"], call.caller.name)
    decisions.decide(call.ctx, call.caller, p["RunId"], p["Activity"], said, p["Attempt"])
    return {"RunId": p["RunId"], "Activity": p["Activity"]}


@operation("SearchMediaWorkflowExecutions")
def search(call: Call) -> dict[str, Any]:
    p = call.p
    found, token, total = runs.search(
        call.ctx,
        call.caller,
        token_text=p["NextPageToken"],
        size=p["MaximumPageSize"],
        workflow_id=p["MediaWorkflowId"],
        media_id=p["MediaId"],
        run_id=p["RunId"],
        state=p["State"],
        failed=p["HasFailure"],
        name=p["Name"],
        start_ms=p["StartOfCreationTime"],
        end_ms=p["EndOfCreationTime"],
    )
    return {"Executions": found, "NextPageToken": token, "TotalCount": total}


@operation("DescribeExecution")
def describe(call: Call) -> dict[str, Any]:
    return {"Execution": runs.describe(call.ctx, call.caller, call.p["RunId"])}


@operation("GetActivityLog")
def log(call: Call) -> dict[str, Any]:
    return runs.activity_log(call.ctx, call.caller, call.p["RunId"], call.p["Activity"])
