"""Which pictures of a film are worth showing: what is black, blurred, plain or a repeat is not."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reelmill.infer import covers, program
from reelmill.infer.covers import HIGH, LARGE, WIDE


def scene(seed: int, light: float = 1.0) -> Any:
    """A picture of chance with edges and colours."""
    chance = np.random.default_rng(seed)
    picture = np.zeros((HIGH, WIDE, 3))
    for _ in range(60):
        top, left = int(chance.integers(0, HIGH - 8)), int(chance.integers(0, WIDE - 8))
        high, wide = (int(n) for n in chance.integers(6, 30, 2))
        picture[top : top + high, left : left + wide] = chance.uniform(0, 255, 3)
    return (picture * light).astype(np.uint8)


def soft(picture: Any) -> Any:
    blurred = picture.astype(float)
    for _ in range(30):
        blurred = (blurred + np.roll(blurred, 1, 0) + np.roll(blurred, -1, 0) + np.roll(blurred, 1, 1)) / 4
    return blurred.astype(np.uint8)


def card() -> Any:
    picture = np.full((HIGH, WIDE, 3), (16, 24, 48), np.uint8)
    picture[30:40, 30:98:4] = 250
    return picture


def shots(tmp_path: Path, frames: list[Any], wanted: int = 5, seconds: float = 4) -> dict[str, Any]:
    (tmp_path / "f").write_bytes(np.stack(frames).tobytes())
    words = ["shots", str(tmp_path / "f"), "2", str(wanted), str(seconds), str(tmp_path / "out")]
    assert program.main(["covers", *words]) == 0
    return dict(json.loads((tmp_path / "out").read_text()))


def test_only_the_sharp_scene_is_a_candidate(tmp_path: Path) -> None:
    parts = [np.zeros((HIGH, WIDE, 3), np.uint8), soft(scene(1)), card(), scene(2)]
    found = shots(tmp_path, [frame for frame in parts for _ in range(6)])
    assert found["shots"] >= 3 and found["candidates"]
    assert {one["time"] >= 9 for one in found["candidates"]} == {True}


def test_a_night_film_has_covers_as_well(tmp_path: Path) -> None:
    found = shots(tmp_path, [scene(n // 4, 0.25) for n in range(16)])
    assert len({one["shot"] for one in found["candidates"]}) == 4


def test_the_best_seconds_lie_inside_one_shot_and_are_not_black(tmp_path: Path) -> None:
    black = [np.zeros((HIGH, WIDE, 3), np.uint8)] * 10
    moving = [np.roll(scene(3), n, axis=1) for n in range(12)]
    clip = shots(tmp_path, [*black, *moving, *black], seconds=3)["clip"]
    assert clip["seconds"] == 3 and clip["begin"] >= 5 and clip["begin"] + 3 <= 11


def test_a_black_film_has_nothing(tmp_path: Path) -> None:
    found = shots(tmp_path, [np.zeros((HIGH, WIDE, 3), np.uint8)] * 8)
    assert (found["candidates"], found["clip"]) == ([], None)


def test_repeats_and_what_turns_out_to_be_soft_are_left_out(tmp_path: Path) -> None:
    wide, high = LARGE
    chance = np.random.default_rng(5)

    def large(seed: int) -> Any:
        blocks = np.random.default_rng(seed).uniform(0, 255, (18, 32))
        return np.kron(blocks, np.ones((20, 20)))[:high, :wide]

    first = large(1)
    again = np.clip(first + chance.normal(0, 4, first.shape), 0, 255)
    vague = np.full((high, wide), 90.0) + np.linspace(0, 60, wide)
    names = [str(tmp_path / f"{n}.grey") for n in range(4)]
    for name, picture in zip(names, (first, again, vague, large(2)), strict=True):
        Path(name).write_bytes(picture.astype(np.uint8).tobytes())
    listed = [{"time": n, "score": 0.9 - n / 10, "shot": n} for n in range(4)]
    (tmp_path / "shots").write_text(json.dumps({"candidates": listed}))
    words = ["choose", str(tmp_path / "shots"), "5", str(tmp_path / "out"), *names]
    assert program.main(["covers", *words]) == 0
    chosen = json.loads((tmp_path / "out").read_text())
    assert sorted(one["time"] for one in chosen) in ([0, 3], [1, 3])


def test_an_empty_film_is_refused_by_one_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f").write_bytes(b"")
    assert program.main(["covers", "shots", str(tmp_path / "f"), "2", "5", "0", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == "infer: empty\n"


def test_both_sides_agree_on_the_size_of_frames() -> None:
    from reelmill.media import covers as commands

    assert (covers.WIDE, covers.HIGH, f"{LARGE[0]}:{LARGE[1]}") == (commands.WIDE, commands.HIGH, commands.LARGE)
