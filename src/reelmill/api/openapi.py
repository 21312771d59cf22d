"""The operation table as an OpenAPI 3.1 document: what `POST /-/rpc/{Action}` takes and answers. Pure; made from the
table and nothing else."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from reelmill import __version__
from reelmill.api import ops, render, table, texts
from reelmill.core.urls import BUCKET_NAME

Schema = dict[str, Any]

_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$"
_ABOUT = """The operations of the MPS API (version 2014-06-18) and ReelMill's own, as JSON over `POST /-/rpc/{Action}`.

A program signs each request with its AccessKey pair (ACS3-HMAC-SHA256); a page in a browser has the cookie of its session and sends `X-ReelMill-Csrf`.
Parameters that MPS takes as JSON text may be nested, and lists that it takes as comma-separated text may be arrays."""  # noqa: E501
_SCALARS: Mapping[str, Schema] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "number": {"type": "number"},
    "map": {"type": "object", "additionalProperties": True},
}
_ERROR: Schema = {
    "type": "object",
    "description": "Every refusal. Docs: reference/errors.md.",
    "properties": {
        "Code": {"type": "string"},
        "Message": {"type": "string", "description": "A sentence for people."},
        "RequestId": {"type": "string"},
        "HostId": {"type": "string"},
        "Recommend": {"type": "string"},
        "Problems": {
            "type": "array",
            "description": "Every fault of a document, when it has several parts.",
            "items": {
                "type": "object",
                "required": ["Path", "Code", "Message"],
                "properties": {"Path": {"type": "string"}, "Code": {"type": "string"}, "Message": {"type": "string"}},
            },
        },
    },
    "required": ["Code", "Message", "RequestId", "HostId"],
}


def published() -> dict[str, Any]:
    """The document of all operations that are built, as the server answers it."""
    return document(ops.registered().keys() | {o.name for o in table.operations().values() if o.mark == "OURS"})


def document(names: Collection[str]) -> dict[str, Any]:
    """The document with these operations, each under its own path; its operationId is its name."""
    chosen = [operation for name, operation in table.operations().items() if name in names]
    schemas: dict[str, Schema] = {"Error": _ERROR}
    for operation in chosen:
        schemas[f"{operation.name}Request"] = request_schema(operation)
        schemas[f"{operation.name}Response"] = answer_schema(operation.response)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ReelMill",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": group} for group in sorted({o.group for o in chosen})],
        "security": [{"session": [], "csrf": []}, {"signature": []}],
        "paths": {f"/-/rpc/{o.name}": {"post": _path(o)} for o in chosen},
        "components": {
            "schemas": schemas,
            "responses": {
                "Refused": {
                    "description": "The request was refused; Code and Message say why.",
                    "content": _json("Error"),
                }
            },
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "reelmill_session",
                    "description": "From POST /-/session; its name goes on with what tells servers on one host apart.",
                },
                "csrf": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-ReelMill-Csrf",
                    "description": "The Csrf that POST /-/session answered.",
                },
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "ACS3-HMAC-SHA256 with the x-acs- headers.",
                },
            },
        },
    }


def _path(operation: table.Operation) -> Schema:
    own = (
        {"summary": operation.about.partition(". ")[0].rstrip(".") + ".", "description": operation.about}
        if operation.about
        else {}
    )
    shown = texts.example(operation.name) or {}
    return {
        "operationId": operation.name,
        "tags": [operation.group],
        **own,
        **({"x-absent": never} if (never := absent(operation)) else {}),
        "x-errors": texts.errors(operation.name, {p.name: p for p in operation.parameters}, operation.access),
        "requestBody": {
            "required": any(p.required for p in operation.parameters),
            "content": _json(f"{operation.name}Request", shown.get("request")),
        },
        "responses": {
            "200": {"description": "Done.", "content": _json(f"{operation.name}Response", shown.get("answer"))},
            "4XX": {"$ref": "#/components/responses/Refused"},
            "5XX": {"$ref": "#/components/responses/Refused"},
        },
    }


def _json(name: str, example: Any = None) -> Schema:
    shown = {} if example is None else {"example": example}
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}, **shown}}


def request_schema(operation: table.Operation) -> Schema:
    """The JSON body of an operation. Parameters that are always refused are not part of it."""
    given = [p for p in operation.parameters if not p.refuse]
    made: Schema = {"type": "object", "properties": {p.name: parameter_schema(p) for p in given}}
    if required := [p.name for p in given if p.required]:
        made["required"] = required
    return made


def parameter_schema(parameter: table.Parameter) -> Schema:
    """What a parameter takes: its type, and its bounds as far as JSON Schema can say them (sizes in bytes stand in the
    description)."""
    made = _typed(parameter)
    notes = [parameter.about] if parameter.about else []
    if parameter.max_bytes is not None:
        notes.append(f"At most {parameter.max_bytes} bytes of UTF-8.")
    if parameter.item_bytes is not None:
        notes.append(f"Each element has at most {parameter.item_bytes} bytes of UTF-8.")
    if parameter.default not in (None, ()):  # nobody can send an empty list, only leave it out
        made["default"] = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
    if notes:
        made["description"] = " ".join(notes)
    return made


def absent(operation: table.Operation) -> dict[str, list[str]]:
    """Why some fields are never filled -> their paths in the answer."""
    found: dict[str, list[str]] = {}
    for path in leaves(operation.response):
        if reason := texts.absent(operation.name, path):
            found.setdefault(reason, []).append(path)
    return found


def leaves(tree: Any, path: str = "") -> Iterator[str]:
    """The path of every field of an answer that holds no others."""
    if isinstance(tree, list):
        yield from leaves(tree[0], f"{path}[]")
    elif isinstance(tree, str):
        yield path
    else:
        for name, part in tree.items():
            yield from leaves(part, f"{path}.{name}" if path else name)


def _typed(p: table.Parameter) -> Schema:
    if p.type == "integer":
        return {"type": "integer", **_bounds(minimum=p.min, maximum=p.max)}
    if p.type == "boolean":
        return {"type": "boolean"}
    if p.type == "id":
        return dict(_ID)
    if p.type == "bucket":
        return {"type": "string", "pattern": f"^{BUCKET_NAME.pattern}$"}
    if p.type == "time":
        return {"type": "string", "format": "date-time", "pattern": _TIME}
    if p.type in ("ids", "list", "integers"):
        item: Schema = {"type": "string", **({"enum": list(p.values)} if p.values else {"minLength": 1})}
        item = (
            dict(_ID)
            if p.type == "ids"
            else {"type": "integer", **_bounds(minimum=p.min, maximum=p.max)}
            if p.type == "integers"
            else item
        )
        several: Schema = {"type": "array", "items": item, "minItems": 1, **_bounds(maxItems=p.max_items)}
        return {"anyOf": [several, {"type": "string", "description": "The same, separated by commas."}]}
    if p.type == "object":
        return {
            "anyOf": [
                {"type": "object", "additionalProperties": True},
                {"type": "string", "description": "The same as JSON text."},
            ]
        }
    if p.type == "array":
        return {
            "anyOf": [
                {"type": "array", "items": {}, "minItems": 1, **_bounds(maxItems=p.max_items)},
                {"type": "string", "description": "The same as JSON text."},
            ]
        }
    # no text has more characters than bytes
    return {
        "type": "string",
        **({"enum": list(p.values)} if p.values else _bounds(maxLength=p.max_chars or p.max_bytes)),
    }


def _bounds(**given: int | None) -> Schema:
    return {name: value for name, value in given.items() if value is not None}


def answer_schema(tree: Any) -> Schema:
    """A tree of the table. Lists and the envelopes around them are always there; all else is left out when there is
    nothing to say."""
    if isinstance(tree, str):
        return dict(_SCALARS[tree])
    if isinstance(tree, list):
        return {"type": "array", "items": answer_schema(tree[0])}
    made: Schema = {"type": "object", "properties": {name: answer_schema(part) for name, part in tree.items()}}
    always = [
        name for name, part in tree.items() if name == "RequestId" or isinstance(part, list) or render.envelope(part)
    ]
    if always:
        made["required"] = always
    return made
