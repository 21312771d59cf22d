"""Files become objects whole or not at all, and errors of the disk become ours."""

import errno
import os
from pathlib import Path

import pytest

import machine
from reelmill.core.errors import MediaError, TryAgain
from reelmill.objects.disk_errors import translated
from reelmill.objects.folders import Folders
from reelmill.objects.publish import part_name


@pytest.fixture
def buckets(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "buckets")
    made["out"].create()
    return made


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    for name in ("seg1.ts", "seg2.ts", "list.m3u8"):
        (folder / name).write_text(name)
        (folder / name).chmod(0o600)
    return folder


def refused(buckets: Folders, files: list[tuple[Path, str]], bucket: str = "out") -> str:
    with pytest.raises(MediaError) as caught:
        buckets[bucket].put(files, "7")
    return caught.value.failure.code


def test_files_appear_readable_and_outlive_the_work_folder(buckets: Folders, work: Path) -> None:
    buckets["out"].put([(work / "seg1.ts", "a/b/1.ts"), (work / "list.m3u8", "a/b.m3u8")], "1")
    for path in work.iterdir():
        path.unlink()
    out = buckets.root / "out"
    assert (out / "a/b/1.ts").read_text() == "seg1.ts"
    assert (out / "a/b.m3u8").read_text() == "list.m3u8"
    assert (out / "a/b.m3u8").stat().st_mode & 0o777 == 0o644
    assert not list(out.rglob("*.part"))


def test_publishing_again_replaces_and_leaves_nothing_behind(buckets: Folders, work: Path) -> None:
    """Also when object and work file already are one and the same: rename(2) then does nothing."""
    for attempt in ("1", "1", "2"):
        buckets["out"].put([(work / "seg1.ts", "1.ts")], attempt)
    buckets["out"].put([(work / "seg2.ts", "1.ts")], "3")
    assert [p.name for p in (buckets.root / "out").iterdir()] == ["1.ts"]
    assert (buckets.root / "out" / "1.ts").read_text() == "seg2.ts"


def test_leftovers_of_the_same_attempt_are_overwritten(buckets: Folders, work: Path) -> None:
    (buckets.root / "out" / part_name("1.ts", "1")).write_text("half of it")
    buckets["out"].put([(work / "seg1.ts", "1.ts")], "1")
    assert [p.name for p in (buckets.root / "out").iterdir()] == ["1.ts"]


def test_order_is_kept(buckets: Folders, work: Path) -> None:
    """When a part fails, the entry after it does not appear."""
    (buckets.root / "out" / "blocked").mkdir()
    assert (
        refused(buckets, [(work / "seg1.ts", "1.ts"), (work / "seg2.ts", "blocked"), (work / "list.m3u8", "list.m3u8")])
        == "PermissionDenied.ResourceAccess"
    )
    assert {p.name for p in (buckets.root / "out").iterdir()} == {"1.ts", "blocked"}


def test_a_file_where_a_folder_is_needed(buckets: Folders, work: Path) -> None:
    (buckets.root / "out" / "a").write_text("")
    assert refused(buckets, [(work / "seg1.ts", "a/1.ts")]) == "PermissionDenied.ResourceAccess"


def test_no_such_bucket(buckets: Folders, work: Path) -> None:
    with pytest.raises(TryAgain, match="is away"):
        buckets["gone"].put([(work / "seg1.ts", "1.ts")], "7")


def test_a_link_out_of_the_bucket_is_not_followed(buckets: Folders, work: Path, tmp_path: Path) -> None:
    (buckets.root / "out" / "away").symlink_to(tmp_path)
    assert refused(buckets, [(work / "seg1.ts", "away/1.ts")]) == "InvalidParameter.ObjectKeyInvalid"
    (tmp_path / "precious").write_text("precious")
    (buckets.root / "out" / "1.ts").symlink_to(tmp_path / "precious")
    buckets["out"].put([(work / "seg1.ts", "1.ts")], "1")
    assert (tmp_path / "precious").read_text() == "precious"


