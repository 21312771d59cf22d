"""JSON that may be nested or a string holding JSON, as MPS clients send it."""

import json
import math
import re
from itertools import accumulate
from typing import Any

from reelmill.core.errors import UserText

MAX_DEPTH = 24
MAX_INSIDE = 100_000  # objects and lists in one text: the collector stops everybody to look through more
MAX_DIGITS = 40  # of a whole number
_TEXT = re.compile(
    r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL
)  # also one without an end: each character is looked at once, whatever comes
_NO_BRACKETS = bytes(b for b in range(128) if b not in b"[]{}")
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")  # read as signed: one deeper, one back
_NUL = r"\u0000"
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class NotJson(ValueError):
    """Text that other readers might take for JSON, and we do not."""

    def __init__(self, why: UserText):
        super().__init__(why)


def loads(text: str, *, nul: bool = False) -> Any:
    """Parse strict JSON. ValueError for anything else, also for nesting deeper than MAX_DEPTH, for more objects and
    lists than MAX_INSIDE, for numbers that are none (NaN) or beyond all use, and for texts that hold half a character
    (a lone surrogate), which neither UTF-8 nor the database can hold, or U+0000, which PostgreSQL cannot hold (`nul`:
    somebody else looks after that)."""

    def refuse(name: str) -> Any:
        raise NotJson(f"{name} is not JSON")

    brackets = _brackets(text)  # before json.loads: a bomb of brackets must not reach its recursion
    if len(brackets) > 2 * MAX_INSIDE:
        raise NotJson(f"it has more than {MAX_INSIDE} objects and lists")
    if _depth(brackets) > MAX_DEPTH:
        raise NotJson(f"nested deeper than {MAX_DEPTH}")
    value = json.loads(text, parse_constant=refuse, parse_int=_integer, parse_float=_float)
    if _SURROGATE.search(text):
        dumps(value).encode()  # UnicodeEncodeError is a ValueError
    if not nul and _NUL in text and _has_nul(value):
        raise NotJson("a text holds the character U+0000")
    return value


def _has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any("\0" in key or _has_nul(part) for key, part in value.items())
    return any(map(_has_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def _brackets(text: str) -> memoryview:
    """Where brackets open (1) and close (-1), those in strings not counted."""
    steps = _TEXT.sub("", text).encode("ascii", "ignore").translate(_STEPS, _NO_BRACKETS)
    return memoryview(steps).cast("b")


def _depth(brackets: memoryview) -> int:
    return max(accumulate(brackets), default=0)


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise NotJson(f"a number has more than {MAX_DIGITS} digits")
    return int(text)


def _float(text: str) -> float:
    if math.isinf(value := float(text)):
        raise NotJson(f"{text} is too large")
    return value


def unwrap(value: Any, depth: int = 1) -> Any:
    """A value that may be JSON in a string: the value. Other strings stay strings; ValueError only for text that begins
    like JSON and is not."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        return loads(value)
    return value


def dumps(value: Any) -> str:
    """Compact JSON text with readable Unicode, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
