"""Filter chains: from the decoded picture to what the encoder of one rendition gets. Pure.

ffmpeg turns rotated pictures upright before the first filter, so sizes here are sizes as shown.
"""

from collections.abc import Sequence

from reelmill.media import animation, aspect, colours, sound, standing, watermark_drawing
from reelmill.media.plans import AudioPlan, Canvas, Rendition, VideoPlan
from reelmill.media.shaping import ALIKE, blurring
from reelmill.media.subtitles import burning

# Where a clock leaps a reader may give one picture a time of before the leap (program streams tell some times only): it
# comes at once, not never.
ONWARD = "setpts='if(isnan(PREV_OUTPTS)+gt(PTS,PREV_OUTPTS),PTS,PREV_OUTPTS+0.001/TB)'"
_PALETTE_BYTES = 512 << 20  # of pictures that may wait for their common palette
_COMMON = ("bt709", "smpte170m")  # matrices that `matrixed` takes
_STEP = 1.2  # how much wider a picture must be for another one to be made from it


def begun(plan: VideoPlan, largest: tuple[int, int], mark: str, begin: float = 0.0) -> tuple[str, ...]:
    """The filters of one rendition that do not depend on its size, those that siblings can share first. `largest` is
    the size of the biggest rendition of the batch; `mark` makes names of links unique in the graph; `begin` as of
    `graph`."""
    steps = [ONWARD] if plan.leaps else []
    steps += [f"setpts=PTS-STARTPTS+{plan.first:.6f}/TB"] if plan.first is not None else []
    steps += [plan.colours] if plan.colours else []
    steps += uniform(plan.canvas, plan.stored or plan.shape, plan.shapes, begin) if plan.canvas else ()
    steps += plan.deinterlace
    steps += plan.black
    steps += blurring(plan.blurs, begin)
    steps += plan.shaping
    steps += [f"hqdn3d={plan.degrain}"] if plan.degrain else []
    if plan.stands:
        steps.append(standing.filters(plan.stands, plan.origin, mark))
    if plan.fps is not None:
        steps.append(f"fps={plan.fps.numerator}/{plan.fps.denominator}")
    if plan.sdr:
        # pixels that are not told are square: said, or the scaler could not tell what shape it makes of them
        steps += [] if plan.fills else ["setsar=sar"]
        steps += colours.to_sdr(plan.sdr, largest)  # once for all renditions
    return tuple(steps)


def ended(plan: VideoPlan, mark: str, *, convert: bool, before: str = "") -> tuple[str, ...]:
    """The filters that give a picture the size and colours of one rendition; `convert`: into another matrix, from the
    one `before` where that is known. `mark` as in `begun`."""
    # 4:4:4 or ten bits would become a profile that players cannot show; many show the full range of cameras' JPEG
    # pictures too dark or too bright
    form = f"format=pix_fmts={plan.pixels}:color_spaces={plan.matrix}:color_ranges=tv"
    if plan.palette:  # its colours are chosen of all that there are
        size = _sized(plan, "format=pix_fmts=gbrp")
        return (*size, "setsar=1", *animation.filters(plan, mark), *palette(plan, mark))
    how = ":interl=1" if plan.interlaced else ":flags=lanczos" if plan.sharp else ""
    if convert and before and not how:
        form, convert = f"format=pix_fmts={plan.pixels},{matrixed(before, plan.matrix)},{form}", False
    size = _sized(plan, form, plan.matrix if convert and not how else "", how)
    fields = (f"setfield={plan.interlaced}",) if plan.interlaced else ()
    return (*size, *fields, *((plan.tags,) if plan.tags else ()), "setsar=1", *animation.filters(plan, mark))


def matrixed(before: str, after: str) -> str:
    """The filter that takes limited YUV to another matrix and changes nothing else: as exact as zscale to half a step,
    by several threads at once. Primaries and transfer are only named so that it leaves them alone."""
    alike = "primaries=bt709:trc=bt709:range=tv"
    return f"colorspace=ispace={before}:i{alike.replace(':', ':i')}:space={after}:{alike}"


def palette(plan: VideoPlan, mark: str) -> tuple[str, ...]:
    """Filters that bring pictures down to 256 colours of their own. One palette for all, or one for each picture where
    all pictures do not fit into memory until the palette is known."""
    frames = max(1.0, plan.end) * float(plan.rate or 25)
    whole = plan.width * plan.height * 4 * frames < _PALETTE_BYTES
    making, using = ("", "") if whole else ("=stats_mode=single", ":new=1")
    dither = {"sierra": "sierra2_4a", "bayer": "bayer"}[plan.palette]
    return (
        f"split[{mark}p][{mark}q];[{mark}p]palettegen{making}[{mark}r];[{mark}q][{mark}r]paletteuse=dither={dither}{using}",
    )


