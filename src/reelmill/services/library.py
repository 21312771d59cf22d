"""The media library: what is known of an input object and of everything that was made of it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.core.urls import parse_file_url
from reelmill.engine import telling
from reelmill.services.browse import media_types
from reelmill.services.context import AppContext
from reelmill.store import media, outputs, parts
from reelmill.store.database import Row


def query(ctx: AppContext, caller: Caller, ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Media with `run_ids` and `outputs` in the order asked for (deleted ones too), and the ids of those that do not
    exist."""
    with ctx.database.read() as tx:
        found = media.find(tx, caller, ids)
    return [found[i] for i in ids if i in found], [i for i in ids if i not in found]


def query_by_url(ctx: AppContext, caller: Caller, urls: Sequence[str]) -> tuple[list[Row], list[str]]:
    """As `query`, by the addresses of the input objects; those that name no media come back as they were sent."""
    refs = {url: parse_file_url(url, ctx.own_hosts, caller.region, "FileURLs") for url in urls}
    with ctx.database.read() as tx:
        found = media.of_objects(tx, caller, [(ref.bucket, ref.key) for ref in refs.values()])
    rows = {row["id"]: row for ref in refs.values() if (row := found.get((ref.bucket, ref.key)))}
    return list(rows.values()), [url for url, ref in refs.items() if (ref.bucket, ref.key) not in found]


def update(ctx: AppContext, caller: Caller, media_id: str, **details: Any) -> Row:
    """Full update: title, description, cate_id, tags, cover_url; what is absent or None is cleared."""
    cleared: dict[str, Any] = {"title": "", "description": "", "cate_id": 0, "tags": [], "cover_url": ""}
    values = cleared | {key: value for key, value in details.items() if value is not None}
    _check_cover(ctx, caller, values["cover_url"])
    with ctx.database.write() as tx:
        _living(tx, caller, media_id)
        media.change(tx, caller, media_id, **values)
        return media.find(tx, caller, [media_id])[media_id]


def update_cover(ctx: AppContext, caller: Caller, media_id: str, cover_url: str | None) -> None:
    """Set the cover's address; None or "" takes it away."""
    _check_cover(ctx, caller, cover_url or "")
    with ctx.database.write() as tx:
        _living(tx, caller, media_id)
        media.change(tx, caller, media_id, cover_url=cover_url or "")


def update_category(ctx: AppContext, caller: Caller, media_id: str, cate_id: int) -> None:
    """Move a media to a category; 0 means none."""
    with ctx.database.write() as tx:
        _living(tx, caller, media_id)
        media.change(tx, caller, media_id, cate_id=cate_id)


def add_tag(ctx: AppContext, caller: Caller, media_id: str, tag: str) -> None:
    """One more tag; a success when the media has it already."""
    if "," in tag:
        raise CallerError("InvalidParameter.Format", "Tag", "A comma separates tags, so none can hold one.")
    with ctx.database.write() as tx:
        tags = _living(tx, caller, media_id)["tags"]
        if tag in tags:
            return
        if len(tags) >= ctx.quotas.tags:
            raise CallerError("InvalidParameter.ListSizeExceed", "Tag", f"At most {ctx.quotas.tags} tags are allowed.")
        media.change(tx, caller, media_id, tags=[*tags, tag])


def delete_tag(ctx: AppContext, caller: Caller, media_id: str, tag: str) -> None:
    """Take a tag away; a success when the media does not have it."""
    with ctx.database.write() as tx:
        tags = _living(tx, caller, media_id)["tags"]
        if tag in tags:
            media.change(tx, caller, media_id, tags=[t for t in tags if t != tag])


def update_publish_state(ctx: AppContext, caller: Caller, media_id: str, publish: bool) -> None:
    """Let everybody read the outputs of a media, or nobody without a signed address."""
    with ctx.database.write() as tx:
        _living(tx, caller, media_id)
        outputs.publish(tx, media_id, publish)
        if publish:
            telling.media(tx, caller, "published", media_id)


def delete(ctx: AppContext, caller: Caller, ids: Sequence[str]) -> None:
    """Logical: the records stay with state Deleted until AddMedia or a trigger revives them; objects in buckets stay.
    All or none."""
    with ctx.database.write() as tx:
        found = media.find(tx, caller, ids)
        for media_id in ids:
            if media_id not in found:
                raise CallerError(
                    "InvalidParameter.ResourceNotFound",
                    "MediaIds",
                    f'There is no media "{media_id}"; nothing was deleted.',
                )
        media.delete(tx, caller, ids)
        for media_id in ids:
            telling.media(tx, caller, "deleted", media_id)


def readable_by_anyone(ctx: AppContext, bucket: str, key: str) -> bool:
    """Whether the object belongs to a published output of any account."""
    with ctx.database.read() as tx:
        found = parts.find(tx, bucket, key)
        return media.is_public(tx, bucket, found["output"] if found else key)


def made_for(ctx: AppContext, bucket: str, key: str, media_id: str) -> bool:
    """Whether the object is, or belongs to, an output that runs made of this medium: whoever writes a playlist himself
    gets no key of others by it."""
    with ctx.database.read() as tx:
        found = parts.find(tx, bucket, key)
        return found is not None and media.has_output(tx, bucket, found["output"], media_id)


def media_type(ctx: AppContext, bucket: str, key: str) -> str:
    """The type of an object: as it was published; of one that came from elsewhere by its extension."""
    with ctx.database.read() as tx:
        return media_types(tx, [(bucket, key)])[bucket, key]


def _living(tx: sa.Connection, caller: Caller, media_id: str) -> Row:
    media.lock_row(tx, caller, media_id)
    row = media.find(tx, caller, [media_id]).get(media_id)
    if row is None:
        raise CallerError("InvalidParameter.ResourceNotFound", "MediaId", f'There is no media "{media_id}".')
    if row["publish_state"] == "Deleted":
        raise CallerError("InvalidParameter.ResourceDeleted", "MediaId")
    return row


def _check_cover(ctx: AppContext, caller: Caller, cover_url: str) -> None:
    if cover_url:
        parse_file_url(cover_url, ctx.own_hosts, caller.region, "CoverURL")
