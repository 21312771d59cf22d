"""Files of a folder -> the documents in them. YAML as version 1.2 reads it: `on`, `12:30:00` and `010` are texts; a key
that stands twice is a mistake; ROS's short forms (`!Ref`) are read."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from reelmill.cli.apply.resources import FileFault
from reelmill.core import jsonx

ENDINGS = (".yaml", ".yml", ".json")
_MOST = 200_000  # values of one file: an alias of an alias grows without end
_RESOLVED = (
    ("tag:yaml.org,2002:bool", re.compile(r"true|false|True|False|TRUE|FALSE"), "tfTF"),
    ("tag:yaml.org,2002:null", re.compile(r"~|null|Null|NULL|"), "~nN\0"),
    ("tag:yaml.org,2002:int", re.compile(r"[-+]?(0|[1-9][0-9]*)"), "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"),
        "-+.0123456789",
    ),
    ("tag:yaml.org,2002:merge", re.compile(r"<<"), "<"),
)


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a text", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f'"{key.value}" stands twice', key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    yaml_implicit_resolvers = {key: list(found) for key, found in yaml.SafeDumper.yaml_implicit_resolvers.items()}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


for _tag, _pattern, _first in _RESOLVED:
    _whole = re.compile(f"(?:{_pattern.pattern})$")
    _Loader.add_implicit_resolver(_tag, _whole, ["" if c == "\0" else c for c in _first])
    if not _tag.endswith("merge"):
        _Dumper.add_implicit_resolver(_tag, _whole, ["" if c == "\0" else c for c in _first])


def _short(loader: Any, name: str, node: Any) -> Any:
    """`!GetAtt A.B` as {"Fn::GetAtt": ["A", "B"]}."""
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if name == "GetAtt":
            value = value.split(".", 1)
    else:
        value = loader.construct_sequence(node, deep=True)
    return {"Ref" if name == "Ref" else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short)


def read(folder: Path) -> Iterator[tuple[str, Any]]:
    """(name of the file, document) of every YAML and JSON file of a folder, in the order of their names; hidden ones
    are left out. FileFault for what cannot be read."""
    if not folder.is_dir():
        raise FileFault(f"{folder} is no folder.")
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in ENDINGS and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not files:
        raise FileFault(f"{folder} holds no {', '.join(ENDINGS)} files.")
    for path in files:
        name = str(path.relative_to(folder))
        for document in _documents(path, name):
            if document is not None:
                yield name, _copied(document, name, [_MOST])


def _documents(path: Path, name: str) -> list[Any]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() == ".json":
            document = jsonx.loads(text)
            json.loads(text, object_pairs_hook=_once)
            return [document]
        return list(yaml.load_all(text, _Loader))
    except yaml.MarkedYAMLError as error:
        at = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise FileFault(f"{name}{at}: {error.problem or error.context or 'it is not YAML'}.") from error
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise FileFault(f"{name} cannot be read: {' '.join(str(error).split()) or type(error).__name__}.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON whose keys stand once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f'"{twice}" stands twice')
    return found


def _copied(value: Any, name: str, left: list[int], depth: int = 0) -> Any:
    """The document without aliases: JSON, of a bearable size."""
    left[0] -= 1
    if left[0] < 0 or depth > 4 * jsonx.MAX_DEPTH:
        raise FileFault(f"{name} is too large, or refers to itself.")
    if isinstance(value, dict):
        if strange := next((key for key in value if not isinstance(key, str)), None):
            raise FileFault(f"{name}: the key {strange!r} is no text; put it into quotes.")
        return {key: _copied(inner, name, left, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner, name, left, depth + 1) for inner in value]
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise FileFault(f"{name}: {value!a} holds half a character.")
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise FileFault(f"{name}: a value of the type {type(value).__name__} has no place here.")


def written(document: Any, form: str) -> str:
    """A document as text, "yaml" or "json"."""
    if form == "json":
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))
