"""What ffprobe is asked, and what its answers mean. Pure.

Times: ffprobe counts from the container's own zero. `MediaInfo.start` and the streams' `start` are as it says;
everything that is measured against ffmpeg's `-ss` (Timeline) has the file's `start_time` subtracted.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from reelmill.core.model import AudioStream, MediaInfo, VideoStream
from reelmill.media.codec_names import rfc6381

# Demuxers that read nothing but the bytes of the file they are given. Not here, on purpose: hls, dash, concat, imf,
# sdp, rtsp and their like, which open what the file names (other local files, other hosts); svg and the picture
# formats; everything that plays scripts.
SAFE_FORMATS = (
    "mov,matroska,mpegts,mpeg,mpegvideo,avi,flv,live_flv,asf,asf_o,rm,mxf,gxf,nut,nsv,ogg,ivf,obu,av1,h264,hevc,vvc,m4v,h263,vc1,mjpeg,dv,swf,gif,apng,wtv,"
    "mp3,aac,ac3,eac3,ac4,dts,dtshd,truehd,mlp,flac,wav,w64,aiff,au,caf,amr,amrnb,amrwb,ape,wv,tta,tak,acm,mpc,mpc8,loas,xwma,dsf"
)
_OWN_FORMATS = SAFE_FORMATS + ",hls"  # playlists that we have written ourselves

GUARDS = (  # what every input of a stranger is read with
    "-protocol_whitelist",
    "file,crypto,data",  # no network, no concat:, no pipes
    "-max_pixels",
    "67108864",  # 8192 x 8192: a header of a few bytes must not ask for gigabytes
)
_PATIENCE = ("-probesize", "20M", "-analyzeduration", "20M")  # broadcasts may begin with seconds of nothing
_OWN_PATIENCE = (
    "-probesize",
    "100M",
    "-analyzeduration",
    "600M",
)  # in what we made of slides the second picture may come after minutes
SAFE_INPUT: tuple[str, ...] = ("-format_whitelist", SAFE_FORMATS, *GUARDS, *_PATIENCE)
OWN_INPUT: tuple[str, ...] = ("-format_whitelist", _OWN_FORMATS, *GUARDS, *_OWN_PATIENCE)
"""Input flags that ffprobe and ffmpeg share, before each `-i`: for strangers' files, and for files that we made ourselves (HLS too)."""  # noqa: E501
OWN_TIMES = ("-fix_teletext_pts", "0")
"""Transport streams: the teletext keeps its own times. ffmpeg gives it those of the clock, which runs ahead of pictures and sound, and would let the film begin with it, up to a second early. Of ffprobe for every file, for it overlooks options that a format does not have."""  # noqa: E501

_INTERLACED = ("tt", "bb", "tb", "bt")
_HDR = ("smpte2084", "arib-std-b67")
# What pictures are taken for when ffprobe has no decoder that could tell (ffmpeg has): with transparency, for all that
# is hidden below it would show.
_UNSEEN = {"png": "rgba", "apng": "rgba"}
_ALPHA = re.compile(r"yuva|rgba|argb|bgra|abgr|gbrap|ya\d|ayuv|vuya|pal8")
_BOXED = ("mov", "matroska", "mxf")  # containers that tell colours
_BARE = ("aac", "mp3", "ac3", "eac3", "dts", "loas")  # sound without a container: few have a header
_GUESSED = 1.02  # what a size divided by a rate is rounded by
_NOT_TOLD = ("unknown", "reserved", "unspecified")


def streams_argv(path: str, own: bool = False) -> tuple[str, ...]:
    """Arguments of ffprobe (without the program) for the JSON that `parse` reads. `path` is a local file, without
    `file:`."""
    # a last segment with half a second of silence has too few packets for ffprobe to guess what it is
    kind = ("-f", "mpegts") if own and path.endswith(".ts") else ()
    return (
        "-v",
        "error",
        *(OWN_INPUT if own else SAFE_INPUT),
        *OWN_TIMES,
        *kind,
        *(("-show_data",) if own else ()),  # parameter sets, of which CODECS are made
        "-show_format",
        "-show_streams",
        "-show_programs",
        "-of",
        "json=compact=1",
        "file:" + path,
    )


