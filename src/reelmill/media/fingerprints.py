"""The commands that take the fingerprints of a film. Pure."""

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import source

RATE, SIDE = 4, 128  # as reelmill.infer.prints reads them
TASK = "prints"
PRINTS, KEPT = "prints.npz", ("samples", "heads", "sounds")
_GLOBAL = ("-hide_banner", "-nostdin", "-y", "-v", "error")
_GREY = f"fps={RATE},scale={SIDE}:{SIDE}:flags=area,format=gray"


def task(info: MediaInfo, timeline: Timeline | None, job: str) -> Task:
    """A folder with PRINTS, and what a library keeps of them."""
    length = timeline.end if timeline else info.duration
    pictures = (
        _decoded(info, timeline, "v", ("-vf", _GREY, "-f", "rawvideo", "frames.raw"), length) if info.video else ()
    )
    # chromaprint's own rate and one channel; its items tell what is heard whatever the codec was
    raw = ("-ac", "1", "-ar", "11025", "-f", "chromaprint", "-fp_format", "raw", "sound.raw")
    sound = _decoded(info, timeline, "a", raw, length) if info.audio else ()
    empty = {name: "" for name, made in (("frames.raw", pictures), ("sound.raw", sound)) if not made}
    look = Command((TASK, "frames.raw", "sound.raw", PRINTS), "infer")
    return Task(
        TASK,
        "heavy",
        (*pictures, *sound, look),
        files=empty,
        expect=(PRINTS,),
        drop=("frames.raw", "sound.raw"),
        jobs=(job,),
    )


def _decoded(
    info: MediaInfo, timeline: Timeline | None, kind: str, how: tuple[str, ...], length: float
) -> tuple[Command, ...]:
    stream = info.video[0].index if kind == "v" else info.audio[0].index
    opened = source.options(info, timeline)
    return (Command((*_GLOBAL, *opened, "-i", "file:${source}", "-map", f"0:{stream}", *how), "ffmpeg", length),)
