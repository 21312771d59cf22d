"""Packets of a source as ffprobe prints them, and what they tell before anything is decoded: which streams hold
something and when. Pure."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from reelmill.core.model import MediaInfo
from reelmill.media import codecs

_DISCONTINUOUS = (
    "mpegts",
    "mpeg",
    "ogg",
)  # formats whose clock ffmpeg itself makes continuous: it takes out what leaps
_MENDED = ("flv",)  # formats that ffmpeg has a second demuxer for, which does the same
_HOLE = 10.0  # seconds; ffmpeg takes more than this for a leap where it mends (its -dts_delta_threshold) ...
_BACK = 0.1  # ... and so much backwards
_LEAP = 60.0  # seconds that every stream of a file has to leap before a format that need not leap is mended
_ABSURD = 3600.0  # seconds; no film stands still for so long: where nothing can be mended, it is refused
_FIRST = (
    40  # packets that are decoded to see whether key frames are what they claim to be: more than any decoder holds back
)
ENTRY = (_FIRST, 400)  # ... and after a seek, which may lead to a place between two key frames
_OVERLAP, _PART = 0.5, 1.0  # seconds by which two programmes may overlap, and that the second one must last
_TICKS = 0.002  # seconds; what clocks of two streams differ by when they are rounded
_STANDS = 25  # packets of one time that no container has for a reason
_REORDERED = 16  # pictures at most that a codec reorders
_SHORT = 0.1  # seconds that a list may end before its stream: clocks are rounded
_STRAY, _ROUNDED = 0.2, 0.006  # seconds, and share by which what packets last is rounded
_BACKWARDS = 0.5  # seconds backwards that no order of pictures explains


class Packet(NamedTuple):
    """Times in seconds of the container's clock, NaN where it tells none; duration 0 when it is not told. `hidden`: no
    player shows it."""

    stream: int
    pts: float
    dts: float
    duration: float
    key: bool
    hidden: bool = False

    @property
    def time(self) -> float:
        """When it is shown. Old AVI files know only the order of decoding."""
        return self.dts if math.isnan(self.pts) else self.pts


def argv(guards: Sequence[str], path: str, *, timed: bool = False) -> tuple[str, ...]:
    """Arguments of ffprobe (without the program) for all packets; nothing is decoded, but for the pictures at the
    beginning by which ffprobe learns what streams there are. `timed`: not even these, for the container tells the times
    of each packet by itself (`tells_times`), and they would cost more than the list."""
    return (
        "-v",
        "error",
        *guards,
        *(("-nofind_stream_info",) if timed else ()),
        "-show_entries",
        "packet=stream_index,pts_time,dts_time,duration_time,flags:packet_side_data=side_data_type",
        "-of",
        "csv=p=0",
        "file:" + path,
    )


def tells_times(head: bytes) -> bool:
    """Whether a file that begins so is MP4 or QuickTime (ISO/IEC 14496-12, 4.3)."""
    return head[4:8] == b"ftyp"


def untold(text: bytes) -> bool:
    """Whether a list has a packet of which the container did not tell all times: ffprobe can compute what lacks."""
    return b",N/A" in text


def falls_short(raw: Mapping[str, Any]) -> bool:
    """Whether a list (`annotate`) ends before its container says that a stream does. A file is damaged then, or cut
    off; ffmpeg skips the first damage while it looks at the streams, and reads further than a list without that
    look."""
    return any(
        stream.get("codec_type") in ("video", "audio")
        and _told_end(stream) > _SHORT + (-math.inf if (end := stream["packets"]["end"]) is None else end)
        for stream in raw.get("streams", ())
    )


def _told_end(stream: Mapping[str, Any]) -> float:
    """Seconds; minus infinity when it is not told."""
    try:
        return float(stream.get("start_time", 0)) + float(stream["duration"])
    except (KeyError, ValueError):
        return -math.inf


def parse(text: bytes) -> tuple[list[Packet], bool]:
    """All packets in the order of the file, and whether one of them is encrypted (Common Encryption, ISO/IEC
    23001-7)."""
    packets: list[Packet] = []
    for line in text.splitlines():
        words = line.split(b",")
        if len(words) < 5 or not words[0].isdigit():
            continue
        packets.append(
            Packet(
                int(words[0]),
                _seconds(words[1]),
                _seconds(words[2]),
                _seconds(words[3]) if words[3] != b"N/A" else 0.0,
                b"K" in words[4],
                b"D" in words[4],
            )
        )
    return packets, b"Encryption info" in text


def suspicious(packets: Sequence[Packet]) -> bool:
    """Whether every picture claims to be a key frame: a muxer that left the list out, unless the codec or the encoder
    makes only such."""
    return len(packets) > 1 and all(packet.key for packet in packets)


def pictures_argv(guards: Sequence[str], path: str, stream: int) -> tuple[str, ...]:
    """Arguments of ffprobe that decode the first pictures and tell what they are: I, P or B."""
    return (
        "-v",
        "error",
        *guards,
        "-select_streams",
        str(stream),
        "-read_intervals",
        f"%+#{_FIRST}",
        "-show_entries",
        "frame=pict_type",
        "-of",
        "csv=p=0",
        "file:" + path,
    )


def keys_lie(text: bytes) -> bool:
    """Whether the answer to `pictures_argv` has pictures that need others."""
    return any(line.strip(b", ") in (b"P", b"B") for line in text.splitlines())


def paired(packets: Sequence[Packet], fps: float) -> Sequence[Packet]:
    """One packet for each picture where fields come in packets of their own: two that are decoded within half of a
    picture's time are one."""
    made: list[Packet] = []
    half = False
    for packet in packets:
        half = not half and bool(made) and abs(packet.dts - made[-1].dts) < 0.6 / fps
        if half:
            made[-1] = made[-1]._replace(duration=made[-1].duration + packet.duration)
        else:
            made.append(packet)
    return made


