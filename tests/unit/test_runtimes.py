"""A runtime is one entry: how it is found, bounded and heard while it runs, and what its failures mean."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from reelmill.core.errors import Failure, SettingError, UserText
from reelmill.core.model import Command, Task
from reelmill.media.progress import ProgressFormat
from reelmill.media.run import DEFAULT_LIMITS, tighter
from reelmill.media.runtimes import RUNTIMES, Runtime
from reelmill.media.tools import Tools
from reelmill.testkit import LocalIO

SCRIPT = """#!/bin/sh
case $1 in
--can) echo "fold bend" ;;
--tell) echo 1; echo 2.5; echo "paper" > "$3"; [ "$2" = fold ] || { echo "cannot $2" >&2; exit 3; } ;;
esac
"""


class Lines:
    """A number of seconds on each line."""

    def __init__(self) -> None:
        self.seconds, self.moves = 0.0, 0

    def feed(self, chunk: bytes) -> bool:
        before = self.seconds
        for line in chunk.split():
            self.seconds, self.moves = float(line), self.moves + 1
        return self.seconds > before


def jammed(
    argv: Sequence[str], returncode: int, log: str, *, subject: str = "InputFile", stopped: UserText = ""
) -> Failure:
    return Failure("PaperJam", f"{returncode}: {log.strip()}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """Another program by which files are made."""
    program = tmp_path / "folder"
    program.write_text(SCRIPT)
    program.chmod(0o755)
    made = Runtime(
        "folder",
        "origami",
        lambda: str(program),
        "nothing can be folded",
        capabilities=lambda path: frozenset({"fold"}),
        needed={"fold": "no paper can be folded", "cut": "no paper can be cut"},
        progress=ProgressFormat(("--tell",), Lines),
        limits=replace(DEFAULT_LIMITS, open_files=32),
        diagnose=jammed,
    )
    monkeypatch.setitem(RUNTIMES, "folder", made)
    return made


async def test_a_node_names_it_as_its_tool_and_the_rest_follows(folder: Runtime, tmp_path: Path) -> None:
    io = LocalIO(tmp_path / "source", tmp_path / "out", tmp_path / "run")
    good, bad = await io.execute(
        [
            Task("a", "light", (Command(("fold", "swan.txt"), "folder"),), expect=("swan.txt",)),
            Task("b", "light", (Command(("tear", "swan.txt"), "folder"),), expect=("swan.txt",)),
        ]
    )
    assert good.failure is None and dict(good.files) == {"swan.txt": 6}
    assert bad.failure is not None and (bad.failure.code, bad.failure.message) == ("PaperJam", "3: cannot tear")
    assert max(io.percent) == 2.5


def test_it_is_found_asked_and_missed_like_the_others(folder: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = Tools()
    assert tools.origin("folder") == "wheel" and tools.has("fold", "folder") and not tools.has("cut", "folder")
    assert [(what, why) for what, why, _ in tools.lacks()] == [("cut", "no paper can be cut")]
    monkeypatch.setitem(RUNTIMES, "folder", replace(folder, bundled=lambda: ""))
    monkeypatch.setenv("PATH", "")
    assert ("folder", "nothing can be folded") in [(what, why) for what, why, _ in Tools().lacks()]
    with pytest.raises(SettingError, match="install the package origami, or put it into PATH"):
        Tools().path("folder")


def test_the_packager_is_there_and_nobody_misses_it_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Tools().version("packager")
    monkeypatch.setitem(RUNTIMES, "packager", replace(RUNTIMES["packager"], bundled=lambda: ""))
    monkeypatch.setenv("PATH", "")
    assert "packager" not in [what for what, _, _ in Tools().lacks()]


def test_the_narrower_bound_counts() -> None:
    one = replace(DEFAULT_LIMITS, memory=500, open_files=10, nice=19, wall_seconds=5.0)
    other = replace(DEFAULT_LIMITS, address_space=1 << 30, open_files=20, stall_seconds=9.0)
    assert tighter(one, other) == replace(one, address_space=1 << 30, stall_seconds=9.0)
    assert tighter(one, DEFAULT_LIMITS) == one and tighter(DEFAULT_LIMITS, one).memory == 500
