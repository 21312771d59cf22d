"""What follows in a run from the states of its activities and from their conditions. Pure."""

from collections.abc import Mapping

from reelmill.core.errors import UserText
from reelmill.engine import conditions, registry
from reelmill.engine.advance import Moves, Step, advance
from reelmill.engine.conditions import Verdict
from reelmill.store.database import Row


def steps_of(execution: Row) -> dict[str, Step]:
    """The activities of a run as `advance` sees them."""
    nodes = execution["graph"]["activities"]
    kinds = {name: registry.node(n["type"]) for name, n in nodes.items()}
    return {
        name: Step(kinds[name].role, tuple(n["predecessors"]), kinds[name].instant, n.get("when", {}), "condition" in n)
        for name, n in nodes.items()
    }


def moves_of(execution: Row, rows: Mapping[str, Row], now_ms: int) -> tuple[Moves, dict[str, Verdict]]:
    """(what follows, the verdict on each condition that was decided and on each activity that is skipped)."""
    steps, states = steps_of(execution), {n: r["state"] for n, r in rows.items()}
    stopped = {name for name, row in rows.items() if row["gate"] == "stop"}
    verdicts: dict[str, Verdict] = {}
    while True:
        said = {name: verdict.state for name, verdict in verdicts.items()}
        moves = advance(steps, states, execution["cancelled"], stopped, said)
        reached = {n: r | {"state": moves.states.get(n, r["state"])} for n, r in rows.items()}
        if not moves.asked:
            break
        facts = conditions.of_run(execution, reached, now_ms)
        for name in moves.asked:
            mine = conditions.seen_by(facts, execution, reached, name)
            verdicts[name] = conditions.decide(execution["graph"]["activities"][name]["condition"], mine)
    for name, state in moves.states.items():
        if state == "Skipped" and name not in verdicts:
            verdicts[name] = Verdict(False, _not_reached(steps[name], reached, execution["cancelled"]))
    return moves, verdicts


def _not_reached(step: Step, rows: Mapping[str, Row], cancelled: bool) -> UserText:
    if cancelled:
        return "The run was cancelled."
    before = ", ".join(f"{name} ({rows[name]['state']})" for name in step.predecessors)
    return f"Nothing led to it: {before}"
