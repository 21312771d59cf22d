"""The picture of an output: the Video fields of a template, and what an Output does to the picture, against the facts
of the source (media.plans.VideoPlan). Pure.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from reelmill.core.errors import Failure, MediaError, UserText
from reelmill.core.model import MediaInfo, Timeline, VideoStream
from reelmill.media import codecs, colours, interlacing, shaping, standing
from reelmill.media.containers import Container
from reelmill.media.plans import VideoPlan
from reelmill.media.source import canvas
from reelmill.media.timeline import STEADY

MAX_SIDE = 4096  # pixels; the largest that a template may ask for
MAX_FPS = 60
_NEAR = Fraction(1, 50)  # share by which the rate that the container tells may differ from the one that was counted
_FILM = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "59.94": Fraction(60000, 1001),
}
_NARROW = {"1.0": ("22", "slow"), "2.0": ("22", "slower")}  # quality and preset of narrowband's versions


@dataclass(frozen=True, slots=True)
class Touch:
    """What an Output does to a picture. `turn` degrees clockwise; `regions` of DeWatermark; `border` what was found for
    Crop `border`; `double` the widest that a picture of twice the size may be, 0: it is not doubled; `deinterlace`
    every picture, whatever it tells of itself."""

    turn: int = 0
    regions: Mapping[str, Any] | None = None
    border: str = ""
    double: int = 0
    deinterlace: bool = False


UNTOUCHED = Touch()


def refuse(code: str, message: UserText, advice: UserText = "", *, source_ok: bool = True) -> MediaError:
    """A MediaError of one sentence and one piece of advice."""
    return MediaError(Failure(code, message, advice, source_ok=source_ok))


def settle_video(
    fields: Mapping[str, Any],
    flags: Mapping[str, str],
    container: Container,
    info: MediaInfo,
    timeline: Timeline | None,
    whole: float,
    touch: Touch,
) -> VideoPlan:
    """The picture of an output. Raises MediaError when the source cannot become that."""
    source = info.video[0]
    if fields.get("Codec") == "copy":
        check_copy(container, source.codec)
        return VideoPlan(source.index, copy=True, rate=source.fps)
    colours.refuse_unknown(source)
    shape = _shape(fields, source, touch)
    width, height = _size(fields, flags, shape, touch)
    more, shown = shaping.adjusted(shape, (width, height), flags.get("AdjDarMethod", "none"))
    pace = _pace(source, timeline)
    fps = _fps(fields, pace, timeline)
    plan = VideoPlan(
        source.index,
        False,
        width,
        height,
        shape=shown,
        stored=source.shown_width / source.shown_height,
        shaping=(*shape.steps, *more),
        blurs=_blurs(touch, source),
        canvas=canvas(info),
        fills=canvas(info) is not None and (bool(more) or shown == shape.across / shape.down),
        fps=fps,
        rate=fps or pace,
        degrain=int(fields.get("Degrain", "0")),
        sharp=bool(touch.double),
        profile=fields.get("Profile", "high"),
        gop=_gop(fields.get("Gop", "10s"), fps or pace),
        tick=source.tick,
        mode=flags.get("TransMode", "onepass"),
    )
    plan = _timed(plan, timeline, pace, whole, container)
    return _coloured(_rated(plan, fields, flags, source, info), fields, source, forced=touch.deinterlace)


def _timed(plan: VideoPlan, timeline: Timeline | None, pace: Fraction, whole: float, container: Container) -> VideoPlan:
    """With the times of the source's pictures."""
    if timeline is None:
        return plan
    stands = standing.spans(timeline, whole, stream=container.repeats)
    return replace(
        plan,
        leaps=bool(timeline.leaps),
        shapes=timeline.shapes,
        first=timeline.first if timeline.counted else None,
        steady=_keeps(pace, timeline),
        stands=stands,
        end=max([timeline.end, *(to for _, to in stands)]),
        last=standing.last(timeline, stands),
    )


def _coloured(plan: VideoPlan, fields: Mapping[str, Any], source: VideoStream, *, forced: bool = False) -> VideoPlan:
    """With its colours, from those of the source, and with its fields."""
    sdr, woven = fields.get("Hdr2sdr") != "false", fields.get("ScanMode") == "interlaced"
    matrix = colours.matrix_of(plan.width, plan.height) if sdr or not source.hdr else source.matrix or "bt2020nc"
    return replace(
        plan,
        deinterlace=() if woven else interlacing.filters(source, forced=forced),
        interlaced=interlacing.order(source) if woven else "",
        colours=colours.told(source),
        black=colours.on_black(source),
        sdr=source if sdr and colours.to_sdr(source, None) else None,
        matrix=matrix,
        convert=colours.differs(source, matrix, sdr=sdr),
        tags=colours.tags(source, plan.width, plan.height, sdr=sdr),
        pixels=_pixels(fields, codecs.VIDEO[plan.codec], kept=source.hdr and not sdr),
    )


