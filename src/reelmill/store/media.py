"""The media library as callers see it: records with their outputs, and which objects anyone may read."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import executions, owned
from reelmill.store.library import Row, all_rows, changed
from reelmill.store.tables import media, media_outputs


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> media of those that exist, deleted ones too, each with `run_ids` (newest first) and `outputs` (newest first, an object once)."""
    return {row["id"]: row for row in _whole(tx, list(owned.by_ids(tx, media, caller, ids).values()))}


def of_objects(tx: sa.Connection, caller: Caller, objects: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    """(bucket, key) -> media, as in `find`."""
    conditions = sa.or_(*(sa.and_(media.c.bucket == bucket, media.c.object == key) for bucket, key in objects))
    rows = all_rows(tx, sa.select(media).where(owned.owned(media, caller), conditions))
    return {(row["bucket"], row["object"]): row for row in _whole(tx, rows)}


def change(tx: sa.Connection, caller: Caller, media_id: str, **values: Any) -> None:
    if "tags" in values:
        values["tags"] = json.dumps(values["tags"], ensure_ascii=False)
    owned.update(tx, media, caller, media_id, **values)


def delete(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> None:
    """Mark as deleted and close the outputs; nothing in the buckets is touched."""
    changed(tx, media.update().where(owned.owned(media, caller), media.c.id.in_(list(ids))).values(publish_state="Deleted"))
    changed(tx, media_outputs.update().where(owned.owned(media_outputs, caller), media_outputs.c.media_id.in_(list(ids))).values(public=False))


def is_public(tx: sa.Connection, bucket: str, entries: Sequence[str]) -> bool:
    """Whether anyone may read one of these output objects. When several runs wrote the same object, the last of them decides."""
    query = (
        sa.select(media_outputs.c.object, media_outputs.c.public)
        .where(media_outputs.c.bucket == bucket, media_outputs.c.object.in_(list(entries)))
        .order_by(media_outputs.c.seq)
    )
    latest = {row["object"]: row["public"] for row in all_rows(tx, query)}
    return any(latest.values())


def _whole(tx: sa.Connection, rows: list[Row]) -> list[Row]:
    ids = [row["id"] for row in rows]
    runs = executions.of_media(tx, ids)
    outputs: dict[str, dict[tuple[str, str], Row]] = {media_id: {} for media_id in ids}
    for output in all_rows(tx, sa.select(media_outputs).where(media_outputs.c.media_id.in_(ids)).order_by(media_outputs.c.seq.desc())):
        known = outputs[output["media_id"]]
        known.setdefault((output["bucket"], output["object"]), output | {"body": json.loads(output["body"])})
    return [_decoded(row) | {"run_ids": runs[row["id"]], "outputs": list(outputs[row["id"]].values())} for row in rows]


def _decoded(row: Row) -> Row:
    return row | {"tags": json.loads(row["tags"]), "info": json.loads(row["info"]) if row["info"] else None}
