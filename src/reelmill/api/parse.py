"""Parameters of an operation: text of the wire -> values of the types that the table names. Pure. All problems are told
at once."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from reelmill.api.table import Operation, Parameter
from reelmill.core import clock, jsonx
from reelmill.core.errors import Problems, UserText
from reelmill.core.urls import BUCKET_NAME

ID = re.compile(r"[0-9a-f]{32}")  # for fullmatch: "$" would let a line feed through
_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_INT64 = 2**63

# What any request may hold besides the parameters of its operation (protocol.md 1), and what the vendor's gateway takes
# for itself (absent.json).
COMMON = frozenset(
    "Action Version Format RegionId AccessKeyId SecurityToken BearerToken Timestamp Signature SignatureMethod "
    "SignatureNonce SignatureType SignatureVersion OwnerAccount OwnerId ResourceOwnerAccount ResourceOwnerId".split()
)

Tell = Callable[..., None]  # (code, sentence, what the code's own sentence names when it is not the parameter)


def parse(operation: Operation, params: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of the table by its wire name; absent ones hold their default or None. An empty optional text
    counts as absent. Values of JSON bodies may be native (true, 5, [..], {..}) or text. Raises one CallerError with all
    problems."""
    problems = Problems()
    values: dict[str, Any] = {}
    for parameter in operation.parameters:
        text = wire_text(parameter, params.get(parameter.name))
        values[parameter.name] = _value(parameter, text, problems)
    for name in sorted(params.keys() - values.keys() - COMMON) if operation.closed else ():
        problems.add(name, "InvalidParameter.NotSupported", f"{operation.name} has no parameter of this name.")
    problems.refuse(operation.name)
    return values


def wire_text(parameter: Parameter, value: Any) -> str | None:
    """The text that the query string would hold for a native JSON value."""
    if value is None or isinstance(value, str):
        return value
    if (
        isinstance(value, list)
        and parameter.type in ("ids", "list", "integers")
        and all(isinstance(item, str | int) for item in value)
    ):
        return ",".join(str(item) for item in value)
    return jsonx.dumps(value)


def _value(parameter: Parameter, text: str | None, problems: Problems) -> Any:
    def tell(code: str, why: UserText = "", name: str = "") -> None:
        before = len(problems.found)
        problems.add(parameter.name, code, name=name)
        if why:
            known = problems.found[before]
            problems.found[before] = type(known)(known.path, known.code, f"{known.message} {why}")

    if not text:
        if parameter.required:
            tell(parameter.missing if text is None else "InvalidParameter.EmptyValue")
        return parameter.default
    if parameter.refuse:
        return tell("InvalidParameter.NotSupported", parameter.refuse)
    if "\0" in text:
        return tell("InvalidParameter.Format", "It must not hold the character U+0000.")
    if parameter.max_bytes is not None and len(text.encode("utf-8", "surrogatepass")) > parameter.max_bytes:
        return tell("InvalidParameter.OutOfRange", f"It may have {parameter.max_bytes} bytes.")
    if parameter.max_chars is not None and len(text) > parameter.max_chars:
        return tell("InvalidParameter.OutOfRange", f"It may have {parameter.max_chars} characters.")
    return _READERS[parameter.type](parameter, text, tell)


def _string(parameter: Parameter, text: str, tell: Tell) -> Any:
    if parameter.values and text not in parameter.values:
        return tell("InvalidParameter", f"It must be one of: {', '.join(parameter.values)}.")
    return text


def _integer(parameter: Parameter, text: str, tell: Tell) -> Any:
    if not _INTEGER.fullmatch(text.strip()):
        return tell("InvalidParameter.NumberFormatInvalid")
    number = int(text)
    low, high = (
        -_INT64 if parameter.min is None else parameter.min,
        _INT64 - 1 if parameter.max is None else parameter.max,
    )
    if not low <= number <= high:
        return tell("InvalidParameter.OutOfRange", f"It must be between {low} and {high}.")
    return number


def _boolean(parameter: Parameter, text: str, tell: Tell) -> Any:
    if text.lower() not in ("true", "false"):
        return tell("InvalidParameter", "It must be true or false.")
    return text.lower() == "true"


def _id(parameter: Parameter, text: str, tell: Tell) -> Any:
    return text if ID.fullmatch(text) else tell("InvalidParameter.UUIDFormatInvalid")


def _ids(parameter: Parameter, text: str, tell: Tell) -> Any:
    ids = _list(parameter, text, tell)
    if ids is not None and not all(ID.fullmatch(item) for item in ids):
        return tell("InvalidParameter.UUIDFormatInvalid", "Several ids are separated by commas.")
    return ids


def _list(parameter: Parameter, text: str, tell: Tell) -> Any:
    items = list(dict.fromkeys(item.strip() for item in text.split(",") if item.strip()))
    if not items:
        return tell("InvalidParameter.EmptyValue")
    if parameter.max_items is not None and len(items) > parameter.max_items:
        return tell("InvalidParameter.ListSizeExceed", f"It may have {parameter.max_items}.")
    if parameter.item_bytes is not None and any(
        len(item.encode("utf-8", "surrogatepass")) > parameter.item_bytes for item in items
    ):
        return tell("InvalidParameter.OutOfRange", f"Each element may have {parameter.item_bytes} bytes.")
    if parameter.values and not set(items) <= set(parameter.values):
        return tell("InvalidParameter", f"Its elements must be among: {', '.join(parameter.values)}.")
    return items


def _integers(parameter: Parameter, text: str, tell: Tell) -> Any:
    found = [_integer(parameter, item, tell) for item in _list(parameter, text, tell) or ()]
    return None if None in found else found


def _object(parameter: Parameter, text: str, tell: Tell) -> Any:
    value = _json(text)
    return value if isinstance(value, dict) else tell("InvalidParameter.JsonObjectFormatInvalid")


def _array(parameter: Parameter, text: str, tell: Tell) -> Any:
    value = _json(text)
    if not isinstance(value, list):
        return tell("InvalidParameter.JsonArrayFormatInvalid")
    if not value:
        return tell("InvalidParameter.EmptyValue")
    if parameter.max_items is not None and len(value) > parameter.max_items:
        return tell("InvalidParameter.ListSizeExceed", f"It may have {parameter.max_items}.")
    return value


def _json(text: str) -> Any:
    try:
        return jsonx.loads(text)
    except ValueError:
        return None


def _bucket(parameter: Parameter, text: str, tell: Tell) -> Any:
    if BUCKET_NAME.fullmatch(text):
        return text
    why: UserText = "3 to 64 lower-case letters, digits, - and _; a letter or digit at both ends."
    return tell("InvalidParameter.BucketNameInvalid", why, name=text)


def _time(parameter: Parameter, text: str, tell: Tell) -> Any:
    try:
        return clock.from_iso(text)
    except ValueError:
        return tell("InvalidParameter.Format", "It must look like 2026-11-23T06:10:25Z.")


_READERS: dict[str, Callable[[Parameter, str, Tell], Any]] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "id": _id,
    "ids": _ids,
    "list": _list,
    "integers": _integers,
    "object": _object,
    "array": _array,
    "time": _time,
    "bucket": _bucket,
}
