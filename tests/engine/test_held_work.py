"""Work is held while the machine is in trouble, and goes on by itself."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import machine
from engine.trusting import faults, film, short  # noqa: F401 - fixtures
from running import Running, little_ladder, running, until

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("harm", ["file in the way", "folder removed"])
def test_an_output_bucket_that_is_away_holds_the_work(harm: str, tmp_path: Path, short: Path) -> None:
    """What was encoded is kept and published when the bucket is back; meanwhile the run, healthz and the doctor name
    the bucket, and it can be cancelled."""
    with running(tmp_path / "home") as server:
        workflow = little_ladder(server)
        out = server.home / "buckets" / "cout"
        shutil.rmtree(out)
        if harm == "file in the way":
            out.write_text("not a folder")
        server.put("cin", "up/a.mp4", short)
        server.put("cin", "up/b.mp4", short)
        runs = until(
            lambda: (lambda found: found if len(found) == 2 else None)(server.executions(workflow)), 20, "two runs"
        )

        def told(run: str) -> list[str]:
            activities = server.client.call("DescribeExecution", RunId=run)["Execution"]["Activities"]
            return [a["Waiting"]["Reason"] for a in activities if "cout" in a.get("Waiting", {}).get("Reason", "")]

        until(lambda: all(told(run["RunId"]) for run in runs), 60, "both are held, and say why")
        until(lambda: any("cout" in problem for problem in problems(server)), 20, "healthz says so")
        assert "/" not in "".join(problems(server)), "names of objects are their owner's business"
        assert "cout" in doctor(server)
        encoded = server.begun()
        server.client.call("CancelMediaWorkflowExecution", RunId=runs[0]["RunId"])
        until(lambda: server.executions(workflow)[0]["State"] == "Fail", 10, "a held run can be cancelled")
        out.unlink() if harm == "file in the way" else None
        out.mkdir()
        ended = server.ended(workflow, 2, 60)
        assert not faults([r for r in ended if r["RunId"] == runs[1]["RunId"]])
        until(lambda: not problems(server), 20, "all is well again")
        again = [task for task in server.begun() if server.begun().count(task) > 1 and task in encoded]
        assert not again, "what was encoded was kept"


def problems(server: Running) -> list[str]:
    import urllib.request

    with urllib.request.urlopen(server.url + "/-/healthz", timeout=5) as answer:
        return list(json.loads(answer.read())["problems"])


def doctor(server: Running) -> str:
    import sys

    return subprocess.run(
        [sys.executable, "-m", "reelmill", "doctor"], env=server.env, capture_output=True, text=True, timeout=60
    ).stdout


def test_a_full_disk_holds_the_work_until_there_is_room(tmp_path: Path, film: Path) -> None:
    machine.need("small disks")
    server = Running(tmp_path / "home", piece_seconds="5")
    try:
        start_on_small_disk(server, "24m")
        workflow = little_ladder(server)
        upload_inside(server, film)
        until(
            lambda: any("space" in problem or "disk" in problem for problem in problems(server)), 60, "healthz says so"
        )
        assert server.executions(workflow)[0]["State"] == "Running"
        assert server.process
        seen_by_it = Path("/proc", str(server.process.pid), "root")  # its own mounts
        (seen_by_it / server.home.relative_to("/") / "work" / ".filler").unlink()
        assert not faults(server.ended(workflow, 1, 120)), "with room again it goes on by itself"
    finally:
        server.kill()


def start_on_small_disk(server: Running, size: str) -> None:
    """The server sees a small disk where its home's work folder is; nobody else does."""
    import running as helper

    server.home.mkdir(parents=True)
    work = server.home / "work"
    work.mkdir()
    place, python = shlex.quote(str(work)), shlex.quote(sys.executable)
    script = (
        f"mount -t tmpfs -o size={size} tmpfs {place} && head -c 24300k /dev/zero > {place}/.filler && exec "
        f"{python} -m reelmill serve"
    )
    with (server.home / "test-server.log").open("ab") as log:
        server.process = subprocess.Popen(
            [*machine.own_mounts(), "sh", "-c", script],
            env=server.env,
            stdout=log,
            stderr=log,
            cwd=helper.ROOT,
            start_new_session=True,
        )
    until(lambda: answers(server), 30, "ready")


def answers(server: Running) -> bool:
    import urllib.error
    import urllib.request

    try:
        return bool(urllib.request.urlopen(server.url + "/-/healthz", timeout=1).status == 200)
    except (OSError, urllib.error.URLError):
        return False


def upload_inside(server: Running, film: Path) -> None:
    server.put("cin", "up/film.mp4", film)
