"""What is read of files that others wrote as lists: watermarks; and what is added to our own: sums of segments."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reelmill.core.errors import Failure, MediaError, Problems
from reelmill.core.model import JobSpec, Task
from reelmill.core.ports import NodeIO
from reelmill.media import watermarks
from reelmill.media.containers import Target
from reelmill.media.picture import refuse
from reelmill.nodes.transcode.joining import Fetching, own_bucket

_PLAYLIST_BYTES = 4 << 20


async def marked(jobs: Sequence[JobSpec], io: NodeIO) -> tuple[list[JobSpec], dict[str, Failure]]:
    """The jobs with the watermarks of the files that WaterMarkConfigUrl names; and why some have none."""
    made, failures = [], dict[str, Failure]()
    for number, one in enumerate(jobs):
        place = (one.spec.get("edits") or {}).get("WaterMarkConfigUrl")
        try:
            more = await _marks(place, number, one.id, io) if place else []
            made.append(replace(one, spec={**one.spec, "marks": [*(one.spec.get("marks") or ()), *more]}))
        except MediaError as error:
            failures[one.id] = error.failure
            made.append(one)
    return made, failures


async def _marks(place: Mapping[str, str], number: int, job: str, io: NodeIO) -> list[Mapping[str, Any]]:
    text = await Fetching(io, (job,)).text(f"mark-list-{number}", place, "WaterMarkConfigUrl")
    problems = Problems()
    try:
        told = json.loads(text)
    except ValueError as error:
        raise refuse(
            "InvalidParameter.ResourceContentBad", "WaterMarkConfigUrl names a file that is no JSON."
        ) from error
    listed = told.get("WaterMarks", ()) if isinstance(told, Mapping) else told
    marks = watermarks.check_watermarks(listed, problems, "WaterMarkConfigUrl")
    if problems.found:
        raise MediaError(Failure(problems.found[0].code, problems.told(), "Change the list of watermarks."))
    for mark in marks:
        if "WaterMarkTemplateId" in mark:
            raise refuse(
                "InvalidParameter.NotSupported",
                "WaterMarkConfigUrl names a template; its watermarks are complete by themselves.",
                "Give templates in WaterMarks of the Output.",
            )
        if "InputFile" in mark:
            own_bucket(mark["InputFile"], place, "WaterMarkConfigUrl")
    return list(marks)


async def listed(
    wanted: Mapping[str, Any], target: Target, made: tuple[str, str, Mapping[str, int]], job: str, io: NodeIO
) -> str | Failure:
    """The task whose folder holds the playlist, with what M3U8NonStandardSupport adds to it."""
    task, entry, files = made
    support = wanted.get("M3U8NonStandardSupport", {}).get("TS", {})
    if not any(support.values()):
        return task
    text = await io.read(f"${{{task}}}/{entry}", most=_PLAYLIST_BYTES)
    if isinstance(text, Failure):
        return text
    tags: list[list[str]] = []
    for name in target.parts(files):
        tags.append([f"#EXT-X-SEGMENT-SIZE:{files[name]}"] if support.get("SizeSupport") else [])
        if support.get("Md5Support"):
            found = await io.probe(f"${{{task}}}/{name}", md5=True)
            if isinstance(found, Failure):
                return found
            tags[-1].append(f"#EXT-X-SEGMENT-MD5:{found.md5}")
    told = {entry: annotated(text, tags)}
    adding = Task(f"{task}-list-{target.stem}", "light", files=told, expect=(entry,), jobs=(job,))
    (answer,) = await io.execute((adding,))
    return answer.failure or adding.name


def annotated(playlist: str, tags: Sequence[Sequence[str]]) -> str:
    """A playlist with tags before each segment; players overlook tags that they do not know."""
    rest, lines = iter(tags), list[str]()
    for line in playlist.splitlines():
        lines += next(rest, ()) if line.startswith("#EXTINF:") else ()
        lines.append(line)
    return "\n".join(lines) + "\n"
