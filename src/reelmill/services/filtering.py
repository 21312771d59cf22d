"""Filters as use cases ask them: what core.filters says, and its Condition over the object."""

import logging
from typing import Any

from reelmill.core import clock, filters
from reelmill.core.errors import Problems
from reelmill.core.filters import EVERYTHING, Filter
from reelmill.engine import conditions
from reelmill.engine.condition_values import Facts
from reelmill.objects.buckets import Stat

log = logging.getLogger(__name__)
_FACTS = ("input", "now")  # what is known of an object before anybody looked into it


def given(raw: Any, path: str = "Filter") -> Filter:
    """The filter that a caller gave. CallerError with everything that is wrong with it."""
    problems = Problems()
    found = filters.FILTER.check(raw, problems, path)
    check(found, problems, path)
    problems.refuse(path)
    return found


def check(found: Filter, problems: Problems, path: str) -> None:
    """Complain about a Condition that cannot be decided when an object arrives."""
    if found.condition:
        conditions.check(found.condition, (), problems, f"{path}.Condition", _FACTS)


def stored(text: str) -> Filter:
    """The filter of a row, "": everything."""
    return filters.of(text) if text else EVERYTHING


def takes(found: Filter, bucket: str, key: str, stat: Stat) -> bool:
    """Whether an object passes. A Condition that fails lets nothing pass, and the log tells why."""
    if not found.takes(key, stat.size, stat.mtime_ns // 1_000_000):
        return False
    if not found.condition:
        return True
    about = {"bucket": bucket, "key": key, "size": stat.size, "user_data": ""}
    from reelmill.engine import cel  # see there

    answer = cel.answer(found.condition, Facts(input=about, now_ms=clock.now_ms()))
    if answer.holds is None:
        log.warning("The Condition of a Filter failed for %s/%s: %s", bucket, key, answer.error)
    return bool(answer.holds)
