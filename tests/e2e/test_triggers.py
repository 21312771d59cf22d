"""Uploads start workflows: in any way, each exactly once, none from before, none lost or doubled by a restart
(workflow.md 7)."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import pytest

from running import LOCATION, Running, running, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    argv = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=128x72:rate=10:duration=1",
        "-c:v",
        "libx264",
        path,
    ]
    subprocess.run(argv, check=True)
    return path


def look_only(server: Running, prefix: str, name: str = "", mode: str = "OssAutoTrigger") -> str:
    """A workflow that only probes its input: Start -> Report."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    pipelines = call("SearchPipeline")["PipelineList"]["Pipeline"]
    pipeline = (
        pipelines[0]["Id"] if pipelines else call("AddPipeline", Name="p", MaxConcurrency="100")["Pipeline"]["Id"]
    )
    start = {
        "Type": "Start",
        "Parameters": {
            "PipelineId": pipeline,
            "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": prefix},
        },
    }
    topology = {
        "Activities": {"s": start, "r": {"Type": "Report", "Parameters": {}}},
        "Dependencies": {"s": ["r"], "r": []},
    }
    return str(
        call("AddMediaWorkflow", Name=name or f"look-{prefix}", Topology=json.dumps(topology), TriggerMode=mode)[
            "MediaWorkflow"
        ]["MediaWorkflowId"]
    )


def objects(server: Running, workflow: str) -> list[str]:
    return sorted(r["Input"]["InputFile"]["Object"] for r in server.executions(workflow))


def settled(server: Running, workflow: str, wanted: list[str]) -> None:
    """Exactly these objects have started runs, and a moment later still exactly these."""
    until(lambda: len(objects(server, workflow)) >= len(wanted), 30, f"{len(wanted)} runs")
    time.sleep(1.0)
    assert objects(server, workflow) == sorted(wanted)


