"""ffprobe's JSON -> MPS's media info (templates.md 7). Pure. Every value is a text; bitrates are Kbit/s, times seconds,
sizes bytes."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

PER_KIND = 4  # streams of one kind that MPS tells about

_COMMON = {
    "Index": "index",
    "CodecName": "codec_name",
    "CodecLongName": "codec_long_name",
    "CodecTag": "codec_tag",
    "CodecTagString": "codec_tag_string",
    "CodecTimeBase": "codec_time_base",
    "Timebase": "time_base",
    "StartTime": "start_time",
    "Duration": "duration",
}
_VIDEO = _COMMON | {
    "Profile": "profile",
    "Width": "width",
    "Height": "height",
    "HasBFrames": "has_b_frames",
    "Sar": "sample_aspect_ratio",
    "Dar": "display_aspect_ratio",
    "PixFmt": "pix_fmt",
    "Level": "level",
    "NumFrames": "nb_frames",
}
_AUDIO = _COMMON | {
    "SampleFmt": "sample_fmt",
    "Samplerate": "sample_rate",
    "Channels": "channels",
    "ChannelLayout": "channel_layout",
    "NumFrames": "nb_frames",
}
_JOB_COLOR = {
    "bitsPerRawSample": "bits_per_raw_sample",
    "colorPrimaries": "color_primaries",
    "colorTransfer": "color_transfer",
}
_INFO_COLOR = {"ColorPrimaries": "color_primaries", "ColorRange": "color_range", "ColorTransfer": "color_transfer"}
_FORMAT = {
    "NumStreams": "nb_streams",
    "NumPrograms": "nb_programs",
    "FormatName": "format_name",
    "FormatLongName": "format_long_name",
    "StartTime": "start_time",
    "Duration": "duration",
    "Size": "size",
}

Shape = dict[str, Any]


def media_info(raw: Mapping[str, Any]) -> Shape:
    """Format and Streams of a media record."""
    return {"Format": _format(raw), "Streams": _streams(raw, {}, subtitles=False)}


def job_properties(raw: Mapping[str, Any]) -> Shape:
    """Properties of a transcode job's output."""
    return _flat(raw) | {"Format": _format(raw), "Streams": _streams(raw, _JOB_COLOR, subtitles=False)}


def info_properties(raw: Mapping[str, Any]) -> Shape:
    """Properties of a media info job."""
    tags = {str(k): str(v) for k, v in (raw.get("format") or {}).get("tags", {}).items()}
    streams = _streams(raw, _INFO_COLOR, subtitles=True)
    return _flat(raw) | {"Format": _format(raw) | {"Tags": tags}, "Streams": streams}


def record_facts(raw: Mapping[str, Any] | None) -> Shape:
    """The flat facts on a media record: Width, Height, Duration, Size, Bitrate, Fps, Format. Nothing when the input was
    never probed."""
    if not raw:
        return {}
    flat = _flat(raw)
    name = str((raw.get("format") or {}).get("format_name", "")).partition(",")[0]
    return {key: flat.get(key) for key in ("Width", "Height", "Duration", "Bitrate", "Fps")} | {
        "Size": flat.get("FileSize"),
        "Format": name or None,
    }


def number(value: float, places: int = 3) -> str:
    """A decimal text without useless zeros."""
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def kbit(bits: Any) -> str | None:
    """Bits per second as ffprobe tells them -> Kbit/s text."""
    try:
        return number(float(bits) / 1000)
    except (TypeError, ValueError):
        return None


def _flat(raw: Mapping[str, Any]) -> Shape:
    form = raw.get("format") or {}
    video = next(iter(_of_kind(raw, "video")), {})
    return {
        "Width": _text(video.get("width")),
        "Height": _text(video.get("height")),
        "Fps": _rate(video.get("avg_frame_rate")) or _rate(video.get("r_frame_rate")),
        "Duration": _text(form.get("duration")),
        "FileSize": _text(form.get("size")),
        "FileFormat": _text(form.get("format_long_name")),
        "Bitrate": kbit(form.get("bit_rate")),
    }


def _format(raw: Mapping[str, Any]) -> Shape:
    form = raw.get("format") or {}
    return _renamed(form, _FORMAT) | {"Bitrate": kbit(form.get("bit_rate"))}


def _streams(raw: Mapping[str, Any], color: Mapping[str, str], *, subtitles: bool) -> Shape:
    """`subtitles`: with the codec facts that only media info jobs carry."""
    return {
        "VideoStreamList": [_video(s, color) for s in _of_kind(raw, "video")],
        "AudioStreamList": [
            _renamed(s, _AUDIO) | {"Bitrate": kbit(s.get("bit_rate")), "Lang": _language(s)}
            for s in _of_kind(raw, "audio")
        ],
        "SubtitleStreamList": [
            _renamed(s, _COMMON if subtitles else {"Index": "index"}) | {"Lang": _language(s)}
            for s in _of_kind(raw, "subtitle")
        ],
    }


def _video(stream: Mapping[str, Any], color: Mapping[str, str]) -> Shape:
    return _renamed(stream, {**_VIDEO, **color}) | {
        "Bitrate": kbit(stream.get("bit_rate")),
        "Lang": _language(stream),
        "Rotate": _rotation(stream),
        "Fps": _rate(stream.get("r_frame_rate")),
        "AvgFPS": _rate(stream.get("avg_frame_rate")),
    }


def _of_kind(raw: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    """Streams of a kind; a picture that is only a cover does not count as video."""
    streams = [
        s
        for s in raw.get("streams") or ()
        if s.get("codec_type") == kind and not (s.get("disposition") or {}).get("attached_pic")
    ]
    return streams[:PER_KIND]


def _renamed(source: Mapping[str, Any], names: Mapping[str, str]) -> Shape:
    return {ours: _text(source[theirs]) for ours, theirs in names.items() if source.get(theirs) is not None}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _language(stream: Mapping[str, Any]) -> str | None:
    return _text((stream.get("tags") or {}).get("language"))


def _rotation(stream: Mapping[str, Any]) -> str | None:
    """Clockwise degrees, as old files say in a tag; ffprobe's side data counts the other way round."""
    for side in stream.get("side_data_list") or ():
        if "rotation" in side:
            return str(round(-float(side["rotation"])) % 360)
    return _text((stream.get("tags") or {}).get("rotate"))


def _rate(text: Any) -> str | None:
    try:
        value = Fraction(str(text))
    except (ValueError, ZeroDivisionError):
        return None
    return number(float(value), 6) if value > 0 else None
