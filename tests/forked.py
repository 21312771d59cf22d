"""Servers that begin as copies of a process that has loaded the program: loading is most of a start, and the suite has
hundreds of starts. From the command line on a copy does what `python -m reelmill serve` does, in a process of its own.

The process that is copied has imported the program and runs nothing of it.
"""

import functools
import importlib
import multiprocessing
import os
import subprocess
import sys
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PATH = [str(ROOT / "src"), str(ROOT / "tests")]
_LOADED = [
    __name__,
    "reelmill.cli.main",
    "reelmill.app",
    # what these load when a server begins; what is not there any more is passed over
    "typer._adapters",
    "dbos._sys_db_sqlite",
    "uvicorn.lifespan.off",
]


class Copy:
    """As much of `subprocess.Popen` as is used of a server."""

    def __init__(self, env: dict[str, str], log: Path):
        self._process = _nursery().Process(target=_serve, args=(env, str(log)), daemon=True)  # it ends with the tests
        self._process.start()
        self.pid = int(self._process.pid or 0)

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self.returncode) is None:
            raise subprocess.TimeoutExpired("serve", timeout or 0)
        return code

    def terminate(self) -> None:
        self._process.terminate()


@functools.cache
def _nursery() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    had = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(_PATH)  # all that it knows of where modules are
    try:
        forkserver.ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if had is not None:
            os.environ["PYTHONPATH"] = had
    return context


def _serve(env: dict[str, str], log: str) -> None:
    """In the copy."""
    os.setsid()
    os.chdir(ROOT)
    said = os.open(log, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.close(said)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:] = [*env["PYTHONPATH"].split(os.pathsep), *(one for one in sys.path if one not in _PATH)]
    sys.argv[:] = ["reelmill", "serve"]
    from reelmill.cli.main import run
    from reelmill.core import failpoints, faults

    for armed in (failpoints, faults):  # they are told by the environment, of which the copied process has another
        importlib.reload(armed)
    run()
