"""What a condition looks at and what becomes of it, as plain values: what everybody may know without the library that
reads conditions (`cel`). Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reelmill.core.errors import UserText

FACTS = ("input", "media", "analysis", "activities", "now")
_SHOWN = 8  # values that a reason tells
_LONG = 80  # characters of one of them


class ConditionError(ValueError):
    """A condition that cannot be used; `place` is the character (1: the first) where, 0 when it is the whole."""

    def __init__(self, message: UserText, place: int = 0):
        super().__init__(message)
        self.message, self.place = message, place


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition may look at, as plain values with the names of SHAPES."""

    input: Mapping[str, Any] = field(default_factory=dict)
    media: Mapping[str, Any] = field(default_factory=dict)
    analysis: Mapping[str, Any] = field(default_factory=dict)
    activities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    now_ms: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a condition: `holds` None when it failed, at character `place`, and why in `error`; `values` are
    the facts that decided."""

    holds: bool | None
    values: Mapping[str, Any] = field(default_factory=dict)
    error: UserText = ""
    place: int = 1

    def shown(self) -> list[str]:
        """The values as words: input.size = 1024."""
        told = [f"{name} = {_short(value)}" for name, value in self.values.items()]
        return told[:_SHOWN]


def _short(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
