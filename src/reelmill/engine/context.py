"""What the durable functions need and cannot be given as arguments (arguments are JSON in a database). Set once by
app.py."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from reelmill.core.model import Timeline
from reelmill.engine.crowd import Crowd
from reelmill.engine.lanes import Lane
from reelmill.engine.progress import Progress
from reelmill.engine.signals import Signals
from reelmill.engine.task_log import TaskLog
from reelmill.media.run import Runner
from reelmill.media.tools import Tools
from reelmill.objects.buckets import Buckets
from reelmill.store.database import Database


@dataclass(frozen=True, slots=True)
class Options:
    """Figures from the settings. Times in seconds.

    deliver   sends one message: (key, body) -> None when the receiver has it, else the reason; None: nobody wants
              messages
    """

    base_url: str
    piece_seconds: float = 60.0
    heavy_slots: int = 2
    light_slots: int = 2
    pipeline_concurrency: int = 10
    keep_engine_days: int = 7
    hold_seconds: float = 86_400.0  # how long work waits that the machine keeps from going on
    sync_seconds: float = 6.0  # SnapshotTimeOut (templates.md 5)
    skip_unchanged: bool = False
    deliver: Callable[[str, str], Awaitable[str | None]] | None = None


@dataclass
class HostContext:
    """The engine's parts. `failed_groups`: groups of tasks of which one (named) has failed; others need not start."""

    options: Options
    database: Database
    buckets: Buckets
    runner: Runner
    tools: Tools
    signals: Signals
    work: Path
    cache: Path
    lanes: dict[str, Lane]
    progress: Progress
    task_log: TaskLog = field(default_factory=TaskLog)
    crowd: Crowd = field(default_factory=Crowd)
    held: dict[str, str] = field(default_factory=dict)  # `BATCH-ATTEMPT` that waits for the machine -> why
    lost: dict[str, float] = field(
        default_factory=dict
    )  # workflows that nobody seems to run -> since which monotonic moment
    # batch -> how often it was begun anew, and monotonic moments: not again before, first time
    anew: dict[str, tuple[int, float, float]] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)  # loop of the server -> what keeps it from its work
    failed_groups: dict[str, str] = field(default_factory=dict)
    timelines: dict[str, tuple[dict[str, object], Timeline | None]] = field(
        default_factory=dict
    )  # what was found out, by path of the cached copy
    sources: dict[tuple[str, str], dict[str, float]] = field(
        default_factory=dict
    )  # (bucket, object) -> its entries in the cache -> last use (monotonic)
    asked: Counter[tuple[str, str]] = field(
        default_factory=Counter
    )  # (bucket, object) -> who is just being given a copy, or works from one by the way
    active: dict[str, str] = field(
        default_factory=dict
    )  # owner (`BATCH-ATTEMPT/TASK`) inside a task right now -> its group

    def owners(self, batch_owner: str) -> list[str]:
        """Runner owners (`BATCH-ATTEMPT/TASK`) that belong to one attempt of a batch."""
        return [o for o in tuple(self.active) if o.startswith(batch_owner + "/")]

    def quiet(self, batch_owner: str) -> bool:
        """Nobody works for this attempt: no task is inside its slot, no process is alive."""
        return not self.owners(batch_owner)

    def kill(self, batch_owner: str) -> None:
        """End every process of this attempt now."""
        for owner in self.owners(batch_owner):
            self.runner.kill(owner)


_world: HostContext | None = None


def put(world: HostContext) -> None:
    global _world
    _world = world


def get() -> HostContext:
    if _world is None:
        raise RuntimeError("the engine is not running")
    return _world
