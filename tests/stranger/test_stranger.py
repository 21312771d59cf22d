"""A node that ReelMill has never heard of, installed beside it: it is in the API, in validation, catalogue, runs, media
and docs, without a line changed anywhere. It waits for decisions and is upgraded while it works; nothing is lost or
stuck when the server is killed in between."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clips import clip
from console.conftest import Page
from reelmill.cli.client import Client, Refused
from running import LOCATION, ROOT, Listener, Running, until
from stranger.installing import install


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    one = Running(tmp_path / "home", settle_seconds="0.5")
    use(one, install(tmp_path / "site"))
    try:
        yield one
    finally:
        one.kill()


def use(server: Running, site: Path) -> None:
    """From the next start on the server finds this package."""
    server.env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(site)])


def topology(pipeline: str, beside: bool = True, **proof: Any) -> str:
    """`beside`: a Snapshot is taken of the same film."""
    file = {"Bucket": "cout", "Location": LOCATION, "Object": "{RunId}%2Fcover.jpg"}
    start = {"PipelineId": pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "up/"}}
    given = {"Bucket": "cout", "Object": "{RunId}/proof.jpg", "Width": "160", "Question": "Is it sharp?"} | proof
    activities = {
        "start": {"Type": "Start", "Parameters": start},
        "proof": {"Type": "Sample", "Parameters": given},
        "cover": {"Type": "Snapshot", "Parameters": {"SnapshotConfig": {"OutputFile": file, "Time": "0"}}},
        "end": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
    }
    # the vendor's Snapshot may not follow what it does not know, so the picture is taken beside, and the end is gated
    edges = {"start": ["proof", "cover"], "proof": ["end"], "cover": ["end"], "end": []}
    if not beside:
        del activities["cover"], edges["cover"]
        edges["start"] = ["proof"]
    return json.dumps({"Activities": activities, "Dependencies": edges})


def drawn(server: Running) -> str:
    """Buckets, a pipeline and a workflow with the stranger's node; the pipeline's id."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    return str(call("AddPipeline", Name="tests")["Pipeline"]["Id"])


def began(server: Running, beside: bool = True) -> str:
    """A film goes in; the run's id."""
    flow = server.client.call("AddMediaWorkflow", Name="proofs", Topology=topology(drawn(server), beside))
    workflow = str(flow["MediaWorkflow"]["MediaWorkflowId"])
    server.put("cin", "up/base.mp4", clip("base.mp4"))
    return str(until(lambda: server.executions(workflow), 20, "a run began")[0]["RunId"])


def described(server: Running, run: str) -> dict[str, Any]:
    page = Page(server.url)
    page.sign_in()
    return dict(page.call("DescribeExecution", RunId=run)["Execution"])


def state(server: Running, run: str, name: str = "proof") -> str:
    return next(str(a["State"]) for a in described(server, run)["Activities"] if a["Name"] == name)


def waits(server: Running, run: str) -> None:
    both = "Waiting", "Success"
    until(lambda: (state(server, run), state(server, run, "cover")) == both, 60, "it waits for a decision and no more")


def says(server: Running, run: str, what: str, die: str = "", activity: str = "proof") -> None:
    """Somebody decides, or reopens the run; `die`: the fail point at which that process is killed."""
    env = server.env | ({"REELMILL_FAILPOINT": die} if die else {})
    env["PYTHONPATH"] += os.pathsep + str(ROOT / "tests")
    argv = [sys.executable, "-m", "stranger.deciding", str(server.home), run, activity, what]
    ended = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == (-signal.SIGKILL if die else 0), ended.stderr


def ended(server: Running, run: str) -> dict[str, str]:
    """State by activity when the run has ended."""
    found = until(lambda: (lambda r: r if r["State"] != "Running" else None)(described(server, run)), 40, "it ended")
    return {"": found["State"]} | {a["Name"]: a["State"] for a in found["Activities"]}


DONE = {"": "Completed", "start": "Success", "proof": "Success", "cover": "Success", "end": "Success"}


