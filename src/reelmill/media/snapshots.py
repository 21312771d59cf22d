"""Still pictures of a video: what a SnapshotConfig may ask for, and which moments that means. Pure. The commands that
take them: media.snapshot_commands. Semantics: MPS reference, SnapshotConfig."""

import contextlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare, jsonx, placeholders, urls
from reelmill.core.errors import Pattern, Problems
from reelmill.core.fields import Array, At, Checked, Record, Refused, Whole
from reelmill.core.model import Timeline, VideoStream
from reelmill.media import sheets

TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}  # by extension
MAX_PICTURES = 99_999  # {Count} has five digits
_LOWEST, _HIGHEST = 8, 4096
_USUAL_INTERVAL = 10.0  # seconds; MPS's default


@dataclass(frozen=True, slots=True)
class Config(Checked):
    """A checked SnapshotConfig.

    time_ms    first moment, ms from the start of the file      interval   seconds between pictures; 0: spread `num`
               evenly
    num        how many; None with an interval: until the end   series     several pictures; else one at time_ms
    width, height  pixels, None: from the source                intra      the nearest key frame instead of the exact
    one
    times      moments in ms, ascending, instead of all that
    black      per cent of a picture that are black when it is passed over at the beginning, 0: none
    vtt        an index of the pictures is written              fragments  ... of the tiles of sheets
    tile, sheets   sheets of pictures (media.sheets), and how they are called: {"Bucket", "Object"}
    """

    bucket: str
    location: str
    object: str
    time_ms: int
    interval: float
    num: int | None
    series: bool
    width: int | None
    height: int | None
    intra: bool
    times: tuple[int, ...] = ()
    black: int = 0
    vtt: bool = False
    fragments: bool = False
    tile: Mapping[str, Any] | None = None
    sheets: Mapping[str, str] | None = None

    @property
    def form(self) -> str:
        """The kind of pictures, by the extension of their name: one of TYPES."""
        extension = self.object.rpartition(".")[2].lower()
        return extension if extension in TYPES else "jpg"

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Config":
        known = {name: value[name] for name in cls.__slots__ if name in value}
        return cls(**known | {"times": tuple(value.get("times") or ())})


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the file it becomes in its task's folder, the time of its frame in seconds from the start of the
    file, half the time to the frame before it, and its number where pictures are counted (Timeline.numbers), else
    -1."""

    file: str
    at: float
    half: float
    number: int = -1


# ---- what the caller asked for -------------------------------------------------------------------


def _usable(key: str) -> str | Refused:
    if problem := urls.key_problem(placeholders.fill(key, {"ObjectPrefix": ""})):
        return Refused("InvalidParameter.ObjectKeyInvalid", f"Object cannot be used: {problem}.")
    return key


def _series(given: Mapping[str, Any]) -> bool:
    return "TimeArray" in given or (given.get("Num") != 1 and ("Num" in given or "Interval" in given))


def _told_apart(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    key = good.get("OutputFile", {}).get("Object")
    if key and _series(good) and "Count" not in placeholders.names(key):
        at = at.member("OutputFile").member("Object")
        at.refuse("InvalidParameter", "Several pictures need the placeholder {Count} in their name.")


def _spread(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    if good.get("Interval") == 0 and "Num" not in given:
        at = at.member("Interval")
        at.refuse("InvalidParameter.OutOfRange", "Interval 0 spreads pictures evenly and needs Num.")


def _begins(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    if "Time" not in given and "TimeArray" not in given:
        at = at.member("Time")
        at.refuse("MissingParameter", "Time is missing: the first moment in milliseconds.")


def _tiled(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    if "TileOut" in good and "TileOutputFile" not in given:
        at = at.member("TileOutputFile")
        at.refuse("InvalidParameter", "TileOut needs TileOutputFile: where the sheets go.")
    sheets = (good.get("TileOutputFile") or {}).get("Object")
    if sheets and "TileCount" not in placeholders.names(sheets) and good.get("Num") != 1:
        at = at.member("TileOutputFile").member("Object")
        at.refuse("InvalidParameter", "Several sheets need the placeholder {TileCount} in their name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Points(Array):
    """A list of moments, also as {"TimePointList": [...]}."""

    def read(self, raw: Any, at: At) -> Any:
        with contextlib.suppress(ValueError):
            value = jsonx.unwrap(raw)
            raw = value.get("TimePointList", ()) if isinstance(value, Mapping) else value
        return Array.read(self, raw, at)


def _whole(title: str, zh: str, low: int, high: int, *about: str, **more: Any) -> Whole:
    wrong: Pattern = "{name} must be from {low} to {high}."
    unreadable: Pattern = "{name} must be a whole number."
    return declare.whole(title, zh, low, high, *about, wrong=wrong, unreadable=unreadable, **more)


_OUTPUT_FILE: Record[Any] = declare.record(
    "Where they go",
    "输出",
    {
        "Bucket": declare.text(
            "Output bucket", "输出 Bucket", widget="output-bucket", example="films-out", required=True, refers="buckets"
        ),
        "Location": declare.location(),
        "Object": declare.key(
            "Name",
            "名称",
            "Placeholders: {Count} (needed for several pictures), {SnapshotTime}, {RunId}, {ObjectPrefix}, "
            "{FileName}, {ExtName}, {MediaId}.",
            "可用占位符：{Count}（多张时必需）、{SnapshotTime}、{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}。",
            example="{RunId}/{SnapshotTime}/{Count}.jpg",
            undecodable="Object must be URL-encoded UTF-8.",
            known=placeholders.SNAPSHOT,
            wrong="There is no placeholder {{{name}}} here; there are: {known}.",
            then=_usable,
            required=True,
        ),
    },
    unknown='"{name}" is not part of an OutputFile; it has Bucket, Location and Object.',
    required=True,
    json_string=True,
    ignored=("RoleArn",),
)
_SHEET_FILE: Record[Any] = declare.record(
    "Where sheets go",
    "雪碧图输出",
    {
        **{name: _OUTPUT_FILE.members[name] for name in ("Bucket", "Location")},
        "Object": declare.key(
            "Name",
            "名称",
            "Placeholders: {TileCount} (needed for several sheets), {SnapshotTime}, {RunId}, {ObjectPrefix}, "
            "{FileName}, {ExtName}, {MediaId}.",
            "可用占位符：{TileCount}（多张时必需）、{SnapshotTime}、{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}。",
            example="{RunId}/sheet-{TileCount}.jpg",
            undecodable="Object must be URL-encoded UTF-8.",
            known=placeholders.SHEET,
            wrong="There is no placeholder {{{name}}} here; there are: {known}.",
            then=_usable,
            required=True,
        ),
    },
    unknown='"{name}" is not part of an OutputFile; it has Bucket, Location and Object.',
    absent=None,
    json_string=True,
    advanced=True,
    ignored=("RoleArn",),
)
_MOMENT = _whole("Moment", "时间点", 0, 10**10, unit="ms", examples=[1000])
_LIST: Array = declare.array(
    "Moments",
    "时间点",
    _MOMENT,
    "Milliseconds from the start of the file, instead of first moment, number and interval.",
    "距文件开头的毫秒数，代替起始时间、数量和间隔。",
    most=1000,
    wrong="TimeArray must be a list of moments in milliseconds.",
    too_many=Refused("InvalidParameter.OutOfRange", "TimeArray has at most 1000 moments."),
    advanced=True,
)
CONFIG = declare.record(
    "Pictures",
    "截图设置",
    {
        "OutputFile": _OUTPUT_FILE,
        "Time": _whole(
            "First moment",
            "起始时间",
            0,
            10**10,
            "Milliseconds from the start of the file.",
            "距文件开头的毫秒数。",
            unit="ms",
            examples=[1000],
        ),
        "TimeArray": _Points(schema=_LIST.schema, items=_MOMENT, wrong=_LIST.wrong, too_many=_LIST.too_many, absent=()),
        "Interval": declare.number(
            "Every",
            "间隔",
            0,
            10**7,
            "Seconds between pictures; 0 spreads the number of pictures evenly.",
            "截图间隔秒数；0 表示按数量平均分布。",
            unit="s",
            examples=[10],
            wrong="Interval must be above 0, or 0 to spread Num pictures evenly.",
            unreadable="Interval must be a number of seconds.",
        ),
        "Num": _whole(
            "How many",
            "数量",
            1,
            MAX_PICTURES,
            "1 takes one picture; without a number an interval goes on until the end.",
            "1 表示单张；未填数量而设置了间隔时截到结尾。",
            examples=[3],
        ),
        "Width": _whole("Width", "宽", _LOWEST, _HIGHEST, unit="px", advanced=True, examples=[640]),
        "Height": _whole("Height", "高", _LOWEST, _HIGHEST, unit="px", advanced=True, examples=[360]),
        "FrameType": declare.choice(
            "Frame",
            "帧类型",
            ("intra", "normal"),
            "intra takes the nearest key frame, normal the exact frame.",
            "intra：最近的关键帧；normal：精确帧。",
            default="intra",
            advanced=True,
            loose=True,
            wrong="FrameType must be intra (the nearest key frame) or normal (the exact frame).",
        ),
        "BlackLevel": _whole(
            "Black share",
            "黑场比例",
            30,
            100,
            "From the beginning: a picture of which so many per cent are black is passed over, within five seconds.",
            "从开头截图时，在前 5 秒内跳过黑色占比达到该百分比的画面。",
            unit="%",
            advanced=True,
            examples=[100],
        ),
        "Format": declare.choice(
            "Index",
            "索引",
            ("vtt",),
            "Also writes a WebVTT file that tells which picture belongs to which moment.",
            "同时输出 WebVTT 文件，标明各时刻对应的图片。",
            advanced=True,
            loose=True,
            wrong="Format must be vtt.",
        ),
        "SubOut": declare.record(
            "Index of sheets",
            "雪碧图索引",
            {
                "IsSptFrag": declare.flag(
                    "Tiles of sheets",
                    "引用雪碧图",
                    "The index names the tiles of sheets.",
                    "索引引用雪碧图中的小图。",
                    default=False,
                    wrong="IsSptFrag must be true or false.",
                )
            },
            unknown='"{name}" is not part of a SubOut; it has {known}.',
            absent=None,
            json_string=True,
            advanced=True,
        ),
        "TileOut": sheets.TILE,
        "TileOutputFile": _SHEET_FILE,
    },
    unknown='"{name}" is not part of a SnapshotConfig; it has {known}.',
    rules=(_begins, _told_apart, _spread, _tiled),
    sparse=True,
    absent=None,
    required=True,
    json_string=True,
    make=lambda given: Config(
        bucket=given.get("OutputFile", {}).get("Bucket", ""),
        location=given.get("OutputFile", {}).get("Location", ""),
        object=given.get("OutputFile", {}).get("Object", ""),
        time_ms=given.get("Time", 0),
        interval=given.get("Interval", _USUAL_INTERVAL),
        num=given.get("Num"),
        series=_series(given),
        width=given.get("Width"),
        height=given.get("Height"),
        intra=given.get("FrameType", "intra") == "intra",
        times=tuple(sorted({one for one in given.get("TimeArray", ()) if one is not None})),
        black=given.get("BlackLevel", 0),
        vtt=given.get("Format") == "vtt",
        fragments=bool((given.get("SubOut") or {}).get("IsSptFrag")),
        tile=given.get("TileOut"),
        sheets=given.get("TileOutputFile"),
    ),
)


def check_config(raw: Any, problems: Problems, path: str) -> Config | None:
    """A SnapshotConfig (an object, or JSON in a string) as a value; every problem goes to `problems`, then the answer
    is None."""
    before = len(problems.found)
    config = CONFIG.check(raw, problems, path)
    return None if len(problems.found) > before else config


# ---- which moments -------------------------------------------------------------------------------


def points(config: Config, end: float) -> tuple[float, ...]:
    """The moments that are asked for and lie before the end of the video, in seconds from the start of the file. One
    picture: always its moment."""
    first = config.time_ms / 1000
    if config.times:
        return tuple(one / 1000 for one in config.times)
    if not config.series:
        return (first,)
    wanted = MAX_PICTURES if config.num is None else config.num
    step = config.interval or max(0.0, end - first) / wanted
    return tuple(itertools.takewhile(lambda at: at < end, (first + n * step for n in range(wanted))))


def pictures(config: Config, timeline: Timeline) -> tuple[Picture, ...]:
    """The frames to take; `timeline` was read with the moments that are wanted. In intra mode a moment whose nearest
    key frame is taken already gets none."""
    # where the marks lie nobody knows the key frames, so the picture itself is taken
    if config.intra and timeline.seekable:
        found = [(at, timeline.frame / 2) for at in dict.fromkeys(timeline.near)]
    else:
        found = [(at, (at - before) / 2 or timeline.frame / 2) for at, before in timeline.shown]
    numbers = timeline.numbers if timeline.counted else [-1] * len(found)
    return tuple(
        Picture(f"{place:05d}.{config.form}", at, min(half, timeline.frame / 2), numbers[place - 1])
        for place, (at, half) in enumerate(found, 1)
    )


def size(config: Config, video: VideoStream) -> tuple[int, int]:
    """Pixels of the pictures: as shown (rotated, square pixels); one given side keeps the proportion."""
    width, height = config.width, config.height
    if width and height:
        return width, height
    if width:
        return width, max(1, round(width * video.shown_height / video.shown_width))
    if height:
        return max(1, round(height * video.shown_width / video.shown_height)), height
    return video.shown_width, video.shown_height
