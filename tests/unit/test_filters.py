"""Which objects a filter takes."""

import pytest

from reelmill.core import filters
from reelmill.core.errors import CallerError
from reelmill.core.filters import EVERYTHING, Filter, glob_matches


@pytest.mark.parametrize(
    ("pattern", "key", "hit"),
    [
        ("*.mov", "a/b/film.mov", True),
        ("*.mov", "a/b.mov/film.mp4", False),
        ("news/*.mov", "news/film.mov", True),
        ("news/*.mov", "news/old/film.mov", False),
        ("news/**/*.mov", "news/film.mov", True),
        ("news/**/*.mov", "news/a/b/film.mov", True),
        ("news/**/*.mov", "old/news/film.mov", False),
        ("**/raw/*", "a/b/raw/x", True),
        ("**", "a/b", True),
        ("a/**", "b/a", False),
        ("cam[12]/?.mp4", "cam2/x.mp4", True),
        ("cam[12]/?.mp4", "cam3/x.mp4", False),
        ("*a" * 60 + "b", "a" * 1000, False),  # soon told
        ("**/" * 200 + "x", "a/" * 400 + "y", False),
    ],
)
def test_globs(pattern: str, key: str, hit: bool) -> None:
    assert glob_matches(pattern, key) is hit


def test_everything_that_is_given_must_hold() -> None:
    given = filters.of(
        {
            "Suffix": [".MP4", ".mov"],
            "Glob": "up/*",
            "MinSize": "10",
            "MaxSize": 20,
            "ModifiedAfter": "1970-01-01T00:00:01Z",
            "ModifiedBefore": "1970-01-01T00:00:02Z",
        }
    )
    assert given.takes("up/a.mp4", 10, 1000) and given.takes("up/a.MOV", 20, 2000)
    for wrong in (("up/a.avi", 15, 1500), ("b/a.mp4", 15, 1500), ("up/a.mp4", 9, 1500), ("up/a.mp4", 21, 1500)):
        assert not given.takes(*wrong)
    assert not given.takes("up/a.mp4", 15, 999) and not given.takes("up/a.mp4", 15, 2001)
    assert filters.of(filters.to_json(given)) == given


def test_one_text_stands_for_a_list_and_nothing_takes_everything() -> None:
    assert filters.of({"Suffix": "3.mp4"}) == Filter(suffixes=("3.mp4",))
    assert filters.of({}) == filters.of('{"Glob": ""}') == EVERYTHING and EVERYTHING.takes("x", 0, 0)
    assert filters.to_json(EVERYTHING) == {}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"Suffix": []}, "MissingParameter"),
        ({"Suffix": {}}, "InvalidParameter.JsonArrayFormatInvalid"),
        ({"MinSize": -1}, "InvalidParameter.OutOfRange"),
        ({"MinSize": 2, "MaxSize": 1}, "InvalidParameter"),
        ({"ModifiedAfter": "yesterday"}, "InvalidParameter.Format"),
        ({"Prefix": "x"}, "InvalidParameter"),
        ([], "InvalidParameter.JsonObjectFormatInvalid"),
    ],
)
def test_what_is_no_filter_is_refused(raw: object, code: str) -> None:
    with pytest.raises(CallerError) as refused:
        filters.of(raw)
    assert refused.value.code == code