def test_it_is_drawn_checked_and_offered_like_one_of_ours(server: Running, tmp_path: Path) -> None:
    server.start()
    pipeline = drawn(server)
    with pytest.raises(Refused) as refused:
        server.client.call("AddMediaWorkflow", Name="bad", Topology=topology(pipeline, Width="9", Colour="red"))
    told = str(refused.value)
    assert "Activities.proof.Parameters.Width" in told and "Activities.proof.Parameters.Colour" in told
    with pytest.raises(Refused, match="is not bound as output bucket"):
        server.client.call("AddMediaWorkflow", Name="bad", Topology=topology(pipeline, Bucket="nowhere"))

    page = Page(server.url)
    page.sign_in()
    kinds = {one["Type"]: one for one in page.http.get("/-/catalogue").json()["Nodes"]}
    ours = kinds["Proof"]
    assert (ours["Stage"], ours["Label"]["en"], ours["Aliases"]) == ("check", "Proof", ["Sample"])
    assert ours["Predecessors"] == ["Start", "Transcode"] and (ours["Role"], ours["Gate"]) == ("work", "Question")
    form = ours["Schema"]["properties"]
    assert form["Width"]["default"] == 320 and form["Bucket"]["x-widget"] == "output-bucket"
    found = page.call("ValidateTopology", Topology=topology(pipeline, Width="wide"))
    assert [p["Activity"] for p in found["Problems"]] == ["proof"]

    words = "from reelmill.cli.gendocs import nodes_page; print(nodes_page())"
    docs = subprocess.run([sys.executable, "-c", words], env=server.env, cwd=ROOT, capture_output=True, text=True)
    assert "## Proof" in docs.stdout and "waits for the answer" in docs.stdout, docs.stderr


@pytest.mark.slow
def test_it_runs_waits_over_a_restart_and_goes_on_when_somebody_has_decided(server: Running) -> None:
    server.start()
    run = began(server)
    waits(server, run)
    server.kill()
    server.start()
    shown = described(server, run)
    proof = next(a for a in shown["Activities"] if a["Name"] == "proof")
    assert proof["Type"] == "Sample" and proof["State"] == "Waiting"
    assert proof["Waiting"]["Reason"] == "Is it sharp?" and "is it sharp?" in shown["Doing"]
    assert [(o["Kind"], o["Object"]) for o in proof["Outputs"]] == [("Proof", f"{run}/proof.jpg")]
    assert proof["Facts"]["width"] == 160 and "ffmpeg" in proof["Commands"][0]
    told = server.client.call("QueryMediaWorkflowExecutionList", RunIds=run)["MediaWorkflowExecutionList"]
    told = {a["Name"]: a["State"] for a in told["MediaWorkflowExecution"][0]["ActivityList"]["Activity"]}
    assert told["proof"] == "Running", "a word that programs written for MPS know"
    assert (server.home / "buckets" / "cout" / run / "proof.jpg").exists()
    says(server, run, "pass")
    assert ended(server, run) == DONE


def client(server: Running, role: str) -> tuple[Client, str]:
    """Somebody with this role, and his key."""
    key = server.client.call("AddAccessKey", Role=role)["AccessKey"]
    return Client(server.url, key["AccessKeyId"], key["AccessKeySecret"]), key["AccessKeyId"]


def refusal(client: Client, **values: Any) -> dict[str, Any]:
    with pytest.raises(Refused) as refused:
        client.call("DecideActivity", **values)
    return dict(refused.value.answer)


