"""Executions as people look at them: searched, and one of them whole, with reasons, pieces, commands and logs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, placeholders
from reelmill.core.errors import CallerError, UserText
from reelmill.core.model import Caller
from reelmill.core.states import ACTIVITY_FINAL
from reelmill.engine import registry
from reelmill.media import probe
from reelmill.nodes.base import NodeType
from reelmill.services import decisions, load, waiting
from reelmill.services.browse import Signer
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token
from reelmill.store import executions, runs, tasks, work
from reelmill.store.database import Row

Told = dict[str, Any]  # by the names of the API
_COMMANDS = 10  # of an activity that are told with the run: a film of many pieces has hundreds
_LOG = 65_536  # characters of a log that are told
_NO_FACTS = frozenset({"bucket", "object", "properties", "raw", "media", "first", "cover", "size"})


def search(
    ctx: AppContext, caller: Caller, *, token_text: str | None, size: int, **filters: Any
) -> tuple[list[Told], str | None, int | None]:
    """(page newest first, token of the next page, how many there are in all when that is known)."""
    with ctx.database.read() as tx:
        rows, total = runs.search(tx, caller, runs.Filters(**filters), size, below(token_text))
        percents = runs.percents(tx, [r["run_id"] for r in rows if r["state"] == "Running"])
    return [_told(r, percents.get(r["run_id"], 100)) for r in rows[:size]], token(rows, size), total


def _told(row: Row, percent: int) -> Told:
    return {
        "RunId": row["run_id"],
        "MediaWorkflowId": row["workflow_id"],
        "MediaWorkflowName": row["workflow_name"],
        "MediaWorkflowVersion": row["workflow_version"],
        "MediaId": row["media_id"],
        "State": row["state"],
        "Cancelled": bool(row["cancelled"]),
        "Input": {"Bucket": row["bucket"], "Location": row["location"], "Object": row["object"]},
        "CreationTime": clock.iso_exact(row["created_ms"]),
        "FinishTime": clock.iso_exact(row["finished_ms"]),
        "Percent": percent,
        "Failed": row["failed"],
        "Activities": row["total"],
        "Done": row["done"],
    }


def describe(ctx: AppContext, caller: Caller, run_id: str) -> Told:
    """Everything about one run. CallerError when there is no such run."""
    with ctx.database.read() as tx:
        run = runs.whole(tx, caller, run_id)
        if run is None:
            raise CallerError("InvalidParameter.ResourceNotFound", "RunId", f'There is no execution "{run_id}".')
        states, jobs = executions.states(tx, run_id), runs.jobs_of(tx, run_id)
        batches = runs.batches_of(tx, {j["batch_id"] for j in jobs.values()})
        noted = tasks.of_batches(tx, list(batches), logs=False)
        current = {row["job_id"] for row in states.values()}
        outputs = runs.outputs_of(tx, run_id, {j["activity"]: j["run_id"] for j in jobs.values() if j["id"] in current})
        queue = (
            load.queue_of(tx, ctx, caller.account, caller.region, run["graph"]["pipeline_id"])
            if run["state"] == "Running"
            else None
        )
        ahead = load.before(tx, ctx, [b for b in batches.values() if b["state"] == "Submitted"])
        objects = [
            (run["bucket"], run["object"]),
            *((b["source_bucket"], b["source_object"]) for b in batches.values() if b["source_bucket"]),
            *((o["bucket"], key) for o in outputs for key in (o["object"], _first(o))),
            *((o["bucket"], o["object"]) for one in outputs for o in _beside(one)),
        ]
        signer = Signer(ctx, tx, caller.account, caller.region, objects)
    told = [_activity(signer, run, row, states, jobs, batches, noted, outputs, queue, ahead) for row in states.values()]
    percent = sum(100 if a["State"] in ACTIVITY_FINAL else a["Percent"] or 0 for a in told) // len(told)
    return _told(run, percent) | {
        "Topology": topology(run["graph"]["activities"]),
        "Doing": waiting.doing(run, told),
        "Activities": told,
    }


def topology(nodes: Mapping[str, Mapping[str, Any]]) -> str:
    """The topology that a run copied, as JSON text. Pure."""
    after: dict[str, list[Any]] = {name: [] for name in nodes}
    for name, node in nodes.items():
        for predecessor in node["predecessors"]:
            when = node.get("when", {}).get(predecessor)
            after[predecessor].append({"To": name, "When": when} if when else name)
    document = {"Activities": {name: _written(node) for name, node in nodes.items()}, "Dependencies": after}
    return json.dumps(document, ensure_ascii=False)


def _written(node: Mapping[str, Any]) -> Told:
    written = {"Type": node["shown"], "Parameters": node["params"]}
    if "condition" in node:
        written["Condition"] = node["condition"]
    if retry := node.get("retry"):
        written["Retry"] = {"Times": retry["times"], "Interval": retry["interval"]} | (
            {"On": retry["on"]} if retry["on"] else {}
        )
    return written


def _activity(
    signer: Signer,
    run: Row,
    row: Row,
    states: Mapping[str, Row],
    jobs: Mapping[str, Row],
    batches: Mapping[str, Row],
    noted: Sequence[Row],
    outputs: Sequence[Row],
    queue: waiting.Queue | None,
    ahead: Mapping[str, int],
) -> Told:
    job = jobs.get(row["job_id"] or "")
    batch = batches.get(job["batch_id"]) if job else None
    done = [n for n in noted if job and n["batch_id"] == job["batch_id"] and _serves(n, job["id"])]
    predecessors = run["graph"]["activities"][row["name"]]["predecessors"]
    why = _waits_for(
        run, row, [p for p in predecessors if states[p]["state"] not in ACTIVITY_FINAL], batch, queue, ahead
    )
    kind = registry.node(run["graph"]["activities"][row["name"]]["type"])
    return {
        "Name": row["name"],
        "Type": row["type"],
        "State": "Running" if row["state"] == "Retrying" else row["state"],
        "Reason": (row["reason"] or row["message"] or None) if row["state"] == "Skipped" else row["reason"] or None,
        "Waiting": {"Reason": why, "Place": ahead[batch["id"]] + 1 if batch and batch["id"] in ahead else None}
        if why
        else None,
        "StartTime": clock.iso_exact(row["started_ms"]),
        "FinishTime": clock.iso_exact(row["finished_ms"]),
        "Percent": 100 if row["state"] in ACTIVITY_FINAL else job["percent"] if job else 0,
        "JobId": row["job_id"],
        "Code": row["code"] or None,
        "Message": row["message"] or None,
        "Help": (job["failure"].get("advice") if job else None) or None,
        "Warnings": [text for _, text in kind.warn(run["graph"]["activities"][row["name"]]["params"])],
        "Attempt": row["attempt"] + (max(batch["attempt"] - 1, 0) if batch else 0),
        "ReusedFrom": (job["reused_from"] if job else "") or None,
        "Decision": decisions.decision_of(row),
        "Pieces": [_piece(n) for n in done if n["jobs"]],
        "Inputs": _inputs(signer, run, kind, batch, [o for o in outputs if o["activity"] in predecessors]),
        "Outputs": [
            one
            for o in outputs
            if o["activity"] == row["name"]
            for one in (_output(signer, o, kind.outputs.shown or o["kind"]), *_texts(signer, o))
        ],
        "Facts": _facts(row["result"], kind),
        "Commands": [c for n in done for c in n["commands"]][:_COMMANDS],
    }


def _waits_for(
    run: Row, row: Row, open_: Sequence[str], batch: Row | None, queue: waiting.Queue | None, ahead: Mapping[str, int]
) -> UserText:
    """Why an activity does not go on, "" when it does; `open_`: what it follows and has not ended."""
    if row["state"] == "Init" and run["state"] == "Running":
        return waiting.after(open_)
    if row["state"] == "Running" and batch and queue:
        return waiting.reason(batch["state"], batch["lane"], queue, ahead.get(batch["id"], 0), batch["held"])
    if row["state"] == "Waiting":
        return str(row["message"]) or waiting.decision()
    if row["state"] == "Retrying":
        return waiting.next_attempt(row["attempt"] + 1, clock.iso(row["retry_at_ms"]) or "", row["code"])
    return ""


def _piece(task: Row) -> Told:
    return {
        "Name": task["name"],
        "State": task["state"],
        "StartTime": clock.iso_exact(task["started_ms"]),
        "FinishTime": clock.iso_exact(task["finished_ms"]),
    }


def _inputs(signer: Signer, run: Row, kind: NodeType, batch: Row | None, before: Sequence[Row]) -> list[Told]:
    if kind.source == "all":
        return [{"Name": o["object"], "URL": signer.url(o["bucket"], o["object"])} for o in before]
    if kind.role == "start":
        return [{"Name": run["object"], "URL": signer.url(run["bucket"], run["object"])}]
    if batch is None or not batch["source_bucket"]:
        return []
    return [{"Name": batch["source_object"], "URL": signer.url(batch["source_bucket"], batch["source_object"])}]


def _first(output: Row) -> str:
    """The object of an output; of a series its first picture."""
    return str(output["body"].get("first") or placeholders.fill(output["object"], {"Count": placeholders.count(1)}))


def _output(signer: Signer, row: Row, kind: str) -> Told:
    first = _first(row)
    return {
        "Object": row["object"],
        "Bucket": row["bucket"],
        "Size": row["body"].get("size"),
        "URL": signer.url(row["bucket"], first),
        "Type": signer.media_type(row["bucket"], first),
        "Kind": kind,
        "Facts": _plain(row["body"]),
    }


def _beside(output: Row) -> list[Told]:
    """The text tracks of the source that became files beside an output."""
    return [one for one in output["body"].get("subtitles") or () if not one["message"]]


def _texts(signer: Signer, output: Row) -> list[Told]:
    return [
        {
            "Object": one["object"],
            "Bucket": one["bucket"],
            "URL": signer.url(one["bucket"], one["object"]),
            "Type": signer.media_type(one["bucket"], one["object"]),
            "Kind": "Subtitle",
            "Facts": {"Map": f"0:s:{one['track']}"},
        }
        for one in _beside(output)
    ]


def _facts(result: Mapping[str, Any], kind: NodeType) -> Told:
    """What is known of an activity's result besides its objects, or of the source that it looked at."""
    if not kind.outputs.info or kind.outputs.info not in result:
        return _plain(result)
    info = probe.parse(result[kind.outputs.info])
    facts: Told = {"format": info.format_name, "duration": info.duration, "size": info.size, "bitrate": info.bitrate}
    for video in info.video[:1]:
        facts |= {
            "video": video.codec,
            "width": video.shown_width,
            "height": video.shown_height,
            "fps": round(float(video.fps), 3),
            "hdr": video.hdr,
            "interlaced": video.interlaced,
        }
    for audio in info.audio[:1]:
        facts |= {"audio": audio.codec, "samplerate": audio.samplerate, "channels": audio.channels}
    return facts | {"audio_tracks": len(info.audio)}


