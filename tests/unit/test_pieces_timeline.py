"""The timeline of a source, read from its packets."""

import json
import math

import pytest

from reelmill.core.model import Timeline
from reelmill.media.packets import Packet
from reelmill.media.timeline import timeline


def packet(at: float, lasts: float, key: bool) -> Packet:
    return Packet(0, at, at, lasts, key)


def steady(frames: int, fps: float = 24, gop: int = 48, start: float = 0.0) -> list[Packet]:
    return [packet(start + n / fps, 1 / fps, n % gop == 0) for n in range(frames)]


def found(*packets: Packet, near: tuple[float, ...] = ()) -> Timeline:
    one = timeline(packets, 0, 0, near)
    assert one is not None
    return one


def test_times_are_relative_to_the_start_of_the_file() -> None:
    one = timeline(steady(240, start=1.4), 1.4, 0, ())
    assert one is not None
    assert one.first == pytest.approx(0)
    assert one.end == pytest.approx(10)
    assert (one.frames, one.steady, one.cuts) == (240, True, ((pytest.approx(0), 0),))


def test_the_order_of_decoding_does_not_matter() -> None:
    packets = steady(240)
    shuffled = [packets[m] for n in range(0, 240, 4) for m in (n, n + 3, n + 1, n + 2)]
    assert timeline(shuffled, 0, 3, (5.0,)) == timeline(packets, 0, 3, (5.0,))


def test_what_stands_before_the_first_key_frame_is_not_shown() -> None:
    """A broadcast that is cut anywhere: no decoder can show it, nor the pictures behind the key frame that are shown
    before it."""
    late = found(
        packet(0.0, 0.04, False),
        packet(0.04, 0.04, False),
        packet(0.16, 0.04, True),
        packet(0.08, 0.04, False),
        packet(0.12, 0.04, False),
        packet(0.2, 0.04, False),
    )
    assert (late.frames, late.first, late.end) == (2, 0.16, pytest.approx(0.24))
    cut = found(packet(-0.04, 0.04, True)._replace(hidden=True), packet(0.0, 0.04, False), packet(0.04, 0.04, True))
    assert (cut.frames, cut.first) == (2, 0.0), "an edit list hides the key frame, which is decoded all the same"
    assert found(packet(0.0, 0.04, False), packet(0.04, 0.04, False)).frames == 2, (
        "where none is marked the marks say nothing"
    )


def test_the_picture_of_a_moment_is_the_one_that_stands_then() -> None:
    """Also in a gap; and a moment that clocks round away from its picture still means it."""
    jumpy = found(*(packet(t, 0, True) for t in (0.0, 0.04, 1.0, 1.043)), near=(0.0, 0.9, 0.995, 1.03, 9.0))
    assert [at for at, _ in jumpy.shown] == [0.0, 0.04, 1.0, 1.0, 1.043]


def test_pictures_that_stand_for_seconds_are_told_unless_they_are_many() -> None:
    assert found(packet(0, 0.04, True), packet(0.04, 0.04, False), packet(3.0, 0.04, False)).stands == ((0.04, 3.0),)
    slides = found(*(packet(n * 5.0, 5.0, True) for n in range(30)))
    assert slides.stands == () and slides.longest == 5.0


def test_cuts_stand_a_little_after_a_key_frame_that_comes_soon() -> None:
    one = timeline(steady(24 * 30, gop=48), 0, 9, ())
    assert one is not None
    for time, number in one.cuts[1:]:
        assert time == pytest.approx(number / 24)
        assert 0.2 <= time % 2 < 0.25  # key frames stand at even seconds
    assert [n for _, n in one.cuts] == [0, 245, 485]


def test_without_a_key_frame_nearby_any_frame_serves() -> None:
    one = timeline(steady(24 * 30, gop=9999), 0, 9, ())
    assert one is not None
    assert [n for _, n in one.cuts] == [0, 216, 432]


def test_a_short_rest_is_no_piece_of_its_own() -> None:
    one = timeline(steady(24 * 22, gop=9999), 0, 10, ())
    assert one is not None
    assert len(one.cuts) == 2


def test_packets_without_a_time_are_counted_and_forbid_cuts() -> None:
    one = timeline([*steady(240), packet(math.nan, 0.0, False)], 0, 2, ())
    assert one is not None
    assert (one.frames, one.steady, len(one.cuts)) == (241, False, 1)


def test_nothing_but_packets_without_a_time_is_no_timeline() -> None:
    assert timeline([packet(math.nan, 0.0, True)], 0, 2, ()) is None
    assert timeline([], 0, 2, ()) is None


def test_varying_distances_are_not_steady() -> None:
    one = timeline([packet(t, 0, not t) for t in (0.0, 0.1, 0.15, 0.4)], 0, 0, ())
    assert one is not None and not one.steady


def test_nearest_key_frames() -> None:
    one = timeline(steady(240), 0, 0, (0.9, 1.1, 99.0, -1.0))
    assert one is not None
    assert one.near == (0, 2, 8, 0)


def test_one_frame_lasts_as_long_as_it_says() -> None:
    one = timeline([packet(0.0, 0.5, True)], 0, 10, (3.0,))
    assert one is not None
    assert (one.frames, one.end, one.frame, one.near) == (1, 0.5, 0.5, (0.0,))


def test_pictures_of_program_streams_without_a_time_are_shown_when_the_next_reference_is_decoded() -> None:
    """ffmpeg tells the times of B pictures; a DVD stamps only the first picture of a group."""
    shown = [3, 1, 2, 6, 4, 5, 9, 7, 8, 10]  # number of each picture in the order of decoding, from 1
    stream = [Packet(0, math.nan if s > n + 1 and n else s / 25, n / 25, 0.04, n == 0) for n, s in enumerate(shown)]
    one = found(*stream[3:-1], near=(0.2,)) if not stream[0].key else found(*stream, near=(0.2,))
    assert (one.frames, one.steady, one.counted) == (8, True, False), (
        "what is shown before the key frame cannot be decoded"
    )
    assert one.shown == ((pytest.approx(0.2), pytest.approx(0.16)),)


def test_pictures_without_any_time_of_their_own_are_counted() -> None:
    avi = [
        Packet(0, n / 25 if n % 3 else math.nan, n / 25, 0.04, n % 12 == 0) for n in range(48)
    ]  # B-frames have a pts like their dts
    raw = [Packet(0, math.nan, math.nan, 0.04, n % 12 == 0) for n in range(48)]
    for stream in (avi, raw):
        one = found(*stream, near=(0.5, 1.0))
        assert (one.counted, one.seekable, one.numbers, one.first, one.end) == (
            True,
            False,
            (12, 25),
            0.0,
            pytest.approx(1.92),
        )
    assert not found(*steady(48)).counted


def test_a_timeline_survives_being_written_down() -> None:
    one = found(*steady(48), near=(0.5,))
    assert Timeline.from_json(json.loads(json.dumps(one.to_json()))) == one
