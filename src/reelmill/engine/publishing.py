"""Files of a batch become objects. From the first of them on a cancel loses, so the row says Publishing before."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core.errors import Failure, MediaError, TryAgain
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Part, Publication
from reelmill.engine import context, durable, holding, sources
from reelmill.engine.holding import UNWANTED
from reelmill.store import buckets, parts, work, written

_AT_ONCE = 4  # outputs of a batch


@durable.step
async def publish_step(
    batch_id: str, attempt: int, publications: list[dict[str, Any]], stamped: bool = False
) -> dict[str, Any]:
    """`publish_now`, once and for all."""
    return await publish_now(batch_id, attempt, publications, stamped)


async def publish_now(
    batch_id: str, attempt: int, publications: list[dict[str, Any]], stamped: bool = False
) -> dict[str, Any]:
    """job -> None or failure. What cannot be put into its bucket now is kept and tried again; as long as nothing of the
    batch is there, it may be cancelled meanwhile. `stamped`: the versions of all objects are noted, not of entries
    alone."""
    failpoint("before publishing")
    wanted = [Publication.from_json(p) for p in publications]
    answer: dict[str, Any] = {}
    patience, rest = holding.Patience(), wanted
    while rest:
        refused = await _begin(batch_id, attempt, rest)
        if refused is None:
            answer |= {p.job: UNWANTED.to_json() for p in rest}
            break
        answer |= {job: failure.to_json() for job, failure in refused.items()}
        rest, failure = await _publish_all(
            batch_id, attempt, [p for p in rest if p.job not in refused], answer, stamped
        )
        if failure is None:
            continue
        if failure.hold and not any(answer.get(p.job, True) is None for p in wanted):
            await asyncio.to_thread(_step_back, batch_id, attempt)
        if not await patience.wait(batch_id, attempt, failure):
            answer |= {p.job: failure.to_json() for p in rest}
            break
    await patience.over(batch_id, attempt)
    failpoint("published")
    return answer


async def _begin(batch_id: str, attempt: int, wanted: Sequence[Publication]) -> Mapping[str, Failure] | None:
    """From here on a cancel loses: the row says Publishing first. What must not be published, by job; None when the
    work is not wanted any more."""
    host = context.get()

    def begin() -> tuple[Mapping[str, Any], dict[str, Failure]] | None:
        with host.database.write() as tx:
            if not work.move_batch(tx, batch_id, attempt, ("Running", "Publishing"), "Publishing"):
                return None
            batch, refused = work.batch(tx, batch_id) or {}, {}
            for bucket in {p.bucket for p in wanted}:
                if buckets.of_others(tx, batch["account"], batch["region"], bucket):
                    refused[bucket] = sources.taken(bucket)
                elif host.buckets[bucket].away() and not buckets.bound(
                    tx, batch["account"], batch["region"], bucket, "Output"
                ):
                    refused[bucket] = _unbound(bucket)  # nobody will bring it back
            return batch, refused

    begun = await asyncio.to_thread(begin)
    if begun is None:
        return None
    batch, by_bucket = begun
    if await asyncio.to_thread(sources.overwritten, host, batch):
        return {p.job: sources.replaced(batch["source_object"]) for p in wanted}
    return {p.job: by_bucket[p.bucket] for p in wanted if p.bucket in by_bucket}


def _unbound(bucket: str) -> Failure:
    return Failure(
        "InvalidParameter.ResourceNotFound",
        f"The bucket {bucket} is not bound as output any more.",
        "Bind it again with BindOutputBucket.",
    )


def _step_back(batch_id: str, attempt: int) -> None:
    """Publishing could not begin: until it can, the work may be cancelled."""
    with context.get().database.write() as tx:
        work.move_batch(tx, batch_id, attempt, ("Publishing",), "Running")


async def _publish_all(
    batch_id: str, attempt: int, wanted: Sequence[Publication], answer: dict[str, Any], stamped: bool
) -> tuple[list[Publication], Failure | None]:
    """Publish some at the same time, for most of it is waiting for the disk, and note each end in `answer`. What is
    left to be tried again, and why."""
    free = asyncio.Semaphore(_AT_ONCE)
    named = Counter((one.bucket, key) for one in wanted for key in {part.key for part in one.whole})
    late: dict[tuple[str, str], Failure] = {}

    async def publish(one: Publication) -> Failure | None:
        # outputs may share a file beside them as well, and would prepare it under one name. Sorted, so that no two wait
        # for each other
        shared = {(one.bucket, part.key) for part in one.whole if named[one.bucket, part.key] > 1}
        entry = (one.bucket, one.entry.key)
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(free)
            for name in sorted(shared | {entry}):
                # lives as long as somebody holds it or waits for it
                lock = context.get().process.publishing.setdefault(name, asyncio.Lock())
                await stack.enter_async_context(lock)
            # the one before it, tried again later, would replace this one
            failure = late.get(entry) or await _publish_one(batch_id, attempt, one, stamped)
            if failure is not None and failure.retry:
                late[entry] = failure
            return failure

    # all of them end before an error is raised: none goes on when the step is over
    ends = await asyncio.gather(*(publish(one) for one in wanted), return_exceptions=True)
    rest: list[Publication] = []
    why: Failure | None = None
    for one, failure in zip(wanted, ends, strict=True):
        if isinstance(failure, BaseException):
            raise failure
        if failure is not None and failure.retry:
            rest.append(one)
            why = why or failure
        else:
            # a job may have files in several buckets
            answer[one.job] = answer.get(one.job) or (failure.to_json() if failure else None)
    return rest, why


async def _publish_one(batch_id: str, attempt: int, one: Publication, stamped: bool) -> Failure | None:
    host = context.get()
    try:
        if newer := await asyncio.to_thread(_newer, host, batch_id, one):
            return newer
        for files in (one.parts, (one.entry,)):  # the playlist comes last: who reads it finds all that it names
            local = [(host.work / batch_id / part.task / part.file, part.key) for part in files]
            await asyncio.to_thread(host.buckets[one.bucket].put, local, f"{batch_id}-{attempt}")
            failpoint("parts published") if files is one.parts else None
        await asyncio.to_thread(_note, host, batch_id, one, stamped)
        return None
    except (MediaError, TryAgain) as error:
        return error.failure


def _newer(host: context.HostContext, batch_id: str, one: Publication) -> Failure | None:
    """Why this object must stay as it is: a run that began later, of a newer version of the same source, has made
    it."""
    with host.database.read() as tx:
        made, origin = written.last(tx, one.bucket, one.entry.key), written.origin(tx, batch_id)
    if (
        made is None
        or origin is None
        or made.turn <= origin.turn
        or (made.bucket, made.key) != (origin.bucket, origin.key)
        or made.version == origin.version
    ):
        return None
    text = (
        f'"{one.entry.key}" has been made of a newer version of "{origin.key}" meanwhile; what this older one '
        f"would have made was not published."
    )
    return Failure(
        "InvalidParameter.ResourceContentBad",
        text,
        "Look at the run of the newer version; to keep both, upload under another name.",
        source_ok=False,
    )


def _note(host: context.HostContext, batch_id: str, one: Publication, stamped: bool) -> None:
    """Which objects there are now, of which type and made of what."""
    versions = _versions(host, batch_id, one, one.whole if stamped else (one.entry,))
    with host.database.write() as tx:
        objects = [(part.key, part.type) for part in one.whole]
        parts.note(tx, one.bucket, one.output or one.entry.key, objects, versions)
        if origin := written.origin(tx, batch_id):
            written.note(tx, one.bucket, one.entry.key, origin)


def _versions(host: context.HostContext, batch_id: str, one: Publication, objects: Sequence[Part]) -> dict[str, str]:
    """What each of these objects is now, as far as it is what was put there."""
    found = {}
    for part in objects:
        seen = host.buckets[one.bucket].stat(part.key)
        if seen and seen.size == (host.work / batch_id / part.task / part.file).stat().st_size:
            found[part.key] = seen.version
    return found
