"""What is forgotten when it is old, and what stays."""

from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.model import Caller
from reelmill.engine import retention
from reelmill.store import backfills, made
from reelmill.store.backfill_tables import backfill_files
from reelmill.store.database import Database
from reelmill.store.reuse_tables import contents
from reelmill.store.reuse_tables import made as made_table

LONG_AGO = 1_000_000_000_000


def test_lists_of_ended_backfills_and_hashes_of_old_sources_go_and_nothing_else(database: Database) -> None:
    with database.write() as tx:
        for name, finished in (("old", LONG_AGO), ("young", clock.now_ms()), ("live", None)):
            about = dict.fromkeys(("workflow_id", "workflow_name", "bucket", "prefix"), "x") | {"filter": "{}"}
            more: dict[str, Any] = {"rate": 1, "priority": 6, "dry_run": False, "state": "Active", "created_ms": 1}
            backfills.add(tx, Caller("a", "r"), id=name, finished_ms=finished, **about, **more)
            backfills.add_files(tx, name, [{"object": "k", "size": 1, "modified_ms": 1}])
        made.note_hash(tx, "read-today", "0" * 64)
        made.note_hash(tx, "read-long-ago", "1" * 64)
        for job in ("made-today", "made-long-ago"):
            about = dict.fromkeys(("workflow_id", "run_id", "origin"), "x") | {"content": "c", "job_id": job}
            made.note(tx, Caller("a", "r"), about | {"places": [], "published": [], "read": []})
        tx.execute(made_table.update().where(made_table.c.job_id == "made-long-ago").values(made_ms=LONG_AGO))
        tx.execute(contents.update().where(contents.c.entry == "read-long-ago").values(read_ms=LONG_AGO))
    retention._forget_rows(cast(Any, SimpleNamespace(database=database)), LONG_AGO)
    with database.read() as tx:
        assert set(tx.execute(sa.select(backfill_files.c.backfill_id)).scalars()) == {"young", "live"}
        assert (made.hash_of(tx, "read-today")[:1], made.hash_of(tx, "read-long-ago")) == ("0", "")
        assert set(tx.execute(sa.select(made_table.c.job_id)).scalars()) == {"made-today"}
        assert backfills.find(tx, Caller("a", "r"), ["old"]).keys() == {"old"}
