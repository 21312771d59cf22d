"""The filters that draw subtitles onto a picture. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pictures:
    """A track of the source that holds pictures: its stream, and how wide and high its drawing is, as a share of the
    film's picture. What is not as wide as the film was drawn for another size of it. `shape`: width / height of the
    film as shown."""

    stream: int
    across: float = 1.0
    down: float = 1.0
    shape: float = 0.0


@dataclass(frozen=True, slots=True)
class Onto:
    """The picture that is drawn onto: its size, its matrix, and the format of its pixels."""

    width: int
    height: int
    matrix: str = "bt709"
    pixels: str = "yuv420p"


_ALIKE = 0.03  # share by which sides that were rounded to even pixels may differ
Text = str | Pictures  # the words of the filter that draws a file (media.subtitles.tasks.filter_of), or a track


def filters(texts: Sequence[Text], into: str, out: str, begin: float, onto: Onto) -> tuple[str, ...]:
    """The parts of a filter graph that draw `texts` one after the other; `begin` is the
    moment of the film at which the graph's clock is 0. Nothing of a file's name stands in it: tasks name their files
    themselves."""
    if not texts:
        return ()
    drawing = [f"ass={one}" for one in texts if isinstance(one, str)]
    # setpts cuts off what is behind the point, which would show a text one picture too long
    if begin and drawing:
        drawing = [f"setpts=PTS+round({begin:.6f}/TB)", *drawing, f"setpts=PTS-round({begin:.6f}/TB)"]
    laid = [one for one in texts if isinstance(one, Pictures)]
    links = [into, *(f"{into}u{n}" for n in range(len(laid)))]
    ends = [*links[1:], out] if drawing else [*links[1:-1], out]
    parts = [part for n, one in enumerate(laid) for part in _overlay(one, links[n], ends[n], f"{into}w{n}", onto)]
    return (*parts, f"[{links[-1]}]{','.join(drawing)}[{out}]") if drawing else tuple(parts)


def another_shape(width: int, height: int, shape: float) -> bool:
    """Whether a picture of this size is turned, cut or has borders: what is drawn for the film's own `shape` would be
    too large or too small on it, or stretched."""
    return abs(width / height / shape - 1) > _ALIKE


def _overlay(track: Pictures, into: str, out: str, link: str, onto: Onto) -> tuple[str, str]:
    width, height, y = onto.width, onto.height, "(H-h)/2"
    if track.shape and another_shape(width, height, track.shape):  # at its bottom, as large as goes in
        width = max(2, round(min(width, height * track.shape)))
        height, y = round(width / track.shape), "H-h"
    high = max(1, round(height * track.down / track.across))
    matrix = onto.matrix.removesuffix("nc")  # as the scaler calls it
    scale = f"scale={width}:{high}:flags=bilinear:out_color_matrix={matrix}:out_range=tv"
    deep = ":format=yuv420p10" if onto.pixels.endswith("10le") else ""
    laid = f"[{into}][{link}]overlay=x=(W-w)/2:y={y}:eof_action=pass{deep}[{out}]"
    return f"[0:{track.stream}]{scale}[{link}]", laid