def clean(raw: Any) -> dict[str, Any]:
    """ffprobe's JSON without the path of this machine, safe to keep and to show."""
    answer = dict(raw) if isinstance(raw, Mapping) else {}
    answer["format"] = {name: value for name, value in answer.get("format", {}).items() if name != "filename"}
    told = _programmes(answer.pop("programs", ()))
    streams = (_named(stream) for stream in answer.get("streams", ()))
    answer["streams"] = [
        {**stream, "programmes": told[index]} if (index := stream.get("index")) in told else stream
        for stream in streams
    ]
    return answer


def _programmes(told: Sequence[Mapping[str, Any]]) -> dict[Any, list[int]]:
    """Index of a stream -> the programmes of a broadcast that it belongs to; empty where there is one alone."""
    found: dict[Any, list[int]] = {}
    for number, programme in enumerate(told if len(told) > 1 else ()):
        for stream in programme.get("streams", ()):
            found.setdefault(stream.get("index"), []).append(number)
    return found


def _named(stream: Mapping[str, Any]) -> dict[str, Any]:
    """A stream with its name instead of the bytes of which the name is made."""
    if "extradata" not in stream:
        return dict(stream)
    kept = {name: value for name, value in stream.items() if name not in ("extradata", "extradata_size")}
    return {**kept, "rfc6381": rfc6381(stream)}


def load(stdout: bytes) -> dict[str, Any]:
    """The cleaned JSON of `streams_argv`. ValueError when it is none."""
    return clean(json.loads(stdout.decode("utf-8", "replace")))


def parse(raw: Mapping[str, Any]) -> MediaInfo:
    """The facts of ffprobe's JSON. Whatever it does not know ("N/A", absent, nonsense) becomes 0 or "".

    Left out: attached pictures, streams that could not be understood at all (no size, no sample rate), that have no
    decoder here, and that turned out to hold nothing (a recorder with a muted microphone declares one).
    """
    form = raw.get("format", {})
    streams = raw.get("streams", ())
    duration = max(0.0, _number(form.get("duration")))
    if lasts := _of_packets(form, streams):
        duration, streams = lasts, [{**s, "duration": lasts} for s in streams]
    start = _number(form.get("start_time"))
    pictures = sorted(
        (s for s in streams if is_video(s) and _usable(s)), key=lambda s: not s.get("disposition", {}).get("default")
    )  # players show the default one
    boxed = any(name in str(form.get("format_name", "")) for name in _BOXED)
    video = tuple(replace(_video(s, duration), boxed=boxed) for s in pictures)
    audio = tuple(_audio(s, duration, start) for s in streams if is_audio(s) and _usable(s))
    return MediaInfo(
        format_name=str(form.get("format_name", "")),
        start=start,
        duration=duration,
        size=int(_number(form.get("size"))),
        bitrate=int(_number(form.get("bit_rate"))),
        video=video,
        audio=audio,
        raw=raw,
    )


def _of_packets(form: Mapping[str, Any], streams: Sequence[Mapping[str, Any]]) -> float:
    """Seconds that a file of bare sound lasts by its packets, 0 where they were not read or its header counts them.
    Without a header ffprobe divides the size by the rate of the beginning, and a film that begins softly seems to last
    for hours. A header that promises more than the file has bytes for is believed: the file was cut off; so is one that
    tells what an encoder put before the sound, since the packets hold that too."""
    if form.get("format_name") not in _BARE or _number(form.get("start_time")):
        return 0.0
    sound = next((s for s in streams if is_audio(s)), {})
    read, bits = sound.get("packets", {}), _number(sound.get("bit_rate"))
    if read.get("end") is None or bits * _duration(sound) > 8 * _number(form.get("size")) * _GUESSED:
        return 0.0
    return max(0.0, float(read["end"]) - float(read["first"]))


