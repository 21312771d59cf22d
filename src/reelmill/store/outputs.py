"""What executions add to a media record: facts about the input, outputs, cover, publish state."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.store import media as records
from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.tables import media, media_outputs, templates, watermarks


def find_or_create_media(tx: sa.Connection, row: Mapping[str, Any]) -> Row:
    """The media of an object (one per account, region, bucket and object); `row` holds the columns of a new one. A
    deleted one comes to life again."""
    same = [media.c[c] == row[c] for c in ("account", "region", "bucket", "object")]
    found = one(tx, sa.select(media).where(*same))
    if found is None:
        records.add(tx, dict(row))
    elif found["publish_state"] == "Deleted":
        records.write(tx, *same, publish_state="Initiated")
    return one(tx, sa.select(media).where(*same)) or {}


def media_row(tx: sa.Connection, media_id: str) -> Row | None:
    return one(tx, sa.select(media).where(media.c.id == media_id))


def update_media(tx: sa.Connection, media_id: str, **values: Any) -> None:
    records.write(tx, media.c.id == media_id, **values)


def add(tx: sa.Connection, row: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    """One output object of an activity; the same object again (a second attempt) replaces what was known of it."""
    same = [media_outputs.c[c] == row[c] for c in ("run_id", "activity", "object")]
    changed(tx, media_outputs.delete().where(*same))
    public = bool(
        one(tx, sa.select(media.c.id).where(media.c.id == row["media_id"], media.c.publish_state == "Published"))
    )
    tx.execute(media_outputs.insert().values(**row, body=json.dumps(body, ensure_ascii=False), public=public))


def forget(tx: sa.Connection, run_id: str, names: Sequence[str], keep: str = "") -> None:
    """Activities of a run have no outputs (any more), but for the object `keep`. The objects stay where they are."""
    c = media_outputs.c
    changed(tx, media_outputs.delete().where(c.run_id == run_id, c.activity.in_(list(names)), c.object != keep))


def publish(tx: sa.Connection, media_id: str, published: bool) -> None:
    """Set the media's publish state and let everybody, or nobody, read its outputs. A deleted media stays deleted."""
    where = (media.c.id == media_id, media.c.publish_state != "Deleted")
    if records.write(tx, *where, publish_state="Published" if published else "UnPublish") or not published:
        changed(tx, media_outputs.update().where(media_outputs.c.media_id == media_id).values(public=published))


def watermark_bodies(tx: sa.Connection, account: str, region: str, ids: Sequence[str]) -> dict[str, Any]:
    """id -> config of the account's own watermark templates that are not deleted."""
    return _bodies(tx, watermarks, account, region, ids)


def template_bodies(tx: sa.Connection, account: str, region: str, ids: Sequence[str]) -> dict[str, Any]:
    """id -> body of the account's own templates that are not deleted."""
    return _bodies(tx, templates, account, region, ids)


def _bodies(tx: sa.Connection, table: sa.Table, account: str, region: str, ids: Sequence[str]) -> dict[str, Any]:
    if not ids:
        return {}
    where = (table.c.account == account, table.c.region == region, table.c.state == "Normal", table.c.id.in_(list(ids)))
    query = sa.select(table.c.id, table.c.body).where(*where)
    return {r["id"]: json.loads(r["body"]) for r in all_rows(tx, query)}
