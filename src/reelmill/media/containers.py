"""The containers that ReelMill writes, in one table: what each may hold, how its file is made, of which parts it
consists and what they are called, the types of all of them. Pure.

A container more is one entry of CONTAINERS with golden cases (tests/unit/test_ladder_golden.py). Templates, forms,
commands, names of objects, serving and the messages about what does not fit follow from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reelmill.media import hls
from reelmill.media.animation import delay
from reelmill.media.plans import Rendition
from reelmill.media.segments import CMAF, INIT, TS


@dataclass(frozen=True, slots=True)
class Segments:
    """The parts of an output that is a playlist: `NAME-00001.ts` beside `NAME.m3u8`. In the task's folder they are
    `STEM/00001SUFFIX`.

    init   the file that players need before the first one, "" when each can be played by itself
    apart  picture and sound lie in segments of their own
    """

    suffix: str
    media_type: str
    init: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """One kind of output.

    name        as templates call it, and what its objects end with       label   for forms, English and Chinese
    media_type  of its object; of the playlist, where there are segments
    video, audio   codecs that may be encoded into it (media.codecs), as templates call them; no video: sound alone
    copies      ffprobe's names of the codecs that may be copied into it
    muxer       arguments of one target's file, from `-f` on
    segments    None: the output is one file
    repeats     players may come in the middle, so a picture that stands is repeated
    from_zero   its clock begins with its first packet: silence stands before sound that begins late
    unread      ffprobe cannot read it
    plays       browsers do it, where need be with a library
    rates       samples per second that a codec may have here, where they are fewer than it can
    """

    name: str
    label: tuple[str, str]
    media_type: str
    video: tuple[str, ...]
    audio: tuple[str, ...]
    copies: frozenset[str]
    muxer: Callable[["Target"], tuple[str, ...]]
    segments: Segments | None = None
    repeats: bool = False
    from_zero: bool = False
    plays: bool = False
    unread: bool = False
    rates: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def forced(self) -> bool:
        """Its segments may begin at times that were asked for."""
        return self.segments is not None and not self.segments.init


@dataclass(frozen=True, slots=True)
class Target:
    """Where a rendition goes: `stem` is its name inside the task's folder (`stem.mp4`, or `stem/` with its
    segments)."""

    stem: str
    rendition: Rendition

    @property
    def container(self) -> Container:
        """The container of its file."""
        return CONTAINERS[self.rendition.format]

    @property
    def entry(self) -> str:
        """The file in the task's folder that is the output, or tells that its segments are there."""
        return f"{self.stem}/{hls.LIST}" if self.container.segments else f"{self.stem}.{self.container.name}"

    def parts(self, files: Mapping[str, int]) -> list[str]:
        """Its segments among the files that a task made, in order."""
        segments = self.container.segments
        if segments is None:
            return []
        prefix, suffix = self.stem + "/", segments.suffix
        found = [name for name in files if name.startswith(prefix) and name.endswith(suffix)]
        return sorted(found, key=lambda name: int(name[len(prefix) : -len(suffix)]))


def without_extension(key: str) -> str:
    """`a/b` of `a/b.m3u8`."""
    return key.rpartition(".")[0]


def segmented(rendition: Rendition) -> bool:
    """Whether an output is a playlist with segments."""
    return CONTAINERS[rendition.format].segments is not None


def _mp4(target: Target) -> tuple[str, ...]:
    # the index in front: playback starts before the download ends
    return (*_apple(target), "-movflags", "+faststart", "-f", "mp4", *_file(target))


def _apple(target: Target) -> tuple[str, ...]:
    """Apple's players know H.265 by this name alone."""
    video = target.rendition.video
    return ("-tag:v", "hvc1") if video and video.codec == "H.265" else ()


def _ts(target: Target) -> tuple[str, ...]:
    return ("-avoid_negative_ts", "disabled", "-f", "mpegts", *_file(target))  # see hls.muxer


def _hls(target: Target) -> tuple[str, ...]:
    make = hls.cut_muxer if target.rendition.cuts else hls.muxer
    return make(target.rendition, target.stem, TS)


def _dash(target: Target) -> tuple[str, ...]:
    return (*_apple(target), *hls.muxer(target.rendition, target.stem, CMAF))  # its segments are those of HLS too


def _mp3(target: Target) -> tuple[str, ...]:
    return ("-id3v2_version", "3", "-f", "mp3", *_file(target))


def _ogg(target: Target) -> tuple[str, ...]:
    return ("-f", "ogg", *_file(target))  # its last page tells how much of the last packet counts: the length is exact


def _m4a(target: Target) -> tuple[str, ...]:
    # an mp4 whose brand says that there is no picture; its edit list leaves out what the encoder put in front
    return ("-movflags", "+faststart", "-f", "ipod", *_file(target))


def _webm(target: Target) -> tuple[str, ...]:
    # the index in front, where browsers look for it
    return ("-cues_to_front", "1", "-f", "webm", *_file(target))


def _mkv(target: Target) -> tuple[str, ...]:
    return ("-cues_to_front", "1", "-f", "matroska", *_file(target))


def _flac(target: Target) -> tuple[str, ...]:
    return ("-f", "flac", *_file(target))


def _gif(target: Target) -> tuple[str, ...]:
    animation = target.rendition.animation
    told = delay(target.rendition.video, animation)
    last = ("-final_delay", str(told)) if told is not None else ()
    return ("-loop", str(animation.loop), *last, "-f", "gif", *_file(target))


def _webp(target: Target) -> tuple[str, ...]:
    return ("-loop", str(target.rendition.animation.loop), "-f", "webp", *_file(target))


def _flv(target: Target) -> tuple[str, ...]:
    return ("-f", "flv", *_file(target))


