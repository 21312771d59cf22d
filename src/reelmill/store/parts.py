"""The objects that were published: what type each has, and to which output it belongs. Who serves them asks here, never
the name of a file."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.tables import parts

_AT_ONCE = 500  # keys in one statement: databases bound how many values it may hold


def note(
    tx: sa.Connection,
    bucket: str,
    output: str,
    objects: Iterable[tuple[str, str]],
    versions: Mapping[str, str] | None = None,
) -> None:
    """These (object, media type) belong to the output now; what was known of them is replaced. `versions`: object ->
    its version, where somebody asked."""
    known, stamps = dict(objects), versions or {}
    whole = list(known)
    for keys in (whole[at : at + _AT_ONCE] for at in range(0, len(whole), _AT_ONCE)):
        changed(tx, parts.delete().where(parts.c.bucket == bucket, parts.c.object.in_(keys)))
        tx.execute(
            parts.insert(),
            [
                {"bucket": bucket, "object": key, "type": known[key], "version": stamps.get(key, ""), "output": output}
                for key in keys
            ],
        )


def find(tx: sa.Connection, bucket: str, key: str) -> Row | None:
    """What is known of an object; None when it was never published from here."""
    return one(tx, sa.select(parts).where(parts.c.bucket == bucket, parts.c.object == key))


def of_objects(tx: sa.Connection, bucket: str, keys: Sequence[str]) -> dict[str, Row]:
    """What is known of those objects that were published from here."""
    found: dict[str, Row] = {}
    for some in (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE)):
        known = sa.select(parts).where(parts.c.bucket == bucket, parts.c.object.in_(some))
        found |= {row["object"]: row for row in all_rows(tx, known)}
    return found


def types(tx: sa.Connection, bucket: str, keys: Sequence[str]) -> dict[str, str]:
    """The media types of those objects that were published from here."""
    return {key: row["type"] for key, row in of_objects(tx, bucket, keys).items()}
