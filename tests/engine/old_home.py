"""The smallest form of a home as the release before revision 0002 left it when it was killed: one run, whose renditions
and picture were being made. Its databases as SQL, and the film that lay in its input bucket."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

SOURCE = Path(__file__).with_name("home_4604858")
BUCKET, KEY, COMPLETED_NS = "cin", "up/one.mp4", 1_795_876_850_632_389_105  # as its rows know the film


def schema() -> str:
    """What made its tables and indexes."""
    text = (SOURCE / "library.sql").read_text(encoding="utf-8")
    return text[: text.index("INSERT INTO")]


def make(home: Path) -> None:
    """The home, in a folder that is not there yet."""
    film = home / "buckets" / BUCKET / KEY
    film.parent.mkdir(parents=True)
    (home / "buckets" / "cout").mkdir()
    film.write_bytes((SOURCE / "source.mp4").read_bytes())
    os.utime(film, ns=(COMPLETED_NS, COMPLETED_NS))
    for name in ("library", "engine"):
        with closing(sqlite3.connect(home / f"{name}.db")) as db:
            db.execute("pragma journal_mode = wal")
            db.executescript((SOURCE / f"{name}.sql").read_text(encoding="utf-8"))
            db.commit()