def test_names_at_the_limit(buckets: Folders, work: Path) -> None:
    buckets["out"].put([(work / "seg1.ts", "视" * 83 + ".mp4")], "1")
    assert refused(buckets, [(work / "seg1.ts", "视" * 90)]) == "InvalidParameter.ObjectKeyInvalid"


def test_another_file_system_is_copied_to(buckets: Folders, work: Path) -> None:
    machine.need("two file systems")
    source = Path("/dev/shm") / f"reelmill-test-{os.getpid()}"
    source.write_text("far away")
    try:
        buckets["out"].put([(source, "1.ts")], "1")
    finally:
        source.unlink()
    assert (buckets.root / "out" / "1.ts").read_text() == "far away"


@pytest.mark.parametrize(
    ("number", "family", "code"),
    [
        (errno.EROFS, TryAgain, "ServiceUnavailable"),
        (errno.EACCES, MediaError, "PermissionDenied.ResourceAccess"),
        (errno.ENOTDIR, MediaError, "PermissionDenied.ResourceAccess"),
        (errno.ENOSPC, TryAgain, "ServiceUnavailable"),
        (errno.EDQUOT, TryAgain, "ServiceUnavailable"),
        (errno.EIO, TryAgain, "ServiceUnavailable"),
    ],
)
def test_errors_of_the_disk_are_translated(number: int, family: type[MediaError] | type[TryAgain], code: str) -> None:
    with pytest.raises(family) as caught, translated("out/1.ts", "written", "Look."):
        raise OSError(number, os.strerror(number))
    assert isinstance(caught.value, MediaError | TryAgain)
    assert caught.value.failure.code == code
    assert caught.value.failure.retry == caught.value.failure.hold == (family is TryAgain)
    assert caught.value.failure.advice


def test_sweeping_takes_old_parts_only(buckets: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    out = buckets.root / "out"
    (out / "sub").mkdir()
    (out / "sub" / ".1.ts.1.part").write_text("")
    (out / "1.part").write_text("a user's")
    assert buckets["out"].sweep() == 0
    from reelmill.core import clock

    now = clock.now_ms()
    monkeypatch.setattr(clock, "_now_ms", lambda: now + 3_700_000)
    assert buckets["out"].sweep() == 1
    assert sorted(p.name for p in out.rglob("*")) == ["1.part", "sub"]


def test_nothing_is_written_where_a_storage_is_away(
    buckets: Folders, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty mount point looks like a folder; what stood on a storage of its own waits for it, and what was moved by
    somebody does not."""
    disk, mounted = tmp_path / "disk", {tmp_path / "disk"}
    (disk / "films").mkdir(parents=True)
    (buckets.root / "far").symlink_to(disk / "films")
    monkeypatch.setattr(Path, "is_mount", lambda self: self in mounted)
    buckets["far"].remember()
    buckets["far"].put([(work / "seg1.ts", "1.ts")], "1")
    mounted.clear()
    buckets["far"].remember()  # as every start does: what is known stays
    with pytest.raises(TryAgain, match="is not mounted") as caught:
        buckets["far"].put([(work / "seg1.ts", "2.ts")], "1")
    assert caught.value.failure.hold and [p.name for p in (disk / "films").iterdir()] == ["1.ts"]
    buckets["far"].remember(anew=True)  # bound again by somebody who knows
    buckets["far"].put([(work / "seg1.ts", "2.ts")], "1")
    mounted.add(disk)  # a storage of its own where none was: nothing that was there is away
    buckets["far"].put([(work / "seg1.ts", "2.ts")], "1")
    buckets["far"].remember(anew=True)
    mounted.clear()
    (tmp_path / "elsewhere").mkdir()
    (buckets.root / "far").unlink()
    (buckets.root / "far").symlink_to(tmp_path / "elsewhere")
    buckets["far"].put([(work / "seg1.ts", "3.ts")], "1")
    (buckets.root / "far").unlink()
    (buckets.root / "far").symlink_to(tmp_path / "gone")
    with pytest.raises(TryAgain, match="is away"):
        buckets["far"].put([(work / "seg1.ts", "4.ts")], "1")
