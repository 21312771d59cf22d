"""Pictures and texts that are looked at within a request (ImAudit), by the same models, word lists and logos as
films."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import CallerError, Failure
from reelmill.core.model import Caller, ObjectRef
from reelmill.core.urls import location_of, parse_file_url
from reelmill.engine import submitting
from reelmill.media.reviews import MOST_PICTURE
from reelmill.nodes import audit
from reelmill.services import jobs
from reelmill.services.context import AppContext
from reelmill.store import buckets
from reelmill.store.database import Row

JOB = audit.NODE
TEXT_SCENE = "antispam"
_LONGEST = 10_000  # characters of a text
_SECONDS = 60.0
_WORDS = re.compile(r'[\[{]?\s*"?\w+"?(?:\s*,\s*"?\w+"?)*\s*[\]}]?', re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """A picture (its address) or a text, and what the caller calls it ("": nothing)."""

    value: str
    data_id: str = ""


async def audit_now(
    ctx: AppContext, caller: Caller, request_id: str, *, scenes: str, images: Sequence[Any], texts: Sequence[Any]
) -> tuple[Row, list[Item], list[Item]]:
    """(the job, which has ended; the pictures; the texts) in the order of the request. What is wrong with a picture is
    told of it alone."""
    for lack in ctx.lacks(JOB.needs(None, {})):
        raise CallerError("InvalidParameter.NotSupported", JOB.name, lack)
    shown, said = _items(images, "Images", "url"), _items(texts, "Contents", "content")
    if not shown and not said:
        raise CallerError("MissingParameter", "Images", "Give Images or Contents.")
    for place, text in enumerate(said):
        if len(text.value) > _LONGEST:
            raise CallerError(
                "InvalidParameter.OutOfRange", f"Contents[{place}]", f"A text may have {_LONGEST} characters."
            )
    wanted = _scenes(scenes)
    if shown and not wanted:
        raise CallerError("InvalidParameter", "Scenes", "antispam is for texts; pictures need another scene.")
    refs = [parse_file_url(one.value, ctx.own_hosts, caller.region, f"Images[{n}]") for n, one in enumerate(shown)]
    job_id = clock.new_id()

    def make() -> str:
        with ctx.database.write() as tx:
            spec = audit.spec([_found(tx, ctx, caller, ref) for ref in refs], [one.value for one in said], wanted)
            row = {"id": job_id, "spec": spec, "request": {"RequestId": request_id}, "user_data": ""}
            return submitting.submit(tx, JOB, caller, [row], None, "", 6, state="Running", lane="request")

    batch = await asyncio.to_thread(ctx.database.repeated, make)
    await ctx.engine.answer_now(batch, _SECONDS)
    (row,), _ = await asyncio.to_thread(jobs.query, ctx, caller, JOB, [job_id])
    if row["state"] != "Success":
        raise CallerError("ServiceUnavailable", detail=row["message"])
    return row, shown, said


def _items(given: Sequence[Any], name: str, member: str) -> list[Item]:
    """Texts, or objects with a `member` and perhaps a dataId."""
    found = []
    for place, one in enumerate(given):
        told = one if isinstance(one, Mapping) else {member: one}
        value, data_id = told.get(member), told.get("dataId", "")
        if not isinstance(value, str) or not value or not isinstance(data_id, str):
            text = f"It must be a text, or an object with {member} and dataId."
            raise CallerError("InvalidParameter", f"{name}[{place}]", text)
        found.append(Item(value, data_id))
    return found


def _scenes(text: str) -> list[str]:
    """Those of pictures. A JSON array, words between commas, or MPS's own example, {"porn","terrorism"}."""
    if not _WORDS.fullmatch(text.strip()):
        raise CallerError("InvalidParameter.JsonArrayFormatInvalid", "Scenes")
    words = list(dict.fromkeys(re.findall(r"\w+", text)))
    if strange := next((one for one in words if one not in (*audit.SCENES, TEXT_SCENE)), None):
        known = ", ".join((*audit.SCENES, TEXT_SCENE))
        raise CallerError("InvalidParameter", "Scenes", f'There is no scene "{strange}"; there are: {known}.')
    return [one for one in words if one != TEXT_SCENE]


def _found(tx: sa.Connection, ctx: AppContext, caller: Caller, ref: ObjectRef) -> ObjectRef | Failure:
    if ref.location != location_of(caller.region) or not buckets.bound(tx, caller.account, caller.region, ref.bucket):
        return Failure("InvalidParameter.ResourceNotFound", f'The bucket "{ref.bucket}" is not bound.')
    stat = ctx.objects[ref.bucket].stat(ref.key)
    if stat is None:
        text = f'There is no object "{ref.key}" in the bucket "{ref.bucket}".'
        return Failure("InvalidParameter.ResourceNotFound", text)
    if stat.size > MOST_PICTURE:
        return Failure("InvalidParameter.OutOfRange", f"A picture may have {MOST_PICTURE >> 20} MiB.")
    return ref
