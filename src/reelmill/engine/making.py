"""Tasks: commands that make a folder of the work store, which appears whole or not at all.

A task's folder lies under WORK/BATCH/NAME, keyed by batch and not by attempt: whoever makes it looks first whether it
is there. Whoever dies while he makes it leaves a part behind. That is counted: a piece in which workers die again and
again is cut smaller (a piece shorter than the time between two deaths gets done, whoever kills the server), and what
cannot be smaller is run alone, under a memory limit of its own. Only what dies there, by itself, fails.
"""

import asyncio
import contextlib
import errno
import json
import logging
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reelmill.core import clock, faults
from reelmill.core.errors import Cancelled, Failure, MediaError, TryAgain
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Command, Task
from reelmill.engine import context, durable, holding, registry, reuse, shared_tasks, sources
from reelmill.engine.holding import UNWANTED, of_os
from reelmill.engine.signals import Signal
from reelmill.media.command import substitute
from reelmill.media.effort import wall_seconds
from reelmill.media.locks import flag_files, glue, lock_files
from reelmill.media.run import Limits, shared, tighter, within
from reelmill.store import work

log = logging.getLogger(__name__)

NOTE = "note.json"  # sizes of the files of a finished folder
_FETCHED = ".fetched"  # what an address answered, as long as commands read it
_SCARCE = 1 << 20  # bytes of free disk below which a missing file is the disk's fault
_SUSPICIOUS = 2  # workers that died inside a task before it is cut smaller, or run alone
_CUT = re.compile(r"(.*-)?(p\d+|encode)")  # names of tasks that may be smaller in another plan
SHORTEST = 1.0  # seconds of a piece: below, the beginning of an encode costs more than the encode


@durable.workflow("task")
async def task_workflow(
    batch_id: str, attempt: int, task: dict[str, Any], group: str, rank: list[int]
) -> dict[str, Any]:
    """One task, in a workflow of its own: ended tasks are not repeated after a crash."""
    return await make_step(batch_id, attempt, task, group, rank)


@durable.step
async def make_step(batch_id: str, attempt: int, task: dict[str, Any], group: str, rank: list[int]) -> dict[str, Any]:
    return await make(batch_id, attempt, Task.from_json(task), group, rank)


async def make(batch_id: str, attempt: int, task: Task, group: str, rank: list[int]) -> dict[str, Any]:
    answer = await _make_or_fail(batch_id, attempt, task, group, rank)
    state = (
        "Success" if answer["failure"] is None else "Skipped" if answer["failure"]["code"] == UNWANTED.code else "Fail"
    )
    context.get().process.task_log.end(batch_id, task.name, state)
    return answer


async def _make_or_fail(batch_id: str, attempt: int, task: Task, group: str, rank: list[int]) -> dict[str, Any]:
    """{"files", "failure"}: a value, because an exception that is read back after a recovery has lost its class."""
    host, folder = context.get(), context.get().work / batch_id / task.name
    patience, alone = holding.Patience(rank), False
    while True:
        if (sizes := await asyncio.to_thread(whole, folder)) is not None:
            host.process.progress.finish(batch_id, task.name)
            await patience.over(batch_id, attempt)
            failpoint("task made")
            return {"files": sizes, "failure": None}
        failure = await _try(batch_id, attempt, task, group, rank, folder, alone)
        if failure is None or await patience.wait(batch_id, attempt, failure):
            continue
        if not failure.retry or failure.hold or alone:
            break
        alone, patience = (
            True,
            holding.Patience(rank),
        )  # it died by itself: others, or their need for memory, may be to blame
    await patience.over(batch_id, attempt)
    if group:
        host.process.failed_groups[group] = task.name  # the others of the group need not start ...
        for other in [o for o, g in host.process.active.items() if g == group]:
            host.process.runner.kill(other)  # ... nor go on
    return {"files": {}, "failure": failure.to_json()}


@durable.step
async def unreadable_step(batch_id: str, names: list[str]) -> list[str]:
    folder = context.get().work / batch_id
    return await asyncio.to_thread(lambda: [name for name in names if whole(folder / name) is None])


def named(task: Task) -> set[str]:
    """Tasks whose folders this one reads."""
    return {part.split("}", 1)[0] for text in _words(task) for part in text.split("${")[1:]}


def _words(task: Task) -> list[str]:
    """Where a task may name others."""
    glued = (file for files in task.glued.values() for file in files)
    return [*(a for c in task.commands for a in c.argv), *task.files.values(), *task.locked.values(), *glued]


def whole(folder: Path) -> dict[str, int] | None:
    """The files of a finished folder, None when it is not there or not as its note says. Cheap on purpose: a film has
    thousands of them."""
    try:
        sizes: dict[str, int] = json.loads((folder / NOTE).read_text())
        return sizes if all((folder / name).stat().st_size == size for name, size in sizes.items()) else None
    except (OSError, ValueError):
        return None


