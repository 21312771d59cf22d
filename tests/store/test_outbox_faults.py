"""A message that a fault of ours keeps from going out takes its turns like any other, and holds up nobody."""

import asyncio
from pathlib import Path
from typing import Any

from reelmill.core import clock
from reelmill.engine import context, outbox
from reelmill.engine.process import ProcessState
from reelmill.engine.signals import Signals
from reelmill.media.run import Runner
from reelmill.media.tools import Tools
from reelmill.objects.folders import Folders
from reelmill.store import outbox as messages
from reelmill.store.database import Database, all_rows
from reelmill.store.tables import outbox as table
from running import until


async def test_a_fault_while_a_message_is_sent_is_counted_as_a_try(tmp_path: Path, database: Database) -> None:
    heard: list[str] = []

    async def deliver(key: str, body: str) -> str | None:
        if key == "bad":
            raise RuntimeError("a fault")
        heard.append(key)
        return None

    with database.write() as tx:
        for key in ("bad", "good"):
            messages.put(tx, "x", "cn-hangzhou", key, "{}", clock.now_ms())
    options = context.Options(base_url="http://h", deliver=deliver)
    host = context.HostContext(
        options,
        database,
        Folders(tmp_path / "buckets"),
        Tools(),
        tmp_path,
        tmp_path,
        ProcessState(Runner(), Signals(asyncio.get_running_loop()), {}),
    )
    loop = asyncio.create_task(outbox.outbox_loop(host))
    try:
        await asyncio.to_thread(
            until, lambda: heard and all(row["tries"] for row in _rows(database)), 20, "both were tried"
        )
    finally:
        loop.cancel()
    bad, good = _rows(database)
    assert heard == ["good"] and good["sent_ms"]
    assert (bad["tries"], bad["sent_ms"], bad["error"]) == (1, None, "the server failed: RuntimeError")
    assert bad["next_ms"] > bad["created_ms"]


def _rows(database: Database) -> list[dict[str, Any]]:
    with database.read() as tx:
        return all_rows(tx, table.select().order_by(table.c.seq))
