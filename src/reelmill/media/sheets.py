"""Sheets of small pictures ("sprites"), and the WebVTT index by which players find the picture of a moment. Pure."""

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from reelmill.core import declare
from reelmill.core.fields import Record
from reelmill.core.model import Command, Task

TASK = "sheets"
_LIST = "cells.txt"
_GLOBAL = ("-hide_banner", "-nostdin", "-y", "-v", "error")
MOST_PIXELS = 250_000_000  # of a sheet: more has no room in what ffmpeg takes for a picture
_SIDE = 32_000


def _whole(title: str, zh: str, low: int, high: int, **more: Any) -> Any:
    return declare.whole(
        title,
        zh,
        low,
        high,
        wrong="{name} must be from {low} to {high}.",
        unreadable="{name} must be a whole number.",
        examples=[max(low, 8)],
        **more,
    )


TILE: Record[Any] = declare.record(
    "Sheets",
    "雪碧图",
    {
        "Lines": _whole("Lines", "行数", 1, 10_000, default=10),
        "Columns": _whole("Columns", "列数", 1, 10_000, default=10),
        "CellWidth": _whole("Width of a tile", "小图宽", 8, 4096, unit="px"),
        "CellHeight": _whole("Height of a tile", "小图高", 8, 4096, unit="px"),
        "CellSelStep": _whole("Every how many pictures", "选图步长", 1, 100_000, default=1),
        "Margin": _whole("Border", "外边距", 0, 4096, unit="px", default=0),
        "Padding": _whole("Between tiles", "间距", 0, 4096, unit="px", default=0),
        "Color": declare.text(
            "Colour",
            "底色",
            "A keyword, #RRGGBB or random.",
            "颜色关键字、#RRGGBB 或 random。",
            default="black",
            pattern="^([A-Za-z]{3,24}|#[0-9A-Fa-f]{6})$",
            wrong="Color must be a keyword, #RRGGBB or random.",
            examples=["black"],
        ),
        "IsKeepCellPic": declare.flag(
            "Keep the pictures",
            "保留小图",
            "The pictures are published beside the sheets.",
            "同时保留单张图片。",
            default=True,
            wrong="IsKeepCellPic must be true or false.",
        ),
    },
    "Puts the pictures together into large ones.",
    "把多张截图拼成大图。",
    unknown='"{name}" is not part of a TileOut; it has {known}.',
    absent=None,
    json_string=True,
    advanced=True,
)
DEFAULT: Mapping[str, Any] = TILE.make({name: member.absent for name, member in TILE.members.items()})


def cell(tile: Mapping[str, Any], size: tuple[int, int]) -> tuple[int, int]:
    """Pixels of a tile: as asked for, one side by the proportion, else those of the pictures."""
    width, height = tile.get("CellWidth"), tile.get("CellHeight")
    if width and height:
        return int(width), int(height)
    if width:
        return int(width), max(1, round(width * size[1] / size[0]))
    return (max(1, round(height * size[0] / size[1])), int(height)) if height else size


def whole(tile: Mapping[str, Any], size: tuple[int, int]) -> tuple[int, int]:
    """Pixels of a sheet."""
    margin, padding = tile["Margin"], tile["Padding"]
    return (
        2 * margin + tile["Columns"] * (size[0] + padding) - padding,
        2 * margin + tile["Lines"] * (size[1] + padding) - padding,
    )


def too_large(tile: Mapping[str, Any], size: tuple[int, int]) -> bool:
    """Whether no picture can be so large."""
    width, height = whole(tile, size)
    return max(width, height) > _SIDE or width * height > MOST_PIXELS


def chosen(tile: Mapping[str, Any], count: int) -> list[int]:
    """The numbers of the pictures that become tiles."""
    return list(range(0, count, tile["CellSelStep"]))


def place(tile: Mapping[str, Any], size: tuple[int, int], number: int) -> tuple[int, int, int]:
    """(sheet, left, top) of a tile by its number."""
    sheet, inside = divmod(number, tile["Lines"] * tile["Columns"])
    line, column = divmod(inside, tile["Columns"])
    margin, padding = tile["Margin"], tile["Padding"]
    return sheet, margin + column * (size[0] + padding), margin + line * (size[1] + padding)


def task(tile: Mapping[str, Any], size: tuple[int, int], cells: Sequence[tuple[str, str]], form: str, job: str) -> Task:
    """The task that makes `sheet-00001.FORM`... of pictures: (task, file) of each."""
    lines = ["ffconcat version 1.0"]
    for made, file in cells:
        lines += [f"file '${{{made}}}/{file}'", "duration 1"]
    text = str(tile["Color"])
    colour = f"#{sha256(job.encode()).hexdigest()[:6]}" if text.lower() == "random" else text
    chain = (
        f"scale={size[0]}:{size[1]},tile={tile['Columns']}x{tile['Lines']}:margin={tile['Margin']}:"
        f"padding={tile['Padding']}:color={colour}"
    )
    argv: tuple[str, ...] = (*_GLOBAL, "-f", "concat", "-safe", "0", "-i", f"file:${{out}}/{_LIST}", "-vf", chain)
    argv += ("-fps_mode", "passthrough", *encoder(form), "-f", "image2", f"file:${{out}}/sheet-%05d.{form}")
    files = {_LIST: "\n".join(lines) + "\n"}
    return Task(
        TASK, "light", (Command(argv),), files=files, expect=(f"sheet-00001.{form}",), drop=(_LIST,), jobs=(job,)
    )


def encoder(form: str) -> tuple[str, ...]:
    """How a picture is written, by the extension of its file."""
    return {"png": ("-c:v", "png"), "webp": ("-c:v", "libwebp", "-quality", "85")}.get(
        form, ("-strict", "unofficial", "-c:v", "mjpeg", "-q:v", "2")
    )  # nearly the best quality


def index(pictures: Sequence[tuple[float, str]], end: float) -> str:
    """The WebVTT file of pictures: (moment, address). Each stands until the next one; the first from the beginning. Of
    those of one moment (slides stand for a while) one is named: a cue that lasts no time is none."""
    starts = [0.0, *(at for at, _ in pictures[1:])]
    lines = ["WEBVTT", ""]
    for (_, address), start, stop in zip(pictures, starts, [*starts[1:], max(end, starts[-1] + 0.001)], strict=True):
        begin, over = _clock(start), _clock(stop)
        lines += [f"{begin} --> {over}", address, ""] if begin != over else []
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    ms = math.floor(seconds * 1000 + 0.5)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"
