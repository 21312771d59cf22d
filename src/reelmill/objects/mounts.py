"""Where the folders of buckets were mounted when they were bound. A mount point without its storage is an ordinary
empty folder: what is written into it fills the wrong disk, and nobody sees it any more once the storage is back."""

import contextlib
import json
import threading
from pathlib import Path


class Mounts:
    """A small file: bucket -> [its real folder, the mount point on which that lies]."""

    def __init__(self, file: Path):
        self._file, self._lock = file, threading.Lock()

    def remember(self, name: str, folder: Path, *, anew: bool = False) -> None:
        """Note where a bucket's folder lies, unless that is known (`anew`: in any case)."""
        with self._lock:
            known = self._read()
            if anew or name not in known or known[name][0] != str(folder):
                known[name] = [str(folder), str(mount_point(folder))]
                part = self._file.with_suffix(".part")
                with contextlib.suppress(OSError):  # a full disk: next time
                    part.write_text(json.dumps(known, indent=1))
                    part.replace(self._file)

    def lacking(self, name: str, folder: Path) -> Path | None:
        """The mount point at which nothing is mounted now although it was; None when the folder is where it was. One
        that leads elsewhere by now was moved by somebody, and so was one that got a storage of its own."""
        known = self._read().get(name)
        if known is None or known[0] != str(folder):
            return None
        point = Path(known[1])
        return None if _is_mounted(point) else point

    def _read(self) -> dict[str, list[str]]:
        try:
            return dict(json.loads(self._file.read_text()))
        except (OSError, ValueError):
            return {}


def mount_point(folder: Path) -> Path:
    """The nearest folder above, or this one, at which something is mounted."""
    return next(one for one in (folder, *folder.parents) if _is_mounted(one))


def _is_mounted(point: Path) -> bool:
    return point == point.parent or point.is_mount()
