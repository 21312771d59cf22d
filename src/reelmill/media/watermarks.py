"""Watermarks: what a template and an Output may say about one. Pure. How they are drawn: media.watermark_drawing.

Source of names and ranges: MPS reference, templates 4.1 to 4.3. Values are kept as strings, as MPS echoes them.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any

from reelmill.core import jsonx, placeholders, schema
from reelmill.core.errors import Problems, UserText
from reelmill.core.urls import key_problem

MAX_MARKS = 20  # of one Output; newer texts say 4
PICTURES = ("png", "mov")  # a still picture, and one that moves
_CORNERS = ("TopRight", "TopLeft", "BottomRight", "BottomLeft")
_EDGES = ("Width", "Height", "Long", "Short")
_FONTS = (
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


def check_template(raw: Any, problems: Problems, path: str) -> dict[str, Any]:
    """The Config of a watermark template, normalised. Every problem goes to `problems` with its path."""
    given = _object(raw, problems, path)
    marked = _common(given, problems, path, {"TextWaterMark"})
    text = _object(given.get("TextWaterMark"), problems, f"{path}.TextWaterMark")
    for name, value in text.items():
        if name != "adaptive":
            problems.add(
                f"{path}.TextWaterMark.{name}",
                "InvalidParameter",
                "a template's TextWaterMark holds only adaptive; give the text with the Output",
            )
        elif str(value).lower() == "true":
            problems.add(
                f"{path}.TextWaterMark.adaptive",
                "InvalidParameter.NotSupported",
                "text that adapts its size is not available; give FontSize",
            )
        elif str(value).lower() != "false":
            problems.add(f"{path}.TextWaterMark.adaptive", "InvalidParameter", "it must be true or false")
    return marked


def check_watermarks(raw: Any, problems: Problems, path: str) -> tuple[dict[str, Any], ...]:
    """The WaterMarks of an Output, each normalised; its picture decoded as {"Bucket", "Location", "Object"}."""
    try:
        value = jsonx.unwrap(raw)
    except ValueError as error:
        problems.add(path, "InvalidParameter.JsonArrayFormatInvalid", f"it is not valid JSON: {error}")
        return ()
    if not isinstance(value, list):
        problems.add(path, "InvalidParameter.JsonArrayFormatInvalid", "it must be an array of watermarks")
        return ()
    if len(value) > MAX_MARKS:
        problems.add(path, "InvalidParameter.ListSizeExceed", f"at most {MAX_MARKS} watermarks are allowed")
        return ()
    return tuple(_mark(one, problems, f"{path}[{place}]") for place, one in enumerate(value))


def _mark(raw: Any, problems: Problems, path: str) -> dict[str, Any]:
    given = _object(raw, problems, path)
    marked = _common(given, problems, path, {"WaterMarkTemplateId", "InputFile", "TextWaterMark"})
    if template := str(given.get("WaterMarkTemplateId") or ""):
        marked["WaterMarkTemplateId"] = template
    if given.get("TextWaterMark") not in (None, "", {}):
        marked["TextWaterMark"] = _text(given["TextWaterMark"], problems, f"{path}.TextWaterMark")
    if given.get("InputFile") not in (None, "", {}):
        marked["InputFile"] = _picture(given["InputFile"], problems, f"{path}.InputFile")
    if marked.get("Type") == "Text" and "TextWaterMark" not in marked:
        problems.add(f"{path}.TextWaterMark", "MissingParameter")
    if marked.get("Type", "Image") == "Image" and "InputFile" not in marked and not (template and "Type" not in marked):
        problems.add(f"{path}.InputFile", "MissingParameter")
    return marked


def _common(given: Mapping[str, Any], problems: Problems, path: str, more: set[str]) -> dict[str, Any]:
    """The fields that templates and Outputs share."""
    made: dict[str, Any] = {}
    known: dict[str, Callable[[str], UserText]] = {
        "Width": _size,
        "Height": _size,
        "Dx": _offset,
        "Dy": _offset,
        "ReferPos": _corner,
        "Type": _kind,
    }
    for name, value in given.items():
        if name in known and value not in (None, ""):
            text = str(value).strip()
            if problem := known[name](text):
                problems.add(
                    f"{path}.{name}",
                    "InvalidParameter" if name in ("ReferPos", "Type") else "InvalidParameter.OutOfRange",
                    problem,
                )
            made[name] = text
        elif name not in known and name not in more and name not in ("Timeline", "RatioRefer"):
            problems.add(f"{path}.{name}", "InvalidParameter", f"there is no field {name} in a watermark")
    timeline = _fields(given.get("Timeline"), {"Start": _start, "Duration": _duration}, problems, f"{path}.Timeline")
    refer = _fields(
        given.get("RatioRefer"), dict.fromkeys(("Width", "Height", "Dx", "Dy"), _edge), problems, f"{path}.RatioRefer"
    )
    return made | ({"Timeline": timeline} if timeline else {}) | ({"RatioRefer": refer} if refer else {})


def _fields(raw: Any, known: Mapping[str, Callable[[str], UserText]], problems: Problems, path: str) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, value in _object(raw, problems, path).items():
        if name not in known:
            problems.add(f"{path}.{name}", "InvalidParameter", f"there is no field {name}; it has {', '.join(known)}")
        elif value not in (None, ""):
            made[name] = str(value).strip()
            if problem := known[name](made[name]):
                problems.add(f"{path}.{name}", "InvalidParameter.OutOfRange", problem)
    return made


def _size(text: str) -> UserText:
    fine = 8 <= int(text) <= 4096 if _WHOLE.fullmatch(text) else _SHARE.fullmatch(text) and float(text) > 0
    return "" if fine else "it must be 8 to 4096 pixels, or a share of the output's side between 0 and 1"


def _offset(text: str) -> UserText:
    fine = -4096 <= int(text) <= 4096 if _WHOLE.fullmatch(text) else _SHARE.fullmatch(text)
    return "" if fine else "it must be -4096 to 4096 pixels, or a share of the output's side between 0 and 1"


def _corner(text: str) -> UserText:
    return "" if text in _CORNERS else f"it must be one of {', '.join(_CORNERS)}"


def _kind(text: str) -> UserText:
    return "" if text in ("Image", "Text") else "it must be Image or Text"


def _edge(text: str) -> UserText:
    return "" if text in _EDGES else f"it must be one of {', '.join(_EDGES)}"


def _start(text: str) -> UserText:
    return "" if _SECONDS.fullmatch(text) else "it must be seconds from the beginning"


def _duration(text: str) -> UserText:
    return (
        ""
        if text == "ToEND" or (_SECONDS.fullmatch(text) and float(text) > 0)
        else "it must be seconds above 0, or ToEND"
    )


def _picture(raw: Any, problems: Problems, path: str) -> dict[str, str]:
    given = _object(raw, problems, path)
    for unknown in sorted(set(given) - {"Bucket", "Location", "Object"}):
        problems.add(f"{path}.{unknown}", "InvalidParameter", "an InputFile has Bucket, Location and Object")
    found = {name: str(given.get(name) or "") for name in ("Bucket", "Location", "Object")}
    for name in ("Bucket", "Object"):
        if not found[name]:
            problems.add(f"{path}.{name}", "MissingParameter")
    try:
        found["Object"] = placeholders.decode(found["Object"])
    except ValueError:
        problems.add(f"{path}.Object", "InvalidParameter.ObjectKeyInvalid", "it is not URL-encoded UTF-8")
        return found
    if found["Object"] and (problem := key_problem(found["Object"])):
        problems.add(f"{path}.Object", "InvalidParameter.ObjectKeyInvalid", f"the key cannot be used: {problem}")
    elif found["Object"] and found["Object"].rpartition(".")[2].lower() not in PICTURES:
        problems.add(
            f"{path}.Object",
            "InvalidParameter.ResourceNotSupported",
            "a watermark is a .png picture or a .mov animation",
        )
    return found


def _text(raw: Any, problems: Problems, path: str) -> dict[str, str]:
    given = _object(raw, problems, path)
    checks = {
        "FontName": _font,
        "FontSize": _font_size,
        "FontColor": _color,
        "BorderColor": _color,
        "FontAlpha": _alpha,
        "Top": _distance,
        "Left": _distance,
        "BorderWidth": _distance,
    }
    rest = {name: value for name, value in given.items() if name not in ("Content", "adaptive")}
    made = _fields(rest, checks, problems, path)
    if str(given.get("adaptive") or "false").lower() != "false":
        problems.add(
            f"{path}.adaptive",
            "InvalidParameter.NotSupported",
            "text that adapts its size is not available; give FontSize",
        )
    try:
        content = base64.b64decode(str(given.get("Content") or ""), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        problems.add(f"{path}.Content", "InvalidParameter.Format", "it must be Base64 of text in UTF-8")
        return made
    if not content:
        problems.add(f"{path}.Content", "MissingParameter")
    elif len(content.encode()) > _MAX_TEXT or any(ord(c) < 32 and c not in "\n\t" for c in content):
        problems.add(
            f"{path}.Content", "InvalidParameter", f"it has at most {_MAX_TEXT} bytes and no control characters"
        )
    return made | {"Content": content}


def _font(text: str) -> UserText:
    return "" if text in _FONTS else f"it must be one of {', '.join(_FONTS)}"


def _font_size(text: str) -> UserText:
    return "" if _WHOLE.fullmatch(text) and 4 < int(text) < 120 else "it must be a whole number between 4 and 120"


def _alpha(text: str) -> UserText:
    return (
        "" if re.fullmatch(r"1(\.0*)?|0?\.[0-9]{1,9}", text) and float(text) > 0 else "it must be above 0 and at most 1"
    )


def _distance(text: str) -> UserText:
    return "" if re.fullmatch(r"[0-9]{1,4}", text) and int(text) <= 4096 else "it must be 0 to 4096"


def _color(text: str) -> UserText:
    return "" if _COLOR.fullmatch(text) else "it must be the name of a colour or #RRGGBB"


def _object(raw: Any, problems: Problems, path: str) -> Mapping[str, Any]:
    """The object that a value holds, nested or as JSON text; empty when it is absent or none, which is complained
    about."""
    try:
        value = jsonx.unwrap(raw)
    except ValueError as error:
        problems.add(path, "InvalidParameter.JsonObjectFormatInvalid", f"it is not valid JSON: {error}")
        return {}
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping):
        problems.add(path, "InvalidParameter.JsonObjectFormatInvalid", "it must be a JSON object")
        return {}
    return value


SCHEMA = schema.array(
    "Watermarks",
    "水印",
    schema.record(
        "Watermark",
        "水印",
        {
            "WaterMarkTemplateId": schema.text(
                "Template",
                "水印模板",
                "What stands here wins over the template.",
                "此处填写的内容优先于模板。",
                widget="watermark-template",
                example="0123456789abcdef0123456789abcdef",
            ),
            "InputFile": schema.record(
                "Picture",
                "图片",
                {
                    "Bucket": schema.text("Bucket", "Bucket", widget="input-bucket", example="films"),
                    "Location": schema.text(
                        "Location",
                        "地域",
                        "oss-REGION of this server.",
                        "本服务器的 oss-地域。",
                        example="oss-cn-hangzhou",
                        advanced=True,
                    ),
                    "Object": schema.text(
                        "Object",
                        "对象",
                        "A .png picture or a .mov animation.",
                        "png 图片或 mov 动画。",
                        widget="object-path",
                        example="logo.png",
                    ),
                },
                required=("Bucket", "Object"),
                json_string=True,
            ),
            "Type": schema.choice("Kind", "类型", ("Image", "Text"), default="Image"),
            "TextWaterMark": schema.record(
                "Text",
                "文字",
                {
                    "Content": schema.text(
                        "Text",
                        "内容",
                        "Base64 of UTF-8.",
                        "UTF-8 文本的 Base64。",
                        widget="base64",
                        example="UmVlbE1pbGw=",
                    ),
                    "FontName": schema.choice(
                        "Font",
                        "字体",
                        _FONTS,
                        "All of them are drawn with the server's font.",
                        "均以服务器的字体绘制。",
                        advanced=True,
                    ),
                    "FontSize": schema.whole("Size", "字号", 5, 119, default=16, unit="px"),
                    "FontColor": schema.text(
                        "Colour", "颜色", "A name or #RRGGBB.", "颜色名或 #RRGGBB。", example="#ffffff"
                    ),
                    "FontAlpha": schema.number("Opacity", "不透明度", 0, 1, above=True, default=1, advanced=True),
                    "Top": schema.whole("From the top", "上边距", 0, 4096, default=0, unit="px"),
                    "Left": schema.whole("From the left", "左边距", 0, 4096, default=0, unit="px"),
                    "BorderWidth": schema.whole("Outline", "描边宽度", 0, 4096, default=0, unit="px", advanced=True),
                    "BorderColor": schema.text("Outline colour", "描边颜色", example="Black", advanced=True),
                },
                required=("Content",),
                json_string=True,
            ),
            "Width": schema.text(
                "Width",
                "宽",
                "Pixels, or a share of the output such as 0.12.",
                "像素，或输出宽度的比例，如 0.12。",
                example="0.12",
            ),
            "Height": schema.text(
                "Height",
                "高",
                "Without one side it follows from the other.",
                "只填一边时另一边按比例计算。",
                example="72",
            ),
            "Dx": schema.text("Distance across", "水平偏移", "Pixels or a share.", "像素或比例。", example="16"),
            "Dy": schema.text("Distance down", "垂直偏移", "Pixels or a share.", "像素或比例。", example="16"),
            "ReferPos": schema.choice("Corner", "位置", _CORNERS, default="TopRight"),
            "Timeline": schema.record(
                "When",
                "时间",
                {
                    "Start": schema.text("From", "开始", "Seconds from the beginning.", "距开头的秒数。", example="0"),
                    "Duration": schema.text("For", "时长", "Seconds, or ToEND.", "秒数，或 ToEND。", example="ToEND"),
                },
                json_string=True,
                advanced=True,
            ),
            "RatioRefer": schema.record(
                "Shares of",
                "比例参照",
                {name: schema.choice(name, name, _EDGES) for name in ("Width", "Height", "Dx", "Dy")},
                "The edge of the output that a share counts from.",
                "比例所参照的输出边。",
                json_string=True,
                advanced=True,
            ),
        },
        json_string=True,
    ),
    least=0,
    most=MAX_MARKS,
    json_string=True,
    advanced=True,
)
