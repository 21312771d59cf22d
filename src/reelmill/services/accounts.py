"""Access keys."""

from reelmill.core import clock
from reelmill.store import accounts, sessions
from reelmill.store.library import Library, Row


def ensure_key(library: Library, key_id: str, secret: str, account: str = "default") -> None:
    """Make sure that this AccessKey pair is known, active and belongs to the account. Sessions begun with another secret of this key end."""
    with library.write() as tx:
        before = accounts.find(tx, key_id)
        if before and before["secret"] != secret:
            sessions.end_all(tx, "key", key_id)
        accounts.put(tx, key_id, secret, account, clock.now_ms())


def find_key(library: Library, key_id: str) -> Row | None:
    """The row of an access key (id, secret, account, role, state), None when there is none."""
    with library.read() as tx:
        return accounts.find(tx, key_id)
