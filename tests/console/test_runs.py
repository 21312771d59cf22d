"""What the console asks about executions, pipelines and buckets, on a real run of a real clip."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

import databases
from clips import clip
from console.conftest import Page
from reelmill.api import openapi
from running import LOCATION, Running, ladder_topology, little_ladder, running, until

SCHEMAS = openapi.published()["components"]["schemas"]


@pytest.fixture(scope="module", params=databases.CHOSEN)
def ran(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, Page, str]]:
    """A server on which one film went through the little ladder in several pieces, and one text file failed at its
    start."""
    home = databases.put(str(request.param), tmp_path_factory.mktemp("runs") / "home")
    with running(home, piece_seconds=2) as server:
        flow = little_ladder(server)
        server.put("cin", "up/ten.mp4", clip("ten.mp4"))
        server.ended(flow, 1)
        server.put("cin", "up/deep/er/text.mp4", clip("text.mp4"))
        server.ended(flow, 2)
        page = Page(server.url)
        page.sign_in()
        yield server, page, flow


def _runs(page: Page, **filters: Any) -> list[str]:
    answer = page.call("SearchMediaWorkflowExecutions", **filters)
    jsonschema.validate(answer, SCHEMAS["SearchMediaWorkflowExecutionsResponse"])
    return [run["Input"]["Object"] for run in answer["Executions"]]


def test_executions_are_found_by_each_filter(ran: tuple[Running, Page, str]) -> None:
    _, page, flow = ran
    both = ["up/deep/er/text.mp4", "up/ten.mp4"]
    first = page.call("SearchMediaWorkflowExecutions")["Executions"][1]
    assert _runs(page) == both == _runs(page, MediaWorkflowId=flow) and _runs(page, MediaWorkflowId="0" * 32) == []
    assert _runs(page, State="Completed") == ["up/ten.mp4"] and _runs(page, State="Fail") == ["up/deep/er/text.mp4"]
    assert _runs(page, State="Running") == [] == _runs(page, State="Cancelled")
    assert _runs(page, HasFailure=True) == both[:1] and _runs(page, HasFailure=False) == both[1:]
    assert _runs(page, Name="TEN") == ["up/ten.mp4"] and _runs(page, Name="%") == [] and _runs(page, Name="_") == []
    assert _runs(page, RunId=first["RunId"]) == _runs(page, MediaId=first["MediaId"]) == ["up/ten.mp4"]
    assert (
        _runs(page, StartOfCreationTime="2099-01-01T00:00:00Z") == []
        and _runs(page, EndOfCreationTime="2099-01-01T00:00:00Z") == both
    )
    assert (first["Percent"], first["Failed"], first["Activities"], first["Done"]) == (100, 0, 9, 9)


def test_executions_come_page_by_page_with_their_number(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    first = page.call("SearchMediaWorkflowExecutions", MaximumPageSize=1)
    assert first["TotalCount"] == 2 and len(first["Executions"]) == 1
    second = page.call("SearchMediaWorkflowExecutions", MaximumPageSize=1, NextPageToken=first["NextPageToken"])
    assert second["Executions"][0]["Input"]["Object"] == "up/ten.mp4" and "NextPageToken" not in second
    assert page.refused("SearchMediaWorkflowExecutions", NextPageToken="x") == (400, "InvalidParameter")


def _described(page: Page, name: str) -> dict[str, Any]:
    run_id = page.call("SearchMediaWorkflowExecutions", Name=name)["Executions"][0]["RunId"]
    answer = page.call("DescribeExecution", RunId=run_id)
    jsonschema.validate(answer, SCHEMAS["DescribeExecutionResponse"])
    return dict(answer["Execution"])


def test_a_run_tells_its_pieces_its_commands_and_what_became_of_everything(ran: tuple[Running, Page, str]) -> None:
    _server, page, _ = ran
    run = _described(page, "ten.mp4")
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
    copied = json.loads(_described(page, "ten.mp4")["Topology"])
    assert copied["Activities"] == drawn["Activities"] and {
        k: sorted(v) for k, v in copied["Dependencies"].items()
    } == {k: sorted(drawn["Dependencies"].get(k, [])) for k in drawn["Activities"]}


def test_a_failed_run_says_what_is_wrong_and_what_helps(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    run = _described(page, "text.mp4")
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
    run = _described(page, "ten.mp4")
    log = page.call("GetActivityLog", RunId=run["RunId"], Activity="v0")
    assert log["Complete"] and log["Commands"] == next(a for a in run["Activities"] if a["Name"] == "v0")["Commands"]
    assert all(
        piece["Name"] in log["Log"] for piece in next(a for a in run["Activities"] if a["Name"] == "v0")["Pieces"]
    )
    assert (
        page.refused("GetActivityLog", RunId=run["RunId"], Activity="nobody")[1] == "InvalidParameter.ResourceNotFound"
    )
    assert page.refused("DescribeExecution", RunId="0" * 32)[1] == "InvalidParameter.ResourceNotFound"


def test_one_folder_of_a_bucket_is_listed_page_by_page(ran: tuple[Running, Page, str]) -> None:
    server, page, _ = ran
    for name in ("b.txt", "a.txt", ".hidden", "z/inner.txt", "c d/é.txt"):
        target = server.home / "buckets" / "cin" / "shelf" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(name)
    whole = page.call("ListObjects", Bucket="cin", Prefix="shelf/")
    assert whole["Prefixes"] == ["shelf/c d/", "shelf/z/"] and [o["Key"] for o in whole["Objects"]] == [
        "shelf/a.txt",
        "shelf/b.txt",
    ]
    assert (
        whole["Objects"][0]["Size"] == 5
        and httpx.get(whole["Objects"][0]["URL"]).text == "a.txt"
        and "NextPageToken" not in whole
    )
    assert page.call("ListObjects", Bucket="cin", Prefix="shelf/a")["Objects"][0]["Key"] == "shelf/a.txt"
    found, token = [], None
    for _ in range(4):
        answer = page.call(
            "ListObjects",
            Bucket="cin",
            Prefix="shelf/",
            MaximumPageSize=1,
            **({"NextPageToken": token} if token else {}),
        )
        found += answer["Prefixes"] + [o["Key"] for o in answer["Objects"]]
        token = answer.get("NextPageToken")
    assert found == ["shelf/c d/", "shelf/z/", "shelf/a.txt", "shelf/b.txt"] and token is None
    assert (
        "up/" in page.call("ListObjects", Bucket="cin")["Prefixes"]
        and page.call("ListObjects", Bucket="cin", Prefix="none/")["Objects"] == []
    )
    assert page.refused("ListObjects", Bucket="cin", Prefix="../")[1] == "InvalidParameter.ObjectKeyInvalid"
    assert page.refused("ListObjects", Bucket="other")[1] == "InvalidParameter.ResourceNotFound"
    assert page.refused("ListObjects", Bucket="cin", NextPageToken="!")[1] == "InvalidParameter"


def test_addresses_of_own_buckets_are_signed_and_all_others_left_out(ran: tuple[Running, Page, str]) -> None:
    server, page, _ = ran
    urls = [
        f"{server.url}/cin/up/ten.mp4",
        f"http://cin.{LOCATION}.aliyuncs.com/up/ten.mp4",
        "http://example.com/a/b",
        f"{server.url}/other/x",
        "nonsense",
    ]
    signed = page.call("SignURLs", URLs=urls)["URLs"]
    assert [one["URL"] for one in signed] == urls[:2] and all(
        httpx.get(one["SignedURL"]).status_code == 200 for one in signed
    )
    assert httpx.get(urls[0]).status_code == 404
    assert page.refused("SignURLs", URLs=[1])[0] == 400


def test_an_upload_form_learns_which_workflows_will_start(ran: tuple[Running, Page, str]) -> None:
    _, page, flow = ran
    assert [
        w["MediaWorkflowId"]
        for w in page.call("MatchMediaWorkflows", Bucket="cin", Object="up/new.mp4")["MediaWorkflows"]
    ] == [flow]
    assert page.call("MatchMediaWorkflows", Bucket="cin", Object="elsewhere/new.mp4")["MediaWorkflows"] == []
    assert page.call("MatchMediaWorkflows", Bucket="cin", Object="up/notes.docx")["MediaWorkflows"] == []
    assert page.refused("MatchMediaWorkflows", Bucket="cin", Object="/abs")[1] == "InvalidParameter.ObjectKeyInvalid"


def test_the_overview_counts(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    told = page.call("GetOverview")
    assert (
        told["Buckets"] == {"Input": 1, "Output": 1}
        and told["Workflows"] == {"Active": 1, "Inactive": 0}
        and told["Media"] == 2
        and told["Pipelines"] == 1
    )
    assert (
        told["Executions"] == {"Running": 0, "Completed": 1, "Fail": 1}
        and 0 < told["Storage"]["Free"] <= told["Storage"]["Total"]
        and told["Problems"] == []
    )


def test_problems_of_a_topology_are_answers_and_name_their_activity(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    good = ladder_topology(pipeline, ["S00000001-100020"])
    assert page.call("ValidateTopology", Topology=json.dumps(good))["Problems"] == []
    good["Activities"]["v.0"] = good["Activities"].pop("v0")
    good["Dependencies"] |= {"pack": ["agroup", "v.0"], "v.0": good["Dependencies"].pop("v0")}
    good["Activities"]["v.0"]["Parameters"]["Outputs"][0]["TemplateId"] = "nothing"
    told = page.call("ValidateTopology", Topology=json.dumps(good))["Problems"]
    assert {p.get("Activity") for p in told} == {"v.0", "master"} and all(
        p["Path"] and p["Code"] and p["Message"] for p in told
    )
    for bad in ("", "{", "[]", "{}", '{"Activities": 5, "Dependencies": []}', '{"Activities": [], "Dependencies": {}}'):
        answer = page.http.post("/-/rpc/ValidateTopology", json={"Topology": bad})
        assert answer.status_code == (400 if bad == "" else 200) and (bad == "" or answer.json()["Problems"])


@pytest.mark.parametrize("circle", [{"agroup": ["a1", "agroup"]}, {"agroup": ["a1", "sounds"], "sounds": ["agroup"]}])
def test_a_circle_inside_a_package_is_told_and_does_not_catch_the_server(
    ran: tuple[Running, Page, str], circle: dict[str, list[str]]
) -> None:
    _, page, _ = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    drawn = ladder_topology(pipeline, ["S00000001-100020"])
    drawn["Activities"]["sounds"] = {"Type": "AudioGroup", "Parameters": {"GroupId": "more"}}
    drawn["Dependencies"] |= circle
    told = page.call("ValidateTopology", Topology=json.dumps(drawn))["Problems"]
    assert any("cycle" in problem["Message"] for problem in told)


def test_the_presets_of_the_catalogue_are_good_topologies(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    told = page.http.get("/-/catalogue").json()
    assert [p["Id"] for p in told["Presets"]] == ["single", "ladder", "hls-package"] and {
        "Start",
        "Transcode",
        "Report",
    } <= {n["Type"] for n in told["Nodes"]}
    for preset in told["Presets"]:
        text = (
            json.dumps(preset["Topology"])
            .replace("${input}", "cin")
            .replace("${output}", "cout")
            .replace("${pipeline}", pipeline)
        )
        assert page.call("ValidateTopology", Topology=text)["Problems"] == [], preset["Id"]
    for node in told["Nodes"]:
        jsonschema.Draft202012Validator.check_schema(node["Schema"])
        assert node["Label"]["zh"] and node["Stage"] in ("prepare", "make", "check", "package", "publish")


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
    assert _runs(page, State="Cancelled") == ["up/waits.mp4"] and "up/waits.mp4" not in _runs(page, State="Fail")
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


def test_a_queue_that_is_not_there_is_warned_of(ran: tuple[Running, Page, str]) -> None:
    """While it is drawn: nobody waits for messages that do not come."""
    _, page, _ = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    drawn = ladder_topology(pipeline, ["S00000001-100020"], prefix="warned/")
    assert page.call("ValidateTopology", Topology=json.dumps(drawn))["Warnings"] == []
    drawn["Activities"]["start"]["Parameters"] |= {"QueueName": "films", "MessageType": "Queue"}
    told = page.call("ValidateTopology", Topology=json.dumps(drawn))
    assert told["Problems"] == []
    assert [(w["Activity"], w["Path"].rpartition(".")[2]) for w in told["Warnings"]] == [("start", "QueueName")]
