"""The commands that take the fingerprints of a film. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import decoding, reviews

RATE, SIDE = 4, 128  # as reelmill.infer.prints reads them
TASK = "prints"
PRINTS, KEPT = "prints.npz", ("samples", "heads", "sounds")
FRAMES, SOUND = "prints.raw", "sound.raw"
# kind of prints -> how many make a part of a library that gets an index, as reelmill.infer.indexing reads it
INDEXED = {"heads": 1 << 23, "sounds": 1 << 25}
INDEX = "part"  # its file
TEXTS = "texts"  # task and file, of a film and of a library; and how such a library looks at pictures
LOOK = "fingerprint"  # how one of pictures and sound does (shared_decode.LOOKS)
TEXT_MODEL = 2  # of a library that compares the texts in pictures; 1 is of pictures and sound
_LETTERS = ("letters",)
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


def index(kind: str, library: str, part: int) -> Task:
    """A folder with INDEX, of a part of a library."""
    look = Command(("index", kind, library, str(part), INDEX), "infer")
    return Task(f"index-{kind}-{part}", "heavy", (look,), expect=(INDEX,))


def look_of(model: int) -> str:
    """How a library of this ModelId looks at the pictures of a film."""
    return TEXTS if model == TEXT_MODEL else LOOK


def reading(info: MediaInfo, job: str, decoded: Iterable[str]) -> list[Task]:
    """The letters in the pictures of a long film, piece by piece (reviews.pieces)."""
    return reviews.pieces(info, job, _LETTERS, decoded)


def texts(info: MediaInfo, job: str, decoded: Iterable[str] | None = None, seen: Sequence[Task] = ()) -> Task:
    """What letters in the pictures of a film say, and when: a folder with TEXTS. `decoded`: the files that
    media.decoding made; `seen`: what `reading` asked for."""
    look = reviews.look(info, None, job, _LETTERS, [], decoded, seen)
    cues = Command(("texts", "cues", reviews.SEEN, TEXTS), "infer", info.duration)
    return replace(look, name=TEXTS, commands=(*look.commands, cues), expect=(TEXTS,), drop=(*look.drop, reviews.SEEN))
