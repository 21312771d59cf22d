"""Frozen values that pass between layers. Everything that crosses a checkpoint has a JSON form."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from fractions import Fraction
from typing import Any, Literal

from reelmill.core.errors import Failure, UserText
from reelmill.core.timeline import Timeline as Timeline

Lane = Literal["light", "heavy"]
Gate = Literal["pass", "stop", "wait"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: every row belongs to an account and a region."""

    account: str
    region: str
    role: str = "administrator"
    name: str = ""  # AccessKey or user; "": the server itself


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """An object in a bucket. `key` is decoded UTF-8 without a leading slash; `location` is `oss-REGION`."""

    bucket: str
    location: str
    key: str

    def to_json(self) -> dict[str, str]:
        return {"bucket": self.bucket, "location": self.location, "key": self.key}


@dataclass(frozen=True, slots=True)
class VideoStream:
    """A moving picture (attached cover pictures are not counted). Units: seconds, pixels, bits per second.

    width, height  as decoded: what the container crops away is not counted
    shown_width, shown_height  after rotation and with square pixels, even numbers not enforced
    rotation       clockwise degrees to turn for display: 0, 90, 180, 270
    fps, nominal   frames per second on average, and the rate that has every time stamp (higher when the distance of
    frames varies); 0 when unknown matrix, primaries, transfer   ffprobe's words for the colours, "" when the file does
    not tell interlaced, progressive   what the container or the first frames tell; neither when they do not
    turned         the container has a display matrix: it is rotated or mirrored on the way to the screen
    alpha          some of it may be transparent       alpha_beside   ... which only the libvpx decoders see
    dolby_vision   its colours are Dolby Vision's own, without a layer that others could show
    tick           seconds between two times that the container can tell
    fields         ffprobe's word for the order of the fields of interlaced pictures, "" when it is not told
    boxed          its container tells colours for all of it, which counts more than what the pictures tell
    full           black is 0 and white is 255, as its container or the stream tells
    """

    index: int
    codec: str
    profile: str
    level: int
    width: int
    height: int
    shown_width: int
    shown_height: int
    rotation: int
    pix_fmt: str
    fps: Fraction
    nominal: Fraction
    start: float
    duration: float
    bitrate: int
    interlaced: bool
    hdr: bool
    matrix: str = ""
    primaries: str = ""
    transfer: str = ""
    progressive: bool = False
    turned: bool = False
    alpha: bool = False
    alpha_beside: bool = False
    dolby_vision: bool = False
    tick: float = 0.0
    fields: str = ""
    boxed: bool = False
    full: bool = False


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One audio track. bitrate in bits per second, 0 when unknown; language as tagged, "" when not.

    layout      ffprobe's word for the channels, "" when it is not told
    first, end  when its packets begin and end, seconds from the start of the file; both 0 when they were not read
    strays      the times of its packets are wrong: its samples are to be counted
    """

    index: int
    codec: str
    samplerate: int
    channels: int
    start: float
    duration: float
    bitrate: int
    language: str
    layout: str = ""
    first: float = 0.0
    end: float = 0.0
    strays: bool = False


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What ffprobe says about a file. `raw` is its JSON (format, streams), from which `media.probe.parse` makes this
    value."""

    format_name: str
    start: float
    duration: float
    size: int
    bitrate: int
    video: tuple[VideoStream, ...]
    audio: tuple[AudioStream, ...]
    raw: Mapping[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe:
    """Answer of NodeIO.probe: `raw` is ffprobe's JSON; `timeline` only when it was asked for and there is a video
    stream; `md5` only when asked for."""

    raw: Mapping[str, Any]
    timeline: Timeline | None = None
    md5: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One process. In `argv` (without the program) and in Task.files, `${source}` stands for the local copy of the
    source, `${out}` for the folder that this task makes, `${NAME}` for the folder that task NAME of the same batch
    made. Nothing else is replaced.

    tool      capability that media.tools resolves: "ffmpeg" or "ffprobe"
    seconds   length of the timeline that it goes through, for progress and time-outs; 0 when unknown
    """

    argv: tuple[str, ...]
    tool: str = "ffmpeg"
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {"argv": list(self.argv), "tool": self.tool, "seconds": self.seconds}


@dataclass(frozen=True, slots=True)
class Task:
    """One durable unit of work: its commands run one after the other and make a folder that appears whole or not at
    all.

    name    unique inside the batch, [a-z0-9-]+; the folder's name in the work store
    files   text files written into the folder before the commands run (lists for concat, playlists)
    expect  files that must be there and not empty at the end
    drop    files that are removed before the folder appears (lists)
    jobs    ids of the jobs that it serves, for whoever looks at it (a job is cancelled by itself only before its batch
            begins, so no task is made for it)
    objects   other objects that its commands read: `${KEY}` stands for the local copy
    addresses  http(s) addresses that its commands read: the same; only public ones, and small files
    lock      the medium whose data key encrypts: `${ciphertext}` in its texts stands for that key, sealed
    key       a key that somebody brought, sealed, which encrypts instead
    locked    files that are encrypted copies of others: name (its stem is the number of a segment) -> `${TASK}/file`
    clear     up to this number they are plain copies
    glued     files that consist of others, one after the other, before the commands run: name -> `${TASK}/file`...
    flags     files from which the packager reads its key, for that must stand in no command: name -> id of the key,
              32 digits of base 16; they are gone when the commands have ended
    shared    what it makes follows from the source and its commands alone: it is made once for all who want the same
              of one copy of the source, as long as that is kept
    """

    name: str
    lane: Lane
    commands: tuple[Command, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    expect: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    objects: Mapping[str, ObjectRef] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    lock: str = ""
    key: str = ""
    locked: Mapping[str, str] = field(default_factory=dict)
    clear: int = 0
    glued: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    shared: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "lane": self.lane,
            "commands": [c.to_json() for c in self.commands],
            "files": dict(self.files),
            "expect": list(self.expect),
            "drop": list(self.drop),
            "jobs": list(self.jobs),
            "objects": {name: ref.to_json() for name, ref in self.objects.items()},
            "addresses": dict(self.addresses),
            "lock": self.lock,
            "key": self.key,
            "locked": dict(self.locked),
            "clear": self.clear,
            "glued": {name: list(files) for name, files in self.glued.items()},
            "flags": dict(self.flags),
            "shared": self.shared,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Task":
        commands = tuple(Command(tuple(c["argv"]), c["tool"], c["seconds"]) for c in value["commands"])
        return cls(
            value["name"],
            value["lane"],
            commands,
            dict(value["files"]),
            tuple(value["expect"]),
            tuple(value["drop"]),
            tuple(value["jobs"]),
            {name: ObjectRef(**ref) for name, ref in value.get("objects", {}).items()},
            dict(value.get("addresses", {})),
            value.get("lock", ""),
            value.get("key", ""),
            dict(value.get("locked", {})),
            value.get("clear", 0),
            {name: tuple(files) for name, files in value.get("glued", {}).items()},
            dict(value.get("flags", {})),
            value.get("shared", False),
        )


@dataclass(frozen=True, slots=True)
class Made:
    """What a task left behind: file name -> size in bytes; or why it failed."""

    files: Mapping[str, int]
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A file that becomes an object: `file` in the folder of a task, the object's key, its media type (MIME)."""

    task: str
    file: str
    key: str
    type: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Files of one job that become objects: the parts first, the entry (playlist, manifest, mp4, picture) last.

    output   the output that all of them belong to, as the job's result names it; "" the entry's key
    """

    job: str
    bucket: str
    entry: Part
    parts: tuple[Part, ...] = ()
    output: str = ""

    @property
    def whole(self) -> tuple[Part, ...]:
        """All files, in the order in which they appear."""
        return (*self.parts, self.entry)

    def to_json(self) -> dict[str, Any]:
        return {
            "job": self.job,
            "bucket": self.bucket,
            "entry": list(astuple(self.entry)),
            "parts": [list(astuple(p)) for p in self.parts],
            "output": self.output,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Publication":
        parts = tuple(Part(*p) for p in value["parts"])
        return cls(value["job"], value["bucket"], Part(*value["entry"]), parts, value["output"])


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A job as a node gets it. `spec` is the JSON that the node's own `job()` function made; `source` is what it works
    on."""

    id: str
    source: ObjectRef | None
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: a failure, or a JSON result (its keys are the node's own; see each node's docstring).

    skipped   the source lacks what the job is about: the activity is Skipped, and what follows is made without it
    partial   it lacks something that could not be had, as its result says: nobody takes it over
    gate      what a success does to the branch behind it: it leads on (pass), nothing behind it is done (stop), or it
              waits for a decision and takes up no place meanwhile (wait)
    reason    why it stops or waits, for people
    reused_from  the run that made the outputs, which were only linked; "": they were made now
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    skipped: bool = False
    gate: Gate = "pass"
    reason: UserText = ""
    reused_from: str = ""
    partial: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "result": dict(self.result),
            "failure": self.failure.to_json() if self.failure else None,
            "skipped": self.skipped,
            "gate": self.gate,
            "reason": self.reason,
            "reused_from": self.reused_from,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Outcome":
        return cls(
            value["result"],
            Failure.from_json(value["failure"]) if value["failure"] else None,
            value.get("skipped", False),
            value.get("gate", "pass"),
            value.get("reason", ""),
            value.get("reused_from", ""),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about an activity that waits: whether its branch goes on. `by`: who it was."""

    gate: Literal["pass", "stop"]
    reason: UserText = ""
    by: str = ""

    def to_json(self) -> dict[str, str]:
        return {"gate": self.gate, "reason": self.reason, "by": self.by}
