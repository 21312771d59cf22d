"""Segmented WebVTT of an HLS package (RFC 8216, 3.5): every segment tells where its clock stands on that of the
pictures, and a cue that crosses a border stands in every segment in which it is seen. Pure."""

import math
from collections.abc import Sequence

from reelmill.media.subtitles.cues import Subtitles, webvtt

SUFFIX = ".vtt"
TICKS = 90_000  # of the clock of a transport stream, in a second
_TIME = 0.0005  # seconds: half of what a cue's clock can tell


def count(seconds: float, length: float) -> int:
    """How many segments a film of so many seconds has; there is always one."""
    return max(1, math.ceil((seconds - _TIME) / length))


def texts(subtitles: Subtitles, seconds: float, length: float, zero: float = 0.0) -> list[str]:
    """The segments in order. `zero` is the time that the pictures' own clock shows at the beginning of the film.

    A segment without a cue is there all the same: a player that asks for it must not meet a hole.
    """
    stamp = f"X-TIMESTAMP-MAP=MPEGTS:{round(zero * TICKS)},LOCAL:00:00:00.000"
    number = count(seconds, length)
    within: list[list[int]] = [[] for _ in range(number)]
    step = 1000 * length
    for place, cue in enumerate(subtitles.cues):
        if cue.start >= 1000 * seconds:
            continue  # nobody sees it
        last = min(number - 1, math.ceil(cue.end / step) - 1)
        for one in range(min(last, int(cue.start / step)), last + 1):
            within[one].append(place)
    return [webvtt([subtitles.cues[place] for place in places], subtitles.head, stamp) for places in within]


def playlist(names: Sequence[str], seconds: float, length: float) -> str:
    """The media playlist of such segments; `names` are as it is to name them."""
    lengths = [min(length, seconds - number * length) for number in range(len(names))]
    target = max(1, math.ceil(max(lengths)))
    head = ("#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{target}", "#EXT-X-MEDIA-SEQUENCE:0")
    parts = (f"#EXTINF:{lasts:.6f},\n{name}" for lasts, name in zip(lengths, names, strict=True))
    return "\n".join((*head, "#EXT-X-PLAYLIST-TYPE:VOD", *parts, "#EXT-X-ENDLIST", ""))
