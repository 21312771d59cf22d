"""Filters as use cases ask them: what core.filters says, and its Condition over the object."""

import logging
from typing import Any

from reelmill.core import clock, filters
from reelmill.core.errors import Problems, UserText
from reelmill.core.filters import EVERYTHING, Filter
from reelmill.engine import conditions
from reelmill.engine.condition_values import Facts
from reelmill.objects.buckets import Stat

log = logging.getLogger(__name__)
_FACTS = ("input", "now")  # what is known of an object before anybody looked into it
_LATER = ("input.user_data",)  # comes with AddMedia, which asks no filter


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
        place = f"{path}.Condition"
        good = conditions.check(found.condition, (), problems, place, _FACTS)
        for name in [one for one in _LATER if good and conditions.names(good, one)]:
            problems.add(place, "InvalidParameter", f'"{name}" is not known yet when this is decided.')


def stored(text: str) -> Filter:
    """The filter of a row, "": everything."""
    return filters.of(text) if text else EVERYTHING


def takes(found: Filter, bucket: str, key: str, stat: Stat) -> bool:
    """Whether an object passes. A Condition that fails lets nothing pass, and the log tells why."""
    holds, why = judged(found, bucket, key, stat)
    if why:
        log.warning("A filter left out %s/%s: %s", bucket, key, why)
    return holds


def judged(found: Filter, bucket: str, key: str, stat: Stat) -> tuple[bool, UserText]:
    """(whether an object passes, why its Condition cannot be decided)."""
    if not found.takes(key, stat.size, stat.mtime_ns // 1_000_000):
        return False, ""
    if not found.condition:
        return True, ""
    about = {"bucket": bucket, "key": key, "size": stat.size, "user_data": ""}
    from reelmill.engine import cel  # see there

    answer = cel.answer(found.condition, Facts(input=about, now_ms=clock.now_ms()))
    if answer.holds is None:
        return False, f"The Condition of the Filter failed at character {answer.place}: {answer.error}."
    return answer.holds, ""
