"""The door to the expression language CEL: what conditions are written in. Only this module knows its library. Pure:
the same condition and facts always give the same answer, within a bounded number of steps (the library's limits on
depth and iterations, and MAX_LENGTH). Import it where a condition is looked at: with its library it takes 9 MB, which
a server whose workflows have none does without.

Facts have types, so that a misspelt name is found when a condition is saved. What is not known of a media (its
picture's width when it has none) is 0 or "".
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from google.protobuf import json_format

from reelmill.core.errors import UserText
from reelmill.engine import cel_tree
from reelmill.engine.cel_words import OWN, readable
from reelmill.engine.condition_values import Answer, ConditionError, Facts

MAX_LENGTH = 2048  # characters of a condition
_MOST_GROWTH = 64  # of a key of 1,024 bytes, looked at in each of 10,000 steps: less than a second
# The facts, as messages: {name: {field: (number, type)}}; docs/reference/conditions.md tells what each means.
SHAPES: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "Input": {"bucket": (1, "str"), "key": (2, "str"), "size": (3, "int"), "user_data": (4, "str")},
    "Info": {
        "format": (1, "str"),
        "duration": (2, "float"),
        "bitrate": (3, "int"),
        "size": (4, "int"),
        "width": (5, "int"),
        "height": (6, "int"),
        "fps": (7, "float"),
    },
    "Stream": {
        "type": (1, "str"),
        "codec": (2, "str"),
        "width": (3, "int"),
        "height": (4, "int"),
        "fps": (5, "float"),
        "channels": (6, "int"),
        "language": (7, "str"),
        "bitrate": (8, "int"),
        "duration": (9, "float"),
        "samplerate": (10, "int"),
        "hdr": (11, "bool"),
        "interlaced": (12, "bool"),
        "index": (13, "int"),
    },
    "Media": {"info": (1, "Info"), "streams": (2, "*Stream")},
    "Analysed": {"templates": (1, "*str"), "vmaf": (2, "float"), "bitrate": (3, "float")},
    "Activity": {"state": (1, "str"), "result": (2, "google.protobuf.Struct")},
}
_POOL, _CLASSES = cel_tree.messages("reelmill.facts", SHAPES)


def _type(name: str) -> cel.Type:
    return cel.Type(f"reelmill.facts.{name}")


_ENV = cel.NewEnv(
    _POOL,
    variables={
        "input": _type("Input"),
        "media": _type("Media"),
        "analysis": _type("Analysed"),
        "activities": cel.Type.Map(cel.Type.STRING, _type("Activity")),
        "now": cel.Type.TIMESTAMP,
    },
)


@lru_cache(maxsize=1024)
def compiled(text: str) -> tuple[Any, cel_tree.Parts]:
    """A condition, checked and ready. ConditionError for one that cannot be: syntax, names, types."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"it has {len(text)} characters; {MAX_LENGTH} are allowed")
    source = text
    for _ in range(20):
        try:
            made = _ENV.compile(source)
            break
        except RuntimeError as error:
            found = str(error)
            fitted = _with_fractions(source, found)
            if fitted == source:
                raise _readable(text, source, found) from error
            source = fitted
    else:
        raise _readable(text, source, found)
    kind = OWN.sub("", made.return_type().name())
    if kind not in ("BOOL", "DYN"):
        raise ConditionError(f"it is neither true nor false, but {kind}")
    return made, cel_tree.Parts(made.serialize(), _added(text, source))


def _too_long(parts: cel_tree.Parts) -> UserText:
    """Why a condition is not evaluated at all: texts without bounds would take all memory. "" when it may be."""
    growth = parts.growth
    if growth <= _MOST_GROWTH:
        return ""
    return (
        f"what it puts together may become {growth} times as long as the facts, and {_MOST_GROWTH} times are allowed; "
        "use fewer + and lists inside of macros"
    )


def faults(text: str) -> list[ConditionError]:
    """What can never be evaluated in a condition that was compiled, whatever the facts are: a pattern that is none, a
    moment that is none, a place without a time, a text without bounds."""
    _, parts = compiled(text)
    if why := _too_long(parts):
        return [ConditionError(why)]
    found = []
    for tree, alone in parts.constants():
        try:
            _run(_ENV.deserialize(alone) if isinstance(alone, bytes) else _ENV.compile(alone), {})
        except ValueError as error:
            found.append(ConditionError(str(error), parts.place(tree)))
    return found


def answer(text: str, facts: Facts) -> Answer:
    """Whether a condition that was checked holds."""
    made, parts = compiled(text)
    if why := _too_long(parts):  # it was saved before there were bounds
        return Answer(None, {}, why, 1)
    try:
        values = _values(facts, parts)
    except json_format.Error as error:  # a fact that is no JSON, such as NaN in the result of somebody's node
        return Answer(None, {}, _sentence(str(error)), 1)

    def evaluate(part: bytes) -> Any:
        return _plain(_run(_ENV.deserialize(part), values))

    try:
        holds = _plain(_run(made, values))
    except ValueError as error:
        blamed = parts.blame(evaluate)
        why = blamed[1] if blamed else str(error)
        return Answer(None, parts.values(evaluate), why, parts.place(blamed[0]) if blamed else 1)
    if not isinstance(holds, bool):
        return Answer(None, parts.values(evaluate), "it is neither true nor false", parts.place(parts.root))
    return Answer(holds, {} if holds else parts.values(evaluate))


