"""Documents inside parameters: topologies, templates, outputs and snapshot settings that are almost right. And every
operation as the SDKs call it, with texts of all kinds in the query."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contract.test_vendor_topologies import CASES
from fuzz.conftest import Target
from fuzz.effort import effort
from reelmill.api import ops, table

TEMPLATE = {
    "Container": {"Format": "m3u8"},
    "Video": {"Codec": "H.264", "Crf": "26", "Width": "640", "Gop": "2s", "Fps": 25, "Maxrate": "800", "Bufsize": 1000},
    "Audio": {"Codec": "AAC", "Bitrate": "96", "Channels": 2},
    "TransConfig": {"TransMode": "onepass", "IsCheckReso": True},
    "MuxConfig": '{"Segment":{"Duration":"4"}}',
}
OUTPUT = {
    "OutputObject": "o%2F{FileName}",
    "TemplateId": "S00000001-200010",
    "Video": {"Width": "320"},
    "Priority": "5",
    "UserData": "u",
    "AudioStreamMap": "0:a:0",
}
SNAPSHOT = {
    "OutputFile": {"Bucket": "cout", "Location": "oss-cn-hangzhou", "Object": "s%2F{Count}.jpg"},
    "Time": "0",
    "Num": "2",
    "Interval": 1,
    "Width": "64",
    "FrameType": "normal",
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "1e400",
            "NaN",
            "9" * 5000,
            "٣",
            "1_000",
            "0x10",
            "{",
            "[]",
            "{}",
            '"',
            "\0",
            "a" * 5000,
            "../../etc/passwd",
            "%2e%2e%2fx",
            "%",
            "{RunId}",
            "{x}",
            "{{}}",
            "http://127.0.0.1/x",
            "file:///etc/passwd",
            "$(id)",
            "-i",
            "'; drop table media; --",
            "\u202e",
            "\U0001f600" * 70,
            "true",
            "null",
            [],
            {},
            [[]],
            {"a": 1},
            [None],
        ]
    ),
    st.recursive(
        st.none(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=30,
    ),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [p for key, part in inner for p in places(part, (*path, key))]


@st.composite
def spoilt(draw: st.DrawFn, document: Any) -> Any:
    """The document with one to three things replaced, removed, added or written as JSON in a text."""
    made = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        if not (there := places(made)):
            break
        *way, last = draw(st.sampled_from(there))
        holder = made
        for step in way:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "replace", "remove", "add", "text"])):
            case "replace":
                holder[last] = draw(ODD)
            case "remove":
                del holder[last]
            case "add" if isinstance(holder, dict):
                holder[
                    draw(
                        st.one_of(
                            st.text(max_size=8),
                            st.sampled_from(["Type", "Name", "Bucket", "Object", "Parameters", "Outputs", "__class__"]),
                        )
                    )
                ] = draw(ODD)
            case "text":
                holder[last] = json.dumps(holder[last])
    return made


@effort(120)
@given(data=st.data())
def test_topologies(data: st.DataObject, target: Target) -> None:
    drawn = json.loads(
        json.dumps(data.draw(st.sampled_from(list(CASES.values())))["topology"])
        .replace("${pipeline}", target.names["PipelineId"])
        .replace("vod-in", "cin")
        .replace("vod-out", "cout")
    )
    text = json.dumps(data.draw(spoilt(drawn)), ensure_ascii=data.draw(st.booleans()))
    action = data.draw(st.sampled_from(["AddMediaWorkflow", "AddMediaWorkflow", "ValidateTopology"]))
    names = {"Name": data.draw(st.text(min_size=1, max_size=20))} if action == "AddMediaWorkflow" else {}
    if action in ops.registered():
        status, answer = target.call(action, {**names, "Topology": text})
        assert action != "ValidateTopology" or status == 200 or answer["Code"] != "InternalError"


@effort(80)
@given(data=st.data())
def test_templates(data: st.DataObject, target: Target) -> None:
    target.call("AddTemplate", {"Name": "fuzz", **data.draw(spoilt(TEMPLATE))})


@effort(80)
@given(data=st.data())
def test_outputs_and_inputs_of_jobs(data: st.DataObject, target: Target) -> None:
    source = {"Bucket": "cin", "Location": target.names["Location"], "Object": "a%2Fb.mp4"}
    asked = {"Input": source, "Outputs": [OUTPUT], "OutputBucket": "cout", "PipelineId": target.names["PipelineId"]}
    target.call("SubmitJobs", data.draw(spoilt(asked)))


@effort(40)
@given(data=st.data())
def test_snapshots_and_probes(data: st.DataObject, target: Target) -> None:
    source = {"Bucket": "cin", "Location": target.names["Location"], "Object": "a%2Fb.mp4"}
    asked = data.draw(spoilt({"Input": source, "SnapshotConfig": SNAPSHOT, "UserData": "u"}))
    target.call("SubmitSnapshotJob", {**asked, "PipelineId": target.names["PipelineId"]})  # paused: nothing is made
    target.call(
        "SubmitMediaInfoJob",
        {"Input": data.draw(spoilt(source)), "Async": True, "PipelineId": target.names["PipelineId"]},
    )


def value(parameter: table.Parameter, names: dict[str, str]) -> st.SearchStrategy[str]:
    """Texts for a parameter: right ones, almost right ones, any."""
    good = {
        "integer": st.integers(-1, 200).map(str),
        "boolean": st.sampled_from(["true", "false", "True", "yes"]),
        "time": st.sampled_from(["2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026"]),
        "ids": st.lists(st.sampled_from([*names.values(), "0" * 32]), min_size=1, max_size=12).map(",".join),
    }.get(parameter.type, st.sampled_from([*names.values(), *(parameter.values or ("x",))]))
    known = st.just(names[parameter.name]) if parameter.name in names else good
    return st.one_of(known, good, st.text(st.characters(exclude_categories=["Cs"]), max_size=40))


@effort(200)
@given(data=st.data())
def test_every_operation_as_the_sdks_call_it(data: st.DataObject, target: Target) -> None:
    action = data.draw(st.sampled_from(sorted(ops.registered())))
    operation, names = table.operations()[action], target.known(action)
    pairs = {p.name: data.draw(value(p, names)) for p in operation.parameters if p.required or data.draw(st.booleans())}
    target.query(action, pairs)