def _plain(result: Mapping[str, Any]) -> Told:
    return {
        name: value
        for name, value in result.items()
        if name not in _NO_FACTS and isinstance(value, str | int | float | bool) and value != ""
    }


def activity_log(ctx: AppContext, caller: Caller, run_id: str, name: str) -> Told:
    """The last lines of the tools of an activity, task by task, and their commands. CallerError when there is no such
    run or activity."""
    with ctx.database.read() as tx:
        if runs.whole(tx, caller, run_id) is None:
            raise CallerError("InvalidParameter.ResourceNotFound", "RunId", f'There is no execution "{run_id}".')
        row = runs.activity(tx, run_id, name)
        if row is None:
            raise CallerError(
                "InvalidParameter.ResourceNotFound", "Activity", f'The execution has no activity "{name}".'
            )
        noted, batch = _notes_of(tx, row)
    tails = ctx.engine.tails(batch["id"], batch["attempt"]) if batch and row["state"] == "Running" else {}
    log = "\n".join(_section(n, tails.get(n["name"], "")) for n in noted)
    if not noted and row["message"]:
        log = row["message"]
    return {
        "Log": log[-_LOG:],
        "Commands": [c for n in noted for c in n["commands"]],
        "Complete": row["state"] in ACTIVITY_FINAL,
    }


def _notes_of(tx: sa.Connection, row: Row) -> tuple[list[Row], Row | None]:
    batch = work.batch_of_job(tx, row["job_id"]) if row["job_id"] else None
    noted = tasks.of_batches(tx, [batch["id"]], logs=True) if batch else []
    return [n for n in noted if _serves(n, row["job_id"])], batch


def _serves(note: Row, job_id: str) -> bool:
    """Whether a task was done for this job. The look at the source names no jobs: it serves them all."""
    return not note["jobs"] or job_id in note["jobs"]


def _section(note: Row, tail: str) -> str:
    """One task of a log: what, how it went, how long, and what the tool wrote."""
    took = (
        f", {(note['finished_ms'] - note['started_ms']) / 1000:.1f} s"
        if note["started_ms"] and note["finished_ms"]
        else ""
    )
    began = f"{clock.iso(note['started_ms'])} " if note["started_ms"] else ""
    said = "\n".join(part for part in (note["log"].strip(), tail.strip()) if part)
    return f"{began}{note['name']}: {note['state']}{took}" + (f"\n{said}" if said else "")
