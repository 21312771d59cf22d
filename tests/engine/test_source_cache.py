"""The cache of sources is swept while others are just being given a copy: nobody loses what he works from."""

import asyncio
import threading
from pathlib import Path

import pytest

import databases
from reelmill.core.model import ObjectRef
from reelmill.engine import context, reconcile, sources
from reelmill.engine.lanes import Lane
from reelmill.engine.process import ProcessState
from reelmill.engine.signals import Signals
from reelmill.media.run import Runner
from reelmill.media.tools import Tools
from reelmill.objects import fetch
from reelmill.objects.folders import Folders
from reelmill.store.database import Database

FILM = ObjectRef("films", "oss-x", "a.mp4")


@pytest.fixture
async def host(tmp_path: Path) -> context.HostContext:
    made = context.HostContext(
        options=context.Options(base_url="http://h"),
        database=Database(databases.migrated("sqlite", tmp_path)),
        buckets=Folders(tmp_path / "buckets"),
        tools=Tools(),
        work=tmp_path / "work",
        cache=tmp_path / "cache",
        process=ProcessState(Runner(), Signals(asyncio.get_running_loop()), {"light": Lane(1)}),
    )
    made.work.mkdir()
    made.cache.mkdir()
    made.buckets["films"].create()
    (tmp_path / "buckets/films/a.mp4").write_bytes(b"film")
    context.put(made)
    return made


async def test_who_is_just_being_given_a_copy_keeps_it(host: context.HostContext) -> None:
    """A second run of an object finds the copy of the first, which has just ended: nobody else uses the copy in this
    moment."""
    found, swept = threading.Event(), threading.Event()

    def find() -> Path:
        path = fetch.fetch(host.buckets, FILM, host.cache)
        found.set()
        assert swept.wait(20)
        return path

    async with sources.held(FILM):
        pass  # the first run
    asked = asyncio.create_task(take(find))
    assert await asyncio.to_thread(found.wait, 20)
    await reconcile.sweep(host)
    swept.set()
    assert await asked == b"film"


async def take(find: object) -> bytes:
    async with sources.held(FILM, find) as path:  # type: ignore[arg-type]
        return path.read_bytes()


async def test_a_copy_is_kept_as_long_as_somebody_works_from_it_and_no_longer(host: context.HostContext) -> None:
    async with sources.held(FILM) as path:
        await reconcile.sweep(host)
        await reconcile.sweep(host)
        assert path.read_bytes() == b"film"
    await reconcile.sweep(host)
    assert list(host.cache.iterdir()) == []
