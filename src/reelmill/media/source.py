"""How a source is opened: what stands before its `-i` in every command. Pure."""

from collections.abc import Collection

from reelmill.core.model import MediaInfo, Timeline
from reelmill.media import colours, packets
from reelmill.media.plans import Canvas
from reelmill.media.probe import OWN_TIMES, SAFE_INPUT

__all__ = ["SAFE_INPUT", "canvas", "filtered", "late", "options", "times"]

WHOLE_PICTURES = ("-flags", "-output_corrupt")
"""For inputs that are begun in the middle: pictures that lack what came before (intra refresh marks them as key frames all the same) are not given out."""  # noqa: E501
_ONE_THREAD = ("mpeg4",)  # ffmpeg 9 decodes interlaced pictures of it wrongly in several threads
EPSILON = 0.00002  # seconds; times are rounded to microseconds on command lines


def options(info: MediaInfo, timeline: Timeline | None) -> tuple[str, ...]:
    """Guards, the demuxer that mends a leaping clock, decoders that see transparency."""
    alpha = [
        word
        for s in info.video[:1]
        if s.alpha_beside
        for word in (f"-c:{s.index}", {"vp8": "libvpx", "vp9": "libvpx-vp9"}[s.codec])
    ]
    leaps = timeline.leaps if timeline else ()
    ahead = ("-dts_delta_threshold", f"{packets.hole(leaps):.3f}") if leaps else ()
    alone = ("-threads:v", "1") if info.video and info.video[0].codec in _ONE_THREAD else ()
    return (*SAFE_INPUT, *times(info), *packets.demuxer(info.format_name, leaps), *ahead, *alone, *alpha)


def times(info: MediaInfo) -> tuple[str, ...]:
    """What makes ffmpeg count from the same moment as media.probe."""
    told = any(stream.get("codec_name") == "dvb_teletext" for stream in info.raw.get("streams", ()))
    return OWN_TIMES if told and info.format_name == "mpegts" else ()


def canvas(info: MediaInfo) -> Canvas | None:
    """The size and range that all pictures get before anything else, for a stream may change them in the middle:
    without it ffmpeg builds the graph anew at each change, and loses what filters hold back. None where ffmpeg turns
    the picture before our filters, and for sides that are odd."""
    video = info.video[0]
    fits = not video.turned and video.width % 2 == 0 and video.height % 2 == 0
    return Canvas(video.width, video.height, colours.is_limited(video)) if fits else None


def filtered(info: MediaInfo, timeline: Timeline | None) -> tuple[str, ...]:
    """The options of an input whose pictures go through the filters of renditions."""
    keep = ("-reinit_filter:v", "0") if info.video and canvas(info) else ()
    return (*options(info, timeline), *keep)


def late(info: MediaInfo, timeline: Timeline | None, used: Collection[int], seek: float = 0.0) -> tuple[str, ...]:
    """In formats whose clock may leap ffmpeg takes the first time stamp of the streams that it uses for 0. Without the
    others that is not the start of the file, and parts of a package that are made by different commands would not fit.
    `used` are indexes of streams. A `seek` to behind that first time stamp counts from the start of the file in any
    case."""
    if not packets.restarts(info.format_name, timeline.leaps if timeline else ()):
        return ()
    starts = [(s.index, s.start) for s in info.video] + [(s.index, s.start) for s in info.audio]
    behind = min((start for index, start in starts if index in used), default=info.start) - info.start
    return ("-itsoffset", f"{behind - seek:.6f}") if behind - seek > EPSILON else ()
