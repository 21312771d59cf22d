"""What no muxer writes into ISO files (MP4, MOV, 3GP): edit lists that trim, crops, turned pictures, lost key flags.
The index lies behind the media."""

import struct
from collections.abc import Iterator

_INSIDE = {
    b"moov": 0,
    b"trak": 0,
    b"mdia": 0,
    b"minf": 0,
    b"stbl": 0,
    b"stsd": 8,
    b"edts": 0,
    b"moof": 0,
    b"traf": 0,
}  # boxes that hold boxes, and after how many bytes
_TURNS = {  # a, b, c, d of the display matrix: x' = ax + cy, y' = bx + dy
    "0": (1, 0, 0, 1),
    "90": (0, 1, -1, 0),
    "180": (-1, 0, 0, -1),
    "270": (0, -1, 1, 0),
    "mirror": (-1, 0, 0, 1),
    "90 mirror": (0, -1, -1, 0),
}


def _boxes(
    data: bytearray, start: int = 0, end: int | None = None, outer: tuple[int, ...] = ()
) -> Iterator[tuple[int, int, bytes, tuple[int, ...]]]:
    """(place, size, kind, places of the boxes around it), outer ones first."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind, head = *struct.unpack_from(">I4s", data, start), 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        size = size or end - start
        yield start, size, kind, outer
        if kind in _INSIDE:
            yield from _boxes(data, start + head + _INSIDE[kind], start + size, (*outer, start))
        start += size


def _tracks(data: bytearray) -> Iterator[dict[bytes, tuple[int, int]]]:
    """(place, size) of the boxes of each track, by kind."""
    for at, _, kind, _ in _boxes(data):
        if kind == b"trak":
            yield {k: (a, s) for a, s, k, around in _boxes(data) if at in around}


def turn(data: bytearray, how: str) -> None:
    """Tell players to turn the pictures of the first video track."""
    for track in _tracks(data):
        if b"vmhd" in track:
            at = track[b"tkhd"][0]
            a, b, c, d = (value << 16 for value in _TURNS[how])
            struct.pack_into(">9i", data, at + (60 if data[at + 8] else 48), a, b, 0, c, d, 0, 0, 0, 1 << 30)
            return


def crop(data: bytearray, size: tuple[int, int], margin: tuple[int, int, int, int]) -> bytearray:
    """With a clean aperture box that leaves the margins (left, top, right, bottom) of the first video track out."""
    left, top, right, bottom = margin
    body = struct.pack(">IIIIiIiI", size[0], 1, size[1], 1, left - right, 2, top - bottom, 2)
    entry = next((at, length, outer) for at, length, _, outer in _entries(data))
    box = struct.pack(">I4s", 8 + len(body), b"clap") + body
    at, length, outer = entry
    for place in (*outer, at):
        struct.pack_into(">I", data, place, struct.unpack_from(">I", data, place)[0] + len(box))
    return data[: at + length] + box + data[at + length :]


def _entries(data: bytearray) -> Iterator[tuple[int, int, bytes, tuple[int, ...]]]:
    """Descriptions of the samples of all tracks."""
    for box in _boxes(data):
        if box[3] and data[box[3][-1] + 4 : box[3][-1] + 8] == b"stsd":
            yield box


def trim(data: bytearray, seconds: float) -> None:
    """Let the edit list of each track begin so much later."""
    scale = next(_scale(data, at) for at, _, kind, _ in _boxes(data) if kind == b"mvhd")
    for track in _tracks(data):
        at = track[b"elst"][0]
        long = data[at + 8] == 1
        # the last entry: before it stands only emptiness
        place = at + 16 + (struct.unpack_from(">I", data, at + 12)[0] - 1) * (20 if long else 12)
        form = ">Qq" if long else ">Ii"
        lasts, begins = struct.unpack_from(form, data, place)
        struct.pack_into(
            form, data, place, lasts - round(seconds * scale), begins + round(seconds * _scale(data, track[b"mdhd"][0]))
        )


def _scale(data: bytearray, at: int) -> int:
    """Ticks per second of an mvhd or mdhd."""
    return struct.unpack_from(">I", data, at + (28 if data[at + 8] else 20))[0]


def begin_at(data: bytearray, seconds: float) -> None:
    """Let the clock of a fragmented file begin so late, as in a piece of a live stream."""
    scales = [_scale(data, track[b"mdhd"][0]) for track in _tracks(data)]
    track = 0
    for at, _, kind, _ in list(_boxes(data)):
        if kind == b"tfhd":
            track = struct.unpack_from(">I", data, at + 12)[0] - 1
        elif kind == b"tfdt":
            assert data[at + 8] == 1, "times of 64 bits"
            struct.pack_into(
                ">Q", data, at + 12, struct.unpack_from(">Q", data, at + 12)[0] + round(seconds * scales[track])
            )


def forget_keys(data: bytearray) -> None:
    """Without the list of key frames, which means: each one is."""
    for at, _, kind, _ in list(_boxes(data)):
        if kind == b"stss":
            data[at + 4 : at + 8] = b"free"


def unknown_sound(data: bytearray) -> None:
    """Call the first sound track by a codec that nobody decodes here."""
    at, size, *_ = next(entry for entry in _entries(data) if entry[2] == b"mp4a")
    data[at + 4 : at + 8] = b"apac"
    if (inner := data.find(b"esds", at, at + size)) > 0:
        data[inner : inner + 4] = b"dapa"