@pytest.mark.slow
def test_a_reviewer_finds_it_in_the_inbox_and_decides_once(server: Running) -> None:
    listener = Listener()
    server.env["REELMILL_CALLBACK_PRIVATE_NETWORKS"] = "127.0.0.1"
    server.start()
    hook = server.client.call("AddWebhook", Url=listener.url, Events="execution.waiting")["Webhook"]["WebhookId"]
    run = began(server, beside=False)
    (reviewer, key), (viewer, _) = client(server, "reviewer"), client(server, "viewer")
    found = until(lambda: reviewer.call("ListWaitingActivities")["WaitingActivities"], 60, "it waits in the inbox")
    assert [(one["RunId"], one["Activity"], one["Reason"]) for one in found] == [(run, "proof", "Is it sharp?")]
    assert found[0]["Since"] > found[0]["Since"][:10] and found[0]["Input"]["Object"] == "up/base.mp4"
    (told,) = until(lambda: listener.got, 10, "the webhook is told")
    assert told[1]["type"] == "execution.waiting" and told[1]["data"]["Name"] == "proof"
    said = {"RunId": run, "Activity": "proof", "Decision": "block"}
    assert refusal(viewer, **said)["Code"] == "NoPermission"
    assert "attempt 1 now" in refusal(reviewer, **said, Attempt=2)["Message"]
    with pytest.raises(Refused, match="NoPermission"):
        reviewer.call("CancelMediaWorkflowExecution", RunId=run)
    reviewer.call("DecideActivity", **said, Note="Blurred.", Attempt=1)
    again = refusal(server.client, **said | {"Decision": "pass"})
    assert again["Code"] == "InvalidParameter.InvalidState" and f"block, by {key}" in again["Message"]
    assert ended(server, run)["proof"] == "Success"
    (proof,) = [a for a in described(server, run)["Activities"] if a["Name"] == "proof"]
    made = proof["Decision"]
    assert (made["Decision"], made["Note"], made["By"]) == ("block", "Blurred.", key)
    assert made["Time"] == proof["FinishTime"]
    assert server.client.call("ListWaitingActivities") | {"RequestId": ""} == {
        "WaitingActivities": [],
        "TotalCount": 0,
        "RequestId": "",
    }
    media = server.client.call("QueryMediaList", MediaIds=found[0]["MediaId"])["MediaList"]["Media"][0]
    assert (media["PublishState"], media["CensorState"]) == ("UnPublish", "Initiated"), "a proof judges no content"
    server.client.call("DeleteWebhook", WebhookId=hook)
    listener.close()


@pytest.mark.slow
def test_no_kill_loses_what_waits_what_was_decided_or_what_was_reopened(server: Running) -> None:
    server.start(REELMILL_FAILPOINT="final fact committed:2")  # of the two that follow the start
    run = began(server)
    assert server.died(40)
    server.start()
    waits(server, run)
    server.kill()
    says(server, run, "pass", die="decided")  # the fact is there; nobody has been told, nobody runs
    server.start()
    assert ended(server, run) == DONE
    says(server, run, "reopen", die="reopened")
    assert server.died(0.1) is False
    waits(server, run)
    server.kill()
    server.start()
    assert [a["State"] for a in described(server, run)["Activities"]] == ["Success", "Waiting", "Success", "Init"]
    says(server, run, "stop")
    assert ended(server, run) == DONE, "nothing is behind it but the end, which always runs"


@pytest.mark.slow
@pytest.mark.parametrize("keeps_older", [True, False], ids=["older path", "begun again"])
def test_an_upgrade_while_it_works_leaves_nothing_stuck(server: Running, tmp_path: Path, keeps_older: bool) -> None:
    """Killed between the picture and its name (nothing else is made then); then a newer version is there, which
    makes other calls."""
    site = Path(server.env["PYTHONPATH"].split(os.pathsep)[1])
    use(server, site)
    server.start(REELMILL_FAILPOINT="task made")
    run = began(server, beside=False)
    assert server.died(40)
    use(server, install(tmp_path / "newer", version="2", keeps_older=keeps_older))
    server.start()
    until(lambda: state(server, run) == "Waiting", 60, "it waits for a decision")
    attempt = next(a["Attempt"] for a in described(server, run)["Activities"] if a["Name"] == "proof")
    assert attempt == (1 if keeps_older else 2)
    says(server, run, "pass")
    assert ended(server, run) == {name: one for name, one in DONE.items() if name != "cover"}


@pytest.mark.slow
def test_when_it_is_uninstalled_its_runs_end_with_a_sentence(server: Running, tmp_path: Path) -> None:
    server.start(REELMILL_FAILPOINT="task made")
    run = began(server, beside=False)
    assert server.died(40)
    (tmp_path / "empty").mkdir()
    use(server, tmp_path / "empty")
    server.start()
    assert ended(server, run)["proof"] == "Fail"
    proof = next(a for a in described(server, run)["Activities"] if a["Name"] == "proof")
    assert proof["Message"] == 'This server has no activities of the type "Proof" any more.'
