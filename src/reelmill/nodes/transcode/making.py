"""How a batch of Transcode jobs is made: plan (pure), and the story of `run`, top to bottom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reelmill.core import placeholders
from reelmill.core.errors import Failure, MediaError
from reelmill.core.model import JobSpec, Made, MediaInfo, Outcome, Part, Probe, Publication, Task, Timeline
from reelmill.core.ports import NodeIO
from reelmill.media import assembly, effort, ladder, pieces, probe, result, watermark_drawing
from reelmill.media.assembly import Assembly
from reelmill.media.containers import Target, segmented, without_extension
from reelmill.media.encode import settle
from reelmill.media.output import check_key
from reelmill.nodes.transcode import headed, joining, levels, listing, preparing, texts

_NEVER = 1e9  # seconds between cuts when pieces are not wanted: the timeline is read all the same


@dataclass(frozen=True, slots=True)
class Plan:
    """Tasks of a batch: `first` may run all at once, `then` joins what they made. `made` tells by stem where the output
    is: (task, file)."""

    first: tuple[Task, ...]
    then: tuple[Task, ...]
    made: Mapping[str, tuple[str, str]]
    pieces: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    info: MediaInfo
    timeline: Timeline | None


@dataclass(slots=True)
class _Batch:
    """What is known of each job while a batch runs: its rendition, what was made of it, and its outcome. Changed by
    `run` alone."""

    source: _Source
    targets: dict[str, Target] = field(default_factory=dict)
    looks: dict[str, tuple[str, str, Mapping[str, int], result.Measured]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    files: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    joined: Assembly | None = None
    opening: Sequence[tuple[watermark_drawing.Placed, Mapping[str, Any]]] = ()


def plan(
    targets: Sequence[Target],
    jobs: Mapping[str, Sequence[str]],
    info: MediaInfo,
    timeline: Timeline | None,
    prefix: str = "",
    *,
    cut: bool = True,
    joined: Assembly | None = None,
) -> Plan:
    """How to make all targets of one source, or of what is `joined`. `jobs` are job ids by stem; `prefix` keeps task
    names of several tries apart."""
    if (
        cut
        and joined is None
        and timeline is not None
        and pieces.may_cut([t.rendition for t in targets], info, timeline)
    ):
        shared = pieces.sound_stems(targets)
        audio = pieces.sound_task(targets, jobs, prefix, info, timeline)
        first = [*([audio] if audio else []), *pieces.piece_tasks(targets, jobs, info, timeline, prefix)]
        pictured = [t for t in targets if t.rendition.video]
        sounds = {t.stem: shared[t.rendition.audio] if t.rendition.audio else "" for t in pictured}
        then = [pieces.stitch_task(t, jobs[t.stem], sounds[t.stem], timeline, prefix) for t in pictured]
        made = {t.stem: (f"{prefix}join-{t.stem}" if t.rendition.video else f"{prefix}audio", t.entry) for t in targets}
        return Plan(tuple(first), tuple(then), made, pieces=True)
    served = tuple(one for t in targets for one in jobs[t.stem])
    entries = tuple(t.entry for t in targets)
    task = Task(
        f"{prefix}encode",
        "heavy",
        ladder.commands(targets, info, timeline, joined),
        expect=entries,
        files=ladder.folders(targets),
        drop=ladder.made_on_the_way(targets),
        jobs=served,
    )
    return Plan((task,), (), {t.stem: (task.name, t.entry) for t in targets})


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Probe, settle each job, encode all together (each alone when that fails and the source is sound), look at what
    was made, publish."""
    found = await headed.headed(jobs, io)
    io = io if isinstance(found, Failure) else found
    source = found if isinstance(found, Failure) else await _look(jobs, io)
    if isinstance(source, Failure):
        return {one.id: Outcome(failure=source) for one in jobs}
    batch = _Batch(source)
    if failure := await _join(jobs, batch, io):
        return {one.id: Outcome(failure=failure) for one in jobs}
    jobs, unlisted = await listing.marked(jobs, io)
    batch.outcomes |= {one: Outcome(failure=failure) for one, failure in unlisted.items()}
    drawn = await _prepare_marks(jobs, batch, io)
    border = await preparing.border(jobs, source.info, source.timeline, io)
    if isinstance(border, Failure):
        return {one.id: Outcome(failure=border) for one in jobs}
    written, unwritten = await texts.burnt(jobs, source.info, source.timeline, io)
    batch.outcomes |= {one: Outcome(failure=failure) for one, failure in unwritten.items()}
    for number, one in enumerate(jobs):
        try:
            if one.id not in batch.outcomes:
                batch.targets[one.id] = _target(one, number, batch, drawn, border, written.get(one.id, ()))
        except MediaError as error:
            lacking = error.failure.code == "InvalidParameter.NoAudioStream" and one.spec["media"] is not None
            batch.outcomes[one.id] = Outcome(
                failure=error.failure, skipped=lacking
            )  # the package is made without a track that the source does not have
    if batch.targets:
        await _level(batch, io)
        await _make_all(batch, io)
        batch.files = await texts.taken_out(
            [one for one in jobs if one.id in batch.looks], source.info, source.timeline, io
        )
        await _publish(jobs, batch, io)
    return batch.outcomes


