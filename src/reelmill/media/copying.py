"""Whether the picture of a source may be taken over as it is, because it already is what a template asks for
(TransConfig.CopyWhenFit). Pure.

In doubt it is encoded: a picture too many costs time, a wrong one cannot be mended. Sound is always encoded: it costs
little, and what codecs put in front of it must be taken off.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reelmill.core.errors import UserText
from reelmill.core.model import MediaInfo, Timeline, VideoStream
from reelmill.media import codecs
from reelmill.media.containers import CONTAINERS
from reelmill.media.edits import REMAKE
from reelmill.media.plans import Rendition, VideoPlan
from reelmill.media.source import EPSILON
from reelmill.media.template import wanted

# containers that tell once what the whole stream is made of, and whose index marks key frames
_INDEXED = ("mov", "matroska")
_PROFILES = (("Constrained Baseline", "baseline"), ("Baseline", "baseline"), ("Main", "main"), ("High", "high"))
_ORDER = ("baseline", "main", "high")
_HARMLESS = frozenset({"CPB properties"})  # data beside a stream that say nothing of how it is shown
_OVER = 1.05  # as far as encoders miss the rate that they aim at


def asked(spec: Mapping[str, Any]) -> bool:
    """Whether a job wants it where it fits."""
    template = spec["template"]
    video = wanted(template, "Video") or {"Codec": "copy"}
    return template.get("TransConfig", {}).get("CopyWhenFit") == "true" and video.get("Codec") != "copy"


def why_encoded(
    rendition: Rendition, spec: Mapping[str, Any], info: MediaInfo, timeline: Timeline | None, *, joined: bool
) -> UserText:
    """Why the picture is encoded, "" when nothing but the places of its key frames (`starts`) is left to be looked
    at. `rendition`: as it would be encoded, with all that is drawn onto it."""
    plan = rendition.video
    assert plan is not None
    source = info.video[0]
    if joined or set(spec.get("edits") or {}) & REMAKE:
        return "The picture was encoded: the Output changes what is shown, or when."
    if rendition.watermarks or rendition.texts:
        return "The picture was encoded: something is drawn onto it."
    if not any(name in info.format_name for name in _INDEXED):
        return f"The picture was encoded: a source in the container {info.format_name} may change in the middle."
    if rendition.cuts:
        return "The picture was encoded: segments were asked for at certain times."
    return (
        _other_stream(plan, spec["template"], rendition.format, source)
        or _other_picture(plan, source, _raw(info, source))
        or _other_rate(plan, source, info)
        or _other_times(plan, timeline)
    )


def _raw(info: MediaInfo, source: VideoStream) -> Mapping[str, Any]:
    """ffprobe's words about the stream."""
    return next((one for one in info.raw.get("streams", ()) if one.get("index") == source.index), {})


def _other_stream(plan: VideoPlan, template: Mapping[str, Any], form: str, source: VideoStream) -> UserText:
    """Why the stream is none that the template makes."""
    known = codecs.CODECS.get(source.codec)
    if known is None or known.encoder is not codecs.VIDEO[plan.codec] or source.codec not in CONTAINERS[form].copies:
        return f"The picture was encoded: the source has {source.codec}, the template {plan.codec} in {form}."
    if source.pix_fmt != plan.pixels:
        return f"The picture was encoded: the source has {source.pix_fmt}, the template {plan.pixels}."
    if source.codec == "h264" and not _within(source.profile, plan.profile):
        return f"The picture was encoded: the source has the profile {source.profile}, the template {plan.profile}."
    video = template["Video"]
    if "NarrowBand" in video or plan.crf or not plan.bitrate:
        return "The picture was encoded: the template asks for a quality, and only a rate can be compared."
    if plan.maxrate or plan.mode == "CBR":
        return "The picture was encoded: the template limits the peak rate."
    return ""


def _within(profile: str, most: str) -> bool:
    found = dict(_PROFILES).get(profile)
    return found is not None and _ORDER.index(found) <= _ORDER.index(most)


