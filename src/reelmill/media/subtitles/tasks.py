"""The tasks that make subtitle files. Pure.

A text is {"object": {"bucket", "location", "key"}, "charset"}, {"address": of http, "charset"} or {"track": N of the
source}; one that is drawn may have a "font", by its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reelmill.core.errors import Failure, MediaError
from reelmill.core.model import Command, MediaInfo, ObjectRef, Task, Timeline
from reelmill.media import ladder, source
from reelmill.media.fonts import slug
from reelmill.media.subtitles import burning, told

DRAWN, FONT = "text.ass", "text.font"
_STYLED = ("ass", "ssa")
_DRAWN_PICTURES = ("dvd_subtitle", "hdmv_pgs_subtitle", "dvb_subtitle")
# xsub: in AVI ffmpeg gives all of them at once, and each would stand until the next one comes
_PICTURES = (*_DRAWN_PICTURES, "xsub")
_SIGNALS = {"dvb_teletext": "teletext", "eia_608": "EIA-608"}  # text, but as television sends it
_RAW = "raw.txt"
_TOOL = "subtitles"


def name_of(text: Mapping[str, Any]) -> str:
    """The text as its owner calls it."""
    if "track" in text:
        return f"0:s:{text['track']}"
    if "address" in text:
        return str(text["address"])
    return f"{text['object']['bucket']}/{text['object']['key']}"


def lacks(text: Mapping[str, Any], info: MediaInfo) -> Failure | None:
    """Why the source cannot give this track; None when it can, and for files."""
    if "track" not in text:
        return None
    tracks = _tracks(info)
    if text["track"] >= len(tracks):
        return Failure(
            "InvalidParameter.ResourceNotSupported",
            f"The source has no subtitle track {name_of(text)}.",
            "Choose another track, or another source.",
        )
    codec = str(tracks[text["track"]].get("codec_name"))
    if codec in _SIGNALS:
        return Failure(
            "InvalidParameter.ResourceNotSupported",
            f"The subtitle track {name_of(text)} is {_SIGNALS[codec]}, which no tool here reads.",
            "Give the subtitles as a text file.",
        )
    if codec in _PICTURES:
        return Failure(
            "InvalidParameter.ResourceNotSupported",
            f"The subtitle track {name_of(text)} holds pictures ({codec}), no text.",
            "Give the subtitles as a text file.",
        )
    return None


def drawn(
    text: Mapping[str, Any],
    name: str,
    jobs: tuple[str, ...],
    info: MediaInfo,
    timeline: Timeline | None,
    place: int = 0,
    span: tuple[float, float] | None = None,
    size: tuple[int, int] | None = None,
) -> Task:
    """Makes `DRAWN`, which `burning` draws; `place` counts the texts below it, `span` is what is left of the film.
    `size`: of the picture onto which it is drawn, None: it has the shape of the film. MediaError as `lacks`."""
    width, height = size or _shown(info)
    shape = f"{width}x{height}"
    return _task(
        text,
        name,
        jobs,
        info,
        timeline,
        "ass",
        DRAWN,
        (_place("file", text), shape, str(place), font_of(text), *_left(span)),
    )


def of_another_shape(size: tuple[int, int], info: MediaInfo) -> bool:
    """See burning.another_shape."""
    width, height = _shown(info)
    return burning.another_shape(*size, width / height)


def _shown(info: MediaInfo) -> tuple[int, int]:
    return info.video[0].shown_width, info.video[0].shown_height


def pictured(text: Mapping[str, Any], info: MediaInfo) -> burning.Pictures | None:
    """The track, when it holds pictures that can be laid onto the film's; None: it is text, or cannot be had."""
    tracks = _tracks(info) if "track" in text and info.video else []
    stream = tracks[text["track"]] if tracks and text["track"] < len(tracks) else {}
    if stream.get("codec_name") not in _DRAWN_PICTURES:
        return None
    video = info.video[0]
    across, down = video.width, video.height
    own = tuple(stream.get(side) for side in ("width", "height"))
    wide, high = (side if isinstance(side, int) and side > 0 else 0 for side in own)
    shape = video.shown_width / video.shown_height
    return burning.Pictures(int(stream["index"]), (wide or across) / across, (high or down) / down, shape)


