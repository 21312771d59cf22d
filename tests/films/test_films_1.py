"""Every film of the covering set comes out right in every output. Half of them: a file of tests stays in one process,
and two cores shall work."""

import pytest

from films.covering import read
from films.film import Film
from films.trying import right


@pytest.mark.parametrize("film", read()[0::2], ids=str)
def test_all_that_is_made_of_a_film_is_right(film: Film) -> None:
    right(film)
