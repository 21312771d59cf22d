"""What was made becomes objects: files under their names, segments with the playlist or manifest that leads to them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reelmill.core import placeholders
from reelmill.core.errors import Failure, MediaError, UserText
from reelmill.core.model import JobSpec, Outcome, Part, Probe, Publication, Task
from reelmill.core.ports import NodeIO
from reelmill.media import result, streams
from reelmill.media.command import literal
from reelmill.media.containers import CONTAINERS
from reelmill.media.output import check_key
from reelmill.media.streams import Stream
from reelmill.nodes.transcode import listing, locking, texts
from reelmill.nodes.transcode.looking import Look

_LISTS = "lists"  # the task that writes playlists


async def publish(
    jobs: Sequence[JobSpec],
    looks: Mapping[str, Sequence[Look]],
    outcomes: dict[str, Outcome],
    taken: Mapping[str, list[dict[str, Any]]],
    remarks: Mapping[str, UserText],
    io: NodeIO,
) -> None:
    """Publish the outputs of the jobs that have no outcome yet, and note theirs. `taken`: text tracks that became
    files; `remarks`: what is said of how each was done."""
    plain = {one.id: (one, looks[one.id]) for one in jobs if one.id in looks and one.id not in outcomes}
    ready = await locking.locked(plain, io)
    if isinstance(ready, Failure):
        outcomes |= {one: Outcome(failure=ready) for one in plain}
        return
    shown: dict[str, dict[str, Any]] = {}
    written: dict[str, str] = {}
    for number, (one, made) in enumerate(ready.values()):
        told = _described(one, made)
        try:
            key = await _late_names(one.spec["key"], made[0], told, io)
            lists = await _lists(one, key, made, io)
        except MediaError as error:
            outcomes[one.id] = Outcome(failure=error.failure)
            continue
        shown[one.id] = {"bucket": one.spec["bucket"], "object": key, **told, "media": one.spec["media"]}
        shown[one.id] |= {"subtitles": texts.told(taken[one.id])} if taken.get(one.id) else {}
        written |= {f"{number}.{name}": text for name, text in lists.items()}
    if written and (failure := await _write(written, tuple(shown), locking.medium(jobs), io)):
        outcomes |= {one: Outcome(failure=failure) for one in shown}
        return
    outcomes |= await _note_keys(list(ready), shown, io)
    wanted: list[Publication] = []
    for number, (one, made) in enumerate(ready.values()):
        if one.id in shown:
            beside, elsewhere = texts.published(one.id, one.spec["bucket"], taken.get(one.id, []))
            wanted += [*elsewhere, _publication(one, number, made, shown[one.id], beside)]
    answers = await io.publish(wanted) if wanted else {}
    for job, told in shown.items():
        partial = any(one["message"] for one in told.get("subtitles", ()))
        outcomes[job] = (
            Outcome(failure=answers[job])
            if answers.get(job)
            else Outcome(told, partial=partial, reason=" ".join([*_lacking(told), *filter(None, [remarks.get(job)])]))
        )


def _lacking(told: Mapping[str, Any]) -> list[UserText]:
    """What a run says of text tracks that became no files."""
    return [one["message"] for one in told.get("subtitles", ()) if one["message"]]


async def _lists(one: JobSpec, key: str, made: Sequence[Look], io: NodeIO) -> dict[str, str]:
    """The texts that lead to the segments of an output; none of one file."""
    found = [replace(stream, facts={**stream.facts, **locking.protection(one)}) for stream in _streams(made)]
    if not found:
        return {}
    lists = streams.lists(one.spec["template"]["Container"]["Format"], key, found, locking.lock(one))
    edits = one.spec.get("edits") or {}
    tags = await listing.tags(edits, found[0].task, found[0].files, made[0].files, io) if len(found) == 1 else []
    if isinstance(tags, Failure):
        raise MediaError(tags)
    return lists | {streams.PLAYLIST: listing.annotated(lists[streams.PLAYLIST], tags)}


async def _write(lists: Mapping[str, str], jobs: tuple[str, ...], lock: str, io: NodeIO) -> Failure | None:
    files = {name: literal(text) for name, text in lists.items()}
    (made,) = await io.execute((Task(_LISTS, "light", files=files, expect=tuple(lists), jobs=jobs, lock=lock),))
    return made.failure


async def _note_keys(jobs: Sequence[str], shown: dict[str, dict[str, Any]], io: NodeIO) -> dict[str, Outcome]:
    """Note in what is told of each stream with which key it was encrypted; those of which that cannot be read."""
    failed: dict[str, Outcome] = {}
    for number, job in enumerate(jobs):
        protection = shown.get(job, {}).get("protection")
        if protection and protection["media"]:
            known = await locking.sealed(protection, f"${{{_LISTS}}}/{number}.{streams.PLAYLIST}", io)
            if isinstance(known, Failure):
                failed[job] = Outcome(failure=known)
                del shown[job]
            else:
                shown[job]["protection"] = known
    return failed


def _described(one: JobSpec, made: Sequence[Look]) -> dict[str, Any]:
    """What the job's result tells of its output, and of the streams that a package may hold."""
    form = one.spec["template"]["Container"]["Format"]
    told = result.described(result.together([look.seen for look in made]), made[0].target.rendition) | {"format": form}
    told |= locking.protection(one)
    if len(made) == 1 and (found := _streams(made)):
        told |= streams.described(found[0])
        frames = told.pop("frames", None)
        if frames and form == "m3u8" and one.spec["part"]:  # a master playlist leads to it, nothing else
            told["frames"] = frames | {"object": streams.frames_key(one.spec["key"])}
    return told