def _left(span: tuple[float, float] | None) -> tuple[str, ...]:
    """What is left of the film, as the program is told."""
    return (f"{span[0]:.6f}", f"{span[1]:.6f}") if span else ()


def font_of(text: Mapping[str, Any]) -> str:
    """The font that is asked for, "" for the server's own."""
    return str(text.get("font") or "")


def filter_of(text: Mapping[str, Any], name: str) -> str:
    """The words of the filter that draws what the task `name` made (media.subtitles.burning)."""
    return f"filename=${{{name}}}/{DRAWN}:fontsdir={_place('folder', text)}"


def task_of(words: str) -> str:
    """The task of `filter_of`."""
    return words.partition("${")[2].partition("}")[0]


def _place(what: str, text: Mapping[str, Any]) -> str:
    """Where a text's font is (media.fonts)."""
    named = font_of(text)
    return f"${{font-{what}-{slug(named)}}}" if named else f"${{font-{what}}}"


def converted(
    text: Mapping[str, Any],
    name: str,
    jobs: tuple[str, ...],
    info: MediaInfo,
    timeline: Timeline | None,
    form: str,
    file: str,
    span: tuple[float, float] | None = None,
) -> Task:
    """Makes `file` with the text in another form (media.subtitle_fields.FORMS); `span` as in `drawn`."""
    return _task(text, name, jobs, info, timeline, form, file, _left(span))


def segmented(
    text: Mapping[str, Any],
    name: str,
    jobs: tuple[str, ...],
    info: MediaInfo,
    timeline: Timeline | None,
    cut: Sequence[str],
    folder: str,
    span: tuple[float, float] | None = None,
) -> Task:
    """Makes a folder with segments and their playlist. `cut`: seconds, length, zero, name (media.subtitles.program);
    `span` as in `drawn`."""
    made = _task(text, name, jobs, info, timeline, "segments", folder, (*cut, *_left(span)))
    return replace(made, expect=(f"{folder}/list.m3u8", f"{folder}/00001.vtt"))


def _task(
    text: Mapping[str, Any],
    name: str,
    jobs: tuple[str, ...],
    info: MediaInfo,
    timeline: Timeline | None,
    form: str,
    file: str,
    more: Sequence[str] = (),
) -> Task:
    commands: list[Command] = []
    objects: dict[str, ObjectRef] = {}
    addresses: dict[str, str] = {}
    given, charset = "${text}", str(text.get("charset") or "auto")
    if "track" in text:
        given, charset = _RAW, "UTF-8"
        commands.append(Command(_extract(text, info, timeline), seconds=timeline.end if timeline else info.duration))
    elif "address" in text:
        addresses = {"text": text["address"]}
    else:
        objects = {"text": ObjectRef(**text["object"])}
    commands.append(Command((form, charset, given, file, *more), tool=_TOOL))
    drop = (_RAW,) if "track" in text else ()
    return Task(
        name, "light", tuple(commands), expect=(file,), drop=drop, jobs=jobs, objects=objects, addresses=addresses
    )


def _tracks(info: MediaInfo) -> list[Mapping[str, Any]]:
    return [one for one in info.raw.get("streams", ()) if one.get("codec_type") == "subtitle"]


def _extract(text: Mapping[str, Any], info: MediaInfo, timeline: Timeline | None) -> tuple[str, ...]:
    """The track as a file: as it is drawn, where it says how, else its words."""
    if failure := lacks(text, info):
        raise MediaError(failure)
    stream = _tracks(info)[text["track"]]
    form = ("ass", "ass") if stream.get("codec_name") in _STYLED else ("srt", "srt")
    return (
        *ladder.opening(),
        *source.options(info, timeline),
        "-i",
        "file:${source}",
        "-map",
        f"0:{stream['index']}",
        "-c:s",
        form[0],
        "-f",
        form[1],
        f"file:${{out}}/{_RAW}",
    )


def unusable(text: Mapping[str, Any], failure: Failure) -> Failure:
    """Why a text could not be had, as the owner of the output must hear it."""
    return told.named(failure, name_of(text))
