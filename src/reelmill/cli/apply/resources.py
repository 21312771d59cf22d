"""What can stand in files and on a server: one `Resource` each, with references by name instead of ids. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reelmill.core import jsonx
from reelmill.core.errors import ReelMillError

# kind -> its fields, in the order in which things are made; each may refer to those before it.
FIELDS: dict[str, tuple[str, ...]] = {
    "Bucket": ("Bucket", "Type", "Referer"),
    "Pipeline": ("Name", "State", "Speed", "SpeedLevel", "Role", "NotifyConfig", "MaxConcurrency"),
    "Template": ("Name", "Container", "Video", "Audio", "TransConfig", "MuxConfig"),
    "WaterMarkTemplate": ("Name", "Config"),
    "Workflow": ("Name", "State", "TriggerMode", "Reuse", "Topology"),
}
KINDS = tuple(FIELDS)
REFERRED = ("Pipeline", "Template", "WaterMarkTemplate")
WORDS = {
    "Bucket": "bucket",
    "Pipeline": "pipeline",
    "Template": "template",
    "WaterMarkTemplate": "watermark template",
    "Workflow": "workflow",
}
# Words that may stand in a field; those of Reuse however they are written.
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "Pipeline": {"State": ("Active", "Paused")},
    "Workflow": {
        "State": ("Active", "Inactive"),
        "TriggerMode": ("OssAutoTrigger", "NotInAuto"),
        "Reuse": ("Off", "Run", "Workflow", "Account"),
    },
}
_MARK = "\x01"  # around a reference inside a text: Fn::Sub writes ids into JSON


class FileFault(ReelMillError):
    """A file says what cannot be done. The message names the file."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing. `body`: its fields by the names of the API; `place`: the file that asks for it; `id`: the server's."""

    kind: str
    name: str
    body: Mapping[str, Any]
    place: str = ""
    id: str = ""
    seen: Mapping[str, Any] = field(default_factory=dict)  # what the server said of it

    @property
    def shown(self) -> str:
        return f'{WORDS[self.kind]} "{self.name}"'


def resource(kind: str, body: Any, place: str) -> Resource:
    """What a file says of one thing. FileFault when it is none."""
    if not isinstance(body, dict):
        raise FileFault(f"{place}: a {WORDS[kind]} must be a mapping of {', '.join(FIELDS[kind])}.")
    label = "Bucket" if kind == "Bucket" else "Name"
    name = body.get(label)
    if not isinstance(name, str) or not name:
        if name not in (None, ""):
            raise FileFault(f"{place}: {WORDS[kind]}: {label} must be a text; put {jsonx.dumps(name)} into quotes.")
        raise FileFault(f"{place}: a {WORDS[kind]} has no {label}.")
    if unknown := sorted(set(map(str, body)) - set(FIELDS[kind])):
        raise FileFault(
            f'{place}: {WORDS[kind]} "{name}": "{unknown[0]}" is none of its fields: {", ".join(FIELDS[kind])}.'
        )
    if kind == "Bucket" and body.get("Type") not in ("Input", "Output"):
        raise FileFault(f'{place}: bucket "{name}": Type must be Input or Output.')
    if kind == "Bucket" and body["Type"] == "Output" and body.get("Referer"):
        raise FileFault(f'{place}: bucket "{name}": Referer is for input buckets.')
    if kind == "Workflow" and not body.get("Topology"):
        raise FileFault(f'{place}: workflow "{name}" has no Topology.')
    if kind == "Workflow" and isinstance(body["Topology"], str):
        body = {**body, "Topology": _parsed(body["Topology"], f'{place}: workflow "{name}"')}
    if kind == "WaterMarkTemplate" and isinstance(body.get("Config"), str) and body["Config"]:
        body = {**body, "Config": _parsed(body["Config"], f'{place}: watermark template "{name}"', "Config")}
    body = spelled(kind, {key: value for key, value in body.items() if value not in (None, "")})
    for key, words in CHOICES.get(kind, {}).items():
        if key in body and body[key] not in words:
            said = jsonx.dumps(body[key])
            raise FileFault(f'{place}: {WORDS[kind]} "{name}": {key} is one of {", ".join(words)}, not {said}.')
    return Resource(kind, name, body, place)


def spelled(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """The fields of a thing, with those words as we write them that the server takes in any letters."""
    reuse = body.get("Reuse")
    return body | {"Reuse": reuse.capitalize()} if kind == "Workflow" and isinstance(reuse, str) else body


def _parsed(text: str, where: str, field: str = "Topology") -> Any:
    try:
        return jsonx.loads(text)
    except ValueError as error:
        raise FileFault(f"{where}: its {field} is not JSON: {error}.") from error


def reference(value: Any) -> tuple[str, str] | None:
    """(kind, name) of a mapping that stands for an id, such as {Pipeline: films}."""
    if isinstance(value, dict) and len(value) == 1:
        kind, name = next(iter(value.items()))
        if kind in REFERRED and isinstance(name, str):
            return kind, name
    return None


def marked(kind: str, name: str) -> str:
    """A reference as a part of a text, until `by_name` finds it."""
    return f"{_MARK}{kind}:{name}{_MARK}"


def by_name(value: Any, known: Mapping[str, tuple[str, str]]) -> Any:
    """A document with references instead of the ids that are `known` (id -> kind and name), also in the JSON of
    texts."""
    if isinstance(value, dict):
        return {key: by_name(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [by_name(inner, known) for inner in value]
    if not isinstance(value, str):
        return value
    if value in known:
        return dict([known[value]])
    if value[:1] == value[-1:] == _MARK and value.count(_MARK) == 2:
        kind, _, name = value.strip(_MARK).partition(":")
        return {kind: name}
    if value[:1] in ("{", "[") and (_MARK in value or any(one in value for one in known)):
        try:
            return by_name(jsonx.loads(value.replace(_MARK, r"\u0001") if _MARK in value else value), known)
        except ValueError:
            return value
    return value


def references(value: Any) -> Iterable[tuple[str, str]]:
    """Every reference in a document."""
    if found := reference(value):
        yield found
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from references(inner)


def by_id(value: Any, ids: Mapping[tuple[str, str], str]) -> Any:
    """A document with ids instead of references. KeyError for one that is not in `ids`."""
    if found := reference(value):
        return ids[found]
    if isinstance(value, dict):
        return {key: by_id(inner, ids) for key, inner in value.items()}
    return [by_id(inner, ids) for inner in value] if isinstance(value, list) else value
