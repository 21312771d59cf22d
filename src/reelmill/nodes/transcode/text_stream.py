"""A subtitle stream of a package: WebVTT, in segments for HLS, in one file for DASH.

spec: {"bucket", "key", "text": media.subtitles.tasks, "texts": [the same] (for whoever asks what a job reads),
"segments": seconds of a segment, 0 for one file, "zero": what the pictures' clock shows at the beginning of the film,
"edits": what makes another film of the source for the pictures (media.edits), "media", "user_data", "priority"}.
Outcome.result: {"bucket", "object", "format", "media", "duration", "size", "bitrate" (Kbit/s), "peak" (bit/s),
"codecs", "segments"}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core.errors import Failure, MediaError
from reelmill.core.model import JobSpec, Made, MediaInfo, Outcome, Part, Publication, Task, Timeline
from reelmill.core.ports import NodeIO
from reelmill.media import assembly, probe
from reelmill.media.containers import without_extension
from reelmill.media.subtitles import tasks
from reelmill.nodes.transcode import joining

TYPE = "text/vtt; charset=utf-8"
_LIST_TYPE = "application/vnd.apple.mpegurl"
_FOLDER, _LIST, _FILE = "s", "list.m3u8", "text.vtt"
_TIMELINE = 1e9  # seconds between cuts: where the film ends is told by its timeline
CODEC = "wvtt"


@dataclass(frozen=True, slots=True)
class _Film:
    """The source; `lasts` seconds are seen of it and of what is joined to it, of itself the `span` (None: all)."""

    info: MediaInfo
    timeline: Timeline | None
    lasts: float | None = None
    span: tuple[float, float] | None = None

    @property
    def seconds(self) -> float:
        if self.lasts is not None:
            return self.lasts
        return self.timeline.end if self.timeline else self.info.duration


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Look how long the film is, make each stream by itself, publish."""
    found = await io.probe("${source}", cut_every=_TIMELINE)
    if isinstance(found, Failure):
        return {one.id: Outcome(failure=found) for one in jobs}
    try:
        film = await _cut(_Film(probe.parse(found.raw), found.timeline), jobs, io)
    except MediaError as error:
        return {one.id: Outcome(failure=error.failure) for one in jobs}
    outcomes: dict[str, Outcome] = {}
    ready: list[tuple[Publication, dict[str, Any]]] = []
    for number, one in enumerate(jobs):
        text = one.spec["text"]
        if failure := tasks.lacks(text, film.info):  # the package is made without a track that the source does not have
            outcomes[one.id] = Outcome(failure=tasks.unusable(text, failure), skipped=True)
            continue
        task, made = await _make(one, number, film, io)
        if made.failure:
            outcomes[one.id] = Outcome(failure=tasks.unusable(text, made.failure))
        else:
            ready.append(_published(one, task, made.files, film))
    answers = await io.publish([publication for publication, _ in ready]) if ready else {}
    for publication, shown in ready:
        failure = answers.get(publication.job)
        outcomes[publication.job] = Outcome(failure=failure) if failure else Outcome(shown)
    return outcomes


async def _cut(film: _Film, jobs: Sequence[JobSpec], io: NodeIO) -> _Film:
    """The film as the pictures beside the texts are cut and joined; all jobs want the same (batching)."""
    fetching = joining.Fetching(io, tuple(one.id for one in jobs))
    joined = await joining.join(jobs[0].spec.get("edits") or {}, film.info, film.timeline, None, fetching)
    return replace(film, lasts=joined.lasts, span=assembly.left_of_source(joined)) if joined else film


async def _make(one: JobSpec, number: int, film: _Film, io: NodeIO) -> tuple[Task, Made]:
    name, text = f"text-{number}", one.spec["text"]
    try:
        if one.spec["segments"]:
            stem = without_extension(one.spec["key"].rpartition("/")[2])
            cut = (f"{film.seconds:.6f}", f"{one.spec['segments']:g}", f"{one.spec['zero']:g}", stem)
            task = tasks.segmented(text, name, (one.id,), film.info, film.timeline, cut, _FOLDER, film.span)
        else:
            task = tasks.converted(text, name, (one.id,), film.info, film.timeline, "vtt", _FILE, film.span)
    except MediaError as error:
        return Task(name, "light"), Made({}, error.failure)
    (made,) = await io.execute((task,))
    return task, made


def _published(one: JobSpec, task: Task, files: Mapping[str, int], film: _Film) -> tuple[Publication, dict[str, Any]]:
    key, seconds = one.spec["key"], max(film.seconds, 0.001)
    names = sorted(name for name in files if name.endswith(".vtt"))
    if one.spec["segments"]:
        stem = without_extension(key)
        parts = tuple(Part(task.name, name, f"{stem}-{name.rpartition('/')[2]}", TYPE) for name in names)
        entry = Part(task.name, f"{_FOLDER}/{_LIST}", key, _LIST_TYPE)
    else:
        parts, entry = (), Part(task.name, _FILE, key, TYPE)
    size = sum(files[name] for name in names)
    longest = one.spec["segments"] or seconds
    shown = {
        "bucket": one.spec["bucket"],
        "object": key,
        "format": "vtt",  # also in segments: it is nothing that one could play by itself
        "media": one.spec["media"],
        "duration": film.seconds,
        "size": size,
        "bitrate": 8 * size / seconds / 1000,
        "peak": max(1, round(8 * max(files[name] for name in names) / longest)),
        "codecs": CODEC,
        "segments": len(parts),
    }
    return Publication(one.id, one.spec["bucket"], entry, parts), shown
