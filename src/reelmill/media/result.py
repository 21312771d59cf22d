"""What was made against what was asked, and how it is described afterwards. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core.errors import Failure, UserText
from reelmill.core.model import MediaInfo, Timeline
from reelmill.media import codecs, colours
from reelmill.media.encode import declared_end
from reelmill.media.plans import Rendition
from reelmill.media.probe import parse

_SLACK = 0.5  # seconds that an honest output may be shorter: codecs work in blocks, containers round
_SHARE = 0.02
EMPTY = MediaInfo("", 0.0, 0.0, 0, 0, (), ())


def slack(seconds: float) -> float:
    """How much shorter than `seconds` something may be before it counts as cut short."""
    return max(_SLACK, _SHARE * seconds)


def bad(message: UserText) -> Failure:
    """The source is broken in a way that its container hides."""
    return Failure(
        "InvalidParameter.ResourceContentBad",
        message,
        "Upload the source again; it may have been cut off.",
        source_ok=False,
    )


def truncated(info: MediaInfo, timeline: Timeline | None) -> Failure | None:
    """Whether a source ends before its container says. ffmpeg reads such files with exit code 0.

    Both the stream's own length and the file's must be missed, the latter by every stream: an edit list shortens the
    one, a long second stream lengthens the other, and a still picture ends at once. Some containers count a declared
    duration from the start of the file, others (live recordings in Matroska and fragmented MP4, that begin at hours)
    from the clock's zero: the shorter one is believed.
    """
    # where a clock leaps, what is declared is measured across the leap
    if timeline is None or not info.video or timeline.leaps:
        return None
    last = max(
        timeline.end, timeline.last + timeline.longest
    )  # durations belong to the order of decoding: a pause may stand at the last packet
    end = max([last, *(stream.end for stream in info.audio)])
    stream, whole = (
        declared - info.start if declared > info.start > 0 else declared
        for declared in (declared_end(info, info.video[0]), info.duration)
    )
    if stream - last > slack(stream) and whole - end > slack(whole):
        return bad(f"The video should last {stream:.2f} s and ends after {timeline.end:.2f} s: the file is cut short.")
    return None


@dataclass(frozen=True, slots=True)
class Measured:
    """What ffprobe saw of an output. `raw` describes the whole, also for HLS; `seconds` by kind of stream, 0 when there
    is none; `frames` 0: not counted."""

    raw: Mapping[str, Any]
    info: MediaInfo
    video: float
    audio: float
    frames: int
    segments: int = 0


def measured(raw: Mapping[str, Any]) -> Measured:
    """An output of one file."""
    info = parse(raw)
    frames = next(
        (
            int(s["nb_frames"])
            for s in raw["streams"]
            if s.get("codec_type") == "video" and str(s.get("nb_frames", "")).isdigit()
        ),
        0,
    )
    video, audio = (max((s.duration for s in streams), default=0.0) for streams in (info.video, info.audio))
    return Measured(raw, info, video, audio, frames)


def unread(rendition: Rendition, size: int, seconds: float) -> Measured:
    """An output that ffprobe cannot read (animated WebP): what its encoder was told, and the size of its file."""
    video = rendition.video
    assert video is not None
    rate = video.rate.limit_denominator(1000) if video.rate else 0
    stream = {
        "index": 0,
        "codec_name": video.codec.lower(),
        "codec_type": "video",
        "width": video.width,
        "height": video.height,
        "pix_fmt": video.pixels,
        "avg_frame_rate": f"{rate.numerator}/{rate.denominator}" if rate else "0/0",
        "start_time": "0.000000",
        "duration": f"{seconds:.6f}",
    }
    form = {
        "format_name": rendition.format,
        "nb_streams": 1,
        "start_time": "0.000000",
        "duration": f"{seconds:.6f}",
        "size": str(size),
        "bit_rate": str(round(size * 8 / seconds) if seconds else 0),
    }
    return measured({"streams": [stream], "format": form})


def looked_hls(
    first: Mapping[str, Any], last: Mapping[str, Any], size: int, segments: int, *, ended: bool = True
) -> Measured:
    """An HLS output, described by its first and last segment: time stamps run on from one to the other. `size` in
    bytes, of all segments.

    ended  False: `last` is not the very last one, so nothing is said about the length of the audio
    """
    ends: dict[str, float] = {}
    for raw in (first, last):
        for stream in raw["streams"]:
            if str(stream.get("duration", "N/A")) != "N/A":
                ends[stream["codec_type"]] = float(stream["start_time"]) + float(stream["duration"])
    begins = {
        s["codec_type"]: float(s["start_time"]) for s in first["streams"] if str(s.get("start_time", "N/A")) != "N/A"
    }
    spans = {kind: max(0.0, ends.get(kind, begin) - begin) for kind, begin in begins.items()}
    whole = max(spans.values(), default=0.0)
    streams = [{**s, "duration": f"{spans.get(s['codec_type'], whole):.6f}"} for s in first["streams"]]
    form = {
        **first["format"],
        "format_name": "hls",
        "format_long_name": "Apple HTTP Live Streaming",
        "duration": f"{whole:.6f}",
        "size": str(size),
        "bit_rate": str(round(size * 8 / whole) if whole else 0),
    }
    raw = {**first, "streams": streams, "format": form}
    return Measured(raw, parse(raw), spans.get("video", 0.0), spans.get("audio", 0.0) if ended else 0.0, 0, segments)


def lasting(made: Measured, seconds: float) -> Measured:
    """An output in fragments, whose files tell exactly how long it is."""
    raw = {
        **made.raw,
        "streams": [{**stream, "duration": f"{seconds:.6f}"} for stream in made.raw["streams"]],
        "format": {
            **made.raw["format"],
            "duration": f"{seconds:.6f}",
            "bit_rate": str(round(int(made.raw["format"]["size"]) * 8 / seconds)),
        },
    }
    kinds = {stream.get("codec_type") for stream in raw["streams"]}
    video, audio = (seconds if kind in kinds else 0.0 for kind in ("video", "audio"))
    return replace(made, raw=raw, info=parse(raw), video=video, audio=audio)


def together(made: Sequence[Measured]) -> Measured:
    """An output whose picture and sound lie in files of their own."""
    if len(made) == 1:
        return made[0]
    streams = [stream for one in made for stream in one.raw["streams"]]
    size, seconds = sum(one.info.size for one in made), max(one.info.duration for one in made)
    form = {
        **made[0].raw["format"],
        "size": str(size),
        "duration": f"{seconds:.6f}",
        "bit_rate": str(round(8 * size / seconds) if seconds else 0),
    }
    raw = {**made[0].raw, "streams": [{**s, "index": n} for n, s in enumerate(streams)], "format": form}
    video, audio = max(one.video for one in made), max(one.audio for one in made)
    return Measured(raw, parse(raw), video, audio, 0, sum(one.segments for one in made))


def fault(rendition: Rendition, made: Measured, info: MediaInfo, timeline: Timeline | None) -> Failure | None:
    """What is wrong with an output, None when it is what was asked for. Only too little is a fault: damaged sources may
    last longer than they say."""
    video, audio = rendition.video, rendition.audio
    for kind, plan, seen in (("video", video, made.info.video), ("audio", audio, made.info.audio)):
        if plan and not seen:
            return bad(f"Nothing of the source's {kind} could be decoded.")
    if video and timeline:
        # Frames may be far apart in screen recordings: the smaller of both measures is safe.
        expected = min(timeline.end - timeline.first, timeline.frames * timeline.frame)
        # How long the last picture stands is told by no transport stream.
        if expected - made.video > slack(expected) + timeline.frame:
            return bad(
                f"The video should last {expected:.2f} s and only {made.video:.2f} s could be made: the file is "
                f"damaged or cut short."
            )
    source = next((stream for stream in info.audio if audio and stream.index == audio.index), None)
    # containers other than these only estimate the length of their audio; packets that were read tell it
    if source and ("mov" in info.format_name or source.end):
        lasts = source.end - source.first if source.end else source.duration
        if "mov" in info.format_name:
            lasts = min(source.duration, lasts)
        if lasts - made.audio > slack(lasts) and made.audio:
            return bad(
                f"The audio should last {lasts:.2f} s and only {made.audio:.2f} s could be made: the file is "
                f"damaged or cut short."
            )
    if not info.video and not video and info.duration - made.audio > slack(info.duration) and made.audio:
        return bad(
            f"The source should last {info.duration:.2f} s and only {made.audio:.2f} s could be made: the file is "
            f"damaged or cut short."
        )
    return None


def described(made: Measured, rendition: Rendition) -> dict[str, Any]:
    """The part of a transcode's result that tells what the output is. Sizes in bytes, durations in seconds, bit rates
    in Kbit/s."""
    info = made.info
    picture = info.video[0] if info.video else None
    names = [codecs.rfc6381(stream) for stream in made.raw["streams"] if stream.get("codec_type") in ("video", "audio")]
    return {
        "format": rendition.format,
        "properties": dict(made.raw),
        "width": picture.shown_width if picture else 0,
        "height": picture.shown_height if picture else 0,
        "fps": round(float(picture.fps), 3) if picture else 0.0,
        "bitrate": round(info.size * 8 / info.duration / 1000, 2) if info.duration else 0.0,
        "duration": info.duration,
        "size": info.size,
        "codecs": ",".join(dict.fromkeys(names)) if all(names) else "",
        "channels": info.audio[0].channels if info.audio else 0,
        "samplerate": info.audio[0].samplerate if info.audio else 0,
        "rate": str(picture.fps) if picture else "",
        "light": colours.light(picture) if picture else "",
        "segments": made.segments,
    }
