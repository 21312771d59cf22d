"""Nothing made twice: before a batch works, what its jobs would make is looked for among what was made before, by
content key. What is found, and lies in its bucket as it was published, is linked instead (a second name for the same
bytes where the storage can), under the names of this run, whole or not at all."""

import asyncio
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reelmill.core.errors import Cancelled, MediaError, TryAgain
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Caller, ObjectRef, Outcome, Part, Publication
from reelmill.core.states import FINAL
from reelmill.engine import content, context, durable, registry, sources
from reelmill.engine.content import Place
from reelmill.nodes.base import NodeType
from reelmill.objects import fetch
from reelmill.store import buckets, executions, made, parts, work
from reelmill.store.database import Row

Found = Mapping[str, Any]
OF_THESE = ("work", "join")  # roles of the nodes whose jobs are looked for
_MAX_LIST = 16 << 20  # bytes of a list that is written anew


@durable.step
async def look_step(batch_id: str, attempt: int, scope: str, rank: list[int]) -> dict[str, Any]:
    """job -> {"content", "places", "found": {"origin", "read", "publications", "result"} or None}.

    {} when the source cannot be had: the work itself will tell why. The look of a start only reads the source, so that
    the others need not."""
    host = context.get()
    try:
        batch = await sources.wanted(batch_id, attempt)
        kind = registry.node(batch["kind"])
        if not batch["source_bucket"] or (kind.role != "start" and not looked_for(kind)):
            return {}
        source = await _hash(host, batch, await sources.fetched(batch), rank)
        if kind.role == "start":
            return {}
        told = await asyncio.to_thread(_look, host, batch, kind, scope, source)
    except (MediaError, TryAgain, Cancelled, OSError):
        return {}
    failpoint("reused") if any(one["found"] for one in told.values()) else None
    return told


def looked_for(kind: NodeType) -> bool:
    """Whether jobs of this type can be reused."""
    return kind.role in OF_THESE and kind.repeatable


async def _hash(host: context.HostContext, batch: Row, path: Path, rank: Sequence[int]) -> str:
    """SHA-256 of the batch's source, read once for each version of the object."""
    entry = path.parent.name

    def known() -> str:
        with host.database.read() as tx:
            return made.hash_of(tx, entry)

    def read() -> str:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        with host.database.write() as tx:
            made.note_hash(tx, entry, found)
        return found

    if found := await asyncio.to_thread(known):
        return found
    async with host.process.lanes["light"].slot(tuple(rank), (batch["account"], batch["pipeline_id"])):
        return await asyncio.to_thread(read)


def _look(host: context.HostContext, batch: Row, kind: NodeType, scope: str, source: str) -> dict[str, Any]:
    caller = Caller(batch["account"], batch["region"])
    told, candidates = dict[str, Any](), dict[str, list[Row]]()
    with host.database.read() as tx:
        run = executions.identity(tx, batch["run_id"])
        for job in work.jobs_of(tx, batch["id"]):
            if job["state"] not in FINAL:
                key = content_key(host, kind, source, job["spec"])
                places = content.split(job["spec"], kind.places)[1]
                told[job["id"]] = {"content": key, "places": places, "found": None}
                candidates[job["id"]] = made.find(tx, caller, scope, key, **run)
    for number, (job_id, rows) in enumerate(candidates.items()):
        for row in rows:
            if unchanged(host, caller, row):
                folder = host.work / batch["id"] / f"reused-{number}"
                told[job_id]["found"] = _linked(host, row, told[job_id]["places"], job_id, folder)
                break
    return told


def unchanged(host: context.HostContext, caller: Caller, row: Row) -> bool:
    """Whether all that a job published lies there as it was then, and all that it read besides its source."""
    looked = [(name, key, version) for name, key, _, version in objects_of(row)] + [tuple(one) for one in row["read"]]
    with host.database.read() as tx:
        names = {name for name, _, _ in looked}
        if not all(buckets.bound(tx, caller.account, caller.region, name) for name in names):
            return False
    for name, key, version in looked:
        found = host.buckets[name].stat(key)
        if found is None or found.version != version:
            return False
    return True


def objects_of(row: Row) -> list[tuple[str, str, str, str]]:
    """(bucket, key, type, version) of every object that a job published."""
    return [(one["bucket"], *each) for one in row["published"] for each in one["objects"]]


