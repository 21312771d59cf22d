"""Jobs of types that look at films by themselves (fingerprints, covers): each has pipelines of its own."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import CallerError, MediaError
from reelmill.core.model import Caller, ObjectRef
from reelmill.engine.signals import Signal
from reelmill.nodes.base import STANDARD, NodeType
from reelmill.services import jobs
from reelmill.services.context import AppContext
from reelmill.store import pipelines

Spec = Callable[[sa.Connection, str, ObjectRef], dict[str, Any]]


def submit(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    kind: NodeType,
    input: Mapping[str, Any],
    spec: Spec,
    asked: Mapping[str, Any],
    pipeline_id: str | None,
    user_data: str | None,
) -> str:
    """The id of a job. `spec` makes what it works from, given its id and its source; `asked` is what the caller sent
    besides the input."""
    for lack in ctx.lacks(kind.needs(None, {})):
        raise CallerError("InvalidParameter.NotSupported", kind.name, lack)
    job_id = clock.new_id()
    request = {"Input": dict(input), "RequestId": request_id, **asked}

    def make() -> None:
        with ctx.database.write() as tx:
            source = jobs.source_of(tx, ctx, caller, input)
            made = spec(tx, job_id, source)
            queue = pipeline_id or _usual(tx, caller, kind)
            jobs.put_in_line(
                tx,
                ctx,
                caller,
                kind,
                source,
                made,
                request,
                queue,
                user_data,
                True,
                job_id=job_id,
                named=bool(pipeline_id),
            )

    try:
        ctx.database.repeated(make)
    except MediaError as error:
        raise CallerError(error.failure.code, message=error.failure.message) from error
    ctx.signal(Signal.ADMIT)
    return job_id


def _usual(tx: sa.Connection, caller: Caller, kind: NodeType) -> str | None:
    """The pipeline of a job that names none: the first one that is made for it."""
    found = pipelines.first(tx, caller, [*sorted(kind.speeds), STANDARD])
    return found["id"] if found else None
