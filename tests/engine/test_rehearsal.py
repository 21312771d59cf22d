"""A dry run says what a run does, word for word, and does nothing."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from engine.test_reuse import every_kind, film, flow, listener, mp4, run, server, small
from reelmill.cli.client import Refused
from running import LOCATION, Running, ladder_topology, template, until

__all__ = ["film", "listener", "server"]


def rehearse(server: Running, **asked: Any) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    answer = server.client.call("DryRunMediaWorkflow", **asked)
    return {one["Name"]: one for one in answer["Activities"]}, answer["Estimate"]


def url(key: str) -> str:
    return f"http://cin.{LOCATION}.aliyuncs.com/{key}"


def test_the_commands_are_those_of_the_run(server: Running, film: Any) -> None:
    workflow = flow(server, "dry", every_kind(server), Reuse="Workflow")
    server.put("cin", "dry.mp4", film)
    begun = len(server.begun())
    told, estimate = rehearse(server, MediaWorkflowId=workflow, FileURL=url("dry.mp4"))
    assert (server.executions(workflow), len(server.begun())) == ([], begun)
    assert {one["Action"] for one in told.values()} == {"run"}
    assert told["one"]["Outputs"] == ["one/dry-{RunId}.mp4"]
    assert estimate["Seconds"] > 0 and estimate["Bytes"] > 0
    assert estimate["EncodedSeconds"] == pytest.approx(4 * 6, abs=1)  # three files, two renditions, one sound
    acts = run(server, workflow, "dry.mp4")
    for name in ("one", "list", "dash", "v0", "a1", "cover"):
        done = [one for one in acts[name]["Commands"] if "ffprobe" not in shlex.split(one)[0]]
        assert told[name]["Commands"] == done, name
    again, estimate = rehearse(server, MediaWorkflowId=workflow, FileURL=url("dry.mp4"))
    made = {name for name, act in acts.items() if act.get("Outputs")}
    assert {name for name, one in again.items() if one["Action"] == "reuse"} == made
    assert {again[name]["ReusedFrom"] for name in made} == {acts[""]["RunId"]}
    assert again["list"]["Outputs"] == ["list/dry-{RunId}.m3u8"]
    for name in made - {"master"}:  # what it lists is told by the activities before it
        assert again[name]["Outputs"] == told[name]["Outputs"] != [], name
    assert estimate["EncodedSeconds"] == 0
    changed = every_kind(server, quality="33")
    third, _ = rehearse(server, MediaWorkflowId=workflow, Topology=json.dumps(changed), FileURL=url("dry.mp4"))
    assert {name for name, one in third.items() if name in made and one["Action"] == "run"} == {
        "one",
        "list",
        "dash",
        "index",
    }


def test_a_package_of_transport_streams_alone_is_rehearsed_to_its_end(server: Running, film: Path) -> None:
    server.put("cin", "dry5.mp4", film)
    pipeline = server.client.call("AddPipeline", Name="tests")["Pipeline"]["Id"]
    larger = []
    for width in ("640", "1280"):
        body = {"Video": {"Codec": "H.264", "Width": width}, "TransConfig": {"IsCheckReso": "true"}}
        made = server.client.call("AddTemplate", Name=f"w{width}", Container={"Format": "m3u8"}, **body)
        larger.append(made["Template"]["Id"])
    drawn = ladder_topology(pipeline, [template(server, "192"), *larger], prefix="")
    told, _ = rehearse(server, Topology=json.dumps(drawn), FileURL=url("dry5.mp4"))
    assert {name: one["Action"] for name, one in told.items() if one["Action"] != "run"} == {"v2": "skip"}
    assert 'the same picture as "v1"' in told["v2"]["Reason"]
    assert told["v0"]["Commands"] and not told["v0"].get("Reason")
    assert told["v0"]["Outputs"] == ["{RunId}/v0/v.m3u8"]


def test_what_fails_beside_others_is_told_so(server: Running, film: Path) -> None:
    server.put("cin", "dry6.mp4", film)
    huge = {"Video": {"Codec": "H.264", "Width": "3840"}, "TransConfig": {"IsCheckResoFail": "true"}}
    refused = server.client.call("AddTemplate", Name="huge", Container={"Format": "mp4"}, **huge)["Template"]["Id"]
    drawn = small(server, [mp4(server, 160), refused, mp4(server, 176)])
    drawn["Dependencies"]["x1"] = [{"To": "x2", "When": "success"}]
    drawn["Dependencies"]["start"].remove("x2")
    told, _ = rehearse(server, Topology=json.dumps(drawn), FileURL=url("dry6.mp4"))
    assert told["x0"]["Commands"] and "larger than the source" in told["x1"]["Reason"]
    assert (told["x2"]["Action"], told["x2"]["Reason"]) == ("skip", "Nothing led to it: x1 (Fail)")


def test_conditions_decide_as_in_a_run(server: Running, film: Path) -> None:
    server.put("cin", "dry3.mp4", film)
    drawn = small(server, [mp4(server, 160), mp4(server, 176)])
    drawn["Activities"]["x0"]["Condition"] = "media.info.width > 300"
    drawn["Activities"]["x1"]["Condition"] = "input.size < 1"
    told, estimate = rehearse(server, Topology=json.dumps(drawn), FileURL=url("dry3.mp4"))
    assert (told["x0"]["Action"], told["x1"]["Action"]) == ("run", "skip")
    assert ("input.size" in told["x1"]["Reason"] and "Commands" not in told["x1"]) or not told["x1"]["Commands"]
    assert estimate["EncodedSeconds"] == pytest.approx(4, abs=0.2)


def test_a_condition_that_fails_is_no_skip(server: Running, film: Path) -> None:
    server.put("cin", "dry9.mp4", film)
    drawn = small(server, [mp4(server, 160), mp4(server, 176)])
    drawn["Activities"]["x0"]["Condition"] = "1 / (input.size - input.size) > 0"
    drawn["Dependencies"] |= {"x0": [{"To": "x1", "When": "failure"}], "x1": ["end"]}
    drawn["Dependencies"]["start"] = ["x0"]
    told, _ = rehearse(server, Topology=json.dumps(drawn), FileURL=url("dry9.mp4"))
    assert told["x0"]["Action"] == "run" and not told["x0"]["Commands"] and not told["x0"]["Outputs"]
    assert "condition" in told["x0"]["Reason"]
    assert told["x1"]["Action"] == "run" and told["x1"]["Commands"]


def test_what_a_run_makes_twice_is_linked_the_second_time(server: Running, film: Path) -> None:
    """Whether a source is there or made by the run itself; what begins at the same time is made by each."""
    server.put("cin", "dry10.mp4", film)
    drawn = small(server, [mp4(server, 160)] * 2)
    place = {"Bucket": "cout", "Location": LOCATION}
    for name in ("p0", "p1", "p2", "p3"):
        config = {"OutputFile": {**place, "Object": f"{name}/{{RunId}}-{{Count}}.jpg"}, "Time": "0", "Num": "3"}
        drawn["Activities"][name] = {
            "Type": "Snapshot",
            "Parameters": {"SnapshotConfig": config | {"Interval": "1"}},
            "Condition": 'activities.start.state == "Success"',
        }
    drawn["Activities"]["look"] = {"Type": "Analysis", "Parameters": {}}
    drawn["Dependencies"] = {"start": ["x0", "p0", "p1", "look"], "x0": ["p2"], "look": ["x1"], "x1": ["p3"]}
    drawn["Dependencies"] |= {name: ["end"] for name in ("p0", "p1", "p2", "p3")}
    workflow = flow(server, "dry ten", drawn, Reuse="Run")
    told, _ = rehearse(server, MediaWorkflowId=workflow, FileURL=url("dry10.mp4"))
    acts = run(server, workflow, "dry10.mp4")
    reused = {name for name, act in acts.items() if act.get("ReusedFrom")}
    foretold = {name for name, act in told.items() if act["Action"] == "reuse"}
    # of two that begin together one may have ended before a busy machine comes to the other
    assert {"x1", "p3"} <= foretold <= reused <= foretold | {"p0", "p1"}
    assert (told["x1"]["ReusedFrom"], told["x1"]["Outputs"]) == ("{RunId}", ["x1/{RunId}.mp4"])


def test_a_condition_on_what_is_not_made_yet_is_left_open(server: Running, film: Path) -> None:
    server.put("cin", "dry7.mp4", film)
    drawn = small(server, [mp4(server, 160), mp4(server, 176), mp4(server, 192)])
    drawn["Dependencies"] |= {"start": ["x0"], "x0": ["x1"], "x1": ["x2"]}
    for name, condition in (("x1", "activities.x0.result.width == 160"), ("x2", 'activities.x0.state == "Fail"')):
        drawn["Dependencies"]["x0" if name == "x1" else "x1"] = [{"To": name, "When": "always"}]
        drawn["Activities"][name]["Condition"] = condition
    drawn["Dependencies"]["x2"] = ["end"]
    config = {"OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": "{RunId}.jpg"}, "Time": "0"}
    picture = {"Type": "Snapshot", "Parameters": {"SnapshotConfig": config}}
    drawn["Activities"]["picture"] = {**picture, "Condition": "activities.x0.result.width > 1000"}
    drawn["Dependencies"]["x0"].append("picture")
    drawn["Dependencies"]["picture"] = ["end"]
    told, _ = rehearse(server, Topology=json.dumps(drawn), FileURL=url("dry7.mp4"))
    for name in ("x1", "picture"):  # that it is planned with another source is not the first thing to know of it
        assert told[name]["Action"] == "run" and told[name]["Commands"]
        assert told[name]["Reason"] == "Its condition follows from what the activities before it make."
    assert told["x2"]["Action"] == "skip" and "Its condition is false" in told["x2"]["Reason"]
    drawn["Activities"]["x1"]["Condition"] = 'input.user_data == "x"'
    told, _ = rehearse(server, Topology=json.dumps(drawn), FileURL=url("dry7.mp4"))
    assert told["x1"]["Action"] == "run" and told["x1"]["Commands"]
    assert told["x1"]["Reason"] == "Its condition follows from the user data of the run."


def test_what_follows_from_an_analysis_is_told_so(server: Running, film: Path) -> None:
    server.put("cin", "dry4.mp4", film)
    drawn = small(server, ["S00000000-200010"])
    drawn["Activities"]["look"] = {"Type": "Analysis", "Parameters": {}}
    drawn["Dependencies"] |= {"start": ["look"], "look": ["x0"]}
    told, _ = rehearse(server, Topology=json.dumps(drawn), FileURL=url("dry4.mp4"))
    assert [told[name]["Action"] for name in ("look", "x0", "end")] == ["run"] * 3
    assert told["look"]["Commands"] and told["x0"]["Reason"] == (
        "What it does follows from what the activities before it make."
    )


def test_of_a_media_that_nobody_looked_at_only_the_object_is_known(server: Running, film: Path) -> None:
    server.put("cin", "dry8.mp4", film)
    media = server.client.call("AddMedia", FileURL=url("dry8.mp4"))["Media"]["MediaId"]

    def outcome(text: str) -> tuple[str, str]:
        answer = server.client.call("EvaluateCondition", Condition=text, MediaId=media)
        return answer["Outcome"], answer.get("Reason") or ""

    assert outcome("input.size > 1000") == ("True", "")
    assert outcome("media.info.width < 100")[0] == "Fail"
    assert "Nobody has looked into this media yet" in outcome("media.info.width < 100")[1]


def test_a_workflow_that_has_lost_something_is_rehearsed_as_it_runs(server: Running, film: Path) -> None:
    """A template that it names was deleted: what is made by it fails, all else is made."""
    server.put("cin", "dry9.mp4", film)
    call = server.client.call
    gone = call("AddTemplate", Name="gone", Container={"Format": "mp4"}, Video={"Codec": "H.264"})["Template"]["Id"]
    drawn = small(server, [mp4(server, 160), gone])
    workflow = flow(server, "lost", drawn)
    call("DeleteTemplate", TemplateId=gone)
    told, _ = rehearse(server, MediaWorkflowId=workflow, FileURL=url("dry9.mp4"))
    call("AddMedia", FileURL=url("dry9.mp4"), MediaWorkflowId=workflow)
    run_id = until(lambda: server.ended(workflow), 30, "the run")[0]["RunId"]
    done = call("DescribeExecution", RunId=run_id)["Execution"]["Activities"]
    acts = {one["Name"]: one for one in done}
    assert (acts["x0"]["State"], acts["x1"]["State"]) == ("Success", "Fail")
    assert told["x0"]["Commands"] and not told["x1"]["Commands"]
    assert told["x1"]["Reason"] == acts["x1"]["Message"]
    with pytest.raises(Refused, match="TemplateNotFound"):
        rehearse(server, Topology=json.dumps(drawn), FileURL=url("dry9.mp4"))


def test_what_cannot_be_rehearsed_is_refused(server: Running, film: Any) -> None:
    server.put("cin", "dry2.mp4", film)
    server.put("cin", "broken.mp4", Path(__file__))
    drawn = json.dumps(small(server, [mp4(server, 160)]))
    media = server.client.call("AddMedia", FileURL=url("dry2.mp4"))["Media"]["MediaId"]
    told, _ = rehearse(server, Topology=drawn, MediaId=media)
    assert "libx264" in told["x0"]["Commands"][0]
    told, _ = rehearse(server, Topology=drawn, FileURL=url("broken.mp4"))
    assert re.search("cannot|not", told["start"]["Reason"]) and told["x0"]["Action"] == "skip"
    for wanted, code in (
        ({"Topology": drawn, "FileURL": url("nowhere.mp4")}, "InvalidParameter.ResourceNotFound"),
        ({"Topology": drawn, "MediaId": "0" * 32}, "InvalidParameter.ResourceNotFound"),
        ({"MediaWorkflowId": "0" * 32, "MediaId": media}, "InvalidParameter.ResourceNotFound"),
        ({"FileURL": url("dry2.mp4")}, "MissingParameter"),
        ({"Topology": drawn}, "MissingParameter"),
        ({"Topology": "{", "MediaId": media}, "InvalidParameter.JsonObjectFormatInvalid"),
    ):
        with pytest.raises(Refused) as refused:
            rehearse(server, **wanted)
        assert code in str(refused.value), wanted
