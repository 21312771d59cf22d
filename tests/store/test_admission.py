"""Which work begins next: limits, lanes, shares and turns."""

import pytest

from reelmill.core import clock
from reelmill.core.model import Caller
from reelmill.engine import facts, submitting
from reelmill.store import buckets, outputs, work
from reelmill.store.database import Database
from reelmill.store.tables import pipelines
from store.test_joins import OPTIONS, PIPELINE, topology


@pytest.fixture(autouse=True)
def _ready(database: Database) -> None:
    with database.write() as tx:
        tx.execute(
            pipelines.insert().values(
                account="x", region="cn-hangzhou", id=PIPELINE, name="p", state="Active", speed="Standard", created_ms=1
            )
        )
        buckets.bind(tx, Caller("x", "cn-hangzhou"), "cout", "Output", "", 1)


def test_admission_by_pause_limit_priority_and_lanes(database: Database) -> None:
    from reelmill.engine import registry

    node = registry.nodes()["Snapshot"]
    from reelmill.core.model import Caller

    def submit(priority: int, lane: str = "light", pipeline: str = PIPELINE) -> str:
        with database.write() as tx:
            return submitting.submit(
                tx,
                node,
                Caller("x", "cn-hangzhou"),
                [{"id": clock.new_id(), "spec": {}}],
                None,
                pipeline,
                priority,
                lane=lane,
            )

    with database.write() as tx:
        tx.execute(
            pipelines.insert().values(
                account="x", region="cn-hangzhou", id="b" * 32, name="q", state="Paused", speed="Standard", created_ms=1
            )
        )
    paused = submit(10, pipeline="b" * 32)
    low, high, heavy = submit(1), submit(10), [submit(6, "heavy") for _ in range(5)]
    with database.write() as tx:
        first = [b for b, *_ in work.admit(tx, heavy=1, light=1, default_limit=100)]
    assert first[0] == high and low in first and paused not in first
    assert sum(b in heavy for b in first) == 3, "one slot of the lane and two at hand"
    with database.write() as tx:
        assert work.admit(tx, heavy=1, light=1, default_limit=100) == []
        assert work.admit(tx, heavy=9, light=9, default_limit=5) == [], "the pipeline's limit counts what is under way"
        assert len(work.admit(tx, heavy=9, light=9, default_limit=6)) == 1


def test_runs_end_one_after_the_other_and_no_lane_waits_for_another(database: Database) -> None:
    """A thousand files arrive at once: the first must not wait until all of them have been looked at, nor the
    encoders."""
    from reelmill.engine import registry

    def submit(turn: int, lane: str) -> str:
        with database.write() as tx:
            return submitting.submit(
                tx,
                registry.nodes()["Snapshot"],
                Caller("x", "cn-hangzhou"),
                [{"id": clock.new_id(), "spec": {}}],
                None,
                PIPELINE,
                6,
                turn=turn,
                lane=lane,
            )

    looks = [submit(turn, "light") for turn in range(20)]
    second = submit(0, "light")  # what follows in the first run is asked for last
    encodes = [submit(turn, "heavy") for turn in range(5)]
    with database.write() as tx:
        assert [b for b, *_ in work.admit(tx, heavy=1, light=1, default_limit=10)] == [
            looks[0],
            second,
            encodes[0],
            looks[1],
            encodes[1],
            encodes[2],
        ]
        assert len(work.admit(tx, heavy=9, light=9, default_limit=10)) == 4, (
            "the pipeline's limit holds for all lanes together"
        )


def test_an_import_holds_up_no_other_account_and_no_other_pipeline(database: Database) -> None:
    """Least under way first: accounts against each other, then the pipelines of one account; age decides only inside a
    pipeline."""
    from reelmill.engine import registry

    with database.write() as tx:
        for account, pipeline in (("x", "q" * 32), ("y", "r" * 32)):
            tx.execute(
                pipelines.insert().values(
                    account=account,
                    region="cn-hangzhou",
                    id=pipeline,
                    name="p",
                    state="Active",
                    speed="Standard",
                    created_ms=1,
                )
            )

    def submit(account: str, pipeline: str) -> str:
        with database.write() as tx:
            return submitting.submit(
                tx,
                registry.nodes()["Snapshot"],
                Caller(account, "cn-hangzhou"),
                [{"id": clock.new_id(), "spec": {}}],
                None,
                pipeline,
                6,
                lane="heavy",
            )

    def admit() -> list[str]:
        with database.write() as tx:
            return [b for b, *_ in work.admit(tx, heavy=1, light=1, default_limit=100)]

    imported = [submit("x", PIPELINE) for _ in range(40)]
    assert admit() == imported[:3]
    aside, guest = submit("x", "q" * 32), submit("y", "r" * 32)
    with database.read() as tx:
        assert work.places(tx, [guest, aside, imported[3], imported[39]], 100) == {
            guest: 1,
            aside: 2,
            imported[3]: 3,
            imported[39]: 39,
        }, "the place in the queue"
        assert work.places(tx, [guest], 10) == {}
    assert admit() == [], "what was admitted keeps its place"
    for expected in (guest, aside, imported[3]):
        with database.write() as tx:
            work.move_batch(tx, imported.pop(0), 1, ("Admitted",), "Running")
            first = next(b for b in work.live(tx) if b["state"] == "Running")
            work.move_batch(tx, first["id"], 1, ("Running",), "Fail")
        assert admit() == [expected]


