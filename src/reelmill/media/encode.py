"""What an output will be: an effective template and the facts of the source, settled into plain numbers
(media.plans). Pure.

Everything that can be known before a process starts is decided here, so that a job that cannot work fails at once and
with a sentence.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from reelmill.core.errors import Failure, MediaError, UserText
from reelmill.core.model import AudioStream, MediaInfo, Timeline, VideoStream
from reelmill.media import codecs, colours, interlacing, sound, standing
from reelmill.media.containers import CONTAINERS, Container
from reelmill.media.plans import Animation, AudioPlan, Rendition, VideoPlan
from reelmill.media.source import canvas
from reelmill.media.template import wanted
from reelmill.media.timeline import STANDS, STEADY

MAX_SIDE = 4096  # pixels; the largest that a template may ask for
MAX_FPS = 60
_JUMPS = 3600.0  # seconds; a picture that stands longer is a leap of the clock
_DECODED = 6  # pictures that a decoder and the filters may keep before the first one comes out ...
_LOOKS_AHEAD = 100  # ... and those that the slowest preset of x264 and its threads may keep
_LEAST_FPS = Fraction(10)  # at a lower rate pictures leave the encoder seconds after their sound
_NEAR = Fraction(1, 50)  # share by which the rate that the container tells may differ from the one that was counted
_FILM = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "59.94": Fraction(60000, 1001),
}


def refuse(code: str, message: UserText, advice: UserText = "", *, source_ok: bool = True) -> MediaError:
    """A MediaError of one sentence and one piece of advice."""
    return MediaError(Failure(code, message, advice, source_ok=source_ok))


def settle(
    template: Mapping[str, Any],
    info: MediaInfo,
    timeline: Timeline | None,
    *,
    audio_map: int | None = None,
    part: bool = False,
) -> Rendition:
    """The output that an effective template (media.template.merge) means for this source.

    audio_map  number among the audio streams of the source, None: its default one
    part       a video-only or audio-only part of a package: all parts then last as long as the file, so that no player
               stalls where one is missing
    Raises MediaError when the source cannot become that.
    """
    container = CONTAINERS[template.get("Container", {}).get("Format", "mp4")]
    segment = int(template.get("MuxConfig", {}).get("Segment", {}).get("Duration", "10"))
    flags = template.get("TransConfig", {})
    video_fields, audio_fields = wanted(template, "Video"), wanted(template, "Audio")
    if video_fields is not None and not info.video and audio_fields is None:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            "The source has no video stream, and this output has no audio.",
            "Use a source with video, or a template with audio.",
        )
    source = _audio_stream(info, audio_map) if audio_fields is not None else None
    # the sound that a package promises is silence then
    mute = part and video_fields is None and source is None and bool(info.video)
    if audio_fields is not None and source is None and not mute and (video_fields is None or not info.video):
        raise refuse(
            "InvalidParameter.NoAudioStream",
            "The source has no audio stream, and this output is audio only.",
            "Use a source with audio.",
        )
    whole = _whole(info, timeline) if part or container.segments else 0.0
    video = audio = None
    if video_fields is not None and info.video:
        video = _video(video_fields, flags, container, info, timeline, whole)
    if audio_fields is not None and source is not None:
        audio = _audio(audio_fields, flags, container, info, source, whole)
    elif audio_fields is not None and mute and audio_fields.get("Codec") != "copy":
        audio = _silence(audio_fields, container, whole)
    origin = timeline.first if timeline and video and (not whole or timeline.first <= standing.LEAD) else 0.0
    if video and origin:
        video = replace(video, origin=origin)
    apart = _apart(video, timeline) if video and audio else 0.0
    animation = _animation(template.get("MuxConfig", {}).get(container.name.capitalize(), {}))
    if video and video.codec == "GIF" and animation.palette:
        video = replace(video, palette=animation.dither)
    return Rendition(container.name, video, audio, segment, origin, apart=apart, animation=animation)


def _animation(fields: Mapping[str, str]) -> Animation:
    """How an animated picture is shown (MuxConfig.Gif, MuxConfig.Webp)."""
    last = int(fields["FinalDelay"]) if "FinalDelay" in fields else None
    palette = fields.get("IsCustomPalette", "true") == "true"
    return Animation(int(fields.get("Loop", "0")), last, palette, fields.get("DitherMode", "sierra"))


def _apart(video: VideoPlan, timeline: Timeline | None) -> float:
    longest = timeline.longest if timeline else 0.0
    if longest <= STANDS and (not video.rate or video.rate >= _LEAST_FPS):
        return 0.0
    return _DECODED * min(longest, _JUMPS) + _LOOKS_AHEAD / float(video.rate or _LEAST_FPS)


def declared_end(info: MediaInfo, stream: VideoStream | AudioStream) -> float:
    """Seconds after the start of the file at which a stream ends, by what the container declares; 0 when it declares
    nothing for the stream itself."""
    for raw in info.raw.get("streams", ()):
        if raw.get("index") == stream.index:
            if str(raw.get("duration", "N/A")) != "N/A":
                return stream.start - info.start + stream.duration
            tagged = any(name.startswith("DURATION") for name in raw.get("tags", {}))
            return stream.duration if tagged else 0.0  # Matroska's tag counts from the start of the file
    return 0.0


def _whole(info: MediaInfo, timeline: Timeline | None) -> float:
    """How long all parts of a package last: to the end of the longest stream, never past what the container says."""
    ends = [stream.end or declared_end(info, stream) for stream in info.audio] + ([timeline.end] if timeline else [])
    longest = max(ends, default=0.0)
    read = timeline is not None or any(stream.end for stream in info.audio)
    return longest if read else min(info.duration, longest)


def _audio_stream(info: MediaInfo, audio_map: int | None) -> AudioStream | None:
    if not info.audio:
        return None
    if audio_map is not None:
        if audio_map >= len(info.audio):
            raise refuse(
                "InvalidParameter.NoAudioStream",
                f"AudioStreamMap asks for 0:a:{audio_map}, and the source has {len(info.audio)} audio stream(s).",
                "Count audio streams from 0.",
            )
        return info.audio[audio_map]
    default = {raw.get("index") for raw in info.raw.get("streams", ()) if raw.get("disposition", {}).get("default")}
    return next((stream for stream in info.audio if stream.index in default), info.audio[0])


def _video(
    fields: Mapping[str, str],
    flags: Mapping[str, str],
    container: Container,
    info: MediaInfo,
    timeline: Timeline | None,
    whole: float,
) -> VideoPlan:
    source = info.video[0]
    if fields.get("Codec") == "copy":
        _check_copy(container, source.codec)
        return VideoPlan(source.index, copy=True, rate=source.fps)
    colours.refuse_unknown(source)
    width, height = _size(fields, flags, source)
    pace = _pace(source, timeline)
    fps = _fps(fields, pace, timeline)
    sdr = fields.get("Hdr2sdr") != "false"
    encoder, mode = codecs.VIDEO[fields.get("Codec", "H.264")], flags.get("TransMode", "onepass")
    bitrate = _bitrate(fields, flags, source, info)
    steady = timeline is None or _keeps(pace, timeline)
    stands = standing.spans(timeline, whole, stream=container.repeats) if timeline else ()
    end = max([timeline.end, *(to for _, to in stands)]) if timeline else 0.0
    matrix = colours.matrix_of(width, height) if sdr or not source.hdr else source.matrix or "bt2020nc"
    return VideoPlan(
        source.index,
        False,
        width,
        height,
        shape=source.shown_width / source.shown_height,
        canvas=canvas(info),
        leaps=bool(timeline and timeline.leaps),
        first=timeline.first if timeline and timeline.counted else None,
        fps=fps,
        rate=fps or pace,
        steady=steady,
        deinterlace=interlacing.filters(source),
        colours=colours.told(source),
        black=colours.on_black(source),
        sdr=source if sdr and colours.to_sdr(source, None) else None,
        matrix=matrix,
        convert=colours.differs(source, matrix, sdr=sdr),
        tags=colours.tags(source, width, height, sdr=sdr),
        stands=stands,
        profile=fields.get("Profile", "high"),
        preset=fields.get("Preset", "medium"),
        crf=fields.get("Crf", "" if bitrate else encoder.crf),
        bitrate=bitrate,
        maxrate=int(fields.get("Maxrate", bitrate if mode == "CBR" else "0")),
        bufsize=int(fields.get("Bufsize", max(1000, bitrate) if mode == "CBR" else "6000")),
        gop=_gop(fields.get("Gop", "10s"), fps or pace),
        end=end,
        last=standing.last(timeline, stands) if timeline else 0.0,
        tick=source.tick,
        codec=encoder.name,
        pixels=_pixels(fields, encoder, kept=source.hdr and not sdr),
        mode=mode,
    )


def _pixels(fields: Mapping[str, str], encoder: codecs.VideoEncoder, *, kept: bool) -> str:
    """The format of the samples: ten bits where HDR is kept, for in eight it has steps."""
    deep = [one for one in encoder.pixels if kept and one.endswith("10le")]
    return fields.get("PixFmt", (deep or encoder.pixels)[0])


def _pace(source: VideoStream, timeline: Timeline | None) -> Fraction:
    """Pictures a second. What a container tells is a nicer number than what was counted, but with jitter it may be far
    from the truth (1000 a second)."""
    if timeline is None or timeline.frames < 2 or timeline.between <= 0:
        return source.fps
    counted = Fraction((timeline.frames - 1) / timeline.between)
    near = [told for told in (source.fps, source.nominal) if abs(told / counted - 1) < _NEAR]
    return min(near, key=lambda told: abs(told - counted), default=counted.limit_denominator(1001))


def _keeps(pace: Fraction, timeline: Timeline) -> bool:
    """Whether all pictures come at this pace, to the last one: else they would be moved, and some would fall together,
    if they were counted by it."""
    # the last one stands longer or shorter than the others
    held = abs(timeline.end - timeline.first - timeline.between - timeline.frame) > 2 * STEADY
    if not timeline.steady or not pace or held or abs((timeline.frames - 1) / pace - timeline.between) >= 2 * STEADY:
        return False
    # the first one on the grid too, or all would be moved by up to half a picture
    return abs(timeline.first - round(timeline.first * pace) / pace) < STEADY


def _check_copy(container: Container, codec: str) -> None:
    if codec not in container.copies:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            f"A {codec} stream cannot be copied into {container.name}.",
            "Use a template that encodes, or another container.",
        )


def _even(pixels: float) -> int:
    return max(2, round(pixels / 2) * 2)


def _size(fields: Mapping[str, str], flags: Mapping[str, str], source: VideoStream) -> tuple[int, int]:
    """Even sides with square pixels. One side given: the other by the aspect ratio; none: as the source."""
    across, down = source.shown_width, source.shown_height
    width, height = (int(fields.get(name, "0")) for name in ("Width", "Height"))
    if fields.get("LongShortMode") == "true" and down > across:
        width, height = height, width  # Width belongs to the long side
    if not width and not height:
        width, height = across, down
    size = (_even(width or height * across / down), _even(height or width * down / across))
    if size[0] > _even(across) or size[1] > _even(down):
        if flags.get("IsCheckResoFail") == "true":
            raise refuse(
                "InvalidParameter.ResourceNotSupported",
                f"The output would be {size[0]}x{size[1]}, larger than the source's {across}x{down}.",
                "IsCheckResoFail of the template forbids that.",
            )
        if flags.get("IsCheckReso") == "true":
            size = (_even(across), _even(down))
    if max(size) > MAX_SIDE:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            f"The output would be {size[0]}x{size[1]}; no side may be longer than {MAX_SIDE}.",
            f"The source is {across}x{down}: give both Width and Height.",
        )
    return size


def _fps(fields: Mapping[str, str], pace: Fraction, timeline: Timeline | None) -> Fraction | None:
    """The frame rate to convert to; None keeps every frame at its own time."""
    asked = fields.get("Fps")
    steady = timeline.steady if timeline else True
    target = _FILM.get(asked, Fraction(asked)) if asked else pace
    highest = _highest(fields)
    # 1 in 1000: 60 asked for and 59.94 there, or a rate that was measured from a few frames, is no reason to throw
    # frames away
    if target > highest * Fraction(1001, 1000):
        return highest
    if asked and not (steady and pace and abs(target / pace - 1) < Fraction(1, 2000)):
        return target
    return None


def _highest(fields: Mapping[str, str]) -> Fraction:
    limit = fields.get("MaxFps")
    return min(Fraction(MAX_FPS), _FILM.get(limit, Fraction(limit))) if limit else Fraction(MAX_FPS)


def _gop(text: str, rate: Fraction) -> int:
    return max(1, math.ceil(float(text[:-1]) * float(rate or 25))) if text.endswith("s") else int(text)


def _bitrate(fields: Mapping[str, str], flags: Mapping[str, str], source: VideoStream, info: MediaInfo) -> int:
    """Kbit/s; 0 when the template gives a quality instead."""
    asked = int(fields.get("Bitrate", "0"))
    if not asked or "Crf" in fields:  # Crf wins, as MPS says
        return 0
    known = (source.bitrate or max(0, info.bitrate - sum(stream.bitrate for stream in info.audio))) // 1000
    return _capped(asked, known, flags, "Video", 10)


def _capped(asked: int, known: int, flags: Mapping[str, str], what: str, least: int) -> int:
    """The bit rate after the template's checks against the source's (`known`, 0 when unknown), Kbit/s."""
    if not known or asked <= known:
        return asked
    if flags.get(f"IsCheck{what}BitrateFail") == "true":
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            f"The output's {what.lower()} would have {asked} Kbit/s, more than the source's {known}.",
            f"IsCheck{what}BitrateFail of the template forbids that.",
        )
    return max(least, known) if flags.get(f"IsCheck{what}Bitrate") == "true" else asked


def _audio(
    fields: Mapping[str, str],
    flags: Mapping[str, str],
    container: Container,
    info: MediaInfo,
    source: AudioStream,
    whole: float,
) -> AudioPlan:
    if fields.get("Codec") == "copy":
        _check_copy(container, source.codec)
        return AudioPlan(source.index, copy=True)
    channels, codec = int(fields.get("Channels", "2")), fields.get("Codec", container.audio[0])
    begins = source.first if source.end else max(0.0, source.start - info.start)
    return AudioPlan(
        source.index,
        codec=codec,
        samplerate=int(fields.get("Samplerate", codecs.AUDIO[codec].rate)),
        bitrate=_capped(int(fields.get("Bitrate", "128")), source.bitrate // 1000, flags, "Audio", 8),
        quality=fields.get("Qscale", ""),
        channels=channels,
        mix=sound.mix(source, channels),
        whole=whole,
        late=begins if whole or container.from_zero else 0.0,
        changes=sound.may_change(source, info.format_name),
        source_rate=source.samplerate,
    )


def _silence(fields: Mapping[str, str], container: Container, whole: float) -> AudioPlan:
    """Silence as long as the film."""
    codec = fields.get("Codec", container.audio[0])
    return AudioPlan(
        -1,
        codec=codec,
        samplerate=int(fields.get("Samplerate", codecs.AUDIO[codec].rate)),
        bitrate=int(fields.get("Bitrate", "128")),
        channels=int(fields.get("Channels", "2")),
        whole=whole,
        silent=True,
    )
