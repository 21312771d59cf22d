"""Backfills of which something keeps one from its work: a bucket that is away, a fault of ours."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import databases
from reelmill.api.ops import backfills as ops
from reelmill.core.model import Caller
from reelmill.media.tools import Tools
from reelmill.objects.folders import Folders
from reelmill.objects.incoming import Incoming
from reelmill.objects.watch import Watcher
from reelmill.services import backfill_work, buckets
from reelmill.services.context import AppContext
from reelmill.services.thumbnails import Thumbnails
from reelmill.store import backfills
from reelmill.store.database import Database, Row

ME = Caller("me", "cn-hangzhou")


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[AppContext]:
    database = Database(databases.migrated("sqlite", tmp_path))
    made = AppContext(
        database=database,
        region=ME.region,
        base_url="http://h",
        own_hosts=frozenset({"h"}),
        objects=Folders(tmp_path / "buckets"),
        engine=SimpleNamespace(baseline=lambda _name: None),
        incoming=Incoming(tmp_path / "uploads"),
        thumbnails=Thumbnails(tmp_path / "thumbnails", Tools()),
    )
    buckets.bind_input(made, ME, "cin")
    for key in ("a.mp4", "b.mp4"):
        (tmp_path / "buckets" / "cin" / key).write_bytes(b"film")
    yield made
    database.close()


@pytest.fixture
def watch(ctx: AppContext) -> Iterator[Watcher]:
    made = Watcher(ctx.objects.__getitem__, lambda _bucket, _key: None, settle_seconds=0.1)  # type: ignore[arg-type]
    yield made
    made.close()


def add(ctx: AppContext, name: str, **more: Any) -> None:
    about = {"workflow_id": "w", "workflow_name": "w", "bucket": "cin", "prefix": "", "filter": "{}", "rate": 600}
    with ctx.database.write() as tx:
        backfills.add(
            tx, ME, id=name, **about | {"priority": 1, "dry_run": False, "state": "Listing", "created_ms": 0} | more
        )


def row(ctx: AppContext, name: str) -> Row:
    with ctx.database.read() as tx:
        return backfills.find(tx, ME, [name])[name]


def again(ctx: AppContext, watch: Watcher, name: str) -> Row:
    """A round in which its time has come."""
    with ctx.database.write() as tx:
        backfills.move(tx, name, backfills.LIVE, next_ms=0)
    backfill_work.work(ctx, watch)
    return row(ctx, name)


def test_one_whose_bucket_is_away_waits_until_it_is_back(
    ctx: AppContext, watch: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def start(_tx: object, _ctx: AppContext, _row: object, file: dict[str, Any]) -> tuple[str, str]:
        begun.append(file["object"])
        return "r", ""

    monkeypatch.setattr(backfill_work, "_obstacle", lambda _tx, _row: {})
    monkeypatch.setattr(backfill_work, "_start", start)
    folder, elsewhere = tmp_path / "buckets" / "cin", tmp_path / "elsewhere"
    folder.rename(elsewhere)
    add(ctx, "one")
    assert backfill_work.work(ctx, watch) > 50, "it is looked at a minute later"
    assert row(ctx, "one")["state"] == "Listing" and "The bucket is away" in row(ctx, "one")["message"]
    elsewhere.rename(folder)
    listed = again(ctx, watch, "one")
    assert (listed["state"], listed["files"], listed["message"]) == ("Active", 2, "")
    assert again(ctx, watch, "one")["begun"] == 1
    folder.rename(elsewhere)
    waits = again(ctx, watch, "one")
    assert (waits["state"], waits["left_out"]) == ("Active", 0) and "The bucket is away" in waits["message"]
    elsewhere.rename(folder)
    assert again(ctx, watch, "one")["begun"] == 2
    done = again(ctx, watch, "one")
    assert (done["state"], done["message"], done["left_out"], sorted(begun)) == ("Success", "", 0, ["a.mp4", "b.mp4"])


def test_a_fault_of_ours_in_one_does_not_hold_up_the_others(
    ctx: AppContext, watch: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bad", "good"):
        add(ctx, name, state="Active")

    def failing(_tx: object, backfill: Row) -> dict[str, str]:
        if backfill["id"] == "bad":
            raise KeyError("x")
        return {"state": "Paused"}

    monkeypatch.setattr(backfill_work, "_obstacle", failing)
    assert backfill_work.work(ctx, watch) > 50, "not again at once"
    assert (row(ctx, "bad")["state"], row(ctx, "good")["state"]) == ("Active", "Paused")
    assert "KeyError" in row(ctx, "bad")["message"]


def test_files_whose_condition_fails_are_told_and_left_out(
    ctx: AppContext, watch: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill_work, "_obstacle", lambda _tx, _row: {})
    monkeypatch.setattr(backfill_work, "_start", lambda _tx, _ctx, _row, _file: ("r", ""))
    (tmp_path / "buckets" / "cin" / "empty.mp4").touch()
    only = '{"Condition": "100 / input.size > 1"}'
    add(ctx, "dry", filter=only, dry_run=True)
    add(ctx, "one", filter=only)
    backfill_work.work(ctx, watch)
    dry = row(ctx, "dry")
    assert (dry["state"], dry["files"], dry["left_out"], dry["bytes"]) == ("Success", 3, 1, 8)
    for _ in range(3):
        done = again(ctx, watch, "one")
    assert (done["state"], done["files"], done["begun"], done["left_out"]) == ("Success", 3, 2, 1), done
    with ctx.database.read() as tx:
        told = {file["object"]: file["reason"] for file in backfills.files_after(tx, done["id"], 0, 9)}
    assert told == {
        "a.mp4": "",
        "b.mp4": "",
        "empty.mp4": "The Condition of the Filter failed at character 5: it divides by zero.",
    }


def test_what_is_begun_or_left_out_is_no_work_that_remains(
    ctx: AppContext, watch: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_tx: object, _ctx: AppContext, _row: object, file: dict[str, Any]) -> tuple[str | None, str]:
        return (None, "The file is gone.") if file["object"] == "b.mp4" else ("r", "")

    monkeypatch.setattr(backfill_work, "_obstacle", lambda _tx, _row: {})
    monkeypatch.setattr(backfill_work, "_start", start)
    monkeypatch.setattr(backfills, "past_work", lambda _tx, _caller, _workflow: (600_000, 40, 3))
    folder = tmp_path / "buckets" / "cin"
    (folder / "a.mp4").write_bytes(b"x" * 100)
    (folder / "b.mp4").write_bytes(b"x" * 300)
    (folder / "c.mp4").write_bytes(b"x" * 600)
    (folder / "d.mp4").touch()

    def told() -> tuple[float, ...]:
        """Counts, then the estimate."""
        shape = ops.shape(row(ctx, "one"))
        numbers = [shape[name] for name in ("Found", "Started", "LeftOut")]
        return *numbers, *(shape["Estimate"][name] for name in ("Bytes", "EncodeMinutes", "StartMinutes"))

    def remaining() -> tuple[int, int]:
        """(files, bytes) that are neither begun nor left out."""
        with ctx.database.read() as tx:
            files = backfills.files_after(tx, "one", 0, 9)
        sizes = [file["size"] for file in files if not (file["run_id"] or file["reason"])]
        return len(sizes), sum(sizes)

    add(ctx, "one", filter='{"Condition": "100 / input.size < 5"}', rate=2)
    backfill_work.work(ctx, watch)
    assert told() == (4, 0, 1, 1000, 250.0, 1.5), "the one that is left out waits for nothing"
    for begun in (1, 2, 2):
        again(ctx, watch, "one")
        count, size = remaining()
        assert told() == (4, begun, 4 - begun - count, size, size / 4, count / 2)
    assert (row(ctx, "one")["state"], told()) == ("Success", (4, 2, 2, 0, 0.0, 0.0))
