"""Topology JSON -> checked graph (workflow.md 3). Pure; every problem is found at once, each with its path."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import jsonx
from reelmill.core.errors import CallerError, Problems
from reelmill.engine import activity_rules, registry
from reelmill.nodes.base import GraphNode, NodeType, Role
from reelmill.nodes.later import LATER

MAX_ACTIVITIES = 200
MAX_NAME = 255  # bytes of an activity's name
REFS = (
    "templates",
    "watermarks",
    "inputs",
    "buckets",
    "pictures",
    "pipelines",
    "locations",
    "libraries",
)  # see NodeType.refs


@dataclass(frozen=True, slots=True)
class Graph:
    """The activities of a topology whose type is known. Without complaints it holds together by itself; what it names
    (templates, buckets, pipeline) is the service's to look up."""

    nodes: Mapping[str, GraphNode]

    @property
    def start(self) -> GraphNode:
        return next(n for n in self.nodes.values() if _role(n) == "start")

    @property
    def input_bucket(self) -> str:
        return str(self.start.params.bucket)

    @property
    def input_prefix(self) -> str:
        return str(self.start.params.prefix)

    @property
    def pipeline_id(self) -> str:
        return str(self.start.params.pipeline_id)

    def refs(self) -> dict[str, dict[str, str]]:
        """What must exist: {kind of thing (NodeType.refs): {id or name: path of the first place that names it}}."""
        found: dict[str, dict[str, str]] = {what: {} for what in REFS}
        for node in self.nodes.values():
            for what, ids in registry.node(node.type).refs(node.params).items():
                for one in ids:
                    found[what].setdefault(one, f"Activities.{node.name}.Parameters")
        return found

    def to_json(self) -> dict[str, Any]:
        """What an execution copies when it starts."""
        return {
            n.name: {"type": n.type, "shown": n.shown, "params": dict(n.raw), "predecessors": list(n.predecessors)}
            | ({"when": dict(n.when)} if n.when else {})
            | ({"condition": n.condition} if n.condition else {})
            | ({"retry": n.retry.to_json()} if n.retry else {})
            for n in self.nodes.values()
        }


def activity_types() -> dict[str, NodeType]:
    """The types that a topology may hold, by their canonical names."""
    return {name: node for name, node in registry.nodes().items() if node.role != "job"}


def _role(node: GraphNode) -> Role:
    return registry.node(node.type).role


def parse(text: str, problems: Problems) -> Graph | None:
    """The graph, or None when there is not exactly one Start; problems go to `problems`. Only a graph without
    complaints can be run; one with some serves to look for what it names, so that everything is told at once. Text that
    is no JSON object raises CallerError."""
    try:
        document = jsonx.loads(text)
    except ValueError as error:
        raise CallerError(
            "InvalidParameter.JsonObjectFormatInvalid", "Topology", f"It is not JSON: {error}."
        ) from error
    if not isinstance(document, dict):
        raise CallerError(
            "InvalidParameter.JsonObjectFormatInvalid",
            "Topology",
            "It must be an object with Activities and Dependencies.",
        )
    activities, edges = _sections(document, problems)
    if activities is None or edges is None:
        return None
    before = len(problems.found)
    ways = activity_rules.edges(activities, edges, MAX_ACTIVITIES, MAX_NAME, problems)
    drawn = len(problems.found) == before
    nodes: dict[str, GraphNode] = {}
    for name, body in activities.items():
        if found := _node(name, body, problems):
            kind, shown, raw, params = found
            nodes[name] = GraphNode(
                name,
                kind.name,
                shown,
                raw,
                params,
                tuple(ways.predecessors[name]),
                tuple(ways.successors[name]),
                when=ways.when[name],
                condition=body.get("Condition", ""),
                retry=activity_rules.retry(body, kind, problems, f"Activities.{name}"),
            )
    _shape(nodes, problems)
    if drawn and len(nodes) == len(activities):  # edges that are missing would only be complained about again
        _order(nodes, problems)
    activity_rules.check_conditions(nodes, problems)
    return Graph(nodes) if sum(_role(n) == "start" for n in nodes.values()) == 1 else None


