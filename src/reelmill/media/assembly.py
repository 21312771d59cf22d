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
from reelmill.media import aspect, colours, filters, ordinary, sound, source
from reelmill.media.picture import even

FORM = "assembled"  # what stands for a container: no reader's habits have to be minded
PICTURE, SOUND = "mv", "ma"  # labels of the graph
_AHEAD = 5.0  # seconds before a cut from which a film is read: nothing is lost, whatever seeking is worth there
_EARLY = ordinary.EARLY
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
    count = max(1, math.ceil((end - first - _EARLY) / step)) if step else found.frames
    if found.first + found.between < film.end - _EARLY:  # the film ends sooner than the cut
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


def inputs(assembly: Assembly, *, pictures: bool, sounds: bool) -> list[str]:
    """All inputs, the films first; `pictures`, `sounds`: which of their streams `graph` uses."""
    argv: list[str] = []
    for film in assembly.films:
        seek = ("-ss", f"{film.seek:.6f}") if film.seek else ()
        used = {one.index for one in film.info.video[:1] if pictures}
        used |= {film.track.index} if film.track and film.sounds and sounds and not film.uneven else set()
        late = source.late(film.info, film.timeline, used, film.seek)
        argv += [*source.filtered(film.info, film.timeline), *late, *seek, "-i", f"file:{film.file}"]
    for one in assembly.mixed:
        first = assembly.films[0]
        seek = ("-ss", f"{first.seek:.6f}") if one.film and first.seek else ()
        late = source.late(first.info, first.timeline, {one.track.index}, first.seek) if one.film else ()
        own = source.times(first.info) if one.film else ()
        argv += [*source.SAFE_INPUT, *own, *late, *seek, "-i", f"file:{one.file}"]
    for number in uneven(assembly) if sounds else ():
        argv += ["-f", "nut", "-protocol_whitelist", "file", "-i", "file:${out}/" + sound.even_file(number)]
    return argv


def uneven(assembly: Assembly) -> list[int]:
    """The numbers of the inputs whose sound is made even first (ladder.even_film): a change builds the graph anew."""
    return [number for number, one in enumerate(assembly.read) if one.uneven]


def _place(number: int, track: AudioStream, assembly: Assembly) -> str:
    made, inputs_before = uneven(assembly), len(assembly.read)
    return f"[{inputs_before + made.index(number)}:0]" if number in made else f"[{number}:{track.index}]"


def graph(assembly: Assembly, *, pictures: bool, sounds: bool) -> list[str]:
    """The parts of the filter graph that end in [mv] and [ma]."""
    parts: list[str] = []
    if pictures:
        parts += _pictures(assembly)
    if sounds:
        parts += _sounds(assembly)
    return parts


def _pictures(assembly: Assembly) -> list[str]:
    if not assembly.joined:
        film = assembly.films[0]
        return [f"[0:{film.info.video[0].index}]{','.join(_cut(film))}[{PICTURE}]"]
    parts = [
        f"[{n}:{film.info.video[0].index}]{','.join((*_cut(film), *_alike(film, assembly)))}[p{n}]"
        for n, film in enumerate(assembly.films)
    ]
    before, lasts = "p0", assembly.films[0].lasts
    for n, film in enumerate(assembly.films[1:], 1):
        onto = PICTURE if n + 1 == len(assembly.films) else f"j{n}"
        if film.blend:
            # the last picture stands while the slate fades in over it
            parts.append(f"[{before}]tpad=stop_mode=clone:stop_duration={film.blend:.3f}[h{n}]")
            parts.append(f"[h{n}][p{n}]xfade=transition=fade:duration={film.blend:.3f}:offset={lasts:.6f}[{onto}]")
        else:
            parts.append(f"[{before}][p{n}]concat=n=2:v=1:a=0[{onto}]")
        before, lasts = onto, lasts + film.lasts
    return parts


def _cut(film: Film) -> list[str]:
    """The pictures from `start` to `end`, counted from there."""
    away = film.start - film.seek
    steps = [filters.ONWARD] if film.timeline and film.timeline.leaps else []
    if film.timeline and film.timeline.counted:
        steps.append(f"setpts=PTS-STARTPTS+{film.timeline.first:.6f}/TB")
    begin = max(0.0, away - _EARLY - (0.0 if film.stood is None else film.start - film.stood))
    steps.append(f"trim=start={begin:.6f}:end={film.end - film.seek - _EARLY:.6f}")
    if film.stood is not None:
        return [*steps, f"setpts='max(0,PTS-{away:.6f}/TB)'"]  # that one from the beginning on
    return [*steps, f"setpts=PTS-{away:.6f}/TB"] if away else steps


