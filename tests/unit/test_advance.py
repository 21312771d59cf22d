"""Conversations with the decision at the heart: given these states, then these moves (workflow.md 8.2)."""

import pytest

from reelmill.engine.advance import Step, advance, answered, downstream
from reelmill.engine.registry import node


def step(kind: str, predecessors: tuple[str, ...]) -> Step:
    """An activity of this type."""
    return Step(node(kind).role, predecessors, node(kind).instant)


PACKAGE = {
    "start": step("Start", ()),
    "pack": step("PackageConfig", ("start",)),
    "agroup": step("AudioGroup", ("pack",)),
    "hd": step("Transcode", ("pack",)),
    "sd": step("Transcode", ("pack",)),
    "a1": step("Transcode", ("agroup",)),
    "cover": step("Snapshot", ("start",)),
    "master": step("GenerateMasterPlayList", ("hd", "sd", "a1")),
    "end": step("Report", ("master", "cover")),
}


def states(**known: str) -> dict[str, str]:
    return {name: known.get(name, "Init") for name in PACKAGE}


CASES = [
    ("a new run begins with Start alone", {}, {"start": "Running"}, ("start",), False),
    ("while Start runs nothing else moves", {"start": "Running"}, {}, (), False),
    (
        "after Start everything that can run becomes ready in one advance, through instant nodes",
        {"start": "Success"},
        {"pack": "Success", "agroup": "Success", "hd": "Running", "sd": "Running", "a1": "Running", "cover": "Running"},
        ("hd", "sd", "cover", "a1"),
        False,
    ),
    (
        "a Start that failed skips the rest and runs Report",
        {"start": "Fail"},
        {
            "pack": "Skipped",
            "agroup": "Skipped",
            "hd": "Skipped",
            "sd": "Skipped",
            "a1": "Skipped",
            "cover": "Skipped",
            "master": "Skipped",
        },
        (),
        True,
    ),
    (
        "a failed rendition does not stop its siblings",
        {
            "start": "Success",
            "pack": "Success",
            "agroup": "Success",
            "hd": "Fail",
            "sd": "Running",
            "a1": "Success",
            "cover": "Success",
        },
        {},
        (),
        False,
    ),
    (
        "the master playlist needs every rendition",
        {
            "start": "Success",
            "pack": "Success",
            "agroup": "Success",
            "hd": "Fail",
            "sd": "Success",
            "a1": "Success",
            "cover": "Success",
        },
        {"master": "Skipped"},
        (),
        True,
    ),
    (
        "the master playlist is made without a track that the source lacks",
        {
            "start": "Success",
            "pack": "Success",
            "agroup": "Success",
            "hd": "Success",
            "sd": "Success",
            "a1": "Skipped",
            "cover": "Success",
        },
        {"master": "Running"},
        ("master",),
        False,
    ),
    (
        "the master playlist runs after the last rendition",
        {
            "start": "Success",
            "pack": "Success",
            "agroup": "Success",
            "hd": "Success",
            "sd": "Success",
            "a1": "Success",
            "cover": "Fail",
        },
        {"master": "Running"},
        ("master",),
        False,
    ),
    (
        "Report waits for everything, not only for its predecessors' last",
        {
            "start": "Success",
            "pack": "Success",
            "agroup": "Success",
            "hd": "Success",
            "sd": "Success",
            "a1": "Success",
            "cover": "Running",
            "master": "Success",
        },
        {},
        (),
        False,
    ),
]


@pytest.mark.parametrize(("name", "known", "moves", "work", "report"), CASES, ids=[c[0] for c in CASES])
def test_advance(name: str, known: dict[str, str], moves: dict[str, str], work: tuple[str, ...], report: bool) -> None:
    found = advance(PACKAGE, states(**known))
    assert dict(found.states) == moves
    assert set(found.work) == set(work)
    assert found.report is report


def test_a_cancelled_run_starts_nothing_more_but_reports() -> None:
    done = {
        "start": "Success",
        "pack": "Success",
        "agroup": "Success",
        "hd": "Fail",
        "sd": "Fail",
        "a1": "Success",
        "cover": "Success",
    }
    found = advance(PACKAGE, states(**done), cancelled=True)
    assert (found.states, found.work, found.report) == ({"master": "Skipped"}, (), True)


def test_a_join_with_one_good_branch_runs() -> None:
    steps = {
        "s": step("Start", ()),
        "a": step("Transcode", ("s",)),
        "b": step("Transcode", ("s",)),
        "shot": step("Snapshot", ("a", "b")),
        "r": step("Report", ("shot",)),
    }
    found = advance(steps, {"s": "Success", "a": "Fail", "b": "Success", "shot": "Init", "r": "Init"})
    assert found.work == ("shot",)


REVIEWED = {
    "s": step("Start", ()),
    "low": step("Transcode", ("s",)),
    "review": step("Snapshot", ("low",)),
    "high": step("Transcode", ("review",)),
    "cover": step("Snapshot", ("high",)),
    "r": step("Report", ("cover",)),
}


def test_what_waits_for_a_decision_holds_up_what_follows_and_nothing_else() -> None:
    found = advance(
        REVIEWED | {"other": step("Snapshot", ("s",))},
        {"s": "Success", "low": "Success", "review": "Waiting"}
        | dict.fromkeys(("high", "cover", "other", "r"), "Init"),
    )
    assert (dict(found.states), found.work, found.report) == ({"other": "Running"}, ("other",), False)


def test_a_gate_that_stops_skips_its_branch_to_the_end() -> None:
    known = {"s": "Success", "low": "Success", "review": "Success"} | dict.fromkeys(("high", "cover", "r"), "Init")
    found = advance(REVIEWED, known, stopped={"review"})
    assert (dict(found.states), found.work, found.report) == ({"high": "Skipped", "cover": "Skipped"}, (), True)
    assert advance(REVIEWED, known).work == ("high",)


def test_a_join_behind_a_stopped_gate_is_made_of_what_leads_to_it() -> None:
    steps = {
        "s": step("Start", ()),
        "gate": step("Transcode", ("s",)),
        "hd": step("Transcode", ("s",)),
        "master": step("GenerateMasterPlayList", ("gate", "hd")),
        "r": step("Report", ("master",)),
    }
    known = {"s": "Success", "gate": "Success", "hd": "Success", "master": "Init", "r": "Init"}
    assert advance(steps, known, stopped={"gate"}).work == ("master",)
    assert dict(advance(steps, known, stopped={"gate", "hd"}).states) == {"master": "Skipped"}


def test_downstream_is_all_that_follows_and_always_the_end() -> None:
    assert downstream(REVIEWED, ["review"]) == ("review", "high", "cover", "r")
    assert downstream(REVIEWED, ["r"]) == ("r",)
    assert downstream(PACKAGE, ["agroup"]) == ("agroup", "a1", "master", "end")


def test_a_failure_is_answered_by_a_success_at_last() -> None:
    steps = {
        "start": Step("start", ()),
        "a": Step("work", ("start",)),
        "b": Step("work", ("a",), when={"a": "failure"}),
        "c": Step("work", ("b",), when={"b": "failure"}),
        "end": Step("end", ("c",), when={"c": "failure"}),
    }
    for third, found in (("Success", {"a", "b"}), ("Fail", set()), ("Skipped", set())):
        states = {"start": "Success", "a": "Fail", "b": "Fail", "c": third, "end": "Success"}
        assert answered(steps, states) == found, third
