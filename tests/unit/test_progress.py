"""ffmpeg's -progress lines."""

from hypothesis import given
from hypothesis import strategies as st

from reelmill.media.progress import ProgressReader

BLOCK = b"frame=10\nfps=0.0\ntotal_size=100\nout_time_us=%s\nout_time=00:00:01\nspeed=1x\nprogress=continue\n"


def test_time_grows_and_never_goes_back() -> None:
    reader = ProgressReader()
    assert reader.feed(BLOCK % b"1500000") and reader.seconds == 1.5
    assert not reader.feed(BLOCK % b"1000000") and reader.seconds == 1.5


def test_unknown_and_negative_times_are_no_progress() -> None:
    reader = ProgressReader()
    assert not reader.feed(BLOCK % b"N/A") and not reader.feed(BLOCK % b"-23220") and reader.seconds == 0


def test_the_same_numbers_again_are_no_move() -> None:
    reader = ProgressReader()
    reader.feed(BLOCK % b"1500000")
    moves = reader.moves
    reader.feed(BLOCK % b"1500000")
    assert reader.moves == moves
    reader.feed((BLOCK % b"1500000").replace(b"total_size=100", b"total_size=101"))
    assert reader.moves == moves + 1


@given(st.lists(st.integers(1, 60), max_size=20))
def test_where_the_chunks_are_cut_does_not_matter(cuts: list[int]) -> None:
    data = BLOCK % b"1000000" + BLOCK % b"2500000"
    reader, at = ProgressReader(), 0
    for cut in cuts:
        reader.feed(data[at : at + cut])
        at += cut
    reader.feed(data[at:])
    assert reader.seconds == 2.5


def test_a_line_without_end_is_not_kept() -> None:
    reader = ProgressReader()
    for _ in range(100):
        reader.feed(b"x" * 65536)
    assert len(reader._rest) <= 4096
