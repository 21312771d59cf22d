"""Files that cannot be applied are told by the plan, before anything is changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from contract.test_apply import apply, server, world
from reelmill.cli.apply import commands
from running import LOCATION, Running

__all__ = ["server"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ROSTemplateFormatVersion: [", "bad.yaml"),
        ("Resources: {X: {Type: ALIYUN::ECS::Instance}}", "ALIYUN::ECS::Instance are not known"),
        (
            "Resources: {X: {Type: ALIYUN::MPS::Pipeline, Properties: {Name: {Fn::Sub: '${ALIYUN::StackName}'}}}}",
            "ALIYUN::StackName is no resource of this template",
        ),
        ("Pipelines: [{Name: a}, {Name: a}]", "stands in bad.yaml already"),
        ("Pipelines: [{Name: a, Name: b}]", '"Name" stands twice'),
        ("Pipelines: [{Name: a, Colour: red}]", '"Colour" is none of its fields'),
        ("Pipelines: [{Name: {{ name }}}]", "a key must be a text"),
        ('Pipelines: [{Name: "\\uD800"}]', "holds half a character"),
        ("Buckets: [{Bucket: b, Type: Output, Referer: 'http://r'}]", "Referer is for input buckets"),
        ("WaterMarkTemplates: [{Name: a, Config: {Timeline: always}}]", "Timeline"),
        ("WaterMarkTemplates: [{Name: a, Config: '{'}]", "Config is not JSON"),
        ("Resources: {X: {Type: ALIYUN::MPS::Pipeline, DependsOn: {a: b}, Properties: {Name: a}}}", "is no resource"),
        ("Pipelines: &a [*a]", "refers to itself"),
        ("Workflows: [{Name: a, Topology: {Activities: {s: {PipelineId: {Pipeline: none}}}}}]", "not on the server"),
        ("Buckets: [{Bucket: b}]", "Type must be Input or Output"),
        ("Flows: []", '"Flows" is not known; a file holds some of'),
        ("- a", "a file holds some of"),
        ("Pipelines: [{Name: a, State: paused}]", 'State is one of Active, Paused, not "paused"'),
        ("Workflows: [{Name: a, Topology: {a: 1}, State: inactive}]", "State is one of Active, Inactive"),
        ("Workflows: [{Name: a, Topology: {a: 1}, Reuse: false}]", "Reuse is one of Off, Run, Workflow, Account"),
        ("Workflows: [{Name: a, Topology: {a: 1}, TriggerMode: auto}]", "TriggerMode is one of OssAutoTrigger"),
        ("Pipelines:", "Pipelines must be a list"),
        ("Pipelines: [{Name: 12}]", "Name must be a text; put 12 into quotes"),
        ("Pipelines: [{Name: a}]\n---\nPipelines: [{Name: a}]", "stands in bad.yaml already"),
        ("Pipelines: [{Name: !!python/object/apply:os.getcwd []}]", "could not determine a constructor"),
        ("Resources: {X: {Type: [ALIYUN::MPS::Pipeline]}}", "are not known here"),
        ("Resources: {X: {Type: ALIYUN::MPS::Pipeline, Properties: {Name: {Ref: [a]}}}}", 'not ["a"]'),
        ("Resources: {X: {Type: ALIYUN::MPS::Pipeline, Properties: {Name: !GetAtt X.Name}}}", "X refers to itself"),
        (
            "Resources: {X: {Type: ALIYUN::MPS::Pipeline, Properties: [a]},\n"
            "            Y: {Type: ALIYUN::MPS::Pipeline, Properties: {Name: !GetAtt X.Name}}}",
            "X: a pipeline must be a mapping",
        ),
        (
            "Resources: {Y: {Type: ALIYUN::MPS::Pipeline, Properties: {Name: !GetAtt X.Name}},\n"
            "            X: {Type: ALIYUN::MPS::Pipeline, Properties: [a]}}",
            "X has no Name",
        ),
        (
            "Resources: {X: {Type: ALIYUN::MPS::Pipeline, DependsOn: [Y], Properties: {Name: a}}}",
            "DependsOn: Y is no resource",
        ),
    ],
)
def test_files_that_cannot_be_done_are_named_and_change_nothing(
    server: Running, tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    before = world(server)
    assert apply(server, tmp_path) == 1 == apply(server, tmp_path, plan=True)
    assert said in capsys.readouterr().err and world(server) == before


def test_a_topology_that_the_server_would_not_save_is_refused_by_the_plan(
    server: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = world(server)
    start = {"PipelineId": {"Pipeline": "soon"}, "InputFile": {"Bucket": "files-in", "Location": LOCATION}}
    drawn: dict[str, Any] = {
        "Activities": {"in": {"Type": "Start", "Parameters": start}, "out": {"Type": "Reprot", "Parameters": {}}},
        "Dependencies": {"in": ["out"], "out": []},
    }
    (tmp_path / "w.json").write_text(json.dumps({"Workflows": [{"Name": "not right", "Topology": drawn}]}))
    (tmp_path / "p.json").write_text('{"Pipelines": [{"Name": "soon"}]}')
    for there in (False, True):  # what it refers to is made by the same plan, or there already
        for only in (True, False):
            assert apply(server, tmp_path, plan=only) == 1
            assert 'w.json: workflow "not right": Activities.out' in capsys.readouterr().err
        if not there:
            assert all(one["Name"] != "soon" for one in world(server)["pipelines"])
            server.client.call("AddPipeline", Name="soon")
    (tmp_path / "w.json").write_text('{"Workflows": [{"Name": "not right", "Topology": [1]}]}')
    assert apply(server, tmp_path, plan=True) == 1 and "Topology" in capsys.readouterr().err
    assert world(server)["flows"] == before["flows"]


def test_what_is_wrong_is_told_before_anything_is_made_beside_what_is_right(
    server: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = world(server)
    drawn = {"Activities": {"in": {"Type": "Nonsense", "Parameters": {}}}, "Dependencies": {"in": []}}
    body = {
        "Pipelines": [
            {"Name": "unrelated"},
            {"Name": "many", "MaxConcurrency": -1},
            {"Name": "told", "NotifyConfig": {"Tpoic": "t"}},
            {"Name": "fast", "Speed": "Bosst"},
            {"Name": "-", "State": "Paused"},
        ],
        "WaterMarkTemplates": [{"Name": "mark", "Config": {"Type": "Image", "Dx": "far"}}],
        "Templates": [{"Name": "odd", "Container": {"Format": "mp4"}, "Video": {"Foo": 1}}],
        "Workflows": [{"Name": "no topology", "Topology": drawn}],
    }
    (tmp_path / "all.json").write_text(json.dumps(body))
    for only in (True, False):
        assert apply(server, tmp_path, plan=only) == 1
        said = capsys.readouterr().err
        assert 'template "odd": ' in said and "Foo" in said and 'workflow "no topology": Activities.in' in said
        for one in ('pipeline "many": MaxC', 'pipeline "told": ', 'pipeline "fast": Sp', 'pipeline "-": ', '"mark": '):
            assert f"all.json: {one}" in said or (one == '"mark": ' and one in said), one
        assert "Tpoic" in said and "Dx" in said and "unrelated" not in said
    assert world(server) == before


def test_what_only_the_server_knows_is_asked_of_topologies_that_need_nothing_new(
    server: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name in the plan that is also some text of the topology is no reference."""
    place = {"Bucket": "nowhere", "Location": LOCATION}
    server.client.call("AddPipeline", Name="there already")
    start = {"PipelineId": {"Pipeline": "there already"}, "InputFile": place}
    acts = {"in": {"Type": "Start", "Parameters": start}, "out": {"Type": "Report", "Parameters": {}}}
    drawn = {"Activities": acts, "Dependencies": {"in": ["out"], "out": []}}
    body = {"Pipelines": [{"Name": "Start"}, {"Name": "nowhere"}], "Workflows": [{"Name": "w", "Topology": drawn}]}
    before = world(server)
    (tmp_path / "a.json").write_text(json.dumps(body))
    assert apply(server, tmp_path, plan=True) == 1 == apply(server, tmp_path)
    assert '"nowhere" is not bound' in capsys.readouterr().err and world(server) == before
    body["Workflows"] = [{"Name": "n" * 65, "Topology": drawn}]
    (tmp_path / "a.json").write_text(json.dumps(body))
    assert apply(server, tmp_path, plan=True) == 1 and "Name" in capsys.readouterr().err


