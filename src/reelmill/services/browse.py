"""What lies in buckets, addresses that open it, and what an upload would start."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, links
from reelmill.core.errors import CallerError
from reelmill.core.matching import starts_run
from reelmill.core.model import Caller
from reelmill.core.urls import key_problem, parse_file_url
from reelmill.media import containers
from reelmill.services import filtering
from reelmill.services.context import AppContext
from reelmill.store import buckets, parts, workflows
from reelmill.store.database import Row

Told = dict[str, Any]  # by the names of the API
Object = tuple[str, str]  # bucket and key
_HOUR = 3600


def media_types(tx: sa.Connection, objects: Iterable[Object]) -> dict[Object, str]:
    """The type of each object: as it was published; of one that came from elsewhere by its extension."""
    by_bucket: dict[str, list[str]] = {}
    for bucket, key in dict.fromkeys(objects):
        by_bucket.setdefault(bucket, []).append(key)
    recorded = {bucket: parts.types(tx, bucket, keys) for bucket, keys in by_bucket.items()}
    return {
        (bucket, key): recorded[bucket].get(key) or containers.media_type(key)
        for bucket, keys in by_bucket.items()
        for key in keys
    }


class Signer:
    """Signed addresses of these `objects` of an account: they open an object, and its package if it is a playlist, for
    `link_hours`, as long as the account keeps the bucket bound. The same for an hour, so that browsers can keep what
    they fetched."""

    def __init__(self, ctx: AppContext, tx: sa.Connection, account: str, region: str, objects: Iterable[Object]):
        self._ctx, self._holders = ctx, buckets.holders(tx, account, region)
        self._types = media_types(tx, objects)
        self._expires = (clock.now_ms() // 1000 // _HOUR + 1) * _HOUR + int(ctx.link_hours * _HOUR)

    def url(self, bucket: str, key: str) -> str | None:
        """The address; None when the bucket is not the account's (any more)."""
        holder = self._holders.get(bucket)
        if not holder:
            return None
        playlist = self._types[bucket, key] in containers.LEADING
        signed = links.signed_path(self._ctx.signing_key, holder, bucket, key, self._expires, playlist=playlist)
        return self._ctx.base_url + signed

    def media_type(self, bucket: str, key: str) -> str:
        """The type of one of the objects."""
        return self._types[bucket, key]


def opens(ctx: AppContext, token: str, bucket: str, key: str) -> bool:
    """Whether the token of a signed address opens this object now."""
    with ctx.database.read() as tx:
        holder = buckets.holder(tx, bucket)

        def streamed() -> bool:
            return media_types(tx, [(bucket, key)])[bucket, key] in containers.STREAMED

        return links.opens(ctx.signing_key, holder, token, bucket, key, clock.now_ms(), streamed=streamed)


def list_objects(ctx: AppContext, caller: Caller, bucket: str, prefix: str, token_text: str | None, size: int) -> Told:
    """One folder of a bound bucket, folders first, and the token of the next page."""
    with ctx.database.read() as tx:
        _bound(tx, caller, bucket)
    rows = ctx.objects[bucket].level(prefix, _place(token_text), size + 1)
    shown = rows[:size]
    with ctx.database.read() as tx:
        signer = Signer(ctx, tx, caller.account, caller.region, [(bucket, key) for key, stat in shown if stat])
    return {
        "Objects": [
            {
                "Key": key,
                "Size": stat.size,
                "LastModified": clock.iso(stat.mtime_ns // 1_000_000),
                "URL": signer.url(bucket, key),
            }
            for key, stat in shown
            if stat
        ],
        "Prefixes": [key for key, _ in shown if key.endswith("/")],
        "NextPageToken": _token(shown[-1][0]) if len(rows) > size else None,
    }


def _token(key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _place(token: str | None) -> tuple[bool, str] | None:
    """(is an object, key without a slash at its end) of the last thing of the page before."""
    if not token:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise CallerError(
            "InvalidParameter", "NextPageToken", "It must be the token that the previous page gave."
        ) from error
    if not isinstance(key, str):
        raise CallerError("InvalidParameter", "NextPageToken", "It must be the token that the previous page gave.")
    return not key.endswith("/"), key.removesuffix("/")


def sign_urls(ctx: AppContext, caller: Caller, urls: Sequence[Any]) -> list[Told]:
    """A signed address for each that names an object of a bucket that the caller has bound; the others are left out."""
    if any(not isinstance(url, str) for url in urls):
        raise CallerError("InvalidParameter.JsonArrayFormatInvalid", "URLs", "Its elements must be texts.")
    named: dict[str, Object] = {}
    for url in urls:
        try:
            ref = parse_file_url(url, ctx.own_hosts, caller.region, "URLs")
        except CallerError:
            continue
        named[url] = ref.bucket, ref.key
    with ctx.database.read() as tx:
        signer = Signer(ctx, tx, caller.account, caller.region, named.values())
    signed = {url: signer.url(*one) for url, one in named.items()}
    return [{"URL": url, "SignedURL": address} for url, address in signed.items() if address]


def matching_workflows(ctx: AppContext, caller: Caller, bucket: str, key: str) -> list[Row]:
    """The active workflows that a new object of this bucket and key would start."""
    if problem := key_problem(key):
        raise CallerError("InvalidParameter.ObjectKeyInvalid", key, f"The object key cannot be used: {problem}.")
    with ctx.database.read() as tx:
        _bound(tx, caller, bucket)
        rows = workflows.waiting_for(tx, bucket)
    return [
        row
        for row in rows
        if (row["account"], row["region"]) == (caller.account, caller.region)
        and starts_run(key, row["input_prefix"], ctx.extensions)
        and filtering.stored(row["input_filter"]).takes_key(key)
    ]


def _bound(tx: sa.Connection, caller: Caller, bucket: str) -> None:
    if not buckets.bound(tx, caller.account, caller.region, bucket):
        raise CallerError("InvalidParameter.ResourceNotFound", "Bucket", f'"{bucket}" is not bound.')
