"""How long the last picture of an animation (GIF, WebP) stands, where the pictures come at uneven times. Pure.

Neither encoder is told when a film ends: that of GIF lets the last picture stand as long as its packet says, which of a
part of a film may be anything; that of WebP as long as the others do on average.
"""

from reelmill.media.plans import Animation, VideoPlan

_TICKS = 100  # of a second, in which GIF counts
_SHORT = 2  # ticks: browsers let pictures that stand shorter than this stand for much longer
_QUICK = 50  # pictures a second; quicker ones all stand shorter than that


def held(plan: VideoPlan, animation: Animation) -> bool:
    """Whether the last picture must be held to the end of the film."""
    if plan.steady or plan.fps is not None or not plan.end or plan.rate > _QUICK:
        return False
    return plan.codec == "WEBP" or (plan.codec == "GIF" and animation.final_delay is None)


def filters(plan: VideoPlan, mark: str) -> tuple[str, ...]:
    """The filters that hold it, behind all others; `mark` as of media.filters.begun."""
    if not plan.held:
        return ()
    if plan.codec == "WEBP":
        # on a close grid the average is next to nothing; what is repeated on it costs no byte
        return f"fps={_TICKS}", "tpad=stop=-1:stop_mode=clone", f"trim=end={plan.end:.6f}"
    # the last picture once more, just before the end, where it stands as long as `delay` tells; one that a cut left for
    # less than that is left out
    at = (round(plan.end * _TICKS) - _SHORT) / _TICKS
    again = f"fps={_TICKS}:start_time=0:round=down,tpad=stop=-1:stop_mode=clone,settb=AVTB"
    again += f",trim=start={at - 0.005:.3f}:end={at + 0.005:.3f}"
    own = f"[{mark}u]trim=end={at - 0.005:.3f}[{mark}x]"
    return (f"split[{mark}u][{mark}w];{own};[{mark}w]{again}[{mark}y];[{mark}x][{mark}y]interleave",)


def delay(plan: VideoPlan | None, animation: Animation) -> int | None:
    """Hundredths of a second that the last picture of a GIF stands, None: as its packet says."""
    return _SHORT if plan and plan.held else animation.final_delay
