"""Dynamic adaptive streaming over HTTP (ISO/IEC 23009-1): manifests that lead to fragmented MP4. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from reelmill.core.segmented import Segmented

if TYPE_CHECKING:
    from reelmill.media.streams import Stream

_PROFILE = "urn:mpeg:dash:profile:isoff-live:2011"
_CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"
_ROLE = "urn:mpeg:dash:role:2011"
_MP4_PROTECTION = "urn:mpeg:dash:mp4protection:2011"
_CLEAR_KEY = "urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e"
_NUMBER = "$Number%05d$"
_TOGETHER = 0.06  # seconds: streams of other frame rates have no picture at the very same time, nor has sound


@dataclass(frozen=True, slots=True)
class Representation:
    """One stream. `facts` as media.streams.described and media.result.described tell them; `init` and `media` are
    addresses, not encoded yet, `media` with $Number%05d$ where the number of a segment stands."""

    id: str
    init: str
    media: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AdaptationSet:
    """Streams of which a player takes one at a time. kind: "video", "audio" or "text"; label: the word of the
    workflow."""

    kind: str
    streams: tuple[Representation, ...]
    language: str = ""
    label: str = ""


def line(segments: Segmented, lengths: Sequence[Fraction]) -> dict[str, Any]:
    """The ticks of a stream: {"clock", "line": [first tick, ticks that it lasts, how many more last as long]...}. What
    lies before zero is the encoder's priming, that no player shows."""
    starts = [max(0, one.start) for one in segments.segments]
    end = starts[-1] + round(lengths[-1] * segments.clock)
    found: list[list[int]] = []
    for start, following in zip(starts, [*starts[1:], end], strict=True):
        if found and found[-1][1] == following - start:
            found[-1][2] += 1
        else:
            found.append([start, following - start, 0])
    return {"clock": segments.clock, "line": found}


def apart(streams: Sequence[Mapping[str, Any]]) -> list[int]:
    """Which of some streams, by what is told of them, have segments that do not begin where those of the first do."""
    starts = [_starts(facts["line"], facts["clock"]) for facts in streams]
    return [
        number
        for number, one in enumerate(starts)
        if len(one) != len(starts[0]) or any(abs(a - b) > _TOGETHER for a, b in zip(one, starts[0], strict=True))
    ]


def _starts(line: Iterable[Sequence[int]], clock: int) -> list[float]:
    """Seconds."""
    return [(start + n * lasts) / clock for start, lasts, more in line for n in range(more + 1)]


def manifest(sets: Sequence[AdaptationSet]) -> str:
    """The text of a manifest of a whole film."""
    facts = [one.facts for one_set in sets for one in one_set.streams if one.facts.get("line")]
    seconds = max((Fraction(_end(one["line"]), one["clock"]) for one in facts), default=Fraction(0))
    longest = max((Fraction(d, one["clock"]) for one in facts for _, d, _ in one["line"]), default=Fraction(2))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="{_PROFILE}" type="static" '
        f'mediaPresentationDuration="{_duration(seconds)}" minBufferTime="{_duration(longest)}">',
        '  <Period id="0" start="PT0S">',
    ]
    seen: set[str] = set()
    for number, one in enumerate(sets):
        lines += [f"    {text}" for text in _set(number, one, first=one.kind not in seen)]
        seen.add(one.kind)
    return "\n".join([*lines, "  </Period>", "</MPD>"]) + "\n"


def alone(name: str, streams: Sequence["Stream"], marks: Sequence[str]) -> str:
    """The manifest of an output that is in no package, beside its segments."""
    stem = name.rpartition(".")[0]
    sets = []
    for one, mark in zip(streams, marks, strict=True):
        base = f"{stem}-{mark}" if mark else stem
        shown = Representation(one.kind, f"{base}-init.mp4", f"{_plain(base)}-{_NUMBER}.m4s", one.facts)
        sets.append(AdaptationSet(one.kind, (shown,), one.facts.get("language", "")))
    return manifest(sets)


def of_stream(address: str) -> tuple[str, str]:
    """The addresses of the segments of a stream of a package, by the address of its own manifest: (init, media)."""
    base = address.rpartition(".")[0]
    return f"{base}-init.mp4", f"{_plain(base)}-{_NUMBER}.m4s"


