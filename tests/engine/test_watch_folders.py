"""Folders of a bucket are watched however they come, are renamed, replaced or go."""

import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from engine.watching import DEADLINE, END, Seen, buckets, film, films, gate, seen, watcher  # noqa: F401 - fixtures
from reelmill.objects import watch
from reelmill.objects.folder import Folder
from reelmill.objects.folders import Folders
from reelmill.objects.inotify import Observer
from reelmill.objects.watch import Watcher


def test_directory_moved_in(films: Path, film: Path, seen: Seen, tmp_path: Path) -> None:
    keys = [f"season/{n}/{m}.mp4" for n in range(4) for m in range(4)]
    for key in keys:
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(film, tmp_path / key)
    (tmp_path / "season").rename(films / "season")
    seen.wait(*keys)
    shutil.copy(film, films / "season" / "3" / "late.mp4")
    seen.wait("season/3/late.mp4")


def test_directory_renamed_inside(films: Path, film: Path, seen: Seen) -> None:
    (films / ".new" / "x").mkdir(parents=True)
    shutil.copy(film, films / ".new" / "x" / "a.mp4")
    (films / ".new").rename(films / "new")
    seen.wait("new/x/a.mp4")
    assert set(seen.reports) == {"new/x/a.mp4"}, "nothing below a hidden folder is an object"
    shutil.copy(film, films / "new" / "x" / "b.mp4")
    seen.wait("new/x/b.mp4")


def test_directory_renamed_before_what_is_in_it_was_watched(
    films: Path, film: Path, seen: Seen, gate: threading.Event
) -> None:
    """The subfolder cannot be watched under its old name any more; it must be under the new one."""
    (films / "old").mkdir()
    shutil.copy(film, films / "old" / "first.mp4")
    seen.wait("old/first.mp4")
    gate.clear()
    (films / "old" / "x" / "y").mkdir(parents=True)
    shutil.copy(film, films / "old" / "x" / "y" / "a.mp4")
    (films / "old").rename(films / "new")
    gate.set()
    seen.wait("new/first.mp4", "new/x/y/a.mp4")
    shutil.copy(film, films / "new" / "x" / "y" / "b.mp4")
    seen.wait("new/x/y/b.mp4")


def test_directories_that_take_each_others_names(
    films: Path, film: Path, seen: Seen, gate: threading.Event, watcher: Watcher
) -> None:
    """Each watch follows its directory, not the name that another one bears by now; and removing them all harms
    nobody."""
    for name in "abc":
        (films / name / "x").mkdir(parents=True)
        shutil.copy(film, films / name / "x" / "first.mp4")
    seen.wait("a/x/first.mp4", "b/x/first.mp4", "c/x/first.mp4")
    gate.clear()
    for before, after in ("a", "t"), ("b", "a"), ("t", "b"), ("c", "t"):
        (films / before).rename(films / after)
    (films / "c" / "x").mkdir(parents=True)
    (films / "d").mkdir()
    (films / "d").rename(films / "e")
    (films / "d").mkdir()
    gate.set()
    shutil.copy(film, films / "later.mp4")
    seen.wait("later.mp4", "b/x/first.mp4", "t/x/first.mp4")
    names = "abctde"
    for name in names:
        (films / name / "x").mkdir(exist_ok=True)
        shutil.copy(film, films / name / "x" / f"{name}.mp4")
    seen.wait(*(f"{name}/x/{name}.mp4" for name in names))
    for name in names:
        shutil.rmtree(films / name)
    shutil.copy(film, films / "last.mp4")
    seen.wait("last.mp4")
    assert watcher._observer is not None and watcher._observer.healthy()


