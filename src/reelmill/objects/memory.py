"""Buckets that live in this process: for tests of what works with buckets, and the second kind by which the protocol is
held to be one."""

import errno
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reelmill.core import clock
from reelmill.core.errors import UserText
from reelmill.core.matching import is_temporary, same_form
from reelmill.core.urls import BUCKET_NAME
from reelmill.objects.buckets import (
    Bucket,
    Buckets,
    Place,
    Reader,
    Stat,
    Watch,
    check_key,
    check_name,
    is_away,
    not_there,
)
from reelmill.objects.disk_errors import ADVICE, translated

_ROOM = 1 << 40  # bytes that are said to be free


@dataclass(slots=True)
class _Held:
    """What a bucket holds: key -> bytes and what is known of them."""

    objects: dict[str, tuple[bytes, Stat]] = field(default_factory=dict)


class _Bytes(Reader):
    """An object that was opened."""

    def __init__(self, data: bytes, stat: Stat):
        self._data, self._stat = data, stat

    @property
    def stat(self) -> Stat:
        return self._stat

    def read(self, start: int, size: int) -> bytes:
        return self._data[start : start + size]

    def close(self) -> None:
        pass


class MemoryBucket(Bucket):
    """One bucket; keys are names only, so a folder is what the keys below it have in common."""

    def __init__(self, house: "MemoryBuckets", name: str):
        self._house, self._name = house, name

    @property
    def name(self) -> str:
        return self._name

    def _objects(self) -> dict[str, tuple[bytes, Stat]]:
        held = self._house.held.get(self._name)
        return held.objects if held else {}

    def exists(self) -> bool:
        return self._name in self._house.held

    def create(self) -> None:
        check_name(self._name)
        self._house.held.setdefault(self._name, _Held())

    def holds_anything(self) -> bool:
        return bool(self._objects())

    def remember(self, *, anew: bool = False) -> None:
        pass  # its storage is never away

    def away(self) -> UserText:
        return "" if self.exists() else "there is no such bucket"

    def whereabouts(self) -> str:
        return f"memory:{self._name}"

    def stat(self, key: str) -> Stat | None:
        found = self._objects().get(key)
        return found[1] if found else None

    def open(self, key: str) -> Reader | None:
        found = self._objects().get(key)
        return _Bytes(*found) if found else None

    def find(self, key: str) -> str:
        keys = list(self._objects())
        return key if key in keys else next((k for k in keys if same_form(k) == same_form(key)), key)

    def obstacle(self, key: str) -> UserText:
        if not self.exists():
            raise not_there(self._name)
        check_key(key)
        return ""

    def level(self, prefix: str, after: Place | None, limit: int) -> list[tuple[str, Stat | None]]:
        parent, slash, _ = prefix.rpartition("/")
        above = parent + slash
        self.obstacle(f"{above}x")
        places = set[Place]()
        for key in list(self._objects()):
            rest = key.removeprefix(above)
            if key.startswith(prefix) and not rest.startswith("."):
                folder, is_below, _ = rest.partition("/")
                places.add((not is_below, above + folder))
        page = sorted(place for place in places if after is None or place > after)[:limit]
        return [(key, self.stat(key)) if is_object else (f"{key}/", None) for is_object, key in page]

    def listing(
        self, below: str = "", skipped: Callable[[str, str], None] = lambda _key, _why: None
    ) -> Iterator[tuple[str, Stat]]:
        for key, (_, stat) in list(self._objects().items()):
            if key.startswith(below) and not any(part.startswith(".") for part in key.split("/")):
                yield key, stat

    def copy(self, key: str, target: Path) -> None:
        found = self._objects().get(key)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key)
        target.write_bytes(found[0])
        os.utime(target, ns=(found[1].mtime_ns, found[1].mtime_ns))

    def put(self, files: Sequence[tuple[Path, str]], attempt: str) -> None:
        if away := self.away():
            raise is_away(self._name, away)
        for local, key in files:
            with translated(f"{self._name}/{key}", "written", ADVICE):
                check_key(key)
                self.write(key, local.read_bytes())

    def write(self, key: str, data: bytes, *, into: bool = False) -> Stat:
        """An object of these bytes; `into`: as a writer who goes on in the object that is there."""
        stat = self._house.stat_of(data)
        before = self.stat(key)
        if into and before:
            stat = replace(stat, identity=before.identity)
        self._objects()[key] = data, stat
        self._house.told(self._name, key)
        return stat

    def remove(self, key: str) -> None:
        """Delete an object."""
        self._objects().pop(key, None)

    def forget(self, key: str, attempt: str) -> None:
        pass  # nothing is ever left

    def sweep(self) -> int:
        return 0


class MemoryBuckets(Buckets):
    """All buckets of a server."""

    def __init__(self) -> None:
        self.held: dict[str, _Held] = {}
        self._watches: list[_Watch] = []
        self._count, self._lock = 0, threading.Lock()

    def __getitem__(self, name: str) -> MemoryBucket:
        return MemoryBucket(self, name)

    def room(self) -> tuple[int, int]:
        used = sum(len(data) for held in self.held.values() for data, _ in held.objects.values())
        return _ROOM - used, _ROOM

    def watch(
        self,
        found: Callable[[str, str], None],
        rescan: Callable[[str, str], None] | None = None,
        *,
        settle_seconds: float = 20.0,
        rescan_seconds: float = 600.0,
        ignore: Sequence[str] = (),
    ) -> Watch:
        """Tells at once, from the thread of the writer."""
        watch = _Watch(self, found, rescan or (lambda _bucket, _folder: None), ignore)
        self._watches.append(watch)
        return watch

    def stat_of(self, data: bytes) -> Stat:
        """The stat of an object that is written now."""
        with self._lock:
            self._count += 1
            number = self._count
        now = clock.now_ms()
        return Stat(len(data), now * 1_000_000 + number % 1_000_000, f"{number}-{len(data)}", now, str(number))

    def told(self, bucket: str, key: str) -> None:
        """An object was written."""
        for watch in list(self._watches):
            watch.consider(bucket, key)


class _Watch(Watch):
    def __init__(
        self,
        buckets: MemoryBuckets,
        found: Callable[[str, str], None],
        rescan: Callable[[str, str], None],
        ignore: Sequence[str],
    ):
        self._buckets, self._found, self._rescan, self._ignore = buckets, found, rescan, tuple(ignore)
        self._names: set[str] = set()

    def set(self, names: set[str]) -> None:
        fresh, self._names = names - self._names, set(names)
        for name in sorted(fresh):
            if BUCKET_NAME.fullmatch(name):
                self._buckets[name].create()
            self._rescan(name, "")

    def scan(self, bucket: str, folder: str = "") -> Iterator[tuple[str, Stat]]:
        listing = self._buckets[bucket].listing(folder)
        return ((key, stat) for key, stat in listing if not is_temporary(key, self._ignore))

    def consider(self, bucket: str, key: str) -> None:
        hidden = any(part.startswith(".") for part in key.split("/")) or is_temporary(key, self._ignore)
        if bucket in self._names and not hidden and self._buckets[bucket].stat(key):
            self._found(bucket, key)

    def complete(self, bucket: str, key: str) -> bool:
        return self._buckets[bucket].stat(key) is not None

    def problems(self) -> list[str]:
        return []

    def close(self) -> None:
        self._names = set()
