"""Words and examples of the API: complete in both languages, about things that exist, and true of the code."""

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

from reelmill.api import openapi, ops, pages, parse, render, table, texts
from reelmill.core.errors import CODES

BUILT = sorted(ops.registered())
TEXTS = json.loads(resources.files("reelmill.api").joinpath("spec/texts.json").read_text(encoding="utf-8"))
EXAMPLES = json.loads(resources.files("reelmill.api").joinpath("spec/examples.json").read_text(encoding="utf-8"))
SCHEMAS = openapi.published()["components"]["schemas"]


@pytest.mark.parametrize("name", BUILT)
def test_every_operation_and_parameter_is_explained_in_both_languages(name: str) -> None:
    operation = table.operations()[name]
    assert operation.about and texts.operation(name, "zh")
    assert [p.name for p in operation.parameters if not p.about or not texts.parameter(name, p.name, "zh")] == []


def test_nothing_is_written_about_what_does_not_exist() -> None:
    known = {p.name for o in table.operations().values() for p in o.parameters}
    assert TEXTS["parameters"].keys() <= known and TEXTS["operations"].keys() <= table.operations().keys()
    for name, entry in TEXTS["operations"].items():
        assert entry.get("parameters", {}).keys() <= {p.name for p in table.operations()[name].parameters}, name
        assert entry.get("errors", {}).keys() <= CODES.keys(), name


@pytest.mark.parametrize("name", BUILT)
def test_the_example_of_an_operation_is_one(name: str) -> None:
    """A server took the request and gave the answer; both still fit the table and the schema."""
    shown, operation = EXAMPLES[name], table.operations()[name]
    parse.parse(operation, shown["request"])
    strange: list[str] = []
    made = render.fit(operation.response, shown["answer"], strange)
    assert strange == [] and lacking(shown["answer"], made) == []
    for part, body in (("Request", shown["request"]), ("Response", made | {"RequestId": "r"})):
        jsonschema.Draft202012Validator({**SCHEMAS[f"{name}{part}"], "components": {"schemas": SCHEMAS}}).validate(body)


def lacking(shown: Any, made: Any, path: str = "") -> list[str]:
    """What of an example the table would not answer so."""
    if isinstance(shown, dict):
        return [
            f
            for key, value in shown.items()
            for f in (lacking(value, made[key], f"{path}.{key}") if key in made else [f"{path}.{key}"])
        ]
    if isinstance(shown, list):
        return [f for place, value in enumerate(shown) for f in lacking(value, made[place], f"{path}[{place}]")]
    return [] if shown == made else [path]


def test_examples_hold_no_keys_and_no_places_of_a_machine() -> None:
    text = json.dumps(EXAMPLES)
    assert "/tmp/" not in text and "testssecret" not in text and EXAMPLES.keys() == set(BUILT)


def test_errors_follow_from_the_parameters_and_from_what_is_written() -> None:
    operation = table.operations()["AddMedia"]
    told = texts.errors("AddMedia", {p.name: p for p in operation.parameters}, operation.access)
    assert (
        {"MissingParameter", "InvalidParameter.ResourceNotFound", "NoPermission", "InvalidParameter.UUIDFormatInvalid"}
        <= told.keys()
        <= CODES.keys()
    )
    assert "`FileURL`" in told["MissingParameter"]
    reads = table.operations()["SearchPipeline"]
    assert "NoPermission" not in texts.errors("SearchPipeline", {p.name: p for p in reads.parameters}, reads.access)


def test_a_page_tells_parameters_answer_example_and_errors() -> None:
    page = pages.page(table.operations()["SubmitJobs"])
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## Parameters",
        "## Answer",
        "## Example",
        "## Errors",
    ]
    assert all(f"`{p.name}`" in page for p in table.operations()["SubmitJobs"].parameters) and "转码" in page
    assert set(pages.pages()) == {f"{name}.md" for name in BUILT}


def test_what_is_said_to_stay_empty_is_marked_on_the_page_and_in_the_document_and_stands_in_no_example() -> None:
    document = openapi.published()["paths"]
    for name in BUILT:
        never = {path for paths in document[f"/-/rpc/{name}"]["post"].get("x-absent", {}).values() for path in paths}
        assert never == {path for path in openapi.leaves(table.operations()[name].response) if texts.absent(name, path)}
        shown = EXAMPLES[name]["answer"]
        assert not [path for path in never if holds(shown, path.replace("[]", "").split("."))], name
        page = pages.page(table.operations()[name])
        assert page.count("  (") == len(never) and all(
            f"\n{n}. " in page for n in range(1, len({texts.absent(name, path) for path in never}) + 1)
        ), name
    assert texts.absent("ListJob", "JobList.Job[].Output.Encryption.Type") and not texts.absent(
        "ListJob", "JobList.Job[].JobId"
    )


def holds(value: Any, path: list[str]) -> bool:
    """Whether something stands at this place, in any member of the lists on the way."""
    if isinstance(value, list):
        return any(holds(member, path) for member in value)
    if not path:
        return value is not None
    return isinstance(value, dict) and path[0] in value and holds(value[path[0]], path[1:])
