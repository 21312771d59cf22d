"""What makes the outputs of a job what they are, whatever they are called, and how they are called anew. Pure.

A content key stands for the source's bytes, the job as it was resolved, and the versions of node and tools. What only
says where outputs go is no part of it: `NodeType.places` tells which members of a spec that are; their extensions are,
for they say in which form something is made.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from posixpath import dirname, relpath
from typing import Any
from urllib.parse import quote

from reelmill.core import placeholders
from reelmill.nodes.base import NodeType

Place = tuple[str, str]  # a bucket, and a key with what is not known before the end ({Count}, {DestMd5})
LISTS = ("application/vnd.apple.mpegurl", "application/dash+xml")  # types of what leads to other objects
MAY_LEAD = ("text/vtt",)  # ... and of what perhaps does: an index of pictures, or subtitles

# What no output depends on: whose it is, when its turn comes, what is echoed, how it is cut to be made.
_BESIDE = frozenset({"user_data", "priority", "pipeline_id", "request", "piece_seconds", "looks"})
_MADE_BY: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {  # what only some jobs depend on, of the host's tools
    "font": lambda spec: bool(spec.get("texts")) or any("TextWaterMark" in mark for mark in spec.get("marks") or ()),
    "master key": lambda spec: bool((spec.get("encryption") or {}).get("media") or spec.get("lock")),
}
_MARKS = r"-(?:\$|init\b|video-|audio-|frames\.)"  # how files of an output go on behind its name (media.streams)


def key(node: NodeType, tools: Mapping[str, str], source: str, spec: Mapping[str, Any]) -> str:
    """The content key of a job of this node. `source`: SHA-256 of what it works on; `tools`: tool -> its version."""
    bare, places = split(spec, node.places)
    used = {name: version for name, version in tools.items() if name not in _MADE_BY or _MADE_BY[name](spec)}
    told = {"node": node.name, "version": node.version, "tools": used, "source": source, "spec": bare}
    told["forms"] = [_form(name) for _, name in places]
    return sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def split(spec: Mapping[str, Any], places: Sequence[tuple[str, str]]) -> tuple[dict[str, Any], list[Place]]:
    """(what matters of a spec, where its outputs go), by the paths of buckets and keys in it (`a.b`, `list.*.b`)."""
    bare: dict[str, Any] = json.loads(json.dumps({n: v for n, v in spec.items() if n not in _BESIDE}))
    found: list[Place] = []
    for bucket, name in places:
        buckets, names = _take(bare, bucket.split(".")), _take(bare, name.split("."))
        found += [(str(b), str(n)) for b, n in zip(buckets, names, strict=False)]
    return bare, found


def _take(value: Any, path: Sequence[str]) -> list[Any]:
    """Take the members at the end of a path out of a value."""
    head, rest = path[0], path[1:]
    if head == "*":
        return [one for item in value if isinstance(value, list) for one in _take(item, rest)]
    if not isinstance(value, dict) or head not in value:
        return []
    return _take(value[head], rest) if rest else [value.pop(head)]


def renamed(bucket: str, name: str, before: Sequence[Place], now: Sequence[Place]) -> Place | None:
    """Where an object goes that lay there when outputs went to the places `before`, now that they go to others; None
    when that cannot be told: when it is no output itself, and lies beside several that go different ways."""
    here = [(old, *new) for (at, old), new in zip(before, now, strict=True) if at == bucket]
    itself = {(to, _filled(name, old, new)) for old, to, new in here if _filled(name, old, old)}
    found = itself or {(to, _beside(name, old, new)) for old, to, new in here if name.startswith(_stem(old))}
    to, told = found.pop() if len(found) == 1 else ("", None)
    return (to, told) if told else None


def _filled(name: str, old: str, new: str) -> str | None:
    """The output itself: what its placeholders stood for is put into the new name."""
    known, parts = set[str](), []
    for part in re.split(r"(\{[A-Za-z]+\d?\})", old):
        if placeholders.names(part) and part[1:-1] not in known:
            known.add(part[1:-1])
            parts.append(f"(?P<{part[1:-1]}>{re.escape(part)}|[0-9a-f]+)")
        else:
            parts.append(f"(?P={part[1:-1]})" if part[1:-1] in known else re.escape(part))
    found = re.fullmatch("".join(parts), name)
    return placeholders.fill(new, found.groupdict()) if found and placeholders.names(new) <= known else None


def _beside(name: str, old: str, new: str) -> str | None:
    """What lies beside the output: it begins like it and goes on by itself, in another way in a folder of its own."""
    was, now = _stem(old), _stem(new)
    alike = was.endswith("/") == now.endswith("/") and placeholders.names(old) == placeholders.names(new)
    return now + name[len(was) :] if was and alike and name.startswith(was) else None


def _stem(name: str) -> str:
    """A key without its extension and without what was not known before the end."""
    plain = re.sub(r"\{[A-Za-z]+\d?\}", "", name)
    folder, slash, base = plain.rpartition("/")
    stem = base.rpartition(".")[0] if "." in base else base
    return folder + slash + stem.rstrip("-_ ")


def _form(name: str) -> str:
    """The extension of a key, in small letters; "" for what is none."""
    extension = name.rpartition("/")[2].rpartition(".")[2].lower() if "." in name else ""
    return extension if re.fullmatch("[a-z0-9]{1,5}", extension) else ""


def result(told: Any, names: Mapping[Place, Place], before: Sequence[Place], now: Sequence[Place]) -> Any:
    """A job's result with the new names. `names`: object before -> now."""
    buckets = {old[0]: new[0] for old, new in [*zip(before, now, strict=True), *names.items()]}
    series = list(zip(before, now, strict=True))

    def place(bucket: str, text: str) -> Place | None:
        """Where the object goes that is told as this: one of this bucket, if there is one."""
        exact = [(old[0], new) for old, new in names.items() if old[1] == text]
        exact += [(at, (to, t)) for (at, old), (to, new) in series if (t := _filled(text, old, new))]
        return next((new for at, new in exact if at == bucket), exact[0][1] if exact else None)

    def told_anew(value: Any, bucket: str = "") -> Any:
        if isinstance(value, dict):
            own = value.get("bucket") or bucket
            anew = {n: v if n in ("properties", "media") else told_anew(v, own) for n, v in value.items()}
            if value.get("bucket"):
                goes = place(own, str(value.get("object") or ""))
                anew["bucket"] = goes[0] if goes else buckets.get(own, own)
            return anew
        if isinstance(value, list):
            return [told_anew(one, bucket) for one in value]
        goes = place(bucket, value) if isinstance(value, str) and value else None
        return goes[1] if goes else value

    return told_anew(told)