def _other_picture(plan: VideoPlan, source: VideoStream, raw: Mapping[str, Any]) -> UserText:
    """Why viewers would see another picture than the template's."""
    size, shown = (source.width, source.height), (source.shown_width, source.shown_height)
    if size != (plan.width, plan.height):
        return f"The picture was encoded: the source has {size[0]}x{size[1]}, the output {plan.width}x{plan.height}."
    told = {str(side.get("side_data_type")) for side in raw.get("side_data_list", ())}
    if shown != size or source.turned or told - _HARMLESS or (raw.get("width"), raw.get("height")) != size:
        return "The picture was encoded: the source is turned, cut or stretched when it is shown."
    if source.hdr or source.dolby_vision or plan.sdr or plan.convert or raw.get("color_range") == "pc":
        return "The picture was encoded: the source has other colours than the output."
    if source.interlaced or not source.progressive or plan.interlaced:
        return "The picture was encoded: the source, or the output, may be interlaced."
    if plan.shaping or plan.blurs or plan.degrain or plan.sharp or plan.black or plan.palette or source.alpha:
        return "The picture was encoded: the template changes the picture."
    return ""


def _other_rate(plan: VideoPlan, source: VideoStream, info: MediaInfo) -> UserText:
    """Why it has too many bits, or nobody knows how many."""
    rate = source.bitrate or info.bitrate - sum(stream.bitrate for stream in info.audio)
    if not 0 < rate <= plan.bitrate * 1000 * _OVER:
        return f"The picture was encoded: the source has {rate // 1000} Kbit/s, the template {plan.bitrate}."
    return ""


def _other_times(plan: VideoPlan, timeline: Timeline | None) -> UserText:
    """Why its pictures come at other times."""
    if timeline is None or timeline.counted or not timeline.steady or plan.fps is not None:
        return "The picture was encoded: the source's pictures come at other, or at uneven times."
    if timeline.leaps or plan.stands or not -EPSILON < timeline.first < timeline.frame:
        return "The picture was encoded: the source's picture does not begin with the file, or its clock leaps."
    if not plan.steady:
        return "The picture was encoded: the source's pictures come beside the beat of its frame rate."
    if not timeline.closed:
        return "The picture was encoded: groups of the source's pictures need each other, or an edit hides some."
    most = plan.gop * timeline.frame
    if not timeline.key_distance or timeline.key_distance > most + timeline.frame:
        return (
            f"The picture was encoded: key frames of the source are up to {timeline.key_distance:.1f} s apart, "
            f"the template allows {most:.1f} s."
        )
    return ""


def starts(rendition: Rendition, timeline: Timeline) -> tuple[float, ...]:
    """Where segments of the output begin, seconds of the file; none of one file."""
    if CONTAINERS[rendition.format].segments is None:
        return ()
    count = int((timeline.last - timeline.first) / rendition.segment)
    return tuple(timeline.first + n * rendition.segment for n in range(1, count + 1))


def why_other_starts(wanted: tuple[float, ...], timeline: Timeline) -> UserText:
    """Why segments cannot begin where they should; `timeline.near` belongs to `wanted`."""
    for time, key in zip(wanted, timeline.near, strict=True):
        if not -EPSILON / 2 <= key - time < timeline.frame - EPSILON:
            return f"The picture was encoded: a segment begins at {time:.2f} s, and the source has no key frame there."
    return ""


def copied(rendition: Rendition) -> Rendition:
    """The rendition with the source's own picture."""
    plan = rendition.video
    assert plan is not None
    return replace(rendition, video=VideoPlan(plan.index, copy=True, rate=plan.rate, codec=plan.codec), apart=0.0)


def why_copied(rendition: Rendition, timeline: Timeline) -> UserText:
    """What the run says of it. `rendition`: as it would have been encoded."""
    plan = rendition.video
    assert plan is not None
    return (
        f"The picture was copied, not encoded: the source has {plan.codec}, {plan.width}x{plan.height}, at most "
        f"{plan.bitrate} Kbit/s, and a key frame at least every {timeline.key_distance:.1f} s, as the template asks."
    )
