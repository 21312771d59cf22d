"""What is read of files that others wrote as lists: watermarks; and what is added to our own: sums of segments."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reelmill.core.errors import Failure, MediaError, Problems
from reelmill.core.model import JobSpec
from reelmill.core.ports import NodeIO
from reelmill.media import watermarks
from reelmill.media.picture import refuse
from reelmill.nodes.transcode.joining import Fetching, own_bucket


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
    told = await Fetching(io, (job,)).listed(f"mark-list-{number}", place, "WaterMarkConfigUrl")
    problems = Problems()
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


async def tags(
    wanted: Mapping[str, Any], task: str, segments: Sequence[str], files: Mapping[str, int], io: NodeIO
) -> list[list[str]] | Failure:
    """What M3U8NonStandardSupport adds before each segment of a playlist; nothing when nothing is asked for."""
    support = wanted.get("M3U8NonStandardSupport", {}).get("TS", {})
    if not any(support.values()):
        return []
    found: list[list[str]] = []
    for name in segments:
        found.append([f"#EXT-X-SEGMENT-SIZE:{files[name]}"] if support.get("SizeSupport") else [])
        if support.get("Md5Support"):
            seen = await io.probe(f"${{{task}}}/{name}", md5=True)
            if isinstance(seen, Failure):
                return seen
            found[-1].append(f"#EXT-X-SEGMENT-MD5:{seen.md5}")
    return found


def annotated(playlist: str, tags: Sequence[Sequence[str]]) -> str:
    """A playlist with tags before each segment; players overlook tags that they do not know."""
    rest, lines = iter(tags), list[str]()
    for line in playlist.splitlines():
        lines += next(rest, ()) if line.startswith("#EXTINF:") else ()
        lines.append(line)
    return "\n".join(lines) + "\n"
