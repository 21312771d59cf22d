"""Black borders of a picture: how they are found. Pure."""

import re

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import filters, ladder, source

_FOUND = re.compile(r"lavfi\.cropdetect\.([whxy])=(-?[0-9]+)")
_MOST_FRAMES = 300  # pictures that are looked at for borders
_BLACK = 24 / 255  # a share of the full range: numbers would be of samples of any depth, and black of ten bits is 64


def border_task(info: MediaInfo, timeline: Timeline | None, jobs: tuple[str, ...]) -> Task:
    """Looks for the largest picture between black bars, at key frames over the whole film."""
    video, own = info.video[0], source.canvas(info)
    shapes = timeline.shapes if timeline else ()
    # as they are when they are cut: else the bars of one size would be told for another one
    alike = filters.uniform(own, video.shown_width / video.shown_height, shapes) if own else ()
    detect = f"cropdetect=limit={_BLACK:.6f}:round=2:skip=0:reset=0"
    chain = (*alike, detect, "metadata=print:file=border.txt", f"trim=end_frame={_MOST_FRAMES}")
    argv = (
        *ladder.opening(),
        "-skip_frame",
        "nokey",
        *source.filtered(info, timeline),
        "-i",
        "file:${source}",
        "-map",
        f"0:{video.index}",
        "-vf",
        ",".join(chain),
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
