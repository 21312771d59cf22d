"""What has to be measured of a source before its outputs can be planned: black borders."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core.errors import Failure
from reelmill.core.model import Command, JobSpec, MediaInfo, Task, Timeline
from reelmill.core.ports import NodeIO
from reelmill.media import ladder, source
from reelmill.media.picture import Touch
from reelmill.media.template import wanted

_FOUND = re.compile(r"lavfi\.cropdetect\.([whxy])=(-?[0-9]+)")
_MOST_FRAMES = 300  # pictures that are looked at for borders


def touch(spec: Mapping[str, Any], border: str) -> Touch:
    """What a job does to the picture beside its template."""
    edits = spec.get("edits") or {}
    return Touch(int(edits.get("Rotate", 0)), edits.get("DeWatermark"), border, int(spec["template"].get("Double", 0)))


def _bordered(spec: Mapping[str, Any]) -> bool:
    return (wanted(spec["template"], "Video") or {}).get("Crop") == "border"


def border_task(info: MediaInfo, timeline: Timeline | None, jobs: tuple[str, ...]) -> Task:
    """Looks for the largest picture between black bars, at key frames over the whole film."""
    video = info.video[0]
    detect = f"cropdetect=limit=24:round=2:skip=0:reset=0,metadata=print:file=border.txt,trim=end_frame={_MOST_FRAMES}"
    argv = (
        *ladder.opening(),
        "-skip_frame",
        "nokey",
        *source.options(info, timeline),
        "-i",
        "file:${source}",
        "-map",
        f"0:{video.index}",
        "-vf",
        detect,
        "-f",
        "null",
        "-",
    )
    seconds = timeline.end if timeline else info.duration
    return Task("border", "light", (Command(argv, seconds=seconds),), expect=("border.txt",), jobs=jobs)


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


def largest(text: str) -> str:
    """The last box that the filter told: it grows with each picture that shows more."""
    found = {name: int(value) for name, value in _FOUND.findall(text)}
    if len(found) < 4 or found["w"] <= 0 or found["h"] <= 0:
        return ""
    return f"{found['w'] // 2 * 2}:{found['h'] // 2 * 2}:{found['x']}:{found['y']}"
