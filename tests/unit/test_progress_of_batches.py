"""How far a batch is: by the way that its node told, and it never falls."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.engine import registry
from reelmill.engine.progress import Progress

REVIEW: Mapping[str, Any] = {"scenes": ["porn", "ad", "logo", "audio"], "looks": ["cover", "review"]}


def percent(progress: Progress) -> int:
    return progress.take_changed()["b"]


def test_without_a_way_seconds_of_timeline_count() -> None:
    progress = Progress()
    progress.expect("b", "p1", 30)
    progress.expect("b", "p2", 10)
    progress.reach("b", "p1", 10)
    assert percent(progress) == 25
    progress.finish("b", "p1")
    assert percent(progress) == 75


def test_a_review_goes_on_when_it_begins_to_listen() -> None:
    progress, told = Progress(), list[int]()
    progress.begin("b", registry.node("Censor").way(REVIEW))
    for task in ("pictures", "look", "logos", "hear", "judge"):
        progress.expect("b", task, 600)
        for seconds in (0, 300, 600):
            progress.reach("b", task, seconds)
            told.append(percent(progress))
    assert told == sorted(told) and told[0] == 0 and told[-1] == 99
    looked, listened = told[5], told[11]
    assert 70 < looked < 90 and listened - looked > 15


def test_pieces_of_a_step_count_together() -> None:
    progress = Progress()
    progress.begin("b", {"pictures": 1, "look": 9})
    progress.expect("b", "pictures", 100)
    progress.finish("b", "pictures")
    assert percent(progress) == 10
    for name in ("look-p1", "look-p2", "look-p3"):
        progress.expect("b", name, 50)
    progress.finish("b", "look-p2")
    assert percent(progress) == 40
    progress.finish("b", "look-p1")
    progress.reach("b", "look-p3", 25)
    assert percent(progress) == 85


def test_what_is_not_on_the_way_changes_nothing() -> None:
    progress = Progress()
    progress.begin("b", {"look": 1, "judge": 1})
    progress.expect("b", "provider0", 5)
    progress.finish("b", "provider0")
    assert percent(progress) == 0
    progress.expect("b", "judge", 0)  # nobody had to look
    progress.reach("b", "judge", 0)
    assert percent(progress) == 50


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("Censor", {"scenes": ["porn"]}),
        ("Censor", REVIEW),
        ("FpShot", {"look": "texts"}),
        ("FpShot", {"looks": ["fingerprint", "review"]}),
        ("Cover", {"count": 3, "clip": "gif"}),
        ("Cover", {"count": 0, "clip": "webp", "looks": ["cover", "review"]}),
    ],
)
@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=30))
def test_no_step_takes_anything_back(kind: str, spec: dict[str, Any], steps: list[tuple[int, bool]]) -> None:
    progress, way, place, seconds, before = Progress(), registry.node(kind).way(spec), 0, 0, 0
    progress.begin("b", way)
    progress.expect("b", next(iter(way)), 100)
    for more, on in steps:
        if on and place < len(way) - 1:
            place, seconds = place + 1, 0
            progress.expect("b", list(way)[place], 100)
        seconds = max(seconds, more)
        progress.reach("b", list(way)[place], seconds)
        now = percent(progress)
        assert now >= before
        before = now
