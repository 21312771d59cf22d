"""The fields of transcode templates: how each value is checked, and how forms describe it. Pure.

Source of names and ranges: MPS reference, templates 1.1 to 1.5.
"""

import itertools
import re

from reelmill.core import declare
from reelmill.core.fields import Field, Refused
from reelmill.media.codecs import AUDIO, COPY, VIDEO
from reelmill.media.containers import CONTAINERS
from reelmill.media.template_volume import VOLUME, amount, count, one_of, yes_no

_PLAIN_GOP = (1, 100_000)
_MOST_CUTS = 10


def _gop(text: str) -> str | Refused:
    """`10s`: at most so many seconds between key frames; `250`: at most so many frames."""
    seconds = re.fullmatch(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)s", text)
    if seconds and float(seconds[1]) > 0:
        return text
    if re.fullmatch(r"[0-9]{1,6}", text) and _PLAIN_GOP[0] <= int(text) <= _PLAIN_GOP[1]:
        return text
    return Refused(
        "InvalidParameter",
        f"it must be seconds like 10s, or a number of frames from {_PLAIN_GOP[0]} to {_PLAIN_GOP[1]}",
    )


def _box(text: str) -> str | Refused:
    """`width:height:left:top` in even pixels, as the chroma of pictures has half of them."""
    found = re.fullmatch(r"([0-9]{1,4}):([0-9]{1,4}):([0-9]{1,4}):([0-9]{1,4})", text)
    if found and all(int(one) % 2 == 0 for one in found.groups()) and int(found[1]) and int(found[2]):
        return text
    return Refused("InvalidParameter.Format", "it must look like width:height:left:top, even numbers of pixels")


def _crop(text: str) -> str | Refused:
    return text if text == "border" else _box(text)


