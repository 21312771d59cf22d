"""The topologies that the vendor documents, through both official SDKs: what is accepted runs to the end and can be
played, what is not available is refused at its place with the right code (topologies.json)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clips import clip
from contract import sdks
from contract.sdks import NewSdk, OldSdk, Refusal
from running import KEY, REGION, SECRET, Running, until

pytestmark = pytest.mark.slow
CASES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "topologies.json").read_text(encoding="utf-8"))
RUN = [name for name, case in CASES.items() if "plays" in case]
REFUSED = [name for name, case in CASES.items() if "refused" in case]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("topologies"))
    running.start()
    words = tmp_path_factory.mktemp("words") / "1.vtt"
    words.write_text("WEBVTT\n\n00:00.200 --> 00:00.900\n你好\n", encoding="utf-8")
    running.put("vod-in", "1.vtt", words)
    for action, bucket in (("BindInputBucket", "vod-in"), ("BindOutputBucket", "vod-out")):
        running.client.call(action, Bucket=bucket)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def pipeline(server: Running) -> str:
    return str(server.client.call("AddPipeline", Name="p")["Pipeline"]["Id"])


@pytest.fixture(scope="module", params=sdks.SDKS, ids=lambda kind: kind.name)
def sdk(request: pytest.FixtureRequest, server: Running) -> NewSdk | OldSdk:
    return request.param(server.port, KEY, SECRET, REGION)


def text(name: str, pipeline: str) -> str:
    return json.dumps(CASES[name]["topology"]).replace("${pipeline}", pipeline)


@pytest.fixture(scope="module")
def begun(sdk: NewSdk | OldSdk, server: Running, pipeline: str) -> dict[str, tuple[str, str, str]]:
    """Workflow, media and run of each, all under way together; every run has a file of its own."""
    found = {}
    for number, name in enumerate(RUN):
        topology = text(name, pipeline)
        made = sdk.call("AddMediaWorkflow", Name=f"{sdk.name} {name}", Topology=topology, TriggerMode="NotInAuto")[
            "MediaWorkflow"
        ]
        assert made["Topology"] == topology, "it comes back as it was sent"
        server.put("vod-in", f"uploaded/{sdk.name}{number}.mkv", clip("multi_audio.mkv"))
        url = f"http://vod-in.oss-{REGION}.aliyuncs.com/uploaded/{sdk.name}{number}.mkv"
        media = sdk.call("AddMedia", FileURL=url, MediaWorkflowId=made["MediaWorkflowId"], MediaWorkflowUserData="u")[
            "Media"
        ]
        found[name] = (made["MediaWorkflowId"], media["MediaId"], media["RunIdList"]["RunId"][0])
    return found


@pytest.mark.parametrize("name", RUN)
def test_what_the_vendor_documents_runs_to_the_end(
    name: str, sdk: NewSdk | OldSdk, begun: dict[str, tuple[str, str, str]]
) -> None:
    workflow, media, run = begun[name]

    def ended() -> dict[str, Any] | None:
        (found,) = sdk.call("QueryMediaWorkflowExecutionList", RunIds=run)["MediaWorkflowExecutionList"][
            "MediaWorkflowExecution"
        ]
        return found if found["State"] != "Running" else None

    done = until(ended, 120, f"{name} has ended")
    # smart presets that this small film has not enough lines for
    skipped = dict.fromkeys(CASES[name].get("skipped", ()), "Skipped")
    assert {a["Name"]: a["State"] for a in done["ActivityList"]["Activity"]} == (
        dict.fromkeys(CASES[name]["topology"]["Activities"], "Success") | skipped
    )
    (record,) = sdk.call("QueryMediaList", MediaIds=media, IncludePlayList=True, IncludeSnapshotList=True)["MediaList"][
        "Media"
    ]
    mine = {
        kind: [o for o in record[f"{kind}List"][kind] if o["MediaWorkflowId"] == workflow]
        for kind in ("Play", "Snapshot")
    }
    assert {kind: len(found) for kind, found in mine.items()} == {
        "Play": CASES[name]["plays"],
        "Snapshot": CASES[name]["snapshots"],
    }
    manual = CASES[name]["topology"]["Activities"].get("end", {}).get("Parameters", {}).get("PublishType") == "Manual"
    assert record["PublishState"] == ("UnPublish" if manual else "Initiated" if skipped else "Published")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_available_is_refused_at_its_place(
    name: str, sdk: NewSdk | OldSdk, server: Running, pipeline: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        sdk.call("AddMediaWorkflow", Name=name, Topology=text(name, pipeline))
    for place in CASES[name]["refused"]:
        assert place in refusal.value.message
    kept = server.client.call("SearchMediaWorkflow", PageSize="100")["MediaWorkflowList"]["MediaWorkflow"]
    assert name not in [w["Name"] for w in kept]
    assert codes(server, text(name, pipeline)).items() >= CASES[name]["refused"].items()


def codes(server: Running, topology: str) -> dict[str, str]:
    """Path -> code of every problem, as our own client reads them."""
    from reelmill.cli.client import Refused

    with pytest.raises(Refused) as refusal:
        server.client.call("AddMediaWorkflow", Name="x", Topology=topology)
    return {p["Path"]: p["Code"] for p in refusal.value.answer["Problems"]}
