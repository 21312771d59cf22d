"""Files become objects: whole or not at all, in the order given (parts first, the entry last)."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from reelmill.core import clock, faults
from reelmill.core.errors import CallerError, Failure, MediaError, TryAgain, UserText
from reelmill.core.troubles import trouble
from reelmill.objects.buckets import Buckets

LEFTOVER_SECONDS = 3600
_ADVICE: UserText = "Check the owner and permissions of the bucket's folder."
_FULL = {errno.ENOSPC, errno.EDQUOT}
_CHANCE = {
    errno.ENOENT,
    errno.EAGAIN,
    errno.EINTR,
}  # ENOENT: folder or work file vanished under our hands; another try sees it clearly
_MACHINE = {
    errno.EIO,
    errno.EROFS,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ESTALE,
    errno.ETIMEDOUT,
    errno.ENOTCONN,
    errno.EHOSTDOWN,
    errno.ENODEV,
}
_NO_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS, errno.EACCES}


def publish(buckets: Buckets, bucket: str, files: Sequence[tuple[Path, str]], attempt: str) -> None:
    """Put each (local file, key) into the bucket, one after the other; what was there is replaced in one step.

    `attempt` tells tries apart: a second call with the same one overwrites its own leftovers. The local files must stay
    as they are until the end and may be deleted afterwards, but never written to again (object and local file may share
    their bytes). Raises MediaError (no such bucket, no permission, a name that cannot be) or TryAgain (disk full,
    machine trouble).
    """
    if away := buckets.away(bucket):
        raise trouble(
            f'The output bucket "{bucket}" is away: {away}.',
            "Mount its storage again, or make its folder; if it shall stay so, unbind the bucket and bind it again.",
        )
    with translated(bucket, "written", _ADVICE), ThreadPoolExecutor(4) as pool:
        list(
            pool.map(_flush, {local for local, _ in files})
        )  # at the same time: the disk joins them into few journal commits
    touched: set[Path] = set()
    for local, key in files:
        with translated(f"{bucket}/{key}", "written", _ADVICE):
            target = buckets.path(bucket, key)
            touched |= _folders(target.parent)
            _put(local, target, attempt)
    with translated(bucket, "written", _ADVICE):
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


@contextlib.contextmanager
def translated(what: str, doing: str, advice: UserText) -> Iterator[None]:
    """Errors of the file system as ours. `doing` completes "could not be ...", e.g. "written"."""
    try:
        yield
    except CallerError as error:
        raise MediaError(Failure(error.code, error.message)) from error
    except OSError as error:
        if error.errno in _FULL:
            raise TryAgain(
                Failure(
                    "ServiceUnavailable",
                    f'"{what}" could not be {doing}: the disk is full.',
                    "Free some space.",
                    retry=True,
                    hold=True,
                )
            ) from error
        if error.errno == errno.ENAMETOOLONG:
            raise MediaError(
                Failure(
                    "InvalidParameter.ObjectKeyInvalid",
                    f'"{what}" could not be {doing}: a part of its name is too long for a file.',
                    "Use at most 255 bytes between two slashes.",
                )
            ) from error
        reason = error.strerror or str(error)
        if error.errno in _MACHINE | _CHANCE:
            failure = Failure(
                "ServiceUnavailable",
                f'"{what}" could not be {doing}: {reason}.',
                "Look at the disk and the system's log.",
                retry=True,
                hold=error.errno in _MACHINE,
            )
            raise TryAgain(failure) from error
        raise MediaError(
            Failure("PermissionDenied.ResourceAccess", f'"{what}" could not be {doing}: {reason}.', advice)
        ) from error


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


def forget_part(buckets: Buckets, bucket: str, key: str, attempt: str) -> None:
    """Remove what an attempt that died left beside the object's place; no matter whether there is anything."""
    with contextlib.suppress(OSError, CallerError):
        target = buckets.path(bucket, key)
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


def _flush(path: Path) -> None:
    """Wait until the file's data, or the folder's names, are on the disk."""
    faults.disk()
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
