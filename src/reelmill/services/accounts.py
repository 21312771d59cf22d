"""Access keys: pairs of an account, each with a role, and what a role may do."""

import sqlalchemy as sa

from reelmill.core import clock, passwords
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.services.context import AppContext
from reelmill.store import accounts, sessions
from reelmill.store.database import Database, Row

ROLES = ("administrator", "operator", "reviewer", "viewer")
MAY = {
    "administrator": {"read", "write", "decide", "manage"},
    "operator": {"read", "write", "decide"},
    "reviewer": {"read", "decide"},
    "viewer": {"read"},
}  # role -> kinds of operation


def check(caller: Caller, access: str, what: str) -> None:
    """CallerError NoPermission unless the caller's role may do this: `access` is read, write, decide or manage, `what`
    names it."""
    if access not in MAY.get(caller.role, ()):
        able = " and ".join(role for role in ROLES if access in MAY[role])
        raise CallerError(
            "NoPermission", what, f"The key is a {caller.role}'s; this needs the role {able.replace(' and ', ' or ')}."
        )


def ensure_key(
    database: Database, key_id: str, secret: str, account: str = "default", role: str = "administrator"
) -> None:
    """Make sure that this AccessKey pair is known, active and belongs to the account. Sessions begun with another
    secret of this key end."""
    with database.write(alone="accounts") as tx:
        before = accounts.find(tx, key_id)
        if before and before["secret"] != secret:
            sessions.end_all(tx, "key", key_id)
        accounts.put(tx, key_id, clock.now_ms(), secret=secret, account=account, role=role, state="Active")


def find_key(database: Database, key_id: str) -> Row | None:
    """The row of an access key (id, secret, account, role, state), None when there is none."""
    with database.read() as tx:
        return accounts.find(tx, key_id)


def list_keys(database: Database, account: str | None = None) -> list[Row]:
    """The keys of an account (None: of all), oldest first, without their secrets."""
    with database.read() as tx:
        return [
            {name: value for name, value in row.items() if name != "secret"} for row in accounts.all_of(tx, account)
        ]


def add_key(database: Database, account: str, role: str) -> Row:
    """A new pair, secret included: it is told this once."""
    key_id = "LTAI" + passwords.chance(20)
    with database.write(alone="accounts") as tx:
        accounts.put(
            tx, key_id, clock.now_ms(), secret=passwords.chance(30), account=account, role=role, state="Active"
        )
        return _known(tx, key_id)


def change_key(
    database: Database,
    key_id: str,
    *,
    account: str | None = None,
    own: str = "",
    role: str | None = None,
    state: str | None = None,
) -> Row:
    """Another role or state for a key. Acts at once; sessions of a disabled key end.

    `account`: it must be one of this account's, which must keep an active administrator. `own` is the id of the pair
    that comes from the home or its settings: that one cannot be changed here. CallerError otherwise.
    """
    with database.write(alone="accounts") as tx:
        _changeable(tx, key_id, account, own)
        accounts.put(
            tx,
            key_id,
            clock.now_ms(),
            **{name: value for name, value in (("role", role), ("state", state)) if value is not None},
        )
        row = _known(tx, key_id)
        if row["state"] != "Active":
            sessions.end_all(tx, "key", key_id)
        if account is not None and not accounts.administrators(tx, account):
            raise CallerError(
                "InvalidParameter.InvalidState",
                "AccessKeyId",
                "The account would be left without an active administrator.",
            )
        return row


def rotate_key(database: Database, key_id: str, *, account: str | None = None, own: str = "") -> Row:
    """A new secret for a key, told this once; the old one ends at once, and so do the sessions that it began."""
    with database.write(alone="accounts") as tx:
        _changeable(tx, key_id, account, own)
        accounts.put(tx, key_id, clock.now_ms(), secret=passwords.chance(30))
        sessions.end_all(tx, "key", key_id)
        return _known(tx, key_id)


def remove_key(database: Database, key_id: str, *, account: str | None = None, own: str = "") -> None:
    """Forget a key that is disabled."""
    with database.write(alone="accounts") as tx:
        if _changeable(tx, key_id, account, own)["state"] == "Active":
            raise CallerError("InvalidParameter.InvalidState", "AccessKeyId", "Disable the key before you remove it.")
        sessions.end_all(tx, "key", key_id)
        accounts.remove(tx, key_id)


def add(ctx: AppContext, caller: Caller, role: str) -> Row:
    """AddAccessKey: a pair of the caller's account."""
    return add_key(ctx.database, caller.account, role)


def change(ctx: AppContext, caller: Caller, key_id: str, role: str | None, state: str | None) -> Row:
    """UpdateAccessKey."""
    return change_key(ctx.database, key_id, account=caller.account, own=ctx.own_key, role=role, state=state)


def rotate(ctx: AppContext, caller: Caller, key_id: str) -> Row:
    """RotateAccessKey."""
    return rotate_key(ctx.database, key_id, account=caller.account, own=ctx.own_key)


def remove(ctx: AppContext, caller: Caller, key_id: str) -> None:
    """DeleteAccessKey."""
    remove_key(ctx.database, key_id, account=caller.account, own=ctx.own_key)


def _known(tx: sa.Connection, key_id: str, account: str | None = None) -> Row:
    row = accounts.find(tx, key_id)
    if row is None or account not in (None, row["account"]):
        raise CallerError("InvalidParameter.ResourceNotFound", "AccessKeyId", "There is no such key.")
    return row


def _changeable(tx: sa.Connection, key_id: str, account: str | None, own: str) -> Row:
    row = _known(tx, key_id, account)
    if key_id == own:
        raise CallerError(
            "PermissionDenied.ResourceAccess",
            "AccessKeyId",
            "This pair comes from the home or its settings; ./mill admin key --rotate changes it.",
        )
    return row
