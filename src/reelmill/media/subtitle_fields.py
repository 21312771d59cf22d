"""What an Output may say about subtitles: those that are burnt in, and those that become files. Pure.

Source of names and ranges: MPS reference, templates 3.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from reelmill.core import declare, placeholders
from reelmill.core.fields import At, Field, Record, Refused
from reelmill.core.urls import MAX_URL, key_problem, stored
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
            "Where the server does not have it, it draws in its own font, and the run says so.",
            "服务器没有该字体时以自带字体绘制，并在执行记录中说明。",
            advanced=True,
            absent="",
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
    "charset"}, and "font" where one is asked for."""
    if not config:
        return []
    files = [
        {"object": object_of(one["Input"], names), "charset": one["CharEnc"]}
        | ({"font": one["FontName"]} if one["FontName"] else {})
        for one in config["ExtSubtitleList"] or ()
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


def _address(text: str) -> str | Refused:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return _NO_ADDRESS
    fine = parts.scheme in ("http", "https") and parts.hostname and port != 0 and "@" not in parts.netloc
    return text if fine and len(text.encode()) <= MAX_URL else _NO_ADDRESS


_NO_ADDRESS = Refused("InvalidParameter.Format", "it must be an http or https address of at most 3200 bytes")
_HELD = "Of an object in a bound bucket, or any public address."
_HELD_ZH = "已绑定 Bucket 中对象的地址，或任意公网地址。"
WEBVTT_URL = declare.text(
    "WebVTT subtitles",
    "WebVTT 字幕地址",
    _HELD,
    _HELD_ZH,
    example="http://films.oss-cn-hangzhou.aliyuncs.com/a.vtt",
    trim=True,
    advanced=True,
    then=_address,
)


def _one_source(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    if len({"InputFile", "Map"} & set(given)) != 1:
        at = at.member("InputFile")
        at.refuse("MissingParameter", "it needs either InputFile or Map")


def _file_or_address(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    if "URL" in given:
        if "Object" in given or "Bucket" in given:
            at = at.member("URL")
            at.refuse("InvalidParameter", "give either URL, or Bucket and Object")
        return
    for name in ("Bucket", "Object"):
        if name not in given:
            at.member(name).refuse("MissingParameter")


INPUT_CONFIG: Record[Any] = declare.record(
    "Subtitles of a package",
    "打包字幕",
    {
        "Format": declare.choice(
            "Format",
            "格式",
            ("vtt", "ttml", "stl", "srt", "ass"),
            "What the file really is, the server finds out.",
            "文件的真实格式由服务器识别。",
            default="vtt",
            loose=True,
        ),
        "InputFile": declare.record(
            "File",
            "文件",
            {
                "Bucket": declare.text("Bucket", "Bucket", widget="input-bucket", example="films", refers="pictures"),
                "Location": declare.location(refers=""),
                "Object": declare.key(
                    "Object",
                    "对象",
                    "Placeholders: {ObjectPrefix}, {FileName}, {ExtName}.",
                    "可用占位符：{ObjectPrefix}、{FileName}、{ExtName}。",
                    example="{ObjectPrefix}{FileName}.vtt",
                    known=_NAMES,
                    wrong="a subtitle file has no placeholder {{{name}}}",
                ),
                "URL": declare.text(
                    "Address",
                    "地址",
                    _HELD,
                    _HELD_ZH,
                    example="http://films.oss-cn-hangzhou.aliyuncs.com/a.vtt",
                    trim=True,
                    then=_address,
                ),
            },
            rules=(_file_or_address,),
            absent=None,
            json_string=True,
            ignored=("RoleArn",),
        ),
        "Map": track(required=False, absent=None),
        "CharEnc": declare.choice(
            "Charset",
            "字符编码",
            CHARSETS,
            "auto finds it out.",
            "auto 表示自动识别。",
            default="auto",
            loose=True,
            advanced=True,
        ),
    },
    "A file, or a text track of the source.",
    "字幕文件，或源文件中的字幕流。",
    rules=(_one_source,),
    absent=None,
    json_string=True,
    advanced=True,
)


def of_stream(given: Mapping[str, Any], names: Mapping[str, str], home: str = "") -> dict[str, Any] | None:
    """The text of a subtitle stream, by the (checked) parameters of its activity; None when it is none. `home` is the
    address of this server."""
    if url := given.get("WebVTTSubtitleURL"):
        return {**_at(url, home), "charset": "auto"}
    config = given.get("InputConfig")
    if not config:
        return None
    if config["Map"] is not None:
        return {"track": config["Map"]}
    file = config["InputFile"] or {"URL": "", "Bucket": "", "Location": "", "Object": ""}
    where = _at(file["URL"], home) if file["URL"] else {"object": object_of(file, names)}
    return {**where, "charset": config["CharEnc"]}


def _at(url: str, home: str) -> dict[str, Any]:
    """The object that an address means, where it is one of a bucket; else the address."""
    ref = stored(url, home)
    return {"object": ref.to_json()} if ref else {"address": url}
