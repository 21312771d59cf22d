"""Television that goes from 4:3 to 16:9 and back, or to another size that is shown as large: pictures whose pixels get
another shape. Only the decoder sees it, for ffmpeg gives all pictures of a stream the shape of the pixels that was
found first (`sar_override` of its decoders). Pure.
"""

import itertools
import math
from collections.abc import Sequence

from reelmill.core.model import VideoStream
from reelmill.media.packets import Packet

# Containers that have no word on it themselves; where one has, it counts for the whole film.
_CONTAINERS = ("mpegts", "mpeg", "mpegvideo", "dv", "avi", "wtv")
# Codecs that tell it in the middle too, and the unit that does: a sequence header (ISO/IEC 13818-2, 6.2.1) or sequence
# parameter set (ITU-T H.264, 7.4.1; H.265, 7.4.2.2). Each picture of DV tells it for itself (0).
_CODECS = {"mpeg2video": 179, "mpeg1video": 179, "h264": 7, "hevc": 33, "dvvideo": 0}
_MOST = 256  # changes that are followed; a film that has more tells nonsense


def may_change(format_name: str, video: VideoStream) -> bool:
    """Whether it is worth a look."""
    return format_name in _CONTAINERS and video.codec in _CODECS


def told_argv(guards: Sequence[str], path: str, video: VideoStream) -> tuple[str, ...]:
    """Arguments of ffmpeg that take nothing but the units out in which a shape is told, and tell a checksum of each:
    the twentieth part of the work that decoding is. Nothing where there are no such units."""
    unit = _CODECS[video.codec]
    taken = ("-map", f"0:{video.index}", "-c", "copy", "-bsf:v", f"filter_units=pass_types={unit}", "-f", "framecrc")
    return ("-v", "error", "-nostdin", *guards, "-i", "file:" + path, *taken, "pipe:1") if unit else ()


def told_once(text: bytes) -> bool:
    """Whether the answer to `told_argv` says the same from beginning to end: there is no need to decode anything."""
    lines = [line for line in text.splitlines() if line and not line.startswith(b"#")]
    return len({tuple(line.split(b",")[4:6]) for line in lines}) == 1  # sizes and checksums


def argv(guards: Sequence[str], path: str, stream: int, format_name: str) -> tuple[str, ...]:
    """Arguments of ffprobe that decode the key frames and tell their times, sizes and the shape of their pixels."""
    # of raw DV the demuxer tells it, of what it has read last: nothing may be read ahead
    at_once = ("-nofind_stream_info",) if format_name == "dv" else ()
    return (
        *("-v", "error", *guards, *at_once, "-skip_frame", "nokey", "-select_streams", str(stream)),
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
    times = keys if len(keys) == len(seen) else [at for at, _, _ in seen]
    found: list[tuple[float, float]] = []
    for at, (_, shape, _) in zip(times, seen, strict=True):
        if not found or abs(shape / found[-1][1] - 1) > _SAME:
            found.append((at - start, shape))
    # one shape of pictures may be told by pixels of several: ffmpeg takes them for those of the first size
    return tuple(found) if len({pixel for _, _, pixel in seen}) > 1 and len(found) <= _MOST else ()


_SAME = 0.01


def _shape(line: str) -> tuple[float, float, float] | None:
    """(time, width / height as shown, that of a pixel) of a frame; None when it does not tell them. Pixels that are not
    told are square."""
    try:
        time, width, height, sar = line.strip(", ").split(",")[:4]
        across, down = (int(side) for side in sar.split(":")) if sar != "N/A" else (1, 1)
        pixel = across / down
        shape = int(width) / int(height) * pixel
        return (float(time), shape, pixel) if shape > 0 else None
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
