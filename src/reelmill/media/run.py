"""The one process runner: own process group, limits, bounded memory, progress, a watchdog, and a kill that leaves
nothing behind.

Everything runs on one event loop in the main thread: `--pdeathsig` fires when the THREAD that forked ends, not only the
process.
"""

import asyncio
import contextlib
import functools
import math
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reelmill.core import clock, faults
from reelmill.core.errors import Cancelled, UserText
from reelmill.media.progress import FFMPEG, ProgressFormat, Reader

LOG_BYTES = 16 * 1024
KEEP_BYTES = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_LOOK_SECONDS = 0.5  # how often the memory of a process is looked at
_PAGE = os.sysconf("SC_PAGE_SIZE")
_UNLESS_ORPHANED = '[ "$PPID" = "$0" ] && exec "$@"'
# What a tool may know of our environment: decoders of strangers' files have no business with keys and addresses.
_PASSED = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one process: bytes of address space and of real memory (0: as many), open files, niceness, seconds
    without any movement, seconds altogether."""

    address_space: int = 8 * 1024**3
    memory: int = 0
    open_files: int = 1024
    nice: int = 5
    stall_seconds: float = 180.0
    wall_seconds: float | None = None


DEFAULT_LIMITS = Limits()
# Of encodes. The scheduler is fair to threads, and an encode has many: at a niceness of 5 the server had a third of a
# core, and answers took 700 ms.
_NICEST = 19


def within(share: float) -> Limits:
    """The usual limits, with so much of the memory that is free now."""
    free = _meminfo("MemAvailable")
    return (
        replace(DEFAULT_LIMITS, address_space=min(DEFAULT_LIMITS.address_space, max(1 << 30, int(free * share))))
        if free
        else DEFAULT_LIMITS
    )


@functools.cache
def shared(slots: int) -> Limits:
    """Limits of one of so many encodes at once: together they leave the machine a quarter of its memory, and whatever
    else wants a processor goes first."""
    total = min([size for size in (_meminfo("MemTotal"), _cgroup()) if size], default=0)
    return replace(
        DEFAULT_LIMITS, nice=_NICEST, memory=max(512 << 20, int(total * 0.75 / max(1, slots))) if total else 0
    )


def tighter(one: Limits, other: Limits) -> Limits:
    """The narrower bounds of two, where both bound; the niceness and wall time of the first."""
    return replace(
        one,
        address_space=min(one.address_space, other.address_space),
        memory=min(filter(None, (one.memory, other.memory)), default=0),
        open_files=min(one.open_files, other.open_files),
        stall_seconds=min(one.stall_seconds, other.stall_seconds),
    )


def _meminfo(name: str) -> int:
    try:
        return next(
            int(line.split()[1]) << 10
            for line in Path("/proc/meminfo").read_text().splitlines()
            if line.startswith(f"{name}:")
        )
    except (OSError, StopIteration, ValueError):
        return 0


def _cgroup() -> int:
    """What a container may use, 0 when it is not told."""
    try:
        return int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (OSError, ValueError):  # "max"
        return 0


@dataclass(frozen=True, slots=True)
class Ran:
    """How a process ended.

    returncode  negative: the signal that ended it       stdout   what it printed, at most `keep` bytes (empty when
                progress was read)
    log         last 16 KiB of what it wrote to stderr   seconds  wall time
    stopped     why the runner itself ended it ("" when it did not)      clipped  it printed more than was kept
    """

    returncode: int
    stdout: bytes
    log: str
    seconds: float
    stopped: UserText = ""
    clipped: bool = False


class _Process:
    """One running process and what is known of it."""

    def __init__(
        self, proc: asyncio.subprocess.Process, keep: int, on_progress: Callable[[float], None] | None, reader: Reader
    ):
        self.proc, self.keep, self.on_progress, self.reader = proc, keep, on_progress, reader
        self.out, self.tail = bytearray(), bytearray()
        self.clipped = False
        self.stopped = ""
        self.began = self.moved = clock.monotonic()

    def kill(self) -> None:
        """End the whole group. The group's number cannot have been given to others while one of its processes holds our
        pipes or is not reaped."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.proc.pid, signal.SIGKILL)

    def take_out(self, chunk: bytes) -> None:
        if self.on_progress is None:
            self.moved = clock.monotonic()
            room = self.keep - len(self.out)
            self.out += chunk[:room]
            self.clipped = self.clipped or len(chunk) > room
            return
        moves = self.reader.moves
        grown = self.reader.feed(chunk)
        if self.reader.moves != moves:  # a tool that hangs still prints the same numbers
            self.moved = clock.monotonic()
        if grown:
            self.on_progress(self.reader.seconds)

    def take_err(self, chunk: bytes) -> None:
        if self.on_progress is None:
            self.moved = clock.monotonic()
        self.tail += chunk
        del self.tail[:-LOG_BYTES]

    async def pump(self, stream: asyncio.StreamReader | None, take: Callable[[bytes], None]) -> None:
        while stream is not None and (chunk := await stream.read(_CHUNK)):
            take(chunk)

    async def watch(self, limits: Limits) -> None:
        """Kill it when nothing moves for too long or when its time is up."""
        while True:
            now = clock.monotonic()
            stalled = self.moved + limits.stall_seconds - now
            over = math.inf if limits.wall_seconds is None else self.began + limits.wall_seconds - now
            soonest = min(stalled, over)
            if limits.memory and self.resident() > limits.memory:
                self.stopped = f"it needs more than {limits.memory >> 20} MB of memory"
                self.kill()
                return
            if soonest <= 0:
                self.stopped = (
                    f"no progress for {limits.stall_seconds:g} s"
                    if stalled <= over
                    else f"longer than the allowed {limits.wall_seconds:g} s"
                )
                self.kill()
                return
            await asyncio.sleep(min(soonest, _LOOK_SECONDS) if limits.memory else soonest)

    def resident(self) -> int:
        """Bytes of real memory that it uses now."""
        try:
            return int(Path(f"/proc/{self.proc.pid}/statm").read_text().split()[1]) * _PAGE
        except (OSError, ValueError, IndexError):
            return 0

    async def attend(self, limits: Limits) -> Ran:
        """Until the process is gone and both pipes are read. Runs as a task of its own, so that a cancelled caller
        cannot leave pipes unread."""
        watch = asyncio.create_task(self.watch(limits))
        try:
            await asyncio.gather(
                self.pump(self.proc.stdout, self.take_out), self.pump(self.proc.stderr, self.take_err), self.proc.wait()
            )
        finally:
            watch.cancel()
            if self.proc.returncode is None:  # a progress callback raised
                self.kill()
                await self.proc.wait()
        log = self.tail.decode("utf-8", "replace")
        return Ran(
            self.proc.returncode or 0, bytes(self.out), log, clock.monotonic() - self.began, self.stopped, self.clipped
        )


