"""What an Output asks for beside its template: parts of the time line, other films before, behind and beside it,
regions that are blurred, how it is turned. Declared once; kept as JSON in the job. Pure.

Source of names and ranges: MPS reference, templates 3. What is made of them: media.shaping (pictures),
media.assembly (time).
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from reelmill.core import declare, jsonx
from reelmill.core.errors import CallerError
from reelmill.core.fields import At, Field, Record, Refused
from reelmill.core.schema import text as text_schema
from reelmill.core.urls import parse_file_url

MAX_PARTS, MAX_LISTED_PARTS = 4, 50  # of MergeList, and of a file that MergeConfigUrl names
_OUT = "InvalidParameter.OutOfRange"
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5]?[0-9]):([0-5]?[0-9](?:\.[0-9]{1,3})?)")
_SECONDS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")
_MAX_SECONDS = 86_399.999
_COLOR = re.compile(r"[A-Za-z]{3,20}|#[0-9A-Fa-f]{6}")
_TRACK = "^0:a:[0-9]{1,3}$"


def _moment(text: str) -> str | Refused:
    """Seconds, of `hh:mm:ss.SSS` or `sssss.SSS`."""
    if clock := _CLOCK.fullmatch(text):
        return f"{int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3]):.3f}"
    if _SECONDS.fullmatch(text) and float(text) <= _MAX_SECONDS:
        return f"{float(text):.3f}"
    return Refused("InvalidParameter.Format", "it must look like hh:mm:ss.SSS or sssss.SSS")


def _time(title: str, zh: str, about: str = "", about_zh: str = "", **more: Any) -> Field:
    return declare.text(title, zh, about, about_zh, example="00:00:05.000", trim=True, then=_moment, **more)


def located(text: str) -> dict[str, str] | Refused:
    """The object that an address names."""
    try:
        found = parse_file_url(text, frozenset({urlsplit(text).netloc.lower()}), "")
    except (CallerError, ValueError):
        return Refused(
            "InvalidParameter.Format",
            "it must look like http://BUCKET.oss-REGION.aliyuncs.com/OBJECT or http://HOST:PORT/BUCKET/OBJECT",
        )
    return {"Bucket": found.bucket, "Location": found.location, "Object": found.key}


def _source(text: str) -> dict[str, str] | str | Refused:
    return text if text == "input" else located(text)


def _address(title: str, zh: str, about: str = "", about_zh: str = "", **more: Any) -> Field:
    lacks = Refused("InvalidParameter", "it is required")
    how: dict[str, Any] = {"then": located, "trim": True, "absent": None, "missing": lacks} | more
    return declare.text(title, zh, about, about_zh, example="http://films.oss-cn-hangzhou.aliyuncs.com/a.mp4", **how)


def _names_bucket(name: str) -> Any:
    """A rule: the bucket of the address must be known here."""

    def rule(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
        if isinstance(good.get(name), Mapping):
            at.member(name).refer("pictures", good[name]["Bucket"])

    return rule


def _side(title: str, zh: str) -> Field:
    def fine(text: str) -> str | Refused:
        known = text in ("-1", "full") or (re.fullmatch(r"[0-9]{1,4}", text) and 0 < int(text) < 4096)
        return text if known else Refused(_OUT, "it must be 1 to 4095 pixels, -1 for its own size, or full")

    return declare.text(
        title,
        zh,
        "Pixels, -1: its own size, full: fills the picture.",
        "像素，-1 为自身尺寸，full 为铺满。",
        example="full",
        trim=True,
        then=fine,
    )


def _color(text: str) -> str | Refused:
    return text if _COLOR.fullmatch(text) else Refused(_OUT, "it must be the name of a colour or #RRGGBB")


def _listed(title: str, zh: str, name: str, members: Mapping[str, Field], most: int, **more: Any) -> Field:
    one: Record[Any] = declare.record(
        title,
        zh,
        {
            **members,
            "RoleArn": declare.text(
                "Role", "角色", "Not needed here.", "此处无需填写。", example="acs:ram::1:role/media", advanced=True
            ),
        },
        unknown="there is no field {name}; it has {known}",
        rules=(_names_bucket(name),),
        sparse=True,
        hollow=True,
        json_string=True,
    )
    return declare.array(
        title,
        zh,
        one,
        least=0,
        most=most,
        advanced=True,
        wrong="it must be an array of objects",
        too_many=Refused("InvalidParameter.ListSizeExceed", f"at most {most} are allowed"),
        **more,
    )


def part() -> dict[str, Field]:
    """What is told of a film that is appended."""
    return {
        "MergeURL": _address("Film", "视频地址", required=True),
        "Start": _time("From", "开始", "Where the part begins in it.", "片段在其中的起点。"),
        "Duration": _time("For", "时长"),
    }


class Regions(Field):
    """DeWatermark: start in ms -> regions. Any number of starts, so no table of members can say it."""

    def read(self, raw: Any, at: At) -> Any:
        try:
            raw = jsonx.unwrap(raw)
        except ValueError as error:
            return at.refuse("InvalidParameter.JsonObjectFormatInvalid", f"it is not valid JSON: {error}")
        if not isinstance(raw, Mapping) or not raw:
            return at.refuse("InvalidParameter.JsonObjectFormatInvalid", "it must be a JSON object")
        wrong = [name for name in raw if not re.fullmatch(r"[0-9]{1,8}", str(name))]
        if wrong:
            return at.refuse("InvalidParameter", "its names must be starts in milliseconds")
        # an empty list says where the regions end
        found = {name: _REGIONS.read(value, at.member(str(name))) for name, value in raw.items()}
        return {str(name): list(value) for name, value in found.items() if isinstance(value, tuple)}


def _edge(title: str, zh: str, name: str) -> Field:
    about = "Above 1: pixels; else a share of the source's side.", "大于 1 为像素，否则为源边长的比例。"
    return declare.number(title, zh, 0, 4096, *about, required=True, aliases=(name.upper(),), code=_OUT)


_REGION: Record[Any] = declare.record(
    "Region",
    "区域",
    {
        "l": _edge("Left", "左", "l"),
        "t": _edge("Top", "上", "t"),
        "w": _edge("Width", "宽", "w"),
        "h": _edge("Height", "高", "h"),
    },
    sparse=True,
    json_string=True,
)
_REGIONS = declare.array("Regions", "区域", _REGION, least=0, most=20, wrong="it must be an array of regions")


def _merges_once(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    if "MergeList" in given and "MergeConfigUrl" in given:
        at = at.member("MergeConfigUrl")
        at.refuse("InvalidParameter", "give MergeList or MergeConfigUrl, not both")


RULES = (_merges_once, _names_bucket("MergeConfigUrl"), _names_bucket("WaterMarkConfigUrl"))
_CLIP: Record[Any] = declare.record(
    "Clip",
    "剪辑",
    {
        "TimeSpan": declare.record(
            "Span",
            "时间段",
            {
                "Seek": _time("From", "开始"),
                "Duration": _time("For", "时长"),
                "End": _time("Cut off the end", "截去尾部", "Wins over Duration.", "优先于时长。"),
            },
            unknown="there is no field {name}; it has {known}",
            sparse=True,
            json_string=True,
        ),
        "ConfigToClipFirstPart": declare.flag(
            "Clip before joining", "先剪辑后拼接", "Else what was joined is clipped.", "否则对拼接后的视频剪辑。"
        ),
    },
    unknown="there is no field {name}; it has {known}",
    sparse=True,
    hollow=True,
    json_string=True,
    advanced=True,
)
_SUPER: Record[Any] = declare.record(
    "Doubling",
    "分辨率倍增",
    {
        "IsHalfSample": declare.choice(
            "Half samples",
            "半采样",
            ("false",),
            code="InvalidParameter.NotSupported",
            wrong="pictures are doubled by a scaler, not learned from halves; leave it out",
        )
    },
    unknown="there is no field {name}; it has {known}",
    sparse=True,
    json_string=True,
    advanced=True,
)
_PLAYLIST: Record[Any] = declare.record(
    "Playlist extras",
    "播放列表附加信息",
    {
        "TS": declare.record(
            "Segments",
            "分片",
            {"Md5Support": declare.flag("MD5", "MD5"), "SizeSupport": declare.flag("Size", "大小")},
            "Comments in the playlist.",
            "写入播放列表的注释。",
            unknown="there is no field {name}; it has {known}",
            sparse=True,
            json_string=True,
        )
    },
    unknown="there is no field {name}; it has {known}",
    sparse=True,
    json_string=True,
    advanced=True,
)
FIELDS: dict[str, Field] = {
    "Rotate": declare.whole(
        "Turn",
        "旋转",
        0,
        359,
        "Degrees clockwise.",
        "顺时针角度。",
        unit="°",
        advanced=True,
        code=_OUT,
        absent=None,
        examples=[90],
    ),
    "Clip": _CLIP,
    "MergeList": _listed("Films behind it", "拼接视频", "MergeURL", part(), MAX_PARTS),
    "MergeConfigUrl": _address(
        "List of films behind it",
        "拼接列表地址",
        "A JSON file with a MergeList.",
        "含 MergeList 的 JSON 文件。",
        advanced=True,
    ),
    "OpeningList": _listed(
        "Opening on the picture",
        "片头",
        "OpenUrl",
        {
            "OpenUrl": _address("Film", "视频地址", required=True, aliases=("openUrl",)),
            "Start": _time("From", "开始"),
            "Width": _side("Width", "宽"),
            "Height": _side("Height", "高"),
        },
        2,
    ),
    "TailSlateList": _listed(
        "Film at the end",
        "片尾",
        "TailUrl",
        {
            "TailUrl": _address("Film", "视频地址", required=True),
            "BlendDuration": _time("Blend", "淡入时长", "Its first seconds fade in.", "开头淡入的秒数。"),
            "Width": _side("Width", "宽"),
            "Height": _side("Height", "高"),
            "IsMergeAudio": declare.flag("With its sound", "合并音频", default=True),
            "BgColor": declare.text("Background", "背景色", example="White", trim=True, then=_color),
            "Start": _time("From", "开始", "Where the part begins in it.", "片段在其中的起点。"),
        },
        2,
    ),
    "Amix": _listed(
        "Sound beside it",
        "混音",
        "AmixURL",
        {
            "AmixURL": _address(
                "Sound",
                "音频地址",
                "Or input: another track of the source.",
                "或 input：源的另一音轨。",
                required=True,
                then=_source,
            ),
            "Map": declare.text(
                "Track",
                "音轨",
                example="0:a:0",
                pattern=_TRACK,
                code="InvalidParameter.Format",
                wrong="it must look like 0:a:N, where N counts audio streams from 0",
            ),
            "MixDurMode": declare.choice(
                "Lasts",
                "时长",
                ("long", "first"),
                "As long as the longer one, or as the film.",
                "取较长者，或与视频相同。",
                default="long",
                same={"longest": "long"},
            ),
            "Start": _time("From", "开始", "When it begins.", "开始时间。"),
        },
        4,
    ),
    "DeWatermark": Regions(
        schema=text_schema(
            "Blurred regions",
            "模糊区域",
            "JSON: start in ms, regions.",
            "JSON：起始毫秒与区域。",
            widget="json",
            example='{"0": [{"l": 0.1, "t": 0.1, "w": 0.2, "h": 0.1}]}',
            advanced=True,
        ),
        absent=None,
    ),
    "WaterMarkConfigUrl": _address(
        "List of watermarks",
        "水印列表地址",
        "A JSON file with WaterMarks.",
        "含 WaterMarks 的 JSON 文件。",
        advanced=True,
    ),
    "M3U8NonStandardSupport": _PLAYLIST,
    "SuperReso": _SUPER,
    "ExtendData": declare.text(
        "Data", "附加数据", "Kept with the job.", "随作业保存。", example="order 17", advanced=True, maxLength=1024
    ),
}
# of these the pictures or the time line become others, which needs an encoder
REMAKE = frozenset(
    "Rotate Clip MergeList MergeConfigUrl OpeningList TailSlateList Amix DeWatermark WaterMarkConfigUrl".split()
)
