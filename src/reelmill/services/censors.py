"""Review jobs (api.md): a film, its cover images and its texts."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import placeholders
from reelmill.core.errors import CallerError, Problems
from reelmill.core.model import Caller, ObjectRef
from reelmill.media.reviews import MOST_PICTURE
from reelmill.nodes import censor
from reelmill.services import jobs, looking
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token_of
from reelmill.store import buckets
from reelmill.store.database import Row

JOB = censor.NODE
MOST_IMAGES = 5


def submit(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    *,
    input: Mapping[str, Any],
    config: Mapping[str, Any],
    images: Sequence[Any] = (),
    words: Mapping[str, str],
    pipeline_id: str | None = None,
    user_data: str | None = None,
) -> str:
    """The id of a job; `words`: title, description, barrage, "" for none."""
    problems = Problems()
    checked = censor.CONFIG.check(config, problems, "VideoCensorConfig")
    problems.refuse("VideoCensorConfig")
    file = checked["OutputFile"] or {}

    def spec(tx: sa.Connection, _job_id: str, source: ObjectRef) -> dict[str, Any]:
        if file and not buckets.bound(tx, caller.account, caller.region, file["Bucket"], "Output"):
            text = f'"{file["Bucket"]}" is not bound as an output bucket.'
            raise CallerError("InvalidParameter.ResourceNotFound", "VideoCensorConfig.OutputFile.Bucket", text)
        shown = [_picture(tx, ctx, caller, image, n) for n, image in enumerate(_objects(images))]
        made = censor.spec(checked, placeholders.of_input(source.key), words=words, images=shown)
        return {name: value for name, value in made.items() if name != "request"}

    asked = {"VideoCensorConfig": censor.shown(checked), "CoverImages": list(images)}
    return looking.submit(ctx, caller, request_id, JOB, input, spec, asked, pipeline_id, user_data)


def detail(
    ctx: AppContext, caller: Caller, job_id: str, *, token_text: str | None, size: int
) -> tuple[Row, list[Any], str | None]:
    """(a job, a page of its time line, the token of the next one)."""
    rows, _ = jobs.query(ctx, caller, JOB, [job_id])
    if not rows:
        raise CallerError("InvalidParameter.ResourceNotFound", "JobId")
    begin = below(token_text) or 0
    frames = rows[0]["result"].get("frames") or []
    more = token_of(begin + size) if begin + size < len(frames) else None
    return rows[0], frames[begin : begin + size], more


def _objects(images: Sequence[Any]) -> list[Mapping[str, Any]]:
    if not all(isinstance(one, Mapping) for one in images):
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", "CoverImages")
    return list(images)


def _picture(tx: sa.Connection, ctx: AppContext, caller: Caller, image: Mapping[str, Any], place: int) -> ObjectRef:
    """A cover image that is there and not too large."""
    ref = jobs.source_of(tx, ctx, caller, image)
    stat = ctx.objects[ref.bucket].stat(ref.key)
    if stat and stat.size > MOST_PICTURE:
        text = f"A picture may have {MOST_PICTURE >> 20} MiB."
        raise CallerError("InvalidParameter.OutOfRange", f"CoverImages[{place}]", text)
    return ref
