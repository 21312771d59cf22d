"""A request as it came over the wire, taken apart but not yet believed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    """

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    headers: Mapping[str, tuple[str, ...]]
    body: bytes = b""
    values: Mapping[str, Any] | None = None

    def header(self, name: str) -> str:
        """The first value of a header, "" when it was not sent. `name` is lower-case."""
        return self.headers.get(name, ("",))[0]

    @property
    def params(self) -> dict[str, Any]:
        """Query, form and RPC body together."""
        return {**self.query, **self.form, **(self.values or {})}


def read(method: str, path: str, query: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes, *, rpc: bool = False) -> Wire:
    """Take a request apart. With `rpc` the body is a JSON object, else a form or nothing. CallerError for what cannot be understood."""
    if len(path) + len(query) > MAX_LINE:
        raise CallerError("RequestEntityTooLarge", str(MAX_LINE), "Send long parameters in a form body.")
    if len(body) > MAX_BODY:
        raise CallerError("RequestEntityTooLarge", str(MAX_BODY))
    heads: dict[str, tuple[str, ...]] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        heads[name] = (*heads.get(name, ()), raw_value.decode("latin-1").strip())
    asked = _pairs(query, "the query string")
    form: dict[str, str] = {}
    values: dict[str, Any] | None = None
    if rpc:
        values = _members(body)
    elif body:
        if heads.get("content-type", ("",))[0].partition(";")[0].strip().lower() != FORM:
            raise CallerError("InvalidParameter.Format", "Content-Type", f"A body must be {FORM}.")
        form = _pairs(body, "the form body")
    for name in form.keys() & asked.keys() | (values or {}).keys() & asked.keys():
        raise _twice(name)
    return Wire(method.upper(), path, asked, form, heads, body, values)


def _pairs(raw: bytes, where: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=1000)
    except ValueError as error:  # also UnicodeError
        raise CallerError("InvalidParameter.Format", where, "It must be percent-encoded UTF-8 with at most 1000 parameters.") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise _twice(name)
        found[name] = value
    return found


def _members(body: bytes) -> dict[str, Any]:
    try:
        value = jsonx.loads(body.decode("utf-8") or "{}")
    except ValueError as error:
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", "Body") from error
    if not isinstance(value, dict):
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", "Body")
    return value


def _twice(name: str) -> CallerError:
    return CallerError("InvalidParameter", name, "It was given more than once.")
