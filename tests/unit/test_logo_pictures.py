"""Pictures of logos: what is kept of a file, and what is refused."""

import re
import subprocess

import cv2
import imageio_ffmpeg
import numpy as np
import pytest

from reelmill.infer import logos as looking
from reelmill.media import logos, thumbnail
from unit.test_providers import logo


def read(data: bytes) -> logos.Pixels:
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), *logos.argv(thumbnail.kind_of(data))]
    return logos.pixels(subprocess.run(argv, input=data, capture_output=True, check=False).stdout)


@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_what_is_kept_is_small_and_can_be_looked_for(suffix: str, clear: bool) -> None:
    drawn = cv2.resize(logo(clear), (960, 400))
    known = read(cv2.imencode(suffix, drawn)[1].tobytes())
    assert (known.width, known.height, logos.problem(known)) == (240, 100, "")
    again = cv2.imdecode(np.frombuffer(logos.png(known), np.uint8), cv2.IMREAD_UNCHANGED)
    assert again is not None and again.shape == (100, 240, 4) and looking.sizes(again)
    if suffix == ".png":
        seen = logo(clear)[..., 3:] > 127
        assert np.abs((again.astype(int) - logo(clear)) * seen).mean() < 6


@pytest.mark.parametrize(
    ("drawn", "why"),
    [
        (np.full((50, 90, 3), 80, np.uint8), "nothing in it"),
        (np.zeros((50, 90, 4), np.uint8), "nothing in it"),
        (logo(False)[:11, :150], "12 pixels"),
        (cv2.resize(logo(False), (1000, 40)), "16 times"),
        (cv2.resize(logo(False), (30, 900)), "16 times"),
    ],
)
def test_what_could_not_be_known_again_is_refused(drawn: np.ndarray, why: str) -> None:
    assert re.search(why, logos.problem(read(cv2.imencode(".png", drawn)[1].tobytes())))


@pytest.mark.parametrize("shape", [(240, 15), (15, 240), (12, 12), (12, 192), (1000, 63)])
def test_what_is_kept_can_be_looked_for_whatever_its_shape(shape: tuple[int, int]) -> None:
    chance = np.random.default_rng(3).integers(0, 255, (*shape, 3), np.uint8)
    known = read(cv2.imencode(".png", cv2.GaussianBlur(chance, (5, 5), 0))[1].tobytes())
    assert logos.problem(known) == ""
    assert looking.sizes(cv2.imdecode(np.frombuffer(logos.png(known), np.uint8), cv2.IMREAD_UNCHANGED))


@pytest.mark.parametrize("cut", [10, 40, 500])
def test_a_broken_file_is_no_picture(cut: int) -> None:
    with pytest.raises(ValueError, match="no picture"):
        read(cv2.imencode(".png", np.random.default_rng(1).integers(0, 255, (90, 90, 3), np.uint8))[1].tobytes()[:cut])


@pytest.mark.parametrize("printed", [b"", b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 4\nENDHDR\n" + bytes(15), b"P6\n2 2\n255\n"])
def test_what_is_not_whole_is_no_picture(printed: bytes) -> None:
    with pytest.raises(ValueError, match="no picture"):
        logos.pixels(printed)


@pytest.mark.parametrize(("hidden", "outline"), [(0, False), (128, False), (0, True)])
def test_colours_that_are_hidden_are_none_of_the_logo(hidden: int, outline: bool) -> None:
    """White letters on nothing have no contrast of their own, whatever programs leave where nothing is seen; with an
    outline they have."""
    inner = cv2.putText(np.zeros((400, 960), np.uint8), "ACME", (20, 300), cv2.FONT_HERSHEY_SIMPLEX, 10, (255,), 20)
    outer = cv2.dilate(inner, np.ones((25, 25), np.uint8)) if outline else inner
    drawn = np.full((400, 960, 4), hidden, np.uint8)
    drawn[outer > 127] = (0, 0, 0, 255)
    drawn[inner > 127] = 255
    drawn[..., 3] = np.where(outer > 127, 255, 0)
    picture = read(cv2.imencode(".png", drawn)[1].tobytes())
    assert (logos.problem(picture) == "") is outline
