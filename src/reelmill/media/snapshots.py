"""Still pictures of a video: what a SnapshotConfig may ask for, and which moments that means. Pure. The commands that
take them: media.snapshot_commands. Semantics: MPS reference, SnapshotConfig."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import jsonx, placeholders, schema, urls
from reelmill.core.errors import Problems
from reelmill.core.model import Timeline, VideoStream

MAX_PICTURES = 99_999  # {Count} has five digits
_LOWEST, _HIGHEST = 8, 4096
_LATER = ("TimeArray", "BlackLevel", "Format", "SubOut", "TileOut", "TileOutputFile")
_KNOWN = ("OutputFile", "Time", "Interval", "Num", "Width", "Height", "FrameType")


SCHEMA = schema.record(
    "Pictures",
    "截图设置",
    {
        "OutputFile": schema.record(
            "Where they go",
            "输出",
            {
                "Bucket": schema.text("Output bucket", "输出 Bucket", widget="output-bucket", example="films-out"),
                "Location": schema.text(
                    "Location",
                    "地域",
                    "oss-REGION of this server.",
                    "本服务器的 oss-地域。",
                    example="oss-cn-hangzhou",
                    advanced=True,
                ),
                "Object": schema.text(
                    "Name",
                    "名称",
                    "Placeholders: {Count} (needed for several pictures), {SnapshotTime}, {RunId}, {ObjectPrefix}, "
                    "{FileName}, {ExtName}, {MediaId}.",
                    "可用占位符：{Count}（多张时必需）、{SnapshotTime}、{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}。",
                    widget="object-path",
                    example="{RunId}/{SnapshotTime}/{Count}.jpg",
                ),
            },
            required=("Bucket", "Object"),
            json_string=True,
            ignored=("RoleArn",),
        ),
        "Time": schema.whole(
            "First moment",
            "起始时间",
            0,
            10**10,
            "Milliseconds from the start of the file.",
            "距文件开头的毫秒数。",
            unit="ms",
            examples=[1000],
        ),
        "Interval": schema.number(
            "Every",
            "间隔",
            0,
            10**7,
            "Seconds between pictures; 0 spreads the number of pictures evenly.",
            "截图间隔秒数；0 表示按数量平均分布。",
            unit="s",
            examples=[10],
        ),
        "Num": schema.whole(
            "How many",
            "数量",
            1,
            MAX_PICTURES,
            "1 takes one picture; without a number an interval goes on until the end.",
            "1 表示单张；未填数量而设置了间隔时截到结尾。",
            examples=[3],
        ),
        "Width": schema.whole("Width", "宽", _LOWEST, _HIGHEST, unit="px", advanced=True, examples=[640]),
        "Height": schema.whole("Height", "高", _LOWEST, _HIGHEST, unit="px", advanced=True, examples=[360]),
        "FrameType": schema.choice(
            "Frame",
            "帧类型",
            ("intra", "normal"),
            "intra takes the nearest key frame, normal the exact frame.",
            "intra：最近的关键帧；normal：精确帧。",
            default="intra",
            advanced=True,
        ),
    },
    required=("OutputFile", "Time"),
    json_string=True,
)


@dataclass(frozen=True, slots=True)
class Config:
    """A checked SnapshotConfig.

    time_ms    first moment, ms from the start of the file      interval   seconds between pictures; 0: spread `num`
               evenly
    num        how many; None with an interval: until the end   series     several pictures; else one at time_ms
    width, height  pixels, None: from the source                intra      the nearest key frame instead of the exact
    one
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

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Config":
        return cls(**{name: value[name] for name in cls.__slots__})


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


def check_config(raw: Any, problems: Problems, path: str) -> Config | None:
    """A SnapshotConfig (an object, or JSON in a string) as a value; every problem goes to `problems`, then the answer
    is None or of no use."""
    config = _object(raw, problems, path)
    if config is None:
        return None
    before = len(problems.found)
    for name in config:
        if name in _LATER and config[name] not in (None, ""):
            problems.add(
                f"{path}.{name}", "InvalidParameter.NotSupported", f"{name} is not available yet; leave it out."
            )
        elif name not in _LATER and name not in _KNOWN:
            problems.add(
                f"{path}.{name}",
                "InvalidParameter",
                f'"{name}" is not part of a SnapshotConfig; it has {", ".join(_KNOWN)}.',
            )
    given = {name: value for name, value in config.items() if value not in (None, "")}
    if "Time" not in given:
        problems.add(f"{path}.Time", "MissingParameter", "Time is missing: the first moment in milliseconds.")
    time_ms = _whole(given, "Time", problems, path, 0, 10**10) or 0
    num = _whole(given, "Num", problems, path, 1, MAX_PICTURES)
    interval = _interval(given, num, problems, path)
    series = num != 1 and (num is not None or "Interval" in given)
    sides = [_whole(given, side, problems, path, _LOWEST, _HIGHEST) for side in ("Width", "Height")]
    frame_type = str(given.get("FrameType", "intra")).lower()
    if frame_type not in ("intra", "normal"):
        problems.add(
            f"{path}.FrameType",
            "InvalidParameter",
            "FrameType must be intra (the nearest key frame) or normal (the exact frame).",
        )
    bucket, location, key = _target(given.get("OutputFile"), series, problems, f"{path}.OutputFile")
    if len(problems.found) > before:
        return None
    return Config(bucket, location, key, time_ms, interval, num, series, sides[0], sides[1], frame_type == "intra")


