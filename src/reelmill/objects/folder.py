"""A bucket that is a folder: HOME/buckets/NAME, an object is a regular file below it, its key the relative path.

What stands outside a bucket does not exist for us: keys with `..` are refused, and a symbolic link inside a bucket is
an object only when it leads to a file of the same bucket. The bucket's own folder may be a link that the administrator
made.
"""

import contextlib
import errno
import heapq
import os
import stat as mode
from collections.abc import Callable, Iterator, Sequence
from io import FileIO
from pathlib import Path

from reelmill.core.errors import CallerError, UserText
from reelmill.core.matching import same_form
from reelmill.core.urls import BUCKET_NAME, key_problem
from reelmill.objects import publish
from reelmill.objects.buckets import Bucket, Place, Reader, Stat, check_key, check_name, is_away, not_there
from reelmill.objects.mounts import Mounts

_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


def stat_of(found: os.stat_result) -> Stat:
    """The value of what the operating system says about a file."""
    return Stat(
        found.st_size,
        found.st_mtime_ns,
        f"{found.st_mtime_ns}-{found.st_size}",
        # The inode's change time: when the writer closed, renamed or linked it.
        found.st_ctime_ns // 1_000_000,
        f"{found.st_dev} {found.st_ino}",
    )


class _File(Reader):
    """A file that was opened; `read` moves no position, so many may read at once."""

    def __init__(self, file: FileIO):
        self._file, self._stat = file, stat_of(os.fstat(file.fileno()))

    @property
    def stat(self) -> Stat:
        return self._stat

    def read(self, start: int, size: int) -> bytes:
        return os.pread(self._file.fileno(), size, start)

    def close(self) -> None:
        self._file.close()


def opened(path: Path) -> Reader | None:
    """A regular file, links in its path resolved; None when there is none. OSError when it may not be read."""
    try:
        # a pipe that took the place of the file must not keep us waiting
        file = FileIO(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK))
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise
    if not mode.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        return None
    return _File(file)


