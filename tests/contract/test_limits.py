"""Every limit of every parameter, over the wire: just inside passes its check, just outside is refused by its code and
its name. From the table, so that a new parameter is tried by itself."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from contract.conftest import Site
from contract.signing import acs3
from reelmill.api import ops, table

ID, OTHER = "a" * 32, "b" * 32
OUT, FORM, NUMBER = "InvalidParameter.OutOfRange", "InvalidParameter.Format", "InvalidParameter.NumberFormatInvalid"


def outside(p: table.Parameter) -> Iterator[tuple[str, str]]:
    """(value, code of its refusal)."""
    if p.refuse:
        yield "x", "InvalidParameter.NotSupported"
        return
    yield "a\0", FORM
    if p.required:
        yield "", "InvalidParameter.EmptyValue"
    if p.type == "integer":
        yield from (
            ("x", NUMBER),
            ("1.5", NUMBER),
            ("1e3", NUMBER),
            ("٣", NUMBER),
            ("9" * 30, NUMBER),
            ("99999999999999999999", OUT),
        )
        yield from (
            (str(edge), OUT)
            for edge in (*([p.min - 1] if p.min is not None else []), *([p.max + 1] if p.max is not None else []))
        )
    if p.type == "integers":
        yield from (("x", NUMBER), ("1,x", NUMBER), ("1,2.0", NUMBER), (f"1,{(p.min or 0) - 1}", OUT), ("9" * 20, OUT))
    if p.type == "boolean":
        yield from (("1", "InvalidParameter"), ("yes", "InvalidParameter"))
    if p.type in ("id", "ids"):
        yield from (
            (bad, "InvalidParameter.UUIDFormatInvalid")
            for bad in ("nope", ID.upper(), ID[:-1], ID + "a", ID + "\n" if p.type == "id" else f"{ID},nope")
        )
    if p.type in ("ids", "list") and p.max_items:
        yield ",".join(f"{n:032x}" for n in range(p.max_items + 1)), "InvalidParameter.ListSizeExceed"
    if p.type == "integers" and p.max_items:
        yield ",".join(str(n) for n in range(p.max_items + 1)), "InvalidParameter.ListSizeExceed"
    if p.type == "object":
        yield from (
            (bad, "InvalidParameter.JsonObjectFormatInvalid")
            for bad in ("{", "[]", "5", "null", '"{}"', "{'a':1}", "{}}")
        )
    if p.type == "array":
        yield from ((bad, "InvalidParameter.JsonArrayFormatInvalid") for bad in ("[", "{}", "5", "[1,]"))
        yield "[]", "InvalidParameter.EmptyValue"
        if p.max_items:
            yield json.dumps([{}] * (p.max_items + 1)), "InvalidParameter.ListSizeExceed"
    if p.type == "time":
        yield from (
            (bad, FORM)
            for bad in (
                "yesterday",
                "2026-11-23",
                "2026-11-23T06:10:25",
                "2026-13-23T06:10:25Z",
                "2026-11-23T06:10:25+08:00",
            )
        )
    if p.type == "bucket":
        yield from (
            (bad, "InvalidParameter.BucketNameInvalid") for bad in ("ab", "Ab1", "a" * 65, "-ab", "ab-", "a/b", "a.b")
        )
    if p.values:
        words = ("NoSuchWord", p.values[0] + " x", p.values[0].swapcase())
        yield from ((bad, "InvalidParameter") for bad in words if bad not in p.values)  # a number has no other case
    if p.type == "string" and not p.values:
        if p.max_bytes:
            yield from (("x" * (p.max_bytes + 1), OUT), ("字" * (p.max_bytes // 3 + 1), OUT))
        if p.max_chars:
            yield "字" * (p.max_chars + 1), OUT
    if p.item_bytes:
        yield "x" * (p.item_bytes + 1), OUT


def inside(p: table.Parameter) -> Iterator[str]:
    """Values that are right by themselves."""
    if p.refuse:
        return
    yield from (str(edge) for edge in (p.min, p.max) if p.type == "integer" and edge is not None)
    if p.type == "boolean":
        yield from ("true", "false", "True", "FALSE")
    if p.type in ("id", "ids"):
        yield ID
    if p.type == "ids":
        yield from (f" {ID} , {OTHER},{ID},", ",".join(f"{n:032x}" for n in range(p.max_items or 1)))
    if p.type == "integers":
        yield ",".join(str((p.min or 0) + n) for n in range(p.max_items or 3))
    if p.type == "list":
        yield from (
            (",".join(p.values),)
            if p.values
            else (",".join(f"{n:0{p.item_bytes or 4}}" for n in range(p.max_items or 3)),)
        )
    if p.type == "object":
        yield from ("{}", ' {"a": {"b": []}} ')
    if p.type == "time":
        yield from ("2026-11-23T06:10:25Z", "2026-11-23T06:10:25.123Z")
    if p.type == "bucket":
        yield from ("abc", "a" * 64, "a-b_c1")
    if p.type == "string":
        yield from p.values or (
            "x" * (p.max_bytes or p.max_chars or 64),
            "字" * ((p.max_bytes or 3 * (p.max_chars or 20)) // 3),
        )


@pytest.mark.parametrize("action", sorted(ops.registered()))
def test_every_limit_of_every_parameter(site: Site, action: str) -> None:
    wrong = []
    for parameter in table.operations()[action].parameters:
        for value, code in outside(parameter):
            if (parameter.name, code) not in problems(site, action, parameter.name, value):
                wrong.append((parameter.name, value[:60], code))
        required = [p.name for p in table.operations()[action].parameters if p.required and p.name != parameter.name]
        if required:  # something else lacks, so nothing is done, and only the form is looked at
            wrong += [
                (parameter.name, value[:60], "refused")
                for value in inside(parameter)
                if parameter.name in [name for name, _ in problems(site, action, parameter.name, value)]
            ]
    assert wrong == []


def problems(site: Site, action: str, name: str, value: str) -> list[tuple[str, str]]:
    """(parameter, code) of everything that was wrong with a request that holds nothing but this; each is named in the
    message."""
    answer: dict[str, Any] = acs3(site, action, f"/-/rpc/{action}", json.dumps({name: value}).encode()).json()
    found = answer.get("Problems", [])
    assert all(p["Path"] in answer["Message"] for p in found) and (not found or answer["Code"] == found[0]["Code"])
    return [(p["Path"], p["Code"]) for p in found]
