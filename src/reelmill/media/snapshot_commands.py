"""The ffmpeg commands that take still pictures of a video. Pure."""

from collections.abc import Sequence

from reelmill.core.model import Command, MediaInfo, Task, Timeline
from reelmill.media import colours, filters, interlacing, sheets, source
from reelmill.media.snapshots import Config, Picture, size

INPUTS_PER_PROCESS = 16  # each `-ss` input opens the file and a decoder of its own
_COMMANDS_PER_TASK = 8
_PREROLL = 10.0  # seconds; longer than the distance of key frames in broadcasts
_NO_INDEX = ("mpegts", "mpeg")  # a seek there lands anywhere, also behind the key frame that is needed
_NEIGHBOURS = 3  # pictures before an exact one that are decoded too: deinterlacing looks at them
_ROUNDING = 0.0005  # seconds; time stamps of many containers count milliseconds
_GLOBAL = ("-hide_banner", "-nostdin", "-y", "-v", "error")
# JPEG is BT.601 and counts from 0 to 255, whatever the film is
JPEG = "format=pix_fmts=yuv420p:color_spaces=bt470bg:color_ranges=pc"
_PIXELS = {"jpg": JPEG, "jpeg": JPEG, "png": "format=rgb24", "webp": "format=yuv420p"}
_PER_PASS = 100  # pictures that one process picks out of all key frames
_KEYS_PER_SEEK = 4  # key frames that are decoded with as much work as one seek takes
_DARK_SECONDS = 5.0  # at the beginning, in which a picture that is not black is looked for


def tasks(config: Config, info: MediaInfo, timeline: Timeline, shots: Sequence[Picture], job: str) -> tuple[Task, ...]:
    """Folders that together hold all pictures: one process takes up to 16, one task runs up to 8 processes."""
    commands = [
        command(config, info, timeline, shots[at : at + INPUTS_PER_PROCESS])
        for at in range(0, len(shots), INPUTS_PER_PROCESS)
    ]
    return tuple(
        Task(
            f"pictures-{at // _COMMANDS_PER_TASK}", "light", tuple(commands[at : at + _COMMANDS_PER_TASK]), jobs=(job,)
        )
        for at in range(0, len(commands), _COMMANDS_PER_TASK)
    )


def one_pass(
    config: Config, info: MediaInfo, timeline: Timeline, shots: Sequence[Picture], job: str
) -> tuple[tuple[Task, Sequence[Picture]], ...]:
    """Folders that together hold all pictures, and which of them each is to hold: key frames that lie so near to each
    other that decoding all of them is cheaper than seeking each. Nothing where that is not so, or not safe. A folder
    that has fewer files than pictures tells of none of them which it is."""
    if not _worth_one_pass(config, info, timeline, shots):
        return ()
    groups = [shots[at : at + _PER_PASS] for at in range(0, len(shots), _PER_PASS)]
    return tuple(
        (Task(f"keys-{number}", "light", (_pass(config, info, timeline, group),), jobs=(job,)), group)
        for number, group in enumerate(groups)
    )


def _worth_one_pass(config: Config, info: MediaInfo, timeline: Timeline, shots: Sequence[Picture]) -> bool:
    """Many key frames of a film that can be entered anywhere and has no fields: without its neighbours no picture could
    be deinterlaced."""
    video = info.video[0]
    whole = config.intra and timeline.keys and _can_seek(info, timeline) and shots[0].number < 0
    if not whole or len(shots) <= INPUTS_PER_PROCESS or not video.progressive or video.interlaced:
        return False
    share = (shots[-1].at - shots[0].at) / max(timeline.between, timeline.frame)
    return info.format_name not in _NO_INDEX and timeline.keys * share <= _KEYS_PER_SEEK * len(shots)


def _pass(config: Config, info: MediaInfo, timeline: Timeline, shots: Sequence[Picture]) -> Command:
    """One process that decodes the key frames of a span and keeps those that are wanted, numbered as they are."""
    video, first, last = info.video[0], shots[0], shots[-1]
    seek = max(0.0, first.at - first.half)
    spans = (f"between(t,{_seconds(s.at - s.half - seek)},{_seconds(s.at + s.half - seek)})" for s in shots)
    number, _, form = first.file.partition(".")
    argv = (*_GLOBAL, *source.filtered(info, timeline), "-skip_frame", "nokey")
    argv += (
        *source.late(info, timeline, {video.index}, seek),
        *_sought(seek),
        "-t",
        _seconds(last.at + last.half - seek),
    )
    argv += ("-i", "file:${source}", "-map", f"0:{video.index}")
    chosen = (f"settb=AVTB,select='{'+'.join(spans)}'",)
    argv += ("-vf", _chain(config, info, timeline, seek, chosen), *_STILL)
    argv += (
        *sheets.encoder(config.form),
        "-f",
        "image2",
        "-start_number",
        str(int(number)),
        f"file:${{out}}/%05d.{form}",
    )
    return Command(argv, seconds=last.at - first.at)


