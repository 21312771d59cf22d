"""What every kind of bucket owes (objects.buckets): folders and memory are held to the same, as will be the next."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reelmill.core.errors import CallerError, MediaError, TryAgain
from reelmill.core.model import ObjectRef
from reelmill.objects import fetch
from reelmill.objects.buckets import Bucket, Buckets, content_hash
from reelmill.objects.folders import Folders
from reelmill.objects.memory import MemoryBuckets

BAD_KEYS = ("../films/a.mp4", "a/../../x", "/etc/passwd", "a//b", "a/./b", "", "a/", "a\nb", "a\0b", "..", "\ud800")
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of "hello"


@pytest.fixture(params=["folders", "memory"])
def buckets(request: pytest.FixtureRequest, tmp_path: Path) -> Buckets:
    return MemoryBuckets() if request.param == "memory" else Folders(tmp_path / "buckets")


@pytest.fixture
def films(buckets: Buckets) -> Bucket:
    buckets["films"].create()
    return buckets["films"]


@pytest.fixture
def put(films: Bucket, tmp_path: Path) -> Callable[..., None]:
    """Puts objects of one content into the bucket."""

    def do(*keys: str, data: bytes = b"data") -> None:
        for number, key in enumerate(keys):
            local = tmp_path / f"local-{number}"
            local.write_bytes(data)
            films.put([(local, key)], "1")
            local.unlink()

    return do


def whole(bucket: Bucket, key: str) -> bytes:
    reader = bucket.open(key)
    assert reader is not None
    with reader:
        return reader.read(0, reader.stat.size)


def test_a_bucket_is_there_once_it_was_made(buckets: Buckets) -> None:
    films = buckets["films"]
    assert (films.name, films.exists(), bool(films.away())) == ("films", False, True)
    films.create()
    films.create()
    films.remember()
    assert (films.exists(), films.away(), films.holds_anything()) == (True, "", False)
    assert "films" in films.whereabouts()
    free, total = buckets.room()
    assert 0 < free <= total


@pytest.mark.parametrize("name", ["..", "a/b", "UPPER", "", "-a-", "a\n"])
def test_only_proper_names_are_buckets(buckets: Buckets, name: str) -> None:
    assert not buckets[name].exists()
    assert buckets[name].stat("a.mp4") is None and list(buckets[name].listing()) == []
    with pytest.raises(CallerError) as refused:
        buckets[name].create()
    assert refused.value.code == "InvalidParameter.BucketNameInvalid"


def test_what_was_put_is_there_whole_with_its_size_time_and_version(films: Bucket, put: Callable[..., None]) -> None:
    assert films.stat("a/b.mp4") is None and films.open("a/b.mp4") is None
    put("a/b.mp4", data=b"hello")
    first = films.stat("a/b.mp4")
    assert first is not None
    assert (first.size, whole(films, "a/b.mp4"), films.holds_anything()) == (5, b"hello", True)
    assert abs(first.completed_ms - first.mtime_ns // 1_000_000) < 60_000
    assert content_hash(films, "a/b.mp4") == HELLO and content_hash(films, "none") == ""
    put("a/b.mp4", data=b"other bytes")
    second = films.stat("a/b.mp4")
    assert second is not None and second.version != first.version and second.identity != first.identity
    assert films.stat("a/b.mp4") == second, "the same as long as nobody writes"


def test_ranges_of_an_opened_object_are_of_the_version_that_was_opened(films: Bucket, put: Callable[..., None]) -> None:
    put("a.mp4", data=b"0123456789")
    reader = films.open("a.mp4")
    assert reader is not None
    with reader:
        put("a.mp4", data=b"another film")
        assert (reader.read(2, 3), reader.read(8, 100), reader.read(10, 5), reader.read(0, 10)) == (
            b"234",
            b"89",
            b"",
            b"0123456789",
        )
        assert reader.stat.size == 10 and reader.stat != films.stat("a.mp4")


def test_many_read_at_once(films: Bucket, put: Callable[..., None]) -> None:
    put("a.mp4", data=bytes(range(256)) * 1000)
    reader = films.open("a.mp4")
    assert reader is not None
    wrong: list[int] = []

    def read(start: int) -> None:
        for at in range(start, 200_000, 4096):
            if reader.read(at, 256) != bytes((at + n) % 256 for n in range(256)):
                wrong.append(at)

    with reader:
        threads = [threading.Thread(target=read, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


@pytest.mark.parametrize("key", BAD_KEYS)
def test_no_key_leads_out_of_a_bucket(films: Bucket, put: Callable[..., None], key: str) -> None:
    put("a.mp4")
    assert films.stat(key) is None and films.open(key) is None
    with pytest.raises(CallerError) as refused:
        films.obstacle(key)
    assert refused.value.code == "InvalidParameter.ObjectKeyInvalid"
    with pytest.raises(MediaError) as not_put:
        put(key)
    assert not_put.value.failure.code == "InvalidParameter.ObjectKeyInvalid"
    assert [found for found, _ in films.listing()] == ["a.mp4"]


def test_nothing_is_put_into_a_bucket_that_is_not_there(buckets: Buckets, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    with pytest.raises(TryAgain, match="is away"):
        buckets["gone"].put([(tmp_path / "a", "a.mp4")], "1")
    with pytest.raises(CallerError) as refused:
        buckets["gone"].obstacle("a.mp4")
    assert refused.value.code == "InvalidParameter.ResourceNotFound"
    buckets["gone"].forget("a.mp4", "1")
    assert buckets["gone"].sweep() == 0


def test_files_are_put_in_order_and_those_before_a_failure_stay(films: Bucket, tmp_path: Path) -> None:
    local = tmp_path / "x"
    local.write_bytes(b"x")
    with pytest.raises(MediaError):
        films.put([(local, "1.ts"), (local, "../2.ts"), (local, "list.m3u8")], "1")
    assert [key for key, _ in films.listing()] == ["1.ts"]
    local.unlink()
    assert whole(films, "1.ts") == b"x", "an object does not need the file that it was made of"
    films.forget("1.ts", "1")
    assert films.sweep() == 0 and whole(films, "1.ts") == b"x", "what is complete is nobody's leftover"


def test_a_listing_names_all_but_hidden_ones(films: Bucket, put: Callable[..., None]) -> None:
    put("a.mp4", "x/b.mp4", "x/y/c.mp4", ".hidden", "x/.part/d.mp4")
    listed = dict(films.listing())
    assert set(listed) == {"a.mp4", "x/b.mp4", "x/y/c.mp4"}
    assert listed["x/b.mp4"] == films.stat("x/b.mp4")
    assert {key for key, _ in films.listing("x/")} == {"x/b.mp4", "x/y/c.mp4"}


def test_a_level_shows_folders_first_and_goes_on_where_a_page_ended(films: Bucket, put: Callable[..., None]) -> None:
    put("b.mp4", "a.mp4", "z/1.mp4", "c/2.mp4", "c/d/3.mp4", "c/.x", "ab.mp4")
    keys = [key for key, _ in films.level("", None, 10)]
    assert keys == ["c/", "z/", "a.mp4", "ab.mp4", "b.mp4"]
    assert [key for key, _ in films.level("", None, 3)] == keys[:3]
    assert [key for key, _ in films.level("", (False, "z"), 10)] == keys[2:]
    assert [key for key, _ in films.level("", (True, "a.mp4"), 1)] == ["ab.mp4"]
    assert [key for key, _ in films.level("c/", None, 10)] == ["c/d/", "c/2.mp4"]
    assert [key for key, _ in films.level("a", None, 10)] == ["a.mp4", "ab.mp4"]
    assert films.level("none/", None, 10) == []
    stats = dict(films.level("c/", None, 10))
    assert stats == {"c/d/": None, "c/2.mp4": films.stat("c/2.mp4")}
    with pytest.raises(CallerError):
        films.level("../", None, 10)


def test_a_name_is_found_however_it_is_written(films: Bucket, put: Callable[..., None]) -> None:
    composed, apart = "Vid\u00e9os/\u00e9t\u00e9.mp4", "Vide\u0301os/e\u0301te\u0301.mp4"
    put(apart)
    assert films.find(composed) == films.find(apart) == apart
    assert films.find("none\u00e9.mp4") == "none\u00e9.mp4"
    put(composed)
    assert films.find(composed) == composed


def test_a_local_copy_outlives_the_object(films: Bucket, put: Callable[..., None], tmp_path: Path) -> None:
    put("a.mp4", data=b"film")
    stat = films.stat("a.mp4")
    assert stat is not None
    films.copy("a.mp4", tmp_path / "copy")
    put("a.mp4", data=b"another")
    assert (tmp_path / "copy").read_bytes() == b"film"
    assert (tmp_path / "copy").stat().st_mtime_ns == stat.mtime_ns
    with pytest.raises(FileNotFoundError):
        films.copy("none.mp4", tmp_path / "other")


def test_the_cache_of_sources_works_from_any_kind(
    buckets: Buckets, films: Bucket, put: Callable[..., None], tmp_path: Path
) -> None:
    cache, ref = tmp_path / "cache", ObjectRef("films", "", "live/a.m3u8")
    put("live/1.ts", data=b"one")
    put("live/2.ts", data=b"two")
    put("live/a.m3u8", data=b"#EXTM3U\n#EXTINF:2,\n1.ts\n#EXTINF:2,\n2.ts\n")
    joined = fetch.fetch(buckets, ref, cache)
    assert joined.read_bytes() == b"onetwo" and fetch.fetch(buckets, ref, cache) == joined
    film = ObjectRef("films", "", "a.mp4")
    with pytest.raises(MediaError) as missing:
        fetch.fetch(buckets, film, cache)
    assert missing.value.failure.code == "InvalidParameter.ResourceNotFound"
    put("a.mp4", data=b"film")
    copy = fetch.fetch(buckets, film, cache)
    assert copy.read_bytes() == b"film" and not fetch.written_into(buckets, film, copy)
    put("a.mp4", data=b"another film")
    assert not fetch.written_into(buckets, film, copy), "replaced, not written into"
    assert fetch.fetch(buckets, film, cache).read_bytes() == b"another film" and copy.read_bytes() == b"film"


class Heard:
    """What a watch told."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self.rescans: list[tuple[str, str]] = []
        self.news = threading.Condition()

    def hear(self, bucket: str, key: str) -> None:
        with self.news:
            self.found.append((bucket, key))
            self.news.notify_all()

    def rescan(self, bucket: str, folder: str) -> None:
        with self.news:
            self.rescans.append((bucket, folder))
            self.news.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(true, 20), (self.found, self.rescans)


@pytest.fixture
def heard() -> Iterator[Heard]:
    yield Heard()


def test_a_watch_tells_of_what_is_put_and_asks_for_a_scan_first(
    buckets: Buckets, films: Bucket, put: Callable[..., None], heard: Heard
) -> None:
    put("early.mp4")
    watch = buckets.watch(heard.hear, heard.rescan, settle_seconds=0.1, ignore=["*.tmp"])
    watch.set({"films"})
    try:
        heard.until(lambda: ("films", "") in heard.rescans)
        assert {key for key, _ in watch.scan("films")} == {"early.mp4"} and watch.problems() == []
        watch.consider("films", "early.mp4")
        put("x/late.mp4", "x/b.tmp", ".part")
        heard.until(lambda: {("films", "early.mp4"), ("films", "x/late.mp4")} <= set(heard.found))
        assert {key for key, _ in watch.scan("films", "x/")} == {"x/late.mp4"}
        watch.set({"others"})
        heard.until(lambda: ("others", "") in heard.rescans)
        assert buckets["others"].exists(), "a bucket that is watched is made"
    finally:
        watch.close()
    before = list(heard.found)
    put("after.mp4")
    assert heard.found == before and {key for _, key in before} == {"early.mp4", "x/late.mp4"}
