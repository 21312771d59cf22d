"""Sheets of pictures and the index by which players find them: made behind the pictures of a job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname, relpath
from typing import Any
from urllib.parse import quote

from reelmill.core import placeholders
from reelmill.core.errors import Failure
from reelmill.core.model import Part, Publication, Task
from reelmill.core.ports import NodeIO
from reelmill.media import sheets
from reelmill.media.snapshots import TYPES, Config

_INDEX = "index.vtt"


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was taken: file of a task, and its moment in seconds."""

    task: str
    file: str
    at: float


@dataclass(frozen=True, slots=True)
class Sheets:
    """Sheets that were made: `files` of the task, their objects, how large a tile is."""

    tile: Mapping[str, Any]
    bucket: str
    object: str
    files: tuple[str, ...]
    keys: tuple[str, ...]
    cell: tuple[int, int]
    form: str

    @property
    def keep(self) -> bool:
        """The pictures themselves are published too."""
        return bool(self.tile["IsKeepCellPic"])

    def told(self) -> dict[str, Any]:
        return {"bucket": self.bucket, "object": self.object, "count": len(self.keys), "cell": list(self.cell)}

    def publications(self, job: str, config: Config, parts: list[Part]) -> list[Publication]:
        """What must be published by itself. Sheets in the bucket of the pictures go before these, among their parts."""
        own = [Part(sheets.TASK, file, key, TYPES[self.form]) for file, key in zip(self.files, self.keys, strict=True)]
        if self.bucket == config.bucket:
            parts[:0] = own
            return []
        return [Publication(job, self.bucket, own[-1], tuple(own[:-1]), self.object)]


def named(template: str, time_ms: int, number: int) -> str:
    """The name of a sheet."""
    return placeholders.fill(template, {"SnapshotTime": str(time_ms), "TileCount": placeholders.count(number)})


async def make(
    job: str, config: Config, size: tuple[int, int], taken: Sequence[Taken], io: NodeIO
) -> Sheets | Failure | None:
    """The sheets that are asked for; an index of tiles needs them too."""
    tile = config.tile or (sheets.DEFAULT if config.vtt and config.fragments else None)
    if tile is None:
        return None
    tile = dict(sheets.DEFAULT) | {name: value for name, value in tile.items() if value not in (None, "")}
    cell = sheets.cell(tile, size)
    if sheets.too_large(tile, cell):
        width, height = sheets.whole(tile, cell)
        return Failure(
            "InvalidParameter.OutOfRange",
            f"A sheet would be {width}x{height}, larger than a picture can be.",
            "Give smaller tiles, or fewer of them: CellWidth, CellHeight, Columns, Lines.",
        )
    place = config.sheets or {"Bucket": config.bucket, "Object": beside(config.object, "-sheet-{TileCount}")}
    extension = place["Object"].rpartition(".")[2].lower()
    form = extension if extension in TYPES else "jpg"
    cells = [(taken[n].task, taken[n].file) for n in sheets.chosen(tile, len(taken))]
    (made,) = await io.execute((sheets.task(tile, cell, cells, form, job),))
    if made.failure:
        return made.failure
    files = tuple(sorted(name for name in made.files if name.startswith("sheet-")))
    keys = tuple(named(place["Object"], config.time_ms, number) for number in range(1, len(files) + 1))
    return Sheets(tile, place["Bucket"], place["Object"], files, keys, cell, form)


def beside(key: str, mark: str) -> str:
    """The name of something that lies beside the pictures of a job, in their folder."""
    stem, dot, extension = placeholders.fill(key, {"Count": ""}).rpartition(".")
    stem, extension = (stem, extension) if dot else (extension, "jpg")
    stem = stem.rstrip("-_ ")
    return f"{stem}{mark.lstrip('-') or 'index' if stem.endswith('/') or not stem else mark}.{extension}"


async def index(
    job: str, config: Config, taken: Sequence[Taken], keys: Sequence[str], made: Sheets | None, end: float, io: NodeIO
) -> Part | Failure:
    """The index, as a part of what is published."""
    key = (
        placeholders.fill(beside(config.object, "").rpartition(".")[0], {"SnapshotTime": str(config.time_ms)}) + ".vtt"
    )
    shown: list[tuple[float, str]] = []
    if config.fragments and made:
        for number, one in enumerate(sheets.chosen(made.tile, len(taken))):
            sheet, left, top = sheets.place(made.tile, made.cell, number)
            where = f"#xywh={left},{top},{made.cell[0]},{made.cell[1]}"
            shown.append((taken[one].at, _address(key, made.keys[sheet]) + where))
    else:
        shown = [(one.at, _address(key, picture)) for one, picture in zip(taken, keys, strict=True)]
    task = Task("index", "light", files={_INDEX: sheets.index(shown, end)}, expect=(_INDEX,), jobs=(job,))
    (written,) = await io.execute((task,))
    return written.failure or Part(task.name, _INDEX, key, "text/vtt; charset=utf-8")


def _address(index_key: str, key: str) -> str:
    return quote(relpath(key, dirname(index_key) or "."))