def showing(raw: Mapping[str, Any], number: int) -> dict[str, Any]:
    """ffprobe's JSON as if picture `number` were the file's default one: `parse` then tells it first. Pictures are
    counted from 0 in the order of the file, without covers and those that `parse` leaves out; when there is none of
    this number, nothing is changed."""
    videos = [s for s in raw.get("streams", ()) if is_video(s) and _usable(s)]
    if number >= len(videos):
        return dict(raw)
    chosen = videos[number].get("index")
    streams = [
        {**s, "disposition": {**s.get("disposition", {}), "default": int(s.get("index") == chosen)}}
        if is_video(s)
        else s
        for s in raw.get("streams", ())
    ]
    return {**raw, "streams": streams}


def is_video(stream: Mapping[str, Any]) -> bool:
    """Whether a stream of ffprobe's JSON is a moving picture."""
    attached = stream.get("disposition", {}).get("attached_pic")
    return (
        stream.get("codec_type") == "video"
        and not attached
        and _number(stream.get("width")) > 0
        and _number(stream.get("height")) > 0
    )


def is_audio(stream: Mapping[str, Any]) -> bool:
    """Whether a stream of ffprobe's JSON is a sound that it understood."""
    return (
        stream.get("codec_type") == "audio"
        and _number(stream.get("sample_rate")) > 0
        and _number(stream.get("channels")) > 0
    )


def _usable(stream: Mapping[str, Any]) -> bool:
    """`packets` stands there when they were counted (media.packets.annotate), `decoder` when there is none
    (media.examine)."""
    return stream.get("packets", {}).get("count") != 0 and stream.get("decoder") != "none"


def rotation(stream: Mapping[str, Any]) -> int:
    """Clockwise degrees (0, 90, 180, 270) to turn the picture for display. The display matrix counts the other way
    round, the old tag does not."""
    for side in stream.get("side_data_list", ()):
        if "rotation" in side:
            return _quarter(-_number(side["rotation"]))
    return _quarter(_number(stream.get("tags", {}).get("rotate")))


def _quarter(degrees: float) -> int:
    return round(degrees / 90) * 90 % 360


def _square(width: int, sample: Fraction) -> int:
    """The width with square pixels. Who makes a picture smaller rounds its sides to even numbers, and the pixels take
    what is left of its shape (854x480 of 1280x720: 1280:1281): to make them square again would only blur it."""
    square = width * sample
    return width if abs(square - width) < min(1, width / 100) else max(1, round(square))


def _video(stream: Mapping[str, Any], whole: float) -> VideoStream:
    width, height = _cropped(stream)
    turn = rotation(stream)
    square = _square(width, _fraction(stream.get("sample_aspect_ratio"), ":") or Fraction(1))
    shown = (height, square) if turn in (90, 270) else (square, height)
    average, nominal = _fraction(stream.get("avg_frame_rate")), _fraction(stream.get("r_frame_rate"))
    # `nominal` has every time stamp: a higher average is a guess that went wrong (raw DV: 60000 a second), or counts
    # fields
    fps = nominal if nominal and (not average or average > nominal * Fraction(3, 2)) else average
    beside = stream.get("codec_name") in ("vp8", "vp9") and _tag(stream, "ALPHA_MODE") == "1"
    pixels = str(stream.get("pix_fmt") or _UNSEEN.get(str(stream.get("codec_name")), ""))
    matrix, primaries, transfer = (_told(stream, name) for name in ("color_space", "color_primaries", "color_transfer"))
    return VideoStream(
        index=int(stream.get("index", 0)),
        codec=str(stream.get("codec_name", "")),
        profile=str(stream.get("profile", "")),
        level=max(0, int(_number(stream.get("level")))),
        width=width,
        height=height,
        shown_width=shown[0],
        shown_height=shown[1],
        rotation=turn,
        pix_fmt=pixels,
        fps=fps,
        nominal=nominal or fps,
        start=_number(stream.get("start_time")),
        duration=_duration(stream) or whole,
        bitrate=_bitrate(stream),
        interlaced=stream.get("field_order") in _INTERLACED,
        progressive=stream.get("field_order") == "progressive",
        hdr=transfer in _HDR,
        turned=bool(turn)
        or any(side.get("side_data_type") == "Display Matrix" for side in stream.get("side_data_list", ())),
        matrix=matrix,
        primaries=primaries,
        transfer=transfer,
        alpha=beside or bool(_ALPHA.match(pixels)),
        alpha_beside=beside,
        dolby_vision=any(
            s.get("dv_bl_signal_compatibility_id") == 0 and s.get("dv_profile")
            for s in stream.get("side_data_list", ())
        ),
        tick=float(_fraction(stream.get("time_base"))),
        fields=str(stream.get("field_order", "")),
        full=_told(stream, "color_range") == "pc",
    )


