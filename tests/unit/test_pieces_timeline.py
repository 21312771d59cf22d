"""The timeline of a source, read from its packets."""

import math

import pytest

from reelmill.media.pieces import timeline


def steady(frames: int, fps: float = 24, gop: int = 48, start: float = 0.0) -> list[tuple[float, float, bool]]:
    return [(start + n / fps, 1 / fps, n % gop == 0) for n in range(frames)]


def test_times_are_relative_to_the_start_of_the_file() -> None:
    found = timeline(steady(240, start=1.4), 1.4, 0, ())
    assert found is not None
    assert found.first == pytest.approx(0)
    assert found.end == pytest.approx(10)
    assert (found.frames, found.steady, found.cuts) == (240, True, ((pytest.approx(0), 0),))


def test_order_of_packets_does_not_matter() -> None:
    packets = steady(240)
    assert timeline(list(reversed(packets)), 0, 3, (5.0,)) == timeline(packets, 0, 3, (5.0,))


def test_cuts_stand_a_little_after_a_key_frame_that_comes_soon() -> None:
    found = timeline(steady(24 * 30, gop=48), 0, 9, ())
    assert found is not None
    for time, number in found.cuts[1:]:
        assert time == pytest.approx(number / 24)
        assert 0.2 <= time % 2 < 0.25  # key frames stand at even seconds
    assert [n for _, n in found.cuts] == [0, 245, 485]


def test_without_a_key_frame_nearby_any_frame_serves() -> None:
    found = timeline(steady(24 * 30, gop=9999), 0, 9, ())
    assert found is not None
    assert [n for _, n in found.cuts] == [0, 216, 432]


def test_a_short_rest_is_no_piece_of_its_own() -> None:
    found = timeline(steady(24 * 22, gop=9999), 0, 10, ())
    assert found is not None
    assert len(found.cuts) == 2


def test_packets_without_a_time_are_counted_and_forbid_cuts() -> None:
    found = timeline([*steady(240), (math.nan, 0.0, False)], 0, 2, ())
    assert found is not None
    assert (found.frames, found.steady, len(found.cuts)) == (241, False, 1)


def test_nothing_but_packets_without_a_time_is_no_timeline() -> None:
    assert timeline([(math.nan, 0.0, True)], 0, 2, ()) is None
    assert timeline([], 0, 2, ()) is None


def test_varying_distances_are_not_steady() -> None:
    found = timeline([(0.0, 0, True), (0.1, 0, False), (0.15, 0, False), (0.4, 0, False)], 0, 0, ())
    assert found is not None and not found.steady


def test_nearest_key_frames() -> None:
    found = timeline(steady(240), 0, 0, (0.9, 1.1, 99.0, -1.0))
    assert found is not None
    assert found.near == (0, 2, 8, 0)


def test_one_frame_lasts_as_long_as_it_says() -> None:
    found = timeline([(0.0, 0.5, True)], 0, 10, (3.0,))
    assert found is not None
    assert (found.frames, found.end, found.frame, found.near) == (1, 0.5, 0.5, (0.0,))
