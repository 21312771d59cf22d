"""What an Output may say about subtitles: those that are burnt in, and those that become files. Pure.

Source of names and ranges: MPS reference, templates 3.
"""

from collections.abc import Mapping
from typing import Any

from reelmill.core import declare, placeholders
from reelmill.core.fields import Field, Record, Refused
from reelmill.core.urls import key_problem
from reelmill.media.watermarks import FONTS

MAX_FILES = 4  # external files of one Output
MAX_TRACKS = 8  # of the source, in one list
CHARSETS = ("UTF-8", "GBK", "BIG5", "auto")
FORMS = {"srt": "srt", "vtt": "vtt", "ass": "plain-ass", "ssa": "plain-ass"}  # extension -> what the program makes
_NAMES = frozenset({"ObjectPrefix", "FileName", "ExtName"})


def track(**more: Any) -> Field:
    """Which text track of the source."""
    return declare.text(
        "Track",
        "字幕流",
        "0:s:N counts the source's subtitle tracks from 0.",
        "0:s:N，源文件字幕流从 0 起编号。",
        example="0:s:0",
        pattern="^0:s(:[0-9]{1,3})?$",
        code="InvalidParameter.Format",
        wrong="it must look like 0:s:N, where N counts subtitle tracks from 0",
        then=number_of,
        **({"required": True, "absent": 0} | more),
    )


def number_of(text: str) -> int:
    """N of `0:s:N`."""
    number = text.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _bucket(**more: Any) -> Field:
    return declare.text("Bucket", "Bucket", required=True, **more)


INPUT: Record[Any] = declare.record(
    "File",
    "文件",
    {
        "Bucket": _bucket(widget="input-bucket", example="films", refers="pictures"),
        "Location": declare.location(refers=""),
        "Object": declare.key(
            "Object",
            "对象",
            "srt, ass, ssa, vtt, ttml or EBU stl. Placeholders: {ObjectPrefix}, {FileName}, {ExtName}.",
            "srt、ass、ssa、vtt、ttml 或 EBU stl。可用占位符：{ObjectPrefix}、{FileName}、{ExtName}。",
            example="{ObjectPrefix}{FileName}.srt",
            known=_NAMES,
            wrong="a subtitle file has no placeholder {{{name}}}",
            required=True,
        ),
    },
    required=True,
    json_string=True,
    ignored=("RoleArn",),
)
_EXTERNAL: Record[Any] = declare.record(
    "Subtitle file",
    "字幕文件",
    {
        "Input": INPUT,
        "CharEnc": declare.choice(
            "Charset", "字符编码", CHARSETS, "auto finds it out.", "auto 表示自动识别。", default="auto", loose=True
        ),
        "FontName": declare.choice(
            "Font",
            "字体",
            FONTS,
            "All of them are drawn with the server's font.",
            "均以服务器的字体绘制。",
            default="SimSun",
            advanced=True,
            code="InvalidParameter.OutOfRange",
        ),
    },
    json_string=True,
)
CONFIG: Record[Any] = declare.record(
    "Burnt-in subtitles",
    "烧录字幕",
    {
        "ExtSubtitleList": declare.array(
            "Files",
            "外挂字幕",
            _EXTERNAL,
            least=0,
            most=MAX_FILES,
            wrong="it must be an array of subtitle files",
            too_many=Refused("InvalidParameter.ListSizeExceed", f"at most {MAX_FILES} subtitle files are allowed"),
        ),
        "SubtitleList": declare.array(
            "Tracks of the source",
            "源字幕流",
            declare.record("Track", "字幕流", {"Map": track()}, json_string=True),
            least=0,
            most=MAX_TRACKS,
            wrong="it must be an array of tracks",
            too_many=Refused("InvalidParameter.ListSizeExceed", f"at most {MAX_TRACKS} tracks are allowed"),
        ),
    },
    "Drawn into the picture: nobody can switch them off.",
    "绘制在画面中，无法关闭。",
    json_string=True,
    advanced=True,
    absent=None,
)


def _named(key: str) -> str | Refused:
    if problem := key_problem(key):
        return Refused("InvalidParameter.ObjectKeyInvalid", problem)
    if key.rpartition(".")[2].lower() not in FORMS:
        return Refused("InvalidParameter.Format", "it must end with .srt, .vtt, .ass or .ssa")
    return key


EXTRACTED = declare.array(
    "Subtitles as files",
    "提取字幕",
    declare.record(
        "Track",
        "字幕流",
        {
            "Map": track(),
            "OutSubtitleFile": declare.record(
                "File",
                "文件",
                {
                    "Bucket": _bucket(widget="output-bucket", example="films-out", refers="buckets"),
                    "Location": declare.location(),
                    "Object": declare.key(
                        "Object",
                        "对象",
                        "Ends with .srt, .vtt, .ass or .ssa. Placeholders: {RunId}, {ObjectPrefix}, {FileName}, "
                        "{ExtName}, {MediaId}.",
                        "以 .srt、.vtt、.ass 或 .ssa 结尾。可用占位符：{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}。",  # noqa: E501
                        example="{RunId}/{FileName}.srt",
                        known=placeholders.WORKFLOW,
                        wrong="a subtitle file has no placeholder {{{name}}}",
                        then=_named,
                        required=True,
                    ),
                },
                required=True,
                json_string=True,
                ignored=("RoleArn",),
            ),
        },
        json_string=True,
        ignored=("Success", "Message"),
    ),
    least=0,
    most=MAX_TRACKS,
    advanced=True,
    wrong="it must be an array of tracks",
    too_many=Refused("InvalidParameter.ListSizeExceed", f"at most {MAX_TRACKS} tracks are allowed"),
)


def burnt(config: Mapping[str, Any] | None, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The texts of a (checked) SubtitleConfig, in the order in which they are drawn: {"track": N} or {"object",
    "charset"}."""
    if not config:
        return []
    files = [
        {"object": object_of(one["Input"], names), "charset": one["CharEnc"]} for one in config["ExtSubtitleList"] or ()
    ]
    return [*({"track": one["Map"]} for one in config["SubtitleList"] or ()), *files]


def object_of(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """The object of a (checked) `INPUT`."""
    key = placeholders.fill(given["Object"], names)
    return {"bucket": given["Bucket"], "location": given["Location"] or "", "key": key}


def taken_out(tracks: tuple[Mapping[str, Any], ...], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The files of a (checked) OutSubtitleList: {"track": N, "bucket", "key"}."""
    return [
        {
            "track": one["Map"],
            "bucket": one["OutSubtitleFile"]["Bucket"],
            "key": placeholders.fill(one["OutSubtitleFile"]["Object"], names),
        }
        for one in tracks
    ]
