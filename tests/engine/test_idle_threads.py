"""An engine that has nothing to do asks its database nothing: those of DBOS's threads that ask every second end when
all that was in flight runs again."""

from pathlib import Path

from programs import printed

_SCRIPT = """
import asyncio, sys, threading
from reelmill.engine import durable
from dbos import DBOS
import sqlalchemy as sa

ASK = ("recovered", "queue-worker", "dbos-background")
asked = []
sa.event.listen(sa.Engine, "before_cursor_execute", lambda c, cur, text, *_: asked.append(text))

async def main():
    durable.configure("sqlite:///" + sys.argv[1])
    durable.launch()
    for _ in range(300):
        await asyncio.sleep(0.1)
        if not [t for t in threading.enumerate() if t.name.startswith(ASK)]:
            break
    asked.clear()
    await asyncio.sleep(2.5)
    print(len(asked), *sorted(t.name for t in threading.enumerate()))
    DBOS.destroy()

asyncio.run(main())
"""


def test_an_idle_engine_does_not_ask_its_database(tmp_path: Path) -> None:
    count, *names = printed(_SCRIPT, str(tmp_path / "engine.sqlite3")).split()
    assert int(count) == 0 and names
    assert not [name for name in names if name.startswith(("recovered", "queue-worker", "dbos-background"))]
