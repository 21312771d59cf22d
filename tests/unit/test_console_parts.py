"""The pure parts of the console's page have their own tests beside them; this runs them."""

import subprocess

import pytest

from running import ROOT

_CONSOLE = ROOT / "console"
_VITEST = _CONSOLE / "node_modules" / ".bin" / "vitest"


@pytest.mark.skipif(not _VITEST.exists(), reason="The console's packages are not installed here: the npm registry or Node was out of reach.")
def test_the_parts_of_the_page() -> None:
    ran = subprocess.run([_VITEST, "run", "--reporter=dot"], cwd=_CONSOLE, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
