"""Edges that say when they lead on, conditions and branches side by side, drawn by the official SDK: what became of
each activity, and on what it worked."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from clips import clip
from contract.sdks import NewSdk
from running import KEY, LOCATION, REGION, SECRET, Running, ladder_topology, running, template, until

pytestmark = pytest.mark.slow
OUT = {"OutputBucket": "cout", "OutputLocation": LOCATION}


class House:
    """A server, its SDK, and what workflows are drawn with."""

    def __init__(self, server: Running):
        self.server, self.sdk = server, NewSdk(server.port, KEY, SECRET, REGION)
        server.client.call("BindInputBucket", Bucket="cin")
        server.client.call("BindOutputBucket", Bucket="cout")
        self.pipeline = self.sdk.call("AddPipeline", Name="p")["Pipeline"]["Id"]
        small = {"Video": {"Codec": "H.264", "Width": "128", "Preset": "veryfast"}}
        huge = {"Video": {"Codec": "H.264", "Width": "3840"}, "TransConfig": {"IsCheckResoFail": "true"}}
        self.small, self.huge = (self._template(name, **body) for name, body in (("s", small), ("h", huge)))
        server.put("cin", "a.mp4", clip("base.mp4"))

    def _template(self, name: str, **body: Any) -> str:
        given = {section: json.dumps(value) for section, value in body.items()}
        made = self.sdk.call("AddTemplate", Name=name, Container='{"Format": "mp4"}', **given)
        return str(made["Template"]["Id"])

    def good(self, **more: Any) -> dict[str, Any]:
        return self._transcode(self.small) | more

    def bad(self, **more: Any) -> dict[str, Any]:
        """It fails: the film is smaller than its template allows."""
        return self._transcode(self.huge) | more

    def _transcode(self, template: str) -> dict[str, Any]:
        output = {"OutputObject": "{RunId}/{ObjectPrefix}{FileName}", "TemplateId": template}
        return {"Type": "Transcode", "Parameters": {"Outputs": [output], **OUT}}

    def picture(self, **more: Any) -> dict[str, Any]:
        place = {"Bucket": "cout", "Location": LOCATION, "Object": "{RunId}/x.jpg"}
        return {"Type": "Snapshot", "Parameters": {"SnapshotConfig": {"OutputFile": place, "Time": "0"}}} | more

    def run(self, name: str, acts: dict[str, Any], edges: dict[str, list[Any]], key: str = "a.mp4") -> dict[str, Any]:
        """The run of a drawing of these, when it has ended: what DescribeExecution says, its activities by name."""
        for one, body in acts.items():  # a name of its own for what each makes
            text = json.dumps(body).replace("{FileName}", one).replace("x.jpg", f"{one}.jpg")
            acts[one] = json.loads(text)
        start = {"PipelineId": self.pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION}}
        drawn = {
            "Activities": {
                "start": {"Type": "Start", "Parameters": start},
                **acts,
                "end": {"Type": "Report", "Parameters": {}},
            },
            "Dependencies": {**{one: [] for one in acts}, **edges, "end": []},
        }
        for one in acts:
            if not drawn["Dependencies"][one]:
                drawn["Dependencies"][one] = ["end"]
        more = {"Topology": json.dumps(drawn), "TriggerMode": "NotInAuto"}
        flow = self.sdk.call("AddMediaWorkflow", Name=name, **more)["MediaWorkflow"]["MediaWorkflowId"]
        self.sdk.call("AddMedia", FileURL=f"http://cin.{LOCATION}.aliyuncs.com/{key}", MediaWorkflowId=flow)

        def ended() -> str:
            found = self.sdk.call("ListMediaWorkflowExecutions", MediaWorkflowId=flow)["MediaWorkflowExecutionList"]
            return next((run["RunId"] for run in found["MediaWorkflowExecution"] if run["State"] != "Running"), "")

        told = self.server.client.call("DescribeExecution", RunId=until(ended, 60, "the run ends"))["Execution"]
        return dict(told) | {"Activities": {one["Name"]: one for one in told["Activities"]}}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("edges")) as server:
        yield House(server)


def states(told: dict[str, Any]) -> dict[str, str]:
    return {name: one["State"] for name, one in told["Activities"].items() if name not in ("start", "end")}


def on(when: str, *names: str) -> list[dict[str, str]]:
    return [{"To": name, "When": when} for name in names]


def test_each_edge_leads_on_as_it_says(house: House) -> None:
    acts = {"bad": house.bad(), "good": house.good(), "not": house.good(Condition="media.info.height > 9000")}
    acts["broken"] = house.good(Condition="1 / (media.info.height - media.info.height) > 0", Retry={"Times": 3})
    for before in list(acts):
        acts |= {f"{before}-{word}": house.picture() for word in ("plain", "success", "failure", "always")}
    edges: dict[str, list[Any]] = {"start": ["bad", "good", "not", "broken"]}
    for before in edges["start"]:
        edges[before] = [f"{before}-plain"]
        edges[before] += [one for word in ("success", "failure", "always") for one in on(word, f"{before}-{word}")]
    told = house.run("each", acts, edges)
    led = {
        "bad": ("Fail", {"failure", "always"}),
        "good": ("Success", {"plain", "success", "always"}),
        "not": ("Skipped", {"always"}),
        "broken": ("Fail", {"failure", "always"}),
    }
    wanted = {}
    for before, (state, words) in led.items():
        wanted[before] = state
        for word in ("plain", "success", "failure", "always"):
            wanted[f"{before}-{word}"] = "Success" if word in words else "Skipped"
    assert states(told) == wanted
    assert told["Activities"]["broken"]["Code"] == "ConditionFailed" and told["Activities"]["broken"]["Attempt"] == 1
    assert (told["State"], told["Failed"]) == ("Completed", 0), "both failures were answered"


def test_what_follows_a_failed_transcode_works_on_the_input_of_the_run(house: House) -> None:
    acts = {
        "bad": house.bad(),
        "good": house.good(),
        "after-bad": house.good(),
        "after-both": house.picture(),
        "after-good": house.picture(),
        "answer": house.good(Condition='activities.bad.state == "Fail" && activities.good.state == "Success"'),
        "no-answer": house.good(Condition='activities.bad.state == "Success"'),
        "last": house.picture(Condition='activities["no-answer"].state == "Skipped"'),
    }
    edges: dict[str, list[Any]] = {
        "start": ["bad", "good"],
        "bad": [*on("failure", "after-bad", "answer"), *on("always", "after-both", "no-answer")],
        "good": ["after-good", "after-both", *on("always", "answer", "no-answer")],
        "no-answer": on("always", "last"),
    }
    told = house.run("sources", acts, edges)
    assert told["Failed"] == 0 and states(told) == {
        "bad": "Fail",
        "good": "Success",
        "after-bad": "Success",
        "after-both": "Success",
        "after-good": "Success",
        "answer": "Success",
        "no-answer": "Skipped",
        "last": "Success",
    }
    inputs = {
        name: [one["Name"].rpartition("/")[2] for one in act["Inputs"]] for name, act in told["Activities"].items()
    }
    assert {name for name, read in inputs.items() if read == ["good.mp4"]} == {"after-both", "after-good"}
    assert {name for name, read in inputs.items() if read == ["a.mp4"]} == {
        "start", "bad", "good", "after-bad", "answer", "last"
    }  # fmt: skip
    why = told["Activities"]["no-answer"]["Reason"]
    assert why == 'Its condition is false with activities.bad.state = "Fail": activities.bad.state == "Success"'


def test_an_answer_that_fails_is_answered_too(house: House) -> None:
    acts = {"one": house.bad(), "two": house.bad(), "three": house.good(), "beside": house.good()}
    edges: dict[str, list[Any]] = {
        "start": ["one", "beside"],
        "one": on("failure", "two"),
        "two": on("failure", "three"),
    }
    told = house.run("chain", acts, edges)
    assert states(told) == {"one": "Fail", "two": "Fail", "three": "Success", "beside": "Success"}
    assert (told["State"], told["Failed"]) == ("Completed", 0)
    listed = house.server.client.call("SearchMediaWorkflowExecutions", HasFailure=True)["Executions"]
    assert told["RunId"] not in {run["RunId"] for run in listed}
    lost = house.run("lost", {"one": house.bad(), "two": house.bad()}, {"start": ["one"], "one": on("failure", "two")})
    assert (states(lost), lost["Failed"]) == ({"one": "Fail", "two": "Fail"}, 2)


def test_a_start_that_fails_is_answered_and_branches_meet_again(house: House) -> None:
    """A file that is no film: what follows is skipped, the answer works on the same file and fails as well."""
    house.server.put("cin", "no-film.mp4", clip("base.mp4"))
    (house.server.home / "buckets" / "cin" / "no-film.mp4").write_bytes(b"this is no film" * 100)
    acts = {"good": house.good(), "answer": house.good(), "meets": house.picture(), "after": house.picture()}
    edges: dict[str, list[Any]] = {
        "start": ["good", *on("failure", "answer")],
        "good": ["meets", *on("always", "after")],
        "answer": ["meets"],
    }
    told = house.run("no film", acts, edges, key="no-film.mp4")
    assert told["Activities"]["start"]["State"] == "Fail"
    assert states(told) == {"good": "Skipped", "answer": "Fail", "meets": "Skipped", "after": "Fail"}


def test_a_master_playlist_whose_edge_says_always_does_without_what_failed(house: House) -> None:
    drawn = ladder_topology(house.pipeline, [template(house.server, "192"), template(house.server, "160")], prefix="")
    acts = {name: one for name, one in drawn["Activities"].items() if name not in ("start", "end")}
    edges = {name: drawn["Dependencies"][name] for name in acts} | {"start": drawn["Dependencies"]["start"]}
    acts["v1"]["Condition"] = "1 / (media.info.height - media.info.height) > 0"
    told = house.run("needs all", acts, edges)
    assert (states(told)["v1"], states(told)["master"]) == ("Fail", "Skipped")
    edges["v1"] = on("always", "master")
    told = house.run("does without", acts, edges)
    assert (states(told)["v1"], states(told)["master"]) == ("Fail", "Success")
    made = told["Activities"]["master"]["Outputs"][0]["Object"]
    text = (house.server.home / "buckets" / "cout" / made).read_text()
    assert "v0/" in text and "v1/" not in text