class Folder(Bucket):
    """One bucket. What it knows beyond `Bucket` stays in `objects/`: the folder, and where an object lies in it."""

    def __init__(self, root: Path, name: str, mounts: Mounts):
        self._root, self._name, self._mounts = root, name, mounts

    @property
    def name(self) -> str:
        return self._name

    def exists(self) -> bool:
        """Whether there is such a bucket."""
        return self.folder() is not None

    def create(self) -> None:
        """Make the bucket's folder if it is not there."""
        check_name(self._name)
        try:
            (self._root / self._name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CallerError(
                "PermissionDenied.ResourceAccess", self._name, f"Its folder cannot be made: {error.strerror}."
            ) from error

    def remember(self, *, anew: bool = False) -> None:
        """Note on which storage the bucket's folder lies now."""
        if folder := self.folder():
            self._mounts.remember(self._name, folder, anew=anew)

    def away(self) -> UserText:
        """Its folder is gone, or the storage on which it lay is not mounted, and what would be written into the mount
        point nobody would see later."""
        folder = self.folder()
        if folder is None:
            return "its folder is not there, or leads nowhere"
        return "the storage on which its folder lies is not mounted" if self._mounts.lacking(self._name, folder) else ""

    def whereabouts(self) -> str:
        """Its folder, or the mount point at which something is lacking."""
        folder = self.folder()
        return str((folder and self._mounts.lacking(self._name, folder)) or self._root / self._name)

    def holds_anything(self) -> bool:
        """Whether anything but empty folders lies in the bucket's folder. What cannot be looked into holds
        something."""
        waiting = [folder] if (folder := self.folder()) else []
        while waiting:
            try:
                with os.scandir(waiting.pop()) as scan:
                    for entry in scan:
                        if not entry.is_dir(follow_symlinks=False):
                            return True
                        waiting.append(Path(entry.path))
            except OSError:
                return True
        return False

    def folder(self) -> Path | None:
        """The real folder of a bucket, links resolved; None when there is no such bucket."""
        folder = self._root / self._name
        return folder.resolve() if BUCKET_NAME.fullmatch(self._name) and folder.is_dir() else None

    def path(self, key: str) -> Path:
        """Where an object stands or would stand; always inside the bucket. The file's own name is not resolved: it may
        be a link that is about to be replaced. CallerError InvalidParameter.ResourceNotFound (no such bucket) or
        .ObjectKeyInvalid."""
        folder = self.folder()
        if folder is None:
            raise not_there(self._name)
        check_key(key)
        parent, _, base = key.rpartition("/")
        try:
            real = (folder / parent).resolve()
        except (OSError, RuntimeError) as error:  # links that lead in a circle, names that are too long
            raise CallerError("InvalidParameter.ObjectKeyInvalid", key, "Its folder cannot be reached.") from error
        if not real.is_relative_to(folder):
            raise CallerError("InvalidParameter.ObjectKeyInvalid", key, "A link in its path leads out of the bucket.")
        return real / base

    def obstacle(self, key: str) -> UserText:
        """Why an object could not be written now, "" when nothing stands in its way. CallerError as `path`."""
        target = self.path(key)
        if target.is_dir():
            return "there is a folder of this name"
        existing = next(folder for folder in target.parents if folder.exists())
        if not existing.is_dir():
            return f'"{existing.name}" is a file, not a folder'
        return (
            ""
            if os.access(existing, os.W_OK | os.X_OK)
            else f'the server may not write into the folder "{existing.name}"'
        )

    def find(self, key: str) -> str:
        """The key of the object that somebody means by `key`: names that look the same may be stored in two ways
        (core.matching). `key` itself when there is none."""
        if key.isascii() or self.stat(key) is not None:
            return key
        folder, found = self.folder(), list[str]()
        for part in key.split("/"):
            with contextlib.suppress(OSError):
                names = [entry.name for entry in folder.joinpath(*found).iterdir()] if folder else []
                found.append(
                    next((n for n in names if n == part), None)
                    or next((n for n in names if same_form(n) == same_form(part)), part)
                )
        real = "/".join(found)
        return real if len(found) == key.count("/") + 1 and self.stat(real) is not None else key

    def stat(self, key: str) -> Stat | None:
        """The object's size and version; None when it is not there or no regular file."""
        found = self.locate(key)
        return found[1] if found else None

    def open(self, key: str) -> Reader | None:
        """Open an object to read ranges of it; None when there is none. OSError when it may not be read."""
        found = self.locate(key)
        return opened(found[0]) if found else None

    def locate(self, key: str) -> tuple[Path, Stat] | None:
        """The file that holds an object, links resolved, and its size and version; None when there is no such
        object."""
        try:
            path = self.path(key)
            found = path.lstat()
            if mode.S_ISLNK(found.st_mode):
                path = path.resolve(strict=True)
                folder = self.folder()
                if folder is None or not path.is_relative_to(folder):
                    return None
                found = path.lstat()
        except (CallerError, OSError, RuntimeError):
            return None
        return (path, stat_of(found)) if mode.S_ISREG(found.st_mode) else None

    def why_no_object(self, key: str) -> UserText:
        """What is wrong with a name that stands in a bucket and is no object; "" when it is one, or is not there."""
        try:
            path = self.path(key)
            if not path.is_symlink():
                return ""
            folder = self.folder()
            real = path.resolve(strict=True)
        except (OSError, RuntimeError, CallerError):
            return "it is a link that leads nowhere"
        if folder is None or not real.is_relative_to(folder):
            return "it is a link that leads out of the bucket"
        return "it is a link to a folder" if real.is_dir() else ""

    def level(self, prefix: str, after: Place | None, limit: int) -> list[tuple[str, Stat | None]]:
        """One folder of a bucket: what in it begins with `prefix` (a folder with its slash, or that and the head of a
        name), folders first, each kind by name; `after` is the last of the page before, (is an object, key). Keys of
        folders end with a slash and have no Stat. CallerError for a prefix that names nothing that could be."""
        parent, slash, head = prefix.rpartition("/")
        folder, above = self.path(f"{parent}{slash}x").parent, parent + slash
        last = None if after is None else (after[0], after[1].removeprefix(above))
        try:
            with os.scandir(folder) as scan:
                page = heapq.nsmallest(limit, _visible(scan, above, head, last))
        except OSError:
            return []
        return [(above + n, self.stat(above + n)) if is_object else (f"{above}{n}/", None) for is_object, n in page]

    def listing(
        self, below: str = "", skipped: Callable[[str, str], None] = lambda _key, _why: None
    ) -> Iterator[tuple[str, Stat]]:
        """Every object of a bucket, or of the folder `below/` of it, in no particular order, found while the caller
        reads on. Names that begin with a dot (writers' temporaries) and keys that the API could not name are left out;
        linked folders are not entered. What vanishes meanwhile is left out too. `skipped` hears of what will never be
        an object: (key, why)."""
        folder = self.folder()
        waiting = [] if folder is None else [(below, folder / below)]  # folders only: files are never collected
        while waiting:
            prefix, where = waiting.pop()
            try:
                scan = os.scandir(where)
            except OSError:
                continue
            with scan:
                for entry in scan:
                    key = prefix + entry.name
                    if entry.name.startswith("."):
                        continue
                    if problem := key_problem(key):
                        skipped(key, problem)
                        continue
                    try:
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append((f"{key}/", Path(entry.path)))
                            continue
                        found = self.stat(key) if entry.is_symlink() else _regular(entry)
                    except OSError:
                        continue
                    if found:
                        yield key, found
                    elif entry.is_symlink():
                        skipped(key, self.why_no_object(key))

    def copy(self, key: str, target: Path) -> None:
        """A hard link where the file system can, else a copy."""
        found = self.locate(key)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key)
        publish.clone(found[0], target)

    def put(self, files: Sequence[tuple[Path, str]], attempt: str) -> None:
        """Put each (local file, key) into the bucket: see `Bucket`."""
        if away := self.away():
            raise is_away(self._name, away)
        publish.publish(self._name, self.path, files, attempt)

    def forget(self, key: str, attempt: str) -> None:
        """Remove what an attempt that died left beside the object's place."""
        with contextlib.suppress(OSError, CallerError):
            publish.forget_part(self.path(key), attempt)

    def sweep(self) -> int:
        """Remove what interrupted attempts left more than an hour ago; how many files."""
        folder = self.folder()
        return publish.sweep_parts(folder) if folder else 0


def _visible(
    scan: Iterator["os.DirEntry[str]"], above: str, head: str, after: tuple[bool, str] | None
) -> Iterator[tuple[bool, str]]:
    """(whether it is an object, name) of what a listing shows behind a place; linked folders are not entered, so they
    are not shown."""
    for entry in scan:
        name = entry.name
        if name.startswith(".") or not name.startswith(head):
            continue
        if not (name.isascii() and name.isprintable()) and key_problem(
            above + name
        ):  # the usual names need no long look: folders hold very many
            continue
        is_object = not entry.is_dir(follow_symlinks=False)
        if (after is None or (is_object, name) > after) and (not is_object or _leads_to_file(entry)):
            yield is_object, name


def _leads_to_file(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that points at itself, a folder that may not be entered
        return False


def _regular(entry: os.DirEntry[str]) -> Stat | None:
    found = entry.stat(follow_symlinks=False)
    return stat_of(found) if mode.S_ISREG(found.st_mode) else None
