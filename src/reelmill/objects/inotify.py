"""watchdog's reader of inotify, made to fit: it tells of lost events, is quiet, keeps its paths right when directories
are renamed, and says of events what they mean for objects."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileClosedEvent, FileCreatedEvent, FileMovedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.inotify import InotifyFullEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import CallbackId, InotifyEvent, InotifyFD, Mask, WatchCallback, WatchDescriptor
from watchdog.observers.inotify_move_event_grouper import InotifyMoveEventGrouper

from reelmill.core.urls import key_problem
from reelmill.objects.complete import Notice

# A file that leaves a bucket holds back all later notices for this long, in case its new name is in the bucket too. The
# kernel reports both halves of a rename together; a pair that is torn nevertheless arrives as an unpaired move, which
# we handle just as well.
InotifyMoveEventGrouper.delay = 0.02


_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}


class Feed(InotifyFD):
    """watchdog's reader of inotify, which also says when the kernel has lost events."""

    def __init__(self, overflowed: Callable[[], None]):
        super().__init__()
        self._overflowed = overflowed

    def add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
        """As inherited, but a folder that is watched already is no reason for a warning, whose text lists every folder
        of the tree: with `mkdir -p` and directories that are moved about it is the normal case. PermissionError for a
        folder that cannot be read."""
        with self._lock:
            watch = self._get_or_create_watch(path, mask)
            if watch.wd == -1:  # watchdog says nothing about folders that we may not read
                del self._watch_for_wd[watch.wd]
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fsdecode(path))
            watch.callbacks[id_] = callback
            return watch.wd

    def handle_event(self, event: InotifyEvent) -> None:
        """As inherited, and tells of lost events."""
        super().handle_event(event)  # first: it sets up the watches again
        if event.is_queue_overflow:
            self._overflowed()


class _Group(InotifyWatchGroup):
    """watchdog's book of which watch stands for which path, corrected where a quick rename of directories would leave
    it wrong.

    A watch is set by path, after the fact: by then the directory may have been renamed, or another may have taken its
    name. As inherited, a directory whose subfolders could not be watched under the old name would never have them
    watched, and the paths of moved watches could stay wrong, so that files of theirs would be found by the next rescan
    only. Each notice of a directory that came to its last name is dealt with after the rename itself, so looking at the
    disk at that moment puts things right.
    """

    def __post_init__(self) -> None:
        self.blind: dict[bytes, int] = {}  # folders that could not be watched -> error number
        self.late: set[bytes] = (
            set()
        )  # files that were there when their folder's watch was set: whether they were closed before, nobody tells
        super().__post_init__()

    def _recursive_simulate(self, src_path: bytes) -> list[InotifyEvent]:
        """As inherited; which files it only found is remembered until they are told."""
        events = super()._recursive_simulate(src_path)
        for event in events:
            if not event.is_directory and (path := self._build_event_source_path(event)) is not None:
                self.late.add(path)
        return events

    def look_again(self) -> list[bytes]:
        """Try again to watch what could not be watched; folders for which that came off."""
        with self._lock:
            tried = [path for path in self.blind if Path(os.fsdecode(path)).is_dir()]
            self.blind = {}
            for path in tried if self.is_active else ():
                self._add_all_callbacks(path)
            return [path for path in tried if path not in self.blind]

    def _move_watches(self, move_src_path: bytes, move_dst_path: bytes) -> bool:
        """As inherited, and every directory below the new place is watched under its new name."""
        moved = super()._move_watches(move_src_path, move_dst_path)
        if moved and self.is_recursive and Path(os.fsdecode(move_dst_path)).is_dir():
            self._add_all_callbacks(
                move_dst_path
            )  # before the emitter lists this directory: what it does not see is told by these watches
        return moved

    def _add_callback(self, path: bytes) -> None:
        """As inherited, but a watch has one path: the kernel gives a directory the same watch under whatever name it is
        asked for."""
        self.blind.pop(path, None)
        try:
            watch = self._inotify_fd.add_callback(path, self.event_mask, self, self._id)
        except OSError as error:
            if path == self.path:
                raise
            if error.errno not in _GONE:  # it is there, and nobody tells us what happens in it
                self.blind[path] = error.errno or 0
            return  # else it is gone already, or renamed, of which a notice is on its way
        before = self._active_callbacks_by_watch.get(watch)
        if before is not None and self._active_callbacks_by_path.get(before) == watch:
            del self._active_callbacks_by_path[before]
        self._active_callbacks_by_watch[watch] = path
        self._active_callbacks_by_path[path] = watch

    def _remove_watch_internally(self, wd: WatchDescriptor) -> None:
        """As inherited, but a path that has another watch by now is no reason to fail, which would end the reader."""
        path = self._active_callbacks_by_watch.pop(wd, None)
        if path is not None and self._active_callbacks_by_path.get(path) == wd:
            del self._active_callbacks_by_path[path]


