"""The codecs that ReelMill knows, in one table: how each is made, what it can hold, what its streams are called. Pure.

A codec more is one entry of CODECS with golden cases (tests/unit/test_ladder_golden.py); the containers that may hold
it name it in media.containers. Templates, forms, `./mill doctor` and the messages about what does not fit follow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reelmill.media.plans import AudioPlan, VideoPlan

COPY = "copy"  # what templates say instead of a codec when a stream is taken over as it is


@dataclass(frozen=True, slots=True)
class VideoEncoder:
    """How pictures are made.

    name       as templates call it       tool   ffmpeg's encoder       aliases   other spellings
    arguments  what stands behind `-c:v TOOL`
    profiles   that templates may ask for, the default one last
    in_pieces  spans of a film may be encoded each by itself and joined by copying
    """

    name: str
    tool: str
    arguments: Callable[[VideoPlan], tuple[str, ...]]
    profiles: tuple[str, ...] = ()
    in_pieces: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AudioEncoder:
    """How sound is made: always as a whole, at the cuts of pieces it would click.

    name       as templates call it       tool   ffmpeg's encoder
    channels, rates   how many channels and samples per second it may have, of those that templates may ask for
    rate       samples per second where the template tells none
    most       Kbit/s for each channel; 0: the encoder takes what it is given
    profiles   that templates may ask for
    """

    name: str
    tool: str
    channels: tuple[int, ...]
    rates: tuple[int, ...]
    rate: int = 44100
    most: int = 0
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Codec:
    """What is known of the streams of a codec, whoever made them.

    probed    ffprobe's name
    encoder   None: such streams can be read and copied, not made
    named     the RFC 6381 name of a stream of ffprobe's JSON; "" when it cannot be named truly
    samples   of one packet, at most; 0: it is not fixed
    told      each packet tells layout and rate: they may change in the middle
    gradual   its pictures may be refreshed bit by bit, with marks where that begins
    """

    probed: str
    kind: Literal["video", "audio"]
    encoder: VideoEncoder | AudioEncoder | None = None
    named: Callable[[Mapping[str, Any]], str] = lambda _: ""
    samples: int = 0
    told: bool = False
    gradual: bool = False


def _x264(plan: VideoPlan) -> tuple[str, ...]:
    args = ["-preset", plan.preset, "-profile:v", plan.profile]
    if plan.crf:
        args += ["-crf", plan.crf]  # constant quality; with -maxrate it is capped
    else:
        args += ["-b:v", f"{plan.bitrate}k"]
    if plan.maxrate:
        # x264 heeds the buffer only together with a peak rate
        args += ["-maxrate", f"{plan.maxrate}k", "-bufsize", f"{plan.bufsize}k"]
    args += ["-g", str(plan.gop)]
    args += clock(plan)
    # nothing before a key frame is needed after it: players may start at each, pieces may be joined
    args += ["-flags:v", "+cgop"]
    return tuple(args)


def clock(plan: VideoPlan) -> tuple[str, ...]:
    """The clock of an encoder of pictures. By itself ffmpeg counts in frames, which moves pictures that come at uneven
    times, and drops one of two that fall together."""
    if plan.fps is None and (plan.stands or not plan.steady or not plan.rate):
        return ("-enc_time_base:v", "1:90000")
    return ("-enc_time_base:v", f"{plan.rate.denominator}:{plan.rate.numerator}") if plan.rate else ()


def _avc(stream: Mapping[str, Any]) -> str:
    # profile_idc and the constraint flags that x264 writes for it
    flags = {"Constrained Baseline": "42c0", "Baseline": "4200", "Main": "4d40", "High": "6400", "High 10": "6e00"}
    kind = flags.get(str(stream.get("profile", "")))
    return f"avc1.{kind}{int(stream.get('level', 0)):02x}" if kind else ""


def _aac(stream: Mapping[str, Any]) -> str:
    return "mp4a.40." + {"HE-AAC": "5", "HE-AACv2": "29"}.get(str(stream.get("profile", "")), "2")


_RATES = (22050, 32000, 44100, 48000, 96000)  # samples per second that templates may ask for
_CHANNELS = (1, 2, 4, 5, 6, 8)
_OPUS_RATE = 48000  # it is decoded at this rate, whatever went in

CODECS: dict[str, Codec] = {
    codec.probed: codec
    for codec in (
        Codec(
            "h264",
            "video",
            VideoEncoder("H.264", "libx264", _x264, ("baseline", "main", "high"), aliases=("h264",)),
            named=_avc,
            gradual=True,
        ),
        Codec("hevc", "video", gradual=True),
        Codec("vvc", "video", gradual=True),
        Codec(
            "aac",
            "audio",
            AudioEncoder("AAC", "aac", _CHANNELS, _RATES, profiles=("aac_low",)),
            named=_aac,
            samples=2048,
        ),
        Codec(
            "mp3",
            "audio",
            AudioEncoder("MP3", "libmp3lame", (1, 2), (22050, 32000, 44100, 48000)),
            named=lambda _: "mp4a.40.34",
            samples=1152,
            told=True,
        ),
        Codec(
            "opus",
            "audio",
            # no 4 channels: its layout of four is quadraphonic, not the one with a centre that ffmpeg makes of a number
            AudioEncoder("OPUS", "libopus", (1, 2, 5, 6, 8), (_OPUS_RATE,), rate=_OPUS_RATE, most=256),
            named=lambda _: "opus",
            samples=5760,
        ),
        Codec("ac3", "audio", named=lambda _: "ac-3", samples=1536, told=True),
        Codec("eac3", "audio", named=lambda _: "ec-3", told=True),
        Codec("aac_latm", "audio", told=True),
        Codec("mp1", "audio", told=True),
        Codec("mp2", "audio", samples=1152, told=True),
        Codec("dts", "audio", told=True),
        Codec("truehd", "audio", told=True),
        Codec("mlp", "audio", told=True),
        Codec("alac", "audio", samples=4096),
        Codec("amr_nb", "audio", samples=160),
        Codec("amr_wb", "audio", samples=320),
    )
}
VIDEO: dict[str, VideoEncoder] = {
    c.encoder.name: c.encoder for c in CODECS.values() if isinstance(c.encoder, VideoEncoder)
}
AUDIO: dict[str, AudioEncoder] = {
    c.encoder.name: c.encoder for c in CODECS.values() if isinstance(c.encoder, AudioEncoder)
}


def of(probed: str) -> Codec:
    """What is known of a codec by ffprobe's name; nothing of one that is not in the table."""
    return CODECS.get(probed) or Codec(probed, "video")


def rfc6381(stream: Mapping[str, Any]) -> str:
    """The RFC 6381 name of a stream of ffprobe's JSON, as players ask for it; "" when it cannot be named truly."""
    return of(str(stream.get("codec_name", ""))).named(stream)


def video_args(plan: VideoPlan) -> tuple[str, ...]:
    """Encoder arguments of a video stream."""
    if plan.copy:
        return ("-c:v", "copy")
    encoder = VIDEO[plan.codec]
    return ("-c:v", encoder.tool, *encoder.arguments(plan))


def audio_args(plan: AudioPlan) -> tuple[str, ...]:
    """Encoder arguments of an audio stream."""
    if plan.copy:
        return ("-c:a", "copy")
    tool = AUDIO[plan.codec].tool
    return ("-c:a", tool, "-b:a", f"{plan.bitrate}k", "-ar", str(plan.samplerate), "-ac", str(plan.channels))
