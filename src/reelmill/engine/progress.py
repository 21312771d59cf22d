"""How far the batches are: collected in memory, written to the job rows once a second by the flush loop; never a
checkpoint."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_PIECE = re.compile(r"-p\d+$")  # a task that does a part of a step


@dataclass
class _Batch:
    weights: dict[str, float] = field(default_factory=dict)  # task -> seconds of timeline
    done: dict[str, float] = field(default_factory=dict)
    way: Mapping[str, float] = field(default_factory=dict)

    def share(self) -> float:
        """How much of all is done, from 0 to 1."""
        if not self.way:
            return sum(self.done.values()) / sum(self.weights.values())
        tasks = {step: [task for task in self.weights if _PIECE.sub("", task) == step] for step in self.way}
        begun = [place for place, step in enumerate(self.way) if tasks[step]]
        if not begun:
            return 0.0
        last, shares = tasks[list(self.way)[begun[-1]]], list(self.way.values())  # what comes before is over, or spared
        reached = sum(self.done.get(task, 0.0) for task in last) / sum(self.weights[task] for task in last)
        return (sum(shares[: begun[-1]]) + shares[begun[-1]] * reached) / sum(shares)


class Progress:
    """Percent per batch, at most 99 until the final fact: of the way that its node told, else seconds of timeline gone
    through / seconds that its tasks have."""

    def __init__(self) -> None:
        self._batches: dict[str, _Batch] = {}
        self._changed: set[str] = set()

    def begin(self, batch: str, way: Mapping[str, float]) -> None:
        """`way`: see NodeType.way."""
        self._batches.setdefault(batch, _Batch()).way = way

    def expect(self, batch: str, task: str, seconds: float) -> None:
        self._batches.setdefault(batch, _Batch()).weights[task] = max(seconds, 0.001)

    def reach(self, batch: str, task: str, seconds: float) -> None:
        entry = self._batches.get(batch)
        if entry and task in entry.weights:
            entry.done[task] = min(seconds, entry.weights[task])
            self._changed.add(batch)

    def finish(self, batch: str, task: str) -> None:
        self.reach(batch, task, float("inf"))

    def of(self, batch: str, task: str) -> tuple[float, float]:
        """Seconds of timeline that a task has gone through, and that it has; zeros when nothing is known."""
        entry = self._batches.get(batch)
        return (entry.done.get(task, 0.0), entry.weights.get(task, 0.0)) if entry else (0.0, 0.0)

    def forget(self, batch: str) -> None:
        self._batches.pop(batch, None)
        self._changed.discard(batch)

    def take_changed(self) -> dict[str, int]:
        """batch -> percent of those that moved since the last call."""
        changed, self._changed = self._changed, set()
        found = {}
        for batch in changed:
            if entry := self._batches.get(batch):
                found[batch] = min(99, int(100 * entry.share()))
        return found
