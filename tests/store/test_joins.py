"""Two siblings finish at the same moment, each fact is told twice: the join runs exactly once."""

import contextlib
import json
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from reelmill.core import clock
from reelmill.core.model import Caller, Outcome
from reelmill.engine import facts
from reelmill.engine.context import Options
from reelmill.store import buckets, executions, outputs, tables, work
from reelmill.store.database import Database, Row, all_rows, one
from reelmill.store.tables import pipelines

ROUNDS = 40
OPTIONS = Options(base_url="http://h")
PIPELINE = "a" * 32


def topology() -> str:
    def shot(name: str) -> dict[str, Any]:
        out = {"Bucket": "cout", "Location": "oss-cn-hangzhou", "Object": "{RunId}/" + name + ".jpg"}
        return {"Type": "Snapshot", "Parameters": {"SnapshotConfig": {"OutputFile": out, "Time": "0"}}}

    start = {
        "Type": "Start",
        "Parameters": {"PipelineId": PIPELINE, "InputFile": {"Bucket": "cin", "Location": "oss-cn-hangzhou"}},
    }
    edges = {"s": ["a", "b"], "a": ["r"], "b": ["r"], "r": []}
    return json.dumps(
        {
            "Activities": {
                "s": start,
                "a": shot("a"),
                "b": shot("b"),
                "r": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
            },
            "Dependencies": edges,
        }
    )


@pytest.fixture(autouse=True)
def _ready(database: Database) -> None:
    with database.write() as tx:
        tx.execute(
            pipelines.insert().values(
                account="x", region="cn-hangzhou", id=PIPELINE, name="p", state="Active", speed="Standard", created_ms=1
            )
        )
        buckets.bind(tx, Caller("x", "cn-hangzhou"), "cout", "Output", "", 1)


def begin(database: Database, key: str | None = None, drawn: str = "") -> str | None:
    """A run whose Start has succeeded; both snapshots run."""
    workflow = {
        "id": "w" * 32,
        "account": "x",
        "region": "cn-hangzhou",
        "name": "w",
        "revision": 1,
        "topology": drawn or topology(),
    }
    with database.write() as tx:
        row = {
            "account": "x",
            "region": "cn-hangzhou",
            "id": clock.new_id(),
            "bucket": "cin",
            "location": "oss-cn-hangzhou",
            "object": "a.mp4",
            "publish_state": "Initiated",
            "created_ms": 1,
        }
        run = facts.start_execution(tx, OPTIONS, workflow, outputs.find_or_create_media(tx, row), trigger_key=key)
    if run is None:
        return None
    end(database, run, {"raw": {"format": {}, "streams": []}})
    return run


def end(database: Database, run: str, result: dict[str, Any]) -> None:
    with database.write() as tx:
        work.admit(tx, heavy=100, light=100, default_limit=100)
        waiting = [b for b in work.batches_of_run(tx, run) if b["state"] == "Admitted"]
        for batch in waiting:
            work.move_batch(tx, batch["id"], 1, ("Admitted",), "Running")
    for batch in waiting:
        tell(database, batch["id"], result)


def siblings(database: Database, run: str) -> list[str]:
    """The two snapshots of a run, at work."""
    with database.write() as tx:
        work.admit(tx, heavy=100, light=100, default_limit=100)
        pair = [b["id"] for b in work.batches_of_run(tx, run) if b["kind"] == "Snapshot"]
        for batch in pair:
            work.move_batch(tx, batch, 1, ("Admitted",), "Running")
    return pair


def tell(database: Database, batch: str, result: dict[str, Any]) -> bool:
    with database.write() as tx:
        return facts.finish_batch(tx, OPTIONS, batch, 1, {j["id"]: Outcome(result) for j in work.jobs_of(tx, batch)})


