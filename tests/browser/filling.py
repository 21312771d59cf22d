"""Many runs and media in no time: copies of real rows, as hundreds of uploads would have left them. The server must not
be running."""

import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def fill(home: Path, run_id: str, executions: int, media: int) -> tuple[str, str]:
    """Add copies of a finished run and of its media; (run id, media id) of the newest of each."""
    with sqlite3.connect(home / "library.db") as db:
        db.row_factory = sqlite3.Row
        run = dict(db.execute("SELECT * FROM executions WHERE run_id = ?", (run_id,)).fetchone())
        film = dict(db.execute("SELECT * FROM media WHERE id = ?", (run["media_id"],)).fetchone())
        steps = [dict(row) for row in db.execute("SELECT * FROM activities WHERE run_id = ?", (run_id,))]
        films = _copies(
            db,
            "media",
            film,
            media,
            lambda n: {"id": uuid.uuid4().hex, "object": f"up/copy {n:06d}.mp4", "title": f"Copy {n:06d}"},
        )
        runs = _copies(
            db,
            "executions",
            run,
            executions,
            lambda n: {
                "run_id": uuid.uuid4().hex,
                "trigger_key": f"copy-{n}",
                "object": f"up/copy {n:06d}.mp4",
                "media_id": films[n % len(films)]["id"],
            },
        )
        for step in steps:
            _insert(db, "activities", [step | {"run_id": one["run_id"]} for one in runs])
    return str(runs[-1]["run_id"]), str(films[-1]["id"])


def _copies(db: sqlite3.Connection, table: str, row: Row, count: int, changed: Callable[[int], Row]) -> list[Row]:
    rows = [{name: value for name, value in row.items() if name != "seq"} | changed(n) for n in range(count)]
    _insert(db, table, rows)
    return rows


def _insert(db: sqlite3.Connection, table: str, rows: list[Row]) -> None:
    names = list(rows[0])
    db.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
        [tuple(row.values()) for row in rows],
    )
