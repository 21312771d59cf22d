"""Raw sound (PCM, A-law, mu-law): a file without a header, whose form the job tells. Pure.

Source of names and ranges: MPS reference, templates 2.
"""

from collections.abc import Mapping
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Problems
from reelmill.core.fields import At, Record
from reelmill.core.model import Command, Task

FORMATS = (
    "alaw f32be f32le f64be f64le mulaw s16be s16le s24be s24le s32be s32le s8 u16be u16le u24be u24le u32be u32le u8"
).split()
FIELDS = frozenset({"Audio", "Container"})  # of an Input, which only a transcode reads
FILE = "source.w64"  # the same sound with a header; its length has no bound


def _lacks(name: str, other: str, at: At) -> None:
    at.refuse("InvalidParameter", f"{name} tells the form of raw sound; give {other} too")


def _both(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    for name, other in (("Audio", "Container"), ("Container", "Audio")):
        if name in given and other not in given:
            _lacks(name, other, at.member(other))


_INPUT: Record[Any] = declare.record(
    "Input",
    "输入",
    {
        "Audio": declare.record(
            "Raw sound",
            "裸音频",
            {
                "Channels": declare.whole("Channels", "声道数", 1, 8, required=True),
                "Samplerate": declare.whole("Sample rate", "采样率", 1, 320_000, required=True, unit="Hz"),
            },
            unknown="there is no field {name}; it has {known}",
            sparse=True,
            json_string=True,
        ),
        "Container": declare.record(
            "Form",
            "格式",
            {"Format": declare.choice("Format", "格式", FORMATS, required=True, loose=True)},
            unknown="there is no field {name}; it has {known}",
            sparse=True,
            json_string=True,
        ),
    },
    rules=(_both,),
    sparse=True,
    hollow=True,
)


def check_input(given: Mapping[str, Any], problems: Problems, path: str) -> dict[str, Any] | None:
    """{"format", "channels", "rate"} of an Input with raw sound; None for all others."""
    told = {name: given[name] for name in ("Audio", "Container") if given.get(name) not in (None, "", {}, "{}")}
    if not told:
        return None
    found = _INPUT.check(told, problems, path)
    if problems.found:
        return None
    audio = found["Audio"]
    return {"format": found["Container"]["Format"], "channels": audio["Channels"], "rate": audio["Samplerate"]}


def task(raw: Mapping[str, Any], jobs: tuple[str, ...]) -> Task:
    """Gives raw sound a header. Samples stay as they are, but for those of which a header knows nothing."""
    kept = "pcm_f64le" if raw["format"].startswith("f64") else "pcm_f32le" if raw["format"][0] == "f" else "pcm_s32le"
    argv = (
        *("-hide_banner", "-nostdin", "-v", "error", "-y", "-protocol_whitelist", "file"),
        *("-f", raw["format"], "-ar", str(raw["rate"]), "-ac", str(raw["channels"]), "-i", "file:${source}"),
        *("-c:a", kept, "-f", "w64", "file:${out}/" + FILE),
    )
    return Task("raw", "light", (Command(argv),), expect=(FILE,), jobs=jobs)
