"""Filter chains: from the decoded picture to what the encoder of one rendition gets. Pure.

ffmpeg turns rotated pictures upright before the first filter, so sizes here are sizes as shown.
"""

from collections.abc import Sequence

from reelmill.media.encode import AudioPlan, VideoPlan, audio_filter


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
    if plan.scaled and not (plan.hdr and (plan.width, plan.height) == largest):
        steps.append(f"scale={plan.width}:{plan.height}")
    steps.append("format=yuv420p")  # 4:4:4 or ten bits would become a profile that players cannot show
    steps.append("setsar=1")
    return tuple(steps)


def graph(source: int, plans: Sequence[VideoPlan], first: Sequence[str] = ()) -> str:
    """The filter graph of one decode: stream `source` of input 0 in, `[v0]`, `[v1]`... out. `first` are filters before all others.

    What all renditions begin with is done once, before the split.
    """
    largest = (max(plan.width for plan in plans), max(plan.height for plan in plans))
    chains = [(*first, *chain(plan, largest)) for plan in plans]
    shared = 0
    if len(chains) > 1:
        while all(len(c) > shared and c[shared] == chains[0][shared] for c in chains):
            shared += 1
    else:
        return f"[0:{source}]{','.join(chains[0])}[v0]"
    head = ",".join((*chains[0][:shared], f"split={len(chains)}"))
    split = "".join(f"[s{n}]" for n in range(len(chains)))
    tails = [f"[s{n}]{','.join(c[shared:]) or 'null'}[v{n}]" for n, c in enumerate(chains)]
    return ";".join((f"[0:{source}]{head}{split}", *tails))


def sound_graph(source: int, plans: Sequence[AudioPlan], first: int) -> str:
    """The graph that feeds several outputs from one audio stream: labels `[aN]` from N = `first`."""
    split = "".join(f"[x{n}]" for n in range(len(plans)))
    tails = [f"[x{n}]{audio_filter(plan)}[a{first + n}]" for n, plan in enumerate(plans)]
    return ";".join((f"[0:{source}]asplit={len(plans)}{split}", *tails))
