"""A request as it came over the wire, taken apart but not yet believed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from reelmill.core import jsonx
from reelmill.core.errors import CallerError

MAX_LINE = 256 * 1024  # a request line: clients send whole topologies in the query (protocol.md 1)
MAX_BODY = 1024 * 1024
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Wire:
    """One request.

    path      percent-decoded      query, form   decoded pairs, no name twice in both together
    headers   lower-case name -> values in the order sent      values   JSON members of an RPC body (native types)
    sealed    the body has not been taken apart yet: the signature, which covers its bytes, comes first (`opened`)
    """

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    headers: Mapping[str, tuple[str, ...]]
    body: bytes = b""
    values: Mapping[str, Any] | None = None
    sealed: bool = False
    rpc: bool = False

    def header(self, name: str) -> str:
        """The first value of a header, "" when it was not sent. `name` is lower-case."""
        return self.headers.get(name, ("",))[0]

    @property
    def params(self) -> dict[str, Any]:
        """Query, form and RPC body together."""
        return {**self.query, **self.form, **(self.values or {})}


def read(
    method: str, path: str, query: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes, *, rpc: bool = False
) -> Wire:
    """Take a request apart, as far as one must to know who sent it: a body is opened only where the signature stands in
    it. With `rpc` the body is a JSON object, else a form or nothing. CallerError for what cannot be understood."""
    if len(path) + len(query) > MAX_LINE:
        raise CallerError("RequestEntityTooLarge", str(MAX_LINE), "Send long parameters in a form body.")
    if len(body) > MAX_BODY:
        raise CallerError("RequestEntityTooLarge", str(MAX_BODY))
    heads: dict[str, list[str]] = {}
    for raw_name, raw_value in headers:
        heads.setdefault(raw_name.decode("latin-1").lower(), []).append(raw_value.decode("latin-1").strip())
    asked = _pairs(query, "the query string")
    found = Wire(
        method.upper(),
        path,
        asked,
        {},
        {name: tuple(values) for name, values in heads.items()},
        body,
        sealed=True,
        rpc=rpc,
    )
    return found if rpc or found.header("authorization").startswith("ACS3-") else opened(found)


def opened(wire: Wire) -> Wire:
    """With what its body holds. CallerError when that cannot be understood."""
    if not wire.sealed:
        return wire
    form: dict[str, str] = {}
    values: dict[str, Any] | None = None
    if wire.rpc:
        values = _members(wire.body)
    elif wire.body:
        if wire.header("content-type").partition(";")[0].strip().lower() != FORM:
            raise CallerError("InvalidParameter.Format", "Content-Type", f"A body must be {FORM}.")
        form = _pairs(wire.body, "the form body")
    for name in form.keys() & wire.query.keys() | (values or {}).keys() & wire.query.keys():
        raise _twice(name)
    return replace(wire, form=form, values=values, sealed=False)


def _pairs(raw: bytes, where: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=1000
        )
    except ValueError as error:  # also UnicodeError
        raise CallerError(
            "InvalidParameter.Format", where, "It must be percent-encoded UTF-8 with at most 1000 parameters."
        ) from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise _twice(name)
        found[name] = value
    return found


def _members(body: bytes) -> dict[str, Any]:
    try:
        value = jsonx.loads(body.decode("utf-8") or "{}", nul=True)  # as in a query: the parameter is told
    except ValueError as error:
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", "Body") from error
    if not isinstance(value, dict):
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", "Body")
    return value


def _twice(name: str) -> CallerError:
    return CallerError("InvalidParameter", name, "It was given more than once.")
