"""Buckets that are folders: HOME/buckets/NAME, an object is a regular file below it, its key the relative path.

What stands outside a bucket does not exist for us: keys with `..` are refused, and a symbolic link inside a bucket is
an object only when it leads to a file of the same bucket. The bucket's own folder may be a link that the administrator
made.
"""

import contextlib
import heapq
import os
import shutil
import stat as mode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reelmill.core.errors import CallerError, UserText
from reelmill.core.matching import same_form
from reelmill.core.urls import BUCKET_NAME, key_problem
from reelmill.objects.mounts import Mounts


@dataclass(frozen=True, slots=True)
class Stat:
    """What is known of an object without reading it: bytes, nanoseconds since 1970, and a text that differs when the
    object was replaced."""

    size: int
    mtime_ns: int
    version: str


def stat_of(found: os.stat_result) -> Stat:
    """The value of what the operating system says about a file."""
    return Stat(found.st_size, found.st_mtime_ns, f"{found.st_mtime_ns}-{found.st_size}")


class Buckets:
    """All buckets of one home. Methods are safe to call from any thread."""

    def __init__(self, root: Path):
        self.root = root
        self._mounts = Mounts(root.parent / "mounts.json")

    def remember(self, name: str, *, anew: bool = False) -> None:
        """Note on which storage the bucket's folder lies now, so that `away` can tell when that is not there. Known
        ones stay unless `anew`."""
        if folder := self.folder(name):
            self._mounts.remember(name, folder, anew=anew)

    def away(self, name: str) -> UserText:
        """Why nothing must be written into the bucket now, "" when it is there: its folder is gone, or the storage on
        which it lay is not mounted, and what would be written into the mount point nobody would see later."""
        folder = self.folder(name)
        if folder is None:
            return "its folder is not there, or leads nowhere"
        return "the storage on which its folder lies is not mounted" if self._mounts.lacking(name, folder) else ""

    def place(self, name: str) -> Path:
        """Where a bucket lies, or should lie, for an administrator: its folder, or the mount point at which something
        is lacking."""
        folder = self.folder(name)
        return (folder and self._mounts.lacking(name, folder)) or self.root / name

    def create(self, name: str) -> None:
        """Make the bucket's folder if it is not there. CallerError InvalidParameter.BucketNameInvalid or
        PermissionDenied.ResourceAccess."""
        if not BUCKET_NAME.fullmatch(name):
            raise CallerError("InvalidParameter.BucketNameInvalid", name)
        try:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CallerError(
                "PermissionDenied.ResourceAccess", name, f"Its folder cannot be made: {error.strerror}."
            ) from error

    def exists(self, name: str) -> bool:
        """Whether there is such a bucket."""
        return self.folder(name) is not None

    def holds_anything(self, name: str) -> bool:
        """Whether anything but empty folders lies in the bucket's folder. What cannot be looked into holds
        something."""
        waiting = [folder] if (folder := self.folder(name)) else []
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

    def folder(self, name: str) -> Path | None:
        """The real folder of a bucket, links resolved; None when there is no such bucket."""
        folder = self.root / name
        return folder.resolve() if BUCKET_NAME.fullmatch(name) and folder.is_dir() else None

    def path(self, name: str, key: str) -> Path:
        """Where an object stands or would stand; always inside the bucket. The file's own name is not resolved: it may
        be a link that is about to be replaced. CallerError InvalidParameter.ResourceNotFound (no such bucket) or
        .ObjectKeyInvalid."""
        folder = self.folder(name)
        if folder is None:
            raise CallerError("InvalidParameter.ResourceNotFound", name, "There is no such bucket.")
        if problem := key_problem(key):
            raise CallerError("InvalidParameter.ObjectKeyInvalid", key, f"The object key cannot be used: {problem}.")
        parent, _, base = key.rpartition("/")
        try:
            real = (folder / parent).resolve()
        except (OSError, RuntimeError) as error:  # links that lead in a circle, names that are too long
            raise CallerError("InvalidParameter.ObjectKeyInvalid", key, "Its folder cannot be reached.") from error
        if not real.is_relative_to(folder):
            raise CallerError("InvalidParameter.ObjectKeyInvalid", key, "A link in its path leads out of the bucket.")
        return real / base

    def obstacle(self, name: str, key: str) -> UserText:
        """Why an object could not be written now, "" when nothing stands in its way. CallerError as `path`."""
        target = self.path(name, key)
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

    def find(self, name: str, key: str) -> str:
        """The key of the object that somebody means by `key`: names that look the same may be stored in two ways
        (core.matching). `key` itself when there is none."""
        if key.isascii() or self.stat(name, key) is not None:
            return key
        folder, found = self.folder(name), list[str]()
        for part in key.split("/"):
            with contextlib.suppress(OSError):
                names = [entry.name for entry in folder.joinpath(*found).iterdir()] if folder else []
                found.append(
                    next((n for n in names if n == part), None)
                    or next((n for n in names if same_form(n) == same_form(part)), part)
                )
        real = "/".join(found)
        return real if len(found) == key.count("/") + 1 and self.stat(name, real) is not None else key

    def stat(self, name: str, key: str) -> Stat | None:
        """The object's size and version; None when it is not there or no regular file."""
        found = self.open_read(name, key)
        return found[1] if found else None

    def open_read(self, name: str, key: str) -> tuple[Path, Stat] | None:
        """The file that holds an object, links resolved, and its size and version; None when there is no such
        object."""
        try:
            path = self.path(name, key)
            found = path.lstat()
            if mode.S_ISLNK(found.st_mode):
                path = path.resolve(strict=True)
                folder = self.folder(name)
                if folder is None or not path.is_relative_to(folder):
                    return None
                found = path.lstat()
        except (CallerError, OSError, RuntimeError):
            return None
        return (path, stat_of(found)) if mode.S_ISREG(found.st_mode) else None

    def why_no_object(self, name: str, key: str) -> UserText:
        """What is wrong with a name that stands in a bucket and is no object; "" when it is one, or is not there."""
        try:
            path = self.path(name, key)
            if not path.is_symlink():
                return ""
            folder = self.folder(name)
            real = path.resolve(strict=True)
        except (OSError, RuntimeError, CallerError):
            return "it is a link that leads nowhere"
        if folder is None or not real.is_relative_to(folder):
            return "it is a link that leads out of the bucket"
        return "it is a link to a folder" if real.is_dir() else ""

    def room(self) -> tuple[int, int]:
        """Free and total bytes of the disk on which the buckets lie."""
        usage = shutil.disk_usage(next(folder for folder in (self.root, *self.root.parents) if folder.exists()))
        return usage.free, usage.total

    def level(
        self, name: str, prefix: str, after: tuple[bool, str] | None, limit: int
    ) -> list[tuple[str, Stat | None]]:
        """One folder of a bucket: what in it begins with `prefix` (a folder with its slash, or that and the head of a
        name), folders first, each kind by name; `after` is the last of the page before, (is an object, key). Keys of
        folders end with a slash and have no Stat. CallerError for a prefix that names nothing that could be."""
        parent, slash, head = prefix.rpartition("/")
        folder, above = self.path(name, f"{parent}{slash}x").parent, parent + slash
        last = None if after is None else (after[0], after[1].removeprefix(above))
        try:
            with os.scandir(folder) as scan:
                page = heapq.nsmallest(limit, _visible(scan, above, head, last))
        except OSError:
            return []
        return [
            (above + n, self.stat(name, above + n)) if is_object else (f"{above}{n}/", None) for is_object, n in page
        ]

    def listing(
        self, name: str, below: str = "", skipped: Callable[[str, str], None] = lambda _key, _why: None
    ) -> Iterator[tuple[str, Stat]]:
        """Every object of a bucket, or of the folder `below/` of it, in no particular order, found while the caller
        reads on. Names that begin with a dot (writers' temporaries) and keys that the API could not name are left out;
        linked folders are not entered. What vanishes meanwhile is left out too. `skipped` hears of what will never be
        an object: (key, why)."""
        folder = self.folder(name)
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
                        found = self.stat(name, key) if entry.is_symlink() else _regular(entry)
                    except OSError:
                        continue
                    if found:
                        yield key, found
                    elif entry.is_symlink():
                        skipped(key, self.why_no_object(name, key))


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