def test_a_fact_holds_its_lock_from_its_first_moment(database: Database) -> None:
    """What makes joins safe: nobody else may read the state of the run, and decide by it, between our reading and our
    commit. On SQLite the transaction itself is the lock; on PostgreSQL it is the row, read FOR UPDATE before the
    activities are."""
    run, read = begin(database), list[str]()
    assert run
    begun, ended, order = threading.Event(), threading.Event(), list[str]()

    def second() -> None:
        begun.set()
        with database.write() as tx:
            executions.locked(tx, run)
            order.append("second reads")
        ended.set()

    with database.write() as tx:
        executions.locked(tx, run)
        other = threading.Thread(target=second)
        other.start()
        assert begun.wait(5)
        ended.wait(0.3)
        order.append("first decides")
    other.join(30)
    assert order == ["first decides", "second reads"]

    def note(_connection: Any, statement: Any, *_more: Any) -> None:
        if isinstance(statement, sa.Select):
            read.append(str(statement.compile(dialect=postgresql.dialect())))  # type: ignore[no-untyped-call]

    with database.write() as tx:
        work.admit(tx, heavy=9, light=9, default_limit=9)
        sa.event.listen(tx, "before_execute", note)
        batch = next(b["id"] for b in work.batches_of_run(tx, run) if b["kind"] == "Snapshot")
        work.move_batch(tx, batch, 1, ("Admitted",), "Running")
        assert facts.finish_batch(
            tx,
            OPTIONS,
            batch,
            1,
            {j["id"]: Outcome({"bucket": "cout", "object": "a.jpg"}) for j in work.jobs_of(tx, batch)},
        )
    of_run = [text for text in read if "FROM executions" in text and "graph" in text]
    of_activities = [n for n, text in enumerate(read) if "FROM activities" in text and "activities.result" in text]
    assert of_run and all(text.endswith("FOR UPDATE") for text in of_run) and read.index(of_run[0]) < of_activities[0]


def test_a_join_is_never_missed_and_never_runs_twice(database: Database) -> None:
    for _ in range(ROUNDS):
        run = begin(database)
        assert run
        pair = siblings(database, run)
        together = threading.Barrier(4)
        told: list[bool] = []

        def sibling(batch: str, together: threading.Barrier = together, told: list[bool] = told) -> None:
            together.wait()
            told.append(tell(database, batch, {"bucket": "cout", "object": f"{batch}.jpg", "count": 1}))

        threads = [threading.Thread(target=sibling, args=(b,)) for b in pair * 2]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert sorted(told) == [False, False, True, True], "a fact that is known already changes nothing"
        with database.read() as tx:
            row = executions.by_ids(tx, "x", "cn-hangzhou", [run])[0]
            messages = all_rows(tx, "select * from outbox where body like :run", run=f"%{run}%")
        assert row["state"] == "Completed" and {a["state"] for a in row["activities"]} == {"Success"}
        assert len(messages) == 2, "one message of Start, one of Report"


@pytest.mark.parametrize("locks", [True, False])
def test_the_lock_of_the_run_is_what_joins_rest_on(
    database: Database, kind: str, locks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two siblings end in transactions that overlap: with the lock one waits for the other and sees what it said;
    without it, where writers do not stand in line anyway, neither sees the other and the run never ends."""

    def unlocked(tx: sa.Connection, run_id: str) -> Row | None:
        row = one(tx, sa.select(tables.executions).where(tables.executions.c.run_id == run_id))
        return row and row | {"graph": json.loads(row["graph"])}

    missed = 0
    for _ in range(5):
        run = begin(database)
        assert run
        pair = siblings(database, run)
        together = threading.Barrier(2)

        def sibling(batch: str, together: threading.Barrier = together) -> None:
            with database.write() as tx:
                jobs = work.jobs_of(tx, batch)
                answer = {"bucket": "cout", "object": f"{batch}.jpg", "count": 1}
                facts.finish_batch(tx, OPTIONS, batch, 1, {j["id"]: Outcome(answer) for j in jobs})
                with contextlib.suppress(threading.BrokenBarrierError):
                    together.wait(0.3)  # the other one is as far, unless it waits for us

        with monkeypatch.context() as patch:
            if not locks:
                patch.setattr(executions, "locked", unlocked)
            threads = [threading.Thread(target=sibling, args=(b,)) for b in pair]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
        with database.read() as tx:
            missed += executions.by_ids(tx, "x", "cn-hangzhou", [run])[0]["state"] != "Completed"
    assert missed == (5 if kind == "postgresql" and not locks else 0)


def test_the_same_upload_starts_a_workflow_once(database: Database) -> None:
    assert begin(database, "w/cin/a.mp4/1") is not None
    assert begin(database, "w/cin/a.mp4/1") is None
    assert begin(database, "w/cin/a.mp4/2") is not None


def test_an_old_attempt_and_a_cancelled_batch_say_nothing(database: Database) -> None:
    run = begin(database)
    assert run
    with database.write() as tx:
        work.admit(tx, heavy=9, light=9, default_limit=9)
        one, two = (b["id"] for b in work.batches_of_run(tx, run) if b["kind"] == "Snapshot")
        work.move_batch(tx, one, 1, ("Admitted",), "Running")
        assert work.next_attempt(tx, one, 1, "Running")
        work.move_batch(tx, two, 1, ("Admitted",), "Running")
        work.move_batch(tx, two, 1, ("Running",), "Cancelling")
    assert not tell(database, one, {}), "attempt 1 is history"
    assert not tell(database, two, {}), "Success and Fail never overwrite Cancelling"
