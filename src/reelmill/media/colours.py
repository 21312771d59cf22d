"""Colours from what a source tells, or leaves out, to what an output must tell: matrix, primaries, range, transparency,
HDR. Pure.

A matrix that nobody tells is chosen by players by the size of the picture: BT.709 for HD, BT.601 below. So an output
gets the matrix of its own size and tells it: it looks right in players that read the tag and in those that guess.
Numbers and names: ITU-T H.273; JPEG: JFIF 1.02 (BT.601, full range).
"""

from reelmill.core.errors import Failure, MediaError
from reelmill.core.model import VideoStream

_HD_LINES, _HD_WIDTH = 720, 1280
_WIDE = ("bt2020", "smpte431", "smpte432")  # primaries that ordinary screens do not have
_BT601 = "smpte170m"
_YUV = ("bt709", _BT601, "bt470bg")  # matrices of SDR, by the scaler's names


def matrix_of(width: int, height: int) -> str:
    """The matrix that players expect of a picture of this size when nothing is told."""
    return "bt709" if max(width, height) >= _HD_WIDTH or min(width, height) >= _HD_LINES else _BT601


def told(source: VideoStream) -> str:
    """The filter that says what the source leaves out, and what its container says instead of it ("" when nothing is
    missing), so that no later filter guesses by rules of its own. Where both tell, the container counts (ISO/IEC
    14496-12, 12.1.5.1)."""
    if source.hdr:  # tone mapping refuses to guess: what HDR10 and HLG always are
        return _said(source, source.primaries or "bt2020", source.matrix or "bt2020nc")
    if is_rgb(source):
        return ""
    matrix = matrix_of(source.width, source.height)
    if source.boxed:  # decoders do not say what stands in the container alone
        return _said(source, source.primaries, source.matrix or matrix)
    return "" if source.matrix else f"setparams=colorspace={matrix}"


def is_limited(source: VideoStream) -> bool:
    """Whether its pictures are in the limited range, told or not; single ones of them may be in the full one."""
    return not (is_rgb(source) or source.alpha or source.full)


def _said(source: VideoStream, primaries: str, matrix: str) -> str:
    levels = "pc" if source.boxed and source.full else ""
    parts = {"color_primaries": primaries, "color_trc": source.transfer, "colorspace": matrix, "range": levels}
    return "setparams=" + ":".join(f"{name}={value}" for name, value in parts.items() if value)


def differs(source: VideoStream, matrix: str, *, sdr: bool) -> bool:
    """Whether the pixels of a source (once they are SDR, if they become it) have to be converted for this matrix. RGB
    is converted in any case, by the scaler."""
    if is_rgb(source) or source.alpha:
        return False
    now = "bt709" if sdr and to_sdr(source, None) else source.matrix or matrix_of(source.width, source.height)
    return (_BT601 if now == "bt470bg" else now) != matrix


def own(source: VideoStream) -> str:
    """The matrix of a source's pixels, told or not; "" of RGB, and of one that not every filter knows."""
    matrix = source.matrix or matrix_of(source.width, source.height)
    return matrix if matrix in _YUV and not is_rgb(source) else ""


def is_rgb(source: VideoStream) -> bool:
    """Whether its pixels have no matrix at all."""
    return source.pix_fmt.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8", "x2rgb", "x2bgr"))


def on_black(source: VideoStream) -> tuple[str, ...]:
    """Filters that put what is transparent on black; without them the colours hidden below it would show."""
    if not source.alpha:
        return ()
    # said to the scaler itself: behind a seek, what setparams says does not reach the one that ffmpeg puts before
    # `format`
    matrix = source.matrix or matrix_of(source.width, source.height)
    unsaid = (source.boxed or not source.matrix) and not is_rgb(source)
    guess = (f"scale=in_color_matrix={matrix}",) if unsaid and matrix in _YUV else ()
    return (*guess, "format=gbrap", "premultiply=inplace=1", "format=gbrp")


def to_sdr(source: VideoStream, size: tuple[int, int] | None) -> tuple[str, ...]:
    """Filters that bring colours which ordinary screens do not have into BT.709: tone mapping of HDR, wide primaries.
    `size` is made on the way, where it is cheap."""
    box = f"w={size[0]}:h={size[1]}:" if size else ""
    if source.hdr:  # in floating point: make the picture small first; the same curve as players use
        return (
            f"zscale={box}t=linear:npl=100",
            "format=gbrpf32le",
            "zscale=p=bt709",
            "tonemap=tonemap=hable:desat=0",
            "zscale=t=bt709:m=bt709:r=tv",
            "sidedata=mode=delete",
        )  # brightness of the mastering display: it would tell players that this is still HDR
    if source.primaries in _WIDE and not is_rgb(source):
        known = f"setparams=color_trc={source.transfer or 'bt709'}"
        return (
            known,
            f"zscale={box}t=linear:npl=100",
            "format=gbrpf32le",
            "zscale=p=bt709:t=bt709:m=bt709:r=tv",
            "format=yuv420p10le",
        )
    return ()


def tags(source: VideoStream, width: int, height: int, *, sdr: bool) -> str:
    """The filter that tells primaries and transfer of an output; its matrix is told by the conversion itself."""
    matrix = matrix_of(width, height)
    if sdr and to_sdr(source, None):
        return "setparams=color_primaries=bt709:color_trc=bt709"
    primaries = source.primaries or ("bt709" if matrix == "bt709" or is_rgb(source) else _BT601)
    transfer = source.transfer or ("bt709" if matrix == "bt709" or is_rgb(source) else _BT601)
    return f"setparams=color_primaries={primaries}:color_trc={transfer}"


def refuse_unknown(source: VideoStream) -> None:
    """Raise MediaError for colours that nothing here can turn into others."""
    if source.dolby_vision:
        raise MediaError(
            Failure(
                "InvalidParameter.ResourceNotSupported",
                "The picture is in Dolby Vision without a compatible base layer (profile 5): its colours cannot be "
                "shown right here.",
                "Export it as HDR10, HLG or SDR, or as Dolby Vision profile 8.",
            )
        )


def light(video: VideoStream) -> str:
    """What HLS calls the range of light: VIDEO-RANGE."""
    return {"smpte2084": "PQ", "arib-std-b67": "HLG"}.get(video.transfer, "SDR")
