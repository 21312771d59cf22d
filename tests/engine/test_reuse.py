"""Nothing made twice: a run links what an earlier one made of the same content, whole and under its own names."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import imageio_ffmpeg
import pytest

from reelmill.cli.client import Refused
from running import LOCATION, Listener, Running, ladder_topology, running, template, until

OUT = {"OutputBucket": "cout", "OutputLocation": LOCATION}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    drawn = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24:duration=4"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=4"]
    encode = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "24", "-c:a", "aac"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *drawn, *sound, *encode, path], check=True)
    return path


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[Running]:
    told = {"callback_url": listener.url, "callback_secret": "0123456789abcdef", "settle_seconds": "0.5"}
    with running(tmp_path_factory.mktemp("reuse"), **told) as one:
        one.client.call("BindInputBucket", Bucket="cin")
        one.client.call("BindOutputBucket", Bucket="cout")
        yield one


def every_kind(server: Running, *, quality: str = "30") -> dict[str, Any]:
    """A package with its cover, and beside it: one file, segments that are called after the run, a manifest, an index
    of pictures with sheets."""
    pipeline = server.client.call("AddPipeline", Name="tests")["Pipeline"]["Id"]
    parts = [template(server, width) for width in ("320", "192")]
    drawn = ladder_topology(pipeline, parts, prefix="")
    forms = {"mp4": "one", "m3u8": "list", "mpd": "dash"}
    for form, name in forms.items():
        body = {"Video": {"Codec": "H.264", "Width": "160", "Crf": quality, "Preset": "veryfast"}}
        made = server.client.call("AddTemplate", Name=form, Container={"Format": form}, Audio={"Codec": "AAC"}, **body)
        output = {"OutputObject": f"{name}%2F{{FileName}}-{{RunId}}", "TemplateId": made["Template"]["Id"]}
        drawn["Activities"][name] = {"Type": "Transcode", "Parameters": {"Outputs": [output], **OUT}}
    place = {"Bucket": "cout", "Location": LOCATION}
    config = {"OutputFile": {**place, "Object": "pictures/{RunId}-{Count}.jpg"}, "Time": "0", "Interval": "1"}
    config |= {"Num": "4", "Format": "vtt", "SubOut": {"IsSptFrag": "false"}}
    drawn["Activities"]["index"] = {"Type": "Snapshot", "Parameters": {"SnapshotConfig": config}}
    drawn["Dependencies"]["start"] += [*forms.values()]
    drawn["Dependencies"] |= {"one": ["index"], "list": ["end"], "dash": ["end"], "index": ["end"]}
    return drawn


def flow(server: Running, name: str, drawn: dict[str, Any], **more: str) -> str:
    answer = server.client.call(
        "AddMediaWorkflow", Name=name, Topology=json.dumps(drawn), TriggerMode="NotInAuto", **more
    )
    return str(answer["MediaWorkflow"]["MediaWorkflowId"])


def run(server: Running, workflow: str, key: str) -> dict[str, dict[str, Any]]:
    """The activities of a new run that has ended well, by their names; its id under ""."""
    before = {one["RunId"] for one in server.executions(workflow)}
    url = f"http://cin.{LOCATION}.aliyuncs.com/{key}"
    server.client.call("AddMedia", FileURL=url, MediaWorkflowId=workflow)

    def ended() -> list[dict[str, Any]]:
        return [one for one in server.executions(workflow) if one["RunId"] not in before and one["State"] != "Running"]

    run_id = until(ended, 60, "a run")[0]["RunId"]
    told = server.client.call("DescribeExecution", RunId=run_id)["Execution"]["Activities"]
    assert {one["Name"]: one["Message"] for one in told if one["State"] != "Success"} == {}
    return {one["Name"]: one for one in told} | {"": {"RunId": run_id}}


def tree(server: Running, run_id: str) -> dict[str, bytes]:
    """What a run published, by names without its id."""
    folder = server.home / "buckets" / "cout"
    found = {str(one.relative_to(folder)): one for one in folder.rglob("*") if one.is_file()}
    return {name.replace(run_id, "RUN"): path.read_bytes() for name, path in found.items() if run_id in name}


def test_every_kind_of_output_is_linked_under_its_new_name(server: Running, film: Path, listener: Listener) -> None:
    workflow = flow(server, "all", every_kind(server), Reuse="workflow")
    server.put("cin", "a.mp4", film)
    first = run(server, workflow, "a.mp4")
    until(lambda: len(listener.got) == 2, 10, "the messages of the first run")
    one, count = first[""]["RunId"], len(server.begun())
    assert [name for name, act in first.items() if act.get("ReusedFrom")] == []
    second = run(server, workflow, "a.mp4")
    two = second[""]["RunId"]
    makers = {name for name, act in first.items() if act.get("Outputs")}
    assert {name for name, act in second.items() if act.get("ReusedFrom") == one} == makers
    assert len(server.begun()) == count, server.begun()[count:]
    before, after = tree(server, one), tree(server, two)
    assert after.keys() == before.keys()
    for name, made in before.items():
        assert after[name] == made.replace(one.encode(), two.encode()), name
    folder = server.home / "buckets" / "cout"
    for path in folder.rglob("*.m3u8"):  # every list leads somewhere
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                assert (path.parent / unquote(line)).is_file(), (path, line)
    assert [len(act["Outputs"]) for act in second.values() if "Outputs" in act] == [
        len(act["Outputs"]) for act in first.values() if "Outputs" in act
    ]
    until(lambda: len(listener.got) == 4, 10, "the messages of the second run")
    jobs = server.client.call("QueryJobList", JobIds=second["one"]["JobId"])["JobList"]["Job"]
    assert jobs[0]["ReusedFrom"] == one and jobs[0]["State"] == "TranscodeSuccess"
    assert jobs[0]["Output"]["OutputFile"]["Object"] == f"one/a-{two}.mp4"
    queried = server.client.call("QueryMediaWorkflowExecutionList", RunIds=two)["MediaWorkflowExecutionList"]
    acts = queried["MediaWorkflowExecution"][0]["ActivityList"]["Activity"]
    assert {act["Name"] for act in acts if act.get("ReusedFrom") == one} == makers


def small(server: Running, templates: list[str], *, mark: str = "") -> dict[str, Any]:
    """A workflow of single files, one for each template, perhaps with a watermark."""
    pipeline = server.client.call("AddPipeline", Name="tests")["Pipeline"]["Id"]
    source = {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": ""}
    marks = {"WaterMarks": [{"InputFile": {"Bucket": "cin", "Location": LOCATION, "Object": mark}}]} if mark else {}
    acts: dict[str, Any] = {
        f"x{n}": {
            "Type": "Transcode",
            "Parameters": {"Outputs": [{"OutputObject": f"x{n}%2F{{RunId}}", "TemplateId": one} | marks], **OUT},
        }
        for n, one in enumerate(templates)
    }
    start = {"Type": "Start", "Parameters": {"PipelineId": pipeline, "InputFile": source}}
    edges = {"start": list(acts), **{name: ["end"] for name in acts}, "end": []}
    return {
        "Activities": {"start": start, **acts, "end": {"Type": "Report", "Parameters": {"PublishType": "Auto"}}},
        "Dependencies": edges,
    }


def mp4(server: Running, width: int) -> str:
    body = {"Video": {"Codec": "H.264", "Width": str(width), "Preset": "veryfast"}, "Audio": {"Codec": "AAC"}}
    made = server.client.call("AddTemplate", Name=f"w{width}", Container={"Format": "mp4"}, **body)
    return str(made["Template"]["Id"])


def reused(acts: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: act["ReusedFrom"] for name, act in acts.items() if act.get("ReusedFrom")}


def test_what_was_touched_or_changed_is_made(server: Running, film: Path) -> None:
    templates = [mp4(server, 160), mp4(server, 176)]
    workflow = flow(server, "small", small(server, templates), Reuse="Workflow")
    server.put("cin", "b.mp4", film)
    server.put("cin", "c.mp4", film)
    one = run(server, workflow, "b.mp4")
    two = run(server, workflow, "c.mp4")  # another object, the same content
    assert reused(two) == dict.fromkeys(["x0", "x1"], one[""]["RunId"])
    for acts in (one, two):  # as other files: a link must not spoil its twin
        path = server.home / "buckets" / "cout" / "x0" / f"{acts['']['RunId']}.mp4"
        path.unlink()
        path.write_bytes(b"garbage")
    three = run(server, workflow, "b.mp4")
    assert reused(three) == {"x1": one[""]["RunId"]}
    changed = small(server, [templates[0], mp4(server, 192)])
    server.client.call("UpdateMediaWorkflow", MediaWorkflowId=workflow, Topology=json.dumps(changed), WhileActive=True)
    four = run(server, workflow, "b.mp4")
    assert reused(four) == {"x0": three[""]["RunId"]}
    (server.home / "buckets" / "cin" / "c.mp4").write_bytes(film.read_bytes() + b"\0\0\0\x08free")
    assert reused(run(server, workflow, "c.mp4")) == {}


def test_whose_outputs_are_taken_over(server: Running, film: Path) -> None:
    drawn = small(server, [mp4(server, 208)])
    server.put("cin", "d.mp4", film)
    usual = flow(server, "usual", drawn)
    assert reused(run(server, usual, "d.mp4")) == reused(run(server, usual, "d.mp4")) == {}
    thrifty = flow(server, "thrifty", drawn, Reuse="Account")
    made = run(server, thrifty, "d.mp4")
    assert reused(made) == {}  # nothing was remembered of a workflow that reuses nothing
    other = flow(server, "other", drawn, Reuse="Account")
    assert reused(run(server, other, "d.mp4")) == {"x0": made[""]["RunId"]}
    alone = flow(server, "alone", drawn, Reuse="Workflow")
    assert reused(run(server, alone, "d.mp4")) == {}
    within = flow(server, "within", drawn, Reuse="Run")
    assert reused(run(server, within, "d.mp4")) == reused(run(server, within, "d.mp4")) == {}


def test_another_watermark_is_another_content(server: Running, film: Path) -> None:
    picture = server.home / "buckets" / "cin" / "logo.png"
    draw = ["-f", "lavfi", "-i", "color=red:size=32x32", "-frames:v", "1", "-y", str(picture)]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *draw], check=True)
    server.put("cin", "e.mp4", film)
    workflow = flow(server, "marked", small(server, [mp4(server, 224)], mark="logo.png"), Reuse="Workflow")
    made = run(server, workflow, "e.mp4")
    assert reused(run(server, workflow, "e.mp4")) == {"x0": made[""]["RunId"]}
    draw[3] = "color=blue:size=32x32"
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *draw], check=True)
    assert reused(run(server, workflow, "e.mp4")) == {}


def test_a_death_while_something_is_reused_doubles_nothing(tmp_path: Path, film: Path, listener: Listener) -> None:
    told = {"callback_url": listener.url, "callback_secret": "0123456789abcdef", "settle_seconds": "0.5"}
    with running(tmp_path / "home", **told) as server:
        server.client.call("BindInputBucket", Bucket="cin")
        server.client.call("BindOutputBucket", Bucket="cout")
        workflow = flow(server, "small", small(server, [mp4(server, 160)]), Reuse="Workflow")
        server.put("cin", "a.mp4", film)
        made = run(server, workflow, "a.mp4")[""]["RunId"]
        server.stop()
        server.start(REELMILL_FAILPOINT="reused")
        url = f"http://cin.{LOCATION}.aliyuncs.com/a.mp4"
        server.client.call("AddMedia", FileURL=url, MediaWorkflowId=workflow)
        assert server.died(20)
        begun, heard = len(server.begun()), len(listener.got)
        server.start()
        runs = server.ended(workflow, 2)
        again = next(one["RunId"] for one in runs if one["RunId"] != made)
        acts = server.client.call("DescribeExecution", RunId=again)["Execution"]["Activities"]
        x = next(one for one in acts if one["Name"] == "x0")
        assert (x["State"], x["ReusedFrom"], len(x["Outputs"])) == ("Success", made, 1)
        assert len(server.begun()) == begun
        files = [one.name for one in (server.home / "buckets" / "cout" / "x0").iterdir()]
        assert sorted(files) == sorted([f"{made}.mp4", f"{again}.mp4"])
        until(lambda: any(again in json.dumps(body) for _, body in listener.got[heard:]), 10, "its last message")
        assert re.fullmatch(r"[0-9a-f]{32}", again) and server.leftovers() == []


def test_a_run_that_is_run_again_links_its_own_outputs(server: Running, film: Path) -> None:
    server.put("cin", "f.mp4", film)
    workflow = flow(server, "again", small(server, [mp4(server, 240)]), Reuse="Run")
    run_id = run(server, workflow, "f.mp4")[""]["RunId"]
    path = server.home / "buckets" / "cout" / "x0" / f"{run_id}.mp4"
    before, begun = path.read_bytes(), len(server.begun())
    server.client.call("RerunMediaWorkflowExecution", RunId=run_id, FromActivity="start")

    def ended() -> dict[str, Any] | None:
        told: dict[str, Any] = server.client.call("DescribeExecution", RunId=run_id)["Execution"]
        acts = {one["Name"]: one for one in told["Activities"]}
        return acts if told["State"] != "Running" and acts["x0"]["State"] == "Success" else None

    assert until(ended, 30, "the second attempt")["x0"]["ReusedFrom"] == run_id
    assert (path.read_bytes(), len(server.begun())) == (before, begun)
    assert len(list(path.parent.glob(f"*{run_id}*"))) == 1


def test_a_run_is_not_done_again_from_what_was_deleted(server: Running, film: Path) -> None:
    server.put("cin", "gone.mp4", film)
    drawn = small(server, [mp4(server, 160)])
    config = {"OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": "{RunId}.jpg"}, "Time": "0"}
    drawn["Activities"]["picture"] = {"Type": "Snapshot", "Parameters": {"SnapshotConfig": config}}
    drawn["Dependencies"] |= {"x0": ["picture"], "picture": ["end"]}
    workflow = flow(server, "gone", drawn)
    run_id = run(server, workflow, "gone.mp4")[""]["RunId"]
    (server.home / "buckets" / "cout" / "x0" / f"{run_id}.mp4").unlink()
    for more in ({}, {"NewRun": True}, {"Definition": "current"}):
        with pytest.raises(Refused, match='"x0" is gone; do the run again from "x0"'):
            server.client.call("RerunMediaWorkflowExecution", RunId=run_id, FromActivity="picture", **more)
    server.client.call("RerunMediaWorkflowExecution", RunId=run_id, FromActivity="x0")
    told = until(lambda: server.ended(workflow), 30, "it is made again")[0]
    assert told["State"] == "Completed" and len(server.executions(workflow)) == 1


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_run_is_not_done_again_from_what_was_put_in_place_of_its_output(
    server: Running, film: Path, by_hand: bool
) -> None:
    """It would take the picture of another film, and call that a success."""
    name, other = f"first {by_hand}.mp4", f"second {by_hand}.mp4"
    server.put("cin", name, film)
    drawn = small(server, [mp4(server, 160)])
    drawn["Activities"]["x0"]["Parameters"]["Outputs"][0]["OutputObject"] = f"same {by_hand}"
    config = {"OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": "{RunId}.jpg"}, "Time": "0"}
    drawn["Activities"]["picture"] = {"Type": "Snapshot", "Parameters": {"SnapshotConfig": config}}
    drawn["Dependencies"] |= {"x0": ["picture"], "picture": ["end"]}
    workflow = flow(server, f"put {by_hand}", drawn)
    run_id = run(server, workflow, name)[""]["RunId"]
    server.client.call("RerunMediaWorkflowExecution", RunId=run_id, FromActivity="picture")
    until(lambda: server.ended(workflow), 30, "what is there is its own")
    if by_hand:
        (server.home / "buckets" / "cout" / f"same {by_hand}.mp4").write_bytes(film.read_bytes())
    else:
        shutil.copyfile(film, server.home / "buckets" / "cin" / other)
        run(server, workflow, other)
    for more in ({}, {"NewRun": True}):
        with pytest.raises(Refused, match='"x0" was replaced since; do the run again from "x0"'):
            server.client.call("RerunMediaWorkflowExecution", RunId=run_id, FromActivity="picture", **more)


def test_a_run_that_was_given_subtitles_keeps_them_when_it_is_drawn_anew(server: Running, film: Path) -> None:
    call, urls = server.client.call, f"http://cin.{LOCATION}.aliyuncs.com/"
    server.put("cin", "given.mp4", film)
    for name in ("usual", "other"):
        (server.home / "buckets" / "cin" / f"{name}.srt").write_text(f"1\n00:00:00,000 --> 00:00:03,000\n{name}\n")
    pipeline = call("AddPipeline", Name="tests")["Pipeline"]["Id"]
    drawn = ladder_topology(pipeline, [template(server, "192")], prefix="")
    text = {"InputConfig": {"Format": "srt", "InputFile": {"URL": f"{urls}usual.srt"}}}
    text["ExtXMedia"] = {"URI": "s/t.m3u8", "Name": "en"}
    drawn["Activities"] |= {"texts": {"Type": "SubtitleGroup", "Parameters": {"GroupId": "s"}}}
    drawn["Activities"] |= {"s1": {"Type": "Transcode", "Parameters": text}}
    drawn["Dependencies"] |= {"texts": ["s1"], "s1": ["master"]}
    drawn["Dependencies"]["pack"].append("texts")
    workflow = flow(server, "given", drawn)
    given = {"s1": {"InputConfig": {"InputFile": {"URL": f"{urls}other.srt"}}}}
    call("AddMedia", FileURL=f"{urls}given.mp4", MediaWorkflowId=workflow, OverrideParams=given)
    run_id = server.ended(workflow)[0]["RunId"]
    for count, more in ((1, {"Definition": "current"}), (2, {"Definition": "current", "NewRun": True}), (2, {})):
        made = call("RerunMediaWorkflowExecution", RunId=run_id, FromActivity="s1", **more)["RunId"]
        server.ended(workflow, count)
        assert "other" in (server.home / "buckets" / "cout" / made / "s" / "t-00001.vtt").read_text()
