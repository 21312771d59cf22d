"""Transcode templates: every field with its range, what is not available yet, and how an Output overrides a template.
Pure.

A template is `{"Container": {...}, "Video": {...}, "Audio": {...}, "TransConfig": {...}, "MuxConfig": {...}}`. Values
are strings, as MPS echoes them. No Video object means no video in the output, no Audio object no audio. Source of names
and ranges: MPS reference, templates 1.1 to 1.5.
"""

from collections.abc import Callable, Mapping
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Problems, UserText
from reelmill.core.fields import Field, Record
from reelmill.media.codecs import AUDIO, VIDEO, AudioEncoder, VideoEncoder
from reelmill.media.containers import CONTAINERS, Container
from reelmill.media.template_fields import FIELDS

SECTIONS = ("Container", "Video", "Audio", "TransConfig", "MuxConfig")
MUXES = ("Segment", "Gif", "Webp")  # what MuxConfig consists of
_IDENTITY = ("Id", "Name", "State")  # a whole template record carries them; they are not part of the body
_WORDS = {
    "Container": ("Container", "封装"),
    "Video": ("Video", "视频"),
    "Audio": ("Audio", "音频"),
    "TransConfig": ("Limits", "转码控制"),
    "MuxConfig": ("Segments", "分片"),
    "Segment": ("Segments", "分片"),
    "Gif": ("Animated GIF", "GIF 动图"),
    "Webp": ("Animated WebP", "WebP 动图"),
}
_LATER = {"Video": frozenset({"Qscale", "ResoPriority"})}


EQUAL_SEGMENTS: UserText = "segments of fragmented MP4 begin at equal distances; leave ForceSegTime out"


def sections(**how: Any) -> dict[str, Record[dict[str, Any]]]:
    """Section -> what it may hold."""
    made = {name: _section(name, FIELDS[name], **how) for name in SECTIONS if name != "MuxConfig"}
    parts = {name: _section(name, FIELDS[name]) for name in MUXES}
    return made | {"MuxConfig": _section("MuxConfig", parts, **how)}


def _section(name: str, members: Mapping[str, Field], **how: Any) -> Record[dict[str, Any]]:
    return declare.record(
        *_WORDS[name],
        members,
        unknown=f"there is no field {{name}} in {name}",
        later=_LATER.get(name, frozenset()),
        sparse=True,
        not_yet="{name} is told nowhere what it does; leave it out",
        overlook=True,
        json_string=True,
        **how,
    )


_BODY: Record[dict[str, Any]] = declare.record(
    "Template", "转码模板", sections(), unknown="there is no field {name} in a template", sparse=True
)


def check_template(body: Mapping[str, Any], problems: Problems, path: str) -> dict[str, Any]:
    """The normalised body of a template: scalars as strings, empty values left out, Container.Format filled in.

    Every problem goes to `problems` with its path: InvalidParameter for what is wrong or unknown,
    InvalidParameter.NotSupported for what MPS knows and ReelMill cannot do yet. Objects may be JSON in strings. Id,
    Name and State of a template record are accepted and left out.
    """
    found = len(problems.found)
    checked = check_sections({name: value for name, value in body.items() if name not in _IDENTITY}, problems, path)
    checked["Container"] = {"Format": "mp4"} | checked.get("Container", {})
    if len(problems.found) == found:
        check_combination(checked, problems, path)
    return checked


def check_sections(body: Mapping[str, Any], problems: Problems, path: str) -> dict[str, Any]:
    """Like `check_template` for the part that an Output overrides: nothing is filled in and combinations are not looked
    at."""
    return _BODY.check(body, problems, path)


def check_combination(template: Mapping[str, Any], problems: Problems, path: str) -> None:
    """Complain about fields of an effective template that do not fit each other. All fields must be normalised
    already."""
    form = template.get("Container", {}).get("Format", "mp4")
    container = CONTAINERS[form]
    video, audio = wanted(template, "Video"), wanted(template, "Audio")

    def refuse(where: str, message: UserText) -> None:
        problems.add(_join(path, where), "InvalidParameter.NotSupported", message)

    if video is None and audio is None:
        refuse("Container", "nothing is left of the output: it has neither video nor audio")
    cutting = (template.get("MuxConfig") or {}).get("Segment") or {}
    if container.segments and not container.forced and "ForceSegTime" in cutting:
        refuse("MuxConfig.Segment.ForceSegTime", EQUAL_SEGMENTS)
    if not container.video and video is not None:
        refuse("Video", f"{form} files hold no video; leave Video out or set Video.Remove")
    elif video is not None and (pictures := VIDEO.get(video.get("Codec", "H.264"))):
        _check_pictures(video, pictures, container, refuse)
        check_mode(template, pictures, refuse)
    if not container.audio and audio is not None:
        refuse("Audio", f"{form} files hold no sound; leave Audio out or set Audio.Remove")
    elif audio is not None and (encoder := AUDIO.get(audio.get("Codec", "AAC"))):
        _check_sound(audio, encoder, container, refuse)
    if video is not None and video.get("Codec") == "copy":
        for name in sorted(set(video) - {"Codec", "Remove"}):
            refuse(f"Video.{name}", "a stream that is copied cannot be changed")


