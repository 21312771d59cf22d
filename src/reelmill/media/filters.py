"""Filter chains: from the decoded picture to what the encoder of one rendition gets. Pure.

ffmpeg turns rotated pictures upright before the first filter, so sizes here are sizes as shown.
"""

from collections.abc import Sequence

from reelmill.media import watermarks
from reelmill.media.encode import AudioPlan, Rendition, VideoPlan, audio_filter


def chain(plan: VideoPlan, largest: tuple[int, int]) -> tuple[str, ...]:
    """The filters of one rendition, those that siblings can share first. `largest` is the size of the biggest rendition of the batch."""
    steps: list[str] = []
    if plan.deinterlace:
        steps.append("bwdif=mode=send_frame:deint=interlaced")  # outputs are progressive; frames that are progressive already pass untouched
    if plan.fps is not None:
        begin = ":start_time=0" if plan.lead else ""  # repeats the first picture from the start of the file
        steps.append(f"fps={plan.fps.numerator}/{plan.fps.denominator}{begin}")
    if plan.tail:
        steps.append(f"tpad=stop_mode=clone:stop_duration={plan.tail:.3f}")
    if plan.hdr:
        # Tone mapping works in floating point: make the picture small first, and do it once for all renditions.
        steps.append(f"setparams={plan.hdr}")
        steps.append(f"zscale=w={largest[0]}:h={largest[1]}:t=linear:npl=100")
        steps.append("format=gbrpf32le")
        steps.append("zscale=p=bt709")
        steps.append("tonemap=tonemap=hable:desat=0")
        steps.append("zscale=t=bt709:m=bt709:r=tv")
        steps.append("sidedata=mode=delete")  # brightness of the mastering display: it would tell players that this is still HDR
    if (plan.width, plan.height) != largest if plan.hdr else plan.scaled:  # an HDR picture has the size of the largest by now, whatever the source's was
        steps.append(f"scale={plan.width}:{plan.height}")
    # 4:4:4 or ten bits would become a profile that players cannot show; many show the full range of cameras' JPEG pictures too dark or too bright
    steps.append("format=pix_fmts=yuv420p:color_ranges=tv")
    steps.append("setsar=1")
    return tuple(steps)


def graph(source: int, renditions: Sequence[Rendition], first: Sequence[str] = (), begin: float = 0.0) -> str:
    """The filter graph of one decode: stream `source` of input 0 in, `[v0]`, `[v1]`... out, one for each rendition (all have video).

    `first` are filters before all others; `begin` is the moment of the output at which the graph's clock is 0. What all renditions begin with is
    done once, before the split; watermarks come last, when each picture has its size.
    """
    plans = [r.video for r in renditions if r.video]
    numbers = {file: 1 + n for n, (file, _) in enumerate(pictures(renditions))}
    drawn = [watermarks.filters(r.marks, f"b{n}", f"v{n}", numbers, begin) for n, r in enumerate(renditions)]
    ends = [f"[{'b' if parts else 'v'}{n}]" for n, parts in enumerate(drawn)]
    return ";".join((_scaled(source, plans, first, ends), *(part for parts in drawn for part in parts)))


def pictures(renditions: Sequence[Rendition]) -> tuple[tuple[str, bool], ...]:
    """The pictures of all watermarks in the order of their inputs, each once: (file, moves)."""
    return tuple(dict.fromkeys((mark.file, mark.moving) for r in renditions for mark in r.marks if not mark.text))


def _scaled(source: int, plans: Sequence[VideoPlan], first: Sequence[str], ends: Sequence[str]) -> str:
    largest = (max(plan.width for plan in plans), max(plan.height for plan in plans))
    chains = [(*first, *chain(plan, largest)) for plan in plans]
    shared = 0
    if len(chains) > 1:
        while all(len(c) > shared and c[shared] == chains[0][shared] for c in chains):
            shared += 1
    else:
        return f"[0:{source}]{','.join(chains[0])}{ends[0]}"
    head = ",".join((*chains[0][:shared], f"split={len(chains)}"))
    split = "".join(f"[s{n}]" for n in range(len(chains)))
    tails = [f"[s{n}]{','.join(c[shared:]) or 'null'}{ends[n]}" for n, c in enumerate(chains)]
    return ";".join((f"[0:{source}]{head}{split}", *tails))


def sound_graph(source: int, plans: Sequence[AudioPlan], first: int) -> str:
    """The graph that feeds several outputs from one audio stream: labels `[aN]` from N = `first`."""
    split = "".join(f"[x{n}]" for n in range(len(plans)))
    tails = [f"[x{n}]{audio_filter(plan)}[a{first + n}]" for n, plan in enumerate(plans)]
    return ";".join((f"[0:{source}]asplit={len(plans)}{split}", *tails))
