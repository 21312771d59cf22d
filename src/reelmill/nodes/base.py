"""The shape of a node: `Params` (frozen, checked at the border), `plan` (pure), `run(jobs, io)` (the story, top to
bottom), `NODE`."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from reelmill.core.errors import Failure, Problems, UserText
from reelmill.core.fields import Checked
from reelmill.core.model import JobSpec, Lane, Made, MediaInfo, ObjectRef, Outcome, Task, VideoStream
from reelmill.core.ports import NodeIO
from reelmill.media import decoding, shared_decode
from reelmill.media.probe import parse, showing

Stage = Literal["prepare", "make", "check", "package", "publish"]


# What an activity is in its workflow. start: where a run begins, and whose look at the input everything waits for; its
# Params have bucket, prefix and pipeline_id.  end: the last one, it runs whatever became of the others; its Params have
# publish_type.  scope: it makes nothing; what follows belongs to it and knows its parameters (Env.scopes).  work: it
# makes something.  join: it needs all that leads to it, not just one of them.  job: no activity, the API submits it.
Role = Literal["start", "end", "scope", "work", "join", "job"]
# What a job works on. input: the input of its run.  before: the medium that an activity directly before it made, else
# the input.  all: everything that the activities before it made (it reads their results; for people who look at a run).
Source = Literal["input", "before", "all"]
STANDARD = "Standard"
TRANSCODES = frozenset({STANDARD, "Boost", "NarrowBandHDV2"})  # Speed of the pipelines that take what makes media
AI_SPEEDS = (
    "AIVideoCover AIVideoTag AIVideoFPShot AIVideoCensor AIVideoMCU AIVideoSummary AIVideoPorn AIVideoRecogni "
    "AIAudioKWS AIAudioASR"
)
ANY_SPEED = TRANSCODES | frozenset(AI_SPEEDS.split())
MEDIA = "Play"  # kind of outputs that are media to play
PICTURES = "Snapshot"  # kind of outputs that are pictures


@dataclass(frozen=True, slots=True)
class Env:
    """What a node knows about its execution when its job is made.

    input        the run's input object               names    placeholder values (ObjectPrefix, FileName, ExtName,
                 RunId, MediaId)
    templates    template id -> template body, as copied when the run started      watermarks   the same of watermark
                 templates
    scopes       type of role scope -> Parameters of the nearest such activity that this one belongs to
    activities   name -> {"type", "params", "predecessors", "state", "result"} of every activity of the run
    home         address of this server, "" when it does not matter     vmaf   that is aimed at where nobody says more
    workflow     False for jobs that the API submits by themselves (no extension is appended to their output)
    name         of the activity, "" for such jobs
    """

    input: ObjectRef
    names: Mapping[str, str]
    templates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scopes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    activities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    workflow: bool = True
    watermarks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    name: str = ""
    home: str = ""
    vmaf: float = 93.0


# When an edge leads on, by what became of the activity before. An edge that does not say so leads on after a success.
When = Literal["success", "failure", "always"]


@dataclass(frozen=True, slots=True)
class Retry:
    """How an activity that failed is tried again: so often at most, after so many seconds; `on`: only after failures
    with these codes, empty: after any."""

    times: int
    interval: int
    on: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"times": self.times, "interval": self.interval, "on": list(self.on)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Retry":
        return cls(value["times"], value["interval"], tuple(value["on"]))


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One activity of a topology: `type` is the canonical name, `shown` the word that the user wrote, `raw` the
    Parameters as given, `params` the checked ones. `when`: of edges to it that say so, by the activity before;
    `condition` in CEL, "" for none."""

    name: str
    type: str
    shown: str
    raw: Mapping[str, Any]
    params: Any
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    when: Mapping[str, When] = field(default_factory=dict)
    condition: str = ""
    retry: Retry | None = None


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the result of a job gives to the media record and to the run.

    kind    the result's "bucket" and "object" become an output of this kind (MEDIA, PICTURES, or a word of the node's
            own); "": it makes no object
    shown   what the page of a run calls it; "": as kind
    info    member of the result with ffprobe's JSON of the run's input, for the media record; "": none
    cover   (result) -> key of the picture that becomes the media's cover, "" for none
    verdict (result) -> what the media's CensorState becomes (Pass, Review, Block), "" for a node that does not judge it
    told    (result, (bucket, key) -> address) -> what the message of a job of its own tells besides
    """

    kind: str = ""
    shown: str = ""
    info: str = ""
    cover: Callable[[Mapping[str, Any]], str] = lambda _result: ""
    verdict: Callable[[Mapping[str, Any]], str] = lambda _result: ""
    told: Callable[[Mapping[str, Any], Callable[[str, str], str]], Mapping[str, Any]] = lambda _result, _address: {}


@dataclass(frozen=True, slots=True)
class Needs:
    """What a job needs of the host: tools (ffmpeg, ffprobe), encoders and filters of ffmpeg by its names."""

    tools: frozenset[str] = frozenset()
    encoders: frozenset[str] = frozenset()
    filters: frozenset[str] = frozenset()


# MPS's words for the states of most jobs (api.md). Admitted still reads as Submitted: no tool has started.
JOB_STATES: Mapping[str, str] = {
    "Submitted": "Submitted",
    "Admitted": "Submitted",
    "Running": "Running",
    "Publishing": "Running",
    "Cancelling": "Running",
    "Success": "Success",
    "Fail": "Fail",
    "Cancelled": "Fail",
}


def job_states(running: str, success: str = "Success", fail: str = "Fail", cancelled: str = "") -> dict[str, str]:
    """The words of a type whose running jobs are called otherwise."""
    words = {"Running": running, "Success": success, "Fail": fail}
    return {ours: words.get(shown, shown) for ours, shown in JOB_STATES.items()} | {"Cancelled": cancelled or fail}


Run = Callable[[Sequence[JobSpec], NodeIO], Awaitable[Mapping[str, Outcome]]]


@dataclass(frozen=True, slots=True)
class NodeType:
    """One activity or job type. All that engine, services, messages, catalogue and console know of it stands here: they
    ask the type and never compare its name.

    name          MPS's word, e.g. "Transcode"      aliases       other words for it ("Screenshot")
    check         (raw parameters, complaints, path) -> Params; every problem goes to the complaints with its path;
                  never raises
    role          see Role                          source        see Source
    outputs       what its result gives (Outputs)   states        our state of a job -> the API's word for it
    job           (params, env) -> JSON spec of the job, resolved once when the job is made; None: instant node, no job
                  raises MediaError when it can be seen already that it cannot work
    batch_key     jobs of one advance with equal keys (and pipeline and priority) share one decode; None: never together
    run           (jobs, io) -> outcome per job id; None for instant nodes
    version       raised when `run` makes other calls, or in another order, for the same jobs: what is in flight then
                  goes on by `older[version]`, or is begun again when that is missing
    queue         (params) -> id of the pipeline that its job waits in, "" for that of its run
    speeds        Speed of the pipelines that take its jobs (see `takers` and `fits`)
    places        members of its job's spec that only say where outputs go, each as the paths of bucket and key
                  (engine.content.split): two jobs that differ in nothing else make the same
    repeatable    two jobs of the same content make the same, so that one can be spared; False where the result follows
                  from more than source, spec and version (a library that grows, a person)
    cuts          its job follows the length of pieces ("piece_seconds" of the spec): shorter ones are tried where
                  workers die
    looks         (params, ModelId of a fingerprint library by its id) -> how it looks at all pictures of the run's
                  input (media.shared_decode.LOOKS); None when it does not. One decode serves all activities of a run
                  that do, and the job is told its own way ("look" of the spec) and those of all ("looks")
    way           (job spec) -> tasks that its job goes through one after the other, each with its part of the time;
                  {}: all that it asks for at once counts by its length
    analyses      its result is what conditions behind it call `analysis`
    publishes_early   its first success may publish the media, when the end asks for it
    warn          (raw parameters) -> (parameter, what its writer should know): what is accepted and does not do here
                  what it says
    refs          (params) -> what must exist: {"templates": {...ids}, "watermarks": {...}, "inputs", "buckets":
                  {...names of input and output buckets}, "pictures": {...names of buckets that are read}, "pipelines":
                  {...}, "locations": {...}}; where a name is a key, its value is the place that names it (refs_of)
    needs         (params, templates by id) -> what its job needs of the host
    predecessors  types that may come directly before (workflow.md 5); empty: any
    check_graph   (its activity, all activities, complaints): what must be so around it
    check_templates  (its activity, all activities, templates by id, complaints): what its templates must be, as far as
                  they are known
    gate          the parameter with the rule by which it may stop its branch, "" for one without; None: it never does
    asks          the parameter that says when a person decides, "" for one that never asks by a parameter
    schema        JSON Schema of the raw parameters (core.schema); a test holds that it agrees with `check`
    stage         where the palette shows it             label, help   for people, in English and Chinese
    """

    name: str
    check: Callable[[Mapping[str, Any], Problems, str], Any]
    aliases: tuple[str, ...] = ()
    role: Role = "work"
    source: Source = "input"
    outputs: Outputs = field(default_factory=Outputs)
    states: Mapping[str, str] = field(default_factory=lambda: JOB_STATES)
    lane: Lane = "light"
    job: Callable[[Any, Env], dict[str, Any]] | None = None
    batch_key: Callable[[Mapping[str, Any]], str] | None = None
    run: Run | None = None
    version: str = "1"
    older: Mapping[str, Run] = field(default_factory=dict)
    queue: Callable[[Any], str] = lambda _params: ""
    speeds: frozenset[str] = TRANSCODES
    places: tuple[tuple[str, str], ...] = (("bucket", "key"),)
    repeatable: bool = True
    cuts: bool = False
    looks: Callable[[Any, Callable[[str], int]], str] | None = None
    way: Callable[[Mapping[str, Any]], Mapping[str, float]] = lambda _spec: {}
    analyses: bool = False
    publishes_early: bool = False
    refs: Callable[[Any], Mapping[str, Collection[str]]] = lambda _params: {}
    needs: Callable[[Any, Mapping[str, Mapping[str, Any]]], Needs] = lambda _params, _templates: Needs()
    warn: Callable[[Mapping[str, Any]], Sequence[tuple[str, UserText]]] = lambda _raw: ()
    predecessors: frozenset[str] = frozenset()
    check_graph: Callable[[GraphNode, Mapping[str, GraphNode], Problems], None] = lambda _node, _nodes, _problems: None
    check_templates: Callable[[GraphNode, Mapping[str, GraphNode], Mapping[str, Mapping[str, Any]], Problems], None] = (
        lambda _node, _nodes, _templates, _problems: None
    )
    gate: str | None = None
    asks: str = ""
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    stage: Stage = "make"
    label: str = ""
    help: str = ""
    label_zh: str = ""
    help_zh: str = ""

    def takers(self, *, standard: bool) -> frozenset[str]:
        """Speed of the pipelines that may be named for its jobs; `standard`: Standard ones may be for every job."""
        return self.speeds | {STANDARD} if standard else self.speeds

    def fits(self, speed: str, *, named: bool, standard: bool = False) -> bool:
        """Whether a pipeline of this Speed takes its jobs; `named`: it was chosen for them, and is not just that of
        their run (or the one that is there), which does for everything when it is a Standard one."""
        return speed in self.takers(standard=standard or not named)

    @property
    def instant(self) -> bool:
        """It has no job: it succeeds in the moment in which it becomes ready."""
        return self.job is None


def opened(nodes: Mapping[str, GraphNode], name: str, kind: str) -> GraphNode | None:
    """The nearest activity of this type before one, that opened what it belongs to."""
    front = [name]
    for one in front:
        node = nodes.get(one)
        if node is None:
            continue
        if node.type == kind:
            return node
        front += [before for before in node.predecessors if before not in front]
    return None


def refs_of(params: Any) -> Mapping[str, Mapping[str, str]]:
    """NodeType.refs of parameters that are declared (core.declare)."""
    checked: Checked = params
    return checked.refs


def group_fits(node: GraphNode, nodes: Mapping[str, GraphNode], problems: Problems) -> None:
    """A `check_graph` for groups: each speaks the language of its package (workflow.md 4.7)."""
    package = opened(nodes, node.name, "PackageConfig")
    if package is None or node.params.dash == (package.params.protocol == "dash"):
        return
    wanted, given = ("AdaptationSet", "GroupId") if package.params.protocol == "dash" else ("GroupId", "AdaptationSet")
    problems.add(
        f"Activities.{node.name}.Parameters.{given}",
        "InvalidParameter",
        f"The package is {package.params.protocol}: its groups have {wanted}.",
    )


def source_video(activities: Mapping[str, Mapping[str, Any]], number: int | None) -> VideoStream | None:
    """A picture of the run's input (None: the default one), as its first activity found it; None when there is none, or
    nobody looked yet."""
    raw = next((one["result"].get("raw") for one in activities.values() if one["type"] == "Start"), None)
    video = parse(raw if number is None else showing(raw, number)).video if raw else ()
    return video[0] if video else None


async def decoded(one: JobSpec, info: MediaInfo, io: NodeIO, alone: str = "") -> Made | None:
    """The pictures of the film that one decode made for all who look at it; None when this job is the only one, unless
    it wants them all the same (`alone`: how it looks)."""
    looks = one.spec.get("looks", ())
    if len(looks) < 2 and not alone:
        return None
    return (await io.execute([shared_decode.task(info, None, one.id, looks or [alone])]))[0]


async def looked(pieces: Sequence[Task], io: NodeIO) -> Failure | None:
    """Why the pieces in which a film is looked at could not all be made; those that others kept from beginning tell
    nothing."""
    failures = [made.failure for made in (await io.execute(pieces) if pieces else ()) if made.failure]
    return next((one for one in failures if one.code != "JobCancelled"), next(iter(failures), None))


def looking_way(spec: Mapping[str, Any], decode: float, look: str, rest: float, **after: float) -> dict[str, float]:
    """NodeType.way of a job that looks at pictures: their decode is a task of its own where several look."""
    if len(spec.get("looks", ())) > 1:
        return {decoding.TASK: decode, look: rest, **after}
    return {look: decode + rest, **after}
