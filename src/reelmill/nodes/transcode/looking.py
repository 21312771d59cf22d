"""A look at what was made: streams, lengths, segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reelmill.core.errors import Failure
from reelmill.core.model import Probe
from reelmill.core.ports import NodeIO
from reelmill.core.segmented import Segmented
from reelmill.media import result
from reelmill.media.containers import Target

_NOTHING = result.Measured({}, result.EMPTY, 0.0, 0.0, 0)


@dataclass(frozen=True, slots=True)
class Look:
    """A file that was made, or a folder of segments: `entry` in the folder of `task`, whose files have these sizes."""

    target: Target
    task: str
    entry: str
    files: Mapping[str, int]
    seen: result.Measured = _NOTHING
    segments: Segmented | None = None

    @property
    def folder(self) -> str:
        """Where its segments lie, as tasks name it."""
        return f"${{{self.task}}}/{self.target.stem}"


async def look(made: Sequence[Look], seconds: float, io: NodeIO) -> list[Look | Failure]:
    """Each as it was seen; why not, when it cannot be read. `seconds`: how long the film lasts."""
    whats = [_whats(one) for one in made]
    probed = iter(await io.probe_all([what for group in whats for what in group]))
    answers: list[Look | Failure] = [
        _seen(one, [next(probed) for _ in group], seconds) for one, group in zip(made, whats, strict=True)
    ]
    cut = [one for one in answers if isinstance(one, Look) and one.target.container.segments]
    read = (
        dict(zip((one.target for one in cut), await io.segments([one.folder for one in cut]), strict=True))
        if cut
        else {}
    )
    return [
        _with_segments(one, read[one.target]) if isinstance(one, Look) and one.target in read else one
        for one in answers
    ]


def _whats(one: Look) -> list[str]:
    """Transport streams tell their lengths by their first and last segment. Fragments mean nothing without the file
    before them: ffprobe finds it by the muxer's own playlist."""
    segments = one.target.container.segments
    if one.target.container.unread:
        return []
    names = one.target.parts(one.files) if segments else []
    if segments is None or (segments.init and names):
        return [f"${{{one.task}}}/{one.entry}"]
    return [f"${{{one.task}}}/{name}" for name in dict.fromkeys(names[:1] + names[-1:])]


def _seen(one: Look, found: Sequence[Probe | Failure], seconds: float) -> Look | Failure:
    """What was made, by ffprobe's answers."""
    if one.target.container.unread:
        return replace(one, seen=result.unread(one.target.rendition, one.files[one.entry], seconds))
    raws = []
    for answer in found:
        if isinstance(answer, Failure):  # what it says is about our file; the reader has another one
            return answer if answer.retry or answer.code == "JobCancelled" else _nothing()
        raws.append(answer.raw)
    segments = one.target.container.segments
    if segments is None:
        return replace(one, seen=result.measured(raws[0]))
    if not raws:
        return one  # whoever reads its segments says that there are none
    names = one.target.parts(one.files)
    size = sum(one.files[name] for name in names)
    return replace(one, seen=result.looked_hls(raws[0], raws[-1], size, len(names)))


def _with_segments(one: Look, found: Segmented | Failure) -> Look | Failure:
    if isinstance(found, Failure):
        return found
    seen = result.lasting(one.seen, found.seconds) if found.seconds else one.seen
    return replace(one, segments=found, seen=seen)


def _nothing() -> Failure:
    return result.bad("No segment was made: nothing of the source could be decoded.")
