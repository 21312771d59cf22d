"""Watermarks: what a template and an Output may say about one. Pure. How they are drawn: media.watermark_drawing.

Source of names and ranges: MPS reference, templates 4.1 to 4.3. Values are kept as strings, as MPS echoes them.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Problems
from reelmill.core.fields import At, Field, Record, Refused
from reelmill.core.urls import key_problem

MAX_MARKS = 20  # of one Output; newer texts say 4
PICTURES = ("png", "mov")  # a still picture, and one that moves
_CORNERS = ("TopRight", "TopLeft", "BottomRight", "BottomLeft")
_EDGES = ("Width", "Height", "Long", "Short")
FONTS = (
    "SimSun",
    "WenQuanYi Zen Hei",
    "WenQuanYi Zen Hei Mono",
    "WenQuanYi Zen Hei Sharp",
    "Yuanti SC Bold",
    "Yuanti SC Light",
    "Yuanti SC Regular",
)
_SHARE = re.compile(r"0?\.[0-9]{1,20}")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_SECONDS = re.compile(r"[0-9]{1,7}(\.[0-9]{1,9})?")
_COLOR = re.compile(r"[A-Za-z]{3,20}|#[0-9A-Fa-f]{6}")
_MAX_TEXT = 1024  # bytes
_OUT = "InvalidParameter.OutOfRange"


def _size(text: str) -> str | Refused:
    fine = 8 <= int(text) <= 4096 if _WHOLE.fullmatch(text) else _SHARE.fullmatch(text) and float(text) > 0
    return (
        text if fine else Refused(_OUT, "it must be 8 to 4096 pixels, or a share of the output's side between 0 and 1")
    )


def _offset(text: str) -> str | Refused:
    fine = -4096 <= int(text) <= 4096 if _WHOLE.fullmatch(text) else _SHARE.fullmatch(text)
    if not fine:
        return Refused(_OUT, "it must be -4096 to 4096 pixels, or a share of the output's side between 0 and 1")
    return text


def _start(text: str) -> str | Refused:
    return text if _SECONDS.fullmatch(text) else Refused(_OUT, "it must be seconds from the beginning")


def _duration(text: str) -> str | Refused:
    if text == "ToEND" or (_SECONDS.fullmatch(text) and float(text) > 0):
        return text
    return Refused(_OUT, "it must be seconds above 0, or ToEND")


def _color(text: str) -> str | Refused:
    return text if _COLOR.fullmatch(text) else Refused(_OUT, "it must be the name of a colour or #RRGGBB")


def _content(text: str) -> str | Refused:
    try:
        content = base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return Refused("InvalidParameter.Format", "it must be Base64 of text in UTF-8")
    if len(content.encode()) > _MAX_TEXT or any(ord(c) < 32 and c not in "\n\t" for c in content):
        return Refused("InvalidParameter", f"it has at most {_MAX_TEXT} bytes and no control characters")
    return content


def _picture(key: str) -> str | Refused:
    if problem := key_problem(key):
        return Refused("InvalidParameter.ObjectKeyInvalid", f"the key cannot be used: {problem}")
    if key.rpartition(".")[2].lower() not in PICTURES:
        return Refused("InvalidParameter.ResourceNotSupported", "a watermark is a .png picture or a .mov animation")
    return key


def _made_of_something(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    kind = given.get("Type", "Image")
    lacking = "TextWaterMark" if kind == "Text" else "InputFile" if kind == "Image" else ""
    by_template = "WaterMarkTemplateId" in given and "Type" not in given
    if lacking and lacking not in given and not by_template:
        at.member(lacking).refuse("MissingParameter")


_INPUT_FILE: Record[Any] = declare.record(
    "Picture",
    "图片",
    {
        "Bucket": declare.text(
            "Bucket", "Bucket", widget="input-bucket", example="films", required=True, refers="pictures"
        ),
        "Location": declare.location(refers=""),
        "Object": declare.key(
            "Object",
            "对象",
            "A .png picture or a .mov animation.",
            "png 图片或 mov 动画。",
            example="logo.png",
            required=True,
            then=_picture,
        ),
    },
    unknown="an InputFile has Bucket, Location and Object",
    json_string=True,
)


def _distance(title: str, zh: str, **more: Any) -> Field:
    return declare.whole(
        title, zh, 0, 4096, default=0, unit="px", echo=True, code=_OUT, wrong="it must be 0 to 4096", **more
    )


_ADAPTIVE = declare.flag(
    "Fits the picture",
    "自适应",
    "The size is that of a picture of 720 lines, and grows with the picture.",
    "字号以 720 行的画面为准，随画面缩放。",
    advanced=True,
    echo=True,
)
_TEXT: Record[Any] = declare.record(
    "Text",
    "文字",
    {
        "Content": declare.text(
            "Text",
            "内容",
            "Base64 of UTF-8.",
            "UTF-8 文本的 Base64。",
            widget="base64",
            example="UmVlbE1pbGw=",
            required=True,
            then=_content,
        ),
        "FontName": declare.choice(
            "Font",
            "字体",
            FONTS,
            "Where the server does not have it, its own font is taken.",
            "服务器没有该字体时，使用服务器自带的字体。",
            advanced=True,
            code=_OUT,
        ),
        "FontSize": declare.whole(
            "Size",
            "字号",
            5,
            119,
            default=16,
            unit="px",
            echo=True,
            code=_OUT,
            wrong="it must be a whole number between 4 and 120",
        ),
        "FontColor": declare.text(
            "Colour", "颜色", "A name or #RRGGBB.", "颜色名或 #RRGGBB。", example="#ffffff", trim=True, then=_color
        ),
        "FontAlpha": declare.number(
            "Opacity",
            "不透明度",
            0,
            1,
            above=True,
            default=1,
            advanced=True,
            echo=True,
            code=_OUT,
            wrong="it must be above 0 and at most 1",
        ),
        "Top": _distance("From the top", "上边距"),
        "Left": _distance("From the left", "左边距"),
        "BorderWidth": _distance("Outline", "描边宽度", advanced=True),
        "adaptive": _ADAPTIVE,
        "BorderColor": declare.text(
            "Outline colour", "描边颜色", example="Black", advanced=True, trim=True, then=_color
        ),
    },
    unknown="there is no field {name}; it has {known}",
    sparse=True,
    json_string=True,
)
_TIMELINE: Record[Any] = declare.record(
    "When",
    "时间",
    {
        "Start": declare.text(
            "From", "开始", "Seconds from the beginning.", "距开头的秒数。", example="0", trim=True, then=_start
        ),
        "Duration": declare.text(
            "For", "时长", "Seconds, or ToEND.", "秒数，或 ToEND。", example="ToEND", trim=True, then=_duration
        ),
    },
    unknown="there is no field {name}; it has {known}",
    sparse=True,
    json_string=True,
    advanced=True,
)
_RATIO_REFER: Record[Any] = declare.record(
    "Shares of",
    "比例参照",
    {name: declare.choice(name, name, _EDGES, code=_OUT) for name in ("Width", "Height", "Dx", "Dy")},
    "The edge of the output that a share counts from.",
    "比例所参照的输出边。",
    unknown="there is no field {name}; it has {known}",
    sparse=True,
    json_string=True,
    advanced=True,
)
# what templates and Outputs share
_BEFORE: dict[str, Field] = {
    "Type": declare.choice("Kind", "类型", ("Image", "Text"), default="Image", wrong="it must be Image or Text")
}
_AFTER: dict[str, Field] = {
    "Width": declare.text(
        "Width",
        "宽",
        "Pixels, or a share of the output such as 0.12.",
        "像素，或输出宽度的比例，如 0.12。",
        example="0.12",
        trim=True,
        then=_size,
    ),
    "Height": declare.text(
        "Height",
        "高",
        "Without one side it follows from the other.",
        "只填一边时另一边按比例计算。",
        example="72",
        trim=True,
        then=_size,
    ),
    "Dx": declare.text(
        "Distance across", "水平偏移", "Pixels or a share.", "像素或比例。", example="16", trim=True, then=_offset
    ),
    "Dy": declare.text(
        "Distance down", "垂直偏移", "Pixels or a share.", "像素或比例。", example="16", trim=True, then=_offset
    ),
    "ReferPos": declare.choice("Corner", "位置", _CORNERS, default="TopRight"),
    "Timeline": _TIMELINE,
    "RatioRefer": _RATIO_REFER,
}


def _without_empty(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value != {}}


_MARK = declare.record(
    "Watermark",
    "水印",
    {
        "WaterMarkTemplateId": declare.text(
            "Template",
            "水印模板",
            "What stands here wins over the template.",
            "此处填写的内容优先于模板。",
            widget="watermark-template",
            example="0123456789abcdef0123456789abcdef",
            refers="watermarks",
        ),
        "InputFile": _INPUT_FILE,
        **_BEFORE,
        "TextWaterMark": _TEXT,
        **_AFTER,
    },
    unknown="there is no field {name} in a watermark",
    rules=(_made_of_something,),
    sparse=True,
    hollow=True,
    json_string=True,
    make=_without_empty,
)
WATERMARKS = declare.array(
    "Watermarks",
    "水印",
    _MARK,
    least=0,
    most=MAX_MARKS,
    advanced=True,
    wrong="it must be an array of watermarks",
    too_many=Refused("InvalidParameter.ListSizeExceed", f"at most {MAX_MARKS} watermarks are allowed"),
)
_TEMPLATE_TEXT: Record[Any] = declare.record(
    "Text",
    "文字",
    {"adaptive": _ADAPTIVE},
    unknown="a template's TextWaterMark holds only adaptive; give the text with the Output",
    sparse=True,
    json_string=True,
)
_TEMPLATE = declare.record(
    "Watermark template",
    "水印模板",
    {**_BEFORE, "TextWaterMark": _TEMPLATE_TEXT, **_AFTER},
    unknown="there is no field {name} in a watermark",
    sparse=True,
    make=_without_empty,
)


def check_template(raw: Any, problems: Problems, path: str) -> dict[str, Any]:
    """The Config of a watermark template, normalised. Every problem goes to `problems` with its path."""
    return {} if raw is None or raw == "" else _TEMPLATE.check(raw, problems, path)


def check_watermarks(raw: Any, problems: Problems, path: str) -> tuple[dict[str, Any], ...]:
    """The WaterMarks of an Output, each normalised; its picture decoded as {"Bucket", "Location", "Object"}."""
    found = WATERMARKS.read(raw, At(problems, path))
    return found if isinstance(found, tuple) else ()
