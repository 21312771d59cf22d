"""One process, one decode, every rendition: the whole command line of a batch. Pure. Each argument stands with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from reelmill.core.model import MediaInfo
from reelmill.media import filters, hls
from reelmill.media.encode import Rendition, audio_args, audio_filter, video_args
from reelmill.media.probe import SAFE_INPUT

# A boundary may come this many seconds early: times are rounded to microseconds when pieces are cut and joined.
EPSILON = 0.00002


@dataclass(frozen=True, slots=True)
class Target:
    """Where a rendition goes: `stem` is its name inside the task's folder (`stem.mp4`, or `stem/list.m3u8` with its segments);
    `name` is the file name that an HLS playlist will be published under, without extension."""

    stem: str
    rendition: Rendition
    name: str = ""

    @property
    def entry(self) -> str:
        """The file in the task's folder that is the output, or its playlist."""
        return f"{self.stem}/{hls.LIST}" if self.rendition.format == "m3u8" else f"{self.stem}.{self.rendition.format}"


def opening() -> tuple[str, ...]:
    """What every command begins with: errors only, nothing is asked."""
    return ("-hide_banner", "-nostdin", "-v", "error", "-y")


def command(targets: Sequence[Target], info: MediaInfo) -> tuple[str, ...]:
    """The source, whole, into all targets at once."""
    graph, pictures = _pictures(targets)
    sound, labels = _sounds(targets)
    argv = [*opening(), *SAFE_INPUT, *_late(targets, info), "-i", "file:${source}", *mark_inputs([t.rendition for t in targets]), *graph, *sound]
    for target in targets:
        argv += _output(target, pictures.get(target.stem, ""), labels.get(target.stem, ""))
    return tuple(argv)


def _late(targets: Sequence[Target], info: MediaInfo) -> tuple[str, ...]:
    """In broadcasts ffmpeg takes the first time stamp of the streams that it uses for 0. Without audio or without video that would not be the start
    of the file, and parts of a package that are made by different commands would not fit."""
    if "mpeg" not in info.format_name:
        return ()
    used = {plan.index for t in targets for plan in (t.rendition.video, t.rendition.audio) if plan}
    starts = [(s.index, s.start) for s in info.video] + [(s.index, s.start) for s in info.audio]
    late = min((start for index, start in starts if index in used), default=info.start) - info.start
    return ("-itsoffset", f"{late:.6f}") if late > EPSILON else ()


def _pictures(targets: Sequence[Target]) -> tuple[tuple[str, ...], dict[str, str]]:
    """-filter_complex for all pictures that are encoded, and the label of each target's."""
    coded = [t for t in targets if t.rendition.video and not t.rendition.video.copy]
    if not coded:
        return (), {}
    source = next(t.rendition.video.index for t in coded if t.rendition.video)
    return ("-filter_complex", filters.graph(source, [t.rendition for t in coded])), {t.stem: f"[v{n}]" for n, t in enumerate(coded)}


def mark_inputs(renditions: Sequence[Rendition]) -> tuple[str, ...]:
    """The pictures of all watermarks as inputs 1, 2...; they are files that we made (media.watermarks.task)."""
    args: list[str] = []
    for file, moving in filters.pictures(renditions):
        args += ("-stream_loop", "-1", "-f", "mov") if moving else ("-f", "png_pipe")  # what moves begins again when it has ended
        args += ("-protocol_whitelist", "file", "-i", f"file:{file}")
    return tuple(args)


def _sounds(targets: Sequence[Target]) -> tuple[tuple[str, ...], dict[str, str]]:
    """-filter_complex for each audio stream that goes into several outputs, and the labels. One graph per stream: with a graph per output ffmpeg 9
    waits for ever on some damaged streams, when one output is starved and another one full."""
    args: list[str] = []
    labels: dict[str, str] = {}
    coded = [(t.stem, t.rendition.audio) for t in targets if t.rendition.audio and not t.rendition.audio.copy]
    for source in dict.fromkeys(plan.index for _, plan in coded):
        users = [(stem, plan) for stem, plan in coded if plan.index == source]
        if len(users) > 1:
            args += ["-filter_complex", filters.sound_graph(source, [plan for _, plan in users], len(labels))]
            labels |= {stem: f"[a{len(labels) + n}]" for n, (stem, _) in enumerate(users)}
    return tuple(args), labels


def _output(target: Target, picture: str, sound: str) -> tuple[str, ...]:
    video, audio = target.rendition.video, target.rendition.audio
    args: list[str] = []
    if video:
        args += ["-map", picture or f"0:{video.index}", *video_args(video)]
        if not video.copy:
            args += ["-fps_mode", "vfr"]  # the source's own times; only frames with equal times are dropped, which no muxer could take
            args += key_frames(target.rendition)
            if video.uneven and target.rendition.format == "m3u8":  # the last segment is as long as its pictures say; all others end where the next begins
                args += ["-bsf:v", r"setts=duration=if(eq(NEXT_DTS\,NOPTS)\,DURATION\,NEXT_DTS-DTS)"]
    if audio:
        args += ["-map", sound or f"0:{audio.index}", *audio_args(audio)]
        if not audio.copy and not sound:
            args += ["-af", audio_filter(audio)]
    return (*args, *muxer(target))


def key_frames(rendition: Rendition) -> tuple[str, ...]:
    """Key frames where segments begin, so that all renditions of a source are cut at the same frames."""
    if rendition.format != "m3u8":
        return ()
    begin = f"-{rendition.origin:.6f}" if rendition.origin else ""  # segments are counted from the first picture
    return ("-force_key_frames", f"expr:gte(t{begin}+{EPSILON:.5f},n_forced*{rendition.segment})")


def muxer(target: Target) -> tuple[str, ...]:
    """The container and its file: what stands at the end of each output."""
    form = target.rendition.format
    args = ["-sn", "-dn"]  # no subtitles, no time codes: nobody asked for them, and some containers refuse them
    args += ["-map_metadata", "-1", "-map_chapters", "-1"]  # names and places of the recording stay with the source
    args += ["-max_muxing_queue_size", "4096"]  # a stream that begins late must not make the others fail
    if target.rendition.apart:  # or the muxer loses patience after 10 s and writes sound that belongs to later pictures, into the wrong segment too
        args += ["-max_interleave_delta", str(round(1_000_000 * (10 + target.rendition.apart)))]
    if form == "m3u8":
        return (*args, *hls.muxer(target.rendition, target.stem, target.name))
    if form == "mp4":
        args += ["-movflags", "+faststart", "-f", "mp4"]  # the index in front: playback starts before the download ends
    elif form == "ts":
        args += ["-avoid_negative_ts", "disabled", "-f", "mpegts"]  # see hls.muxer
    elif form == "mp3":
        args += ["-id3v2_version", "3", "-f", "mp3"]
    else:
        args += ["-f", form]
    return (*args, "file:${out}/" + target.entry)
