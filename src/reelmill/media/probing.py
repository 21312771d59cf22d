"""Probes: a spot of the source is encoded at several sizes and qualities, and compared with itself. Pure.

The pictures that are compared with are kept without loss as they go into the encoder at the source's size, so that both
sides have the same frames and the same filters behind them.
"""

import csv
import io as text_io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import filters, ladder, source
from reelmill.media.codecs import video_args
from reelmill.media.fitting import POINTS, Probe
from reelmill.media.plans import Rendition, VideoPlan
from reelmill.media.probe import OWN_INPUT
from reelmill.media.quality import EVERY
from reelmill.media.smart import Size
from reelmill.media.spots import Spot

SIZES, SCORES, PACKETS = "sizes.txt", "scores.csv", "packets.txt"
_EXACT = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0")
_KEY_SECONDS = 10.0  # between key frames of outputs, where no scene ends


@dataclass(frozen=True, slots=True)
class Probed:
    """What is encoded of each spot of a source: the picture at its own size, and a plan for each size and quality."""

    info: MediaInfo
    whole: VideoPlan
    plans: tuple[tuple[Size, float, VideoPlan], ...]


def packets_task(info: MediaInfo, jobs: tuple[str, ...]) -> Task:
    """Lists the sizes of the packets of the picture; nothing is decoded."""
    argv = ("-v", "error", *source.SAFE_INPUT, "-select_streams", str(info.video[0].index))
    argv += ("-show_entries", "packet=size", "-of", "csv=p=0", "-o", PACKETS, "file:${source}")
    return Task("packets", "light", (Command(argv, tool="ffprobe"),), expect=(PACKETS,), jobs=jobs)


def task(number: int, spot: Spot, probed: Probed, timeline: Timeline, jobs: tuple[str, ...]) -> Task:
    """Encodes one spot, and compares."""
    files = [f"{n}.mkv" for n in range(len(probed.plans))]
    commands = (
        Command(_encode(spot, probed, timeline, files), seconds=spot.seconds),
        Command(_collect(len(files))),
        Command(_compare(probed, files), seconds=spot.seconds * len(files)),
    )
    left = ("whole.mkv", *files, *(_listed(n) for n in range(len(files))))
    return Task(f"spot-{number}", "heavy", commands, expect=(SIZES, SCORES), drop=left, jobs=jobs)


def _encode(spot: Spot, probed: Probed, timeline: Timeline, files: Sequence[str]) -> tuple[str, ...]:
    half = timeline.frame / 2
    sought = spot.start > timeline.first + half
    seek = (*source.WHOLE_PICTURES, "-ss", f"{spot.start - half:.6f}") if sought else ()
    plans = [replace(plan, stands=()) for plan in (probed.whole, *(plan for _, _, plan in probed.plans))]
    renditions = [Rendition("mkv", plan, None) for plan in plans]
    graph = filters.graph(plans[0].index, renditions, ("setpts=PTS-STARTPTS",), spot.start)
    stop = ("-t", f"{spot.seconds + (0 if sought else timeline.first):.6f}")
    argv = [*ladder.opening(), *source.filtered(probed.info, timeline), *seek, *stop, "-i", "file:${source}"]
    argv += ["-filter_complex", graph]
    for n, (plan, file) in enumerate(zip(plans, ("whole.mkv", *files), strict=True)):
        argv += ["-map", f"[v{n}]", *(video_args(plan) if n else _EXACT), "-fps_mode", "passthrough"]
        argv += ["-stats_enc_post:v", _listed(n - 1), "-stats_enc_post_fmt:v", "{fidx} {size}"] if n else []
        argv += ["-f", "matroska", f"file:${{out}}/{file}"]
    return tuple(argv)


def _listed(number: int) -> str:
    return f"sizes-{number}.txt"