def test_directory_renamed_while_a_file_in_it_is_written(
    films: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is reported before its writer closed, also where the system does not tell who has a file open."""
    monkeypatch.setattr(watch, "writer_of", lambda _path: "unknown")
    (films / "old").mkdir()
    with (films / "old" / "live.mp4").open("wb", buffering=0) as out:
        out.write(b"x" * 1000)
        (films / "old").rename(films / "new")
        out.write(b"x" * 1000)
        out.write(END)
    seen.wait("new/live.mp4")


def test_folder_made_and_filled_at_once(films: Path, film: Path, seen: Seen) -> None:
    keys = [f"run{n}/a/b/c/x.mp4" for n in range(60)]
    script = "\n".join(f'mkdir -p "$1/{Path(k).parent}" && cp "$2" "$1/{k}"' for k in keys)
    subprocess.run(["sh", "-c", script, "sh", films, film], check=True)
    seen.wait(*keys)


def test_tree_copied(films: Path, film: Path, seen: Seen, tmp_path: Path) -> None:
    keys = [f"tree/{n}/{m}/x.mp4" for n in range(6) for m in range(6)]
    for key in keys:
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(film, tmp_path / key)
    subprocess.run(["cp", "-r", tmp_path / "tree", films], check=True)
    seen.wait(*keys)


def test_bucket_folder_that_is_a_link(
    buckets: Folders, watcher: Watcher, film: Path, seen: Seen, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    (buckets.root / "linked").symlink_to(tmp_path / "disk")
    watcher.set({"films", "linked"})
    shutil.copy(film, tmp_path / "disk" / "a.mp4")
    seen.wait("a.mp4")


def test_bucket_folder_deleted_and_watched_again(
    buckets: Folders, films: Path, watcher: Watcher, film: Path, seen: Seen
) -> None:
    shutil.rmtree(films)
    watcher.set({"films"})
    shutil.copy(film, films / "a.mp4")
    seen.wait("a.mp4")


def test_bucket_folder_replaced_behind_our_back(
    buckets: Folders, film: Path, seen: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "HEALTH_SECONDS", 0.1)
    watcher, films = buckets.watch(seen.found, seen.rescan), buckets.root / "films"
    watcher.set({"films"})
    for replace in (lambda: films.rename(tmp_path / "old"), lambda: shutil.rmtree(films)):
        replace()
        seen.until(lambda: watcher._folders == {})
        films.mkdir()
        seen.until(lambda: "films" in watcher._folders)
        key = f"{len(seen.rescans)}.mp4"
        shutil.copy(film, films / key)
        seen.wait(key)
    watcher.close()


def test_bucket_that_is_not_watched_any_more(
    films: Path, watcher: Watcher, film: Path, seen: Seen, buckets: Folders
) -> None:
    watcher.set({"other"})
    shutil.copy(film, films / "a.mp4")
    shutil.copy(film, buckets.root / "other" / "b.mp4")
    seen.wait("b.mp4")
    assert "a.mp4" not in seen.reports


def test_a_file_that_was_closed_before_its_folder_was_watched_is_not_waited_for(
    films: Path, film: Path, seen: Seen, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its close was told to nobody; another user's, so nobody can be asked either: it settles, as what a listing
    found."""
    monkeypatch.setattr(watch, "writer_of", lambda _path: "unknown")
    gate.clear()
    (films / "new").mkdir()
    shutil.copy(film, films / "new" / "a.mp4")
    gate.set()
    began = time.monotonic()
    seen.wait("new/a.mp4")
    assert time.monotonic() - began < 5


def test_a_folder_beyond_the_kernels_limit_is_listed_and_watched_later(
    buckets: Folders, film: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that cannot be watched, for want of watches or of the right to read it, is listed until it can be;
    somebody is told, once."""
    monkeypatch.setattr(watch, "HEALTH_SECONDS", 0.1)
    refused, add = {"on": True}, Observer.__init__.__globals__["Feed"].add_callback

    def add_callback(self: object, path: bytes, *more: object) -> object:
        if refused["on"] and b"/dark" in path:
            raise OSError(28, "No space left on device")
        return add(self, path, *more)

    monkeypatch.setattr(Observer.__init__.__globals__["Feed"], "add_callback", add_callback)
    films, told = buckets.root / "films", []

    def rescan(bucket: str, folder: str = "") -> None:
        told.append(folder)
        for key, _ in made.scan(bucket, folder):
            made.consider(bucket, key)

    made = buckets.watch(seen.found, rescan, settle_seconds=0.3)
    made.set({"films"})
    (films / "dark" / "deep").mkdir(parents=True)
    shutil.copy(film, films / "dark" / "deep" / "a.mp4")
    seen.wait("dark/deep/a.mp4")
    assert "dark/" in told and "dark/deep/" not in told, "what lies below is listed with it"
    assert "2 folders" in made.problems()[0] and "max_user_watches" in made.problems()[0]
    assert sum("cannot be watched" in r.message for r in caplog.records) == 1
    refused["on"] = False
    seen.until(
        lambda: made.problems() == [] and "dark/deep/" in told
    )  # a last look at what came while nobody told of it
    count = len(told)
    shutil.copy(film, films / "dark" / "deep" / "b.mp4")
    seen.wait("dark/deep/b.mp4")
    assert told[count:] == [], "the kernel tells of it now"
    made.close()


def test_what_is_wrong_in_a_bucket_is_forgotten_with_it_and_told_also_while_folders_are_walked(
    buckets: Folders, film: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "a.mp4")
    made = buckets.watch(seen.found, settle_seconds=0.3)
    made.set({"films"})
    shutil.copy(film, buckets.root / "films" / "a.mp4")
    seen.until(lambda: bool(made.problems()))
    walking, go_on, exists = threading.Event(), threading.Event(), Folder.exists

    def slow(folder: Folder) -> bool:
        walking.set()
        return go_on.wait(DEADLINE) and exists(folder)

    monkeypatch.setattr(Folder, "exists", slow)
    other = threading.Thread(target=made.set, args=({"others"},))
    other.start()
    assert walking.wait(DEADLINE)
    told = threading.Thread(target=made.problems)
    told.start()
    told.join(DEADLINE)
    assert not told.is_alive(), "who asks does not wait for the walk"
    go_on.set()
    other.join()
    assert made.problems() == []
    made.close()
