"""Subtitles as libass draws them onto a picture: one SubStation file in one font, with nothing in it that could reach
beyond the picture (no fonts, no pictures of its own). Pure."""

import re
import unicodedata
from collections.abc import Iterable

import pysubs2

from reelmill.media.subtitles.cues import Cue, pieces
from reelmill.media.subtitles.font import Font
from reelmill.media.subtitles.reading import NoSubtitles, Read

_SHORT = 288  # units of the drawing along the picture's short side
_SIZE, _MARGIN, _OUTLINE = 18, 12, 1.2
_ROWS = 2.6 * _SIZE  # units that a file takes at the bottom, when another one stands below
_SAFE_INFO = ("ScaledBorderAndShadow", "WrapStyle")
_TOLD = 8  # letters that a refusal names
_FONT_TAG = re.compile(r"\\fn[^\\}]*")


def drawn(read: Read, font: Font, shape: tuple[int, int], place: int = 0) -> str:
    """The file for libass. `shape` is the picture's size as shown; `place` counts the files below this one, so that
    they do not cover each other. Raises NoSubtitles when the font lacks letters."""
    file = _cleaned(read.styled, font) if read.styled else _plain(read.subtitles.cues, font, shape, place)
    for event in file:
        event.text = _without_signs(event.text, font)
    return str(file.to_string("ass"))


def lacking(text: str, font: Font) -> list[str]:
    """Letters and digits that the font does not have. What is no letter (emoji, signs) may be left out."""
    return [one for one in text if unicodedata.category(one)[0] in "LN" and ord(one) not in font.letters]


def check(text: str, font: Font) -> None:
    """Raises NoSubtitles when the font lacks letters of a text."""
    _check((text,), font)


def _check(texts: Iterable[str], font: Font) -> None:
    missing = list(dict.fromkeys(letter for text in texts for letter in lacking(text, font)))
    if missing:
        raise NoSubtitles("letters " + " ".join(missing[:_TOLD]))


def _plain(cues: Iterable[Cue], font: Font, shape: tuple[int, int], place: int) -> pysubs2.SSAFile:
    """Cues at the bottom, in the middle; as large on a phone's picture as on a television's."""
    file = pysubs2.SSAFile()
    short = max(1, min(shape))
    file.info |= {
        "PlayResX": str(round(_SHORT * shape[0] / short)),
        "PlayResY": str(round(_SHORT * shape[1] / short)),
        "ScaledBorderAndShadow": "yes",
        "WrapStyle": "0",
    }
    file.styles["Default"] = pysubs2.SSAStyle(
        fontname=font.family,
        fontsize=_SIZE,
        outline=_OUTLINE,
        shadow=0,
        marginl=_MARGIN,
        marginr=_MARGIN,
        marginv=round(_MARGIN + place * _ROWS),
        alignment=pysubs2.Alignment.BOTTOM_CENTER,
    )
    for cue in cues:
        parts = pieces(cue.text)
        _check((part for part, _ in parts), font)
        text = "".join(_overridden(part, style) for part, style in parts)
        top = "{\\an8}" if re.search(r"\bline:(0|[1-3]?\d%)", cue.settings) else ""
        file.append(pysubs2.SSAEvent(start=cue.start, end=cue.end, text=top + text))
    return file


def _overridden(part: str, style: frozenset[str]) -> str:
    # a brace or a backslash would begin a command of the drawing
    safe = part.replace("\\", "\uff3c").replace("{", "\uff5b").replace("}", "\uff5d").replace("\n", "\\N")
    on = "".join(f"\\{tag}1" for tag in sorted(style))
    off = "".join(f"\\{tag}0" for tag in sorted(style))
    return f"{{{on}}}{safe}{{{off}}}" if style else safe


def _cleaned(file: pysubs2.SSAFile, font: Font) -> pysubs2.SSAFile:
    """A SubStation file of a stranger: what it brings itself stays out, its styles are drawn in our font."""
    made = pysubs2.SSAFile()
    sides = {name: _side(file.info.get(name, "")) for name in ("PlayResX", "PlayResY")}
    made.info |= {name: str(side) for name, side in sides.items() if side}
    made.info |= {name: file.info[name] for name in _SAFE_INFO if file.info.get(name, "").isalnum()}
    for name, style in file.styles.items():
        style.fontname = font.family
        style.fontsize = max(1.0, min(style.fontsize, sides["PlayResY"] or _SHORT))
        made.styles[name] = style
    for event in file:
        if event.is_comment:
            continue
        event.text = _FONT_TAG.sub("", event.text)
        if not event.is_drawing:
            _check((event.plaintext,), font)
        event.effect = ""
        made.append(event)
    return made


def _side(text: str) -> int:
    return int(text) if text.isdigit() and 16 <= int(text) <= 16384 else 0


def _without_signs(text: str, font: Font) -> str:
    return "".join(
        one for one in text if ord(one) in font.letters or ord(one) < 128 or unicodedata.category(one)[0] in "LNM"
    )


def kept(read: Read) -> str:
    """A SubStation file to hand on: as it was drawn, or plain."""
    file = read.styled or pysubs2.SSAFile()
    file.fonts_opaque.clear()
    file.graphics_opaque.clear()
    for cue in () if read.styled else read.subtitles.cues:
        text = "".join(_overridden(part, style) for part, style in pieces(cue.text))
        file.append(pysubs2.SSAEvent(start=cue.start, end=cue.end, text=text))
    return str(file.to_string("ass"))
