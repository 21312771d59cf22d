"""Pictures of logos that reviews look for: how a file becomes one, and which ones can be known again. Pure.

ffmpeg decodes (in a process of its own, with bounds, as for thumbnails) and prints plain pixels; from these the PNG is
made anew that is kept, so nothing of a stranger's file gets further.
"""

import struct
import zlib
from dataclasses import dataclass

from reelmill.core.errors import UserText
from reelmill.media import thumbnail

MOST_FILE = 4 << 20  # bytes
SIDE = 240  # pixels of what is kept: logos are looked for up to half of a picture 480 wide
LEAST, _LONGEST = 12, 16  # pixels of the shorter side; how much longer the other may be
MOST_PRINTED = SIDE * SIDE * 4 + 200
_SEEN = 127  # of what is transparent
_CONTRAST = 8.0  # standard deviation of the grey (reelmill.infer.logos refuses less than 6)


@dataclass(frozen=True, slots=True)
class Pixels:
    """Red, green, blue, alpha of each pixel, row by row."""

    width: int
    height: int
    rgba: bytes


def argv(kind: str) -> tuple[str, ...]:
    """Arguments of ffmpeg (without the program) that read a file of this kind (thumbnail.kind_of) from its input and
    print its pixels in a box of SIDE."""
    box = f"scale=w='min({SIDE},iw)':h='min({SIDE},ih)':force_original_aspect_ratio=decrease:flags=area"
    return (
        *thumbnail.GUARDS,
        "-protocol_whitelist",
        "pipe",
        "-f",
        f"{kind}_pipe",
        "-i",
        "pipe:0",
        "-frames:v",
        "1",
        "-vf",
        # weighed by how much of a pixel is seen, or edges would get the colours that are hidden beside them
        f"format=rgba,format=gbrap,premultiply=inplace=1,{box},unpremultiply=inplace=1,format=rgba",
        "-c:v",
        "pam",
        "-f",
        "image2pipe",
        "pipe:1",
    )


def pixels(printed: bytes) -> Pixels:
    """What ffmpeg printed (a PAM of four parts a pixel). ValueError when it is no such thing."""
    head, _, rgba = printed.partition(b"ENDHDR\n")
    told = dict(line.split(b" ", 1) for line in head.splitlines() if b" " in line)
    width, height = int(told.get(b"WIDTH", 0)), int(told.get(b"HEIGHT", 0))
    if not head.startswith(b"P7\n") or told.get(b"DEPTH") != b"4" or len(rgba) != width * height * 4 or not rgba:
        raise ValueError("it is no picture")
    return Pixels(width, height, rgba)


def problem(picture: Pixels) -> UserText:
    """Why a logo could not be known again by such a picture, "" when it can."""
    short, long = sorted((picture.width, picture.height))
    if long > _LONGEST * short:
        return f"One side of a logo may be {_LONGEST} times as long as the other."
    if short < LEAST:
        return f"A logo needs {LEAST} pixels in width and height."
    if _contrast(picture) < _CONTRAST:
        return "There is nothing in it that could be known again: it has one colour, or is transparent."
    return ""


def _contrast(picture: Pixels) -> float:
    """The standard deviation of the grey of what is seen."""
    count = total = squares = 0
    parts = (picture.rgba[place::4] for place in range(4))
    for red, green, blue, alpha in zip(*parts, strict=True):
        if alpha > _SEEN:
            grey = (299 * red + 587 * green + 114 * blue) // 1000
            count, total, squares = count + 1, total + grey, squares + grey * grey
    return float((squares / count - (total / count) ** 2) ** 0.5) if count else 0.0


def png(picture: Pixels) -> bytes:
    """The same as a file."""
    stride = picture.width * 4
    rows = b"".join(b"\0" + picture.rgba[at : at + stride] for at in range(0, len(picture.rgba), stride))
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data) for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
