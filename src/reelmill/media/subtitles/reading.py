"""Subtitle files of strangers -> `Subtitles`. Which form a file has is told by what stands in it, not by its name.

Called in a process of its own (`program`): the libraries behind it meet whatever anybody uploads. Pure.
"""

import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import pysubs2
import webvtt
from pysubs2.exceptions import Pysubs2Error
from pysubs2.formats.substation import parse_tags
from ttconv import model, style_properties
from ttconv.imsc import reader as imsc
from ttconv.stl import reader as stl
from ttconv.stl.config import STLReaderConfiguration
from webvtt.errors import MalformedCaptionError, MalformedFileError

from reelmill.media.subtitles import charset as charsets
from reelmill.media.subtitles.cues import LAST, Cue, Subtitles, clock, escaped, ordered, within

MAX_BYTES = 8 * 1024 * 1024  # of a file: a film's subtitles have a tenth of a megabyte
MAX_CUES = 50_000
MAX_TEXT = 4_000  # characters of one text
MAX_LINE = 40_000  # ... of a line of SubStation Alpha, whose drawings are long
_SRT = re.compile(r"\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}\s*-->\s*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}")
_CLOCK = r"(-?)(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[ \t]?[,.][ \t]?(\d{1,3}))?(?!\d)"
_SRT_LINE = re.compile(rf"^[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}", re.MULTILINE)
# What stands in SubRip besides <i>, <b>, <u> and <s>; another word in such brackets, or in braces, is spoken: <John>
_MARKUP = re.compile(r"</? *(?:font|span|div|p|em|strong|small|center|c|v|lang|ruby|rt)\b[^<>]*>", re.IGNORECASE)
_STYLE = re.compile(r"< *(/?) *([ibus]) *>", re.IGNORECASE)
_BREAK = re.compile(r"< *br */? *>", re.IGNORECASE)
_SPOKEN_BRACE = re.compile(r"\{(?!\\|[CcFfoPSsYy]:)")  # others begin commands of SubStation or MicroDVD
# What stands for a sign that is spoken until marks and commands have been read
_BRACE, _LESS, _MORE = "\ue000", "\ue001", "\ue002"
_SPOKEN = {_BRACE: "{", _LESS: "<", _MORE: ">"}
# SubRip has no entities, but many tools write those of HTML, and players such as VLC show what they mean
_ENTITIES = {"amp": "&", "lt": _LESS, "gt": _MORE, "quot": '"', "apos": "'", "#39": "'", "nbsp": "\u00a0"}
_ENTITY = re.compile(rf"&({'|'.join(_ENTITIES)});")
_OPEN_NUMBER = re.compile(r"\n[ \t]*\n\s*\d+\s*$")
_OLD_TTML = re.compile(r"http://www\.w3\.org/2006/(?:04|10)/ttaf1")  # of its drafts, which tools wrote for years
_TTML = "http://www.w3.org/ns/ttml"
_XML = re.compile(r"<\?xml[^>]*\?>")
_EBU = re.compile(rb"[0-9 ]{3}STL(25|30|24|23|48|50|60)\.01")


class NoSubtitles(ValueError):
    """Why a file cannot be used, as a word for `tasks.diagnose`."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read; `styled` where the file says itself how it is drawn (SubStation Alpha)."""

    subtitles: Subtitles
    styled: pysubs2.SSAFile | None = None


