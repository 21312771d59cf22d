"""Transcode templates: every field with its range, what is not available yet, and how an Output overrides a template.
Pure.

A template is `{"Container": {...}, "Video": {...}, "Audio": {...}, "TransConfig": {...}, "MuxConfig": {...}}`. Values
are strings, as MPS echoes them. No Video object means no video in the output, no Audio object no audio. Source of names
and ranges: MPS reference, templates 1.1 to 1.5.
"""

from collections.abc import Mapping
from typing import Any

from reelmill.core import jsonx, schema
from reelmill.core.errors import Problems, UserText
from reelmill.media.template_fields import FIELDS, NOT_YET

SECTIONS = ("Container", "Video", "Audio", "TransConfig", "MuxConfig")
_IDENTITY = ("Id", "Name", "State")  # a whole template record carries them; they are not part of the body
_WORDS = {
    "Container": ("Container", "封装"),
    "Video": ("Video", "视频"),
    "Audio": ("Audio", "音频"),
    "TransConfig": ("Limits", "转码控制"),
    "MuxConfig": ("Segments", "分片"),
}
_LATER: dict[str, frozenset[str]] = {
    "Video": frozenset({"BitrateBnd", "ScanMode", "Crop", "Pad", "NarrowBand", "Degrain", "Qscale", "ResoPriority"}),
    "Audio": frozenset({"Qscale", "Volume"}),
    "MuxConfig": frozenset({"Gif", "Webp"}),
    "Segment": frozenset({"ForceSegTime"}),
}


def section_schemas(**hints: Any) -> dict[str, schema.Schema]:
    """Section -> what it may hold, as forms describe it."""
    made = {
        name: schema.record(*_WORDS[name], _members(name), json_string=True, **hints)
        for name in SECTIONS
        if name != "MuxConfig"
    }
    segment = schema.record("Segments", "分片", _members("Segment"), json_string=True)
    return made | {"MuxConfig": schema.record(*_WORDS["MuxConfig"], {"Segment": segment}, json_string=True, **hints)}


def _members(section: str) -> dict[str, schema.Schema]:
    return {name: field.schema for name, field in FIELDS[section].items()}


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
    checked: dict[str, Any] = {}
    for name, raw in body.items():
        if name not in SECTIONS:
            problems.add(_join(path, name), "InvalidParameter", f"there is no field {name} in a template")
            continue
        value = _object(raw, problems, _join(path, name))
        if value is None:
            continue
        if name == "MuxConfig":
            checked[name] = _mux(value, problems, _join(path, name))
        else:
            checked[name] = _fields(name, value, problems, _join(path, name))
    return checked


def _mux(value: Mapping[str, Any], problems: Problems, path: str) -> dict[str, Any]:
    segment = _object(value.get("Segment"), problems, f"{path}.Segment")
    others = {name: inner for name, inner in value.items() if name != "Segment"}
    _fields("MuxConfig", others, problems, path)
    return {} if segment is None else {"Segment": _fields("Segment", segment, problems, f"{path}.Segment")}


def _object(raw: Any, problems: Problems, path: str) -> Mapping[str, Any] | None:
    """The object that a value holds, nested or as JSON text; None when it is absent or no object (which is complained
    about)."""
    try:
        value = jsonx.unwrap(raw)
    except ValueError as error:
        problems.add(path, "InvalidParameter.JsonObjectFormatInvalid", f"it is not valid JSON: {error}")
        return None
    if value is None or value == "":
        return None
    if not isinstance(value, Mapping):
        problems.add(path, "InvalidParameter.JsonObjectFormatInvalid", "it must be a JSON object")
        return None
    return value


def _fields(section: str, value: Mapping[str, Any], problems: Problems, path: str) -> dict[str, str]:
    known, checked = FIELDS.get(section, {}), {}
    for given, raw in value.items():
        # MPS spells the flags both ways
        name = "I" + given[1:] if section == "TransConfig" and given.startswith("isCheck") else given
        at = _join(path, given)
        if raw is None or raw == "":
            continue
        if name in _LATER.get(section, ()):
            problems.add(at, "InvalidParameter.NotSupported", f"{name} is not available yet; leave it out")
        elif name not in known:
            problems.add(at, "InvalidParameter", f"there is no field {name} in {section}")
        elif isinstance(raw, Mapping | list):
            problems.add(at, "InvalidParameter", "it must be a single value")
        else:
            text, code, why = known[name].check(_text(raw))
            if code:
                problems.add(at, code, why if code == NOT_YET else f"{why}, not {_text(raw)!r}")
            else:
                checked[name] = text
    return checked


def check_combination(template: Mapping[str, Any], problems: Problems, path: str) -> None:
    """Complain about fields of an effective template that do not fit each other. All fields must be normalised
    already."""
    form = template.get("Container", {}).get("Format", "mp4")
    video, audio = wanted(template, "Video"), wanted(template, "Audio")

    def refuse(where: str, message: UserText) -> None:
        problems.add(_join(path, where), "InvalidParameter.NotSupported", message)

    if video is None and audio is None:
        refuse("Container", "nothing is left of the output: it has neither video nor audio")
    if form == "mp3" and video is not None:
        refuse("Video", "an mp3 file holds no video; leave Video out or set Video.Remove")
    if audio is not None:
        codec, rate = audio.get("Codec", "AAC").upper(), audio.get("Samplerate", "44100")
        if form == "mp3" and codec == "AAC":
            refuse("Audio.Codec", "an mp3 file holds MP3 audio only")
        if codec == "MP3" and audio.get("Channels", "2") not in ("1", "2"):
            refuse("Audio.Channels", "MP3 has one or two channels")
        if codec == "MP3" and rate == "96000":
            refuse("Audio.Samplerate", "MP3 has at most 48000 samples per second")
        if codec == "MP3" and form == "flv" and rate in ("32000", "48000"):
            refuse("Audio.Samplerate", "MP3 in flv has 22050 or 44100 samples per second")
        if codec == "MP3" and audio.get("Profile"):
            refuse("Audio.Profile", "a profile belongs to AAC only")
    if video is not None and "Bufsize" in video and "Maxrate" not in video:
        refuse("Video.Bufsize", "a buffer has no effect without a peak rate; give Maxrate too")
    if video is not None and video.get("Codec") == "copy":
        for name in sorted(set(video) - {"Codec", "Remove"}):
            refuse(f"Video.{name}", "a stream that is copied cannot be changed")


def merge(template: Mapping[str, Any], output: Mapping[str, Any]) -> dict[str, Any]:
    """The effective template: per field, what the Output says wins. Both must be normalised; other keys of the Output
    are ignored."""
    merged: dict[str, Any] = {}
    for name in SECTIONS:
        if name not in template and name not in output:
            continue
        below, above = template.get(name, {}), output.get(name, {})
        merged[name] = {**below, **above}
        if name == "MuxConfig" and "Segment" in below and "Segment" in above:
            merged[name]["Segment"] = {**below["Segment"], **above["Segment"]}
    return merged


def wanted(template: Mapping[str, Any], section: str) -> Mapping[str, str] | None:
    """The Video or Audio object of a template when the output is to have such a stream, else None."""
    value = template.get(section)
    return None if value is None or value.get("Remove") == "true" else value


def _text(raw: Any) -> str:
    return str(raw).lower() if isinstance(raw, bool) else str(raw).strip()


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
