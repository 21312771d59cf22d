"""Jobs that the API submits by themselves: transcode, snapshot, media info."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, jsonx, placeholders, states
from reelmill.core.errors import CallerError, MediaError, Problems
from reelmill.core.model import Caller, ObjectRef
from reelmill.core.urls import location_of
from reelmill.engine import facts, submitting
from reelmill.engine.signals import Signal
from reelmill.media import presets, raw
from reelmill.media.input import INPUT
from reelmill.nodes import mediainfo, snapshot, transcode
from reelmill.nodes.base import Env, NodeType
from reelmill.services import analysed
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token
from reelmill.services.pipelines import unfit
from reelmill.store import buckets, outputs, owned, pipelines, work
from reelmill.store.database import Row

MAX_OUTPUTS = 30
TRANSCODE, SNAPSHOT, MEDIA_INFO = transcode.NODE, snapshot.NODE, mediainfo.NODE


def submit_transcode(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    *,
    pipeline_id: str,
    input: Mapping[str, Any],
    outputs_: Sequence[Any],
    output_bucket: str,
    output_location: str | None = None,
) -> list[dict[str, Any]]:
    """One job per element of Outputs; those that can share a decode make one batch. A bad element does not spoil the
    others: answers {"job": row} or {"code", "message"} per element."""
    if not 1 <= len(outputs_) <= MAX_OUTPUTS:
        raise CallerError("InvalidParameter.ListSizeExceed", "Outputs", f"1 to {MAX_OUTPUTS} outputs are allowed.")
    if output_location and output_location != location_of(caller.region):
        raise CallerError(
            "InvalidParameter.LocationInvalid", output_location, f"Only {location_of(caller.region)} is served here."
        )
    target = ObjectRef(output_bucket, location_of(caller.region), "")
    with ctx.database.write() as tx:
        _pipeline(tx, ctx, caller, TRANSCODE, pipeline_id, len(outputs_))
        source = source_of(tx, ctx, caller, {name: value for name, value in input.items() if name not in raw.FIELDS})
        if not buckets.bound(tx, caller.account, caller.region, output_bucket, "Output"):
            raise CallerError(
                "InvalidParameter.ResourceNotFound",
                "OutputBucket",
                f'"{output_bucket}" is not bound as an output bucket.',
            )
        # with "code" instead of "id": this element cannot be
        jobs = [
            _transcode_job(tx, ctx, caller, request_id, input, source, output, target, f"Outputs[{place}]")
            for place, output in enumerate(outputs_)
        ]
        good = [job for job in jobs if "id" in job]
        for priority, rows in _sharing(good):
            submitting.submit(tx, TRANSCODE, caller, rows, source, pipeline_id, priority, version=_version(ctx, source))
        made = work.jobs_by_ids(tx, caller.account, caller.region, TRANSCODE.name, [job["id"] for job in good])
    ctx.signal(Signal.ADMIT)
    rows_by_id = {row["id"]: row for row in made}
    return [{"job": rows_by_id[job["id"]]} if "id" in job else job for job in jobs]


def _transcode_job(
    tx: sa.Connection,
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    input: Mapping[str, Any],
    source: ObjectRef,
    output: Any,
    target: ObjectRef,
    path: str,
) -> dict[str, Any]:
    """The row of a job for one element of Outputs, or {"code", "message"}."""
    try:
        spec = _transcode_spec(tx, ctx, caller, source, output, target, path)
    except (CallerError, MediaError) as error:
        known = error.failure if isinstance(error, MediaError) else error
        return {"code": known.code, "message": known.message}
    return {
        "id": clock.new_id(),
        "spec": _sealed(ctx, spec) | _raw(input) | {"piece_seconds": ctx.engine.options.piece_seconds},
        "request": {"Input": dict(input), "Output": _without_key(output), "RequestId": request_id},
        "user_data": str(output.get("UserData") or ""),
    }


def _sealed(ctx: AppContext, spec: dict[str, Any]) -> dict[str, Any]:
    """The same, with the key that somebody brought as only this home can read it."""
    told = spec["encryption"]
    if not told:
        return spec
    return spec | {"encryption": told | {"key": ctx.vault.seal_given(base64.b64decode(told["key"]))}}


def _without_key(output: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept and told of an Output: everything but the key in it."""
    if not output.get("Encryption"):
        return dict(output)
    shown = {name: value for name, value in jsonx.unwrap(output["Encryption"]).items() if name != "Key"}
    return dict(output) | {"Encryption": shown}


