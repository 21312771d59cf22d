"""Where a source may be cut into pieces, and the commands that encode the pieces and join them without a lost frame. Pure.

A piece is a span of the source's timeline that one process encodes into every rendition of a batch. Pieces begin at real times of frames
that were read from the source, never at computed ones: with a varying frame rate a computed time falls between frames or on two of them.
"""

import itertools
import math
import statistics
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import filters, ladder
from reelmill.media.encode import AudioPlan, Rendition, video_args
from reelmill.media.ladder import EPSILON, Target
from reelmill.media.probe import SAFE_INPUT

STEADY = 0.002  # seconds that the distance of two frames may differ in a stream with a steady frame rate: time stamps of many containers count milliseconds
_PREROLL = 0.2  # seconds after a key frame where a cut is cheapest; see _cut_after
_NEAR_ZERO = 0.5  # seconds; a video that begins later in the file is not cut
_INDEXED = ("mov", "matroska")  # containers whose index leads to any frame exactly
_SEARCH = 0.25  # share of the piece length that a cut may be late to find a key frame


def timeline(packets: Sequence[tuple[float, float, bool]], start: float, cut_every: float, near: Sequence[float]) -> Timeline | None:
    """The timeline of a video stream from its packets: (time in seconds or NaN, duration in seconds or 0, is a key frame), in any order.

    Packets that the container marks as not to be shown (flag D of ffprobe) must be left out by the caller. `start` is the start time of the file,
    which is subtracted. `cut_every` is the shortest piece wanted, in seconds; 0 means no cuts. `near` are times relative to the start of the file.
    Packets without a time are counted but make the stream impossible to cut. None when no packet has a time.
    """
    known = sorted((t - start, d, key) for t, d, key in packets if not math.isnan(t))
    if not known:
        return None
    times = [t for t, _, _ in known]
    gaps = [b - a for a, b in itertools.pairwise(times)]
    frame = statistics.median(gaps) if gaps else known[0][1]
    whole = len(known) == len(packets)
    steady = whole and all(abs(gap - frame) <= STEADY for gap in gaps)
    keys = [i for i, (_, _, key) in enumerate(known) if key]
    end = max(t + (d or frame) for t, d, _ in known[-16:])  # only the last ones can reach furthest; times are sorted
    cuts = _cuts(times, keys, cut_every, frame) if whole and cut_every > 0 else ((times[0], 0),)
    shown_whole = [times[i] for i in keys] or times
    return Timeline(len(packets), times[0], end, frame, steady, cuts, tuple(_nearest(shown_whole, t) for t in near), max([*gaps, end - times[-1]]))


def _cuts(times: Sequence[float], keys: Sequence[int], cut_every: float, frame: float) -> tuple[tuple[float, int], ...]:
    found = [(times[0], 0)]
    while True:
        wanted = found[-1][0] + cut_every
        at = _cut_after(times, keys, wanted, wanted + cut_every * _SEARCH)
        # Half a frame before the cut there must be no other frame, or seeking would begin with that one.
        while at is not None and times[at] - times[at - 1] < frame * 0.75:
            at = at + 1 if at + 1 < len(times) else None
        if at is None or times[-1] - times[at] < cut_every / 2:  # a shorter last piece is not worth a process of its own
            return tuple(found)
        found.append((times[at], at))


def _cut_after(times: Sequence[float], keys: Sequence[int], wanted: float, latest: float) -> int | None:
    """The number of the frame where to cut: the first one a little after a key frame, when there is a key frame soon after `wanted`.

    Not the key frame itself: pieces are sought half a frame early, which would decode everything since the key frame before it and throw it away.
    Some demuxers also seek an eighth of a second too early on purpose, hence _PREROLL.
    """
    place = bisect_left(times, wanted)
    if place >= len(times):
        return None
    for key in keys[bisect_left(keys, place):]:
        if times[key] > latest:
            break
        after = bisect_left(times, times[key] + _PREROLL)
        return after if after < len(times) else None
    return place


def _nearest(times: Sequence[float], wanted: float) -> float:
    place = bisect_left(times, wanted)
    return min(times[max(0, place - 1):place + 1], key=lambda t: abs(t - wanted))


def may_cut(renditions: Sequence[Rendition], info: MediaInfo, timeline: Timeline | None) -> bool:
    """Whether a batch may be encoded in pieces: every picture of the source goes into every rendition at its own time, and can be sought exactly."""
    if timeline is None or len(timeline.cuts) < 2 or not 0 <= timeline.first < _NEAR_ZERO or not any(n in info.format_name for n in _INDEXED):
        return False
    plans = [r.video for r in renditions if r.video]
    moving = any(mark.moving for r in renditions for mark in r.marks)  # where such a mark is at the beginning of a piece, nobody knows
    return bool(plans) and not moving and all(not p.copy and p.fps is None and not p.tail for p in plans)


def piece_tasks(targets: Sequence[Target], jobs: Mapping[str, Sequence[str]], timeline: Timeline, prefix: str) -> list[Task]:
    """One task per piece, `PREFIXp1`...: each makes `STEM.mp4` (video only) of every target that has video. `jobs` are the job ids by stem."""
    pictured = [t for t in targets if t.rendition.video]
    served = tuple(job for t in pictured for job in jobs[t.stem])
    tasks = []
    for number in range(len(timeline.cuts)):
        argv, seconds = _piece(pictured, timeline, number)
        files = tuple(f"{t.stem}.mp4" for t in pictured)
        tasks.append(Task(f"{prefix}p{number + 1}", "heavy", (Command(argv, seconds=seconds),), expect=files, jobs=served))
    return tasks


def frames_of(timeline: Timeline, number: int) -> int:
    """How many frames piece `number` (from 0) must have."""
    following = [n for _, n in timeline.cuts[number + 1:]] or [timeline.frames]
    return following[0] - timeline.cuts[number][1]


