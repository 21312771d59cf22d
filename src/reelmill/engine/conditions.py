"""Conditions of activities: checked when a workflow is saved, decided when an activity is ready. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core.errors import Failure, Problems, UserText
from reelmill.core.model import MediaInfo
from reelmill.engine import registry
from reelmill.engine.condition_values import FACTS, ConditionError, Facts
from reelmill.media import probe

CODE = "ConditionFailed"  # of an activity whose condition cannot be decided
_SHOWN = 240  # characters of a condition that a sentence shows
_LARGE = frozenset({"raw", "properties", "segments", "parts"})  # members of results that are no facts


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition means for its activity: it goes on, it is skipped (and why), or it has failed."""

    holds: bool
    reason: UserText = ""
    failure: Failure | None = None

    @property
    def state(self) -> str:
        """The state into which it brings its activity, "" for none: it goes on."""
        return "Fail" if self.failure else "" if self.holds else "Skipped"


def check(text: Any, activities: Collection[str], problems: Problems, path: str, known: Collection[str] = FACTS) -> str:
    """A condition as it may be kept, "" when it is none; complaints go to `problems`. `activities`: those that it may
    name, because they are final when it is decided; `known`: the kinds of facts that there are then."""
    if not isinstance(text, str) or not text.strip():
        problems.add(path, "InvalidParameter", "A condition is an expression in CEL, such as: input.size > 1000000.")
        return ""
    from reelmill.engine import cel  # see there

    try:
        _, parts = cel.compiled(text)
        if never := cel.faults(text):
            raise never[0]
    except ConditionError as error:
        problems.add(path, "InvalidParameter", _refusal(error))
        return ""
    for name, tree in parts.activities().items():
        place = parts.place(tree)
        if not name:
            problems.add(path, "InvalidParameter", f"Name one activity at character {place}: activities.NAME.state.")
        elif name not in activities:
            problems.add(
                path,
                "InvalidParameter",
                f'The condition names "{name}" at character {place}; it may name activities that lead to its own: '
                f"{', '.join(sorted(activities)) or '-'}.",
            )
    for name in sorted(parts.roots() - set(known)):
        problems.add(path, "InvalidParameter", f'"{name}" is not known yet when this is decided.')
    return text


def _refusal(error: ConditionError) -> UserText:
    if not error.place:
        return f"The condition cannot be used: {error.message}."
    return f"The condition cannot be read at character {error.place}: {error.message}."


def names(text: str, fact: str) -> bool:
    """Whether a condition looks at a fact, such as input.key."""
    from reelmill.engine import cel  # see there

    return fact.split(".") in cel.compiled(text)[1].facts()


def asks_for(text: str, name: str, *, analyses: bool) -> bool:
    """Whether a condition looks at more of an activity than its state; `analyses`: the activity makes `analysis`."""
    from reelmill.engine import cel  # see there

    facts = cel.compiled(text)[1].facts()
    named = any(fact[:2] == ["activities", name] and fact[2:3] != ["state"] for fact in facts)
    return named or (analyses and any(fact[0] == "analysis" for fact in facts))


def asks_about_media(text: str) -> bool:
    """Whether a condition looks at what is in a file."""
    from reelmill.engine import cel  # see there

    return "media" in cel.compiled(text)[1].roots()


def decide(text: str, facts: Facts) -> Verdict:
    """What becomes of an activity with this condition."""
    from reelmill.engine import cel  # see there

    found = cel.answer(text, facts)
    values, shown = ", ".join(found.shown()), _around(text, found.place)
    if found.holds:
        return Verdict(True)
    if found.holds is False:
        return Verdict(
            False, f"Its condition is false with {values}: {shown}" if values else f"Its condition is false: {shown}"
        )
    failed: UserText = f"Its condition failed at character {found.place}, {found.error}: {shown}"
    advice: UserText = f"It was decided with {values}." if values else "Mend the condition."
    return Verdict(False, failure=Failure(CODE, failed, advice))


