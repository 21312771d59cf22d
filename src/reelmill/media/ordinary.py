"""Films that are put beside another one: their pictures become ordinary ones, whatever they are by themselves. Pure."""

from reelmill.core.model import MediaInfo, Timeline
from reelmill.media import colours, filters, interlacing, source


def filters_of(
    info: MediaInfo,
    timeline: Timeline | None,
    begin: float = 0.0,
    size: tuple[int, int] | None = None,
    *,
    opaque: bool = True,
) -> list[str]:
    """Filters that make progressive pictures of one shape, in ordinary colours, of those of a film. `begin`: the moment
    of the film at which the graph's clock is 0; `size`: as of colours.to_sdr; `opaque`: on black, where they are
    transparent."""
    video, own = info.video[0], source.canvas(info)
    steps = [told] if (told := colours.told(video)) else []
    shapes = timeline.shapes if timeline else ()
    steps += filters.uniform(own, video.shown_width / video.shown_height, shapes, begin) if own else ()
    steps += interlacing.filters(video)
    if opaque or not video.alpha:  # tone mapping knows no transparency
        steps += (*colours.on_black(video), *colours.to_sdr(video, size))
    return steps


def fitting(shape: float, box: tuple[int, int]) -> tuple[int, int]:
    """The largest even sides of this shape in a box. Pixels need not be square: only what is shown counts."""
    wanted = min(box[0], box[1] * shape), min(box[1], box[0] / shape)
    across, down = (min(side, max(2, round(one / 2) * 2)) for one, side in zip(wanted, box, strict=True))
    return across, down
