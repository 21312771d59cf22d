"""A server on which a workflow has run and one has failed, and questions to it."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

import databases
from clips import clip
from console.conftest import Page
from reelmill.api import openapi
from running import Running, little_ladder, running

SCHEMAS = openapi.published()["components"]["schemas"]


@pytest.fixture(scope="module", params=databases.CHOSEN)
def ran(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, Page, str]]:
    """A server on which one film went through the little ladder in several pieces, and one text file failed at its
    start."""
    home = databases.put(str(request.param), tmp_path_factory.mktemp("runs") / "home")
    with running(home, piece_seconds=2) as server:
        flow = little_ladder(server)
        server.put("cin", "up/ten.mp4", clip("ten.mp4"))
        server.ended(flow, 1)
        server.put("cin", "up/deep/er/text.mp4", clip("text.mp4"))
        server.ended(flow, 2)
        page = Page(server.url)
        page.sign_in()
        yield server, page, flow


def listed(page: Page, **filters: Any) -> list[str]:
    answer = page.call("SearchMediaWorkflowExecutions", **filters)
    jsonschema.validate(answer, SCHEMAS["SearchMediaWorkflowExecutionsResponse"])
    return [run["Input"]["Object"] for run in answer["Executions"]]


def described(page: Page, name: str) -> dict[str, Any]:
    run_id = page.call("SearchMediaWorkflowExecutions", Name=name)["Executions"][0]["RunId"]
    answer = page.call("DescribeExecution", RunId=run_id)
    jsonschema.validate(answer, SCHEMAS["DescribeExecutionResponse"])
    return dict(answer["Execution"])
