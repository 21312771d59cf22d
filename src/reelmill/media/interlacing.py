"""Interlaced pictures become progressive ones: each frame tells for itself, or its lines do. Pure."""

from reelmill.core.model import VideoStream
from reelmill.media import colours

# outputs are progressive; frames that are progressive already pass untouched
DEINTERLACE = "bwdif=mode=send_frame:deint=interlaced"
_ALL = "bwdif=mode=send_frame:deint=all"
_LINES = 16
# Codecs that know no interlaced frames; all others may hold some, also where the container or the first frames say
# otherwise.
_PROGRESSIVE = frozenset(
    "vp6f vp6a vp8 vp9 av1 gif png apng webp hevc flv1 h263 h263i theora svq1 svq3 rv30 rv40 cinepak qtrle "
    "assembled".split()
)
# Codecs that cannot tell, and the heights of interlaced television: only there lines are looked at, for a fine pattern
# can look like two fields.
_UNTOLD = frozenset("rawvideo huffyuv ffvhuff utvideo magicyuv lagarith v210 v308 v408 v410".split())
_TELEVISION = frozenset((480, 486, 576, 1080))
# Codecs whose decoders do not mark frames as interlaced: where the container says that they are, all of them are.
_DEAF = frozenset("huffyuv ffvhuff utvideo magicyuv lagarith cfhd jpeg2000 mjpeg vp8 vp9 av1 theora".split())


def may_interlace(source: VideoStream) -> bool:
    """Whether frames may need deinterlacing. RGB would be converted for it, and is never interlaced; the filter wants
    some lines."""
    may = source.codec not in _PROGRESSIVE or _told(source)
    return may and not colours.is_rgb(source) and min(source.width, source.height) >= _LINES


def _told(source: VideoStream) -> bool:
    """Whether the container alone tells that all frames are interlaced."""
    return source.interlaced and source.codec in _DEAF


def order(source: VideoStream) -> str:
    """Which field of an interlaced picture comes first."""
    return "bff" if source.fields in ("bb", "bt") else "tff"


def filters(source: VideoStream, *, forced: bool = False) -> tuple[str, ...]:
    """The filters that do it; before them one that looks at the lines of each frame, where neither codec nor container
    tells. `forced`: all frames are taken for interlaced ones."""
    if forced and min(source.width, source.height) >= _LINES and not colours.is_rgb(source):
        return (_ALL,)
    if not may_interlace(source):
        return ()
    if _told(source):
        return (f"setfield={order(source)}", DEINTERLACE)
    untold = source.codec in _UNTOLD and source.height in _TELEVISION and not (source.interlaced or source.progressive)
    return ("idet", DEINTERLACE) if untold else (DEINTERLACE,)
