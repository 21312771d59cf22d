"""The one process runner: nothing is left behind, nothing grows without bound, nothing hangs for ever."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clips import clip, tools
from reelmill.core.errors import Cancelled
from reelmill.media.diagnose import diagnose
from reelmill.media.run import LOG_BYTES, Limits, Ran, Runner, shared
from running import ROOT

ENDLESS = (
    "-hide_banner",
    "-nostdin",
    "-v",
    "error",
    "-re",
    "-f",
    "lavfi",
    "-i",
    "testsrc2=s=64x64:r=10",
    "-f",
    "null",
    "-",
)
SHELL = "/bin/sh"


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


async def until(fact: Callable[[], bool]) -> None:
    """Wait for a fact; pytest's own patience is the limit."""
    for _ in range(2000):
        if fact():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")


async def start_endless(runner: Runner, owner: str = "o") -> tuple["asyncio.Task[Ran]", int]:
    pids: list[int] = []
    task = asyncio.create_task(
        runner.run(owner, [tools().path("ffmpeg"), *ENDLESS], on_progress=lambda _at: None, on_start=pids.append)
    )
    await until(lambda: bool(pids))
    return task, pids[0]


async def test_kill_ends_the_owner_and_only_the_owner() -> None:
    runner = Runner()
    (mine, pid), (other, other_pid) = await start_endless(runner), await start_endless(runner, "other")
    assert not runner.quiet("o")
    runner.kill("o")
    with pytest.raises(Cancelled):
        await mine
    assert not alive(pid) and alive(other_pid)
    assert runner.quiet("o")
    with pytest.raises(Cancelled):  # nothing of an unwanted owner starts any more
        await runner.run("o", ["/bin/true"])
    runner.forget("o")
    assert (await runner.run("o", ["/bin/true"])).returncode == 0
    runner.kill("other")
    with pytest.raises(Cancelled):
        await other


async def test_a_kill_while_the_process_is_being_started_is_not_lost() -> None:
    runner = Runner()
    for rounds in range(20):
        task = asyncio.create_task(runner.run("o", ["/bin/sleep", "1000"]))
        for _ in range(rounds % 5):
            await asyncio.sleep(0)
        runner.kill("o")
        with pytest.raises(Cancelled):
            await task
        assert runner.quiet("o")
        runner.forget("o")


async def test_a_cancelled_caller_leaves_no_process() -> None:
    runner = Runner()
    task, pid = await start_endless(runner)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # twice: the second must not tear the clearing up
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(pid) and runner.quiet("o")


async def test_what_a_tool_started_itself_dies_with_it(tmp_path: Path) -> None:
    runner, note = Runner(), tmp_path / "pid"
    task = asyncio.create_task(
        runner.run("o", [SHELL, "-c", f"sleep 1000 & echo $! > {note}.part; mv {note}.part {note}; wait"])
    )
    await until(note.exists)
    child = int(note.read_text())
    runner.kill("o")
    with pytest.raises(Cancelled):
        await task
    await until(lambda: not alive(child))


