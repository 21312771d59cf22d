"""Templates, watermarks and files of the story."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from clips import clip, ffmpeg, folder
from codes import qr
from running import LOCATION

MISSING = "0" * 32

ANALYSIS = json.dumps(  # every field of AnalysisConfig
    {
        "QualityControl": {"RateQuality": "20", "MethodStreaming": "network"},
        "PropertiesControl": {
            "Deinterlace": "Auto",
            "Crop": {"Mode": "Force", "Width": 160, "Height": 80, "Left": 0, "Top": 8},
        },
    }
)

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

NARROW = {"Version": "1.0", "Abrmax": "900", "MaxAbrRatio": "0.9"}
LOUDNESS = {"IntegratedLoudnessTarget": "-23", "TruePeak": "-2", "LoudnessRangeTarget": "8"}
OTHER_TEMPLATES = (  # fields that do not go together with those above
    {
        "Container": {"Format": "mp4"},
        "Video": {
            "Codec": "H.264",
            "BitrateBnd": {"Max": "800", "Min": "100"},
            "ScanMode": "progressive",
            "Crop": "border",
            "Degrain": "1",
        },
        "Audio": {"Codec": "MP3", "Qscale": "4", "Volume": {"Method": "linear", "Level": "-3"}},
    },
    {
        "Container": {"Format": "mp4"},
        "Video": {"Codec": "H.264", "Pad": "320:240:0:0", "NarrowBand": NARROW},
        "Audio": {"Codec": "AAC", "Volume": {"Method": "dynamic", **LOUDNESS}},
    },
    {"Container": {"Format": "mp4"}, "Video": {}, "Audio": {"Volume": {"Method": "adaptive", "PeakLevel": "0.9"}}},
    {
        "Container": {"Format": "gif"},
        "Video": {"Codec": "GIF"},
        "Audio": {"Remove": "true"},
        "MuxConfig": {"Gif": {"Loop": "1", "FinalDelay": "10", "IsCustomPalette": "false", "DitherMode": "bayer"}},
    },
    {
        "Container": {"Format": "webp"},
        "Video": {"Codec": "WEBP"},
        "Audio": {"Remove": "true"},
        "MuxConfig": {"Webp": {"Loop": "1"}},
    },
)

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


def emblem() -> Path:
    """A picture that can be known again."""
    path = folder() / "emblem.png"
    if not path.exists():
        ffmpeg("-f lavfi -i testsrc2=size=120x60 -frames:v 1", str(path))
    return path


def audited() -> Path:
    """A picture with a code, letters and the emblem."""
    path = folder() / "audited.png"
    if not path.exists():
        code = cv2.imdecode(np.frombuffer(qr("https://example.com/lucky/spin", 180), np.uint8), cv2.IMREAD_GRAYSCALE)
        mark = cv2.imread(str(emblem()))
        assert code is not None and mark is not None
        drawn = np.full((360, 640, 3), 60, np.uint8)
        drawn[20 : 20 + code.shape[0], 20 : 20 + code.shape[1]] = code[:, :, None]
        drawn[40:100, 480:600] = mark
        cv2.putText(drawn, "LUCKY SPIN", (60, 320), cv2.FONT_HERSHEY_DUPLEX, 1.6, (255, 255, 255), 3)
        cv2.imwrite(str(path), drawn)
    return path


def said() -> Path:
    """A clip in which two lines are to be read, one after the other."""
    path = folder() / "said.mp4"
    if not path.exists():
        for number, line in enumerate(("MEET ME AT THE HARBOUR", "BRING THE SILVER LETTER")):
            drawn = np.full((180, 640, 3), 40, np.uint8)
            cv2.putText(drawn, line, (30, 100), cv2.FONT_HERSHEY_DUPLEX, 1.2, (255, 255, 255), 2)
            cv2.imwrite(str(folder() / f"said{number}.png"), drawn)
        ffmpeg("-framerate 1/2 -i said%d.png -r 4 -c:v libx264 -pix_fmt yuv420p", str(path))
    return path


def coded() -> Path:
    """A clip that shows a QR code all the time."""
    path = folder() / "coded.mp4"
    if not path.exists():
        (folder() / "code.pgm").write_bytes(qr("https://example.com/win", 180))
        ffmpeg(
            "-loop 1 -i code.pgm -t 2 -r 5 -vf scale=160:160:flags=neighbor,pad=320:180:80:10:gray "
            "-c:v libx264 -pix_fmt yuv420p",
            str(path),
        )
    return path


def edits(good: str, template: str) -> list[dict[str, Any]]:
    """Outputs with all that may stand in one beside its template."""
    return [
        {
            "Clip": {
                "TimeSpan": {"Seek": "00:00:00.1", "Duration": "1", "End": "0.1"},
                "ConfigToClipFirstPart": "true",
            },
            "MergeList": [{"MergeURL": good, "Start": "0", "Duration": "1"}],
            "Rotate": "90",
            "SuperReso": {"IsHalfSample": "false"},
            "ExtendData": "e",
        },
        {
            "OpeningList": [{"OpenUrl": good, "Start": "0", "Width": "64", "Height": "36"}],
            "TailSlateList": [
                {
                    "TailUrl": good,
                    "BlendDuration": "0.2",
                    "Width": "64",
                    "Height": "36",
                    "IsMergeAudio": "true",
                    "BgColor": "White",
                    "Start": "0",
                }
            ],
            "Amix": [{"AmixURL": good, "Map": "0:a:0", "MixDurMode": "first", "Start": "0"}],
            "DeWatermark": {"0": [{"l": 0.1, "t": 0.1, "w": 0.2, "h": 0.1}]},
            "M3U8NonStandardSupport": {"TS": {"Md5Support": "true", "SizeSupport": "true"}},
            "TemplateId": template,
        },
        {"MergeConfigUrl": good, "WaterMarkConfigUrl": good},
    ]


def words() -> Path:
    """A file of subtitles."""
    path = folder() / "words.srt"
    path.write_text("1\n00:00:00,500 --> 00:00:01,000\n你好\n", encoding="utf-8")
    return path


def subtitles(sources: str, outputs: str) -> dict[str, Any]:
    """Of an Output: `words`, burnt in, and tracks that are taken out; the second one is not there."""
    file = {"Bucket": sources, "Location": LOCATION, "Object": "words.srt"}
    taken = [
        {"Map": track, "OutSubtitleFile": {"Bucket": outputs, "Location": LOCATION, "Object": f"o/{name}"}}
        for track, name in (("0:s:0", "good.srt"), ("0:s:1", "none.srt"))
    ]
    return {
        "SubtitleConfig": {
            "ExtSubtitleList": [{"Input": file, "CharEnc": "auto", "FontName": "SimSun"}],
            "SubtitleList": [{"Map": "0:s:0"}],
        },
        "OutSubtitleList": taken,
    }
