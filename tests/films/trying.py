"""How a film is tried in a test: what is wrong with it becomes the message, with the way to look at it."""

from films.recipe import Film
from films.trial import tried


def right(film: Film) -> None:
    """Assert that all that is made of a film is right."""
    wrong = tried(film).complaints
    assert not wrong, "\n".join([*map(str, wrong), f"PYTHONPATH=src:tests .venv/bin/python -m films.look '{film}'"])