def test_an_account_of_more_weight_has_more_under_way(database: Database) -> None:
    from reelmill.engine import registry

    with database.write() as tx:
        values = {"account": "y", "region": "cn-hangzhou", "id": "r" * 32, "name": "p", "speed": "Standard"}
        tx.execute(pipelines.insert().values(**values, state="Active", created_ms=1))
    for _ in range(10):
        for account, pipeline in (("x", PIPELINE), ("y", "r" * 32)):
            with database.write() as tx:
                submitting.submit(
                    tx,
                    registry.nodes()["Snapshot"],
                    Caller(account, "cn-hangzhou"),
                    [{"id": clock.new_id(), "spec": {}}],
                    None,
                    pipeline,
                    6,
                    lane="heavy",
                )
    weights = {"x": 0.5}
    with database.write() as tx:
        under_way = [b for b, *_ in work.admit(tx, heavy=4, light=1, default_limit=100, weights=weights)]
        accounts = [b["account"] for b in work.live(tx) if b["id"] in under_way]
    assert sorted(accounts) == ["x"] * 2 + ["y"] * 4


def test_what_is_held_takes_no_place_of_its_lane(database: Database) -> None:
    from reelmill.engine import registry

    with database.write() as tx:
        made = [
            submitting.submit(
                tx,
                registry.nodes()["Snapshot"],
                Caller("x", "cn-hangzhou"),
                [{"id": clock.new_id(), "spec": {}}],
                None,
                PIPELINE,
                6,
            )
            for _ in range(9)
        ]
        assert len(work.admit(tx, heavy=1, light=1, default_limit=5)) == 3
        for batch in made[:2]:
            assert work.hold(tx, batch, 1, "the disk is full")
        assert [b["id"] for b in work.held(tx)] == made[:2]
        assert [b for b, *_ in work.admit(tx, heavy=1, light=1, default_limit=5)] == made[3:5]
        assert work.admit(tx, heavy=9, light=9, default_limit=5) == [], (
            "but one of its pipeline, so that not everything is encoded that cannot be published"
        )
        assert not work.hold(tx, made[0], 2, "") and work.hold(tx, made[0], 1, "")
        work.move_batch(tx, made[1], 1, ("Admitted",), "Cancelling")
        work.move_batch(tx, made[1], 1, ("Cancelling",), "Cancelled")
        assert work.held(tx) == []


def test_an_object_keeps_what_the_newest_version_of_its_source_made(database: Database) -> None:
    from reelmill.engine import registry
    from reelmill.store import written

    def run(version: str) -> str:
        """The batch of a run for a version of the same object."""
        workflow = {
            "id": "w" * 32,
            "account": "x",
            "region": "cn-hangzhou",
            "name": "w",
            "revision": 1,
            "topology": topology(),
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
            made = facts.start_execution(tx, OPTIONS, workflow, outputs.find_or_create_media(tx, row), version=version)
            return str(work.batches_of_run(tx, made or "")[0]["id"])

    older, newer = run("1-9"), run("2-9")
    with database.write() as tx:
        alone = submitting.submit(
            tx,
            registry.nodes()["Snapshot"],
            Caller("x", "cn-hangzhou"),
            [{"id": clock.new_id(), "spec": {}}],
            None,
            PIPELINE,
            6,
            version="3-9",
        )
        assert written.last(tx, "cout", "a.mp4") is None and written.origin(tx, alone) is None
        first, second = written.origin(tx, older), written.origin(tx, newer)
        assert (
            first
            and second
            and first.turn < second.turn
            and (first.bucket, first.key, first.version) == ("cin", "a.mp4", "1-9")
        )
        written.note(tx, "cout", "a.mp4", first)
        written.note(tx, "cout", "a.mp4", second)
        assert written.last(tx, "cout", "a.mp4") == second


def test_all_batches_of_a_run_have_the_turn_of_its_first_one(database: Database) -> None:
    """So that a run that was begun is not overtaken by those that came later."""
    from reelmill.engine import registry

    def submit(run_id: str | None) -> int:
        with database.write() as tx:
            job = [{"id": clock.new_id(), "spec": {}}]
            kind, owner = registry.nodes()["Snapshot"], Caller("x", "cn-hangzhou")
            batch_id = submitting.submit(tx, kind, owner, job, None, PIPELINE, 6, run_id)
            return int((work.batch(tx, batch_id) or {})["turn"])

    first, other, alone, again, after = (submit(run) for run in ("r1", "r2", None, "r1", None))
    assert first == again < other < alone < after
