"""The key pair that signs what is pushed to subscribers: made once per library, read by whoever pushes or is asked."""

from reelmill.core import clock
from reelmill.store import topics
from reelmill.store.database import Database, Row


def signer(database: Database) -> Row:
    """The key pair that signs pushes: fingerprint, certificate, private_key; made when it is asked for first."""
    with database.read() as tx:
        if row := topics.certificate(tx):
            return row
    from reelmill.notify import certificate  # and with it cryptography: nothing else needs its 8 MB as long as it runs

    made = certificate.make()
    with database.write() as tx:
        if row := topics.certificate(tx):
            return row  # somebody was faster
        values = {name: getattr(made, name) for name in ("fingerprint", "certificate", "private_key")}
        topics.add_certificate(tx, created_ms=clock.now_ms(), **values)
        return values


def certificate_text(database: Database, fingerprint: str) -> str | None:
    """A certificate as PEM, None when it is not ours."""
    with database.read() as tx:
        return topics.certificate_by_fingerprint(tx, fingerprint)
