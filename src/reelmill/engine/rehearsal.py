"""What a run would do, without doing it: its activities are walked as the engine walks them, each node plans with an IO
that looks at the source and makes nothing. Nothing is written, nothing started."""

import asyncio
import contextlib
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Unpack

from reelmill.core import clock
from reelmill.core.errors import Failure, MediaError, NotWanted, UserText
from reelmill.core.model import JobSpec, Made, ObjectRef, Outcome, Probe, Publication, Task
from reelmill.core.ports import Wanted
from reelmill.core.segmented import Segmented
from reelmill.core.spending import Spending
from reelmill.engine import conditions, content, context, deciding, registry, reuse, sources, submitting
from reelmill.media import apart, probe
from reelmill.media.command import substitute
from reelmill.nodes.base import NodeType
from reelmill.store.database import Row

_FIRST = (-11,)  # before every priority: somebody waits for the answer of a request
_MORE: UserText = "What it does after these commands follows from what they find."
_LATER: UserText = "What it does follows from what the activities before it make."
_PERHAPS: UserText = "Its condition follows from what the activities before it make."
_UNTOLD: UserText = "Its condition follows from the user data of the run."
_STANDS_IN: UserText = "Planned with the run's input: what it will work on is not made yet."


def _same_as(name: str) -> UserText:
    return f'"{name}" makes the same before it in this run.'


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would become of an activity.

    action    run, skip or reuse      reason    why, or why not all is known; "" for what is plain
    commands  exact command lines     outputs   keys     origin   the run whose outputs are linked
    spec      of its job; None for an instant one     group    jobs of one decode have the same; 0: it has no job
    seconds   length of the source, of the activity that looks at it
    """

    name: str
    type: str
    action: str
    reason: UserText = ""
    commands: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    origin: str = ""
    spec: Mapping[str, Any] | None = None
    group: int = 0
    seconds: float = 0.0


class _Enough(Exception):
    """The node asked for what only work can tell."""


_ENDS = (_Enough, LookupError, ValueError, ArithmeticError)  # made-up files tell a node nothing


class _DryIO:
    """A NodeIO that looks at the source, and notes what should be done."""

    def __init__(self, host: context.HostContext, path: str, owner: str):
        self._host, self._path, self._owner = host, path, owner
        self.tasks: list[Task] = []
        self.published: list[Publication] = []
        self._seen: dict[str, Probe | Failure] = {}  # of the source, by what was wanted

    def alone(self) -> "_DryIO":
        """Another one that knows what this one has seen of the source."""
        other = _DryIO(self._host, self._path, self._owner)
        other._seen = self._seen
        return other

    async def probe(self, what: str, **wanted: Unpack[Wanted]) -> Probe | Failure:
        if what != "${source}":
            raise _Enough
        here, asked = self._host.process, repr(sorted(wanted.items()))
        if asked not in self._seen:
            async with here.lanes["light"].slot(_FIRST, (self._owner, "")):
                owner = f"{self._owner}/probe"
                self._seen[asked] = await apart.examine(here.runner, self._host.tools, owner, self._path, **wanted)
        return self._seen[asked]

    async def probe_all(self, whats: Sequence[str]) -> list[Probe | Failure]:
        return [await self.probe(what) for what in whats]

    async def read(self, what: str, *, most: int = 0) -> str | Failure:
        raise _Enough

    async def segments(self, whats: Sequence[str]) -> list[Segmented | Failure]:
        raise _Enough

    async def spending(self, whats: Sequence[str]) -> list[Spending | Failure]:
        return [Spending(1.0, 0.0, 0.0) for _ in whats]  # as if all parts were alike

    async def execute(self, tasks: Sequence[Task]) -> list[Made]:
        self.tasks += tasks
        return [Made(dict.fromkeys((*task.expect, *_written(task)), 1)) for task in tasks]

    async def compare(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        raise _Enough

    async def review(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        raise _Enough

    async def publish(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        self.published += publications
        return dict.fromkeys((one.job for one in publications), None)

    def commands(self, job: str) -> tuple[str, ...]:
        """The command lines of a job, as they would be written down when it runs."""
        return tuple(
            self._line(task, number)
            for task in self.tasks
            if not task.jobs or job in task.jobs
            for number in range(len(task.commands))
        )

    def _line(self, task: Task, number: int) -> str:
        command, host = task.commands[number], self._host
        names = {part.split("}", 1)[0] for text in command.argv for part in text.split("${")[1:]}
        folders = {name: f"../{name}" for name in names} | {"out": ".", "source": self._path}
        folders |= {name: f"{ref.bucket}/{ref.key}" for name, ref in task.objects.items()} | dict(task.addresses)
        folders |= host.tools.fonts(" ".join(command.argv)) if any(name.startswith("font") for name in names) else {}
        argv = [substitute(text, folders) for text in command.argv]
        return shlex.join([host.tools.path(command.tool), *host.tools.runtime(command.tool).first, *argv])

    def outputs(self, job: str) -> tuple[str, ...]:
        """The keys of what a job would publish, as far as it came."""
        return tuple(one.output or one.entry.key for one in self.published if one.job == job)


def _written(task: Task) -> list[str]:
    """The files that a task's commands name in the folder that it makes."""
    named = [text.partition("${out}/")[2] for one in task.commands for text in one.argv if text.startswith("file:")]
    return [name for name in named if name]


