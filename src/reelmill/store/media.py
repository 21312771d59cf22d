"""The media library as callers see it: records with their outputs, and which objects anyone may read. Every change of a
record goes through `write`, which keeps what is searched and counted in step."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import words
from reelmill.core.model import Caller
from reelmill.store import executions, owned
from reelmill.store.database import Row, all_rows, changed, many, settle, tally
from reelmill.store.dialect import insert_new
from reelmill.store.tables import buckets, media, media_counts, media_outputs

_SOUGHT = ("object", "title", "description", "tags", "cate_id", "publish_state")  # columns by which media are found


def add(tx: sa.Connection, row: Row) -> None:
    """A new record, unless its object has one."""
    whole = {"title": "", "description": "", "tags": "[]", "cate_id": 0} | row
    whole |= {"created_ms": owned.made_at(tx, media, row["created_ms"]), "words": _words(whole)}
    if insert_new(tx, media, whole, ["account", "region", "bucket", "object"]):
        _count(tx, whole, 1)


def write(tx: sa.Connection, *where: sa.ColumnElement[bool], **values: Any) -> int:
    """Change columns of the records for which `where` holds; how many there were."""
    if not values.keys() & set(_SOUGHT):
        return changed(tx, media.update().where(*where).values(**values))
    columns = [media.c[name] for name in ("seq", "account", "region", *_SOUGHT)]
    rows = all_rows(tx, sa.select(*columns).where(*where).with_for_update())
    for before in rows:
        after = before | values
        tx.execute(media.update().where(media.c.seq == before["seq"]).values(**values, words=_words(after)))
        if (before["publish_state"], before["cate_id"]) != (after["publish_state"], after["cate_id"]):
            _count(tx, before, -1)
            _count(tx, after, 1)
    return len(rows)


def _words(row: Row) -> str:
    return words.of_media(
        row["account"],
        row["region"],
        row["object"],
        row["title"],
        row["description"],
        json.loads(row["tags"]),
        row["cate_id"],
        row["publish_state"],
    )


def _count(tx: sa.Connection, row: Row, by: int) -> None:
    tally(tx, media_counts, {name: row[name] for name in ("account", "region", "publish_state", "cate_id")}, by)


def total(tx: sa.Connection, caller: Caller, states: Iterable[str], cate_ids: Sequence[int] = ()) -> int:
    """How many media are in one of these publish states (and categories, when any are named), without counting them."""
    settle(tx)
    query = sa.select(sa.func.coalesce(sa.func.sum(media_counts.c.count), 0)).where(
        owned.owned(media_counts, caller), media_counts.c.publish_state.in_(list(states))
    )
    return int(tx.execute(query.where(media_counts.c.cate_id.in_(cate_ids)) if cate_ids else query).scalar_one())


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> media of those that exist, deleted ones too, each with `run_ids` (newest first) and `outputs` (newest
    first, an object once)."""
    return {row["id"]: row for row in _whole(tx, list(owned.by_ids(tx, media, caller, ids).values()))}


def lock_row(tx: sa.Connection, caller: Caller, media_id: str) -> None:
    """Nobody else changes this record until the transaction ends: for what is made of what stands in it."""
    tx.execute(sa.select(media.c.seq).where(owned.owned(media, caller), media.c.id == media_id).with_for_update())


def listed(tx: sa.Connection, caller: Caller, places: Sequence[int]) -> list[Row]:
    """The media at these places (`seq`), in this order, each with `run_ids` and `last_failed`
    (executions.last_failed)."""
    found = {r["seq"]: r for r in owned.mine(caller, many(tx, sa.select(media).where(media.c.seq.in_(list(places)))))}
    ids = [r["id"] for r in found.values()]
    runs, failed = executions.of_media(tx, ids), executions.last_failed(tx, ids)
    return [
        _decoded(found[p]) | {"run_ids": runs[found[p]["id"]], "last_failed": found[p]["id"] in failed}
        for p in places
        if p in found
    ]


def of_objects(tx: sa.Connection, caller: Caller, objects: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    """(bucket, key) -> media, as in `find`."""
    # one by one: of several at once SQLite would rather walk through all that the account has
    query = sa.select(media).where(
        owned.owned(media, caller), media.c.bucket == sa.bindparam("bucket"), media.c.object == sa.bindparam("key")
    )
    rows = [row for bucket, key in dict.fromkeys(objects) for row in all_rows(tx, query, bucket=bucket, key=key)]
    return {(row["bucket"], row["object"]): row for row in _whole(tx, rows)}


def change(tx: sa.Connection, caller: Caller, media_id: str, **values: Any) -> None:
    if "tags" in values:
        values["tags"] = json.dumps(values["tags"], ensure_ascii=False)
    write(tx, owned.owned(media, caller), media.c.id == media_id, **values)


def delete(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> None:
    """Mark as deleted and close the outputs; nothing in the buckets is touched."""
    for media_id in ids:
        write(tx, owned.owned(media, caller), media.c.id == media_id, publish_state="Deleted")
    changed(
        tx,
        media_outputs.update()
        .where(owned.owned(media_outputs, caller), media_outputs.c.media_id.in_(list(ids)))
        .values(public=False),
    )


def is_public(tx: sa.Connection, bucket: str, output: str) -> bool:
    """Whether anyone may read this output and its parts. When several runs wrote the same object, the last of them
    decides. What an account published in a bucket that another one has bound since counts for nothing."""
    others = sa.or_(buckets.c.account != media_outputs.c.account, buckets.c.region != media_outputs.c.region)
    query = (
        sa.select(media_outputs.c.public)
        .where(
            media_outputs.c.bucket == bucket,
            media_outputs.c.object == output,
            sa.not_(sa.exists().where(buckets.c.name == bucket, others)),
        )
        .order_by(media_outputs.c.seq.desc())
        .limit(1)
    )
    return bool(tx.execute(query).scalar())


def has_output(tx: sa.Connection, bucket: str, output: str, media_id: str) -> bool:
    """Whether the last run that wrote this object made it of this medium, for the account that has bound the bucket."""
    others = sa.or_(buckets.c.account != media_outputs.c.account, buckets.c.region != media_outputs.c.region)
    query = (
        sa.select(media_outputs.c.media_id)
        .where(
            media_outputs.c.bucket == bucket,
            media_outputs.c.object == output,
            sa.not_(sa.exists().where(buckets.c.name == bucket, others)),
        )
        .order_by(media_outputs.c.seq.desc())
        .limit(1)
    )
    return bool(tx.execute(query).scalar() == media_id)


def _whole(tx: sa.Connection, rows: list[Row]) -> list[Row]:
    ids = [row["id"] for row in rows]
    runs = executions.of_media(tx, ids)
    outputs: dict[str, dict[tuple[str, str], Row]] = {media_id: {} for media_id in ids}
    for output in all_rows(
        tx, sa.select(media_outputs).where(media_outputs.c.media_id.in_(ids)).order_by(media_outputs.c.seq.desc())
    ):
        known = outputs[output["media_id"]]
        known.setdefault((output["bucket"], output["object"]), output | {"body": json.loads(output["body"])})
    return [_decoded(row) | {"run_ids": runs[row["id"]], "outputs": list(outputs[row["id"]].values())} for row in rows]


def _decoded(row: Row) -> Row:
    return row | {"tags": json.loads(row["tags"]), "info": json.loads(row["info"]) if row["info"] else None}
