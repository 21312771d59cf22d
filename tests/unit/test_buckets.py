"""Folders as buckets: what is an object, and what is not."""

import os
from pathlib import Path

import pytest

from reelmill.core.errors import CallerError
from reelmill.core.urls import key_problem
from reelmill.objects.buckets import Buckets


@pytest.fixture
def buckets(tmp_path: Path) -> Buckets:
    made = Buckets(tmp_path / "buckets")
    made.create("films")
    return made


def put(buckets: Buckets, key: str, data: bytes = b"data") -> Path:
    path = buckets.root / "films" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_an_object_is_a_regular_file_with_its_size_and_version(buckets: Buckets) -> None:
    path = put(buckets, "a/b.mp4", b"12345")
    os.utime(path, ns=(7, 1_700_000_000_123_456_789))
    found = buckets.stat("films", "a/b.mp4")
    assert found is not None
    assert (found.size, found.mtime_ns, found.version) == (5, 1_700_000_000_123_456_789, "1700000000123456789-5")
    assert buckets.open_read("films", "a/b.mp4") == (path, found)


def test_folders_pipes_and_missing_names_are_no_objects(buckets: Buckets) -> None:
    put(buckets, "a/b.mp4")
    os.mkfifo(buckets.root / "films" / "pipe")
    assert [buckets.stat("films", key) for key in ("a", "pipe", "none.mp4", "a/b.mp4/c", "x" * 300)] == [None] * 5
    assert buckets.stat("nobody", "a/b.mp4") is None


@pytest.mark.parametrize(
    "key", ["../films/a.mp4", "a/../../x", "/etc/passwd", "a//b", "a/./b", "", "a/", "a\nb", "a\0b", "..", "\ud800"]
)
def test_no_key_leads_out_of_the_bucket(buckets: Buckets, key: str) -> None:
    put(buckets, "a.mp4")
    assert buckets.stat("films", key) is None
    with pytest.raises(CallerError) as refused:
        buckets.path("films", key)
    assert refused.value.code == "InvalidParameter.ObjectKeyInvalid"


def test_a_key_that_no_file_system_could_hold_is_told_before_any_work() -> None:
    assert key_problem("f" * 255 + "/" + "g" * 255) == ""
    assert key_problem("a/" + "ü" * 128 + "/b.mp4") == "a part of it has 256 bytes; a file's name may have 255"


def test_links_count_only_inside_the_bucket(buckets: Buckets, tmp_path: Path) -> None:
    films = buckets.root / "films"
    put(buckets, "a.mp4")
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    (films / "good.mp4").symlink_to("a.mp4")
    (films / "bad.mp4").symlink_to(tmp_path / "secret.mp4")
    (films / "badfolder").symlink_to(tmp_path)
    (films / "circle").symlink_to("circle")
    (films / "dangling").symlink_to("nothing")
    assert buckets.stat("films", "good.mp4") == buckets.stat("films", "a.mp4")
    for key in ("bad.mp4", "badfolder/secret.mp4", "circle", "circle/x", "dangling"):
        assert buckets.stat("films", key) is None
    with pytest.raises(CallerError):
        buckets.path("films", "badfolder/new.mp4")
    assert {key for key, _ in buckets.listing("films")} == {"a.mp4", "good.mp4"}


def test_the_bucket_itself_may_be_a_link(buckets: Buckets, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "a.mp4").write_bytes(b"x")
    (buckets.root / "linked").symlink_to(tmp_path / "disk")
    assert buckets.exists("linked")
    assert [key for key, _ in buckets.listing("linked")] == ["a.mp4"]
    assert buckets.path("linked", "b.mp4") == tmp_path / "disk" / "b.mp4"


def test_listing_leaves_out_hidden_and_unnameable_files(buckets: Buckets) -> None:
    for key in ("a.mp4", "x/b.mp4", "x/y/c.mp4", ".hidden", "x/.part/d.mp4", "line\nbreak"):
        put(buckets, key)
    (Path(os.fsdecode(os.fsencode(buckets.root / "films") + b"/\xff"))).write_bytes(b"")
    listed = dict(buckets.listing("films"))
    assert set(listed) == {"a.mp4", "x/b.mp4", "x/y/c.mp4"}
    assert listed["a.mp4"] == buckets.stat("films", "a.mp4")
    assert list(buckets.listing("nobody")) == []


def test_listing_is_read_on_demand(buckets: Buckets) -> None:
    for n in range(10):
        put(buckets, f"{n}.mp4")
    listing = buckets.listing("films")
    next(listing)
    listing.close()  # leaves no open folder behind: pytest would report a ResourceWarning


@pytest.mark.parametrize("name", ["..", "a/b", "UPPER", "", "-a-", "a\n", "ab\n"])
def test_only_proper_names_are_buckets(buckets: Buckets, name: str) -> None:
    assert not buckets.exists(name)
    with pytest.raises(CallerError) as refused:
        buckets.create(name)
    assert refused.value.code == "InvalidParameter.BucketNameInvalid"


def test_creating_twice_is_nothing_new_and_a_file_in_the_way_is_told(buckets: Buckets) -> None:
    buckets.create("films")
    (buckets.root / "taken").write_bytes(b"")
    with pytest.raises(CallerError) as refused:
        buckets.create("taken")
    assert refused.value.code == "PermissionDenied.ResourceAccess"


def test_a_link_that_points_at_itself_hides_nobody_else(buckets: Buckets) -> None:
    put(buckets, "a/b.mp4")
    loop = buckets.root / "films" / "a" / "loop.mp4"
    loop.symlink_to(loop)
    passed_over: dict[str, str] = {}
    assert [key for key, _ in buckets.level("films", "a/", None, 10)] == ["a/b.mp4"]
    assert [key for key, _ in buckets.listing("films", "", passed_over.__setitem__)] == ["a/b.mp4"]
    assert list(passed_over) == ["a/loop.mp4"] and "leads nowhere" in passed_over["a/loop.mp4"]
    assert [key for key, _ in buckets.listing("films", "a/")] == ["a/b.mp4"], "a folder alone"


def test_a_name_is_found_however_it_is_written(buckets: Buckets) -> None:
    composed, apart = "Vid\u00e9os/\u00e9t\u00e9.mp4", "Vide\u0301os/e\u0301te\u0301.mp4"
    put(buckets, apart)
    assert buckets.find("films", composed) == buckets.find("films", apart) == apart
    assert buckets.find("films", "Vid\u00e9os/none\u00e9.mp4") == "Vid\u00e9os/none\u00e9.mp4"
    put(buckets, composed)
    assert buckets.find("films", composed) == composed, "who names one of two exactly means that one"
