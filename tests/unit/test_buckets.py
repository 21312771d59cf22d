"""Folders as buckets: what is an object, and what is not."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from reelmill.core.errors import CallerError
from reelmill.core.urls import key_problem
from reelmill.objects.folder import Folder
from reelmill.objects.folders import Folders


@pytest.fixture
def buckets(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "buckets")
    made["films"].create()
    return made


@pytest.fixture
def films(buckets: Folders) -> Folder:
    return buckets["films"]


def put(films: Folder, key: str, data: bytes = b"data") -> Path:
    path = films.folder() / key  # type: ignore[operator]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_an_object_is_a_regular_file_with_its_size_and_version(films: Folder) -> None:
    path = put(films, "a/b.mp4", b"12345")
    os.utime(path, ns=(7, 1_700_000_000_123_456_789))
    found = films.stat("a/b.mp4")
    assert found is not None
    assert (found.size, found.mtime_ns, found.version) == (5, 1_700_000_000_123_456_789, "1700000000123456789-5")
    assert films.locate("a/b.mp4") == (path, found)


def test_folders_pipes_and_missing_names_are_no_objects(buckets: Folders, films: Folder) -> None:
    put(films, "a/b.mp4")
    os.mkfifo(buckets.root / "films" / "pipe")
    assert [films.stat(key) for key in ("a", "pipe", "none.mp4", "a/b.mp4/c", "x" * 300)] == [None] * 5
    assert buckets["nobody"].stat("a/b.mp4") is None


@pytest.mark.parametrize(
    "key", ["../films/a.mp4", "a/../../x", "/etc/passwd", "a//b", "a/./b", "", "a/", "a\nb", "a\0b", "..", "\ud800"]
)
def test_no_key_leads_out_of_the_bucket(films: Folder, key: str) -> None:
    put(films, "a.mp4")
    assert films.stat(key) is None
    with pytest.raises(CallerError) as refused:
        films.path(key)
    assert refused.value.code == "InvalidParameter.ObjectKeyInvalid"


def test_a_key_that_no_file_system_could_hold_is_told_before_any_work() -> None:
    assert key_problem("f" * 255 + "/" + "g" * 255) == ""
    assert key_problem("a/" + "ü" * 128 + "/b.mp4") == "a part of it has 256 bytes; a file's name may have 255"


def test_links_count_only_inside_the_bucket(buckets: Folders, films: Folder, tmp_path: Path) -> None:
    folder = buckets.root / "films"
    put(films, "a.mp4")
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    (folder / "good.mp4").symlink_to("a.mp4")
    (folder / "bad.mp4").symlink_to(tmp_path / "secret.mp4")
    (folder / "badfolder").symlink_to(tmp_path)
    (folder / "circle").symlink_to("circle")
    (folder / "dangling").symlink_to("nothing")
    assert films.stat("good.mp4") == films.stat("a.mp4")
    for key in ("bad.mp4", "badfolder/secret.mp4", "circle", "circle/x", "dangling"):
        assert films.stat(key) is None
    with pytest.raises(CallerError):
        films.path("badfolder/new.mp4")
    assert {key for key, _ in films.listing()} == {"a.mp4", "good.mp4"}


def test_the_bucket_itself_may_be_a_link(buckets: Folders, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "a.mp4").write_bytes(b"x")
    (buckets.root / "linked").symlink_to(tmp_path / "disk")
    assert buckets["linked"].exists()
    assert [key for key, _ in buckets["linked"].listing()] == ["a.mp4"]
    assert buckets["linked"].path("b.mp4") == tmp_path / "disk" / "b.mp4"


def test_listing_leaves_out_hidden_and_unnameable_files(buckets: Folders, films: Folder) -> None:
    for key in ("a.mp4", "x/b.mp4", "x/y/c.mp4", ".hidden", "x/.part/d.mp4", "line\nbreak"):
        put(films, key)
    (Path(os.fsdecode(os.fsencode(buckets.root / "films") + b"/\xff"))).write_bytes(b"")
    listed = dict(films.listing())
    assert set(listed) == {"a.mp4", "x/b.mp4", "x/y/c.mp4"}
    assert listed["a.mp4"] == films.stat("a.mp4")
    assert list(buckets["nobody"].listing()) == []


def test_listing_is_read_on_demand(films: Folder) -> None:
    for n in range(10):
        put(films, f"{n}.mp4")
    listing = films.listing()
    next(listing)
    assert isinstance(listing, Generator)
    listing.close()  # leaves no open folder behind: pytest would report a ResourceWarning


@pytest.mark.parametrize("name", ["..", "a/b", "UPPER", "", "-a-", "a\n", "ab\n"])
def test_only_proper_names_are_buckets(buckets: Folders, name: str) -> None:
    assert not buckets[name].exists()
    with pytest.raises(CallerError) as refused:
        buckets[name].create()
    assert refused.value.code == "InvalidParameter.BucketNameInvalid"


def test_creating_twice_is_nothing_new_and_a_file_in_the_way_is_told(buckets: Folders, films: Folder) -> None:
    buckets["films"].create()
    (buckets.root / "taken").write_bytes(b"")
    with pytest.raises(CallerError) as refused:
        buckets["taken"].create()
    assert refused.value.code == "PermissionDenied.ResourceAccess"


def test_a_link_that_points_at_itself_hides_nobody_else(buckets: Folders, films: Folder) -> None:
    put(films, "a/b.mp4")
    loop = buckets.root / "films" / "a" / "loop.mp4"
    loop.symlink_to(loop)
    passed_over: dict[str, str] = {}
    assert [key for key, _ in films.level("a/", None, 10)] == ["a/b.mp4"]
    assert [key for key, _ in films.listing("", passed_over.__setitem__)] == ["a/b.mp4"]
    assert list(passed_over) == ["a/loop.mp4"] and "leads nowhere" in passed_over["a/loop.mp4"]
    assert [key for key, _ in films.listing("a/")] == ["a/b.mp4"], "a folder alone"


def test_a_name_is_found_however_it_is_written(films: Folder) -> None:
    composed, apart = "Vid\u00e9os/\u00e9t\u00e9.mp4", "Vide\u0301os/e\u0301te\u0301.mp4"
    put(films, apart)
    assert films.find(composed) == films.find(apart) == apart
    assert films.find("Vid\u00e9os/none\u00e9.mp4") == "Vid\u00e9os/none\u00e9.mp4"
    put(films, composed)
    assert films.find(composed) == composed, "who names one of two exactly means that one"
