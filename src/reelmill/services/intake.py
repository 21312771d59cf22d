"""How media come in: an object that appears in an input bucket, or AddMedia."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, jsonx
from reelmill.core.errors import CallerError, MediaError
from reelmill.core.failpoints import failpoint
from reelmill.core.matching import lies_under, starts_run
from reelmill.core.model import Caller, ObjectRef
from reelmill.core.urls import location_of, parse_file_url
from reelmill.engine import facts
from reelmill.engine.signals import Signal
from reelmill.objects.buckets import Stat, content_hash, only_retimed, sample
from reelmill.services import filtering, overriding
from reelmill.services import workflows as workflow_service
from reelmill.services.context import AppContext
from reelmill.store import buckets, executions, outputs, seen, workflows
from reelmill.store.database import Row

log = logging.getLogger(__name__)
_CHUNK = 500


def objects_completed(ctx: AppContext, items: Sequence[tuple[str, str]]) -> int:
    """Objects (bucket, key) are complete: start every workflow that waits for them, each version once; how many runs
    began.

    One transaction for all of them. Objects whose version is in the ledger are old news.
    """
    found = {
        (bucket, key): now for bucket, key in dict.fromkeys(items) if (now := _looked(ctx, bucket, key)) is not None
    }
    failpoint("upload noticed")
    begun = 0
    with ctx.database.write() as tx:
        for bucket in {b for b, _ in found}:
            known = seen.known(tx, bucket, [k for b, k in found if b == bucket])
            fresh = {
                k: now
                for (b, k), now in found.items()
                if b == bucket and known.get(k, seen.NEVER).version != now.seen.version
            }
            for key, now in fresh.items():
                if not _old_news(known.get(key, seen.NEVER), now):
                    begun += _start_matching(tx, ctx, bucket, key, now.stat, alone=len(found) == 1)
            seen.record(tx, bucket, {k: now.seen for k, now in fresh.items()}, clock.now_ms())
    if begun:
        failpoint("fact committed")
        ctx.signal(Signal.ADMIT)
    return begun


@dataclass(frozen=True, slots=True)
class _Found:
    stat: Stat
    seen: seen.Seen


def _looked(ctx: AppContext, bucket: str, key: str) -> _Found | None:
    """An object as it is now; None when it is gone."""
    found = sample(ctx.objects[bucket], key)
    if found is None:
        return None
    stat, digest = found
    whole = content_hash(ctx.objects[bucket], key) if ctx.engine.options.skip_unchanged else ""
    return _Found(stat, seen.Seen(stat.version, whole, stat.completed_ms, digest))


def _old_news(before: seen.Seen, now: _Found) -> bool:
    """Whether another version of an object has nothing new in it: `skip_unchanged` and the same bytes, or the same file
    with another time."""
    return (now.seen.sha256 != "" and now.seen.sha256 == before.sha256) or only_retimed(
        before.completed_ms, before.digest, now.stat, now.seen.digest
    )


def _start_matching(tx: sa.Connection, ctx: AppContext, bucket: str, key: str, stat: Stat, *, alone: bool) -> int:
    """How many runs began. What comes `alone` is looked at while its rows are written."""
    begun = 0
    for workflow in workflows.waiting_for(tx, bucket):
        since = workflow["active_since_ms"]
        # An object completed before a workflow was active must not start it, even when we hear of it later.
        timely = since <= stat.completed_ms or since > clock.now_ms()
        if (
            timely
            and starts_run(key, workflow["input_prefix"], ctx.extensions)
            and filtering.takes(filtering.stored(workflow["input_filter"]), bucket, key, stat)
        ):
            ref = ObjectRef(bucket, location_of(workflow["region"]), key)
            if alone and not begun:
                ctx.engine.look_ahead(ref)
            media = media_of(tx, Caller(workflow["account"], workflow["region"]), ref, {})
            trigger = trigger_key(workflow["id"], bucket, key, stat.version)
            try:
                begun += (
                    facts.start_execution(
                        tx, ctx.engine.options, workflow, media, version=stat.version, trigger_key=trigger
                    )
                    is not None
                )
            except (
                MediaError
            ) as error:  # one workflow that this version cannot run must not keep the upload from the others
                log.warning("workflow %s was not started for %s/%s: %s", workflow["id"], bucket, key, error)
    return begun


def trigger_key(workflow_id: str, bucket: str, key: str, version: str) -> str:
    """By it a version of an object starts a workflow once, whoever notices it."""
    return f"{workflow_id}/{bucket}/{key}/{version}"


def unknown(ctx: AppContext, bucket: str, listing: Iterable[tuple[str, Stat]]) -> Iterator[str]:
    """Keys of a listing whose version is not in the ledger: they appeared while nobody looked."""
    listing = iter(listing)
    while chunk := dict(islice(listing, _CHUNK)):
        with ctx.database.read() as tx:
            known = seen.known(tx, bucket, chunk)
        for key, stat in chunk.items():
            if known.get(key, seen.NEVER).version != stat.version:
                yield key


def bound_buckets(ctx: AppContext, kind: str) -> set[str]:
    """Names of the buckets that are bound as "Input" or "Output" by anybody."""
    with ctx.database.read() as tx:
        return set(buckets.names(tx, kind))


def add_media(
    ctx: AppContext,
    caller: Caller,
    *,
    file_url: str,
    workflow_id: str | None = None,
    user_data: str | None = None,
    input_unbind: bool | None = None,
    override_params: str | None = None,
    title: str | None = None,
    tags: Sequence[str] | None = None,
    description: str | None = None,
    cate_id: int | None = None,
    cover_url: str | None = None,
) -> Row:
    """Register a media and, when the workflow is Active, start a run of it; every call starts one (workflow.md 7.5).

    `input_unbind`: True or absent = the object must lie under the workflow's input path, False = any path (the SDK's
    reading; workflow.md 7.1).
    """
    ref = parse_file_url(file_url, ctx.own_hosts, caller.region)
    if ref.location != location_of(caller.region):
        raise CallerError(
            "InvalidParameter.LocationInvalid",
            ref.location,
            f"The bucket must be in the region of the service, {caller.region}.",
        )
    given = {"title": title, "description": description, "cate_id": cate_id, "cover_url": cover_url}
    _check_texts(ctx, user_data, title, tags, description, cover_url)
    if cover_url:
        parse_file_url(cover_url, ctx.own_hosts, caller.region, "CoverURL")
    ref = replace(ref, key=ctx.objects[ref.bucket].find(ref.key))
    with ctx.database.write() as tx:
        version = version_there(tx, ctx, caller, ref)
        workflow = _workflow(tx, caller, workflow_id, ref, input_unbind is not False)
        columns = given | {"tags": None if tags is None else jsonx.dumps(list(tags))}
        media = media_of(tx, caller, ref, {k: v for k, v in columns.items() if v is not None})
        if workflow and workflow["state"] == "Active":
            workflow = overridden(tx, ctx, caller, workflow, override_params)
            _start(tx, ctx, workflow, media, version, user_data or "")
        row = outputs.media_row(tx, media["id"]) or media
        row["run_ids"] = executions.of_media(tx, [media["id"]])[media["id"]]
    failpoint("fact committed")
    ctx.signal(Signal.ADMIT)
    return row


def version_there(tx: sa.Connection, ctx: AppContext, caller: Caller, ref: ObjectRef) -> str:
    """The version of an object that lies in a bucket of the caller."""
    if not buckets.bound(tx, caller.account, caller.region, ref.bucket):
        raise CallerError(
            "InvalidParameter.ResourceNotFound", "FileURL", f'The bucket "{ref.bucket}" is not bound; bind it first.'
        )
    found = ctx.objects[ref.bucket].stat(ref.key)
    if found is None:
        raise CallerError(
            "InvalidParameter.ResourceNotFound",
            "FileURL",
            f'There is no object "{ref.key}" in the bucket "{ref.bucket}".',
        )
    return found.version


def overridden(
    tx: sa.Connection, ctx: AppContext, caller: Caller, workflow: Mapping[str, Any], given: str | None
) -> Mapping[str, Any]:
    """The workflow as a run takes it that was given these OverrideParams."""
    if not given or not jsonx.unwrap(given):
        return workflow
    topology = overriding.applied(workflow["topology"], given)
    workflow_service.check_topology(tx, ctx, caller, workflow_service.read_topology(topology))
    return {**workflow, "topology": topology, "overrides": given}


def _start(
    tx: sa.Connection, ctx: AppContext, workflow: Mapping[str, Any], media: Row, version: str, user_data: str
) -> None:
    try:
        facts.start_execution(tx, ctx.engine.options, workflow, media, version=version, user_data=user_data)
    except MediaError as error:
        raise CallerError(error.failure.code, message=error.failure.message, detail=error.failure.advice) from error


def _workflow(
    tx: sa.Connection, caller: Caller, workflow_id: str | None, ref: ObjectRef, check_path: bool
) -> Mapping[str, Any] | None:
    if not workflow_id:
        return None
    workflow = workflows.get(tx, caller.account, caller.region, workflow_id)
    if workflow is None:
        raise CallerError("InvalidParameter.ResourceNotFound", "MediaWorkflowId")
    if workflow["state"] == "Deleted":
        raise CallerError("InvalidParameter.ResourceDeleted", "MediaWorkflowId")
    if check_path and not (ref.bucket == workflow["input_bucket"] and lies_under(ref.key, workflow["input_prefix"])):
        where = f"{workflow['input_bucket']}/{workflow['input_prefix']}"
        raise CallerError(
            "InvalidParameter",
            "FileURL",
            f'The object does not lie under the input path "{where}" of the workflow; InputUnbind=false allows any '
            f"path.",
        )
    return workflow


def _check_texts(
    ctx: AppContext,
    user_data: str | None,
    title: str | None,
    tags: Sequence[str] | None,
    description: str | None,
    cover_url: str | None,
) -> None:
    q = ctx.quotas
    limits = (
        ("MediaWorkflowUserData", user_data, q.user_data_bytes),
        ("Title", title, q.title_bytes),
        ("Description", description, q.description_bytes),
        ("CoverURL", cover_url, q.cover_url_bytes),
        *(("Tags", t, q.tag_bytes) for t in tags or ()),
    )
    for name, value, limit in limits:
        if value is not None and len(value.encode()) > limit:
            raise CallerError("InvalidParameter.OutOfRange", name, f"It is longer than {limit} bytes.")
    if tags and len(tags) > q.tags:
        raise CallerError("InvalidParameter.ListSizeExceed", "Tags", f"At most {q.tags} tags are allowed.")


def media_of(tx: sa.Connection, caller: Caller, ref: ObjectRef, given: Mapping[str, Any]) -> Row:
    """The media of an object, made when it is new; `given` columns are set in both cases."""
    row = {
        "account": caller.account,
        "region": caller.region,
        "id": clock.new_id(),
        "bucket": ref.bucket,
        "location": ref.location,
        "object": ref.key,
        "title": ref.key.rpartition("/")[2],
        "publish_state": "Initiated",
        "created_ms": clock.now_ms(),
    }
    media = outputs.find_or_create_media(tx, row | dict(given))
    if given and media["id"] != row["id"]:
        outputs.update_media(tx, media["id"], **given)
    return media
