"""Recipes: every draw is sensible, they survive being written down, the covering set covers, the shrinker finds the
smallest."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from films import scene
from films.covering import covering, read
from films.film import Film
from films.judge import Problem
from films.plan import plan
from films.recipe import PROPERTIES, draw, sensible
from films.shrink import Table, shrunk, special


def test_what_is_drawn_is_sensible_and_can_be_written_down() -> None:
    rng = random.Random(1)
    films = [draw(rng, share) for share in (0.0, 0.3, 1.0) for _ in range(400)]
    for film in films:
        assert sensible(film), film
        assert Film.read(str(film)) == film
    for prop in PROPERTIES:
        assert {getattr(film, prop.name) for film in films} == set(prop.values) or prop.name in (
            "change",
            "cut",
            "seam",
            "extra",
            "hdr",
        ), prop.name


def test_the_plain_film_is_sensible_and_has_no_recipe() -> None:
    assert sensible(Film()) and str(Film()) == "{}"
    assert all(getattr(Film(), prop.name) == prop.values[0] for prop in PROPERTIES)


def test_the_covering_set_is_that_of_the_properties() -> None:
    assert read() == covering(), "properties have changed: run `python -m films.covering`"


@pytest.mark.parametrize(
    "recipe",
    [
        "{}",
        '{"start": "sound first"}',
        '{"start": "picture first"}',
        '{"timing": "jitter"}',
        '{"edit": "trim"}',
        '{"rate": "2"}',
    ],
)
def test_events_lie_inside_the_sound(recipe: str) -> None:
    times = plan(Film.read(recipe))
    assert times.sound and len(times.events) >= 4
    assert all(times.sound[0] < at and at + scene.BEEP < times.sound[1] for _, at in times.events)
    assert list(times.clock) == sorted(times.clock)


def _fault(film: Film, wanted: Sequence[str]) -> list[Problem]:
    """A product that cannot do two things, one of them only in one container."""
    found = [Problem("mp4", "level", "too low")] if film.layout == "mono" else []
    return found + (
        [Problem("own", "disorder", "shuffled")] if film.container == "mkv" and film.timing == "jitter" else []
    )


def test_a_film_is_shrunk_to_what_its_fault_needs() -> None:
    rng = random.Random(3)
    films = [film for film in (draw(rng) for _ in range(4000)) if film.container == "mkv" and film.timing == "jitter"]
    assert len(films) > 20
    for film in films[:20]:
        small, problem = shrunk(film, Problem("own", "disorder", ""), _fault, patience=200)
        assert (small.container, small.timing, problem.text) == ("mkv", "jitter", "shuffled")
        assert special(small) <= 5, small  # the codecs may have to stay


def test_the_table_counts_kinds_not_films() -> None:
    table = Table(_fault)
    for film in (
        Film(layout="mono"),
        Film(layout="mono", rate="50"),
        Film(),
        Film(container="mkv", timing="jitter"),
        Film(container="mkv", timing="jitter", layout="mono"),
    ):
        table.add(film, _fault(film, ()))
    assert [(str(k.film), k.count) for k in table.kinds] == [
        ('{"layout": "mono"}', 3),
        ('{"container": "mkv", "timing": "jitter"}', 2),
    ]
    assert (table.films, table.failed) == (5, 4)
    assert replace(Film(), layout="mono") == table.kinds[0].film