def _linked(
    host: context.HostContext, row: Row, places: Sequence[Place], job_id: str, folder: Path
) -> dict[str, Any] | None:
    """What is published instead of making it: the files linked into a folder of the work store. None when it cannot be
    known how all of them are called now."""
    names = renamed(row, places)
    if names is None:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, (name, key, kind, version) in enumerate(objects_of(row)):
        bucket, local = host.buckets[name], folder / str(number)
        bucket.copy(key, local)
        found = bucket.stat(key)
        if found is None or found.version != version or local.stat().st_size != found.size:
            return None  # it was replaced in this moment
        if not _renew(local, (name, key), kind, names):
            return None
    before = [(bucket, key) for bucket, key in row["places"]]
    return {
        "origin": row["origin"],
        "read": row["read"],
        "result": content.result(row["result"], names, before, places),
        "publications": [p.to_json() for p in renewed(row, names, places, job_id, folder.name)],
    }


def renamed(row: Row, places: Sequence[Place]) -> dict[Place, Place] | None:
    """Object of what was made -> where it goes now; None when that cannot be told of one."""
    before = [(bucket, key) for bucket, key in row["places"]]
    found = {(name, key): content.renamed(name, key, before, places) for name, key, _, _ in objects_of(row)}
    known = {old: now for old, now in found.items() if now is not None}
    moves = {(old[0], now[0]) for old, now in known.items()}
    apart = len(moves) == len({old for old, _ in moves}) == len({now for _, now in moves})  # each bucket as a whole
    return known if apart and len(set(known.values())) == len(found) else None


def _renew(local: Path, entry: Place, kind: str, names: Mapping[Place, Place]) -> bool:
    """A list that leads to others by new names is written anew. False when that cannot be done."""
    leads, may = kind.startswith(content.LISTS), kind.startswith(content.MAY_LEAD)
    if not (leads or may) or not content.must_change(entry, names):
        return True
    if local.stat().st_size > _MAX_LIST:
        return False
    text = content.rewritten(local.read_text(), entry, names)
    if text is not None:
        local.unlink()  # it may share its bytes with the object
        local.write_text(text)
    return text is not None or may


def renewed(
    row: Row, names: Mapping[Place, Place], places: Sequence[Place], job_id: str = "", task: str = ""
) -> list[Publication]:
    """What a job published, under the names that it has now; the files lie in the folder of the task."""
    before, number = [(bucket, key) for bucket, key in row["places"]], 0
    found = []
    for one in row["published"]:
        new = [names[one["bucket"], key] for key, _, _ in one["objects"]]
        own = [Part(task, str(number + n), new[n][1], kind) for n, (_, kind, _) in enumerate(one["objects"])]
        told = content.result({"bucket": one["bucket"], "object": one["output"]}, names, before, places)
        found.append(Publication(job_id, new[-1][0], own[-1], tuple(own[:-1]), told["object"]))
        number += len(own)
    return found


def digest(host: context.HostContext, path: Path) -> str:
    """SHA-256 of the local copy of a source, from what is noted if it was read before; nothing is noted."""
    with host.database.read() as tx:
        known = made.hash_of(tx, path.parent.name)
    if known:
        return known
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_key(host: context.HostContext, kind: NodeType, source: str, spec: Mapping[str, Any]) -> str:
    """What this host would make by this job. `source`: SHA-256 of what it works on."""
    return content.key(kind, host.options.tool_versions(), source, spec)


def foreseen(
    host: context.HostContext, execution: Row, kind: NodeType, key: str, spec: Mapping[str, Any]
) -> Row | None:
    """What this job would be linked to if it were made now; nothing is noted. `key`: its content key."""
    caller, places = Caller(execution["account"], execution["region"]), content.split(spec, kind.places)[1]
    run = {name: execution[name] for name in ("run_id", "workflow_id")}
    with host.database.read() as tx:
        rows = made.find(tx, caller, scope_of(execution), key, **run)
    return next((row for row in rows if renamed(row, places) is not None and unchanged(host, caller, row)), None)


def outcome(found: Found) -> Outcome:
    """What has become of a job whose outputs were linked."""
    return Outcome(found["result"], reused_from=found["origin"])


def publications(found: Found) -> list[Publication]:
    """What is to be published of it."""
    return [Publication.from_json(one) for one in found["publications"]]


