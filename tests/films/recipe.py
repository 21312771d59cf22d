"""Recipes of films: what may be chosen, what goes together, and how recipes are written down.

A film is drawn property by property, in the order of PROPERTIES; a rule looks at what was chosen before and says
whether a value fits. So every film that is drawn is sensible, and a rule is one line. The first value of a property is
the plain one, to which the shrinker goes back.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

# container -> (video codecs, sound codecs) that are found in it
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


def _needs(**values: Callable[[Film], bool]) -> Rule:
    """A rule by value: value (blanks written as _) -> when it fits; what is not named always fits."""
    known = {name.replace("_", " "): fits for name, fits in values.items()}
    return lambda film, value: str(value) not in known or known[str(value)](film)


def _by(table: Mapping[str, Callable[[Film], bool]]) -> Rule:
    return lambda film, value: str(value) not in table or table[str(value)](film)


def _size(film: Film, value: str | int) -> bool:
    if film.video in SIZED:
        return value == SIZED[film.video]
    if value in SIZED.values():
        return False
    if value == "1280x720":
        return film.video in TALL | {"mpeg2", "qtrle", "rgb264", "mjpeg"} and film.container not in ("3gp", "flv")
    if value == "255x143":
        return film.video in ("vp8", "vp9", "qtrle", "gif", "theora", "mjpeg", "rgb264") and film.container != "avi"
    return True


def _steady(film: Film) -> bool:
    return film.container in ("avi", "mxf", "ps", "ogg", "3gp") or film.video == "dv"


_CODED = {"h264", "hevc", "mpeg2", "mpeg4"}
_PLAIN_PICTURE = {"h264", "hevc", "mpeg2", "vp9", "vp8", "av1", "mpeg4"}

PROPERTIES: tuple[Property, ...] = (
    Property("container", tuple(CONTAINERS)),
    Property(
        "video",
        tuple(dict.fromkeys(" ".join(v for v, _ in CONTAINERS.values()).split())),
        lambda f, v: v in CONTAINERS[f.container][0].split(),
    ),
    Property(
        "sound",
        tuple(dict.fromkeys(" ".join(s for _, s in CONTAINERS.values()).split())),
        lambda f, v: v in CONTAINERS[f.container][1].split(),
    ),
    Property("size", ("256x144", "192x144", "144x256", "255x143", "1280x720", "720x576", "352x288"), _size),
    # pictures a second
    Property(
        "rate",
        ("25", "15", "50", "30000/1001", "2"),
        _by(
            {
                "15": lambda f: f.video not in ("dv", "mpeg2") and f.container != "mxf",
                "50": lambda f: f.video != "dv" and f.container != "gif",
                "30000/1001": lambda f: f.video != "dv" and f.container not in ("gif", "3gp"),
                "2": lambda f: (
                    f.video not in ("dv", "mpeg2", "h263") and f.container not in ("mxf", "avi") and not f.hd
                ),
            }
        ),
    ),
    # jitter: by up to a third of a picture; gap: one picture stands for 2.6 s, hole: for 0.6 s; still: one picture for
    # all the sound
    Property(
        "timing",
        ("constant", "jitter", "gap", "hole", "still"),
        _by(
            {
                "jitter": lambda f: f.container in CLOCKED and f.rate != "2" and not _steady(f),
                "gap": lambda f: (f.container in CLOCKED or f.container == "gif") and not f.hd and not _steady(f),
                "hole": lambda f: f.container in CLOCKED and not _steady(f),
                "still": lambda f: f.container in ("mp4", "mov", "mkv") and not f.hd and f.video in _PLAIN_PICTURE,
            }
        ),
    ),
    Property(
        "bframes",
        (0, 2),
        lambda f, v: v == 0 or (f.video in REORDERED and f.timing != "still" and f.container not in ("3gp", "avi")),
    ),
    # long: one key frame; refresh: intra refresh instead of key frames
    Property(
        "gop",
        ("closed", "open", "long", "refresh"),
        _by(
            {
                "open": lambda f: f.bframes > 0 and f.video in ("h264", "hevc", "mpeg2"),
                "long": lambda f: (
                    f.video in _PLAIN_PICTURE | {"theora", "flv1", "wmv2", "h263"} and f.container != "mxf"
                ),
                "refresh": lambda f: f.video == "h264" and f.bframes == 0,
            }
        ),
    ),
    # tff, bff: fields; late: progressive first, fields in the second half
    Property(
        "scan",
        ("progressive", "tff", "bff", "late"),
        lambda f, v: (
            (v == "bff")
            if f.video == "dv"
            else v == "progressive"
            or (
                f.video in ("h264", "mpeg2", "mpeg4")
                and f.rate in ("25", "30000/1001")
                and f.timing == "constant"
                and f.gop in ("closed", "long")
                and f.container not in ("3gp", "flv")
                and (v != "late" or (f.container in ("ts", "mkv", "ps") and f.video != "mpeg4"))
            )
        ),
    ),
    Property(
        "sar",
        ("1:1", "4:3", "64:45"),
        lambda f, v: (
            (v == "64:45")
            if f.video == "dv"
            else v == "1:1"
            or (
                v == "4:3"
                and f.video in ("h264", "hevc", "mpeg4", "mjpeg")
                and (
                    f.container in ("mp4", "fmp4", "mov")
                    or (f.video in ("h264", "hevc") and f.container in ("mkv", "ts", "flv"))
                )
            )
        ),
    ),
    # degrees by which players turn the coded picture, and whether they mirror it
    Property(
        "turn",
        ("0", "90", "180", "270", "mirror", "90 mirror"),
        lambda f, v: (
            v == "0"
            or (
                f.container in ("mp4", "fmp4", "mov", "3gp")
                and f.scan == "progressive"
                and f.video not in ("dv", "h263")
            )
        ),
    ),
    Property(
        "crop",
        ("none", "clap", "pixels"),
        _needs(
            clap=lambda f: (
                f.container in ("mp4", "mov")
                and f.video in ("h264", "hevc", "prores")
                and f.turn == "0"
                and f.sar == "1:1"
                and f.scan == "progressive"
            ),
            pixels=lambda f: (
                f.container == "mkv"
                and f.video in ("h264", "hevc")
                and f.turn == "0"
                and f.sar == "1:1"
                and f.scan == "progressive"
            ),
        ),
    ),
    # another size in the second half
    Property(
        "resize",
        ("none", "larger", "turned"),
        lambda f, v: (
            v == "none"
            or (
                f.container in ("ts", "webm", "mkv")
                and f.video in ("vp8", "vp9", "h264")
                and f.gop == "closed"
                and f.scan == "progressive"
                and f.turn == "0"
                and f.crop == "none"
                and f.sar == "1:1"
                and f.timing != "still"
                and not (f.container == "mkv" and f.video == "h264")
                and f.size in ("256x144", "192x144", "144x256")
                and f.rate != "2"
            )
        ),
    ),
    Property(
        "alpha",
        ("none", "yes"),
        lambda f, v: (
            v == "none"
            or (
                f.video in ALPHA
                and f.container in ("mov", "mkv", "webm", "gif", "avi")
                and f.resize == "none"
                and f.crop == "none"
                and f.scan == "progressive"
                and f.timing != "still"
                and f.size != "255x143"
                and not (f.container == "avi" and f.video != "ffv1")
            )
        ),
    ),
    Property(
        "depth",
        (8, 10),
        lambda f, v: (
            (v == 10)
            if f.video == "prores"
            else v == 8
            or (
                f.video in TALL - {"prores"}
                and f.alpha == "none"
                and f.resize == "none"
                and f.scan == "progressive"
                and f.container not in ("3gp", "avi", "asf", "flv")
            )
        ),
    ),
    # told: the usual one of the size; untold: the same, not told; others: told
    Property(
        "matrix",
        ("told", "untold", "other", "2020", "rgb"),
        lambda f, v: (
            (v == "rgb") == (f.video in PLAIN_RGB or (f.video == "ffv1" and f.alpha == "yes"))
            and _by(
                {
                    "untold": lambda f: f.crop != "pixels",
                    "told": lambda f: f.video in COLOURED,
                    "other": lambda f: (
                        f.video in ("h264", "hevc", "prores", "mpeg2") and f.resize == "none" and f.container != "3gp"
                    ),
                    "2020": lambda f: f.video in ("h264", "hevc", "vp9", "av1") and f.depth == 10,
                }
            )(f, v)
            if f.video not in SIZED
            else v == "untold"
        ),
    ),
    Property(
        "range",
        ("tv", "pc"),
        lambda f, v: (
            (v == "pc")
            if f.video == "mjpeg"
            else v == "tv" or (f.video in ("h264", "hevc", "vp9", "av1") and f.matrix != "untold" and f.alpha == "none")
        ),
    ),
    # not VP9: its stream tells the matrix alone, and the muxers used here hand on no more
    Property(
        "hdr",
        ("none", "pq", "hlg", "pq partly"),
        lambda f, v: (
            v == "none"
            or (
                f.video in ("hevc", "av1")
                and f.depth == 10
                and f.matrix == "2020"
                and f.range == "tv"
                and f.container in ("mp4", "mkv", "mov", "ts", "webm")
            )
        ),
    ),
    Property(
        "layout",
        ("stereo", "mono", "5.1"),
        _by(
            {
                "stereo": lambda f: f.sound not in ("amr", "nellymoser"),
                "5.1": lambda f: (
                    f.sound in ("aac", "ac3", "flac", "pcm", "opus", "vorbis")
                    and f.container not in ("3gp", "flv", "mxf", "avi")
                ),
            }
        ),
    ),
    Property(
        "change",
        ("none", *MORE),
        lambda f, v: (
            v == "none"
            or (
                not f.hd
                and (f.container, f.sound) in MORE[str(v)]
                and f.layout == ("mono" if v == "mono to stereo" else "stereo")
            )
        ),
    ),
    # sound tracks; second: of two the second is the default one; empty: declared, holds nothing; empty first: before a
    # good one
    Property(
        "tracks",
        ("1", "0", "2", "3", "second", "empty", "empty first"),
        _by(
            {
                "1": lambda f: f.sound != "none",
                "2": lambda f: f.sound != "none" and f.container not in ("flv", "3gp", "asf", "ogg"),
                "3": lambda f: f.container in ("mp4", "mov", "mkv", "ts"),
                "second": lambda f: f.container in ("mp4", "mov", "mkv"),
                "0": lambda f: f.change == "none" and f.layout in ("stereo", "mono") and f.timing != "still",
                "empty": lambda f: (
                    f.container in ("mp4", "mkv", "webm", "ts", "mov")
                    and f.change == "none"
                    and f.layout == "stereo"
                    and f.timing != "still"
                ),
                "empty first": lambda f: f.container in ("mkv", "ts", "mp4") and f.change == "none",
            }
        ),
    ),
    # loud: nearly full scale in all channels
    Property(
        "loud",
        ("usual", "loud"),
        lambda f, v: (
            v == "usual" or (f.tracks == "1" and f.sound not in ("amr", "nellymoser", "wmav2") and f.change == "none")
        ),
    ),
    # when the first stream begins, and which one does
    Property(
        "start",
        ("0", "sound first", "picture first", "5h", "wrap"),
        _by(
            {
                "sound first": lambda f: (
                    f.container in ("mp4", "mov", "mkv", "webm", "ts", "ps", "flv")
                    and f.tracks != "0"
                    and f.timing != "still"
                    and "empty" not in f.tracks
                ),
                "picture first": lambda f: (
                    f.container in ("mp4", "mov", "mkv", "webm", "ts", "ps", "flv")
                    and f.tracks != "0"
                    and f.timing != "still"
                    and "empty" not in f.tracks
                ),
                "5h": lambda f: f.container in ("mkv", "webm", "ts", "ps", "fmp4", "flv") and f.timing != "still",
                "wrap": lambda f: f.container in ("ts", "ps") and f.timing != "still",
            }
        ),
    ),
    Property(
        "end",
        ("together", "sound short", "picture short"),
        lambda f, v: (
            v == "together"
            or (
                f.tracks not in ("0", "empty")
                and f.timing != "still"
                and f.sound != "none"
                and not f.hd
                and f.container != "mxf"
            )
        ),
    ),
    # trim: players begin in the middle of the first group; delay: an empty edit before the pictures
    Property(
        "edit",
        ("none", "trim", "delay"),
        _needs(
            trim=lambda f: (
                f.container in ("mp4", "mov")
                and not f.hd
                and f.timing != "still"
                and f.start == "0"
                and f.rate != "2"
                and f.tracks != "empty first"
                and f.tracks != "empty"
                and f.sound != "alac"
            ),  # FFmpeg itself trims that twice
            delay=lambda f: (
                f.container in ("mp4", "mov")
                and f.timing != "still"
                and f.start == "0"
                and f.tracks not in ("0", "empty", "empty first")
            ),
        ),
    ),
    # joined: two recordings behind each other; ahead, back: the clock leaps in the middle
    Property(
        "seam",
        ("none", "joined", "ahead", "back"),
        lambda f, v: (
            v == "none"
            or (
                f.start in ("0", "5h")
                and f.timing in ("constant", "jitter")
                and f.end == "together"
                and f.scan != "late"
                and f.resize == "none"
                and f.change == "none"
                and f.gop != "refresh"
                and not f.hd
                and f.rate != "2"
                and f.gop != "long"
                and f.container in (("ts", "ps") if v == "joined" else ("flv", "ts", "mkv"))
            )
        ),
    ),
    # a share of the bytes that is missing at the beginning
    Property(
        "cut",
        ("none", "0.15", "0.4"),
        lambda f, v: (
            v == "none"
            or (
                f.container in STREAMED
                and f.gop in ("closed", "open")
                and f.start == "0"
                and f.seam == "none"
                and f.change == "none"
                and f.scan != "late"
                and f.resize == "none"
                and not f.hd
                and f.timing == "constant"
                and f.rate != "2"
                and "empty" not in f.tracks
                and f.tracks != "0"
                and f.end == "together"
            )
        ),
    ),
    # lie: every picture is marked as a key frame
    Property(
        "keys",
        ("true", "lie"),
        lambda f, v: (
            v == "true"
            or (
                f.container in BOXED
                and f.video in _CODED
                and f.timing not in ("still", "gap", "hole")
                and f.edit == "none"
            )
        ),
    ),  # FFmpeg's reader itself loses pictures there
    # apac: a sound track before the others that nobody can decode; ghost: an empty video stream before the film; cover:
    # an attached picture
    Property(
        "extra",
        ("none", "apac", "ghost", "cover", "locked"),
        _needs(
            apac=lambda f: f.container in ("mp4", "mov") and f.sound == "aac" and f.tracks in ("1", "2"),
            ghost=lambda f: f.container == "ts" and f.tracks in ("1", "0") and f.cut == "none" and f.seam == "none",
            cover=lambda f: f.container in ("mp4", "mkv") and f.crop == "none" and f.tracks == "1",
            locked=lambda f: (
                f.container == "mp4"
                and f.video in ("h264", "hevc")
                and f.sound == "aac"
                and f.edit == "none"
                and f.crop == "none"
                and f.turn == "0"
                and f.keys == "true"
                and f.start == "0"
                and f.tracks == "1"
                and f.timing != "still"
            ),
        ),
    ),
    # short: the product is told to encode in short pieces
    Property("pieces", ("whole", "short")),
)
BY_NAME = {p.name: p for p in PROPERTIES}


def choices(film: Film, prop: Property) -> list[str | int]:
    """The values that fit to what was chosen before."""
    return [value for value in prop.values if prop.fits(film, value)]


def sensible(film: Film) -> bool:
    """Whether every value fits to those before it."""
    return all(getattr(film, p.name) in p.values and p.fits(film, getattr(film, p.name)) for p in PROPERTIES)


def draw(rng: random.Random, special: float = 1.0) -> Film:
    """A sensible film by chance. `special` is the share of properties that are chosen freely; the others stay plain
    where they can."""
    film = Film()
    for prop in PROPERTIES:
        fitting = choices(film, prop)
        if not fitting:
            return draw(rng, special)  # a dead end; rare
        free = prop.name in ("container", "video", "sound") or rng.random() < special
        value = rng.choice(fitting) if free or prop.values[0] not in fitting else prop.values[0]
        changed: dict[str, Any] = {prop.name: value}
        film = replace(film, **changed)
    return film
