"""The home of one server: its folders, the lock that keeps a second server out, and the log files."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from reelmill.core.errors import SettingError
from reelmill.core.logs import Counted
from reelmill.settings import Settings

_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextmanager
def owned(home: Path, files: bool = True) -> Iterator[Path]:
    """Make the home and hold its lock. The kernel gives the lock back when the process dies, however it dies. `files`:
    the databases are files in it.

    Raises SettingError when another process holds it, or when the folder cannot be made or written.
    """
    try:
        for folder in reversed((home, *home.parents)):
            folder.mkdir(
                exist_ok=True, mode=0o700
            )  # the library holds secrets; `parents=True` would leave what is above open to everybody
        lock = (home / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise SettingError(
            f"home: {home} cannot be used: {error.strerror}. Choose another folder with --home or REELMILL_HOME, or "
            f"correct its rights."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise SettingError(
                f"home: {home} is in use by another ReelMill, process {holder}. Stop that one, or choose another "
                f"home with --home."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        if files:
            _keep_secrets(home)
        yield home


def _keep_secrets(home: Path) -> None:
    """The databases hold keys and sessions; the home itself may have been made by somebody else, open to all. SQLite
    gives the rights of a database to the files beside it, so it is enough that the database is made here."""
    for name in ("library.db", "engine.db"):
        (home / name).touch(mode=0o600)
        for file in (name, f"{name}-wal", f"{name}-shm"):
            with suppress(FileNotFoundError):
                (home / file).chmod(0o600)


def start_logging(settings: Settings, terminal: bool) -> None:
    """Log lines go to HOME/logs/reelmill.log (five files of 10 MB) and, when `terminal`, to stderr."""
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        RotatingFileHandler(folder / "reelmill.log", maxBytes=10_000_000, backupCount=4, encoding="utf-8")
    ]
    if terminal:
        handlers.append(logging.StreamHandler())
    counted = Counted()
    for handler in handlers:
        handler.addFilter(counted)
    logging.basicConfig(level=settings.log_level.upper(), format=_LINE, handlers=handlers, force=True)
    for chatty in (
        "httpx",
        "httpcore",
        "watchdog",
        "apscheduler",
        "alembic.runtime.plugins",
    ):  # one line per poll or file event says nothing to an administrator
        logging.getLogger(chatty).setLevel(logging.WARNING)
