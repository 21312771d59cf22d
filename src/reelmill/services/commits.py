"""Many small changes in one commit, and many small questions in one snapshot: who sends a thousand messages a second
waits for the disk a hundred times, not a thousand times."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import sqlalchemy as sa

from reelmill.core.errors import ReelMillError
from reelmill.store.database import Database

T = TypeVar("T")
_MOST = 200  # changes of one transaction: others want to write too
_Change = tuple[Callable[[sa.Connection], Any], "asyncio.Future[Any]"]


class Commits:
    """Runs changes one after the other in the order in which they came, all that wait in one transaction. Lives on one
    loop."""

    def __init__(self, database: Database):
        self._database = database
        self._waiting: list[_Change] = []
        self._task: asyncio.Task[None] | None = None

    async def run(self, change: Callable[[sa.Connection], T]) -> T:
        """What `change` answers, once that is committed. It may refuse by a ReelMillError, before it has changed
        anything."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            results = await asyncio.to_thread(self._commit, taken)
            for (_, done), (good, value) in zip(taken, results, strict=True):
                if done.done():
                    continue  # whoever asked has gone
                if good:
                    done.set_result(value)
                else:
                    done.set_exception(value)

    def _commit(self, taken: list[_Change]) -> list[tuple[bool, Any]]:
        try:
            return self._database.transact(lambda tx: [_one(tx, change) for change, _ in taken])
        # the machine's trouble for all of them, or a bug in one: which, each alone tells
        except Exception as error:  # noqa: BLE001
            if len(taken) == 1:
                return [(False, error)]
        return [self._commit([one])[0] for one in taken]


def _one(tx: sa.Connection, change: Callable[[sa.Connection], Any]) -> tuple[bool, Any]:
    try:
        return True, change(tx)
    except ReelMillError as refusal:
        return False, refusal


class Questions:
    """Asks for rows, all that wait in one snapshot, which is newer than any of them; who asks the same (`key`)
    meanwhile shares an answer. Lives on one loop."""

    def __init__(self, database: Database):
        self._database = database
        self._waiting: dict[Hashable, tuple[Callable[[sa.Connection], Any], asyncio.Future[Any]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def ask(self, key: Hashable, question: Callable[[sa.Connection], T]) -> T:
        """What the question answers. It may not fail but by the machine's trouble."""
        if key not in self._waiting:
            self._waiting[key] = question, asyncio.get_running_loop().create_future()
        answer: asyncio.Future[T] = self._waiting[key][1]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await asyncio.shield(answer)

    async def _work(self) -> None:
        while self._waiting:
            taken, self._waiting = list(self._waiting.values()), {}
            asked = asyncio.to_thread(self._read, [question for question, _ in taken])
            answers: list[Any] | BaseException
            (answers,) = await asyncio.gather(asked, return_exceptions=True)
            for n, (_, answer) in enumerate(taken):
                if isinstance(answers, BaseException):  # whatever it is, it is for those who asked
                    answer.set_exception(answers)
                    answer.exception()  # who asked may have gone
                else:
                    answer.set_result(answers[n])

    def _read(self, questions: list[Callable[[sa.Connection], Any]]) -> list[Any]:
        with self._database.read() as tx:
            return [question(tx) for question in questions]
