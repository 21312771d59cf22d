"""Field by field: whatever the official SDKs can send is accepted or refused for a stated reason, whatever they can
read is filled or absent for a stated reason. The fields come from the SDKs' own classes, the reasons from
api/spec/absent.json and from the operation table."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from contract import sdks
from contract.sdks import NewSdk, OldSdk, Refusal
from contract.story import Story
from reelmill.api import table, texts
from running import KEY, LOCATION, REGION, SECRET, Listener, Running

REASONS = json.loads((Path(table.__file__).parent / "spec" / "absent.json").read_text(encoding="utf-8"))
IGNORED = {name: entry["reason"] for entry in REASONS["requests"] for name in entry["fields"]}


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[Running]:
    running = Running(
        tmp_path_factory.mktemp("fields"), ai="true", callback_url=listener.url, callback_secret="0123456789abcdef"
    )
    running.start()
    yield running
    running.stop()
    assert "does not know" not in running.log(), "an answer held fields that the table does not know"


@pytest.fixture(scope="module", params=sdks.SDKS, ids=lambda kind: kind.name)
def sdk(request: pytest.FixtureRequest, server: Running) -> NewSdk | OldSdk:
    return request.param(server.port, KEY, SECRET, REGION)


@pytest.fixture(scope="module")
def story(sdk: NewSdk | OldSdk, server: Running, listener: Listener) -> Story:
    return Story(sdk, server, listener).tell()


def cases() -> list[Any]:
    """Every field of every operation that is built, except those that are ignored."""
    return [
        (action, field)
        for action in sdks.built()
        for field in sorted(NewSdk.fields(action) | OldSdk.fields(action))
        if field not in IGNORED
    ]


def parameter(action: str, field: str) -> table.Parameter:
    return next(p for p in table.operations()[action].parameters if p.name == field)


def test_both_sdks_have_the_same_fields_and_the_table_knows_them_all() -> None:
    """So a field of one is a field of the other, and none is ignored that is not in the list of reasons."""
    for action in sdks.built():
        known = {p.name for p in table.operations()[action].parameters}
        assert NewSdk.fields(action) == OldSdk.fields(action), action
        assert NewSdk.fields(action) - IGNORED.keys() - known == set(), action
        assert known & IGNORED.keys() == set(), action


@pytest.mark.parametrize(("action", "field"), cases())
def test_every_field_is_read_and_what_is_wrong_with_it_is_named(sdk: NewSdk | OldSdk, action: str, field: str) -> None:
    """No field takes U+0000, so a request that holds it is refused under the field's name, alone or among other
    faults."""
    with pytest.raises(Refusal) as refusal:
        sdk.call(action, **{field: "a\0b"})
    assert refusal.value.status in (0, 400) and f'"{field}"' in refusal.value.message
    reason = parameter(action, field).refuse or "U+0000"
    assert reason in refusal.value.message


def test_every_field_was_accepted_or_is_refused_for_the_reason_in_the_table(story: Story, sdk: NewSdk | OldSdk) -> None:
    lacking = {}
    for action in sdks.built():
        refused = {p.name for p in table.operations()[action].parameters if p.refuse}
        if never := sorted(sdk.fields(action) - IGNORED.keys() - refused - story.sent[action]):
            lacking[action] = never
        assert not refused & story.sent[action]
    assert lacking == {}, "the story must send them"


def test_every_field_of_an_answer_is_filled_or_absent_for_a_stated_reason(story: Story) -> None:
    lacking, wrong = {}, {}
    for action in sdks.built():
        got = {path for answer in story.heard[action] for path in sdks.filled(answer)}
        excused = {path for path in sdks.readable(action) if texts.absent(action, path)}
        if never := sorted(sdks.readable(action) - got - excused):
            lacking[action] = never
        if there := sorted(excused & got):
            wrong[action] = there
    assert lacking == {}, "not filled and no reason given in absent.json"
    assert wrong == {}, "filled, so absent.json is out of date"


def matches(path: str, pattern: str) -> bool:
    """Patterns are written without the brackets of lists; `*` stands for anything, also for several steps."""
    return fnmatchcase(path.replace("[]", ""), pattern)


@pytest.mark.parametrize(
    "pattern", [pattern for entry in REASONS["responses"] if entry.get("refused") for pattern in entry["paths"]]
)
def test_what_is_said_to_be_refused_is_refused(sdk: NewSdk | OldSdk, story: Story, pattern: str) -> None:
    """A field of an answer that echoes the request is absent because the request cannot hold it."""
    where, field = pattern.removeprefix("*.").split(".")[:2]
    wanted = {"AmixList": "Amix"}.get(field, field)
    sample: Any = [{"x": "1"}] if field.endswith("List") else {"x": "1"} if pattern.endswith(".*") else "1"
    if where == "Output":
        output = {"OutputObject": "x.m3u8", "TemplateId": story.template, wanted: sample}
        (result,) = sdk.call(
            "SubmitJobs",
            Input=story.source(),
            Outputs=json.dumps([output]),
            OutputBucket=story.outputs,
            PipelineId=story.paused,
        )["JobResultList"]["JobResult"]
        code, text = result["Code"], result["Message"]
    else:
        with pytest.raises(Refusal) as refusal:
            if where == "SnapshotConfig":
                config = {
                    "OutputFile": {"Bucket": story.outputs, "Location": LOCATION, "Object": "x.jpg"},
                    "Time": "0",
                    wanted: sample,
                }
                sdk.call("SubmitSnapshotJob", Input=story.source(), SnapshotConfig=json.dumps(config))
            else:
                sdk.call("AddTemplate", Name="x", **{"Video": "{}", where: json.dumps({wanted: sample})})
        code, text = refusal.value.code, refusal.value.message
    assert code == "InvalidParameter.NotSupported" and wanted in text


def test_every_reason_is_needed() -> None:
    unread = [(action, path) for action in sdks.built() for path in sdks.readable(action)]
    for entry in REASONS["responses"]:
        for pattern in entry["paths"]:
            assert any(action in entry.get("in", [action]) and matches(path, pattern) for action, path in unread), (
                f"{pattern} excuses nothing"
            )
    assert all(any(name in NewSdk.fields(action) for action in sdks.built()) for name in IGNORED)
