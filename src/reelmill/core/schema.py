"""Words for JSON Schemas of parameters, as the catalogue tells them: titles and help in English and Chinese, and hints
for forms (`x-...`).

Numbers and flags may also be given as text, as MPS writes them; `x-aliases` are other spellings of a name,
`x-ignored` names that an object may hold without any effect. Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Schema = dict[str, Any]


def text(
    title: str, zh: str, about: str = "", about_zh: str = "", *, widget: str = "text", example: str = "", **more: Any
) -> Schema:
    """A text; `widget` says what it names."""
    return (
        _words(title, zh, about, about_zh)
        | {"type": "string", "x-widget": widget}
        | ({"examples": [example]} if example else {})
        | _hints(more)
    )


def choice(title: str, zh: str, values: Sequence[str], about: str = "", about_zh: str = "", **more: Any) -> Schema:
    """One of these words."""
    return _words(title, zh, about, about_zh) | {"type": "string", "enum": list(values)} | _hints(more)


def whole(title: str, zh: str, low: int, high: int, about: str = "", about_zh: str = "", **more: Any) -> Schema:
    """A whole number."""
    return _words(title, zh, about, about_zh) | {"type": "integer", "minimum": low, "maximum": high} | _hints(more)


def number(
    title: str,
    zh: str,
    low: float,
    high: float,
    about: str = "",
    about_zh: str = "",
    *,
    above: bool = False,
    **more: Any,
) -> Schema:
    """A number; `above`: `low` itself is not allowed."""
    return (
        _words(title, zh, about, about_zh)
        | {"type": "number", "exclusiveMinimum" if above else "minimum": low, "maximum": high}
        | _hints(more)
    )


def flag(title: str, zh: str, about: str = "", about_zh: str = "", **more: Any) -> Schema:
    """Yes or no."""
    return _words(title, zh, about, about_zh) | {"type": "boolean"} | _hints(more)


def record(
    title: str,
    zh: str,
    properties: Mapping[str, Schema],
    about: str = "",
    about_zh: str = "",
    *,
    required: Sequence[str] = (),
    **more: Any,
) -> Schema:
    """An object of exactly these members."""
    made = _words(title, zh, about, about_zh) | {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return made | ({"required": list(required)} if required else {}) | _hints(more)


def array(
    title: str,
    zh: str,
    items: Schema,
    about: str = "",
    about_zh: str = "",
    *,
    least: int = 1,
    most: int | None = None,
    **more: Any,
) -> Schema:
    """A list of such members."""
    made = _words(title, zh, about, about_zh) | {"type": "array", "items": items, "minItems": least}
    return made | ({"maxItems": most} if most is not None else {}) | _hints(more)


def _words(title: str, zh: str, about: str, about_zh: str) -> Schema:
    made: Schema = {"title": title, "x-zh": {"title": zh}}
    if about:
        made |= {"description": about, "x-zh": {"title": zh, "description": about_zh}}
    return made


_HINTS = {
    "unit": "x-unit",
    "advanced": "x-advanced",
    "json_string": "x-json-string",
    "aliases": "x-aliases",
    "ignored": "x-ignored",
    "activity": "x-activity",
}


def _hints(more: Mapping[str, Any]) -> Schema:
    return {_HINTS.get(name, name): list(value) if isinstance(value, tuple) else value for name, value in more.items()}
