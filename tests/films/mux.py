"""From coded pictures and sounds to a file: each packet gets its time, the container is written, and what no muxer
writes is patched in."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
from av.packet import Packet
from av.stream import Disposition, Stream

from films import boxes, patches
from films.encode import PRIMING, ffmpeg, folder, picture_file, sound_files
from films.film import Film
from films.pictures import MARGIN
from films.plan import LEAPS, STARTS, coded_size, halves, plan

_TICKS = 1_440_000  # a second; every clock of our containers fits in
_FORMATS = {"fmp4": "mp4", "mkv": "matroska", "ts": "mpegts", "ps": "vob"}
_SUFFIX = {"fmp4": "mp4", "ps": "mpg"}
_OPTIONS = {
    "fmp4": {"movflags": "frag_keyframe+delay_moov+default_base_moof", "frag_duration": "700000"},
    "ts": {"mpegts_copyts": "1"},
    "locked": {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
        "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
    },
}
_BASES = {
    "ts": 1.0,
    "ps": 1.0,
}  # containers without times below 0: seconds that leave room for what comes before the film
LAGGING = {"avi", "asf"}  # containers that cannot say that sound begins before 0, or say no time of it at all


@dataclass
class Track:
    """Packets of one stream with their times in seconds, in the order of decoding; from number `second` on they belong
    to the second half."""

    template: Stream
    packets: list[tuple[float, float, Packet]]
    second: int
    default: bool = True

    def half(self, number: int) -> "Track":
        return replace(self, packets=self.packets[self.second :] if number else self.packets[: self.second])


@dataclass(frozen=True)
class Made:
    """A film that was made. keys: times of its key frames; lag: seconds by which its sound is late, since its container
    cannot tell better; first: number of the first picture that can be decoded; heard: where the sound begins; missing:
    pictures that may be lost."""

    path: Path
    keys: tuple[float, ...]
    lag: float = 0.0
    first: int = 0
    heard: float = 0.0
    missing: frozenset[int] = frozenset()


def make(film: Film, target: Path | None = None) -> Made:
    """The file of a film."""
    path = target or folder() / f"film{abs(hash(film))}.{_SUFFIX.get(film.container, film.container)}"
    times = plan(film)
    pictures, numbers = _pictures(film)
    keys = tuple(
        times.clock[n] - times.trim
        for n, (_, _, packet) in zip(numbers, pictures.packets, strict=True)
        if packet.is_keyframe
    )
    sounds, lag = _sounds(film)
    base = (
        0.0
        if film.container == "fmp4"
        else STARTS.get(film.start, 10.0 if film.seam == "back" else _BASES.get(film.container, 0.0))
    )
    if film.seam in ("joined", "back"):
        parts = []
        for number, begin in enumerate((base, base + LEAPS["back"] if film.seam == "back" else base - times.turn)):
            parts.append(path.with_name(f"{path.stem}-{number}{path.suffix}"))
            _write(film, parts[-1], [track.half(number) for track in (pictures, *sounds)], begin)
        patches.join(film.container, [part.read_bytes() for part in parts], path)
    else:
        if film.seam == "ahead":
            leap = LEAPS["ahead"]
            for track in (pictures, *sounds):
                track.packets = track.half(0).packets + [(t + leap, d + leap, p) for t, d, p in track.half(1).packets]
        _write(film, path, [pictures, *sounds], base)
    _patch(film, path)
    if film.cut != "none":
        return _cut(film, path, keys, numbers, base)
    return Made(path, keys, lag, heard=times.sound[0] if times.sound else 0.0)


def _cut(film: Film, path: Path, keys: tuple[float, ...], numbers: list[int], base: float) -> Made:
    """What is left of a stream tells what can be decoded: all from the next key frame on; before it, in an open group,
    what needs the lost ones."""
    index, heard = patches.cut(path, float(film.cut), film.container == "ts")
    first = numbers[index]
    leading = frozenset(n for n in numbers[index:] if n < first)
    begin = plan(film).clock[first]
    return Made(path, tuple(t for t in keys if t >= begin - 0.001), 0.0, first, heard - base, leading)


def _pictures(film: Film) -> tuple[Track, list[int]]:
    """The track, and the number of each of its packets."""
    clock = plan(film).clock
    found: list[tuple[int, Packet]] = []
    template: Stream | None = None
    for first, last in halves(film):
        box = av.open(str(picture_file(film, first, last)))
        template = template or box.streams.video[0]
        packets = [p for p in box.demux(box.streams.video[0]) if p.size]
        order = sorted(p.pts or 0 for p in packets)
        assert len(set(order)) == last - first, f"{len(order)} packets for {last - first} pictures: {film}"
        found += [(first + order.index(p.pts or 0), p) for p in packets]
    assert template is not None
    times = [clock[number] for number, _ in found]
    shown = sorted(times)
    ahead = max(
        place - shown.index(t) for place, t in enumerate(times)
    )  # by so many pictures decoding must be ahead of showing
    decoded = [shown[0] - (ahead - n) * plan(film).frame for n in range(ahead)] + shown[: len(shown) - ahead]
    numbers = [n for n, _ in found]
    return Track(
        template,
        [(t, d, p) for t, d, (_, p) in zip(times, decoded, found, strict=True)],
        sum(n < plan(film).middle for n in numbers),
    ), numbers


def _sounds(film: Film) -> tuple[list[Track], float]:
    """The sound tracks in the order of the file, and by how much their sound is late."""
    if film.tracks == "0" or film.sound == "none":
        return [], 0.0
    tracks: list[Track] = []
    beeping = {"second": 1, "empty first": 1}.get(film.tracks, 0)
    count = {"2": 2, "3": 3, "second": 2, "empty first": 2}.get(film.tracks, 1) + (film.extra == "apac")
    beeping += film.extra == "apac"
    lag = 0.0
    for number in range(count):
        empty = film.tracks == "empty" or (film.tracks == "empty first" and number == 0)
        track, late = _sound(
            film if not empty else Film(sound=film.sound, layout=film.layout),
            0 if number == beeping else 1 + number,
            lagging=film.container in LAGGING,
        )
        lag = late if number == beeping else lag
        tracks.append(
            replace(
                track,
                packets=[] if empty else track.packets,
                default=number == (0 if film.tracks == "empty first" else beeping),
            )
        )
    return tracks, lag


def _sound(film: Film, kind: int, lagging: bool) -> tuple[Track, float]:
    units: list[tuple[float, float, Packet]] = []
    template: Stream | None = None
    late, second = 0.0, 0
    for path, begin in sound_files(film, kind):
        second = len(units)
        box = av.open(str(path))
        stream = box.streams.audio[0]
        template = template or stream
        packets = [p for p in box.demux(stream) if p.size]
        rate = stream.codec_context.sample_rate
        before = PRIMING.get(film.sound, 0) / rate
        late = before if lagging else 0.0
        first = packets[0].pts or 0
        own = [(begin - before + late + float((p.pts or 0) - first) * float(p.time_base or 0), p) for p in packets]
        if film.change != "none" and units:  # behind the first part without a hole
            end = units[-1][0] + (units[-1][0] - units[-2][0])
            own = [(t, p) for t, p in own if t > end - 0.012]
        elif film.change != "none":
            own = [(t, p) for t, p in own if t < plan(film).turn - 0.012]
        units += [(t, t, p) for t, p in own]
    assert template is not None
    return Track(template, units, second or sum(t < plan(film).turn for t, _, _ in units)), late


def _write(film: Film, path: Path, tracks: Sequence[Track], base: float) -> None:
    options = dict(_OPTIONS.get(film.container, {})) | (_OPTIONS["locked"] if film.extra == "locked" else {})
    with av.open(str(path), "w", format=_FORMATS.get(film.container, film.container), options=options) as box:
        streams: list[Stream] = []
        if film.extra == "ghost":
            box.add_stream_from_template(tracks[0].template, opaque=True)
        for track in tracks:
            streams.append(box.add_stream_from_template(track.template, opaque=True))
            if film.container in ("mp4", "mov", "mkv", "fmp4") and track.template.type == "audio" and len(tracks) > 2:
                streams[-1].disposition = Disposition.default if track.default else Disposition(0)
            if track.template.type == "video":
                streams[-1].codec_context.framerate = film.fps
                streams[-1].time_base = 1 / film.fps if film.container in ("avi", "mxf") else Fraction(1, 90_000)
        units = sorted(
            ((d, n, t, p) for n, track in enumerate(tracks) for t, d, p in track.packets), key=lambda one: one[:2]
        )
        ends = _lengths(tracks) | ({(0, 0.0): plan(film).stop} if film.timing == "still" else {})
        for d, n, t, packet in units:
            packet.stream = streams[n]
            packet.time_base = Fraction(1, _TICKS)
            packet.pts, packet.dts = round((t + base) * _TICKS), round((d + base) * _TICKS)
            packet.duration = round(ends.get((n, t), 0) * _TICKS)
            box.mux(packet)


def _lengths(tracks: Sequence[Track]) -> dict[tuple[int, float], float]:
    """How long each packet lasts, by its track and time."""
    found: dict[tuple[int, float], float] = {}
    for n, track in enumerate(tracks):
        times = sorted(t for t, _, _ in track.packets)
        gaps = [b - a for a, b in itertools.pairwise(times)] or [0.04]
        found |= {(n, t): gap for t, gap in zip(times, [*gaps, sorted(gaps)[len(gaps) // 2]], strict=False)}
    return found


def _patch(film: Film, path: Path) -> None:
    if film.container in ("mp4", "mov", "3gp", "fmp4"):
        data = bytearray(path.read_bytes())
        if film.turn != "0":
            boxes.turn(data, film.turn)
        if film.crop == "clap":
            data = boxes.crop(data, coded_size(film), MARGIN)
        if film.edit == "trim":
            boxes.trim(data, plan(film).trim)
        if film.keys == "lie":
            boxes.forget_keys(data)
        if film.container == "fmp4" and film.start == "5h":
            boxes.begin_at(data, STARTS["5h"])
        if film.extra == "apac":
            boxes.unknown_sound(data)
        path.write_bytes(data)
    if film.crop == "pixels":
        patches.crop_matroska(path, MARGIN)
    if film.extra == "ghost":
        patches.drop_first_pid(path)
    if film.extra == "cover":
        patches.add_cover(path, ffmpeg)
