"""Covers and their moving picture have the shape and the colours of the film, whatever its pixels are."""

from dataclasses import replace
from pathlib import Path

import pytest

from clips import ffmpeg
from e2e.test_shapes_that_change import OLD, WIDE, bars, film
from e2e.test_snapshot_pictures import snap
from reelmill.core.errors import Failure
from reelmill.media import covers
from reelmill.media.probe import parse
from reelmill.nodes import cover
from reelmill.testkit import LocalIO

_HDR = "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
FILMS = {
    "HD that tells no matrix": "-f lavfi -i color=0xC03020:s=1280x720:d=1 -c:v libx264 -crf 5 -pix_fmt yuv420p",
    "HDR": f"-f lavfi -i color=gray:s=640x360:d=1 -c:v libx265 -pix_fmt yuv420p10le -x265-params {_HDR}",
}


async def made(source: Path, folder: Path, at: float, form: str = "gif") -> tuple[Path, Path]:
    """The still and the moving picture of a moment."""
    io = LocalIO(source, folder / "work", folder / "out")
    found = await io.probe("${source}")
    assert not isinstance(found, Failure)
    info = parse(found.raw)
    shapes = await cover._shapes(info, io)
    still = covers.take(info, shapes, "j", [{"time": at}], 1)
    still = replace(still, commands=still.commands[:1], expect=("0.jpg",))  # without the choice
    clip = covers.clip(info, shapes, "j", {"begin": at, "seconds": 0.5}, form)
    assert [one.failure for one in await io.execute([still, clip])] == [None, None]
    return next((folder / "work").rglob("0.jpg")), next((folder / "work").rglob(f"clip.{form}"))


def size(picture: Path) -> tuple[int, int]:
    """As viewers show it: they take all pixels for square ones."""
    ffmpeg(f"-i {picture} -frames:v 1 -f image2 -c:v pam", f"file:{picture.with_suffix('.pam')}")
    head = picture.with_suffix(".pam").read_bytes().split(b"ENDHDR")[0].split()
    return int(head[head.index(b"WIDTH") + 1]), int(head[head.index(b"HEIGHT") + 1])


def colour(picture: Path) -> list[int]:
    raw = picture.with_suffix(".rgb")
    ffmpeg(f"-i {picture} -frames:v 1 -vf scale=16:16,format=rgb24 -f rawvideo", f"file:{raw}")
    return list(raw.read_bytes()[408:411])


@pytest.mark.parametrize("form", ["gif", "webp"])
async def test_pixels_that_are_not_square(form: str, tmp_path: Path) -> None:
    """A film that goes from 16:9 to 4:3."""
    source = film(tmp_path, f"setsar={WIDE}", f"setsar={OLD}")
    for at, black in ((0.4, ""), (1.4, "beside")):
        still, clip = await made(source, tmp_path / f"{at}", at, form)
        assert (size(still), bars(still)) == ((1024, 576), black)
        assert (size(clip), bars(clip)) == ((480, 270), black)


@pytest.mark.parametrize("name", FILMS)
async def test_colours_are_those_of_snapshots(name: str, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    ffmpeg(FILMS[name], f"file:{source}")
    outcome, _ = await snap(source, tmp_path / "snap", Time="200")
    assert outcome.failure is None
    shown = colour(next((tmp_path / "snap" / "out").rglob("*.jpg")))
    for picture in await made(source, tmp_path / "cover", 0.2):
        assert colour(picture) == pytest.approx(shown, abs=5)
