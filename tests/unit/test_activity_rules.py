"""Edges that say when, conditions and retries in a topology: what is taken, what is refused and where."""

import json
from typing import Any

import pytest

from reelmill.core.errors import Problems
from reelmill.engine import conditions
from reelmill.engine.advance import Step, advance, answered
from reelmill.engine.graph import Graph, parse
from reelmill.nodes.base import Retry
from reelmill.services.runs import topology

PLACE = {"Bucket": "out", "Location": "oss-cn-hangzhou"}


def shot(**more: Any) -> dict[str, Any]:
    target = PLACE | {"Object": "{RunId}.jpg"}
    return {"Type": "Snapshot", "Parameters": {"SnapshotConfig": {"OutputFile": target, "Time": "0"}}} | more


def drawn(edges: dict[str, Any], start: dict[str, Any] | None = None, **activities: Any) -> dict[str, Any]:
    begin = {"InputFile": {"Bucket": "in", "Location": "oss-cn-hangzhou"}, "PipelineId": "a" * 32}
    first = {"Type": "Start", "Parameters": begin} | (start or {})
    return {
        "Activities": {"start": first, **activities, "end": {"Type": "Report", "Parameters": {}}},
        "Dependencies": edges,
    }


def read(document: dict[str, Any]) -> tuple[Graph | None, list[tuple[str, str]]]:
    problems = Problems()
    graph = parse(json.dumps(document), problems)
    return graph, [(p.path, p.message) for p in problems.found]


def test_what_is_taken_comes_back_as_it_was_meant() -> None:
    edges = {"start": ["a"], "a": [{"To": "b", "When": "failure"}, {"To": "end"}], "b": ["end"]}
    retry = {"Times": "3", "Interval": 5, "On": ["InternalError"]}
    graph, found = read(drawn(edges, a=shot(Retry=json.dumps(retry)), b=shot(Condition="input.size > 1")))
    assert graph is not None and found == []
    assert graph.nodes["b"].when == {"a": "failure"} and graph.nodes["end"].when == {}
    assert graph.nodes["a"].retry == Retry(3, 5, ("InternalError",)) and graph.nodes["b"].condition == "input.size > 1"
    told = json.loads(topology(graph.to_json()))
    assert told["Dependencies"]["a"] == [{"To": "b", "When": "failure"}, "end"]
    assert told["Activities"]["b"]["Condition"] == "input.size > 1"
    assert told["Activities"]["a"]["Retry"] == {"Times": 3, "Interval": 5, "On": ["InternalError"]}
    again, _ = read(told)
    assert again is not None and again.to_json() == graph.to_json()


@pytest.mark.parametrize(
    ("document", "path", "says"),
    [
        (
            drawn({"start": [{"To": "a", "When": "sometimes"}], "a": ["end"]}, a=shot()),
            "Dependencies.start[0].When",
            "One",
        ),
        (drawn({"start": [{"To": "a", "If": "x"}], "a": ["end"]}, a=shot()), "Dependencies.start[0].If", "not part"),
        (
            drawn({"start": [{"When": "always"}, "a"], "a": ["end"]}, a=shot()),
            "Dependencies.start[0].To",
            "To is missing",
        ),
        (
            drawn({"start": ["a", {"To": "a", "When": "failure"}], "a": ["end"]}, a=shot()),
            "Dependencies.start[1]",
            "two edges",
        ),
        (drawn({"start": [7], "a": ["end"]}, a=shot()), "Dependencies.start", "array"),
        (drawn({"start": ["a"], "a": ["end"]}, a=shot(Retry={"Times": "-1"})), "Activities.a.Retry.Times", "0 to 20"),
        (drawn({"start": ["a"], "a": ["end"]}, a=shot(Retry={})), "Activities.a.Retry.Times", "0 to 20"),
        (drawn({"start": ["a"], "a": ["end"]}, a=shot(Retry="x")), "Activities.a.Retry", "Times"),
        (
            drawn({"start": ["a"], "a": ["end"]}, a=shot(Retry={"Times": 1, "On": "x"})),
            "Activities.a.Retry.On",
            "array",
        ),
        (
            drawn({"start": ["a"], "a": ["end"]}, a=shot(Retry={"Times": 1, "Until": 1})),
            "Activities.a.Retry.Until",
            "not part",
        ),
        (
            drawn({"start": ["a"], "a": ["end"]}, {"Condition": "true"}, a=shot()),
            "Activities.start.Condition",
            "always done",
        ),
        (
            drawn(
                {"start": ["a", "b"], "a": ["end"], "b": ["end"]},
                a=shot(),
                b=shot(Condition='activities.a.state == ""'),
            ),
            "Activities.b.Condition",
            'names "a"',
        ),
    ],
)
def test_what_is_refused_is_told_with_its_place(document: dict[str, Any], path: str, says: str) -> None:
    _, found = read(document)
    assert any(p == path and says.lower() in message.lower() for p, message in found), found


