"""OverrideParams of AddMedia (workflow.md 7.6): what one run takes instead of what its workflow says. Subtitles only.
Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reelmill.core import jsonx
from reelmill.core.errors import CallerError, Problems

_HLS = "WebVTTSubtitleOverrides"
_NAME = "OverrideParams"


def applied(topology: str, given: str) -> str:
    """The topology with what is given in place of what it says. Every problem goes into one CallerError."""
    document, problems = jsonx.loads(topology), Problems()
    try:
        wanted = jsonx.unwrap(given)
    except ValueError as error:
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", _NAME, f"It is not JSON: {error}.") from error
    if not isinstance(wanted, Mapping):
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", _NAME, "It must be an object.")
    for path, name, parameter, value in _changes(wanted, problems):
        activity = document["Activities"].get(name)
        parameters = jsonx.unwrap(activity.get("Parameters") or {}) if isinstance(activity, dict) else {}
        if parameter not in parameters:
            problems.add(
                path, "InvalidParameter.ResourceNotFound", f'"{name}" is no activity of the workflow with {parameter}.'
            )
            continue
        before = jsonx.unwrap(parameters[parameter]) if parameter == "InputConfig" else None
        activity["Parameters"] = parameters | {parameter: {**before, **value} if before else value}
    problems.refuse(_NAME)
    return json.dumps(document, ensure_ascii=False)


def _changes(wanted: Mapping[str, Any], problems: Problems) -> Iterator[tuple[str, str, str, Any]]:
    """(path, activity, its parameter, what it becomes)."""
    for name, value in wanted.items():
        if name == _HLS:
            yield from _of_hls(value, problems)
        elif isinstance(found := _object(value), Mapping) and isinstance(_object(found.get("InputConfig")), Mapping):
            yield f"{_NAME}.{name}", name, "InputConfig", _object(found["InputConfig"])
        else:
            problems.add(f"{_NAME}.{name}", "InvalidParameter", "it must be an object with InputConfig")


def _of_hls(value: Any, problems: Problems) -> Iterator[tuple[str, str, str, Any]]:
    listed = _object(value)
    if not isinstance(listed, list):
        problems.add(f"{_NAME}.{_HLS}", "InvalidParameter.JsonArrayFormatInvalid", "it must be an array")
        return
    for number, one in enumerate(map(_object, listed)):
        path = f"{_NAME}.{_HLS}[{number}]"
        if isinstance(one, Mapping) and one.get("RefActivityName") and one.get("WebVTTSubtitleURL"):
            yield path, str(one["RefActivityName"]), "WebVTTSubtitleURL", str(one["WebVTTSubtitleURL"])
        else:
            problems.add(path, "MissingParameter", "it needs RefActivityName and WebVTTSubtitleURL")


def _object(value: Any) -> Any:
    try:
        return jsonx.unwrap(value)
    except ValueError:
        return value