async def _look(jobs: Sequence[JobSpec], io: NodeIO) -> _Source | Failure:
    cut_every = max(float(one.spec.get("piece_seconds") or 0) for one in jobs)
    found = await io.probe("${source}", cut_every=cut_every or _NEVER)
    if isinstance(found, Failure):
        return found
    info = probe.parse(found.raw)
    return result.truncated(info, found.timeline) or _Source(info, found.timeline)


async def _prepare_marks(jobs: Sequence[JobSpec], batch: _Batch, io: NodeIO) -> dict[str, str]:
    """Make each picture and text of the batch's watermarks once: text that identifies a mark -> file. What cannot be
    had fails the jobs that want it."""
    drawn: dict[str, str] = {}
    wanted = {watermark_drawing.identity(mark): mark for one in jobs for mark in one.spec.get("marks") or ()}
    for number, (known, mark) in enumerate(wanted.items()):
        users = tuple(
            one.id for one in jobs if known in {watermark_drawing.identity(m) for m in one.spec.get("marks") or ()}
        )
        task = watermark_drawing.task(mark, number, users)
        (made,) = await io.execute((task,))
        if made.failure is None:
            drawn[known] = f"${{{task.name}}}/{task.expect[0]}"
        else:
            batch.outcomes |= {one: Outcome(failure=watermark_drawing.unusable(mark, made.failure)) for one in users}
    return drawn


async def _join(jobs: Sequence[JobSpec], batch: _Batch, io: NodeIO) -> Failure | None:
    """What the batch puts together, and what lies on its pictures; its jobs all ask for the same."""
    wanted, info = jobs[0].spec.get("edits") or {}, batch.source.info
    fetching = joining.Fetching(io, tuple(one.id for one in jobs))
    try:
        batch.joined = await joining.join(wanted, info, batch.source.timeline, jobs[0].spec["audio_map"], fetching)
        batch.opening = await joining.openings(wanted, fetching)
    except MediaError as error:
        return error.failure
    if batch.joined:
        batch.source = _Source(*assembly.whole(batch.joined))
    return None


def _target(
    one: JobSpec, number: int, batch: _Batch, drawn: Mapping[str, str], border: str, written: tuple[str, ...]
) -> Target:
    source = batch.source
    rendition = settle(
        one.spec["template"],
        source.info,
        source.timeline,
        audio_map=None if batch.joined else one.spec["audio_map"],
        part=one.spec["part"],
        touch=preparing.touch(one.spec, border),
    )
    effort.check(rendition, source.info, source.timeline)
    if rendition.video:
        size = rendition.video.width, rendition.video.height
        rendition = replace(
            rendition,
            watermarks=(
                *(joining.opened(mark, asked, size) for mark, asked in batch.opening),
                *(
                    watermark_drawing.place(mark, drawn[watermark_drawing.identity(mark)], size)
                    for mark in one.spec.get("marks") or ()
                ),
            ),
            texts=written,
        )
    name = one.spec["key"].rpartition("/")[2]
    return Target(str(number), rendition, without_extension(name) if segmented(rendition) else name)


