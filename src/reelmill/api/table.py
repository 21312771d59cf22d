"""The operation table: what the API consists of. Names, types and required marks come from spec/operations.json,
corrections from spec/patches.json. Parsing, rendering, the ledger and the tests all read this one table."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from reelmill.api import texts
from reelmill.core.errors import UserText

VERSION = "2014-06-18"

Tree = Mapping[str, Any]  # field -> "string" | "integer" | "boolean" | "number" | "map" | Tree | [Tree] | ["string"]

_READS = re.compile(
    r"(Query|List|Search|Get|Describe|Match|Validate|Sign)[A-Z]|CategoryTree$"
)  # names of operations that change nothing


@dataclass(frozen=True, slots=True)
class Parameter:
    """One request parameter.

    type        string, integer, boolean, id (32 hex), ids / list / integers (comma lists), object / array (JSON in a
                string), time, bucket
    values      the only words allowed (of a list: for each element)
    max_bytes, max_chars    of the whole text     max_items, item_bytes    of lists and arrays
    missing     error code when a required one is absent
    refuse      not empty: giving it is an error, and this sentence says why
    about       what it means
    """

    name: str
    type: str
    required: bool = False
    default: Any = None
    values: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None
    max_bytes: int | None = None
    max_chars: int | None = None
    max_items: int | None = None
    item_bytes: int | None = None
    missing: str = "MissingParameter"
    refuse: UserText = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `mark` is CORE, NEXT or LATER as in the reference, OURS for those that MPS does not have. `about`
    says what it does. `access` is what a role needs to be allowed: read (changes nothing), write, decide (about what
    waits for a person), or manage (keys). `closed`: parameters that it does not have are refused; others are ignored,
    as MPS does."""

    name: str
    group: str
    mark: str
    parameters: tuple[Parameter, ...]
    response: Tree = field(repr=False)
    about: str = ""
    access: str = "write"
    closed: bool = False


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation by name, patched."""
    patches = _read("patches.json")
    raw = {**_read("operations.json"), **patches["operations"]}
    for patch in patches["responses"]:
        for name in patch["in"]:
            _extend(raw[name]["response"], patch["at"].split("."), patch["add"])
    return {
        name: Operation(
            name,
            o["group"],
            o["mark"],
            _parameters(name, o, patches["parameters"]),
            o["response"],
            o.get("about") or texts.operation(name),
            o.get("access") or ("read" if _READS.match(name) else "write"),
            name in patches["closed"]["operations"],
        )
        for name, o in sorted(raw.items())
    }


def has_version(name: str) -> bool:
    """Whether an operation has a parameter that is called as the version of the API is."""
    operation = operations().get(name)
    return operation is not None and any(p.name == "Version" for p in operation.parameters)


def _read(name: str) -> Any:
    return json.loads(resources.files(__package__).joinpath("spec", name).read_text("utf-8"))


def _parameters(operation: str, raw: Mapping[str, Any], patches: list[dict[str, Any]]) -> tuple[Parameter, ...]:
    words = raw.get("describe", {})
    found = {
        name: Parameter(name, kind.rstrip("!"), kind.endswith("!"), about=words.get(name, ""))
        for name, kind in raw["request"].items()
    }
    for patch in patches:
        if operation not in patch["in"] and patch["in"] != ["*"]:
            continue
        changes: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in patch["set"].items()
        }
        for name in patch["names"]:
            if name in found:
                found[name] = replace(found[name], **changes)
            elif patch.get("add"):
                found[name] = Parameter(name, **changes)
    return tuple(p if p.about else replace(p, about=texts.parameter(operation, p.name)) for p in found.values())


def _extend(tree: Any, path: list[str], more: Mapping[str, Any]) -> None:
    """Add fields to the first object of that path, wherever it begins in the tree; list envelopes before it are looked
    through."""
    here = tree[0] if isinstance(tree, list) else tree
    if not path:
        here.update(more)
    elif path[0] in here:
        _extend(here[path[0]], path[1:], more)
    else:
        _extend(next(part for part in here.values() if _reaches(part, path[0])), path, more)


def _reaches(tree: Any, name: str) -> bool:
    here = tree[0] if isinstance(tree, list) else tree
    return isinstance(here, dict) and (name in here or any(_reaches(part, name) for part in here.values()))