def changes_streams(info: MediaInfo) -> float | None:
    """When the picture or the sound of a broadcast goes on in another stream than it began in (a recording of two
    programmes, one after the other)."""
    if info.format_name != "mpegts":
        return None
    for streams in (info.video, info.audio):
        for one in streams[:1]:
            told = [
                s.get("packets", {})
                for s in info.raw.get("streams", ())
                if s.get("index") in [other.index for other in streams]
            ]
            end = next(
                (s.get("packets", {}).get("end") for s in info.raw.get("streams", ()) if s.get("index") == one.index),
                None,
            )
            if end is not None and any(
                t.get("first") is not None and t["first"] > end - _OVERLAP and t["end"] - t["first"] > _PART
                for t in told
            ):
                return float(end) - info.start
    return None


def simply_argv(guards: Sequence[str], path: str, stream: int) -> tuple[str, ...]:
    """Arguments of ffprobe that tell when the first packet of a stream is shown if only the shift of its edit list
    counts."""
    return (
        "-v",
        "error",
        *guards,
        "-advanced_editlist",
        "0",
        "-select_streams",
        str(stream),
        "-read_intervals",
        "%+#1",
        "-show_entries",
        "packet=pts_time",
        "-of",
        "csv=p=0",
        "file:" + path,
    )


def moved(packets: Sequence[Packet], text: bytes) -> float:
    """Seconds by which ffmpeg shows pictures too early because an edit begins in the middle of one: it moves the next
    one to the beginning. `text` is the answer to `simply_argv`."""
    word = text.strip(b", \n").splitlines()[:1]
    away = (
        float(word[0].strip(b",")) - packets[0].time
        if word and word[0][:1].isdigit() | word[0].startswith(b"-")
        else 0.0
    )
    return away if _TICKS < away < 1 else 0.0


