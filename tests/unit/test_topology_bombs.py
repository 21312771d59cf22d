"""Topologies made to be expensive: refused at the limit, in time that grows with their length alone."""

import json
import time
from typing import Any

import pytest

from reelmill.core import jsonx
from reelmill.core.errors import CallerError, Problems
from reelmill.engine import graph
from reelmill.services.workflows import _activity_of

N = 16_000
NAMES = [f"{i:x}" for i in range(N)]
FINE: dict[str, Any] = {"start": {"Type": "Start"}, "end": {"Type": "Report"}}


def wide(kind: str) -> dict[str, Any]:
    match kind:
        case "activities":
            return {"Activities": dict.fromkeys(NAMES, 0), "Dependencies": {"1": NAMES}}
        case "sources":
            return {"Activities": FINE, "Dependencies": {name: [] for name in NAMES}}
        case "targets":
            return {"Activities": FINE, "Dependencies": {"start": ["end"] * N}}
        case "unknown targets":
            return {"Activities": FINE, "Dependencies": {"start": NAMES[:300]}}
        case "sections":
            return dict.fromkeys(NAMES, 0) | {"Activities": FINE, "Dependencies": {}}
        case "fields":
            return {"Activities": {"start": {"Type": "Start"} | dict.fromkeys(NAMES, 0)}, "Dependencies": {}}
        case "name":
            return {"Activities": {".[" * 100_000: {"Type": "Start"}}, "Dependencies": {"." * 100_000: ["x"]}}
        case "outputs":
            return {
                "Activities": FINE | {"t": {"Type": "Transcode", "Parameters": {"Outputs": [0] * N}}},
                "Dependencies": {},
            }
        case "streams":
            return {
                "Activities": FINE
                | {
                    "m": {
                        "Type": "GenerateMasterPlayList",
                        "Parameters": {"MasterPlayList": {"MultiBitrateVideoStreams": [0] * N}},
                    }
                },
                "Dependencies": {},
            }
    raise LookupError(kind)


@pytest.mark.parametrize(
    "kind", ["activities", "sources", "targets", "unknown targets", "sections", "fields", "name", "outputs", "streams"]
)
def test_a_bomb_is_refused_soon_with_few_words(kind: str) -> None:
    text = json.dumps(wide(kind))
    began, problems = time.process_time(), Problems()
    graph.parse(text, problems)
    names = json.loads(text)["Activities"]
    for problem in problems.found:
        _activity_of(problem.path, names)
    took = time.process_time() - began
    with pytest.raises(CallerError) as refused:
        problems.refuse("Topology")
    assert took < 0.5 + len(text) / 1_000_000, f"{len(text)} bytes: {took:.2f} s"
    assert len(problems.found) <= Problems.MOST and len(refused.value.message) < 200_000


def test_the_activity_of_a_path_is_the_longest_name_that_fits() -> None:
    names = {"a": 0, "a.b": 0, "a.b[0]": 0}
    found = [
        _activity_of(path, names)
        for path in (
            "Activities.a",
            "Activities.a.Type",
            "Activities.a.b.Type",
            "Dependencies.a.b[0]",
            "Dependencies.a.b[0][1]",
            "Activities.ab.Type",
            "Topology",
        )
    ]
    assert found == ["a", "a", "a.b", "a.b[0]", "a.b[0]", "", ""]


@pytest.mark.parametrize(
    "text",
    [
        '"' + '\\"' * 400_000,
        '"' * 800_001,
        "[" * 800_000,
        '["\\' * 200_000,
        "{" * 24 + "}" * 800_000,
        '"a' + "\\" * 800_001,
    ],
    ids=["escapes", "quotes", "brackets", "mixed", "closing", "end"],
)
def test_reading_json_takes_time_by_its_length_alone(text: str) -> None:
    began = time.process_time()
    with pytest.raises(ValueError):
        jsonx.loads(text)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("[" * 24 + "]" * 24, False),
        ("[" * 25 + "]" * 25, True),
        ('["' + "[" * 99 + '"]', False),
        ('["\\"' + "[" * 99 + '"]', False),
        ('{"a":["]]]]",' + "[" * 23, True),
        ('["\\\\",' + "[" * 24, True),
    ],
)
def test_brackets_in_texts_are_no_nesting(text: str, deep: bool) -> None:
    assert (jsonx._depth(jsonx._brackets(text)) > jsonx.MAX_DEPTH) == deep
