"""The fields of transcode templates: how each value is checked, and how forms describe it. Pure.

Source of names and ranges: MPS reference, templates 1.1 to 1.5.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import schema
from reelmill.core.errors import UserText

FORMATS = ("mp4", "m3u8", "ts", "mp3", "flv")
_PLAIN_GOP = (1, 100_000)

_WRONG, NOT_YET = "InvalidParameter", "InvalidParameter.NotSupported"
_SIGNED = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a template. `check` answers (normalised text, "", "") or ("", code of the complaint, why not)."""

    check: Callable[[str], tuple[str, str, UserText]]
    schema: schema.Schema


def _integer(low: int, high: int, title: str, zh: str, about: str = "", about_zh: str = "", **more: Any) -> Field:
    def check(text: str) -> tuple[str, str, UserText]:
        good = re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= high
        return (
            (str(int(text)), "", "") if good else ("", _code(text), f"it must be a whole number from {low} to {high}")
        )

    return Field(check, schema.whole(title, zh, low, high, about, about_zh, **more))


def _number(
    low: float,
    high: float,
    title: str,
    zh: str,
    about: str = "",
    about_zh: str = "",
    *,
    above: bool = False,
    **more: Any,
) -> Field:
    def check(text: str) -> tuple[str, str, UserText]:
        good = (
            re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text)
            and (low < float(text) or (not above and low == float(text)))
            and float(text) <= high
        )
        why: UserText = (
            f"it must be a number above {low:g} and at most {high:g}"
            if above
            else f"it must be a number from {low:g} to {high:g}"
        )
        return (text, "", "") if good else ("", _code(text), why)

    return Field(check, schema.number(title, zh, low, high, about, about_zh, above=above, **more))


def _code(text: str) -> str:
    """The code for a number that was refused."""
    return "InvalidParameter.OutOfRange" if _SIGNED.fullmatch(text) else "InvalidParameter.NumberFormatInvalid"


def _choice(
    *known: str, words: tuple[str, ...], later: tuple[str, ...] = (), same: Mapping[str, str] | None = None, **more: Any
) -> Field:
    """One of `known`; values of `later` belong to MPS and are not available yet; `same` gives other spellings. Case
    does not matter."""
    spelling = {name.lower(): name for name in (*known, *later)} | {
        name.lower(): to for name, to in (same or {}).items()
    }

    def check(text: str) -> tuple[str, str, UserText]:
        name = spelling.get(text.lower())
        if name is None:
            return "", _WRONG, f"it must be one of {', '.join((*known, *later))}"
        if name in later:
            return "", NOT_YET, f"the value {name} is not available yet; use {' or '.join(known)}"
        return name, "", ""

    title, zh, about, about_zh = (*words, "", "")[:4]
    return Field(check, schema.choice(title, zh, known, about, about_zh, **more))


def _boolean(title: str, zh: str, about: str = "", about_zh: str = "", **more: Any) -> Field:
    def check(text: str) -> tuple[str, str, UserText]:
        return (text.lower(), "", "") if text.lower() in ("true", "false") else ("", _WRONG, "it must be true or false")

    return Field(check, schema.flag(title, zh, about, about_zh, **more))


def _gop(text: str) -> tuple[str, str, UserText]:
    """`10s`: at most so many seconds between key frames; `250`: at most so many frames."""
    seconds = re.fullmatch(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)s", text)
    if seconds and float(seconds[1]) > 0:
        return text, "", ""
    good = re.fullmatch(r"[0-9]{1,6}", text) and _PLAIN_GOP[0] <= int(text) <= _PLAIN_GOP[1]
    return (
        (text, "", "")
        if good
        else ("", _WRONG, f"it must be seconds like 10s, or a number of frames from {_PLAIN_GOP[0]} to {_PLAIN_GOP[1]}")
    )


