"""What an analysis may be asked for: AnalysisConfig (templates.md 6), and the parameters of the activity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Problems
from reelmill.core.fields import At, Record
from reelmill.media.smart import QUALITY

_AUTO = {"auto": "Auto", "force": "Force", "none": "None"}  # spellings of the documents
_SIDES = ("Width", "Height", "Left", "Top")


def _side(title: str, zh: str, least: int, example: int) -> Any:
    return declare.whole(title, zh, least, 4096, advanced=True, unit="px", echo=True, examples=[example])


def _crop_rule(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    """Force needs its box; nothing else has one."""
    if given and "Mode" not in given:
        at.member("Mode").refuse("MissingParameter")
    for name in _SIDES:
        if good.get("Mode") == "Force" and name not in given:
            at.member(name).refuse("MissingParameter")
        elif good.get("Mode") != "Force" and name in given:
            at.member(name).refuse("InvalidParameter", "it belongs to the mode Force")


_CROP: Record[dict[str, Any]] = declare.record(
    "Black borders",
    "黑边",
    {
        "Mode": declare.choice(
            "Mode",
            "方式",
            ("Force", "Auto", "None"),
            "Auto: they are found and cut; Force: this part of the picture is taken; None: the picture stays as it is.",
            "Auto 自动检测并去除；Force 取指定区域；None 保持原样。",
            same=_AUTO,
        ),
        "Width": _side("Width", "宽", 8, 640),
        "Height": _side("Height", "高", 8, 360),
        "Left": _side("Left", "左", 0, 0),
        "Top": _side("Top", "上", 0, 60),
    },
    rules=(_crop_rule,),
    sparse=True,
    json_string=True,
    advanced=True,
)
_QUALITY: Record[dict[str, Any]] = declare.record(
    "Quality",
    "质量",
    {
        "RateQuality": declare.whole(
            "Quality",
            "画质",
            1,
            51,
            f"Lower is better; {QUALITY} aims at the VMAF of this server's settings (93 by default).",
            f"越小越好；{QUALITY} 对应服务器设置的 VMAF 目标（默认 93）。",
            default=QUALITY,
            echo=True,
            code="InvalidParameter.OutOfRange",
        ),
        "MethodStreaming": declare.choice(
            "Watched",
            "观看方式",
            ("network", "local"),
            "network: the rate has a peak that players can rely on.",
            "network 会限制峰值码率，便于边下边播。",
            default="network",
            advanced=True,
        ),
    },
    sparse=True,
    json_string=True,
)
_PROPERTIES: Record[dict[str, Any]] = declare.record(
    "Picture",
    "画面",
    {
        "Deinterlace": declare.choice(
            "Deinterlace",
            "去隔行",
            ("Auto", "Force", "None"),
            "Auto: interlaced pictures only; Force: all of them; None: they stay interlaced.",
            "Auto 仅处理隔行画面；Force 全部处理；None 保持隔行。",
            default="Auto",
            same=_AUTO,
            advanced=True,
        ),
        "Crop": _CROP,
    },
    sparse=True,
    json_string=True,
)
_MEMBERS = {"QualityControl": _QUALITY, "PropertiesControl": _PROPERTIES}
CONFIG: Record[dict[str, Any]] = declare.record("Analysis", "分析", _MEMBERS, sparse=True, json_string=True)


@dataclass(frozen=True, slots=True)
class Params:
    """quality   RateQuality      network   MethodStreaming      deinterlace, crop   modes of PropertiesControl
    box       `width:height:left:top` of Crop Force      highest   only the highest definition is kept"""

    quality: int = QUALITY
    network: bool = True
    deinterlace: str = "Auto"
    crop: str = "Auto"
    box: str = ""
    highest: bool = False
    priority: int = 6
    config: Mapping[str, Any] | None = None


def _params(given: Mapping[str, Any]) -> Params:
    quality, properties = given.get("QualityControl") or {}, given.get("PropertiesControl") or {}
    crop = properties.get("Crop") or {}
    box = ":".join(str(crop.get(name)) for name in _SIDES) if crop.get("Mode") == "Force" else ""
    return Params(
        int(quality.get("RateQuality") or QUALITY),
        quality.get("MethodStreaming") != "local",
        properties.get("Deinterlace") or "Auto",
        crop.get("Mode") or "Auto",
        box,
        bool(given.get("KeepOnlyHighestDefinition")),
    )


PARAMETERS: Record[Params] = declare.record(
    "Analysis",
    "分析",
    {
        "KeepOnlyHighestDefinition": declare.flag(
            "Only the highest definition",
            "仅保留最高清晰度",
            "Of the definitions that are worth to be made the best one alone is made.",
            "在值得转出的清晰度中，只转最高的一档。",
            default=False,
        ),
        **_MEMBERS,
    },
    unknown='"{name}" is not a parameter of Analysis; it has {known}.',
    make=_params,
)


def config_params(raw: Any, priority: int, problems: Problems, path: str) -> Params:
    """Parameters of SubmitAnalysisJob."""
    found = _params(CONFIG.check(raw or {}, problems, path) or {})
    sides = dict(zip(_SIDES, found.box.split(":"), strict=True)) if found.box else {}
    shown = {
        "QualityControl": {
            "RateQuality": str(found.quality),
            "MethodStreaming": "network" if found.network else "local",
        },
        "PropertiesControl": {"Deinterlace": found.deinterlace, "Crop": {"Mode": found.crop, **sides}},
    }
    return Params(found.quality, found.network, found.deinterlace, found.crop, found.box, False, priority, shown)
