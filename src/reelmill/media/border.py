"""Black borders of a picture: how they are found. Pure."""

import re

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import ladder, source

_FOUND = re.compile(r"lavfi\.cropdetect\.([whxy])=(-?[0-9]+)")
_MOST_FRAMES = 300  # pictures that are looked at for borders


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


def largest(text: str) -> str:
    """The last box that the filter told: it grows with each picture that shows more."""
    found = {name: int(value) for name, value in _FOUND.findall(text)}
    if len(found) < 4 or found["w"] <= 0 or found["h"] <= 0:
        return ""
    return f"{found['w'] // 2 * 2}:{found['h'] // 2 * 2}:{found['x']}:{found['y']}"
