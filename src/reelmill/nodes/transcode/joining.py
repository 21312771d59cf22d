"""What is put together before it is encoded: other films are fetched and looked at, parts chosen (media.assembly)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core import declare, jsonx
from reelmill.core.errors import Failure, MediaError, Problems, UserText
from reelmill.core.fields import Record
from reelmill.core.model import AudioStream, Command, MediaInfo, ObjectRef, Task, Timeline
from reelmill.core.ports import FOREIGN, NodeIO
from reelmill.media import edits, ladder, ordinary, probe, sound, source, standing, watermark_drawing
from reelmill.media.assembly import STOOD, Assembly, Film, Mixed, together
from reelmill.media.encode import audio_stream
from reelmill.media.picture import refuse

CUTS = ("Clip", "MergeList", "MergeConfigUrl", "TailSlateList")  # what is seen, and when
TIMES = (*CUTS, "Amix")  # what makes another film of the source
_ALL = 1e9  # seconds between cuts: the timeline is read, and nothing is cut
_LIST: Record[Any] = declare.record(
    "List",
    "列表",
    {
        "MergeList": declare.array(
            "Films",
            "视频",
            declare.record("Film", "视频", edits.part(), sparse=True),
            most=edits.MAX_LISTED_PARTS,
            wrong="it must be an array of films",
            required=True,
        )
    },
    unknown="there is no field {name}; it has {known}",
    sparse=True,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A film that was fetched."""

    file: str
    info: MediaInfo
    timeline: Timeline | None


def reference(place: Mapping[str, str]) -> ObjectRef:
    return ObjectRef(place["Bucket"], place["Location"], place["Object"])


def fetch_task(name: str, place: Mapping[str, str], jobs: tuple[str, ...]) -> Task:
    """A copy of an object, byte by byte: one version for the whole batch, whatever becomes of the object."""
    argv = (*ladder.opening(), "-protocol_whitelist", "file", "-f", "data", "-i", "file:${object}")
    argv += ("-map", "0:0", "-c", "copy", "-f", "data", "file:${out}/" + FOREIGN)
    return Task(name, "light", (Command(argv),), expect=(FOREIGN,), jobs=jobs, objects={"object": reference(place)})


class Fetching:
    """Fetches each object once, and looks at it; at the source too, of which `picture` is the stream that counts."""

    def __init__(self, io: NodeIO, jobs: tuple[str, ...], picture: int | None = None):
        self._io, self._jobs, self._picture, self._seen = io, jobs, picture, dict[str, Seen]()

    async def film(self, place: Mapping[str, str], field: str) -> Seen:
        """MediaError when it cannot be had, or is no film."""
        known = _known(place)
        if known not in self._seen:
            name = f"film-{len(self._seen)}"
            (made,) = await self._io.execute((fetch_task(name, place, self._jobs),))
            file = f"${{{name}}}/{FOREIGN}"
            found = made.failure or await self._io.probe(file, cut_every=_ALL)
            if isinstance(found, Failure):
                raise MediaError(unusable(field, known, found))
            self._seen[known] = Seen(file, probe.parse(found.raw), found.timeline)
        return self._seen[known]

    async def begun(self, film: Film) -> Film:
        """The film, with the picture that stands on the screen where it is cut: slides stand for minutes, and without
        it nothing would be seen until the next one."""
        found = film.timeline
        if not film.start or found is None or (found.longest <= STOOD and film.start < found.end):
            return film
        picture = self._picture if film.file == "${source}" else None
        seen = await self._io.probe(film.file, cut_every=_ALL, near=(film.start,), picture=picture)
        if isinstance(seen, Failure) or seen.timeline is None:
            return film
        stood = seen.timeline.shown[0][0]
        return replace(film, stood=stood) if film.start - stood > STOOD else film

    async def listed(self, name: str, place: Mapping[str, str], field: str) -> Any:
        """What a small object says in JSON; a mark before it, as editors of Windows write one, is none of it."""
        (made,) = await self._io.execute((fetch_task(name, place, self._jobs),))
        found, known = made.failure or await self._io.read(f"${{{name}}}/{FOREIGN}"), _known(place)
        if isinstance(found, Failure):
            raise MediaError(unusable(field, known, found))
        try:
            return jsonx.loads(found.removeprefix("\ufeff"))
        except ValueError as error:
            why: UserText = f'{field} names "{known}", which is no JSON.'
            raise refuse("InvalidParameter.ResourceContentBad", why, "Mend the file.") from error


def _known(place: Mapping[str, str]) -> str:
    """An object as its owner calls it."""
    return f"{place['Bucket']}/{place['Object']}"