def _cropped(stream: Mapping[str, Any]) -> tuple[int, int]:
    """The size that the decoder gives out: ffmpeg applies what the container crops (`clap` of MP4, PixelCrop of
    Matroska)."""
    width, height = int(_number(stream["width"])), int(_number(stream["height"]))
    for side in stream.get("side_data_list", ()):
        if side.get("side_data_type") == "Frame Cropping":
            width -= int(_number(side.get("crop_left")) + _number(side.get("crop_right")))
            height -= int(_number(side.get("crop_top")) + _number(side.get("crop_bottom")))
    return max(1, width), max(1, height)


def _told(stream: Mapping[str, Any], name: str) -> str:
    word = str(stream.get(name, ""))
    return "" if word in _NOT_TOLD else word


def _audio(stream: Mapping[str, Any], whole: float, start: float) -> AudioStream:
    read = stream.get("packets", {})
    first, end = (0.0 if read.get(name) is None else read[name] - start for name in ("first", "end"))
    return AudioStream(
        index=int(stream.get("index", 0)),
        codec=str(stream.get("codec_name", "")),
        samplerate=int(_number(stream["sample_rate"])),
        channels=int(_number(stream["channels"])),
        start=_number(stream.get("start_time")),
        duration=_duration(stream) or whole,
        bitrate=_bitrate(stream),
        language=str(stream.get("tags", {}).get("language", "")),
        layout=str(stream.get("channel_layout", "")),
        first=first,
        end=end,
        strays=bool(read.get("strays")),
    )


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if abs(number) < 1e15 else 0.0  # also NaN and infinity


def _fraction(value: Any, sign: str = "/") -> Fraction:
    above, _, below = str(value).partition(sign)
    if not ((above + below).isascii() and above.isdigit() and below.isdigit() and int(below)):
        return Fraction(0)
    return Fraction(int(above), int(below))


def _tag(stream: Mapping[str, Any], name: str) -> str:
    """A statistics tag as Matroska writes it: NAME, or NAME-eng."""
    tags: Mapping[str, Any] = stream.get("tags", {})
    return next(
        (str(value) for key, value in tags.items() if key.upper() == name or key.upper().startswith(name + "-")), ""
    )


def _duration(stream: Mapping[str, Any]) -> float:
    if seconds := _number(stream.get("duration")):
        return max(0.0, seconds)
    parts = _tag(stream, "DURATION").split(":")
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + _number(part)
    return seconds


def _bitrate(stream: Mapping[str, Any]) -> int:
    return int(_number(stream.get("bit_rate")) or _number(_tag(stream, "BPS")))


def describes_nothing(info: MediaInfo) -> bool:
    """No real video and no audio: nothing can be made of it."""
    return not info.video and not info.audio
