"""How values of transcode templates are declared, and Audio.Volume. Pure.

Source of names and ranges: MPS reference, templates 1.3.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Pattern
from reelmill.core.fields import At, Choice, Record

# values are kept as text, and a refusal shows what was given
count = partial(declare.whole, echo=True, shows=True)
amount = partial(declare.number, echo=True, shows=True)
yes_no = partial(declare.flag, echo=True, shows=True)


def one_of(
    *known: str,
    words: tuple[str, ...],
    not_yet: Pattern = "the value {name} is not available yet; use {known}",
    **more: Any,
) -> Choice:
    """One of `known`; case does not matter."""
    title, zh, about, about_zh = (*words, "", "")[:4]
    return declare.choice(title, zh, known, about, about_zh, loose=True, shows=True, not_yet=not_yet, **more)


_METHODS = {
    "Level": ("linear",),
    "IntegratedLoudnessTarget": ("dynamic", "auto"),
    "TruePeak": ("dynamic", "auto"),
    "LoudnessRangeTarget": ("dynamic", "auto"),
    "PeakLevel": ("adaptive",),
}


def _fits_method(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    method = good.get("Method", "auto")
    for name in good:
        if method not in _METHODS.get(name, (method,)):
            _belongs(name, method, at.member(name))


def _belongs(name: str, method: str, at: At) -> None:
    owners = " and ".join(_METHODS[name])
    at.refuse("InvalidParameter.NotSupported", f"{method} has no {name}; it belongs to {owners}")


VOLUME: Record[Any] = declare.record(
    "Loudness",
    "音量",
    {
        "Method": one_of(
            "auto",
            "dynamic",
            "linear",
            "adaptive",
            words=(
                "Method",
                "方式",
                "dynamic and auto: EBU R128, measured first; linear: one gain; adaptive: evens out.",
                "dynamic 与 auto：先测量，按 EBU R128；linear：固定增益；adaptive：动态均衡。",
            ),
            default="auto",
        ),
        "Level": amount("Gain", "增益", -100, 20, "linear only.", "仅 linear。", unit="dB", examples=[-6]),
        "IntegratedLoudnessTarget": amount(
            "Loudness", "目标响度", -70, -5, "dynamic only.", "仅 dynamic。", unit="LUFS", examples=[-23]
        ),
        "TruePeak": amount(
            "Highest peak", "最大真峰值", -9, 0, "dynamic only.", "仅 dynamic。", unit="dB", examples=[-1]
        ),
        "LoudnessRangeTarget": amount(
            "Range", "响度范围", 1, 20, "dynamic only.", "仅 dynamic。", unit="LU", examples=[8]
        ),
        "PeakLevel": amount("Peak", "峰值", 0, 1, "adaptive only.", "仅 adaptive。", above=True, examples=[0.9]),
    },
    unknown="there is no field {name}; it has {known}",
    rules=(_fits_method,),
    sparse=True,
    json_string=True,
    advanced=True,
)
