"""From the picture of a source to the one that is scaled: cut, bordered, turned, blurred where a mark was. Pure.

Sizes are those of the picture as shown: upright, its pixels as they are stored (`sar` tells how wide they are).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core.errors import UserText
from reelmill.core.model import VideoStream

ALIKE = 0.02  # share by which two shapes may differ and still be the same one: sizes are whole and even numbers


@dataclass(frozen=True, slots=True)
class Shaped:
    """`steps` are filters; `across`, `down` the size after them with square pixels; `wrong` why it cannot be."""

    steps: tuple[str, ...]
    across: float
    down: float
    wrong: UserText = ""


def numbers(text: str) -> tuple[int, int, int, int]:
    """`w:h:left:top`."""
    w, h, left, top = (int(one) for one in text.split(":"))
    return w, h, left, top


def shaped(source: VideoStream, fields: Mapping[str, str], turn: int, border: str) -> Shaped:
    """What Crop and Pad of a template and Rotate of an Output make of a picture. `border`: what was found for Crop
    `border`, "" when there is none."""
    wide, high = (source.height, source.width) if source.rotation in (90, 270) else (source.width, source.height)
    sar = source.shown_width / source.shown_height * high / wide
    steps: list[str] = []
    crop = border if fields.get("Crop") == "border" else fields.get("Crop", "")
    if crop:
        w, h, left, top = numbers(crop)
        if left + w > wide or top + h > high:
            return Shaped((), 0, 0, f"Crop takes {w}x{h} at {left},{top}, and the picture has {wide}x{high}.")
        steps.append(f"crop={w}:{h}:{left}:{top}:exact=1")
        wide, high = w, h
    if pad := fields.get("Pad", ""):
        w, h, left, top = numbers(pad)
        if left + wide > w or top + high > h:
            return Shaped((), 0, 0, f"Pad has {w}x{h}, and the picture of {wide}x{high} at {left},{top} is larger.")
        steps.append(f"pad={w}:{h}:{left}:{top}")
        wide, high = w, h
    across, down = wide * sar, float(high)
    if turn in (90, 270):
        steps.append(f"transpose={'clock' if turn == 90 else 'cclock'}")
        across, down = down, across
    elif turn == 180:
        steps.append("hflip,vflip")
    elif turn:
        if abs(sar - 1) > 0.001:
            steps.append(f"scale={round(across / 2) * 2}:{high},setsar=1")
        angle = math.radians(turn)
        wide, high = (math.ceil((abs(across * a) + abs(down * b)) / 2) * 2 for a, b in _sides(angle))
        steps.append(f"rotate={angle:.6f}:ow={wide}:oh={high}:c=black")
        across, down = float(wide), float(high)
    return Shaped(tuple(steps), across, down)


def _sides(angle: float) -> tuple[tuple[float, float], tuple[float, float]]:
    return (math.cos(angle), math.sin(angle)), (math.sin(angle), math.cos(angle))


def adjusted(shape: Shaped, size: tuple[int, int], method: str) -> tuple[tuple[str, ...], float]:
    """(filters more, the shape that fills the size), where an output has another shape than its source: `crop` cuts the
    middle out, `pad` leaves black beside it, else it is stretched."""
    own, wanted = shape.across / shape.down, size[0] / size[1]
    if abs(own / wanted - 1) <= ALIKE or method not in ("crop", "pad"):
        return (), own
    if method == "pad":
        return (), wanted  # pictures of another shape are fitted in (media.filters.fitted)
    share = f"iw*{wanted / own:.6f}:ih" if own > wanted else f"iw:ih*{own / wanted:.6f}"
    return (f"crop={share}",), wanted


@dataclass(frozen=True, slots=True)
class Blur:
    """A region of the source that is blurred. Pixels; seconds from the beginning of the output, None: to the end."""

    x: int
    y: int
    width: int
    height: int
    start: float
    end: float | None


def blurs(regions: Mapping[str, Sequence[Mapping[str, Any]]], size: tuple[int, int]) -> tuple[Blur, ...]:
    """The regions of DeWatermark in a picture of this size: each until the next start, and inside by a pixel, as the
    filter wants it."""
    starts = sorted(regions, key=int)
    made = []
    for n, start in enumerate(starts):
        end = int(starts[n + 1]) / 1000 if n + 1 < len(starts) else None
        for region in regions[start]:
            whole = max(region["w"], region["h"]) > 1  # a region of pixels may begin at the first one
            left, top, wide, high = (
                round(value if whole or value > 1 else value * size[n % 2])
                for n, value in enumerate((region["l"], region["t"], region["w"], region["h"]))
            )
            x, y = max(1, left), max(1, top)
            width, height = (
                min(a + b, s - 1) - c for a, b, s, c in ((left, wide, size[0], x), (top, high, size[1], y))
            )
            if width > 0 and height > 0:
                made.append(Blur(x, y, width, height, int(start) / 1000, end))
    return tuple(made)


def blurring(regions: Sequence[Blur], begin: float) -> tuple[str, ...]:
    """The filters; `begin` is the moment of the output at which the graph's clock is 0."""
    clock = f"t+{begin:.6f}" if begin else "t"
    return tuple(
        f"delogo={r.x}:{r.y}:{r.width}:{r.height}:enable='gte({clock},{max(0.0, r.start - 0.0001):.4f})"
        + (f"*lt({clock},{r.end - 0.0001:.4f})'" if r.end is not None else "'")
        for r in regions
    )
