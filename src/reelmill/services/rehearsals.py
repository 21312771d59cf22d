"""A dry run: what a workflow would do with a media, what it would cost, and nothing of it is done."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import CallerError, MediaError
from reelmill.core.model import Caller, ObjectRef
from reelmill.core.urls import location_of, parse_file_url
from reelmill.engine import facts, registry
from reelmill.engine.graph import Graph
from reelmill.engine.rehearsal import Rehearsed
from reelmill.nodes.base import MEDIA
from reelmill.services import intake, workflows
from reelmill.services.context import AppContext
from reelmill.store import estimates, media
from reelmill.store.database import Row

_UNKNOWN = {"run_id": "{RunId}", "media_id": "{MediaId}"}  # what nobody knows yet is told as it stands in names


async def dry_run(
    ctx: AppContext,
    caller: Caller,
    *,
    workflow_id: str | None = None,
    topology: str | None = None,
    media_id: str | None = None,
    file_url: str | None = None,
) -> dict[str, Any]:
    """{"MediaWorkflowId", "Activities", "Estimate"} by the names of the API. With both, the topology is what is
    rehearsed, and the workflow tells whose outputs may be reused."""
    if not (workflow_id or topology):
        raise CallerError("MissingParameter", "MediaWorkflowId", "Name a workflow, or give a topology.")
    if not (media_id or file_url):
        raise CallerError("MissingParameter", "FileURL", "Name a media, or the address of a file.")
    execution = await asyncio.to_thread(_execution, ctx, caller, workflow_id, topology, media_id, file_url)
    told = await ctx.engine.rehearse(execution)
    return await asyncio.to_thread(_answer, ctx, caller, execution, told)


def _execution(
    ctx: AppContext,
    caller: Caller,
    workflow_id: str | None,
    topology: str | None,
    media_id: str | None,
    file_url: str | None,
) -> Row:
    """The row of the run, as if it was there."""
    with ctx.database.read() as tx:
        row = workflows.living(tx, caller, workflow_id) if workflow_id else {}
        graph = _graph(tx, ctx, caller, row, topology)
        known, ref = _input(ctx, tx, caller, media_id, file_url)
        version = intake.version_there(tx, ctx, caller, ref)
        flow = {"account": caller.account, "region": caller.region, "reuse": row.get("reuse", "Off")}
        copies = json.loads(json.dumps(facts.copies(tx, flow, graph)))
    return {
        "account": caller.account,
        "region": caller.region,
        "run_id": clock.new_id(),
        "workflow_id": workflow_id or "",
        "workflow_name": row.get("name", ""),
        "media_id": known or clock.new_id(),
        "media_known": bool(known),
        "state": "Running",
        "cancelled": False,
        "bucket": ref.bucket,
        "location": ref.location,
        "object": ref.key,
        "user_data": "",
        "version": version,
        "graph": copies,
    }


def _graph(tx: sa.Connection, ctx: AppContext, caller: Caller, row: Row, topology: str | None) -> Graph:
    """A topology that could be saved; or that of a workflow as its runs take it, also when something that it names has
    gone since."""
    if topology:
        return workflows.check_topology(tx, ctx, caller, workflows.read_topology(topology))
    try:
        return facts.checked_graph(row)
    except MediaError as error:
        raise CallerError(error.failure.code, "MediaWorkflowId", error.failure.message) from error


def _input(
    ctx: AppContext, tx: Any, caller: Caller, media_id: str | None, file_url: str | None
) -> tuple[str | None, ObjectRef]:
    """(id of the media, if it is one; its object)."""
    if media_id:
        found = media.find(tx, caller, [media_id]).get(media_id)
        if found is None:
            raise CallerError("InvalidParameter.ResourceNotFound", "MediaId", f'There is no media "{media_id}".')
        return media_id, ObjectRef(found["bucket"], found["location"], found["object"])
    ref = parse_file_url(file_url or "", ctx.own_hosts, caller.region)
    if ref.location != location_of(caller.region):
        text = f"The bucket must be in the region of the service, {caller.region}."
        raise CallerError("InvalidParameter.LocationInvalid", ref.location, text)
    return None, ObjectRef(ref.bucket, ref.location, ctx.objects[ref.bucket].find(ref.key))


def _answer(ctx: AppContext, caller: Caller, execution: Row, told: Sequence[Rehearsed]) -> dict[str, Any]:
    hidden = {
        execution[name]: shown for name, shown in _UNKNOWN.items() if name == "run_id" or not execution["media_known"]
    }

    def shown(text: str) -> str:
        for known, word in hidden.items():
            text = text.replace(known, word)
        return text

    return {
        "MediaWorkflowId": execution["workflow_id"] or None,
        "Activities": [
            {
                "Name": one.name,
                "Type": one.type,
                "Action": one.action,
                "Reason": shown(one.reason) or None,
                "ReusedFrom": shown(one.origin) or None,
                "Commands": [shown(text) for text in one.commands],
                "Outputs": [shown(text) for text in one.outputs],
            }
            for one in told
        ],
        "Estimate": _estimate(ctx, caller, execution, told),
    }


def _estimate(ctx: AppContext, caller: Caller, execution: Row, told: Sequence[Rehearsed]) -> dict[str, float | int]:
    """Seconds of work one after the other, seconds of film that are encoded, bytes of outputs: by past runs, before
    there were any by what the templates say."""
    source = ctx.objects[execution["bucket"]].stat(execution["object"])
    size, film = source.size if source else 0, 0.0
    nodes, took = execution["graph"]["activities"], dict[int, float]()
    encoded, weight = 0.0, 0.0
    for one in told:
        kind = registry.node(nodes[one.name]["type"])
        if kind.role == "start":
            film = one.seconds
        if one.action != "run" or one.spec is None:
            continue
        with ctx.database.read() as tx:
            past = estimates.of_activity(tx, caller, kind.name, one.name)
        encodes = kind.lane == "heavy" and kind.outputs.kind == MEDIA
        usual = film if encodes else 0.5  # as long as the film, before anything is known
        each = (past.pace * film or past.each) if past else usual
        took[one.group] = max(took.get(one.group, 0.0), each)  # jobs of one decode are made together
        if encodes:
            encoded += film
            weight += film * (past.weight if past and past.weight else _rate(one, size, film))
    return {"Seconds": round(sum(took.values()), 1), "EncodedSeconds": round(encoded, 1), "Bytes": round(weight)}


def _rate(one: Rehearsed, size: int, film: float) -> float:
    """Bytes of output for a second of film, as its template says, else as the source has them."""
    template = (one.spec or {}).get("template") or {}
    asked = [str((template.get(section) or {}).get("Bitrate") or "") for section in ("Video", "Audio")]
    if all(text.replace(".", "", 1).isdigit() for text in asked):
        return sum(float(text) for text in asked) * 125
    return size / film if film else 0.0
