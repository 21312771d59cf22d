"""How a batch of Transcode jobs is made: plan (pure), and the story of `run`, top to bottom."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reelmill.core.errors import Failure, Lacking, MediaError, UserText
from reelmill.core.model import JobSpec, Made, MediaInfo, Outcome, Task, Timeline
from reelmill.core.ports import NodeIO
from reelmill.core.spending import Spending
from reelmill.media import assembly, effort, ladder, pieces, probe, result, two_passes, watermark_drawing
from reelmill.media.assembly import Assembly
from reelmill.media.containers import CONTAINERS, Target
from reelmill.media.encode import settle
from reelmill.media.plans import Rendition
from reelmill.media.subtitles.burning import Text
from reelmill.nodes.transcode import fitting, headed, joining, levels, listing, preparing, text_stream, texts
from reelmill.nodes.transcode.looking import Look, look
from reelmill.nodes.transcode.publishing import publish

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
    """What is known of each job while a batch runs: its files, what was made of them, and its outcome. Changed by `run`
    alone. Streams that several jobs want are made once; so are picture and sound that shall lie apart, each by
    itself."""

    source: _Source
    shared: dict[Rendition, Target] = field(default_factory=dict)
    targets: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    looks: dict[str, tuple[Look, ...]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    joined: Assembly | None = None
    opening: Sequence[tuple[watermark_drawing.Placed, Mapping[str, Any]]] = ()
    remarks: dict[str, tuple[UserText, ...]] = field(default_factory=dict)  # what the run says of how a job was done
    long: bool = False  # it was to be cut


def plan(
    targets: Sequence[Target],
    jobs: Mapping[str, Sequence[str]],
    info: MediaInfo,
    timeline: Timeline | None,
    prefix: str = "",
    *,
    cut: bool = True,
    joined: Assembly | None = None,
    rates: two_passes.Rates | None = None,
) -> Plan:
    """How to make all targets of one source, or of what is `joined`. `jobs` are job ids by stem; `prefix` keeps task
    names of several tries apart; `rates` are those of the pieces of what is encoded twice."""
    if cut and timeline is not None and _may_cut(targets, info, timeline, joined):
        shared = pieces.sound_files(targets)
        audio = pieces.sound_task(targets, jobs, prefix, info, timeline)
        first = [*([audio] if audio else []), *pieces.piece_tasks(targets, jobs, info, timeline, prefix, rates or {})]
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
        drop=ladder.made_on_the_way(targets, joined),
        jobs=served,
    )
    return Plan((task,), (), {t.stem: (task.name, t.entry) for t in targets})


def _may_cut(targets: Sequence[Target], info: MediaInfo, timeline: Timeline | None, joined: Assembly | None) -> bool:
    return joined is None and pieces.may_cut([t.rendition for t in targets], info, timeline)


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Probe, settle each job, encode all together (each alone when that fails and the source is sound), look at what
    was made, publish."""
    if jobs[0].spec.get("text"):
        return await text_stream.run(jobs, io)
    found = await headed.headed(jobs, io)
    io = io if isinstance(found, Failure) else found
    source = found if isinstance(found, Failure) else await _look(jobs, io)
    if isinstance(source, Failure):
        return {one.id: Outcome(failure=source) for one in jobs}
    batch = _Batch(source, long=source.timeline is not None and len(source.timeline.cuts) > 1)
    if failure := await _join(jobs, batch, io):
        return {one.id: Outcome(failure=failure) for one in jobs}
    jobs, unlisted = await listing.marked(jobs, io)
    batch.outcomes |= {one: Outcome(failure=failure) for one, failure in unlisted.items()}
    drawn = await _prepare_marks(jobs, batch, io)
    border = await preparing.border(jobs, source.info, source.timeline, io)
    if isinstance(border, Failure):
        return {one.id: Outcome(failure=border) for one in jobs}
    left = assembly.left_of_source(batch.joined) if batch.joined else None
    sizes = _sizes(jobs, batch, border)
    written, unwritten = await texts.burnt(jobs, source.info, source.timeline, io, sizes, left)
    batch.outcomes |= {one: Outcome(failure=failure) for one, failure in unwritten.items()}
    for known, remark in await texts.in_other_fonts(jobs, written, io):
        _remark(batch, (known,), remark)
    for one in jobs:
        try:
            if one.id not in batch.outcomes:
                wanted = _renditions(one, batch, drawn, border, written.get(one.id, ()))
                wanted, said = await fitting.settled(
                    one, wanted, batch.source.info, batch.source.timeline, batch.joined is not None, io
                )
                _remark(batch, (one.id,), said)
                batch.targets[one.id] = tuple(
                    batch.shared.setdefault(each, Target(str(len(batch.shared)), each)) for each in wanted
                )
        except MediaError as error:
            # a package is made without a track that the source does not have
            lacking = isinstance(error, Lacking) and one.spec["media"] is not None
            batch.outcomes[one.id] = Outcome(failure=error.failure, skipped=lacking)
    if batch.targets:
        await _level(batch, io)
        await _make_all(batch, io)
        made = [one for one in jobs if one.id in batch.looks]
        taken = await texts.taken_out(made, source.info, source.timeline, io, left)
        await publish(
            jobs, batch.looks, batch.outcomes, taken, {one: " ".join(said) for one, said in batch.remarks.items()}, io
        )
    return batch.outcomes


