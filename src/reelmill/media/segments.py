"""The segments of a stream, read from the files that ffmpeg made: when each begins, how many bytes it has, and how many
of them a player needs for its first picture. What a muxer writes into its own playlist is not exact: it adds up what
packets last, and pictures at uneven times do not tell that.

MPEG-TS: ISO/IEC 13818-1, 2.4.3; fragmented MP4: ISO/IEC 14496-12, 8.8.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from reelmill.core.segmented import Segment, Segmented

TS, CMAF = ".ts", ".m4s"
INIT = "init.mp4"
_TS_CLOCK = 90_000
_TS_PACKET = 188
_WRAP = 1 << 33  # ticks after which the clock of a transport stream begins anew
_BEGINS = re.compile(rb"[\x40-\x7f\xc0-\xff]")  # second bytes of packets in which something begins


def read(folder: Path) -> Segmented | None:
    """The segments in a folder, by their numbers; None when there is none, or one of them holds nothing."""
    files = sorted((f for f in folder.glob("*") if f.suffix in (TS, CMAF)), key=lambda file: int(file.stem))
    if not files:
        return None
    if files[0].suffix == CMAF:
        return cmaf((folder / INIT).read_bytes(), (file.read_bytes() for file in files))
    return transport(file.read_bytes() for file in files)


# ---- transport streams ---------------------------------------------------------------------------


def transport(files: Iterator[bytes]) -> Segmented | None:
    """The segments of a transport stream."""
    found: list[Segment] = []
    for data in files:
        one = _transport(data)
        if one is None:
            return None
        lap = round((found[-1].start - one.start) / _WRAP) if found else 0
        found.append(one._replace(start=one.start + lap * _WRAP))
    return Segmented(_TS_CLOCK, tuple(found)) if found else None


def _transport(data: bytes) -> Segment | None:
    sound: int | None = None
    video, start = -1, 0
    for match in _BEGINS.finditer(data[1::_TS_PACKET]):  # all second bytes: a loop over a film's packets takes minutes
        at = match.start() * _TS_PACKET
        pid = int.from_bytes(data[at + 1 : at + 3], "big") & 0x1FFF
        if pid == video:
            return Segment(start, len(data), at)
        head = at + 4 + (1 + data[at + 4] if data[at + 3] & 0x20 else 0)
        if data[head : head + 3] != b"\0\0\1" or not data[head + 7] & 0x80:
            continue  # a table, or no time stamp
        if 0xE0 <= data[head + 3] < 0xF0 and video < 0:
            video, start = pid, _stamp(data[head + 9 : head + 14])
        elif sound is None:
            sound = _stamp(data[head + 9 : head + 14])
    if video >= 0:  # one picture alone
        return Segment(start, len(data), len(data))
    return None if sound is None else Segment(sound, len(data))


def _stamp(five: bytes) -> int:
    return (five[0] >> 1 & 7) << 30 | five[1] << 22 | five[2] >> 1 << 15 | five[3] << 7 | five[4] >> 1


# ---- fragmented MP4 ------------------------------------------------------------------------------


class _Track(NamedTuple):
    number: int
    clock: int
    shift: int  # ticks that its edit list takes off
    picture: bool
    lasts: int  # defaults of its samples: duration and size
    size: int


def cmaf(init: bytes, files: Iterator[bytes]) -> Segmented | None:
    """The segments of a fragmented MP4; of its picture, where it has one."""
    tracks = list(_tracks(init))
    track = next((one for one in tracks if one.picture), tracks[0] if tracks else None)
    if track is None:
        return None
    found, last = [], 0
    for data in files:
        spans = list(_fragments(data, track))
        if not spans:
            return None
        found.append(Segment(min(s for s, _, _ in spans), len(data), spans[0][2] if track.picture else 0))
        last = max(e for _, e, _ in spans)
    return Segmented(track.clock, tuple(found), last) if found else None


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, where its content begins, where it ends) of the boxes in a span."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        if size < head:
            return
        yield kind, start + head, min(end, start + size)
        start += size


def _inside(data: bytes, span: tuple[int, int], *path: bytes) -> Iterator[tuple[int, int]]:
    """The boxes that a path of types leads to."""
    if not path:
        yield span
        return
    for kind, start, end in _boxes(data, *span):
        if kind == path[0]:
            yield from _inside(data, (start, end), *path[1:])


def _one(data: bytes, span: tuple[int, int], *path: bytes) -> int:
    """Where the content of such a box begins, 0 when there is none."""
    return next((start for start, _ in _inside(data, span, *path)), 0)


def _tracks(init: bytes) -> Iterator[_Track]:
    defaults: dict[int, tuple[int, int]] = {}
    for at, _ in _inside(init, (0, len(init)), b"moov", b"mvex", b"trex"):
        number, _, lasts, size = struct.unpack_from(">4I", init, at + 4)
        defaults[number] = lasts, size
    for trak in _inside(init, (0, len(init)), b"moov", b"trak"):
        tkhd, mdhd = _one(init, trak, b"tkhd"), _one(init, trak, b"mdia", b"mdhd")
        (number,) = struct.unpack_from(">I", init, tkhd + (20 if init[tkhd] else 12))
        (clock,) = struct.unpack_from(">I", init, mdhd + (20 if init[mdhd] else 12))
        kind = _one(init, trak, b"mdia", b"hdlr")
        picture = init[kind + 8 : kind + 12] == b"vide"
        yield _Track(number, clock, _shift(init, trak), picture, *defaults.get(number, (0, 0)))


def _shift(init: bytes, trak: tuple[int, int]) -> int:
    """The first edit that shows something tells at which tick of the track the film begins."""
    at = _one(init, trak, b"edts", b"elst")
    if not at:
        return 0
    form, step = (">Qq", 20) if init[at] else (">Ii", 12)
    (count,) = struct.unpack_from(">I", init, at + 4)
    begins = [struct.unpack_from(form, init, at + 8 + step * n)[1] for n in range(count)]
    return next((tick for tick in begins if tick >= 0), 0)


def _fragments(data: bytes, track: _Track) -> Iterator[tuple[int, int, int]]:
    """(first tick, last tick, bytes up to the end of the first sample) of each fragment of a track."""
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind != b"moof":
            continue
        for traf in _inside(data, (start, end), b"traf"):
            head = _one(data, traf, b"tfhd")
            flags, number = struct.unpack_from(">2I", data, head)
            if number != track.number:
                continue
            lasts, size = _defaults(data, head, flags, track)
            base = _one(data, traf, b"tfdt")
            (at,) = struct.unpack_from(">Q" if data[base] else ">I", data, base + 4)
            for run in _inside(data, traf, b"trun"):
                samples, offset = _samples(data, run[0], lasts, size)
                if not samples:
                    continue
                times = []
                for duration, _, late in samples:
                    times.append((at + late, at + late + duration))
                    at += duration
                first, last = min(a for a, _ in times), max(b for _, b in times)
                yield first - track.shift, last - track.shift, start - 8 + offset + samples[0][1]


def _defaults(data: bytes, head: int, flags: int, track: _Track) -> tuple[int, int]:
    at = head + 8 + (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
    lasts, size = track.lasts, track.size
    if flags & 8:
        (lasts,), at = struct.unpack_from(">I", data, at), at + 4
    if flags & 16:
        (size,) = struct.unpack_from(">I", data, at)
    return lasts, size


def _samples(data: bytes, run: int, lasts: int, size: int) -> tuple[Sequence[tuple[int, int, int]], int]:
    """(duration, size, composition offset) of each sample of a run, and where their bytes begin, from the fragment's
    beginning."""
    version = data[run]
    flags, count = struct.unpack_from(">2I", data, run)
    flags &= 0xFFFFFF
    at, offset = run + 8, 0
    if flags & 1:
        (offset,), at = struct.unpack_from(">i", data, at), at + 4
    if flags & 4:
        at += 4
    given = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    found = []
    for _ in range(count):
        one = dict.fromkeys((0x800,), 0) | {0x100: lasts, 0x200: size}
        for bit in given:
            (one[bit],) = struct.unpack_from(">i" if bit == 0x800 and version else ">I", data, at)
            at += 4
        found.append((one[0x100], one[0x200], one[0x800]))
    return found, offset
