"""Television that goes from 4:3 to 16:9 and back: pictures of one size whose pixels get another shape. Only the decoder
sees it, for ffmpeg gives all pictures of a stream the shape that was found first (`sar_override` of its decoders).
Pure.
"""

import itertools
import math
from collections.abc import Sequence

from reelmill.core.model import VideoStream
from reelmill.media.packets import Packet

# Containers that have no word on it themselves; where one has, it counts for the whole film.
_CONTAINERS = ("mpegts", "mpeg", "mpegvideo")
_CODECS = ("mpeg2video", "mpeg1video", "h264")
_HEIGHTS = frozenset((480, 486, 576))  # of standard definition: high definition is 16:9 always
_MOST = 64  # changes that are followed; a film that has more tells nonsense


def may_change(format_name: str, video: VideoStream) -> bool:
    """Whether it is worth a look at all key frames."""
    return format_name in _CONTAINERS and video.codec in _CODECS and video.height in _HEIGHTS


def argv(guards: Sequence[str], path: str, stream: int) -> tuple[str, ...]:
    """Arguments of ffprobe that decode the key frames and tell their times, sizes and the shape of their pixels."""
    return (
        *("-v", "error", *guards, "-skip_frame", "nokey", "-select_streams", str(stream)),
        *("-show_entries", "frame=pts_time,width,height,sample_aspect_ratio", "-of", "csv=p=0"),
        "file:" + path,
    )


def changes(
    text: bytes, packets: Sequence[Packet], start: float, *, leaps: bool = False
) -> tuple[tuple[float, float], ...]:
    """Timeline.shapes, from the answer to `argv`. `packets` are those of the stream, `start` is the start time of the
    file. Where the clock `leaps` only packets have mended times."""
    seen = [one for line in text.decode("ascii", "replace").splitlines() if (one := _shape(line)) is not None]
    keys = [packet.time for packet in packets if packet.key and not math.isnan(packet.time)]
    if leaps and len(keys) != len(seen):
        return ()
    times = keys if len(keys) == len(seen) else [at for at, _ in seen]
    found: list[tuple[float, float]] = []
    for at, (_, shape) in zip(times, seen, strict=True):
        if not found or abs(shape / found[-1][1] - 1) > _SAME:
            found.append((at - start, shape))
    return tuple(found) if 1 < len(found) <= _MOST else ()


_SAME = 0.01


def _shape(line: str) -> tuple[float, float] | None:
    """(time, width / height as shown) of a frame; None when it does not tell both."""
    try:
        time, width, height, sar = line.strip(", ").split(",")[:4]
        across, down = (int(side) for side in sar.split(":"))
        return float(time), int(width) * across / (int(height) * down)
    except (ValueError, ZeroDivisionError):
        return None


def expression(shapes: Sequence[tuple[float, float]], begin: float) -> str:
    """`Timeline.shapes` as an expression of `t`, the clock of a graph that is 0 at `begin`."""
    terms = [f"{shapes[0][1]:.6f}"]
    for (_, before), (at, after) in itertools.pairwise(shapes):
        terms.append(f"gte(t,{at - begin - _EARLY:.4f})*{after - before:+.6f}")
    return "+".join(terms)


_EARLY = 0.005  # seconds; clocks are rounded


def within(shapes: Sequence[tuple[float, float]], start: float) -> tuple[tuple[float, float], ...]:
    """The changes of a part that begins at `start`, by its own clock."""
    moved = [(at - start, shape) for at, shape in shapes]
    past = [one for one in moved if one[0] <= 0]
    return (*past[-1:], *moved[len(past) :])