async def _level(batch: _Batch, io: NodeIO) -> None:
    """Sounds get their loudness."""
    made = await levels.settled(batch.targets, batch.source.info, batch.source.timeline, batch.joined, io)
    if isinstance(made, Failure):
        batch.outcomes |= {one: Outcome(failure=made) for one in batch.targets}
        batch.targets = {}
    else:
        batch.targets = made


async def _make_all(batch: _Batch, io: NodeIO) -> None:
    failure = await _make(batch, tuple(batch.targets), io, "")
    # one of them may be to blame: the others need not fail with it
    if failure and failure.source_ok and len(batch.targets) > 1:
        for number, one in enumerate(tuple(batch.targets)):
            if alone := await _make(batch, (one,), io, f"alone-{number}-"):
                batch.outcomes[one] = Outcome(failure=alone)
    elif failure:
        batch.outcomes |= {one: Outcome(failure=failure) for one in batch.targets}


async def _make(batch: _Batch, ids: Sequence[str], io: NodeIO, prefix: str) -> Failure | None:
    """Make and look at the outputs of these jobs. A failure of a command is returned; a fault of one output becomes
    that job's outcome."""
    targets = {one: batch.targets[one] for one in ids}
    served = {target.stem: (one,) for one, target in targets.items()}
    info, timeline = batch.source.info, batch.source.timeline
    todo = plan(list(targets.values()), served, info, timeline, prefix, joined=batch.joined)
    files: dict[str, Mapping[str, int]] = {}
    failure = await _execute(todo.first, io, files)
    if not failure and todo.pieces and not await _whole(todo, targets.values(), timeline, io):
        # The decoder left frames out or made some up, so the pieces would not fit together; in one go that does no
        # harm.
        todo = plan(list(targets.values()), served, info, timeline, prefix + "whole-", cut=False)
        failure = await _execute(todo.first, io, files)
    failure = failure or await _execute(todo.then, io, files)
    if failure:
        return failure
    await _look_at_all(batch, targets, todo, files, io)
    return None


async def _look_at_all(
    batch: _Batch, targets: Mapping[str, Target], todo: Plan, files: Mapping[str, Mapping[str, int]], io: NodeIO
) -> None:
    """Look at every output at once, and judge each: what is wrong becomes that job's outcome."""
    wanted = {one: _to_look_at(todo.made[target.stem], target, files) for one, target in targets.items()}
    answers = iter(await io.probe_all([what for whats in wanted.values() for what in whats]))
    for one, target in targets.items():
        task, entry = todo.made[target.stem]
        found = [next(answers) for _ in wanted[one]]
        seen = _unread(batch, target, files[task]) if target.container.unread else _seen(found, target, files[task])
        wrong = (
            seen
            if isinstance(seen, Failure)
            else result.fault(target.rendition, seen, batch.source.info, batch.source.timeline)
        )
        if isinstance(seen, Failure) or wrong:
            batch.outcomes[one] = Outcome(failure=wrong)
        else:
            batch.looks[one] = (task, entry, files[task], seen)


async def _execute(tasks: Sequence[Task], io: NodeIO, files: dict[str, Mapping[str, int]]) -> Failure | None:
    """Run tasks and note what they made; the failure that began it all, not those of tasks that were called off because
    of it."""
    if not tasks:
        return None
    made: list[Made] = await io.execute(tasks)
    failures = [one.failure for one in made if one.failure]
    files |= {task.name: one.files for task, one in zip(tasks, made, strict=True)}
    return next((failure for failure in failures if failure.code != "JobCancelled"), failures[0]) if failures else None


async def _whole(todo: Plan, targets: Iterable[Target], timeline: Timeline | None, io: NodeIO) -> bool:
    """Whether each piece has its frames. One rendition tells it for all: they come from one decode and drop nothing."""
    assert timeline is not None
    shown = next(target.rendition for target in targets if target.rendition.video)
    tasks = [task for task in todo.first if not task.name.endswith("audio")]
    found = await io.probe_all([f"${{{task.name}}}/{task.expect[0]}" for task in tasks])
    return all(
        not isinstance(one, Failure) and result.measured(one.raw).frames == pieces.frames_of(timeline, number, shown)
        for number, one in enumerate(found)
    )


