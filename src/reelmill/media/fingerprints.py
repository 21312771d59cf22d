"""The commands that take the fingerprints of a film. Pure."""

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import decoding

RATE, SIDE = 4, 128  # as reelmill.infer.prints reads them
TASK = "prints"
PRINTS, KEPT = "prints.npz", ("samples", "heads", "sounds")
FRAMES, SOUND = "prints.raw", "sound.raw"
_GREY = f"fps={RATE},scale={SIDE}:{SIDE}:flags=area,format=gray"


def pictures(_info: MediaInfo) -> tuple[str, ...]:
    """How grey pictures of the film are made."""
    return ("-vf", _GREY, "-f", "rawvideo", FRAMES)


def task(info: MediaInfo, timeline: Timeline | None, job: str, *, decoded: bool = False) -> Task:
    """A folder with PRINTS, and what a library keeps of them. `decoded`: media.decoding made the pictures."""
    pictured = () if decoded or not info.video else (decoding.command(info, timeline, pictures(info)),)
    # chromaprint's own rate and one channel; its items tell what is heard whatever the codec was
    raw = ("-ac", "1", "-ar", "11025", "-f", "chromaprint", "-fp_format", "raw", SOUND)
    sound = (decoding.command(info, timeline, raw, sound=True),) if info.audio else ()
    empty = {name: "" for name, made in ((FRAMES, info.video), (SOUND, info.audio)) if not made}
    look = Command((TASK, f"${{{decoding.TASK}}}/{FRAMES}" if decoded else FRAMES, SOUND, PRINTS), "infer")
    return Task(
        TASK, "heavy", (*pictured, *sound, look), files=empty, expect=(PRINTS,), drop=(FRAMES, SOUND), jobs=(job,)
    )