def _sharing(jobs: Sequence[dict[str, Any]]) -> list[tuple[int, list[dict[str, Any]]]]:
    """Jobs that share a decode stand together, each group with its priority."""
    groups: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for job in jobs:
        share = TRANSCODE.batch_key(job["spec"]) if TRANSCODE.batch_key else str(job["id"])
        groups.setdefault((submitting.priority_of(job["spec"]), share), []).append(job)
    return [(priority, rows) for (priority, _), rows in groups.items()]


def _transcode_spec(
    tx: sa.Connection, ctx: AppContext, caller: Caller, source: ObjectRef, output: Any, target: ObjectRef, path: str
) -> dict[str, Any]:
    if not isinstance(output, dict):
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", path)
    problems = Problems()
    checked = transcode.output_params(output, problems, path)
    problems.refuse(path)
    wanted = [checked.template_id]
    bodies = outputs.template_bodies(tx, caller.account, caller.region, wanted) | {
        t: presets.PRESETS[t] for t in wanted if t in presets.PRESETS
    }
    if presets.needs(checked.template_id):
        bodies |= analysed.smart(tx, caller, source, _version(ctx, source), checked.template_id)
    if checked.template_id not in bodies:
        raise CallerError("InvalidParameter.TemplateNotFound", checked.template_id)
    for bucket, place in checked.refs.get("pictures", {}).items():
        if not buckets.bound(tx, caller.account, caller.region, bucket):
            raise CallerError("InvalidParameter.ResourceNotFound", place, f'The bucket "{bucket}" is not bound.')
    for bucket, place in checked.refs.get("buckets", {}).items():
        if not buckets.bound(tx, caller.account, caller.region, bucket, "Output"):
            raise CallerError(
                "InvalidParameter.ResourceNotFound", place, f'"{bucket}" is not bound as an output bucket.'
            )
    watermarks = outputs.watermark_bodies(tx, caller.account, caller.region, list(checked.refs.get("watermarks", ())))
    env = Env(source, placeholders.of_input(source.key), bodies, workflow=False, watermarks=watermarks)
    return transcode.job(transcode.Params(checked, target.bucket, target.location), env)


async def submit_snapshot(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    *,
    input: Mapping[str, Any],
    config: Mapping[str, Any],
    pipeline_id: str | None = None,
    user_data: str | None = None,
) -> Row:
    """Interval, Num, or moments with a pipeline: in the background. Else it is made inside the request."""
    problems = Problems()
    params = snapshot.config_params(config, problems, "SnapshotConfig")
    problems.refuse("SnapshotConfig")
    if params.config and params.config.location not in ("", location_of(caller.region)):
        raise CallerError(
            "InvalidParameter.LocationInvalid",
            params.config.location,
            f"Only {location_of(caller.region)} is served here.",
        )
    many = ("Interval", "Num", "TimeArray") if pipeline_id else ("Interval", "Num")  # a thousand moments take long
    later = any(config.get(k) not in (None, "") for k in many)
    request = {"Input": dict(input), "SnapshotConfig": dict(config), "RequestId": request_id}

    def make() -> tuple[str, str]:
        with ctx.database.write() as tx:
            source = source_of(tx, ctx, caller, input)
            for bucket in SNAPSHOT.refs(params).get("buckets", set()):
                if not buckets.bound(tx, caller.account, caller.region, bucket, "Output"):
                    raise CallerError(
                        "InvalidParameter.ResourceNotFound",
                        "SnapshotConfig.OutputFile.Bucket",
                        f'"{bucket}" is not bound as an output bucket.',
                    )
            env = Env(source, placeholders.of_input(source.key), workflow=False)
            spec = snapshot.job(params, env)
            return put_in_line(tx, ctx, caller, SNAPSHOT, source, spec, request, pipeline_id, user_data, later)

    try:
        return await _answer(
            ctx,
            caller,
            SNAPSHOT,
            *await asyncio.to_thread(ctx.database.repeated, make),
            later,
            ctx.engine.options.sync_seconds,
        )
    except MediaError as error:
        raise CallerError(error.failure.code, message=error.failure.message) from error


