"""Answers: values -> exactly the response tree of the table -> JSON or XML (protocol.md 5). Pure."""

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from reelmill.api.table import Operation, Tree
from reelmill.core import jsonx
from reelmill.core.errors import CallerError

JSON, XML = "application/json;charset=utf-8", "text/xml;charset=utf-8"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[^A-Za-z0-9_.-]")


class Echo(dict[str, Any]):
    """An object that a caller sent and gets back: what the table does not know of it, or knows as something else, is
    left out without a word; parts that came as JSON in a string are shown as objects."""


def fit(tree: Tree, value: Mapping[str, Any], strange: list[str] | None = None, path: str = "") -> dict[str, Any]:
    """The object that the tree describes, made of `value`: types coerced, absent fields left out, list envelopes always
    there (clients read them without asking), a bare list wrapped into its envelope. Keys that the tree does not know go
    to `strange` and are dropped."""
    made: dict[str, Any] = {}
    strange = None if isinstance(value, Echo) else strange
    for name, kind in tree.items():
        given = value.get(name)
        if isinstance(kind, str):
            if given is not None:
                _put(made, name, kind, given, strange, path)
            continue
        given = _opened(given) if isinstance(given, str) else given
        if isinstance(kind, list):
            made[name] = _list(kind, given, strange, path + name)
        elif envelope(kind):
            ((inner, several),) = kind.items()
            made[name] = {
                inner: _list(
                    several, given.get(inner) if isinstance(given, dict) else given, strange, f"{path}{name}.{inner}"
                )
            }
        elif isinstance(given, dict):
            made[name] = fit(kind, given, strange, f"{path}{name}.")
        elif given is not None and strange is not None:
            strange.append(f"{path}{name} is no object")
    if strange is not None:
        strange.extend(f"{path}{name}" for name in value if name not in tree)
    return made


def _put(made: dict[str, Any], name: str, kind: str, given: Any, strange: list[str] | None, path: str) -> None:
    try:
        made[name] = given if kind == "string" and isinstance(given, str) else _scalar(kind, given)
    except (TypeError, ValueError, OverflowError):
        if strange is not None:
            strange.append(f"{path}{name} is no {kind}")


def envelope(kind: Any) -> bool:
    """Whether this part of a tree is `XxxList{Xxx[]}`: an object that holds one list and nothing else."""
    return isinstance(kind, dict) and len(kind) == 1 and isinstance(next(iter(kind.values())), list)


def _list(kind: list[Any], members: Any, strange: list[str] | None, path: str) -> list[Any]:
    element = kind[0]
    if not isinstance(members, list | tuple):
        return []
    if isinstance(element, str):
        return [_scalar(element, member) for member in members]
    return [
        fit(element, member, strange, f"{path}[{place}].")
        for place, member in enumerate(members)
        if isinstance(member, dict)
    ]


def _opened(value: Any) -> Any:
    try:
        return jsonx.unwrap(value)
    except ValueError:
        return None


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string":
        return value if isinstance(value, str) else jsonx.dumps(value)  # true, 5 and objects read as their JSON text
    if kind == "integer":
        return int(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return float(value) if kind == "number" else value


def success(
    operation: Operation, request_id: str, body: Mapping[str, Any], form: str, strange: list[str] | None = None
) -> bytes:
    """The bytes of a good answer. `form` is "JSON" or "XML"."""
    made = {**fit(operation.response, body, strange), "RequestId": request_id}
    return to_json(made) if form == "JSON" else to_xml(f"{operation.name}Response", made)


def failure(error: CallerError, request_id: str, host: str, form: str) -> bytes:
    """The bytes of a refusal."""
    body = error.body(request_id, host)
    return to_json(body) if form == "JSON" else to_xml("Error", body)


def to_json(value: Any) -> bytes:
    return jsonx.dumps(value).encode("utf-8", "replace")


def to_xml(root: str, value: Mapping[str, Any]) -> bytes:
    """Elements without attributes; list members repeat their name. Characters that XML cannot hold become U+FFFD."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>']
    _element(parts, root, value)
    return "".join(parts).encode("utf-8", "replace")


def _element(parts: list[str], name: str, value: Any) -> None:
    if isinstance(value, list):
        for member in value:
            _element(parts, name, member)
    elif isinstance(value, Mapping):
        parts.append(f"<{name}>")
        for key, inner in value.items():
            _element(parts, _tag(key), inner)
        parts.append(f"</{name}>")
    else:
        text = "" if value is None else value if isinstance(value, str) else jsonx.dumps(value)
        # a bare carriage return would be read back as a line feed
        parts.append(f"<{name}>{escape(_NOT_XML.sub(chr(0xFFFD), text), {chr(13): '&#13;'})}</{name}>")


def _tag(key: str) -> str:
    """An element name: keys of the table already are ones, those of a free map (tags of a file) may be anything."""
    name = _NAME.sub("_", key)
    return name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"
