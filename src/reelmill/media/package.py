"""Packages: several streams that one manifest leads to. Which kinds there are, where a package lies, what belongs to
it, and its manifest. Pure.

Activities are plain mappings here ({"type", "predecessors", "state", "result"} by name), and the results are those of
transcodes: {"object", "bitrate" (Kbit/s), "codecs", "width", "height", "fps", "channels", "media"}. A kind more is one
entry of KINDS.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core import jsonx, placeholders
from reelmill.media import hls
from reelmill.media.containers import CONTAINERS, Container

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A video stream as a manifest is to list it: the activity that makes it, bits per second at most, the group of the
    sound that belongs to it ("" for none)."""

    activity: str
    bandwidth: int
    audio: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of package.

    name       as PackageConfig.Protocol says it
    stream     the container of its streams (media.containers)
    manifest   the container whose name and type its manifest has
    write      (key of the manifest, video streams with what became of each, results of the sounds) -> its text
    """

    name: str
    stream: str
    manifest: str
    write: Callable[[str, Sequence[tuple[Wanted, Result]], Sequence[Result]], str]

    @property
    def container(self) -> Container:
        """The container of its manifest."""
        return CONTAINERS[self.manifest]

    @property
    def extension(self) -> str:
        """What the name of its manifest ends with."""
        return f".{self.manifest}"


def _hls(key: str, videos: Sequence[tuple[Wanted, Result]], sounds: Sequence[Result]) -> str:
    tracks = [
        hls.Track(
            one["media"]["group"],
            one["media"]["name"],
            one["media"]["language"],
            address(key, one["object"]),
            int(one.get("channels", 0)),
        )
        for one in sounds
    ]
    # the first track of a group speaks for it
    codecs = {one["media"]["group"]: one.get("codecs", "") for one in reversed(sounds)}
    loudest = heard(sounds)
    variants = [
        hls.Variant(
            address(key, made["object"]),
            wanted.bandwidth,
            made["codecs"],
            round(1000 * (float(made.get("bitrate", 0)) + loudest.get(wanted.audio, 0.0))),
            made["width"],
            made["height"],
            made["fps"],
            wanted.audio if wanted.audio in codecs else "",
        )
        for wanted, made in videos
    ]
    return hls.master(variants, tracks, codecs)


KINDS: dict[str, Kind] = {kind.name: kind for kind in (Kind("hls", "m3u8", "m3u8", _hls),)}
LATER = ("dash",)  # what PackageConfig.Protocol knows and is not here yet


@dataclass(frozen=True, slots=True)
class Place:
    """Where a package lies: `key` is its manifest; all its streams lie below the manifest's folder."""

    kind: Kind
    bucket: str
    key: str

    @property
    def folder(self) -> str:
        """With a slash at its end, or empty."""
        return self.key.rpartition("/")[0] + "/" if "/" in self.key else ""


def place(parameters: Mapping[str, Any], names: Mapping[str, str]) -> Place:
    """The place that the (checked) Parameters of a PackageConfig mean in a run with these placeholders."""
    output = jsonx.unwrap(parameters.get("Output"))
    kind = KINDS[str(parameters.get("Protocol") or "hls").lower()]
    name = placeholders.fill(placeholders.decode(str(output["MasterPlayListName"])), names)
    return Place(kind, str(output["Bucket"]), name)


def address(manifest: str, key: str) -> str:
    """An object as the manifest names it: relative to its folder."""
    return posixpath.relpath(key, posixpath.dirname(manifest) or ".")


def scope(activities: Mapping[str, Mapping[str, Any]], name: str, opens: str) -> str:
    """The nearest activity of the type that `opens` a package before this one, "" when there is none."""
    front = [name]
    for one in front:
        if activities.get(one, {}).get("type") == opens:
            return one
        front += [before for before in activities.get(one, {}).get("predecessors", ()) if before not in front]
    return ""


def members(
    activities: Mapping[str, Mapping[str, Any]], package: str, opens: str, makes: str, state: str
) -> list[Result]:
    """Results of the activities of the type that `makes` streams which belong to a package and are in a state, in the
    order of the topology."""
    return [
        activity.get("result") or {}
        for name, activity in activities.items()
        if activity.get("type") == makes
        and activity.get("state") == state
        and scope(activities, name, opens) == package
    ]


def heard(sounds: Sequence[Result]) -> dict[str, float]:
    """Group -> Kbit/s of its fullest track."""
    rates: dict[str, float] = {}
    for one in sounds:
        group = one["media"]["group"]
        rates[group] = max(rates.get(group, 0.0), float(one.get("bitrate", 0)))
    return rates


def doubled(sounds: Sequence[Result]) -> tuple[str, str] | None:
    """(group, name) of two tracks that players could not tell apart."""
    names = [(one["media"]["group"], one["media"]["name"]) for one in sounds]
    return next((name for name in names if names.count(name) > 1), None)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stream as it is drawn: `uri` is its place in the package, `sound` the name of an audio stream, "" for video."""

    activity: str
    group: str
    uri: str
    sound: str = ""


def clashes(streams: Iterable[Drawn]) -> Iterator[tuple[Drawn, str, bool]]:
    """(stream, the other one's activity, whether it is the place): two that would overwrite each other, or that
    players could not tell apart."""
    places: dict[str, str] = {}
    sounds: dict[tuple[str, str], str] = {}
    for one in streams:
        if (other := places.setdefault(one.uri, one.activity)) != one.activity:
            yield one, other, True
        if one.sound and (other := sounds.setdefault((one.group, one.sound), one.activity)) != one.activity:
            yield one, other, False