def _alike(film: Film, assembly: Assembly) -> list[str]:
    """One size, pace and colour for all films."""
    video, (width, height) = film.info.video[0], assembly.size
    wide, high = assembly.stored
    across = {0: width, -1: round(video.shown_width * wide)}.get(film.across, round(film.across * wide))
    down = {0: height, -1: round(video.shown_height * high)}.get(film.down, round(film.down * high))
    shape, box = video.shown_width / video.shown_height, (min(across, width), min(down, height))
    inside = ordinary.fitting(shape * wide / high, box)
    steps = ordinary.filters_of(film.info, film.timeline, film.start, inside)
    sides = box if film.across or film.down else inside
    # pictures of one shape need no look at each
    form = f"format=pix_fmts=yuv420p:color_spaces={colours.matrix_of(width, height)}:color_ranges=tv"
    alike = source.canvas(film.info) is not None
    steps += (f"scale=w={sides[0]}:h={sides[1]}", form) if alike else filters.fitted(*sides, shape, form)
    steps += [f"pad={width}:{height}:-1:-1:color={film.ground}"]
    # a picture that stood before the cut may have ended before it too, and would be left out
    steps += ["tpad=stop_mode=clone:stop_duration=0.1"] if film.stood is not None else []
    steps += [
        ordinary.paced(assembly.pace, film.moving, film.start),
        f"setsar={high / wide:g}",
        "setparams=color_primaries=bt709:color_trc=bt709",
    ]
    # it lasts exactly as long as its sound
    return [*steps, f"tpad=stop=-1:stop_mode=clone,trim=end={film.lasts - _EARLY:.6f}", "settb=AVTB"]


def _sounds(assembly: Assembly) -> list[str]:
    layout = _layout(assembly)
    parts = [_sound(n, film, assembly, layout) for n, film in enumerate(assembly.films)]
    ends = "".join(f"[q{n}]" for n in range(len(assembly.films)))
    joined = f"{ends}concat=n={len(assembly.films)}:v=0:a=1"
    if not assembly.mixed:
        return [*parts, f"{joined}[{SOUND}]"]
    parts.append(f"{joined}[q]")
    number = len(assembly.films)
    for n, one in enumerate(assembly.mixed):
        parts.append(f"{_place(number + n, one.track, assembly)}{_beside(one, assembly, layout)}[x{n}]")
    longest = "longest" if any(m.longest for m in assembly.mixed) else "first"
    beside = "".join(f"[x{n}]" for n in range(len(assembly.mixed)))
    mix = f"amix=inputs={len(assembly.mixed) + 1}:duration={longest}:normalize=0:dropout_transition=0"
    return [*parts, f"[q]{beside}{mix},alimiter=limit=0.95:level=0:latency=1[{SOUND}]"]


def _layout(assembly: Assembly) -> str:
    track = assembly.sound
    known = f":channel_layouts={track.layout}" if track and track.layout else ""
    rate = track.samplerate if track else 48_000
    few = "" if known else f":channel_layouts={'mono' if track and track.channels == 1 else 'stereo'}"
    return f"aformat=sample_fmts=fltp:sample_rates={rate}{known or few}"


def _sound(number: int, film: Film, assembly: Assembly, layout: str) -> str:
    """The sound of one film, exactly as long as its pictures."""
    if film.track is None or not film.sounds:
        return f"anullsrc=r=48000:cl=stereo,{layout},atrim=end={film.lasts:.6f}[q{number}]"
    seek = 0.0 if film.uneven else film.seek  # what was made even is read from its beginning on
    away, end = film.start - seek, film.end - seek
    cut = f"atrim=start={away:.6f}:end={end:.6f},asetpts=PTS-{away:.6f}/TB"
    fill = f"apad=whole_dur={film.lasts:.6f},atrim=end={film.lasts:.6f}"
    steps = f"{_place(number, film.track, assembly)}{_steady(film.track)}"
    return ",".join((steps, cut, *_level(film.track, assembly), layout, f"{fill}[q{number}]"))


def _level(track: AudioStream, assembly: Assembly) -> tuple[str, ...]:
    """Filters that bring the many channels of a film to the fewer of the others, as the film by itself would be. One
    channel is left to ffmpeg, which gives it to two at 3 dB less: as loud by ITU-R BS.1770 as it is in one."""
    common = assembly.sound
    few = common is not None and common.channels <= 2 and common.channels < track.channels
    return sound.mix(track, common.channels) if common and few else ()


def _beside(one: Mixed, assembly: Assembly, layout: str) -> str:
    first = assembly.films[0]
    away = first.start - (0.0 if one.uneven else first.seek) if one.film else 0.0
    cut = f"atrim=start={away:.6f}:end={away + one.lasts:.6f},asetpts=PTS-{away:.6f}/TB," if one.film else ""
    late = f",adelay={round(one.start * 1000)}:all=1" if one.start else ""
    level = "".join(f"{step}," for step in _level(one.track, assembly))
    return f"{_steady(one.track)},{cut}{level}{layout}{late}"


def _steady(track: AudioStream) -> str:
    return ",".join((*sound.counted(track), "aresample=async=1:min_hard_comp=0.012:first_pts=0"))


def left_of_source(assembly: Assembly) -> tuple[float, float]:
    """From where to where the source is seen, seconds of its own; it stands first. (0, 0): nothing of it is left."""
    first = assembly.films[0]
    return (first.start, first.end) if first.file == "${source}" else (0.0, 0.0)