class Runner:
    """Starts processes for owners (a task of a batch, a request). `on_begin` and `on_end` hear of each: (owner, argv)
    and (owner, how it ended)."""

    def __init__(
        self,
        on_begin: Callable[[str, Sequence[str]], None] | None = None,
        on_end: Callable[[str, Ran], None] | None = None,
    ) -> None:
        self._on_begin, self._on_end = on_begin, on_end
        self._busy: dict[str, int] = {}
        self._alive: dict[str, set[_Process]] = {}
        self._unwanted: set[str] = set()
        self._wrap = {name: shutil.which(name) for name in ("setpriv", "prlimit", "nice")}

    async def run(
        self,
        owner: str,
        argv: Sequence[str],
        *,
        limits: Limits = DEFAULT_LIMITS,
        on_progress: Callable[[float], None] | None = None,
        progress: ProgressFormat | None = None,
        on_start: Callable[[int], None] | None = None,
        keep: int = KEEP_BYTES,
        cwd: Path | None = None,
        given: bytes = b"",
    ) -> Ran:
        """Run `argv` (its first word is the program's path) to its end, whatever that is; the exit code is the caller's
        to judge.

        on_progress  gets the output time in seconds, as `progress` says that the tool tells it (None: as ffmpeg does,
                     whatever its file is called): the flags for it are added here
        on_start     gets the process id as soon as it runs
        cwd          folder in which it runs: names in it need no path, whose characters a tool might take for a pattern
                     or a quote
        given        what it reads from its standard input
        Raises Cancelled when the owner is not wanted (before, meanwhile or at the end), OSError when the program cannot
        be started. A cancelled caller leaves no process.
        """
        self._busy[owner] = self._busy.get(owner, 0) + 1
        try:
            self._check(owner)
            return await self._run(owner, argv, limits, on_progress, progress, on_start, keep, cwd, given)
        finally:
            self._done(owner)

    def kill(self, owner: str) -> None:
        """Nothing of this owner is wanted any more: end its processes at once; later runs raise Cancelled until
        `forget`."""
        self._unwanted.add(owner)
        for process in tuple(self._alive.get(owner, ())):
            process.kill()

    def tail(self, owner: str) -> str:
        """The last lines that the running processes of this owner wrote to stderr so far."""
        return "\n".join(bytes(p.tail).decode("utf-8", "replace").strip() for p in tuple(self._alive.get(owner, ())))

    def quiet(self, owner: str) -> bool:
        """Whether no process of this owner runs or is about to."""
        return not self._busy.get(owner)

    def forget(self, owner: str) -> None:
        """Drop the mark of `kill`, when no run of this owner can come any more."""
        self._unwanted.discard(owner)

    def _check(self, owner: str) -> None:
        if owner in self._unwanted:
            raise Cancelled(f"{owner} is not wanted any more")

    def _done(self, owner: str) -> None:
        self._busy[owner] -= 1
        if not self._busy[owner]:
            del self._busy[owner]

    async def _run(
        self,
        owner: str,
        argv: Sequence[str],
        limits: Limits,
        on_progress: Callable[[float], None] | None,
        progress: ProgressFormat | None,
        on_start: Callable[[int], None] | None,
        keep: int,
        cwd: Path | None,
        given: bytes,
    ) -> Ran:
        told = progress or FFMPEG
        flags = told.flags if on_progress else ()
        faults.spawn()
        proc = await self._spawn([*self._wrapper(limits), argv[0], *flags, *argv[1:]], cwd, given)
        process = _Process(proc, keep, on_progress, told.reader())
        alive = self._alive.setdefault(owner, set())
        alive.add(process)
        work = asyncio.create_task(process.attend(limits))
        try:
            _offer(proc.pid)
            self._check(owner)  # the kill may have come while the process was being started
            if self._on_begin:
                self._on_begin(owner, argv)
            if on_start:
                on_start(proc.pid)
            ran = await asyncio.shield(work)
            if self._on_end:
                self._on_end(owner, ran)
        finally:  # not `except CancelledError`: whatever ends this call ends the process
            await self._end(process, work)
            alive.discard(process)
            if not alive:
                self._alive.pop(owner, None)
        self._check(owner)
        return ran

    async def _spawn(self, argv: Sequence[str], cwd: Path | None, given: bytes) -> asyncio.subprocess.Process:
        proc = await asyncio.create_subprocess_exec(
            *argv,
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            # of its own, so that one signal reaches all that it may start; no new session: to Linux's autogroups
            # niceness counts within one alone
            process_group=0,
            env={name: os.environ[name] for name in _PASSED if name in os.environ},
        )
        if proc.stdin:
            proc.stdin.write(given)
            proc.stdin.close()
        return proc

    async def _end(self, process: _Process, work: "asyncio.Task[Ran]") -> None:
        """Wait until the process is really gone, also when the caller is cancelled again meanwhile."""
        again = False
        while not work.done():
            process.kill()
            try:
                await asyncio.wait({work})
            except asyncio.CancelledError:
                again = True
        if again:
            raise asyncio.CancelledError

    def _wrapper(self, limits: Limits) -> list[str]:
        words: list[str] = []
        if path := self._wrap["setpriv"]:
            words += [path, "--pdeathsig", "KILL"]  # our own death, even by SIGKILL, ends it: nobody else would
            # who died before that was asked for tells nobody any more
            words += ["/bin/sh", "-c", _UNLESS_ORPHANED, str(os.getpid())]
        if path := self._wrap["prlimit"]:
            words += [path, f"--as={limits.address_space}", f"--nofile={limits.open_files}", "--core=0", "--"]
        if path := self._wrap["nice"]:
            words += [
                path,
                "-n",
                str(limits.nice),
            ]  # the server must answer while the machine encodes, and looks go before encodes
        return words


def _offer(pid: int) -> None:
    """When memory runs out the kernel shall end this process, which is tried again, and not the server with all that it
    does."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("900")


def ask(argv: Sequence[str], seconds: float = 20.0) -> str:
    """What a tool says about itself (`-version`, `-encoders`): stdout and stderr together, "" when it cannot be asked.
    Blocks; for start-up and doctor."""
    try:
        process = subprocess.Popen(
            list(argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError:
        return ""
    # no time-out of Popen: it would look again and again, and sleep in between
    late = threading.Timer(seconds, process.kill)
    late.start()
    try:
        said, _ = process.communicate()
    finally:
        late.cancel()
    return said.decode("utf-8", "replace") if process.returncode >= 0 else ""
