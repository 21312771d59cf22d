"""Where a source may be cut into pieces, and the commands that encode the pieces and join them without a lost frame.
Pure.

A piece is a span of the source's timeline that one process encodes into every rendition of a batch. Pieces begin at
real times of frames that were read from the source, never at computed ones: with a varying frame rate a computed time
falls between frames or on two of them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reelmill.core.errors import UserText
from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import filters, hls, ladder, source, standing, two_passes
from reelmill.media.codecs import VIDEO, video_args
from reelmill.media.containers import Target, segmented
from reelmill.media.plans import AudioPlan, Rendition, VideoPlan
from reelmill.media.source import EPSILON
from reelmill.media.subtitles.burning import Pictures

_NEAR_ZERO = 0.5  # seconds; a video that begins later in the file is not cut
_NOT_IN_MP4 = ("VORBIS", "FLAC")  # its muxer takes the one not at all, the other not everywhere
_INDEXED = ("mov", "matroska")  # containers whose index leads to any frame exactly


def may_cut(renditions: Sequence[Rendition], info: MediaInfo, timeline: Timeline | None) -> bool:
    """Whether a batch may be encoded in pieces: every picture of the source goes into every rendition at its own time,
    and can be sought exactly."""
    return timeline is not None and len(timeline.cuts) > 1 and not why_whole(renditions, info, timeline)


def why_whole(renditions: Sequence[Rendition], info: MediaInfo, timeline: Timeline) -> UserText:
    """Why a film that is long enough is not cut, "" when it may be."""
    plans = [r.video for r in renditions if r.video]
    if not plans or any(p.copy for p in plans):
        return "Nothing but sound is encoded: that is never cut."
    if not any(name in info.format_name for name in _INDEXED):
        return f"Not cut into pieces: a source in the container {info.format_name} cannot be entered exactly."
    if not timeline.seekable:
        return "Not cut into pieces: what the source marks as key frames are none."
    if not 0 <= timeline.first < _NEAR_ZERO:
        return "Not cut into pieces: the source's picture begins late."
    if any(mark.moving for r in renditions for mark in r.watermarks):
        return "Not cut into pieces: a moving watermark goes on through all of it."
    if any(isinstance(text, Pictures) for r in renditions for text in r.texts):
        return "Not cut into pieces: subtitles that are pictures come through all of it."
    if any(p.mode == "CBR" for p in plans):
        return "Not cut into pieces: a constant rate goes through all of it."
    if any(VIDEO[p.codec].statistics == "whole" and VIDEO[p.codec].twice(p) for p in plans):
        return "Not cut into pieces: the statistics of its two passes are of all of it."
    if not all(VIDEO[p.codec].in_pieces for p in plans):
        return "Not cut into pieces: the pictures of an animation belong together."
    if any(p.fps is not None for p in plans):
        return "Not cut into pieces: its frame rate is converted."
    if not all(a >= timeline.end for p in plans for a, _ in p.stands):
        return "Not cut into pieces: pictures that stand for seconds are repeated."
    return ""


def piece_tasks(
    targets: Sequence[Target],
    jobs: Mapping[str, Sequence[str]],
    info: MediaInfo,
    timeline: Timeline,
    prefix: str,
    rates: two_passes.Rates,
) -> list[Task]:
    """One task per piece, `PREFIXp1`...: each makes `STEM.mp4` (video only) of every target that has video. `jobs` are
    the job ids by stem; `rates` of targets that were looked at before (media.two_passes)."""
    pictured = [t for t in targets if t.rendition.video]
    tasks = []
    for number in range(len(timeline.cuts)):
        made = [two_passes.second(t, rates, number, _look(prefix, number)) for t in pictured]
        tasks.append(_task(f"{prefix}p{number + 1}", made, jobs, info, timeline, number))
    return tasks


def look_tasks(
    targets: Sequence[Target], jobs: Mapping[str, Sequence[str]], info: MediaInfo, timeline: Timeline, prefix: str
) -> list[Task]:
    """One task per piece, `PREFIXlook-p1`...: the first pass of every target that is encoded twice, which leaves
    statistics alone."""
    twice = [two_passes.first(t) for t in two_passes.wanted(targets)]
    return [
        _task(_look(prefix, number), twice, jobs, info, timeline, number)
        for number in range(len(timeline.cuts) if twice else 0)
    ]


def _look(prefix: str, number: int) -> str:
    return f"{prefix}look-p{number + 1}"


def _task(
    name: str,
    targets: Sequence[Target],
    jobs: Mapping[str, Sequence[str]],
    info: MediaInfo,
    timeline: Timeline,
    number: int,
) -> Task:
    """One piece of some targets."""
    argv, seconds = _piece(targets, info, timeline, number)
    plans = [(t, t.rendition.video) for t in targets]
    files = tuple(two_passes.log(t) if plan and plan.number == 1 else f"{t.stem}.mp4" for t, plan in plans)
    served = tuple(job for t in targets for job in jobs[t.stem])
    return Task(name, "heavy", (Command(argv, seconds=seconds),), expect=files, jobs=served)


def frames_of(timeline: Timeline, number: int, rendition: Rendition) -> int:
    """How many frames piece `number` (from 0) of a rendition must have; the last one is filled up to the end of the
    film."""
    begin, first = timeline.cuts[number]
    if number + 1 < len(timeline.cuts):
        return timeline.cuts[number + 1][1] - first
    filled = _within(rendition, begin, last=True).video
    return timeline.frames - first + (standing.count(filled.stands, filled.origin) if filled else 0)


def _piece(
    targets: Sequence[Target], info: MediaInfo, timeline: Timeline, number: int
) -> tuple[tuple[str, ...], float]:
    half = timeline.frame / 2
    begin = timeline.cuts[number][0]
    last = number + 1 == len(timeline.cuts)
    end = timeline.end if last else timeline.cuts[number + 1][0]
    # Both before -i: after it, -t would bind to the first output only. Half a frame early, so that rounding cannot lose
    # or double the first frame; ffmpeg counts -t from the point sought in one place and from the first frame in
    # another: a tenth of a frame less is right for both.
    seek = ("-ss", f"{begin - half:.6f}") if begin > half else ()
    stop = () if last else ("-t", f"{end - begin - timeline.frame / 10:.6f}")
    targets = [replace(t, rendition=_within(t.rendition, begin, last)) for t in targets]
    plans = [t.rendition.video for t in targets if t.rendition.video]
    renditions = [t.rendition for t in targets]
    # Each piece counts from 0; the join puts it where it belongs.
    graph = filters.graph(plans[0].index, renditions, ("setpts=PTS-STARTPTS",), begin)
    argv = [
        *ladder.opening(),
        *source.filtered(info, timeline),
        *(source.WHOLE_PICTURES if seek else ()),
        *seek,
        *stop,
        "-i",
        "file:${source}",
        *ladder.mark_inputs(renditions),
        "-filter_complex",
        graph,
    ]
    for n, target in enumerate(targets):
        keys = _key_frames(target.rendition, begin, max(end, plans[n].end) if last else end)
        argv += _piece_output(n, target.stem, plans[n], keys, timescale(timeline, plans[n]))
    return tuple(argv), end - begin


def _piece_output(number: int, stem: str, plan: VideoPlan, key_frames: Sequence[str], ticks: int) -> list[str]:
    """The arguments of one file of a piece: the picture alone, for the join; of a first pass nothing is kept."""
    # every frame at its own time: the joined pieces must have as many frames as the source
    own_times = ("-fps_mode", "passthrough")
    one_clock = ("-video_track_timescale", str(ticks))  # for all pieces, or the join would round
    nothing_else = ("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")
    file = ("-f", "null", "-") if plan.number == 1 else ("-f", "mp4", f"file:${{out}}/{stem}.mp4")
    return ["-map", f"[v{number}]", *video_args(plan), *own_times, *key_frames, *one_clock, *nothing_else, *file]


def _within(rendition: Rendition, begin: float, last: bool) -> Rendition:
    """A rendition as a piece makes it: only the last one is filled up to the end of the film, on its own clock (so that
    the grid begins before the piece)."""
    assert rendition.video is not None
    stands = tuple((a - begin, b - begin) for a, b in rendition.video.stands) if last else ()
    return replace(
        rendition, video=replace(rendition.video, stands=stands, origin=(rendition.video.origin - begin) % 1 - 1)
    )


def _key_frames(rendition: Rendition, begin: float, end: float) -> tuple[str, ...]:
    """The boundaries of segments that fall into a piece, where they would be in an uncut encode, relative to the
    piece."""
    if not segmented(rendition):
        return ()
    if rendition.cuts and rendition.video:
        whole = hls.boundaries(rendition, max(rendition.video.end, end) - rendition.origin)
        within = [t + rendition.origin - begin - EPSILON for t in whole if begin < t + rendition.origin < end]
        return ("-force_key_frames", ",".join(f"{t:.6f}" for t in within if t > 0)) if within else ()
    first = math.ceil((begin - rendition.origin) / rendition.segment)
    count = math.ceil((end - rendition.origin) / rendition.segment)
    times = [rendition.origin + n * rendition.segment - begin - EPSILON for n in range(first, count)]
    inside = [f"{t:.6f}" for t in times if t > 0]
    return ("-force_key_frames", ",".join(inside)) if inside else ()


def timescale(timeline: Timeline, plan: VideoPlan) -> int:
    """Ticks per second in which the frames' times are whole numbers: a multiple of a steady rate, else the 90000 of
    broadcasting."""
    if not plan.steady or not plan.rate or abs(timeline.frame * float(plan.rate) - 1) > 0.001:
        return 90_000
    return plan.rate.numerator * max(1, math.ceil(10_000 / plan.rate.numerator))


def sound_files(targets: Sequence[Target]) -> dict[AudioPlan, str]:
    """File of each distinct audio of the targets that have video too: encoded once, whole; at the cuts it would
    click."""
    plans = dict.fromkeys(t.rendition.audio for t in targets if t.rendition.video and t.rendition.audio)
    return {plan: f"a{n}.{'mkv' if plan.codec in _NOT_IN_MP4 else 'mp4'}" for n, plan in enumerate(plans) if plan}


def sound_task(
    targets: Sequence[Target], jobs: Mapping[str, Sequence[str]], prefix: str, info: MediaInfo, timeline: Timeline
) -> Task | None:
    """The task `PREFIXaudio`: every audio of the batch from one decode; outputs without video are final. None when
    there is no audio."""
    shared = sound_files(targets)
    alone = [t for t in targets if not t.rendition.video]
    beside = [
        Target(file.rpartition(".")[0], Rendition(file.rpartition(".")[2], None, plan)) for plan, file in shared.items()
    ]
    made = beside + alone
    if not made:
        return None
    served = tuple(job for t in targets if t.rendition.audio for job in jobs[t.stem])
    return Task(
        f"{prefix}audio",
        "heavy",
        ladder.commands(made, info, timeline),
        expect=tuple(t.entry for t in made),
        drop=ladder.made_on_the_way(made),
        jobs=served,
    )


def stitch_task(target: Target, jobs: Sequence[str], sound: str, timeline: Timeline, prefix: str) -> Task:
    """The task `PREFIXjoin-STEM`: pieces (and the file `sound` of the audio task, "" for none) into the final
    container, by copying."""
    lines = ["ffconcat version 1.0"]
    for number, (begin, _) in enumerate(timeline.cuts):
        end = timeline.cuts[number + 1][0] if number + 1 < len(timeline.cuts) else timeline.end
        # The duration says where the next piece begins; what the file itself says may differ by a tick.
        lines += [f"file '${{{prefix}p{number + 1}}}/{target.stem}.mp4'", f"duration {end - begin:.6f}"]
    # pieces count from the first frame, audio from the file's start
    late = ("-itsoffset", f"{timeline.first:.6f}") if timeline.first > EPSILON else ()
    # -copyts: sound that begins late in the file must not be moved to the beginning
    argv = [
        *ladder.opening(),
        "-copyts",
        *late,
        "-f",
        "concat",
        "-safe",
        "0",
        "-i",
        "file:${out}/pieces.txt",
    ]  # -safe 0: the list names folders elsewhere
    argv += ["-i", f"file:${{{prefix}audio}}/{sound}", "-map", "0:v:0", "-map", "1:a:0"] if sound else ["-map", "0:v:0"]
    argv += ["-c", "copy", *ladder.muxer(replace(target, rendition=_heard(target.rendition, sound)))]
    command = Command(tuple(argv), seconds=timeline.end - timeline.first)
    return Task(
        f"{prefix}join-{target.stem}",
        "light",
        (command,),
        files={"pieces.txt": "\n".join(lines) + "\n"} | ladder.folders([target]),
        expect=(target.entry,),
        drop=("pieces.txt", *ladder.folders([target])),
        jobs=tuple(jobs),
    )


def _heard(rendition: Rendition, sound: str) -> Rendition:
    return rendition if sound else replace(rendition, audio=None)
