"""Notices completed objects of buckets that are folders, within milliseconds of their writer's close.

Raw notices come from inotify (by watchdog) and from listings; `complete.decide` says which object is ready. Everything
that has to be looked at again waits in one thread. Nothing is remembered about objects that were reported: intake knows
each version that it has dealt with.
"""

import contextlib
import errno
import heapq
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from watchdog.events import FileClosedEvent, FileCreatedEvent, FileMovedEvent
from watchdog.observers.api import ObservedWatch

from reelmill.core import clock
from reelmill.core.errors import CallerError, UserText
from reelmill.core.matching import is_temporary, placeholders_of
from reelmill.objects.buckets import Stat, Watch
from reelmill.objects.complete import Facts, Notice, decide, writer_of
from reelmill.objects.folder import Folder
from reelmill.objects.inotify import Handler, Observer

logger = logging.getLogger(__name__)

_MOST_TOLD = 10_000  # names of which it is remembered that they were told
HEALTH_SECONDS = 5.0  # how often folders are checked for having been deleted, replaced or not watchable

Key = tuple[str, str]  # bucket, key


@dataclass(slots=True)
class _Waiting:
    """An object that is not complete yet: what it was when we last saw it change, and when it is looked at next
    (monotonic seconds)."""

    version: str
    since: float
    due: float


@dataclass(frozen=True, slots=True)
class _Folder:
    """A bucket's folder that is watched; `identity` is device and inode, for a new folder may take the place of the old
    one."""

    path: Path
    identity: tuple[int, int]
    watch: ObservedWatch