def _file(target: Target) -> tuple[str, ...]:
    return ("file:${out}/" + target.entry,)


_BROADCAST = frozenset("h264 hevc mpeg2video aac mp3 ac3 eac3 mp2".split())
_MP4 = frozenset("h264 hevc av1 mpeg4 mpeg2video vp9 aac mp3 ac3 eac3 opus alac flac".split())
_WEBM = frozenset("vp8 vp9 av1 opus vorbis".split())
_MKV = _MP4 | _WEBM | frozenset("vc1 mp2 dts truehd theora ffv1".split())

CONTAINERS: dict[str, Container] = {
    container.name: container
    for container in (
        Container(
            "mp4",
            ("MP4: one file, plays everywhere", "MP4：单个文件，通用"),
            "video/mp4",
            ("H.264", "H.265", "AV1", "VP9"),
            ("AAC", "MP3", "OPUS"),
            _MP4,
            _mp4,
            plays=True,
        ),
        Container(
            "m3u8",
            ("HLS (m3u8): segments for streaming", "HLS（m3u8）：分片流媒体"),
            "application/vnd.apple.mpegurl",
            ("H.264", "H.265"),
            ("AAC", "MP3"),
            _BROADCAST,
            _hls,
            Segments(TS, "video/mp2t"),
            repeats=True,
            plays=True,
        ),
        Container(
            "mpd",
            ("DASH (mpd): segments for streaming", "DASH（mpd）：分片流媒体"),
            "application/dash+xml",
            ("H.264", "H.265", "AV1"),
            ("AAC",),
            _MP4,
            _dash,
            Segments(CMAF, "video/iso.segment", INIT, apart=True),
            repeats=True,
        ),
        Container(
            "ts",
            ("TS: MPEG transport stream", "TS：MPEG 传输流"),
            "video/mp2t",
            ("H.264", "H.265"),
            ("AAC", "MP3"),
            _BROADCAST,
            _ts,
            repeats=True,
        ),
        Container(
            "flv",
            ("FLV: for old players", "FLV：旧播放器"),
            "video/x-flv",
            ("H.264",),
            ("AAC", "MP3"),
            frozenset("h264 flv1 aac mp3".split()),
            _flv,
            rates={"MP3": (22050, 44100)},
        ),
        Container(
            "mp3",
            ("MP3: sound only", "MP3：仅音频"),
            "audio/mpeg",
            (),
            ("MP3",),
            frozenset({"mp3"}),
            _mp3,
            from_zero=True,
            plays=True,
        ),
        Container(
            "m4a",
            ("M4A: sound only, AAC", "M4A：仅音频，AAC"),
            "audio/mp4",
            (),
            ("AAC",),
            frozenset({"aac", "alac", "ac3"}),
            _m4a,
            plays=True,
        ),
        Container(
            "ogg",
            ("Ogg: sound only", "Ogg：仅音频"),
            "audio/ogg",
            (),
            ("OPUS", "VORBIS", "FLAC"),
            frozenset({"opus", "vorbis", "flac"}),
            _ogg,
            from_zero=True,
            plays=True,
        ),
        Container(
            "webm",
            ("WebM: for browsers", "WebM：适合浏览器"),
            "video/webm",
            ("VP9", "AV1"),
            ("OPUS", "VORBIS"),
            _WEBM,
            _webm,
            plays=True,
        ),
        Container(
            "mkv",
            ("Matroska: holds everything", "Matroska：可容纳所有格式"),
            "video/x-matroska",
            ("H.264", "H.265", "AV1", "VP9"),
            ("AAC", "MP3", "OPUS", "VORBIS", "FLAC"),
            _MKV,
            _mkv,
        ),
        Container(
            "flac",
            ("FLAC: sound only, lossless", "FLAC：仅音频，无损"),
            "audio/flac",
            (),
            ("FLAC",),
            frozenset({"flac"}),
            _flac,
            from_zero=True,
            plays=True,
        ),
        Container(
            "gif",
            ("GIF: animated picture", "GIF：动图"),
            "image/gif",
            ("GIF",),
            (),
            frozenset({"gif"}),
            _gif,
            plays=True,
        ),
        Container(
            "webp",
            ("WebP: animated picture", "WebP：动图"),
            "image/webp",
            ("WEBP",),
            (),
            frozenset({"webp"}),
            _webp,
            plays=True,
            unread=True,
        ),
    )
}

_PART_TYPES = {one.segments.suffix[1:]: one.segments.media_type for one in CONTAINERS.values() if one.segments}
_STRANGERS = {
    "m4v": "video/mp4",
    "aac": "audio/aac",
    "wav": "audio/wav",
    "mov": "video/quicktime",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "vtt": "text/vtt; charset=utf-8",
    "json": "application/json",
}


# what leads to other objects, and what is led to: one address opens them together
PLAYLISTS = frozenset(one.media_type for one in CONTAINERS.values() if one.segments)
LEADING = PLAYLISTS | {_STRANGERS["vtt"]}  # an index of small pictures leads to their sheets
STREAMED = (
    PLAYLISTS
    | frozenset(_PART_TYPES.values())
    | {CONTAINERS[name].media_type for name in ("mp4", "m4a", "ts")}
    | {_STRANGERS[extension] for extension in ("m4v", "aac", "vtt")}
)


def media_type(key: str) -> str:
    """The type of an object that came from elsewhere, by its extension: what was published here has its type on record.
    What we do not know is bytes, never something that a browser would run."""
    extension = key.rpartition(".")[2].lower()
    known = CONTAINERS.get(extension)
    return known.media_type if known else (_PART_TYPES | _STRANGERS).get(extension, "application/octet-stream")