def gradual(packets: Sequence[Packet], codec: str) -> float | None:
    """When the second key frame of a stream is shown whose pictures may be refreshed bit by bit (intra refresh: no
    picture is whole by itself, and encoders promise a whole one earlier than it is there); None where that cannot
    be."""
    return (
        next((p.time for p in [p for p in packets if p.key and not math.isnan(p.time)][1:]), None)
        if codecs.of(codec).gradual
        else None
    )


def entry_argv(guards: Sequence[str], path: str, stream: int, at: float, count: int) -> tuple[str, ...]:
    """Arguments of ffprobe that begin in the middle, decode so many packets and tell which of the pictures that come
    out are whole by themselves."""
    return (
        "-v",
        "error",
        *guards,
        "-select_streams",
        str(stream),
        "-read_intervals",
        f"{at:.6f}%+#{count}",
        "-show_entries",
        "frame=key_frame",
        "-of",
        "csv=p=0",
        "file:" + path,
    )


def bit_by_bit(text: bytes) -> bool:
    """Whether the answer to `entry_argv` begins with a picture that needs others, or nothing comes out."""
    return not text.strip(b", \n").startswith(b"1")


def _seconds(word: bytes) -> float:
    return math.nan if word == b"N/A" else float(word)


def annotate(raw: Mapping[str, Any], packets: Sequence[Packet]) -> dict[str, Any]:
    """ffprobe's JSON of a source with `packets` in each stream: {"count", "first", "end", "hole"}, times on the
    container's clock (null when it has none); `hole` is the longest time in seconds that one packet is said to last, or
    between the end of one and the next. `strays` where the times of a sound in AVI are wrong."""
    found: dict[int, list[float]] = {}
    for packet in packets:
        if packet.hidden:
            continue
        one = found.setdefault(packet.stream, [0, math.inf, -math.inf, 0.0])
        one[0] += 1
        if not math.isnan(packet.time):
            one[3] = max(one[3], packet.duration, packet.time - one[2] if math.isfinite(one[2]) else 0.0)
            one[1], one[2] = min(one[1], packet.time), max(one[2], packet.time + packet.duration)
    streams, uncounted = [], raw.get("format", {}).get("format_name") == "avi"
    for stream in raw.get("streams", ()):
        number = int(stream.get("index", -1))
        count, first, end, hole = found.get(number, [0, math.inf, -math.inf, 0.0])
        told = {
            "count": int(count),
            "first": first if math.isfinite(first) else None,
            "end": end if math.isfinite(end) else None,
            "hole": hole,
        }
        if uncounted and stream.get("codec_type") == "audio" and _strays(p for p in packets if p.stream == number):
            told["strays"] = True
        streams.append({**stream, "packets": told})
    return {**raw, "streams": streams}


def _strays(packets: Iterable[Packet]) -> bool:
    """Whether the packets of a sound come at other times than they last together. AVI has no times: they are counted by
    a rate of bytes that its header tells, and many files have a varying one."""
    lasted, first = 0.0, math.nan
    for packet in packets:
        first = packet.time if math.isnan(first) else first
        if not packet.duration:
            return False
        if abs(packet.time - first - lasted) > _STRAY + _ROUNDED * lasted:
            return True
        lasted += packet.duration
    return False


def continuous(
    packets: Sequence[Packet], streams: Iterable[int], format_name: str
) -> tuple[Sequence[Packet], tuple[tuple[float, float], ...]]:
    """The packets of some streams on a clock that does not leap, and where it did: (time, seconds). Formats that cannot
    be mended keep their times."""
    wanted = frozenset(streams)
    used = [packet for packet in packets if packet.stream in wanted]
    if format_name in _DISCONTINUOUS:
        mended, leaps = _mended(used, _HOLE)
        return _mended(used, hole(leaps)) if hole(leaps) < _HOLE else (mended, leaps)
    leaps = _leaps(used)
    if format_name in _MENDED:
        return (_mended(used, hole(leaps))[0], leaps) if leaps else (used, ())
    return used, tuple(leap for leap in leaps if leap[1] < 0 or leap[1] > _ABSURD)