def must_change(entry: Place, names: Mapping[Place, Place]) -> bool:
    """Whether a list at this place leads to other objects by other names than before."""
    now = names[entry]
    return any(_lead(entry[1], old[1]) != _lead(now[1], new[1]) for old, new in names.items())


def rewritten(text: str, entry: Place, names: Mapping[Place, Place]) -> str | None:
    """A list (playlist, manifest, index) as it leads to the objects by their new names; None when it names none of
    them, so that nobody knows what it means."""
    now = names[entry]
    leads = {_lead(entry[1], old[1]): _lead(now[1], new[1]) for old, new in names.items()}
    stems = {_lead(entry[1], _stem(old[1])): _lead(now[1], _stem(new[1])) for old, new in names.items()}
    exact = "|".join(re.escape(one) for one in sorted(leads, key=len, reverse=True))
    heads = "|".join(re.escape(one) for one in sorted(stems, key=len, reverse=True) if one)
    pattern = rf"(?<![\w%.:/-])(?:(?P<whole>{exact})(?![\w%.-])|(?P<head>{heads})(?={_MARKS}))"
    anew, count = re.subn(pattern, lambda m: leads[m["whole"]] if m["whole"] else stems[m["head"]], text)
    return anew if count else None


def _lead(entry: str, name: str) -> str:
    """How a list leads to an object."""
    return quote(relpath(name, dirname(entry) or ".")) if name else ""