def _check_pictures(
    video: Mapping[str, Any], encoder: VideoEncoder, container: Container, refuse: Callable[[str, UserText], None]
) -> None:
    """Pictures that are encoded, against what their codec can and what the container may hold."""
    codec, form = encoder.name, container.name
    if codec not in container.video:
        refuse("Video.Codec", f"{form} files hold {', '.join(container.video)} video only, not {codec}")
        return
    for name in sorted(encoder.lacks & set(video)):
        refuse(f"Video.{name}", f"{codec} has no {name}; leave it out")
    if video.get("PixFmt", encoder.pixels[0]) not in encoder.pixels:
        refuse("Video.PixFmt", f"{codec} is made with one of these pixel formats: {', '.join(encoder.pixels)}")
    if video.get("ScanMode") == "interlaced" and codec != "H.264":
        refuse("Video.ScanMode", f"{codec} is made of whole pictures; only H.264 can be interlaced")
    bounds = video.get("BitrateBnd") or {}
    if isinstance(bounds, Mapping) and int(bounds.get("Min", "0")) > int(bounds.get("Max", "50000")):
        refuse("Video.BitrateBnd", "Min is larger than Max")
    if "Bufsize" in video and "Maxrate" not in video and not encoder.lacks & {"Maxrate"}:
        refuse("Video.Bufsize", "a buffer has no effect without a peak rate; give Maxrate too")


def check_mode(template: Mapping[str, Any], encoder: VideoEncoder, refuse: Callable[[str, UserText], None]) -> None:
    """Passes and rates: what the encoder can, and which rate they aim at."""
    mode, video = template.get("TransConfig", {}).get("TransMode", "onepass"), template["Video"]
    if mode not in encoder.modes:
        refuse("TransConfig.TransMode", f"{encoder.name} is encoded in one of these ways: {', '.join(encoder.modes)}")
    elif mode != "onepass" and ("Crf" in video or "Bitrate" not in video):
        refuse("Video.Bitrate", f"{mode} aims at a rate; give Bitrate, without Crf")


def _check_sound(
    audio: Mapping[str, str], encoder: AudioEncoder, container: Container, refuse: Callable[[str, UserText], None]
) -> None:
    """Sound that is encoded, against what its codec can and what its container may hold."""
    codec, form = encoder.name, container.name
    if codec not in container.audio:
        refuse("Audio.Codec", f"{form} files hold {', '.join(container.audio)} audio only, not {codec}")
        return
    channels, rate = int(audio.get("Channels", "2")), int(audio.get("Samplerate", encoder.rate))
    rates = container.rates.get(codec, encoder.rates)
    if channels not in encoder.channels:
        refuse(
            "Audio.Channels", f"{codec} has one of these numbers of channels: {', '.join(map(str, encoder.channels))}"
        )
    if rate not in rates:
        refuse("Audio.Samplerate", f"{codec} in {form} has one of these sample rates: {', '.join(map(str, rates))}")
    if encoder.most and int(audio.get("Bitrate", "0")) > encoder.most * channels:
        refuse("Audio.Bitrate", f"{codec} has at most {encoder.most * channels} Kbit/s with {channels} channels")
    for name in sorted(encoder.lacks & set(audio)):
        refuse(f"Audio.{name}", f"{codec} has no {name}; leave it out")
    if audio.get("Profile") and audio["Profile"] not in encoder.profiles:
        refuse("Audio.Profile", f"{codec} has no profile {audio['Profile']}")


def merge(template: Mapping[str, Any], output: Mapping[str, Any]) -> dict[str, Any]:
    """The effective template: per field, what the Output says wins. Both must be normalised; other keys of the Output
    are ignored."""
    merged: dict[str, Any] = {}
    for name in SECTIONS:
        if name not in template and name not in output:
            continue
        below, above = _fitting(name, template.get(name, {}), output.get(name, {})), output.get(name, {})
        merged[name] = {**below, **above}
        for part in MUXES if name == "MuxConfig" else ():
            if part in below and part in above:
                merged[name][part] = {**below[part], **above[part]}
    return merged


def _fitting(section: str, below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a template says, where the Output chooses another codec: without fields that this one does not have."""
    codec = above.get("Codec")
    tables: dict[str, Mapping[str, VideoEncoder | AudioEncoder]] = {"Video": VIDEO, "Audio": AUDIO}
    encoder = tables.get(section, {}).get(str(codec))
    if codec == below.get("Codec") or encoder is None:
        return below
    foreign = encoder.lacks | (frozenset({"Profile"}) if below.get("Profile") not in encoder.profiles else frozenset())
    return {name: value for name, value in below.items() if name not in foreign}


def wanted(template: Mapping[str, Any], section: str) -> Mapping[str, Any] | None:
    """The Video or Audio object of a template when the output is to have such a stream, else None."""
    value = template.get(section)
    return None if value is None or value.get("Remove") == "true" else value


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
