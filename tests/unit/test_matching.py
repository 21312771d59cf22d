"""Which names start a run, and which are somebody's for the time being."""

import unicodedata

import pytest

from reelmill.core.matching import (
    EXTENSIONS,
    TEMPORARY,
    extensions,
    is_temporary,
    lies_under,
    placeholders_of,
    starts_run,
    written_forms,
)

PATTERNS, DEFAULT = TEMPORARY.split(","), extensions(EXTENSIONS)
TYPED = "Vidéos/été à la mer.mp4"
STORED = unicodedata.normalize("NFD", TYPED)


@pytest.mark.parametrize(
    "name",
    [
        "a.mp4.part",
        "a.mp4.crdownload",
        "a.mp4.!qB",
        "a.mp4.partial",
        "~d.mp4.tmp",
        "e.mp4.filepart",
        "x/y.f137.mp4",
        "y.f140.m4a",
        "y.temp.mp4",
        "y.mp4.part-Frag3",
        "y.f137-1.mp4",
        "Unconfirmed 1.crdownload",
    ],
)
def test_temporary_names(name: str) -> None:
    assert is_temporary(name, PATTERNS)


@pytest.mark.parametrize(
    "name", ["a.mp4", "part.mp4", "film.f1.mp4", "temp.mp4", "1080p.mp4", "x.part/y.mp4", "f137.mp4"]
)
def test_names_that_are_not(name: str) -> None:
    assert not is_temporary(name, PATTERNS)


def test_two_ways_to_write_a_name_are_one_name() -> None:
    assert (
        TYPED != STORED and lies_under(STORED, "Vidéos/") and lies_under(TYPED, unicodedata.normalize("NFD", "Vidéos/"))
    )
    assert starts_run(STORED, "Vidéos/", DEFAULT) and not starts_run(STORED, "Videos/", DEFAULT)
    assert written_forms(TYPED) == written_forms(STORED) == {TYPED, STORED} and written_forms("a") == {"a"}


def test_a_downloaders_file_tells_that_a_name_is_held() -> None:
    assert "a.mp4.part" in placeholders_of("a.mp4")


@pytest.mark.parametrize(
    "name",
    ["a.mxf", "a.m2ts", "a.MTS", "a.ogv", "A.MXF", "a.b.Opus", "a.mkv", "a.webm", "a.wav", "a.m3u8", "no extension"],
)
def test_films_and_sound_of_every_usual_name_start_a_run(name: str) -> None:
    assert starts_run(f"up/{name}", "up/", DEFAULT)


@pytest.mark.parametrize("name", ["a.txt", "a.jpg", "a.srt", "a.mp4.zip", "a.", ".a.mp4"])
def test_other_names_do_not(name: str) -> None:
    assert not starts_run(f"up/{name}", "up/", DEFAULT)


def test_a_list_of_ones_own_replaces_the_default() -> None:
    mine = extensions(" .XYZ, mp4,xyz")
    assert mine == ("xyz", "mp4")
    assert (
        starts_run("up/a.Xyz", "up/", mine)
        and starts_run("up/a", "up/", mine)
        and not starts_run("up/a.mxf", "up/", mine)
    )
    assert starts_run("up/a.anything", "up/", extensions("*")) and not starts_run("up/.a.mp4", "up/", extensions("*"))
    for wrong in ("", "mp4,", "a/b", "*,mp4", "*.mp4", "mp4 mov", "x" * 17):
        with pytest.raises(ValueError, match="separated by commas"):
            extensions(wrong)