async def test_our_own_death_leaves_no_ffmpeg(tmp_path: Path) -> None:
    """Even SIGKILL to the server ends its tools (pdeathsig)."""
    note = tmp_path / "pid"
    script = (
        "import asyncio, pathlib, sys; from reelmill.media.run import Runner\n"
        "def told(pid): part = pathlib.Path(sys.argv[1] + '.part'); part.write_text(str(pid)); "
        "part.rename(sys.argv[1])\n"
        "asyncio.run(Runner().run('o', sys.argv[2:], on_progress=lambda at: told(told.pid), on_start=lambda pid: "
        "setattr(told, 'pid', pid)))\n"
    )
    server = subprocess.Popen(  # noqa: ASYNC220 - it must not belong to the loop under test
        [sys.executable, "-c", script, str(note), tools().path("ffmpeg"), *ENDLESS],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    await until(note.exists)  # it makes progress: setpriv has done its part long ago
    pid = int(note.read_text())
    assert alive(pid)
    server.send_signal(signal.SIGKILL)
    server.wait()
    await until(lambda: not alive(pid))


async def test_a_server_that_dies_while_it_starts_a_tool_leaves_none(tmp_path: Path) -> None:
    """Death before pdeathsig is asked for is told to nobody: the tool looks for its server itself. Seen by a setpriv
    that waits before it asks."""
    began, ran = tmp_path / "began", tmp_path / "ran"
    slow = tmp_path / "setpriv"
    slow.write_text(
        f"#!/bin/sh\necho $$ > {began}.part; mv {began}.part {began}\nread line < {tmp_path}/go\n"
        f'exec {shutil.which("setpriv")} "$@"\n'
    )
    slow.chmod(0o755)
    os.mkfifo(tmp_path / "go")
    server = subprocess.Popen(  # noqa: ASYNC220 - it must not belong to the loop under test
        [
            sys.executable,
            "-c",
            "import asyncio, sys; from reelmill.media.run import Runner; asyncio.run(Runner().run('o', sys.argv[1:]))",
            "/bin/sh",
            "-c",
            f"echo > {ran}",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )
    await until(began.exists)
    tool = int(began.read_text())
    server.send_signal(signal.SIGKILL)
    server.wait()
    (tmp_path / "go").write_text("\n")
    await until(lambda: not alive(tool))
    assert not ran.exists()


async def test_a_tool_that_does_not_move_is_stopped_and_says_why() -> None:
    argv = ["/bin/sleep", "1000"]
    ran = await Runner().run("o", argv, limits=Limits(stall_seconds=0.2))
    assert ran.stopped == "no progress for 0.2 s" and ran.returncode == -signal.SIGKILL
    failure = diagnose(argv, ran.returncode, ran.log, stopped=ran.stopped)
    assert failure.retry and "no progress" in failure.message and failure.command == "/bin/sleep 1000"


async def test_an_ffmpeg_that_repeats_itself_does_not_move(tmp_path: Path) -> None:
    """It waits for a pipe that nobody writes: its progress reports go on, its time does not."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    keeper = os.open(pipe, os.O_RDWR)  # so that opening does not wait
    argv = [
        tools().path("ffmpeg"),
        "-v",
        "error",
        "-nostdin",
        "-f",
        "rawvideo",
        "-s",
        "16x16",
        "-i",
        str(pipe),
        "-f",
        "null",
        "-",
    ]
    ran = await Runner().run("o", argv, limits=Limits(stall_seconds=1.5), on_progress=lambda _at: None)
    os.close(keeper)
    assert ran.stopped.startswith("no progress")


async def test_the_wall_limit_ends_what_moves_too() -> None:
    ran = await Runner().run(
        "o", [tools().path("ffmpeg"), *ENDLESS], limits=Limits(wall_seconds=0.5), on_progress=lambda _at: None
    )
    assert ran.stopped == "longer than the allowed 0.5 s"


async def test_memory_is_bounded_for_a_chatty_process() -> None:
    """50 MB on each pipe, written at the same time; only the head of one and the tail of the other are kept."""
    script = (
        "for i in 1 2 3 4 5; do head -c 10000000 /dev/zero | tr '\\0' 'x'; head -c 10000000 /dev/zero | tr "
        "'\\0' 'y' >&2; done; echo END >&2"
    )
    ran = await Runner().run("o", [SHELL, "-c", script], keep=1000)
    assert ran.returncode == 0 and ran.stdout == b"x" * 1000 and ran.clipped
    assert len(ran.log) == LOG_BYTES and ran.log.endswith("yEND\n")


@pytest.mark.parametrize("name", ["ffmpeg", "encoder"])
async def test_progress_comes_while_it_works_and_grows(name: str, tmp_path: Path) -> None:
    """Whatever the file of the tool is called: else the watchdog would see nothing move, and kill it."""
    seen: list[float] = []
    (tmp_path / name).symlink_to(tools().path("ffmpeg"))
    argv = [str(tmp_path / name), "-v", "error", "-nostdin", "-re", "-i", f"file:{clip('base.mp4')}", "-f", "null", "-"]
    ran = await Runner().run("o", argv, on_progress=seen.append)
    assert ran.returncode == 0 and ran.stdout == b""
    assert len(seen) >= 3 and seen == sorted(seen) and 3.8 <= seen[-1] <= 4.2


async def test_a_failing_callback_leaves_no_process() -> None:
    pids: list[int] = []

    def fail(_at: float) -> None:
        raise ValueError("a bug in the callback")

    with pytest.raises(ValueError):
        await Runner().run("o", [tools().path("ffmpeg"), *ENDLESS], on_progress=fail, on_start=pids.append)
    assert not alive(pids[0])


async def test_limits_and_a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Address space, open files, niceness and no core files; secrets of the server are not handed on."""
    monkeypatch.setenv("REELMILL_ACCESS_KEY_SECRET", "secret")
    ran = await Runner().run(
        "o",
        [SHELL, "-c", "ulimit -v; ulimit -n; ulimit -c; nice; env"],
        limits=Limits(address_space=2**30, open_files=100, nice=3),
    )
    lines = ran.stdout.decode().split()
    assert lines[:3] == ["1048576", "100", "0"] and int(lines[3]) >= 3
    assert "secret" not in ran.stdout.decode()


async def test_an_encode_leaves_the_processor_to_the_server() -> None:
    """Niceness counts: the scheduler compares it only inside a session (autogroups), and kills go to a group."""
    runner = Runner()
    task, pid = await start_endless(runner)
    assert os.getsid(pid) == os.getsid(0) and os.getpgid(pid) == pid != os.getpgid(0)
    runner.kill("o")
    with pytest.raises(Cancelled):
        await task
    assert shared(2).nice == 19 > Limits().nice > 0


async def test_the_memory_limit_ends_in_a_plain_sentence(tmp_path: Path) -> None:
    argv = [
        tools().path("ffmpeg"),
        "-v",
        "error",
        "-nostdin",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=7680x4320:r=5:d=5",
        "-c:v",
        "libx264",
        str(tmp_path / "o.mp4"),
    ]
    ran = await Runner().run("o", argv, limits=Limits(address_space=700 * 2**20))
    failure = diagnose(argv, ran.returncode, ran.log)
    assert ran.returncode != 0 and failure.code in ("InvalidParameter.ResourceNotSupported", "ServiceUnavailable")
    assert "memory" in failure.message + failure.advice


async def test_a_program_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    ran = await Runner().run("o", [str(tmp_path / "nothing")])
    assert ran.returncode in (126, 127) and "nothing" in ran.log