async def _look(jobs: Sequence[JobSpec], io: NodeIO) -> _Source | Failure:
    cut_every = max(float(one.spec.get("piece_seconds") or 0) for one in jobs)
    picture: int | None = jobs[0].spec.get("video_map")  # all ask for the same one (batch_key)
    found = await io.probe("${source}", cut_every=cut_every or _NEVER, picture=picture)
    if isinstance(found, Failure):
        return found
    info = probe.parse(found.raw)
    if picture and picture >= len(info.video):
        return Failure(
            "InvalidParameter.ResourceNotSupported",
            f"VideoStreamMap asks for 0:v:{picture}, and the source has {len(info.video)} video stream(s).",
            "Count video streams from 0, without cover pictures.",
        )
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
    fetching = joining.Fetching(io, tuple(one.id for one in jobs), jobs[0].spec.get("video_map"))
    try:
        batch.joined = await joining.join(wanted, info, batch.source.timeline, jobs[0].spec["audio_map"], fetching)
        batch.opening = await joining.openings(wanted, fetching)
    except MediaError as error:
        return error.failure
    if batch.joined:
        batch.source = _Source(*assembly.whole(batch.joined))
    return None


def _sizes(jobs: Sequence[JobSpec], batch: _Batch, border: str) -> dict[str, tuple[int, int]]:
    """Of the pictures onto which jobs draw texts."""
    found: dict[str, tuple[int, int]] = {}
    for one in jobs:
        if one.spec.get("texts"):
            with contextlib.suppress(MediaError):  # told when it is made
                video = _settled(one, batch, border).video
                found |= {one.id: (video.width, video.height)} if video else {}
    return found


def _settled(one: JobSpec, batch: _Batch, border: str) -> Rendition:
    return settle(
        one.spec["template"],
        batch.source.info,
        batch.source.timeline,
        audio_map=None if batch.joined else one.spec["audio_map"],
        part=one.spec["part"],
        touch=preparing.touch(one.spec, border),
    )


def _renditions(
    one: JobSpec, batch: _Batch, drawn: Mapping[str, str], border: str, written: tuple[Text, ...]
) -> tuple[Rendition, ...]:
    """The files that a job needs: one, or picture and sound apart."""
    source, rendition = batch.source, _settled(one, batch, border)
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
    rendition = replace(rendition, format=one.spec.get("segments") or rendition.format)
    segments = CONTAINERS[rendition.format].segments
    if segments and segments.apart and rendition.video and rendition.audio:
        return replace(rendition, audio=None, apart=0.0), replace(
            rendition, video=None, watermarks=(), texts=(), apart=0.0
        )
    return (rendition,)


async def _level(batch: _Batch, io: NodeIO) -> None:
    """Sounds get their loudness."""
    wanted = {target.stem: target for targets in batch.targets.values() for target in targets}
    source, jobs = batch.source, tuple(batch.targets)
    made = await levels.settled(wanted, jobs, source.info, source.timeline, batch.joined, io)
    if isinstance(made, Failure):
        batch.outcomes |= {one: Outcome(failure=made) for one in batch.targets}
        batch.targets = {}
    else:
        batch.targets = {one: tuple(made[t.stem] for t in targets) for one, targets in batch.targets.items()}


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
    served: dict[Target, list[str]] = {}
    for one in ids:
        for target in batch.targets[one]:
            served.setdefault(target, []).append(one)
    files: dict[str, Mapping[str, int]] = {}
    made: dict[str, tuple[str, str]] = {}
    for mark, targets in _apart(list(served)):
        jobs = {target.stem: tuple(served[target]) for target in targets}
        failure = await _make_some(batch, targets, jobs, prefix + mark, files, made, io)
        if failure:
            return failure
    await _look_at_all(batch, served, made, files, io)
    return None