def _to_look_at(made: tuple[str, str], target: Target, files: Mapping[str, Mapping[str, int]]) -> list[str]:
    """An HLS playlist names its segments as they will be published, so its first and last segment are looked at
    instead."""
    task, entry = made
    if target.container.unread:
        return []
    if target.container.segments is None:
        return [f"${{{task}}}/{entry}"]
    names = target.parts(files[task])
    return [f"${{{task}}}/{name}" for name in dict.fromkeys(names[:1] + names[-1:])]


def _unread(batch: _Batch, target: Target, files: Mapping[str, int]) -> result.Measured:
    info, timeline = batch.source.info, batch.source.timeline
    seconds = timeline.end - timeline.first if timeline else info.duration
    return result.unread(target.rendition, files[target.entry], seconds)


def _seen(found: Sequence[Probe | Failure], target: Target, files: Mapping[str, int]) -> result.Measured | Failure:
    """What was made, by ffprobe's answers."""
    raws = []
    for one in found:
        if isinstance(one, Failure):  # what it says is about our file; the reader has another one
            return (
                one
                if one.retry or one.code == "JobCancelled"
                else result.bad("No segment was made: nothing of the source could be decoded.")
            )
        raws.append(one.raw)
    if not raws:
        return result.bad("No segment was made: nothing of the source could be decoded.")
    if target.container.segments is None:
        return result.measured(raws[0])
    names = target.parts(files)
    return result.looked_hls(raws[0], raws[-1], sum(files[name] for name in names), len(names))


async def _publish(jobs: Sequence[JobSpec], batch: _Batch, io: NodeIO) -> None:
    ready: dict[str, tuple[list[Publication], dict[str, Any]]] = {}
    for one in jobs:
        if one.id not in batch.looks:
            continue
        task, entry, files, seen = batch.looks[one.id]
        target = batch.targets[one.id]
        described = result.described(seen, target.rendition)
        try:
            key = await _late_names(one.spec["key"], task, entry, described, io)
            listed = await listing.listed(one.spec.get("edits") or {}, target, (task, entry, files), one.id, io)
            if isinstance(listed, Failure):
                raise MediaError(listed)
        except MediaError as error:
            batch.outcomes[one.id] = Outcome(failure=error.failure)
            continue
        taken = batch.files.get(one.id, [])
        beside, elsewhere = texts.published(one.id, one.spec["bucket"], taken)
        parts = (*_parts(task, files, target, key), *beside)
        made = Part(listed, entry, key, target.container.media_type)
        shown = {"bucket": one.spec["bucket"], "object": key, **described, "media": one.spec["media"]}
        shown |= {"subtitles": texts.told(taken)} if taken else {}
        ready[one.id] = ([*elsewhere, Publication(one.id, one.spec["bucket"], made, parts)], shown)
    if not ready:
        return
    answers = await io.publish([publication for publications, _ in ready.values() for publication in publications])
    for job_id, (_, shown) in ready.items():
        batch.outcomes[job_id] = Outcome(failure=answers[job_id]) if answers.get(job_id) else Outcome(shown)


def _parts(task: str, files: Mapping[str, int], target: Target, key: str) -> tuple[Part, ...]:
    """Segments `NAME-00001.ts`... beside the playlist `NAME.m3u8`."""
    segments = target.container.segments
    kind = segments.media_type if segments else ""
    return tuple(Part(task, name, target.part_key(key, name), kind) for name in target.parts(files))


async def _late_names(key: str, task: str, entry: str, described: Mapping[str, Any], io: NodeIO) -> str:
    """The key with {DestMd5} and {DestAvgBitrate}, which only the finished file knows."""
    left = placeholders.names(key) & {"DestMd5", "DestAvgBitrate"}
    if not left:
        return key
    found: Probe | Failure | None = await io.probe(f"${{{task}}}/{entry}", md5=True) if "DestMd5" in left else None
    if isinstance(found, Failure):
        raise MediaError(found)
    key = placeholders.fill(
        key, {"DestMd5": found.md5 if found else "", "DestAvgBitrate": str(round(described["bitrate"]))}
    )
    check_key(key)
    return key
