"""Places in commands."""

from reelmill.media import watermark_drawing
from reelmill.media.command import literal, substitute


def test_places_are_replaced_once_and_unknown_ones_stay() -> None:
    """A path that contains a place is not replaced again."""
    assert (
        substitute("${source}|${out}/a|${piece-1}|${who}|$out", {"source": "/x/${out}", "out": "/o", "piece-1": "/p"})
        == "/x/${out}|/o/a|/p|${who}|$out"
    )


def test_what_somebody_wrote_is_no_place() -> None:
    places = {"source": "/films/source.mp4", "ciphertext": "c", "dollar": "$"}
    assert substitute(literal("a ${source} ${ciphertext} ${x} $"), places) == "a ${source} c ${x} $"
    mark = {"Type": "Text", "TextWaterMark": {"Content": "${source}"}}
    written = watermark_drawing.task(mark, 0, ()).files["given.txt"]
    assert substitute(written, places) == "${source}"
