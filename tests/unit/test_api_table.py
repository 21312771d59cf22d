"""The operation table: complete, patched with reasons, and in step with the functions."""

import json
from collections import Counter
from importlib import resources

import pytest

from reelmill.api import ops, parse, render, table
from reelmill.core.errors import CODES, CallerError


def test_the_table_holds_all_operations_of_the_sdk_and_ours() -> None:
    marks = Counter(o.mark for o in table.operations().values())
    assert marks["OURS"] >= 10
    dropped = {
        "ListMedia",
        "SearchMedia",
        "AddCategory",
        "UpdateCategoryName",
        "DeleteCategory",
        "ListAllCategory",
        "CategoryTree",
    }  # by the current SDK
    assert (
        marks["CORE"] == 45
        and marks["CORE"] + marks["NEXT"] + marks["LATER"] == 97 + len(dropped)
        and dropped <= table.operations().keys()
    )


def test_every_patch_has_a_reason_and_touches_something() -> None:
    patches = json.loads(resources.files("reelmill.api").joinpath("spec/patches.json").read_text())
    names = {o.name: {p.name for p in o.parameters} for o in table.operations().values()}
    for patch in patches["parameters"]:
        assert patch["reason"]
        assert all(
            any(n in names[o] for o in (names if patch["in"] == ["*"] else patch["in"])) for n in patch["names"]
        ), patch
    assert all(p["reason"] for p in [*patches["responses"], *patches["operations"].values()])


def test_every_parameter_type_has_a_reader_and_every_code_exists() -> None:
    parameters = [p for o in table.operations().values() for p in o.parameters]
    assert {p.type for p in parameters} <= parse._READERS.keys() and {p.missing for p in parameters} <= CODES.keys()


def test_the_main_path_is_built() -> None:
    """All CORE operations, and of the NEXT ones those of the library."""
    built = ops.registered()
    assert [o.name for o in table.operations().values() if o.mark == "CORE" and o.name not in built] == []
    assert {"UpdateMediaCategory", "AddMediaTag", "DeleteMediaTag", "ListMedia", "SearchMedia"} <= built.keys()


def test_an_answer_holds_its_lists_also_when_they_are_empty() -> None:
    body = render.fit(table.operations()["QueryMediaList"].response, {"MediaList": [{"MediaId": "m"}]})
    assert body["NonExistMediaIds"] == {"MediaId": []} and body["MediaList"]["Media"][0]["PlayList"] == {"Play": []}
    assert "Title" not in body["MediaList"]["Media"][0]


def test_types_of_an_answer_are_those_of_the_table() -> None:
    tree = {"S": "string", "I": "integer", "B": "boolean", "N": "number", "L": {"X": ["string"]}}
    given = {"S": True, "I": "5", "B": "true", "N": "1.5", "L": [1, "a"], "Other": 1}
    strange: list[str] = []
    assert render.fit(tree, given, strange) == {
        "S": "true",
        "I": 5,
        "B": True,
        "N": 1.5,
        "L": {"X": ["1", "a"]},
    } and strange == ["Other"]


def test_what_a_caller_sent_is_echoed_without_what_the_table_does_not_know() -> None:
    strange: list[str] = []
    assert (
        render.fit({"In": {"Bucket": "string"}}, {"In": render.Echo(Bucket="b", Extra=1)}, strange)
        == {"In": {"Bucket": "b"}}
        and strange == []
    )


def _parse(operation: str, **values: object) -> dict[str, object]:
    return parse.parse(table.operations()[operation], values)


def test_parameters_get_their_types_and_defaults() -> None:
    got = _parse("ListJob", StartOfJobCreatedTimeRange="1970-01-01T00:00:01Z", MaximumPageSize="7")
    assert (got["StartOfJobCreatedTimeRange"], got["MaximumPageSize"], got["State"], got["PipelineId"]) == (
        1000,
        7,
        "All",
        None,
    )
    assert _parse("QueryMediaList", MediaIds=f"{'a' * 32}, {'b' * 32},{'a' * 32}", IncludePlayList="True")[
        "MediaIds"
    ] == ["a" * 32, "b" * 32]
    assert _parse("SubmitJobs", Input={"Bucket": "b"}, Outputs=[{}], OutputBucket="out", PipelineId="a" * 32)[
        "Outputs"
    ] == [{}]


@pytest.mark.parametrize(
    ("operation", "name"),
    [(o.name, p.name) for o in table.operations().values() for p in o.parameters if p.type == "bucket"],
)
def test_a_name_that_no_bucket_may_have_is_told_with_its_parameter(operation: str, name: str) -> None:
    """Not the parameter's name as if that were the bucket's."""
    with pytest.raises(CallerError) as error:
        _parse(operation, **{name: "No_Bucket"})
    told = {problem.path: problem.message for problem in error.value.problems}[name]
    assert told.startswith('The bucket name "No_Bucket" is not valid. 3 to 64 ')
    assert f'{name}: The bucket name "No_Bucket" is not valid.' in error.value.message


def test_a_setting_without_effect_is_refused_not_ignored() -> None:
    with pytest.raises(CallerError) as error:
        _parse("UpdatePipeline", Name="n", PipelineId="a" * 32, State="Active", ExtendConfig="{}")
    assert error.value.code == "InvalidParameter.NotSupported"


def test_json_that_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(CallerError) as error:
        _parse("AddTemplate", Name="n", Video='{"a":' * 5000 + "1" + "}" * 5000)
    assert error.value.code == "InvalidParameter.JsonObjectFormatInvalid"


def test_an_echo_survives_whatever_the_caller_had_sent() -> None:
    strange: list[str] = []
    tree = {"In": {"N": "integer", "O": {"A": "string", "B": "string"}, "L": {"X": [{"A": "string"}]}, "S": "string"}}
    made = render.fit(tree, {"In": render.Echo(N="many", O='{"A":1}', L=7, S='{"kept": "as it is"}')}, strange)
    assert made == {"In": {"O": {"A": "1"}, "L": {"X": []}, "S": '{"kept": "as it is"}'}} and strange == []
    assert render.fit(tree, {"In": render.Echo(O="{not json", L='[{"A":"b"}]')}) == {"In": {"L": {"X": [{"A": "b"}]}}}
