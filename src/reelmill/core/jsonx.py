"""JSON that may be nested or a string holding JSON, as MPS clients send it."""

import json
import math
import re
from typing import Any

from reelmill.core.errors import Sentence

MAX_DEPTH = 24
MAX_DIGITS = 40  # of a whole number
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class NotJson(ValueError):
    """Text that other readers might take for JSON, and we do not."""

    def __init__(self, why: Sentence):
        super().__init__(why)


def loads(text: str) -> Any:
    """Parse strict JSON. ValueError for anything else, also for nesting deeper than MAX_DEPTH, for numbers that are
    none (NaN) or beyond all use, and for texts that hold half a character (a lone surrogate), which neither UTF-8 nor the database can hold."""

    def refuse(name: str) -> Any:
        raise NotJson(f"{name} is not JSON")

    depth = deepest = 0
    in_string = escaped = False
    for c in text:  # before json.loads: a bomb of brackets must not reach its recursion
        if in_string:
            if escaped:
                escaped = False
            elif c == "\\":
                escaped = True
            elif c == '"':
                in_string = False
        elif c == '"':
            in_string = True
        elif c in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif c in "]}":
            depth -= 1
    if deepest > MAX_DEPTH:
        raise NotJson(f"nested deeper than {MAX_DEPTH}")
    value = json.loads(text, parse_constant=refuse, parse_int=_integer, parse_float=_float)
    if _SURROGATE.search(text):
        dumps(value).encode()  # UnicodeEncodeError is a ValueError
    return value


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise NotJson(f"a number has more than {MAX_DIGITS} digits")
    return int(text)


def _float(text: str) -> float:
    if math.isinf(value := float(text)):
        raise NotJson(f"{text} is too large")
    return value


def unwrap(value: Any, depth: int = 1) -> Any:
    """A value that may be JSON in a string: the value. Other strings stay strings; ValueError only for text that begins like JSON and is not."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        return loads(value)
    return value


def dumps(value: Any) -> str:
    """Compact JSON text with readable Unicode, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
