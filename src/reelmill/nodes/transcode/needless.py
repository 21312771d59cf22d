"""Renditions of a package that would be the same picture as a smaller one, as the source is no larger. Pure."""

from collections.abc import Mapping
from typing import Any

from reelmill.core.errors import Failure, MediaError, NotWanted
from reelmill.core.model import VideoStream
from reelmill.media import package, picture

Activities = Mapping[str, Mapping[str, Any]]  # as of nodes.base.Env
_ALIKE = 0.97  # of a side
Drawn = Mapping[str, Mapping[str, Any]]  # the video streams of one package: activity -> its template, complete


def check(name: str, drawn: Drawn, source: VideoStream) -> None:
    """NotWanted when this stream would be as large as the source although it asks for more (IsCheckReso), and a sibling
    that asks for less is just as large."""
    asked, size = sizes(drawn[name], source)
    if asked == size:
        return
    same = [(asked, name)]
    for other, template in drawn.items():
        asks, becomes = sizes(template, source)
        if _kind(template) == _kind(drawn[name]) and _alike(becomes, size) and _area(asks) <= _area(asked):
            same.append((asks, other))
    kept = min(same, key=lambda one: (_area(one[0]), one[1]))[1]
    if kept != name:
        raise NotWanted(
            Failure(
                "InvalidParameter.ResourceNotSupported",
                f'It would be {size[0]}x{size[1]}, no larger than the source: the same picture as "{kept}".',
                "Nothing is lacking: players have the other stream.",
            )
        )


def sizes(template: Mapping[str, Any], source: VideoStream) -> tuple[tuple[int, int], tuple[int, int]]:
    """(as large as it asks to be, as large as it becomes). Of what no size can be told the same twice."""
    video, flags = template["Video"], template.get("TransConfig") or {}
    try:
        asked = picture.size_of(video, flags | {"IsCheckReso": "false"}, source)
        return asked, picture.size_of(video, flags, source)
    except MediaError:
        return (0, 0), (0, 0)


def in_package(activities: Activities, mine: str, templates: Mapping[str, Mapping[str, Any]]) -> Drawn:
    """Of the streams with these templates, by activity, those that belong to the package of `mine`."""
    opened = package.scope(activities, mine, "PackageConfig")
    return {
        name: template
        for name, template in templates.items()
        if package.scope(activities, name, "PackageConfig") == opened
    }


def _kind(template: Mapping[str, Any]) -> tuple[Any, ...]:
    """What two streams must have in common to be told by their sizes alone."""
    video = template["Video"]
    fields = tuple(
        video.get(name) for name in ("Codec", "Fps", "MaxFps", "Crop", "Pad", "PixFmt", "Hdr2sdr", "ScanMode")
    )
    return (*fields, (template.get("Audio") or {}).get("Remove") == "true")


def _alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Nobody sees a difference: 854 and 848 columns."""
    return all(min(a, b) >= _ALIKE * max(a, b) for a, b in zip(one, other, strict=True))


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]
