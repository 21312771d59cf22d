"""HTTP live streaming (RFC 8216): the muxer's arguments, playlists of streams, the master playlist. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import quote

from reelmill.media.plans import Rendition
from reelmill.media.segments import CMAF, INIT

ZERO = 1.4  # seconds that the clock of a transport stream shows at 0 s of the source: the muxer's usual lead
LIST = "list.m3u8"  # what ffmpeg writes: nobody reads it, its lengths are not exact
_AUDIO_LATER = 0.06  # seconds; the milliseconds that a codec adds at the end must not become a segment of their own


def muxer(rendition: Rendition, stem: str, suffix: str) -> tuple[str, ...]:
    """Arguments of an output that becomes `stem/00001.ts`... or `stem/init.mp4` and `stem/00001.m4s`... in the task's
    folder."""
    streams = ",".join((["v:0"] if rendition.video else []) + (["a:0"] if rendition.audio else []))
    return (
        "-f",
        "hls",
        "-hls_time",
        _length(rendition),
        "-hls_playlist_type",
        "vod",
        "-hls_list_size",
        "0",  # all segments, not the last five
        "-hls_flags",
        "independent_segments",  # each begins with a key frame
        "-start_number",
        "1",
        # 0 s of the source is the same time stamp in every rendition, with and without audio's priming
        "-avoid_negative_ts",
        "disabled",
        *(
            ("-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", INIT, *_told_first(rendition))
            if suffix == CMAF
            else ("-hls_segment_options", "avoid_negative_ts=disabled")
        ),
        "-var_stream_map",
        f"{streams},name:{stem}",  # makes the folder that %v names
        "-hls_segment_filename",
        f"${{out}}/%v/%05d{suffix}",
        "${out}/%v/" + LIST,
    )


def _told_first(rendition: Rendition) -> tuple[str, ...]:
    """A picture that comes after the beginning: when, its first fragment tells then. By itself the muxer writes an
    empty edit before the one that takes off the encoder's delay, and browsers read the first one alone: all pictures
    would come late by that delay. Sound, which an encoder begins before 0, and what is copied could not tell."""
    late = rendition.video is not None and not rendition.video.copy
    return ("-hls_segment_options", "movflags=+frag_discont") if late else ()


def boundaries(rendition: Rendition, end: float) -> list[float]:
    """Where segments begin, seconds after the first picture: each `segment` after the one before, and at the cuts that
    were asked for. Without cuts the muxer knows it by itself."""
    found: list[float] = []
    inside = [cut for cut in rendition.cuts if cut < end]
    for begin, stop in zip([0.0, *inside], [*inside, end], strict=True):
        found += [begin] if begin else []
        found += [begin + n * rendition.segment for n in range(1, math.ceil((stop - begin) / rendition.segment))]
    return [round(one, 6) for one in found]


def cut_muxer(rendition: Rendition, stem: str, suffix: str) -> tuple[str, ...]:
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
        "-segment_list",
        f"${{out}}/{stem}/{LIST}",
        f"${{out}}/{stem}/%05d{suffix}",
    )


def _length(rendition: Rendition) -> str:
    """Seconds of a segment. Sound alone is cut a little later, so little that at the end of the film it makes 60 ms."""
    if rendition.video:
        return str(rendition.segment)
    whole = rendition.audio.whole if rendition.audio else 0.0
    later = _AUDIO_LATER * min(1.0, rendition.segment / whole) if whole else _AUDIO_LATER
    return f"{rendition.segment + later:.6f}"


@dataclass(frozen=True, slots=True)
class Lock:
    """How the segments of a playlist are encrypted: where players ask for the key, how many segments at the beginning
    are clear; whole segments (AES-128), or the samples of fragmented MP4 (SAMPLE-AES: cbcs) with a key of this id."""

    uri: str
    clear: int = 0
    scheme: str = ""
    kid: str = ""

    @property
    def tag(self) -> str:
        if self.scheme:
            identity = 'KEYFORMAT="identity",KEYFORMATVERSIONS="1"'
            return f"#EXT-X-KEY:METHOD=SAMPLE-AES,URI={_quoted(self.uri)},{identity}"
        return f"#EXT-X-KEY:METHOD=AES-128,URI={_quoted(self.uri)}"


def media(uris: Sequence[str], lengths: Sequence[Fraction], init: str = "", lock: Lock | None = None) -> str:
    """The playlist of a stream; addresses are not encoded yet. A segment's number is its initialisation vector
    (4.3.2.4), so the numbers begin with 1 as those of the files do."""
    lines = [*_head(lengths), "#EXT-X-INDEPENDENT-SEGMENTS"]
    if init:
        lines.append(f"#EXT-X-MAP:URI={_quoted(quote(init))}")
    for number, (uri, length) in enumerate(zip(uris, lengths, strict=True)):
        if lock and number == lock.clear:
            lines.append(lock.tag)
        lines += [f"#EXTINF:{float(length):.6f},", quote(uri)]
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


def i_frames(
    uris: Sequence[str], lengths: Sequence[Fraction], sizes: Sequence[int], init: str = "", lock: Lock | None = None
) -> str:
    """The playlist of the first pictures of all segments, for seeking and fast forward: ranges of the same files. Of
    encrypted ones they are those of the plain bytes (6.3.6)."""
    lines = [*_head(lengths), "#EXT-X-I-FRAMES-ONLY"]
    if init:
        lines.append(f"#EXT-X-MAP:URI={_quoted(quote(init))}")
    for number, (uri, length, size) in enumerate(zip(uris, lengths, sizes, strict=True)):
        if lock and number == lock.clear:
            lines.append(lock.tag)
        lines += [f"#EXTINF:{float(length):.6f},", f"#EXT-X-BYTERANGE:{size}@0", quote(uri)]
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


def _head(lengths: Sequence[Fraction]) -> list[str]:
    return [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        f"#EXT-X-TARGETDURATION:{target(lengths)}",
        "#EXT-X-MEDIA-SEQUENCE:1",
        "#EXT-X-PLAYLIST-TYPE:VOD",
    ]


def target(lengths: Sequence[Fraction]) -> int:
    """No segment, rounded to whole seconds, is longer (4.3.3.1)."""
    return max(1, *(math.floor(length + Fraction(1, 2)) for length in lengths))


def rates(sizes: Sequence[int], lengths: Sequence[Fraction]) -> tuple[int, int]:
    """Bits per second: the peak (of any row of segments that lasts half to one and a half target durations, 4.1), and
    the mean."""
    limit, peak = target(lengths), 0.0
    seconds = [round(float(length), 6) for length in lengths]
    for first in range(len(sizes)):
        bits, lasts = 0, 0.0
        for size, length in zip(sizes[first:], seconds[first:], strict=True):
            bits, lasts = bits + 8 * size, lasts + length
            if lasts > 1.5 * limit:
                break
            if lasts >= 0.5 * limit:
                peak = max(peak, bits / lasts)
    mean = 8 * sum(sizes) / sum(seconds)
    return math.ceil(max(peak, mean)), math.ceil(mean)


@dataclass(frozen=True, slots=True)
class Track:
    """An audio or subtitle rendition of a master playlist. `uri` is relative to the master and not encoded yet."""

    group: str
    name: str
    language: str
    uri: str
    channels: int = 0
    kind: str = "AUDIO"


@dataclass(frozen=True, slots=True)
class Variant:
    """A video rendition of a master playlist, or sound for which there is no picture. bandwidth (peak) and average in
    bits per second, both with its sound; codecs with those of its sound, "" when one of its streams has no name; light:
    its VIDEO-RANGE, "" without a picture."""

    uri: str
    bandwidth: int
    average: int
    codecs: str
    width: int = 0
    height: int = 0
    fps: Fraction | float = 0
    light: str = "SDR"
    audio: str = ""
    subtitles: str = ""


def master(variants: Sequence[Variant], tracks: Sequence[Track], pictures: Sequence[Variant] = ()) -> str:
    """The text of a master playlist. The first track of a group is its default. `pictures` are the playlists of key
    frames."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    seen: set[tuple[str, str]] = set()
    for track in tracks:
        first = (track.kind, track.group) not in seen
        seen.add((track.kind, track.group))
        parts = [f"TYPE={track.kind}", f"GROUP-ID={_quoted(track.group)}", f"NAME={_quoted(track.name)}"]
        if track.language:
            parts.append(f"LANGUAGE={_quoted(track.language)}")
        parts += [f"DEFAULT={'YES' if first else 'NO'}", f"AUTOSELECT={'YES' if first or track.language else 'NO'}"]
        if track.channels:
            parts.append(f'CHANNELS="{track.channels}"')
        parts.append(f"URI={_quoted(quote(track.uri))}")
        lines.append("#EXT-X-MEDIA:" + ",".join(parts))
    for variant in variants:
        parts = _told(variant)
        if variant.fps:
            parts.append(f"FRAME-RATE={float(variant.fps):.3f}")
        if variant.audio:
            parts.append(f"AUDIO={_quoted(variant.audio)}")
        if variant.subtitles:
            parts.append(f"SUBTITLES={_quoted(variant.subtitles)}")
        lines += ["#EXT-X-STREAM-INF:" + ",".join(parts), quote(variant.uri)]
    for one in pictures:
        lines.append("#EXT-X-I-FRAME-STREAM-INF:" + ",".join([*_told(one), f"URI={_quoted(quote(one.uri))}"]))
    return "\n".join(lines) + "\n"


def _told(variant: Variant) -> list[str]:
    parts = [f"BANDWIDTH={variant.bandwidth}", f"AVERAGE-BANDWIDTH={variant.average}"]
    if variant.codecs:  # the whole truth or nothing: a player believes that what is not named is not there
        parts.append(f"CODECS={_quoted(variant.codecs)}")
    if variant.width and variant.height:
        parts.append(f"RESOLUTION={variant.width}x{variant.height}")
    return [*parts, f"VIDEO-RANGE={variant.light}"] if variant.light else parts


def _quoted(text: str) -> str:
    """An attribute string: it may hold neither quotes nor line ends."""
    clean = "".join(c for c in text if ord(c) >= 32 and ord(c) != 127)
    return '"' + clean.replace('"', "'") + '"'
