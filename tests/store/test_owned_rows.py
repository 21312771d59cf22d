"""Rows of an account: nobody else sees them, pages run from the newest."""

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import accounts, buckets, executions, load, media, pipelines, templates, workflows
from reelmill.store.database import Database

ANN, BEN, ELSEWHERE = Caller("ann", "r1"), Caller("ben", "r1"), Caller("ann", "r2")


def _pipeline(database: Database, caller: Caller, pipeline_id: str) -> None:
    with database.write() as tx:
        pipelines.add(
            tx,
            caller,
            id=pipeline_id,
            name="n",
            state="Active",
            speed="Standard",
            speed_level=None,
            role="",
            notify={"Topic": "ü"},
            created_ms=0,
        )


def test_rows_belong_to_account_and_region(database: Database) -> None:
    _pipeline(database, ANN, "p")
    with database.read() as tx:
        assert [bool(pipelines.find(tx, c, ["p"])) for c in (ANN, BEN, ELSEWHERE)] == [True, False, False]
        assert pipelines.find(tx, ANN, ["p"])["p"]["notify"] == {"Topic": "ü"}
    with database.write() as tx:
        pipelines.change(tx, BEN, "p", name="stolen")
    with database.read() as tx:
        assert (pipelines.get(tx, "ann", "r1", "p") or {})["name"] == "n"


def test_rows_come_in_the_order_that_was_asked_for(database: Database) -> None:
    for i in ("a", "b", "c"):
        _pipeline(database, ANN, i)
    with database.read() as tx:
        assert list(pipelines.find(tx, ANN, ["c", "x", "a"])) == ["c", "a"]
        assert [[r["id"] for r in pipelines.page(tx, ANN, None, n, 2)[0]] for n in (1, 2, 3)] == [["c", "b"], ["a"], []]


def test_a_name_prefix_is_no_pattern(database: Database) -> None:
    with database.write() as tx:
        for i, name in enumerate(("100%", "1000")):
            templates.add(tx, ANN, id=str(i), name=name, state="Normal", body={}, created_ms=0)
    with database.read() as tx:
        assert [r["name"] for r in templates.page(tx, ANN, None, "100%", 1, 10)[0]] == ["100%"]


def test_the_last_run_that_wrote_an_object_decides_whether_it_is_public(database: Database) -> None:
    with database.write() as tx:
        for run, public in (("r1", True), ("r2", False)):
            tx.execute(
                sa.text(
                    "insert into media_outputs (account, region, media_id, run_id, workflow_id, workflow_name, "
                    "activity, kind, bucket, object, body, public) "
                    "values ('ann','r1',:run,:run,'w','w','a','Play','b','v.mp4','{}',:public)"
                ),
                {"run": run, "public": public},
            )
    with database.read() as tx:
        assert not media.is_public(tx, "b", "v.mp4")


def test_only_active_automatic_workflows_wait_for_objects(database: Database) -> None:
    rows = (
        ("1", "Active", "OssAutoTrigger"),
        ("2", "Inactive", "OssAutoTrigger"),
        ("3", "Active", "NotInAuto"),
        ("4", "Deleted", "OssAutoTrigger"),
    )
    with database.write() as tx:
        for i, state, mode in rows:
            workflows.add(
                tx,
                ANN,
                id=i,
                name=i,
                topology="{}",
                trigger_mode=mode,
                state=state,
                input_bucket="b",
                input_prefix="",
                active_since_ms=0,
                created_ms=0,
            )
        assert workflows.waiting_for(tx, "b") == []
        buckets.bind(tx, ANN, "b", "Input", "", 0)
        assert [w["id"] for w in workflows.waiting_for(tx, "b")] == ["1"] and workflows.living(tx, ANN) == 3


def test_a_key_can_be_given_a_new_secret(database: Database) -> None:
    with database.write() as tx:
        accounts.put(tx, "k", 0, secret="one", account="ann", role="viewer", state="Active")
        accounts.put(tx, "k", 0, secret="two")
        assert (accounts.find(tx, "k") or {})["secret"] == "two" and accounts.find(tx, "other") is None


def test_bound_asks_for_the_account_and_the_kind(database: Database) -> None:
    with database.write() as tx:
        buckets.bind(tx, ANN, "in", "Input", "", 0)
        assert buckets.bound(tx, "ann", "r1", "in") and buckets.bound(tx, "ann", "r1", "in", "Input")
        assert not buckets.bound(tx, "ann", "r1", "in", "Output") and not buckets.bound(tx, "ben", "r1", "in")


def test_what_was_published_or_drawn_in_a_bucket_does_not_reach_its_next_owner(database: Database) -> None:
    with database.write() as tx:
        tx.exec_driver_sql(
            "insert into media_outputs (account, region, media_id, run_id, workflow_id, workflow_name, activity, "
            "kind, bucket, object, body, public) "
            "values ('ann','r1','m','r','w','w','a','Play','b','v.mp4','{}',true)"
        )
        workflows.add(
            tx,
            ANN,
            id="w",
            name="w",
            topology="{}",
            trigger_mode="OssAutoTrigger",
            state="Active",
            input_bucket="c",
            input_prefix="",
            active_since_ms=0,
            created_ms=0,
        )
        assert media.is_public(tx, "b", "v.mp4")
        buckets.bind(tx, BEN, "b", "Output", "", 0)
        buckets.bind(tx, BEN, "c", "Input", "", 0)
        assert not media.is_public(tx, "b", "v.mp4") and workflows.waiting_for(tx, "c") == []


def test_runs_are_counted_as_they_begin_and_end(database: Database) -> None:
    row = {
        "account": "ann",
        "region": "r1",
        "workflow_id": "w",
        "workflow_name": "w",
        "media_id": "m",
        "state": "Running",
        "bucket": "b",
        "location": "l",
        "object": "o",
        "trigger_key": None,
        "graph": "{}",
        "created_ms": 0,
    }
    with database.write() as tx:
        for run in ("r1", "r2", "r3"):
            executions.insert(tx, row | {"run_id": run}, [("a", "Start")])
        assert (
            executions.finish(tx, "r1", "Completed", 1)
            and not executions.finish(tx, "r1", "Fail", 2)
            and executions.finish(tx, "r2", "Fail", 3)
        )
        assert (
            load.execution_counts(tx, ANN) == {"Running": 1, "Completed": 1, "Fail": 1}
            and load.execution_counts(tx, BEN) == {}
        )
