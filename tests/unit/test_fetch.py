"""The source cache holds whole, unchanged copies, and playlists read nothing that is not theirs."""

import errno
import os
from pathlib import Path

import pytest

import machine
from reelmill.core.errors import MediaError
from reelmill.core.model import ObjectRef
from reelmill.objects.fetch import fetch, intact, retire, segment_names, sweep, written_into
from reelmill.objects.folders import Folders


@pytest.fixture
def buckets(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "buckets")
    made["films"].create()
    return made


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def ref(key: str) -> ObjectRef:
    return ObjectRef("films", "oss-cn-hangzhou", key)


def put(buckets: Folders, key: str, data: bytes = b"data") -> Path:
    path = buckets.root / "films" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def code(buckets: Folders, key: str, cache: Path) -> str:
    with pytest.raises(MediaError) as caught:
        fetch(buckets, ref(key), cache)
    assert not caught.value.failure.source_ok
    return caught.value.failure.code


def test_the_same_version_is_fetched_once(buckets: Folders, cache: Path) -> None:
    put(buckets, "a.mp4", b"one")
    first = fetch(buckets, ref("a.mp4"), cache)
    assert first.read_bytes() == b"one" and first.name == "source.mp4" and intact(first)
    assert fetch(buckets, ref("a.mp4"), cache) == first
    assert sorted(p.name for p in first.parent.iterdir()) == ["origin", "source.mp4", "version"]


def test_a_replaced_object_is_another_version_and_the_old_copy_stays(buckets: Folders, cache: Path) -> None:
    path = put(buckets, "a.mp4", b"one")
    first = fetch(buckets, ref("a.mp4"), cache)
    new = put(buckets, ".new", b"second")
    new.replace(path)
    second = fetch(buckets, ref("a.mp4"), cache)
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"second")
    path.unlink()
    assert second.read_bytes() == b"second"


def test_overwriting_in_place_is_found_out(buckets: Folders, cache: Path) -> None:
    put(buckets, "a.mp4", b"one")
    first = fetch(buckets, ref("a.mp4"), cache)
    put(buckets, "a.mp4", b"other bytes in the same file")
    assert not intact(first)
    assert fetch(buckets, ref("a.mp4"), cache).read_bytes() == b"other bytes in the same file"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a.MP4", "source.mp4"),
        ("a", "source"),
        ("a.b/c", "source"),
        ("a.m p4", "source"),
        ("a.toolong", "source"),
        ("-i.mkv", "source.mkv"),
        ("a.视", "source"),
    ],
)
def test_extension_is_plain(buckets: Folders, cache: Path, key: str, name: str) -> None:
    put(buckets, key)
    assert fetch(buckets, ref(key), cache).name == name


def test_missing_objects_and_buckets(buckets: Folders, cache: Path) -> None:
    assert code(buckets, "none.mp4", cache) == "InvalidParameter.ResourceNotFound"
    assert code(buckets, "../films/none.mp4", cache) == "InvalidParameter.ResourceNotFound"


def test_another_file_system_is_copied_from(buckets: Folders) -> None:
    machine.need("two file systems")
    cache = Path("/dev/shm") / f"reelmill-test-{os.getpid()}"
    put(buckets, "a.mp4", b"one")
    try:
        first = fetch(buckets, ref("a.mp4"), cache)
        put(buckets, "a.mp4", b"overwritten in place")
        assert first.read_bytes() == b"one" and intact(first)
        assert fetch(buckets, ref("a.mp4"), cache).read_bytes() == b"overwritten in place"
    finally:
        retire(cache, [entry.name for entry in cache.iterdir()])
        sweep(cache)
        cache.rmdir()


