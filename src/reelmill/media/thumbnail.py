"""Small pictures of pictures: OSS's parameter `x-oss-process=image/resize,...`, what a file is by its first bytes, and
the ffmpeg command. Pure.

ffmpeg does it, not a library in this process: its decoders read strangers' files in a process of their own, with
bounds, and it is here already.
"""

from dataclasses import dataclass

from reelmill.core.errors import CallerError

PARAMETER = "x-oss-process"
SIDES = (
    64,
    80,
    128,
    160,
    240,
    320,
    480,
    640,
    960,
    1280,
)  # few, so that nobody can fill the cache with every size of one picture
MAX_SOURCE = 20 * 1024 * 1024  # bytes, as OSS
HEAD = 16  # bytes that `kind_of` needs
_MAX_PIXELS = 67_108_864  # 8192 x 8192, as for films; OSS allows more, which would need a gigabyte for a thumbnail
# what ffmpeg is told before it reads a stranger's picture
GUARDS = ("-v", "error", "-nostdin", "-threads", "1", "-filter_threads", "1", "-max_pixels", str(_MAX_PIXELS))
_ENCODERS = {"jpeg": ("mjpeg", "-q:v", "4"), "png": ("png",), "webp": ("libwebp", "-quality", "75")}


@dataclass(frozen=True, slots=True)
class Resize:
    """The largest picture of the same shape in a box of `width` x `height` pixels (0: as it comes), never larger than
    the original."""

    width: int
    height: int


def asked(process: str) -> Resize:
    """What `x-oss-process` asks for. CallerError for all but `image/resize` with `w` or `h` or both, each once and one
    of SIDES."""
    action, *words = process.split(",")
    if action != "image/resize":
        raise CallerError(
            "InvalidParameter.NotSupported",
            PARAMETER,
            "Only image/resize is done here, for example image/resize,w_160.",
        )
    sides: dict[str, int] = {}
    for word in words:
        name, _, number = word.partition("_")
        if name not in ("w", "h") or name in sides:
            raise CallerError(
                "InvalidParameter.NotSupported",
                PARAMETER,
                f'"{word[:40]}" cannot be used here: image/resize takes w and h, each once.',
            )
        if number not in map(str, SIDES):
            raise CallerError(
                "InvalidParameter.OutOfRange", PARAMETER, f"{name} is one of {', '.join(map(str, SIDES))}."
            )
        sides[name] = int(number)
    if not sides:
        raise CallerError(
            "InvalidParameter.NotSupported", PARAMETER, "image/resize needs w or h, for example image/resize,w_160."
        )
    return Resize(sides.get("w", 0), sides.get("h", 0))


def kind_of(head: bytes) -> str:
    """ "jpeg", "png" or "webp" by the first bytes of a file, "" for all else. Its name tells nothing: anybody may call
    anything `.jpg`."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "webp" if head.startswith(b"RIFF") and head[8:12] == b"WEBP" else ""


def argv(kind: str, path: str, size: Resize) -> tuple[str, ...]:
    """Arguments of ffmpeg (without the program) that print the small picture, in the format of the large one."""
    box = ":".join(f"{name}='min({side},i{name})'" for name, side in (("w", size.width), ("h", size.height)) if side)
    # with one side the other follows from the shape, at least one pixel; with both the box is filled in one direction
    rest = "force_original_aspect_ratio=decrease" if size.width and size.height else _follow(size)
    return (
        *GUARDS,
        "-protocol_whitelist",
        "file",
        "-f",
        f"{kind}_pipe",
        "-i",
        f"file:{path}",
        "-frames:v",
        "1",
        "-map_metadata",
        "-1",
        "-vf",
        f"scale={box}:{rest}:flags=area",
        "-c:v",
        *_ENCODERS[kind],
        "-f",
        "image2pipe",
        "pipe:1",
    )


def _follow(size: Resize) -> str:
    if size.width:
        return f"h='max(1,round(min({size.width},iw)*ih/iw))'"
    return f"w='max(1,round(min({size.height},ih)*iw/ih))'"
