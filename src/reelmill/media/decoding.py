"""The command that decodes a film for whoever looks at its pictures, or hears its sound. Pure."""

from collections.abc import Iterable

from reelmill.core.model import Command, MediaInfo, Timeline
from reelmill.media import source

TASK = "pictures"  # in which one decode makes the pictures of all who look (media.shared_decode)
_GLOBAL = ("-hide_banner", "-nostdin", "-y", "-v", "error")


def command(info: MediaInfo, timeline: Timeline | None, *outputs: Iterable[str], sound: bool = False) -> Command:
    """Decodes the film's picture, or its sound, once; `outputs`: options and file of each."""
    stream = (info.audio if sound else info.video)[0].index
    opened = (*_GLOBAL, *source.options(info, timeline), "-i", "file:${source}")
    made = (word for output in outputs for word in ("-map", f"0:{stream}", *output))
    return Command((*opened, *made), "ffmpeg", timeline.end if timeline else info.duration)
