"""A home of an older release with work in flight: the server of today brings it to the newest schema and finishes."""

import sqlite3
from contextlib import closing
from pathlib import Path

from engine import old_home
from reelmill.store import migrate
from running import Running


def test_work_in_flight_of_an_older_release_goes_on_and_ends(tmp_path: Path) -> None:
    home = tmp_path / "home"
    old_home.make(home)
    with closing(sqlite3.connect(home / "library.db")) as db:
        assert db.execute("select version_num from alembic_version").fetchall() == [("0001",)]
        ((workflow, run),) = db.execute("select workflow_id, run_id from executions where state = 'Running'")
    server = Running(home, alone=True)
    server.env.pop("REELMILL_DATABASE_URL", None)  # it is a home of files
    server.start(60)
    try:
        (ended,) = server.ended(workflow, wait=120)
        assert (ended["RunId"], ended["State"]) == (run, "Completed"), "the film was not taken for a new one"
        activities = ended["ActivityList"]["Activity"]
        assert {a["State"] for a in activities} == {"Success"} and len(activities) == 9
        assert (home / "buckets" / "cout" / run / "master.m3u8").is_file()
        assert (home / "buckets" / "cout" / run / "cover.jpg").is_file()
        assert migrate.current(f"sqlite:///{home / 'library.db'}") == migrate.HEAD
    finally:
        server.kill()