def command(config: Config, info: MediaInfo, timeline: Timeline, shots: Sequence[Picture]) -> Command:
    """One process for some pictures: an input with its own seek for each. A picture that the seek misses (an index that
    lies, damage) is not made."""
    video = info.video[0]
    # nothing but key frames: not where the marks lie, nor where deinterlacing may need the neighbours, whatever the
    # first pictures are
    keys_only = config.intra and timeline.seekable and not interlacing.may_interlace(video)
    inputs: list[str] = []
    outputs: list[str] = []
    for place, shot in enumerate(shots):
        exact = max(0.0, shot.at - shot.half)  # half a frame early: a seek to a frame's own time is a coin toss
        before = _PREROLL if info.format_name in _NO_INDEX else 0.0 if config.intra else _NEIGHBOURS * timeline.frame
        seek = max(0.0, exact - before) if _can_seek(info, timeline) else 0.0
        inputs += [
            *source.filtered(info, timeline),
            *(source.WHOLE_PICTURES if shot.number < 0 else ()),
            "-threads",
            "1",  # the pictures run beside each other already
            *(("-skip_frame", "nokey") if keys_only else ()),  # decode nothing else: five times cheaper
            *source.late(
                info, timeline, {video.index}, seek
            ),  # times count from the start of the file, not from the first picture
            *_sought(seek),
            "-i",
            "file:${source}",  # before -i: seek by index, then drop what comes earlier
        ]
        window = (
            _window(timeline, exact - seek - _ROUNDING, shot.at - seek + shot.half)
            if shot.number < 0
            else f"trim=start_frame={shot.number}:end_frame={shot.number + 1}"
        )
        outputs += [
            "-map",
            f"{place}:{video.index}",
            "-frames:v",
            "1",
            *_encoding(config, info, timeline, seek, shot, window),
        ]
    return Command((*_GLOBAL, *inputs, *outputs))


def last_resort(config: Config, info: MediaInfo, timeline: Timeline, shot: Picture, job: str, *, whole: bool) -> Task:
    """One picture where the quick way found no frame: decode some seconds, or (`whole`) everything before it, and keep
    the last frame before the moment."""
    video = info.video[0]
    seek, stop = max(0.0, shot.at - _PREROLL) if _can_seek(info, timeline) and not whole else 0.0, shot.at + shot.half
    window = _window(timeline, shot.at - seek - _PREROLL, stop - seek)
    argv = (
        *_GLOBAL,
        *source.filtered(info, timeline),
        *source.late(info, timeline, {video.index}, seek),
        *_sought(seek),
        "-i",
        "file:${source}",
        "-map",
        f"0:{video.index}",
        *_encoding(config, info, timeline, seek, shot, window),
    )
    name = f"picture-{shot.file.partition('.')[0]}{'-whole' if whole else ''}"
    return Task(name, "light", (Command(argv),), expect=(shot.file,), jobs=(job,))


def bright(config: Config, info: MediaInfo, timeline: Timeline, shot: Picture, job: str) -> Task:
    """The first picture of the beginning of which less than `black` per cent are black."""
    video = info.video[0]
    window = (
        f"trim=end={_DARK_SECONDS},blackframe=amount=0:threshold=32,"
        f"metadata=select:key=lavfi.blackframe.pblack:value={config.black}:function=less"
    )
    argv = (*_GLOBAL, *source.filtered(info, timeline), *source.late(info, timeline, {video.index}))
    argv += ("-t", _seconds(_DARK_SECONDS), "-i", "file:${source}", "-map", f"0:{video.index}", "-frames:v", "1")
    return Task(
        "bright", "light", (Command((*argv, *_encoding(config, info, timeline, 0.0, shot, window))),), jobs=(job,)
    )


def _window(timeline: Timeline, start: float, end: float) -> str:
    """The filter that lets only pictures of this time pass; on a fine clock, since trim rounds to ticks, and some films
    have two a second."""
    mended = f"{filters.ONWARD}," if timeline.leaps else ""
    return f"{mended}settb=AVTB,trim=start={_seconds(max(0.0, start))}:end={_seconds(end)}"


def _can_seek(info: MediaInfo, timeline: Timeline) -> bool:
    """Behind a seek in Ogg the first pictures get times that are one picture wrong."""
    return timeline.seekable and not timeline.leaps and info.format_name != "ogg"


_STILL = ("-fps_mode", "passthrough", "-enc_time_base:v", "filter")  # no frame falls together with another one


def _encoding(
    config: Config, info: MediaInfo, timeline: Timeline, seek: float, shot: Picture, window: str
) -> tuple[str, ...]:
    chain = _chain(config, info, timeline, seek, (*interlacing.filters(info.video[0]), window))
    # -update: the name is a name, no pattern
    argv = ("-vf", chain, *_STILL, *sheets.encoder(config.form), "-f", "image2", "-update", "1")
    return (*argv, "file:${out}/" + shot.file)


def _chain(config: Config, info: MediaInfo, timeline: Timeline, seek: float, chosen: Sequence[str]) -> str:
    """The filters of a picture of an input that begins at `seek`; `chosen`: those that let it pass, and what must
    happen to fields before."""
    return ",".join(still(info, size(config, info.video[0]), _PIXELS[config.form], timeline.shapes, seek, chosen))


def still(
    info: MediaInfo,
    sides: tuple[int, int],
    form: str,
    shapes: Sequence[tuple[float, float]],
    seek: float,
    chosen: Sequence[str],
) -> tuple[str, ...]:
    """The filters that give pictures of an input that begins at `seek` the size, and the colours that files of pictures
    have. `form`: the filter of their format; `shapes`: as Timeline.shapes; `chosen`: what must happen before."""
    video, one_size = info.video[0], source.canvas(info)
    shape = video.shown_width / video.shown_height
    matrix = "bt470bg" if colours.differs(video, "smpte170m", sdr=True) else ""
    return (
        *((colours.told(video),) if colours.told(video) else ()),
        *(filters.uniform(one_size, shape, shapes, seek) if one_size else ()),
        *chosen,
        *colours.on_black(video),
        *colours.to_sdr(video, None),
        *filters.fitted(*sides, shape, form, matrix),
        "setsar=1",
    )


def _sought(seek: float) -> tuple[str, ...]:
    """Nothing at the beginning: some files cannot even be sought there (Matroska that was cut short)."""
    return ("-ss", _seconds(seek)) if seek > 0 else ()


def _seconds(value: float) -> str:
    return f"{value:.6f}"
