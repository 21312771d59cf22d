"""Gates, decisions and attempts on a real SQLite file: what waits holds no place, the first decision counts, and a run
that has ended goes on from where somebody wants it done again."""

import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from reelmill.core.model import Caller, Decision, Outcome
from reelmill.engine import facts, gates, registry
from reelmill.store import executions, load, reviews, tables, work
from reelmill.store.database import Database, Row, all_rows
from reelmill.store.tables import media, outbox
from store.test_joins import OPTIONS, _ready, begin

__all__ = ["_ready"]
ME = Caller("x", "cn-hangzhou")
MADE = {"bucket": "cout", "object": "o"}


def run_jobs(database: Database, run: str, **outcomes: Outcome) -> None:
    """All that can run does, with these outcomes by activity."""
    with database.write() as tx:
        work.admit(tx, heavy=100, light=100, default_limit=100, versions={"Snapshot": "7"})
        for batch in work.batches_of_run(tx, run):
            if not work.move_batch(tx, batch["id"], batch["attempt"], ("Admitted",), "Running"):
                continue
            found = {j["id"]: outcomes.get(j["activity"], Outcome(MADE)) for j in work.jobs_of(tx, batch["id"])}
            assert facts.finish_batch(tx, OPTIONS, batch["id"], batch["attempt"], found)


def activities(database: Database, run: str) -> dict[str, Row]:
    with database.read() as tx:
        return executions.states(tx, run)


def states(database: Database, run: str) -> dict[str, str]:
    return {name: row["state"] for name, row in activities(database, run).items()}


def state_of_run(database: Database, run: str) -> str:
    with database.read() as tx:
        return str(executions.by_ids(tx, ME.account, ME.region, [run])[0]["state"])


def decide(database: Database, run: str, name: str, decision: Decision, attempt: int = 1) -> bool:
    with database.write() as tx:
        return gates.decided(tx, OPTIONS, run, name, attempt, decision)


def reopen(database: Database, run: str, name: str) -> bool:
    with database.write() as tx:
        return gates.reopened(tx, OPTIONS, run, name)