def uniform(
    canvas: Canvas, shape: float, shapes: Sequence[tuple[float, float]] = (), begin: float = 0.0
) -> tuple[str, ...]:
    """Filters that give all pictures one size and range, where a stream may change them (media.source.canvas), and one
    shape. `shapes` as Timeline.shapes; `begin` is the moment of the source at which the graph's clock is 0."""
    width, height, limited = canvas
    scale, pad = fitted(width, height, shape, own=f"({aspect.expression(shapes, begin)})" if shapes else "dar")
    # The size is looked at with each frame, interlaced ones by their fields. The range is said here, or a filter of
    # ffmpeg's own copies each frame of a source that tells none, once more behind the one that makes bars.
    steps = (f"{scale}:eval=frame:interl=-1{':out_range=tv' if limited else ''}", f"{pad}:eval=frame")
    return (*steps, f"setsar={shape * height / width:.6f}") if shapes else steps


def fitted(
    width: int, height: int, shape: float, form: str = "", matrix: str = "", how: str = "", own: str = "dar"
) -> tuple[str, ...]:
    """Filters that make the size, the `form` of the pixels (a format filter), and the `matrix` where it must be another
    one ("": not). `how`: options of the scaler; `own`: the shape of a picture, as an expression.

    `shape` is width / height as shown, as the file tells it: such pictures fill the size. Where the shape changes in
    the middle (a phone is turned, a broadcast goes from 4:3 to 16:9), they are fitted in and get bars."""
    same = f"lt(abs({own}/{shape:.6f}-1),{ALIKE})"
    across = f"if({same},{width},2*ceil({width}*min(1,{own}/{shape:.6f})/2-0.5))"
    down = f"if({same},{height},2*ceil({height}*min(1,{shape:.6f}/{own})/2-0.5))"
    scale = _scale(f"'{across}'", f"'{down}'", matrix, how)
    # bars last, or ffmpeg chooses a format between the two that changes colours; they come in steps of two pixels, and
    # only snapshots have odd sides
    return tuple(
        step for step in (scale, form, "" if width % 2 or height % 2 else f"pad={width}:{height}:-1:-1") if step
    )


def _sized(plan: VideoPlan, form: str, matrix: str = "", how: str = "") -> tuple[str, ...]:
    """As `fitted`; pictures that all have the shape of the output need no look at each, and no bars: these copy every
    picture of which the decoder keeps a hold."""
    if plan.fills:
        return (_scale(str(plan.width), str(plan.height), matrix, how), form)
    return fitted(plan.width, plan.height, plan.shape, form, matrix, how)


def _scale(width: str, height: str, matrix: str, how: str) -> str:
    # zscale converts between matrices in one step, twice as exactly as scale and at a third of the cost; where nothing
    # is to be converted scale is the faster one
    return f"zscale=w={width}:h={height}:f=bicubic:m={matrix}" if matrix else f"scale=w={width}:h={height}{how}"


def graph(
    source: int | str, renditions: Sequence[Rendition], first: Sequence[str] = (), begin: float = 0.0, marks: int = 1
) -> str:
    """The filter graph of one decode: stream `source` of input 0 (or what has this label) in, `[v0]`, `[v1]`... out,
    one for each rendition (all have video). The pictures of watermarks are inputs from number `marks` on.

    `first` are filters before all others; `begin` is the moment of the output at which the graph's clock is 0. What all
    renditions begin with is done once, before the split; subtitles and watermarks come last, when each picture has its
    size.
    """
    plans = [r.video for r in renditions if r.video]
    numbers = {file: marks + n for n, (file, *_) in enumerate(pictures(renditions))}
    drawn = [
        watermark_drawing.filters(r.watermarks, f"b{n}", f"v{n}", numbers, begin, deep=plan.pixels.endswith("10le"))
        for n, (r, plan) in enumerate(zip(renditions, plans, strict=True))
    ]
    ends = [f"{'b' if parts else 'v'}{n}" for n, parts in enumerate(drawn)]
    texts = [burning.filters(r.texts, f"c{n}", ends[n], begin, _onto(plans[n])) for n, r in enumerate(renditions)]
    scaled = [f"[c{n}]" if parts else f"[{ends[n]}]" for n, parts in enumerate(texts)]
    rest = (part for parts in (*texts, *drawn) for part in parts)
    label = source if isinstance(source, str) else f"0:{source}"
    return ";".join((_scaled(label, plans, first, scaled, begin), *rest))


