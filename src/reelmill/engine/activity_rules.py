"""What stands around the parameters of activities in a topology: edges and when they lead on, conditions, retries.
Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from reelmill.core import jsonx
from reelmill.core.errors import Problems
from reelmill.engine import conditions, registry
from reelmill.engine.condition_values import FACTS
from reelmill.nodes.base import GraphNode, NodeType, Retry, When

MOST_RETRIES = 20
MOST_SECONDS = 86_400  # between two attempts
SECONDS = 30  # between two attempts when Interval is not given
_WORDS = get_args(When)


@dataclass(slots=True)
class Ways:
    """The edges of a topology, by activity: what comes after it, what before, and of those before that say so when they
    lead on."""

    successors: dict[str, list[str]] = field(default_factory=dict)
    predecessors: dict[str, list[str]] = field(default_factory=dict)
    when: dict[str, dict[str, When]] = field(default_factory=dict)


def edges(activities: Mapping[str, Any], given: Mapping[str, Any], most: int, long: int, problems: Problems) -> Ways:
    """The edges that hold; complaints go to `problems`."""
    ways = Ways({n: [] for n in activities}, {n: [] for n in activities}, {n: {} for n in activities})
    for source, targets in given.items():
        path = f"Dependencies.{source}"[: long + 40]
        if source not in activities:
            problems.add(path, "InvalidParameter.ResourceNotFound", f'"{source}" is not among the activities.')
        elif not isinstance(targets, list) or not all(isinstance(t, str | dict) for t in targets):
            problems.add(
                path, "InvalidParameter.JsonArrayFormatInvalid", "The successors must be an array of activity names."
            )
        elif len(targets) > 2 * most:
            problems.add(
                path, "InvalidParameter.ListSizeExceed", f"There are {len(targets)} activities; {most} are allowed."
            )
        else:
            for place, target in enumerate(targets):
                _edge(ways, source, target, f"{path}[{place}]", problems)
    return ways


def _edge(ways: Ways, source: str, given: Any, path: str, problems: Problems) -> None:
    when: When | None = None
    target = given
    if isinstance(given, dict):
        for unknown in sorted(set(given) - {"To", "When"}):
            problems.add(
                f"{path}.{unknown}", "InvalidParameter", f'"{unknown}" is not part of an edge: To and When are.'
            )
        target, when = given.get("To"), given.get("When")
        if "To" not in given:
            problems.add(f"{path}.To", "MissingParameter", "To is missing: the activity to which the edge leads.")
            return
        if "When" in given and when not in _WORDS:
            problems.add(f"{path}.When", "InvalidParameter", "When is one of success, failure and always.")
            return
    if not isinstance(target, str) or target not in ways.successors:
        problems.add(path, "InvalidParameter.ResourceNotFound", f'"{target}" is not among the activities.')
        return
    if target not in ways.successors[source]:
        ways.successors[source].append(target)
        ways.predecessors[target].append(source)
        if when:
            ways.when[target][source] = when
    elif when != ways.when[target].get(source):  # twice the same edge is one edge
        problems.add(
            path, "InvalidParameter", f'There are two edges to "{target}"; write one, perhaps with When always.'
        )


def retry(body: Mapping[str, Any], kind: NodeType, problems: Problems, path: str) -> Retry | None:
    """The Retry of an activity; None when it has none, or a wrong one."""
    if "Retry" not in body:
        return None
    path = f"{path}.Retry"
    if kind.instant:
        problems.add(path, "InvalidParameter", f"A {kind.name} has no job that could fail: it needs no Retry.")
        return None
    try:
        raw = jsonx.unwrap(body["Retry"])
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        problems.add(path, "InvalidParameter.JsonObjectFormatInvalid", "Retry has Times, Interval and On.")
        return None
    before = len(problems.found)
    for unknown in sorted(set(raw) - {"Times", "Interval", "On"}):
        problems.add(
            f"{path}.{unknown}", "InvalidParameter", f'"{unknown}" is not part of Retry: Times, Interval and On are.'
        )
    times = _number(raw.get("Times"), MOST_RETRIES, problems, f"{path}.Times")
    interval = _number(raw.get("Interval", SECONDS), MOST_SECONDS, problems, f"{path}.Interval")
    on = raw.get("On", [])
    if (
        not isinstance(on, list)
        or not all(isinstance(code, str) and 0 < len(code) <= 128 for code in on)
        or len(on) > 50
    ):
        problems.add(
            f"{path}.On", "InvalidParameter.JsonArrayFormatInvalid", "On is an array of error codes, 50 at most."
        )
    return Retry(times, interval, tuple(on)) if len(problems.found) == before and times else None


def _number(value: Any, most: int, problems: Problems, path: str) -> int:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= most:
        return int(text)
    problems.add(path, "InvalidParameter", f"It must be a whole number from 0 to {most}.")
    return 0


def check_conditions(nodes: Mapping[str, GraphNode], problems: Problems) -> None:
    """Complain of conditions that cannot be decided when their activity is ready."""
    for node in nodes.values():
        if node.condition == "" and isinstance(node.condition, str):
            continue
        path = f"Activities.{node.name}.Condition"
        if registry.node(node.type).role in ("start", "end"):
            problems.add(path, "InvalidParameter", f"A {node.type} has no condition: it is always done.")
        else:
            leading = before(nodes, node.name)
            known = set(FACTS)
            analysing = {other.name for other in nodes.values() if registry.node(other.type).analyses}
            if not analysing & leading:  # there is none, or it may end before this or after it
                known.discard("analysis")
            conditions.check(node.condition, leading, problems, path, known)


def before(nodes: Mapping[str, GraphNode], name: str) -> set[str]:
    """The activities that lead to one, directly or not."""
    found, front = set[str](), list(nodes[name].predecessors)
    while front:
        one = front.pop()
        if one not in found and one in nodes:
            found.add(one)
            front += nodes[one].predecessors
    return found
