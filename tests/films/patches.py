"""What no muxer writes into transport streams, FLV and Matroska: joined recordings, leaping clocks, lost beginnings,
crops, empty streams."""

import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import av

_PACKET = 188
_FLV_HEAD = 13


def join(container: str, parts: Sequence[bytes], path: Path) -> None:
    """Recordings behind each other, as whoever joins them byte by byte does it."""
    if container == "ts":
        path.write_bytes(_counted(b"".join(parts)))
    elif container == "flv":
        path.write_bytes(parts[0] + b"".join(part[_FLV_HEAD:] for part in parts[1:]))
    else:
        path.write_bytes(b"".join(parts))


def _pid(packet: bytes | bytearray) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def _packets(data: bytes) -> list[bytearray]:
    return [bytearray(data[at : at + _PACKET]) for at in range(0, len(data), _PACKET)]


def _counted(data: bytes) -> bytes:
    """With counters that run on, so that no packet seems lost."""
    last: dict[int, int] = {}
    packets = _packets(data)
    for packet in packets:
        if packet[3] & 0x10:
            last[_pid(packet)] = (last.get(_pid(packet), -1) + 1) & 15
        packet[3] = packet[3] & 0xF0 | last.get(_pid(packet), 0)
    return b"".join(packets)


def drop_first_pid(path: Path) -> None:
    """Without the packets of the first stream, which the tables still name. The clock was in it; the next one has one
    of its own, or none."""
    path.write_bytes(b"".join(packet for packet in _packets(path.read_bytes()) if _pid(packet) != 0x100))


def cut(path: Path, share: float, transport: bool) -> tuple[int, float]:
    """Without a share of its bytes at the beginning: which packet of its pictures is the first that can be decoded, and
    the time of its first whole sound.

    Counted from the end: where a packet of a program stream begins inside another one, no demuxer knows its place."""
    at = round(path.stat().st_size * share)
    at -= at % _PACKET if transport else 0
    with av.open(str(path), format="mpegts" if transport else "mpeg") as box:
        video, audio = box.streams.video[0], box.streams.audio[0]
        packets = [p for p in box.demux(video, audio) if p.size]
    pictures = [p for p in packets if p.stream is video]
    heard = min(
        float(p.pts * p.time_base) for p in packets if p.stream is audio and p.pts is not None and (p.pos or -1) >= at
    )
    path.write_bytes(path.read_bytes()[at:])
    with av.open(str(path), format="mpegts" if transport else "mpeg") as box:
        left = [p.is_keyframe for p in box.demux(box.streams.video[0]) if p.size]
    return len(pictures) - len(left) + left.index(True), heard


def crop_matroska(path: Path, margin: tuple[int, int, int, int]) -> None:
    """With PixelCrop elements in the picture's description, instead of what it says there of colours."""
    left, top, right, bottom = margin
    crops = b"".join(
        struct.pack(">HBB", name, 0x81, side)
        for name, side in ((0x54AA, bottom), (0x54BB, top), (0x54CC, left), (0x54DD, right))
    )
    data = path.read_bytes()
    at = data.index(b"\x55\xb0", data.index(b"\x16\x54\xae\x6b"))
    head, size = (
        (3, data[at + 2] & 0x7F) if data[at + 2] & 0x80 else (10, int.from_bytes(data[at + 3 : at + 10], "big"))
    )
    room = head + size - len(crops)
    assert room >= 2, "no room for a crop in this file"
    path.write_bytes(data[:at] + crops + bytes([0xEC, 0x80 | room - 2]) + bytes(room - 2) + data[at + head + size :])


def add_cover(path: Path, ffmpeg: Callable[[Iterable[str]], None]) -> None:
    """With an attached picture, which is no film."""
    cover, plain = path.with_suffix(".cover.jpg"), path.with_name(f"plain-{path.name}")
    path.rename(plain)
    ffmpeg(["-f", "lavfi", "-i", "color=c=orange:s=96x96:d=1", "-frames:v", "1", str(cover)])
    read = ["-copyts", "-i", str(plain)]
    if path.suffix == ".mkv":
        ffmpeg(
            [*read, "-map", "0", "-c", "copy", "-attach", str(cover), "-metadata:s:t", "mimetype=image/jpeg", str(path)]
        )
    else:
        ffmpeg(
            [
                *read,
                "-i",
                str(cover),
                "-map",
                "0",
                "-map",
                "1",
                "-c",
                "copy",
                "-disposition:v:1",
                "attached_pic",
                str(path),
            ]
        )