def _object(raw: Any, problems: Problems, path: str) -> Mapping[str, Any] | None:
    try:
        value = jsonx.unwrap(raw)
    except ValueError:
        value = None
    if isinstance(value, dict):
        return value
    if raw in (None, ""):
        problems.add(path, "MissingParameter")
    else:
        problems.add(path, "InvalidParameter.JsonObjectFormatInvalid")
    return None


def _whole(given: Mapping[str, Any], name: str, problems: Problems, path: str, low: int, high: int) -> int | None:
    if name not in given:
        return None
    text = str(given[name]).strip()
    if not (text.isascii() and text.isdigit()):
        problems.add(f"{path}.{name}", "InvalidParameter.NumberFormatInvalid", f"{name} must be a whole number.")
    elif len(text) > 20 or not low <= int(text) <= high:
        problems.add(f"{path}.{name}", "InvalidParameter.OutOfRange", f"{name} must be from {low} to {high}.")
    else:
        return int(text)
    return None


def _interval(given: Mapping[str, Any], num: int | None, problems: Problems, path: str) -> float:
    if "Interval" not in given:
        return 10.0  # MPS's default
    try:
        seconds = float(given["Interval"])
    except (TypeError, ValueError):
        problems.add(
            f"{path}.Interval", "InvalidParameter.NumberFormatInvalid", "Interval must be a number of seconds."
        )
        return 10.0
    if not 0 <= seconds <= 10**7:
        problems.add(
            f"{path}.Interval",
            "InvalidParameter.OutOfRange",
            "Interval must be above 0, or 0 to spread Num pictures evenly.",
        )
    elif seconds == 0 and num is None and "Num" not in given:
        problems.add(
            f"{path}.Interval", "InvalidParameter.OutOfRange", "Interval 0 spreads pictures evenly and needs Num."
        )
    return seconds


def _target(raw: Any, series: bool, problems: Problems, path: str) -> tuple[str, str, str]:
    file = _object(raw, problems, path)
    if file is None:
        return "", "", ""
    for name in sorted(set(file) - {"Bucket", "Location", "Object", "RoleArn"}):
        problems.add(
            f"{path}.{name}",
            "InvalidParameter",
            f'"{name}" is not part of an OutputFile; it has Bucket, Location and Object.',
        )
    bucket, key = str(file.get("Bucket") or ""), str(file.get("Object") or "")
    for name, value in (("Bucket", bucket), ("Object", key)):
        if not value:
            problems.add(f"{path}.{name}", "MissingParameter")
    try:
        key = placeholders.decode(key)
    except ValueError:
        problems.add(f"{path}.Object", "InvalidParameter.ObjectKeyInvalid", "Object must be URL-encoded UTF-8.")
    unknown = placeholders.names(key) - placeholders.SNAPSHOT
    if unknown:
        problems.add(
            f"{path}.Object",
            "InvalidParameter",
            f"There is no placeholder {{{sorted(unknown)[0]}}} here; there are: "
            f"{', '.join(sorted(placeholders.SNAPSHOT))}.",
        )
    if key and (problem := urls.key_problem(placeholders.fill(key, {"ObjectPrefix": ""}))):
        problems.add(f"{path}.Object", "InvalidParameter.ObjectKeyInvalid", f"Object cannot be used: {problem}.")
    if series and "Count" not in placeholders.names(key):
        problems.add(
            f"{path}.Object", "InvalidParameter", "Several pictures need the placeholder {Count} in their name."
        )
    return bucket, str(file.get("Location") or ""), key


# ---- which moments -------------------------------------------------------------------------------


def points(config: Config, end: float) -> tuple[float, ...]:
    """The moments that are asked for and lie before the end of the video, in seconds from the start of the file. One
    picture: always its moment."""
    first = config.time_ms / 1000
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
        Picture(f"{place:05d}.jpg", at, min(half, timeline.frame / 2), numbers[place - 1])
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
