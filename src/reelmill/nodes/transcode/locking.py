"""Encrypted outputs: encrypted copies of segments are made before anything is published. The key itself is seen by
whoever runs the task, and by nobody else: what is kept and shown names the medium alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from reelmill.core.errors import Failure
from reelmill.core.model import JobSpec, Task
from reelmill.core.ports import NodeIO
from reelmill.core.segmented import Segmented
from reelmill.media import encryption, hls, locks
from reelmill.media.segments import INIT
from reelmill.nodes.transcode.looking import Look

Ready = Mapping[str, tuple[JobSpec, Sequence[Look]]]


def medium(jobs: Sequence[JobSpec]) -> str:
    """The medium whose key the jobs of a batch use, "" when none does: all belong to one run."""
    return next((one.spec["encryption"]["media"] for one in jobs if one.spec.get("encryption")), "")


def lock(one: JobSpec) -> hls.Lock | None:
    """What the playlist of a job says of its key. The ciphertext is filled in when it is written."""
    told = one.spec.get("encryption")
    if not told:
        return None
    return hls.Lock(_address(told), told["clear"], told.get("scheme", ""), told.get("kid", ""))


def _address(told: Mapping[str, Any]) -> str:
    """Where players ask for the key."""
    if not told["media"]:
        return str(told["uri"])
    joint = "&" if "?" in told["uri"] else "?"
    return f"{told['uri']}{joint}Ciphertext=${{ciphertext}}&MediaId={quote(told['media'], safe='')}"


def protection(one: JobSpec) -> dict[str, Any]:
    """What a manifest of DASH says of the key of a job; nothing where whole segments are encrypted, or none."""
    told = one.spec.get("encryption") or {}
    if not encryption.fragmented(told):
        return {}
    return {"protection": {name: told[name] for name in ("scheme", "kid", "media")} | {"uri": _address(told)}}


async def sealed(told: Mapping[str, Any], what: str, io: NodeIO) -> dict[str, Any] | Failure:
    """The protection with the ciphertext that was filled in when the manifest `what` was written: a manifest that leads
    to several streams names that key, whatever the newest master key is by then."""
    text = await io.read(what)
    if isinstance(text, Failure):
        return text
    found = re.search(rf"Ciphertext=([\w-]+)&(?:amp;)?MediaId={re.escape(quote(told['media'], safe=''))}", text)
    return {**told, "ciphertext": found[1]} if found else dict(told)


async def locked(ready: Ready, io: NodeIO) -> Ready | Failure:
    """The same, with encrypted copies in place of the segments of jobs that are to be encrypted."""
    tasks: dict[str, Task] = {}
    made: dict[str, tuple[JobSpec, Sequence[Look]]] = {}
    for job, (one, looks) in ready.items():
        made[job] = (one, [_task(one, look, tasks) for look in looks] if one.spec.get("encryption") else looks)
    if not tasks:
        return ready
    answers = await io.execute(list(tasks.values()))
    failures = [answer.failure for answer in answers if answer.failure]
    if failures:
        return next((one for one in failures if one.code != "JobCancelled"), failures[0])
    return await _read_anew(made, {task: answer.files for task, answer in zip(tasks, answers, strict=True)}, io)


async def _read_anew(ready: Ready, files: Mapping[str, Mapping[str, int]], io: NodeIO) -> Ready | Failure:
    """With the segments that the packager made: sound may be cut at other places than before."""
    cut = [
        (job, look)
        for job, (one, looks) in ready.items()
        for look in looks
        if encryption.fragmented(one.spec.get("encryption"))
    ]
    if not cut:
        return ready
    read: dict[tuple[str, str], Look] = {}
    for (job, look), found in zip(cut, await io.segments([look.folder for _, look in cut]), strict=True):
        if isinstance(found, Failure):
            return found
        if look.target.rendition.video and _starts(found) != _starts(look.segments):
            return _OTHER_CUTS
        read[job, look.task] = replace(look, files=files[look.task], segments=found)
    return {job: (one, [read.get((job, look.task), look) for look in looks]) for job, (one, looks) in ready.items()}


def _starts(segments: Segmented | None) -> list[float]:
    """Milliseconds at which segments begin."""
    return [round(1000 * one.start / segments.clock) for one in segments.segments] if segments else []


_OTHER_CUTS = Failure(
    "InternalError",
    "The packager cut the encrypted picture at other places than the plain one.",
    "Choose a whole number of seconds for the segments that the picture's key frames allow.",
    source_ok=True,
)


def _task(one: JobSpec, look: Look, tasks: dict[str, Task]) -> Look:
    """What a look becomes, and the task that makes it so."""
    if look.segments is None:
        return look
    name, told = f"locked-{look.target.stem}", one.spec["encryption"]
    if encryption.fragmented(told):
        tasks[name] = _packaged(name, one, look)
        return replace(look, task=name)
    files = look.target.parts(look.files)
    copies = {file: f"${{{look.task}}}/{file}" for file in files}
    how = {"lock": told["media"], "key": told["key"], "clear": told["clear"]}
    tasks[name] = Task(name, "light", expect=tuple(files), jobs=(one.id,), locked=copies, **how)
    sizes = {file: locks.size(look.files[file], locks.number(file) > told["clear"]) for file in files}
    segments = tuple(
        s._replace(size=locks.size(s.size, number > told["clear"]))
        for number, s in enumerate(look.segments.segments, start=1)
    )
    return replace(look, task=name, files=sizes, segments=replace(look.segments, segments=segments))


def _packaged(name: str, one: JobSpec, look: Look) -> Task:
    """Common encryption of a stream."""
    stem, told, rendition = look.target.stem, one.spec["encryption"], look.target.rendition
    init, whole, flags = f"{stem}/{INIT}", f"{stem}/whole.mp4", "packager.flags"
    files = [init, *look.target.parts(look.files)]
    kind = "video" if rendition.video else "audio"
    return Task(
        name,
        "light",
        (encryption.command(told, stem, kind, whole, flags, rendition.segment),),
        expect=(init, files[1]),
        drop=(whole,),
        jobs=(one.id,),
        lock=told["media"],
        key=told["key"],
        glued={whole: tuple(f"${{{look.task}}}/{file}" for file in files)},
        flags={flags: told["kid"]},
    )
