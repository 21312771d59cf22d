"""The commands that find the pictures of a film that are worth showing, and make them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import decoding, source

LOOK, TAKE, CLIP = "look", "take", "clip"
SHOTS, CHOSEN, FRAMES = "shots.json", "chosen.json", "cover.raw"
WIDE, HIGH = 128, 72  # as reelmill.infer.covers reads them
LARGE = "640:360"
_RATE, _MOST_FRAMES = 2.0, 7200
_AT_ONCE = 8  # inputs of one process
_GLOBAL = ("-hide_banner", "-nostdin", "-y", "-v", "error")
_JPEG = "format=pix_fmts=yuv420p:color_spaces=bt470bg:color_ranges=pc"


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


def take(info: MediaInfo, timeline: Timeline | None, job: str, found: Sequence[Mapping[str, Any]], count: int) -> Task:
    """The candidates in full size, and which of them are kept."""
    commands = [
        _taken(info, timeline, list(enumerate(found))[at : at + _AT_ONCE]) for at in range(0, len(found), _AT_ONCE)
    ]
    grey = tuple(f"{number}.grey" for number in range(len(found)))
    choose = Command(("covers", "choose", f"${{{LOOK}}}/{SHOTS}", str(count), CHOSEN, *grey), "infer")
    return Task(TAKE, "light", (*commands, choose), expect=(CHOSEN,), jobs=(job,))


def picture(number: int) -> str:
    """The file of a candidate."""
    return f"{number}.jpg"


def _taken(info: MediaInfo, timeline: Timeline | None, some: Sequence[tuple[int, Mapping[str, Any]]]) -> Command:
    inputs: list[str] = []
    outputs: list[str] = []
    for place, (number, one) in enumerate(some):
        # before -i: seek by index, then drop what comes earlier
        inputs += [*source.options(info, timeline), "-ss", f"{one['time']:.3f}", "-i", "file:${source}"]
        stream = ("-map", f"{place}:{info.video[0].index}", "-frames:v", "1")
        outputs += [*stream, "-vf", f"scale=iw*sar:ih,setsar=1,{_JPEG}", "-q:v", "2", "-update", "1", picture(number)]
        outputs += [*stream, "-vf", f"scale={LARGE}:flags=area,format=gray", "-f", "rawvideo", f"{number}.grey"]
    return Command((*_GLOBAL, *inputs, *outputs))


def clip(info: MediaInfo, timeline: Timeline | None, job: str, span: Mapping[str, float], form: str) -> Task:
    """The best seconds as a small moving picture."""
    width = "scale='min(480,iw)':-2:flags=lanczos"
    palette = f"fps=10,{width},split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=bayer:bayer_scale=4"
    how = ("-vf", palette) if form == "gif" else ("-vf", f"fps=12,{width}", "-c:v", "libwebp_anim", "-q:v", "70")
    opened = (*_GLOBAL, *source.options(info, timeline), "-ss", f"{span['begin']:.3f}", "-t", f"{span['seconds']:.3f}")
    argv = (
        *opened,
        "-i",
        "file:${source}",
        "-map",
        f"0:{info.video[0].index}",
        "-an",
        *how,
        "-loop",
        "0",
        f"clip.{form}",
    )
    return Task(CLIP, "light", (Command(argv, "ffmpeg", span["seconds"]),), expect=(f"clip.{form}",), jobs=(job,))
