"""The commands that find the pictures of a film that are worth showing, and make them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import decoding, interlacing, snapshot_commands, source
from reelmill.media.picture import even

LOOK, TAKE, CLIP = "look", "take", "clip"
SHOTS, CHOSEN, FRAMES = "shots.json", "chosen.json", "cover.raw"
WIDE, HIGH = 128, 72  # as reelmill.infer.covers reads them
LARGE = "640:360"
_RATE, _MOST_FRAMES = 2.0, 7200
_AT_ONCE = 8  # inputs of one process
_GLOBAL = ("-hide_banner", "-nostdin", "-y", "-v", "error")
_ACROSS = 480  # the widest that a moving picture is
_MOVING = {"gif": (10, "format=rgb24"), "webp": (12, "format=yuv420p")}  # pictures a second, and their format
_PALETTE = "split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=bayer:bayer_scale=4"
Shapes = Sequence[tuple[float, float]]  # as Timeline.shapes


def rate_of(info: MediaInfo) -> float:
    """Samples a second; fewer of a very long film."""
    return min(_RATE, _MOST_FRAMES / max(1.0, info.duration))


def pictures(info: MediaInfo) -> tuple[str, ...]:
    """How small frames of the whole film are made."""
    return ("-vf", f"fps={rate_of(info):.6f},scale={WIDE}:{HIGH}:flags=area,format=rgb24", "-f", "rawvideo", FRAMES)


def look(
    info: MediaInfo, timeline: Timeline | None, job: str, wanted: int, seconds: float, *, decoded: bool = False
) -> Task:
    """Small frames of the whole film (`decoded`: as media.decoding made them), and what is seen in them."""
    rate = f"{rate_of(info):.6f}"
    frames = () if decoded else (decoding.command(info, timeline, pictures(info)),)
    found = f"${{{decoding.TASK}}}/{FRAMES}" if decoded else FRAMES
    judge = Command(("covers", "shots", found, rate, str(wanted), f"{seconds:g}", SHOTS), "infer")
    return Task(LOOK, "heavy", (*frames, judge), expect=(SHOTS,), drop=(FRAMES,), jobs=(job,))


def take(info: MediaInfo, shapes: Shapes, job: str, found: Sequence[Mapping[str, Any]], count: int) -> Task:
    """The candidates in full size, and which of them are kept."""
    commands = [
        _taken(info, shapes, list(enumerate(found))[at : at + _AT_ONCE]) for at in range(0, len(found), _AT_ONCE)
    ]
    grey = tuple(f"{number}.grey" for number in range(len(found)))
    choose = Command(("covers", "choose", f"${{{LOOK}}}/{SHOTS}", str(count), CHOSEN, *grey), "infer")
    return Task(TAKE, "light", (*commands, choose), expect=(CHOSEN,), jobs=(job,))


def picture(number: int) -> str:
    """The file of a candidate."""
    return f"{number}.jpg"


def _taken(info: MediaInfo, shapes: Shapes, some: Sequence[tuple[int, Mapping[str, Any]]]) -> Command:
    video = info.video[0]
    sides = video.shown_width, video.shown_height
    inputs: list[str] = []
    outputs: list[str] = []
    for place, (number, one) in enumerate(some):
        inputs += _sought(info, one["time"])
        stream = ("-map", f"{place}:{video.index}", "-frames:v", "1")
        chain = _shown(info, sides, snapshot_commands.JPEG, shapes, one["time"])
        outputs += [*stream, "-vf", chain, "-q:v", "2", "-update", "1", picture(number)]
        outputs += [*stream, "-vf", f"scale={LARGE}:flags=area,format=gray", "-f", "rawvideo", f"{number}.grey"]
    return Command((*_GLOBAL, *inputs, *outputs))


def _sought(info: MediaInfo, time: float) -> tuple[str, ...]:
    # before -i: seek by index, then drop what comes earlier
    late = source.late(info, None, {info.video[0].index}, time)
    return (*source.filtered(info, None), *late, "-ss", f"{time:.3f}", "-i", "file:${source}")


def _shown(info: MediaInfo, sides: tuple[int, int], form: str, shapes: Shapes, seek: float, *more: str) -> str:
    chosen = (*interlacing.filters(info.video[0]), *more)
    return ",".join(snapshot_commands.still(info, sides, form, shapes, seek, chosen))


def clip(info: MediaInfo, shapes: Shapes, job: str, span: Mapping[str, float], form: str) -> Task:
    """The best seconds as a small moving picture."""
    video, (rate, pixels) = info.video[0], _MOVING[form]
    width = even(min(_ACROSS, video.shown_width))
    sides = width, even(width * video.shown_height / video.shown_width)
    chain = _shown(info, sides, pixels, shapes, span["begin"], f"fps={rate}")
    how = ("-vf", f"{chain},{_PALETTE}") if form == "gif" else ("-vf", chain, "-c:v", "libwebp_anim", "-q:v", "70")
    argv = (
        *_GLOBAL,
        "-t",
        f"{span['seconds']:.3f}",
        *_sought(info, span["begin"]),
        "-map",
        f"0:{video.index}",
        "-an",
        *how,
        "-loop",
        "0",
        f"clip.{form}",
    )
    return Task(CLIP, "light", (Command(argv, "ffmpeg", span["seconds"]),), expect=(f"clip.{form}",), jobs=(job,))