async def _try(
    batch_id: str, attempt: int, task: Task, group: str, rank: list[int], folder: Path, alone: bool
) -> Failure | None:
    host, owner = context.get(), f"{batch_id}-{attempt}/{task.name}"
    part = folder.with_name(f"{task.name}.{clock.new_id()}.part")
    host.process.active[owner] = group  # before the question below: from here on a cancel finds and kills us
    ours = False
    try:
        batch, dead = await asyncio.to_thread(
            lambda: (sources.ask(batch_id, attempt), len(list(folder.parent.glob(f"{task.name}.*.part"))))
        )
        alone = await _suspicious(batch, task, dead) or alone
        async with shared_tasks.turn(host, task, batch) as kept:
            if kept is not None and await asyncio.to_thread(shared_tasks.taken, kept, folder, whole):
                return None
            async with _place(host, task, rank, batch, alone) as limits:
                batch = await sources.wanted(batch_id, attempt)
                if host.process.failed_groups.get(group, task.name) != task.name:
                    return UNWANTED
                await asyncio.to_thread(_begin, part)
                ours = True
                await _fill(host, batch, owner, task, part, limits)
                await asyncio.to_thread(_close, part, folder, task)
                ours = False
            if kept:
                await asyncio.to_thread(shared_tasks.keep, folder, kept)
        host.process.progress.finish(batch_id, task.name)
        return None
    except (MediaError, TryAgain) as error:
        return error.failure
    except Cancelled:
        return UNWANTED
    except OSError as error:
        return of_os(error)
    finally:
        host.process.active.pop(owner, None)
        host.process.runner.forget(owner)
        if ours:
            _forget_part(part)
        host.process.signals.send(Signal.CHECK)  # a cancel may be waiting for the last of us


async def _suspicious(batch: Mapping[str, Any], task: Task, dead: int) -> bool:
    """Whether so many workers died inside this task that it should run alone. Smaller when it still can be cut: then
    the batch is begun anew."""
    if dead < _SUSPICIOUS:
        return False
    seconds = sum(c.seconds for c in task.commands)
    if (
        registry.node(batch["kind"]).cuts
        and _CUT.fullmatch(task.name)
        and (shorter := shorter_pieces(batch["piece_ms"], seconds))
    ):
        await asyncio.to_thread(_cut_smaller, batch, shorter)
        raise durable.Interrupted(f"pieces of {shorter} ms from now on")
    log.info("batch %s: %s runs alone, because %d workers ended while they made it", batch["id"], task.name, dead)
    return True


def shorter_pieces(piece_ms: int | None, seconds: float) -> int | None:
    """The next length of pieces, in milliseconds, after workers died in one that goes through so many seconds; None
    when it is short enough, or cannot be cut (it is longer than its plan wanted pieces to be). Pure."""
    if seconds < 1.5 * SHORTEST or (piece_ms and seconds > 2.5 * piece_ms / 1000):
        return None
    return int(1000 * max(SHORTEST, seconds / 3))


def _cut_smaller(batch: Mapping[str, Any], piece_ms: int) -> None:
    with context.get().database.write() as tx:
        work.cut(tx, batch["id"], batch["attempt"], piece_ms)
    log.info(
        "batch %s: its pieces are %.1f s long from now on, because workers ended inside longer ones",
        batch["id"],
        piece_ms / 1000,
    )


