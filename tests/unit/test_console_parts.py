"""The pure parts of the console's page have their own tests beside them; this runs them."""

import os
import subprocess
from pathlib import Path

import machine
from running import ROOT

_CONSOLE = ROOT / "console"


def test_the_parts_of_the_page() -> None:
    machine.need("page packages")
    node, _ = machine.node()
    path = os.pathsep.join((str(Path(node).parent), os.environ["PATH"]))  # of its helpers, too
    ran = subprocess.run(
        [node, "node_modules/vitest/vitest.mjs", "run", "--reporter=dot"],
        cwd=_CONSOLE,
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"PATH": path},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