def told(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as tx:
        rows = all_rows(tx, sa.select(outbox).order_by(outbox.c.seq))
    bodies: list[tuple[dict[str, Any], str]] = [(json.loads(r["body"]), r["key"]) for r in rows]
    return [(b["Type"], b["MediaWorkflowExecution"]["State"], key) for b, key in bodies]


def waiting_run(database: Database) -> str:
    """A run whose "a" waits for a decision; "b" is done."""
    run = begin(database)
    assert run
    run_jobs(database, run, a=Outcome(MADE, gate="wait", reason="Look at it."))
    return run


def test_what_waits_is_shown_holds_no_place_and_goes_on_when_it_is_decided(database: Database) -> None:
    run = waiting_run(database)
    assert states(database, run) == {"s": "Success", "a": "Waiting", "b": "Success", "r": "Init"}
    row = activities(database, run)["a"]
    assert (row["message"], row["result"], row["finished_ms"]) == ("Look at it.", MADE, None)
    with database.read() as tx:
        assert work.live(tx) == [] and load.lanes(tx) == {}, "neither a lane nor a pipeline has anything of it"
    assert decide(database, run, "a", Decision("pass", "Fine.", "ann"))
    assert states(database, run)["a"] == "Success" and state_of_run(database, run) == "Completed"
    assert json.loads(activities(database, run)["a"]["decision"]) == {"gate": "pass", "reason": "Fine.", "by": "ann"}


def test_the_first_decision_counts_and_only_about_what_waits_in_the_attempt_that_was_seen(database: Database) -> None:
    run = waiting_run(database)
    assert not decide(database, run, "b", Decision("pass")) and not decide(database, run, "x", Decision("pass"))
    assert not decide(database, run, "a", Decision("pass"), attempt=2)
    assert decide(database, run, "a", Decision("stop", "No."))
    assert not decide(database, run, "a", Decision("pass"))
    row = activities(database, run)["a"]
    assert (row["state"], row["gate"], row["message"]) == ("Success", "stop", "No.")


def inbox(database: Database, caller: Caller = ME, size: int = 10, below: int | None = None) -> list[Row]:
    with database.read() as tx:
        return reviews.waiting(tx, caller, size, below)[0]


def test_the_inbox_shows_what_waits_page_by_page_and_to_its_owner_alone(database: Database) -> None:
    first, second = waiting_run(database), waiting_run(database)
    rows = inbox(database)
    assert [(row["run_id"], row["name"], row["message"]) for row in rows] == [
        (run, "a", "Look at it.") for run in (second, first)
    ]
    assert rows[0]["since_ms"] and rows[0]["media_id"] and rows[0]["object"] == "a.mp4"
    assert [row["run_id"] for row in inbox(database, below=rows[0]["seq"])] == [first]
    assert len(inbox(database, size=1)) == 2 and inbox(database, Caller("y", ME.region)) == []
    assert decide(database, second, "a", Decision("pass", "", "ann"))
    assert [row["run_id"] for row in inbox(database)] == [first]


def test_what_a_person_said_about_the_media_stays_whatever_is_found_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shot = registry.node("Snapshot")
    judges = replace(shot, outputs=replace(shot.outputs, verdict=lambda result: result.get("verdict", "")))
    monkeypatch.setattr(registry, "node", lambda name, node=registry.node: judges if name == "Snapshot" else node(name))

    def state() -> str:
        with database.read() as tx:
            return str(all_rows(tx, sa.select(media.c.censor_state))[0]["censor_state"])

    run = begin(database)
    assert run
    run_jobs(database, run, a=Outcome(MADE | {"verdict": "Review"}, gate="wait"))
    assert state() == "Review"
    assert decide(database, run, "a", Decision("stop", "No.", "ann")) and state() == "Block"
    later = begin(database)
    assert later
    run_jobs(database, later, a=Outcome(MADE | {"verdict": "Pass"}))
    assert state() == "Block", "the same film"
    with database.write() as tx:
        tx.execute(sa.update(tables.executions).where(tables.executions.c.run_id == run).values(version="older"))
    newer = begin(database)
    assert newer
    run_jobs(database, newer, a=Outcome(MADE | {"verdict": "Pass"}))
    assert state() == "Pass", "another film under the same name"


@pytest.mark.parametrize(("gate", "state"), [("pass", "Published"), ("stop", "UnPublish")])
def test_what_a_gate_stopped_is_not_published_by_the_end(database: Database, gate: Any, state: str) -> None:
    run = waiting_run(database)
    assert decide(database, run, "a", Decision(gate, "", "ann"))
    with database.read() as tx:
        (media_id,) = [row["media_id"] for row in executions.by_ids(tx, ME.account, ME.region, [run])]
        found = all_rows(tx, sa.select(media.c.publish_state).where(media.c.id == media_id))
    assert [row["publish_state"] for row in found] == [state]


def test_a_cancelled_run_waits_for_nobody(database: Database) -> None:
    run = waiting_run(database)
    with database.write() as tx:
        assert executions.mark_cancelled(tx, run)
        facts.settle(tx, OPTIONS, run)
    assert (states(database, run)["a"], state_of_run(database, run)) == ("Fail", "Fail")
    assert not decide(database, run, "a", Decision("pass"))


def test_a_run_that_ended_goes_on_from_an_activity_and_what_it_came_to_is_kept(database: Database) -> None:
    run = waiting_run(database)
    assert not reopen(database, run, "a"), "it has not ended"
    assert decide(database, run, "a", Decision("stop", "No.", "ann"))
    assert reopen(database, run, "a") and not reopen(database, run, "a")
    assert states(database, run) == {"s": "Success", "a": "Running", "b": "Success", "r": "Init"}
    assert state_of_run(database, run) == "Running"
    assert {n: r["attempt"] for n, r in activities(database, run).items()} == {"s": 1, "a": 2, "b": 1, "r": 2}
    with database.read() as tx:
        (first,) = executions.attempts(tx, run, "a")
        assert load.execution_counts(tx, ME) == {"Running": 1, "Completed": 0}
    assert (first["attempt"], first["state"], first["gate"], first["result"]) == (1, "Success", "stop", MADE)
    run_jobs(database, run, a=Outcome(MADE))
    assert set(states(database, run).values()) == {"Success"} and state_of_run(database, run) == "Completed"
    types = told(database)
    assert [(kind, state) for kind, state, _ in types] == [
        ("Start", "Running"),
        ("Report", "Success"),
        ("Report", "Success"),
    ]
    assert len({key for _, _, key in types}) == 3, "the message of another attempt has a key of its own"


def test_a_run_that_failed_at_its_start_may_be_done_again_as_a_whole(database: Database) -> None:
    run = begin(database)
    assert run
    with database.write() as tx:
        executions.mark_cancelled(tx, run)
        for batch in work.batches_of_run(tx, run):
            facts.batch_cancelled(tx, OPTIONS, batch["id"], None, ("Submitted",))
    assert state_of_run(database, run) == "Fail"
    assert reopen(database, run, "s")
    run_jobs(database, run, s=Outcome({"raw": {"format": {}, "streams": []}}))
    run_jobs(database, run)
    assert state_of_run(database, run) == "Completed"
    assert {r["attempt"] for r in activities(database, run).values()} == {2}


def test_admission_notes_the_version_of_the_node(database: Database) -> None:
    run = waiting_run(database)
    with database.read() as tx:
        found = {b["kind"]: b["node_version"] for b in work.batches_of_run(tx, run)}
    assert found == {"Start": "", "Snapshot": "7"}


@pytest.mark.parametrize("gate", ["pass", "stop", "wait"])
def test_an_outcome_survives_its_way_through_the_engines_file(gate: Any) -> None:
    one = Outcome(MADE, gate=gate, reason="why")
    assert Outcome.from_json(json.loads(json.dumps(one.to_json()))) == one
    old = {"result": MADE, "failure": None}
    assert Outcome.from_json(old).gate == "pass", "written before there were gates"


def test_the_percent_of_a_job_never_falls(database: Database) -> None:
    run = begin(database)
    assert run
    with database.write() as tx:
        work.admit(tx, heavy=100, light=100, default_limit=100, versions={"Snapshot": "7"})
        admitted = [one for one in work.batches_of_run(tx, run) if one["state"] == "Admitted"]
        batch = admitted[0]
        assert work.move_batch(tx, batch["id"], batch["attempt"], ("Admitted",), "Running")
        for told, kept in ((40, 40), (20, 40), (41, 41), (0, 41)):
            work.set_percent(tx, {batch["id"]: told})
            assert {one["percent"] for one in work.jobs_of(tx, batch["id"])} == {kept}
