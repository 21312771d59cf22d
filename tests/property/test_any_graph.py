"""Any DAG ends, nothing runs before its parents, and the order in which facts arrive does not matter for what runs."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from reelmill.core.states import ACTIVITY_FINAL
from reelmill.engine.advance import Step, advance
from reelmill.engine.registry import node


def step(kind: str, predecessors: tuple[str, ...]) -> Step:
    return Step(node(kind).role, predecessors, node(kind).instant)


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Step]:
    size = draw(st.integers(1, 12))
    steps = {"n0": step("Start", ())}
    for i in range(1, size):
        kind = draw(st.sampled_from(["Transcode", "Snapshot", "PackageConfig", "GenerateMasterPlayList"]))
        parents = draw(st.sets(st.sampled_from([f"n{j}" for j in range(i)]), min_size=1, max_size=3))
        steps[f"n{i}"] = step(kind, tuple(sorted(parents)))
    leaves = [n for n in steps if not any(n in s.predecessors for s in steps.values())]
    return steps | {"end": step("Report", tuple(leaves))}


@settings(max_examples=200, deadline=None)
@given(graphs(), st.randoms(use_true_random=False), st.booleans())
def test_every_graph_ends_and_parents_come_first(steps: dict[str, Step], chance: random.Random, fair: bool) -> None:
    states = dict.fromkeys(steps, "Init")
    for _ in range(4 * len(steps)):
        moves = advance(steps, states)
        for name in moves.work:
            assert all(
                states[p] in ACTIVITY_FINAL or moves.states.get(p) in ACTIVITY_FINAL for p in steps[name].predecessors
            )
        states |= moves.states
        assert advance(steps, states).states == {}, "a fixpoint: the same question again moves nothing"
        if moves.report:
            break
        running = [n for n, s in states.items() if s == "Running"]
        assert running, "a run that has not ended always has something under way"
        states[chance.choice(running)] = "Success" if fair else chance.choice(["Success", "Fail"])
    assert moves.report and all(s in ACTIVITY_FINAL for n, s in states.items() if n != "end")


@settings(max_examples=100, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_gates_and_decisions_end_every_graph_too(steps: dict[str, Step], chance: random.Random) -> None:
    """Whatever waits is decided at some time; whatever is stopped leads nowhere."""
    states, stopped = dict.fromkeys(steps, "Init"), set[str]()
    for _ in range(6 * len(steps)):
        moves = advance(steps, states, stopped=stopped)
        for name in moves.work:
            assert all(p not in stopped or len(steps[name].predecessors) > 1 for p in steps[name].predecessors)
        states |= moves.states
        if moves.report:
            break
        open_ = [n for n, s in states.items() if s in ("Running", "Waiting")]
        assert open_, "a run that has not ended always has something under way, or waits for somebody"
        name = chance.choice(open_)
        states[name] = chance.choice(["Success", "Fail", "Waiting"] if states[name] == "Running" else ["Success"])
        if states[name] == "Success" and chance.random() < 0.3:
            stopped.add(name)
    assert moves.report
