"""Which picture is made from which: each from the smallest one that is large enough, equal ones once."""

from fractions import Fraction

import pytest

from reelmill.media import filters
from reelmill.media.plans import Rendition, VideoPlan


def plan(width: int, height: int, shape: float = 16 / 9, **differs: object) -> VideoPlan:
    return VideoPlan(0, width=width, height=height, shape=shape, rate=Fraction(24), crf="23", **differs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([(1920, 1080), (1280, 720), (640, 360)], [None, 0, 1]),
        ([(640, 360), (1920, 1080), (1280, 720)], [2, None, 1]),
        ([(1280, 720), (1280, 720)], [None, 0]),  # one picture, two bit rates
        ([(1280, 720), (1136, 640), (640, 360)], [None, None, 1]),  # a small step would only blur
        ([(1280, 720), (640, 480)], [None, None]),  # another shape
        ([(64, 36), (30, 16)], [None, None]),  # so small that rounding makes another shape of it
    ],
)
def test_a_picture_is_made_from_the_next_larger_one(sizes: list[tuple[int, int]], expected: list[int | None]) -> None:
    assert filters.cascade([plan(*size) for size in sizes]) == expected


def test_the_matrix_is_converted_where_it_changes_and_only_there() -> None:
    sizes = [(1280, 720, "bt709"), (854, 480, "smpte170m"), (640, 360, "smpte170m")]
    plans = [plan(w, h, matrix=m, convert=m != "bt709") for w, h, m in sizes]
    first, second, third = filters.graph(0, [Rendition("m3u8", video=p, audio=None) for p in plans]).split(";")
    assert first.startswith("[0:0]scale=") and "zscale" not in first
    assert second.startswith("[s1]scale=") and ",colorspace=ispace=bt709:" in second and ":space=smpte170m:" in second
    assert third.startswith("[s2]scale=") and "zscale" not in third and "colorspace=ispace" not in third


def test_a_matrix_that_is_none_of_the_usual_is_converted_by_the_scaler_that_knows_all() -> None:
    plans = [plan(1280, 720, matrix="bt2020nc"), plan(854, 480, matrix="smpte170m", convert=True)]
    graph = filters.graph(0, [Rendition("m3u8", video=p, audio=None) for p in plans])
    assert ":m=smpte170m" in graph and "colorspace=ispace" not in graph


def test_what_differs_before_the_size_is_made_from_the_source() -> None:
    plans = [plan(1280, 720), plan(640, 360, fps=Fraction(10))]
    graph = filters.graph(0, [Rendition("mp4", video=p, audio=None) for p in plans])
    assert graph.startswith("[0:0]split=2[s0][s1];[s0]scale=") and ";[s1]fps=10/1,scale=" in graph