def read(data: bytes, charset: str = "auto") -> Read:
    """Raises NoSubtitles, and whatever the libraries raise at nonsense."""
    if len(data) > MAX_BYTES:
        raise NoSubtitles("too-large")
    if _EBU.match(data):
        found = Read(Subtitles(ordered(_cues(_stl(data)))))
    else:
        text = charsets.decode(data, charset)
        if text is None:
            raise NoSubtitles("charset")
        found = _of_text(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    if not found.subtitles.cues:
        raise NoSubtitles("empty")
    if len(found.subtitles.cues) > MAX_CUES:
        raise NoSubtitles("too-many")
    if any(len(cue.text) > MAX_TEXT for cue in found.subtitles.cues):
        raise NoSubtitles("too-many")
    return found


def part(found: Read, begin: float, end: float) -> Read:
    """What is left of them in a part of the film, from `begin` to `end` (seconds), as it is seen from there."""
    if found.styled:
        found.styled.events = [one for one in found.styled if one.end > 1000 * begin and one.start < 1000 * end]
        for event in found.styled:
            event.end = round(min(event.end, 1000 * end) - 1000 * begin)
            event.start = max(0, round(event.start - 1000 * begin))
    return Read(Subtitles(within(found.subtitles.cues, begin, end), found.subtitles.head), found.styled)


def _of_text(text: str) -> Read:
    head = text[:4096].lstrip()
    if head.startswith("WEBVTT"):
        return Read(_webvtt(text.lstrip()))
    if re.search(r"^\s*\[(script info|v4\+? styles)\]", head, re.IGNORECASE | re.MULTILINE):
        file = _substation(text)
        return Read(Subtitles(ordered(_events(file))), file)
    if head.startswith("<") and re.search(r"<([a-z]+:)?tt[\s>]", head):
        return Read(Subtitles(ordered(_cues(_ttml(text)))))
    text = _SRT_LINE.sub(_timed, text)
    if _SRT.search(text):
        if any(len(part) > MAX_LINE for part in _SRT.split(text)):
            raise NoSubtitles("too-many")
        text = _closed(_tagged(text))
        return Read(Subtitles(ordered(_events(_parsed(text, "srt", keep_unknown_html_tags=True)))))
    raise NoSubtitles("form")


def _closed(text: str) -> str:
    """A SubRip text behind which a number stands: pysubs2 takes one at the end of a text for that of the next one, and
    of the last text a line like 1984 would be lost."""
    return text if _OPEN_NUMBER.search(text[-200:]) else f"{text}\n\n0\n"


def _tagged(text: str) -> str:
    """A SubRip text with no other marks than pysubs2 knows, and these as it writes them."""
    text = _STYLE.sub(lambda tag: f"<{tag[1]}{tag[2].lower()}>", _BREAK.sub("\n", text))
    text = _SPOKEN_BRACE.sub(_BRACE, _MARKUP.sub("", text))
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], text)


def _timed(line: re.Match[str]) -> str:
    """The times of a SubRip text as pysubs2 reads them: of a sign and of a third digit of the hours it knows nothing,
    and a line whose seconds have no fraction would be a part of the text before it."""
    return " --> ".join(_clock(*line.groups("")[at : at + 5]) for at in (0, 5))


def _clock(sign: str, hours: str, minutes: str, seconds: str, fraction: str) -> str:
    if sign:
        return clock(0, ",")
    whole = (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))
    return clock(min(whole, LAST), ",")


def _parsed(text: str, form: str, **options: bool) -> pysubs2.SSAFile:
    if text.count("\n") > 20 * MAX_CUES:
        raise NoSubtitles("too-many")
    try:
        return pysubs2.SSAFile.from_string(text, format_=form, **options)
    except (Pysubs2Error, ValueError, KeyError, IndexError) as error:
        raise NoSubtitles("form") from error


def _substation(text: str) -> pysubs2.SSAFile:
    if any(len(line) > MAX_LINE for line in text.split("\n")):
        raise NoSubtitles("too-many")
    return _parsed(text, "ass" if re.search(r"v4\+ styles", text, re.IGNORECASE) else "ssa")


def _webvtt(text: str) -> Subtitles:
    if any(len(block) > MAX_LINE for block in text.split("\n\n")):
        raise NoSubtitles("too-many")
    try:
        file = webvtt.from_string(text)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise NoSubtitles("form") from error
    found = (
        Cue(
            round(one.start_time.in_milliseconds()),
            round(one.end_time.in_milliseconds()),
            one.raw_text,
            str(one.settings or ""),
        )
        for one in file.captions
    )
    head = [f"REGION\n{chr(10).join(one)}" for one in file.regions]
    head += [f"STYLE\n{style.text}" for style in file.styles]
    return Subtitles(ordered(found), tuple(head))


