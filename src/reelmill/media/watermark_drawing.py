"""Watermarks that are drawn: the file each is made of, where it stands in a picture of a given size, the filters. Pure.

Source of names and ranges: MPS reference, templates 4.1 to 4.3.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core.errors import Failure, UserText
from reelmill.core.model import Command, ObjectRef, Task
from reelmill.media import fonts
from reelmill.media.command import literal
from reelmill.media.probe import GUARDS

_WHOLE = re.compile(r"-?[0-9]{1,9}")
_ADAPTED = 720  # lines of the picture for which the size of adaptive text is given
_DEFAULT_WIDTH = "0.12"  # of the output, when neither side is given


@dataclass(frozen=True, slots=True)
class Placed:
    """A watermark in an output of known size. Pixels and seconds.

    file    `${TASK}/name` of the picture, or of the text to draw       moving   the picture moves (and begins again
            when it has ended)
    width, height   of the picture; -1: by the other side, in the picture's proportion
    x, y    expressions of ffmpeg: W, H are the output's sides, w, h the mark's
    start, end   when it is seen, from the beginning of the output; None: to the end
    opened  options with which a stranger's film is opened, () for a picture of ours       made  filters that come first
    text    options of drawtext, () for a picture       font   the one that was asked for, as `fonts.slug` spells it
    """

    file: str
    width: int = -1
    height: int = -1
    x: str = "0"
    y: str = "0"
    start: float = 0.0
    end: float | None = None
    moving: bool = False
    opened: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    font: str = ""


def merged(mark: Mapping[str, Any], template: Mapping[str, Any]) -> dict[str, Any]:
    """A mark with its template below it: per field, what the Output says wins."""
    made = {**template, **mark}
    for name in ("Timeline", "RatioRefer", "TextWaterMark"):
        if name in template and name in mark:
            made[name] = {**template[name], **mark[name]}
    return made


def identity(mark: Mapping[str, Any]) -> str:
    """What two marks share when one file serves both."""
    if mark.get("Type") == "Text":
        return f"text in {mark['TextWaterMark'].get('FontName', '')}: {mark['TextWaterMark']['Content']}"
    return f"picture {mark['InputFile']['Bucket']}/{mark['InputFile']['Object']}"


def task(mark: Mapping[str, Any], number: int, jobs: tuple[str, ...]) -> Task:
    """Makes the file that a mark is drawn from: one version for the whole batch, whatever becomes of the object, and
    known to be readable."""
    name = f"mark-{number}"
    if mark.get("Type") == "Text":
        text, font = mark["TextWaterMark"]["Content"], str(mark["TextWaterMark"].get("FontName") or "")
        place = f"${{{'-'.join(filter(None, ('font-file', fonts.slug(font))))}}}"
        # letters that the font lacks would become boxes
        known = Command(("letters", "UTF-8", "${out}/given.txt", "${out}/mark.txt", place, font), tool="subtitles")
        files = {"given.txt": literal(text)}
        return Task(name, "light", (known,), files=files, expect=("mark.txt",), drop=("given.txt",), jobs=jobs)
    found = mark["InputFile"]
    moving = found["Object"].lower().endswith(".mov")
    # never guessed: a picture must not turn out to be a playlist
    kind = ("-f", "mov") if moving else ("-f", "png_pipe")
    into = (
        ("-map", "0:V:0", "-c", "copy", "-f", "mov", "file:${out}/mark.mov")
        if moving
        else ("-frames:v", "1", "-pix_fmt", "rgba", "-f", "image2", "-update", "1", "file:${out}/mark.png")
    )
    argv = ("-hide_banner", "-nostdin", "-v", "error", "-y", *kind, *GUARDS, "-i", "file:${picture}", *into)
    objects = {"picture": ObjectRef(found["Bucket"], found["Location"], found["Object"])}
    return Task(
        name, "light", (Command(argv),), expect=("mark.mov" if moving else "mark.png",), jobs=jobs, objects=objects
    )


def unusable(mark: Mapping[str, Any], failure: Failure) -> Failure:
    """Why a mark could not be made, as the owner of the output must hear it: the source has nothing to do with it."""
    if failure.retry or failure.code == "JobCancelled":
        return failure
    if "InputFile" not in mark:
        letters = failure.message.rpartition(": ")[2]
        said: UserText = f"The font of this server lacks letters of a watermark: {letters}"
        lacks = failure.code == "InvalidParameter.ResourceNotSupported"
        return replace(failure, message=said, source_ok=True) if lacks else failure
    bucket, key = mark["InputFile"]["Bucket"], mark["InputFile"]["Object"]
    if failure.code == "InvalidParameter.ResourceNotFound":
        return replace(
            failure,
            message=f'The watermark "{bucket}/{key}" cannot be used: it cannot be found.',
            advice="Upload it again.",
        )
    return replace(
        failure,
        code="InvalidParameter.ResourceContentBad",
        message=f'The watermark "{bucket}/{key}" cannot be used: it is no picture that can be read.',
        advice="Save it as PNG, or as MOV with an alpha channel.",
    )


def place(mark: Mapping[str, Any], file: str, size: tuple[int, int]) -> Placed:
    """Where a merged mark stands in an output of this size; `file` is where its picture or text lies for ffmpeg."""
    timeline = mark.get("Timeline", {})
    start, lasts = float(timeline.get("Start", "0")), timeline.get("Duration", "ToEND")
    end = None if lasts == "ToEND" else start + float(lasts)
    if mark.get("Type") == "Text":
        text = mark["TextWaterMark"]
        font = fonts.slug(text.get("FontName", ""))
        return Placed(file, start=start, end=end, text=_drawtext(text, size), font=font)
    refer = mark.get("RatioRefer", {})
    width, height = mark.get("Width"), mark.get("Height")
    if width is None and height is None:
        width = _DEFAULT_WIDTH
    dx, dy = (
        _pixels(mark.get(name, "0"), refer.get(name, edge), size) for name, edge in (("Dx", "Width"), ("Dy", "Height"))
    )
    corner = mark.get("ReferPos", "TopRight")
    return Placed(
        file,
        -1 if width is None else max(1, _pixels(width, refer.get("Width", "Width"), size)),
        -1 if height is None else max(1, _pixels(height, refer.get("Height", "Height"), size)),
        f"W-w-{dx}" if corner.endswith("Right") else str(dx),
        f"H-h-{dy}" if corner.startswith("Bottom") else str(dy),
        start,
        end,
        moving=file.endswith(".mov"),
    )


def _pixels(text: str, edge: str, size: tuple[int, int]) -> int:
    """Whole pixels; a share counts from an edge of the output, with four decimals."""
    if _WHOLE.fullmatch(text):
        return int(text)
    sides = {"Width": size[0], "Height": size[1], "Long": max(size), "Short": min(size)}
    return round(int(float(text) * 10_000) / 10_000 * sides[edge])


def _drawtext(text: Mapping[str, str], size: tuple[int, int]) -> tuple[str, ...]:
    grown = size[1] / _ADAPTED if text.get("adaptive") == "true" else 1.0
    alpha, width = text.get("FontAlpha", "1"), text.get("BorderWidth", "0")
    border = (
        (f"borderw={width}", f"bordercolor={hexed(text.get('BorderColor', 'Black'))}@{alpha}") if int(width) else ()
    )
    return (
        f"fontsize={max(4, round(int(text.get('FontSize', '16')) * grown))}",
        f"fontcolor={hexed(text.get('FontColor', 'Black'))}@{alpha}",
        f"x={text.get('Left', '0')}",
        f"y={text.get('Top', '0')}",
        *border,
    )


def hexed(color: str) -> str:
    """A colour as ffmpeg writes it."""
    return "0x" + color[1:] if color.startswith("#") else color.lower()


def filters(
    watermarks: Sequence[Placed],
    into: str,
    out: str,
    inputs: Mapping[str, int],
    begin: float = 0.0,
    *,
    deep: bool = False,
) -> tuple[str, ...]:
    """The parts of a filter graph that draw watermarks onto the picture labelled `into`, in this order; the result is
    labelled `out`. `inputs` tells the number of each picture's input; `begin` is the moment of the output at which this
    graph's clock is 0 (pieces); `deep` keeps the 10 bits of the picture."""
    parts: list[str] = []
    form = ":format=yuv420p10" if deep else ""  # unasked, the filter makes eight bits of it
    for place, mark in enumerate(watermarks):
        onto = out if place + 1 == len(watermarks) else f"{out}w{place}"
        when = _when(mark, begin)
        if mark.text:
            font, options = "-".join(filter(None, ("font", mark.font))), ":".join(mark.text)
            parts.append(
                f"[{into}]drawtext=fontfile=${{{font}}}:textfile={mark.file}:expansion=none:{options}{when}[{onto}]"
            )
        else:
            # what moves begins when it is first seen; a still picture is one frame that the overlay keeps
            clock = f"setpts=PTS-STARTPTS+{mark.start:.6f}/TB," if mark.moving else ""
            ends = ":shortest=1" if mark.moving else ""  # it goes round for ever: the output ends with its own picture
            first = "".join(f"{step}," for step in mark.made)
            parts.append(f"[{inputs[mark.file]}:v:0]{first}{clock}scale={mark.width}:{mark.height}[{onto}m]")
            parts.append(f"[{into}][{onto}m]overlay=x={mark.x}:y={mark.y}{form}{ends}{when}[{onto}]")
        into = onto
    return tuple(parts)


def _when(mark: Placed, begin: float) -> str:
    """A tenth of a millisecond early, so that rounding cannot shift it by a frame."""
    if not mark.start and mark.end is None:
        return ""
    clock = f"t+{begin:.6f}" if begin else "t"
    last = f"*lt({clock},{mark.end - 0.0001:.4f})" if mark.end is not None else ""
    return f":enable='gte({clock},{max(0.0, mark.start - 0.0001):.4f}){last}'"
