"""What only this process knows."""

import asyncio
from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

from reelmill.core.model import Timeline
from reelmill.engine.crowd import Crowd
from reelmill.engine.lanes import Lane
from reelmill.engine.progress import Progress
from reelmill.engine.signals import Signals
from reelmill.engine.task_log import TaskLog
from reelmill.media.run import Runner


@dataclass
class LookedAhead:
    """A look at a source before anybody asked (engine.ahead): whether it is over, and by which commands, until somebody
    has told them."""

    done: asyncio.Event = field(default_factory=asyncio.Event)
    commands: list[Sequence[str]] = field(default_factory=list)


@dataclass
class ProcessState:
    """What is true for this process only: it is in no row, ends with the process, and is found out anew by the next one
    from rows and files. Everything else that the engine knows stands in the databases. So this is the list of what has
    to move, or to be asked of every host, before several hosts can share the work. Changed on the loop alone, but for
    what has a lock of its own (`progress`, `task_log`, `signals`, `runner`).

    runner         the processes of tools that are alive here
    lanes          who has a slot of a lane here, and who waits for one      crowd  whether a task runs alone here
    signals        wake loops of this process
    progress, task_log   percent and notes that are not yet in their rows
    publishing     (bucket, key) -> its lock, as long as somebody holds it or waits for it: jobs that share an output,
                   or a file beside it, publish one at a time
    libraries      fingerprint library -> its lock, as long as somebody compares with it to keep what is new
    active         owner (`BATCH-ATTEMPT/TASK`) inside a task right now -> its group
    failed_groups  group of tasks of which one (named) has failed: the others need not start
    held           `BATCH-ATTEMPT` that waits for the machine -> why
    anew           batch -> how often it was begun anew, and monotonic moments: not again before, first time
    lost           workflow that nobody seems to run -> since which monotonic moment
    troubles       loop of the server -> what keeps it from its work
    timelines      path of a cached copy -> what was found out about it
    looked_ahead   path of a cached copy that was looked at before anybody asked -> how
    shared         where the folder of a shared task is kept -> whose turn it is to make it
    sources        (bucket, object) -> its entries in the cache -> last use (monotonic)
    speaking       how many programs that speak to e-mail and chat services run at once
    delivering     what is on its way to a webhook or a subscriber -> which
    read           batch -> object that its commands read besides its source -> entry of its version in the cache, ""
                   when there were two
    asked          (bucket, object) -> who is just being given a copy, or works from one by the way
    """

    runner: Runner
    signals: Signals
    lanes: Mapping[str, Lane]
    progress: Progress = field(default_factory=Progress)
    task_log: TaskLog = field(default_factory=TaskLog)
    crowd: Crowd = field(default_factory=Crowd)
    publishing: MutableMapping[tuple[str, str], asyncio.Lock] = field(default_factory=WeakValueDictionary)
    libraries: MutableMapping[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    active: dict[str, str] = field(default_factory=dict)
    failed_groups: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    anew: dict[str, tuple[int, float, float]] = field(default_factory=dict)
    lost: dict[str, float] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    timelines: dict[str, tuple[dict[str, object], Timeline | None]] = field(default_factory=dict)
    looked_ahead: dict[str, LookedAhead] = field(default_factory=dict)
    shared: dict[Path, asyncio.Lock] = field(default_factory=dict)
    sources: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)
    speaking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    delivering: dict[asyncio.Task[None], str] = field(default_factory=dict)
    read: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

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
