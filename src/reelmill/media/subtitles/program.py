"""The program that reads subtitle files: a process of its own, so that a hostile one costs nobody but itself. Its
commands are made by `tasks`; what it cannot use it says in one word, which `told` makes a sentence of.

    ass CHARSET IN OUT FONT WIDTHxHEIGHT PLACE NAME [FROM TO]      for libass, in one font: the one of this NAME where
                                                    FONT holds it, which is written down beside OUT
                                                    FROM and TO: seconds, of what is left of the film
    srt | vtt | plain-ass CHARSET IN OUT [FROM TO]  the same text in another form
    letters CHARSET IN OUT FONT NAME                the same text, if the font has its letters: of a watermark
    --version                                       of what it reads SubRip with
    segments CHARSET IN FOLDER SECONDS LENGTH ZERO NAME [FROM TO]   WebVTT in segments, and their playlist
"""

import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from reelmill.media.subtitles import drawing, font, reading, segments
from reelmill.media.subtitles.cues import subrip, webvtt
from reelmill.media.subtitles.reading import MAX_BYTES, NoSubtitles, Read, read

LIST = "list.m3u8"
NAMED = ".font"  # of the file that says in which font OUT is drawn
_SECONDS = 10  # of a processor; a film's subtitles take a third of one
REFUSED = 2  # exit code: the file is to blame, and the last line says why
WORD = "subtitles: "


def _ass(found: Read, out: Path, file: str, shape: str, place: str, name: str, *span: str) -> None:
    width, height = shape.split("x")
    letters = font.parse(Path(file).read_bytes(), name)
    left = _part(found, span)
    made = drawing.drawn(left, letters, (int(width), int(height)), int(place))
    out.write_text(made, encoding="utf-8")
    out.with_suffix(NAMED).write_text(letters.family, encoding="utf-8")


def _part(found: Read, span: Sequence[str]) -> Read:
    return reading.part(found, float(span[0]), float(span[1])) if span else found


def _left(found: Read, span: Sequence[str]) -> Read:
    left = _part(found, span)
    if not left.subtitles.cues:
        raise NoSubtitles("outside")
    return left


def _srt(found: Read, out: Path, *span: str) -> None:
    out.write_text(subrip(_left(found, span).subtitles.cues), encoding="utf-8")


def _vtt(found: Read, out: Path, *span: str) -> None:
    left = _part(found, span).subtitles  # without a text it is a file all the same
    out.write_text(webvtt(left.cues, left.head), encoding="utf-8")


def _plain_ass(found: Read, out: Path, *span: str) -> None:
    out.write_text(drawing.kept(_left(found, span)), encoding="utf-8")


def _segments(found: Read, out: Path, seconds: str, length: str, zero: str, name: str, *span: str) -> None:
    whole, step = float(seconds), float(length)
    texts = segments.texts(_part(found, span).subtitles, whole, step, float(zero))
    out.mkdir(exist_ok=True)
    numbers = [f"{number:05d}{segments.SUFFIX}" for number in range(1, len(texts) + 1)]
    for number, text in zip(numbers, texts, strict=True):
        (out / number).write_text(text, encoding="utf-8")
    listed = segments.playlist([f"{quote(name)}-{number}" for number in numbers], whole, step)
    (out / LIST).write_text(listed, encoding="utf-8")


def _letters(data: bytes, charset: str, out: Path, file: str, name: str) -> None:
    text = data.decode(charset)
    drawing.check(text, font.parse(Path(file).read_bytes(), name))
    out.write_text(text, encoding="utf-8")


_WRITERS: dict[str, Callable[..., None]] = {
    "ass": _ass,
    "srt": _srt,
    "vtt": _vtt,
    "plain-ass": _plain_ass,
    "segments": _segments,
}


def _bounded() -> None:
    """Who thinks for too long gives up by himself: what is killed from outside would be tried again."""

    def give_up(_number: int, _frame: object) -> None:
        sys.stderr.write(f"{WORD}too-many\n")
        sys.stderr.flush()
        os._exit(REFUSED)

    signal.signal(signal.SIGXCPU, give_up)
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 20))


def start() -> int:
    """The process: its words are its arguments."""
    _bounded()
    return main(sys.argv[2:])


def main(words: Sequence[str]) -> int:
    """Do one command; the exit code."""
    if list(words) == ["--version"]:
        sys.stdout.write(f"subtitles version {version('pysubs2')}\n")
        return 0
    how, charset, given, out, *more = words
    try:
        with Path(given).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if how == "letters":
            _letters(data, charset, Path(out), *more)
            return 0
        _WRITERS[how](read(data, charset), Path(out), *more)
    except NoSubtitles as error:
        sys.stderr.write(f"{WORD}{error}\n")
        return REFUSED
    return 0
