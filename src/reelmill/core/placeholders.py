"""Placeholders of output names (workflow.md 6). Names are URL-decoded first, then replaced."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

WORKFLOW = frozenset({"ObjectPrefix", "FileName", "ExtName", "RunId", "MediaId"})
TRANSCODE = WORKFLOW | {"DestMd5", "DestAvgBitrate"}
SNAPSHOT = WORKFLOW | {"SnapshotTime", "Count"}
SHEET = WORKFLOW | {"SnapshotTime", "TileCount"}
_PLACE = re.compile(r"\{([A-Za-z]+\d?)\}")  # DestMd5 ends in a digit


def decode(name: str) -> str:
    """The object name that a client meant: percent-decoded UTF-8. ValueError when the bytes are no UTF-8."""
    return unquote(name, errors="strict") if "%" in name else name


def names(template: str) -> set[str]:
    """The placeholders that a decoded name contains, known or not."""
    return set(_PLACE.findall(template))


def of_input(key: str) -> dict[str, str]:
    """ObjectPrefix (with trailing slash, "" at the root), FileName (without extension) and ExtName (without dot) of an
    input object."""
    prefix, slash, base = key.rpartition("/")
    stem, dot, ext = base.rpartition(".")
    return {"ObjectPrefix": prefix + slash, "FileName": stem if dot else base, "ExtName": ext if dot else ""}


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace the placeholders that `values` knows; the others stay as they are."""
    return _PLACE.sub(lambda m: values.get(m.group(1), m.group(0)), template)


def count(n: int) -> str:
    """{Count}: five digits from 00001."""
    return f"{n:05d}"
