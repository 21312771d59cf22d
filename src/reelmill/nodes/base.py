"""The shape of a node: `Params` (frozen, checked at the border), `plan` (pure), `run(jobs, io)` (the story, top to
bottom), `NODE`."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from reelmill.core.errors import Problems, UserText
from reelmill.core.fields import Checked
from reelmill.core.model import JobSpec, Lane, ObjectRef, Outcome
from reelmill.core.ports import NodeIO

Stage = Literal["prepare", "make", "check", "package", "publish"]


@dataclass(frozen=True, slots=True)
class Env:
    """What a node knows about its execution when its job is made.

    input        the run's input object               names    placeholder values (ObjectPrefix, FileName, ExtName,
                 RunId, MediaId)
    templates    template id -> template body, as copied when the run started      watermarks   the same of watermark
                 templates
    package      Parameters of the PackageConfig that this activity belongs to, or None
    group        Parameters of the AudioGroup that leads to this activity, or None
    activities   name -> {"type", "params", "predecessors", "state", "result"} of every activity of the run
    workflow     False for jobs that the API submits by themselves (no extension is appended to their output)
    """

    input: ObjectRef
    names: Mapping[str, str]
    templates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    package: Mapping[str, Any] | None = None
    group: Mapping[str, Any] | None = None
    activities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    workflow: bool = True
    watermarks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodeType:
    """One activity or job type.

    name          MPS's word, e.g. "Transcode"      aliases       other words for it ("Screenshot")
    check         (raw parameters, complaints, path) -> Params; every problem goes to the complaints with its path;
                  never raises
    job           (params, env) -> JSON spec of the job, resolved once when the job is made; None: instant node, no job
                  raises MediaError when it can be seen already that it cannot work
    batch_key     jobs of one advance with equal keys (and pipeline and priority) share one decode; None: never together
    run           (jobs, io) -> outcome per job id; None for instant nodes
    warn          (raw parameters) -> (parameter, what its writer should know): what is accepted and does not do here
                  what it says
    refs          (params) -> what must exist: {"templates": {...ids}, "watermarks": {...}, "buckets": {...names of
                  outputs}, "pictures": {...names of buckets that are read}, "pipelines": {...}}
    predecessors  types that may come directly before (workflow.md 5); empty: any
    schema        JSON Schema of the raw parameters (core.schema); a test holds that it agrees with `check`
    stage         where the palette shows it             label, help   for people, in English and Chinese
    """

    name: str
    check: Callable[[Mapping[str, Any], Problems, str], Any]
    aliases: tuple[str, ...] = ()
    lane: Lane = "light"
    job: Callable[[Any, Env], dict[str, Any]] | None = None
    batch_key: Callable[[Mapping[str, Any]], str] | None = None
    run: Callable[[Sequence[JobSpec], NodeIO], Awaitable[Mapping[str, Outcome]]] | None = None
    refs: Callable[[Any], Mapping[str, Collection[str]]] | None = None
    warn: Callable[[Mapping[str, Any]], Sequence[tuple[str, UserText]]] = lambda _raw: ()
    predecessors: frozenset[str] = frozenset()
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    stage: Stage = "make"
    label: str = ""
    help: str = ""
    label_zh: str = ""
    help_zh: str = ""


def refs_of(params: Any) -> Mapping[str, Mapping[str, str]]:
    """NodeType.refs of parameters that are declared (core.declare)."""
    checked: Checked = params
    return checked.refs
