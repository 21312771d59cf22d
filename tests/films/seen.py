"""What a player shows of an output: every picture and every sound with its time, read by libraries that the product
does not use.

Pictures are reduced to what the judge asks for while they are decoded; sound is kept as it is, so short are the films.
"""

import io
import itertools
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from films import scene
from films.scene import Box

_TOLD = {1: "709", 4: "601", 5: "601", 6: "601", 7: "240", 9: "2020", 10: "2020"}  # numbers of ITU-T H.273
_FORMATS = {".ts": "mpegts", ".mp4": "mp4", ".flv": "flv", ".mp3": "mp3", ".m4a": "mp4", ".ogg": "ogg"}
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Picture:
    """number -1: the counter cannot be read; colours and circle are None where they were not looked at. circle: width
    by height."""

    time: float
    number: int
    flash: bool
    combed: float
    key: bool
    colours: dict[str, tuple[float, float, float]] | None
    circle: float | None


@dataclass(frozen=True)
class Beep:
    """One beep as it is heard: middle (less half its length is its beginning), pitch, loudness as amplitude of the
    loudest channel and of the softest, purity (the share of its energy that is at its pitch)."""

    time: float
    pitch: float
    loud: float
    soft: float
    purity: float


@dataclass
class Show:
    """A whole output. span, heard: begin and end of pictures and of sound; parts: (EXTINF, first time, last time) of
    each segment."""

    pictures: list[Picture] = field(default_factory=list)
    beeps: list[Beep] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    span: tuple[float, float] | None = None
    last: float = 0.0  # time of the last picture
    heard: tuple[float, float] | None = None
    breaks: list[tuple[float, float]] = field(default_factory=list)  # (time, seconds) where the sound's clock leaps
    peak: float = 0.0
    parts: list[tuple[float, float, float]] = field(default_factory=list)
    target: int = 0
    told: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass
class Eye:
    """How to look at pictures. later: where the film's picture lies when it has bars around it; fields: look for
    combing; dim: white may be grey; every: how seldom colours are measured."""

    later: Box = WHOLE
    fields: bool = False
    dim: bool = False
    every: int = 12


class _Frame:
    """One decoded picture in planes; luma as 0 to 255 whatever its range."""

    def __init__(self, frame: VideoFrame):
        if not frame.format.name.startswith(
            ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "gray")
        ):
            frame = frame.reformat(
                format="yuv444p", dst_colorspace=5, dst_color_range=1
            )  # only sources are anything else
        self.height, self.width = frame.height, frame.width
        self.full = int(frame.color_range) == 2 or frame.format.name.startswith("yuvj")
        deep = frame.format.components[0].bits
        kind, self.unit = (np.uint8, 1) if deep == 8 else ("<u2", 1 << deep - 8)
        self.planes = []
        for plane in frame.planes[:3]:
            lines = np.frombuffer(plane, kind).reshape(plane.height, -1)[:, : plane.width]
            self.planes.append(np.rot90(lines, round(frame.rotation / 90) % 4))
        hd = max(frame.width, frame.height) >= 1280 or min(frame.width, frame.height) >= 720
        self.matrix = _TOLD.get(int(frame.colorspace)) or ("709" if hd else "601")
        self.told = f"{_TOLD.get(int(frame.colorspace), 'no matrix')}, range {int(frame.color_range)}, transfer {int(frame.color_trc)}"  # noqa: E501

    def luma(self, box: Box) -> float:
        return self._light(float(part(self.planes[0], box).mean()))

    def _light(self, value: float | np.ndarray) -> float | np.ndarray:
        return value / self.unit if self.full else (value / self.unit - 16) * 255 / 219

    def colour(self, box: Box) -> tuple[float, float, float]:
        y, cb, cr = (float(part(plane, box).mean()) / self.unit for plane in self.planes)
        y, scale = (y / 255, 255) if self.full else ((y - 16) / 219, 224)
        red, green, blue = scene.MATRICES[self.matrix].shown(y, (cb - 128) / scale, (cr - 128) / scale)
        return round(float(red), 1), round(float(green), 1), round(float(blue), 1)

    def circle(self, box: Box) -> float:
        """Width by height, by the second moments of what is light around the middle."""
        area = part(self.planes[0], inner(scene.AROUND, box))
        weight = np.clip(
            np.asarray(self._light(area.astype(np.float32))) - scene.GROUND - 14, 0, scene.DISC - scene.GROUND
        )
        total = float(weight.sum())
        if total < 1:
            return 0.0
        down, across = weight.sum(1), weight.sum(0)
        spread = []
        for line in (across, down):
            place = np.arange(len(line))
            middle = float((line * place).sum()) / total
            spread.append(float((line * (place - middle) ** 2).sum()) / total)
        return float(np.sqrt(spread[0] / spread[1])) if spread[1] else 0.0

    def combed(self, box: Box) -> float:
        """The share of the bar's track that stands out from the lines above and below it, and those the other way."""
        area = part(self.planes[0], inner(scene.TRACK, box)).astype(np.int32) // self.unit
        away = area[1:-1] * 2 - area[:-2] - area[2:]
        strong = np.sign(away) * (abs(away) > 60)
        return (
            float(((strong[2:] * strong[1:-1] < 0) & (strong[1:-1] * strong[:-2] < 0)).mean())
            if len(strong) > 2
            else 0.0
        )