class _Emitter(InotifyFullEmitter):
    """watchdog's emitter with our book. Its "full" events tell a file moved in from one that was created."""

    def queue_event(self, event: FileSystemEvent) -> None:
        """As inherited; a file that was only found is marked as not told of by the kernel."""
        group = self._inotify
        if (
            isinstance(event, FileCreatedEvent)
            and isinstance(group, _Group)
            and (path := os.fsencode(event.src_path)) in group.late
        ):
            group.late.discard(path)
            event.is_synthetic = True
        super().queue_event(event)

    def on_thread_start(self) -> None:
        """As inherited, with `_Group`. OSError when the folder cannot be watched."""
        self._inotify = _Group(
            self._inotify_fd,
            os.fsencode(self.watch.path),
            is_recursive=self.watch.is_recursive,
            event_mask=self.get_event_mask_from_filter(),
            follow_symlink=self.watch.follow_symlink,
        )


class Observer(BaseObserver):
    """watchdog's observer for inotify with our reader and our emitter."""

    def __init__(self, overflowed: Callable[[], None]):
        self._feed = Feed(overflowed)
        self._feed.start()
        super().__init__(_Emitter, inotify_fd=self._feed)

    def on_thread_stop(self) -> None:
        super().on_thread_stop()
        self._feed.stop()
        self._feed.join()

    def healthy(self) -> bool:
        """Whether its threads are alive."""
        return self.is_alive() and self._feed.is_alive()

    def blind(self, watch: ObservedWatch) -> dict[str, int]:
        """Folders below a watch that cannot be watched -> error number (ENOSPC: the kernel's limit of watches, EACCES:
        no right to read)."""
        group = self._group(watch)
        return {os.fsdecode(path): number for path, number in dict(group.blind).items()} if group else {}

    def look_again(self, watch: ObservedWatch) -> list[str]:
        """Try again to watch the blind ones; folders that are watched from now on."""
        group = self._group(watch)
        return [os.fsdecode(path) for path in group.look_again()] if group and group.blind else []

    def _group(self, watch: ObservedWatch) -> _Group | None:
        found = next((emitter for emitter in self.emitters if emitter.watch == watch), None)
        group = getattr(found, "_inotify", None)
        return group if isinstance(group, _Group) else None

    def watches(self, watch: ObservedWatch) -> bool:
        """Whether the emitter of a watch is alive; it ends when its folder is deleted."""
        return any(
            emitter.watch == watch and emitter.is_alive() and emitter.should_keep_running() for emitter in self.emitters
        )


class Handler(FileSystemEventHandler):
    """Turns watchdog's events of one bucket's folder into notices: `noticed(key, notice, its key until now or None)`.
    `odd(key, why)` hears of names that can be no keys."""

    def __init__(
        self, folder: Path, noticed: Callable[[str, Notice, str | None], None], odd: Callable[[str, str], None]
    ):
        self._prefix, self._noticed, self._odd = f"{folder}/", noticed, odd

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog for every event that the filter lets through."""
        where = os.fsdecode(event.dest_path if isinstance(event, FileMovedEvent) else event.src_path)
        key = where.removeprefix(self._prefix)
        if key == where or any(part.startswith(".") for part in key.split("/")):
            return
        if problem := key_problem(key):
            self._odd(key, problem)
            return
        before = (
            os.fsdecode(event.src_path).removeprefix(self._prefix)
            if isinstance(event, FileMovedEvent) and event.src_path
            else None
        )
        self._noticed(key, _meaning(event), before)


def _meaning(event: FileSystemEvent) -> Notice:
    """What an event says about its file. One that came along with its directory was seen in a listing: somebody may
    still write it."""
    if isinstance(event, FileClosedEvent):
        return "closed"
    return "seen" if event.is_synthetic else "created" if isinstance(event, FileCreatedEvent) else "moved"
