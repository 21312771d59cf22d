"""A film that is put together before it is encoded: a part of the source, other films behind it, a slate at the end,
other sounds beside it. Pure.

What is put together looks like one source: `whole` tells its facts, so that everything behind it (media.encode,
media.ladder) need not know. Each film is cut at its own times, with an accuracy of a frame, and lasts as long in sound
as in picture, so that nothing drifts apart from one to the next.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from reelmill.core.model import AudioStream, MediaInfo, Timeline, VideoStream
from reelmill.media import aspect, colours, ordinary, sound
from reelmill.media.picture import even

FORM = "assembled"  # what stands for a container: no reader's habits have to be minded
_AHEAD = 5.0  # seconds before a cut from which a film is read: nothing is lost, whatever seeking is worth there
STOOD = 0.1  # seconds; a picture that stood longer at a cut is seen from there on


@dataclass(frozen=True, slots=True)
class Film:
    """One of the films. `file` is where it lies for ffmpeg; it is taken from `start` to `end`, seconds of its own.

    across, down   size in the common picture, 0: all of it       ground   colour behind it
    blend    seconds that it fades in over the last picture before it        sounds   its own sound is heard
    track    of its sound, None: the default one
    stood    when the picture came that stands on the screen at `start`, where that is well before it
    """

    file: str
    info: MediaInfo
    timeline: Timeline | None
    start: float
    end: float
    across: int = 0
    down: int = 0
    ground: str = "black"
    blend: float = 0.0
    sounds: bool = True
    track: AudioStream | None = None
    stood: float | None = None

    @property
    def lasts(self) -> float:
        return self.end - self.start

    @property
    def uneven(self) -> bool:
        """Its sound may change in the middle."""
        return bool(self.track and self.sounds and sound.may_change(self.track, self.info.format_name))

    @property
    def moving(self) -> Timeline | None:
        """When its pictures come; None when one stands at `start` already."""
        return self.timeline if self.stood is None else None

    @property
    def seek(self) -> float:
        """From where it is read. Many containers have no index, and that of others may lie: a seek leads anywhere, and
        the next key frame must still come before the cut."""
        found, first = self.timeline, self.start if self.stood is None else self.stood
        if found is None:
            return max(0.0, first - _AHEAD)
        if found.leaps or found.counted or not found.seekable or not found.key_distance:
            return 0.0
        return max(0.0, first - found.key_distance - _AHEAD)


@dataclass(frozen=True, slots=True)
class Mixed:
    """A sound beside the film: `track` of the file, from `start` seconds on for as long as it `lasts`.

    longest  it may outlast the film     film  it is another track of the source, and is cut with it     uneven  as Film
    """

    file: str
    track: AudioStream
    lasts: float
    start: float = 0.0
    longest: bool = True
    film: bool = False
    uneven: bool = False


@dataclass(frozen=True, slots=True)
class Assembly:
    """What is put together; the first film is the source."""

    films: tuple[Film, ...]
    mixed: tuple[Mixed, ...] = ()

    @property
    def read(self) -> tuple[Film | Mixed, ...]:
        """The inputs, in this order."""
        return (*self.films, *self.mixed)

    @property
    def joined(self) -> bool:
        """More than one film: they get one size and one pace."""
        return len(self.films) > 1

    @property
    def lasts(self) -> float:
        return sum(film.lasts for film in self.films)

    @property
    def size(self) -> tuple[int, int]:
        """As the source is stored, upright: what templates tell of its pixels (Crop, Pad) fits what is joined too."""
        video = self.films[0].info.video[0]
        sides = (video.height, video.width) if video.rotation in (90, 270) else (video.width, video.height)
        return even(sides[0]), even(sides[1])

    @property
    def stored(self) -> tuple[float, float]:
        """How many pixels of `size` make one of those that are shown, across and down."""
        video = self.films[0].info.video[0]
        return self.size[0] / video.shown_width, self.size[1] / video.shown_height

    @property
    def pace(self) -> Fraction:
        """Pictures a second of what is joined."""
        return ordinary.pace(self.films[0].info, self.films[0].timeline)

    @property
    def sound(self) -> AudioStream | None:
        """What all sounds become: as the first one is, but two channels where there are two, and the highest rate."""
        tracks = [film.track for film in self.films if film.track and film.sounds]
        tracks += [one.track for one in self.mixed]
        if not tracks:
            return None
        most, rate = max(one.channels for one in tracks), max(one.samplerate for one in tracks)
        first = replace(tracks[0], samplerate=rate)
        return replace(first, channels=2, layout="stereo") if first.channels == 1 < most else first


def together(films: Sequence[Film], mixed: Sequence[Mixed] = ()) -> Assembly:
    """Films that are joined last a whole number of pictures each, in sound too: what is left over would make the sound
    of all that come behind drift away from their pictures."""
    if len(films) == 1 or not films[0].info.video:
        return Assembly(tuple(films), tuple(mixed))
    pace = ordinary.pace(films[0].info, films[0].timeline)
    lasts = [float(ordinary.count(film.lasts, pace, film.moving, film.start) / pace) for film in films]
    return Assembly(
        tuple(replace(film, end=film.start + last) for film, last in zip(films, lasts, strict=True)), tuple(mixed)
    )


def whole(assembly: Assembly) -> tuple[MediaInfo, Timeline | None]:
    """The facts of what is put together, as if it were one file."""
    first = assembly.films[0]
    lasts = assembly.lasts
    outlast = [m.start + m.lasts for m in assembly.mixed if m.longest]
    sounds = max([lasts, *outlast])
    audio: tuple[AudioStream, ...] = ()
    if track := assembly.sound:
        audio = (replace(track, index=1, codec=FORM, start=0.0, duration=sounds, first=0.0, end=sounds),)
    video = first.info.video[:1]
    timeline = _window(first) if first.timeline else None
    if video and assembly.joined:
        video = (_common(video[0], assembly),)
        frame = 1 / assembly.pace
        count = max(1, round(lasts / frame))
        cuts = ((0.0, 0),)
        timeline = Timeline(
            count, 0.0, lasts, float(frame), True, cuts, longest=float(frame), last=lasts - float(frame)
        )
    elif video:
        video = (replace(video[0], duration=lasts, start=0.0),)
    info = replace(
        first.info, format_name=FORM, start=0.0, duration=sounds, video=video, audio=audio, raw={"streams": []}
    )
    return info, timeline


def _window(film: Film) -> Timeline:
    """The timeline of one film, as cut."""
    found = film.timeline
    assert found is not None
    step = ordinary.step(found)
    first = ordinary.first(found, film.start) if film.stood is None else 0.0
    end = max(min(found.end, film.end) - film.start, found.frame)
    count = max(1, math.ceil((end - first - ordinary.EARLY) / step)) if step else found.frames
    if found.first + found.between < film.end - ordinary.EARLY:  # the film ends sooner than the cut
        last = found.first + found.between - film.start
    else:
        last = first + (count - 1) * step if found.steady else end - step
    return replace(
        found,
        frames=min(found.frames, count),
        first=first,
        end=end,
        steady=found.steady and film.stood is None,
        cuts=((first, 0),),
        stands=tuple(
            (max(0.0, a - film.start), min(b, film.end) - film.start)
            for a, b in found.stands
            if a < film.end and b > film.start
        ),
        last=max(first, min(last, end)),
        seekable=False,
        leaps=(),
        counted=False,
        shapes=aspect.within(found.shapes, film.start),
    )


def _common(video: VideoStream, assembly: Assembly) -> VideoStream:
    """The picture that all films get: upright, in ordinary colours."""
    width, height = assembly.size
    return replace(
        video,
        codec=FORM,
        width=width,
        height=height,
        rotation=0,
        turned=False,
        pix_fmt="yuv420p",
        fps=assembly.pace,
        nominal=assembly.pace,
        start=0.0,
        duration=assembly.lasts,
        interlaced=False,
        progressive=True,
        hdr=False,
        matrix=colours.matrix_of(width, height),
        primaries="bt709",
        transfer="bt709",
        alpha=False,
        alpha_beside=False,
        fields="",
    )


def uneven(assembly: Assembly) -> list[int]:
    """The numbers of the inputs whose sound is made even first (ladder.even_film): a change builds the graph anew."""
    return [number for number, one in enumerate(assembly.read) if one.uneven]


def left_of_source(assembly: Assembly) -> tuple[float, float]:
    """From where to where the source is seen, seconds of its own; it stands first. (0, 0): nothing of it is left."""
    first = assembly.films[0]
    return (first.start, first.end) if first.file == "${source}" else (0.0, 0.0)
