"""Fingerprint libraries at work: compare a film with one, and keep it there.

The prints of a library lie in three files (of a library of texts in one), one film after the other, and its rows say
where. A film is appended, flushed to the disk, and only then does a row tell of it, in the same transaction that holds
the library: whoever dies in between leaves bytes that the next film overwrites, and whoever reads looks only where rows
point.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from reelmill.core import clock, faults
from reelmill.core.errors import Failure
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Command, Task
from reelmill.engine import context, holding
from reelmill.media.fingerprints import INDEX, INDEXED, KEPT, PRINTS, TASK, TEXT_MODEL, TEXTS, index
from reelmill.store import fingerprints, work
from reelmill.store.database import Row

_KEPT_RATE = 2  # samples that a library keeps of a second
_BYTES = {"samples": 96, "heads": 24, "sounds": 4}  # of a sample, of its first words, of an item of sound
_TURNS = 3  # how often a library may change while somebody compares with it
_MOST = 100  # films that an answer tells
_FOUND = "found.json"

Make = Callable[[Task], Awaitable[Mapping[str, Any]]]


def folder_of(host: context.HostContext, library: Row) -> Path:
    """Where the prints of a library lie."""
    return host.work.parent / "fingerprints" / f"{library['id']}-{library['generation']}"


async def compare(host: context.HostContext, batch_id: str, order: Mapping[str, Any], make: Make) -> dict[str, Any]:
    """{"failure"} or {"found": {"video", "audio"}, "file": id of what was kept, or "", "duplicate"}. `make` makes a
    task of this batch; `order`: library, key, save, job, least_seconds, least_similarity, length (seconds)."""
    async with AsyncExitStack() as stack:
        if order["save"] == "save":  # of two equal films that come at once the second must find the first
            lock = host.process.libraries.setdefault(order["library"], asyncio.Lock())
            await stack.enter_async_context(lock)
        for _ in range(_TURNS):
            library, films = await asyncio.to_thread(_read, host, batch_id, order)
            if library is None:
                return {"failure": _gone(order["library"]).to_json()}
            look = _read_texts if library["model"] == TEXT_MODEL else _look
            failure, found = await look(host, batch_id, library, films, make, order)
            if failure is None:
                await _index(host, batch_id, library, make)
            if failure is None or not await asyncio.to_thread(_emptied, host, library):
                break
        if failure is not None:
            return {"failure": failure}
        told = _told(found, films)
        known = duplicate(told, order)
        keeps = order["save"] == "forcesave" or (order["save"] == "save" and not known)
        try:
            kept = await asyncio.to_thread(_keep, host, batch_id, order) if keeps else ""
        except OSError as error:
            return {"failure": holding.of_os(error).to_json()}
        return {"failure": None, "found": told, "file": kept, "duplicate": known}


def duplicate(found: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    """Whether enough of a film is known already: of its pictures, where it has some, else of its sound. A film that is
    shorter than the least is known when most of it is."""
    kind = "text" if "text" in found else "video" if found["has_video"] else "audio"
    return any(
        one["seconds"] >= min(order["least_seconds"], 0.8 * found.get("said", found["length"]))
        and one["similarity"] >= order["least_similarity"]
        for one in found[kind]
    )


def _read(host: context.HostContext, batch_id: str, order: Mapping[str, Any]) -> tuple[Row | None, list[Row]]:
    """The library of the account that asks, and its films but this one: a film is no copy of itself."""
    with host.database.read() as tx:
        batch = work.batch(tx, batch_id)
        library = fingerprints.get(tx, order["library"])
        if (
            batch is None
            or library is None
            or (library["account"], library["region"]) != (batch["account"], batch["region"])
        ):
            return None, []
        films = fingerprints.films(tx, library["id"])
    return library, [one for one in films if one["primary_key"] != order["key"] and one["job_id"] != order["job"]]


def _emptied(host: context.HostContext, library: Row) -> bool:
    with host.database.read() as tx:
        now = fingerprints.get(tx, library["id"])
    return now is not None and now["generation"] != library["generation"]


async def _look(
    host: context.HostContext, batch_id: str, library: Row, films: list[Row], make: Make, _order: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    prints = host.work / batch_id / TASK
    facts = {kind: (prints / kind).stat().st_size // _BYTES[kind] for kind in KEPT}
    whole = {"length": facts["samples"] / _KEPT_RATE or facts["sounds"] * 0.1238, "has_video": facts["samples"] > 0}
    if not films:
        return None, whole | {"video": [], "audio": []}
    listed = [{name: one[name] for name in ("id", "sample_at", "samples", "item_at", "items")} for one in films]
    name = f"match-{library['generation']}-{library['revision']}"
    words = ("match", f"${{{TASK}}}/{PRINTS}", str(folder_of(host, library)), "films.json", _FOUND)
    made = await make(
        Task(name, "heavy", (Command(words, "infer"),), {"films.json": json.dumps(listed)}, expect=(_FOUND,))
    )
    if made["failure"]:
        return made["failure"], {}
    text = await asyncio.to_thread((host.work / batch_id / name / _FOUND).read_text)
    return None, whole | json.loads(text)


async def _read_texts(
    host: context.HostContext, batch_id: str, library: Row, films: list[Row], make: Make, order: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """`_look` for a library of texts."""
    whole: dict[str, Any] = {"length": order["length"], "has_video": True, "video": [], "audio": []}
    if not films:
        return None, whole | {"text": [], "said": 0.0}
    listed = [{name: one[name] for name in ("id", "text_at", "texts")} for one in films]
    name = f"match-{library['generation']}-{library['revision']}"
    words = ("texts", "match", f"${{{TEXTS}}}/{TEXTS}", str(folder_of(host, library) / TEXTS), "films.json", _FOUND)
    found = Task(name, "heavy", (Command(words, "infer"),), {"films.json": json.dumps(listed)}, expect=(_FOUND,))
    made = await make(found)
    if made["failure"]:
        return made["failure"], {}
    text = await asyncio.to_thread((host.work / batch_id / name / _FOUND).read_text, "utf-8")
    return None, whole | json.loads(text)


async def _index(host: context.HostContext, batch_id: str, library: Row, make: Make) -> None:
    """Give a part of a large library its index, when one has none: the next question is answered sooner. A part never
    changes, so it does not matter who makes it, or whether two do."""
    folder = folder_of(host, library)
    for kind, count in {"heads": library["samples"], "sounds": library["items"]}.items():
        for part in range(count // INDEXED[kind]):
            if not (folder / f"{kind}-{part}").exists():
                made = await make(index(kind, str(folder), part))
                if not made["failure"]:
                    source = host.work / batch_id / f"index-{kind}-{part}" / INDEX
                    await asyncio.to_thread(_put, source, folder / f"{kind}-{part}")
                return


def _put(source: Path, target: Path) -> None:
    """Copy a file, which appears whole. One that cannot be kept is made again."""
    part = target.with_name(f".{target.name}.{clock.new_id()}")
    with suppress(OSError):
        try:
            _append(part, 0, source)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _told(found: Mapping[str, Any], films: list[Row]) -> dict[str, Any]:
    """What was found, by the keys of films, and where these lay."""
    known = {one["id"]: one for one in films}
    kinds = [kind for kind in ("video", "audio", "text") if kind in found]
    told = {name: value for name, value in found.items() if name not in kinds}
    for kind in kinds:
        told[kind] = [
            {"key": known[one["id"]]["primary_key"], "file": one["id"]}
            | {name: known[one["id"]][name] for name in ("bucket", "location", "object")}
            | _weighed(one["slices"])
            for one in found[kind][:_MOST]
        ]
    return told


def _weighed(slices: list[list[float]]) -> dict[str, Any]:
    lengths = [end - begin for begin, end, *_ in slices]
    nearness = sum(long * one[4] for long, one in zip(lengths, slices, strict=True)) / sum(lengths)
    return {"slices": slices, "seconds": round(sum(lengths), 3), "similarity": round(nearness, 3)}


def _keep(host: context.HostContext, batch_id: str, order: Mapping[str, Any]) -> str:
    """The id of the film in the library; "" when that is gone."""
    prints = host.work / batch_id / TASK
    faults.disk()
    with host.database.write() as tx:
        if known := fingerprints.kept_by(tx, order["job"]):
            return str(known["id"])
        batch, library = work.batch(tx, batch_id), fingerprints.locked(tx, order["library"])
        if batch is None or library is None:
            return ""
        folder = folder_of(host, library)
        folder.mkdir(parents=True, exist_ok=True)
        ends = {"samples": library["samples"], "heads": library["samples"], "sounds": library["items"]}
        if library["model"] == TEXT_MODEL:
            sizes = {"samples": round(order["length"] * _KEPT_RATE) * _BYTES["samples"], "sounds": 0}
            texts = _append(folder / TEXTS, library["texts"], host.work / batch_id / TEXTS / TEXTS)
        else:
            sizes = {kind: _append(folder / kind, ends[kind] * _BYTES[kind], prints / kind) for kind in KEPT}
            texts = 0
        failpoint("prints appended")
        row = {
            "id": clock.new_id(),
            "primary_key": order["key"],
            "job_id": order["job"],
            "bucket": batch["source_bucket"],
            "location": batch["source_location"] or "",
            "object": batch["source_object"],
            "sample_at": library["samples"],
            "samples": sizes["samples"] // _BYTES["samples"],
            "item_at": library["items"],
            "items": sizes["sounds"] // _BYTES["sounds"],
            "text_at": library["texts"],
            "texts": texts,
            "created_ms": clock.now_ms(),
        }
        fingerprints.keep(tx, library, row)
    return str(row["id"])


def _append(path: Path, end: int, source: Path) -> int:
    """Write a file's bytes behind what counts, onto the disk; how many."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file, source.open("rb") as more:
        file.truncate(end)
        file.seek(end)
        shutil.copyfileobj(more, file)
        file.flush()
        os.fsync(file.fileno())
        return file.tell() - end


def sweep(host: context.HostContext) -> None:
    """Remove the files of libraries that were emptied or deleted."""
    root = host.work.parent / "fingerprints"
    for folder in root.iterdir() if root.is_dir() else ():
        library, _, generation = folder.name.partition("-")
        with host.database.read() as tx:
            now = fingerprints.get(tx, library)
        if now is None or str(now["generation"]) != generation:
            shutil.rmtree(folder, ignore_errors=True)


def _gone(library: str) -> Failure:
    return Failure(
        "InvalidParameter.DBNotExist", f'There is no fingerprint library "{library}" any more.', "Name another FpDBId."
    )
