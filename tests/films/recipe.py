"""Recipes of films: what may be chosen, what goes together, and how recipes are written down.

A film is drawn property by property, in the order of PROPERTIES; a rule looks at what was chosen before and says
whether a value fits. So every film that is drawn is sensible, and a rule is one line. The first value of a property is
the plain one, to which the shrinker goes back.
"""

import random
from dataclasses import replace
from typing import Any

from films.film import Film, Property
from films.other_properties import OTHER
from films.picture_properties import PICTURE

# in the order in which they are chosen: what a rule looks at stands before it
PROPERTIES = (*PICTURE, *OTHER)
BY_NAME = {p.name: p for p in PROPERTIES}


def choices(film: Film, prop: Property) -> list[str | int]:
    """The values that fit to what was chosen before."""
    return [value for value in prop.values if prop.fits(film, value)]


def sensible(film: Film) -> bool:
    """Whether every value fits to those before it."""
    return all(getattr(film, p.name) in p.values and p.fits(film, getattr(film, p.name)) for p in PROPERTIES)


def draw(rng: random.Random, special: float = 1.0) -> Film:
    """A sensible film by chance. `special` is the share of properties that are chosen freely; the others stay plain
    where they can."""
    film = Film()
    for prop in PROPERTIES:
        fitting = choices(film, prop)
        if not fitting:
            return draw(rng, special)  # a dead end; rare
        free = prop.name in ("container", "video", "sound") or rng.random() < special
        value = rng.choice(fitting) if free or prop.values[0] not in fitting else prop.values[0]
        changed: dict[str, Any] = {prop.name: value}
        film = replace(film, **changed)
    return film
