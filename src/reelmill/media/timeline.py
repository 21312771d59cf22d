"""The timeline of a source: its pictures and their times, read from packets; where it may be cut. Pure."""

import itertools
import math
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from reelmill.core.model import Timeline
from reelmill.media.packets import Packet

# seconds that the distance of two frames may differ in a stream with a steady frame rate: time stamps of many
# containers count milliseconds
STEADY = 0.002
# seconds; a picture that stands longer is repeated in streams: segments could not begin where they should, players
# would wait for it
STANDS = 2.0
_MANY = 16  # so many such pictures are told one by one; a film that has more of them has them everywhere
_PREROLL = 0.2  # seconds after a key frame where a cut is cheapest; see _cut_after
_SEARCH = 0.25  # share of the piece length that a cut may be late to find a key frame
# seconds that a picture may come after the moment that is asked for, at most a quarter of its time: clocks and moments
# are rounded
_SAME = 0.01


def timeline(
    packets: Sequence[Packet],
    start: float,
    cut_every: float,
    near: Sequence[float],
    leaps: Sequence[tuple[float, float]] = (),
    *,
    seekable: bool = True,
    counted: bool = False,
) -> Timeline | None:
    """The timeline of one video stream from its packets in the order of the file. `start` is the start time of the
    file, which is subtracted.

    cut_every  the shortest piece wanted, in seconds; 0 means no cuts       near   times relative to the start of the
               file
    seekable   whether the marks of key frames are true        leaps   see media.packets.continuous
    counted    whether decoders give pictures other times than these; they do where pictures have none of their own
    Packets without a time are counted but make the stream impossible to cut. None when no packet has a time or lasts.
    """
    counted = counted or _counted(packets)
    seekable = seekable and not counted
    # hidden ones are decoded all the same, others may need them
    pictures = [packet for packet in _showable(_filled(_clocked(packets))) if not packet.hidden]
    known = sorted((p.time - start, p.duration, p.key) for p in pictures if not math.isnan(p.time))
    if not known:
        return None
    times = [t for t, _, _ in known]
    gaps = [b - a for a, b in itertools.pairwise(times)]
    frame = statistics.median(gaps) if gaps else known[0][1]
    whole = len(known) == len(pictures)
    steady = whole and all(abs(gap - frame) <= STEADY for gap in gaps)
    keys = [i for i, (_, _, key) in enumerate(known) if key][: None if seekable else 1]
    end = times[-1] + (_last(pictures).duration or frame)
    cuts = _cuts(times, keys, cut_every, frame) if whole and cut_every > 0 else ((times[0], 0),)
    made = Timeline(
        len(pictures),
        times[0],
        end,
        frame,
        steady,
        cuts,
        longest=max([*gaps, end - times[-1]]),
        stands=_stands([*times, end]),
        last=times[-1],
        seekable=seekable,
        leaps=tuple(leaps),
        counted=counted,
    )
    made = _with_keys(made, packets, [times[i] for i in keys]) if whole and seekable else made
    return _with_moments(made, times, [times[i] for i in keys], near)


def _with_moments(made: Timeline, times: Sequence[float], keys: Sequence[float], near: Sequence[float]) -> Timeline:
    """With what stands for each moment that is asked for: the key frame nearest to it, and the picture shown then."""
    shown = [max(0, bisect_right(times, t + min(_SAME, made.frame / 4)) - 1) for t in near]
    return replace(
        made,
        near=tuple(_nearest(keys or times, t) for t in near),
        shown=tuple((times[n], times[max(0, n - 1)]) for n in shown),
        numbers=tuple(shown),
    )


def _with_keys(made: Timeline, packets: Sequence[Packet], keys: Sequence[float]) -> Timeline:
    """With what is known of its key frames."""
    longest = max((b - a for a, b in itertools.pairwise([*keys, made.end])), default=0.0)
    return replace(made, key_distance=longest, closed=_closed(packets), keys=len(keys))


def _closed(packets: Sequence[Packet]) -> bool:
    """Whether nothing is shown before a key frame that stands behind it in the file, and nothing is hidden."""
    key = -math.inf
    for packet in packets:
        key = packet.time if packet.key else key
        if packet.hidden or not packet.time >= key:
            return False
    return True