def test_who_writes_on_is_told_from_who_replaces(
    buckets: Folders, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy cannot tell by itself: half of one film may be in it. The same file with other content was not complete;
    another file in its place is a newer one."""
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EXDEV, "another disk")))
    put(buckets, "a.mp4", b"half")
    copy = fetch(buckets, ref("a.mp4"), cache)
    assert not written_into(buckets, ref("a.mp4"), copy)
    with (buckets.root / "films" / "a.mp4").open("ab") as out:
        out.write(b" and the rest")
    assert intact(copy) and written_into(buckets, ref("a.mp4"), copy)
    copy = fetch(buckets, ref("a.mp4"), cache)
    put(buckets, ".new", b"another film")
    (buckets.root / "films" / ".new").replace(buckets.root / "films" / "a.mp4")
    assert not written_into(buckets, ref("a.mp4"), copy)
    (buckets.root / "films" / "a.mp4").unlink()
    assert not written_into(buckets, ref("a.mp4"), copy)


@pytest.mark.parametrize("linked", [True, False], ids=["a link", "a copy"])
def test_a_time_that_is_set_later_is_no_other_film(
    buckets: Folders, cache: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    """Copying tools set the time after they closed the file; the run goes on with what it has. A write of the same
    size is found, whatever time is set after it."""
    if not linked:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EXDEV, "another disk")))
    film = buckets.root / "films" / "a.mp4"
    put(buckets, "a.mp4", b"a film" * 100_000)
    copy = fetch(buckets, ref("a.mp4"), cache)
    os.utime(film, (1_000_000_000, 1_000_000_000))
    assert intact(copy) and not written_into(buckets, ref("a.mp4"), copy)
    with film.open("r+b") as out:
        out.write(b"B" * 600_000)
    os.utime(film, (1_000_000_001, 1_000_000_001))
    assert written_into(buckets, ref("a.mp4"), copy) and intact(copy) != linked


def test_a_playlist_becomes_one_file(buckets: Folders, cache: Path) -> None:
    put(buckets, "live/1.ts", b"one")
    put(buckets, "live/2.ts", b"two")
    put(
        buckets,
        "live/a.m3u8",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:2,\n1.ts\r\n#EXTINF:2,\n2.ts\n#EXT-X-ENDLIST\n",
    )
    made = fetch(buckets, ref("live/a.m3u8"), cache)
    assert made.name == "source.ts" and made.read_bytes() == b"onetwo" and intact(made)
    assert fetch(buckets, ref("live/a.m3u8"), cache) == made
    put(buckets, "live/2.ts", b"new two")
    assert fetch(buckets, ref("live/a.m3u8"), cache).read_bytes() == b"onenew two"
    (buckets.root / "films/live/2.ts").unlink()
    assert code(buckets, "live/a.m3u8", cache) == "InvalidParameter.ResourceNotFound"


def test_a_playlist_of_one_segment_at_the_root(buckets: Folders, cache: Path) -> None:
    put(buckets, "1.ts", b"one")
    put(buckets, "a.M3U8", b"#EXTM3U\n#EXTINF:2,\n1.ts\n")
    assert fetch(buckets, ref("a.M3U8"), cache).read_bytes() == b"one"


def test_names_of_segments_are_decoded(buckets: Folders, cache: Path) -> None:
    put(buckets, "шоу #1: 100%-00001.ts", b"one")
    put(buckets, "a.m3u8", b"#EXTM3U\n#EXTINF:2,\n%D1%88%D0%BE%D1%83%20%231%3A%20100%25-00001.ts\n")
    assert fetch(buckets, ref("a.m3u8"), cache).read_bytes() == b"one"


def test_a_segment_that_is_a_link_out_of_the_bucket_is_not_there(buckets: Folders, cache: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (buckets.root / "films" / "1.ts").symlink_to(tmp_path / "secret")
    put(buckets, "a.m3u8", b"#EXTM3U\n#EXTINF:2,\n1.ts\n")
    assert code(buckets, "a.m3u8", cache) == "InvalidParameter.ResourceNotFound"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no playlist",
        "#EXTM3U\n",
        "#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n",
        "#EXTM3U\n/etc/passwd.ts\n",
        "#EXTM3U\n../1.ts\n",
        "#EXTM3U\nsub/1.ts\n",
        "#EXTM3U\nhttp://localhost/1.ts\n",
        "#EXTM3U\n.hidden.ts\n",
        "#EXTM3U\n%2e%2e%2f1.ts\n",
        "#EXTM3U\n%2Ehidden.ts\n",
        "#EXTM3U\nsub%2F1.ts\n",
        "#EXTM3U\n1.mp4\n",
        '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n1.ts\n',
        '#EXTM3U\n#EXT-X-MAP:URI="i.mp4"\n1.ts\n',
        "#EXTM3U\n#EXT-X-BYTERANGE:5@0\n1.ts\n",
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n1.ts\n",
        "#EXTM3U\n" + "1.ts\n" * 300_000,
    ],
)
def test_other_playlists_are_refused(text: str) -> None:
    with pytest.raises(MediaError) as caught:
        segment_names(text.encode())
    assert caught.value.failure.code == "InvalidParameter.ResourceNotSupported"


def test_what_is_retired_is_found_by_nobody_and_swept(buckets: Folders, cache: Path) -> None:
    sweep(cache)  # no cache yet: nothing to do
    put(buckets, "a.mp4")
    put(buckets, "b.mp4")
    kept, gone = fetch(buckets, ref("a.mp4"), cache), fetch(buckets, ref("b.mp4"), cache)
    retire(cache, [gone.parent.name, "was never there"])
    assert not gone.exists()
    again = fetch(buckets, ref("b.mp4"), cache)
    sweep(cache)
    assert sorted(entry.name for entry in cache.iterdir()) == sorted({kept.parent.name, again.parent.name})
    assert kept.exists() and again.exists()
