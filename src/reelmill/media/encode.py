"""What an output will be: an effective template and the facts of the source, settled into plain numbers
(media.plans). Pure.

Everything that can be known before a process starts is decided here, so that a job that cannot work fails at once and
with a sentence.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from reelmill.core.errors import Failure, Lacking
from reelmill.core.model import AudioStream, MediaInfo, Timeline, VideoStream
from reelmill.media import codecs, sound, standing
from reelmill.media.animation import held
from reelmill.media.containers import CONTAINERS, Container
from reelmill.media.loudness import simple
from reelmill.media.picture import UNTOUCHED, Touch, capped, check_copy, refuse, settle_video
from reelmill.media.plans import Animation, AudioPlan, Loudness, Rendition, VideoPlan
from reelmill.media.template import wanted
from reelmill.media.timeline import STANDS

_LOUDNESS = ("-6", "-1", "8")  # where a template tells none: integrated loudness, true peak, range
_JUMPS = 3600.0  # seconds; a picture that stands longer is a leap of the clock
_DECODED = 6  # pictures that a decoder and the filters may keep before the first one comes out ...
_LOOKS_AHEAD = 100  # ... and those that the slowest preset of x264 and its threads may keep
_LEAST_FPS = Fraction(10)  # at a lower rate pictures leave the encoder seconds after their sound


def settle(
    template: Mapping[str, Any],
    info: MediaInfo,
    timeline: Timeline | None,
    *,
    audio_map: int | None = None,
    part: bool = False,
    touch: Touch = UNTOUCHED,
) -> Rendition:
    """The output that an effective template (media.template.merge) means for this source.

    audio_map  number among the audio streams of the source, None: its default one
    part       a video-only or audio-only part of a package: all parts then last as long as the file, so that no player
               stalls where one is missing
    touch      what the Output does to the picture
    Raises MediaError when the source cannot become that.
    """
    container = CONTAINERS[template.get("Container", {}).get("Format", "mp4")]
    cutting = template.get("MuxConfig", {}).get("Segment", {})
    segment = int(cutting.get("Duration", "10"))
    cuts = tuple(float(one) for one in cutting.get("ForceSegTime", "").split(",") if one) if container.forced else ()
    flags = template.get("TransConfig", {})
    video_fields, audio_fields = wanted(template, "Video"), wanted(template, "Audio")
    source = audio_stream(info, audio_map) if audio_fields is not None else None
    _refuse_nothing(video_fields is not None and bool(info.video), audio_fields is not None, source is not None)
    whole = _whole(info, timeline) if part or container.segments else 0.0
    video = audio = None
    if video_fields is not None and info.video:
        _refuse_too_early(timeline)
        video = settle_video(video_fields, flags, container, info, timeline, whole, touch)
    if audio_fields is not None and source is not None:
        audio = _audio(audio_fields, flags, container, info, source, whole)
    origin = timeline.first if timeline and video and (not whole or timeline.first <= standing.LEAD) else 0.0
    if video and origin:
        video = replace(video, origin=origin)
    apart = _apart(video, timeline) if video and audio else 0.0
    animation = _animation(template.get("MuxConfig", {}).get(container.name.capitalize(), {}))
    if video and video.codec == "GIF" and animation.palette:
        video = replace(video, palette=animation.dither)
    if video and held(video, animation):
        video = replace(video, held=True)
    return Rendition(container.name, video, audio, segment, origin, apart=apart, animation=animation, cuts=cuts)


def _refuse_nothing(pictured: bool, heard: bool, sounds: bool) -> None:
    """Raise Lacking when nothing is left of an output; `heard`: it should have sound, `sounds`: there is some."""
    if not pictured and not heard:
        raise Lacking(
            Failure(
                "InvalidParameter.ResourceNotSupported",
                "The source has no video stream, and this output has no audio.",
                "Use a source with video, or a template with audio.",
            )
        )
    if not pictured and not sounds:
        raise Lacking(
            Failure(
                "InvalidParameter.NoAudioStream",
                "The source has no audio stream, and this output is audio only.",
                "Use a source with audio.",
            )
        )


def _refuse_too_early(timeline: Timeline | None) -> None:
    """Raise MediaError when what was cut out of a film is over before its first picture: it is sound alone."""
    if timeline and timeline.first >= timeline.end:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            "Nothing of the picture is left: Clip ends before the film's first picture.",
            "Change Clip, or choose a template without video.",
        )


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


def audio_stream(info: MediaInfo, audio_map: int | None) -> AudioStream | None:
    """The track with this number, None: the default one of the picture's programme. Lacking when there is no such
    track."""
    if not info.audio:
        return None
    if audio_map is not None:
        if audio_map >= len(info.audio):
            raise Lacking(
                Failure(
                    "InvalidParameter.NoAudioStream",
                    f"AudioStreamMap asks for 0:a:{audio_map}, and the source has {len(info.audio)} audio stream(s).",
                    "Count audio streams from 0.",
                )
            )
        return info.audio[audio_map]
    default = {raw.get("index") for raw in info.raw.get("streams", ()) if raw.get("disposition", {}).get("default")}
    heard = _of_its_programme(info) or info.audio
    return next((stream for stream in heard if stream.index in default), heard[0])


def _of_its_programme(info: MediaInfo) -> list[AudioStream]:
    """The tracks of the programme that the picture belongs to, where a broadcast has several."""
    told = {raw.get("index"): set(raw.get("programmes", ())) for raw in info.raw.get("streams", ())}
    its = told.get(info.video[0].index, set()) if info.video else set()
    return [stream for stream in info.audio if its & told.get(stream.index, set())]


def _audio(
    fields: Mapping[str, Any],
    flags: Mapping[str, str],
    container: Container,
    info: MediaInfo,
    source: AudioStream,
    whole: float,
) -> AudioPlan:
    if fields.get("Codec") == "copy":
        check_copy(container, source.codec)
        if source.strays:
            raise refuse(
                "InvalidParameter.ResourceNotSupported",
                "The header of the source tells another rate of bytes than its sound has, so a copy would be out of "
                "step with the picture.",
                "Use a template that encodes the sound.",
            )
        return AudioPlan(source.index, copy=True)
    level, loud = _volume(fields)
    channels, codec = int(fields.get("Channels", "2")), fields.get("Codec", container.audio[0])
    begins = source.first if source.end else max(0.0, source.start - info.start)
    return AudioPlan(
        source.index,
        codec=codec,
        samplerate=int(fields.get("Samplerate", codecs.AUDIO[codec].rate)),
        bitrate=capped(int(fields.get("Bitrate", "128")), source.bitrate // 1000, flags, "Audio", 8),
        quality=fields.get("Qscale", ""),
        channels=channels,
        mix=(*sound.counted(source), *sound.mix(source, channels)),
        whole=whole,
        late=begins if whole or container.from_zero else 0.0,
        changes=sound.may_change(source, info.format_name),
        source_rate=source.samplerate,
        level=level,
        loudness=loud,
    )


def _volume(fields: Mapping[str, Any]) -> tuple[tuple[str, ...], Loudness | None]:
    """(filters, loudness to be measured for) of Audio.Volume."""
    volume = fields.get("Volume")
    if not volume:
        return (), None
    method = volume.get("Method", "auto")
    if method in ("linear", "adaptive"):
        return simple(method, float(volume.get("Level", "-20")), float(volume.get("PeakLevel", "0.9"))), None
    target, peak, lively = _LOUDNESS
    return (), Loudness(
        float(volume.get("IntegratedLoudnessTarget", target)),
        float(volume.get("TruePeak", peak)),
        float(volume.get("LoudnessRangeTarget", lively)),
    )
