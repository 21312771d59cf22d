"""Work that an error of the engine's database made it forget is run again, though that error comes back meanwhile."""

from pathlib import Path

from programs import printed

_SCRIPT = """
import asyncio, sys, threading
import sqlalchemy as sa
from dbos import DBOS
from reelmill.engine import durable

ran, recover = [], durable._recover_workflow

@durable.workflow("lost")
async def lost(name):
    ran.append(name)
    if ran.count(name) == 1:
        await asyncio.Event().wait()
    return name

async def forgotten(count):
    while len(found := await durable.lost()) < count:
        await asyncio.sleep(0.05)
    return sorted(found)

def once(dbos, one, executors):
    if asked.append(one.workflow_id) or len(asked) == 2:
        raise sa.exc.OperationalError("update", {}, Exception("the disk is full"))
    return recover(dbos, one, executors)

async def main():
    global asked
    asked = []
    durable.configure("sqlite:///" + sys.argv[1])
    durable.launch()
    for name in ("a", "b"):
        await durable.start(lost, name, name)
    while len(ran) < 2 or any(t.name == "recovered" for t in threading.enumerate()):
        await asyncio.sleep(0.05)  # what starts recovered work after a launch ends when there is none
    held = durable._get_dbos_instance()._active_workflows_set
    held.activeList = lambda: [name for name in ("a", "b") if ran.count(name) > 1]
    durable._recover_workflow = once
    try:
        await durable.resume(await forgotten(2))
    except sa.exc.OperationalError:
        first, second = asked
        while ran.count(first) < 2:
            await asyncio.sleep(0.05)
        durable._recover_workflow = recover
        await durable.resume(await forgotten(1))
        while ran.count(second) < 2:
            await asyncio.sleep(0.05)
        print("both go on")

asyncio.run(asyncio.wait_for(main(), 40))
"""


def test_what_was_put_into_the_queue_before_the_database_failed_again_is_started(tmp_path: Path) -> None:
    """Nobody else would ever start it: in the queue it does not look lost any more."""
    assert printed(_SCRIPT, str(tmp_path / "engine.sqlite3")) == "both go on\n"
