"""What a review makes and decides: the commands that look at a film, and what their answers come to. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reelmill.core.model import Command, MediaInfo, ObjectRef, Task, Timeline
from reelmill.media import decoding
from reelmill.media import sound as sounds
from reelmill.media.probe import GUARDS

LOOK, JUDGE, LOGOS, HEAR = "look", "judge", "logos", "hear"
SEEN, ORDER, JUDGED, FOUND, SAID = "seen.json", "order.json", "judged.json", "found.json", "said.json"
SCENES = ("porn", "terrorism", "ad", "live", "logo", "audio")
AUDIO = "audio"  # the scene that is heard, not seen
OWN = ("porn", "ad", "qrcode", AUDIO)  # what models here can see or hear
TEXTS = ("title", "description", "barrage")
USUAL = ("porn", "terrorism")  # scenes of a job that names none
SUGGESTIONS = ("pass", "review", "block")  # the worst last
UNAVAILABLE = "unavailable"
MOST_PICTURE = 20 << 20  # bytes of a picture that is no sample of a film, as for thumbnails
_RATE, _MOST_FRAMES, _SIDE = 2.0, 7200, 1280
PIECE = 300  # samples that are looked at in one go where a film has many: a crash costs what is under way
_PICTURES = ("-format_whitelist", "png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,gif")  # known by their content
LONGEST_HEARD = 24 * 3600  # seconds of a film that is listened to
_SOUND = "sound.raw"  # one channel, 16,000 samples a second, as reelmill.infer.speech reads it
_GLOBAL = ("-hide_banner", "-nostdin", "-y", "-v", "error")
_FIT = f"scale='min({_SIDE},iw)':'min({_SIDE},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2"
_JPEG = f"scale=iw*sar:ih,setsar=1,{_FIT},format=pix_fmts=yuv420p:color_spaces=bt470bg:color_ranges=pc"


def rate_of(info: MediaInfo) -> float:
    """Samples a second; fewer of a very long film."""
    return min(_RATE, _MOST_FRAMES / max(1.0, info.duration))


def pictures(info: MediaInfo) -> tuple[str, ...]:
    """How pictures of the film are made."""
    return ("-vf", f"fps={rate_of(info):.6f},{_JPEG}", "-q:v", "3", "f%06d.jpg")


def long(info: MediaInfo) -> bool:
    """Whether a film is looked at in pieces, for which its pictures are made apart."""
    return rate_of(info) * info.duration >= 2 * PIECE


def pieces(info: MediaInfo, job: str, scenes: Sequence[str], decoded: Iterable[str]) -> list[Task]:
    """What is seen in the pictures of a long film, piece by piece; [] of any other. `decoded`: see `look`."""
    names = sorted(name for name in decoded if name.endswith(".jpg")) if long(info) else []
    parts = [names[begin : begin + PIECE] for begin in range(0, len(names), PIECE)]
    return [_piece(number, part, info, job, scenes) for number, part in enumerate(parts, 1)]


def _piece(number: int, names: Sequence[str], info: MediaInfo, job: str, scenes: Sequence[str]) -> Task:
    rate = rate_of(info)
    order = {"scenes": list(scenes), "film": True, "images": 0, "rate": rate, "part": True}
    command = Command(("review", "look", ORDER, SEEN), "infer", len(names) / rate)
    pictures = {name: (f"${{{decoding.TASK}}}/{name}",) for name in names}
    files, drop = {ORDER: json.dumps(order)}, tuple(names)
    return Task(f"{LOOK}-p{number}", "heavy", (command,), files, (SEEN,), drop, (job,), glued=pictures)


def look(
    info: MediaInfo | None,
    timeline: Timeline | None,
    job: str,
    scenes: Sequence[str],
    images: Sequence[ObjectRef],
    decoded: Iterable[str] | None = None,
    seen: Sequence[Task] = (),
) -> Task:
    """Pictures of the film (none without `info`; `decoded`: the files that media.decoding made) and of the cover
    images, and what is seen in them; `seen`: the pieces in which the film was looked at already."""
    commands = []
    if info is not None and decoded is None:
        commands.append(decoding.command(info, timeline, pictures(info)))
    commands += [_still(f"image{number}", image(number)) for number in range(1, len(images) + 1)]
    rate, length = (rate_of(info), info.duration) if info is not None else (_RATE, 0.0)
    order = {"scenes": list(scenes), "film": info is not None, "images": len(images), "rate": rate}
    told = {f"{one.name}.json": (f"${{{one.name}}}/{SEEN}",) for one in seen}
    commands.append(Command(("review", "look", ORDER, SEEN, *told), "infer", 0.0 if told else length))
    objects = {f"image{number}": one for number, one in enumerate(images, 1)}
    files = {ORDER: json.dumps(order)}
    bare = {name: (f"${{{name}}}",) for name in objects}  # ffmpeg believes the name `.jpg` more than what is inside
    bare |= {name: (f"${{{decoding.TASK}}}/{name}",) for name in decoded or () if name.endswith(".jpg")}
    return Task(LOOK, "heavy", tuple(commands), files, (SEEN,), tuple(told), (job,), objects=objects, glued=bare | told)


def hear(info: MediaInfo, job: str) -> Task:
    """What is said in a film that has sound: a folder with SAID. Times are those of the film: where it has no sound,
    there is silence."""
    shape = ("-ac", "1", "-ar", "16000", "-f", "s16le")
    raw = ("-af", sounds.in_step(1.0), *shape, "-t", str(LONGEST_HEARD), _SOUND)  # clocks of films may leap by days
    listen = Command((_SOUND, SAID), "speech", info.duration)
    commands = (decoding.command(info, None, raw, sound=True), listen)
    return Task(HEAR, "heavy", commands, expect=(SAID,), drop=(_SOUND,), jobs=(job,))


def _still(source: str, made: str) -> Command:
    return Command((*_opened(source), "-vf", _JPEG, "-q:v", "3", "-update", "1", made))


def _opened(source: str) -> tuple[str, ...]:
    return (*_GLOBAL, *_PICTURES, *GUARDS, "-i", f"file:{source}", "-frames:v", "1")


SIZE, STILL = "size.txt", "still.jpg"
_DIMENSIONS = re.compile(r"^#dimensions 0: (\d+)x(\d+)$", re.MULTILINE)


def still(number: int, image: ObjectRef, job: str) -> Task:
    """One picture by itself, so that it can fail by itself: a copy to look at, and how large it is as it is shown (the
    head of ffmpeg's list of sums tells that)."""
    words = (*_still("image", STILL).argv, "-frames:v", "1", "-f", "framecrc", SIZE)
    files = {"image": ("${image}",)}  # ffmpeg believes a name more than what is inside
    expect = (SIZE, STILL)
    return Task(
        f"still{number}", "light", (Command(words),), expect=expect, jobs=(job,), objects={"image": image}, glued=files
    )


def look_at(stills: Sequence[int], job: str, scenes: Sequence[str]) -> Task:
    """What is seen in the pictures that `still` made."""
    order = {"scenes": list(scenes) if stills else [], "film": False, "images": len(stills), "rate": _RATE}
    copies = {image(place): (f"${{still{number}}}/{STILL}",) for place, number in enumerate(stills, 1)}
    commands = (Command(("review", "look", ORDER, SEEN), "infer"),)
    return Task(LOOK, "light", commands, {ORDER: json.dumps(order)}, (SEEN,), jobs=(job,), glued=copies)


def size_of(told: str) -> tuple[int, int]:
    """Width and height by what `still` wrote; (0, 0) when it says nothing."""
    found = _DIMENSIONS.search(told)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def provider_task(place: int) -> str:
    """The name of the task of a provider that is looked for, or looks, here."""
    return f"provider{place}"


def provided(task: str, program: str, order: str, job: str) -> Task:
    """A model of the user's own looks at the pictures (`models`; `order`: scenes, model), or logos are looked for in
    them (`logos`; scenes, logos)."""
    command = Command((program, ORDER, f"${{{LOOK}}}", FOUND), "infer")
    return Task(task, "heavy", (command,), {ORDER: _literal(order)}, expect=(FOUND,), jobs=(job,))


def judge(lists: str, order: str, job: str, answers: str = "[]") -> Task:
    """What is seen becomes suggestions, by the word lists of the account and what providers answered."""
    files = {"lists.json": _literal(lists), ORDER: _literal(order), "answers.json": _literal(answers)}
    words = ("review", "judge", f"${{{LOOK}}}/{SEEN}", "lists.json", ORDER, "answers.json", JUDGED)
    return Task(JUDGE, "light", (Command(words, "infer"),), files, expect=(JUDGED,), jobs=(job,))


def _literal(text: str) -> str:
    """JSON in which nothing is filled in."""
    return text.replace("$", "\\u0024")


def picture(number: int) -> str:
    """The file of a sample, which are counted from 1."""
    return f"f{number:06d}.jpg"


def image(number: int) -> str:
    """The file of a picture that is no sample of a film."""
    return f"i{number:06d}.jpg"


def worst(found: Iterable[str]) -> str:
    """The suggestion of a whole: block if any part is block, else review if any is review, else pass. What could not
    be looked at does not count; when nothing could, neither is anything passed."""
    known = [one for one in found if one in SUGGESTIONS]
    return max(known, key=SUGGESTIONS.index) if known else UNAVAILABLE


def suggestion(judged: Mapping[str, Any]) -> str:
    """Of a whole job: the film, its cover images, its texts. A harmless title passes no film of which nothing could be
    looked at."""
    parts = [*judged["scenes"].values(), *(one for image in judged["images"] for one in image.values())]
    seen = worst(part[2] for part in parts)
    told = worst([seen, *(one[2] for one in judged["texts"].values() if one)])
    return seen if parts and told == SUGGESTIONS[0] else told
