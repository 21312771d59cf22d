"""Probes: a spot of the source is encoded at several sizes and qualities, and compared with itself. Pure.

The pictures that are compared with are kept without loss as they go into the encoder at the source's size, so that both
sides have the same frames and the same filters behind them. Of what is compared every few pictures one is scored; VMAF
asks of the others only how far a picture moves from the one beside it, and takes the lesser of both sides: so pairs are
enough, whichever of the two is scored, and all between are left out.
"""

import csv
import io as text_io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core.model import Command, MediaInfo, Task, Timeline, VideoStream
from reelmill.media import filters, ladder, source
from reelmill.media.codecs import video_args
from reelmill.media.fitting import Probe
from reelmill.media.plans import Rendition, VideoPlan
from reelmill.media.probe import OWN_INPUT
from reelmill.media.smart import Size
from reelmill.media.spots import Spot

SIZES, SCORES, PACKETS = "sizes.txt", "scores.csv", "packets.txt"
_EXACT = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0")
_RAW = ("-c:v", "rawvideo")  # costs a tenth, and fifty times the room
_RAW_MOST = 1920 * 1088  # pictures of three spots take 170 MB then
_QUICK = "ref=1:subme=6:me=dia:trellis=1:partitions=i8x8,i4x4"
"""The encoder with as much foresight as it has in the end, but less search: for half the work it spends 4 % more bits
and leaves 5 % more to a VMAF of 100, in every film within 3 % (measured on four)."""
_SMALL = 768 * 576  # pixels; up to these several threads cost more than they bring
_EVERY, _SLOW, _EVERY_SLOW = 7, 1 / 18, 4  # pictures; with few of them in a second, more of them are compared
_PAIR, _FIRST = 2, 3  # pictures, and the first that is compared: the key frame before it is one that the film has not
_MUXED = ("-fps_mode", "passthrough", "-f", "matroska")
_KEY = 1.1  # of the key frame of a spot: the size of one in the film, which has a longer future to serve
_TINY = 640 * 480  # pixels; up to these a spot costs little beside the way to it
_WAY, _LONGEST_WAY = 900_000, 9.0  # pixels that are encoded in the time of a way; most pictures that it counts as

Plans = tuple[tuple[Size, float, VideoPlan], ...]


@dataclass(frozen=True, slots=True)
class Probed:
    """What is encoded of spots of a source: the picture at its own size, and a plan for each size and quality."""

    info: MediaInfo
    whole: VideoPlan
    sizes: tuple[tuple[Size, VideoPlan], ...]
    plans: Plans = ()

    def at(self, qualities: Mapping[Size, Sequence[float]]) -> "Probed":
        """With these constant qualities of each size."""
        plans = ((size, crf, plan) for size, plan in self.sizes for crf in qualities[size])
        return replace(self, plans=tuple((size, crf, replace(p, crf=f"{crf:g}", bitrate=0)) for size, crf, p in plans))


def begin(video: VideoStream) -> float:
    """How many pictures cost what it costs to start a process and to come to a spot; of larger pictures it is none."""
    pixels = video.width * video.height
    return min(_LONGEST_WAY, _WAY / pixels) if 0 < pixels <= _TINY else 0.0


def packets_task(info: MediaInfo, jobs: tuple[str, ...]) -> Task:
    """Lists the sizes of the packets of the picture; nothing is decoded."""
    argv = ("-v", "error", *source.SAFE_INPUT, "-select_streams", str(info.video[0].index))
    argv += ("-show_entries", "packet=size,flags", "-of", "csv=p=0", "-o", PACKETS, "file:${source}")
    return Task("packets", "light", (Command(argv, tool="ffprobe"),), expect=(PACKETS,), jobs=jobs)