@dataclass
class _Stage:
    """A rehearsal as far as it has come. `rows`: the activities as rows would tell of them; `real`: object that would
    be linked -> the one that is there."""

    host: context.HostContext
    execution: Row
    rows: dict[str, dict[str, Any]]
    told: dict[str, Rehearsed] = field(default_factory=dict)
    real: dict[tuple[str, str], ObjectRef] = field(default_factory=dict)
    standing: set[str] = field(default_factory=set)  # activities whose results are made up
    open: dict[str, UserText] = field(default_factory=dict)  # activities whose conditions nobody can decide yet -> why
    made: dict[str, str] = field(default_factory=dict)  # content key -> the activity that would have made it by now
    same: dict[content.Place, content.Place] = field(default_factory=dict)  # what is linked -> what the run made of it
    groups: int = 0

    @property
    def input(self) -> ObjectRef:
        return ObjectRef(self.execution["bucket"], self.execution["location"], self.execution["object"])

    def ends(self, name: str, state: str, one: Rehearsed, result: Mapping[str, Any] | None = None) -> None:
        self.told[name] = replace(one, action="run", reason=self.open[name]) if name in self.open else one
        self.rows[name] |= {"state": state, "result": dict(result or {})}


async def rehearse(host: context.HostContext, execution: Row) -> list[Rehearsed]:
    """What would become of each activity of a run, in the order of the topology. `execution`: its row, as if it was
    there."""
    nodes = execution["graph"]["activities"]
    fresh = {"state": "Init", "gate": "", "code": "", "message": "", "reason": "", "attempt": 1, "job_id": None}
    execution = {**execution, "graph": {**execution["graph"], "activities": dict(nodes)}}
    stage = _Stage(host, execution, {name: {**fresh, "name": name, "result": {}} for name in nodes})
    for name, node in nodes.items():
        if node.get("condition") and conditions.names(node["condition"], "input.user_data"):
            _open(stage, name, _UNTOLD)
    while True:
        moves, verdicts = deciding.moves_of(execution, stage.rows, clock.now_ms())
        for name, state in moves.states.items():
            if state != "Running":
                verdict = verdicts.get(name)
                why = (verdict.failure.message if verdict.failure else verdict.reason) if verdict else ""
                action = "skip" if state == "Skipped" else "run"
                stage.ends(name, state, Rehearsed(name, nodes[name]["shown"], action, why))
        if not moves.work:
            break
        await _work(stage, moves.work)
        _leave_open(stage)
    for name, node in nodes.items():
        stage.told.setdefault(name, Rehearsed(name, node["shown"], "run"))  # the end
    return [stage.told[name] for name in nodes]


