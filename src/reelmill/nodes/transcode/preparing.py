"""What has to be measured of a source before its outputs can be planned: black borders."""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core.errors import Failure
from reelmill.core.model import JobSpec, MediaInfo, Timeline
from reelmill.core.ports import NodeIO
from reelmill.media.border import border_task, largest
from reelmill.media.picture import Touch
from reelmill.media.template import wanted


def touch(spec: Mapping[str, Any], border: str) -> Touch:
    """What a job does to the picture beside its template."""
    edits = spec.get("edits") or {}
    template = spec["template"]
    forced = template.get("Deinterlace") == "Force"
    return Touch(int(edits.get("Rotate", 0)), edits.get("DeWatermark"), border, int(template.get("Double", 0)), forced)


def _bordered(spec: Mapping[str, Any]) -> bool:
    return (wanted(spec["template"], "Video") or {}).get("Crop") == "border"


async def border(jobs: Sequence[JobSpec], info: MediaInfo, timeline: Timeline | None, io: NodeIO) -> str | Failure:
    """`width:height:left:top` of the picture inside black bars, "" when nobody asks or there are none."""
    users = tuple(one.id for one in jobs if _bordered(one.spec))
    if not users or not info.video:
        return ""
    (made,) = await io.execute((border_task(info, timeline, users),))
    if made.failure:
        return made.failure
    text = await io.read("${border}/border.txt")
    return text if isinstance(text, Failure) else largest(text)
