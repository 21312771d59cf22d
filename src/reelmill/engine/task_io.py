"""One attempt of a batch at the world: the engine's NodeIO on the work store.

Every call is a durable step or a child workflow, so a replay after a crash gets the answers that it got before. A
task's folder lies under WORK/BATCH/NAME, keyed by batch and not by attempt: whoever makes it looks first whether it is
there.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Unpack

from reelmill.core.errors import Cancelled, Failure, MediaError, TryAgain
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Made, ObjectRef, Probe, Publication, Task, Timeline
from reelmill.core.ports import READ_BYTES, Wanted, last_text, strange
from reelmill.core.segmented import Segmented
from reelmill.core.spending import Spending
from reelmill.engine import ahead, context, durable, fingerprints, holding, reading, registry, reviewing, sources
from reelmill.engine.making import make, named, task_workflow, unreadable_step
from reelmill.engine.publishing import publish_now, publish_step
from reelmill.media import apart
from reelmill.media.fingerprints import TASK as PRINTS_TASK
from reelmill.media.fingerprints import TEXTS
from reelmill.media.reviews import LOOK

_AT_ONCE = [-11]  # before every priority: somebody waits for the answer of a request


class EngineIO:
    """Handed to a node's `run` inside the batch workflow."""

    def __init__(self, batch_id: str, attempt: int, rank: Sequence[int], *, stamped: bool = False):
        """`stamped`: how published objects look is noted, so that they can be known again."""
        self._batch, self._attempt, self._rank, self._stamped = batch_id, attempt, list(rank), stamped
        self.published: dict[str, list[Publication]] = {}
        self._calls, self._asked, self._made = 0, Counter[str](), dict[str, Task]()

    async def probe(self, what: str, **wanted: Unpack[Wanted]) -> Probe | Failure:
        return _probe_value(await probe_step(self._batch, self._attempt, what, wanted, self._rank))

    async def probe_all(self, whats: Sequence[str]) -> list[Probe | Failure]:
        return [_probe_value(one) for one in await probe_all_step(self._batch, self._attempt, list(whats), self._rank)]

    async def read(self, what: str, *, most: int = READ_BYTES) -> str | Failure:
        return _read_value(await read_step(self._batch, self._attempt, what, most))

    async def segments(self, whats: Sequence[str]) -> list[Segmented | Failure]:
        return [_segments_value(one) for one in await reading.segments_step(self._batch, self._attempt, list(whats))]

    async def spending(self, whats: Sequence[str]) -> list[Spending | Failure]:
        await self._restore(sorted({what.removeprefix("${").partition("}")[0] for what in whats}))
        answers = await reading.spending_step(self._batch, self._attempt, list(whats))
        return [_spending_value(one) for one in answers]

    async def execute(self, tasks: Sequence[Task]) -> list[Made]:
        if needed := {name for task in tasks for name in named(task)} & set(self._made):
            failpoint("before stitch")
            await self._restore(sorted(needed))
        return await self._execute(tasks)

    async def _restore(self, names: Sequence[str]) -> bool:
        """Pieces are checked before they are joined or published: what was lost since it was made is made again.
        Whether anything was."""
        lost = await unreadable_step(self._batch, list(names))
        if lost:
            await self._execute([self._made[name] for name in lost])
        return bool(lost)

    async def _execute(self, tasks: Sequence[Task]) -> list[Made]:
        self._calls += 1
        group = f"{self._batch}-{self._attempt}#{self._calls}"
        context.get().process.task_log.expect(self._batch, tasks)
        for task in tasks:
            context.get().process.progress.expect(self._batch, task.name, sum(c.seconds for c in task.commands))
        handles = []
        for place, task in enumerate(tasks):
            self._asked[task.name] += (
                1  # asked for again after it failed or was lost: an ended workflow id would answer as before
            )
            again = f"-r{self._asked[task.name]}" if self._asked[task.name] > 1 else ""
            child = f"{self._batch}-{self._attempt}-{task.name}{again}"
            handles.append(
                await durable.start(
                    task_workflow, child, self._batch, self._attempt, task.to_json(), group, [*self._rank, place]
                )
            )
        made = []
        for task, handle in zip(
            tasks, handles, strict=True
        ):  # one after the other: gather() would make the order of steps a race
            answer = await durable.result(handle)
            made.append(Made(answer["files"], Failure.from_json(answer["failure"]) if answer["failure"] else None))
            context.get().process.progress.finish(self._batch, task.name)  # also what was made before a restart
            failpoint("between pieces")
        context.get().process.failed_groups.pop(group, None)
        self._made |= {task.name: task for task, one in zip(tasks, made, strict=True) if one.failure is None}
        return made

    async def compare(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        await self._restore([name for name in (PRINTS_TASK, TEXTS) if name in self._made])
        return _compare_value(await compare_step(self._batch, self._attempt, dict(order), self._rank))

    async def review(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        await self._restore([LOOK])
        return _review_value(await review_step(self._batch, self._attempt, dict(order), self._rank))

    async def publish(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        await self._restore(_tasks_of(publications))
        answer = await self._publish(publications)
        # That all files were there may have been found out before a crash, and they may have gone since.
        again = [p for p in publications if (failure := answer[p.job]) and failure.retry and not failure.hold]
        if again and await self._restore(_tasks_of(again)):
            answer |= await self._publish(again)
        return answer

    async def link(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        """`publish` of files that no task of this batch made."""
        return await self._publish(publications)

    async def _publish(self, publications: Sequence[Publication]) -> dict[str, Failure | None]:
        wanted = [p.to_json() for p in publications]
        answer = await publish_step(self._batch, self._attempt, wanted, self._stamped)
        by_job = {p.job: [other for other in publications if other.job == p.job] for p in publications}
        self.published |= {job: own for job, own in by_job.items() if not answer.get(job)}
        return {job: Failure.from_json(f) if f else None for job, f in answer.items()}

    def read_by(self, job: str) -> list[ObjectRef] | None:
        """What the tasks of a job read besides its source; None when that was no object."""
        mine = [task for task in self._made.values() if not task.jobs or job in task.jobs]
        if any(task.addresses for task in mine):
            return None
        return list({ref: None for task in mine for ref in task.objects.values()})


def _tasks_of(publications: Sequence[Publication]) -> list[str]:
    return sorted({part.task for p in publications for part in p.whole})


def _light(task: Task) -> Task:
    """Somebody waits for the answer, and must not wait for encodes that take hours."""
    return replace(task, lane="light")


class DirectIO:
    """The same without durability, for answers inside a request (single snapshot, media info): nothing is resumed after
    a crash."""

    def __init__(self, batch_id: str):
        self._batch = batch_id

    async def probe(self, what: str, **wanted: Unpack[Wanted]) -> Probe | Failure:
        return _probe_value(await _probe(self._batch, 1, _Asked(what, **wanted), _AT_ONCE))

    async def probe_all(self, whats: Sequence[str]) -> list[Probe | Failure]:
        return [await self.probe(what) for what in whats]

    async def read(self, what: str, *, most: int = READ_BYTES) -> str | Failure:
        return _read_value(await _read(self._batch, 1, what, most))

    async def segments(self, whats: Sequence[str]) -> list[Segmented | Failure]:
        return [_segments_value(one) for one in await reading.segments(self._batch, 1, whats)]

    async def spending(self, whats: Sequence[str]) -> list[Spending | Failure]:
        return [_spending_value(one) for one in await reading.spending(self._batch, 1, whats)]

    async def execute(self, tasks: Sequence[Task]) -> list[Made]:
        context.get().process.task_log.expect(self._batch, tasks)
        answers = [await make(self._batch, 1, _light(task), "", _AT_ONCE) for task in tasks]
        return [Made(a["files"], Failure.from_json(a["failure"]) if a["failure"] else None) for a in answers]

    async def compare(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        return _compare_value(await _compare(self._batch, 1, order, _AT_ONCE))

    async def review(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        return _review_value(await _review(self._batch, 1, order, _AT_ONCE, light=True))

    async def publish(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        answer = await publish_now(self._batch, 1, [p.to_json() for p in publications])
        return {job: Failure.from_json(f) if f else None for job, f in answer.items()}


def _probe_value(answer: Mapping[str, Any]) -> Probe | Failure:
    if answer["failure"]:
        return Failure.from_json(answer["failure"])
    return Probe(answer["raw"], Timeline.from_json(answer["timeline"]) if answer["timeline"] else None, answer["md5"])


def _read_value(answer: Mapping[str, Any]) -> str | Failure:
    return Failure.from_json(answer["failure"]) if answer["failure"] else str(answer["text"])


def _segments_value(answer: Mapping[str, Any]) -> Segmented | Failure:
    return Failure.from_json(answer["failure"]) if answer["failure"] else Segmented.from_json(answer["segments"])


def _spending_value(answer: Mapping[str, Any]) -> Spending | Failure:
    return Failure.from_json(answer["failure"]) if answer["failure"] else Spending.from_json(answer["spending"])


def _compare_value(answer: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
    return Failure.from_json(answer["failure"]) if answer["failure"] else answer


def _review_value(answer: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
    return Failure.from_json(answer["failure"]) if answer["failure"] else answer["judged"]


# ---- looking -------------------------------------------------------------------------------------


@durable.step
async def probe_step(batch_id: str, attempt: int, what: str, wanted: Wanted, rank: list[int]) -> dict[str, Any]:
    return await _probe(batch_id, attempt, _Asked(what, **wanted), rank)


@durable.step
async def probe_all_step(batch_id: str, attempt: int, whats: list[str], rank: list[int]) -> list[dict[str, Any]]:
    return list(await asyncio.gather(*(_probe(batch_id, attempt, _Asked(what), rank) for what in whats)))


@durable.step
async def read_step(batch_id: str, attempt: int, what: str, most: int) -> dict[str, Any]:
    return await _read(batch_id, attempt, what, most)


async def _read(batch_id: str, attempt: int, what: str, most: int) -> dict[str, Any]:
    """{"failure"} or {"text"}."""
    try:
        batch = await sources.wanted(batch_id, attempt)
        path = await sources.path_of(batch, what)
        return {"failure": None, "text": await asyncio.to_thread(last_text, path, most)}
    except (MediaError, TryAgain) as error:
        return {"failure": error.failure.to_json()}
    except OSError as error:
        return {"failure": holding.of_os(error).to_json()}
    except Cancelled:
        return {"failure": holding.UNWANTED.to_json()}


@durable.step
async def compare_step(batch_id: str, attempt: int, order: dict[str, Any], rank: list[int]) -> dict[str, Any]:
    return await _compare(batch_id, attempt, order, rank)


async def _compare(batch_id: str, attempt: int, order: Mapping[str, Any], rank: list[int]) -> dict[str, Any]:
    async def one(task: Task) -> dict[str, Any]:
        context.get().process.task_log.expect(batch_id, [task])
        return await make(batch_id, attempt, task, "", rank)

    return await fingerprints.compare(context.get(), batch_id, order, one)


@durable.step
async def review_step(batch_id: str, attempt: int, order: dict[str, Any], rank: list[int]) -> dict[str, Any]:
    return await _review(batch_id, attempt, order, rank)


async def _review(
    batch_id: str, attempt: int, order: Mapping[str, Any], rank: list[int], *, light: bool = False
) -> dict[str, Any]:
    async def one(task: Task) -> dict[str, Any]:
        context.get().process.task_log.expect(batch_id, [task])
        context.get().process.progress.expect(batch_id, task.name, sum(c.seconds for c in task.commands))
        return await make(batch_id, attempt, _light(task) if light else task, "", rank)

    try:
        return await reviewing.review(context.get(), batch_id, attempt, order, one)
    except Cancelled:
        return {"failure": holding.UNWANTED.to_json()}


def _found(raw: Mapping[str, Any], timeline: Timeline | None, md5: str) -> dict[str, Any]:
    return {"failure": None, "raw": raw, "timeline": timeline.to_json() if timeline else None, "md5": md5}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What NodeIO.probe is asked."""

    what: str
    cut_every: float = 0.0
    near: Sequence[float] = ()
    md5: bool = False
    picture: int | None = None

    @property
    def about_source(self) -> bool:
        return self.what == "${source}"

    @property
    def alike(self) -> bool:
        """Whether the answer is what everybody is told about the source."""
        return self.about_source and not self.near and self.picture is None


async def _probe(batch_id: str, attempt: int, asked: _Asked, rank: list[int]) -> dict[str, Any]:
    """{"failure"} or {"raw","timeline","md5"}; what the machine keeps from being seen is looked at again."""
    patience = holding.Patience(rank)
    while True:
        answer = await _look(batch_id, attempt, asked, rank)
        failure = Failure.from_json(answer["failure"]) if answer["failure"] else None
        if failure is None or not await patience.wait(batch_id, attempt, failure):
            await patience.over(batch_id, attempt)
            return answer


async def _look(batch_id: str, attempt: int, asked: _Asked, rank: list[int]) -> dict[str, Any]:
    """What the start of a run found out about a source is remembered, so that the encode behind it need not ask."""
    host, owner = context.get(), f"{batch_id}-{attempt}/probe {asked.what}"
    here = host.process
    cut_every = asked.cut_every
    try:
        batch = await sources.wanted(batch_id, attempt)
        path = await sources.path_of(batch, asked.what)
        if asked.alike:
            await ahead.told(host, str(path), owner)
        known = here.timelines.get(str(path)) if asked.alike and not asked.md5 else None
        if known and (known[1] is not None or not cut_every):
            failpoint("probed")
            return _found(known[0], known[1] if cut_every else None, "")
        every = cut_every or (
            host.options.piece_seconds if asked.about_source and registry.node(batch["kind"]).role == "start" else 0.0
        )
        here.active[owner] = ""
        try:
            async with here.lanes["light"].slot(tuple(rank), (batch["account"], batch["pipeline_id"])):
                found = await apart.examine(
                    here.runner,
                    host.tools,
                    owner,
                    str(path),
                    cut_every=every,
                    near=asked.near,
                    md5=asked.md5,
                    own=not strange(asked.what),
                    picture=asked.picture,
                )
        finally:
            here.active.pop(owner, None)
            here.runner.forget(owner)
    except (MediaError, TryAgain) as error:
        return {"failure": error.failure.to_json()}
    except OSError as error:
        return {"failure": holding.of_os(error).to_json()}
    except Cancelled:
        return {"failure": holding.UNWANTED.to_json()}
    failpoint("probed")
    if isinstance(found, Failure):
        return {"failure": found.to_json()}
    if asked.alike:
        here.timelines[str(path)] = (dict(found.raw), found.timeline)
    return _found(dict(found.raw), found.timeline if cut_every or asked.near else None, found.md5)
