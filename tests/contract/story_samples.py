"""Templates, watermarks and files of the story."""

import json
from pathlib import Path

from clips import clip, ffmpeg, folder

MISSING = "0" * 32

TEMPLATE = {  # every field that can be set
    "Container": {"Format": "m3u8"},
    "Video": {
        "Codec": "H.264",
        "Profile": "main",
        "Crf": "30",
        "Bitrate": "400",
        "Width": "160",
        "Height": "128",
        "LongShortMode": "false",
        "Fps": "24",
        "MaxFps": "30",
        "Gop": "2s",
        "Preset": "veryfast",
        "Bufsize": "1000",
        "Maxrate": "800",
        "PixFmt": "yuv420p",
        "Hdr2sdr": "false",
        "Remove": "false",
    },
    "Audio": {
        "Codec": "AAC",
        "Profile": "aac_low",
        "Samplerate": "44100",
        "Bitrate": "64",
        "Channels": "2",
        "Remove": "false",
    },
    "TransConfig": {
        "TransMode": "onepass",
        "AdjDarMethod": "none",
        "IsCheckReso": "false",
        "IsCheckResoFail": "false",
        "IsCheckVideoBitrate": "false",
        "IsCheckVideoBitrateFail": "false",
        "IsCheckAudioBitrate": "false",
        "IsCheckAudioBitrateFail": "false",
    },
    "MuxConfig": {"Segment": {"Duration": "2"}},
}

SECTIONS = {name: json.dumps(value) for name, value in TEMPLATE.items()}

WATERMARK = {
    "Type": "Image",
    "Width": "0.1",
    "Height": "0.1",
    "Dx": "0.05",
    "Dy": "0.05",
    "ReferPos": "TopLeft",
    "Timeline": {"Start": "0", "Duration": "ToEND"},
    "RatioRefer": {"Width": "Width", "Height": "Height", "Dx": "Width", "Dy": "Height"},
}


def rich() -> Path:
    """A clip that has everything that a file can tell: languages, a rotation, colours, a subtitle."""
    path = folder() / "rich.mp4"
    if not path.exists():
        (folder() / "rich.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n", encoding="utf-8")
        colours = (
            "h264_metadata=colour_primaries=1:transfer_characteristics=1:matrix_coefficients=1:video_full_range_flag=0"
        )
        languages = (
            "-metadata:s:v:0 language=deu -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra "
            "-metadata:s:s:0 language=zho"
        )
        source = (
            f"-display_rotation 90 -i {clip('base.mp4')} -i {clip('base.mp4')} -i rich.srt -map 0:v -map 0:a "
            f"-map 1:a -map 2:s"
        )
        ffmpeg(f"{source} -c copy -c:s mov_text -bsf:v {colours} {languages}", str(path))
    return path


def logo_picture() -> Path:
    path = folder() / "logo.png"
    if not path.exists():
        ffmpeg("-f lavfi -i color=white:s=40x20 -frames:v 1", str(path))
    return path
