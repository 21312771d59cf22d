"""MediaInfo: what SubmitMediaInfoJob asks for. It is no activity of workflows.

Outcome.result: {"raw": ffprobe's JSON (format, streams), "md5": MD5 of the file in lower-case hex}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Failure
from reelmill.core.model import JobSpec, Outcome
from reelmill.core.ports import NodeIO
from reelmill.media.diagnose import bad_content
from reelmill.media.input import INPUT
from reelmill.media.probe import describes_nothing, parse
from reelmill.nodes.base import Env, Needs, NodeType, job_states


@dataclass(frozen=True, slots=True)
class Params:
    """input: the Input object as the caller sent it ({"Bucket", "Location", "Object"})."""

    input: Mapping[str, Any]


PARAMETERS = declare.record(
    "Media information", "媒体信息", {"Input": INPUT}, make=lambda given: Params(given["Input"])
)
check = PARAMETERS.check


def job(params: Params, env: Env) -> dict[str, Any]:
    """What is echoed by the Query operations."""
    return {"request": {"Input": dict(params.input)}}


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Streams, format and checksum of the file."""
    found = await io.probe("${source}", md5=True)
    if isinstance(found, Failure):
        return {one.id: Outcome(failure=found) for one in jobs}
    if describes_nothing(parse(found.raw)):
        return {
            one.id: Outcome(failure=bad_content("InputFile", "it has neither a video nor an audio stream"))
            for one in jobs
        }
    return {one.id: Outcome({"raw": dict(found.raw), "md5": found.md5}) for one in jobs}


NODE = NodeType(
    "MediaInfo",
    check,
    role="job",
    states=job_states("Analyzing"),
    needs=lambda _params, _templates: Needs(tools=frozenset({"ffprobe"})),
    lane="light",
    job=job,
    run=run,
    schema=PARAMETERS.schema,
    label="Media information",
    label_zh="媒体信息",
    help_zh="文件的封装格式、码流、时长、大小、码率与校验和。",
    help="Container, streams, duration, size, bitrates and checksum of a file.",
)
