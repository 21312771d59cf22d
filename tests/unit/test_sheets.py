"""Sheets of pictures and their index: places of tiles, sizes, what is refused."""

from typing import Any

import pytest

from reelmill.media import sheets
from reelmill.nodes.snapshot import sheeting


def tile(**more: Any) -> dict[str, Any]:
    return {**sheets.DEFAULT, **more}


def test_tiles_lie_line_by_line_on_one_sheet_after_the_other() -> None:
    made = tile(Lines=2, Columns=2, Margin=4, Padding=2)
    assert [sheets.place(made, (160, 90), n) for n in (0, 1, 2, 4)] == [(0, 4, 4), (0, 166, 4), (0, 4, 96), (1, 4, 4)]
    assert sheets.whole(made, (160, 90)) == (330, 190)
    assert sheets.chosen(tile(CellSelStep=3), 8) == [0, 3, 6]


@pytest.mark.parametrize(
    ("asked", "size"), [({}, (640, 360)), ({"CellWidth": 160}, (160, 90)), ({"CellHeight": 90}, (160, 90))]
)
def test_one_side_of_a_tile_keeps_the_proportion(asked: dict[str, int], size: tuple[int, int]) -> None:
    assert sheets.cell(tile(**asked), (640, 360)) == size


def test_what_no_picture_can_be_is_told() -> None:
    assert sheets.too_large(tile(), (4096, 2160)) and not sheets.too_large(tile(), (1920, 1080))


def test_the_index_leaves_no_moment_without_a_picture() -> None:
    text = sheets.index([(0.4, "a.jpg"), (2.0, "b.jpg")], 3723.0057)
    assert text.splitlines() == [
        "WEBVTT",
        "",
        "00:00:00.000 --> 00:00:02.000",
        "a.jpg",
        "",
        "00:00:02.000 --> 01:02:03.006",
        "b.jpg",
    ]


def test_the_index_has_no_cue_that_lasts_no_time() -> None:
    """Slides that stand for three seconds, one picture taken each second."""
    text = sheets.index([(0.0, "1"), (0.0, "2"), (0.0, "3"), (3.0, "4"), (3.0004, "5"), (3.0, "6")], 6.0)
    assert text.splitlines()[2:] == ["00:00:00.000 --> 00:00:03.000", "3", "", "00:00:03.000 --> 00:00:06.000", "6"]


def test_a_random_colour_stays_the_same_for_a_job() -> None:
    def colour(job: str) -> str:
        (command,) = sheets.task(tile(Color="random"), (8, 8), [("p", "1.jpg")], "jpg", job).commands
        return next(word for word in command.argv if "tile=" in word)

    assert colour("a") == colour("a") != colour("b")


@pytest.mark.parametrize(
    ("key", "index", "sheet"),
    [
        ("shots/{Count}.jpg", "shots/index.jpg", "shots/sheet-{TileCount}.jpg"),
        ("{Count}.jpg", "index.jpg", "sheet-{TileCount}.jpg"),
        ("a/film-{Count}.png", "a/film.png", "a/film-sheet-{TileCount}.png"),
    ],
)
def test_index_and_sheets_lie_in_the_folder_of_the_pictures(key: str, index: str, sheet: str) -> None:
    assert (sheeting.beside(key, ""), sheeting.beside(key, "-sheet-{TileCount}")) == (index, sheet)