class Watcher(Watch):
    """What `Folders.watch` gives (see `buckets.Buckets`). A folder that cannot be watched is listed again every few
    seconds."""

    def __init__(
        self,
        buckets: Callable[[str], Folder],
        found: Callable[[str, str], None],
        rescan: Callable[[str, str], None] | None = None,
        *,
        settle_seconds: float = 20.0,
        rescan_seconds: float = 600.0,
        ignore: Sequence[str] = (),
    ):
        self._buckets, self._found, self._rescan = buckets, found, rescan or (lambda _bucket, _folder: None)
        self._settle, self._rescan_seconds, self._ignore = settle_seconds, rescan_seconds, tuple(ignore)
        # guards _names, _folders, _unwatched, _observer; held for long: folders are walked under it
        self._lock = threading.RLock()
        self._names: set[str] = set()
        self._folders: dict[str, _Folder] = {}
        self._unwatched: set[str] = set()  # buckets of which it was said that they cannot be watched
        self._blind: dict[
            str, dict[str, int]
        ] = {}  # bucket -> its folders that cannot be watched; replaced as a whole, so it is read without the lock
        self._observer: Observer | None = None
        # guards _waiting, _created, _unreadable, _wanted, _told, _order, _lost, _closed
        self._wake = threading.Condition()
        self._waiting: dict[Key, _Waiting] = {}
        self._created: set[Key] = set()  # made while we watched; whoever made them has not closed them
        self._unreadable: set[Key] = set()
        self._wanted: set[str] = set()
        self._told: set[Key] = set()  # of which it was said that they are no objects, or cannot be read
        self._order: list[
            tuple[float, Key]
        ] = []  # heap of (due, object); an entry whose time is not the object's any more is stale
        self._lost = False
        self._closed = False
        self._timer = threading.Thread(target=self._tend, name="watch-timer", daemon=True)
        self._timer.start()

    def set(self, names: set[str]) -> None:
        """Watch these buckets and no others. Folders that vanished are made again. Returns when the watches stand (it
        walks the folders)."""
        with self._wake:
            self._wanted = set(names)
            self._waiting = {item: waiting for item, waiting in self._waiting.items() if item[0] in names}
            self._created, self._unreadable = (
                {item for item in known if item[0] in names} for known in (self._created, self._unreadable)
            )
        with self._lock:
            self._names = set(names)
            for name in sorted(self._names):
                if not self._buckets(name).exists():
                    with contextlib.suppress(CallerError):  # told below, when the watch cannot stand
                        self._buckets(name).create()
                    # the new folder may have the number of the old one, whose end nobody may have told us yet
                    if (gone := self._folders.pop(name, None)) and self._observer:
                        self._observer.unschedule(gone.watch)
        self._mend()

    def close(self) -> None:
        """Stop; after this returns nothing is reported any more."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        with self._lock:
            observer, self._observer = self._observer, None
            self._folders.clear()
        if observer:
            observer.stop()
            observer.join()
        self._timer.join()

    def scan(self, bucket: str, folder: str = "") -> Iterator[tuple[str, Stat]]:
        """Every object of a bucket, or of a folder of it, complete or not."""
        listing = self._buckets(bucket).listing(folder, lambda key, why: self._tell_once((bucket, key), why))
        return ((key, stat) for key, stat in listing if not is_temporary(key, self._ignore))

    def consider(self, bucket: str, key: str) -> None:
        """Report this object as soon as it is complete; at once when it is."""
        self._notice(bucket, key, "seen")

    def complete(self, bucket: str, key: str) -> bool:
        """Whether an object would be reported now; one that may not be read is not."""
        opened, now = self._buckets(bucket).locate(key), clock.monotonic()
        if opened is None or not os.access(opened[0], os.R_OK):
            return False
        return decide("seen", self._facts((bucket, key), *opened, now)[0]) == "now"

    def problems(self) -> list[str]:
        """What is not watched as it should be, as sentences. It waits for nobody who walks folders."""
        numbers = [number for blind in self._blind.values() for number in blind.values()]
        folders, full, buckets = len(numbers), errno.ENOSPC in numbers, sorted(self._unwatched & self._names)
        with self._wake:
            unreadable = len(self._unreadable)
        return [
            *(_bucket_unwatched(name) for name in buckets),
            *([_folders_unwatched(folders, full)] if folders else []),
            *([_unreadable(unreadable)] if unreadable else []),
        ]

    def _told_of(self, bucket: str, key: str, notice: Notice, before: str | None = None) -> None:
        """The kernel told of an object; `before` is the key that it had until now."""
        if is_temporary(key, self._ignore):
            return
        with self._wake:
            if notice == "created" or (before is not None and (bucket, before) in self._created):
                self._created.add((bucket, key))
            elif notice == "closed":
                self._created.discard((bucket, key))
            self._created.discard((bucket, before or ""))
        self._notice(bucket, key, notice)

    def _notice(self, bucket: str, key: str, notice: Notice) -> None:
        """Decide about one object and do it."""
        item = bucket, key
        opened = self._buckets(bucket).locate(key)
        if opened is None:
            with self._wake:
                self._waiting.pop(item, None)
                self._created.discard(item)
                self._unreadable.discard(item)
            if why := self._buckets(bucket).why_no_object(key):
                self._tell_once(item, why)
            return
        path, seen = opened
        now = clock.monotonic()
        if not os.access(path, os.R_OK):
            self._look_later(item, seen, now, HEALTH_SECONDS)
            self._tell_once(item, "the server may not read it; it is taken as soon as it may")
            return
        facts, since = self._facts(item, path, seen, now)
        verdict = decide(notice, facts)
        with self._wake:
            self._unreadable.discard(item)
            if self._closed:
                return
            if verdict == "now":
                self._waiting.pop(item, None)
                self._created.discard(item)
            else:
                # Also a writer is looked at again: one who opened the file under a name outside the bucket is closed
                # without a notice to us.
                self._wait(
                    item,
                    seen.version,
                    since,
                    now + (verdict[1] if isinstance(verdict, tuple) else max(self._settle, 0.1)),
                )
        if verdict == "now":
            self._found(bucket, key)

    def _facts(self, item: Key, path: Path, seen: Stat, now: float) -> tuple[Facts, float]:
        """What is known about an object, and since when it has not changed."""
        writer = writer_of(path)
        with self._wake:
            before = self._waiting.get(item)
            since = before.since if before and before.version == seen.version else now
            awaited = item in self._created
        # who writes may set any time; what we saw ourselves counts
        age = 0.0 if writer == "unknown" else clock.now_ms() / 1000 - seen.mtime_ns / 1e9
        beside = seen.size == 0 and any(path.with_name(name).exists() for name in placeholders_of(path.name))
        return Facts(seen.size, writer, max(age, now - since), self._settle, awaited, beside), since

    def _look_later(self, item: Key, seen: Stat, now: float, seconds: float) -> None:
        with self._wake:
            if not self._closed and item[0] in self._wanted:  # a notice may be late
                self._unreadable.add(item)
                self._wait(item, seen.version, now, now + seconds)

    def _wait(self, item: Key, version: str, since: float, due: float) -> None:
        self._waiting[item] = _Waiting(version, since, due)
        heapq.heappush(self._order, (due, item))
        self._wake.notify()

    def _tell_once(self, item: Key, why: str) -> None:
        with self._wake:
            if item in self._told or len(self._told) > _MOST_TOLD:
                return
            self._told.add(item)
        logger.warning("%r in bucket %s is passed over: %s.", item[1], item[0], why)

    def _tend(self) -> None:
        """The timer thread: looks again at waiting objects, checks the folders, asks for rescans."""
        health = clock.monotonic() + HEALTH_SECONDS
        rescan = clock.monotonic() + self._rescan_seconds
        while True:
            with self._wake:
                due = min(health, rescan, self._order[0][0] if self._order else health)
                if not self._closed and not self._lost:
                    self._wake.wait(max(0.0, due - clock.monotonic()))
                if self._closed:
                    return
                lost, self._lost = self._lost, False
                ready = self._ready(clock.monotonic())
            for bucket, key in ready:
                self._notice(bucket, key, "again")
            now = clock.monotonic()
            if now >= health:
                health = now + HEALTH_SECONDS
                self._mend()
            if lost or now >= rescan:
                rescan = now + self._rescan_seconds
                for name in self._watched():
                    self._rescan(name, "")

    def _ready(self, now: float) -> list[Key]:
        ready = []
        while self._order and self._order[0][0] <= now:
            due, item = heapq.heappop(self._order)
            waiting = self._waiting.get(item)
            if waiting and waiting.due == due:
                ready.append(item)
        return ready

    def _watched(self) -> list[str]:
        with self._lock:
            return sorted(self._names)

    def _mend(self) -> None:
        """Make what is watched equal to what shall be watched, and ask for a rescan of each bucket whose watch is new
        or cannot be."""
        fresh = []
        with self._lock:
            if self._closed:
                return
            if self._observer and not self._observer.healthy():
                self._observer.stop()
                self._observer = None
                self._folders.clear()
            for name in sorted(set(self._folders) | self._names):
                folder = self._buckets(name).folder() if name in self._names else None
                standing = self._folders.get(name)
                if (
                    standing
                    and self._observer
                    and (
                        standing.path != folder
                        or _identity(standing.path) != standing.identity
                        or not self._observer.watches(standing.watch)
                    )
                ):
                    self._observer.unschedule(standing.watch)
                    del self._folders[name]
                if name in self._names and name not in self._folders:
                    fresh.append(name)
                    self._watch(name, folder)
        for name in fresh:
            self._rescan(name, "")
        for name, below in self._look_again():
            self._rescan(name, below)

    def _look_again(self) -> list[tuple[str, str]]:
        """(bucket, folder) that must be listed, because nobody tells what happened in it: those that cannot be watched,
        and those that can be from now on."""
        found, blinds = [], dict[str, dict[str, int]]()
        with self._lock:
            for name, folder in self._folders.items():
                watched = self._observer.look_again(folder.watch) if self._observer else []
                blind = self._observer.blind(folder.watch) if self._observer else {}
                if blind and not self._blind.get(name):
                    why = os.strerror(next(iter(blind.values())))
                    logger.warning(
                        "%d folders of bucket %s cannot be watched (%s); until they can, they are listed every %g "
                        "s. The kernel's limit of watches is "
                        "fs.inotify.max_user_watches.",
                        len(blind),
                        name,
                        why,
                        HEALTH_SECONDS,
                    )
                blinds[name] = blind
                tops = [
                    path
                    for path in {*watched, *blind}
                    if not any(str(parent) in blind for parent in Path(path).parents)
                ]
                found += [(name, path.removeprefix(f"{folder.path}/") + "/") for path in sorted(tops)]
            self._blind = blinds
        return found

    def _watch(self, name: str, folder: Path | None) -> None:
        try:
            if folder is None or (identity := _identity(folder)) is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            if self._observer is None:
                self._observer = Observer(self._overflowed)
                self._observer.start()
            watch = self._observer.schedule(
                Handler(folder, partial(self._told_of, name), lambda key, why: self._tell_once((name, key), why)),
                str(folder),
                recursive=True,
                event_filter=[FileClosedEvent, FileCreatedEvent, FileMovedEvent],
            )
        except OSError as error:
            if name not in self._unwatched:
                logger.warning(
                    "The folder of bucket %s cannot be watched (%s); until it can, it is listed every %g s.",
                    name,
                    error.strerror,
                    HEALTH_SECONDS,
                )
            self._unwatched.add(name)
            return
        self._unwatched.discard(name)
        self._folders[name] = _Folder(folder, identity, watch)

    def _overflowed(self) -> None:
        with self._wake:
            self._lost = True
            self._wake.notify()


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _bucket_unwatched(name: str) -> UserText:
    return f'The folder of the input bucket "{name}" cannot be watched; it is listed every {HEALTH_SECONDS:g} s.'


def _folders_unwatched(count: int, full: bool) -> UserText:
    folders: UserText = f"{count} {'folder' if count == 1 else 'folders'} of input buckets cannot be watched, because"
    if full:
        return (
            f"{folders} the kernel's limit fs.inotify.max_user_watches is used up; they are listed every "
            f"{HEALTH_SECONDS:g} s."
        )
    return f"{folders} the server may not read them; they are tried again every {HEALTH_SECONDS:g} s."


def _unreadable(count: int) -> UserText:
    return (
        f"{count} {'file' if count == 1 else 'files'} in input buckets cannot be read by the server; they are "
        f"looked at again every {HEALTH_SECONDS:g} s."
    )
