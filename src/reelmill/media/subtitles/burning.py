"""The filters that draw subtitles onto a picture. Pure."""

from collections.abc import Sequence


def filters(texts: Sequence[str], into: str, out: str, begin: float = 0.0) -> tuple[str, ...]:
    """The part of a filter graph that draws `texts` (`tasks.filter_of`); `begin` is the moment of the film at which the
    graph's clock is 0. Nothing of a file's name stands in it: tasks name their files themselves."""
    if not texts:
        return ()
    drawing = [f"ass={words}" for words in texts]
    # setpts cuts off what is behind the point, which would show a text one picture too long
    if begin:
        drawing = [f"setpts=PTS+round({begin:.6f}/TB)", *drawing, f"setpts=PTS-round({begin:.6f}/TB)"]
    return (f"[{into}]{','.join(drawing)}[{out}]",)