def _around(text: str, place: int) -> str:
    """A condition as a sentence shows it: of a very long one what stands around a place."""
    if len(text) <= _SHOWN:
        return text
    begin = max(0, min(place - _SHOWN // 2, len(text) - _SHOWN))
    return f"{'…' * (begin > 0)}{text[begin : begin + _SHOWN]}{'…' * (begin + _SHOWN < len(text))}"


def of_run(execution: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]], now_ms: int) -> Facts:
    """The facts of a run as it stands: `rows` are its activities. For one condition: see `seen_by`."""
    nodes = execution["graph"]["activities"]
    start = next(name for name, node in nodes.items() if registry.node(node["type"]).role == "start")
    raw = rows[start]["result"].get(registry.node(nodes[start]["type"]).outputs.info)
    info = probe.parse(raw) if raw else None
    return Facts(
        input={
            "bucket": execution["bucket"],
            "key": execution["object"],
            "size": info.size if info else 0,
            "user_data": execution["user_data"],
        },
        media=of_media(info) if info else {},
        activities={name: {"state": row["state"], "result": _result(row["result"])} for name, row in rows.items()},
        now_ms=now_ms,
    )


def seen_by(facts: Facts, execution: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]], name: str) -> Facts:
    """The facts of a run that the condition of one activity may know: of what leads to it, for that has ended."""
    nodes = execution["graph"]["activities"]
    before = named(nodes, name)
    analysed = (rows[one]["result"] for one in before if registry.node(nodes[one]["type"]).analyses)
    return replace(facts, activities={n: facts.activities[n] for n in before}, analysis=_analysis(analysed))


def named(nodes: Mapping[str, Mapping[str, Any]], name: str) -> list[str]:
    """The activities that the condition of one may name, as check_conditions has it: those that lead to it, the nearest
    first."""
    found, front = [], [name]
    for one in front:
        for before in nodes[one]["predecessors"]:
            if before not in found:
                found.append(before)
                front.append(before)
    return found


def of_media(info: MediaInfo) -> dict[str, Any]:
    """`media` of a file that was looked at. Width and height as a viewer sees them."""
    first = info.video[0] if info.video else None
    about: dict[str, Any] = {
        "format": info.format_name,
        "duration": info.duration,
        "bitrate": info.bitrate,
        "size": info.size,
        "width": first.shown_width if first else 0,
        "height": first.shown_height if first else 0,
        "fps": float(first.fps) if first else 0.0,
    }
    return {"info": about, "streams": [*_pictures(info), *_tracks(info)]}


def _pictures(info: MediaInfo) -> Iterator[dict[str, Any]]:
    for one in info.video:
        yield {
            "type": "video",
            "codec": one.codec,
            "width": one.shown_width,
            "height": one.shown_height,
            "fps": float(one.fps),
            "bitrate": one.bitrate,
            "duration": one.duration,
            "hdr": one.hdr,
            "interlaced": one.interlaced,
            "index": one.index,
        }


def _tracks(info: MediaInfo) -> Iterator[dict[str, Any]]:
    for one in info.audio:
        yield {
            "type": "audio",
            "codec": one.codec,
            "channels": one.channels,
            "samplerate": one.samplerate,
            "language": one.language,
            "bitrate": one.bitrate,
            "duration": one.duration,
            "index": one.index,
        }
    for raw in info.raw.get("streams", ()):
        if raw.get("codec_type") == "subtitle":
            tags = raw.get("tags") or {}
            yield {
                "type": "subtitle",
                "codec": raw.get("codec_name", ""),
                "language": tags.get("language", ""),
                "index": int(raw.get("index", 0)),
            }


def _analysis(results: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the first of them that analysed the source found: its result has `templates`."""
    for found in results:
        if isinstance(found.get("templates"), list):
            return {
                "templates": [str(one) for one in found["templates"]],
                "vmaf": float(found.get("vmaf") or 0),
                "bitrate": float(found.get("bitrate") or 0),
            }
    return {}


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name not in _LARGE}
