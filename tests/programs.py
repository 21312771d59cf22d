"""Python programs that tests start beside themselves, because what they look at lives as long as a process."""

import os
import subprocess
import sys

from running import ROOT


def printed(program: str, *words: str) -> str:
    """What a program prints, given these words; what went wrong is told where it fails."""
    ran = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