def _apart(targets: Sequence[Target]) -> list[tuple[str, list[Target]]]:
    """(mark of the tasks, targets): pictures that turned out to need no encoder do not keep the others from being cut
    into pieces."""
    copied = [t for t in targets if t.rendition.video and t.rendition.video.copy]
    others = [t for t in targets if t not in copied]
    return [("", others), ("copy-", copied)] if copied and others else [("", list(targets))]


async def _make_some(
    batch: _Batch,
    targets: Sequence[Target],
    jobs: Mapping[str, Sequence[str]],
    prefix: str,
    files: dict[str, Mapping[str, int]],
    made: dict[str, tuple[str, str]],
    io: NodeIO,
) -> Failure | None:
    """Make some targets by one decode; what was made, and where, goes to `files` and `made`."""
    info, timeline = batch.source.info, batch.source.timeline
    encoded = [target for target in targets if target.rendition.video and not target.rendition.video.copy]
    served = [job for target in encoded for job in jobs[target.stem]]
    rates = await _look_first(batch, targets, jobs, prefix, io)
    if isinstance(rates, Failure):
        return rates
    todo = plan(targets, jobs, info, timeline, prefix, joined=batch.joined, rates=rates)
    failure = await _execute(todo.first, io, files)
    if not failure and todo.pieces and not await _whole(todo, targets, timeline, io):
        # The decoder left frames out or made some up, so the pieces would not fit together; in one go that does no
        # harm.
        todo = plan(targets, jobs, info, timeline, prefix + "whole-", cut=False)
        failure = await _execute(todo.first, io, files)
        _remark(batch, served, "Not cut into pieces: the decoder left frames out, or made some up.")
    elif not todo.pieces and batch.long and encoded and timeline:
        _remark(batch, served, _why_whole(targets, batch, timeline))
    made |= todo.made
    return failure or await _execute(todo.then, io, files)


async def _look_first(
    batch: _Batch, targets: Sequence[Target], jobs: Mapping[str, Sequence[str]], prefix: str, io: NodeIO
) -> two_passes.Rates | Failure:
    """The rates of pieces that are encoded twice, after the first look at all of them; {} when there are none."""
    info, timeline = batch.source.info, batch.source.timeline
    if timeline is None or not _may_cut(targets, info, timeline, batch.joined):
        return {}
    looks = pieces.look_tasks(targets, jobs, info, timeline, prefix)
    if failure := await _execute(looks, io, {}):
        return failure
    spent: dict[str, list[Spending]] = {}
    for target in two_passes.wanted(targets):
        for one in await io.spending([f"${{{task.name}}}/{two_passes.log(target)}" for task in looks]):
            if isinstance(one, Failure):
                return one
            spent.setdefault(target.stem, []).append(one)
    return two_passes.rates(targets, spent, timeline)


def _why_whole(targets: Sequence[Target], batch: _Batch, timeline: Timeline) -> UserText:
    if batch.joined:
        return "Not cut into pieces: what is put together first goes through one clock."
    return pieces.why_whole([target.rendition for target in targets], batch.source.info, timeline)


def _remark(batch: _Batch, jobs: Iterable[str], said: UserText) -> None:
    """Note what the run is to say of some jobs."""
    for one in dict.fromkeys(jobs):
        if said and said not in batch.remarks.get(one, ()):
            batch.remarks[one] = (*batch.remarks.get(one, ()), said)


async def _look_at_all(
    batch: _Batch,
    served: Mapping[Target, Sequence[str]],
    where: Mapping[str, tuple[str, str]],
    files: Mapping[str, Mapping[str, int]],
    io: NodeIO,
) -> None:
    """Look at every file at once, and judge each: what is wrong becomes the outcome of the jobs that need it."""
    made = {target: Look(target, *where[target.stem], files[where[target.stem][0]]) for target in served}
    info, timeline = batch.source.info, batch.source.timeline
    seen = await look(tuple(made.values()), timeline.end - timeline.first if timeline else info.duration, io)
    for target, found in zip(served, seen, strict=True):
        wrong = found if isinstance(found, Failure) else result.fault(target.rendition, found.seen, info, timeline)
        for one in served[target]:
            if isinstance(found, Failure) or wrong:
                batch.outcomes[one] = Outcome(failure=wrong)
            else:
                batch.looks[one] = (*batch.looks.get(one, ()), found)


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
