"""Access keys."""

from reelmill.core import clock
from reelmill.store import accounts
from reelmill.store.library import Library, Row


def ensure_key(library: Library, key_id: str, secret: str, account: str = "default") -> None:
    """Make sure that this AccessKey pair is known, active and belongs to the account."""
    with library.write() as tx:
        accounts.put(tx, key_id, secret, account, clock.now_ms())


def find_key(library: Library, key_id: str) -> Row | None:
    """The row of an access key (id, secret, account, role, state), None when there is none."""
    with library.read() as tx:
        return accounts.find(tx, key_id)
