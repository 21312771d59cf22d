"""A film that is wanted, and what its formats can hold."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction

CONTAINERS: Mapping[str, tuple[str, str]] = {
    "mp4": ("h264 hevc mpeg4 av1 vp9", "aac mp3 ac3 opus"),
    "fmp4": ("h264 hevc av1", "aac opus"),
    "mov": ("h264 hevc prores mjpeg qtrle dv", "aac pcm alac"),
    "mkv": ("h264 hevc mpeg2 mpeg4 vp8 vp9 av1 mjpeg prores ffv1 theora rgb264", "aac opus vorbis flac ac3 mp3 pcm"),
    "webm": ("vp8 vp9 av1", "opus vorbis"),
    "ts": ("h264 hevc mpeg2", "aac mp2 ac3"),
    "ps": ("mpeg2", "mp2 ac3"),
    "avi": ("mpeg4 mjpeg dv ffv1", "mp3 pcm ac3"),
    "flv": ("h264 flv1", "aac mp3 nellymoser"),
    "asf": ("wmv2", "wmav2 mp3"),
    "mxf": ("mpeg2", "pcm"),
    "3gp": ("h263 h264 mpeg4", "amr aac"),
    "ogg": ("theora", "vorbis opus flac"),
    "gif": ("gif", "none"),
}
STREAMED = {"ts", "ps"}  # made to be entered anywhere
BOXED = {"mp4", "mov", "3gp"}  # ISO boxes with one index for all
CLOCKED = {"mp4", "fmp4", "mov", "mkv", "webm", "ts", "flv", "asf"}  # a picture may stand at any time
REORDERED = {"h264", "hevc", "mpeg2", "mpeg4", "rgb264"}  # codecs with B-frames
PLAIN_RGB = {"qtrle", "gif", "rgb264"}
SIZED = {"dv": "720x576", "h263": "352x288"}  # codecs that know few sizes
TALL = {"h264", "hevc", "prores", "vp9", "av1", "ffv1"}  # codecs of HD and of ten bits
COLOURED = {
    "h264",
    "hevc",
    "vp9",
    "av1",
    "mpeg2",
    "prores",
}  # codecs, or their containers, that can tell matrix and range
ALPHA = {
    "prores",
    "qtrle",
    "ffv1",
    "gif",
}  # VP8 and VP9 keep it beside the packets, where PyAV loses it: e2e has a test of its own
MORE = {  # changes of the sound in the middle -> containers and codecs in which they are met
    "mono to stereo": {("ts", "aac"), ("ts", "mp2"), ("ps", "mp2")},
    "stereo to 5.1": {("ts", "ac3"), ("ps", "ac3"), ("mkv", "ac3")},
    "48000 to 44100": {("ts", "aac"), ("ts", "mp2"), ("mkv", "mp3")},
}
CODED = {"h264", "hevc", "mpeg2", "mpeg4"}


@dataclass(frozen=True)
class Film:
    """One film; see PROPERTIES for what each value means."""

    container: str = "mp4"
    video: str = "h264"
    sound: str = "aac"
    size: str = "256x144"
    rate: str = "25"
    timing: str = "constant"
    bframes: int = 0
    gop: str = "closed"
    scan: str = "progressive"
    sar: str = "1:1"
    turn: str = "0"
    crop: str = "none"
    resize: str = "none"
    alpha: str = "none"
    depth: int = 8
    matrix: str = "told"
    range: str = "tv"
    hdr: str = "none"
    layout: str = "stereo"
    change: str = "none"
    tracks: str = "1"
    loud: str = "usual"
    start: str = "0"
    end: str = "together"
    edit: str = "none"
    seam: str = "none"
    cut: str = "none"
    keys: str = "true"
    extra: str = "none"
    pieces: str = "whole"

    def __str__(self) -> str:
        plain = Film()
        return json.dumps(
            {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != getattr(plain, f.name)}
        )

    @classmethod
    def read(cls, text: str) -> "Film":
        """The film of a recipe as `str` writes it: JSON of what is not plain."""
        return cls(**json.loads(text))

    @property
    def fps(self) -> Fraction:
        return Fraction(self.rate)

    @property
    def hd(self) -> bool:
        return self.size == "1280x720"

    @property
    def sized(self) -> tuple[int, int]:
        """Width and height as shown."""
        width, height = self.size.split("x")
        return int(width), int(height)


Rule = Callable[[Film, str | int], bool]


@dataclass(frozen=True)
class Property:
    """A property: its values, the plain one first, and whether a value fits to the film as far as it is chosen."""

    name: str
    values: tuple[str | int, ...]
    fits: Rule = lambda film, value: True


def needs(**values: Callable[[Film], bool]) -> Rule:
    """A rule by value: value (blanks written as _) -> when it fits; what is not named always fits."""
    known = {name.replace("_", " "): fits for name, fits in values.items()}
    return lambda film, value: str(value) not in known or known[str(value)](film)


def by(table: Mapping[str, Callable[[Film], bool]]) -> Rule:
    return lambda film, value: str(value) not in table or table[str(value)](film)
