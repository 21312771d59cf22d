"""Many writers at the same moment, who on PostgreSQL are in the middle of their transactions together: what one writer
at a time made safe by itself holds there as well."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import executions, load, media, outbox, outputs, tables, work
from reelmill.store.database import Collided, Database, all_rows, database_trouble

ANN = Caller("ann", "r1")
WRITERS, ROUNDS = 6, 4


def together(function: Callable[[int], None]) -> None:
    """Call it from many threads that begin at the same moment; the first error is raised."""
    ready, errors = threading.Barrier(WRITERS), list[BaseException]()

    def run(number: int) -> None:
        ready.wait()
        try:
            function(number)
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def record(name: str, at: int = 0) -> dict[str, object]:
    return {"account": "ann", "region": "r1", "id": name, "bucket": "b", "location": "l", "object": "same.mp4"} | {
        "publish_state": "Initiated",
        "created_ms": at,
    }


def execution(run_id: str, key: str | None) -> dict[str, object]:
    names = ("workflow_id", "workflow_name", "media_id", "bucket", "location", "object")
    row = {"account": "ann", "region": "r1", "run_id": run_id, "state": "Running", "graph": "{}", "created_ms": 0}
    return row | dict.fromkeys(names, "x") | {"trigger_key": key}


def test_an_object_gets_one_media_and_an_upload_one_run_and_one_message(database: Database) -> None:
    begun: list[int] = []

    def write(number: int) -> None:
        for round_ in range(ROUNDS):
            with database.write() as tx:
                outputs.find_or_create_media(tx, record(f"m{number}-{round_}"))
                if executions.insert(tx, execution(f"r{number}-{round_}", f"key {round_}"), [("a", "Start")]):
                    begun.append(round_)
                outbox.put(tx, "ann", "r1", f"message {round_}", "{}", 1)

    together(write)
    with database.read() as tx:
        counted = {
            name: tx.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for name, table in (("media", tables.media), ("runs", tables.executions), ("messages", tables.outbox))
        }
        assert counted == {"media": 1, "runs": ROUNDS, "messages": ROUNDS} and sorted(begun) == list(range(ROUNDS))
        assert load.execution_counts(tx, ANN) == {"Running": ROUNDS} and media.total(tx, ANN, ["Initiated"]) == 1


def test_rows_follow_each_other_in_time_whoever_made_them_and_turns_are_never_shared(database: Database) -> None:
    """Clocks of hosts differ by a little; a range of time is a range of places all the same."""

    def write(number: int) -> None:
        for round_ in range(ROUNDS):
            name = f"{number}-{round_}"
            with database.write() as tx:
                media.add(tx, record(name, at=1_000_000 - 7 * number + round_) | {"object": name})
                batch: dict[str, object] = {
                    "account": "ann",
                    "region": "r1",
                    "id": name,
                    "run_id": None,
                    "pipeline_id": "p",
                }
                batch |= {"kind": "Snapshot", "lane": "light", "priority": 6, "turn": None, "state": "Submitted"}
                work.add_batch(tx, batch | {"attempt": 0, "created_ms": 5}, [{"id": name, "spec": {}}])

    together(write)
    with database.read() as tx:
        made = [row["created_ms"] for row in all_rows(tx, sa.select(tables.media).order_by(tables.media.c.seq))]
        rows = all_rows(tx, sa.select(tables.batches).order_by(tables.batches.c.seq))
    assert made == sorted(made) and len(made) == WRITERS * ROUNDS
    turns = [row["turn"] for row in rows]
    assert turns == sorted(turns) and len(set(turns)) == WRITERS * ROUNDS


def test_runs_that_begin_and_end_at_once_are_all_counted(database: Database) -> None:
    def write(number: int) -> None:
        for round_ in range(ROUNDS):
            run = f"r{number}-{round_}"
            with database.write() as tx:
                executions.insert(tx, execution(run, None), [("a", "Start")])
            with database.write() as tx:
                assert executions.finish(tx, run, "Completed" if number % 2 else "Fail", 1)

    together(write)
    half = WRITERS * ROUNDS // 2
    with database.read() as tx:
        assert load.execution_counts(tx, ANN) == {"Running": 0, "Completed": half, "Fail": half}


def test_two_who_admit_at_once_fill_no_slot_twice(database: Database) -> None:
    with database.write() as tx:
        pipeline = {"account": "ann", "region": "r1", "id": "p", "name": "p", "state": "Active", "speed": "Standard"}
        tx.execute(tables.pipelines.insert().values(**pipeline, created_ms=1))
        for number in range(20):
            batch: dict[str, object] = {
                "account": "ann",
                "region": "r1",
                "id": f"b{number}",
                "run_id": None,
                "pipeline_id": "p",
            }
            batch |= {"kind": "Snapshot", "lane": "light", "priority": 6, "turn": None, "state": "Submitted"}
            work.add_batch(tx, batch | {"attempt": 0, "created_ms": 5}, [{"id": f"j{number}", "spec": {}}])
    admitted: list[str] = []

    def admit(_number: int) -> None:
        found = database.transact(lambda tx: work.admit(tx, heavy=1, light=1, default_limit=100))
        admitted.extend(batch for batch, *_ in found)

    together(admit)
    assert sorted(admitted) == ["b0", "b1", "b2"], "one slot of the lane and two at hand"


def test_who_stands_in_the_way_of_another_is_called_again(database: Database, kind: str) -> None:
    """Two writers take two rows in opposite order: PostgreSQL gives one of them up, and it succeeds when done again."""
    with database.write() as tx:
        for run in ("a", "b"):
            executions.insert(tx, execution(run, None), [("a", "Start")])
    meet, calls = threading.Barrier(2), list[str]()

    def both(first: str, second: str) -> None:
        def change(tx: sa.Connection) -> None:
            calls.append(first)
            executions.locked(tx, first)
            if kind == "postgresql" and calls.count(first) == 1:
                meet.wait(10)
            executions.locked(tx, second)

        database.transact(change)

    threads = [threading.Thread(target=both, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(calls) == (3 if kind == "postgresql" else 2)


def test_what_the_machine_does_is_no_fault_of_a_statement(database: Database, kind: str) -> None:
    trouble = database_trouble(database.dialect.example())
    assert trouble is not None and not isinstance(trouble, Collided)
    with pytest.raises(sa.exc.DBAPIError), database.read() as tx:
        tx.execute(sa.text("select nothing_of_this_name"))


def test_a_read_writes_nothing_and_sees_one_moment(database: Database, kind: str) -> None:
    with database.read() as tx:
        before = load.execution_counts(tx, ANN)
        with database.write() as other:
            executions.insert(other, execution("r", None), [("a", "Start")])
        assert load.execution_counts(tx, ANN) == before == {}
        if kind == "postgresql":
            with pytest.raises(sa.exc.DBAPIError, match="read-only"):
                tx.execute(tables.executions.delete())
    with database.read() as tx:
        assert load.execution_counts(tx, ANN) == {"Running": 1}