def task(name: str, spots: Sequence[Spot], probed: Probed, timeline: Timeline, jobs: tuple[str, ...]) -> Task:
    """Encodes some spots, one after the other, and compares them all at once."""
    count = len(probed.plans)
    made = [_Files(f"whole-{n}.mkv", tuple(range(n * count, (n + 1) * count))) for n in range(len(spots))]
    commands = [
        Command(_encode(spot, probed, timeline, files), seconds=spot.seconds)
        for spot, files in zip(spots, made, strict=True)
    ]
    commands.append(
        Command(
            _compare(probed, made, _Pairs.of(probed, timeline)), seconds=sum(spot.seconds for spot in spots) * count
        )
    )
    outputs = [n for files in made for n in files.outputs]
    left = (*(files.whole for files in made), *map(_encoded, outputs), *map(_listed, outputs))
    return Task(name, "heavy", tuple(commands), expect=(SIZES, SCORES), drop=left, jobs=jobs)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which pictures of a spot are compared: two of `every` so many, from number `first` on."""

    every: int
    first: int

    @classmethod
    def of(cls, probed: Probed, timeline: Timeline) -> "_Pairs":
        """Where pictures come unevenly, a spot may have very few: they are compared from the beginning."""
        every = _EVERY if timeline.frame < _SLOW else _EVERY_SLOW
        return cls(every, _FIRST if probed.whole.steady else 0)

    @property
    def filter(self) -> str:
        """What lets only these through."""
        return f"select='gte(n,{self.first})*lt(mod(n-{self.first},{self.every}),{_PAIR})'"

    def among(self, pictures: int) -> int:
        """How many of so many pictures they are."""
        return sum((n - self.first) % self.every < _PAIR for n in range(self.first, pictures))


@dataclass(frozen=True, slots=True)
class _Files:
    """Of one spot: the file with its whole pictures, and the numbers of its encodes."""

    whole: str
    outputs: tuple[int, ...]


def _encode(spot: Spot, probed: Probed, timeline: Timeline, files: _Files) -> tuple[str, ...]:
    half = timeline.frame / 2
    sought = spot.start > timeline.first + half
    seek = (*source.WHOLE_PICTURES, "-ss", f"{spot.start - half:.6f}") if sought else ()
    plans = [replace(plan, stands=()) for plan in (probed.whole, *(plan for _, _, plan in probed.plans))]
    renditions = [Rendition("mkv", plan, None) for plan in plans]
    graph = filters.graph(plans[0].index, renditions, ("setpts=PTS-STARTPTS",), spot.start)
    graph += f";[v0]{_Pairs.of(probed, timeline).filter}[whole]"
    stop = ("-t", f"{spot.seconds + (0 if sought else timeline.first):.6f}")
    pixels = probed.whole.width * probed.whole.height
    alone = ("-threads:v", "1") if pixels <= _SMALL else ()
    argv = [*ladder.opening(), *source.filtered(probed.info, timeline), *alone, *seek, *stop, "-i", "file:${source}"]
    exact = _RAW if pixels <= _RAW_MOST else _EXACT
    argv += ["-filter_complex", graph, "-map", "[whole]", *exact, *_MUXED, f"file:${{out}}/{files.whole}"]
    for n, (plan, output) in enumerate(zip(plans[1:], files.outputs, strict=True), 1):
        argv += ["-map", f"[v{n}]", *video_args(plan), *alone, "-x264-params", _QUICK]
        argv += ["-stats_enc_post:v", _listed(output), "-stats_enc_post_fmt:v", f"{output} {{size}}"]
        argv += [*_MUXED, f"file:${{out}}/{_encoded(output)}"]
    return tuple(argv)


def _encoded(number: int) -> str:
    return f"{number}.mkv"


def _listed(number: int) -> str:
    return f"sizes-{number}.txt"


def _compare(probed: Probed, made: Sequence[_Files], pairs: _Pairs) -> tuple[str, ...]:
    """All encodes one after the other, against as many copies of the whole: one list of scores. And one list of what
    each encoder wrote down for itself: those that write into one file at once spoil it."""
    argv = [*ladder.opening()]
    outputs = [n for files in made for n in files.outputs]
    for file in (*map(_encoded, outputs), *(files.whole for files in made)):
        argv += [*OWN_INPUT, "-i", f"file:${{out}}/{file}"]
    argv += ["-protocol_whitelist", "file,concat", "-f", "data", "-i", f"concat:{'|'.join(map(_listed, outputs))}"]
    count, whole = len(outputs), probed.whole
    same = "setsar=1,format=yuv420p,settb=1/1000,setpts=N*40"
    fit = f"scale={whole.width}:{whole.height}:flags=bicubic"  # and into the matrix of what it is compared with
    parts = [f"[{n}:v]{pairs.filter},{fit},{same}[e{n}]" for n in range(count)]
    for n, files in enumerate(made):
        copies = "".join(f"[w{output}]" for output in files.outputs)
        parts.append(f"[{count + n}:v]{same},split={len(files.outputs)}{copies}")
    for letter, name in (("e", "made"), ("w", "whole")):
        line = "".join(f"[{letter}{n}]" for n in range(count))
        parts.append(f"{line}concat=n={count},setpts=N*40[{name}]")
    vmaf = f"libvmaf=n_subsample={_PAIR}:n_threads=2:shortest=1:log_fmt=csv:log_path={SCORES}"
    argv += ["-lavfi", ";".join((*parts, f"[made][whole]{vmaf}")), "-f", "null", "-"]
    return (*argv, "-map", str(count + len(made)), "-c", "copy", "-f", "data", "file:${out}/" + SIZES)


def read(
    spots: Sequence[Spot], probed: Probed, sizes: str, scores: str, timeline: Timeline
) -> list[list[tuple[Size, Probe]]] | None:
    """What the probes of each spot gave; None when one has no pictures."""
    count, pairs = len(probed.plans), _Pairs.of(probed, timeline)
    frames: list[list[int]] = [[] for _ in range(len(spots) * count)]
    for line in sizes.splitlines():
        output, _, bytes_ = line.partition(" ")
        if output.isdigit() and bytes_.isdigit() and int(output) < len(frames):
            frames[int(output)].append(int(bytes_))
    found = _scores(scores)
    made, begin = list[Probe](), 0
    for n, packets in enumerate(frames):
        compared = pairs.among(len(packets))
        seen = [score for frame, score in found if begin <= frame < begin + compared]
        begin += compared
        if not packets or not seen:
            return None
        rate = _rate(packets, spots[n // count])
        made.append(Probe(probed.plans[n % count][1], rate, sum(seen) / len(seen)))
    of = [size for size, _, _ in probed.plans]
    return [list(zip(of, made[n * count : (n + 1) * count], strict=True)) for n in range(len(spots))]


def _rate(frames: Sequence[int], spot: Spot) -> float:
    """Kbit/s. A spot begins with a key frame of its own, the film has them where its scenes begin: they are counted by
    themselves, as many as a stretch of the film of this length has, and those that are in the spot are not."""
    others = sorted(frames[1:])[: max(1, len(frames) - 1 - spot.cuts)]
    if spot.whole or not others:
        return sum(frames) * 8 / 1000 / spot.seconds
    keys = spot.keys * spot.seconds
    return (keys * _KEY * frames[0] + (len(frames) - keys) * sum(others) / len(others)) * 8 / 1000 / spot.seconds


def _scores(text: str) -> list[tuple[int, float]]:
    """(number of the picture, VMAF) of libvmaf's list."""
    rows: list[dict[str, Any]] = list(csv.DictReader(text_io.StringIO(text)))
    return [(int(row["Frame"]), float(row["vmaf"])) for row in rows if row.get("vmaf")]
