"""A watcher over folders of a test, and what it has seen."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reelmill.objects.folders import Folders
from reelmill.objects.watch import Watcher

END = b"the end"

DEADLINE = 20.0


class Seen:
    """Collects reports; a report of a file that does not yet hold its end is an early one."""

    def __init__(self, buckets: Folders):
        self.buckets = buckets
        self.early: list[str] = []
        self.reports: list[str] = []
        self.rescans: list[str] = []
        self.changed = threading.Condition()

    def found(self, bucket: str, key: str) -> None:
        opened = self.buckets[bucket].open(key)
        data = END
        if opened:
            with opened:
                data = opened.read(0, opened.stat.size)
        with self.changed:
            self.reports.append(key)
            if data and not data.endswith(END):
                self.early.append(key)
            self.changed.notify_all()

    def rescan(self, bucket: str, folder: str = "") -> None:
        with self.changed:
            self.rescans.append(bucket)
            self.changed.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(true, DEADLINE), (
                f"reported: {sorted(set(self.reports))[:20]}, rescans: {self.rescans}"
            )

    def wait(self, *keys: str) -> None:
        self.until(lambda: set(keys) <= set(self.reports))
        assert not self.early


@pytest.fixture
def buckets(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "buckets")
    made["films"].create()
    return made


@pytest.fixture
def seen(buckets: Folders) -> Seen:
    return Seen(buckets)


@pytest.fixture
def watcher(buckets: Folders, seen: Seen) -> Iterator[Watcher]:
    made = buckets.watch(seen.found, seen.rescan, settle_seconds=0.3)
    made.set({"films"})
    yield made
    made.close()


@pytest.fixture
def films(buckets: Folders, watcher: Watcher) -> Path:
    return buckets.root / "films"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "outside.mp4"
    path.write_bytes(b"x" * 100_000 + END)
    return path


def settle(films: Path, seen: Seen, times: int = 1) -> None:
    """Wait until files that need nothing but the settle time were reported, one after the other. What would have been
    taken after that time is reported by then."""
    for _ in range(times):
        name = f"settles{sum(key.startswith('settles') for key in set(seen.reports)) + 1}.mp4"
        (films / name).touch()
        seen.wait(name)


@pytest.fixture
def gate(watcher: Watcher) -> Iterator[threading.Event]:
    """While it is clear, what the kernel tells is not dealt with: the disk runs ahead, as on a loaded machine."""
    observer = watcher._observer
    assert observer is not None
    opened, deal = threading.Event(), observer._feed.handle_event
    opened.set()
    observer._feed.handle_event = lambda event: deal(event) if opened.wait(DEADLINE) else None  # type: ignore[method-assign]
    yield opened
    opened.set()
