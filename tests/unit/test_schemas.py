"""The schema of each node says the same as its `check`: what the one allows the other takes, what it leaves out or
forbids is complained about."""

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from reelmill.core import jsonx
from reelmill.core.errors import Problem, Problems
from reelmill.engine.registry import nodes
from reelmill.media import output, snapshots, template, template_fields
from reelmill.nodes import transcode

NODES = {name: node for name, node in nodes().items() if node.schema.get("properties")}
EXCLUSIVE = {  # members of which there is only one at a time
    "Transcode": ("MultiBitrateVideoStream", "ExtXMedia", "Representation", "WebVTTSubtitleURL", "InputConfig"),
    "AudioGroup": ("GroupId", "AdaptationSet"),
    "SubtitleGroup": ("GroupId", "AdaptationSet"),
}
WORDS = {
    *output.LATER,
    *output.OUTPUT.members,
    *transcode.PARAMETERS.members,
    *transcode.PARAMETERS.later,
    *snapshots.CONFIG.members,
    *snapshots.CONFIG.later,
    *template.SECTIONS,
    *(n for s in template._LATER.values() for n in s),
    *(n for s in template_fields.FIELDS.values() for n in s),
    "NoSuchName",
    "Bucket",
    "GroupId",
    "AdaptationSet",
    "PublishType",
    "Role",
}

Place = tuple[str | int, ...]
METHODS = {  # of Volume, and what belongs to each
    "dynamic": ("IntegratedLoudnessTarget", "TruePeak", "LoudnessRangeTarget"),
    "linear": ("Level",),
    "adaptive": ("PeakLevel",),
}


def example(schema: dict[str, Any], left_out: tuple[str, ...] = ()) -> Any:
    """A value with every part filled in."""
    if schema["type"] == "object":
        return {name: example(part) for name, part in schema["properties"].items() if name not in left_out}
    if schema["type"] == "array":
        return [example(schema["items"])]
    return next(iter(schema.get("examples") or schema.get("enum") or [schema.get("default", True)]))


def walk(schema: dict[str, Any], place: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
    yield place, schema
    for name, part in schema.get("properties", {}).items():
        yield from walk(part, (*place, name))
    if "items" in schema:
        yield from walk(schema["items"], (*place, 0))


def problems(name: str, raw: dict[str, Any]) -> list[Problem]:
    found = Problems()
    NODES[name].check(raw, found, "P")
    return found.found


def text_of(place: Place) -> str:
    return "P" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)


def put(raw: Any, place: Place, value: Any) -> Any:
    made = copy.deepcopy(raw)
    here = made
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = value
    return made


def others(name: str, kept: str) -> tuple[str, ...]:
    """The members that must not stand beside one."""
    exclusive = EXCLUSIVE.get(name, ())
    kept = kept if kept in exclusive else exclusive[0] if exclusive else ""
    beside = {"WebVTTSubtitleURL": "ExtXMedia", "InputConfig": "ExtXMedia"}.get(
        kept, kept
    )  # subtitles have a place too
    left = tuple(n for n in exclusive if n not in (kept, beside))
    return (*left, "Outputs") if beside != kept else left


def one_of_each(raw: dict[str, Any], place: Place = ()) -> dict[str, Any]:
    """Of what stands for each other inside of members, the one that a place leads to."""
    if config := raw.get("InputConfig"):
        file = config["InputFile"]
        for name in ("Bucket", "Location", "Object") if "URL" in place else ("URL",):
            del file[name]
        del config["InputFile" if "Map" in place else "Map"]
    for one in raw.get("Outputs", ()):
        one.pop("MergeList" if "MergeConfigUrl" in place else "MergeConfigUrl", None)
        volume = one["Audio"]["Volume"]
        volume["Method"] = next((method for method, own in METHODS.items() if set(own) & set(place)), "dynamic")
        for name in {n for own in METHODS.values() for n in own} - set(METHODS[volume["Method"]]):
            del volume[name]
    if str(raw.get("Representation", {}).get("URI", "")).endswith(".vtt"):
        raw["Representation"]["URI"] = "hd/video.mpd"
    return raw


