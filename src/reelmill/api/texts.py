"""What the operations mean, in words: spec/texts.json (English and Chinese; English of our own operations stands with
them in the table) and spec/examples.json (real exchanges, recorded by tests/contract/record_examples.py); and why some
fields that MPS's answers have stay empty here, spec/absent.json. Pure."""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any

from reelmill.core.errors import CODES

Parameters = Mapping[str, Any]  # name -> anything with the fields of table.Parameter


@cache
def _read(name: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(resources.files(__package__).joinpath("spec", name).read_text("utf-8"))
    return found


def operation(name: str, language: str = "en") -> str:
    """What an operation does; "" when nothing is written."""
    return str(_read("texts.json")["operations"].get(name, {}).get(language, ""))


def parameter(of: str, name: str, language: str = "en") -> str:
    """What a parameter of an operation means: its own words there, else those that hold everywhere; "" when nothing is
    written."""
    texts = _read("texts.json")
    own = texts["operations"].get(of, {}).get("parameters", {}).get(name, {})
    return str(own.get(language) or texts["parameters"].get(name, {}).get(language, ""))


def example(name: str) -> Mapping[str, Any] | None:
    """A `request` and its `answer` as a server took and gave them; None for operations that are not built."""
    return _read("examples.json").get(name)


def absent(name: str, path: str) -> str:
    """Why an operation never fills a field of its answer that MPS's clients can read; "" when it does. `path` is
    `MediaList.Media[].File.URL`, with or without the brackets of lists."""
    plain = path.replace("[]", "")
    for entry in _read("absent.json")["responses"]:
        if name in entry.get("in", [name]) and any(fnmatchcase(plain, pattern) for pattern in entry["paths"]):
            return str(entry["reason"])
    return ""


def own_errors(name: str) -> Mapping[str, str]:
    """Code -> when an operation answers it, beyond what follows from its parameters."""
    found: Mapping[str, str] = _read("texts.json")["operations"].get(name, {}).get("errors", {})
    return found


def errors(name: str, parameters: Parameters, access: str) -> dict[str, str]:
    """Code -> when an operation answers it: what follows from the parameters, then what is written about it."""
    told: dict[str, list[str]] = {}
    for p in parameters.values():
        for code in _codes(p):
            told.setdefault(code, []).append(f"`{p.name}`")
    made = {
        code: f"{_WHEN.get(code, 'It is wrong')}: {', '.join(dict.fromkeys(names))}." for code, names in told.items()
    }
    if access != "read":
        made["NoPermission"] = "The key's role may not do this."
    for code, sentence in own_errors(name).items():
        made[code] = f"{sentence} {made[code]}" if code in made else sentence
    return {code: made[code] for code in CODES if code in made}


_WHEN = {
    "MissingParameter": "It is required",
    "InvalidParameter.EmptyValue": "It is required and was empty",
    "InvalidParameter.UUIDFormatInvalid": "It is no id",
    "InvalidParameter.NumberFormatInvalid": "It is no whole number",
    "InvalidParameter.OutOfRange": "It is too small, too large or too long",
    "InvalidParameter.JsonObjectFormatInvalid": "It is no JSON object",
    "InvalidParameter.JsonArrayFormatInvalid": "It is no JSON array",
    "InvalidParameter.BucketNameInvalid": "It is no name of a bucket",
    "InvalidParameter.ListSizeExceed": "It has too many elements",
    "InvalidParameter.Format": "It is no time",
    "InvalidParameter.NotSupported": "It has no effect here",
    "InvalidParameter": "It is none of its words",
}
_OF_TYPE = {
    "id": ["InvalidParameter.UUIDFormatInvalid"],
    "ids": ["InvalidParameter.UUIDFormatInvalid"],
    "integer": ["InvalidParameter.NumberFormatInvalid", "InvalidParameter.OutOfRange"],
    "integers": ["InvalidParameter.NumberFormatInvalid"],
    "object": ["InvalidParameter.JsonObjectFormatInvalid"],
    "array": ["InvalidParameter.JsonArrayFormatInvalid"],
    "time": ["InvalidParameter.Format"],
    "bucket": ["InvalidParameter.BucketNameInvalid"],
    "boolean": ["InvalidParameter"],
}


def _codes(p: Any) -> list[str]:
    if p.refuse:
        return ["InvalidParameter.NotSupported"]
    found = [p.missing, "InvalidParameter.EmptyValue"] if p.required else []
    found += _OF_TYPE.get(p.type, [])
    if p.max_bytes or p.max_chars or p.item_bytes:
        found.append("InvalidParameter.OutOfRange")
    if p.max_items:
        found.append("InvalidParameter.ListSizeExceed")
    if p.values:
        found.append("InvalidParameter")
    return found