def _cuts(text: str) -> str | Refused:
    """Up to ten moments in seconds, each later than the one before."""
    parts = [part.strip() for part in text.split(",")]
    good = len(parts) <= _MOST_CUTS and all(re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", part) for part in parts)
    times = [float(part) for part in parts] if good else []
    if good and all(a < b for a, b in itertools.pairwise([0.0, *times])):
        return ",".join(parts)
    return Refused("InvalidParameter.Format", f"it must be up to {_MOST_CUTS} rising seconds such as 23,55.5,60")


_CHECKS = {
    "Reso": ("Size", "the picture would be larger than the source", "输出分辨率高于源"),
    "VideoBitrate": ("Video rate", "the video rate would be higher than the source's", "视频码率高于源"),
    "AudioBitrate": ("Audio rate", "the audio rate would be higher than the source's", "音频码率高于源"),
}
FIELDS: dict[str, dict[str, Field]] = {
    "Container": {"Format": one_of(*CONTAINERS, words=("Container", "封装格式"), default="mp4")},
    "Video": {
        "Codec": one_of(
            *VIDEO,
            COPY,
            same={alias.lower(): encoder.name for encoder in VIDEO.values() for alias in encoder.aliases},
            words=("Codec", "编码格式", "copy takes the stream as it is.", "copy：不重新编码。"),
            default="H.264",
        ),
        "Profile": one_of("baseline", "main", "high", words=("Profile", "编码级别"), default="high", advanced=True),
        "Bitrate": count(
            "Bitrate",
            "码率",
            10,
            50_000,
            "Without a rate or a CRF the quality is that of the codec: CRF 23 for H.264.",
            "码率与 CRF 均未填写时使用编码器的默认质量（H.264 为 CRF 23）。",
            unit="kbit/s",
            examples=[1800],
        ),
        "Crf": amount(
            "CRF",
            "质量因子 CRF",
            0,
            51,
            "Constant quality: lower is better and larger; wins over a bitrate.",
            "恒定质量：越小越好；优先于码率。",
            examples=[23],
        ),
        "Width": count(
            "Width",
            "宽",
            128,
            4096,
            "Without one side it follows from the other.",
            "只填一边时另一边按比例计算。",
            unit="px",
            examples=[1280],
        ),
        "Height": count("Height", "高", 128, 4096, unit="px", examples=[720]),
        "LongShortMode": yes_no(
            "Sides by length",
            "长短边模式",
            "Width means the longer side, Height the shorter one.",
            "宽表示长边，高表示短边。",
            advanced=True,
        ),
        "Fps": amount(
            "Frame rate",
            "帧率",
            0,
            60,
            "Without it the source's own.",
            "未填写时保持源帧率。",
            above=True,
            unit="fps",
            advanced=True,
            examples=[25],
        ),
        "MaxFps": amount(
            "Highest frame rate", "最大帧率", 0, 1000, above=True, unit="fps", advanced=True, examples=[60]
        ),
        "Gop": declare.text(
            "Key frame distance",
            "关键帧间隔",
            "Seconds like 10s, or a number of frames.",
            "如 10s 表示秒数，或填写帧数。",
            example="10s",
            advanced=True,
            trim=True,
            shows=True,
            then=_gop,
        ),
        "Preset": one_of(
            "veryfast",
            "fast",
            "medium",
            "slow",
            "slower",
            words=("Speed", "编码速度", "Slower encodes are smaller.", "越慢压缩率越高。"),
            default="medium",
            advanced=True,
        ),
        "Bufsize": count(
            "Buffer",
            "缓冲区",
            1000,
            128_000,
            "Needs a peak rate.",
            "需要同时设置峰值码率。",
            unit="kbit",
            advanced=True,
            examples=[6000],
        ),
        "Maxrate": count("Peak rate", "峰值码率", 10, 50_000, unit="kbit/s", advanced=True, examples=[3000]),
        "PixFmt": one_of(
            *dict.fromkeys(one for encoder in VIDEO.values() for one in encoder.pixels),
            later=("yuvj420p", "yuv422p", "yuv444p", "yuv422p10le", "yuv444p10le"),
            not_yet="pictures of {name} are shown by hardly any player; use {known}",
            words=("Pixel format", "像素格式", "10 bits: H.265, AV1, VP9.", "10 位：H.265、AV1、VP9。"),
            advanced=True,
        ),
        "BitrateBnd": declare.record(
            "Range of the bitrate",
            "码率范围",
            {
                "Max": count("At most", "上限", 10, 50_000, unit="kbit/s", examples=[3000]),
                "Min": count("At least", "下限", 10, 50_000, unit="kbit/s", examples=[500]),
            },
            "Without a bitrate the source's, within this range.",
            "未填写码率时取源码率，并限制在此范围内。",
            unknown="there is no field {name}; it has {known}",
            sparse=True,
            json_string=True,
            advanced=True,
        ),
        "ScanMode": one_of(
            "progressive",
            "auto",
            "interlaced",
            words=("Scan", "扫描方式", "Interlaced: H.264 only.", "隔行仅支持 H.264。"),
            advanced=True,
        ),
        "Crop": declare.text(
            "Cut to",
            "裁剪",
            "border: black bars are found and cut; or width:height:left:top.",
            "border 自动检测并去黑边；或填 宽:高:左:上。",
            example="border",
            advanced=True,
            trim=True,
            shows=True,
            then=_crop,
        ),
        "Pad": declare.text(
            "Black around it",
            "加黑边",
            "width:height:left:top.",
            "宽:高:左:上。",
            example="1280:960:0:120",
            advanced=True,
            trim=True,
            shows=True,
            then=_box,
        ),
        "Degrain": count(
            "Less noise",
            "降噪",
            0,
            10,
            "0: none; 10: strongest.",
            "0 表示不降噪，10 最强。",
            advanced=True,
            examples=[3],
        ),
        "NarrowBand": declare.record(
            "Narrowband",
            "窄带高清",
            {
                "Version": one_of(
                    "1.0", "2.0", words=("Version", "版本", "2.0 is slower.", "2.0 更慢。"), default="1.0"
                ),
                "Abrmax": count("Peak rate", "码率上限", 1, 1_000_000, unit="kbit/s", examples=[1500]),
                "MaxAbrRatio": amount("Share of the source's rate", "源码率比例上限", 0, 1, above=True, examples=[0.8]),
            },
            "Constant quality under a peak rate.",
            "在码率上限内保持恒定质量。",
            unknown="there is no field {name}; it has {known}",
            sparse=True,
            json_string=True,
            advanced=True,
        ),
        "Hdr2sdr": yes_no(
            "HDR to SDR", "HDR 转 SDR", "Tone-map HDR pictures; on unless switched off.", "默认开启。", advanced=True
        ),
        "Remove": yes_no("No video", "去除视频", "The output has no picture.", "输出不含视频。"),
    },
    "Audio": {
        "Codec": one_of(*AUDIO, COPY, words=("Codec", "编码格式"), default="AAC"),
        "Profile": one_of(
            "aac_low",
            later=("aac_he", "aac_he_v2", "aac_ld", "aac_eld"),
            not_yet="no encoder of this server makes {name}; use {known}",
            words=("Profile", "编码级别"),
            advanced=True,
        ),
        "Samplerate": one_of(
            "22050",
            "32000",
            "44100",
            "48000",
            "96000",
            words=("Sample rate", "采样率", "Opus always has 48000.", "Opus 固定为 48000。"),
            default="44100",
            unit="Hz",
        ),
        "Bitrate": count("Bitrate", "码率", 8, 1000, unit="kbit/s", examples=[128]),
        "Channels": one_of("1", "2", "4", "5", "6", "8", words=("Channels", "声道数"), default="2"),
        "Qscale": amount(
            "Quality",
            "质量等级",
            0,
            10,
            "Instead of a bitrate. MP3: lower is better; Vorbis: higher is better.",
            "代替码率。MP3 越小越好，Vorbis 越大越好。",
            advanced=True,
            examples=[2],
        ),
        "Volume": VOLUME,
        "Remove": yes_no("No sound", "去除音频", "The output has no sound.", "输出不含音频。"),
    },
    "TransConfig": {
        "TransMode": one_of(
            "onepass",
            "twopass",
            "CBR",
            words=("Mode", "转码模式", "twopass and CBR aim at a bitrate.", "twopass 与 CBR 需要码率。"),
            default="onepass",
            advanced=True,
        ),
        "AdjDarMethod": one_of(
            "none",
            "rescale",
            "crop",
            "pad",
            words=(
                "Aspect ratio",
                "宽高比处理",
                "Where both sides are given: stretch, cut or pad with black.",
                "同时填写宽高时：拉伸、裁剪或加黑边。",
            ),
            default="none",
            advanced=True,
        ),
        "CopyWhenFit": yes_no(
            "Copy what fits",
            "符合时直接复制",
            "Of this server: a picture that already is what the template asks for is copied, not encoded.",
            "本服务扩展：片源画面已符合模板时直接复制，不重新编码。",
            advanced=True,
        ),
        **{
            f"IsCheck{what}": yes_no(
                f"{title}: keep the source's",
                f"{zh}时保持源参数",
                f"When {when}, the source's is kept.",
                f"{zh}时使用源的参数。",
                advanced=True,
                aliases=(f"isCheck{what}",),
            )
            for what, (title, when, zh) in _CHECKS.items()
        },
        **{
            f"IsCheck{what}Fail": yes_no(
                f"{title}: refuse",
                f"{zh}时失败",
                f"When {when}, the transcode fails.",
                f"{zh}时转码失败。",
                advanced=True,
                aliases=(f"isCheck{what}Fail",),
            )
            for what, (title, when, zh) in _CHECKS.items()
        },
    },
    "Gif": {
        "Loop": count("Loops", "循环次数", 0, 65_535, "0: for ever.", "0 表示无限循环。", default=0),
        "FinalDelay": count(
            "Last picture", "末帧停留", 0, 65_535, "Hundredths of a second.", "百分之一秒。", examples=[100]
        ),
        "IsCustomPalette": yes_no(
            "Own palette", "自定义调色板", "The 256 colours that fit its pictures best.", "使用最适合画面的 256 色。"
        ),
        "DitherMode": one_of("sierra", "bayer", words=("Dither", "抖动方式"), default="sierra"),
    },
    "Webp": {"Loop": count("Loops", "循环次数", 0, 65_535, "0: for ever.", "0 表示无限循环。", default=0)},
    "Segment": {
        "Duration": count("Segment length", "分片时长", 1, 60, unit="s", examples=[10], default=10),
        "ForceSegTime": declare.text(
            "Cuts",
            "强制切片点",
            "Up to ten moments in seconds where a segment begins.",
            "最多十个切片时间点（秒）。",
            example="23,55,60",
            advanced=True,
            trim=True,
            shows=True,
            then=_cuts,
        ),
    },
}
