"""Objects are noticed however they come into a bucket, at least once, and never before their writer has closed them.
Real files, real inotify."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, WatchDescriptor

from reelmill.objects import watch
from reelmill.objects.folder import Folder
from reelmill.objects.folders import Folders
from reelmill.objects.inotify import Observer
from reelmill.objects.watch import Watcher

END = b"the end"
DEADLINE = 20.0


class Seen:
    """Collects reports; a report of a file that does not yet hold its end is an early one."""

    def __init__(self, buckets: Folders):
        self.buckets = buckets
        self.early: list[str] = []
        self.reports: list[str] = []
        self.rescans: list[str] = []
        self.changed = threading.Condition()

    def found(self, bucket: str, key: str) -> None:
        opened = self.buckets[bucket].open(key)
        data = END
        if opened:
            with opened:
                data = opened.read(0, opened.stat.size)
        with self.changed:
            self.reports.append(key)
            if data and not data.endswith(END):
                self.early.append(key)
            self.changed.notify_all()

    def rescan(self, bucket: str, folder: str = "") -> None:
        with self.changed:
            self.rescans.append(bucket)
            self.changed.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(true, DEADLINE), (
                f"reported: {sorted(set(self.reports))[:20]}, rescans: {self.rescans}"
            )

    def wait(self, *keys: str) -> None:
        self.until(lambda: set(keys) <= set(self.reports))
        assert not self.early


@pytest.fixture
def buckets(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "buckets")
    made["films"].create()
    return made


@pytest.fixture
def seen(buckets: Folders) -> Seen:
    return Seen(buckets)


@pytest.fixture
def watcher(buckets: Folders, seen: Seen) -> Iterator[Watcher]:
    made = buckets.watch(seen.found, seen.rescan, settle_seconds=0.3)
    made.set({"films"})
    yield made
    made.close()


@pytest.fixture
def films(buckets: Folders, watcher: Watcher) -> Path:
    return buckets.root / "films"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "outside.mp4"
    path.write_bytes(b"x" * 100_000 + END)
    return path


def settle(films: Path, seen: Seen, times: int = 1) -> None:
    """Wait until files that need nothing but the settle time were reported, one after the other. What would have been
    taken after that time is reported by then."""
    for _ in range(times):
        name = f"settles{sum(key.startswith('settles') for key in set(seen.reports)) + 1}.mp4"
        (films / name).touch()
        seen.wait(name)


def test_copied(films: Path, film: Path, seen: Seen) -> None:
    subprocess.run(["cp", film, films / "a.mp4"], check=True)
    seen.wait("a.mp4")


def test_moved_in_from_outside(films: Path, film: Path, seen: Seen) -> None:
    film.rename(films / "a.mp4")
    seen.wait("a.mp4")


def test_moved_inside(films: Path, film: Path, seen: Seen) -> None:
    shutil.copy(film, films / "a.mp4")
    (films / "sub").mkdir()
    (films / "a.mp4").rename(films / "sub" / "b.mp4")
    seen.wait("sub/b.mp4")


def test_moved_out_and_in_again(films: Path, film: Path, seen: Seen, tmp_path: Path) -> None:
    (films / "d").mkdir()
    shutil.copy(film, films / "d" / "a.mp4")
    seen.wait("d/a.mp4")
    (films / "d").rename(tmp_path / "d")
    (tmp_path / "d").rename(films / "e")
    shutil.copy(film, films / "e" / "b.mp4")
    seen.wait("e/a.mp4", "e/b.mp4")


def test_hard_linked(films: Path, film: Path, seen: Seen) -> None:
    os.link(film, films / "a.mp4")
    seen.wait("a.mp4")


def test_symbolic_link_inside_the_bucket_but_not_out_of_it(films: Path, film: Path, seen: Seen) -> None:
    (films / "outside.mp4").symlink_to(film)
    shutil.copy(film, films / "a.mp4")
    (films / "b.mp4").symlink_to("a.mp4")
    seen.wait("a.mp4", "b.mp4")
    assert "outside.mp4" not in seen.reports


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


@pytest.fixture
def gate(watcher: Watcher) -> Iterator[threading.Event]:
    """While it is clear, what the kernel tells is not dealt with: the disk runs ahead, as on a loaded machine."""
    observer = watcher._observer
    assert observer is not None
    opened, deal = threading.Event(), observer._feed.handle_event
    opened.set()
    observer._feed.handle_event = lambda event: deal(event) if opened.wait(DEADLINE) else None  # type: ignore[method-assign]
    yield opened
    opened.set()


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


def test_slow_writer_is_waited_for(films: Path, film: Path, seen: Seen) -> None:
    with (films / "slow.mp4").open("wb", buffering=0) as out:
        for _ in range(6):
            out.write(b"x" * 1000)
            time.sleep(0.15)  # longer in all than the settle time
        assert "slow.mp4" not in seen.reports
        out.write(END)
    seen.wait("slow.mp4")


def test_second_writer_is_waited_for(films: Path, seen: Seen, film: Path) -> None:
    """The close of one writer says nothing while another has the file open."""
    with (films / "two.mp4").open("wb", buffering=0) as first:
        with (films / "two.mp4").open("ab", buffering=0) as second:
            second.write(b"x" * 1000)
        shutil.copy(film, films / "later.mp4")
        seen.wait("later.mp4")  # so the notice of the first close has been dealt with
        assert "two.mp4" not in seen.reports
        first.seek(0, os.SEEK_END)
        first.write(END)
    seen.wait("two.mp4")


def test_linked_while_written_under_an_outside_name(films: Path, seen: Seen, tmp_path: Path) -> None:
    """Its close happens under another name and is never told to us; it is found by asking again."""
    with (tmp_path / "live.mp4").open("wb", buffering=0) as out:
        out.write(b"x" * 1000)
        os.link(tmp_path / "live.mp4", films / "live.mp4")
        settle(films, seen, 2)
        assert "live.mp4" not in seen.reports
        out.write(END)
    seen.wait("live.mp4")


def test_moved_in_while_still_written(films: Path, seen: Seen, tmp_path: Path) -> None:
    with (tmp_path / "live.mp4").open("wb", buffering=0) as out:
        out.write(b"x" * 1000)
        (tmp_path / "live.mp4").rename(films / "live.mp4")
        settle(films, seen)
        assert "live.mp4" not in seen.reports
        out.write(END)
    seen.wait("live.mp4")


def test_temporary_name_then_rename(films: Path, film: Path, seen: Seen) -> None:
    """As rsync does it: only the last name is an object."""
    shutil.copy(film, films / ".a.mp4.Xy12Z")
    (films / ".a.mp4.Xy12Z").rename(films / "a.mp4")
    seen.wait("a.mp4")
    assert set(seen.reports) == {"a.mp4"}


def test_many_at_once(films: Path, film: Path, seen: Seen) -> None:
    keys = [f"{n}.mp4" for n in range(500)]
    for key in keys:
        shutil.copyfile(film, films / key)
    seen.wait(*keys)


def test_empty_file_only_after_it_settled(films: Path, seen: Seen) -> None:
    (films / "empty.mp4").touch()
    assert "empty.mp4" not in seen.reports
    seen.wait("empty.mp4")


def test_reserved_name_that_is_filled_later(films: Path, seen: Seen) -> None:
    (films / "a.mp4").touch()
    with (films / "a.mp4").open("wb", buffering=0) as out:
        settle(films, seen)
        assert "a.mp4" not in seen.reports
        out.write(END)
    seen.wait("a.mp4")


def test_overwritten(films: Path, film: Path, seen: Seen) -> None:
    shutil.copyfile(film, films / "a.mp4")
    shutil.copyfile(film, films / "later.mp4")
    seen.wait("a.mp4", "later.mp4")  # so every notice of the first version has been dealt with
    before = seen.reports.count("a.mp4")
    with (films / "a.mp4").open("wb", buffering=0) as out:
        out.write(b"y" * 10)
        time.sleep(0.5)
        out.write(END)
    seen.until(lambda: seen.reports.count("a.mp4") > before)
    assert not seen.early


def test_removed_before_it_was_complete(films: Path, film: Path, seen: Seen, watcher: Watcher) -> None:
    (films / "gone.mp4").touch()
    (films / "gone.mp4").unlink()
    shutil.copy(film, films / "a.mp4")
    seen.wait("a.mp4")
    watcher.consider("films", "gone.mp4")
    assert "gone.mp4" not in seen.reports


def test_odd_names(films: Path, film: Path, seen: Seen) -> None:
    key = "ünï – 视频 'q\"uote & $x; 100%.mp4"
    shutil.copy(film, films / key)
    shutil.copy(os.fsencode(film), os.fsencode(films) + b"/\xff\xfe.mp4")  # no UTF-8: no object
    shutil.copy(film, films / "line\nbreak.mp4")
    shutil.copy(film, films / "z.mp4")
    seen.wait(key, "z.mp4")
    assert set(seen.reports) == {key, "z.mp4"}


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


def test_found_by_a_listing(buckets: Folders, film: Path, seen: Seen) -> None:
    """What came while nobody watched: listed by `scan`, reported by `consider` when complete, a file that is still
    written only later."""
    films = buckets.root / "films"
    shutil.copy(film, films / "a.mp4")
    with (films / "live.mp4").open("wb", buffering=0) as out:
        out.write(b"x")
        watcher = buckets.watch(seen.found, seen.rescan, settle_seconds=0.3)
        watcher.set({"films"})
        assert seen.rescans == ["films"]
        for key, _ in watcher.scan("films"):
            watcher.consider("films", key)
        seen.wait("a.mp4")
        assert "live.mp4" not in seen.reports
        out.write(END)
    seen.wait("live.mp4")
    watcher.close()


def test_lost_notices_ask_for_a_rescan(films: Path, film: Path, seen: Seen, watcher: Watcher) -> None:
    before = len(seen.rescans)
    observer = watcher._observer
    assert observer is not None
    observer._feed.handle_event(InotifyEvent(WatchDescriptor(-1), InotifyConstants.IN_Q_OVERFLOW, 0, b""))
    seen.until(lambda: len(seen.rescans) > before)
    shutil.copy(film, films / "a.mp4")
    seen.wait("a.mp4")  # the watches stand again


def test_writers_are_not_disturbed(films: Path, film: Path, seen: Seen, watcher: Watcher) -> None:
    """Asking for the lease again and again while a writer opens and closes the file harms neither of us."""
    path = films / "busy.mp4"
    path.write_bytes(END)
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            watcher.consider("films", "busy.mp4")

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        subprocess.run(
            ["sh", "-c", 'i=0; while [ $i -lt 3000 ]; do : >> "$1"; i=$((i+1)); done', "sh", path], check=True
        )
    finally:
        stop.set()
        asking.join()
    seen.wait("busy.mp4")


def test_closing_is_final(buckets: Folders, film: Path, seen: Seen) -> None:
    watcher = buckets.watch(seen.found, settle_seconds=0.1)
    watcher.set({"films"})
    (buckets.root / "films" / "empty.mp4").touch()
    watcher.close()
    count = len(seen.reports)
    shutil.copy(film, buckets.root / "films" / "a.mp4")
    watcher.consider("films", "a.mp4")
    watcher.set({"films"})
    assert len(seen.reports) == count


def test_another_users_file_waits_for_its_close(
    films: Path, seen: Seen, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has it open cannot be asked; neither the quiet between two writes, nor a rename, nor a listing makes it
    complete."""
    monkeypatch.setattr(watch, "writer_of", lambda _path: "unknown")
    with (films / "a.mp4").open("wb", buffering=0) as out:
        out.write(b"half")
        settle(films, seen, 3)
        watcher.consider("films", "a.mp4")
        (films / "a.mp4").rename(films / "b.mp4")
        settle(films, seen)
        assert not {"a.mp4", "b.mp4"} & set(seen.reports)
        out.write(END)
    seen.wait("b.mp4")


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


