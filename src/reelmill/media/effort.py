"""How much work a source declares, and how much of it is in proportion to what it holds. Pure.

A file of a few kilobytes can ask for hours: pictures that stand for days and are to be shown sixty times a second, a
hole in the sound that is to be filled with silence, a list of millions of empty packets. Real films are far below these
bounds, however still they stand.
"""

from collections.abc import Mapping
from typing import Any

from reelmill.core.errors import Failure, MediaError, UserText
from reelmill.core.model import MediaInfo, Timeline
from reelmill.media import codecs
from reelmill.media.containers import segmented
from reelmill.media.plans import Rendition

FREE_FRAMES, FRAMES_PER_FRAME = (
    2_000_000,
    200,
)  # 22 hours at 25 a second; each picture of the source may be shown so often on average
FREE_SEGMENTS, SEGMENTS_PER_FRAME = 20_000, 0.1
MOST_SILENCE = 300.0  # seconds of a hole in the sound; ffmpeg fills it in memory, 1.6 MB for each second
FREE_PACKETS, BYTES_PER_PACKET = 100_000, 8
_LEAST_BITS = 160.0  # per second, of sound with silence encoded as silence, in any container
_WALL_FREE, _WALL_FACTOR = 3600.0, 600.0


def wall_seconds(expected: float) -> float:
    """How long a command may take that goes through so many seconds of media. Far above what the slowest preset takes:
    this ends what would never end."""
    return _WALL_FREE + _WALL_FACTOR * max(0.0, expected)


def too_many_packets(raw: Mapping[str, Any], packets: int = 0) -> Failure | None:
    """Whether a source has, or says to have, more pictures than its bytes can hold. `raw` is ffprobe's JSON, `packets`
    how many were counted."""
    told = [
        int(s["nb_frames"])
        for s in raw.get("streams", ())
        if s.get("codec_type") == "video" and str(s.get("nb_frames", "")).isdigit()
    ]
    size = int(raw["format"]["size"]) if str(raw.get("format", {}).get("size", "")).isdigit() else 0
    count = max([packets, *told])
    if count > FREE_PACKETS + size // BYTES_PER_PACKET:
        return _out_of_proportion(f"it lists {count} pictures in {size} bytes")
    return None


def check(rendition: Rendition, info: MediaInfo, timeline: Timeline | None) -> None:
    """MediaError when an output asks for more work than the source is worth."""
    seconds = timeline.end if timeline else info.duration
    frames = timeline.frames if timeline else 0
    if (
        failure := too_many_packets(info.raw, frames)
        or _sound(rendition, info, seconds)
        or _pictures(rendition, seconds, frames)
    ):
        raise MediaError(failure)


def _pictures(rendition: Rendition, seconds: float, frames: int) -> Failure | None:
    video = rendition.video
    if (
        video
        and not video.copy
        and video.fps
        and (wanted := int(seconds * video.fps)) > FREE_FRAMES + FRAMES_PER_FRAME * frames
    ):
        return _out_of_proportion(f"{frames} pictures would have to become {wanted}")
    if (
        segmented(rendition)
        and rendition.segment
        and (pieces := int(seconds / rendition.segment)) > FREE_SEGMENTS + SEGMENTS_PER_FRAME * frames
    ):
        return _out_of_proportion(f"{frames} pictures would have to become {pieces} segments")
    return None


def _sound(rendition: Rendition, info: MediaInfo, seconds: float) -> Failure | None:
    """A hole that would have to be filled: in front of the sound or between its packets; where these were not read, by
    their number if the container counts them, else by a rate that no sound has."""
    if rendition.audio is None or rendition.audio.copy:
        return None
    for stream in info.raw.get("streams", ()):
        if stream.get("index") != rendition.audio.index:  # a hole in a track that nobody hears is not filled
            continue
        read, count, rate = (
            stream.get("packets", {}),
            str(stream.get("nb_frames", "")),
            str(stream.get("sample_rate", "")),
        )
        samples = codecs.of(str(stream.get("codec_name"))).samples
        if read:
            hole = max(read["hole"], (read["first"] or 0.0) - info.start)
        elif count.isdigit() and rate.isdigit() and int(rate) and samples:
            lasts = next((a.duration for a in info.audio if a.index == stream.get("index")), 0.0)
            hole = lasts - int(count) * samples / int(rate)
        else:
            hole = seconds if info.size and info.size * 8 < _LEAST_BITS * seconds else 0.0
        if hole > MOST_SILENCE:
            return _out_of_proportion(f"{hole:.0f} s of silence would have to be made for a hole in its sound")
    return None


def _out_of_proportion(why: UserText) -> Failure:
    return Failure(
        "InvalidParameter.ResourceNotSupported",
        f'The resource operated "InputFile" is not supported: {why}.',
        "What would have to be made is out of all proportion to the file. Cut it, or repair its time stamps.",
        source_ok=False,
    )
