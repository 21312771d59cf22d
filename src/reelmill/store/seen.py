"""The ledger of input objects that intake has dealt with."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from reelmill.store.database import all_rows, changed
from reelmill.store.dialect import upsert_all
from reelmill.store.tables import seen_objects


@dataclass(frozen=True, slots=True)
class Seen:
    """What an object was when intake dealt with it: version, completed_ms and digest of `objects.samples.Sample`, and
    the SHA-256 of its content; texts are "" and the time is 0 where it was not asked."""

    version: str
    sha256: str = ""
    completed_ms: int = 0
    digest: str = ""


NEVER = Seen("")


def known(tx: sa.Connection, bucket: str, keys: Iterable[str]) -> dict[str, Seen]:
    """Of those keys that are known."""
    query = sa.select(seen_objects).where(seen_objects.c.bucket == bucket, seen_objects.c.object.in_(list(keys)))
    return {r["object"]: Seen(r["version"], r["sha256"], r["completed_ms"], r["digest"]) for r in all_rows(tx, query)}


def record(tx: sa.Connection, bucket: str, found: Mapping[str, Seen], now: int) -> None:
    """Remember objects by key; what was known of these keys is replaced."""
    rows = [{"bucket": bucket, "object": key, "seen_ms": now} | asdict(found[key]) for key in sorted(found)]
    upsert_all(tx, seen_objects, ["bucket", "object"], rows)


def forget(tx: sa.Connection, bucket: str) -> None:
    """A bucket that is bound no more has no ledger; binding it again takes a new baseline."""
    changed(tx, seen_objects.delete().where(seen_objects.c.bucket == bucket))