def part(plane: np.ndarray, box: Box) -> np.ndarray:
    return plane[scene.box_of(box, plane.shape[1], plane.shape[0])]


def inner(box: Box, around: Box) -> Box:
    """A box of the film's picture as a box of the output's."""
    left, top, right, bottom = around
    wide, high = right - left, bottom - top
    return left + box[0] * wide, top + box[1] * high, left + box[2] * wide, top + box[3] * high


def shrunk(box: Box, share: float = 0.25) -> Box:
    """The middle of a box: its edges are not sharp."""
    wide, high = (box[2] - box[0]) * share, (box[3] - box[1]) * share
    return box[0] + wide, box[1] + high, box[2] - wide, box[3] - high


def _number(frame: _Frame, box: Box, least: int) -> int:
    """The number of a picture; -1 when a box is neither black nor white (`least`)."""
    top, bottom = scene.COUNTER_Y
    boxes = [
        frame.luma(inner(((k + 0.3) / scene.BITS, top + 0.03, (k + 0.7) / scene.BITS, bottom - 0.03), box))
        for k in range(scene.BITS)
    ]
    return (
        -1
        if any(least - 35 < light < least for light in boxes)
        else sum((light >= least) << k for k, light in enumerate(boxes))
    )


def _bar(later: Box) -> Box:
    """A part of the picture that is black when the film's picture does not fill it."""
    left, top, _, _ = later
    return (0.0, 0.4, left * 0.8, 0.6) if left > top else (0.4, 0.0, 0.6, top * 0.8)


def measure(raw: VideoFrame, time: float, eye: Eye, careful: bool, stretch: float = 1.0) -> Picture:
    """What one picture shows, wherever the film's picture lies in it."""
    frame = _Frame(raw)
    box = eye.later if eye.later != WHOLE and frame.luma(_bar(eye.later)) < 35 else WHOLE
    number = _number(frame, box, 115 if eye.dim else 145)
    colours = (
        {
            name: frame.colour(inner(shrunk(at), box))
            for name, (at, _) in (scene.PATCHES | {"hole": (scene.HOLE, scene.HIDDEN)}).items()
        }
        if careful
        else None
    )
    return Picture(
        time,
        number,
        frame.luma(inner(shrunk(scene.FLASH), box)) > 130,
        frame.combed(box) if eye.fields else 0.0,
        bool(raw.key_frame),
        colours,
        frame.circle(box) * stretch if careful else None,
    )


def look(path: Path, eye: Eye) -> Show:
    """A file or a playlist as it is shown."""
    show = Show()
    if path.suffix == ".m3u8":
        _playlist(path, eye, show)
    elif path.suffix in (".jpg", ".png"):
        _still(path, eye, show)
    else:
        _file(path, path.read_bytes(), _FORMATS.get(path.suffix), eye, show)
    show.pictures.sort(key=lambda p: p.time)
    return show


def _still(path: Path, eye: Eye, show: Show) -> None:
    try:
        with av.open(str(path), format="jpeg_pipe" if path.suffix == ".jpg" else "png_pipe") as box:
            raw = next(box.decode(video=0))
            show.size = raw.width, raw.height
            show.pictures.append(measure(raw, 0.0, eye, True))
    except (av.FFmpegError, OSError, StopIteration) as error:
        show.problems.append(f"{path.name} cannot be decoded: {error}")


def _playlist(path: Path, eye: Eye, show: Show) -> None:
    """Pictures of each segment by itself, as a player that jumps there; sound as it runs on."""
    lasts, whole = 0.0, b""
    lines = path.read_text().splitlines()
    for line in lines:
        if line.startswith("#EXTINF:"):
            lasts = float(line[8:].split(",")[0])
        elif line.startswith("#EXT-X-TARGETDURATION:"):
            show.target = int(line.split(":")[1])
        elif line and not line.startswith("#"):
            data = (path.parent / line.replace("%20", " ")).read_bytes()
            whole += data
            before = len(show.pictures)
            _file(path.parent / line, data, "mpegts", eye, show, sound=False)
            times = [p.time for p in show.pictures[before:]] or _sound_times(data)
            show.parts.append((lasts, min(times, default=float("nan")), max(times, default=float("nan"))))
    if "#EXT-X-ENDLIST" not in lines:
        show.problems.append("the playlist does not end")
    if whole:
        _file(path, whole, "mpegts", eye, show, pictures=False)


def _sound_times(data: bytes) -> list[float]:
    with av.open(io.BytesIO(data), format="mpegts") as box:
        return (
            [float(p.pts * p.time_base) for p in box.demux(audio=0) if p.pts is not None] if box.streams.audio else []
        )


