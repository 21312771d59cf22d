"""Faces make covers: a large one in the middle counts most, and what is none does not count."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import cv2
import imageio_ffmpeg
import numpy as np
import pytest

from reelmill.core.model import JobSpec
from reelmill.infer import covers, faces, program
from reelmill.media.tools import Tools
from reelmill.nodes import cover
from reelmill.testkit import LocalIO
from unit.test_cover_choice import scene

PICTURE = Path(__file__).parents[1] / "pictures" / "astronaut.jpg"
SIZE = (640, 360)


def portrait(large: float = 1.0) -> Any:
    """The picture as a film shows it, at this share of its height."""
    found = cv2.imread(str(PICTURE))
    assert found is not None
    canvas = cv2.resize(scene(40), SIZE, interpolation=cv2.INTER_NEAREST)
    high = int(SIZE[1] * large)
    wide = found.shape[1] * high // found.shape[0]
    top, left = (SIZE[1] - high) // 2, (SIZE[0] - wide) // 2
    canvas[top : top + high, left : left + wide] = cv2.resize(found, (wide, high), interpolation=cv2.INTER_AREA)
    return canvas


def grounds() -> list[Any]:
    """Pictures without a face."""
    chance = np.random.default_rng(2)
    odd = [np.zeros((1, 900, 3), np.uint8), np.full((900, 2, 3), 255, np.uint8)]
    noise = chance.integers(0, 255, (360, 640, 3)).astype(np.uint8)
    return [*(cv2.resize(scene(n), SIZE, interpolation=cv2.INTER_NEAREST) for n in range(8)), noise, *odd]


def others() -> list[Any]:
    """As sharp and as colourful as the portrait; a face on its head is none."""
    turned = portrait()[::-1]
    return [turned, turned[:, ::-1], turned[..., [0, 2, 1]]]


def test_a_near_face_counts_and_a_far_one_less() -> None:
    look = faces.look()
    near, far = look(portrait()), look(portrait(0.5))
    assert 0.2 < near <= 1 and 0 <= far < near
    assert [look(one) for one in grounds()] == [0.0] * len(grounds())


def test_of_pictures_that_are_alike_good_the_one_with_the_face_comes_first(tmp_path: Path) -> None:
    wide, high = covers.LARGE
    names, chosen = [], [*others(), portrait()]
    for number, picture in enumerate(chosen):
        cv2.imwrite(str(tmp_path / f"{number}.jpg"), picture)
        names.append(str(tmp_path / f"{number}.grey"))
        Path(names[-1]).write_bytes(cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (wide, high)).tobytes())
    listed = [{"time": n, "score": 0.5, "shot": n} for n in range(4)]
    (tmp_path / "shots").write_text(json.dumps({"candidates": listed}))
    assert program.main(["covers", "choose", str(tmp_path / "shots"), "5", str(tmp_path / "out"), *names]) == 0
    told = json.loads((tmp_path / "out").read_text())
    assert told[0]["time"] == 3 and told[0]["face"] > 0 and {one["face"] for one in told[1:]} <= {0}


@pytest.mark.slow
def test_the_one_sharp_face_of_a_film_is_its_cover(tmp_path: Path) -> None:
    shown = [*others(), portrait(), *others()[:2]]
    for number, picture in enumerate(shown):
        cv2.imwrite(str(tmp_path / f"{number}.png"), picture)
    film = ["-framerate", "1/3", "-i", "%d.png", "-r", "10", "-pix_fmt", "yuv420p", "film.mp4"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *film], check=True, cwd=tmp_path)
    io = LocalIO(tmp_path / "film.mp4", tmp_path / "work", tmp_path / "out", tools=Tools(ai=True))
    spec = cover.spec("", "out", "c{Count}.jpg", 1, "", 0.0, False)
    told = asyncio.run(cover.run([JobSpec("j", None, spec)], io))["j"]
    assert told.failure is None, told.failure
    assert 9 <= told.result["covers"][0]["time"] < 12, told.result