async def submit_media_info(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    *,
    input: Mapping[str, Any],
    pipeline_id: str | None = None,
    user_data: str | None = None,
    is_async: bool = False,
) -> Row:
    """Async: through the pipeline. Else probed inside the request, without a limit but the runner's own."""
    request = {"Input": dict(input), "RequestId": request_id, "Async": is_async}

    def make() -> tuple[str, str]:
        with ctx.database.write() as tx:
            source = source_of(tx, ctx, caller, input)
            return put_in_line(
                tx, ctx, caller, MEDIA_INFO, source, {"request": request}, request, pipeline_id, user_data, is_async
            )

    made = await asyncio.to_thread(ctx.database.repeated, make)
    return await _answer(ctx, caller, MEDIA_INFO, *made, is_async, 60.0)


def put_in_line(
    tx: sa.Connection,
    ctx: AppContext,
    caller: Caller,
    kind: NodeType,
    source: ObjectRef,
    spec: dict[str, Any],
    request: dict[str, Any],
    pipeline_id: str | None,
    user_data: str | None,
    later: bool,
    *,
    priority: int = 6,
    job_id: str = "",
    named: bool = True,
) -> tuple[str, str]:
    """(batch id, job id) of one job: in the line of a pipeline when it comes `later`, which
    the caller has `named`, or has not."""
    if user_data and len(user_data.encode()) > ctx.quotas.user_data_bytes:
        raise CallerError(
            "InvalidParameter.OutOfRange", "UserData", f"It is longer than {ctx.quotas.user_data_bytes} bytes."
        )
    if pipeline_id:
        _pipeline(tx, ctx, caller, kind, pipeline_id, int(later), named)
    elif later:
        raise CallerError("MissingParameter", "PipelineId", "Work in the background needs a queue.")
    job_id = job_id or clock.new_id()
    job = {"id": job_id, "spec": spec, "request": request, "user_data": user_data or ""}
    state, lane = ("Submitted", None) if later else ("Running", "request")
    return submitting.submit(
        tx,
        kind,
        caller,
        [job],
        source,
        pipeline_id or "",
        priority,
        version=_version(ctx, source),
        state=state,
        lane=lane,
    ), job_id


async def _answer(
    ctx: AppContext, caller: Caller, kind: NodeType, batch_id: str, job_id: str, later: bool, limit: float
) -> Row:
    if later:
        ctx.signal(Signal.ADMIT)
    else:
        await ctx.engine.answer_now(batch_id, limit)
    rows, _ = await asyncio.to_thread(query, ctx, caller, kind, [job_id])
    return rows[0]


