"""How a film is tried in a test: what is wrong with it becomes the message, with the way to look at it."""

import zlib

from films.product import outputs
from films.recipe import Film
from films.trial import tried


def right(film: Film) -> None:
    """Assert that all that is made of a film is right. Which of the files that are made alike it is, the recipe tells."""
    wrong = tried(film, outputs(zlib.crc32(str(film).encode()))).complaints
    assert not wrong, "\n".join([*map(str, wrong), f"PYTHONPATH=src:tests .venv/bin/python -m films.look '{film}'"])
