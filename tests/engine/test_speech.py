"""What is said in films, in a running server: found with its time by the lists of the account, in films and in songs;
what nobody could hear is never passed."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

import speaking
from running import LOCATION, Running, running, until

pytestmark = pytest.mark.slow
LATE = 3  # seconds before the first word
FILMS = {
    # the sound itself begins late: nothing stands before it
    "said.mp4": ("-itsoffset", str(LATE), "-i", str(speaking.READ), "-map", "0:v", "-map", "1:a", "-c:a", "aac"),
    "mute.mp4": ("-map", "0:v"),
}


class World:
    def __init__(self, server: Running):
        self.server, self.call = server, server.client.call

    def review(self, film: str, scenes: list[str], **more: Any) -> dict[str, Any]:
        """The job, when it has ended."""
        source = {"Bucket": "cin", "Location": LOCATION, "Object": film}
        config = {"Scenes": scenes} | more
        job = self.call("SubmitMediaCensorJob", Input=source, VideoCensorConfig=config)["JobId"]

        def ended() -> Any:
            told = self.call("QueryMediaCensorJobDetail", JobId=job)["MediaCensorJobDetail"]
            return told if told["State"] in ("Success", "Fail") else None

        return dict(until(ended, 120, "the review has ended"))


def opened(folder: Path, **settings: str) -> Iterator[World]:
    with running(folder / "home", **settings) as server:
        server.client.call("BindInputBucket", Bucket="cin")
        server.client.call("AddPipeline", Name="eyes", Speed="AIVideoCensor")
        for name, words in FILMS.items():
            grey = ("-f", "lavfi", "-i", "color=gray:size=160x90:rate=5:duration=20")
            argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *grey, *words, "-pix_fmt", "yuv420p"]
            subprocess.run([*argv, str(folder / name)], check=True)
            server.put("cin", name, folder / name)
        server.put("cin", "song.ogg", speaking.READ)
        (folder / "broken.wav").write_bytes(
            b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\0\0\0\0"
        )
        server.put("cin", "broken.wav", folder / "broken.wav")
        yield World(server)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from opened(tmp_path_factory.mktemp("speech"), speech="true")


@pytest.fixture(scope="module")
def deaf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from opened(tmp_path_factory.mktemp("deaf"), ai="true")


def sentences(job: dict[str, Any]) -> list[dict[str, Any]]:
    assert job["State"] == "Success", job
    return list(job["AudioCensorResult"]["AudioDetailResultList"]["AudioDetailResult"])


def test_what_is_said_is_found_with_its_time(world: World) -> None:
    asked = {"Words": ["c o l d hearted"], "Label": "abuse", "Suggestion": "block"}
    made = world.call("AddCensorWordList", Name="speeches", **asked)["CensorWordList"]["Id"]
    job = world.review("said.mp4", ["ad", "audio"])
    assert job["Suggestion"] == "block" and job["UnavailableScenes"] == []
    assert (job["AudioCensorResult"]["Label"], job["AudioCensorResult"]["Suggestion"]) == ("abuse", "block")
    (hit,) = sentences(job)
    assert (hit["Label"], hit["Suggestion"], hit["Words"]) == ("abuse", "block", asked["Words"])
    assert "rather cold-hearted" in hit["Text"].lower()
    assert LATE + 10 <= hit["StartTime"] <= LATE + 13 and LATE + 14 <= hit["EndTime"] <= LATE + 18
    results = job["VensorCensorResult"]["CensorResults"]["CensorResult"]
    assert [(one["Scene"], one["Suggestion"]) for one in results] == [("ad", "pass")], "its pictures are looked at too"
    listed = world.call("QueryMediaCensorJobList", JobIds=job["JobId"])["MediaCensorJobList"]["MediaCensorJob"][0]
    assert listed["AudioCensorResult"] == {"Label": "abuse", "Suggestion": "block"}
    world.call("DeleteCensorWordList", Id=made)
    all_of_it = sentences(world.review("said.mp4", ["audio"], SaveType="all"))
    said = " ".join(one["Text"] for one in all_of_it).lower()
    assert "prudently in his power to do for them" in said and {one["Suggestion"] for one in all_of_it} == {"pass"}


def test_a_song_is_heard_and_not_looked_at(world: World) -> None:
    job = world.review("song.ogg", ["audio"])
    assert sentences(job) == [] and job["AudioCensorResult"]["Suggestion"] == job["Suggestion"] == "pass"
    assert world.review("song.ogg", ["audio", "ad"])["Code"] == "InvalidParameter.ResourceContentBad"


def test_a_film_without_sound_says_nothing(world: World) -> None:
    job = world.review("mute.mp4", ["audio"])
    assert sentences(job) == [] and (job["Suggestion"], job["UnavailableScenes"]) == ("pass", [])


def test_a_sound_in_which_there_is_nothing_is_not_passed(world: World) -> None:
    job = world.review("broken.wav", ["audio"])
    assert job["State"] == "Fail" or job["Suggestion"] == "unavailable", job


def test_without_the_setting_nobody_listens_and_the_reason_is_told(deaf: World) -> None:
    job = deaf.review("said.mp4", ["ad", "audio"])
    assert (job["Suggestion"], job["UnavailableScenes"]) == ("pass", ["audio"]) and sentences(job) == []
    (why,) = job["UnavailableReasons"]
    assert why["Scene"] == "audio" and "REELMILL_SPEECH=true" in why["Reason"]
    assert deaf.review("mute.mp4", ["audio"])["Suggestion"] == "pass", "there is nothing to hear"


def listening(home: Path) -> list[int]:
    """Processes that listen to films of this server."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"said.json" in words and (process / "cwd").resolve().is_relative_to(home.resolve()):
                found.append(int(process.name))
        except OSError:
            continue  # it has ended
    return found


