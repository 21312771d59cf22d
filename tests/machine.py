"""What a machine may lack: each ability that a test asks for is tried, and what stands in the way is the reason with
which the test is skipped.

    machine.need("small disks")

This is the only way to skip a test; a house test holds that. What the project brings along by itself may be lacking
where no package index is in reach; under `--must-run` (what continuous integration asks for) that is a failure, because
the test could have run.
"""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def answer(argv: list[str], seconds: float = 30, **env: str) -> tuple[bool, str]:
    """Whether the program ran well, and the last line of what it said."""
    try:
        ran = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            env=os.environ | env,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    lines = (ran.stdout if ran.returncode == 0 else ran.stderr or ran.stdout).strip().splitlines()
    return ran.returncode == 0, lines[-1] if lines else "" if ran.returncode == 0 else f"it ended with {ran.returncode}"


@functools.cache
def node() -> tuple[str, str]:
    """(program, "") of Node, or ("", why there is none): that of PATH, where `./mill test` has put its own first if
    need be, else the one in .venv."""
    for candidate in (shutil.which("node"), str(Path(sys.executable).with_name("node"))):
        if candidate and Path(candidate).exists():
            ran, said = answer(
                [candidate, "-p", "process.execPath"]
            )  # the program itself, where a script stands before it
            if ran:
                return said, ""
    return "", "there is no Node in PATH, and none could be put into .venv"


def _no_page_packages() -> str:
    if not (ROOT / "console/node_modules/.bin/vitest").exists():
        return "the console's packages are not installed: the package index was out of reach"
    return node()[1]


NODE_CLIENT = ROOT / "tests/messages/node"


def _no_node_client() -> str:
    """Puts the client that its lock names beside it."""
    _, lack = node()
    if lack or (NODE_CLIENT / "node_modules/@alicloud/mns").exists():
        return lack
    npm = shutil.which("npm") or str(Path(sys.executable).with_name("npm"))
    ran, said = answer([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(NODE_CLIENT)], 300)
    return "" if ran else f"it could not be installed: {said}"


def _no_browser() -> str:
    from browser.chromium import find

    return find().lack


def _no_postgresql() -> str:
    import postgres

    return postgres.lack()


def own_mounts() -> list[str]:
    """The words before a program that may mount file systems which nobody else sees."""
    return ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]


def _no_small_disks() -> str:
    ran, said = answer([*own_mounts(), "mount", "-t", "tmpfs", "none", "/tmp"])
    return "" if ran else f"this user may not mount anything here: {said}"


def _one_file_system() -> str:
    shm = Path("/dev/shm")
    if not shm.is_dir() or not os.access(shm, os.W_OK):
        return "there is no /dev/shm"
    return (
        ""
        if shm.stat().st_dev != Path(tempfile.gettempdir()).stat().st_dev
        else "/dev/shm and the folder for temporary files are on the same one"
    )


def _program(name: str) -> str:
    return (
        ""
        if shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        else f"there is no {name} in PATH"
    )


# ability -> why this machine lacks it, "" where it does not
BROUGHT: dict[str, Callable[[], str]] = {
    "page packages": functools.cache(_no_page_packages),
    "browser": functools.cache(_no_browser),
    "postgresql": functools.cache(_no_postgresql),
    "Node client of the message service": functools.cache(_no_node_client),
}
GIVEN: dict[str, Callable[[], str]] = {
    "small disks": functools.cache(_no_small_disks),
    "two file systems": functools.cache(_one_file_system),
    "nginx": functools.partial(_program, "nginx"),
    "caddy": functools.partial(_program, "caddy"),
}


def need(ability: str) -> None:
    """Skip the test by name where the machine lacks this."""
    if lack := (BROUGHT | GIVEN)[ability]():
        pytest.skip(f"{ability}: {lack}")


def excused(reason: str) -> bool:
    """Whether a test skipped with this reason could not have run here, whatever the project did."""
    ability = reason.removeprefix("Skipped: ").partition(":")[0]
    return ability in GIVEN and bool(GIVEN[ability]())