def _streams(made: Sequence[Look]) -> list[Stream]:
    """The streams of an output in segments; none of one file."""
    found = []
    for one in made:
        if one.segments is None:
            continue
        rendition, seen = one.target.rendition, one.seen
        files, init = streams.files_of(one.target, one.files)
        lengths = one.segments.lengths(streams.whole(rendition, seen.video if rendition.video else seen.audio))
        facts = result.described(seen, rendition)
        kind = "video" if rendition.video else "audio"
        stream = Stream(one.task, files, init, kind, one.segments, lengths, facts)
        found.append(Stream(one.task, files, init, kind, one.segments, lengths, facts | streams.described(stream)))
    return found


def _publication(
    one: JobSpec, number: int, made: Sequence[Look], told: Mapping[str, Any], beside: tuple[Part, ...]
) -> Publication:
    """Segments `NAME-00001.ts`... beside the playlist `NAME.m3u8`; any other file by itself."""
    key, container = str(told["object"]), CONTAINERS[told["format"]]
    found = _streams(made)
    if not found:
        entry = Part(made[0].task, made[0].entry, key, container.media_type)
        return Publication(one.id, one.spec["bucket"], entry, beside)
    parts: list[Part] = []
    for look, stream, mark in zip(made, found, streams.marks(found), strict=True):
        segments = look.target.container.segments
        kind = segments.media_type if segments else ""
        parts += [Part(stream.task, file, streams.key(key, file, mark), kind) for file in stream.files]
        if stream.init:
            parts.append(Part(stream.task, stream.init, streams.key(key, stream.init, mark), f"{stream.kind}/mp4"))
    if frames := told.get("frames"):
        parts.append(Part(_LISTS, f"{number}.{streams.FRAMES}", frames["object"], container.media_type))
    entry = Part(_LISTS, f"{number}.{streams.PLAYLIST}", key, container.media_type)
    return Publication(one.id, one.spec["bucket"], entry, (*parts, *beside))


async def _late_names(key: str, made: Look, told: Mapping[str, Any], io: NodeIO) -> str:
    """The key with {DestMd5} and {DestAvgBitrate}, which only the finished file knows."""
    left = placeholders.names(key) & {"DestMd5", "DestAvgBitrate"}
    if not left:
        return key
    found: Probe | Failure | None = (
        await io.probe(f"${{{made.task}}}/{made.entry}", md5=True) if "DestMd5" in left else None
    )
    if isinstance(found, Failure):
        raise MediaError(found)
    key = placeholders.fill(key, {"DestMd5": found.md5 if found else "", "DestAvgBitrate": str(round(told["bitrate"]))})
    check_key(key)
    return key
