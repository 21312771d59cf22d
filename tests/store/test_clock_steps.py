"""A clock that was years ahead once: rows have the times that it showed, keep their order, and are found by time."""

import pytest
import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import media, owned, search
from reelmill.store.database import Database
from reelmill.store.search import Question
from reelmill.store.tables import media as table

ANN = Caller("ann", "r1")
YEAR = 365 * 86_400_000
NOW = 50 * YEAR


def add(tx: sa.Connection, number: int, at: int) -> None:
    name = f"{number:032}"
    media.add(
        tx,
        {
            "account": "ann",
            "region": "r1",
            "id": name,
            "bucket": "b",
            "location": "l",
            "object": f"{number}.mp4",
            "title": str(number),
            "publish_state": "Initiated",
            "created_ms": at,
        },
    )


def between(database: Database, start: int | None, end: int | None) -> list[int]:
    with database.read() as tx:
        return search.places(tx, Question(states=["Initiated"], start_ms=start, end_ms=end), ANN, limit=100)


@pytest.mark.parametrize("wrong", [NOW + 10 * YEAR, 1])
def test_the_clock_was_wrong_for_a_while(database: Database, wrong: int) -> None:
    times = [NOW, NOW + 1, wrong, wrong + 1, NOW + 10, NOW + 11, NOW + 12]
    with database.write() as tx:
        for number, at in enumerate(times):
            add(tx, number, at)
    with database.read() as tx:
        assert [row[0] for row in tx.execute(sa.select(table.c.created_ms).order_by(table.c.seq))] == times, (
            "real times"
        )

    def expected(a: int | None, b: int | None) -> list[int]:
        known = reversed(list(enumerate(times)))
        return [n + 1 for n, at in known if (a is None or at >= a) and (b is None or at <= b)]

    edges = [None, 0, wrong, wrong + 1, NOW, NOW + 1, NOW + 9, NOW + 10, NOW + 11, NOW + 12, NOW + 11 * YEAR]
    for start in edges:
        for end in edges:
            assert between(database, start, end) == expected(start, end), (start, end)


def test_a_little_correction_of_the_clock_is_waited_for(database: Database) -> None:
    with database.write() as tx:
        for number, at in enumerate((NOW, NOW - 500, NOW + 1)):
            add(tx, number, at)
        assert [row[0] for row in tx.execute(sa.select(table.c.created_ms).order_by(table.c.seq))] == [
            NOW,
            NOW,
            NOW + 1,
        ]
        within = owned.span(tx, table, NOW, NOW)
        assert within == owned.Span(1, 3), "no condition on each row in the common case"