def unusable(field: str, known: str, failure: Failure) -> Failure:
    """Why an object beside the source cannot be used: the source has nothing to do with it."""
    if failure.retry or failure.code == "JobCancelled":
        return failure
    code, why = "InvalidParameter.ResourceContentBad", f'{field} names "{known}", which cannot be read.'
    if failure.code == "InvalidParameter.ResourceNotFound":
        code, why = failure.code, f'{field} names "{known}", which cannot be found.'
    return replace(failure, code=code, message=why, advice="Upload it again, or leave it out.")


async def join(
    wanted: Mapping[str, Any], info: MediaInfo, timeline: Timeline | None, audio_map: int | None, fetching: Fetching
) -> Assembly | None:
    """What the Outputs of a batch put together; None when they take the source as it is. MediaError when it cannot
    be."""
    if not set(TIMES) & set(wanted):
        return None
    clip = wanted.get("Clip", {})
    own = _own(info, timeline, audio_map)
    behind = [
        _part(await fetching.film(one["MergeURL"], "MergeURL"), one, own) for one in await merged(wanted, fetching)
    ]
    span = clip.get("TimeSpan", {})
    first = clip.get("ConfigToClipFirstPart")
    films = (*clipped([own], span), *behind) if first else clipped([own, *behind], span)
    if not films:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            "Nothing is left of the film: Clip begins behind its end, or cuts off all of it.",
            "Change Clip.",
        )
    tails = [_tail(await fetching.film(one["TailUrl"], "TailUrl"), one, own) for one in wanted.get("TailSlateList", ())]
    seen = films[0].file == own.file  # else nothing is left of the source's other tracks either
    beside = [one for one in wanted.get("Amix", ()) if seen or one["AmixURL"] != "input"]
    mixed = [await _mixed(one, own, films[0], fetching) for one in beside]
    if len(films) + len(tails) > 1:
        _refuse_blind((*films, *tails))
    return together([await fetching.begun(film) for film in (*films, *tails)], mixed)


def _refuse_blind(films: Sequence[Film]) -> None:
    """Raise MediaError when one of several films is over before its first picture: those behind it would come too
    early."""
    if any(film.timeline and film.timeline.first >= film.end for film in films):
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            "A part of what is joined ends before the first picture of its film.",
            "Change Clip, Start or Duration.",
        )


def clipped(films: Sequence[Film], span: Mapping[str, Any]) -> tuple[Film, ...]:
    """The films, one behind the other, from Seek for Duration (or without the last End seconds)."""
    lasts = sum(film.lasts for film in films)
    begin = float(span.get("Seek", "0"))
    stop = lasts - float(span["End"]) if "End" in span else begin + float(span.get("Duration", lasts))
    at, kept = 0.0, []
    for film in films:
        low, high = max(begin, at), min(stop, lasts, at + film.lasts)
        if high - low > ordinary.EARLY:
            kept.append(replace(film, start=film.start + low - at, end=film.start + high - at))
        at += film.lasts
    return tuple(kept)


def _own(info: MediaInfo, timeline: Timeline | None, audio_map: int | None) -> Film:
    track = audio_stream(info, audio_map)
    return Film("${source}", info, timeline, 0.0, _end(info, timeline, track), track=track)


def _end(info: MediaInfo, timeline: Timeline | None, track: AudioStream | None) -> float:
    """When a film is over. Its last picture stands as long as there is sound; the little that an encoder of sound adds
    is none."""
    end = timeline.end if timeline else info.duration
    return track.end if track and timeline and track.end > end + standing.TAIL else end


async def merged(wanted: Mapping[str, Any], fetching: Fetching) -> Sequence[Mapping[str, Any]]:
    """The films behind the source, from MergeList or from the file that MergeConfigUrl names."""
    place = wanted.get("MergeConfigUrl")
    if not place:
        return wanted.get("MergeList", ())
    problems = Problems()
    told = await fetching.listed("merge-list", place, "MergeConfigUrl")
    films = _LIST.check(told, problems, "MergeConfigUrl")
    if problems.found:
        raise MediaError(Failure(problems.found[0].code, problems.told(), "Change the list of films."))
    listed: Sequence[Mapping[str, Any]] = films["MergeList"]
    for one in listed:
        own_bucket(one["MergeURL"], place, "MergeConfigUrl")
    return listed


def own_bucket(place: Mapping[str, str], listed: Mapping[str, str], field: str) -> None:
    """A list may only name objects of the bucket in which it lies: nobody looked whether others are the caller's."""
    if place["Bucket"] != listed["Bucket"]:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            f'{field} names an object of the bucket "{place["Bucket"]}"; it may name those of its own bucket only.',
            "Put the files into one bucket.",
        )


def _chosen(seen: Seen, one: Mapping[str, Any]) -> tuple[float, float]:
    """From where to where a film is taken."""
    end = _end(seen.info, seen.timeline, _heard(seen.info))
    begin = float(one.get("Start", "0"))
    return begin, min(end, begin + float(one.get("Duration", end)))


