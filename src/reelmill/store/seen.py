"""The ledger of input objects that intake has dealt with."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from reelmill.store.database import all_rows, changed
from reelmill.store.dialect import upsert_all
from reelmill.store.tables import seen_objects


def versions(tx: sa.Connection, bucket: str, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """key -> (version, content hash or "") of those that are known."""
    query = sa.select(seen_objects).where(seen_objects.c.bucket == bucket, seen_objects.c.object.in_(list(keys)))
    return {r["object"]: (r["version"], r["sha256"]) for r in all_rows(tx, query)}


def record(tx: sa.Connection, bucket: str, found: Mapping[str, tuple[str, str]], now: int) -> None:
    """key -> (version, hash): remember them; what was known of these keys is replaced."""
    rows = [
        {"bucket": bucket, "object": key, "version": found[key][0], "sha256": found[key][1], "seen_ms": now}
        for key in sorted(found)
    ]
    upsert_all(tx, seen_objects, ["bucket", "object"], rows)


def forget(tx: sa.Connection, bucket: str) -> None:
    """A bucket that is bound no more has no ledger; binding it again takes a new baseline."""
    changed(tx, seen_objects.delete().where(seen_objects.c.bucket == bucket))
