"""A small set of films in which every value of every property meets every value of every other one that it can meet.

`python -m films.covering` writes the set anew into covering.txt, after properties have changed. It is the same on every
machine.
"""

import itertools
import random
from pathlib import Path

import numpy as np

from films.film import Film
from films.recipe import draw

PLACE = Path(__file__).with_name("covering.txt")
POOL = 6000
_SOLO = {("extra", "locked")}  # what makes every output fail would hide all that it meets: such films stand alone

# Properties that may disturb each other; pairs count inside a group. All meet the container.
GROUPS = (
    ("container", "video"),
    ("container", "sound"),
    ("container", "bframes", "gop", "timing", "start", "end", "edit", "seam", "cut", "keys", "pieces"),
    ("container", "size", "scan", "sar", "turn", "crop", "resize", "alpha"),
    ("size", "depth", "matrix", "range", "hdr", "alpha"),
    ("container", "layout", "change", "tracks", "loud", "extra"),
    ("tracks", "start", "end", "edit", "seam", "pieces"),
    ("rate", "timing", "scan", "start", "pieces"),
    ("scan", "pieces", "turn", "alpha", "resize", "gop"),
    ("video", "alpha"),
    ("video", "depth"),
    ("video", "scan"),
    ("video", "keys"),
    ("video", "bframes"),
    ("sound", "layout"),
)
RARE = 30  # what meets less often than this in the pool is left to films that are drawn

Pair = tuple[str, object, str, object]


def pairs(film: Film) -> set[Pair]:
    """The pairs of values that meet in a film, and that count."""
    return {(a, getattr(film, a), b, getattr(film, b)) for group in GROUPS for a, b in itertools.combinations(group, 2)}


def pool() -> list[Film]:
    """Many films, drawn freely, the same ones each time."""
    rng = random.Random(9)
    films = dict.fromkeys(draw(rng) for _ in range(POOL))
    return [film for film in films if not any(getattr(film, name) == value for name, value in _SOLO)]


def covering() -> list[Film]:
    """Greedy: again and again the film of the pool that brings most pairs which are not there yet."""
    films = pool()
    numbers: dict[Pair, int] = {}
    rows = np.array(
        [[numbers.setdefault(pair, len(numbers)) for pair in sorted(pairs(film), key=str)] for film in films]
    )
    lacking = np.bincount(rows.ravel()) >= RARE
    costs = np.array(
        [4.0 if film.hd or film.video == "dv" else 1.5 if film.size == "352x288" else 1.0 for film in films]
    )  # large pictures cost most of the time
    chosen: list[Film] = []
    while lacking.any():
        best = int((lacking[rows].sum(1) / costs).argmax())
        lacking[rows[best]] = False
        chosen.append(films[best])
    return chosen


def read(place: Path = PLACE) -> list[Film]:
    """The recipes of a file, one a line; lines that begin with # are remarks."""
    return [Film.read(line) for line in place.read_text().splitlines() if line and not line.startswith("#")]


if __name__ == "__main__":
    found = covering()
    PLACE.write_text(
        "# Made by films.covering: every pair of values that can meet does so here.\n"
        + "".join(f"{film}\n" for film in found)
    )
    print(f"{len(found)} films")
