"""Somebody decides about a run, or reopens it, beside the server: what its API will call. A process of its own, so that
a test can kill it.

    python -m stranger.deciding HOME RUN ACTIVITY pass|stop|reopen
"""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from reelmill.core.model import Caller, Decision
from reelmill.engine.context import Options
from reelmill.services import decisions
from reelmill.store.database import Database


def main(home: str, run: str, activity: str, what: Any) -> None:
    database = Database.at(Path(home) / "library.db")
    engine = SimpleNamespace(options=Options(base_url="http://h"))
    ctx: Any = SimpleNamespace(database=database, engine=engine, signal=lambda _signal: None)  # all that they look at
    caller = Caller("default", "cn-hangzhou")
    if what == "reopen":
        decisions.reopen(ctx, caller, run, activity)
    else:
        decisions.decide(ctx, caller, run, activity, Decision(what, "Looked at.", "ann"))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
