"""HTTP live streaming (RFC 8216): the muxer's arguments, the master playlist. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import quote

from reelmill.media.plans import Rendition

LIST = "list.m3u8"
# Audio alone is cut this much later (seconds), or the few milliseconds that a codec adds would become a segment of
# their own at the end.
_AUDIO_LATER = 0.05


def muxer(rendition: Rendition, stem: str, name: str) -> tuple[str, ...]:
    """Arguments of an output that becomes `stem/list.m3u8` and `stem/00001.ts`... in the task's folder.

    In the playlist the segments are called `NAME-00001.ts`, as they will be published; `name` may hold any character,
    so it is percent-encoded there.
    """
    streams = ",".join((["v:0"] if rendition.video else []) + (["a:0"] if rendition.audio else []))
    length = str(rendition.segment) if rendition.video else f"{rendition.segment + _AUDIO_LATER:.2f}"
    silent = rendition.audio is not None and rendition.audio.silent
    # 0 s of the source is the same time stamp in every rendition, with and without audio's priming
    keep = "avoid_negative_ts=disabled"
    keep += (
        ":pat_period=0.05:sdt_period=0.05" if silent else ""
    )  # a second of silence is too few packets for readers to see what it is: tables fill it up
    return (
        "-f",
        "hls",
        "-hls_time",
        length,
        "-hls_playlist_type",
        "vod",
        "-hls_list_size",
        "0",  # all segments, not the last five
        "-hls_flags",
        "independent_segments",  # each begins with a key frame
        "-start_number",
        "1",
        "-avoid_negative_ts",
        "disabled",
        "-hls_segment_options",
        keep,
        "-var_stream_map",
        f"{streams},name:{stem}",  # makes the folder that %v names
        "-hls_base_url",
        quote(name, safe="") + "-",
        "-hls_segment_filename",
        "${out}/%v/%05d.ts",
        "${out}/%v/" + LIST,
    )


def boundaries(rendition: Rendition, end: float) -> list[float]:
    """Where segments begin, seconds after the first picture: each `segment` after the one before, and at the cuts that
    were asked for. Without cuts the muxer knows it by itself."""
    found: list[float] = []
    inside = [cut for cut in rendition.cuts if cut < end]
    for begin, stop in zip([0.0, *inside], [*inside, end], strict=True):
        found += [begin] if begin else []
        found += [begin + n * rendition.segment for n in range(1, math.ceil((stop - begin) / rendition.segment))]
    return [round(one, 6) for one in found]


def cut_muxer(rendition: Rendition, stem: str, name: str) -> tuple[str, ...]:
    """Like `muxer`, with segments that begin at `boundaries`: the one for HLS knows only equal lengths. Its folder must
    be there."""
    end = rendition.video.end - rendition.origin if rendition.video else 0.0
    times = ",".join(f"{t:.6f}" for t in boundaries(rendition, end or max(rendition.cuts) + rendition.segment))
    return (
        "-avoid_negative_ts",
        "disabled",
        "-f",
        "segment",
        *(("-segment_times", times) if times else ("-segment_time", "86400")),
        "-segment_time_delta",
        "0.005",  # times are rounded
        "-segment_format",
        "mpegts",
        "-segment_format_options",
        "avoid_negative_ts=disabled",
        "-segment_start_number",
        "1",
        "-segment_list_size",
        "0",
        "-segment_list_type",
        "m3u8",
        "-segment_list_entry_prefix",
        quote(name, safe="") + "-",
        "-segment_list",
        f"${{out}}/{stem}/{LIST}",
        f"${{out}}/{stem}/%05d.ts",
    )


@dataclass(frozen=True, slots=True)
class Track:
    """An audio rendition of a master playlist. `uri` is relative to the master and not encoded yet."""

    group: str
    name: str
    language: str
    uri: str
    channels: int = 0


@dataclass(frozen=True, slots=True)
class Variant:
    """A video rendition of a master playlist. bandwidth (peak) and average in bits per second, average with its sound,
    0 when unknown; codecs without those of the audio group, "" when one of its streams has no name."""

    uri: str
    bandwidth: int
    codecs: str
    average: int = 0
    width: int = 0
    height: int = 0
    fps: Fraction | float = 0
    audio: str = ""


def master(variants: Sequence[Variant], tracks: Sequence[Track], track_codecs: Mapping[str, str]) -> str:
    """The text of a master playlist. `track_codecs` gives the codecs of each audio group. The first track of a group is
    its default."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    seen: set[str] = set()
    for track in tracks:
        first = track.group not in seen
        seen.add(track.group)
        parts = ["TYPE=AUDIO", f"GROUP-ID={_quoted(track.group)}", f"NAME={_quoted(track.name)}"]
        if track.language:
            parts.append(f"LANGUAGE={_quoted(track.language)}")
        parts += [f"DEFAULT={'YES' if first else 'NO'}", f"AUTOSELECT={'YES' if first or track.language else 'NO'}"]
        if track.channels:
            parts.append(f'CHANNELS="{track.channels}"')
        parts.append(f"URI={_quoted(quote(track.uri))}")
        lines.append("#EXT-X-MEDIA:" + ",".join(parts))
    for variant in variants:
        parts = [f"BANDWIDTH={variant.bandwidth}"]
        # the peak is the workflow's own figure; a higher average would contradict it
        if 0 < variant.average <= variant.bandwidth:
            parts.append(f"AVERAGE-BANDWIDTH={variant.average}")
        names = [variant.codecs, *([track_codecs.get(variant.audio, "")] if variant.audio else [])]
        if all(names):  # the whole truth or nothing: a player believes that what is not named is not there
            parts.append(f"CODECS={_quoted(','.join(dict.fromkeys(','.join(names).split(','))))}")
        if variant.width and variant.height:
            parts.append(f"RESOLUTION={variant.width}x{variant.height}")
        if variant.fps:
            parts.append(f"FRAME-RATE={float(variant.fps):.3f}")
        if variant.audio:
            parts.append(f"AUDIO={_quoted(variant.audio)}")
        lines += ["#EXT-X-STREAM-INF:" + ",".join(parts), quote(variant.uri)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """An attribute string: it may hold neither quotes nor line ends."""
    clean = "".join(c for c in text if ord(c) >= 32 and ord(c) != 127)
    return '"' + clean.replace('"', "'") + '"'
