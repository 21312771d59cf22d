"""Homes that were restored from a backup, or in half: work goes on from what is there, each film ends with one good
run, and nothing waits for ever. All of it is about files, so about SQLite; what PostgreSQL holds is backed up and
restored as one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_crash import check_end, film, settings  # noqa: F401 - film is a fixture

import databases
from running import Listener, Running, little_ladder, until

pytestmark = pytest.mark.slow


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def server(tmp_path: Path, listener: Listener) -> Iterator[Running]:
    made = Running(databases.put("sqlite", tmp_path / "home"), **settings(listener))
    yield made
    made.kill()


def database(server: Running, name: str) -> list[Path]:
    return sorted(server.home.glob(f"{name}*"))


def in_the_middle(server: Running, film: Path) -> str:
    """A workflow whose run has made a piece when the server died."""
    server.start(REELMILL_FAILPOINT="task made:2")
    workflow = little_ladder(server)
    server.put("cin", "up/film.mp4", film)
    assert server.died(60)
    return workflow


def test_the_engines_file_is_gone(server: Running, listener: Listener, film: Path) -> None:
    workflow = in_the_middle(server, film)
    for file in database(server, "engine.db"):
        file.unlink()
    server.start()
    check_end(server, listener, workflow)


def test_work_and_cache_are_gone(server: Running, listener: Listener, film: Path) -> None:
    workflow = in_the_middle(server, film)
    for name in ("work", "cache"):
        shutil.rmtree(server.home / name)
    server.start()
    check_end(server, listener, workflow)


def test_the_library_is_older_than_the_work(server: Running, listener: Listener, film: Path, tmp_path: Path) -> None:
    """The backup was made in the middle of the run; the engine knows that it ended, the library does not."""
    workflow = in_the_middle(server, film)
    kept = tmp_path / "backup"
    kept.mkdir()
    for file in database(server, "library.db"):
        shutil.copy(file, kept)
    server.start()
    server.ended(workflow, 1, 90)
    assert server.stop() == 0
    for file in database(server, "library.db"):
        file.unlink()
    for file in kept.iterdir():
        shutil.copy(file, server.home)
    server.start()
    check_end(server, listener, workflow)


def test_the_library_is_older_than_the_upload(server: Running, film: Path, tmp_path: Path) -> None:
    """The restored library never heard of a film that lies there, nor of its run: the film has one again."""
    server.start()
    workflow = little_ladder(server)
    server.stop()
    kept = [(file, file.read_bytes()) for file in database(server, "library.db")]
    server.start()
    server.put("cin", "up/film.mp4", film)
    first = server.ended(workflow, 1, 90)[0]["RunId"]
    server.stop()
    for file in database(server, "library.db"):
        file.unlink()
    for file, data in kept:
        file.write_bytes(data)
    server.start()
    again = server.ended(workflow, 1, 90)
    assert len(again) == 1 and again[0]["RunId"] != first and again[0]["State"] == "Completed"
    until(lambda: not list((server.home / "work").iterdir()), 20, "nothing is left over")
