"""Parameters that are declared once, as data: what a document may hold, and in which words.

From one declaration come the check (`Record.check`: typed values, every problem with its path and an MPS code), the
JSON Schema that forms, docs and the catalogue show (`Field.schema`), and what the document refers to (`Checked.refs`).
What no table can say stays as a small function beside it: `then` for one value, `rules` for values that meet. A field
is made by the functions of `core.declare`. Pure; reading never raises.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar

from reelmill.core import jsonx, placeholders
from reelmill.core.errors import Pattern, Problems, UserText
from reelmill.core.schema import Schema

T = TypeVar("T")
_NUMBER = re.compile(r"-?([0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20})")
_NOT_YET = "InvalidParameter.NotSupported"


class Nothing(Enum):
    """Stands for a value that was refused; the problems tell why."""

    REFUSED = 0


REFUSED = Nothing.REFUSED


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a value cannot be used: an MPS code and a sentence ("": the code's own)."""

    code: str
    why: UserText = ""


MISSING = Refused("MissingParameter")


@dataclass(frozen=True, slots=True)
class At:
    """A place in a document, with who takes note of what is wrong and of what is referred to there."""

    problems: Problems
    path: str
    refs: dict[str, dict[str, str]] = field(default_factory=dict)

    def member(self, name: str) -> "At":
        return At(self.problems, f"{self.path}.{name}" if self.path else name, self.refs)

    def item(self, number: int) -> "At":
        return At(self.problems, f"{self.path}[{number}]", self.refs)

    def refuse(self, code: str, why: UserText = "") -> Nothing:
        self.problems.add(self.path, code, why)
        return REFUSED

    def refer(self, kind: str, name: str) -> None:
        self.refs.setdefault(kind, {}).setdefault(name, self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was read, with all that it refers to: kind of thing -> name -> path of the first place that names it."""

    refs: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(ABC):
    """What stands under one name.

    schema    as forms and the catalogue tell it        absent   what stands for it when it is not given
    required  it must be given, and `missing` says so   refers   the kind of thing that it names (templates, buckets...)
    """

    schema: Schema
    absent: Any = None
    required: bool = False
    missing: Refused = MISSING
    refers: str = ""

    @abstractmethod
    def read(self, raw: Any, at: At) -> Any:
        """The value, or REFUSED when it was complained about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar(Field):
    """A single value, which may always be given as text.

    code, wrong   what a refusal says         shows   the refusal ends with the value that was given
    trim          blanks around it are cut    then    looks at the value in a way of its own
    """

    code: str = "InvalidParameter"
    wrong: Pattern = ""
    shows: bool = False
    trim: bool = True
    then: Callable[[Any], Any] = lambda value: value

    def read(self, raw: Any, at: At) -> Any:
        if isinstance(raw, Mapping | list):
            return at.refuse("InvalidParameter", "it must be a single value")
        text = written(raw).strip() if self.trim else written(raw)
        found = self.parse(text, at.path.rpartition(".")[2])
        found = found if isinstance(found, Refused) else self.then(found)
        if isinstance(found, Refused):
            if self.shows and found.code != _NOT_YET:
                return at.refuse(found.code, f"{found.why}, not {text!r}")
            return at.refuse(found.code, found.why)
        if self.refers:
            at.refer(self.refers, str(found))
        return found

    @abstractmethod
    def parse(self, text: str, name: str) -> Any:
        """The value that a text means, or Refused. `name` is the one under which it was given."""


def written(raw: Any) -> str:
    """A single value as MPS writes it."""
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))  # JSON knows no difference between 5.0 and 5
    if isinstance(raw, float):
        return format(Decimal(repr(raw)), "f")  # without an exponent
    return str(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Scalar):
    """Any text within the schema's `pattern`, `minLength` and `maxLength` (which counts bytes here)."""

    def parse(self, text: str, name: str) -> str | Refused:
        pattern, size = self.schema.get("pattern"), len(text.encode())
        low, high = self.schema.get("minLength", 0), self.schema.get("maxLength", size)
        if low <= size <= high and (pattern is None or re.fullmatch(pattern, text)):
            return text
        return Refused(self.code, self.wrong.format(most=high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(Scalar):
    """The name of an object, as decoded. MPS URL-encodes it, but not under the names in `plain`; `known` are the
    placeholders that it may hold (None: it is not looked at)."""

    plain: tuple[str, ...] = ()
    undecodable: Pattern = "it is not URL-encoded UTF-8"
    known: frozenset[str] | None = None

    def parse(self, text: str, name: str) -> str | Refused:
        try:
            key = text if name in self.plain else placeholders.decode(text)
        except ValueError:
            return Refused("InvalidParameter.ObjectKeyInvalid", self.undecodable.format())
        strange = sorted(placeholders.names(key) - self.known) if self.known is not None else ()
        if strange:
            return Refused(self.code, self.wrong.format(name=strange[0], known=", ".join(sorted(self.known or ()))))
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Scalar):
    """One of the schema's words; `later` are words of MPS that are not available yet, `same` other spellings, `loose`:
    case does not matter."""

    later: tuple[str, ...] = ()
    not_yet: Pattern = ""
    same: Mapping[str, str] = field(default_factory=dict)
    loose: bool = False

    def parse(self, text: str, name: str) -> str | Refused:
        known = self.schema["enum"]
        words = {word: word for word in (*known, *self.later)} | dict(self.same)
        if self.loose:
            words, text = {word.lower(): to for word, to in words.items()}, text.lower()
        word = words.get(text)
        if word is None:
            return Refused(self.code, self.wrong.format(known=", ".join((*known, *self.later))))
        if word in self.later:
            return Refused(_NOT_YET, self.not_yet.format(name=word, known=" or ".join(known)))
        return word


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Scalar):
    """Yes or no; `echo`: kept as text, as MPS echoes it."""

    echo: bool = False

    def parse(self, text: str, name: str) -> bool | str | Refused:
        if text.lower() not in ("true", "false"):
            return Refused(self.code, self.wrong.format())
        return text.lower() if self.echo else text.lower() == "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Scalar):
    """A number within the schema's bounds; `unreadable` is told about what is no such number. `echo`: kept as text."""

    code: str = ""  # "": out of range, or no number
    unreadable: Pattern = ""
    echo: bool = False

    def parse(self, text: str, name: str) -> Any:
        value = self.value(text)
        if value is not None and self._within(value):
            return self.kept(text, value)
        low, high = self.schema.get("minimum", self.schema.get("exclusiveMinimum")), self.schema["maximum"]
        words = {"name": name, "low": f"{low:.15g}", "high": f"{high:.15g}"}
        code = "OutOfRange" if _NUMBER.fullmatch(text) else "NumberFormatInvalid"
        why = self.unreadable.format(**words) if value is None else self.wrong.format(**words)
        return Refused(self.code or f"InvalidParameter.{code}", why)

    def _within(self, value: float) -> bool:
        above = value > self.schema["exclusiveMinimum"] if "exclusiveMinimum" in self.schema else True
        return above and self.schema.get("minimum", value) <= value <= self.schema["maximum"]

    def value(self, text: str) -> float | None:
        """The number that a text is, None for none."""
        return float(text) if _NUMBER.fullmatch(text) else None

    def kept(self, text: str, value: float) -> Any:
        """What is handed on."""
        return text if self.echo else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Number):
    """A whole number."""

    def value(self, text: str) -> int | None:
        return int(text) if re.fullmatch(r"-?[0-9]{1,20}", text) else None

    def kept(self, text: str, value: float) -> Any:
        return str(int(value)) if self.echo else int(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Array(Field):
    """A list, nested or as JSON in a string. `wrong` says what it must be, `too_many` that it is too long."""

    items: Field
    wrong: UserText = ""
    too_many: Refused = Refused("InvalidParameter.ListSizeExceed")

    def read(self, raw: Any, at: At) -> Any:
        try:
            value = jsonx.unwrap(raw)
        except ValueError as error:
            return at.refuse("InvalidParameter.JsonArrayFormatInvalid", f"it is not valid JSON: {error}")
        if not isinstance(value, list):
            return at.refuse("InvalidParameter.JsonArrayFormatInvalid", self.wrong)
        if len(value) < self.schema["minItems"]:
            return at.refuse(self.missing.code, self.missing.why)
        if len(value) > self.schema.get("maxItems", len(value)):
            return at.refuse(self.too_many.code, self.too_many.why)
        found = [self.items.read(one, at.item(number)) for number, one in enumerate(value)]
        return tuple(self.items.absent if one is REFUSED else one for one in found)


Rule = Callable[[Mapping[str, Any], Mapping[str, Any], At], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Field, Generic[T]):
    """An object, nested or as JSON in a string, of which `make` makes a value.

    members    what it may hold                 unknown   the sentence about any other name
    later      names of MPS that are not available yet, and `not_yet` says so
    rules      (values that were given and are good, what was given, place): complain about values that do not go
               together
    sparse     `make` gets only what was given; else all members, those that are absent or refused as `absent`
    hollow     empty lists and objects count as absent too
    overlook   other names do no harm as long as they are empty
    """

    members: Mapping[str, Field]
    make: Callable[[dict[str, Any]], T]
    unknown: Pattern = ""
    later: frozenset[str] = frozenset()
    not_yet: Pattern = ""
    rules: tuple[Rule, ...] = ()
    sparse: bool = False
    hollow: bool = False
    overlook: bool = False

    def check(self, raw: Any, problems: Problems, path: str) -> T:
        """The value of a whole document; what is wrong goes to `problems`, what it refers to into a Checked."""
        at = At(problems, path)
        found = at.refuse(self.missing.code, self.missing.why) if raw is None or raw == "" else self.read(raw, at)
        made: Any = self.absent if found is REFUSED else found
        if isinstance(made, Checked):
            made = replace(made, refs=at.refs)
        return made

    def read(self, raw: Any, at: At) -> Any:
        try:
            value = jsonx.unwrap(raw)
        except ValueError as error:
            return at.refuse("InvalidParameter.JsonObjectFormatInvalid", f"it is not valid JSON: {error}")
        if not isinstance(value, Mapping):
            return at.refuse("InvalidParameter.JsonObjectFormatInvalid", "it must be a JSON object")
        given = {name: inner for name, inner in value.items() if not is_empty(inner, hollow=self.hollow)}
        self._strangers(given if self.overlook else value, given, at)
        # what stands in the object itself is told before what lies deeper
        nearest = sorted(self.members, key=lambda name: not isinstance(self.members[name], Scalar))
        found = {name: self._member(name, given, at) for name in nearest}
        good = {name: inner for name, inner in found.items() if inner is not None and inner is not REFUSED}
        for rule in self.rules:
            rule(good, given, at)
        absent = {} if self.sparse else {name: member.absent for name, member in self.members.items()}
        return self.make(absent | good)

    def _member(self, name: str, given: Mapping[str, Any], at: At) -> Any:
        """None: it was not given."""
        member = self.members[name]
        written_as = next((n for n in (name, *member.schema.get("x-aliases", ())) if n in given), None)
        if written_as is not None:
            return member.read(given[written_as], at.member(written_as))
        return at.member(name).refuse(member.missing.code, member.missing.why) if member.required else None

    def _strangers(self, named: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
        aliases = [alias for member in self.members.values() for alias in member.schema.get("x-aliases", ())]
        for name in named:
            if name in self.later:
                if name in given:
                    at.member(name).refuse(_NOT_YET, self.not_yet.format(name=name))
            elif name not in self.members and name not in aliases and name not in self.schema.get("x-ignored", ()):
                why = self.unknown.format(name=name, known=", ".join((*self.members, *aliases)))
                at.member(name).refuse("InvalidParameter", why)


def is_empty(value: Any, *, hollow: bool = False) -> bool:
    """Whether a value counts as absent."""
    if value is None or value == "":
        return True
    return hollow and (value in ("[]", "{}") or (isinstance(value, list | Mapping) and not value))
