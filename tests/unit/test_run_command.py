"""Places in commands."""

from reelmill.media.command import substitute


def test_places_are_replaced_once_and_unknown_ones_stay() -> None:
    """A path that contains a place is not replaced again."""
    assert (
        substitute("${source}|${out}/a|${piece-1}|${who}|$out", {"source": "/x/${out}", "out": "/o", "piece-1": "/p"})
        == "/x/${out}|/o/a|/p|${who}|$out"
    )
