"""How a film is tried in a test: what is wrong with it becomes the message, with the way to look at it."""

import zlib
from collections.abc import Collection

from films.film import Film
from films.product import outputs
from films.trial import tried


def right(film: Film, leave: Collection[str] = ()) -> None:
    """Assert that all that is made of a film is right, but what is left. Which of the files that are made alike it is,
    the recipe tells."""
    wrong = tried(film, [name for name in outputs(zlib.crc32(str(film).encode())) if name not in leave]).problems
    assert not wrong, "\n".join([*map(str, wrong), f"PYTHONPATH=src:tests .venv/bin/python -m films.look '{film}'"])
