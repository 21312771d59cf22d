"""AccessKey pairs of all accounts, managed by the administrator of a home."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from reelmill.cli import keys, people
from reelmill.core import clock
from reelmill.core.errors import CallerError, SettingError
from reelmill.services import accounts
from reelmill.settings import Settings
from reelmill.store.database import Database, Row

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def listed(settings: Settings) -> str:
    """A line for every pair, without its secret."""
    with people.database(settings) as database:
        return "\n".join(
            f"{row['id']:<26} {row['account']:<16} {row['role']:<14} {row['state']:<9} {clock.iso(row['created_ms'])}"
            f"{'  (of the home: ./mill admin key)' if row['id'] == _own(settings) else ''}"
            for row in accounts.list_keys(database)
        )


def add(settings: Settings, account: str, role: str) -> str:
    """A new pair, as it is shown once."""
    _check_role(role)
    if not _ACCOUNT.fullmatch(account):
        raise SettingError(
            f"{account}: an account has 1 to 64 letters, digits, '.', '_' or '-', and begins with a letter or digit."
        )
    with people.database(settings) as database:
        return _pair(accounts.add_key(database, account, role))


def change(settings: Settings, key_id: str, *, role: str | None = None, state: str | None = None) -> str:
    """Another role or state; a sentence that says what is so now."""
    if role is not None:
        _check_role(role)
    with _opened(settings, key_id) as database:
        row = accounts.change_key(database, key_id, own=_own(settings), role=role, state=state)
    return f"{row['id']} is {row['state']}, {row['role']} of {row['account']}."


def rotate(settings: Settings, key_id: str) -> str:
    """The same id with a new secret, as it is shown once."""
    with _opened(settings, key_id) as database:
        return _pair(accounts.rotate_key(database, key_id, own=_own(settings)))


def remove(settings: Settings, key_id: str) -> str:
    """Forget a disabled pair; a sentence that says so."""
    with _opened(settings, key_id) as database:
        accounts.remove_key(database, key_id, own=_own(settings))
    return f"{key_id} is forgotten."


def _pair(row: Row) -> str:
    return f"AccessKeyId      {row['id']}\nAccessKeySecret  {row['secret']}"


def _own(settings: Settings) -> str:
    pair = keys.stored(settings)
    return pair.id if pair else ""


def _check_role(role: str) -> None:
    if role not in accounts.ROLES:
        raise SettingError(f"{role}: a role is one of {', '.join(accounts.ROLES)}.")


@contextmanager
def _opened(settings: Settings, key_id: str) -> Iterator[Database]:
    """The library; a refusal becomes a sentence."""
    with people.database(settings) as database:
        try:
            yield database
        except CallerError as error:
            raise SettingError(f"{key_id}: {error.message}") from error
