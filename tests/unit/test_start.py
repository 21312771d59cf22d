"""Start and MediaInfo: what they accept."""

from typing import Any

import pytest

from reelmill.core.errors import Problems
from reelmill.nodes import mediainfo, start

PIPELINE = "0123456789abcdef0123456789abcdef"


def check(raw: dict[str, Any]) -> tuple[start.Params, list[tuple[str, str]]]:
    problems = Problems()
    params = start.check(raw, problems, "P")
    return params, [(p.path, p.code) for p in problems.found]


@pytest.mark.parametrize("name", ["ObjectPrefix", "Object"])
def test_input_file_nested_or_as_text_with_encoded_prefix(name: str) -> None:
    for value in (
        {"Bucket": "b", "Location": "l", name: "a%2F%E8%A7%86/"},
        f'{{"Bucket":"b","Location":"l","{name}":"a%2F%E8%A7%86/"}}',
    ):
        params, found = check({"InputFile": value, "PipelineId": PIPELINE, "Role": "r"})
        assert found == [] and (params.bucket, params.location, params.prefix, params.role, params.message_type) == (
            "b",
            "l",
            "a/视/",
            "r",
            "Queue",
        )
        assert start.NODE.refs(params) == {
            "inputs": {"b": "P.InputFile.Bucket"},
            "locations": {"l": "P.InputFile.Location"},
            "pipelines": {PIPELINE: "P.PipelineId"},
        }


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ({}, [("P.PipelineId", "MissingParameter"), ("P.InputFile", "MissingParameter")]),
        (
            {"InputFile": "{", "PipelineId": "x"},
            [
                ("P.PipelineId", "InvalidParameter.UUIDFormatInvalid"),
                ("P.InputFile", "InvalidParameter.JsonObjectFormatInvalid"),
            ],
        ),
        (
            {"InputFile": {"Bucket": "b", "Prefix": "x"}, "PipelineId": PIPELINE},
            [("P.InputFile.Prefix", "InvalidParameter")],
        ),
        (
            {"InputFile": {"Bucket": "b"}, "PipelineId": PIPELINE, "Speed": 1, "MessageType": "Mail"},
            [("P.Speed", "InvalidParameter"), ("P.MessageType", "InvalidParameter")],
        ),
        (
            {"InputFile": {"Bucket": "b", "ObjectPrefix": "%ff"}, "PipelineId": PIPELINE},
            [("P.InputFile.ObjectPrefix", "InvalidParameter.ObjectKeyInvalid")],
        ),
    ],
)
def test_every_problem_with_its_path(raw: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert check(raw)[1] == found


def test_media_info_wants_an_input() -> None:
    problems = Problems()
    mediainfo.check({"Input": '{"Bucket":"b"}'}, problems, "P")
    mediainfo.check({}, problems, "P")
    assert [(p.path, p.code) for p in problems.found] == [
        ("P.Input.Location", "InvalidParameter.NullValue"),
        ("P.Input.Object", "InvalidParameter.NullValue"),
        ("P.Input", "MissingParameter"),
    ]
