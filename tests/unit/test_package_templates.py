"""What a workflow's templates must be where its drawing decides it: told when the workflow is saved."""

import json
from typing import Any

import pytest

from reelmill.core.errors import Problems
from reelmill.engine import graph
from reelmill.media import fonts
from reelmill.media.presets import PRESETS
from reelmill.nodes import transcode

HLS, MP4 = "S00000001-100020", "S00000001-200020"
DASH = "d" * 32
TEMPLATES = {**PRESETS, DASH: {"Container": {"Format": "mpd"}, "Video": {"Codec": "H.264"}, "Audio": {}}}
NO_SOUND = {"Audio": {"Remove": "true"}}


def problems(*drawn: tuple[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """(path, sentence) of what is wrong with streams of packages: (protocol, the stream's Output) each."""
    place = {"Bucket": "out", "Location": "oss-cn-hangzhou", "MasterPlayListName": "{RunId}/m"}
    start = {"PipelineId": "p", "InputFile": {"Bucket": "in", "Location": "oss-cn-hangzhou"}}
    activities: dict[str, Any] = {"start": {"Type": "Start", "Parameters": start}}
    after: dict[str, list[str]] = {"start": []}
    for number, (protocol, output) in enumerate(drawn):
        ends = "m3u8" if protocol == "hls" else "mpd"
        named = place | {"MasterPlayListName": f"{{RunId}}/{number}/m.{ends}"}
        activities[f"p{number}"] = {"Type": "PackageConfig", "Parameters": {"Protocol": protocol, "Output": named}}
        at = {"URI": f"v/v.{ends}"}
        where = {"MultiBitrateVideoStream": at} if protocol == "hls" else {"Representation": {"Id": "v", **at}}
        activities[f"s{number}"] = {"Type": "Transcode", "Parameters": {"Outputs": [{**NO_SOUND, **output}], **where}}
        after["start"].append(f"p{number}")
        after[f"p{number}"] = [f"s{number}"]
    found = Problems()
    read = graph.parse(json.dumps({"Activities": activities, "Dependencies": after}), found)
    assert read is not None, found.told()
    told = Problems()
    for node in read.nodes.values():
        if node.type == "Transcode":
            transcode.NODE.check_templates(node, read.nodes, TEMPLATES, told)
    return [(one.path, one.message) for one in told.found]


def test_a_stream_has_the_container_of_its_package() -> None:
    assert problems(("hls", {"TemplateId": HLS}), ("dash", {"TemplateId": DASH})) == []
    ((path, said),) = problems(("dash", {"TemplateId": HLS}))
    assert path == "Activities.s0.Parameters.Outputs[0].TemplateId" and "container mpd" in said
    assert "container m3u8" in problems(("hls", {"TemplateId": MP4}))[0][1]
    assert problems(("hls", {"TemplateId": MP4, "Container": {"Format": "m3u8"}})) == [], "the Output says another one"
    assert problems(("dash", {"TemplateId": "e" * 32})) == [], "a template that is not there is told elsewhere"


@pytest.mark.parametrize(
    ("protocol", "template", "kind", "says"),
    [
        ("hls", HLS, "hls-aes-128", ""),
        ("hls", HLS, "cbcs", ""),
        ("dash", DASH, "cenc", ""),
        ("hls", HLS, "cenc", "container mpd"),
        ("dash", DASH, "hls-aes-128", "container m3u8"),
    ],
)
def test_an_encryption_is_for_some_containers(protocol: str, template: str, kind: str, says: str) -> None:
    locked = {"TemplateId": template, "Encryption": {"Type": kind, "KeyUri": "https://k/"}}
    told = problems((protocol, locked))
    assert [path for path, _ in told] == (["Activities.s0.Parameters.Outputs[0].Encryption.Type"] if says else [])
    assert not says or says in told[0][1]


def test_shared_segments_begin_at_equal_distances() -> None:
    cut = {"TemplateId": HLS, "MuxConfig": {"Segment": {"Duration": "10", "ForceSegTime": "5"}}}
    assert problems(("hls", cut)) == []
    ((path, said),) = problems(("hls", cut), ("dash", {"TemplateId": DASH}))
    assert path.endswith("s0.Parameters.Outputs[0].MuxConfig.Segment.ForceSegTime") and "equal distances" in said


def test_a_font_of_a_watermark_that_the_server_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "here", dict)
    mark = {"Type": "Text", "TextWaterMark": json.dumps({"Content": "QQ==", "FontName": "SimSun"})}
    outputs = [{"TemplateId": HLS, "WaterMarks": json.dumps([mark])}]
    for given in (outputs, json.dumps(outputs)):
        assert [word for word, _ in transcode.NODE.warn({"Outputs": given})] == ["Outputs"]
    assert transcode.NODE.warn({"Outputs": [{"TemplateId": HLS}]}) == []
    monkeypatch.setattr(fonts, "here", lambda: {"simsun": "/fonts/simsun.ttc"})
    assert transcode.NODE.warn({"Outputs": outputs}) == []