def _leave_open(stage: _Stage) -> None:
    """What asks for a result that is not made yet is supposed to hold: nobody can tell."""
    nodes = stage.execution["graph"]["activities"]
    for name, node in nodes.items():
        known = {one: registry.node(nodes[one]["type"]).analyses for one in stage.standing}
        text = node.get("condition")
        if text and any(conditions.asks_for(text, one, analyses=looks) for one, looks in known.items()):
            _open(stage, name, _PERHAPS)


def _open(stage: _Stage, name: str, why: UserText) -> None:
    """Its condition is supposed to hold."""
    nodes = stage.execution["graph"]["activities"]
    nodes[name] = {n: value for n, value in nodes[name].items() if n != "condition"}
    stage.open[name] = why


async def _work(stage: _Stage, names: Sequence[str]) -> None:
    """Activities that would begin together, each decode by itself."""
    batches: dict[tuple[str, ...], list[tuple[str, dict[str, Any], ObjectRef]]] = {}
    for name in names:
        node = stage.execution["graph"]["activities"][name]
        kind = registry.node(node["type"])
        try:
            spec, source = submitting.job_of_activity(kind, stage.execution, stage.rows, name, stage.host.options)
        except (MediaError, LookupError) as error:
            later = kind.source == "all" or any(before in stage.standing for before in node["predecessors"])
            unknown = later or not isinstance(error, MediaError)
            why = _LATER if unknown or not isinstance(error, MediaError) else error.failure.message
            skipped = isinstance(error, NotWanted) and not unknown
            if unknown:
                stage.standing.add(name)
            state = "Success" if unknown else "Skipped" if skipped else "Fail"
            stage.ends(name, state, Rehearsed(name, node["shown"], "skip" if skipped else "run", why))
            continue
        share = kind.batch_key(spec) if kind.batch_key else name
        key = kind.name, str(submitting.priority_of(spec)), source.bucket, source.key, share
        batches.setdefault(key, []).append((name, spec, source))
    made: dict[str, str] = {}
    for (kind_name, *_), found in batches.items():
        stage.groups += 1
        made |= await _batch(stage, registry.node(kind_name), found)
    stage.made |= made  # what begins together is made together


async def _batch(
    stage: _Stage, kind: NodeType, found: Sequence[tuple[str, dict[str, Any], ObjectRef]]
) -> dict[str, str]:
    """Content key -> the activity that would make it."""
    source = found[0][2]
    known = stage.real.get((source.bucket, source.key))
    made_later = source != stage.input and known is None
    specs, keys = {name: spec for name, spec, _ in found}, dict[str, str]()
    async with sources.held(known or (stage.input if made_later else source)) as path:
        if reuse.scope_of(stage.execution) != "off" and reuse.looked_for(kind):
            place = source.bucket, source.key
            later = "/".join(stage.same.get(place, place)) if made_later else ""
            digest = later or await asyncio.to_thread(reuse.digest, stage.host, path)
            keys = {name: reuse.content_key(stage.host, kind, digest, spec) for name, spec in specs.items()}
        for name, key in keys.items():
            row = await asyncio.to_thread(reuse.foreseen, stage.host, stage.execution, kind, key, specs[name])
            if row:
                _linked(stage, name, kind, specs[name], row)
            elif key in stage.made:
                _repeated(stage, name, kind, specs[name], stage.made[key])
        left = [(name, spec) for name, spec in specs.items() if name not in stage.told]
        if left:
            await _planned(stage, kind, left, str(path), _STANDS_IN if made_later else "")
    return {keys[name]: name for name, _ in left if name in keys and stage.rows[name]["state"] == "Success"}


