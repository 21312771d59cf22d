"""The codecs that ReelMill knows, in one table: how each is made, what it can hold, what its streams are called. Pure.

A codec more is one entry of CODECS with golden cases (tests/unit/test_ladder_golden.py); the containers that may hold
it name it in media.containers. Templates, forms, `./mill doctor` and the messages about what does not fit follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reelmill.media import encoders
from reelmill.media.codec_names import rfc6381
from reelmill.media.plans import AudioPlan, VideoPlan

__all__ = ["AUDIO", "CODECS", "COPY", "VIDEO", "AudioEncoder", "Codec", "VideoEncoder", "rfc6381"]

COPY = "copy"  # what templates say instead of a codec when a stream is taken over as it is


@dataclass(frozen=True, slots=True)
class VideoEncoder:
    """How pictures are made.

    name       as templates call it       tool   ffmpeg's encoder       aliases   other spellings
    arguments  what stands behind `-c:v TOOL`
    profiles   that templates may ask for, the default one last
    crf        constant quality where the template tells neither a rate nor a quality
    pixels     formats that templates may ask for, the first one by itself
    lacks      fields of templates that mean nothing to it
    modes      of TransConfig.TransMode that it can
    in_pieces  spans of a film may be encoded each by itself and joined by copying
    statistics what a first pass leaves for the second one: "" nothing, the encoder looks ahead by itself; "whole" what
               only the whole film tells; "pieces" what holds for pieces too (media.two_passes)
    """

    name: str
    tool: str
    arguments: Callable[[VideoPlan], tuple[str, ...]]
    profiles: tuple[str, ...] = ()
    crf: str = "23"
    pixels: tuple[str, ...] = ("yuv420p",)
    lacks: frozenset[str] = frozenset()
    modes: tuple[str, ...] = ("onepass",)
    in_pieces: bool = True
    statistics: Literal["", "whole", "pieces"] = ""
    aliases: tuple[str, ...] = ()

    def twice(self, plan: VideoPlan) -> bool:
        """Whether it goes through the pictures twice."""
        return plan.mode == "twopass" and bool(self.statistics)


@dataclass(frozen=True, slots=True)
class AudioEncoder:
    """How sound is made: always as a whole, at the cuts of pieces it would click.

    name       as templates call it       tool   ffmpeg's encoder
    channels, rates   how many channels and samples per second it may have, of those that templates may ask for
    rate       samples per second where the template tells none
    most       Kbit/s for each channel; 0: the encoder takes what it is given
    profiles   that templates may ask for
    lossless   it has no rate
    lacks      fields of templates that mean nothing to it
    """

    name: str
    tool: str
    channels: tuple[int, ...]
    rates: tuple[int, ...]
    rate: int = 44100
    most: int = 0
    profiles: tuple[str, ...] = ()
    lossless: bool = False
    lacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Codec:
    """What is known of the streams of a codec, whoever made them.

    probed    ffprobe's name
    encoder   None: such streams can be read and copied, not made
    samples   of one packet, at most; 0: it is not fixed
    told      each packet tells layout and rate: they may change in the middle
    gradual   its pictures may be refreshed bit by bit, with marks where that begins
    """

    probed: str
    kind: Literal["video", "audio"]
    encoder: VideoEncoder | AudioEncoder | None = None
    samples: int = 0
    told: bool = False
    gradual: bool = False


_RATES = (22050, 32000, 44100, 48000, 96000)  # samples per second that templates may ask for
_CHANNELS = (1, 2, 4, 5, 6, 8)
_OPUS_RATE = 48000  # it is decoded at this rate, whatever went in
_TEN = ("yuv420p", "yuv420p10le")
_RATE = frozenset("Bitrate BitrateBnd Crf Maxrate Bufsize Gop NarrowBand".split())
_NO_PRESETS = frozenset({"Profile", "Preset"})  # MPS has them for H.264 alone
_QSCALE = frozenset({"Qscale"})  # where the encoder has no scale of quality
_MODES = ("onepass", "twopass", "CBR")

CODECS: dict[str, Codec] = {
    codec.probed: codec
    for codec in (
        Codec(
            "h264",
            "video",
            VideoEncoder(
                "H.264",
                "libx264",
                encoders.x264,
                ("baseline", "main", "high"),
                modes=_MODES,
                statistics="pieces",
                aliases=("h264",),
            ),
            gradual=True,
        ),
        Codec(
            "hevc",
            "video",
            VideoEncoder(
                "H.265",
                "libx265",
                encoders.x265,
                crf="26",
                pixels=_TEN,
                lacks=_NO_PRESETS,
                modes=_MODES,
                statistics="pieces",
                aliases=("h265", "HEVC"),
            ),
            gradual=True,
        ),
        Codec("vvc", "video", gradual=True),
        Codec(
            "av1",
            "video",
            VideoEncoder(
                "AV1", "libsvtav1", encoders.svt_av1, crf="35", pixels=_TEN, lacks=_NO_PRESETS, modes=_MODES[:2]
            ),
        ),
        Codec(
            "vp9",
            "video",
            VideoEncoder(
                "VP9",
                "libvpx-vp9",
                encoders.vp9,
                crf="33",
                pixels=_TEN,
                lacks=_NO_PRESETS,
                modes=_MODES,
                statistics="whole",
            ),
        ),
        Codec(
            "gif",
            "video",
            VideoEncoder("GIF", "gif", encoders.gif, pixels=("bgr8",), lacks=_NO_PRESETS | _RATE, in_pieces=False),
        ),
        Codec(
            "webp",
            "video",
            VideoEncoder("WEBP", "libwebp_anim", encoders.webp, lacks=_NO_PRESETS | _RATE, in_pieces=False),
        ),
        Codec(
            "aac",
            "audio",
            AudioEncoder("AAC", "aac", _CHANNELS, _RATES, profiles=("aac_low",), lacks=_QSCALE),
            samples=2048,
        ),
        Codec(
            "mp3",
            "audio",
            AudioEncoder("MP3", "libmp3lame", (1, 2), (22050, 32000, 44100, 48000)),
            samples=1152,
            told=True,
        ),
        Codec(
            "opus",
            "audio",
            # no 4 channels: its layout of four is quadraphonic, not the one with a centre that ffmpeg makes of a number
            AudioEncoder("OPUS", "libopus", (1, 2, 5, 6, 8), (_OPUS_RATE,), rate=_OPUS_RATE, most=256, lacks=_QSCALE),
            samples=5760,
        ),
        Codec("vorbis", "audio", AudioEncoder("VORBIS", "libvorbis", (1, 2, 5, 6, 8), _RATES, most=240), samples=8192),
        Codec(
            "flac",
            "audio",
            AudioEncoder("FLAC", "flac", (1, 2, 5, 6, 8), _RATES, lossless=True, lacks=_QSCALE | {"Bitrate"}),
            samples=65535,
        ),
        Codec("ac3", "audio", samples=1536, told=True),
        Codec("eac3", "audio", told=True),
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
    encoder = AUDIO[plan.codec]
    rate = () if encoder.lossless else ("-q:a", plan.quality) if plan.quality else ("-b:a", f"{plan.bitrate}k")
    return ("-c:a", encoder.tool, *rate, "-ar", str(plan.samplerate), "-ac", str(plan.channels))
