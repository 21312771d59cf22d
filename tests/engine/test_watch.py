"""Objects are noticed however they come into a bucket, at least once, and never before their writer has closed them.
Real files, real inotify."""

import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, WatchDescriptor

from engine.watching import END, Seen, buckets, film, films, seen, settle, watcher  # noqa: F401 - fixtures
from reelmill.objects import watch
from reelmill.objects.folders import Folders
from reelmill.objects.watch import Watcher


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
