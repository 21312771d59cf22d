"""Which nodes there are: every module of reelmill.nodes with a NODE (or NODES), plus the entry-point group
`reelmill.nodes`."""

import functools
import importlib
import importlib.metadata
import pkgutil
from collections.abc import Mapping, Sequence
from typing import Any

import reelmill.nodes
from reelmill.core.errors import Failure, MediaError, Problems
from reelmill.core.model import JobSpec, Outcome
from reelmill.core.ports import NodeIO
from reelmill.nodes.base import Env, NodeType


@functools.cache
def nodes() -> Mapping[str, NodeType]:
    """canonical name -> node."""
    modules = [
        importlib.import_module(f"reelmill.nodes.{m.name}") for m in pkgutil.iter_modules(reelmill.nodes.__path__)
    ]
    modules += [entry.load() for entry in importlib.metadata.entry_points(group="reelmill.nodes")]
    found: dict[str, NodeType] = {}
    for module in modules:
        for node in (*([module.NODE] if hasattr(module, "NODE") else []), *getattr(module, "NODES", ())):
            found[node.name] = node
    return found


@functools.cache
def by_word() -> Mapping[str, NodeType]:
    """Every word that a topology may use for a type, aliases included -> node."""
    return {word: node for node in nodes().values() for word in (node.name, *node.aliases)}


def node(name: str) -> NodeType:
    """The type of this canonical name. One that was uninstalled since it was drawn fails its work with a sentence."""
    return nodes().get(name) or _missing(name)


def _missing(name: str) -> NodeType:
    failure = Failure(
        "InvalidParameter.NotSupported",
        f'This server has no activities of the type "{name}" any more.',
        "Install the package that brings it, or draw the workflow without it.",
    )

    def check(raw: Mapping[str, Any], problems: Problems, path: str) -> None:
        problems.add(path, failure.code, failure.message)

    def job(_params: Any, _env: Env) -> dict[str, Any]:
        raise MediaError(failure)

    async def run(jobs: Sequence[JobSpec], _io: NodeIO) -> Mapping[str, Outcome]:
        return {one.id: Outcome(failure=failure) for one in jobs}

    return NodeType(name, check, job=job, run=run)
