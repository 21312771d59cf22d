"""Subtitles of a batch of Transcode jobs: those that are burnt in are made ready before the encode, the tracks that
become files are taken out beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core.errors import Failure, MediaError, UserText
from reelmill.core.model import JobSpec, MediaInfo, Part, Publication, Task, Timeline
from reelmill.core.ports import NodeIO
from reelmill.media.subtitle_fields import FORMS
from reelmill.media.subtitles import tasks
from reelmill.media.subtitles.burning import Pictures, Text

_TYPES = {"srt": "application/x-subrip; charset=utf-8", "vtt": "text/vtt; charset=utf-8"}
_OTHER = "text/plain; charset=utf-8"
_PUT_TOGETHER = Failure(
    "InvalidParameter.ResourceNotSupported",
    "It holds pictures, and these cannot be drawn where a film is clipped or put together.",
    "Give the subtitles as a text file, or leave Clip, merging, slates and Amix out.",
)
_Files = dict[str, tuple[Text, ...]]
_Key = tuple[
    str, int, tuple[int, int] | None
]  # a text, at which place it stands, and on a picture of which other shape


async def burnt(
    jobs: Sequence[JobSpec],
    info: MediaInfo,
    timeline: Timeline | None,
    io: NodeIO,
    sizes: Mapping[str, tuple[int, int]],
    span: tuple[float, float] | None = None,
) -> tuple[_Files, dict[str, Failure]]:
    """Make what is drawn: job -> files, in their order, and job -> why it has none. What several jobs want is made once
    for each place at which it stands, and each shape of picture: `sizes` of those of jobs. Subtitles belong to the
    film: of a part of it (`span`) those that are in it."""
    wanted: dict[_Key, Mapping[str, Any]] = {}
    users: dict[_Key, list[str]] = {}
    keys: dict[str, list[_Key]] = {one.id: [] for one in jobs if info.video}
    for one in jobs if info.video else ():
        size = sizes.get(one.id)
        size = size if size and tasks.of_another_shape(size, info) else None
        for place, text in enumerate(one.spec.get("texts") or ()):
            known = repr(text), place, size
            keys[one.id].append(known)
            wanted[known] = text
            users.setdefault(known, []).append(one.id)
    made: dict[_Key, Text] = {}
    failures: dict[str, Failure] = {}
    for number, (known, text) in enumerate(wanted.items()):
        served = tuple(users[known])
        if laid := tasks.pictured(text, info):
            if span:
                failures |= dict.fromkeys(served, tasks.unusable(text, _PUT_TOGETHER))
            made[known] = laid
            continue
        try:
            task = tasks.drawn(text, f"text-{number}", served, info, timeline, known[1], span, known[2])
            answer = await _draw(task, io)
        except MediaError as error:
            answer = error.failure
        if answer:
            failures |= dict.fromkeys(users[known], tasks.unusable(text, answer))
        else:
            made[known] = tasks.filter_of(text, f"text-{number}")
    return {one: tuple(made[key] for key in those) for one, those in keys.items() if one not in failures}, failures


async def _draw(task: Task, io: NodeIO) -> Failure | None:
    (made,) = await io.execute((task,))
    return made.failure


async def taken_out(
    jobs: Sequence[JobSpec],
    info: MediaInfo,
    timeline: Timeline | None,
    io: NodeIO,
    span: tuple[float, float] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """The tracks that become files: job -> {"track", "bucket", "key", "task", "failure"} of each. One that cannot be
    had is told beside the others; the output is made all the same. `span` as in `burnt`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for place, one in enumerate(jobs):
        for number, wanted in enumerate(one.spec.get("files") or ()):
            name, extension = f"file-{place}-{number}", wanted["key"].rpartition(".")[2].lower()
            file, failure = f"text.{extension}", None
            try:
                task = tasks.converted(wanted, name, (one.id,), info, timeline, FORMS[extension], file, span)
                (made,) = await io.execute((task,))
                failure = made.failure
            except MediaError as error:
                failure = error.failure
            told = tasks.unusable(wanted, failure).to_json() if failure else None
            found.setdefault(one.id, []).append({**wanted, "task": name, "file": file, "failure": told})
    return found


async def in_other_fonts(jobs: Sequence[JobSpec], files: _Files, io: NodeIO) -> list[tuple[str, UserText]]:
    """(job, what its run says) of texts whose font is not here. `files` as `burnt` tells them."""
    said: list[tuple[str, UserText]] = []
    seen: dict[str, str] = {}
    for one in jobs:
        for text, words in zip(one.spec.get("texts") or (), files.get(one.id, ()), strict=False):
            if isinstance(words, Pictures) or not (name := tasks.font_of(text)):
                continue
            task = tasks.task_of(words)
            if task not in seen:
                found = await io.read(f"${{{task}}}/{tasks.FONT}")
                seen[task] = name if isinstance(found, Failure) else found
            if seen[task] != name:
                said.append((one.id, _another_font(name, seen[task])))
    return said


def _another_font(name: str, used: str) -> UserText:
    return f"This server has no font {name}: the subtitles are drawn in {used}."


def published(job: str, bucket: str, files: Sequence[Mapping[str, Any]]) -> tuple[tuple[Part, ...], list[Publication]]:
    """The files of a job that lie in its bucket, as parts of its output, and the publications of all others."""
    by_bucket: dict[str, list[Part]] = {}
    for one in files:
        if one["failure"] is None:
            kind = _TYPES.get(one["key"].rpartition(".")[2].lower(), _OTHER)
            by_bucket.setdefault(one["bucket"], []).append(Part(one["task"], one["file"], one["key"], kind))
    own = tuple(by_bucket.pop(bucket, ()))
    return own, [Publication(job, other, parts[-1], tuple(parts[:-1])) for other, parts in by_bucket.items()]


def told(files: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the job's result says of its files."""
    return [
        {
            "track": one["track"],
            "bucket": one["bucket"],
            "object": one["key"],
            "message": one["failure"]["message"] if one["failure"] else "",
        }
        for one in files
    ]