def _collect(count: int) -> tuple[str, ...]:
    """One list of what each output wrote down for itself: encoders that write into one file at once spoil it."""
    lists = "|".join(_listed(n) for n in range(count))
    argv = (
        "-v",
        "error",
        "-nostdin",
        "-y",
        "-protocol_whitelist",
        "file,concat",
        "-f",
        "data",
        "-i",
        f"concat:{lists}",
    )
    return (*argv, "-map", "0", "-c", "copy", "-f", "data", "file:${out}/" + SIZES)


def _compare(probed: Probed, files: Sequence[str]) -> tuple[str, ...]:
    """All encodes one after the other, against as many copies of the whole: one list of scores."""
    argv = ["-hide_banner", "-nostdin", "-v", "error"]
    for file in (*files, "whole.mkv"):
        argv += [*OWN_INPUT, "-i", f"file:${{out}}/{file}"]
    count, whole = len(files), probed.whole
    same = f"scale={whole.width}:{whole.height}:flags=bicubic,setsar=1,format=yuv420p,settb=1/1000,setpts=N*40"
    parts = [f"[{n}:v]{same}[e{n}]" for n in range(count)]
    parts += [f"[{count}:v]{same},split={count}{''.join(f'[w{n}]' for n in range(count))}"] if count > 1 else []
    parts += [f"{''.join(f'[e{n}]' for n in range(count))}concat=n={count},setpts=N*40[made]"] if count > 1 else []
    parts += [f"{''.join(f'[w{n}]' for n in range(count))}concat=n={count},setpts=N*40[whole]"] if count > 1 else []
    vmaf = f"libvmaf=n_subsample={EVERY}:n_threads=2:shortest=1:log_fmt=csv:log_path={SCORES}"
    return (*argv, "-lavfi", ";".join((*parts, f"[made][whole]{vmaf}")), "-f", "null", "-")


def read(spot: Spot, probed: Probed, sizes: str, scores: str, film_seconds: float) -> list[tuple[Size, Probe]] | None:
    """What the probes of a spot gave; None when the spot has no pictures. `film_seconds`: length of the film."""
    frames: list[list[int]] = [[] for _ in probed.plans]
    for line in sizes.splitlines():
        output, _, bytes_ = line.partition(" ")
        if output.isdigit() and bytes_.isdigit() and 1 <= int(output) <= len(frames):
            frames[int(output) - 1].append(int(bytes_))
    found = _scores(scores)
    made, begin = list[tuple[Size, Probe]](), 0
    for (size, crf, _), packets in zip(probed.plans, frames, strict=True):
        seen = [score for frame, score in found if begin <= frame < begin + len(packets)]
        begin += len(packets)
        if not packets or not seen:
            return None
        made.append((size, Probe(crf, _rate(packets, spot.seconds, film_seconds), sum(seen) / len(seen))))
    return made


def _rate(frames: Sequence[int], seconds: float, film_seconds: float) -> float:
    """Kbit/s. A spot begins with a key frame of its own, the film has one every few seconds: it counts for its part,
    and for the rest as the other pictures."""
    others = frames[1:]
    if not others:
        return frames[0] * 8 / 1000 / seconds
    part = min(1.0, seconds / min(_KEY_SECONDS, film_seconds))
    first = part * frames[0] + (1 - part) * sum(others) / len(others)
    return (first + sum(others)) * 8 / 1000 / seconds


def _scores(text: str) -> list[tuple[int, float]]:
    """(number of the picture, VMAF) of libvmaf's list."""
    rows: list[dict[str, Any]] = list(csv.DictReader(text_io.StringIO(text)))
    return [(int(row["Frame"]), float(row["vmaf"])) for row in rows if row.get("vmaf")]


def points(plans: Sequence[tuple[Size, VideoPlan]]) -> tuple[tuple[Size, float, VideoPlan], ...]:
    """Each size at each quality that is probed."""
    return tuple((size, crf, replace(plan, crf=f"{crf:g}", bitrate=0)) for size, plan in plans for crf in POINTS)