def drawn(server: Running) -> str:
    """A workflow that listens."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    pipeline = call("AddPipeline", Name="all")["Pipeline"]["Id"]
    call("AddCensorWordList", Name="words", Words=["ill disposed"], Label="abuse", Suggestion="review")
    start = {"PipelineId": pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "up/"}}
    look = {"CensorConfig": {"Scenes": ["audio"]}, "AbortCondition": "review,block"}
    parts = {"start": ("Start", start), "look": ("Censor", look), "end": ("Report", {})}
    topology = {
        "Activities": {name: {"Type": kind, "Parameters": values} for name, (kind, values) in parts.items()},
        "Dependencies": {"start": ["look"], "look": ["end"], "end": []},
    }
    made = call("AddMediaWorkflow", Name="heard", Topology=json.dumps(topology))["MediaWorkflow"]
    return str(made["MediaWorkflowId"])


def test_listening_goes_on_after_a_kill_and_ends_with_a_cancel(tmp_path: Path) -> None:
    film = tmp_path / "long.mka"
    words = ["-stream_loop", "2", "-i", str(speaking.READ), "-c", "copy", str(film)]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *words], check=True)
    server = Running(tmp_path / "home", speech="true")
    try:
        server.start(60)
        flow = drawn(server)
        server.put("cin", "up/one.mka", film)
        until(lambda: listening(server.home), 60, "somebody listens")
        server.kill()
        until(lambda: not listening(server.home), 10, "nobody listens for a server that is gone")
        server.start(60)
        server.ended(flow, wait=240)
        (job,) = server.client.call("QueryMediaCensorJobList")["MediaCensorJobList"]["MediaCensorJob"]
        assert job["AudioCensorResult"] == {"Label": "abuse", "Suggestion": "review"}, job
        server.put("cin", "up/two.mka", film)
        until(lambda: listening(server.home), 60, "somebody listens again")
        run = next(one["RunId"] for one in server.executions(flow) if one["State"] == "Running")
        server.client.call("CancelMediaWorkflowExecution", RunId=run)
        until(lambda: not listening(server.home), 10, "nobody listens to what nobody wants")
        states = [one["State"] for one in server.ended(flow, 2, wait=20)]
        assert states[0] != "Completed" and states[1] == "Completed", states
    finally:
        server.kill()
