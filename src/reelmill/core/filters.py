"""Which objects a trigger or a backfill takes besides the prefix: ending, glob, size, time. Declared once, for Start
and for operations. Pure."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import clock, declare
from reelmill.core.errors import Problems
from reelmill.core.fields import Array, At, Refused
from reelmill.core.matching import same_form

_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Filter:
    """All that is given must hold. `suffixes` (any of them; case does not matter) and `glob` look at the key, sizes
    count bytes, times are `_ms` values of the last change, both ends included. `condition` is for those who can
    read it (services.filtering)."""

    suffixes: tuple[str, ...] = ()
    glob: str = ""
    min_size: int | None = None
    max_size: int | None = None
    after_ms: int | None = None
    before_ms: int | None = None
    condition: str = ""

    def takes_key(self, key: str) -> bool:
        """As far as the key tells."""
        plain = same_form(key)
        suffixes = tuple(same_form(suffix).lower() for suffix in self.suffixes)
        return (not suffixes or plain.lower().endswith(suffixes)) and (
            not self.glob or glob_matches(same_form(self.glob), plain)
        )

    def takes(self, key: str, size: int, modified_ms: int) -> bool:
        """Whether an object passes."""
        return (
            self.takes_key(key)
            and (self.min_size is None or size >= self.min_size)
            and (self.max_size is None or size <= self.max_size)
            and (self.after_ms is None or modified_ms >= self.after_ms)
            and (self.before_ms is None or modified_ms <= self.before_ms)
        )


EVERYTHING = Filter()


def glob_matches(pattern: str, key: str) -> bool:
    """`*` and `?` stand for what is in one step of a path, `**` for any number of steps, `[ab]` for one of these. A
    pattern without a slash is about the file's name alone."""
    if "/" not in pattern and pattern != "**":
        return fnmatch.fnmatchcase(key.rpartition("/")[2], pattern)
    steps = key.split("/")
    reached = {0}  # how many steps of the key the pattern has eaten so far, in every way
    for part in pattern.split("/"):
        if part == "**":
            reached = set(range(min(reached), len(steps) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(steps) and fnmatch.fnmatchcase(steps[at], part)}
        if not reached:
            return False
    return len(steps) in reached


def of(raw: Any, path: str = "Filter") -> Filter:
    """The filter of a document. CallerError with everything that is wrong with it."""
    problems = Problems()
    found = FILTER.check(raw, problems, path)
    problems.refuse(path)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts(Array):
    """A list of texts; one text alone may stand for a list of it."""

    def read(self, raw: Any, at: At) -> Any:
        return Array.read(self, [raw] if isinstance(raw, str) and not raw.lstrip().startswith("[") else raw, at)


def _moment(text: str) -> Any:
    try:
        return clock.from_iso(text)
    except ValueError:
        return Refused("InvalidParameter.Format", "it must look like 2026-11-23T06:10:25Z")


def _in_order(good: Mapping[str, Any], _given: Mapping[str, Any], at: At) -> None:
    for low, high in (("MinSize", "MaxSize"), ("ModifiedAfter", "ModifiedBefore")):
        if low in good and high in good and good[low] > good[high]:
            at.refuse("InvalidParameter", f"{high} must not lie below {low}")


def _size(title: str, zh: str) -> Any:
    return declare.whole(title, zh, 0, _LARGEST, examples=[1048576], wrong="it must be a number of bytes")


def _time(title: str, zh: str) -> Any:
    return declare.text(title, zh, example="2026-11-23T06:10:25Z", trim=True, then=_moment, absent=None)


_SUFFIX = declare.array(
    "Endings",
    "后缀",
    declare.text("Ending", "后缀", example=".mp4", minLength=1, maxLength=255, wrong="an ending has 1 to {most} bytes"),
    "The key ends so; upper and lower case are the same.",
    "对象名的结尾，不区分大小写。",
    least=1,
    most=50,
    wrong="it must be a text or an array of texts",
)

FILTER = declare.record(
    "Filter",
    "过滤条件",
    {
        "Suffix": _Texts(schema=_SUFFIX.schema, items=_SUFFIX.items, wrong=_SUFFIX.wrong, absent=()),
        "Glob": declare.text(
            "Pattern",
            "通配符",
            "* and ? within a name, ** for any folders; without a slash it is about the file's name alone.",
            "* 和 ? 匹配名称中的字符，** 匹配任意层目录；不含斜杠时只匹配文件名。",
            example="news/**/*.mov",
            maxLength=1023,
            wrong="a pattern has at most {most} bytes",
        ),
        "MinSize": _size("Smallest size", "最小字节数"),
        "MaxSize": _size("Largest size", "最大字节数"),
        "ModifiedAfter": _time("Changed at or after", "修改时间不早于"),
        "ModifiedBefore": _time("Changed at or before", "修改时间不晚于"),
        "Condition": declare.text(
            "Condition",
            "条件",
            "An expression in CEL over input: bucket, key and size.",
            "关于 input（bucket、key、size）的 CEL 表达式。",
            example="input.size > 1000",
        ),
    },
    "Only objects for which all of it holds.",
    "只处理满足全部条件的对象。",
    make=lambda given: Filter(
        suffixes=tuple(given["Suffix"] or ()),
        glob=given["Glob"] or "",
        min_size=given["MinSize"],
        max_size=given["MaxSize"],
        after_ms=given["ModifiedAfter"],
        before_ms=given["ModifiedBefore"],
        condition=given["Condition"] or "",
    ),
    unknown='"{name}" is not part of a Filter; it has {known}.',
    rules=(_in_order,),
    absent=EVERYTHING,
)


def to_json(given: Filter) -> dict[str, Any]:
    """As a document that `of` reads."""
    times = {"ModifiedAfter": given.after_ms, "ModifiedBefore": given.before_ms}
    values = {
        "Suffix": list(given.suffixes),
        "Glob": given.glob,
        "MinSize": given.min_size,
        "MaxSize": given.max_size,
        **{name: None if ms is None else clock.iso_exact(ms) for name, ms in times.items()},
        "Condition": given.condition,
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}
