"""A server on each database is killed in the middle and goes on. On PostgreSQL it hears what other processes change,
and it is alone on its database."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import databases
from clips import clip
from reelmill.store import tables
from reelmill.store.database import Database
from running import ROOT, Running, little_ladder, until


@pytest.fixture(params=databases.CHOSEN)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    made = Running(databases.put(str(request.param), tmp_path / "home"), settle_seconds=0.2)
    yield made
    made.kill()


def _mill(server: Running, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reelmill", *words],
        env=os.environ | server.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_server_that_is_killed_goes_on_and_is_alone(server: Running, tmp_path: Path) -> None:
    server.start(90)
    workflow = little_ladder(server)
    server.put("cin", "up/one.mp4", clip("base.mp4"))

    def encoding() -> bool:
        activities = [a for run in server.executions(workflow) for a in run["ActivityList"]["Activity"]]
        return any((a["Type"], a["State"]) == ("Transcode", "Running") for a in activities)

    until(encoding, 90, "an encode began")
    server.kill()
    server.start(90)
    (run,) = server.ended(workflow, wait=180)
    assert run["State"] == "Completed" and {a["State"] for a in run["ActivityList"]["Activity"]} == {"Success"}
    assert (server.home / "buckets" / "cout" / run["RunId"] / "master.m3u8").is_file()
    if "REELMILL_DATABASE_URL" not in server.env:
        return
    assert not list(server.home.glob("*.db")), "nothing lies in the home but files of buckets and work"

    other = Running(tmp_path / "other", database_url=server.env["REELMILL_DATABASE_URL"])
    other.launch()
    assert other.died(90) and "another ReelMill serves this database" in other.log()

    told = _mill(server, "doctor").stdout
    assert "PostgreSQL 18" in told and "at revision" in told
    assert "no user of this name" in _mill(server, "admin", "password", "nobody", "--remove").stderr


def test_what_another_process_changes_is_heard(tmp_path: Path) -> None:
    url = databases.migrated("postgresql", tmp_path)
    here, there, heard = Database(url), Database(url), list[frozenset[str]]()
    listener = here.listen(heard.append)
    assert listener and listener.claim(1)
    listener.start()
    try:
        for database in (here, there):
            with database.write() as tx:
                tx.exec_driver_sql("select 1")
                tx.execute(tables.users.delete())
        until(lambda: heard, 20, "the change was heard")
        assert heard == [frozenset({"users"})], "not what this process changed itself"
    finally:
        listener.close()
        here.close()
        there.close()


def test_an_address_where_nothing_answers_is_told(tmp_path: Path) -> None:
    server = Running(tmp_path / "home", database_url="postgresql://nobody@127.0.0.1:1/none")
    server.launch()
    assert server.died(90) and "database_url" in server.log() and "Traceback" not in server.log()
    assert "cannot be read" in _mill(server, "doctor").stdout
