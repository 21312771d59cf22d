"""Jobs of activities that became ready, and batches: what is put in line for admission. Called inside the transaction
of the fact that caused it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, placeholders
from reelmill.core.errors import Failure, MediaError, NotWanted, Problems
from reelmill.core.model import Caller, ObjectRef, Outcome
from reelmill.engine import registry, reuse
from reelmill.engine.context import Options
from reelmill.nodes.base import MEDIA, Env, NodeType
from reelmill.store import buckets, executions, fingerprints, pipelines, work
from reelmill.store.database import Row

HIGHEST = 10  # priority


def make_jobs(
    tx: sa.Connection, options: Options, execution: Row, rows: Mapping[str, Row], work_names: Sequence[str]
) -> dict[str, Outcome]:
    """Jobs and batches for activities that became ready together. Those for which none is made, and why."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    failed: dict[str, Outcome] = {}
    for name in work_names:
        kind = registry.node(execution["graph"]["activities"][name]["type"])
        try:
            spec, source = job_of_activity(kind, execution, rows, name, options)
            _check_places(tx, execution, spec)
        except MediaError as error:
            failed[name] = Outcome(failure=error.failure, skipped=isinstance(error, NotWanted))
            continue
        job_id = clock.new_id()
        priority = min(priority_of(spec), execution["graph"].get("priority") or HIGHEST)
        job = {
            "id": job_id,
            "activity": name,
            "spec": spec
            | {"priority": priority, "piece_seconds": options.piece_seconds}
            | _looks(tx, kind, execution, rows, name),
            "user_data": execution["user_data"],
        }
        job["request"] = {"Input": _shown(source), "Activity": name} | dict(spec.get("request") or {})
        share = kind.batch_key(spec) if kind.batch_key else job_id  # without a key it never shares
        queue = str(spec.get("pipeline_id") or execution["graph"]["pipeline_id"])
        # what is only linked waits for no encoder, and nothing that is encoded waits for it
        lane: str = "light" if reuse.likely(tx, options, execution, kind, source, spec) else kind.lane
        together = (kind.name, str(priority), json.dumps(source.to_json()), queue, lane, share)
        groups.setdefault(together, []).append(job)
        executions.move_activity(tx, execution["run_id"], name, ("Running",), job_id=job_id)
    for (kind_name, rank, source_text, queue, lane, _), job_rows in groups.items():
        owner = Caller(execution["account"], execution["region"])
        source = ObjectRef(**json.loads(source_text))
        submit(
            tx,
            registry.node(kind_name),
            owner,
            job_rows,
            source,
            queue,
            int(rank),
            execution["run_id"],
            version=execution["version"],
            lane=lane,
        )
    return failed


def _looks(
    tx: sa.Connection, kind: NodeType, execution: Row, rows: Mapping[str, Row], name: str
) -> dict[str, str | list[str]]:
    """How a job looks at the pictures, and how all activities of its run do: whichever is first has them made for
    all."""
    if kind.looks is None:
        return {}

    def model(library: str) -> int:
        row = fingerprints.get(tx, library)
        return int(row["model"]) if row else 1

    nodes = execution["graph"]["activities"]
    looks = {
        one: node.looks(node.check(nodes[one]["params"], Problems(), one), model)
        for one, row in rows.items()
        if row["state"] != "Skipped" and (node := registry.node(nodes[one]["type"])).looks
    }
    return {"look": looks[name], "looks": sorted(set(looks.values()))}


def _check_places(tx: sa.Connection, execution: Row, spec: Mapping[str, Any]) -> None:
    """MediaError when the pipeline was deleted or a bucket unbound since the workflow was saved: such work would wait,
    or write, for ever, or read what belongs to somebody else by now."""
    where = execution["account"], execution["region"]
    if own := spec.get("pipeline_id"):
        if pipelines.get(tx, *where, own) is None:
            why = "The pipeline of this activity has been deleted."
            raise MediaError(Failure("InvalidParameter.ResourceNotFound", why, "Give it another PipelineId."))
    elif pipelines.get(tx, *where, execution["graph"]["pipeline_id"]) is None:
        raise MediaError(
            Failure(
                "InvalidParameter.ResourceNotFound",
                "The pipeline of this workflow has been deleted.",
                "Give its Start another PipelineId.",
            )
        )
    if (bucket := spec.get("bucket")) and not buckets.bound(tx, *where, bucket, "Output"):
        raise MediaError(
            Failure(
                "InvalidParameter.ResourceNotFound",
                f"The bucket {bucket} is not bound as output any more.",
                "Bind it again with BindOutputBucket.",
            )
        )
    for text in spec.get("texts") or ():
        if "object" in text and not buckets.bound(tx, *where, text["object"]["bucket"]):
            why = f"The bucket {text['object']['bucket']} of a subtitle file is not bound any more."
            raise MediaError(Failure("InvalidParameter.ResourceNotFound", why, "Bind it again."))
    for mark in spec.get("marks") or ():
        if "InputFile" in mark and not buckets.bound(tx, *where, mark["InputFile"]["Bucket"]):
            text = f"The bucket {mark['InputFile']['Bucket']} of a watermark is not bound any more."
            raise MediaError(Failure("InvalidParameter.ResourceNotFound", text, "Bind it again."))


