"""Files and a server: export, apply, plan, prune; templates of ROS."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.story_samples import OTHER_TEMPLATES, TEMPLATE, WATERMARK
from reelmill.cli.apply import commands, ros
from reelmill.cli.apply.plan import plan
from reelmill.cli.apply.resources import FileFault, Resource
from running import LOCATION, Running

ROS = """
ROSTemplateFormatVersion: 2015-09-01
Parameters: {Publish: {Type: String, Default: Manual}}
Resources:
  Queue:
    Type: ALIYUN::MPS::Pipeline
    Properties: {Name: by ros, Speed: Standard}
  Flow:
    Type: ALIYUN::MPS::MediaWorkflow
    DependsOn: Queue
    Properties:
      Name: drawn by ros
      TriggerMode: NotInAuto
      Topology:
        Activities:
          in:
            Type: Start
            Parameters:
              PipelineId: !GetAtt Queue.PipelineId
              InputFile: {Bucket: files-in, Location: oss-cn-hangzhou, ObjectPrefix: on/}
          out: {Type: Report, Parameters: {PublishType: {Ref: Publish}}}
        Dependencies: {in: [out], out: []}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("apply"))
    running.start()
    call = running.client.call
    call("BindInputBucket", Bucket="files-in", Referer="http://r")
    call("BindOutputBucket", Bucket="files-out")
    yield running
    running.stop()


def world(server: Running) -> dict[str, Any]:
    """Everything that files speak of."""
    call = server.client.call
    return {
        "pipelines": call("SearchPipeline", PageSize=100)["PipelineList"]["Pipeline"],
        "templates": call("SearchTemplate", State="Normal", PageSize=100)["TemplateList"]["Template"],
        "marks": call("SearchWaterMarkTemplate", State="Normal")["WaterMarkTemplateList"]["WaterMarkTemplate"],
        "flows": call("SearchMediaWorkflow", StateList="Active,Inactive")["MediaWorkflowList"]["MediaWorkflow"],
        "buckets": call("ListAllMediaBucket")["MediaBucketList"]["MediaBucket"],
    }


def apply(server: Running, folder: Path, *, plan: bool = False, prune: bool = False) -> int:
    return commands.apply(server.client, folder, only_plan=plan, yes=True, prune=prune)


