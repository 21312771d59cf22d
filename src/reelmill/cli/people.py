"""Passwords of the console, set by the administrator of a home."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from reelmill.core.errors import SettingError
from reelmill.services import sessions
from reelmill.settings import Settings
from reelmill.store import migrate
from reelmill.store.database import Database

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def set_password(settings: Settings, user: str, role: str, account: str = "default") -> str:
    """Ask for a password and keep it; a sentence that says so."""
    if not _NAME.fullmatch(user):
        raise SettingError(
            f"{user}: a name has 1 to 64 letters, digits, '.', '_', '@' or '-', and begins with a letter or digit."
        )
    with database(settings) as rows:
        try:
            sessions.set_password(rows, user, _ask(), role, account)
        except ValueError as error:
            raise SettingError(f"{user}: {error}.") from error
    return f"{user} signs in with this password from now on, as {role}."


def remove(settings: Settings, user: str) -> str:
    """Shut somebody out; a sentence that says so."""
    with database(settings) as rows:
        if not sessions.shut_out(rows, user):
            raise SettingError(f"{user}: there is no user of this name.")
    return f"{user} cannot sign in any more."


def _ask() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Once more"))
    return sys.stdin.readline().rstrip("\r\n")


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """The library of the home, beside a server that may be running."""
    path, url = settings.home / "library.db", settings.library_url
    if not settings.database_url and not path.exists():
        raise SettingError(
            f"home: {settings.home} has no library yet. Start the server once, or choose its home with --home."
        )
    if migrate.current(url) != migrate.HEAD:
        raise SettingError(
            f"home: the database of {settings.home} is not at the newest schema. Stop the server, then run ./mill "
            "migrate."
        )
    opened = Database(url)
    try:
        yield opened
    finally:
        opened.close()
