"""What the tasks of batches do, for people: states, exact commands, last lines. Collected in memory and written with
the progress, at the latest with the batch's final fact. Nothing is decided by it, so what a crash takes of it is no
loss."""

import shlex
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from reelmill.core import clock
from reelmill.core.model import Task
from reelmill.media.run import Ran

LOOK = "probe"  # the task that looks at the source
MAX_LOG = 4096  # characters that are kept of a task that succeeded
MAX_FAILED_LOG = 16_384
MAX_COMMANDS = 65_536  # characters of all commands of a task


@dataclass
class TaskRecord:
    """One task of a batch; columns as in store.tables."""

    batch_id: str
    name: str
    place: int
    jobs: tuple[str, ...]
    state: str = "Init"
    commands: list[str] = field(default_factory=list)
    log: str = ""
    started_ms: int | None = None
    finished_ms: int | None = None


class TaskLog:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notes: dict[tuple[str, str], TaskRecord] = {}
        self._changed: set[tuple[str, str]] = set()

    def expect(self, batch: str, tasks: Sequence[Task]) -> None:
        """These tasks have been asked for."""
        with self._lock:
            count = sum(1 for known, name in self._notes if known == batch and name != LOOK)
            for place, task in enumerate(tasks):
                self._notes[batch, task.name] = TaskRecord(batch, task.name, count + place, task.jobs)
                self._changed.add((batch, task.name))

    def begin(self, owner: str, argv: Sequence[str]) -> None:
        """A command of `BATCH-ATTEMPT/TASK` runs. The look at the source is a task of its own; looks at what was made
        are not told."""
        batch, task = _task(owner)
        if task == LOOK:
            with self._lock:
                self._notes.setdefault((batch, task), TaskRecord(batch, task, -1, ()))
        if note := self._touched(batch, task):
            if task == LOOK and note.state == "Success":  # some looks follow from what others saw
                note.state, note.finished_ms = "Running", None
            elif note.state != "Running":  # a new try forgets the one before
                note.state, note.started_ms, note.finished_ms, note.commands, note.log = (
                    "Running",
                    clock.now_ms(),
                    None,
                    [],
                    "",
                )
            command = shlex.join(argv)
            if command not in note.commands and sum(map(len, note.commands)) + len(command) <= MAX_COMMANDS:
                note.commands.append(command)

    def ran(self, owner: str, ran: Ran) -> None:
        """A command has ended."""
        batch, task = _task(owner)
        if (note := self._touched(batch, task)) and ran.log.strip():
            note.log = f"{note.log}\n{ran.log.strip()}".strip()[-MAX_FAILED_LOG:]
        if task == LOOK:
            self.end(batch, task, "Fail" if ran.returncode or ran.stopped else "Success")

    def looked(self, owner: str) -> None:
        """The look at the source of `BATCH-ATTEMPT/...` is over."""
        self.end(_task(owner)[0], LOOK, "Success")

    def end(self, batch: str, task: str, state: str) -> None:
        """Success, Fail, or Skipped when it was called off."""
        if note := self._touched(batch, task):
            note.state, note.finished_ms = state, clock.now_ms()
            note.log = note.log if state == "Fail" else note.log[-MAX_LOG:]

    def take(self, batch: str | None = None) -> list[TaskRecord]:
        """What changed since the last call. With `batch`: of this one, which has ended: what was not done of it will
        not be."""
        with self._lock:
            for (known, _), note in self._notes.items():
                if known == batch and note.state in ("Init", "Running"):
                    note.state = "Skipped"
                    self._changed.add((known, note.name))
            keys = {key for key in self._changed if batch is None or key[0] == batch}
            self._changed -= keys
            found = [self._notes[key] for key in sorted(keys) if key in self._notes]
            if batch is not None:
                self._notes = {key: note for key, note in self._notes.items() if key[0] != batch}
            return found

    def _touched(self, batch: str, task: str) -> TaskRecord | None:
        with self._lock:
            key = batch, task
            if key in self._notes:
                self._changed.add(key)
            return self._notes.get(key)


def _task(owner: str) -> tuple[str, str]:
    """(batch, task) of an owner."""
    head, _, task = owner.partition("/")
    return head.rpartition("-")[0], LOOK if task == "probe ${source}" else task