def test_a_server_is_made_equal_to_files_again_and_again(
    server: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ros.yaml").write_text(ROS)
    before = world(server)
    assert apply(server, tmp_path, plan=True) == 2 and world(server) == before
    assert '+ pipeline "by ros"' in capsys.readouterr().out
    assert apply(server, tmp_path) == 0
    flow, queue = world(server)["flows"][0], world(server)["pipelines"][0]
    start = json.loads(flow["Topology"])["Activities"]["in"]["Parameters"]
    assert start["PipelineId"] == queue["Id"] and start["InputFile"]["ObjectPrefix"] == "on/"
    assert (flow["State"], flow["TriggerMode"]) == ("Active", "NotInAuto")
    made = world(server)
    assert apply(server, tmp_path) == 0 == apply(server, tmp_path, plan=True) and world(server) == made
    (tmp_path / "ros.yaml").write_text(ROS.replace("Default: Manual", "Default: Auto"))
    capsys.readouterr()
    assert apply(server, tmp_path) == 0
    told = 'Topology.Activities.out.Parameters.PublishType: "Manual" -> "Auto"'
    assert told in capsys.readouterr().out
    changed = world(server)["flows"][0]
    assert changed["MediaWorkflowId"] == flow["MediaWorkflowId"] and changed["Revision"] == flow["Revision"] + 1
    versions = server.client.call("ListMediaWorkflowVersions", MediaWorkflowId=flow["MediaWorkflowId"])
    assert versions["MediaWorkflowVersionList"][0]["Note"] == f"mill apply {tmp_path.name}"


def test_what_is_exported_is_applied_to_no_effect_and_makes_a_twin(
    server: Running, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    call = server.client.call
    pipeline = call("AddPipeline", Name="films", MaxConcurrency=3, NotifyConfig={"QueueName": "q"})["Pipeline"]["Id"]
    call(
        "UpdatePipeline", PipelineId=call("AddPipeline", Name="asleep")["Pipeline"]["Id"], Name="asleep", State="Paused"
    )
    bodies = [TEMPLATE, *OTHER_TEMPLATES]
    ids = [call("AddTemplate", Name=f"kind {n}", **body)["Template"]["Id"] for n, body in enumerate(bodies)]
    mark = call("AddWaterMarkTemplate", Name="mark", Config=WATERMARK)["WaterMarkTemplate"]["Id"]
    outputs = [{"OutputObject": "{RunId}/x", "TemplateId": ids[0], "WaterMarks": [{"WaterMarkTemplateId": mark}]}]
    start = {"PipelineId": pipeline, "InputFile": {"Bucket": "files-in", "Location": LOCATION, "ObjectPrefix": "1e3/"}}
    work = {"OutputBucket": "files-out", "OutputLocation": LOCATION, "Outputs": json.dumps(outputs)}
    topology = {
        "Activities": {
            "in": {"Type": "Start", "Parameters": start},
            "no": {"Type": "Transcode", "Parameters": work},
            "out": {"Type": "Report", "Parameters": {}},
        },
        "Dependencies": {"in": ["no"], "no": ["out"], "out": []},
    }
    flow = call("AddMediaWorkflow", Name="stopped", Topology=topology)["MediaWorkflow"]["MediaWorkflowId"]
    call("DeactivateMediaWorkflow", MediaWorkflowId=flow)
    before = world(server)
    for form in ("yaml", "json"):
        folder = tmp_path / form
        assert commands.export(server.client, folder, form) == 0
        text = "".join(path.read_text() for path in folder.iterdir())
        assert pipeline not in text and ids[0] not in text and mark not in text, "ids mean nothing elsewhere"
        assert apply(server, folder, plan=True, prune=True) == 0
        assert apply(server, folder) == 0 and world(server) == before
    twin = Running(tmp_path_factory.mktemp("twin"))
    twin.start()
    try:
        assert apply(twin, tmp_path / "yaml") == 0 == apply(twin, tmp_path / "json", plan=True, prune=True)
        assert [f["State"] for f in world(twin)["flows"] if f["Name"] == "stopped"] == ["Inactive"]
        assert commands.export(twin.client, tmp_path / "again", "yaml") == 0
        for path in (tmp_path / "yaml").iterdir():
            assert (tmp_path / "again" / path.name).read_text() == path.read_text()
    finally:
        twin.stop()


def test_nothing_is_deleted_but_what_is_pruned_of_the_kinds_of_the_files(
    server: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.client.call("AddTemplate", Name="to go", Video={"Codec": "H.264"})
    kept = world(server)
    (tmp_path / "t.json").write_text('{"Templates": []}')
    assert apply(server, tmp_path) == 0 and world(server) == kept
    assert "left alone" in capsys.readouterr().out
    mine = tmp_path / "some"
    mine.mkdir()
    names = [t for t in kept["templates"] if t["Name"] != "to go"]
    sections = ("Name", "Container", "Video", "Audio", "TransConfig", "MuxConfig")
    (mine / "t.json").write_text(json.dumps({"Templates": [{s: t[s] for s in sections if t.get(s)} for t in names]}))
    assert apply(server, mine, plan=True, prune=True) == 2
    assert apply(server, mine, prune=True) == 0
    now = world(server)
    assert [t["Name"] for t in now["templates"]] == [t["Name"] for t in names] and now["flows"] == kept["flows"]


@pytest.mark.parametrize(
    "fields",
    [
        {"Role": ""},
        {"MaxConcurrency": None},
        {"MaxConcurrency": "3"},
        {"NotifyConfig": {}},
        {"NotifyConfig": '{"QueueName": "q"}'},
    ],
)
def test_a_pipeline_is_as_its_file_says_after_once(server: Running, tmp_path: Path, fields: dict[str, Any]) -> None:
    name = f"once {json.dumps(fields)}"
    start = {"Name": name, "Role": "r", "MaxConcurrency": 2, "NotifyConfig": {"QueueName": "x"}}
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"Pipelines": [start]}))
    assert apply(server, tmp_path) == 0
    path.write_text(json.dumps({"Pipelines": [{"Name": name, **fields}]}))
    assert apply(server, tmp_path) == 0 == apply(server, tmp_path, plan=True)


def test_other_letters_and_empty_fields_are_no_difference(server: Running, tmp_path: Path) -> None:
    video = {"Codec": "h.264", "Width": 640, "Remove": False, "Crf": 23.0}
    template = {"Name": "letters", "Container": {"Format": "MP4"}, "Video": video, "Audio": {"Codec": "aac"}}
    pipeline = server.client.call("AddPipeline", Name="letters")["Pipeline"]["Id"]
    start = {"PipelineId": pipeline, "InputFile": {"Bucket": "files-in", "Location": LOCATION}}
    drawn = {
        "Activities": {"in": {"Type": "Start", "Parameters": start}, "out": {"Type": "Report", "Parameters": {}}},
        "Dependencies": {"in": ["out"], "out": []},
    }
    flow: dict[str, Any] = {"Name": "letters", "Topology": drawn, "TriggerMode": "NotInAuto", "Reuse": "account"}
    bucket = {"Bucket": "files-in", "Type": "Input", "Referer": ""}
    document = {"Buckets": [bucket], "Templates": [template], "Workflows": [flow]}
    (tmp_path / "all.json").write_text(json.dumps(document))
    assert apply(server, tmp_path) == 0
    before = world(server)
    for reuse in ("account", "ACCOUNT", None):
        flow["Reuse"] = reuse
        (tmp_path / "all.json").write_text(json.dumps(document))
        assert apply(server, tmp_path, plan=True) == 0 == apply(server, tmp_path)
    assert world(server) == before
    made = next(one for one in before["templates"] if one["Name"] == "letters")
    assert (made["Video"]["Codec"], made["Video"]["Crf"]) == ("H.264", "23")
    template["Video"] = video | {"Crf": 24}
    (tmp_path / "all.json").write_text(json.dumps(document))
    assert apply(server, tmp_path, plan=True) == 2