def test_every_way_of_arriving_starts_once(tmp_path: Path, clip: Path) -> None:
    with running(tmp_path / "home", settle_seconds="0.5") as server:
        folder = server.home / "buckets" / "cin"
        (folder / "up").mkdir(parents=True)
        shutil.copyfile(clip, folder / "up" / "before.mp4")
        workflow = look_only(server, "up/")
        shutil.copyfile(clip, folder / "up" / "copied.mp4")
        os.link(clip, folder / "up" / "linked.mp4")
        outside = tmp_path / "outside.mp4"
        shutil.copy2(clip, outside)
        outside.rename(folder / "up" / "moved in.mp4")
        shutil.copyfile(clip, folder / "elsewhere.mp4")
        (folder / "elsewhere.mp4").rename(folder / "up" / "moved inside.mp4")
        with (folder / "up" / "slow.mp4").open("wb") as slow:
            data = clip.read_bytes()
            for start in range(0, len(data), max(1, len(data) // 5)):
                slow.write(data[start : start + max(1, len(data) // 5)])
                slow.flush()
                time.sleep(0.3)
        (folder / "up" / "new" / "deep").mkdir(parents=True)
        shutil.copyfile(clip, folder / "up" / "new" / "deep" / "视频 'q\" 100%.mp4")
        shutil.copyfile(clip, folder / "up" / "notes.txt")
        shutil.copyfile(clip, folder / "up" / ".hidden.mp4")
        shutil.copyfile(clip, folder / "other.mp4")
        names = [
            "copied.mp4",
            "linked.mp4",
            "moved in.mp4",
            "moved inside.mp4",
            "slow.mp4",
            "new/deep/视频 'q\" 100%.mp4",
        ]
        settled(server, workflow, [f"up/{n}" for n in names])
        for run in server.ended(workflow, len(names)):
            assert run["State"] == "Completed", "no run saw half a file"
        shutil.copyfile(clip, folder / "up" / "copied.mp4")
        settled(server, workflow, [f"up/{n}" for n in [*names, "copied.mp4"]])
        twice = [
            r["MediaId"] for r in server.executions(workflow) if r["Input"]["InputFile"]["Object"] == "up/copied.mp4"
        ]
        assert len(twice) == 2 and len(set(twice)) == 1, "the same object again: a new run of the same media"


def test_many_at_once_and_every_matching_workflow(tmp_path: Path, clip: Path) -> None:
    with running(tmp_path / "home") as server:
        wide, narrow, manual = (
            look_only(server, "up/"),
            look_only(server, "up/1"),
            look_only(server, "up/", "manual", "NotInAuto"),
        )
        folder = server.home / "buckets" / "cin" / "up"
        folder.mkdir()
        names = [f"up/{i}.mp4" for i in range(120)]
        for name in names:
            shutil.copyfile(clip, folder / name.removeprefix("up/"))
        settled(server, wide, names)
        settled(server, narrow, [n for n in names if n.startswith("up/1")])
        assert objects(server, manual) == []
        url = f"http://cin.{LOCATION}.aliyuncs.com/up/7.mp4"
        for _ in range(2):
            server.client.call("AddMedia", FileURL=url, MediaWorkflowId=manual)
        assert objects(server, manual) == ["up/7.mp4", "up/7.mp4"], "AddMedia always starts a run"


def test_inactive_means_missed_and_activating_means_from_now_on(tmp_path: Path, clip: Path) -> None:
    with running(tmp_path / "home") as server:
        workflow = look_only(server, "up/")
        server.put("cin", "up/a.mp4", clip)
        settled(server, workflow, ["up/a.mp4"])
        server.client.call("DeactivateMediaWorkflow", MediaWorkflowId=workflow)
        server.put("cin", "up/b.mp4", clip)
        time.sleep(0.3)
        server.client.call("ActivateMediaWorkflow", MediaWorkflowId=workflow)
        server.put("cin", "up/c.mp4", clip)
        settled(server, workflow, ["up/a.mp4", "up/c.mp4"])


def test_restarts_lose_none_and_double_none(tmp_path: Path, clip: Path) -> None:
    server = Running(tmp_path / "home", settle_seconds="0.5")
    try:
        server.start()
        workflow = look_only(server, "up/")
        names = []
        for turn in range(3):
            for i in range(4):
                names.append(f"up/{turn}-live-{i}.mp4")
                server.put("cin", names[-1], clip)
            server.kill()
            names.append(f"up/{turn}-down.mp4")
            server.put("cin", names[-1], clip)
            server.start()
        settled(server, workflow, names)
    finally:
        server.kill()


def test_a_time_that_is_set_after_the_copy_starts_nothing_again(tmp_path: Path, clip: Path) -> None:
    """`cp -p`, `tar`, Samba and others close a file first and set its time then: whoever took it in between finds
    another version later. What is written while nobody looks is news, whatever its size and time."""
    with running(tmp_path / "home") as server:
        workflow = look_only(server, "up/")
        folder = server.home / "buckets" / "cin" / "up"
        folder.mkdir()
        names = ["copied.mp4", "written.mp4", "replaced.mp4"]
        for name in names:
            shutil.copyfile(clip, folder / name)
        settled(server, workflow, [f"up/{n}" for n in names])
        server.kill()
        os.utime(folder / "copied.mp4", (1_000_000_000, 1_000_000_000))
        with (folder / "written.mp4").open("r+b") as file:
            file.seek(-100, os.SEEK_END)
            file.write(bytes(100))
        os.utime(folder / "written.mp4", (1_000_000_000, 1_000_000_000))
        shutil.copyfile(clip, folder / ".new")
        os.utime(folder / ".new", (1_000_000_000, 1_000_000_000))
        (folder / ".new").rename(folder / "replaced.mp4")
        server.start()
        settled(server, workflow, [f"up/{n}" for n in [*names, "written.mp4", "replaced.mp4"]])


def test_an_unchanged_file_is_skipped_when_that_is_asked_for(tmp_path: Path, clip: Path) -> None:
    with running(tmp_path / "home", skip_unchanged="true") as server:
        workflow = look_only(server, "up/")
        server.put("cin", "up/a.mp4", clip)
        settled(server, workflow, ["up/a.mp4"])
        server.put("cin", "up/a.mp4", clip)
        settled(server, workflow, ["up/a.mp4"])
        changed = server.put("cin", "up/a.mp4", clip)
        with changed.open("ab") as file:
            file.write(b"\0\0\0\x08free")
        settled(server, workflow, ["up/a.mp4", "up/a.mp4"])


def test_every_usual_extension_starts_a_run_or_those_that_are_asked_for(tmp_path: Path, clip: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    for name, codec in (("a.mxf", "mpeg2video"), ("b.OGV", "libtheora"), ("c.m2ts", "mpeg2video")):
        form = {"mxf": "mxf", "OGV": "ogg", "m2ts": "mpegts"}[name[2:]]
        argv = [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-i",
            clip,
            "-vf",
            "fps=25",
            "-c:v",
            codec,
            "-f",
            form,
            films / name,
        ]
        subprocess.run(argv, check=True)
    (films / "d.rushes").write_bytes(clip.read_bytes())
    with running(tmp_path / "home") as server:
        workflow = look_only(server, "up/")
        for film in films.iterdir():
            server.put("cin", f"up/{film.name}", film)
        settled(server, workflow, ["up/a.mxf", "up/b.OGV", "up/c.m2ts"])
        for run in server.ended(workflow, 3):
            assert run["State"] == "Completed", run
    with running(tmp_path / "other", trigger_extensions=".Rushes,ogv") as server:
        workflow = look_only(server, "up/")
        for film in films.iterdir():
            server.put("cin", f"up/{film.name}", film)
        settled(server, workflow, ["up/b.OGV", "up/d.rushes"])
        told = [
            server.client.call("MatchMediaWorkflows", Bucket="cin", Object=key)["MediaWorkflows"]
            for key in ("up/x.rushes", "up/x.mxf")
        ]
        assert [len(found) for found in told] == [1, 0], "the console is told the same before an upload"


def test_the_administrator_can_hand_out_an_object_that_is_not_published(tmp_path: Path, clip: Path) -> None:
    import sys
    import urllib.error
    import urllib.request

    with running(tmp_path / "home") as server:
        look_only(server, "up/")
        server.put("cin", "up/a b.mp4", clip)
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{server.url}/cin/up/a%20b.mp4")
        made = subprocess.run(
            [sys.executable, "-m", "reelmill", "admin", "link", "cin/up/a b.mp4"],
            env=server.env,
            check=True,
            capture_output=True,
            text=True,
        )
        assert urllib.request.urlopen(made.stdout.strip()).read() == clip.read_bytes()