def _events(file: pysubs2.SSAFile) -> Iterator[Cue]:
    """The lines of a SubStation file as cues: italics, bold and underlines stay, what is drawn goes."""
    for event in file:
        if event.is_comment:
            continue
        parts = []
        for fragment, style in parse_tags(event.text, pysubs2.SSAStyle(), {}):
            if style.drawing:
                continue
            lines = fragment.replace("\\h", "\u00a0").replace("\\N", "\n").replace("\\n", "\n")
            part = escaped(re.sub(f"[{''.join(_SPOKEN)}]", lambda sign: _SPOKEN[sign[0]], lines))
            for tag, on in (("u", style.underline), ("i", style.italic), ("b", style.bold)):
                part = f"<{tag}>{part}</{tag}>" if on and part.strip() else part
            parts.append(part)
        yield Cue(event.start, event.end, "".join(parts), _placed(event.text))


def _placed(text: str) -> str:
    """What `\\an8` of a line means in WebVTT: at the top."""
    found = re.search(r"\\an([1-9])", text)
    return "line:0" if found and int(found[1]) > 6 else ""


# ---- TTML and EBU STL: the model of ttconv ---------------------------------------------------------


def _ttml(text: str) -> model.ContentDocument:
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise NoSubtitles("form")  # entities could grow without end, and no subtitle has them
    try:
        tree = ElementTree.ElementTree(ElementTree.fromstring(_OLD_TTML.sub(_TTML, _XML.sub("", text, count=1))))
    except ElementTree.ParseError as error:
        raise NoSubtitles("form") from error
    found = imsc.to_model(tree)
    if found is None:
        raise NoSubtitles("form")
    return found


def _stl(data: bytes) -> model.ContentDocument:
    whole = 1024 + (len(data) - 1024) // 128 * 128  # of a last block that is cut short nothing can be read
    # its clock often begins at ten hours: counted from where it says that the programme begins
    return stl.to_model(io.BytesIO(data[:whole]), STLReaderConfiguration(program_start_tc="TCP"))


def _cues(document: model.ContentDocument) -> Iterator[Cue]:
    body = document.get_body()
    if body is not None:
        yield from _within(body, Fraction(0))


def _within(element: model.ContentElement, begin: Fraction) -> Iterator[Cue]:
    """The paragraphs below an element, whose times count from the element's own beginning. Where containers end is not
    asked: ttconv fills that in, without their beginning."""
    start = begin + (element.get_begin() or Fraction(0))
    if not isinstance(element, model.P):
        for child in element:
            yield from _within(child, start)
        return
    spans = [one for one in element if one.get_begin() is not None or one.get_end() is not None]
    for one in spans:  # a paragraph may show its words one after the other
        yield from _cue(one, start + (one.get_begin() or Fraction(0)), _after(start, one))
    if not spans:
        yield from _cue(element, start, _after(begin, element))


def _after(begin: Fraction, element: model.ContentElement) -> Fraction | None:
    end = element.get_end()
    return None if end is None else begin + end


def _cue(element: model.ContentElement, start: Fraction, end: Fraction | None) -> Iterator[Cue]:
    lines = (line.strip(" \t") for line in _text(element).split("\n"))
    if text := "\n".join(lines).strip("\n"):
        last = end if end is not None else start + 10  # one that never ends is seen for ten seconds
        yield Cue(round(start * 1000), round(last * 1000), text)


def _text(element: model.ContentElement) -> str:
    if isinstance(element, model.Text):
        words = element.get_text()
        return escaped(re.sub(r"\s+", " ", words) if not _keeps_space(element) else words)
    if isinstance(element, model.Br):
        return "\n"
    inner = "".join(_text(child) for child in element)
    for tag, on in _styles(element):
        inner = f"<{tag}>{inner}</{tag}>" if on and inner.strip() else inner
    return inner


def _keeps_space(element: model.ContentElement) -> bool:
    parent = element.parent()
    return parent is not None and parent.get_space() is model.WhiteSpaceHandling.PRESERVE


def _styles(element: model.ContentElement) -> tuple[tuple[str, bool], ...]:
    properties = style_properties.StyleProperties
    decoration = element.get_style(properties.TextDecoration)
    return (
        ("u", bool(decoration is not None and getattr(decoration, "underline", None) is True)),
        ("i", element.get_style(properties.FontStyle) is style_properties.FontStyleType.italic),
        ("b", element.get_style(properties.FontWeight) is style_properties.FontWeightType.bold),
    )
