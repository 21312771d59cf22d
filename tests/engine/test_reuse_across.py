"""What one workflow made is linked by another of the account: under other names, in other folders, at the same
moment, and not when it was touched in between."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from engine.test_reuse import film, reused  # noqa: F401 - a fixture
from running import LOCATION, Running, running, until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("across"), settle_seconds="0.5") as one:
        one.client.call("BindInputBucket", Bucket="cin")
        for name in ("cout", "other"):
            one.client.call("BindOutputBucket", Bucket=name)
        yield one


@pytest.fixture(scope="module")
def pipeline(server: Running) -> str:
    return str(server.client.call("AddPipeline", Name="tests")["Pipeline"]["Id"])


def templates(server: Running, width: int) -> dict[str, str]:
    """A file, a list of segments, a manifest: of this width, which no other test has."""
    video = {"Codec": "H.264", "Width": str(width), "Preset": "veryfast"}
    made = {}
    for form in ("mp4", "m3u8", "mpd"):
        body = {"Name": f"{form} {width}", "Container": {"Format": form}, "Video": video, "Audio": {"Codec": "AAC"}}
        made[form] = server.client.call("AddTemplate", **body)["Template"]["Id"]
    return made


def flow(server: Running, pipeline: str, name: str, made: dict[str, tuple[str, str]], bucket: str = "cout") -> str:
    """A workflow that makes these: activity -> (template, name of the output)."""
    source = {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": ""}
    acts: dict[str, Any] = {"start": {"Type": "Start", "Parameters": {"PipelineId": pipeline, "InputFile": source}}}
    for act, (template, output) in made.items():
        parameters: dict[str, Any] = {"OutputBucket": bucket, "OutputLocation": LOCATION}
        parameters |= {"Outputs": [{"OutputObject": output, "TemplateId": template}]}
        acts[act] = {"Type": "Transcode", "Parameters": parameters}
    acts["end"] = {"Type": "Report", "Parameters": {"PublishType": "Auto"}}
    edges = {"start": list(made), **{act: ["end"] for act in made}, "end": []}
    more = {"TriggerMode": "NotInAuto", "Reuse": "Account"}
    drawn = {"Activities": acts, "Dependencies": edges}
    answer = server.client.call("AddMediaWorkflow", Name=name, Topology=json.dumps(drawn), **more)
    return str(answer["MediaWorkflow"]["MediaWorkflowId"])


def begin(server: Running, workflow: str, key: str) -> str:
    """The RunId of a new run."""
    before = {one["RunId"] for one in server.executions(workflow)}
    url = f"http://cin.{LOCATION}.aliyuncs.com/{key}"
    server.client.call("AddMedia", FileURL=url, MediaWorkflowId=workflow)
    (found,) = [one["RunId"] for one in server.executions(workflow) if one["RunId"] not in before]
    return str(found)


def ended(server: Running, run_id: str) -> dict[str, dict[str, Any]]:
    """Its activities, all of which succeeded."""

    def told() -> dict[str, Any]:
        return dict(server.client.call("DescribeExecution", RunId=run_id)["Execution"])

    until(lambda: told()["State"] != "Running", 90, "the run ends")
    acts = {one["Name"]: one for one in told()["Activities"]}
    assert {name: (one["State"], one.get("Message")) for name, one in acts.items() if one["State"] != "Success"} == {}
    return acts


def run(server: Running, workflow: str, key: str) -> dict[str, dict[str, Any]]:
    return ended(server, begin(server, workflow, key))


def files(server: Running, bucket: str, folder: str) -> dict[str, Path]:
    root = server.home / "buckets" / bucket / folder
    return {str(path.relative_to(root)): path for path in sorted(root.rglob("*")) if path.is_file()}


def leads(playlist: Path) -> list[Path]:
    """The files that a list leads to; each is there."""
    lines = [line for line in playlist.read_text().splitlines() if line and not line.startswith("#")]
    found = [playlist.parent / unquote(line) for line in lines]
    assert found and all(path.is_file() for path in found), (playlist, lines)
    return found


def test_another_workflow_links_it_under_names_of_another_shape(server: Running, film: Path, pipeline: str) -> None:
    made = templates(server, 160)
    flat = flow(server, pipeline, "flat", {kind: (one, f"flat%2F{{FileName}}-{kind}") for kind, one in made.items()})
    deep = {kind: (one, f"deep%2Fer%2F{{RunId}}%2F{kind}%2Findex file") for kind, one in made.items()}
    names = {"other-" + kind: pair for kind, pair in deep.items()}
    elsewhere = flow(server, pipeline, "deep", names, bucket="other")
    server.put("cin", "film one.mp4", film)
    first = run(server, flat, "film one.mp4")
    one = server.executions(flat)[0]["RunId"]
    count = len(server.begun())
    asked = {"MediaWorkflowId": elsewhere, "FileURL": f"http://cin.{LOCATION}.aliyuncs.com/film%20one.mp4"}
    foreseen = server.client.call("DryRunMediaWorkflow", **asked)["Activities"]
    assert {act["Name"]: act["ReusedFrom"] for act in foreseen if act["Action"] == "reuse"} == dict.fromkeys(names, one)
    second = run(server, elsewhere, "film one.mp4")
    two = server.executions(elsewhere)[0]["RunId"]
    assert reused(second) == dict.fromkeys(names, one), second
    assert len(server.begun()) == count
    before, after = files(server, "cout", "flat"), files(server, "other", f"deep/er/{two}")
    assert len(before) == len(after) > 5, (list(before), list(after))
    playlist = next(path for name, path in after.items() if name.endswith(".m3u8"))
    old = next(path for name, path in before.items() if name.endswith(".m3u8"))
    assert [path.read_bytes() for path in leads(playlist)] == [path.read_bytes() for path in leads(old)]
    assert [len(first[kind]["Outputs"]) for kind in made] == [len(second[f"other-{kind}"]["Outputs"]) for kind in made]
    manifest = next(path for name, path in after.items() if name.endswith(".mpd"))
    assert "film one" not in manifest.read_text() and "flat" not in manifest.read_text()


def test_what_was_touched_or_deleted_in_between_is_made_again(server: Running, film: Path, pipeline: str) -> None:
    made = templates(server, 176)
    first = flow(server, pipeline, "first", {k: (one, f"first%2F{k}%2F{{RunId}}") for k, one in made.items()})
    second = flow(server, pipeline, "second", {k: (one, f"second%2F{k}%2F{{RunId}}") for k, one in made.items()})
    server.put("cin", "b.mp4", film)
    run(server, first, "b.mp4")
    one = server.executions(first)[0]["RunId"]
    segment = next(path for name, path in files(server, "cout", "first/m3u8").items() if not name.endswith(".m3u8"))
    segment.unlink()
    manifest = next(path for name, path in files(server, "cout", "first/mpd").items() if name.endswith(".mpd"))
    manifest.unlink()
    manifest.write_text("<MPD/>")
    acts = run(server, second, "b.mp4")
    assert reused(acts) == {"mp4": one}
    two = server.executions(second)[0]["RunId"]
    for path in files(server, "cout", "first").values():
        path.unlink()
    acts = run(server, first, "b.mp4")  # all that the first run made is gone; what linked it is there
    assert reused(acts) == {"mp4": one, "m3u8": two, "mpd": two}
    for path in [*files(server, "cout", "first").values(), *files(server, "cout", "second").values()]:
        path.unlink()
    assert reused(run(server, second, "b.mp4")) == {}
    for playlist in (path for name, path in files(server, "cout", "second/m3u8").items() if name.endswith(".m3u8")):
        leads(playlist)


@pytest.mark.parametrize("name", ["{RunId}", "always the same"])
def test_two_runs_of_one_content_at_the_same_moment(server: Running, film: Path, pipeline: str, name: str) -> None:
    made = templates(server, 192 if name == "{RunId}" else 208)
    places = {"x": "at-once", "y": "at-once", "z": "elsewhere"}
    flows = [
        flow(server, pipeline, f"{one} {name}", {k: (made[k], f"{where}%2F{k}%2F{name}") for k in made})
        for one, where in places.items()
    ]
    for key in ("c.mp4", "d.mp4"):
        server.put("cin", key, film)
    server.client.call("UpdatePipeline", PipelineId=pipeline, Name="tests", State="Paused")
    runs = [begin(server, one, key) for one in flows for key in ("c.mp4", "d.mp4")]
    server.client.call("UpdatePipeline", PipelineId=pipeline, Name="tests", State="Active")
    told = [ended(server, one) for one in runs]
    for acts in told:
        for kind in made:
            for output in acts[kind]["Outputs"]:
                path = server.home / "buckets" / output["Bucket"] / output["Object"]
                assert path.is_file() and path.stat().st_size > 0, output
    for where in ("at-once", "elsewhere"):
        for playlist in (p for n, p in files(server, "cout", f"{where}/m3u8").items() if n.endswith(".m3u8")):
            leads(playlist)
    last = run(server, flows[0], "c.mp4")
    assert set(reused(last)) == set(made), "all of it is there and can be linked"
