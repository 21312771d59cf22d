"""Conditions, answers to failures and retries on a real database: what a run comes to, and what is kept of it."""

import json
from typing import Any

import sqlalchemy as sa

from reelmill.core.errors import Failure
from reelmill.core.model import Outcome
from reelmill.engine import facts, gates, rerunning
from reelmill.store import executions, runs
from reelmill.store.database import Database, all_rows, changed
from reelmill.store.tables import activities as rows
from reelmill.store.tables import media_outputs as made
from store.test_gates import MADE, activities, run_jobs, state_of_run, states, told
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
    assert "it divides by zero: 1 / media.info.width > 0" in found["b"]["message"]
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


def again(database: Database, run: str, *names: str) -> bool:
    with database.write() as tx:
        execution = executions.locked(tx, run)
        assert execution
        return rerunning.again(tx, OPTIONS, execution, names, None)


def shown(database: Database, run: str) -> list[tuple[str, str]]:
    """Outputs of a run in the record of its media."""
    with database.read() as tx:
        return [(o["activity"], o["object"]) for o in all_rows(tx, sa.select(made).where(made.c.run_id == run))]


def test_what_failed_is_done_again_and_outputs_follow_the_attempt(database: Database) -> None:
    run = begin(database, drawn=drawn({"s": ["a"], "a": [{"To": "b", "When": "success"}], "b": ["r"], "r": []}))
    assert run
    run_jobs(database, run)
    run_jobs(database, run)
    assert sorted(shown(database, run)) == [("a", "o"), ("b", "o")]
    assert again(database, run, "a") and not again(database, run, "a"), "of two at once one is refused"
    run_jobs(database, run, a=Outcome(MADE | {"object": "another"}))
    assert sorted(shown(database, run)) == [("a", "another"), ("b", "o")]
    run_jobs(database, run, b=BAD)
    assert shown(database, run) == [("a", "another")] and state_of_run(database, run) == "Completed"
    assert again(database, run, "b")
    run_jobs(database, run)
    found = activities(database, run)
    assert {n: r["attempt"] for n, r in found.items()} == {"s": 1, "a": 2, "b": 3, "r": 3}
    assert {r["state"] for r in found.values()} == {"Success"}


def test_a_rerun_may_follow_what_is_drawn_now_or_be_a_run_of_its_own(database: Database) -> None:
    run = begin(database)
    assert run
    run_jobs(database, run)
    document = json.loads(topology())
    document["Activities"]["c"] = document["Activities"].pop("b")
    document["Dependencies"] = {"s": ["a"], "a": [{"To": "c", "When": "success"}], "c": ["r"], "r": []}
    workflow = {"account": "x", "region": "cn-hangzhou", "topology": json.dumps(document), "revision": 2}
    with database.write() as tx:
        drawn_now = rerunning.redraw(tx, executions.locked(tx, run) or {}, workflow)
        fresh = rerunning.as_new_run(tx, OPTIONS, drawn_now, "c", 2)
    assert states(database, fresh) == {"s": "Success", "a": "Success", "c": "Running", "r": "Init"}
    assert activities(database, fresh)["a"]["result"] == MADE
    run_jobs(database, fresh)
    assert state_of_run(database, fresh) == "Completed" and shown(database, fresh) == [("c", "o")]
    assert [kind for kind, _, _ in told(database)] == ["Start", "Report", "Start", "Report"]
    with database.read() as tx:
        made_in = {job["activity"]: job["run_id"] for job in runs.jobs_of(tx, fresh).values()}
        assert made_in == {"s": run, "a": run, "c": fresh}, "what was taken over is looked at where it was made"
        assert [one["activity"] for one in runs.outputs_of(tx, fresh, made_in)] == ["a", "c"]
    with database.write() as tx:
        assert rerunning.again(tx, OPTIONS, drawn_now, ["c"], 2)
    assert states(database, run) == {"s": "Success", "a": "Success", "c": "Running", "r": "Init"}
    run_jobs(database, run)
    assert state_of_run(database, run) == "Completed" and sorted(shown(database, run)) == [("a", "o"), ("c", "o")]
    with database.read() as tx:
        assert [one["state"] for one in executions.attempts(tx, run, "b")] == ["Success"], "it is kept"
    for drawing in (topology(), json.dumps(document), topology()):  # "b" comes back, twice
        with database.write() as tx:
            again = rerunning.redraw(tx, executions.locked(tx, run) or {}, workflow | {"topology": drawing})
            assert rerunning.again(tx, OPTIONS, again, ["a"], 2)
        run_jobs(database, run)
        run_jobs(database, run)
        assert activities(database, run)["r"]["state"] == "Success"
    assert activities(database, run)["b"]["attempt"] == 3, "its attempts count on"
