"""Whether calls are being answered, and for a moment after them: who asks much asks again at once."""

from reelmill.core.in_flight import InFlight


def test_true_inside_and_for_a_moment_after() -> None:
    still, over = InFlight(after=3600), InFlight(after=0)
    assert not still and not over
    for one in (still, over):
        with one:
            with one:
                assert one
            assert one
    assert still
    assert not over
