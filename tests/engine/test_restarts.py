"""Workers that die, servers that are stopped: what was under way is resumed."""

import shlex
from pathlib import Path

import imageio_ffmpeg
import pytest

from engine.trusting import encoding, faults, film, one_file, short, states  # noqa: F401 - fixtures
from running import Running, little_ladder, running, until

pytestmark = pytest.mark.slow


def test_only_what_dies_by_itself_alone_fails(tmp_path: Path, short: Path) -> None:
    """A command that is ended by a signal, though the server lives: three times among others, three times alone under
    its own memory limit; then it fails. The tool's file bears another name than ffmpeg: what it is goes by what it is
    used for."""
    tool = tmp_path / "encoder"
    tool.write_text(
        f'#!/bin/sh\ncase "$*" in *libx264*) kill -SEGV $$ ;; esac\nexec '
        f'{shlex.quote(imageio_ffmpeg.get_ffmpeg_exe())} "$@"\n'
    )
    tool.chmod(0o755)
    with running(tmp_path / "home", ffmpeg=str(tool)) as server:
        workflow = one_file(server)
        server.put("cin", "film.mp4", short)
        run = server.ended(workflow, 1, 90)[0]
        assert [(name, code) for _, name, code, _ in faults([run])] == [
            ("t", "ServiceUnavailable")
        ] and "SIGSEGV" in faults([run])[0][3]
        assert sum(task.endswith(": encode") for task in server.begun()) == 6


def test_shutdown_in_the_middle_is_resumed(tmp_path: Path, film: Path) -> None:
    server = Running(tmp_path / "home", alone=True, piece_seconds="5")
    try:
        server.start()
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        until(lambda: encoding(server), 20, "an encode")
        assert server.stop() == 0
        until(lambda: not server.leftovers(), 5, "ffmpeg dies with its server")
        server.start()
        run = server.ended(workflow, 1, 90)[0]
        assert set(states(run).values()) == {"Success"}
    finally:
        server.kill()


def test_ordinary_restarts_are_no_deaths(tmp_path: Path, film: Path) -> None:
    """Four stops while the same piece is encoded: it is a command that kills its worker that is given up, not one that
    was interrupted."""
    server = Running(tmp_path / "home")
    try:
        server.start()
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        for _ in range(4):
            until(lambda: encoding(server), 20, "an encode")
            assert server.stop() == 0
            server.start()
        assert not faults(server.ended(workflow, 1, 60))
    finally:
        server.kill()
