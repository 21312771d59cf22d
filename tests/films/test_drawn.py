"""Films that once failed, shrunk to what their faults needed, stay right; `--films N` draws N others by chance."""

import secrets
from pathlib import Path

import pytest

from films.covering import read
from films.drawn import drawn
from films.film import Film
from films.product import SOUNDS
from films.trying import right


@pytest.mark.parametrize("film", read(Path(__file__).with_name("found.txt")), ids=str)
def test_what_was_found_once_stays_mended(film: Film) -> None:
    right(film, leave=("other", *SOUNDS))  # made like "own" and "sound", and tried with every film of the covering set


def test_films_drawn_by_chance_are_right(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints each new kind of fault as it is found, and the table of all in the end."""
    count, seed = int(request.config.getoption("--films")), secrets.randbelow(1_000_000)
    with capsys.disabled():
        table = drawn(count, seed, say=lambda text: print(text, flush=True))
        if count:
            print(f"\nseed {seed}\n{table}")
    assert not table.kinds, f"seed {seed}: `python -m films.drawn {count} {seed}` draws these films again\n{table}"