def test_a_file_that_may_not_be_read_is_taken_when_it_may(
    buckets: Folders, film: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "HEALTH_SECONDS", 0.1)
    locked, allowed = {"a.mp4"}, os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name not in locked and allowed(path, mode))
    made = buckets.watch(seen.found, settle_seconds=0.3)
    made.set({"films"})
    shutil.copy(film, buckets.root / "films" / "a.mp4")
    shutil.copy(film, buckets.root / "films" / "b.mp4")
    seen.wait("b.mp4")
    seen.until(lambda: bool(made.problems()))
    assert "a.mp4" not in seen.reports and "1 file " in made.problems()[0]
    locked.clear()
    seen.wait("a.mp4")
    assert made.problems() == []
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


def test_temporary_names_and_held_names_are_passed_over(buckets: Folders, film: Path, seen: Seen) -> None:
    made = buckets.watch(seen.found, settle_seconds=0.1, ignore=["*.part", "*.temp.*"])
    made.set({"films"})
    films = buckets.root / "films"
    (films / "a.mp4").touch()
    shutil.copy(film, films / "a.mp4.part")
    shutil.copy(film, films / "c.temp.mp4")
    shutil.copy(film, films / "b.mp4")
    seen.wait("b.mp4")
    settle(films, seen, 2)
    names = {"b.mp4", "settles1.mp4", "settles2.mp4"}
    assert set(seen.reports) == names and {key for key, _ in made.scan("films")} == names | {"a.mp4"}
    (films / "a.mp4.part").rename(films / "a.mp4")
    (films / "c.temp.mp4").rename(films / "c.mp4")
    seen.wait("a.mp4", "c.mp4")
    made.close()


def test_links_that_are_no_objects_are_told_once(
    films: Path, film: Path, seen: Seen, watcher: Watcher, caplog: pytest.LogCaptureFixture
) -> None:
    (films / "outside.mp4").symlink_to(film)
    (films / "loop.mp4").symlink_to(films / "loop.mp4")
    shutil.copy(film, films / "a.mp4")
    seen.wait("a.mp4")
    for _ in range(3):
        assert [key for key, _ in watcher.scan("films")] == ["a.mp4"]
    told = [r.message for r in caplog.records if "passed over" in r.message]
    assert (
        len(told) == 2
        and any("outside.mp4" in t and "out of the bucket" in t for t in told)
        and any("loop.mp4" in t for t in told)
    )
