"""What a batch works from: the local copy of its source, the same for all its pieces and after every crash."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import Cancelled, Failure, MediaError
from reelmill.core.model import ObjectRef
from reelmill.engine import context
from reelmill.media.command import substitute
from reelmill.objects import fetch
from reelmill.store import buckets, work, written

_PIN = "source.txt"  # in a batch's folder: which cached copy it works from


async def wanted(batch_id: str, attempt: int) -> dict[str, Any]:
    """The batch, if it is still this attempt's to work on. Asked with the slot in hand: a cancel may have freed it."""
    return await asyncio.to_thread(ask, batch_id, attempt)


def ask(batch_id: str, attempt: int) -> dict[str, Any]:
    """`wanted`, for whoever is on a thread already."""
    with context.get().database.read() as tx:
        batch = work.batch(tx, batch_id)
    if batch is None or batch["attempt"] != attempt or batch["state"] not in ("Admitted", "Running", "Publishing"):
        raise Cancelled(batch_id)
    return batch


async def path_of(batch: Mapping[str, Any], what: str) -> Path:
    """The file that a node means by `${source}`, `${TASK}/file` or a path below the work store."""
    host = context.get()
    if what == "${source}":
        return await fetched(batch)
    return Path(substitute(what, folders_of(batch["id"], what)) if "${" in what else str(host.work / what))


async def fetched(batch: Mapping[str, Any]) -> Path:
    """The local copy of the batch's source: the same version for all its pieces, also after a crash, even when the
    object is replaced or deleted."""
    host = context.get()
    ref = ObjectRef(batch["source_bucket"], batch["source_location"] or "", batch["source_object"])
    pin = host.work / batch["id"] / _PIN

    def get() -> Path:
        pinned = host.cache / pin.read_text() if pin.is_file() else None
        if pinned and fetch.intact(pinned):
            return pinned
        with host.database.read() as tx:
            if buckets.of_others(tx, batch["account"], batch["region"], ref.bucket):
                raise MediaError(taken(ref.bucket))
        path = fetch.fetch(host.buckets, ref, host.cache)
        if pinned and pinned != path:
            raise MediaError(replaced(ref.key))
        with host.database.read() as tx:
            mine, last = written.origin(tx, batch["id"]), written.last(tx, ref.bucket, ref.key)
        if mine and last and (ref.bucket, ref.key) != (mine.bucket, mine.key) and last.source != mine.source:
            raise MediaError(of_another(ref.key))
        pin.parent.mkdir(parents=True, exist_ok=True)
        part = pin.with_suffix(f".{clock.new_id()}")
        part.write_text(str(path.relative_to(host.cache)))
        part.replace(pin)
        return path

    async with held(ref, get) as path:
        return path


@asynccontextmanager
async def held(ref: ObjectRef, get: Callable[[], Path] | None = None) -> AsyncIterator[Path]:
    """A local copy of an object (made by `get`, else by fetching it) that nobody sweeps away as long as the context
    lasts; afterwards it stays as long as a batch that works, or waits, has this object for its source."""
    host, source = context.get(), (ref.bucket, ref.key)
    host.process.asked[source] += 1
    try:
        path = await asyncio.to_thread(get or (lambda: fetch.fetch(host.buckets, ref, host.cache)))
        host.process.sources.setdefault(source, {})[path.parent.name] = clock.monotonic()
        yield path
    finally:
        host.process.asked[source] -= 1
        if not host.process.asked[source]:
            del host.process.asked[source]


def replaced(key: str) -> Failure:
    """The source is not any more what the batch began with."""
    text = f'"{key}" was overwritten while it was being worked on.'
    return Failure(
        "InvalidParameter.ResourceContentBad",
        text,
        "The new upload has a run of its own; to keep both, upload under another name.",
        source_ok=False,
    )


def of_another(key: str) -> Failure:
    """Another run has put the output of another film where one of this run was."""
    text = f'"{key}" was made anew of another source before this activity could read it.'
    return Failure(
        "InvalidParameter.ResourceContentBad",
        text,
        "Give the outputs of each run a name of their own: put {RunId} into OutputObject.",
        source_ok=False,
    )


def taken(bucket: str) -> Failure:
    """The bucket was unbound while work waited, and is not this account's any more."""
    return Failure(
        "PermissionDenied.ResourceAccess",
        f'Another account has bound the bucket "{bucket}" since.',
        "Bind a bucket of your own, and start the work again.",
        source_ok=False,
    )


def overwritten(host: context.HostContext, batch: Mapping[str, Any]) -> bool:
    """Whether somebody wrote into the object since it was fetched, instead of replacing it: half of one film may be in
    our copy, half of another. A copy in the cache may even share its bytes with the object (hard link), which spoils
    both."""
    pin = host.work / batch["id"] / _PIN
    copy = host.cache / pin.read_text() if pin.is_file() else None
    if copy is None or not copy.is_file():
        return False
    return not fetch.intact(copy) or fetch.written_into(
        host.buckets, ObjectRef(batch["source_bucket"], "", batch["source_object"]), copy
    )


def folders_of(batch_id: str, text: str) -> dict[str, str]:
    """Where `${NAME}` of tasks of this batch lie."""
    folder = context.get().work / batch_id
    return {name.split("}", 1)[0]: str(folder / name.split("}", 1)[0]) for name in text.split("${")[1:]}
