"""schemathesis over the published OpenAPI document: bodies that fit it and bodies that do not, at every operation. What
is answered must fit it too."""

from typing import Any, cast

import pytest
import requests
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fuzz.conftest import TIMEOUT, Target
from fuzz.effort import effort
from reelmill.api import openapi

SCHEMA = schemathesis.openapi.from_dict(openapi.published())
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LISTS = {
    "PipelineIds": "PipelineId",
    "TemplateIds": "TemplateId",
    "MediaWorkflowIds": "MediaWorkflowId",
    "MediaIds": "MediaId",
    "RunIds": "RunId",
    "JobIds": "JobId",
    "FileURLs": "FileURL",
}


class Signer(requests.auth.AuthBase):
    """Signs what is sent, as it is sent."""

    def __init__(self, target: Target, action: str):
        self._target, self._action = target, action

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        data = body.encode() if isinstance(body, str) else body
        assert isinstance(data, bytes)
        request.headers.update(self._target.sign(self._action, request.path_url, data))
        return request


@pytest.mark.parametrize("action", sorted(path.rsplit("/", 1)[1] for path in openapi.published()["paths"]))
@effort(8)
@given(data=st.data())
def test_every_operation_keeps_the_rules_and_its_description(action: str, data: st.DataObject, target: Target) -> None:
    mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    case = data.draw(SCHEMA[f"/-/rpc/{action}"]["POST"].as_strategy(generation_mode=mode))
    case.cookies, case.headers = {}, CaseInsensitiveDict()  # who asks is not what is tried here
    if isinstance(case.body, dict):
        case.body = real(case.body, target.known(action), data)
    before, seen = target.state(), target.version()
    answer = case.call(base_url=target.server.url, auth=Signer(target, action), timeout=TIMEOUT)
    target.judge(answer.status_code, answer.text, (action, case.body))
    case.validate_response(answer, checks=CHECKS)
    if answer.status_code >= 400 and target.version() != seen:
        assert target.state() == before, (
            f"a refused request wrote something: {action} {case.body!r} -> {answer.text[:500]}"
        )


def real(body: dict[str, Any], names: dict[str, str], data: st.DataObject) -> dict[str, Any]:
    """Names of things that are there in place of some that were made up: a request gets further with them."""
    if not data.draw(st.booleans()):
        return body
    known = {name: names[LISTS.get(name, name)] for name in body if LISTS.get(name, name) in names}
    return body | known


def test_every_operation_of_the_document_was_tried() -> None:
    assert {cast(Ok[Any], operation).ok().label for operation in SCHEMA.get_all_operations()} == {
        f"POST /-/rpc/{o['post']['operationId']}" for o in openapi.published()["paths"].values()
    }
