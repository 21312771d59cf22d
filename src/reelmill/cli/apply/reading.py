"""What the server would say of the values in a step, before any step is done: the operations read what they are asked,
by their own tables and rules, and do nothing. What else is there (a bucket, a quota) only the server knows. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reelmill.api.parse import parse
from reelmill.api.table import operations
from reelmill.cli.apply.plan import Step
from reelmill.cli.apply.resources import Resource
from reelmill.cli.apply.server import Changer
from reelmill.cli.client import texts
from reelmill.core.errors import CallerError, Problems
from reelmill.engine import graph
from reelmill.media.template import SECTIONS
from reelmill.services import pipelines, templates, watermarks


def faults(steps: Sequence[Step], server: Sequence[Resource]) -> dict[str, str]:
    """What is shown of a thing -> why no server would take it, for those that a plan makes or changes."""
    made: list[str] = []

    def read(action: str, **parameters: object) -> dict[str, Any]:
        kind = action.removeprefix("Add").removeprefix("Update")
        values = parse(operations()[action], texts(parameters))
        if kind in _RULES:
            _RULES[kind](values)
        made.append(f"{len(made):032x}")
        return {kind: {"Id": made[-1], "MediaWorkflowId": made[-1], "State": "Active"}}

    changer = Changer(read, server, "")
    found = {}
    for step in steps:
        try:
            if step.verb != "delete":
                changer.do(step)
        except CallerError as error:
            found[step.wanted.shown] = _said(error)
        except KeyError:
            continue  # it names what is wrong itself
    return found


def _said(error: CallerError) -> str:
    return " ".join(f"{one.path}: {one.message}" for one in error.problems[:3]) or error.message


def _topology(values: Mapping[str, Any]) -> None:
    problems = Problems()
    graph.parse(values["Topology"], problems)
    problems.refuse("Topology")


_RULES: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "Pipeline": lambda values: pipelines.checked(values["Name"], values["NotifyConfig"]),
    "Template": lambda values: templates.checked({name: values[name] for name in SECTIONS}),
    "WaterMarkTemplate": lambda values: watermarks.checked(values["Config"]),
    "MediaWorkflow": _topology,
}