def _part(seen: Seen, one: Mapping[str, Any], own: Film) -> Film:
    name = one["MergeURL"]["Object"]
    begin, end = _chosen(seen, one)
    lacking = (
        "picture" if own.info.video and not seen.info.video else "sound" if own.track and not seen.info.audio else ""
    )
    if lacking:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            f'MergeURL names "{name}", which has no {lacking}, and the source has.',
            "Films that are joined have the same kinds of streams.",
        )
    if begin >= end:
        raise refuse(
            "InvalidParameter.ResourceNotSupported",
            f'MergeURL names "{name}", which ends before Start.',
            "Change Start.",
        )
    return Film(seen.file, seen.info, seen.timeline, begin, end, track=_heard(seen.info))


def _heard(info: MediaInfo) -> AudioStream | None:
    return audio_stream(info, None)


def _tail(seen: Seen, one: Mapping[str, Any], own: Film) -> Film:
    if not seen.info.video or not own.info.video:
        raise refuse(
            "InvalidParameter.ResourceNotSupported", "TailUrl needs a picture, and so does the source.", "Leave it out."
        )
    begin, end = _chosen(seen, one)
    color = str(one.get("BgColor", "White"))
    return Film(
        seen.file,
        seen.info,
        seen.timeline,
        begin,
        end,
        across=_side(one.get("Width", "-1"), own.info.video[0].shown_width),
        down=_side(one.get("Height", "-1"), own.info.video[0].shown_height),
        ground=watermark_drawing.hexed(color),
        blend=max(0.0, min(float(one.get("BlendDuration", "0")), end - begin - 0.1)),
        sounds=one.get("IsMergeAudio", True),
        track=_heard(seen.info),
    )


def _side(text: str, full: int) -> int:
    return full if text == "full" else int(text)


async def _mixed(one: Mapping[str, Any], own: Film, first: Film, fetching: Fetching) -> Mixed:
    """`own` is the whole source, `first` what comes first of what is left: another track of the source is cut as it
    is."""
    place = one["AmixURL"]
    number = int(one.get("Map", "0:a:0").rpartition(":")[2])
    seen = Seen("${source}", own.info, None) if place == "input" else await fetching.film(place, "AmixURL")
    if number >= len(seen.info.audio):
        raise refuse(
            "InvalidParameter.NoAudioStream",
            f"Amix asks for 0:a:{number}, and there are {len(seen.info.audio)} audio stream(s).",
            "Count audio streams from 0.",
        )
    track = seen.info.audio[number]
    start, longest = float(one.get("Start", "0")), one.get("MixDurMode", "long") == "long"
    lasts = track.duration  # ffprobe knows no other length than the film's of some
    if track.end:
        lasts = min(track.first + lasts, track.end)
    if place == "input":
        lasts = max(0.0, (min(lasts, first.end) if first.end < own.end else lasts) - first.start)
    uneven = sound.may_change(track, seen.info.format_name)
    return Mixed(seen.file, track, lasts, start, longest, film=place == "input", uneven=uneven)


async def openings(
    wanted: Mapping[str, Any], fetching: Fetching
) -> tuple[tuple[watermark_drawing.Placed, Mapping[str, Any]], ...]:
    """The films that lie on the picture: (as a mark without its size, what was asked for)."""
    found = []
    for one in wanted.get("OpeningList", ()):
        seen = await fetching.film(one["OpenUrl"], "OpenUrl")
        if not seen.info.video or seen.timeline is None:
            raise refuse(
                "InvalidParameter.ResourceNotSupported", "OpenUrl names a file without a picture.", "Leave it out."
            )
        start = float(one.get("Start", "0"))
        end = start + seen.timeline.end - seen.timeline.first
        mark = watermark_drawing.Placed(
            seen.file,
            x="(W-w)/2",
            y="(H-h)/2",
            start=start,
            end=end,
            moving=True,
            opened=source.filtered(seen.info, seen.timeline),
            made=tuple(ordinary.filters_of(seen.info, seen.timeline, opaque=False)),
        )
        found.append((mark, {"shown": (seen.info.video[0].shown_width, seen.info.video[0].shown_height), **one}))
    return tuple(found)


def opened(mark: watermark_drawing.Placed, one: Mapping[str, Any], size: tuple[int, int]) -> watermark_drawing.Placed:
    """An opening on a picture of this size."""
    sides = [
        full if (text := one.get(name, "-1")) == "full" else own if text == "-1" else int(text)
        for name, full, own in zip(("Width", "Height"), size, one["shown"], strict=True)
    ]
    return replace(mark, width=sides[0], height=sides[1])