def _onto(plan: VideoPlan) -> burning.Onto:
    return burning.Onto(plan.width, plan.height, plan.matrix, plan.pixels)


def pictures(renditions: Sequence[Rendition]) -> tuple[tuple[str, bool, tuple[str, ...]], ...]:
    """The pictures of all watermarks in the order of their inputs, each once: (file, moves, how a stranger's film is
    opened)."""
    marks = [mark for r in renditions for mark in r.watermarks if not mark.text]
    return tuple(dict.fromkeys((mark.file, mark.moving, mark.opened) for mark in marks))


def _scaled(source: str, plans: Sequence[VideoPlan], first: Sequence[str], ends: Sequence[str], begin: float) -> str:
    largest = (max(plan.width for plan in plans), max(plan.height for plan in plans))
    alike = [(*first, *begun(plan, largest, "t", begin)) for plan in plans]
    if len(plans) == 1:
        return f"[{source}]{','.join((*alike[0], *ended(plans[0], 't', convert=plans[0].convert)))}{ends[0]}"
    shared = 0
    while all(len(c) > shared and c[shared] == alike[0][shared] for c in alike):
        shared += 1
    larger = cascade(plans) if all(c == alike[0] for c in alike) else [None] * len(plans)
    users: dict[int | None, list[int]] = {}  # plan, None: the source -> those that are made from it
    for n, parent in enumerate(larger):
        users.setdefault(parent, []).append(n)
    head, parts = alike[0][:shared], list[str]()
    if len(users[None]) > 1:
        parts.append(f"[{source}]{_split(head, users[None], '')}")
    for n, plan in enumerate(plans):
        parent, link = larger[n], f"[s{n}]"
        steps = (*first, *begun(plan, largest, f"t{n}", begin))[shared:]
        if parent is None:
            steps += ended(plan, f"t{n}", convert=plan.convert)
        elif ended(plan, "", convert=False) != ended(plans[parent], "", convert=False):
            above = plans[parent].matrix
            steps += ended(plan, f"t{n}", convert=plan.matrix != above, before=above if above in _COMMON else "")
        if users[None] == [n]:
            steps, link = (*head, *steps), f"[{source}]"
        parts.append(link + _split(steps, users.get(n, []), ends[n]))
    return ";".join(parts)


def _split(steps: Sequence[str], users: Sequence[int], end: str) -> str:
    """Filters, and the links to all that use their pictures."""
    links = [*([end] if end else []), *(f"[s{n}]" for n in users)]
    shared = (f"split={len(links)}",) if len(links) > 1 else ()
    return (",".join((*steps, *shared)) or "null") + "".join(links)


def cascade(plans: Sequence[VideoPlan]) -> list[int | None]:
    """For each picture the one, of those that are otherwise alike, that it is best made from; None: the source.

    A small picture made from one that was scaled down already costs a part of one from the source, and looks the same
    as long as each step is a large one. Pictures of one size are made once."""
    found: list[int | None] = [None] * len(plans)
    order = sorted(range(len(plans)), key=lambda n: (-plans[n].width * plans[n].height, n))
    for place, n in enumerate(order):
        plan = plans[n]
        for before in reversed(order[:place]):
            other = plans[before]
            fills = all(
                abs(other.width / other.height / shape - 1) < ALIKE for shape in (plan.width / plan.height, plan.shape)
            )
            equal = (other.width, other.height) == (plan.width, plan.height)
            if _alike(plan, other) and fills and (equal or other.width >= _STEP * plan.width):
                found[n] = before
                break
    return found


def _alike(one: VideoPlan, other: VideoPlan) -> bool:
    """Whether pixels of one are as deep as the other's, of as many colours, and as sharp, fill the size alike, and come
    at the source's times."""
    same = (one.pixels, one.interlaced, one.sharp) == (other.pixels, other.interlaced, other.sharp)
    whole = not one.palette and not other.palette and not other.held
    return whole and same and abs(one.shape / other.shape - 1) < ALIKE


def sound_graph(source: str, plans: Sequence[AudioPlan], first: int) -> str:
    """The graph that feeds several outputs from one audio stream (INPUT:STREAM): labels `[aN]` from N = `first`."""
    split = "".join(f"[x{n}]" for n in range(len(plans)))
    tails = [f"[x{n}]{sound.filters(plan)}[a{first + n}]" for n, plan in enumerate(plans)]
    return ";".join((f"[{source}]asplit={len(plans)}{split}", *tails))