def _last(pictures: Sequence[Packet]) -> Packet:
    """The packet that tells how long the last picture lasts: what packets last is counted in the order of decoding,
    which B-frames change."""
    return max(
        pictures, key=lambda p: (-math.inf if math.isnan(p.dts) else p.dts, -math.inf if math.isnan(p.pts) else p.pts)
    )


def _counted(packets: Sequence[Packet]) -> bool:
    """Whether pictures have no times of their own: AVI with B-frames and raw streams tell the order of decoding only.
    Decoders then give times that lag behind, and nothing can be sought."""
    return any(math.isnan(p.pts) for p in packets) and not any(p.pts > p.dts for p in packets)


def _clocked(packets: Sequence[Packet]) -> Sequence[Packet]:
    """With times for raw streams, which have none at all, and for what stands before the zero of a container that
    cannot tell it (Matroska): each picture lasts as long as the demuxer says."""
    lasts = statistics.median(p.duration for p in packets) if packets else 0.0
    untold = next((n for n, p in enumerate(packets) if not math.isnan(p.time)), len(packets))
    begin = packets[untold].time - untold * lasts if untold < len(packets) else 0.0
    return (
        [
            *(p._replace(pts=begin + n * lasts, dts=begin + n * lasts) for n, p in enumerate(packets[:untold])),
            *packets[untold:],
        ]
        if lasts
        else packets
    )


def _filled(packets: Sequence[Packet]) -> Sequence[Packet]:
    """With a time for pictures that tell only when they are decoded. Program streams stamp some pictures, and ffmpeg
    knows those of the others that need no reordering: what is left is shown when the next picture is decoded that
    others are made of (ISO/IEC 13818-1, 2.7.5)."""
    if _counted(packets):
        return packets
    last = next((p for p in reversed(packets) if not math.isnan(p.dts)), None)
    after, filled = last.dts + last.duration if last else math.nan, []
    for p in reversed(packets):
        filled.append(p._replace(pts=after) if math.isnan(p.pts) and not math.isnan(p.dts) else p)
        if not math.isnan(p.dts) and (math.isnan(p.pts) or p.key or p.pts > p.dts):
            after = p.dts
    return filled[::-1]


def _showable(packets: Sequence[Packet]) -> Sequence[Packet]:
    """Without what no decoder can show: everything before the first key frame, and pictures behind it that are shown
    before it (they need what is missing)."""
    first = next((n for n, packet in enumerate(packets) if packet.key), None)
    if first is None:  # none is marked, so the marks say nothing
        return packets
    return [packet for packet in packets[first:] if not packet.time < packets[first].time]


def _stands(times: Sequence[float]) -> tuple[tuple[float, float], ...]:
    found = [(a, b) for a, b in itertools.pairwise(times) if b - a > STANDS]
    return tuple(found) if len(found) <= _MANY else ()


def _cuts(times: Sequence[float], keys: Sequence[int], cut_every: float, frame: float) -> tuple[tuple[float, int], ...]:
    found = [(times[0], 0)]
    while True:
        wanted = found[-1][0] + cut_every
        at = _cut_after(times, keys, wanted, wanted + cut_every * _SEARCH)
        # Half a frame before the cut there must be no other frame, or seeking would begin with that one.
        while at is not None and times[at] - times[at - 1] < frame * 0.75:
            at = at + 1 if at + 1 < len(times) else None
        # a shorter last piece is not worth a process of its own
        if at is None or times[-1] - times[at] < cut_every / 2:
            return tuple(found)
        found.append((times[at], at))


def _cut_after(times: Sequence[float], keys: Sequence[int], wanted: float, latest: float) -> int | None:
    """The number of the frame where to cut: the first one a little after a key frame, when there is a key frame soon
    after `wanted`.

    Not the key frame itself: pieces are sought half a frame early, which would decode everything since the key frame
    before it and throw it away. Some demuxers also seek an eighth of a second too early on purpose, hence _PREROLL.
    """
    place = bisect_left(times, wanted)
    if place >= len(times):
        return None
    for key in keys[bisect_left(keys, place) :]:
        if times[key] > latest:
            break
        after = bisect_left(times, times[key] + _PREROLL)
        return after if after < len(times) else None
    return place


def _nearest(times: Sequence[float], wanted: float) -> float:
    place = bisect_left(times, wanted)
    return min(times[max(0, place - 1) : place + 1], key=lambda t: abs(t - wanted))