def test_keys_of_json_stand_once_and_long_topologies_are_sent(
    server: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text('{"Pipelines": [{"Name": "a", "Name": "b"}]}')
    assert apply(server, tmp_path, plan=True) == 1 and '"Name" stands twice' in capsys.readouterr().err
    pipeline = server.client.call("AddPipeline", Name="of many")["Pipeline"]["Id"]
    start = {"PipelineId": pipeline, "InputFile": {"Bucket": "files-in", "Location": LOCATION}}
    shot = {"OutputFile": {"Bucket": "files-out", "Location": LOCATION, "Object": "{RunId}.jpg"}, "Time": "0"}
    acts: dict[str, Any] = {"in": {"Type": "Start", "Parameters": start}}
    acts |= {f"s{n}": {"Type": "Snapshot", "Parameters": {"SnapshotConfig": shot}} for n in range(120)}
    acts["out"] = {"Type": "Report", "Parameters": {}}
    after = {"in": [f"s{n}" for n in range(120)], "out": [], **{f"s{n}": ["out"] for n in range(120)}}
    for n in range(120):
        acts[f"s{n}"]["Condition"] = "input.size > 1" + " && true" * 50
    (tmp_path / "a.json").write_text(
        json.dumps({"Workflows": [{"Name": "many", "Topology": {"Activities": acts, "Dependencies": after}}]})
    )
    assert (tmp_path / "a.json").stat().st_size > 70_000
    assert [apply(server, tmp_path), apply(server, tmp_path, plan=True)] == [0, 0], capsys.readouterr().err


def test_an_export_that_apply_would_refuse_says_so(
    server: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        server.client.call("AddPipeline", Name="twice there")
    assert commands.export(server.client, tmp_path, "yaml") == 1
    assert '2 pipelines of the name "twice there"' in capsys.readouterr().err
    for one in world(server)["pipelines"]:
        if one["Name"] == "twice there":
            server.client.call("DeletePipeline", PipelineId=one["Id"])
