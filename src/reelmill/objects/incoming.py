"""Bytes of uploads that are not complete: one file each in HOME/uploads, outside every bucket, so that nobody takes
half a film for an object."""

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reelmill.core import clock
from reelmill.core.errors import CallerError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Incoming:
    """All unfinished uploads of a home. `upload` is always an id of ours (hexadecimal). CallerError StorageFull when
    the disk is full."""

    def __init__(self, root: Path):
        self.root = root

    def path(self, upload: str) -> Path:
        """Where the bytes of an upload lie."""
        return self.root / f"{upload}.part"

    def create(self, upload: str) -> None:
        """Make an empty one."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _writing():
            self.path(upload).open("xb").close()

    def offset(self, upload: str) -> int:
        """How many bytes have come, 0 when there is no such file."""
        try:
            return self.path(upload).stat().st_size
        except OSError:
            return 0

    def append(self, upload: str, offset: int, data: bytes) -> None:
        """Write at an offset that has been reached."""
        with _writing(), self.path(upload).open("r+b", buffering=0) as file:
            file.seek(offset)
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]

    def keep(self, upload: str, size: int | None = None) -> None:
        """Make what has come durable; with `size`, forget what lies behind it first."""
        with _writing(), self.path(upload).open("r+b") as file:
            if size is not None:
                file.truncate(size)
            os.fsync(file.fileno())

    def sha256(self, upload: str) -> str:
        """Of everything that has come, in lower-case hexadecimal."""
        with self.path(upload).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def remove(self, upload: str) -> None:
        """Forget an upload; no matter whether it was there."""
        self.path(upload).unlink(missing_ok=True)

    def resting(self, seconds: float) -> Iterator[str]:
        """Ids of what lies there and did not change for so long."""
        for path in self.root.glob("*.part") if self.root.is_dir() else ():
            if clock.now_ms() / 1000 - path.stat().st_mtime > seconds:
                yield path.stem

    def arrived(self) -> int:
        """Bytes of all that lie there."""
        total = 0
        for path in self.root.glob("*.part") if self.root.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):
                total += path.stat().st_size
        return total

    def grew_within(self, upload: str, seconds: float) -> bool:
        """Whether bytes of an upload came within that time."""
        try:
            return clock.now_ms() / 1000 - self.path(upload).stat().st_mtime < seconds
        except OSError:
            return False

    def free(self) -> int:
        """Bytes that the disk still has."""
        return shutil.disk_usage(next(folder for folder in (self.root, *self.root.parents) if folder.exists())).free


@contextmanager
def _writing() -> Iterator[None]:
    """A full disk, told as what it is."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise CallerError(
                "StorageFull", detail="The disk is full. Free some space; the upload goes on where it stopped."
            ) from error
        raise