def _rated(
    plan: VideoPlan, fields: Mapping[str, Any], flags: Mapping[str, str], source: VideoStream, info: MediaInfo
) -> VideoPlan:
    """With its codec, and what that aims at."""
    encoder = codecs.VIDEO[fields.get("Codec", "H.264")]
    rate = _rate(fields, flags, source, info, encoder)
    return replace(
        plan,
        codec=encoder.name,
        preset=rate.preset,
        crf=rate.crf,
        bitrate=rate.bitrate,
        maxrate=rate.maxrate,
        bufsize=rate.bufsize,
        plain="NarrowBand" in fields,
    )


def _pixels(fields: Mapping[str, str], encoder: codecs.VideoEncoder, *, kept: bool) -> str:
    """The format of the samples: ten bits where HDR is kept, for in eight it has steps."""
    deep = [one for one in encoder.pixels if kept and one.endswith("10le")]
    return fields.get("PixFmt", (deep or encoder.pixels)[0])


def _pace(source: VideoStream, timeline: Timeline | None) -> Fraction:
    """Pictures a second. What a container tells is a nicer number than what was counted, but with jitter it may be far
    from the truth (1000 a second)."""
    if timeline is None or timeline.frames < 2 or timeline.between <= 0:
        return source.fps
    counted = Fraction((timeline.frames - 1) / timeline.between)
    near = [told for told in (source.fps, source.nominal) if abs(told / counted - 1) < _NEAR]
    return min(near, key=lambda told: abs(told - counted), default=counted.limit_denominator(1001))


def _keeps(pace: Fraction, timeline: Timeline) -> bool:
    """Whether all pictures come at this pace, to the last one: else they would be moved, and some would fall together,
    if they were counted by it."""
    # the last one stands longer or shorter than the others
    held = abs(timeline.end - timeline.first - timeline.between - timeline.frame) > 2 * STEADY
    if not timeline.steady or not pace or held or abs((timeline.frames - 1) / pace - timeline.between) >= 2 * STEADY:
        return False
    # the first one on the grid too, or all would be moved by up to half a picture
    return abs(timeline.first - round(timeline.first * pace) / pace) < STEADY


def check_copy(container: Container, codec: str) -> None:
    if codec not in container.copies:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            f"A {codec} stream cannot be copied into {container.name}.",
            "Use a template that encodes, or another container.",
        )


def even(pixels: float, step: int = 2) -> int:
    return max(step, round(pixels / step) * step)


def size_of(fields: Mapping[str, str], flags: Mapping[str, str], source: VideoStream) -> tuple[int, int]:
    """Width and height of what a template's Video and TransConfig make of a picture. MediaError when that cannot be;
    Crop `border` is not known yet."""
    return _size(fields, flags, _shape(fields, source, UNTOUCHED), UNTOUCHED)


def _shape(fields: Mapping[str, str], source: VideoStream, touch: Touch) -> shaping.Shaped:
    made = shaping.shaped(source, fields, touch.turn, touch.border)
    if made.wrong:
        raise refuse("InvalidParameter.ResourceNotSupported", made.wrong, "Change Crop or Pad of the template.")
    return made


def _blurs(touch: Touch, source: VideoStream) -> tuple[shaping.Blur, ...]:
    sides = (source.height, source.width) if source.rotation in (90, 270) else (source.width, source.height)
    return shaping.blurs(touch.regions, sides) if touch.regions else ()


def _size(fields: Mapping[str, str], flags: Mapping[str, str], shape: shaping.Shaped, touch: Touch) -> tuple[int, int]:
    """Even sides with square pixels. One side given: the other by the aspect ratio; none: as the source."""
    across, down = round(shape.across), round(shape.down)
    width, height = (int(fields.get(name, "0")) for name in ("Width", "Height"))
    if fields.get("LongShortMode") == "true" and down > across:
        width, height = height, width  # Width belongs to the long side
    if touch.double:
        width, height = min(2 * across, touch.double), 0
    if not width and not height:
        width, height = across, down
    lines = 4 if fields.get("ScanMode") == "interlaced" else 2  # each field needs an even number of them
    size = (even(width or height * shape.across / shape.down), even(height or width * shape.down / shape.across, lines))
    if size[0] > even(across) or size[1] > even(down, lines):
        if flags.get("IsCheckResoFail") == "true":
            raise refuse(
                "InvalidParameter.ResourceNotSupported",
                f"The output would be {size[0]}x{size[1]}, larger than the source's {across}x{down}.",
                "IsCheckResoFail of the template forbids that.",
            )
        if flags.get("IsCheckReso") == "true":
            size = (even(across), even(down, lines))
    if max(size) > MAX_SIDE:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            f"The output would be {size[0]}x{size[1]}; no side may be longer than {MAX_SIDE}.",
            f"The source is {across}x{down}: give both Width and Height.",
        )
    return size


