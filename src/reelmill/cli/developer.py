"""`mill test` and `mill check`: the project's own tools, run the same way by everybody."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from reelmill.core import clock
from reelmill.core.errors import SettingError

_CHECKS = {
    "lint": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "house": ["-m", "pytest", "tests/house"],
}


_FAST = ("tests/house", "tests/unit", "tests/property", "tests/store")
_WORKERS = 4  # at most: each has servers of its own, and each of these its encodes


def test(words: list[str]) -> int:
    """All tests in one pytest run, cheap ones first; its exit code. `fast` before the words stands for the floors that
    need no server."""
    if words[:1] == ["fast"]:
        words = [*_workers(words), *_FAST, *words[1:]]
    elif not any(
        (root() / word.partition("::")[0]).exists() for word in words
    ):  # a few files are sooner done in one process
        words = [*_workers(words), *words]
    return subprocess.call([sys.executable, "-m", "pytest", *words], cwd=root(), env=_environment())


def _workers(words: list[str]) -> list[str]:
    """pytest's options to use the machine's cores, unless the caller has something else in mind. One process more than
    there are cores: much of a test is waiting, for a file to settle or a server to come back."""
    cores = len(os.sched_getaffinity(0))
    own = any(
        word.startswith("-n") or word in ("--dist", "--pdb", "--trace", "-s", "--collect-only", "--co")
        for word in words
    )
    # a file stays in one process: its tests share a server
    return (
        []
        if own or cores < 2
        else ["-n", str(min(cores + 1, _WORKERS)), "--dist", "loadfile", "--no-loadscope-reorder"]
    )


def check() -> int:
    """Every check at the same time; the output of those that complain; 1 if one does."""
    here, began = root(), clock.monotonic()
    running = {
        name: subprocess.Popen(
            [sys.executable, *words],
            cwd=here,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, words in _CHECKS.items()
    }
    failed = 0
    for name, process in running.items():
        output, _ = process.communicate()
        print(f"{name:7} {'ok' if process.returncode == 0 else 'FAILED'}")
        if process.returncode:
            failed = 1
            print(output)
    print(f"{'all well' if not failed else 'not well'}, {clock.monotonic() - began:.0f} s")
    return failed


def wheel(folder: Path) -> int:
    """Build a wheel into the folder; pip's exit code. SettingError when the console has not been built: `./mill` does
    that before."""
    if not (root() / "src" / "reelmill" / "console" / "dist" / "index.html").is_file():
        raise SettingError(
            "The console is not built, and a wheel without it is not meant to be released. Run ./mill wheel where "
            "Node or the package index can be reached."
        )
    shutil.rmtree(root() / "build", ignore_errors=True)  # setuptools would take along what an earlier build left there
    return subprocess.call(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(root())]
    )


def root() -> Path:
    """The checkout that this is run from; SettingError where there is none."""
    found = Path(__file__).parents[3]
    if not (found / "tests").is_dir():
        raise SettingError("This command needs a checkout of the project; an installed package has no tests.")
    return found


def _environment() -> dict[str, str]:
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("REELMILL_") or name == "REELMILL_CHECKS"
    }
    ours.pop("PYTHONDONTWRITEBYTECODE", None)  # what hundreds of processes import is compiled once
    return ours | {"PYTHONPATH": "src"}  # the user's own settings must not reach the tests
