"""Bodies of MPS messages. Pure: rows in, JSON values out. Shapes: workflow.md 10.1 and 10.2."""

from collections.abc import Mapping
from typing import Any

from reelmill.core import clock
from reelmill.core.states import told_activity


def workflow_message(
    execution: Mapping[str, Any], activity_name: str, state: str, *, alone: bool = False
) -> dict[str, Any]:
    """What is told when an activity of a run is final.

    `execution`: run_id, workflow_id, workflow_name, media_id, bucket, location, object, user_data, state, created_ms
    and `activities`, each with name, type, state, job_id, code, message, started_ms, finished_ms. `activity_name`
    caused the message; `state` is Success or Fail. `alone`: it tells of this activity alone, whatever has been set
    going in the same moment, as MPS does of Start. Unlike the API's shape the list of activities is a plain array and
    each repeats the RunId. KeyError for an unknown activity.
    """
    run = execution["run_id"]
    cause = {a["name"]: a for a in execution["activities"]}[activity_name]
    shown = [cause] if alone else [a for a in execution["activities"] if a["state"] != "Init"]
    return {
        "RunId": run,
        "Name": cause["name"],
        "Type": cause["type"],
        "State": state,
        **(_failure(cause) if state == "Fail" else {}),
        "MediaWorkflowExecution": {
            "Name": execution["workflow_name"],
            "RunId": run,
            "MediaWorkflowId": execution["workflow_id"],
            "Input": {
                "InputFile": {
                    "Bucket": execution["bucket"],
                    "Location": execution["location"],
                    "Object": execution["object"],
                },
                "UserData": execution["user_data"],
            },
            # The API says Completed where MPS's completion messages say Success (workflow.md 8.1).
            "State": "Success" if execution["state"] == "Completed" else execution["state"],
            "MediaId": execution["media_id"],
            "ActivityList": [_activity(run, a) for a in shown],
            "CreationTime": clock.iso(execution["created_ms"]),
        },
    }


def job_message(
    job_id: str, request_id: str, type: str, state: str, code: str = "", msg: str = "", user_data: str = ""
) -> dict[str, Any]:
    """What is told when a job that no workflow started is final. `type`: Transcode, Analysis, Snapshot or MediaInfo;
    `state`: Success or Fail. Every key is there twice, as MPS sends it: lower and upper camel case."""
    values = {
        "jobId": job_id,
        "requestId": request_id,
        "type": type,
        "state": state,
        **({"code": code, "msg": msg} if state == "Fail" else {}),
        "userData": user_data,
    }
    return {key: value for name, value in values.items() for key in (name, name[0].upper() + name[1:])}


def _activity(run: str, activity: Mapping[str, Any]) -> dict[str, Any]:
    shown = {
        "RunId": run,
        "Name": activity["name"],
        "Type": activity["type"],
        "JobId": activity["job_id"],
        "State": told_activity(activity["state"]),
        **(_failure(activity) if activity["state"] == "Fail" else {}),
        "StartTime": clock.iso(activity["started_ms"]),
        "EndTime": clock.iso(activity["finished_ms"]),
    }
    return {
        name: value for name, value in shown.items() if value is not None
    }  # absent, not null: no job, not begun, not ended


def _failure(activity: Mapping[str, Any]) -> dict[str, str]:
    return {"Code": activity["code"], "Message": activity["message"]}