def query(ctx: AppContext, caller: Caller, kind: NodeType, ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Jobs of one kind, newest first; (rows, ids that do not exist)."""
    with ctx.database.read() as tx:
        rows = work.jobs_by_ids(tx, caller.account, caller.region, kind.name, ids)
    found = {r["id"] for r in rows}
    return rows, [i for i in ids if i not in found]


def list_(
    ctx: AppContext,
    caller: Caller,
    kind: NodeType,
    *,
    state: str | None = None,
    pipeline_id: str | None = None,
    start_ms: int | None = None,
    end_ms: int | None = None,
    token_text: str | None = None,
    size: int = 10,
) -> tuple[list[Row], str | None]:
    """Newest first. `state` is MPS's word for the kind, "All" or None for any."""
    wanted: list[str] = []
    if state and state != "All":
        wanted = [ours for ours, shown in kind.states.items() if shown == state]
        if not wanted:
            raise CallerError(
                "InvalidParameter", "State", f"It is one of: All, {', '.join(dict.fromkeys(kind.states.values()))}."
            )
    with ctx.database.read() as tx:
        rows = work.jobs_page(
            tx,
            caller.account,
            caller.region,
            kind.name,
            size,
            below(token_text),
            states=wanted,
            pipeline_id=pipeline_id or None,
            start_ms=start_ms,
            end_ms=end_ms,
        )
    return rows[:size], token(rows, size)


def cancel(ctx: AppContext, caller: Caller, job_id: str) -> str:
    """CancelJob: only a transcode job that has not begun can be cancelled (api.md)."""
    with ctx.database.write() as tx:
        if not (rows := work.jobs_by_ids(tx, caller.account, caller.region, TRANSCODE.name, [job_id])):
            raise CallerError("InvalidParameter.ResourceNotFound", "JobId")
        facts.locked(tx, rows[0]["batch_id"])  # else it could begin, or lose its other jobs, while we decide
        rows = work.jobs_by_ids(tx, caller.account, caller.region, TRANSCODE.name, [job_id])
        refusal = {
            "Success": "Complete",
            "Cancelled": "Complete",
            "Fail": "Failure",
            "Running": "Running",
            "Publishing": "Running",
            "Cancelling": "Running",
        }
        if (state := rows[0]["state"]) in refusal:
            raise CallerError(f"PermissionDenied.JobIn{refusal[state]}", job_id)
        batch_id = rows[0]["batch_id"]
        alone = not [j for j in work.jobs_of(tx, batch_id) if j["id"] != job_id and j["state"] not in states.FINAL]
        if not alone:
            facts.job_cancelled(tx, ctx.engine.options, job_id)
    for signal in (Signal.ADMIT, Signal.OUTBOX):
        ctx.signal(signal)
    if alone and not ctx.engine.cancel_batch(batch_id):
        raise CallerError("PermissionDenied.JobInRunning", job_id)
    return job_id


def _pipeline(
    tx: sa.Connection, ctx: AppContext, caller: Caller, kind: NodeType, pipeline_id: str, more: int, named: bool = True
) -> None:
    """The pipeline exists, takes such jobs and has room for `more` that wait."""
    if (found := pipelines.get(tx, caller.account, caller.region, pipeline_id)) is None:
        raise CallerError("InvalidParameter.ResourceNotFound", "PipelineId")
    if not kind.fits(found["speed"], named=named, standard=ctx.ai_on_standard):
        raise CallerError("InvalidParameter", "PipelineId", unfit(found["speed"], kind.name))
    most = ctx.quotas.queued_jobs
    if most is not None and more:
        owned.in_order(tx)  # until we commit nobody else adds to the queue
    if most is not None and more and work.waiting_jobs(tx, pipeline_id, most) + more > most:
        raise CallerError("PermissionDenied.ResourceQuotaExceed", "Pipeline", f"{most} jobs may wait in it.")


def _raw(given: Mapping[str, Any]) -> dict[str, Any]:
    """What an Input tells of raw sound, for the spec of its jobs."""
    problems = Problems()
    found = raw.check_input(given, problems, "Input")
    problems.refuse("Input")
    return {"raw": found} if found else {}


def _version(ctx: AppContext, source: ObjectRef) -> str:
    found = ctx.objects[source.bucket].stat(source.key)
    return found.version if found else ""


def source_of(tx: sa.Connection, ctx: AppContext, caller: Caller, given: Mapping[str, Any]) -> ObjectRef:
    """The object that an Input names: it exists, in a bucket that the caller has bound."""
    problems = Problems()
    found = INPUT.check(given, problems, "Input")
    problems.refuse("Input")
    name, location = found["Bucket"], found["Location"]
    if location != location_of(caller.region):
        raise CallerError(
            "InvalidParameter.LocationInvalid", location, f"Only {location_of(caller.region)} is served here."
        )
    if not buckets.bound(tx, caller.account, caller.region, name):
        raise CallerError("InvalidParameter.ResourceNotFound", "Input.Bucket", f'"{name}" is not bound.')
    bucket = ctx.objects[name]
    key = bucket.find(found["Object"])
    if bucket.stat(key) is None:
        raise CallerError(
            "InvalidParameter.ResourceNotFound", "Input.Object", f'There is no object "{key}" in the bucket "{name}".'
        )
    return ObjectRef(name, location, key)