def job_of_activity(
    kind: NodeType, execution: Row, rows: Mapping[str, Row], name: str, options: Options
) -> tuple[dict[str, Any], ObjectRef]:
    """(spec, what it works on) of an activity's job. MediaError when it can be seen already that it cannot work."""
    nodes = execution["graph"]["activities"]
    reference = ObjectRef(execution["bucket"], execution["location"], execution["object"])
    names = placeholders.of_input(reference.key) | {"RunId": execution["run_id"], "MediaId": execution["media_id"]}
    around = {n: {**nodes[n], "state": r["state"], "result": r["result"]} for n, r in rows.items()}
    env = Env(
        reference,
        names,
        execution["graph"]["templates"],
        _scopes(nodes, name),
        around,
        watermarks=execution["graph"].get("watermarks", {}),
        name=name,
        home=options.base_url,
        vmaf=options.vmaf,
    )
    assert kind.job is not None
    spec = kind.job(kind.check(nodes[name]["params"], Problems(), name), env)
    return spec, _source(kind, around, nodes[name]["predecessors"], execution["location"]) or reference


def _source(
    kind: NodeType, around: Mapping[str, Mapping[str, Any]], predecessors: Sequence[str], location: str
) -> ObjectRef | None:
    """A snapshot behind a transcode looks at what that transcode made (workflow.md 4.5); most others at the run's
    input."""
    for name in predecessors if kind.source == "before" else ():
        result = around[name]["result"]
        if registry.node(around[name]["type"]).outputs.kind == MEDIA and result.get("object"):
            return ObjectRef(result["bucket"], location, result["object"])
    return None


def _scopes(nodes: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    """Type of role scope -> Parameters of the nearest such activity upstream."""
    front, seen = list(nodes[name]["predecessors"]), set()
    found: dict[str, Mapping[str, Any]] = {}
    while front:
        one = front.pop(0)
        if registry.node(nodes[one]["type"]).role == "scope":
            found.setdefault(nodes[one]["type"], dict(nodes[one]["params"]))
        if one not in seen:
            seen.add(one)
            front += nodes[one]["predecessors"]
    return found


def priority_of(spec: Mapping[str, Any]) -> int:
    """1 to 10, 10 first; MPS's default is 6 (templates.md 3)."""
    return int(spec.get("priority") or 6)


def submit(
    tx: sa.Connection,
    kind: NodeType,
    owner: Caller,
    job_rows: Sequence[dict[str, Any]],
    source: ObjectRef | None,
    pipeline_id: str,
    priority: int,
    run_id: str | None = None,
    *,
    turn: int | None = None,
    version: str = "",
    state: str = "Submitted",
    lane: str | None = None,
) -> str:
    """A batch with its jobs; the batch's id. `job_rows` have id, spec, request and perhaps activity, user_data. `turn`:
    None: see `work.add_batch`; `version`: of the source now."""
    batch_id, now = clock.new_id(), clock.now_ms()
    row = {
        "id": batch_id,
        "account": owner.account,
        "region": owner.region,
        "run_id": run_id,
        "pipeline_id": pipeline_id,
        "kind": kind.name,
        "lane": lane or kind.lane,
        "priority": priority,
        "turn": turn,
        "version": version,
        "state": state,
        "attempt": 0 if state == "Submitted" else 1,
        "created_ms": now,
        "source_bucket": source.bucket if source else None,
        "source_location": source.location if source else None,
        "source_object": source.key if source else None,
    }
    work.add_batch(tx, row, job_rows)
    return batch_id


def _shown(ref: ObjectRef | None) -> dict[str, str]:
    return {"Bucket": ref.bucket, "Location": ref.location, "Object": ref.key} if ref else {}
