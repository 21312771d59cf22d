"""Jobs of intelligent production (SubmitIProductionJob): of its functions this server has Cover."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from reelmill.core import clock, placeholders, urls
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller, ObjectRef
from reelmill.nodes import cover
from reelmill.services import looking
from reelmill.services.context import AppContext
from reelmill.store import buckets

JOB = cover.NODE
FUNCTION = JOB.name
_GIF = "gif"


def submit(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    *,
    function: str,
    input: str | None,
    output: str | None,
    params: Mapping[str, Any],
    pipeline_id: str | None = None,
    user_data: str | None = None,
) -> str:
    """The id of a job; `input` and `output` are oss:// addresses, that with {source}, {timestamp}, {sequenceId}."""
    if function != FUNCTION:
        raise CallerError("InvalidParameter.NotSupported", "FunctionName", f"This server does {FUNCTION} alone.")
    if not input or not output:
        raise CallerError("MissingParameter", "Output" if input else "Input")
    moving = _moving(params)
    source, target = _place(ctx, caller, input, "Input"), _place(ctx, caller, output, "Output")
    where = {"Bucket": source.bucket, "Location": source.location, "Object": quote(source.key)}

    def spec(tx: sa.Connection, _job_id: str, found: ObjectRef) -> dict[str, Any]:
        if not buckets.bound(tx, caller.account, caller.region, target.bucket, "Output"):
            text = f'"{target.bucket}" is not bound as an output bucket.'
            raise CallerError("InvalidParameter.ResourceNotFound", "Output", text)
        key = _named(target.key, found, _GIF if moving else "")
        form = _GIF if moving else ""
        return cover.spec("", target.bucket, key, cover.MOST, form, cover.SECONDS, False, stills=not moving)

    asked = {"IProduction": {"Input": input, "Output": output, "JobParams": dict(params)}}
    return looking.submit(ctx, caller, request_id, JOB, where, spec, asked, pipeline_id, user_data)


def _moving(params: Mapping[str, Any]) -> bool:
    if unknown := sorted(set(params) - {"Model"}):
        raise CallerError(
            "InvalidParameter.NotSupported", "JobParams", f"{FUNCTION} has no {unknown[0]}; it has Model."
        )
    model = str(params.get("Model") or "")
    if model not in ("", _GIF):
        raise CallerError("InvalidParameter", "JobParams", "Model is gif, or is left out.")
    return model == _GIF


def _place(ctx: AppContext, caller: Caller, address: str, name: str) -> ObjectRef:
    scheme, _, rest = address.partition("://")
    if scheme != "oss":
        raise CallerError("InvalidParameter", name, "It must look like oss://BUCKET.oss-REGION.aliyuncs.com/OBJECT.")
    return urls.parse_file_url(f"http://{rest}", ctx.own_hosts, caller.region, name)


def _named(template: str, source: ObjectRef, form: str) -> str:
    """The key; {sequenceId} numbers the pictures. A clip has one file, and its own extension."""
    names = placeholders.of_input(source.key)
    key = template.replace("{source}", names["FileName"]).replace("{timestamp}", str(clock.now_ms()))
    key = key.replace("{sequenceId}", "00001" if form else "{Count}")
    if problem := urls.key_problem(key.replace("{Count}", "00001")):
        raise CallerError("InvalidParameter.ObjectKeyInvalid", "Output", f"the key cannot be used: {problem}")
    return key
