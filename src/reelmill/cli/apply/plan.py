"""Files against a server: what would have to be done. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reelmill.cli.apply.resources import KINDS, REFERRED, WORDS, FileFault, Resource, by_name, references
from reelmill.core import jsonx
from reelmill.core.compare import Change, changes
from reelmill.core.errors import Problems
from reelmill.media.template import check_template

Verb = Literal["add", "change", "delete"]
_SIGNS = {"add": "+", "change": "~", "delete": "-"}
# What the server fills in by itself, so that it is no difference.
_WHOLE = {"Template": ("Container", "Video", "Audio", "TransConfig", "MuxConfig"), "WaterMarkTemplate": ("Config",)}
_LONG = 120  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `there`: what the server has; None for what is new."""

    verb: Verb
    wanted: Resource
    there: Resource | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """`steps` in the order in which they can be done; `left`: what no file names and stays."""

    steps: tuple[Step, ...]
    left: tuple[Resource, ...]


def ids_of(server: Sequence[Resource]) -> dict[str, tuple[str, str]]:
    """Id -> (kind, name) of what can be referred to by its name: there is one of that name."""
    count = Counter((one.kind, one.name) for one in server)
    return {one.id: (one.kind, one.name) for one in server if one.kind in REFERRED and count[one.kind, one.name] == 1}


def plan(files: Sequence[Resource], sections: frozenset[str], server: Sequence[Resource], *, prune: bool) -> Plan:
    """`sections`: the kinds that the files speak of; with `prune` what they do not name of these goes. FileFault when
    the files contradict themselves or name what is not there."""
    _check(files, server)
    known = ids_of(server)
    there = {(one.kind, one.name): one for one in server}
    steps = []
    for kind in KINDS:
        for wanted in (one for one in files if one.kind == kind):
            old = there.get((kind, wanted.name))
            if old is None:
                steps.append(Step("add", wanted))
            elif found := _differences(old, wanted, known):
                _changeable(wanted, found)
                steps.append(Step("change", wanted, old, tuple(found)))
    named = {(one.kind, one.name) for one in files}
    left = [one for one in server if (one.kind, one.name) not in named]
    going = [one for one in left if prune and one.kind in sections]
    _spare([*(by for by in left if by not in going), *files], going)
    for kind in reversed(KINDS):
        steps += [Step("delete", one, one) for one in going if one.kind == kind]
    return Plan(tuple(steps), tuple(one for one in left if one not in going))


def _check(files: Sequence[Resource], server: Sequence[Resource]) -> None:
    twice = Counter((one.kind, one.name) for one in server)
    seen: dict[tuple[str, str], Resource] = {}
    for one in files:
        key = one.kind, one.name
        if key in seen:
            raise FileFault(f"{one.place}: {one.shown} stands in {seen[key].place} already.")
        if twice[key] > 1:
            raise FileFault(f"{one.place}: the server has {twice[key]} of the name {one.shown}; rename one of them.")
        seen[key] = one
    for one in files:
        for kind, name in references(one.body.get("Topology")):
            if (kind, name) not in seen and twice[kind, name] != 1:
                raise FileFault(
                    f'{one.place}: {one.shown} refers to the {WORDS[kind]} "{name}", which stands in no file and '
                    f"{'twice on the server' if twice[kind, name] else 'not on the server'}."
                )


def _spare(staying: Sequence[Resource], going: Sequence[Resource]) -> None:
    """Nothing goes that a workflow which stays needs: the server would let it go, and every run would fail."""
    for one in staying:
        topology = one.body.get("Topology")
        using, text = needed(topology), jsonx.dumps(topology)
        for lost in going:
            if (lost.kind, lost.name) in using or (lost.kind in REFERRED and lost.id in text):
                raise FileFault(
                    f"{lost.shown} stands in no file and would be deleted, but {one.shown} uses it: write it into a "
                    "file, or let the workflow go as well."
                )


def needed(topology: Any) -> set[tuple[str, str]]:
    """(kind, name) of all that a topology names."""
    return {*references(topology), *_buckets(topology)}


def _buckets(value: Any) -> Iterator[tuple[str, str]]:
    """The buckets that a document names, as references."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key in ("Bucket", "OutputBucket") and isinstance(inner, str):
            yield "Bucket", inner
        yield from _buckets(inner)


def _differences(old: Resource, wanted: Resource, known: Mapping[str, tuple[str, str]]) -> list[Change]:
    """Fields that the file does not name stay as they are; templates are replaced as a whole."""
    before, after = dict(old.body), dict(by_name(wanted.body, known))
    names = [*after, *(name for name in _WHOLE.get(old.kind, ()) if name in before and name not in after)]
    shown = {name: before[name] for name in names if before.get(name) not in (None, "", {})}
    filling = {name: filled(old.kind, name, after.get(name)) for name in names}
    asked = {name: value for name, value in filling.items() if value not in (None, "", {})}
    if old.kind == "Template":
        shown, asked = _kept(shown), _kept(asked)
    return changes(shown, asked)


def _kept(sections: dict[str, Any]) -> dict[str, Any]:
    """A template as the server keeps it, in its spelling (H.264 for h.264, 23 for 23.0). What it would refuse stays as
    it is: then the server says why."""
    problems = Problems()
    checked = check_template(sections, problems, "Template")
    return sections if problems.found else {"Name": sections["Name"]} | checked


def filled(kind: str, field: str, value: Any) -> Any:
    """A value with the defaults that the server shows in its place."""
    given = value.get("Timeline") or {} if isinstance(value, dict) else None
    if (kind, field) == ("WaterMarkTemplate", "Config") and isinstance(given, dict):
        timeline = {"Start": "0", "Duration": "ToEND"} | given
        return {"Dx": "0", "Dy": "0", "ReferPos": "TopRight", "Type": "Image"} | value | {"Timeline": timeline}
    return value


def _changeable(wanted: Resource, found: Sequence[Change]) -> None:
    fixed = {"Pipeline": ("Speed", "SpeedLevel"), "Bucket": ("Type",)}.get(wanted.kind, ())
    for change in found:
        if change.steps[0] in fixed:
            raise FileFault(
                f"{wanted.place}: {change.path} of {wanted.shown} cannot be changed; it is {change.before}."
            )


def told(found: Plan) -> str:
    """A plan as people read it."""
    lines = []
    for step in found.steps:
        lines.append(f"{_SIGNS[step.verb]} {step.wanted.shown}")
        for one in step.changes:
            before = "" if one.kind == "Added" else f"{_short(one.before)} -> "
            lines.append(f"    {one.path}: {before}{'gone' if one.kind == 'Removed' else _short(one.after)}")
    if found.left:
        count = Counter(WORDS[one.kind] for one in found.left)
        few = ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in count.items())
        lines.append(f"In no file, and left alone: {few}.")
    verbs = Counter(step.verb for step in found.steps)
    lines.append(
        f"Plan: {verbs['add']} to add, {verbs['change']} to change, {verbs['delete']} to delete."
        if found.steps
        else "The server is as the files say."
    )
    return "\n".join(lines)


def _short(value: Any) -> str:
    text = jsonx.dumps(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]} ..."
