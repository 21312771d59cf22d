"""docs/reference/operations/NAME.md: one page for each operation that is built, made from the table, the texts and the
examples. Pure."""

import json
from typing import Any

from reelmill.api import ops, texts
from reelmill.api.table import Operation, Parameter, operations

_NOTE = (
    "<!-- Made by `python -m reelmill.cli.gendocs` from the operation table, its texts and its examples. "
    "Change those, not this page. -->"
)
_TYPES = {
    "id": "id, 32 hexadecimal characters",
    "ids": "list of ids",
    "list": "list",
    "integers": "list of whole numbers",
    "object": "object",
    "array": "array of objects",
    "time": "time (UTC)",
    "bucket": "name of a bucket",
    "integer": "whole number",
    "boolean": "true or false",
    "string": "text",
}


def pages() -> dict[str, str]:
    """File name -> page."""
    return {f"{name}.md": page(operations()[name]) for name in sorted(ops.registered())}


def page(operation: Operation) -> str:
    """The page of one operation."""
    parts = [
        f"# {operation.name}\n{_NOTE}",
        operation.about,
        texts.operation(operation.name, "zh"),
        _place(operation),
        *_parameters(operation),
        *_answer(operation),
        *_example(operation),
        *_errors(operation),
    ]
    return "\n\n".join(part for part in parts if part).rstrip("\n") + "\n"


def _place(operation: Operation) -> str:
    ours = "ReelMill's own: MPS does not have it." if operation.mark == "OURS" else "An operation of MPS."
    needs = {
        "read": "any role",
        "write": "the role operator or administrator",
        "decide": "the role reviewer, operator or administrator",
        "manage": "the role administrator",
    }[operation.access]
    return (
        f"Group: [{operation.group}](../operations.md). {ours} Needs {needs}. Version 2014-06-18, by `POST /` "
        f"or `GET /` as MPS has it, or `POST /-/rpc/{operation.name}` with a JSON body."
    )


def _parameters(operation: Operation) -> list[str]:
    if not operation.parameters:
        return ["## Parameters", "None."]
    rows = [
        f"| `{p.name}`{' *' if p.required else ''} | {_kind(p)} | {_cell(_meaning(p))} | "
        f"{_cell(texts.parameter(operation.name, p.name, 'zh'))} |"
        for p in operation.parameters
    ]
    return [
        "## Parameters",
        "An asterisk marks what is required.",
        "| name | type and limits | meaning | 含义 |\n|---|---|---|---|\n" + "\n".join(rows),
    ]


def _meaning(p: Parameter) -> str:
    return f"Refused: {p.refuse}" if p.refuse else p.about


def _kind(p: Parameter) -> str:
    facts = [_TYPES[p.type]]
    if p.values:
        facts.append(", ".join(f"`{word}`" for word in p.values))
    if p.min is not None and p.max is not None:
        facts.append(f"{p.min} to {p.max}")
    limits = (
        (p.max_items, "at most {} elements"),
        (p.item_bytes, "each at most {} bytes"),
        (p.max_bytes, "at most {} bytes"),
        (p.max_chars, "at most {} characters"),
    )
    facts += [words.format(limit) for limit, words in limits if limit is not None]
    if p.default is not None:
        facts.append(
            f"default `{','.join(p.default) if isinstance(p.default, tuple) else json.dumps(p.default).strip(chr(34))}`"
        )
    return _cell("; ".join(facts))


def _answer(operation: Operation) -> list[str]:
    reasons: list[str] = []
    lines = _tree(operation, operation.response, "", 0, reasons)
    notes = [f"{number}. {reason}" for number, reason in enumerate(reasons, 1)]
    head = "Lists are always there; all else is left out when there is nothing to say." + (
        " Fields with a number are never filled, for the reason below." if notes else ""
    )
    return ["## Answer", head, "```text\n" + "\n".join(lines) + "\n```", *(["\n".join(notes)] if notes else [])]


def _tree(operation: Operation, kind: Any, path: str, depth: int, reasons: list[str]) -> list[str]:
    """Names with their types, one to a line; what lies inside stands below. What stays empty has the number of its
    reason."""
    lines = []
    for name, inner in kind.items():
        several = isinstance(inner, list)
        inner = inner[0] if several else inner
        here = f"{path}.{name}".lstrip(".")
        note = ""
        if not isinstance(inner, dict) and (reason := texts.absent(operation.name, here)):
            if reason not in reasons:
                reasons.append(reason)
            note = f"  ({reasons.index(reason) + 1})"
        lines.append(
            f"{'  ' * depth}{name}{'[]' if several else ''}{'' if isinstance(inner, dict) else f': {inner}'}{note}"
        )
        if isinstance(inner, dict):
            lines += _tree(operation, inner, here, depth + 1, reasons)
    return lines


def _example(operation: Operation) -> list[str]:
    found = texts.example(operation.name)
    if not found:
        return []
    request, answer = (json.dumps(found[part], ensure_ascii=False, indent=2) for part in ("request", "answer"))
    return [
        "## Example",
        f"`POST /-/rpc/{operation.name}`",
        f"```json\n{request}\n```",
        "answers (lists cut to their first element)",
        f"```json\n{answer}\n```",
    ]


def _errors(operation: Operation) -> list[str]:
    rows = [
        f"| `{code}` | {_cell(when)} |"
        for code, when in texts.errors(
            operation.name, {p.name: p for p in operation.parameters}, operation.access
        ).items()
    ]
    head = "Besides those of every request ([all codes](../errors.md)):"
    return ["## Errors", head, "| code | when |\n|---|---|\n" + "\n".join(rows)] if rows else []


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
