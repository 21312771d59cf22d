"""Files become objects of a folder: whole or not at all, in the order given (parts first, the entry last)."""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from reelmill.core import clock, faults
from reelmill.objects.disk_errors import ADVICE, translated

LEFTOVER_SECONDS = 3600
_NO_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS, errno.EACCES}


def publish(bucket: str, place: Callable[[str], Path], files: Sequence[tuple[Path, str]], attempt: str) -> None:
    """Put each (local file, key) to its `place` in the bucket, one after the other; see `buckets.Bucket.put`."""
    with translated(bucket, "written", ADVICE):
        _flush_all({local for local, _ in files})
    touched: set[Path] = set()
    for local, key in files:
        with translated(f"{bucket}/{key}", "written", ADVICE):
            target = place(key)
            touched |= _folders(target.parent)
            _put(local, target, attempt)
    with translated(bucket, "written", ADVICE):
        for folder in sorted(touched):
            _flush(folder)


def sweep_parts(folder: Path) -> int:
    """Remove what interrupted attempts left below a bucket's folder more than an hour ago; answers how many files."""
    old = clock.now_ms() / 1000 - LEFTOVER_SECONDS
    count = 0
    for where, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(".part"):
                with contextlib.suppress(OSError):
                    path = Path(where, name)
                    if path.lstat().st_ctime < old:  # not the modification time: a linked part has the age of its data
                        path.unlink()
                        count += 1
    return count


def clone(source: Path, target: Path) -> None:
    """A second name for the same bytes where the file system can, else a copy of bytes and time stamps. OSError as
    usual."""
    faults.disk()
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        shutil.copyfile(source, target)
        found = source.stat()
        os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
        _flush(target)


def _put(local: Path, target: Path, attempt: str) -> None:
    part = target.with_name(part_name(target.name, attempt))
    try:
        clone(local, part)
        part.chmod(0o644)
        part.replace(target)
    finally:
        part.unlink(
            missing_ok=True
        )  # after a failure; also when rename did nothing because both names already were the same file


def forget_part(target: Path, attempt: str) -> None:
    """Remove what an attempt that died left beside the object's place; no matter whether there is anything."""
    target.with_name(part_name(target.name, attempt)).unlink(missing_ok=True)


def part_name(name: str, attempt: str) -> str:
    """Name under which an attempt prepares a file: hidden, so that nothing takes it for an object; short enough for any
    file system."""
    plain = f".{name}.{attempt}.part"
    return plain if len(plain.encode()) <= 255 else f".{sha256(name.encode()).hexdigest()[:32]}.{attempt}.part"


def _folders(folder: Path) -> set[Path]:
    """Make a folder and its parents; answers every folder whose list of names changes by that or by a new file in
    it."""
    changed = {folder}
    missing = folder
    while not missing.exists():
        missing = missing.parent
        changed.add(missing)
    folder.mkdir(parents=True, exist_ok=True)
    return changed


def _flush_all(paths: Set[Path]) -> None:
    """At the same time: the disk joins them into few journal commits."""
    if len(paths) > 1:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(_flush, paths))
    else:
        for path in paths:
            _flush(path)


def _flush(path: Path) -> None:
    """Wait until the file's data, or the folder's names, are on the disk."""
    faults.disk()
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