def _file(
    path: Path, data: bytes, form: str | None, eye: Eye, show: Show, pictures: bool = True, sound: bool = True
) -> None:
    heard: list[tuple[float, int, np.ndarray]] = []
    try:
        with av.open(io.BytesIO(data), format=form) as box:
            films = (
                [s for s in box.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
                if pictures
                else []
            )
            sounds = list(box.streams.audio) if sound else []
            for packet in box.demux(*films[:1], *sounds[:1]) if films or sounds else ():
                try:
                    frames = packet.decode()
                except av.FFmpegError as error:
                    show.problems.append(f"{path.name}: {error.strerror}")
                    continue
                for frame in frames:
                    if frame.time is None:
                        show.problems.append(f"{path.name}: something without a time")
                    elif isinstance(frame, VideoFrame):
                        _add(frame, packet.stream, eye, show)
                    else:
                        heard.append((float(frame.time), frame.sample_rate, _samples(frame)))
    except (av.FFmpegError, OSError) as error:
        show.problems.append(f"{path.name} cannot be opened: {error}")
    if heard:
        listen(heard, show)


def _add(frame: VideoFrame, stream: av.VideoStream, eye: Eye, show: Show) -> None:
    if not show.pictures:
        ratio = (
            float(frame.sample_aspect_ratio)
            if getattr(frame, "sample_aspect_ratio", None)
            else float(stream.codec_context.sample_aspect_ratio or stream.sample_aspect_ratio or 1)
        )
        size = (round(frame.width * ratio), frame.height)
        show.size = (size[1], size[0]) if round(frame.rotation / 90) % 2 else size
        show.told = _Frame(frame).told
    if frame.is_corrupt:
        show.problems.append(f"a damaged picture at {float(frame.time or 0):.2f} s")
    time = float(frame.time or 0)
    stretch = show.size[0] / show.size[1] / (frame.width / frame.height) if not round(frame.rotation / 90) % 2 else 1.0
    show.pictures.append(measure(frame, time, eye, len(show.pictures) % eye.every == eye.every // 2, stretch))
    if show.span is None or time >= show.last:
        show.span = (
            (show.span or (time, 0))[0],
            time + (float(frame.duration * frame.time_base) if frame.duration and frame.time_base else 0.0),
        )
        show.last = time
    show.span = min(show.span[0], time), show.span[1]


def _samples(frame: av.AudioFrame) -> np.ndarray:
    raw = frame.to_ndarray()
    if raw.dtype.kind != "f":
        raw = raw.astype(np.float32) / float(np.iinfo(raw.dtype).max + 1)
    return (raw if frame.format.is_planar else raw.reshape(-1, frame.layout.nb_channels).T).astype(np.float32)


# ---- hearing -------------------------------------------------------------------------------------


def listen(heard: list[tuple[float, int, np.ndarray]], show: Show) -> None:
    """From decoded frames (time, rate, samples by channel) to beeps, leaps and the loudest moment."""
    rate = heard[0][1]
    channels = min(samples.shape[0] for _, _, samples in heard)
    if any(one != rate for _, one, _ in heard):
        show.problems.append("the sample rate changes within it")
    for (a, one, samples), (b, _, _) in itertools.pairwise(heard):
        if abs(b - a - samples.shape[1] / one) > 0.012:
            show.breaks.append((b, b - a - samples.shape[1] / one))
    sound = np.concatenate([samples[:channels] for _, _, samples in heard], 1)
    times = np.concatenate([begin + np.arange(samples.shape[1]) / one for begin, one, samples in heard])
    show.heard = float(times.min()), float(times.max() + 1 / rate)
    show.peak = float(abs(sound).max(initial=0.0))
    loud = abs(sound).max(0)
    active = np.flatnonzero(loud > max(0.03, 0.2 * float(np.quantile(loud, 0.995)) if len(loud) > 1000 else 0.03))
    if not len(active):
        return
    for group in np.split(active, np.flatnonzero(np.diff(active) > rate * 0.05) + 1):
        if group[-1] - group[0] > rate * 0.02:
            show.beeps.append(_beep(sound, times, int(group[0]), int(group[-1]), rate))


def _beep(sound: np.ndarray, times: np.ndarray, first: int, last: int, rate: int) -> Beep:
    around = slice(max(0, first - rate // 100), last + rate // 100)
    energy = (sound[:, around].astype(np.float64) ** 2).sum(0)
    place = float((energy * times[around]).sum() / energy.sum())
    middle = int(np.searchsorted(times[around], place)) + around.start
    core = sound[:, max(0, middle - rate // 66) : middle + rate // 66]
    strengths = np.sqrt((core.astype(np.float64) ** 2).mean(1) * 2)
    loudest = sound[int(strengths.argmax()), max(0, middle - rate // 40) : middle + rate // 40]
    power = abs(np.fft.rfft(loudest * np.hanning(len(loudest)), 1 << 14)) ** 2
    top = int(power.argmax())
    width = round((1 << 14) * 90 / rate)
    return Beep(
        place,
        top * rate / (1 << 14),
        float(strengths.max()),
        float(strengths.min()),
        float(power[max(0, top - width) : top + width].sum() / power.sum()),
    )
