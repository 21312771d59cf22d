"""Backfills: what lay in a bucket is listed and started, bit by bit, each file once, whatever happens."""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import databases
from clips import clip
from reelmill.cli.client import Refused
from reelmill.core.errors import ReelMillError
from running import LOCATION, Running, until


def workflow(server: Running, name: str, prefix: str = "old/", **more: Any) -> str:
    """Looks at its input, nothing else."""
    call = server.client.call
    call("BindInputBucket", Bucket="fill-in")
    pipeline = call("AddPipeline", Name=name)["Pipeline"]["Id"]
    start = {"Bucket": "fill-in", "Location": LOCATION, "ObjectPrefix": prefix, **more}
    topology = {
        "Activities": {
            "in": {"Type": "Start", "Parameters": {"PipelineId": pipeline, "InputFile": start}},
            "out": {"Type": "Report", "Parameters": {}},
        },
        "Dependencies": {"in": ["out"], "out": []},
    }
    return str(call("AddMediaWorkflow", Name=name, Topology=topology)["MediaWorkflow"]["MediaWorkflowId"])


def fill(server: Running, keys: list[str]) -> None:
    """Files that no workflow hears of: the server is stopped, and they are older than any."""
    for key in keys:
        server.put("fill-in", key, clip("base.mp4"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("backfill"), settle_seconds="0.2")
    running.start()
    running.client.call("BindInputBucket", Bucket="fill-in")
    yield running
    running.stop()


def job(server: Running, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = server.client.call("QueryBackfillJobList", JobIds=job_id)["BackfillJobList"][0]
    return found


def jobs(server: Running) -> list[dict[str, Any]]:
    return list(server.client.call("QueryBackfillJobList", MaximumPageSize=100)["BackfillJobList"])


def submit(server: Running, flow: str, **values: Any) -> str:
    made = server.client.call("SubmitBackfillJob", MediaWorkflowId=flow, **values)["BackfillJob"]
    assert made["State"] == "Listing"
    return str(made["JobId"])


def ended(server: Running, job_id: str) -> dict[str, Any]:
    return dict(
        until(
            lambda: (found := job(server, job_id))["State"] in ("Success", "Fail", "Cancelled") and found,
            60,
            "the backfill has ended",
        )
    )


def inputs(server: Running, flow: str) -> list[str]:
    return sorted(run["Input"]["InputFile"]["Object"] for run in server.executions(flow))


def test_a_dry_run_lists_and_a_backfill_starts_each_file_once_through_a_kill(server: Running) -> None:
    keys = [f"old/{n}.mp4" for n in range(5)]
    fill(server, [*keys, "old/deep/x.mov", "old/.hidden.mp4", "new/y.mp4"])
    (server.home / "buckets" / "fill-in" / "old" / "notes.txt").write_text("x")
    time.sleep(0.5)
    flow = workflow(server, "fill")
    dry = ended(server, submit(server, flow, DryRun=True, Filter={"Suffix": ".mp4", "Glob": "old/*"}))
    assert [f["Object"] for f in dry["Files"]] and {f["Object"] for f in dry["Files"]} == set(keys)
    size = clip("base.mp4").stat().st_size
    assert (dry["Found"], dry["Estimate"]["Bytes"], dry["Estimate"]["PastRuns"]) == (5, 5 * size, 0)
    assert inputs(server, flow) == []
    server.client.call("AddMedia", FileURL=f"{server.url}/fill-in/{keys[0]}", MediaWorkflowId=flow)
    server.ended(flow)
    server.stop()
    server.start(REELMILL_FAILPOINT="backfill cursor:2")
    going = submit(server, flow, RatePerMinute=600, Priority=2, Filter={"Suffix": [".mp4"]})
    assert server.died(30), "the point was never passed"
    server.start()
    done = ended(server, going)
    assert (done["State"], done["Found"], done["AlreadyRun"], done["Started"]) == ("Success", 4, 1, 4), done
    assert done["Estimate"]["PastRuns"] == 1 and done["Estimate"]["EncodeMinutes"] is not None
    server.ended(flow, 5)
    assert inputs(server, flow) == keys
    database = databases.opened(server.home)
    with database.read() as tx:
        priorities = tx.exec_driver_sql("select priority from batches order by seq").scalars().all()
    database.close()
    assert priorities == [6, 2, 2, 2, 2], "of AddMedia, then of the backfill"
    files = server.client.call("ListBackfillJobFiles", JobId=going, MaximumPageSize=3)
    rest = server.client.call("ListBackfillJobFiles", JobId=going, NextPageToken=files["NextPageToken"])["Files"]
    runs = {run["RunId"] for run in server.executions(flow)}
    assert len(rest) == 1 and {f["RunId"] for f in files["Files"] + rest} < runs
    listed = server.client.call("QueryBackfillJobList", MaximumPageSize=1)
    older = server.client.call("QueryBackfillJobList", NextPageToken=listed["NextPageToken"])["BackfillJobList"]
    assert [one["JobId"] for one in listed["BackfillJobList"] + older] == [going, dry["JobId"]]
    whole = ended(server, submit(server, flow, Prefix="/", DryRun=True, Filter={"Suffix": ".mp4"}))
    assert (whole["Prefix"], [f["Object"] for f in whole["Files"]]) == ("", ["new/y.mp4"])
    with pytest.raises(Refused, match="user_data"):
        submit(server, flow, Filter={"Condition": 'input.user_data == "x"'})
    again = ended(server, submit(server, flow, Prefix="old/", Filter={"Glob": "*.mp4"}))
    assert (again["Found"], again["AlreadyRun"], again["Started"]) == (0, 5, 0)


def test_a_listing_that_a_kill_ends_begins_anew(server: Running) -> None:
    fill(server, [f"twice/{n}.mp4" for n in range(4)])
    time.sleep(0.5)
    flow = workflow(server, "twice", "twice/")
    server.stop()
    server.start(REELMILL_FAILPOINT="backfill listed")
    with contextlib.suppress(ReelMillError):  # it may die while it answers
        submit(server, flow, RatePerMinute=6000)
    assert server.died(30), "the point was never passed"
    server.start()
    (going,) = [one["JobId"] for one in jobs(server) if one["MediaWorkflowId"] == flow]
    done = ended(server, going)
    assert (done["State"], done["Found"], done["Started"]) == ("Success", 4, 4), done
    assert done["Estimate"]["StartMinutes"] == done["Estimate"]["Bytes"] == 0, "nothing remains"
    assert sorted(file["Object"] for file in done["Files"]) == inputs(server, flow)
    assert len(server.ended(flow, 4)) == 4


def test_it_keeps_its_rate_waits_when_paused_and_stops_when_cancelled(server: Running) -> None:
    fill(server, [f"slow/{n}.mp4" for n in range(5)])
    time.sleep(0.5)
    flow = workflow(server, "slow", "slow/")
    call, began = server.client.call, time.monotonic()
    going = submit(server, flow, RatePerMinute=60)
    until(lambda: job(server, going)["Started"] >= 2, 30, "two have begun")
    assert time.monotonic() - began > 1.9, "a moment after the listing, then one a second"
    assert call("UpdateBackfillJob", JobId=going, State="Paused")["BackfillJob"]["State"] == "Paused"
    held = job(server, going)["Started"]
    time.sleep(1.5)
    assert job(server, going)["Started"] == held < 5
    call("DeactivateMediaWorkflow", MediaWorkflowId=flow)
    call("UpdateBackfillJob", JobId=going, State="Active")
    until(lambda: job(server, going)["State"] == "Paused", 20, "it waits for its workflow")
    assert "Activate" in job(server, going)["Message"]
    call("ActivateMediaWorkflow", MediaWorkflowId=flow)
    call("UpdateBackfillJob", JobId=going, State="Active")
    until(lambda: job(server, going)["Started"] > held, 20, "it goes on")
    call("UpdateBackfillJob", JobId=going, State="Cancelled")
    last = job(server, going)
    assert last["State"] == "Cancelled" and last["FinishTime"]
    for state in ("Cancelled", "Active", "Paused"):
        with pytest.raises(Refused, match="InvalidState"):
            call("UpdateBackfillJob", JobId=going, State=state)
    assert call("QueryBackfillJobList", MaximumPageSize=1)["BackfillJobList"][0]["JobId"] == going


def test_a_file_that_is_still_written_is_waited_for_and_temporaries_are_none(server: Running) -> None:
    whole = clip("base.mp4").read_bytes()
    fill(server, ["half/done.mp4", "half/film.temp.mp4"])
    with (server.home / "buckets" / "fill-in" / "half" / "a.mp4").open("wb") as writer:
        writer.write(whole[: len(whole) // 3])
        writer.flush()
        time.sleep(0.5)
        flow = workflow(server, "half", "nowhere/")
        going = submit(server, flow, Prefix="half/", RatePerMinute=600)
        until(lambda: "written" in job(server, going).get("Message", ""), 20, "it waits for the rest")
        assert (job(server, going)["State"], inputs(server, flow)) == ("Active", ["half/done.mp4"])
        writer.write(whole[len(whole) // 3 :])
    done = ended(server, going)
    assert (done["State"], done["Found"], done["Started"], done["LeftOut"]) == ("Success", 2, 2, 0), done
    assert not done.get("Message") and inputs(server, flow) == ["half/a.mp4", "half/done.mp4"]


def test_a_filter_of_start_decides_what_uploads_start(server: Running) -> None:
    flow = workflow(
        server,
        "picky",
        "pick/",
        Filter={
            "Suffix": ".mp4",
            "MinSize": 1000,
            "Glob": "pick/**/a*",
            "Condition": "input.size < 10000000 && !input.key.contains('odd')",
        },
    )
    call = server.client.call

    def names(key: str) -> set[str]:
        found = call("MatchMediaWorkflows", Bucket="fill-in", Object=key)["MediaWorkflows"]
        return {workflow["Name"] for workflow in found}

    assert names("pick/x/a.mp4") == {"picky"} and names("pick/x/b.mp4") == names("pick/a.mov") == set()
    fill(server, ["pick/b.mp4", "pick/x/y/a1.mp4", "pick/a.mov", "pick/a-odd.mp4"])
    (server.home / "buckets" / "fill-in" / "pick" / "a.mp4").write_bytes(b"tiny")
    until(lambda: inputs(server, flow), 20, "the one that fits")
    time.sleep(1)
    assert inputs(server, flow) == ["pick/x/y/a1.mp4"]
    for wrong in ("input.size >", "media.info.width > 1", "activities.x.state == 'Fail'"):
        with pytest.raises(Refused, match=r"Filter\.Condition"):
            server.client.call("SubmitBackfillJob", MediaWorkflowId=flow, Filter={"Condition": wrong})
        with pytest.raises(Refused, match=r"InputFile\.Filter\.Condition"):
            workflow(server, "wrong", Filter={"Condition": wrong})
    with pytest.raises(Refused, match=r"InputFile\.Filter: MaxSize must not lie"):
        workflow(server, "wrong", Filter={"MinSize": 2, "MaxSize": 1})


def test_a_version_that_was_saved_outlives_its_server(tmp_path: Path) -> None:
    server = Running(tmp_path / "home")
    try:
        server.start()
        flow = workflow(server, "kept")
        before = server.client.call("QueryMediaWorkflowList", MediaWorkflowIds=flow)["MediaWorkflowList"][
            "MediaWorkflow"
        ]
        server.stop()
        server.start(REELMILL_FAILPOINT="version saved")
        with pytest.raises(Exception, match="answers"):
            change = {"Topology": before[0]["Topology"], "WhileActive": True, "Note": "the last words"}
            server.client.call("UpdateMediaWorkflow", MediaWorkflowId=flow, **change)
        assert server.died(10)
        server.start()
        found = server.client.call("ListMediaWorkflowVersions", MediaWorkflowId=flow)["MediaWorkflowVersionList"]
        assert [(v["Version"], v.get("Note")) for v in found] == [(2, "the last words"), (1, None)]
    finally:
        server.kill()


def test_jobs_tell_the_priority_that_they_have(server: Running) -> None:
    """Of an activity its Output's, and never more than that of the backfill that started the run."""
    call = server.client.call
    fill(server, ["ranked/f.mp4", "ranked/g.mp4"])
    time.sleep(0.5)
    call("BindOutputBucket", Bucket="fill-out")
    flow = workflow(server, "ranked", "ranked/")
    topology = json.loads(server.client.call("QueryMediaWorkflowList", MediaWorkflowIds=flow)["MediaWorkflowList"]["MediaWorkflow"][0]["Topology"])  # fmt: skip # noqa: E501
    output = {"OutputObject": "{RunId}", "TemplateId": "S00000001-200010", "Priority": "8"}
    made = {"Outputs": [output], "OutputBucket": "fill-out", "OutputLocation": LOCATION}
    topology["Activities"]["t"] = {"Type": "Transcode", "Parameters": made}
    topology["Dependencies"] = {"in": ["t"], "t": ["out"], "out": []}
    call("UpdateMediaWorkflow", MediaWorkflowId=flow, Topology=topology, WhileActive=True)
    call("AddMedia", FileURL=f"{server.url}/fill-in/ranked/f.mp4", MediaWorkflowId=flow)
    server.ended(flow)
    ended(server, submit(server, flow, Filter={"Glob": "ranked/g.mp4"}, Priority=2))
    found = {}
    for run in server.ended(flow, 2):
        act = next(one for one in run["ActivityList"]["Activity"] if one["Name"] == "t")
        (job,) = call("QueryJobList", JobIds=act["JobId"])["JobList"]["Job"]
        found[run["Input"]["InputFile"]["Object"]] = job["Output"]["Priority"]
    assert found == {"ranked/f.mp4": "8", "ranked/g.mp4": "2"}