_CHECKS = {
    "Reso": ("Size", "the picture would be larger than the source", "输出分辨率高于源"),
    "VideoBitrate": ("Video rate", "the video rate would be higher than the source's", "视频码率高于源"),
    "AudioBitrate": ("Audio rate", "the audio rate would be higher than the source's", "音频码率高于源"),
}
FIELDS: dict[str, dict[str, Field]] = {
    "Container": {
        "Format": _choice(
            *FORMATS, later=("mpd", "ogg", "flac", "m4a", "gif", "webp"), words=("Container", "封装格式"), default="mp4"
        )
    },
    "Video": {
        "Codec": _choice(
            "H.264",
            "copy",
            later=("H.265", "GIF", "WEBP"),
            same={"h264": "H.264", "h265": "H.265"},
            words=("Codec", "编码格式", "copy takes the stream as it is.", "copy：不重新编码。"),
            default="H.264",
        ),
        "Profile": _choice("baseline", "main", "high", words=("Profile", "编码级别"), default="high", advanced=True),
        "Bitrate": _integer(
            10,
            50_000,
            "Bitrate",
            "码率",
            "Without a rate or a CRF the quality is CRF 23.",
            "码率与 CRF 均未填写时按 CRF 23 编码。",
            unit="kbit/s",
            examples=[1800],
        ),
        "Crf": _number(
            0,
            51,
            "CRF",
            "质量因子 CRF",
            "Constant quality: lower is better and larger; wins over a bitrate.",
            "恒定质量：越小越好；优先于码率。",
            examples=[23],
        ),
        "Width": _integer(
            128,
            4096,
            "Width",
            "宽",
            "Without one side it follows from the other.",
            "只填一边时另一边按比例计算。",
            unit="px",
            examples=[1280],
        ),
        "Height": _integer(128, 4096, "Height", "高", unit="px", examples=[720]),
        "LongShortMode": _boolean(
            "Sides by length",
            "长短边模式",
            "Width means the longer side, Height the shorter one.",
            "宽表示长边，高表示短边。",
            advanced=True,
        ),
        "Fps": _number(
            0,
            60,
            "Frame rate",
            "帧率",
            "Without it the source's own.",
            "未填写时保持源帧率。",
            above=True,
            unit="fps",
            advanced=True,
            examples=[25],
        ),
        "MaxFps": _number(
            0, 1000, "Highest frame rate", "最大帧率", above=True, unit="fps", advanced=True, examples=[60]
        ),
        "Gop": Field(
            _gop,
            schema.text(
                "Key frame distance",
                "关键帧间隔",
                "Seconds like 10s, or a number of frames.",
                "如 10s 表示秒数，或填写帧数。",
                example="10s",
                advanced=True,
            ),
        ),
        "Preset": _choice(
            "veryfast",
            "fast",
            "medium",
            "slow",
            "slower",
            words=("Speed", "编码速度", "Slower encodes are smaller.", "越慢压缩率越高。"),
            default="medium",
            advanced=True,
        ),
        "Bufsize": _integer(
            1000,
            128_000,
            "Buffer",
            "缓冲区",
            "Needs a peak rate.",
            "需要同时设置峰值码率。",
            unit="kbit",
            advanced=True,
            examples=[6000],
        ),
        "Maxrate": _integer(10, 50_000, "Peak rate", "峰值码率", unit="kbit/s", advanced=True, examples=[3000]),
        "PixFmt": _choice(
            "yuv420p",
            later=("yuvj420p", "yuv422p", "yuv444p", "yuv420p10le", "bgr8"),
            words=("Pixel format", "像素格式"),
            advanced=True,
        ),
        "Hdr2sdr": _boolean(
            "HDR to SDR", "HDR 转 SDR", "Tone-map HDR pictures; on unless switched off.", "默认开启。", advanced=True
        ),
        "Remove": _boolean("No video", "去除视频", "The output has no picture.", "输出不含视频。"),
    },
    "Audio": {
        "Codec": _choice("AAC", "MP3", "copy", later=("VORBIS", "FLAC"), words=("Codec", "编码格式"), default="AAC"),
        "Profile": _choice(
            "aac_low", later=("aac_he", "aac_he_v2", "aac_ld", "aac_eld"), words=("Profile", "编码级别"), advanced=True
        ),
        "Samplerate": _choice(
            "22050", "32000", "44100", "48000", "96000", words=("Sample rate", "采样率"), default="44100", unit="Hz"
        ),
        "Bitrate": _integer(8, 1000, "Bitrate", "码率", unit="kbit/s", examples=[128]),
        "Channels": _choice("1", "2", "4", "5", "6", "8", words=("Channels", "声道数"), default="2"),
        "Remove": _boolean("No sound", "去除音频", "The output has no sound.", "输出不含音频。"),
    },
    "TransConfig": {
        "TransMode": _choice(
            "onepass", later=("twopass", "CBR"), words=("Mode", "转码模式"), default="onepass", advanced=True
        ),
        "AdjDarMethod": _choice(
            "none",
            later=("rescale", "crop", "pad"),
            words=("Aspect ratio", "宽高比处理"),
            default="none",
            advanced=True,
        ),
        **{
            f"IsCheck{what}": _boolean(
                f"{title}: keep the source's",
                f"{zh}时保持源参数",
                f"When {when}, the source's is kept.",
                f"{zh}时使用源的参数。",
                advanced=True,
            )
            for what, (title, when, zh) in _CHECKS.items()
        },
        **{
            f"IsCheck{what}Fail": _boolean(
                f"{title}: refuse",
                f"{zh}时失败",
                f"When {when}, the transcode fails.",
                f"{zh}时转码失败。",
                advanced=True,
            )
            for what, (title, when, zh) in _CHECKS.items()
        },
    },
    "Segment": {"Duration": _integer(1, 60, "Segment length", "分片时长", unit="s", examples=[10], default=10)},
}
