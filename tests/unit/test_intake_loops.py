"""Media come in from any kind of bucket: here one that lives in memory, with the loops that a server runs."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import databases
from reelmill.core.model import Caller
from reelmill.engine.baseline import baseline
from reelmill.engine.signals import Signals
from reelmill.media.tools import Tools
from reelmill.objects.incoming import Incoming
from reelmill.objects.memory import MemoryBuckets
from reelmill.services import buckets, intake, intake_loops
from reelmill.services.context import AppContext
from reelmill.services.intake_loops import IntakeLoops
from reelmill.services.thumbnails import Thumbnails
from reelmill.store import seen
from reelmill.store.database import Database

ME = Caller("me", "cn-hangzhou")


@pytest.fixture
def films() -> MemoryBuckets:
    return MemoryBuckets()


@pytest.fixture
def ctx(tmp_path: Path, films: MemoryBuckets) -> Iterator[AppContext]:
    database = Database(databases.migrated("sqlite", tmp_path))
    yield AppContext(
        database=database,
        region="cn-hangzhou",
        base_url="http://h",
        own_hosts=frozenset({"h"}),
        objects=films,
        engine=SimpleNamespace(
            baseline=lambda name: baseline(database, films, name), options=SimpleNamespace(skip_unchanged=True)
        ),
        incoming=Incoming(tmp_path / "uploads"),
        thumbnails=Thumbnails(tmp_path / "thumbnails", Tools()),
    )
    database.close()


def ledger(ctx: AppContext, *keys: str) -> dict[str, seen.Seen]:
    with ctx.database.read() as tx:
        return seen.known(tx, "cin", list(keys))


async def until(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if await asyncio.to_thread(true):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


async def test_what_lies_there_is_silent_and_what_comes_or_was_missed_is_dealt_with(
    ctx: AppContext, films: MemoryBuckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    known = intake.objects_completed
    stumbles = [RuntimeError("the first time")]

    def taking(ctx: AppContext, items: list[tuple[str, str]]) -> int:
        if stumbles:
            raise stumbles.pop()
        taken.extend(key for _, key in items)
        return known(ctx, items)

    monkeypatch.setattr(intake, "objects_completed", taking)
    monkeypatch.setattr(intake_loops, "_AGAIN_SECONDS", 0.01)
    signals = Signals(asyncio.get_running_loop())
    films["cin"].create()
    films["cin"].write("old.mp4", b"was there")
    ctx.signal = signals.send
    await asyncio.to_thread(buckets.bind_input, ctx, ME, "cin")
    films["cin"].write("missed.mp4", b"while nobody watched")
    loops = IntakeLoops(ctx, signals)
    await asyncio.to_thread(loops.tidy)
    tasks = [asyncio.create_task(_again(loop)) for loop in loops.all()]
    try:
        await until(lambda: "missed.mp4" in ledger(ctx, "missed.mp4"))
        films["cin"].write("new.mp4", b"comes now")
        await until(lambda: "new.mp4" in ledger(ctx, "new.mp4"))
    finally:
        loops.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert "old.mp4" not in taken and set(taken) == {"missed.mp4", "new.mp4"} and not stumbles
    stat = films["cin"].stat("new.mp4")
    assert stat is not None and ledger(ctx, "new.mp4")["new.mp4"].version == stat.version
    assert loops.watch.problems() == []


async def _again(loop: Callable[[], object]) -> None:
    """As the server does with a loop that stumbled."""
    while True:
        try:
            await loop()  # type: ignore[misc]
        except RuntimeError:
            continue
