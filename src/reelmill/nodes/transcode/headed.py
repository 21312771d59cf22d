"""A source without a header gets one first; what follows knows nothing of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

from reelmill.core.errors import Failure
from reelmill.core.model import Command, JobSpec, Made, Probe, Publication, Task
from reelmill.core.ports import READ_BYTES, NodeIO, Wanted
from reelmill.core.segmented import Segmented
from reelmill.core.spending import Spending
from reelmill.media import raw

_HEADED = "${raw}/" + raw.FILE


class Headed:
    """A NodeIO whose `${source}` is the file that the task `raw` made."""

    def __init__(self, io: NodeIO):
        self._io = io

    async def probe(self, what: str, **wanted: Unpack[Wanted]) -> Probe | Failure:
        return await self._io.probe(_moved(what), **wanted)

    async def probe_all(self, whats: Sequence[str]) -> list[Probe | Failure]:
        return await self._io.probe_all([_moved(what) for what in whats])

    async def read(self, what: str, *, most: int = READ_BYTES) -> str | Failure:
        return await self._io.read(_moved(what), most=most)

    async def segments(self, whats: Sequence[str]) -> list[Segmented | Failure]:
        return await self._io.segments(whats)

    async def spending(self, whats: Sequence[str]) -> list[Spending | Failure]:
        return await self._io.spending(whats)

    async def execute(self, tasks: Sequence[Task]) -> list[Made]:
        return await self._io.execute([_of_headed(task) for task in tasks])

    async def compare(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        return await self._io.compare(order)

    async def review(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        return await self._io.review(order)

    async def publish(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        return await self._io.publish(publications)


def _moved(text: str) -> str:
    return text.replace("${source}", _HEADED)


def _of_headed(task: Task) -> Task:
    commands = tuple(Command(tuple(_moved(word) for word in c.argv), c.tool, c.seconds) for c in task.commands)
    return replace(task, commands=commands)


async def headed(jobs: Sequence[JobSpec], io: NodeIO) -> NodeIO | Failure:
    """The io to work with."""
    told = jobs[0].spec.get("raw")
    if not told:
        return io
    (made,) = await io.execute((raw.task(told, tuple(one.id for one in jobs)),))
    return made.failure or Headed(io)