def whole(name: str, place: Place = ()) -> dict[str, Any]:
    return one_of_each(dict(example(dict(NODES[name].schema), others(name, str(place[0]) if place else ""))), place)


def at(name: str, raw: dict[str, Any], place: Place) -> list[Problem]:
    return [p for p in problems(name, raw) if p.path == text_of(place)]


CASES = [(name, place, part) for name, node in NODES.items() for place, part in walk(dict(node.schema)) if place]


def good(part: dict[str, Any]) -> list[Any]:
    values: list[Any] = [*part.get("enum", []), *part.get("examples", [])]
    if part["type"] == "boolean":
        values += [True, False, "true", "false"]
    if part["type"] in ("integer", "number"):
        values += [part[edge] for edge in ("minimum", "maximum") if edge in part]
        values += [str(value) for value in values]  # MPS writes numbers as text
    return values


def bad(part: dict[str, Any]) -> list[Any]:
    values: list[Any] = []
    if part["type"] in ("integer", "number"):
        values += [part["minimum"] - 1 if "minimum" in part else part["exclusiveMinimum"], part["maximum"] + 1, "many"]
    if part["type"] == "integer":
        values.append(part["minimum"] + 0.5)
    if "enum" in part or part["type"] == "boolean":
        values.append("no such word")
    if "pattern" in part:
        values.append("?")
    if "maxLength" in part:
        values.append("x" * (part["maxLength"] + 1))
    return values


@pytest.mark.parametrize("name", NODES)
def test_a_full_example_is_accepted_by_both(name: str) -> None:
    for kept in EXCLUSIVE.get(name, ("",)):
        raw = one_of_each(example(dict(NODES[name].schema), others(name, kept)))
        assert problems(name, raw) == []
        jsonschema.validate(raw, NODES[name].schema)


@pytest.mark.parametrize(
    ("name", "place", "part"),
    CASES,
    ids=lambda v: v if isinstance(v, str) else text_of(v) if isinstance(v, tuple) else "",
)
def test_every_property_is_accepted_or_refused_for_its_value(name: str, place: Place, part: dict[str, Any]) -> None:
    raw = whole(name, place)
    for value in good(part):
        assert at(name, put(raw, place, value), place) == [], value
    for value in bad(part):
        assert at(name, put(raw, place, value), place), value
        assert not jsonschema.Draft202012Validator(part).is_valid(value)
    if part.get("x-json-string"):
        here: Any = raw
        for step in place:
            here = here[step]
        assert problems(name, put(raw, place, jsonx.dumps(here))) == []
    if part["type"] == "array":
        most = part.get("maxItems", 0)
        assert bool(problems(name, put(raw, place, []))) == bool(part["minItems"]) and (
            not most or problems(name, put(raw, place, [example(part["items"])] * (most + 1)))
        )


@pytest.mark.parametrize(
    ("name", "place", "part"),
    [(n, p, s) for n, node in NODES.items() for p, s in walk(dict(node.schema)) if s["type"] == "object"],
    ids=lambda v: v if isinstance(v, str) else text_of(v) if isinstance(v, tuple) else "",
)
def test_every_name_outside_is_refused_and_every_required_one_is_missed(
    name: str, place: Place, part: dict[str, Any]
) -> None:
    aliases = {alias for inner in part["properties"].values() for alias in inner.get("x-aliases", ())} | set(
        part.get("x-ignored", ())
    )
    for word in sorted(WORDS - part["properties"].keys() - aliases):
        assert at(name, put(whole(name, place), (*place, word), "x"), (*place, word)), word
    for word in part.get("required", ()):
        raw = whole(name, place)
        here: Any = raw
        for step in place:
            here = here[step]
        here[word] = ""  # empty counts as absent
        assert problems(name, raw), word


@pytest.mark.parametrize(
    ("name", "place", "part"),
    CASES,
    ids=lambda v: v if isinstance(v, str) else text_of(v) if isinstance(v, tuple) else "",
)
def test_people_can_read_every_property_in_both_languages(name: str, place: Place, part: dict[str, Any]) -> None:
    assert part["title"] and part["x-zh"]["title"] and ("description" in part) == ("description" in part["x-zh"])
    node = NODES[name]
    assert node.label and node.help and node.label_zh and node.help_zh
