"""What stands behind `-c:v TOOL` for each encoder of pictures. Pure. Each argument stands with its reason.

All of them: closed groups of pictures (nothing before a key frame is needed after it, so players may start at each and
pieces may be joined), key frames where they are forced, and the clock of the source.
"""

import math

from reelmill.media.plans import VideoPlan

_X265_QUIET = "log-level=error"
_FORGIVEN, _STRICT = 0.2, 0.1  # of a film; least tolerance: below, the first picture of a second starves the others
_SVT_SPEED, _VP9_SPEED = "8", "4"  # as much work as x264's medium, and as little as VP9 is worth it


def clock(plan: VideoPlan) -> tuple[str, ...]:
    """The clock of an encoder of pictures. By itself ffmpeg counts in frames, which moves pictures that come at uneven
    times, and drops one of two that fall together."""
    if plan.fps is None and (plan.stands or not plan.steady or not plan.rate):
        return ("-enc_time_base:v", "1:90000")
    return ("-enc_time_base:v", f"{plan.rate.denominator}:{plan.rate.numerator}") if plan.rate else ()


def logs(plan: VideoPlan) -> tuple[str, ...]:
    """The files of statistics that two passes may leave behind, in the folder in which they run."""
    ends = ("", ".mbtree", ".cutree", "-0.log") if plan.mode == "twopass" else ()
    return tuple(plan.log.removeprefix("${out}/") + end for end in ends)


def _passes(plan: VideoPlan) -> tuple[str, ...]:
    return ("-pass", str(plan.number), "-passlogfile", plan.log) if plan.number else ()


def _peak(plan: VideoPlan) -> tuple[str, ...]:
    """Peak rate and buffer. Encoders heed the buffer only together with a peak rate."""
    return ("-maxrate", f"{plan.maxrate}k", "-bufsize", f"{plan.bufsize}k") if plan.maxrate else ()


def _rate(plan: VideoPlan) -> tuple[str, ...]:
    """Constant quality (with a peak rate it is capped), or an average rate."""
    return ("-crf", plan.crf) if plan.crf else ("-b:v", f"{plan.bitrate}k")


def _tolerance(plan: VideoPlan) -> float:
    """x264's ratetol for a second pass. The encoder corrects slowly what it spends against its own plan: it forgives
    about `ratetol` x the square root of all pictures, in seconds of the rate (x264, ratecontrol.c). By itself (1) it
    comes close in minutes, but is up to 7 % above in five seconds; here a fifth of the film is forgiven, however short
    it is."""
    if plan.number != 2 or not plan.rate or plan.end <= plan.origin:
        return 1.0
    return min(1.0, max(_STRICT, _FORGIVEN * math.sqrt((plan.end - plan.origin) / plan.rate)))


def x264(plan: VideoPlan) -> tuple[str, ...]:
    """H.264."""
    more = [f"stats={plan.log}"] if plan.number else []
    more += [f"ratetol={tolerance:.2f}"] if (tolerance := _tolerance(plan)) < 1.0 else []
    args = ["-preset", plan.preset, "-profile:v", plan.profile, *_rate(plan), *_peak(plan)]
    # by ffmpeg's own option, the first pass only looks as closely as it must
    args += ["-pass:v", str(plan.number)] if plan.number else []
    if plan.mode == "CBR":  # filler data where pictures need less: the rate is kept in every second
        args += ["-minrate", f"{plan.maxrate}k"]
        more += ["nal-hrd=cbr", "force-cfr=1"]
    args += ["-psy-rd", "0:0"] if plan.plain else []
    args += ["-g", str(plan.gop), *clock(plan), *(("-x264-params", ":".join(more)) if more else ())]
    if plan.interlaced:
        return (*args, "-flags:v", "+cgop+ilme+ildct")
    # nothing before a key frame is needed after it: players may start at each, pieces may be joined
    return (*args, "-flags:v", "+cgop")


def x265(plan: VideoPlan) -> tuple[str, ...]:
    """H.265. Metadata of HDR come with the pictures."""
    more = [_X265_QUIET, "open-gop=0"]
    if plan.plain:
        more += ["psy-rd=0", "psy-rdoq=0"]
    if plan.mode == "CBR":
        more += ["strict-cbr=1"]
    if plan.number:
        more += [f"pass={plan.number}", f"stats={plan.log}"]
    args = ["-preset", "medium", *_rate(plan), *_peak(plan), "-g", str(plan.gop), *clock(plan)]
    return (*args, "-forced-idr", "1", "-x265-params", ":".join(more))


def svt_av1(plan: VideoPlan) -> tuple[str, ...]:
    """AV1."""
    args = ["-preset", _SVT_SPEED, *_rate(plan)]
    args += _peak(plan) if plan.crf else ()  # its variable rate takes no peak
    return (*args, "-g", str(plan.gop), *clock(plan))


def vp9(plan: VideoPlan) -> tuple[str, ...]:
    """VP9: constant quality is a rate of 0."""
    rate = ("-crf", plan.crf, "-b:v", f"{plan.maxrate}k" if plan.maxrate else "0") if plan.crf else _rate(plan)
    args = ["-deadline", "good", "-cpu-used", _VP9_SPEED, "-row-mt", "1", *rate]
    if plan.mode == "CBR":
        args += ["-minrate", f"{plan.maxrate}k"]
    args += _peak(plan) if not plan.crf else ()
    return (*args, "-g", str(plan.gop), *clock(plan), *_passes(plan))


def gif(plan: VideoPlan) -> tuple[str, ...]:
    """Animated GIF: its palette is made by the filters."""
    return ()


def webp(plan: VideoPlan) -> tuple[str, ...]:
    """Animated WebP, lossy."""
    return ("-quality", "75")