def forget_pieces(folder: Path, piece_ms: int | None) -> None:
    """In a batch's folder: pieces of another length than this are made anew; what was made whole stays, and deaths
    inside them count no more."""
    plan, now = folder / "plan.txt", str(piece_ms or "")
    if (plan.read_text() if plan.is_file() else "") == now:
        return
    for entry in folder.glob("*"):
        name = entry.name.split(".")[0]
        if _CUT.fullmatch(name) and (entry.suffix == ".part" or not name.endswith("encode")):
            shutil.rmtree(entry, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    plan.write_text(now)


@contextlib.asynccontextmanager
async def _place(
    host: context.HostContext, task: Task, rank: list[int], batch: Mapping[str, Any], alone: bool
) -> AsyncIterator[Limits]:
    """A slot of the task's lane, or the whole server; what its commands may use."""
    if alone:
        async with host.process.crowd.alone():
            yield within(0.6)
    else:
        async with (
            host.process.lanes[task.lane].slot(tuple(rank), (batch["account"], batch["pipeline_id"])),
            host.process.crowd.among(),
        ):
            yield shared(host.options.heavy_slots)


def _begin(part: Path) -> None:
    faults.disk()
    part.mkdir(parents=True)


def _forget_part(part: Path) -> None:
    """Take the half-made folder out of the count of deaths at once, and remove its thousands of files beside the
    loop."""
    dead = part.with_suffix(".failed")
    with contextlib.suppress(OSError):
        part.rename(dead)
    asyncio.get_running_loop().run_in_executor(None, lambda: shutil.rmtree(dead, ignore_errors=True))


async def _fill(
    host: context.HostContext, batch: Mapping[str, Any], owner: str, task: Task, part: Path, limits: Limits
) -> None:
    """Write the task's texts, run its commands one after the other."""
    everything = " ".join(_words(task))
    # Relative to the folder in which the commands run: in a home whose path holds % or ' a muxer would see a pattern, a
    # list a quote.
    folders = {name: f"../{name}" for name in sources.folders_of(batch["id"], everything)} | {"out": ".", "dollar": "$"}
    if "${source}" in everything:
        folders["source"] = str(await sources.fetched(batch))
    if "${font" in everything:
        folders |= host.tools.fonts(everything)
    if task.lock:
        folders["ciphertext"] = host.vault.seal(task.lock)
    async with contextlib.AsyncExitStack() as stack:
        for name, ref in task.objects.items():
            path = await stack.enter_async_context(sources.held(ref))
            reuse.given(host, batch["id"], ref, path.parent.name)
            folders[name] = str(path)
        if task.addresses:
            from reelmill.notify.fetch import fetch  # with httpx, which hardly any task needs
        for name, address in task.addresses.items():
            folders[name] = f"{name}{_FETCHED}"
            await fetch(address, part / folders[name], networks=host.options.callback_networks)
        for name, text in task.files.items():
            await asyncio.to_thread(_write, part / name, substitute(text, folders))
        for name, files in task.glued.items():
            await asyncio.to_thread(glue, part / name, [part / substitute(file, folders) for file in files])
        failpoint("in stitch") if task.files and task.commands else None
        stack.enter_context(flag_files(part, task.flags, lambda: host.vault.key(task.lock, task.key)))
        done = 0.0
        for command in task.commands:
            await _command(host, batch["id"], owner, task, command, folders, part, done, limits)
            done += command.seconds
    if task.locked:
        plain = {name: part / substitute(what, folders) for name, what in task.locked.items()}
        await asyncio.to_thread(lock_files, host.vault.key(task.lock, task.key), plain, part, task.clear)
    for name in task.addresses:
        (part / f"{name}{_FETCHED}").unlink()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


async def _command(
    host: context.HostContext,
    batch_id: str,
    owner: str,
    task: Task,
    command: Command,
    folders: Mapping[str, str],
    part: Path,
    done: float,
    limits: Limits,
) -> None:
    def started(_pid: int) -> None:
        log.info("batch %s: %s begins", batch_id, task.name)
        failpoint("command spawned")

    runtime, wall = host.tools.runtime(command.tool), wall_seconds(max(c.seconds for c in task.commands))
    argv = [host.tools.path(command.tool), *runtime.first, *(substitute(a, folders) for a in command.argv)]
    ran = await host.process.runner.run(
        owner,
        argv,
        on_progress=(lambda at: host.process.progress.reach(batch_id, task.name, done + at))
        if runtime.progress
        else None,
        progress=runtime.progress,
        on_start=started,
        cwd=part,
        limits=replace(tighter(limits, runtime.limits), wall_seconds=wall),
    )
    if ran.returncode or ran.stopped:
        failure = runtime.diagnose(argv, ran.returncode, ran.log, stopped=ran.stopped)
        failure = replace(
            failure, hold=failure.retry and not ran.stopped and ran.returncode > 0
        )  # it told us itself what the machine lacks
        raise TryAgain(failure) if failure.retry else MediaError(failure)


def _close(part: Path, folder: Path, task: Task) -> None:
    """The folder appears whole: check, note the sizes, rename."""
    faults.disk()
    for name in task.drop:
        (part / name).unlink(missing_ok=True)
    for name in task.expect:
        if not (part / name).is_file() or not (part / name).stat().st_size:
            if shutil.disk_usage(part).free < _SCARCE:  # ffmpeg's HLS muxer says nothing when it cannot write
                raise TryAgain(of_os(OSError(errno.ENOSPC, "no space left on the disk")))
            raise MediaError(
                Failure(
                    "InvalidParameter.ResourceContentBad",
                    f"The tool ended without an error but made no {name}.",
                    "The source may be damaged.",
                )
            )
    sizes = {str(f.relative_to(part)): f.stat().st_size for f in sorted(part.rglob("*")) if f.is_file()}
    (part / NOTE).write_text(json.dumps(sizes))
    shutil.rmtree(folder, ignore_errors=True)  # one that its note does not match
    part.replace(folder)
