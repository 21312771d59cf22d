"""The decision at the heart: execution + what is known -> what follows. Pure (workflow.md 8.2)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from reelmill.core.states import ACTIVITY_FINAL
from reelmill.nodes.base import Role


@dataclass(frozen=True, slots=True)
class Step:
    """One activity as `advance` sees it. `instant`: it succeeds in the moment in which it becomes ready."""

    role: Role
    predecessors: tuple[str, ...]
    instant: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """states: activity -> its new state; work: activities that need a job now, in order; report: the end became
    ready (everything else is final)."""

    states: Mapping[str, str] = field(default_factory=dict)
    work: tuple[str, ...] = ()
    report: bool = False


def downstream(steps: Mapping[str, Step], name: str) -> tuple[str, ...]:
    """An activity with all that follows from it, in the order of the topology. The end follows from everything."""
    found = {name}
    changed = True
    while changed:
        more = {n for n, s in steps.items() if s.role == "end" or found & set(s.predecessors)} - found
        found |= more
        changed = bool(more)
    return tuple(n for n in steps if n in found)


def advance(
    steps: Mapping[str, Step], states: Mapping[str, str], cancelled: bool = False, stopped: Collection[str] = ()
) -> Moves:
    """What follows from the states of the activities, to a fixpoint. The same input always gives the same moves.

    A node is ready when all its predecessors are final. It is skipped when none of them leads on, or when the run was
    cancelled. One that succeeded leads on, unless it is among `stopped`: those whose gate let nothing through. A join
    is skipped when one failed: a master playlist that lacks a rendition would promise what is not there (workflow.md
    8.2, rule 5). It is made without what was skipped: a track that the source does not have. The end always runs, and
    is left to the caller, who gives it its effects. Instant nodes succeed on the way.
    """
    now, work, report = dict(states), [], False
    changed = True
    while changed:
        changed = False
        for name, step in steps.items():
            if now[name] != "Init" or not all(now[p] in ACTIVITY_FINAL for p in step.predecessors):
                continue
            good = [p for p in step.predecessors if now[p] == "Success" and p not in stopped]
            if step.role == "end":
                report = all(s in ACTIVITY_FINAL for n, s in now.items() if n != name)
                continue
            if cancelled or (
                step.predecessors
                and (not good or (step.role == "join" and any(now[p] == "Fail" for p in step.predecessors)))
            ):
                now[name] = "Skipped"
            elif step.instant:
                now[name] = "Success"
            else:
                now[name] = "Running"
                work.append(name)
            changed = True
    return Moves({n: s for n, s in now.items() if s != states[n]}, tuple(work), report)