def _sections(document: Mapping[str, Any], problems: Problems) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    for unknown in sorted(set(document) - {"Activities", "Dependencies"}):
        problems.add(
            unknown,
            "InvalidParameter",
            f'"{unknown}" is not part of a topology; it has exactly Activities and Dependencies.',
        )
    sections = []
    for key in ("Activities", "Dependencies"):
        value = document.get(key)
        if not isinstance(value, dict):
            problems.add(key, "InvalidParameter.JsonObjectFormatInvalid", f'"{key}" must be an object.')
            value = None
        sections.append(value)
    activities, edges = sections
    if activities is not None and not activities:
        problems.add("Activities", "InvalidParameter.EmptyValue")
    if activities is not None and len(activities) > MAX_ACTIVITIES:
        problems.add(
            "Activities",
            "InvalidParameter.ListSizeExceed",
            f"There are {len(activities)} activities; {MAX_ACTIVITIES} are allowed.",
        )
        return None, None  # one problem is enough of what is far out of bounds
    if edges is not None and len(edges) > MAX_ACTIVITIES:
        problems.add(
            "Dependencies",
            "InvalidParameter.ListSizeExceed",
            f"There are {len(edges)} activities; {MAX_ACTIVITIES} are allowed.",
        )
        return None, None
    return activities, edges


def _node(name: str, body: Any, problems: Problems) -> tuple[NodeType, str, Mapping[str, Any], Any] | None:
    path = f"Activities.{name}"
    if not name or len(name.encode()) > MAX_NAME:
        problems.add(path[: MAX_NAME + 40], "InvalidParameter", f"The name of an activity has 1 to {MAX_NAME} bytes.")
        return None
    if not isinstance(body, dict):
        problems.add(
            path, "InvalidParameter.JsonObjectFormatInvalid", "An activity must be an object with Type and Parameters."
        )
        return None
    for unknown in sorted(set(body) - {"Name", "Type", "Parameters", "Condition", "Retry"}):
        problems.add(f"{path}.{unknown}", "InvalidParameter", f'"{unknown}" is not part of an activity.')
    shown = body.get("Type")
    kind = registry.by_word().get(shown) if isinstance(shown, str) else None
    if kind is None or kind.role == "job":
        known = ", ".join(sorted(activity_types()))
        if isinstance(shown, str) and (kind is not None or shown in LATER):
            problems.add(
                f"{path}.Type",
                "InvalidParameter.NotSupported",
                f'Activities of type "{shown}" are not available in this version; there are: {known}.',
            )
        else:
            problems.add(f"{path}.Type", "InvalidParameter", f'The type "{shown}" is unknown; there are: {known}.')
        return None
    raw = body.get("Parameters", {})
    try:
        raw = jsonx.unwrap(raw)
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        problems.add(f"{path}.Parameters", "InvalidParameter.JsonObjectFormatInvalid", "Parameters must be an object.")
        return None
    return kind, str(shown), raw, kind.check(raw, problems, f"{path}.Parameters")


def _shape(nodes: Mapping[str, GraphNode], problems: Problems) -> None:
    """Exactly one Start without predecessors, one Report without successors."""
    ends: tuple[tuple[Role, str, str], ...] = (
        ("start", "predecessors", "predecessor"),
        ("end", "successors", "successor"),
    )
    for role, path, edges in ends:
        found = [n for n in nodes.values() if _role(n) == role]
        kind = " or ".join(sorted(name for name, one in registry.nodes().items() if one.role == role))
        if len(found) != 1:
            problems.add(
                "Activities", "InvalidParameter", f"There must be exactly one {kind} activity; there are {len(found)}."
            )
        for node in found:
            if getattr(node, path):
                problems.add(
                    f"Dependencies.{node.name}", "InvalidParameter", f"The {kind} activity must have no {edges}."
                )


def _order(nodes: Mapping[str, GraphNode], problems: Problems) -> None:
    """No cycle; every node lies on a way from Start to Report; every predecessor is of a type that may stand there
    (workflow.md 5). An edge that says when it leads on may come from any: it answers what became of that one."""
    waiting = {n.name: len(n.predecessors) for n in nodes.values()}
    ready = [name for name, count in waiting.items() if not count]
    done = set()
    while ready:
        name = ready.pop()
        done.add(name)
        for successor in nodes[name].successors:
            waiting[successor] -= 1
            if not waiting[successor]:
                ready.append(successor)
    if len(done) < len(nodes):
        circle = ", ".join(sorted(set(nodes) - done))
        problems.add("Dependencies", "InvalidParameter", f"The graph has a cycle among or before: {circle}.")
        return
    for node in nodes.values():
        kind = registry.node(node.type)
        if kind.role != "start" and not node.predecessors:
            problems.add(f"Activities.{node.name}", "InvalidParameter", "No way leads from Start to this activity.")
        if kind.role != "end" and not node.successors:
            problems.add(f"Dependencies.{node.name}", "InvalidParameter", "Its way does not end in Report.")
        allowed = kind.predecessors
        for predecessor in node.predecessors:
            if predecessor not in node.when and allowed and nodes[predecessor].type not in allowed:
                text = (
                    f'A {node.type} cannot follow "{predecessor}" ({nodes[predecessor].type}); it may follow: '
                    f"{', '.join(sorted(allowed))}."
                )
                problems.add(f"Dependencies.{predecessor}", "InvalidParameter", text)
