"""Any DAG ends, nothing runs before its parents, and the order in which facts arrive does not matter for what runs."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reelmill.core.states import ACTIVITY_FINAL
from reelmill.engine.advance import Step, advance, downstream
from reelmill.engine.registry import node
from reelmill.nodes.base import When


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


# What becomes of an activity, said in the simplest way: by what became of those before it, never by any order of facts.


@st.composite
def decided_graphs(draw: st.DrawFn) -> dict[str, Step]:
    """Graphs whose edges say when they lead on and whose activities may have conditions."""
    whens: st.SearchStrategy[When | None] = st.sampled_from([None, None, "success", "failure", "always"])
    steps = draw(graphs())
    for name, one in steps.items():
        said = {p: when for p in one.predecessors if one.role != "end" and (when := draw(whens))}
        asks = one.role not in ("start", "end") and draw(st.booleans())
        steps[name] = replace(one, when=said, conditional=asks)
    return steps


def model(steps: dict[str, Step], fates: dict[str, str], verdicts: dict[str, str]) -> dict[str, str]:
    """The state of every activity at the end. `fates`: what its job comes to, once all its retries are used up;
    `verdicts`: what its condition says, "" for true."""

    def leads(name: str, before: str) -> bool:
        ended = said[before]
        return {"failure": ended == "Fail", "always": True}.get(
            steps[name].when.get(before, "success"), ended == "Success"
        )

    said: dict[str, str] = {}
    for name, one in steps.items():  # parents stand before their children
        lost = [p for p in one.predecessors if said[p] == "Fail" and one.when.get(p, "success") == "success"]
        if one.role == "end":
            said[name] = "Success"
        elif (one.predecessors and not any(leads(name, p) for p in one.predecessors)) or (one.role == "join" and lost):
            said[name] = "Skipped"
        elif one.conditional and verdicts[name]:
            said[name] = verdicts[name]
        else:
            said[name] = "Success" if one.instant else fates[name]
    return said


class Runner:
    """A run as the engine drives it, with jobs that end in any order and are tried again after a failure."""

    def __init__(self, steps: dict[str, Step], verdicts: dict[str, str], tries: dict[str, list[str]]):
        self.steps, self.verdicts, self.tries = steps, verdicts, tries
        self.states = dict.fromkeys(steps, "Init")
        self.begun = dict.fromkeys(steps, 0)  # attempts of an activity since it was begun anew

    def to_its_end(self, chance: random.Random) -> None:
        for _ in range(20 * len(self.steps)):
            if self._advance():
                return
            running = [n for n, s in self.states.items() if s == "Running"]
            assert running, "a run that has not ended always has something under way"
            name = chance.choice(running)
            outcome, last = self.tries[name][self.begun[name]], len(self.tries[name]) - 1
            again = outcome == "Fail" and self.begun[name] < last
            self.begun[name] += again
            self.states[name] = "Init" if again else outcome
        raise AssertionError("it does not end")

    def _advance(self) -> bool:
        known: dict[str, str] = {}
        while True:
            moves = advance(self.steps, self.states, verdicts=known)
            if not moves.asked:
                break
            known |= {name: self.verdicts[name] for name in moves.asked}
        self.states |= moves.states
        if moves.report:
            self.states |= {n: "Success" for n, s in self.steps.items() if s.role == "end"}
        return moves.report

    def begin_again(self, names: set[str]) -> None:
        for name in downstream(self.steps, names):
            self.states[name], self.begun[name] = "Init", 0


TRIES = st.lists(st.sampled_from(["Success", "Fail"]), min_size=1, max_size=4)


def fate(tries: list[str]) -> str:
    return "Success" if "Success" in tries else "Fail"


@settings(max_examples=200, deadline=None)
@given(decided_graphs(), st.data(), st.randoms(use_true_random=False))
def test_conditions_failures_retries_and_reruns_end_as_a_plain_model_says(
    steps: dict[str, Step], data: st.DataObject, chance: random.Random
) -> None:
    def drawn() -> tuple[dict[str, str], dict[str, list[str]]]:
        verdicts = {n: data.draw(st.sampled_from(["", "", "Skipped", "Fail"])) for n in steps}
        return verdicts, {n: data.draw(TRIES) for n in steps}

    verdicts, tries = drawn()
    run = Runner(steps, verdicts, tries)
    run.to_its_end(chance)
    assert run.states == model(steps, {n: fate(t) for n, t in tries.items()}, verdicts)
    for _ in range(data.draw(st.integers(0, 3))):  # what is done again may come to something else
        failed = {n for n, s in run.states.items() if s == "Fail"}
        one: str = data.draw(st.sampled_from(list(steps)))
        names = failed if failed and chance.random() < 0.5 else {one}
        begun = set(downstream(steps, names))
        fresh_verdicts, fresh_tries = drawn()
        run.verdicts |= {n: fresh_verdicts[n] for n in begun}
        run.tries |= {n: fresh_tries[n] for n in begun}
        run.begin_again(names)
        run.to_its_end(chance)
        expected = model(steps, {n: fate(t) for n, t in run.tries.items()}, run.verdicts)
        assert run.states == expected
