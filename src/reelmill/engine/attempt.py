"""One attempt of a batch at the world: the engine's NodeIO on the work store.

Every call is a durable step or a child workflow, so a replay after a crash gets the answers that it got before. A task's folder lies under
WORK/BATCH/NAME, keyed by batch and not by attempt: whoever makes it looks first whether it is there.
"""

import asyncio
import contextlib
import errno
import json
import logging
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import Cancelled, Failure, MediaError, TryAgain
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Command, Made, Probe, Publication, Task, Timeline
from reelmill.engine import durable, sources, world
from reelmill.engine.publishing import BACK_OFF, UNWANTED, publish_now, publish_step
from reelmill.media import examine
from reelmill.media.command import substitute
from reelmill.media.diagnose import diagnose

log = logging.getLogger(__name__)

NOTE = "note.json"  # sizes of the files of a finished folder
_SCARCE = 1 << 20  # bytes of free disk below which a missing file is the disk's fault
# A command whose worker died inside it this often is not tried again. Not fewer: a server that is killed again and again for other reasons (a machine that
# loses power, an impatient administrator) must not lose the runs that it happened to work on.
_TRIES = 10
_AT_ONCE = [-11]  # before every priority: somebody waits for the answer of a request


class EngineIO:
    """Handed to a node's `run` inside the batch workflow."""

    def __init__(self, batch_id: str, attempt: int, rank: Sequence[int]):
        self._batch, self._attempt, self._rank = batch_id, attempt, list(rank)
        self._calls, self._asked, self._made = 0, Counter[str](), dict[str, Task]()

    async def probe(self, what: str, *, cut_every: float = 0.0, near: Sequence[float] = (), md5: bool = False) -> Probe | Failure:
        return _probe_value(await probe_step(self._batch, self._attempt, what, cut_every, list(near), md5, self._rank))

    async def probe_all(self, whats: Sequence[str]) -> list[Probe | Failure]:
        return [_probe_value(one) for one in await probe_all_step(self._batch, self._attempt, list(whats), self._rank)]

    async def execute(self, tasks: Sequence[Task]) -> list[Made]:
        if needed := {name for task in tasks for name in _named(task)} & set(self._made):
            failpoint("before stitch")
            await self._restore(sorted(needed))
        return await self._execute(tasks)

    async def _restore(self, names: Sequence[str]) -> None:
        """Pieces are checked before they are joined or published: what was lost since it was made is made again."""
        if lost := await unreadable_step(self._batch, list(names)):
            await self._execute([self._made[name] for name in lost])

    async def _execute(self, tasks: Sequence[Task]) -> list[Made]:
        self._calls += 1
        group = f"{self._batch}-{self._attempt}#{self._calls}"
        world.get().notes.expect(self._batch, tasks)
        for task in tasks:
            world.get().progress.expect(self._batch, task.name, sum(c.seconds for c in task.commands))
        handles = []
        for place, task in enumerate(tasks):
            self._asked[task.name] += 1  # asked for again after it failed or was lost: an ended workflow id would answer as before
            again = f"-r{self._asked[task.name]}" if self._asked[task.name] > 1 else ""
            child = f"{self._batch}-{self._attempt}-{task.name}{again}"
            handles.append(await durable.start(task_workflow, child, self._batch, self._attempt, task.to_json(), group, [*self._rank, place]))
        made = []
        for handle in handles:  # one after the other: gather() would make the order of steps a race
            answer = await durable.result(handle)
            made.append(Made(answer["files"], Failure.from_json(answer["failure"]) if answer["failure"] else None))
            failpoint("between pieces")
        world.get().doomed.discard(group)
        self._made |= {task.name: task for task, one in zip(tasks, made, strict=True) if one.failure is None}
        return made

    async def publish(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        await self._restore(sorted({task for p in publications for task, _, _ in (*p.parts, p.entry)}))
        answer = await publish_step(self._batch, self._attempt, [p.to_json() for p in publications])
        return {job: Failure.from_json(f) if f else None for job, f in answer.items()}


class DirectIO:
    """The same without durability, for answers inside a request (single snapshot, media info): nothing is resumed after a crash."""

    def __init__(self, batch_id: str):
        self._batch = batch_id

    async def probe(self, what: str, *, cut_every: float = 0.0, near: Sequence[float] = (), md5: bool = False) -> Probe | Failure:
        return _probe_value(await _probe(self._batch, 1, what, cut_every, list(near), md5, _AT_ONCE))

    async def probe_all(self, whats: Sequence[str]) -> list[Probe | Failure]:
        return [await self.probe(what) for what in whats]

    async def execute(self, tasks: Sequence[Task]) -> list[Made]:
        world.get().notes.expect(self._batch, tasks)
        answers = [await _make(self._batch, 1, task, "", _AT_ONCE) for task in tasks]
        return [Made(a["files"], Failure.from_json(a["failure"]) if a["failure"] else None) for a in answers]

    async def publish(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        answer = await publish_now(self._batch, 1, [p.to_json() for p in publications])
        return {job: Failure.from_json(f) if f else None for job, f in answer.items()}


def _probe_value(answer: Mapping[str, Any]) -> Probe | Failure:
    if answer["failure"]:
        return Failure.from_json(answer["failure"])
    return Probe(answer["raw"], Timeline.from_json(answer["timeline"]) if answer["timeline"] else None, answer["md5"])


# ---- looking ------------------------------------------------------------------------------------------------------------------------


@durable.step
async def probe_step(batch_id: str, attempt: int, what: str, cut_every: float, near: list[float], md5: bool, rank: list[int]) -> dict[str, Any]:
    return await _probe(batch_id, attempt, what, cut_every, near, md5, rank)


@durable.step
async def probe_all_step(batch_id: str, attempt: int, whats: list[str], rank: list[int]) -> list[dict[str, Any]]:
    return list(await asyncio.gather(*(_probe(batch_id, attempt, what, 0.0, [], False, rank) for what in whats)))


async def _probe(batch_id: str, attempt: int, what: str, cut_every: float, near: list[float], md5: bool, rank: list[int]) -> dict[str, Any]:
    """{"failure"} or {"raw","timeline","md5"}. What a Start found out about a source is remembered, so that the encode behind it need not ask."""
    here, owner = world.get(), f"{batch_id}-{attempt}/probe {what}"
    is_source = what == "${source}"
    try:
        batch = await sources.wanted(batch_id, attempt)
        path = await sources.path_of(batch, what)
        known = here.timelines.get(str(path)) if is_source and not near and not md5 else None
        if known and (known[1] is not None or not cut_every):
            return {"failure": None, "raw": known[0], "timeline": known[1].to_json() if known[1] and cut_every else None, "md5": ""}
        ahead = cut_every or (here.options.piece_seconds if is_source and batch["kind"] == "Start" else 0.0)
        here.active[owner] = ""
        try:
            async with here.lanes["light"].slot(tuple(rank)):
                found = await examine.examine(here.runner, here.tools, owner, str(path), cut_every=ahead, near=near, md5=md5, own=not is_source)
        finally:
            here.active.pop(owner, None)
            here.runner.forget(owner)
    except (MediaError, TryAgain) as error:
        return {"failure": error.failure.to_json()}
    except Cancelled:
        return {"failure": UNWANTED.to_json()}
    failpoint("probed")
    if isinstance(found, Failure):
        return {"failure": found.to_json()}
    if is_source and not near:
        here.timelines[str(path)] = (dict(found.raw), found.timeline)
    timeline = found.timeline if cut_every or near else None
    return {"failure": None, "raw": dict(found.raw), "timeline": timeline.to_json() if timeline else None, "md5": found.md5}


# ---- making -------------------------------------------------------------------------------------------------------------------------


@durable.workflow("task")
async def task_workflow(batch_id: str, attempt: int, task: dict[str, Any], group: str, rank: list[int]) -> dict[str, Any]:
    """One task, in a workflow of its own: ended tasks are not repeated after a crash."""
    return await make_step(batch_id, attempt, task, group, rank)


@durable.step
async def make_step(batch_id: str, attempt: int, task: dict[str, Any], group: str, rank: list[int]) -> dict[str, Any]:
    return await _make(batch_id, attempt, Task.from_json(task), group, rank)


async def _make(batch_id: str, attempt: int, task: Task, group: str, rank: list[int]) -> dict[str, Any]:
    answer = await _make_or_fail(batch_id, attempt, task, group, rank)
    state = "Success" if answer["failure"] is None else "Skipped" if answer["failure"]["code"] == UNWANTED.code else "Fail"
    world.get().notes.end(batch_id, task.name, state)
    return answer


async def _make_or_fail(batch_id: str, attempt: int, task: Task, group: str, rank: list[int]) -> dict[str, Any]:
    """{"files", "failure"}: a value, because an exception that is read back after a recovery has lost its class."""
    here, folder = world.get(), world.get().work / batch_id / task.name
    answer: dict[str, Any] = {"files": {}, "failure": None}
    for delay in (*BACK_OFF, None):
        if (sizes := await asyncio.to_thread(whole, folder)) is not None:
            here.progress.finish(batch_id, task.name)
            failpoint("task made")
            return {"files": sizes, "failure": None}
        failure = await _try(batch_id, attempt, task, group, rank, folder)
        if failure is None:
            continue
        answer["failure"] = failure.to_json()
        if not failure.retry or delay is None:
            break
        await asyncio.sleep(delay)
    if (sizes := await asyncio.to_thread(whole, folder)) is not None:  # it came off at the last try
        return {"files": sizes, "failure": None}
    if group:
        here.doomed.add(group)  # the others of the group need not start ...
        for other in [o for o, g in here.active.items() if g == group]:
            here.runner.kill(other)  # ... nor go on
    return answer


@durable.step
async def unreadable_step(batch_id: str, names: list[str]) -> list[str]:
    folder = world.get().work / batch_id
    return await asyncio.to_thread(lambda: [name for name in names if whole(folder / name) is None])


def _named(task: Task) -> set[str]:
    """Tasks whose folders this one reads."""
    texts = [*(a for c in task.commands for a in c.argv), *task.files.values()]
    return {part.split("}", 1)[0] for text in texts for part in text.split("${")[1:]}


def whole(folder: Path) -> dict[str, int] | None:
    """The files of a finished folder, None when it is not there or not as its note says. Cheap on purpose: a film has thousands of them."""
    try:
        sizes: dict[str, int] = json.loads((folder / NOTE).read_text())
        return sizes if all((folder / name).stat().st_size == size for name, size in sizes.items()) else None
    except (OSError, ValueError):
        return None


async def _try(batch_id: str, attempt: int, task: Task, group: str, rank: list[int], folder: Path) -> Failure | None:
    here, owner = world.get(), f"{batch_id}-{attempt}/{task.name}"
    dead = await asyncio.to_thread(lambda: list(folder.parent.glob(f"{task.name}.*.part")))
    if len(dead) >= _TRIES:
        return Failure("ServiceUnavailable", f"The command of {task.name} brought its worker down {_TRIES} times.", "The file may need more memory than the server has.", sound=False)
    part = folder.with_name(f"{task.name}.{clock.new_id()}.part")
    here.active[owner] = group  # before the question below: from here on a cancel finds and kills us
    ours = False
    try:
        async with here.lanes[task.lane].slot(tuple(rank)):
            batch = await sources.wanted(batch_id, attempt)
            if group in here.doomed:
                return UNWANTED
            await asyncio.to_thread(part.mkdir, parents=True)
            ours = True
            await _fill(here, batch, owner, task, part)
            await asyncio.to_thread(_close, part, folder, task)
            ours = False
        here.progress.finish(batch_id, task.name)
        return None
    except (MediaError, TryAgain) as error:
        return error.failure
    except Cancelled:
        return UNWANTED
    except OSError as error:
        return _of_os(error)
    finally:
        here.active.pop(owner, None)
        here.runner.forget(owner)
        if ours:
            _forget_part(part)
        here.bells.ring("check")  # a cancel may be waiting for the last of us


def _forget_part(part: Path) -> None:
    """Take the half-made folder out of the count of deaths at once, and remove its thousands of files beside the loop."""
    dead = part.with_suffix(".failed")
    with contextlib.suppress(OSError):
        part.rename(dead)
    asyncio.get_running_loop().run_in_executor(None, lambda: shutil.rmtree(dead, ignore_errors=True))


async def _fill(here: world.World, batch: Mapping[str, Any], owner: str, task: Task, part: Path) -> None:
    """Write the task's texts, run its commands one after the other."""
    everything = " ".join([*(a for c in task.commands for a in c.argv), *task.files.values()])
    # Relative to the folder in which the commands run: in a home whose path holds % or ' a muxer would see a pattern, a list a quote.
    folders = {name: f"../{name}" for name in sources.folders_of(batch["id"], everything)} | {"out": "."}
    if "${source}" in everything:
        folders["source"] = str(await sources.fetched(batch))
    if "${font}" in everything:
        folders["font"] = here.tools.font()
    async with contextlib.AsyncExitStack() as stack:
        for name, ref in task.objects.items():
            folders[name] = str(await stack.enter_async_context(sources.held(ref)))
        for name, text in task.files.items():
            await asyncio.to_thread((part / name).write_text, substitute(text, folders))
        failpoint("in stitch") if task.files and task.commands else None
        done = 0.0
        for command in task.commands:
            await _command(here, batch["id"], owner, task, command, folders, part, done)
            done += command.seconds


async def _command(here: world.World, batch_id: str, owner: str, task: Task, command: Command, folders: Mapping[str, str], part: Path, done: float) -> None:
    def started(_pid: int) -> None:
        log.info("batch %s: %s begins", batch_id, task.name)
        failpoint("command spawned")

    program = here.tools.path(command.tool)
    argv = [program, *(substitute(a, folders) for a in command.argv)]
    ran = await here.runner.run(
        owner, argv,
        on_progress=(lambda at: here.progress.reach(batch_id, task.name, done + at)) if command.tool == "ffmpeg" else None,
        on_start=started, cwd=part,
    )  # fmt: skip
    if ran.returncode or ran.stopped:
        failure = diagnose(argv, ran.returncode, ran.log, stopped=ran.stopped)
        raise TryAgain(failure) if failure.retry else MediaError(failure)


def _close(part: Path, folder: Path, task: Task) -> None:
    """The folder appears whole: check, note the sizes, rename."""
    for name in task.drop:
        (part / name).unlink(missing_ok=True)
    for name in task.expect:
        if not (part / name).is_file() or not (part / name).stat().st_size:
            if shutil.disk_usage(part).free < _SCARCE:  # ffmpeg's HLS muxer says nothing when it cannot write
                raise TryAgain(_of_os(OSError(errno.ENOSPC, "no space left on the disk")))
            raise MediaError(Failure("InvalidParameter.ResourceContentBad", f"The tool ended without an error but made no {name}.", "The source may be damaged."))
    sizes = {str(f.relative_to(part)): f.stat().st_size for f in sorted(part.rglob("*")) if f.is_file()}
    (part / NOTE).write_text(json.dumps(sizes))
    shutil.rmtree(folder, ignore_errors=True)  # one that its note does not match
    part.replace(folder)


def _of_os(error: OSError) -> Failure:
    text = f"The server could not write its work files: {error.strerror or error}."
    return Failure("ServiceUnavailable", text, "Make room on the disk of the server's home, or mend its permissions.", retry=True)
