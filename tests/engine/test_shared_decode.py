"""All activities of a run that look at a film's pictures get them from one decode, and find what each finds alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from running import LOCATION, Running, running, until

pytestmark = pytest.mark.slow
FILM = Path(__file__).parents[2] / "src/reelmill/cli/clips/big_buck_bunny.mp4"
LOOKS = ("cover", "known", "review")


def prepared(server: Running) -> tuple[str, str]:
    """Buckets, the film, a pipeline and a library: ids of both."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    server.put("cin", "up/film.mp4", FILM)
    pipeline = call("AddPipeline", Name="all")["Pipeline"]["Id"]
    return str(pipeline), str(call("CreateFpShotDB", Name="films")["FpShotDB"]["FpDBId"])


def drawn(server: Running, pipeline: str, library: str, names: tuple[str, ...]) -> str:
    """start -> these, at once -> report; the workflow's id."""

    def file(name: str) -> dict[str, str]:
        return {"Bucket": "cout", "Location": LOCATION, "Object": f"{'-'.join(names)}/{name}"}

    review = {"Scenes": ["porn"], "SaveType": "all", "OutputFile": file("review-{Count}.jpg")}
    parameters = {
        "cover": ("Cover", {"CoverConfig": {"OutputFile": file("cover-{Count}.jpg")}}),
        "known": (
            "FpShot",
            {"FpShotConfig": {"FpDBId": library, "PrimaryKey": "-".join(names), "SaveType": "forcesave"}},
        ),
        "review": ("Censor", {"CensorConfig": review}),
    }
    begin = {"PipelineId": pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "up/"}}
    activities = {name: {"Type": parameters[name][0], "Parameters": parameters[name][1]} for name in names}
    activities |= {"start": {"Type": "Start", "Parameters": begin}, "end": {"Type": "Report", "Parameters": {}}}
    edges = {"start": list(names), **{name: ["end"] for name in names}, "end": []}
    topology = json.dumps({"Activities": activities, "Dependencies": edges})
    asked = {"Name": "-".join(names), "Topology": topology, "TriggerMode": "NotInAuto"}
    return str(server.client.call("AddMediaWorkflow", **asked)["MediaWorkflow"]["MediaWorkflowId"])


def begun(server: Running, workflow: str) -> None:
    url = f"http://cin.{LOCATION}.aliyuncs.com/up/film.mp4"
    server.client.call("AddMedia", FileURL=url, MediaWorkflowId=workflow)


def ran(server: Running, workflow: str) -> dict[str, Any]:
    """What the run came to, by activity."""
    (run,) = server.ended(workflow, 1, 120)
    told = server.client.call("DescribeExecution", RunId=run["RunId"])["Execution"]
    return {one["Name"]: one for one in told["Activities"]}


def decodes(activity: dict[str, Any]) -> list[str]:
    """Its commands that go through all pictures of the film."""
    return [one for one in activity["Commands"] if "fps=" in one and "ffmpeg" in one.split()[0]]


def pictures(server: Running, folder: str, name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((server.home / "buckets/cout" / folder).glob(f"{name}-*.jpg"))]


def test_one_decode_serves_all_who_look(tmp_path: Path) -> None:
    with running(tmp_path / "home", ai="true") as server:
        where = prepared(server)
        alone = {}
        for name in LOOKS:
            begun(server, workflow := drawn(server, *where, (name,)))
            alone[name] = ran(server, workflow)[name]
        begun(server, workflow := drawn(server, *where, LOOKS))
        together = ran(server, workflow)
        assert [len(decodes(one)) for one in alone.values()] == [1, 1, 1]
        (once,) = (command for name in LOOKS for command in decodes(together[name]))
        assert once.count(" -i ") == 1 and once.count("fps=") == 3
        for name, least in (("cover", 1), ("review", 10)):
            made = pictures(server, "-".join(LOOKS), name)
            assert len(made) >= least and made == pictures(server, name, name)
        assert alone["known"]["Facts"]["duplicate"] is False
        found = together["known"]["Facts"]
        assert found["duplicate"] is True and found["length"] == alone["known"]["Facts"]["length"]
        until(lambda: not list((server.home / "cache").iterdir()), 30, "what nobody needs any more is swept")


def test_a_library_of_texts_reads_what_a_review_reads_and_takes_no_prints(tmp_path: Path) -> None:
    with running(tmp_path / "home", ai="true") as server:
        pipeline, _ = prepared(server)
        texts = str(server.client.call("CreateFpShotDB", Name="texts", ModelId=2)["FpShotDB"]["FpDBId"])
        for names in (("known",), ("known", "review")):
            begun(server, workflow := drawn(server, pipeline, texts, names))
            made = ran(server, workflow)
            (once,) = (command for name in names for command in decodes(made[name]))
            assert once.count("fps=") == 1 and "chromaprint" not in " ".join(made["known"]["Commands"])
            assert not any(word in command for command in made["known"]["Commands"] for word in (" prints ", ".raw"))
            assert made["known"]["Facts"]["length"] == pytest.approx(5.3, abs=0.2)


@pytest.mark.parametrize("point", ["command spawned", "task made", "task made:2"])
def test_a_kill_while_it_is_made_or_given_costs_nobody_anything(tmp_path: Path, point: str) -> None:
    server = Running(tmp_path / "home", ai="true")
    try:
        server.start()
        workflow = drawn(server, *prepared(server), LOOKS)
        server.stop()
        server.start(60, REELMILL_FAILPOINT=point)
        begun(server, workflow)
        assert server.died(60), "the point was never passed"
        server.start(60)
        assert {name: one["State"] for name, one in ran(server, workflow).items()} == dict.fromkeys(
            ("start", *LOOKS, "end"), "Success"
        )
    finally:
        server.kill()
