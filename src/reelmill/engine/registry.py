"""Which nodes there are: every module of reelmill.nodes with a NODE (or NODES), plus the entry-point group
`reelmill.nodes`."""

import functools
import importlib
import importlib.metadata
import pkgutil
from collections.abc import Mapping

import reelmill.nodes
from reelmill.nodes.base import NodeType


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


@functools.cache
def instant() -> frozenset[str]:
    """Types that finish in the moment in which they become ready."""
    return frozenset(n.name for n in nodes().values() if n.job is None)