def _set(number: int, one: AdaptationSet, *, first: bool) -> Iterator[str]:
    told = {"id": str(number), "contentType": one.kind}
    told |= {"mimeType": "text/vtt" if one.kind == "text" else f"{one.kind}/mp4"}
    told |= {"lang": one.language} if one.language else {}
    if one.kind != "text":
        aligned = not apart([stream.facts for stream in one.streams])
        told |= {"segmentAlignment": str(aligned).lower(), "startWithSAP": "1"}
    role = "subtitle" if one.kind == "text" else "main" if first else "alternate"
    yield f"<AdaptationSet {_attributes(told)}>"
    if one.label:
        yield f"  <Label>{_text(one.label)}</Label>"
    yield f'  <Role schemeIdUri="{_ROLE}" value="{role}"/>'
    yield from (f"  {line}" for line in _protection(one.streams[0].facts.get("protection")))
    for stream in one.streams:
        lines = _text_file(stream) if one.kind == "text" else _representation(one.kind, stream)
        yield from (f"  {line}" for line in lines)
    yield "</AdaptationSet>"


def _protection(told: Mapping[str, Any] | None) -> Iterator[str]:
    """How samples are encrypted, with which key, and where players ask for it (DASH-IF IOP 7.6: clear key)."""
    if not told:
        return
    plain = str(told["kid"])
    kid = "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    names = {"schemeIdUri": _MP4_PROTECTION, "value": told["scheme"], "cenc:default_KID": kid}
    yield f'<ContentProtection {_attributes(names)} xmlns:cenc="urn:mpeg:cenc:2013"/>'
    yield f'<ContentProtection schemeIdUri="{_CLEAR_KEY}" value="ClearKey1.0" xmlns:dashif="https://dashif.org/CPS">'
    yield f'  <dashif:Laurl licenseType="EME-1.0">{_text(str(told["uri"]))}</dashif:Laurl>'
    yield "</ContentProtection>"


def _representation(kind: str, one: Representation) -> Iterator[str]:
    facts = one.facts
    told = {"id": one.id, "bandwidth": str(facts["peak"]), "codecs": facts["codecs"]}
    if kind == "video":
        told |= {"width": str(facts["width"]), "height": str(facts["height"]), "sar": "1:1"}
        told |= {"frameRate": str(facts["rate"])} if facts.get("rate") else {}
    elif facts.get("samplerate"):
        told |= {"audioSamplingRate": str(facts["samplerate"])}
    yield f"<Representation {_attributes(told)}>"
    if kind == "audio" and facts.get("channels"):
        yield f'  <AudioChannelConfiguration schemeIdUri="{_CHANNELS}" value="{facts["channels"]}"/>'
    template = {"timescale": str(facts["clock"]), "initialization": _address(one.init), "media": _address(one.media)}
    yield f"  <SegmentTemplate {_attributes(template | {'startNumber': '1'})}>"
    yield "    <SegmentTimeline>"
    for start, lasts, more in facts["line"]:
        yield f'      <S t="{start}" d="{lasts}"{f" r={chr(34)}{more}{chr(34)}" if more else ""}/>'
    yield "    </SegmentTimeline>"
    yield "  </SegmentTemplate>"
    yield "</Representation>"


def _text_file(one: Representation) -> Iterator[str]:
    """Subtitles: one file of WebVTT."""
    yield f"<Representation {_attributes({'id': one.id, 'bandwidth': str(one.facts['peak'])})}>"
    yield f"  <BaseURL>{_text(quote(one.media))}</BaseURL>"
    yield "</Representation>"


def _end(ticks: Iterable[Sequence[int]]) -> int:
    start, lasts, more = list(ticks)[-1]
    return start + lasts * (more + 1)


def _duration(seconds: Fraction) -> str:
    return f"PT{float(seconds):.3f}S"


def _attributes(told: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in told.items() if value)


def _plain(name: str) -> str:
    return name.replace("$", "$$")  # else it begins an identifier of the template


def _address(text: str) -> str:
    before, number, after = text.partition(_NUMBER)
    return quote(before, safe="/$") + number + quote(after)


def _text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
