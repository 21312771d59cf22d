"""What callers do at the same moment: who is given up for the sake of another is called again, a message is received by
one, an event is missed by nobody."""

import threading
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.mns import MnsError
from reelmill.core.model import Caller
from reelmill.services.mns import queues, topics
from reelmill.store import executions, webhooks
from reelmill.store.database import Collided, Database
from reelmill.store.message_tables import mns_queues, mns_subscriptions, mns_topics
from store.test_writers import ROUNDS, WRITERS, execution, together

ANN = Caller("ann", "r1")


def crossing(database: Database, before: Callable[[], None] = lambda: None) -> list[str]:
    """Two calls lock two runs in opposite order, each in the middle of it when the other one begins; who had his turn,
    once for each time."""
    with database.write() as tx:
        for run in ("a", "b"):
            executions.insert(tx, execution(run, None), [("a", "Start")])
    shared = not database.dialect.single_writer
    meet, calls, errors = threading.Barrier(2), list[str](), list[BaseException]()

    def call(first: str, second: str) -> None:
        def work() -> None:
            before()
            calls.append(first)
            with database.write() as tx:
                executions.locked(tx, first)
                if shared and calls.count(first) == 1:
                    meet.wait(10)
                executions.locked(tx, second)

        try:
            database.repeated(work)
        except Collided as error:
            errors.append(error)

    threads = [threading.Thread(target=call, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    if errors:
        raise errors[0]
    return calls


def test_a_call_that_a_deadlock_gave_up_is_repeated(database: Database, kind: str) -> None:
    turns = len(crossing(database))
    # PostgreSQL gives up one of the two, or both when they notice at the same time
    assert turns in (3, 4) if kind == "postgresql" else turns == 2


def test_what_a_call_has_committed_is_not_done_twice(database: Database, kind: str) -> None:
    def committed() -> None:
        with database.write() as tx:
            queues.create(tx, ANN, f"q{clock.new_id()}", {})

    if kind == "postgresql":
        with pytest.raises(Collided):
            crossing(database, committed)
    else:
        crossing(database, committed)
    with database.read() as tx:
        assert tx.execute(sa.select(sa.func.count()).select_from(mns_queues)).scalar() == 2, "one for each call"


def test_who_is_given_up_again_and_again_is_told(database: Database) -> None:
    calls = list[int]()

    def never() -> None:
        calls.append(1)
        with database.write():
            raise psycopg.errors.DeadlockDetected("as if")

    with pytest.raises(Collided):
        database.repeated(never)
    assert len(calls) == 5


def test_two_receivers_never_get_one_message(database: Database) -> None:
    with database.write() as tx:
        queues.create(tx, ANN, "q", {})
        queues.send(tx, ANN, "q", [queues.Draft(str(number)) for number in range(60)])
    got, lock = list[str](), threading.Lock()

    def receive(number: int) -> None:
        empty = 0
        while empty < 3:
            with database.write() as tx:
                _, rows, _ = queues.receive(tx, ANN, "q", 1 + number % 3)
            with database.write() as tx:
                assert queues.acknowledge_all(tx, ANN, "q", [row["handle"] for row in rows[:1]]) == []
            empty = 0 if rows else empty + 1
            with lock:
                got.extend(row["body"] for row in rows)

    together(receive)
    assert sorted(got, key=int) == [str(number) for number in range(60)]


def test_a_message_that_is_being_received_holds_nobody_up(database: Database, kind: str) -> None:
    if kind != "postgresql":
        return  # one writer at a time
    with database.write() as tx:
        queues.create(tx, ANN, "q", {})
        queues.send(tx, ANN, "q", [queues.Draft("first"), queues.Draft("second")])
    with database.write() as one, database.write() as other:
        bodies = [queues.receive(tx, ANN, "q", 1)[1][0]["body"] for tx in (one, other)]
        assert bodies == ["first", "second"] and queues.receive(other, ANN, "q", 1)[1] == []


def test_a_handle_is_good_for_one_of_two_who_hold_it(database: Database) -> None:
    with database.write() as tx:
        queues.create(tx, ANN, "q", {})
    for _ in range(ROUNDS):
        with database.write() as tx:
            queues.send(tx, ANN, "q", [queues.Draft("x")])
            handle = queues.receive(tx, ANN, "q", 1)[1][0]["handle"]
        done = list[str]()

        def acknowledge(_number: int, handle: str = handle, done: list[str] = done) -> None:
            try:
                with database.write() as tx:
                    queues.acknowledge(tx, ANN, "q", handle)
                done.append("deleted")
            except MnsError as error:
                done.append(error.code)

        together(acknowledge)
        assert sorted(done) == ["MessageNotExist"] * (WRITERS - 1) + ["deleted"]


def test_what_many_make_under_one_name_is_made_once(database: Database) -> None:
    made = list[bool]()
    hook = {"endpoint": "http://h/", "tag": "", "strategy": "BACKOFF_RETRY", "format": "XML"}

    def make(_number: int) -> None:
        for round_ in range(ROUNDS):
            with database.write() as tx:
                made.append(queues.create(tx, ANN, f"q{round_}", {}))
            with database.write() as tx:
                made.append(topics.create(tx, ANN, f"t{round_}", 1024, False))
            with database.write() as tx:
                made.append(topics.subscribe(tx, ANN, f"t{round_}", "s", hook))

    together(make)
    assert made.count(True) == 3 * ROUNDS
    with database.read() as tx:
        for table in (mns_queues, mns_topics, mns_subscriptions):
            assert tx.execute(sa.select(sa.func.count()).select_from(table)).scalar() == ROUNDS


def test_who_has_read_an_event_has_missed_none_before_it(database: Database) -> None:
    """A reader goes on behind the last event that he saw, while writers commit in another order than they began."""
    seen, place, writing = list[str](), 0, threading.Event()

    def look() -> None:
        nonlocal place
        with database.read() as tx:
            for row in webhooks.events_after(tx, ANN, place, 100):
                seen.append(row["id"])
                place = row["seq"]

    def follow() -> None:
        while not writing.is_set():
            look()

    def write(number: int) -> None:
        for round_ in range(5 * ROUNDS):
            with database.write() as tx:
                webhooks.add_event(tx, ANN, f"{number}-{round_}", "media.deleted", "{}", clock.now_ms())
                if number % 2:
                    tx.execute(sa.text("select count(*) from executions"))  # commits a little later

    reader = threading.Thread(target=follow)
    reader.start()
    together(write)
    writing.set()
    reader.join(20)
    look()
    assert len(seen) == len(set(seen)) == 5 * ROUNDS * WRITERS


def test_an_event_that_was_told_first_and_committed_last_comes_last(database: Database, kind: str) -> None:
    if kind != "postgresql":
        return  # one writer at a time
    with database.write() as slow:
        webhooks.add_event(slow, ANN, "slow", "media.deleted", "{}", 1)
        with database.write() as quick:
            webhooks.add_event(quick, ANN, "quick", "media.deleted", "{}", 2)
        with database.read() as tx:
            (first,) = webhooks.events_after(tx, ANN, 0, 10)
    with database.read() as tx:
        rest = webhooks.events_after(tx, ANN, first["seq"], 10)
    assert [first["id"], *(row["id"] for row in rest)] == ["quick", "slow"]
