"""The only importer of dbos: durable execution in about ten functions. What is known about its traps stands beside the line that avoids each.

Everything asynchronous runs on one loop: DBOS adopts the loop that runs while `launch` is called, so recovered workflows land there as well.
"""

import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos._error import DBOSAwaitedWorkflowCancelledError
from dbos._serialization import DBOSPortableJSONSerializer

from reelmill.core import clock

VERSION = "1"  # raise only when the order of steps changes incompatibly: work of another version is not resumed


@dataclass(frozen=True, slots=True)
class Status:
    """What the engine knows of a workflow. `alive`: it runs or will run by itself."""

    state: str
    version: str | None

    @property
    def alive(self) -> bool:
        return self.state in ("PENDING", "ENQUEUED", "DELAYED")

    @property
    def foreign(self) -> bool:
        return self.version != VERSION


def configure(path: str) -> None:
    """Prepare DBOS on the SQLite file at `path` (made when missing). Call before `launch`."""
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"  # DBOS sets this, and the next ones, only on engines of its own
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute("pragma " + pragma)

    config = DBOSConfig(
        name="reelmill",
        system_database_url=f"sqlite:///{path}",
        system_database_engine=engine,
        application_version=VERSION,  # else it is a hash of the code, and every edit would strand the work in flight
        executor_id="local",  # fixed: a lock on the home keeps a second process out
        serializer=DBOSPortableJSONSerializer(),  # never pickle: whoever can write the file could run code
        log_level="WARNING",
        console_log_level="WARNING",
    )
    DBOS(config=config)
    logging.getLogger("dbos").addFilter(_quiet_cancel)


def _quiet_cancel(record: logging.LogRecord) -> bool:
    return not isinstance((record.exc_info or (None, None))[1], DBOSAwaitedWorkflowCancelledError)  # a cancel is no error


def launch() -> None:
    """Start, and resume what was in flight. Must be called while the loop runs, in its thread."""
    DBOS.launch()


def workflow(name: str) -> Callable[[Callable[..., Coroutine[Any, Any, Any]]], Callable[..., Coroutine[Any, Any, Any]]]:
    """A durable function. None attempts at most: DBOS counts every restart of the host, and being restarted is no failure."""
    return DBOS.workflow(name=name, max_recovery_attempts=None)


def step(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """A step whose answer is remembered; a cancel interrupts it."""
    return DBOS.step(preemptible=True)(function)


async def start(function: Callable[..., Coroutine[Any, Any, Any]], workflow_id: str, *args: Any) -> Any:
    """Start a workflow under this id; a handle. An id that is known already starts nothing and gives the handle of what runs.

    Never call it inside a step (DBOS answers with a bare AssertionError).
    """
    with SetWorkflowID(workflow_id):  # one `with` per start: a second start inside would get a random id
        return await DBOS.start_workflow_async(function, *args)


async def result(handle: Any) -> Any:
    """What the workflow answered. Answers must be values: an exception has lost its class after a recovery."""
    return await handle.get_result(polling_interval_sec=0.2)  # after a recovery handles poll; the default is a second


async def cancel(workflow_ids: Sequence[str]) -> None:
    """Workflows and their children will run no further step."""
    await DBOS.cancel_workflows_async(list(workflow_ids), cancel_children=True)


async def statuses(workflow_ids: Sequence[str]) -> dict[str, Status]:
    """Those that are known."""
    if not workflow_ids:
        return {}
    found = await DBOS.list_workflows_async(workflow_ids=list(workflow_ids), load_input=False, load_output=False)
    return {w.workflow_id: Status(w.status, w.app_version) for w in found}


async def forget(completed_before_ms: int, limit: int = 500) -> int:
    """Delete ended workflows, oldest first; how many. DBOS 3 has no retention of its own."""
    ended = ["SUCCESS", "ERROR", "CANCELLED"]
    before = clock.iso(completed_before_ms)
    found = await DBOS.list_workflows_async(status=list(ended), completed_before=before, limit=limit, load_input=False, load_output=False)
    if found:
        await DBOS.delete_workflows_async([w.workflow_id for w in found])
    return len(found)
