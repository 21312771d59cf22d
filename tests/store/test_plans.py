"""Which index answers: a lookup among millions must never walk through all that an account has. Asked of SQLite itself,
for each statement."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import executions, media, reviews, runs, search, work
from reelmill.store.database import Database
from reelmill.store.runs import Filters
from reelmill.store.search import Question
from reelmill.store.tables import jobs

ANN = Caller("ann", "r1")
LARGE = ("media", "executions", "activities", "jobs", "media_outputs")
IDS = [f"{n:032x}" for n in range(10)]
LOOKUPS: dict[str, Callable[[sa.Connection], object]] = {
    "media by id": lambda tx: media.find(tx, ANN, IDS),
    "media by address": lambda tx: media.of_objects(tx, ANN, [("b", f"k{n}") for n in range(10)]),
    "media by place": lambda tx: media.listed(tx, ANN, list(range(1, 101))),
    "a search in a range of time": lambda tx: search.places(
        tx, Question(title=["a"], start_ms=5, end_ms=9), ANN, limit=10
    ),
    "runs by id": lambda tx: executions.by_ids(tx, "ann", "r1", IDS),
    "runs of a workflow": lambda tx: executions.page(tx, "ann", "r1", 0, 10, None, workflow_id="w"),
    "runs of a name": lambda tx: executions.page(tx, "ann", "r1", 0, 10, 99, workflow_name="w"),
    "runs of an input": lambda tx: executions.page(tx, "ann", "r1", 0, 10, None, input_=("b", "k")),
    "runs of a time": lambda tx: runs.search(tx, ANN, Filters(start_ms=0, end_ms=9), 10, 99),
    "runs of a part of a name": lambda tx: runs.search(tx, ANN, Filters(name="clip"), 10, None),
    "runs of a part of a name in a state": lambda tx: runs.search(
        tx, ANN, Filters(name="clip", state="Completed", start_ms=0), 10, 99
    ),
    "what waits for a person": lambda tx: reviews.waiting(tx, ANN, 10, 99),
    "whether a person has decided": lambda tx: reviews.decided_by_person(
        tx, {"media_id": "m", "version": "1"}, ["Censor"]
    ),
    "jobs by id": lambda tx: work.jobs_by_ids(tx, "ann", "r1", "Transcode", IDS),
    "jobs of a state": lambda tx: work.jobs_page(
        tx, "ann", "r1", "Transcode", 10, None, states=["Running", "Publishing"]
    ),
    "jobs of a pipeline": lambda tx: work.jobs_page(tx, "ann", "r1", "Transcode", 10, 99, pipeline_id="p"),
    "jobs of a pipeline, a state and a time": lambda tx: work.jobs_page(
        tx, "ann", "r1", "Transcode", 10, None, pipeline_id="p", states=["Fail"], start_ms=0, end_ms=9
    ),
}


@pytest.fixture
def kind() -> str:
    """Which of its indexes SQLite takes is said in the queries; PostgreSQL goes by what it has counted."""
    return "sqlite"


@pytest.mark.parametrize("name", LOOKUPS)
def test_a_lookup_goes_straight_to_its_rows(database: Database, name: str) -> None:
    with database.write() as tx:
        tx.exec_driver_sql(
            "insert into media (account, region, id, bucket, location, object, publish_state, created_ms) values "
            "('ann','r1','m','b','l','k','Initiated',7)"
        )
        tx.exec_driver_sql(
            "insert into executions (account, region, run_id, workflow_id, workflow_name, media_id, state, bucket, "
            "location, object, total, graph, created_ms) "
            "values ('ann','r1','r','w','w','m','Running','b','l','clip.mp4',1,'{}',7)"
        )
        tx.exec_driver_sql(
            "insert into jobs (account, region, id, batch_id, kind, pipeline_id, state, spec, created_ms) values "
            "('ann','r1','j','x','Transcode','p','Fail','{}',7)"
        )
        said: list[tuple[str, Any]] = []
        sa.event.listen(
            tx,
            "before_cursor_execute",
            lambda c, cursor, statement, values, context, many: said.append((statement, values)),
        )
        LOOKUPS[name](tx)
        plans = [
            (s, [row[3] for row in tx.exec_driver_sql(f"explain query plan {s}", v)])
            for s, v in list(said)
            if s.lstrip().lower().startswith("select")
        ]
    assert plans
    for statement, steps in plans:
        for step in steps:
            table = (re.match(r"(?:SCAN|SEARCH) (\w+)", step) or ["", ""])[1]
            # the last row, from the end of the table
            newest = table in ("media", "jobs", "executions") and step == f"SCAN {table}" and "LIMIT" in statement
            waits = "USING INDEX ix_activity_waiting" in step  # it holds nothing else
            assert (
                table not in LARGE
                or newest
                or waits
                or (step.startswith("SEARCH") and not re.search(r"\(account=\? AND region=\?\)$", step))
            ), (statement, steps)


def test_what_a_query_says_about_its_index_reaches_sqlite(database: Database) -> None:
    """SQLAlchemy alone would leave it out without a word."""
    query = sa.select(jobs.c.seq).with_hint(jobs, "INDEXED BY ix_none", "sqlite")
    with database.read() as tx, pytest.raises(sa.exc.OperationalError, match="no such index"):
        tx.execute(query)
