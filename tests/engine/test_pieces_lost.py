"""Pieces that were lost or damaged between their making and the join are made again."""

import shutil
from pathlib import Path

import pytest
from test_crash import check_end, film, settings  # noqa: F401 - film is a fixture

from running import Listener, Running, little_ladder, until

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("harm", ["folder removed", "file removed", "file cut short"])
def test_a_lost_piece_is_made_again(harm: str, tmp_path: Path, film: Path) -> None:
    listener = Listener()
    server = Running(tmp_path / "home", **settings(listener))
    try:
        server.start(REELMILL_FAILPOINT="before stitch")
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        assert server.died(60)
        piece = until(lambda: next((server.home / "work").glob("*/p2"), None), 20, "a piece")
        video = next(piece.glob("*.mp4"))
        if harm == "folder removed":
            shutil.rmtree(piece)
        elif harm == "file removed":
            video.unlink()
        else:
            video.write_bytes(video.read_bytes()[:-100])
        server.start()
        check_end(server, listener, workflow)
        assert sum(task.endswith(": p2") for task in server.begun()) == 2, "the lost piece, and only it"
        assert sum(task.endswith(": p1") for task in server.begun()) == 1
    finally:
        server.kill()
        listener.close()