def _piece(targets: Sequence[Target], timeline: Timeline, number: int) -> tuple[tuple[str, ...], float]:
    half = timeline.frame / 2
    begin = timeline.cuts[number][0]
    last = number + 1 == len(timeline.cuts)
    end = timeline.end if last else timeline.cuts[number + 1][0]
    # Both before -i: after it, -t would bind to the first output only. Half a frame early, so that rounding cannot lose or double the first frame;
    # ffmpeg counts -t from the point sought in one place and from the first frame in another: a tenth of a frame less is right for both.
    seek = ("-ss", f"{begin - half:.6f}") if begin > half else ()
    stop = () if last else ("-t", f"{end - begin - timeline.frame / 10:.6f}")
    plans = [t.rendition.video for t in targets if t.rendition.video]
    renditions = [t.rendition for t in targets]
    # Each piece counts from 0; the join puts it where it belongs.
    graph = filters.graph(plans[0].index, renditions, ("setpts=PTS-STARTPTS",), begin)
    argv = [*ladder.opening(), *SAFE_INPUT, *seek, *stop, "-i", "file:${source}", *ladder.mark_inputs(renditions), "-filter_complex", graph]
    for n, target in enumerate(targets):
        argv += ["-map", f"[v{n}]", *video_args(plans[n])]
        argv += ["-fps_mode", "passthrough"]  # every frame at its own time: the joined pieces must have as many frames as the source
        argv += _key_frames(target.rendition, begin, end)
        argv += ["-video_track_timescale", str(timescale(timeline, plans[n].rate))]  # one clock for all pieces, or the join would round
        argv += ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-f", "mp4", f"file:${{out}}/{target.stem}.mp4"]
    return tuple(argv), end - begin


def _key_frames(rendition: Rendition, begin: float, end: float) -> tuple[str, ...]:
    """The boundaries of segments that fall into a piece, where they would be in an uncut encode, relative to the piece."""
    if rendition.format != "m3u8":
        return ()
    first = math.ceil((begin - rendition.origin) / rendition.segment)
    count = math.ceil((end - rendition.origin) / rendition.segment)
    times = [rendition.origin + n * rendition.segment - begin - EPSILON for n in range(first, count)]
    inside = [f"{t:.6f}" for t in times if t > 0]
    return ("-force_key_frames", ",".join(inside)) if inside else ()


def timescale(timeline: Timeline, rate: Fraction) -> int:
    """Ticks per second in which the frames' times are whole numbers: a multiple of a steady rate, else the 90000 of broadcasting."""
    if not timeline.steady or not rate or abs(timeline.frame * float(rate) - 1) > 0.001:
        return 90_000
    return rate.numerator * max(1, math.ceil(10_000 / rate.numerator))


def sound_stems(targets: Sequence[Target]) -> dict[AudioPlan, str]:
    """File name (without .mp4) of each distinct audio of the targets that have video too: encoded once, whole; at the cuts it would click."""
    plans = dict.fromkeys(t.rendition.audio for t in targets if t.rendition.video and t.rendition.audio)
    return {plan: f"a{n}" for n, plan in enumerate(plans) if plan}


def sound_task(targets: Sequence[Target], jobs: Mapping[str, Sequence[str]], prefix: str, info: MediaInfo) -> Task | None:
    """The task `PREFIXaudio`: every audio of the batch from one decode; outputs without video are final. None when there is no audio."""
    shared = sound_stems(targets)
    alone = [t for t in targets if not t.rendition.video]
    made = [Target(stem, Rendition("mp4", None, plan)) for plan, stem in shared.items()] + alone
    if not made:
        return None
    served = tuple(job for t in targets if t.rendition.audio for job in jobs[t.stem])
    return Task(f"{prefix}audio", "heavy", (Command(ladder.command(made, info), seconds=info.duration),), expect=tuple(t.entry for t in made), jobs=served)


def stitch_task(target: Target, jobs: Sequence[str], sound: str, timeline: Timeline, prefix: str) -> Task:
    """The task `PREFIXjoin-STEM`: pieces (and the audio `sound` of the audio task, "" for none) into the final container, by copying."""
    lines = ["ffconcat version 1.0"]
    for number, (begin, _) in enumerate(timeline.cuts):
        end = timeline.cuts[number + 1][0] if number + 1 < len(timeline.cuts) else timeline.end
        # The duration says where the next piece begins; what the file itself says may differ by a tick.
        lines += [f"file '${{{prefix}p{number + 1}}}/{target.stem}.mp4'", f"duration {end - begin:.6f}"]
    late = ("-itsoffset", f"{timeline.first:.6f}") if timeline.first > EPSILON else ()  # pieces count from the first frame, audio from the file's start
    # -copyts: sound that begins late in the file must not be moved to the beginning
    argv = [*ladder.opening(), "-copyts", *late, "-f", "concat", "-safe", "0", "-i", "file:${out}/pieces.txt"]  # -safe 0: the list names folders elsewhere
    argv += ["-i", f"file:${{{prefix}audio}}/{sound}.mp4", "-map", "0:v:0", "-map", "1:a:0"] if sound else ["-map", "0:v:0"]
    argv += ["-c", "copy", *ladder.muxer(replace(target, rendition=_heard(target.rendition, sound)))]
    command = Command(tuple(argv), seconds=timeline.end - timeline.first)
    return Task(f"{prefix}join-{target.stem}", "light", (command,), files={"pieces.txt": "\n".join(lines) + "\n"}, expect=(target.entry,),
                drop=("pieces.txt",), jobs=tuple(jobs))


def _heard(rendition: Rendition, sound: str) -> Rendition:
    return rendition if sound else replace(rendition, audio=None)