# ---- remembering ---------------------------------------------------------------------------------


def notes(
    told: Mapping[str, Any],
    outcomes: Mapping[str, Outcome],
    published: Mapping[str, Sequence[Publication]],
    read: Mapping[str, Sequence[ObjectRef] | None],
) -> dict[str, Any]:
    """What is remembered of the jobs that succeeded; `read`: job -> what it read besides its source, None when nobody
    knows what that was."""
    kept = {}
    for job, one in told.items():
        ended = outcomes.get(job)
        if ended is None or ended.failure or ended.partial or ended.gate != "pass":
            continue
        if (others := read.get(job, ())) is None:
            continue
        kept[job] = {
            "content": one["content"],
            "places": one["places"],
            "origin": ended.reused_from,
            "publications": [p.to_json() for p in published.get(job, ())],
            # what was linked depends on what was read when it was made
            "read": one["found"]["read"] if ended.reused_from else [[ref.bucket, ref.key] for ref in others],
        }
    return kept


def given(host: context.HostContext, batch_id: str, ref: ObjectRef, entry: str) -> None:
    """A command of the batch reads this object, and in which version."""
    mine = host.process.read.setdefault(batch_id, {})
    mine[ref.bucket, ref.key] = entry if mine.get((ref.bucket, ref.key), entry) == entry else ""


def looked_at(host: context.HostContext, batch: Row, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The notes with the versions of what was read besides the source; without those of which it is not known: it has
    changed since, or another process read it."""
    told, entries = {}, host.process.read.get(batch["id"], {})
    for job, one in kept.items():
        seen = [list(known) for known in one["read"]] if one["origin"] else []
        for bucket, key in one["read"] if not one["origin"] else ():
            found = host.buckets[bucket].stat(key)
            if found and fetch.entry(ObjectRef(bucket, "", key), [found.version] * 2) == entries.get((bucket, key)):
                seen.append([bucket, key, found.version])
        if len(seen) == len(one["read"]):
            told[job] = {**one, "read": seen}
    return told


def remember(tx: sa.Connection, batch: Row, kept: Mapping[str, Any]) -> None:
    """With the final fact of a batch: what its jobs made can be found from now on."""
    run = executions.identity(tx, batch["run_id"])
    for job, one in kept.items():
        published = _objects(tx, [Publication.from_json(p) for p in one["publications"]])
        if published is None:
            continue
        values = {"content": one["content"], "job_id": job, "origin": one["origin"] or run["run_id"], **run}
        values |= {"places": one["places"], "read": one["read"], "published": published}
        made.note(tx, Caller(batch["account"], batch["region"]), values)


def _objects(tx: sa.Connection, published: Sequence[Publication]) -> list[dict[str, Any]] | None:
    """Each object as it was when it was published; None when that of one is not known."""
    told = []
    for one in published:
        known = parts.of_objects(tx, one.bucket, [part.key for part in one.whole])
        rows = [[part.key, part.type, known[part.key]["version"]] for part in one.whole if part.key in known]
        if len(rows) < len(one.whole) or not all(version for _, _, version in rows):
            return None
        told.append({"bucket": one.bucket, "output": one.output or one.entry.key, "objects": rows})
    return told


def likely(
    tx: sa.Connection,
    options: context.Options,
    execution: Row,
    kind: NodeType,
    source: ObjectRef,
    spec: Mapping[str, Any],
) -> bool:
    """Whether a job will probably be reused: then it need not wait for a place among those that encode. Rows tell;
    nothing is looked at."""
    scope, version = scope_of(execution), execution["version"]
    if scope == "off" or not looked_for(kind):
        return False
    known = made.hash_of(tx, fetch.entry(source, [version, version]))
    if not known:
        return False
    key = content.key(kind, options.tool_versions(), known, spec)
    run = {"run_id": execution["run_id"], "workflow_id": execution["workflow_id"]}
    return made.there_is(tx, Caller(execution["account"], execution["region"]), scope, key, **run)


def scope_of_run(tx: sa.Connection, run_id: str | None) -> str:
    """`scope_of` a run by its id; of work that belongs to none it is off."""
    return made.scope_of_run(tx, run_id) if run_id else "off"


def scope_of(execution: Row) -> str:
    """Whose outputs a run takes over: off, run, workflow, account."""
    return str(execution["graph"].get("reuse") or "off").lower()
