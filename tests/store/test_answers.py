"""Conditions, answers to failures and retries on a real database: what a run comes to, and what is kept of it."""

import json
from typing import Any

from reelmill.core.errors import Failure
from reelmill.core.model import Outcome
from reelmill.engine import facts, gates
from reelmill.store import executions
from reelmill.store.database import Database, changed
from reelmill.store.tables import activities as rows
from store.test_gates import MADE, activities, run_jobs, state_of_run, states
from store.test_joins import OPTIONS, _ready, begin, topology

__all__ = ["_ready"]
BAD = Outcome(failure=Failure("InvalidParameter.Format", "It is bad."))


def drawn(edges: dict[str, Any] | None = None, **changes: dict[str, Any]) -> str:
    """The topology of the joins, with other edges and more in its activities."""
    document = json.loads(topology())
    for name, more in changes.items():
        document["Activities"][name] |= more
    return json.dumps(document | ({"Dependencies": edges} if edges else {}))


def due(database: Database, run: str, name: str) -> bool:
    """The time for the next attempt has come."""
    with database.write() as tx:
        changed(tx, rows.update().where(rows.c.run_id == run, rows.c.name == name).values(retry_at_ms=1))
        assert executions.waiting_again(tx, 1) == [(run, name)]
        return gates.tried_again(tx, OPTIONS, run, name)


def failed(database: Database, run: str) -> int:
    with database.read() as tx:
        return int(executions.by_ids(tx, "x", "cn-hangzhou", [run])[0]["failed"])


def test_conditions_skip_fail_and_go_on(database: Database) -> None:
    more = {"a": {"Condition": "media.info.width > 100"}, "b": {"Condition": "1 / media.info.width > 0"}}
    run = begin(database, drawn=drawn(**more))
    assert run
    found = activities(database, run)
    assert (found["a"]["state"], found["a"]["code"], found["a"]["message"]) == ("Skipped", "", "")
    assert found["a"]["reason"] == "Its condition is false with media.info.width = 0: media.info.width > 100"
    assert (found["b"]["state"], found["b"]["code"]) == ("Fail", "ConditionFailed")
    assert "divide by zero: 1 / media.info.width > 0" in found["b"]["message"]
    assert state_of_run(database, run) == "Completed"


def test_a_failure_that_was_answered_does_not_count_as_one(database: Database) -> None:
    edges = {"s": ["a"], "a": ["r", {"To": "b", "When": "failure"}], "b": ["r"], "r": []}
    run, other = begin(database, drawn=drawn(edges)), begin(database, drawn=drawn(edges))
    assert run and other
    run_jobs(database, run, a=BAD)
    run_jobs(database, run)
    assert states(database, run) == {"s": "Success", "a": "Fail", "b": "Success", "r": "Success"}
    assert (failed(database, run), state_of_run(database, run)) == (0, "Completed")
    run_jobs(database, other)
    assert activities(database, other)["b"]["reason"] == "Nothing led to it: a (Success)"


def test_a_retry_waits_as_a_row_and_ends_after_its_times(database: Database) -> None:
    run = begin(database, drawn=drawn(a={"Retry": {"Times": 2, "Interval": 60}}))
    assert run
    run_jobs(database, run, a=BAD)
    row = activities(database, run)["a"]
    assert (row["state"], row["code"], row["attempt"]) == ("Retrying", BAD.failure and BAD.failure.code, 1)
    with database.write() as tx:
        assert executions.waiting_again(tx, row["retry_at_ms"] - 1) == []
        assert not gates.tried_again(tx, OPTIONS, run, "a"), "its time has not come"
    for attempt in (2, 3):
        assert due(database, run, "a")
        with database.write() as tx:
            assert not gates.tried_again(tx, OPTIONS, run, "a"), "another host was there first"
        run_jobs(database, run, a=BAD)
        assert activities(database, run)["a"]["attempt"] == attempt
    assert states(database, run) == {"s": "Success", "a": "Fail", "b": "Success", "r": "Success"}
    with database.read() as tx:
        assert [one["state"] for one in executions.attempts(tx, run, "a")] == ["Fail", "Fail"]


def test_a_retry_may_succeed_and_only_tries_again_what_it_is_for(database: Database) -> None:
    retry = {"Retry": {"Times": 3, "On": ["InvalidParameter.Format"]}}
    run = begin(database, drawn=drawn(a=retry, b=retry))
    assert run
    run_jobs(database, run, a=BAD, b=Outcome(failure=Failure("InternalError", "Another.")))
    assert (states(database, run)["a"], states(database, run)["b"]) == ("Retrying", "Fail")
    assert due(database, run, "a")
    run_jobs(database, run)
    row = activities(database, run)["a"]
    assert (row["state"], row["result"], row["retry_at_ms"]) == ("Success", MADE, None)
    assert state_of_run(database, run) == "Completed"


def test_a_run_that_is_cancelled_tries_nothing_again(database: Database) -> None:
    run = begin(database, drawn=drawn(a={"Retry": {"Times": 3}}))
    assert run
    run_jobs(database, run, a=BAD)
    with database.write() as tx:
        assert executions.mark_cancelled(tx, run)
        facts.settle(tx, OPTIONS, run)
    assert states(database, run)["a"] == "Fail" and state_of_run(database, run) == "Fail"
    with database.write() as tx:
        assert executions.waiting_again(tx, 2**50) == [] and not gates.tried_again(tx, OPTIONS, run, "a")