def _linked(stage: _Stage, name: str, kind: NodeType, spec: Mapping[str, Any], row: Row) -> None:
    places = content.split(spec, kind.places)[1]
    names = reuse.renamed(row, places) or {}
    for old, now in names.items():
        stage.real[now] = ObjectRef(old[0], stage.execution["location"], old[1])
    result = content.result(row["result"], names, [(bucket, key) for bucket, key in row["places"]], places)
    outputs = tuple(one.output for one in reuse.renewed(row, names, places))
    shown = stage.execution["graph"]["activities"][name]["shown"]
    told = Rehearsed(name, shown, "reuse", outputs=outputs, origin=row["origin"], spec=spec)
    stage.ends(name, "Success", told, result)


def _repeated(stage: _Stage, name: str, kind: NodeType, spec: Mapping[str, Any], maker: str) -> None:
    """It would be linked to what another activity of the same run makes."""
    places = content.split(spec, kind.places)[1]
    before = content.split(stage.told[maker].spec or {}, kind.places)[1]
    stage.same |= {now: stage.same.get(old, old) for now, old in zip(places, before, strict=True)}
    shown = stage.execution["graph"]["activities"][name]["shown"]
    told = Rehearsed(name, shown, "reuse", _same_as(maker), origin=stage.execution["run_id"], spec=spec)
    stage.standing.add(name)
    stage.ends(name, "Success", replace(told, outputs=tuple(key for _, key in places)), _standing(places))


def _standing(places: Sequence[content.Place]) -> dict[str, str]:
    """What stands for the result of a job that makes the first of these."""
    return {"bucket": places[0][0], "object": places[0][1]} if places else {}


async def _planned(
    stage: _Stage, kind: NodeType, left: Sequence[tuple[str, dict[str, Any]]], path: str, reason: UserText
) -> None:
    """What the node would do for these jobs, all together."""
    host, owner = stage.host, f"rehearsal-{clock.new_id()[:12]}"
    io = _DryIO(host, path, owner)
    length = {"piece_seconds": host.options.piece_seconds}
    jobs = [JobSpec(name, stage.input, json.loads(json.dumps(spec | length))) for name, spec in left]
    assert kind.run is not None
    outcomes: Mapping[str, Outcome] = {}
    try:
        outcomes = await kind.run(jobs, io)
    except _ENDS:
        reason = reason or (_MORE if _goes_on(io) else "")
        outcomes = await _refused(kind, jobs, io)
    finally:
        host.process.runner.forget(f"{owner}/probe")
    for name, spec in left:
        places = content.split(spec, kind.places)[1]
        shown = stage.execution["graph"]["activities"][name]["shown"]
        told = Rehearsed(name, shown, "run", reason, io.commands(name), spec=spec, group=stage.groups)
        told = replace(told, outputs=io.outputs(name) or tuple(key for _, key in places))
        ended = outcomes.get(name)
        if ended and ended.failure:
            state = "Skipped" if ended.skipped else "Fail"
            action = "skip" if ended.skipped else "run"
            stage.ends(name, state, replace(told, action=action, reason=ended.failure.message, outputs=()))
            continue
        if ended and (info := kind.outputs.info):
            told = replace(told, seconds=probe.parse(ended.result[info]).duration)
        if ended is None:
            stage.standing.add(name)
        stage.ends(name, "Success", told, _standing(places) | dict(ended.result if ended else {}))


async def _refused(kind: NodeType, jobs: Sequence[JobSpec], io: _DryIO) -> dict[str, Outcome]:
    """Of jobs whose plan came to its end together those that end before any work, each asked by itself: what the
    others would do ended the plan before the node could say it."""
    found: dict[str, Outcome] = {}
    assert kind.run is not None
    for one in jobs if len(jobs) > 1 else ():
        with contextlib.suppress(*_ENDS):
            found |= {job: told for job, told in (await kind.run([one], io.alone())).items() if told.failure}
    return found


def _goes_on(io: _DryIO) -> bool:
    """Whether a node stopped before the work that makes its outputs, or before what joins its pieces."""
    return not any(task.lane == "heavy" and not task.name.endswith("p0") for task in io.tasks)