def hole(leaps: Sequence[tuple[float, float]]) -> float:
    """Seconds ahead that ffmpeg is to take for a leap of the clock. Where a clock goes back by little, what one stream
    still has from before it looks like a leap ahead, and both streams must come back from it."""
    return min([_HOLE, *(max(_BACK, -by / 2) for _, by in leaps if by < 0)])


def demuxer(format_name: str, leaps: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    """The input option that makes ffmpeg mend the clock of a file that leaps; nothing where it does so anyway, or
    cannot."""
    return ("-f", "live_flv") if leaps and format_name in _MENDED else ()


def restarts(format_name: str, leaps: Sequence[tuple[float, float]]) -> bool:
    """Whether ffmpeg counts from the first packet that it uses, not from the start of the file."""
    return format_name in _DISCONTINUOUS or bool(demuxer(format_name, leaps))


def hopeless(format_name: str, leaps: Sequence[tuple[float, float]]) -> bool:
    """Whether a clock leaps that nothing here can mend."""
    return bool(leaps) and format_name not in (*_DISCONTINUOUS, *_MENDED)


def _mended(packets: Sequence[Packet], hole: float) -> tuple[list[Packet], tuple[tuple[float, float], ...]]:
    """What ffmpeg does with formats whose time stamps may leap (fftools, ts_discontinuity_detect): one offset for the
    whole file."""
    offset = 0.0
    last: dict[int, float] = {}
    following: dict[int, float] = {}
    made: list[Packet] = []
    leaps: list[tuple[float, float]] = []
    for packet in packets:
        at = packet.dts + offset
        if not math.isnan(at):
            if packet.stream in last:
                away = at - following[packet.stream]
                if abs(away) > hole or at + _BACK < last[packet.stream]:
                    leaps.append((following[packet.stream], away))
                    offset -= away
                    at -= away
            last[packet.stream], following[packet.stream] = at, at + packet.duration
        made.append(packet._replace(pts=packet.pts + offset, dts=packet.dts + offset) if offset else packet)
    return made, tuple(leaps)


def _leaps(packets: Sequence[Packet]) -> tuple[tuple[float, float], ...]:
    """Where every stream of a file leaps, or one goes back: a hole in one stream alone is a picture that stands, or
    silence."""
    streams: dict[int, list[Packet]] = {}
    for packet in packets:
        # the order of decoding: only there a step back is a fault. An edit list begins with pictures that were there
        # before
        if not math.isnan(packet.dts) and not packet.hidden:
            streams.setdefault(packet.stream, []).append(packet)
    jumps = {stream: _jumps(one) for stream, one in streams.items()}
    back = next((jump for found in jumps.values() for jump in found if jump[1] < 0), None)
    if back:
        return (back,)
    first = min(jumps.values(), key=len, default=[])
    return tuple(
        j
        for j in first
        if (len(jumps) > 1 or j[1] > _ABSURD)
        and all(any(abs(j[1] - o[1]) < 1 for o in others) for others in jumps.values())
    )


def _jumps(packets: Sequence[Packet]) -> list[tuple[float, float]]:
    """Leaps of one stream. Matroska tells no order of decoding, and the one that is guessed goes back where pictures
    are reordered: that is no leap."""
    found, latest, stood = [], -math.inf, 0
    for n, (before, packet) in enumerate(itertools.pairwise(packets), 1):
        latest, away = max(latest, before.time), packet.dts - before.dts
        stood = stood + 1 if away == 0 and packet.duration > 0 else 0
        if stood == _STANDS:  # a muxer that could not go back has given all that follows one time
            found.append((before.dts, -stood * packet.duration))
        reordered = away < 0 and any(later.time > latest for later in packets[n : n + _REORDERED])
        if not reordered and not -_BACKWARDS <= away <= _LEAP:
            found.append((before.dts, away))
    return found
