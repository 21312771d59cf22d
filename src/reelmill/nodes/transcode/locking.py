"""Encrypted outputs: encrypted copies of segments are made before anything is published. The key itself is seen by
whoever runs the task, and by nobody else: what is kept and shown names the medium alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from reelmill.core.errors import Failure
from reelmill.core.model import JobSpec, Task
from reelmill.core.ports import NodeIO
from reelmill.media import hls, locks
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
    if not told["media"]:
        return hls.Lock(told["uri"], told["clear"])
    joint = "&" if "?" in told["uri"] else "?"
    return hls.Lock(
        f"{told['uri']}{joint}Ciphertext=${{ciphertext}}&MediaId={quote(told['media'], safe='')}", told["clear"]
    )


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
    return next((one for one in failures if one.code != "JobCancelled"), failures[0]) if failures else made


def _task(one: JobSpec, look: Look, tasks: dict[str, Task]) -> Look:
    """What a look becomes, and the task that makes it so."""
    if look.segments is None:
        return look
    name, told = f"locked-{look.target.stem}", one.spec["encryption"]
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