@pytest.mark.parametrize("config", [{}, '{"Dx": "9"}', {"Timeline": {"Start": "1"}}])
def test_a_watermark_is_as_its_file_says_after_once(server: Running, tmp_path: Path, config: Any) -> None:
    text = json.dumps({"WaterMarkTemplates": [{"Name": f"mark {config}", "Config": config}]})
    (tmp_path / "m.json").write_text(text)
    assert [apply(server, tmp_path, plan=plan) for plan in (True, False, True)] == [2, 0, 0]


def test_anchors_may_stand_in_a_place_of_their_own_and_names_in_another_file(server: Running, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        """
x-video: &video {Codec: H.264, Preset: veryfast}
Templates:
  - {Name: wide, Container: &mp4 {Format: mp4}, Video: {<<: *video, Width: 640}}
  - {Name: narrow, Container: *mp4, Video: {<<: *video, Width: 320}}
"""
    )
    output = {"OutputObject": "{RunId}", "TemplateId": {"Template": "narrow"}}
    start = {"PipelineId": {"Pipeline": "elsewhere"}, "InputFile": {"Bucket": "files-in", "Location": LOCATION}}
    work = {"OutputBucket": "files-out", "OutputLocation": LOCATION, "Outputs": [output]}
    drawn = {
        "Activities": {
            "in": {"Type": "Start", "Parameters": start},
            "t": {"Type": "Transcode", "Parameters": work},
            "out": {"Type": "Report", "Parameters": {}},
        },
        "Dependencies": {"in": ["t"], "t": ["out"], "out": []},
    }
    flow = {"Name": "of two files", "TriggerMode": "NotInAuto", "Topology": drawn}
    (tmp_path / "b.json").write_text(json.dumps({"Workflows": [flow]}))
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "c.yml").write_text("Pipelines: [{Name: elsewhere}]")
    assert [apply(server, tmp_path, plan=plan) for plan in (True, False, True, False)] == [2, 0, 0, 0]
    made = {one["Name"]: one for one in world(server)["templates"]}
    assert (made["wide"]["Video"]["Width"], made["narrow"]["Video"]["Width"]) == ("640", "320")
    flow = next(one for one in world(server)["flows"] if one["Name"] == "of two files")
    assert made["narrow"]["Id"] in flow["Topology"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--plan"], "Missing argument"),
        (["DIR", "--plam"], "No such option"),
        (["DIR", "--plan", "--port", "many"], "port"),
        (["DIR", "--plan", "--home", "/nowhere/at/all"], "has no AccessKey"),
        (["EMPTY", "--plan"], "holds no .yaml"),
        (["NOWHERE", "--plan"], "is no folder"),
        (["DIR", "--plan", "--port", "1"], "No server answers"),
    ],
)
def test_what_goes_wrong_is_no_difference(server: Running, tmp_path: Path, words: list[str], said: str) -> None:
    """A pipeline that asks whether something differs (2) is told 1 when the question itself is wrong."""
    (tmp_path / "DIR").mkdir()
    (tmp_path / "EMPTY").mkdir()
    (tmp_path / "DIR" / "a.yaml").write_text("Pipelines: []")
    given = [sys.executable, "-m", "reelmill", "apply", *words]
    env = {name: value for name, value in server.env.items() if "--home" not in words or "ACCESS_KEY" not in name}
    done = subprocess.run(given, env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr


def test_a_text_of_ros_may_hold_what_looks_like_a_reference() -> None:
    pipeline = {"Type": "ALIYUN::MPS::Pipeline", "Properties": {"Name": {"Fn::Sub": "${N} ${!N}"}}}
    document = {"Parameters": {"N": {"Default": "films"}}, "Resources": {"Q": pipeline}}
    assert [one.name for one in ros.resources(document, "f")] == ["films ${N}"]


def test_what_a_workflow_uses_that_stays_is_not_pruned() -> None:
    queue, other = Resource("Pipeline", "films", {}, id="a" * 32), Resource("Pipeline", "other", {}, id="b" * 32)
    start = {"PipelineId": {"Pipeline": "films"}, "InputFile": {"Bucket": "files-in"}}
    flow = Resource("Workflow", "flow", {"Topology": {"Activities": {"in": start}}})
    bucket = Resource("Bucket", "files-in", {}, id="files-in")
    kinds = frozenset({"Pipeline", "Workflow"})
    assert len(plan([], kinds, [queue, other, flow], prune=True).steps) == 3, "with it goes what uses it"
    assert [one.wanted for one in plan([queue], kinds - {"Workflow"}, [queue, other, flow], prune=True).steps] == [
        other
    ]
    for files, sections in (([], kinds - {"Workflow"}), ([flow], kinds)):
        with pytest.raises(FileFault, match=r'pipeline "films" .* workflow "flow" uses it'):
            plan(files, sections, [queue, other, flow], prune=True)
    with pytest.raises(FileFault, match='bucket "files-in" stands in no file'):
        plan([], frozenset({"Bucket"}), [bucket, flow], prune=True)
