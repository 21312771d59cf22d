"""All buckets of a home whose buckets are folders."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from reelmill.objects.buckets import Buckets
from reelmill.objects.folder import Folder
from reelmill.objects.mounts import Mounts
from reelmill.objects.watch import Watcher


class Folders(Buckets):
    """The buckets below `root` (HOME/buckets)."""

    def __init__(self, root: Path):
        self.root, self._mounts = root, Mounts(root.parent / "mounts.json")

    def __getitem__(self, name: str) -> Folder:
        return Folder(self.root, name, self._mounts)

    def room(self) -> tuple[int, int]:
        """Free and total bytes of the disk on which the folder of the buckets lies."""
        usage = shutil.disk_usage(next(folder for folder in (self.root, *self.root.parents) if folder.exists()))
        return usage.free, usage.total

    def watch(
        self,
        found: Callable[[str, str], None],
        rescan: Callable[[str, str], None] | None = None,
        *,
        settle_seconds: float = 20.0,
        rescan_seconds: float = 600.0,
        ignore: Sequence[str] = (),
    ) -> Watcher:
        """By inotify, with listings where that does not tell: see `Buckets`."""
        return Watcher(
            self.__getitem__, found, rescan, settle_seconds=settle_seconds, rescan_seconds=rescan_seconds, ignore=ignore
        )