def _run(made: Any, values: Mapping[str, Any]) -> Any:
    try:
        found = made.eval(data=values)
    except MemoryError as error:
        raise ValueError("it needs more memory than there is") from error
    except RuntimeError as error:
        raise ValueError(_sentence(str(error))) from error
    if found.type() == cel.Type.ERROR:
        raise ValueError(_sentence(str(found.value())))
    return found


def _plain(found: Any) -> Any:
    try:
        return _without_messages(found.plain_value())
    except json_format.Error as error:  # infinity, which no JSON has
        raise ValueError(_sentence(str(error))) from error


def _without_messages(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_messages(one) for one in value]
    if hasattr(value, "DESCRIPTOR"):
        told = json_format.MessageToDict(value, preserving_proto_field_name=True)  # it writes long numbers as texts
        whole = {field.name for field in value.DESCRIPTOR.fields if field.cpp_type == field.CPPTYPE_INT64}
        return {name: int(one) if name in whole else one for name, one in told.items()}
    return value


def _values(facts: Facts, parts: cel_tree.Parts) -> dict[str, Any]:
    """The facts that a condition looks at, in the library's form: no others cost anything."""
    used, named = parts.roots(), parts.activities()
    found: dict[str, Any] = {"now": datetime.fromtimestamp(facts.now_ms / 1000, UTC)}
    for name, shape in (("input", "Input"), ("media", "Media"), ("analysis", "Analysed")):
        if name in used:
            found[name] = _message(shape, getattr(facts, name))
    if "activities" in used:
        wanted = facts.activities if "" in named else {n: facts.activities[n] for n in named if n in facts.activities}
        found["activities"] = {name: _message("Activity", body) for name, body in wanted.items()}
    return found


def _message(name: str, body: Mapping[str, Any]) -> Any:
    return json_format.ParseDict(dict(body), _CLASSES[name](), ignore_unknown_fields=True)


# What the library says
_ERROR = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_MIXED = re.compile(
    r"no matching overload for '_(?:<|>|<=|>=|==|!=|\+|-|\*|/)_' applied to '\((double, int|int, double)\)'"
)
_UNKNOWN = re.compile(r"undeclared reference to '([^'.]+)")
_CODE = re.compile(r"^[A-Z_]+: |\s*\[[A-Z_]+\]\s*$")


def _with_fractions(text: str, errors: str) -> str:
    """A whole number that is written beside a number with a fraction is one: `media.info.duration > 60` means 60.0. CEL
    asks for the dot; people who write conditions should not have to know."""
    for line, column, message in reversed(_ERROR.findall(errors)):
        mixed = _MIXED.search(message)
        if mixed is None:
            continue
        at = _place(text, int(line), int(column)) - 1
        sign = re.compile(r"<=|>=|==|!=|.").match(text, at)
        assert sign is not None
        if mixed[1] == "double, int":
            text = text[: sign.end()] + re.sub(r"^(\s*-?\d+)(?![\w.])", r"\1.0", text[sign.end() :])
        else:
            text = re.sub(r"(?<![\w.])(\d+)(\s*)$", r"\1.0\2", text[:at]) + text[at:]
    return text


def _added(text: str, source: str) -> list[int]:
    """Where characters (0: the first) stand in `source` that `_with_fractions` put into the text."""
    found: list[int] = []
    for at, character in enumerate(source):
        before = at - len(found)
        if before == len(text) or character != text[before]:
            found.append(at)
    return found


def _place(text: str, line: int, column: int) -> int:
    """The character of a text (1: the first) that stands there, as people count them who see it in one row."""
    return sum(len(row) + 1 for row in text.split("\n")[: line - 1]) + column


def _readable(text: str, source: str, errors: str) -> ConditionError:
    """The first thing that the library complains about in `source`, by its place in the text that it was made of."""
    found = _ERROR.search(errors)
    if found is None:
        return ConditionError(_sentence(errors))
    place = max(1, _place(source, int(found[1]), int(found[2])))
    place -= sum(one < place - 1 for one in _added(text, source))
    if (name := _UNKNOWN.search(found[3])) and text[: place - 1].endswith(name[1]):
        place -= len(name[1])  # the library means the dot behind it
    if _MIXED.search(found[3]):
        return ConditionError(
            "A whole number and one with a fraction do not go together; write double() around the whole one", place
        )
    return ConditionError(readable(found[3]), place)


def _sentence(text: str) -> UserText:
    return readable(_CODE.sub("", text.split("\n")[0]).strip())
