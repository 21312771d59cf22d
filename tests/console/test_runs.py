"""What the console asks about executions, pipelines and buckets, on a real run of a real clip."""

import json
from pathlib import Path
from typing import Any

import httpx

import databases
from clips import clip
from console.conftest import Page
from console.ran import (
    described,
    listed,
    ran,  # noqa: F401 - fixtures
)
from running import LOCATION, Running, until


def test_executions_are_found_by_each_filter(ran: tuple[Running, Page, str]) -> None:
    _, page, flow = ran
    both = ["up/deep/er/text.mp4", "up/ten.mp4"]
    first = page.call("SearchMediaWorkflowExecutions")["Executions"][1]
    assert listed(page) == both == listed(page, MediaWorkflowId=flow) and listed(page, MediaWorkflowId="0" * 32) == []
    assert listed(page, State="Completed") == ["up/ten.mp4"] and listed(page, State="Fail") == ["up/deep/er/text.mp4"]
    assert listed(page, State="Running") == [] == listed(page, State="Cancelled")
    assert listed(page, HasFailure=True) == both[:1] and listed(page, HasFailure=False) == both[1:]
    assert listed(page, Name="TEN") == ["up/ten.mp4"] and listed(page, Name="%") == [] and listed(page, Name="_") == []
    assert listed(page, RunId=first["RunId"]) == listed(page, MediaId=first["MediaId"]) == ["up/ten.mp4"]
    assert (
        listed(page, StartOfCreationTime="2099-01-01T00:00:00Z") == []
        and listed(page, EndOfCreationTime="2099-01-01T00:00:00Z") == both
    )
    assert (first["Percent"], first["Failed"], first["Activities"], first["Done"]) == (100, 0, 9, 9)


