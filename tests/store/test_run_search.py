"""Runs found by a part of their input's name, by whichever index: the answers are the same."""

from typing import Any

import pytest
import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import executions, runs
from reelmill.store.database import Database

ANN = Caller("ann", "r1")
NAMES = (
    "up/Summer 2024.mp4",
    "up/winter.mov",
    'up/"quoted"-100%_a.mp4',
    "\u6625\u590f\u79cb\u51ac.mp4",
    "up/summer-trip.mp4",
    "up/mp4-up.mov",
)


@pytest.fixture(autouse=True)
def _filled(database: Database) -> None:
    with database.write() as tx:
        for number in range(60):
            _add(tx, number)


def _add(tx: sa.Connection, number: int, **more: Any) -> None:
    row = {
        "account": "ann" if number % 10 else "ben",
        "region": "r1",
        "run_id": f"r{number}",
        "workflow_id": f"w{number % 3}",
        "workflow_name": "w",
        "media_id": f"m{number}",
        "state": "Running",
        "bucket": "b",
        "location": "l",
        "object": NAMES[number % len(NAMES)],
        "created_ms": 1000 * number,
        "graph": "{}",
        "trigger_key": None,
    }
    executions.insert(tx, row | more, [("start", "Start")])
    if number % 4 == 0:
        executions.finish(tx, f"r{number}", "Fail" if number % 8 == 0 else "Completed", 5)


def _found(
    database: Database, below: int | None = None, size: int = 100, **wanted: Any
) -> tuple[list[str], int | None]:
    with database.read() as tx:
        rows, total = runs.search(tx, ANN, runs.Filters(**wanted), size, below)
    return [row["run_id"] for row in rows], total


def _expected(**wanted: Any) -> list[str]:
    """The same by reading everything."""

    def fits(n: int) -> bool:
        state = "Running" if n % 4 else "Fail" if n % 8 == 0 else "Completed"
        name = wanted.get("name", "").lower()
        return (
            bool(n % 10)
            and name in NAMES[n % len(NAMES)].lower()
            and wanted.get("state", state) == state
            and wanted.get("workflow_id", f"w{n % 3}") == f"w{n % 3}"
            and (wanted.get("start_ms", 0) <= 1000 * n <= wanted.get("end_ms", 10**9))
        )

    return [f"r{n}" for n in reversed(range(60)) if fits(n)]


@pytest.mark.parametrize("few", [0, 7, 5000], ids=["by name", "either", "by the narrowest"])
def test_a_part_of_a_name_finds_what_holds_it(database: Database, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(runs, "_FEW", few)
    monkeypatch.setattr(runs, "_LATE", few)
    monkeypatch.setattr(runs, "_MANY", few)
    for name in (
        "summer",
        "SUMMER",
        "mp4",
        ".mp4",
        "r 2024.m",
        "mp4-up",
        "up/mp4.mov",
        '"quoted"',
        "-100%_a",
        "0%a",
        "_a.",
        "\u590f\u79cb\u51ac",
        "\u590f",
        "s",
        "nowhere",
        "up",
        " OR ",
        '"" ""',
        "***",
    ):
        for more in (
            {},
            {"state": "Fail"},
            {"state": "Completed"},
            {"workflow_id": "w1"},
            {"start_ms": 20_000, "end_ms": 40_000},
            {"workflow_id": "w1", "state": "Running", "end_ms": 30_000},
        ):
            wanted = _expected(name=name, **more)
            assert _found(database, name=name, **more) == (wanted, len(wanted)), (name, more)


def test_pages_of_a_name_follow_each_other(database: Database) -> None:
    whole, got, below = _expected(name="mp4"), [], None
    while True:
        with database.read() as tx:
            rows, total = runs.search(tx, ANN, runs.Filters(name="mp4"), 4, below)
        assert (total == len(whole)) is (below is None)
        got += [row["run_id"] for row in rows[:4]]
        if len(rows) <= 4:
            break
        below = rows[3]["seq"]
    assert got == whole


def test_a_very_long_name_is_looked_for_too(database: Database) -> None:
    with database.write() as tx:
        _add(tx, 101, object="x" * 900 + "end.mp4")
    assert (
        _found(database, name="x" * 900 + "end")[0] == ["r101"]
        and _found(database, name="x" * 901)[0] == []
        and _found(database, name="y" + "x" * 900)[0] == []
    )


def test_the_index_follows_the_rows(database: Database, kind: str) -> None:
    with database.write() as tx:
        tx.execute(sa.text("update executions set object = 'other/name.mp4' where run_id = 'r1'"))
        tx.execute(sa.text("delete from executions where run_id = 'r7'"))
        if kind == "sqlite":
            tx.exec_driver_sql("insert into execution_search(execution_search, rank) values ('integrity-check', 1)")
    assert _found(database, name="other/name")[0] == ["r1"] and "r7" not in _found(database, name="winter")[0]


def test_a_clock_that_goes_back_does_not_disturb_the_order(database: Database) -> None:
    with database.write() as tx:
        _add(tx, 61, created_ms=5)
    assert _found(database, start_ms=59_000)[0] == ["r61", "r59"] and _found(database, end_ms=1000)[0] == ["r1"]
    with database.read() as tx:
        assert [r["run_id"] for r in executions.page(tx, "ann", "r1", 59_000 + 90 * 86_400_000, 10, None)] == [
            "r61",
            "r59",
        ]


def test_a_media_whose_newest_run_failed_says_so(database: Database) -> None:
    """Not while a run is under way, and not when somebody cancelled it."""
    with database.write() as tx:
        for number, (media, state, cancelled) in enumerate(
            [
                ("good", "Completed", False),
                ("bad", "Completed", False),
                ("bad", "Fail", False),
                ("mended", "Fail", False),
                ("mended", "Completed", False),
                ("again", "Fail", False),
                ("again", "Running", False),
                ("stopped", "Fail", True),
            ]
        ):
            _add(tx, 4 * number + 101, media_id=media, state=state, cancelled=cancelled)
        assert executions.last_failed(tx, ["good", "bad", "mended", "again", "stopped", "nobody"]) == {"bad"}
