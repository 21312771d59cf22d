"""Segmented outputs: what is told of their streams, and the playlists or manifests that lead to them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reelmill.core.segmented import Segmented
from reelmill.media import dash, hls
from reelmill.media.containers import CONTAINERS, Target, without_extension
from reelmill.media.plans import Rendition

PLAYLIST, FRAMES = "list", "frames"  # what they are called in the folder of the task that writes them


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of an output: where its files lie, what is in them.

    task, files   its segments, in order; `init` the file that players need before them, "" for none
    kind          "video" or "audio"; both in one file: "video"
    lengths       seconds of each segment
    facts         what manifests tell of it (media.result.described)
    """

    task: str
    files: tuple[str, ...]
    init: str
    kind: str
    segments: Segmented
    lengths: tuple[Fraction, ...]
    facts: Mapping[str, Any]

    @property
    def mark(self) -> str:
        """What tells its files from those of another stream of the same output."""
        return self.files[0].rpartition("/")[0]


def whole(rendition: Rendition, seconds: float) -> float:
    """How long the stream of a rendition lasts: what the plan says, where it knows it, else what was seen. How long the
    last picture stands is told by no transport stream, nor how much sound its last packet holds."""
    video, audio = rendition.video, rendition.audio
    if video is None and audio is not None and audio.whole:
        return audio.whole
    return seconds if video is None or video.copy or video.fps or not video.end else video.end - rendition.origin


def key(name: str, file: str, mark: str) -> str:
    """The object that a file of a stream becomes, when the output is the object `name`."""
    return "-".join(part for part in (without_extension(name), mark, file.rpartition("/")[2]) if part)


def marks(streams: Sequence[Stream]) -> list[str]:
    """By what the files of several streams of one output are told apart."""
    return [one.kind if len(streams) > 1 else "" for one in streams]


def files_of(target: Target, files: Mapping[str, int]) -> tuple[tuple[str, ...], str]:
    """The segments among the files that a task made, and the file before them."""
    segments = target.container.segments
    assert segments is not None
    return tuple(target.parts(files)), f"{target.stem}/{segments.init}" if segments.init else ""


def described(stream: Stream) -> dict[str, Any]:
    """What a package needs to know of a stream (Outcome.result): rates in bits per second, ticks of its segments."""
    sizes = [one.size for one in stream.segments.segments]
    peak, average = hls.rates(sizes, stream.lengths)
    told = {"peak": peak, "average": average, **dash.line(stream.segments, stream.lengths)}
    pictures = [one.picture for one in stream.segments.segments]
    if all(pictures):
        told["frames"] = dict(zip(("peak", "average"), hls.rates(pictures, stream.lengths), strict=True))
    return told


def frames_key(name: str) -> str:
    """The playlist of the key frames of the stream `name`."""
    return f"{without_extension(name)}-{FRAMES}.{CONTAINERS['m3u8'].name}"


def lists(form: str, name: str, streams: Sequence[Stream], lock: hls.Lock | None = None) -> dict[str, str]:
    """The texts that lead to the segments of the output `name`: the entry, and beside an HLS playlist one of its key
    frames; by PLAYLIST and FRAMES."""
    base = name.rpartition("/")[2]
    if form != "m3u8":
        return {PLAYLIST: dash.alone(base, streams, marks(streams))}
    (one,) = streams
    uris, init = [key(base, file, "") for file in one.files], key(base, one.init, "") if one.init else ""
    texts = {PLAYLIST: hls.media(uris, one.lengths, init, lock)}
    pictures = [segment.picture for segment in one.segments.segments]
    return texts | ({FRAMES: hls.i_frames(uris, one.lengths, pictures, init, lock)} if all(pictures) else {})
