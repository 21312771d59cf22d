"""The only importer of dbos: durable execution in about ten functions. What is known about its traps stands beside the
line that avoids each.

Everything asynchronous runs on one loop: DBOS adopts the loop that runs while `launch` is called, so recovered
workflows land there as well.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetWorkflowID, _dbos
from dbos._dbos import _get_dbos_instance
from dbos._error import DBOSAwaitedWorkflowCancelledError, DBOSException
from dbos._queue import queue_worker_thread
from dbos._recovery import _recover_workflow
from dbos._serialization import DBOSPortableJSONSerializer, PortableWorkflowError

from reelmill.core import clock, faults
from reelmill.core.errors import TryAgain, UserText
from reelmill.store import dialect, postgresql
from reelmill.store.database import database_trouble


class Interrupted(Exception):
    """Work that the machine broke off, or that shall be planned anew: it ends without a fact, and the reconciler begins
    the next attempt."""


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


def configure(url: str) -> None:
    """Prepare DBOS on this database: a SQLite file of its own (made when missing), or on PostgreSQL a schema of its own
    beside ours. Call before `launch`."""
    where = sa.make_url(url)
    engine = _sqlite_engine(where) if where.get_backend_name() == "sqlite" else postgresql.engine_of_dbos(where)

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _(*_statement: Any) -> None:
        if faults.due("engine"):
            raise dialect.of(where).example()

    config = DBOSConfig(
        name="reelmill",
        system_database_url=url,
        system_database_engine=engine,
        dbos_system_schema=postgresql.ENGINE_SCHEMA,  # SQLite has none
        application_version=VERSION,  # else it is a hash of the code, and every edit would strand the work in flight
        executor_id="local",  # fixed: a lock on the home keeps a second process out
        serializer=DBOSPortableJSONSerializer(),  # never pickle: whoever can write the file could run code
        log_level="WARNING",
        console_log_level="WARNING",
    )
    DBOS(config=config)
    logging.getLogger("dbos").addFilter(_worth_telling)


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"  # DBOS sets this, and the next ones, only on engines of its own
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute("pragma " + pragma)

    return engine


def _worth_telling(record: logging.LogRecord) -> bool:
    error = (record.exc_info or (None, None))[1]
    if isinstance(error, DBOSAwaitedWorkflowCancelledError | Interrupted):  # a cancel is no error, nor is a new plan
        return False
    if error is not None and is_trouble(error):  # one line: where in DBOS it happened helps nobody
        record.msg, record.args, record.exc_info, record.exc_text = (
            f"{record.getMessage().splitlines()[0]} {error}".replace("\n", " "),
            (),
            None,
            None,
        )
    return True


def is_trouble(error: BaseException) -> bool:
    """Whether the machine is to blame and not the work: a database, the disk, the engine itself."""
    if isinstance(error, PortableWorkflowError):  # read back from the database: only its name is left
        return error.name in _TROUBLES
    return isinstance(error, Interrupted | TryAgain | OSError | DBOSException) or database_trouble(error) is not None


def told(error: BaseException) -> UserText:
    """The machine's trouble in a sentence."""
    known = error if isinstance(error, TryAgain) else database_trouble(error)
    return known.failure.message if known else f"The server cannot go on: {error}."


_TROUBLES = frozenset({"Interrupted", "TryAgain", "OperationalError", "InterfaceError", "TimeoutError", "OSError"})


def launch() -> None:
    """Start, and resume what was in flight. Must be called while the loop runs, in its thread."""
    for name, ours in _THREADS.items():
        if not hasattr(_dbos, name):
            raise AttributeError(f"DBOS has no {name} any more: see what took its place.")
        setattr(_dbos, name, ours)
    DBOS.launch()


def _start_recovered(stop: threading.Event, dbos: DBOS) -> None:
    """Start what DBOS recovered: it puts that into a queue, and nothing else is ever put there. Ends when all of it
    runs."""
    started = threading.Event()
    args = (started, dbos, dbos._registry.get_internal_queue())
    worker = threading.Thread(target=queue_worker_thread, args=args, name="recovered", daemon=True)
    worker.start()
    while not stop.wait(_RECOVERY_SECONDS) and _is_recovering(dbos):
        pass
    started.set()
    worker.join()


def _is_recovering(dbos: DBOS) -> bool:
    try:
        return bool(_unheld(dbos)) or bool(DBOS.list_workflows(status="ENQUEUED", app_version=VERSION, limit=1))
    except (sa.exc.SQLAlchemyError, DBOSException, OSError):  # the database does not answer now
        return True


def _needless(*_: Any) -> None:
    """We give DBOS neither starts at a later time nor deadlines nor schedules."""


# In place of threads of DBOS that ask the database every second for as long as the server lives, which took three
# fifths of what an idle one costs; no setting ends them.
_THREADS: Mapping[str, Callable[..., None]] = {
    "queue_thread": _start_recovered,
    "background_jobs_thread": _needless,
    "dynamic_scheduler_loop": _needless,
}
_RECOVERY_SECONDS = 0.5


def workflow(name: str) -> Callable[[Callable[..., Coroutine[Any, Any, Any]]], Callable[..., Coroutine[Any, Any, Any]]]:
    """A durable function. None attempts at most: DBOS counts every restart of the host, and being restarted is no
    failure."""
    return DBOS.workflow(name=name, max_recovery_attempts=None)


def step(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """A step whose answer is remembered; a cancel interrupts it."""
    return DBOS.step(preemptible=True)(function)


async def start(function: Callable[..., Coroutine[Any, Any, Any]], workflow_id: str, *args: Any) -> Any:
    """Start a workflow under this id; a handle. An id that is known already starts nothing and gives the handle of what
    runs.

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


async def lost() -> list[str]:
    """Workflows that the engine's file calls running and that nobody in this process runs: an error of that file ended
    their task. A moment between two of the engine's own steps looks the same, so ask again after a while."""
    return await asyncio.to_thread(_unheld, _get_dbos_instance())


def _unheld(dbos: DBOS) -> list[str]:
    pending = dbos._sys_db.get_pending_workflows("local", VERSION)
    held = set(dbos._active_workflows_set.activeList())
    return [w.workflow_id for w in pending if w.workflow_id not in held]


async def resume(workflow_ids: Sequence[str]) -> None:
    """Run lost workflows again; what they had done is remembered."""
    dbos = _get_dbos_instance()
    pending = await asyncio.to_thread(dbos._sys_db.get_pending_workflows, "local", VERSION)
    stop = threading.Event()
    dbos.background_thread_stop_events.append(stop)
    # before anything is put into the queue: should the database fail between two of them, the first is started all the
    # same. It goes on as long as one of them is lost
    threading.Thread(target=_start_recovered, args=(stop, dbos), daemon=True).start()
    for one in pending:
        if one.workflow_id in workflow_ids:
            await asyncio.to_thread(_recover_workflow, dbos, one, ["local"])


async def forget(completed_before_ms: int, limit: int = 500) -> int:
    """Delete ended workflows, oldest first; how many. DBOS 3 has no retention of its own."""
    ended = ["SUCCESS", "ERROR", "CANCELLED"]
    before = clock.iso(completed_before_ms)
    found = await DBOS.list_workflows_async(
        status=list(ended), completed_before=before, limit=limit, load_input=False, load_output=False
    )
    if found:
        await DBOS.delete_workflows_async([w.workflow_id for w in found])
    return len(found)
