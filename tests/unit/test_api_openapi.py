"""The OpenAPI document is valid, complete, and says what parsing and rendering do."""

import json
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from reelmill.api import openapi, ops, parse, render, table
from reelmill.core.errors import CallerError

DOCUMENT = openapi.published()
SCHEMAS = DOCUMENT["components"]["schemas"]


def test_it_is_a_valid_openapi_3_1_document() -> None:
    assert (
        DOCUMENT["openapi"].startswith("3.1")
        and list(OpenAPIV31SpecValidator(json.loads(json.dumps(DOCUMENT))).iter_errors()) == []
    )


def test_every_built_operation_stands_under_its_own_name() -> None:
    found = {path["post"]["operationId"]: name for name, path in DOCUMENT["paths"].items()}
    assert all(found[name] == f"/-/rpc/{name}" for name in ops.registered()) and len(found) == len(DOCUMENT["paths"])


def test_operations_of_our_own_say_what_they_do() -> None:
    assert [o.name for o in table.operations().values() if o.mark == "OURS" and not o.about] == []


def _parsed(operation: str, body: dict[str, Any]) -> bool:
    try:
        parse.parse(table.operations()[operation], body)
    except CallerError:
        return False
    return True


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("AddPipeline", {"Name": "films", "SpeedLevel": 2, "NotifyConfig": {"Topic": "t"}}),
        ("AddPipeline", {"Name": "films", "SpeedLevel": 9}),
        ("AddPipeline", {"Speed": "Standard"}),
        ("AddPipeline", {"Name": "films", "Speed": "Fast"}),
        ("QueryMediaList", {"MediaIds": "a" * 32, "IncludePlayList": True}),
        ("QueryMediaList", {"MediaIds": ["a" * 32, "b" * 32]}),
        ("QueryMediaList", {"MediaIds": ["no id"]}),
        ("QueryMediaList", {"MediaIds": []}),
        ("SearchTemplate", {"State": "Normal", "PageNumber": 1, "PageSize": 100}),
        ("SearchTemplate", {"PageSize": 101}),
        ("ListJob", {"StartOfJobCreatedTimeRange": "2026-11-23T06:10:25Z"}),
        ("ListJob", {"StartOfJobCreatedTimeRange": "yesterday"}),
        ("SubmitJobs", {"Input": {"Bucket": "b"}, "Outputs": [{}], "OutputBucket": "o", "PipelineId": "a" * 32}),
        ("SubmitJobs", {"Input": {"Bucket": "b"}, "Outputs": [{}] * 31, "OutputBucket": "o", "PipelineId": "a" * 32}),
        ("AddMedia", {"FileURL": "http://h/b/o", "Tags": ["a", "b"], "InputUnbind": False}),
        ("AddMedia", {"FileURL": "http://h/b/o", "Tags": ["t"] * 3, "CateId": -1}),
    ],
)
def test_the_schema_of_a_request_agrees_with_parsing(operation: str, body: dict[str, Any]) -> None:
    good = jsonschema.Draft202012Validator(SCHEMAS[f"{operation}Request"]).is_valid(body)
    assert good == _parsed(operation, body)


@pytest.mark.parametrize("operation", sorted(ops.registered()))
def test_the_least_answer_fits_its_schema(operation: str) -> None:
    answer = json.loads(render.success(table.operations()[operation], "R", {}, "JSON"))
    jsonschema.validate(answer, SCHEMAS[f"{operation}Response"])


def test_a_refusal_fits_the_schema_of_errors() -> None:
    problem = CallerError("InvalidParameter", "Topology")
    jsonschema.validate(json.loads(render.failure(problem, "R", "h", "JSON")), SCHEMAS["Error"])
