"""The pure parts of the console's page have their own tests beside them, and its code has a linter; this runs both."""

import os
import subprocess
from pathlib import Path

import machine
from running import ROOT

_CONSOLE = ROOT / "console"


def _node(*words: str) -> subprocess.CompletedProcess[str]:
    machine.need("page packages")
    node, _ = machine.node()
    path = os.pathsep.join((str(Path(node).parent), os.environ["PATH"]))  # of its helpers, too
    return subprocess.run(
        [node, *words], cwd=_CONSOLE, capture_output=True, text=True, timeout=300, env=os.environ | {"PATH": path}
    )


def test_the_parts_of_the_page() -> None:
    ran = _node("node_modules/vitest/vitest.mjs", "run", "--reporter=dot")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_hooks_and_markup_of_the_page_follow_the_rules() -> None:
    ran = _node("node_modules/eslint/bin/eslint.js", ".", "--max-warnings=0")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_files_of_the_page_import_each_other_in_a_circle() -> None:
    ran = _node("scripts/circles.mjs")
    assert ran.returncode == 0, ran.stdout + ran.stderr
