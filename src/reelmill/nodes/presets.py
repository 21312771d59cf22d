"""Topologies that people begin with: one output, a ladder of sizes, an HLS package. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Topology = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a workflow reads and writes, and the pipeline in which it works."""

    pipeline: str
    into: str
    prefix: str
    out: str
    location: str


@dataclass(frozen=True, slots=True)
class Stream:
    """One picture size. bandwidth: peak bits per second with the sound; extra: members of its Output."""

    name: str
    template: str
    bandwidth: int = 0
    extra: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """A drawing to begin with, with its words in English and Chinese."""

    id: str
    label: tuple[str, str]
    help: tuple[str, str]
    topology: Topology


# a preset must not enlarge small films, nor encode what already is as it asks
_KEEP = {"TransConfig": {"IsCheckReso": "true", "CopyWhenFit": "true"}}
_FIT = {"TransConfig": {"CopyWhenFit": "true"}}
_MP4 = (Stream("720p", "S00000001-200030", extra=_KEEP),)
_SOUND = "S00000001-100030"  # whose sound packages get
# What an analysis chooses from, for each container; no film gets them all. The bandwidth of a stream is known when it
# is made: a figure that is too low is corrected.
_LEAST = 100_000
_DEFINITIONS = (("fhd", "050"), ("hd", "040"), ("sd", "030"), ("ld", "020"), ("xld", "010"))
_SMART_MP4 = tuple(Stream(name, f"S00000000-200{serial}", extra=_FIT) for name, serial in _DEFINITIONS)
_SMART_HLS = tuple(Stream(name, f"S00000000-100{serial}", _LEAST, _FIT) for name, serial in _DEFINITIONS)


def presets(location: str) -> tuple[Preset, ...]:
    """What the editor offers to begin with; `${input}`, `${output}` and `${pipeline}` stand for what the user
    chooses."""
    places = Places("${pipeline}", "${input}", "", "${output}", location)
    return (
        Preset(
            "single",
            ("One file", "单个转码"),
            ("One mp4 of at most 720p and a cover.", "转出一个不超过 720p 的 mp4，并截取封面。"),
            files(places, _MP4),
        ),
        Preset(
            "ladder",
            ("Several sizes", "多清晰度"),
            (
                "An mp4 of each size that the film gains from, at the rate that it needs, and a cover.",
                "按片源分析，转出值得的各档清晰度 mp4，码率随片源而定，并截取封面。",
            ),
            files(places, _SMART_MP4, analysed=True),
        ),
        Preset(
            "hls-package",
            ("Adaptive stream (HLS)", "HLS 自适应码流"),
            (
                "The sizes that the film gains from and its sound in one HLS package that players adapt, and a cover.",
                "按片源分析，将值得的各档清晰度与音频打成一个 HLS 包，播放器自动切换，并截取封面。",
            ),
            hls_package(places, _SMART_HLS, sound=_SOUND, analysed=True),
        ),
    )


def files(places: Places, streams: Sequence[Stream], *, analysed: bool = False) -> Topology:
    """Start -> a file of each stream, and a cover -> Report, which publishes. `analysed`: an analysis before them
    chooses among the streams."""
    activities, after = _begun(places, [s.name for s in streams], analysed=analysed)
    for stream in streams:
        output = {
            "OutputObject": f"{{RunId}}%2F{{FileName}}-{stream.name}",
            "TemplateId": stream.template,
            **(stream.extra or {}),
        }
        activities[stream.name] = _activity(
            "Transcode", OutputBucket=places.out, OutputLocation=places.location, Outputs=[output]
        )
        after[stream.name] = ["publish"]
    return _drawn(activities, after)


def hls_package(
    places: Places,
    streams: Sequence[Stream],
    *,
    sound: str,
    master: str = "{RunId}/master.m3u8",
    analysed: bool = False,
) -> Topology:
    """Start -> package of all streams and one audio stream for them all, of the template `sound` ("": none); and a
    cover -> Report, which publishes. `analysed`: an analysis before them chooses among the streams."""
    output = {"Bucket": places.out, "Location": places.location, "MasterPlayListName": master}
    activities, after = _begun(places, ["package"], analysed=analysed)
    activities["package"] = _activity("PackageConfig", Protocol="hls", Output=output)
    after |= {"package": [s.name for s in streams], "master": ["publish"]}
    if sound:
        activities["sound"] = _activity("AudioGroup", GroupId="sound")
        activities["audio"] = _activity(
            "Transcode",
            Outputs=[{"TemplateId": sound, "Video": {"Remove": "true"}}],
            ExtXMedia={"URI": "audio/main.m3u8", "Name": "main"},
        )
        after |= {"package": [*after["package"], "sound"], "sound": ["audio"], "audio": ["master"]}
    listed = []
    for stream in streams:
        activities[stream.name] = _activity(
            "Transcode",
            Outputs=[{"TemplateId": stream.template, "Audio": {"Remove": "true"}, **(stream.extra or {})}],
            MultiBitrateVideoStream={"URI": f"v{stream.name}/video.m3u8"},
        )
        after[stream.name] = ["master"]
        group = {"Audio": "sound"} if sound else {}
        listed.append({"RefActivityName": stream.name, "ExtXStreamInfo": {"BandWidth": str(stream.bandwidth)} | group})
    activities["master"] = _activity("GenerateMasterPlayList", MasterPlayList={"MultiBitrateVideoStreams": listed})
    return _drawn(activities, after)


def _begun(
    places: Places, first: list[str], *, analysed: bool
) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """(activities, what follows them) of the beginning that all have, before `first`."""
    activities = {"start": _start(places), "cover": _cover(places)}
    if not analysed:
        return activities, {"start": [*first, "cover"], "cover": ["publish"]}
    activities["analysis"] = _activity("Analysis")
    return activities, {"start": ["analysis", "cover"], "analysis": first, "cover": ["publish"]}


def _start(places: Places) -> dict[str, Any]:
    return _activity(
        "Start",
        PipelineId=places.pipeline,
        InputFile={"Bucket": places.into, "Location": places.location, "ObjectPrefix": places.prefix},
    )


def _cover(places: Places) -> dict[str, Any]:
    file = {"Bucket": places.out, "Location": places.location, "Object": "{RunId}%2Fcover.jpg"}
    cover = _activity("Snapshot", MediaCover="true", SnapshotConfig={"OutputFile": file, "Time": "1000"})
    return cover | {"Condition": "media.info.width > 0"}  # a file of sound has no picture to be its cover


def _drawn(activities: Mapping[str, Any], after: Mapping[str, list[str]]) -> Topology:
    return {
        "Activities": {**activities, "publish": _activity("Report", PublishType="Auto")},
        "Dependencies": {**after, "publish": []},
    }


def _activity(kind: str, **parameters: Any) -> dict[str, Any]:
    return {"Type": kind, "Parameters": parameters}
