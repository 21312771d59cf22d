"""What a subtitle file says, as one value for all formats, and how it is written. Pure.

The text of a cue is WebVTT's: `&amp;`, `&lt;` and `&gt;` stand for themselves, `<i>`, `<b>` and `<u>` may be there, and
lines end with a line feed.
"""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LAST = 100 * 3600 * 1000 - 1  # milliseconds: no format tells later times
_TAG = re.compile(r"<(/?)([a-zA-Z]*)[^<>]*>")
_KEPT = ("i", "b", "u")  # tags that SubRip knows too


@dataclass(frozen=True, slots=True)
class Cue:
    """One text. Times are milliseconds from the beginning of the film; `settings` are WebVTT's, "" for none."""

    start: int
    end: int
    text: str
    settings: str = ""


@dataclass(frozen=True, slots=True)
class Subtitles:
    """All cues in the order of their times; `head` are WebVTT's blocks of styles and regions."""

    cues: tuple[Cue, ...]
    head: tuple[str, ...] = ()


def ordered(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Those that can be seen: with a text, and a time in which it stands."""
    seen = [
        Cue(max(0, one.start), min(one.end, LAST), tidy(one.text), one.settings)
        for one in cues
        if one.end > max(0, one.start) and one.start < LAST
    ]
    return tuple(sorted((one for one in seen if one.text), key=lambda one: (one.start, one.end)))


def within(cues: Iterable[Cue], begin: float, end: float) -> tuple[Cue, ...]:
    """Those of a part of the film, from `begin` to `end` (seconds), with times that count from there."""
    first, last = round(1000 * begin), round(1000 * end)
    moved = (Cue(max(0, one.start - first), min(one.end, last) - first, one.text, one.settings) for one in cues)
    return tuple(one for one in moved if one.end > one.start)


def tidy(text: str) -> str:
    """Without empty lines, which would end a cue, and characters that no text has."""
    lines = (re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]", "", line).rstrip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line.strip()).replace("-->", "--&gt;")


def escaped(plain: str) -> str:
    """Plain text as a cue says it."""
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """What a viewer reads of a cue's text."""
    return html.unescape(_TAG.sub("", text))


def pieces(text: str) -> list[tuple[str, frozenset[str]]]:
    """A cue's text as (plain text, which of i, b, u it has), in order."""
    on: set[str] = set()
    found: list[tuple[str, frozenset[str]]] = []
    at = 0
    for tag in _TAG.finditer(text):
        found.append((text[at : tag.start()], frozenset(on)))
        at, name = tag.end(), tag[2].lower()
        if name in _KEPT:
            (on.discard if tag[1] else on.add)(name)
    found.append((text[at:], frozenset(on)))
    return [(html.unescape(part), style) for part, style in found if part]


def clock(ms: int, comma: str = ".") -> str:
    """`01:02:03.004`."""
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{comma}{ms:03d}"


def block(cue: Cue) -> str:
    """A cue as WebVTT writes it."""
    settings = f" {cue.settings}" if cue.settings else ""
    return f"{clock(cue.start)} --> {clock(cue.end)}{settings}\n{cue.text}\n"


def webvtt(cues: Sequence[Cue], head: Sequence[str] = (), stamp: str = "") -> str:
    """A WebVTT file; `stamp` is what stands in its header."""
    top = "WEBVTT\n" + (f"{stamp}\n" if stamp else "")
    return "\n".join((top, *(f"{one}\n" for one in head), *(block(one) for one in cues)))


def subrip(cues: Sequence[Cue]) -> str:
    """A SubRip file."""
    blocks = (
        f"{number}\n{clock(one.start, ',')} --> {clock(one.end, ',')}\n{_subrip_text(one.text)}\n"
        for number, one in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def _subrip_text(text: str) -> str:
    """SubRip escapes nothing, and other tags are shown as they are."""
    kept = _TAG.sub(lambda tag: tag[0] if tag[2].lower() in _KEPT else "", text)
    return html.unescape(kept)