def _fps(fields: Mapping[str, str], pace: Fraction, timeline: Timeline | None) -> Fraction | None:
    """The frame rate to convert to; None keeps every frame at its own time."""
    asked = fields.get("Fps")
    steady = timeline.steady if timeline else True
    target = _FILM.get(asked, Fraction(asked)) if asked else pace
    highest = _highest(fields)
    # 1 in 1000: 60 asked for and 59.94 there, or a rate that was measured from a few frames, is no reason to throw
    # frames away
    if target > highest * Fraction(1001, 1000):
        return highest
    if asked and not (steady and pace and abs(target / pace - 1) < Fraction(1, 2000)):
        return target
    return None


def _highest(fields: Mapping[str, str]) -> Fraction:
    limit = fields.get("MaxFps")
    return min(Fraction(MAX_FPS), _FILM.get(limit, Fraction(limit))) if limit else Fraction(MAX_FPS)


def _gop(text: str, rate: Fraction) -> int:
    return max(1, math.ceil(float(text[:-1]) * float(rate or 25))) if text.endswith("s") else int(text)


@dataclass(frozen=True, slots=True)
class _Rate:
    """Kbit/s and Kbit; crf "" or the constant quality."""

    preset: str
    crf: str = ""
    bitrate: int = 0
    maxrate: int = 0
    bufsize: int = 6000


def _rate(
    fields: Mapping[str, Any],
    flags: Mapping[str, str],
    source: VideoStream,
    info: MediaInfo,
    encoder: codecs.VideoEncoder,
) -> _Rate:
    """What an encoder aims at: an average rate, or a quality, perhaps under a peak rate."""
    known = (source.bitrate or max(0, info.bitrate - sum(stream.bitrate for stream in info.audio))) // 1000
    preset, mode = fields.get("Preset", "medium"), flags.get("TransMode", "onepass")
    if narrow := fields.get("NarrowBand"):
        return _narrow(fields, narrow, known)
    bounds = fields.get("BitrateBnd") or {}
    asked = int(fields.get("Bitrate", known if bounds else "0"))
    asked = max(int(bounds.get("Min", "0")), min(asked, int(bounds.get("Max", asked))))
    # Crf wins, as MPS says
    bitrate = 0 if not asked or "Crf" in fields else capped(asked, known, flags, "Video", 10)
    constant = mode == "CBR"
    return _Rate(
        preset,
        fields.get("Crf", "" if bitrate else encoder.crf),
        bitrate,
        int(fields.get("Maxrate", bitrate if constant else "0")),
        int(fields.get("Bufsize", max(1000, bitrate) if constant else "6000")),
    )


def _narrow(fields: Mapping[str, Any], narrow: Mapping[str, str], known: int) -> _Rate:
    """Narrowband: a constant quality, which simple pictures reach with few bits, under the rate that the template would
    have spent on all of them."""
    crf, preset = _NARROW[narrow.get("Version", "1.0")]
    most = int(narrow.get("Abrmax", fields.get("Bitrate", "0")))
    if peak := int(fields.get("Maxrate", "0")):
        most = min(most or peak, peak)
    if known and "MaxAbrRatio" in narrow:
        share = max(10, round(known * float(narrow["MaxAbrRatio"])))
        most = min(most or share, share)
    return _Rate(fields.get("Preset", preset), fields.get("Crf", crf), 0, most, max(1, most * 3 // 2))


def capped(asked: int, known: int, flags: Mapping[str, str], what: str, least: int) -> int:
    """The bit rate after the template's checks against the source's (`known`, 0 when unknown), Kbit/s."""
    if not known or asked <= known:
        return asked
    if flags.get(f"IsCheck{what}BitrateFail") == "true":
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            f"The output's {what.lower()} would have {asked} Kbit/s, more than the source's {known}.",
            f"IsCheck{what}BitrateFail of the template forbids that.",
        )
    return max(least, known) if flags.get(f"IsCheck{what}Bitrate") == "true" else asked
