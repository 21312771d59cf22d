"""PostgreSQL as the store needs it: writers beside each other, who lock the rows that they decide by; our tables in a
schema of their own; other processes hear of commits by NOTIFY."""

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa

from reelmill.core import faults

log = logging.getLogger(__name__)
SCHEMA, ENGINE_SCHEMA = "reelmill", "reelmill_engine"  # our tables, and those of DBOS
_CHANNEL = "reelmill"
_TOLD_AT_ONCE = 200  # names in one notice; each queue that got a message is one
_WRITERS, _READERS = 8, 16  # connections that are kept open, and as many again when more threads ask at once
_LOCK_SECONDS = 30  # how long a writer waits for another one
_NAP = 1.0  # seconds between tries to connect again, and between looks whether the listener shall end

# What PostgreSQL says when the machine, not our statement, is to blame: SQLSTATE, or its first two characters.
_TROUBLES = {
    "53100": "full",
    "53200": "memory",
    "53300": "busy",  # too many connections
    "55P03": "busy",  # lock_timeout
    "57014": "busy",  # statement_timeout
    "40": "busy",  # given up for the sake of another transaction
    "58": "unreadable",
    "25006": "read-only",
    "42501": "read-only",
    "XX001": "damaged",
    "XX002": "damaged",
    "08": "gone",
    "57P": "gone",  # it shuts down or starts
    "28": "gone",  # it does not let us in
}


class _Postgresql:
    """See store.dialect."""

    single_writer = False
    shared = True

    def engines(self, url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
        return _engine(url, _WRITERS), _engine(
            url, _READERS, isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    def trouble(self, error: BaseException) -> str | None:
        if not isinstance(error, psycopg.Error):
            return None
        state = error.sqlstate or ""
        known = (_TROUBLES.get(state[:n]) for n in (5, 3, 2))
        # without a state the connection itself is broken
        lost = "gone" if not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) else None
        return next((what for what in known if what), lost)

    def many(self, tx: sa.Connection, query: sa.Select[Any] | sa.CompoundSelect[Any]) -> list[dict[str, Any]]:
        return [dict(row) for row in tx.execute(query).mappings()]

    def collided(self, error: BaseException) -> bool:
        return isinstance(error, psycopg.Error) and (error.sqlstate or "")[:2] == "40"

    def example(self) -> Exception:
        kinds: list[type[Exception]] = [
            psycopg.errors.DiskFull,
            psycopg.errors.AdminShutdown,
            psycopg.errors.IoError,
            psycopg.errors.DeadlockDetected,
            psycopg.errors.SerializationFailure,
            psycopg.errors.TooManyConnections,
            psycopg.OperationalError,  # without a state: the connection is lost
        ]
        return faults.turn(kinds)("as if the machine were in trouble")

    def lock(self, tx: sa.Connection, what: str) -> None:
        tx.execute(sa.text("select pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"{SCHEMA} {what}"})

    def tell(self, tx: sa.Connection, origin: str, tables: Sequence[str]) -> None:
        names = sorted(tables)
        for begin in range(0, len(names), _TOLD_AT_ONCE):  # one notice holds less than 8000 bytes
            said = f"{origin}:{','.join(names[begin : begin + _TOLD_AT_ONCE])}"
            tx.execute(sa.text("select pg_notify(:channel, :said)"), {"channel": _CHANNEL, "said": said})


POSTGRESQL = _Postgresql()


def driver_url(url: sa.URL, schema: str = SCHEMA) -> sa.URL:
    """The address with the driver that is installed, and with what each of our sessions begins with."""
    # jit, parallel workers: our questions are over before these would begin to pay, and search rests on the order in
    # which one process reads
    begin = f"-c search_path={schema} -c lock_timeout={1000 * _LOCK_SECONDS} -c jit=off"
    begin += " -c max_parallel_workers_per_gather=0"
    given = url.query.get("options", "")
    options = " ".join([*((given,) if isinstance(given, str) else given), begin]).strip()
    return url.set(drivername="postgresql+psycopg").update_query_dict({"options": options})


def _engine(url: sa.URL, size: int, **execution: Any) -> sa.Engine:
    return sa.create_engine(
        driver_url(url), pool_size=size, max_overflow=size, pool_pre_ping=True, execution_options=execution
    )


def engine_of_dbos(url: sa.URL) -> sa.Engine:
    """Connections for the engine's own tables. Its sessions end what stands open for long: a process that is frozen
    must not keep a lock."""
    begin = driver_url(url, ENGINE_SCHEMA)
    options = f"{begin.query['options']} -c idle_in_transaction_session_timeout=60s"
    return sa.create_engine(
        begin.update_query_dict({"options": options}), pool_size=_READERS, max_overflow=_READERS, pool_pre_ping=True
    )


class Listener:
    """Hears which tables other processes changed, and holds the lock by which one server alone serves the database.
    `heard` is called from a thread of its own."""

    def __init__(self, url: sa.URL, origin: str, heard: Callable[[frozenset[str]], None]):
        self._url, self._origin, self._heard = url, origin, heard
        self._ended = threading.Event()
        self._connection = self._connect()

    def claim(self, seconds: float) -> bool:
        """Whether no other server has this database, after waiting so long for one that may just be ending."""
        for _ in range(max(1, int(seconds / _NAP))):
            if self._claimed(self._connection):
                return True
            self._ended.wait(_NAP)
        return False

    def start(self) -> None:
        threading.Thread(target=self._listen, name="listener", daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(psycopg.Error):
            self._connection.close()

    def _connect(self) -> "psycopg.Connection[Any]":
        whole = driver_url(self._url).set(drivername="postgresql").render_as_string(hide_password=False)
        text = whole.replace("+", "%20")  # libpq does not take + for a space
        connection = psycopg.connect(text, autocommit=True, connect_timeout=10)
        connection.execute(f"listen {_CHANNEL}")
        return connection

    def _claimed(self, connection: "psycopg.Connection[Any]") -> bool:
        row = connection.execute(
            "select pg_try_advisory_lock(hashtextextended(%s, 0))", [f"{SCHEMA} server"]
        ).fetchone()
        return bool(row and row[0])

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                for said in self._connection.notifies(timeout=_NAP):
                    origin, _, tables = said.payload.partition(":")
                    if origin != self._origin:
                        self._heard(frozenset(tables.split(",")))
            except psycopg.Error as error:
                if not self._ended.wait(_NAP):
                    self._again(error)

    def _again(self, error: psycopg.Error) -> None:
        """What was said meanwhile is lost; the loops look by themselves every few seconds."""
        log.warning("the database does not tell of changes any more: %s", str(error).strip())
        with contextlib.suppress(psycopg.Error):
            self._connection = self._connect()
            if not self._claimed(self._connection):
                log.error("another ReelMill serves this database now")
