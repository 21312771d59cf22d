"""How a field is declared: its words first (title and help, English and Chinese), then what is special.

    PARAMETERS = declare.record("Publish", "发布", {"PublishType": declare.choice("Mode", "方式", MODES)}, make=Params)

Of the keywords, those of `core.fields` steer the reading (`required`, `wrong`, `refers`, `then`...), all others are
hints for forms (`core.schema`). Pure.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from reelmill.core import schema
from reelmill.core.errors import Pattern, UserText
from reelmill.core.fields import MISSING, Array, Choice, Field, Flag, Key, Number, Record, Refused, Rule, Text, Whole

T = TypeVar("T")
_READING = ("required", "missing", "refers", "absent", "code", "shows", "trim", "then")  # keywords that any field takes


def text(title: str, zh: str, about: str = "", about_zh: str = "", *, wrong: Pattern = "", **more: Any) -> Text:
    """A text; `widget` says what it names, `pattern`, `minLength` and `maxLength` (bytes) what it may be."""
    how, hints = _apart(more, absent=more.get("default", ""), trim=False)
    return Text(schema=schema.text(title, zh, about, about_zh, **hints), wrong=wrong, **how)


def key(
    title: str,
    zh: str,
    about: str = "",
    about_zh: str = "",
    *,
    plain: tuple[str, ...] = (),
    undecodable: Pattern = "it is not URL-encoded UTF-8",
    known: frozenset[str] | None = None,
    wrong: Pattern = "",
    **more: Any,
) -> Key:
    """The name of an object; `wrong` is the sentence about a placeholder that is not `known`."""
    how, hints = _apart(more, absent="", trim=False)
    made = schema.text(title, zh, about, about_zh, widget="object-path", **hints)
    return Key(schema=made, plain=plain, undecodable=undecodable, known=known, wrong=wrong, **how)


def choice(
    title: str,
    zh: str,
    values: Sequence[str],
    about: str = "",
    about_zh: str = "",
    *,
    later: tuple[str, ...] = (),
    not_yet: Pattern = "the value {name} is not available yet; use {known}",
    same: Mapping[str, str] | None = None,
    loose: bool = False,
    wrong: Pattern = "it must be one of {known}",
    **more: Any,
) -> Choice:
    """One of these words, see core.fields.Choice."""
    how, hints = _apart(more, absent=more.get("default"))
    made = schema.choice(title, zh, values, about, about_zh, **hints)
    return Choice(schema=made, later=later, not_yet=not_yet, same=same or {}, loose=loose, wrong=wrong, **how)


def flag(
    title: str,
    zh: str,
    about: str = "",
    about_zh: str = "",
    *,
    echo: bool = False,
    wrong: Pattern = "it must be true or false",
    **more: Any,
) -> Flag:
    """Yes or no."""
    how, hints = _apart(more, absent=more.get("default", False))
    return Flag(schema=schema.flag(title, zh, about, about_zh, **hints), echo=echo, wrong=wrong, **how)


def whole(
    title: str,
    zh: str,
    low: int,
    high: int,
    about: str = "",
    about_zh: str = "",
    *,
    echo: bool = False,
    wrong: Pattern = "it must be a whole number from {low} to {high}",
    unreadable: Pattern = "",
    **more: Any,
) -> Whole:
    """A whole number; `unreadable` is told about what is no number, without it `wrong` about everything."""
    how, hints = _apart(more, absent=more.get("default"), code="")
    made = schema.whole(title, zh, low, high, about, about_zh, **hints)
    return Whole(schema=made, echo=echo, wrong=wrong, unreadable=unreadable or wrong, **how)


def number(
    title: str,
    zh: str,
    low: float,
    high: float,
    about: str = "",
    about_zh: str = "",
    *,
    above: bool = False,
    echo: bool = False,
    wrong: Pattern = "",
    unreadable: Pattern = "",
    **more: Any,
) -> Number:
    """A number; `above`: `low` itself is not allowed."""
    how, hints = _apart(more, absent=more.get("default"), code="")
    made = schema.number(title, zh, low, high, about, about_zh, above=above, **hints)
    above_low: Pattern = "it must be a number above {low} and at most {high}"
    from_low: Pattern = "it must be a number from {low} to {high}"
    wrong = wrong or (above_low if above else from_low)
    return Number(schema=made, echo=echo, wrong=wrong, unreadable=unreadable or wrong, **how)


def array(
    title: str,
    zh: str,
    items: Field,
    about: str = "",
    about_zh: str = "",
    *,
    wrong: UserText = "",
    too_many: Refused | None = None,
    **more: Any,
) -> Array:
    """A list of such members, nested or as JSON in a string; at least `least`, at most `most`."""
    how, hints = _apart(more, absent=())
    made = schema.array(title, zh, items.schema, about, about_zh, json_string=True, **hints)
    return Array(schema=made, items=items, wrong=wrong, too_many=too_many or Refused(MISSING.code), **how)


def record(
    title: str,
    zh: str,
    members: Mapping[str, Field],
    about: str = "",
    about_zh: str = "",
    *,
    make: Callable[[dict[str, Any]], T] = lambda values: values,  # type: ignore[assignment, return-value]
    unknown: Pattern = "there is no {name} here; there is {known}",
    later: Collection[str] = (),
    not_yet: Pattern = "{name} is not available yet; leave it out",
    rules: Sequence[Rule] = (),
    sparse: bool = False,
    hollow: bool = False,
    overlook: bool = False,
    **more: Any,
) -> Record[T]:
    """An object of exactly these members, of which `make` makes a value; see core.fields.Record."""
    how, hints = _apart(more)
    if "absent" not in how:
        how["absent"] = make({} if sparse else {name: member.absent for name, member in members.items()})
    shown = {name: member.schema for name, member in members.items()}
    required = [name for name, member in members.items() if member.required]
    made = schema.record(title, zh, shown, about, about_zh, required=required, **hints)
    return Record(
        schema=made,
        members=members,
        make=make,
        unknown=unknown,
        later=frozenset(later),
        not_yet=not_yet,
        rules=tuple(rules),
        sparse=sparse,
        hollow=hollow,
        overlook=overlook,
        **how,
    )


def location(**more: Any) -> Text:
    """Where a bucket lies; a server has one location."""
    words = ("Location", "地域", "oss-REGION of this server.", "本服务器的 oss-地域。")
    return text(*words, example="oss-cn-hangzhou", advanced=True, **({"refers": "locations"} | more))


def _apart(more: Mapping[str, Any], **usual: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """How it is read, and the hints for forms."""
    how = usual | {name: value for name, value in more.items() if name in _READING}
    return how, {name: value for name, value in more.items() if name not in _READING}