def steps(**when: Any) -> dict[str, Step]:
    return {
        "s": Step("start", ()),
        "a": Step("work", ("s",)),
        "b": Step("work", ("a",), when={"a": when["b"]} if "b" in when else {}, conditional=when.get("asks", False)),
        "e": Step("end", ("b",)),
    }


@pytest.mark.parametrize(
    ("when", "state", "becomes"),
    [
        ("success", "Success", "Running"),
        ("success", "Fail", "Skipped"),
        ("failure", "Fail", "Running"),
        ("failure", "Success", "Skipped"),
        ("failure", "Skipped", "Skipped"),
        ("always", "Fail", "Running"),
        ("always", "Skipped", "Running"),
    ],
)
def test_an_edge_leads_on_when_it_says(when: str, state: str, becomes: str) -> None:
    moves = advance(steps(b=when), {"s": "Success", "a": state, "b": "Init", "e": "Init"})
    assert moves.states["b"] == becomes and moves.report == (becomes == "Skipped")


def test_a_condition_is_asked_before_anything_follows() -> None:
    states = {"s": "Success", "a": "Success", "b": "Init", "e": "Init"}
    assert advance(steps(asks=True), states).asked == ("b",)
    assert not advance(steps(asks=True), states | {"a": "Fail"}).asked, "it would not be done anyway"
    assert advance(steps(asks=True), states, verdicts={"b": ""}).work == ("b",)
    for verdict in ("Skipped", "Fail"):
        moves = advance(steps(asks=True), states, verdicts={"b": verdict})
        assert (moves.states["b"], moves.report) == (verdict, True)


def test_a_join_is_made_without_what_it_may_lack() -> None:
    """It is skipped when one that it needs failed; an edge with When always says that it does not need that one."""
    states = {"a": "Fail", "b": "Success", "m": "Init"}
    plain = {"a": Step("work", ()), "b": Step("work", ()), "m": Step("join", ("a", "b"))}
    assert advance(plain, states).states["m"] == "Skipped"
    assert advance(plain | {"m": Step("join", ("a", "b"), when={"a": "always"})}, states).states["m"] == "Running"


def test_a_failure_is_answered_by_what_succeeded_after_it() -> None:
    drawn = steps(b="failure")
    assert answered(drawn, {"s": "Success", "a": "Fail", "b": "Success", "e": "Success"}) == {"a"}
    assert answered(drawn, {"s": "Success", "a": "Fail", "b": "Fail", "e": "Success"}) == set()
    assert answered(steps(b="always"), {"s": "Success", "a": "Fail", "b": "Success", "e": "Success"}) == set()


def test_a_condition_looks_at_the_nearest_analysis_that_leads_to_it_and_at_no_other() -> None:
    looks = {"Type": "Analysis", "Parameters": {}}
    beside = {"start": ["a", "b"], "a": ["end"], "b": ["end"]}
    asked = shot(Condition="analysis.vmaf > 90")
    assert read(drawn(beside, a=looks, b=asked))[1] == [
        ("Activities.b.Condition", '"analysis" is not known yet when this is decided.')
    ]
    alone = read(drawn({"start": ["b"], "b": ["end"]}, b=asked))[1]
    assert [path for path, _ in alone] == ["Activities.b.Condition"]  # there is no analysis at all
    behind = {"start": ["a", "c"], "a": ["b"], "b": ["end"], "c": ["end"]}
    graph, found = read(drawn(behind, a=looks, b=asked, c=looks))
    assert graph and [path for path, _ in found if "Condition" in path] == []
    rows: dict[str, dict[str, Any]] = {name: {"state": "Success", "result": {}} for name in graph.nodes}
    for name, vmaf in (("a", 91.0), ("c", 12.0)):
        rows[name]["result"] = {"templates": ["t"], "vmaf": vmaf}
    run = {"bucket": "in", "object": "k", "user_data": "", "graph": {"activities": graph.to_json()}}
    facts = conditions.of_run(run, rows, 0)
    assert conditions.seen_by(facts, run, rows, "b").analysis["vmaf"] == 91.0
    assert conditions.seen_by(facts, run, rows, "c").analysis == {}
