"""Packages: several streams that one manifest leads to. Which kinds there are, where a package lies, what belongs to
it, and its manifest. Pure.

Activities are plain mappings here ({"type", "predecessors", "state", "result"} by name), and the results are those of
transcodes: {"object", "bitrate" (Kbit/s), "codecs", "width", "height", "fps", "channels", "media"}. A kind more is one
entry of KINDS.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core import jsonx, placeholders
from reelmill.media import dash, hls
from reelmill.media.containers import CONTAINERS, Container

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A video stream as a manifest is to list it: the activity that makes it, bits per second at most, the groups of
    sound and subtitles that belong to it ("" for none)."""

    activity: str
    bandwidth: int
    audio: str = ""
    subtitles: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The text of a manifest. `corrected`: what was asked for and what is true, where a figure of the workflow was too
    low: (activity, bits per second asked for, written)."""

    text: str
    corrected: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of package.

    name       as PackageConfig.Protocol says it
    stream     the container of its streams (media.containers)
    manifest   the container whose name and type its manifest has
    write      (key of the manifest, video streams that are listed with what became of each, results of all streams) ->
               its text
    listed     the workflow lists the video streams; else all are taken
    """

    name: str
    stream: str
    manifest: str
    write: Callable[[str, Sequence[tuple[Wanted, Result]], Sequence[Result]], Manifest]
    listed: bool

    @property
    def container(self) -> Container:
        """The container of its manifest."""
        return CONTAINERS[self.manifest]

    @property
    def extension(self) -> str:
        """What the name of its manifest ends with."""
        return f".{self.manifest}"


def kind_of(made: Result) -> str:
    """What a stream of a package is: "video", "audio" or "text"."""
    media = made.get("media") or {}
    return str(media.get("kind") or ("audio" if media else "video"))


def of_kind(made: Sequence[Result], kind: str) -> list[Result]:
    """The streams of one kind."""
    return [one for one in made if kind_of(one) == kind]


def _hls(key: str, videos: Sequence[tuple[Wanted, Result]], made: Sequence[Result]) -> Manifest:
    sounds, texts = of_kind(made, "audio"), of_kind(made, "text")
    tracks = [
        hls.Track(
            one["media"]["group"],
            one["media"]["name"],
            one["media"]["language"],
            address(key, one["object"]),
            int(one.get("channels", 0)),
            word,
        )
        for word, streams in (("AUDIO", sounds), ("SUBTITLES", texts))
        for one in streams
    ]
    peaks, means, codecs = _group(sounds, "peak"), _group(sounds, "average"), _codecs(sounds)
    titles = {one["media"]["group"] for one in texts}
    variants, corrected, pictures = [], [], []
    for wanted, one in videos:
        audio = wanted.audio if wanted.audio in codecs else ""
        needed = _rate(one, "peak") + peaks.get(audio, 0)
        if wanted.bandwidth < needed:
            corrected.append((wanted.activity, wanted.bandwidth, needed))
        names = [one["codecs"], *([codecs[audio]] if audio else [])]
        seen = hls.Variant(
            address(key, one["object"]),
            max(wanted.bandwidth, needed),
            _rate(one, "average") + means.get(audio, 0),
            ",".join(dict.fromkeys(",".join(names).split(","))) if all(names) else "",
            one["width"],
            one["height"],
            one["fps"],
            one.get("light") or "SDR",
            audio,
            wanted.subtitles if wanted.subtitles in titles else "",
        )
        variants.append(seen)
        if frames := one.get("frames"):
            uri = address(key, frames["object"])
            rates = {"bandwidth": frames["peak"], "average": frames["average"]}
            pictures.append(replace(seen, uri=uri, codecs=one["codecs"], **rates))
    if not videos:  # of a source without a picture: a variant for each group, whose first track it is
        variants = [
            hls.Variant(
                address(key, one["object"]), peaks[group], _rate(one, "average"), codecs[group], light="", audio=group
            )
            for group, one in {one["media"]["group"]: one for one in reversed(sounds)}.items()
        ]
    return Manifest(hls.master(variants, tracks, pictures), tuple(corrected))


def _rate(made: Result, which: str) -> int:
    """Bits per second; of a stream that an older version made only the mean is known."""
    return int(made.get(which) or round(1000 * float(made.get("bitrate", 0))))


def _group(sounds: Sequence[Result], which: str) -> dict[str, int]:
    """Group -> bits per second of its fullest track."""
    found: dict[str, int] = {}
    for one in sounds:
        group = one["media"]["group"]
        found[group] = max(found.get(group, 0), _rate(one, which))
    return found


def _codecs(sounds: Sequence[Result]) -> dict[str, str]:
    """Group -> codecs: its first track speaks for it."""
    return {one["media"]["group"]: one.get("codecs", "") for one in reversed(sounds)}


def _dash(key: str, _listed: Sequence[tuple[Wanted, Result]], made: Sequence[Result]) -> Manifest:
    sets: dict[tuple[str, str], list[Result]] = {}
    for kind in ("video", "audio", "text"):
        for one in of_kind(made, kind):
            sets.setdefault((kind, one["media"]["group"]), []).append(one)
    return Manifest(
        dash.manifest(
            [
                dash.AdaptationSet(
                    kind,
                    tuple(
                        dash.Representation(one["media"]["id"], *_addresses(kind, address(key, one["object"])), one)
                        for one in streams
                    ),
                    streams[0]["media"]["language"],
                    group,
                )
                for (kind, group), streams in sets.items()
            ]
        )
    )


def _addresses(kind: str, uri: str) -> tuple[str, str]:
    return ("", uri) if kind == "text" else dash.of_stream(uri)


KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (Kind("hls", "m3u8", "m3u8", _hls, True), Kind("dash", "mpd", "mpd", _dash, False))
}


FRAGMENTS = "mpd"  # the container whose segments are fragments of MP4


def shared(kinds: Iterable[str]) -> str:
    """The container whose segments all packages of a run can use, "" when each has its own: fragmented MP4 serves HLS
    and DASH."""
    return FRAGMENTS if "dash" in {str(kind or "hls").lower() for kind in kinds} else ""


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
    kind = protocol(parameters)
    name = placeholders.fill(placeholders.decode(str(output["MasterPlayListName"])), names)
    return Place(kind, str(output["Bucket"]), name)


def protocol(parameters: Mapping[str, Any]) -> Kind:
    """The kind that the (checked) Parameters of a PackageConfig ask for."""
    return KINDS[str(parameters.get("Protocol") or "hls").lower()]


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


def doubled(made: Sequence[Result]) -> tuple[str, str] | None:
    """(group, name) of two tracks that players could not tell apart."""
    names = [(one["media"]["group"], one["media"]["name"]) for one in made if (one.get("media") or {}).get("name")]
    return next((name for name in names if names.count(name) > 1), None)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stream as it is drawn: `uri` is its place in the package, `name` what players tell it apart by in its group, ""
    for the video of HLS."""

    activity: str
    group: str
    uri: str
    name: str = ""


def clashes(streams: Iterable[Drawn]) -> Iterator[tuple[Drawn, str, bool]]:
    """(stream, the other one's activity, whether it is the place): two that would overwrite each other, or that
    players could not tell apart."""
    places: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    for one in streams:
        if (other := places.setdefault(one.uri, one.activity)) != one.activity:
            yield one, other, True
        if one.name and (other := names.setdefault((one.group, one.name), one.activity)) != one.activity:
            yield one, other, False
