"""Small pictures: what may be asked for, what is a picture, what is kept. ffmpeg is the real one."""

import asyncio
import struct
import subprocess
import zlib
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from reelmill.core.errors import CallerError
from reelmill.media import thumbnail
from reelmill.media.thumbnail import Resize
from reelmill.media.tools import Tools
from reelmill.objects.folder import Folder
from reelmill.objects.folders import Folders
from reelmill.services.thumbnails import Bounds, Thumbnails

TOOLS = Tools()
W160 = Resize(160, 0)


def picture(path: Path, size: str = "640x360", *more: str) -> Path:
    """A real one, in the format that its name says."""
    subprocess.run(
        [
            TOOLS.path("ffmpeg"),
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            f"testsrc2=s={size}",
            "-frames:v",
            "1",
            *more,
            str(path),
        ],
        check=True,
    )
    return path


def png(path: Path, width: int, height: int, kind: int = 0, depth: int = 1) -> Path:
    """A PNG of zeros: a few kilobytes, whatever its size. kind 0: grey, 6: RGBA."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    row = bytes(1 + (width * depth * (4 if kind == 6 else 1) + 7) // 8)
    press = zlib.compressobj(1)
    data = b"".join(press.compress(row) for _ in range(height)) + press.flush()
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
        + chunk(b"IDAT", data)
        + chunk(b"IEND", b"")
    )
    return path


def sides(data: bytes) -> tuple[int, int]:
    """Width and height of a picture; of a PNG as its header tells, for ffprobe has no decoder of it."""
    if thumbnail.kind_of(data) == "png":
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    asked = [
        TOOLS.path("ffprobe"),
        "-v",
        "error",
        "-show_entries",
        "stream=width,height",
        "-of",
        "csv=p=0",
        "-f",
        f"{thumbnail.kind_of(data)}_pipe",
        "-i",
        "pipe:0",
    ]
    told = subprocess.run(asked, input=data, stdout=subprocess.PIPE, check=True).stdout.decode().strip().split(",")
    return int(told[0]), int(told[1])


def small(maker: Thumbnails, path: Path, size: Resize = W160) -> Coroutine[Any, Any, bytes]:
    bucket = bucket_of(path)
    stat = bucket.stat(path.name)
    assert stat is not None
    return maker.of(bucket, path.name, stat, size)


def bucket_of(path: Path) -> Folder:
    """A bucket whose folder is the one of this file."""
    root = path.parent / "buckets"
    root.mkdir(exist_ok=True)
    if not (root / "shelf").exists():
        (root / "shelf").symlink_to(path.parent)
    return Folders(root)["shelf"]


@pytest.fixture
def maker(tmp_path: Path) -> Thumbnails:
    return Thumbnails(tmp_path / "kept", TOOLS)


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "kept").glob("??/*"))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("image/resize,w_160", Resize(160, 0)),
        ("image/resize,h_80", Resize(0, 80)),
        ("image/resize,h_80,w_320", Resize(320, 80)),
    ],
)
def test_what_may_be_asked_for(text: str, size: Resize) -> None:
    assert thumbnail.asked(text) == size


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NotSupported"),
        ("image/resize", "NotSupported"),
        ("image/resize,", "NotSupported"),
        ("video/snapshot,t_1", "NotSupported"),
        ("style/small", "NotSupported"),
        ("image/resize,w_160/format,webp", "OutOfRange"),
        ("image/resize,m_fill,w_160", "NotSupported"),
        ("image/resize,w_160,w_160", "NotSupported"),
        ("image/resize,w_161", "OutOfRange"),
        ("image/resize,w_0160", "OutOfRange"),
        ("image/resize,w_١٦٠", "OutOfRange"),
        ("image/resize,w_-160", "OutOfRange"),
        ("image/resize,w_16384", "OutOfRange"),
        ("image/resize,p_50", "NotSupported"),
        ("image/crop,w_160", "NotSupported"),
    ],
)
def test_what_is_refused_says_so(text: str, code: str) -> None:
    with pytest.raises(CallerError) as refused:
        thumbnail.asked(text)
    assert refused.value.code == f"InvalidParameter.{code}" and thumbnail.PARAMETER in refused.value.message


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (Resize(160, 0), (160, 90)),
        (Resize(0, 80), (142, 80)),
        (Resize(160, 64), (114, 64)),
        (Resize(80, 640), (80, 45)),
        (Resize(1280, 0), (640, 360)),
    ],
)
async def test_the_largest_of_the_same_shape_in_the_box_and_never_larger_than_it_was(
    maker: Thumbnails, tmp_path: Path, name: str, size: Resize, expected: tuple[int, int]
) -> None:
    data = await small(maker, picture(tmp_path / name), size)
    assert thumbnail.kind_of(data) == {"a.jpg": "jpeg", "a.png": "png", "a.webp": "webp"}[name]
    width, height = sides(data)
    assert abs(width - expected[0]) <= 1 and abs(height - expected[1]) <= 1


@pytest.mark.parametrize(
    ("width", "height", "kind", "depth"),
    [(4000, 3, 0, 1), (3, 4000, 0, 8), (1, 1, 6, 8), (300, 200, 6, 16), (5000, 5000, 6, 8)],
)
async def test_odd_shapes_and_depths(
    maker: Thumbnails, tmp_path: Path, width: int, height: int, kind: int, depth: int
) -> None:
    got = sides(await small(maker, png(tmp_path / "odd.png", width, height, kind, depth)))
    assert got[0] == min(160, width) and got[1] >= 1


async def test_a_picture_whose_header_asks_for_gigabytes_is_refused_and_costs_nothing_again(
    maker: Thumbnails, tmp_path: Path
) -> None:
    bomb = png(tmp_path / "bomb.png", 30_000, 30_000)
    assert bomb.stat().st_size < 1_000_000
    version = bucket_of(bomb).stat(bomb.name)
    assert version is not None
    with pytest.raises(CallerError) as refused:
        await small(maker, bomb)
    assert "67 million" in refused.value.message
    bomb.unlink()
    with pytest.raises(CallerError) as again:  # this version is not looked at again
        await maker.of(bucket_of(bomb), bomb.name, version, W160)
    assert again.value.message == refused.value.message
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"this is a text\n" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        b"#EXTM3U\nfile:///etc/passwd\n",
        b"GIF89a" + bytes(40),
        bytes(100),
    ],
)
async def test_what_only_has_the_name_of_a_picture_is_refused(
    maker: Thumbnails, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(CallerError) as refused:
        await small(maker, tmp_path / "a.jpg")
    assert refused.value.code == "InvalidParameter.ResourceNotSupported"


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
async def test_half_a_picture_gives_an_error_or_a_picture_but_no_crash(
    maker: Thumbnails, tmp_path: Path, name: str
) -> None:
    whole = picture(tmp_path / name).read_bytes()
    for share in (0.02, 0.5):
        (tmp_path / name).write_bytes(whole[: int(len(whole) * share)])
        try:
            assert sides(await small(maker, tmp_path / name))[0] == 160
        except CallerError as error:
            assert error.code == "InvalidParameter.ResourceContentBad"


async def test_a_file_that_is_too_large_is_not_read(maker: Thumbnails, tmp_path: Path) -> None:
    large = picture(tmp_path / "a.jpg")
    with large.open("ab") as file:
        file.truncate(thumbnail.MAX_SOURCE + 1)
    with pytest.raises(CallerError) as refused:
        await small(maker, large)
    assert "20 MiB" in refused.value.message


async def test_it_is_made_once_for_all_who_ask_and_again_for_a_new_version(maker: Thumbnails, tmp_path: Path) -> None:
    film = picture(tmp_path / "a.jpg")
    first = await asyncio.gather(*(small(maker, film) for _ in range(20)))
    assert len(set(first)) == 1 and len(kept(tmp_path)) == 1
    made = kept(tmp_path)[0].stat().st_ino
    assert await small(maker, film) == first[0] and kept(tmp_path)[0].stat().st_ino == made
    picture(film, "320x320")
    assert sides(await small(maker, film)) == (160, 160) and len(kept(tmp_path)) == 2


async def test_who_goes_away_does_not_take_it_from_the_others(maker: Thumbnails, tmp_path: Path) -> None:
    film = picture(tmp_path / "a.jpg")
    leaver, stayer = (asyncio.create_task(small(maker, film)) for _ in range(2))
    await asyncio.sleep(0.01)
    leaver.cancel()
    assert sides(await stayer) == (160, 90)


async def test_what_was_not_looked_at_for_longest_goes_first(tmp_path: Path) -> None:
    maker = Thumbnails(tmp_path / "kept", TOOLS, Bounds(count=5))
    films = [picture(tmp_path / f"{n}.jpg", "64x36") for n in range(6)]
    for film in films[:5]:
        await small(maker, film)
    oldest = {path.name for path in kept(tmp_path)}
    await small(maker, films[0])  # looked at again
    await small(maker, films[5])
    assert len(kept(tmp_path)) <= 5
    gone = oldest - {path.name for path in kept(tmp_path)}
    assert len(gone) == 2
    before = {path: path.stat().st_ino for path in kept(tmp_path)}
    await small(maker, films[0])
    assert {path: path.stat().st_ino for path in kept(tmp_path)} == before, "the one that was looked at was kept"


async def test_the_bytes_are_bounded_too_also_those_of_an_earlier_start(tmp_path: Path) -> None:
    (tmp_path / "kept" / "ab").mkdir(parents=True)
    (tmp_path / "kept" / "ab" / "earlier").write_bytes(bytes(100_000))
    await small(Thumbnails(tmp_path / "kept", TOOLS, Bounds(size=50_000)), picture(tmp_path / "a.jpg"))
    assert [path.name for path in kept(tmp_path) if path.name == "earlier"] == [] and len(kept(tmp_path)) == 1