def test_executions_come_page_by_page_with_their_number(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    first = page.call("SearchMediaWorkflowExecutions", MaximumPageSize=1)
    assert first["TotalCount"] == 2 and len(first["Executions"]) == 1
    second = page.call("SearchMediaWorkflowExecutions", MaximumPageSize=1, NextPageToken=first["NextPageToken"])
    assert second["Executions"][0]["Input"]["Object"] == "up/ten.mp4" and "NextPageToken" not in second
    assert page.refused("SearchMediaWorkflowExecutions", NextPageToken="x") == (400, "InvalidParameter")


def test_a_run_tells_its_pieces_its_commands_and_what_became_of_everything(ran: tuple[Running, Page, str]) -> None:
    _server, page, _ = ran
    run = described(page, "ten.mp4")
    acts = {a["Name"]: a for a in run["Activities"]}
    assert (
        run["State"] == "Completed"
        and run["Doing"] == "It is done: 9 activities succeeded."
        and {a["State"] for a in acts.values()} == {"Success"}
    )
    pieces = acts["v0"]["Pieces"]
    assert (
        len([p for p in pieces if p["Name"][0] == "p"]) >= 3
        and {p["State"] for p in pieces} == {"Success"}
        and all(p["FinishTime"] for p in pieces)
    )
    assert len(acts["v0"]["Commands"]) >= 4 and all(
        "ffmpeg" in c and "-hide_banner" in c for c in acts["v0"]["Commands"]
    )
    assert len([c for c in acts["start"]["Commands"] if "ffprobe" in c]) == 3 and acts["start"]["Pieces"] == []
    assert (
        acts["start"]["Facts"]["video"] == "h264"
        and acts["start"]["Facts"]["width"] == 320
        and acts["start"]["Inputs"][0]["Name"] == "up/ten.mp4"
    )
    (made,) = acts["v0"]["Outputs"]
    assert (
        made["Kind"] == "Play"
        and made["Bucket"] == "cout"
        and made["Size"] > 1000
        and made["Facts"]["width"] == 320
        and acts["v0"]["Attempt"] == 1
    )
    (cover,), (master,) = acts["cover"]["Outputs"], acts["master"]["Outputs"]
    playlist = "application/vnd.apple.mpegurl"
    assert [o["Type"] for o in (made, cover, master)] == [playlist, "image/jpeg", playlist]
    assert (
        cover["Kind"] == "Snapshot"
        and master["Kind"] == "Master"
        and {i["Name"] for i in acts["master"]["Inputs"]}
        == {acts[n]["Outputs"][0]["Object"] for n in ("v0", "v1", "a1")}
    )
    for url, kind in (
        (made["URL"], "mpegurl"),
        (cover["URL"], "image/jpeg"),
        (master["URL"], "mpegurl"),
        (acts["start"]["Inputs"][0]["URL"], "video/mp4"),
    ):
        answer = httpx.get(url)
        assert answer.status_code == 200 and kind in answer.headers["content-type"]
    assert json.loads(run["Topology"]).keys() == {"Activities", "Dependencies"}


def test_the_topology_of_a_run_is_the_one_that_was_drawn(ran: tuple[Running, Page, str]) -> None:
    _, page, flow = ran
    drawn = json.loads(
        page.call("QueryMediaWorkflowList", MediaWorkflowIds=flow)["MediaWorkflowList"]["MediaWorkflow"][0]["Topology"]
    )
    copied = json.loads(described(page, "ten.mp4")["Topology"])
    assert copied["Activities"] == drawn["Activities"] and {
        k: sorted(v) for k, v in copied["Dependencies"].items()
    } == {k: sorted(drawn["Dependencies"].get(k, [])) for k in drawn["Activities"]}


def test_a_failed_run_says_what_is_wrong_and_what_helps(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    run = described(page, "text.mp4")
    acts = {a["Name"]: a for a in run["Activities"]}
    assert run["State"] == "Fail" and run["Doing"].startswith('It failed at "start": ') and run["Failed"] == 1
    assert (
        acts["start"]["Code"]
        and acts["start"]["Message"]
        and acts["start"]["Help"]
        and acts["v0"]["State"] == "Skipped"
    )
    log = page.call("GetActivityLog", RunId=run["RunId"], Activity="start")
    assert (
        log["Complete"] is True
        and log["Log"].splitlines()[0].split(" ", 1)[1].startswith("probe: Fail")
        and "ffprobe" in log["Commands"][0]
    )


def test_the_log_of_an_activity_outlives_its_work(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    run = described(page, "ten.mp4")
    log = page.call("GetActivityLog", RunId=run["RunId"], Activity="v0")
    assert log["Complete"] and log["Commands"] == next(a for a in run["Activities"] if a["Name"] == "v0")["Commands"]
    assert all(
        piece["Name"] in log["Log"] for piece in next(a for a in run["Activities"] if a["Name"] == "v0")["Pieces"]
    )
    assert (
        page.refused("GetActivityLog", RunId=run["RunId"], Activity="nobody")[1] == "InvalidParameter.ResourceNotFound"
    )
    assert page.refused("DescribeExecution", RunId="0" * 32)[1] == "InvalidParameter.ResourceNotFound"


def test_what_waits_says_why(ran: tuple[Running, Page, str], tmp_path: Path) -> None:
    server, page, _flow = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    page.call("UpdatePipeline", PipelineId=pipeline, Name="tests", State="Paused")
    server.put("cin", "up/waits.mp4", clip("base.mp4"))
    run_id = until(lambda: page.call("SearchMediaWorkflowExecutions", Name="waits")["Executions"], 20, "it began")[0][
        "RunId"
    ]
    run = page.call("DescribeExecution", RunId=run_id)["Execution"]
    assert run["Doing"] == '"start": waits because the queue "tests" is paused. Resume the queue and it goes on.'
    acts = {a["Name"]: a for a in run["Activities"]}
    assert acts["start"]["State"] == "Running" and acts["start"]["Waiting"]["Reason"] in run["Doing"].replace(
        '"start": w', "W"
    )
    assert acts["end"]["Waiting"]["Reason"] == 'Waits for "cover" and "master".' and run["Percent"] == 0
    (load,) = page.call("DescribePipelineLoad")["Pipelines"]
    assert (
        load["State"] == "Paused"
        and load["Waiting"] == 1
        and load["Running"] == 0
        and load["Queue"][0]["RunId"] == run_id
    )
    assert load["Queue"][0]["Reason"].startswith("Waits because") and load["Queue"][0]["Activity"] == "start"
    assert page.refused("DescribePipelineLoad", PipelineIds="0" * 32)[1] == "InvalidParameter.ResourceNotFound"
    page.call("CancelMediaWorkflowExecution", RunId=run_id)
    assert page.call("DescribeExecution", RunId=run_id)["Execution"]["Doing"] == "It was cancelled."
    assert listed(page, State="Cancelled") == ["up/waits.mp4"] and "up/waits.mp4" not in listed(page, State="Fail")
    page.call("UpdatePipeline", PipelineId=pipeline, Name="tests", State="Active")


def test_a_running_activity_shows_its_command_and_how_far_it_is(ran: tuple[Running, Page, str]) -> None:
    """An encode that is slow on purpose, looked at while it works, then cancelled."""
    server, page, _ = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    slow = page.call(
        "AddTemplate",
        Name="slow",
        Container={"Format": "mp4"},
        Video={"Codec": "H.264", "Width": "3840", "Preset": "slower", "Crf": "10"},
    )["Template"]["Id"]
    output = [{"OutputObject": "{RunId}%2Fslow", "TemplateId": slow}]
    topology = {
        "Activities": {
            "start": {
                "Type": "Start",
                "Parameters": {
                    "PipelineId": pipeline,
                    "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "slow/"},
                },
            },
            "hd": {
                "Type": "Transcode",
                "Parameters": {"OutputBucket": "cout", "OutputLocation": LOCATION, "Outputs": json.dumps(output)},
            },
            "end": {"Type": "Report", "Parameters": {}},
        },
        "Dependencies": {"start": ["hd"], "hd": ["end"], "end": []},
    }
    page.call("AddMediaWorkflow", Name="slow", Topology=json.dumps(topology))
    server.put("cin", "slow/ten.mp4", clip("ten.mp4"))
    run_id = until(lambda: page.call("SearchMediaWorkflowExecutions", Name="slow/ten")["Executions"], 20, "it began")[
        0
    ]["RunId"]

    def working() -> Any:
        run = page.call("DescribeExecution", RunId=run_id)["Execution"]
        hd = next(a for a in run["Activities"] if a["Name"] == "hd")
        return (run, hd) if any(p["State"] == "Running" for p in hd["Pieces"]) and hd["Commands"] else None

    run, hd = until(working, 30, "the encode runs")
    assert (
        hd["State"] == "Running"
        and "Waiting" not in hd
        and "-preset slower" in hd["Commands"][0]
        and run["Doing"].startswith('Works on "hd" (Transcode')
    )
    log = page.call("GetActivityLog", RunId=run_id, Activity="hd")
    assert (
        log["Complete"] is False and log["Commands"] and "Running" in log["Log"] and " s" in log["Log"].splitlines()[-1]
    )
    (load,) = page.call("DescribePipelineLoad")["Pipelines"]
    assert (
        load["Running"] == 1
        and load["Slots"][0]["Activity"] == "hd"
        and load["Slots"][0]["Kind"] == "Transcode"
        and load["Slots"][0]["Input"] == "slow/ten.mp4"
    )
    page.call("CancelMediaWorkflowExecution", RunId=run_id)
    ended = until(
        lambda: (r := page.call("DescribeExecution", RunId=run_id)["Execution"])["State"] != "Running" and r,
        20,
        "it is cancelled",
    )
    assert ended["Cancelled"] and not [
        p for a in ended["Activities"] for p in a["Pieces"] if p["State"] in ("Init", "Running")
    ]


def test_lists_stay_fast_with_a_hundred_thousand_runs(tmp_path: Path) -> None:
    """Every filter reads an index: the plans say so, whatever the speed of the machine. Asked of SQLite, where the
    queries name it; PostgreSQL goes by what it has counted."""
    import sqlalchemy as sa

    from reelmill.core.model import Caller
    from reelmill.store import runs
    from reelmill.store.database import Database

    database = Database(databases.migrated("sqlite", tmp_path))
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith("SELECT") and "FROM executions" in statement:
            plans.extend(
                row[3] for row in connection.connection.cursor().execute("explain query plan " + statement, parameters)
            )

    with database.read() as tx:
        sa.event.listen(tx, "before_cursor_execute", explain)
        for filters in (
            {},
            {"workflow_id": "w"},
            {"media_id": "m"},
            {"run_id": "r"},
            {"state": "Running"},
            {"state": "Cancelled"},
            {"failed": True},
            {"name": "x"},
            {"start_ms": 5},
        ):
            runs.search(tx, Caller("default", "cn-hangzhou"), runs.Filters(**filters), 10, 500)
    database.close()
    assert (
        plans
        and not [plan for plan in plans if plan.startswith("SCAN executions")]
        and not [p for p in plans if "TEMP B-TREE" in p]
    )
