"""The decision at the heart: execution + what is known -> what follows. Pure (workflow.md 8.2)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from reelmill.core.states import ACTIVITY_FINAL
from reelmill.nodes.base import Role, When


@dataclass(frozen=True, slots=True)
class Step:
    """One activity as `advance` sees it. `instant`: it succeeds in the moment in which it becomes ready; `when`: of
    edges to it that say when they lead on, by the activity before; `conditional`: it has a condition."""

    role: Role
    predecessors: tuple[str, ...]
    instant: bool = False
    when: Mapping[str, When] = field(default_factory=dict)
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """states: activity -> its new state; work: activities that need a job now, in order; report: the end became ready
    (everything else is final); asked: activities whose condition must be decided before more can be said; the rest
    holds only when there are none."""

    states: Mapping[str, str] = field(default_factory=dict)
    work: tuple[str, ...] = ()
    report: bool = False
    asked: tuple[str, ...] = ()


def downstream(steps: Mapping[str, Step], names: Collection[str]) -> tuple[str, ...]:
    """Activities with all that follows from them, in the order of the topology. The end follows from everything."""
    found = set(names)
    changed = True
    while changed:
        more = {n for n, s in steps.items() if s.role == "end" or found & set(s.predecessors)} - found
        found |= more
        changed = bool(more)
    return tuple(n for n in steps if n in found)


def advance(
    steps: Mapping[str, Step],
    states: Mapping[str, str],
    cancelled: bool = False,
    stopped: Collection[str] = (),
    verdicts: Mapping[str, str] | None = None,
) -> Moves:
    """What follows from the states of the activities, to a fixpoint. The same input always gives the same moves.

    A node is ready when all its predecessors are final. It is skipped when none of them leads on, or when the run was
    cancelled. One that succeeded leads on, unless it is among `stopped`: those whose gate let nothing through; an edge
    may say that it leads on after a failure, or always. A join is skipped when one failed: a master playlist that lacks
    a rendition would promise what is not there (workflow.md 8.2, rule 5). It is made without what was skipped: a track
    that the source does not have. One with a condition becomes what `verdicts` says: "" goes on, else its state. The
    end always runs, and is left to the caller, who gives it its effects. Instant nodes succeed on the way.
    """
    now, work, asked, report = dict(states), [], [], False
    known = verdicts or {}
    changed = True
    while changed:
        changed = False
        for name, step in steps.items():
            if now[name] != "Init" or name in asked or not all(now[p] in ACTIVITY_FINAL for p in step.predecessors):
                continue
            if step.role == "end":
                report = all(s in ACTIVITY_FINAL for n, s in now.items() if n != name)
                continue
            if cancelled or not leads_to(step, now, stopped):
                now[name] = "Skipped"
            elif step.conditional and name not in known:
                asked.append(name)
            elif step.conditional and known[name]:
                now[name] = known[name]
            elif step.instant:
                now[name] = "Success"
            else:
                now[name] = "Running"
                work.append(name)
            changed = True
    return Moves({n: s for n, s in now.items() if s != states[n]}, tuple(work), report, tuple(asked))


def leads_to(step: Step, states: Mapping[str, str], stopped: Collection[str] = ()) -> bool:
    """Whether what became of the activities before one leads to it."""
    if not step.predecessors:
        return True
    if step.role == "join" and any(
        states[p] == "Fail" and step.when.get(p, "success") == "success" for p in step.predecessors
    ):
        return False
    return any(_leads_on(step.when.get(p, "success"), states[p], p in stopped) for p in step.predecessors)


def _leads_on(when: When, state: str, stopped: bool) -> bool:
    if when == "always":
        return True
    return state == "Fail" if when == "failure" else state == "Success" and not stopped


def answered(steps: Mapping[str, Step], states: Mapping[str, str]) -> set[str]:
    """The activities whose failure the workflow has an answer to that succeeded: an edge that leads on after a failure
    leads to it. An answer that failed and was answered is as good."""
    answers = [
        (p, name)
        for name, step in steps.items()
        for p, when in step.when.items()
        if when == "failure" and states[p] == "Fail" and step.role != "end"
    ]
    found = set[str]()
    while more := {p for p, name in answers if states[name] == "Success" or name in found} - found:
        found |= more
    return found
