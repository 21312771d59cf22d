"""Message bodies have MPS's exact shape (workflow.md 10)."""

from typing import Any

from reelmill.notify.messages import job_message, workflow_message


def activity(name: str, type: str, state: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": type,
        "state": state,
        "job_id": None,
        "code": "",
        "message": "",
        "started_ms": None,
        "finished_ms": None,
    } | more


def execution(*activities: dict[str, Any], state: str = "Running") -> dict[str, Any]:
    return {
        "run_id": "r" * 32,
        "workflow_id": "w" * 32,
        "workflow_name": "evening-news",
        "media_id": "m" * 32,
        "bucket": "vod-in",
        "location": "oss-cn-hangzhou",
        "object": "news/evening.mp4",
        "user_data": "test",
        "state": state,
        "created_ms": 1458010419999,
        "activities": list(activities),
    }


START = activity("Act-1", "Start", "Success", started_ms=1458010421000, finished_ms=1458010421500)


def test_start_tells_of_start_alone() -> None:
    body = workflow_message(
        execution(START, activity("Act-2", "Transcode", "Running", job_id="j" * 32, started_ms=1458010423000)),
        "Act-1",
        "Success",
        alone=True,
    )
    assert body == {
        "RunId": "r" * 32,
        "Name": "Act-1",
        "Type": "Start",
        "State": "Success",
        "MediaWorkflowExecution": {
            "Name": "evening-news",
            "RunId": "r" * 32,
            "MediaWorkflowId": "w" * 32,
            "Input": {
                "InputFile": {"Bucket": "vod-in", "Location": "oss-cn-hangzhou", "Object": "news/evening.mp4"},
                "UserData": "test",
            },
            "State": "Running",
            "MediaId": "m" * 32,
            "ActivityList": [
                {
                    "RunId": "r" * 32,
                    "Name": "Act-1",
                    "Type": "Start",
                    "State": "Success",
                    "StartTime": "2016-03-15T02:53:41Z",
                    "EndTime": "2016-03-15T02:53:41Z",
                }
            ],
            "CreationTime": "2016-03-15T02:53:39Z",
        },
    }


def test_report_tells_of_all_that_began_and_of_failures() -> None:
    failed = activity(
        "Act-2",
        "Transcode",
        "Fail",
        job_id="j" * 32,
        code="InvalidParameter.ResourceContentBad",
        message="It is bad.",
        started_ms=1458010423000,
        finished_ms=1458010427000,
    )
    report = activity("Act-7", "Report", "Success", started_ms=1458010429000, finished_ms=1458010429000)
    body = workflow_message(
        execution(
            START,
            failed,
            activity("Act-3", "Snapshot", "Skipped"),
            activity("Act-4", "Snapshot", "Init"),
            report,
            state="Completed",
        ),
        "Act-7",
        "Success",
    )
    assert "Code" not in body
    assert body["MediaWorkflowExecution"]["State"] == "Success"
    listed = body["MediaWorkflowExecution"]["ActivityList"]
    assert [a["Name"] for a in listed] == ["Act-1", "Act-2", "Act-3", "Act-7"]
    assert listed[1] == {
        "RunId": "r" * 32,
        "Name": "Act-2",
        "Type": "Transcode",
        "JobId": "j" * 32,
        "State": "Fail",
        "Code": "InvalidParameter.ResourceContentBad",
        "Message": "It is bad.",
        "StartTime": "2016-03-15T02:53:43Z",
        "EndTime": "2016-03-15T02:53:47Z",
    }
    assert listed[2] == {"RunId": "r" * 32, "Name": "Act-3", "Type": "Snapshot", "State": "Skipped"}


def test_a_failed_cause_carries_code_and_message() -> None:
    body = workflow_message(execution(START | {"state": "Fail", "code": "C", "message": "M"}), "Act-1", "Fail")
    assert list(body)[:6] == ["RunId", "Name", "Type", "State", "Code", "Message"]
    assert (body["State"], body["Code"], body["Message"]) == ("Fail", "C", "M")


def test_job_messages_say_everything_twice() -> None:
    assert job_message("j", "R", "Transcode", "Success") == {
        "jobId": "j",
        "JobId": "j",
        "requestId": "R",
        "RequestId": "R",
        "type": "Transcode",
        "Type": "Transcode",
        "state": "Success",
        "State": "Success",
        "userData": "",
        "UserData": "",
    }
    failed = job_message(
        "j", "R", "Snapshot", "Fail", "InvalidParameter.TimeArray", "TimeArray greater than video duration.", "mine"
    )
    assert (failed["Code"], failed["code"], failed["Msg"], failed["UserData"]) == (
        "InvalidParameter.TimeArray",
    ) * 2 + ("TimeArray greater than video duration.", "mine")
