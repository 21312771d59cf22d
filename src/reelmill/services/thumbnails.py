"""Small pictures of the pictures in buckets, made when they are first asked for and kept in a folder of the home that
does not grow for ever.

Who may see a picture is not decided here: whoever asks has opened the object already.
"""

import asyncio
import hashlib
import logging
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reelmill.core import clock
from reelmill.core.errors import CallerError, SettingError, UserText
from reelmill.media import thumbnail
from reelmill.media.run import Limits, Runner
from reelmill.media.thumbnail import Resize
from reelmill.media.tools import Tools
from reelmill.objects.buckets import Bucket, Stat

log = logging.getLogger(__name__)
_LIMITS = Limits(address_space=2 * 1024**3, open_files=64, wall_seconds=20.0, stall_seconds=20.0)
_AT_ONCE = 2
_WAITING = 200  # pictures; a list shows 100 at most
_BAD = 1000  # pictures whose refusal is remembered: each could cost seconds
_MOST_FILE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept: bytes and files. Beyond it the ones that were not looked at for longest go, down to nine
    tenths."""

    size: int = 256 * 1024 * 1024
    count: int = 50_000


BOUNDS = Bounds()


class Thumbnails:
    """The small pictures of one home. Its coroutines run on the server's loop, where the processes belong."""

    def __init__(self, folder: Path, tools: Tools, bounds: Bounds = BOUNDS):
        self._folder, self._tools, self._bounds = folder, tools, bounds
        self._runner = Runner()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._made: dict[str, asyncio.Task[bytes]] = {}
        self._busy: set[str] = set()
        self._bad: OrderedDict[str, tuple[str, UserText]] = (
            OrderedDict()
        )  # code and message: a kept exception would grow with each raise
        self._kept: tuple[int, int] | None = None  # bytes, files; None: not counted yet

    async def of(self, bucket: Bucket, key: str, stat: Stat, size: Resize) -> bytes:
        """The small picture of an object. CallerError when it is none of the pictures that are known, or when there is
        too much to do."""
        name = hashlib.sha256(
            "\0".join((bucket.name, key, stat.version, str(size.width), str(size.height))).encode()
        ).hexdigest()
        target = self._folder / name[:2] / name[2:]
        if name in self._bad:
            known: tuple[str, UserText] = self._bad[name]
            raise CallerError(known[0], message=known[1])
        if kept := await asyncio.to_thread(_look, target):
            return kept
        task = self._made.get(name)
        if task is None:  # one at a time for each: who comes meanwhile waits for the same
            if len(self._made) >= _WAITING:
                raise CallerError(
                    "ServiceUnavailable", detail="Too many thumbnails are being made; ask again in a moment."
                )
            task = self._made[name] = asyncio.create_task(self._make(target, bucket, key, stat, size, name))
            task.add_done_callback(lambda task: self._done(name, task))
        return await asyncio.shield(task)  # who goes away does not take it from the others

    async def printed(self, argv: Sequence[str], picture: bytes, most: int) -> bytes:
        """What ffmpeg prints that is given a picture, within the bounds of thumbnails and at most so many bytes; b""
        when it cannot read it. CallerError when there is no ffmpeg, or when there is too much to do."""
        owner = clock.new_id()
        if len(self._busy) >= _WAITING:
            raise CallerError("ServiceUnavailable", detail="Too many pictures are being read; ask again in a moment.")
        self._busy.add(owner)
        try:
            async with self._slots:
                words = [self._tools.path("ffmpeg"), *argv]
                ran = await self._runner.run(owner, words, limits=_LIMITS, keep=most, given=picture)
        except (OSError, SettingError) as error:
            log.warning("no pictures are read: %s", error)
            raise CallerError("ServiceUnavailable", detail="This server has no ffmpeg that can be started.") from error
        finally:
            self._busy.discard(owner)
        return b"" if ran.returncode or ran.clipped else ran.stdout

    def _done(self, name: str, task: "asyncio.Task[bytes]") -> None:
        del self._made[name]
        if not task.cancelled():
            task.exception()  # else one that nobody waited for any more would be logged as lost

    async def _make(self, target: Path, bucket: Bucket, key: str, stat: Stat, size: Resize, name: str) -> bytes:
        async with self._slots:
            try:
                picture = await self._draw(target, bucket, key, stat, size)
            except CallerError as error:
                if error.code != "ServiceUnavailable":
                    self._bad[name] = (error.code, error.message)
                    while len(self._bad) > _BAD:
                        self._bad.popitem(last=False)
                raise
            await asyncio.to_thread(self._keep, target, picture)
            return picture

    async def _draw(self, target: Path, bucket: Bucket, key: str, stat: Stat, size: Resize) -> bytes:
        if stat.size > thumbnail.MAX_SOURCE:
            raise CallerError(
                "InvalidParameter.ResourceNotSupported",
                key,
                f"A picture may have {thumbnail.MAX_SOURCE // 1024**2} MiB to be resized.",
            )
        copy = target.with_suffix(f".{clock.new_id()}")
        try:
            kind = thumbnail.kind_of(await asyncio.to_thread(_copy, bucket, key, copy))
            if not kind:
                raise CallerError(
                    "InvalidParameter.ResourceNotSupported", key, "Only JPEG, PNG and WebP pictures can be resized."
                )
            ran = await self._runner.run(
                copy.name,
                [self._tools.path("ffmpeg"), *thumbnail.argv(kind, str(copy), size)],
                limits=_LIMITS,
                keep=_MOST_FILE,
            )
        except (OSError, SettingError) as error:
            log.warning("no thumbnails: %s", error)
            raise CallerError("ServiceUnavailable", detail="This server has no ffmpeg that can be started.") from error
        finally:
            copy.unlink(missing_ok=True)
        if await asyncio.to_thread(bucket.stat, key) != stat:
            raise CallerError("ServiceUnavailable", detail="The object is being replaced; ask again.")
        if ran.returncode or ran.clipped or not ran.stdout:
            raise CallerError(
                "InvalidParameter.ResourceContentBad",
                key,
                "It cannot be read as a picture, or it has more than 67 million pixels.",
            )
        return ran.stdout

    def _keep(self, target: Path, picture: bytes) -> None:
        """Whole or not at all. Called for one picture after the other or for two at once: the counts may be a file off,
        which the next sweep mends."""
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{clock.new_id()}")
        part.write_bytes(picture)
        part.replace(target)
        if self._kept is None:
            self._kept = _count(self._files())
        else:
            self._kept = (self._kept[0] + len(picture), self._kept[1] + 1)
        if self._kept[0] > self._bounds.size or self._kept[1] > self._bounds.count:
            self._sweep()

    def _files(self) -> Mapping[Path, tuple[float, int]]:
        """file -> when it was last looked at, bytes."""
        found = {}
        for file in self._folder.glob("??/*"):
            try:
                seen = file.stat()
            except OSError:  # the other sweep was faster
                continue
            found[file] = (seen.st_mtime, seen.st_size)
        return found

    def _sweep(self) -> None:
        files = self._files()
        size, count = _count(files)
        for file in sorted(files, key=lambda f: files[f][0]):
            if size <= self._bounds.size * 0.9 and count <= self._bounds.count * 0.9:
                break
            file.unlink(missing_ok=True)
            size, count = size - files[file][1], count - 1
        self._kept = (size, count)


def _count(files: Mapping[Path, tuple[float, int]]) -> tuple[int, int]:
    return sum(size for _, size in files.values()), len(files)


def _look(file: Path) -> bytes:
    """What is kept there, b"" when nothing is; it counts as looked at now."""
    try:
        os.utime(file)
        return file.read_bytes()
    except OSError:
        return b""


def _copy(bucket: Bucket, key: str, target: Path) -> bytes:
    """Copy a picture to where ffmpeg may read it; its first bytes. Not by a link, which would touch the object's times
    each time somebody looks at it."""
    try:
        reader = bucket.open(key)
    except OSError:
        reader = None
    if reader is None:  # removed since it was found
        raise CallerError("ServiceUnavailable", detail="The object is being replaced; ask again.")
    with reader:
        head = reader.read(0, thumbnail.HEAD)
        if thumbnail.kind_of(head):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(reader.read(0, thumbnail.MAX_SOURCE))
    return head
