"""The inputs and the filter graph that put films together (media.assembly). Pure.

Each film is cut at its own times and made like the others; then they are set behind each other, and other sounds beside
them.
"""

from reelmill.core.model import AudioStream
from reelmill.media import colours, filters, ordinary, sound, source
from reelmill.media.assembly import Assembly, Film, Mixed, uneven

PICTURE, SOUND = "mv", "ma"  # labels of the graph
_EARLY = ordinary.EARLY


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
