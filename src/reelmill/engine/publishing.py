"""Files of a batch become objects. From the first of them on a cancel loses, so the row says Publishing before."""

import asyncio
from typing import Any
from weakref import WeakValueDictionary

from reelmill.core.errors import Failure, MediaError, TryAgain
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Publication
from reelmill.engine import durable, sources, world
from reelmill.objects import publish
from reelmill.store import buckets, work

BACK_OFF = (1.0, 5.0)  # seconds between tries of what failed for reasons of the machine
UNWANTED = Failure("JobCancelled", "The work was cancelled by a user.")

_entries: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()  # jobs that share an output key publish one at a time


@durable.step
async def publish_step(batch_id: str, attempt: int, publications: list[dict[str, Any]]) -> dict[str, Any]:
    """`publish_now`, once and for all."""
    return await publish_now(batch_id, attempt, publications)


async def publish_now(batch_id: str, attempt: int, publications: list[dict[str, Any]]) -> dict[str, Any]:
    """job -> None or failure. From here on a cancel loses: the row says Publishing first."""
    here = world.get()
    failpoint("before publishing")

    wanted = [Publication.from_json(p) for p in publications]

    def begin() -> set[str] | None:
        """Buckets that are another account's by now; None when the work is not wanted any more."""
        with here.library.write() as tx:
            if not work.move_batch(tx, batch_id, attempt, ("Running", "Publishing"), "Publishing"):
                return None
            owner = work.batch(tx, batch_id) or {}
            return {b for b in {p.bucket for p in wanted} if buckets.of_others(tx, owner["account"], owner["region"], b)}

    foreign = await asyncio.to_thread(begin)
    if foreign is None:
        return {p.job: UNWANTED.to_json() for p in wanted}
    if await asyncio.to_thread(sources.overwritten, here, batch_id):
        source = (await sources.wanted(batch_id, attempt))["source_object"]
        return {p.job: sources.replaced(source).to_json() for p in wanted}
    answer: dict[str, Any] = {}
    for one in wanted:
        if one.bucket in foreign:
            answer[one.job] = sources.taken(one.bucket).to_json()
            continue
        lock = _entries.setdefault((one.bucket, one.entry[2]), asyncio.Lock())  # lives as long as somebody holds it or waits for it
        async with lock:
            answer[one.job] = await _publish_one(here, batch_id, attempt, one)
    failpoint("published")
    return answer


async def _publish_one(here: world.World, batch_id: str, attempt: int, one: Publication) -> dict[str, Any] | None:
    failure: Failure | None = None
    for delay in (*BACK_OFF, None):
        try:
            for files in (one.parts, (one.entry,)):  # the playlist comes last: who reads it finds all that it names
                local = [(here.work / batch_id / task / name, key) for task, name, key in files]
                await asyncio.to_thread(publish.publish, here.buckets, one.bucket, local, f"{batch_id}-{attempt}")
                failpoint("parts published") if files is one.parts else None
            return None
        except MediaError as error:
            return error.failure.to_json()
        except TryAgain as error:
            failure = error.failure
            if delay is not None:
                await asyncio.sleep(delay)
    return failure.to_json() if failure else None
