"""Loudness by EBU R128: what is measured of a sound, and the filters that bring it to a target. Pure.

One gain for the whole sound wherever that does: it changes nothing but how loud it is. Peaks that the gain would lift
too high are limited, with four times the samples between the samples; what that costs in loudness is measured again.
Only a sound that is livelier than asked for is compressed first.
"""

import math
import re
from dataclasses import dataclass

from reelmill.media.plans import Loudness

KEYS = ("I", "LRA", "true_peak")  # of ebur128
NEAR = 0.1  # LU; a sound this near to its target is left alone
MOST_ROUNDS = 6  # measurements
_SILENT = -69.0  # LUFS, what ebur128 says of silence
_MARGIN = 0.5  # dB below the peak that is allowed: encoders overshoot
_LIVELY = 1.0  # LU above the range that is asked for
_BETWEEN = 192_000  # samples a second while peaks are limited
_LAST = r"lavfi\.r128\.{}=(-?[0-9.]+|-?inf|-?nan)"


@dataclass(frozen=True, slots=True)
class Measured:
    """LUFS, LU, dB of full scale."""

    level: float
    range: float
    peak: float


def measuring(name: str) -> tuple[str, ...]:
    """Filters that write what they measure into files, one for each key."""
    printing = (f"ametadata=mode=print:key=lavfi.r128.{key}:file={name}-{key}.txt" for key in KEYS)
    return ("ebur128=peak=true:metadata=1:framelog=quiet", *printing)


def told(texts: tuple[str, ...]) -> Measured | None:
    """What the files say at their ends; None when nothing was heard."""
    found = [re.findall(_LAST.format(key), text) for key, text in zip(KEYS, texts, strict=True)]
    if not all(found):
        return None
    level, lively, peak = (float(values[-1]) for values in found)
    if not math.isfinite(level) or level <= _SILENT or not peak > 0:
        return None
    return Measured(level, lively if math.isfinite(lively) else 0.0, 20 * math.log10(peak))


def steps(
    target: Loudness, seen: Measured, before: tuple[str, ...], gain: float, rate: int
) -> tuple[tuple[str, ...], float]:
    """(filters, gain in dB) that come nearer to the target, from what was measured behind the filters `before`, which
    had this gain. At first both are empty."""
    if not before and seen.range > target.range + _LIVELY:
        how = f"I={target.level:g}:TP={target.peak:g}:LRA={target.range:g}"
        return (f"loudnorm={how}", f"aresample={rate}"), 0.0
    compressed = before[:2] if before[:1] and before[0].startswith("loudnorm") else ()
    gain += target.level - seen.level
    limited = any(step.startswith("alimiter") for step in before)
    made = (*compressed, f"volume={gain:.3f}dB")
    if not limited and seen.peak + target.level - seen.level <= target.peak - _MARGIN:
        return made, gain
    limit = 10 ** ((target.peak - _MARGIN) / 20)
    between = (f"aresample={_BETWEEN}", f"alimiter=limit={limit:.4f}:attack=5:release=50:level=0:latency=1")
    return (*made, *between, f"aresample={rate}"), gain


def done(target: Loudness, seen: Measured, before: tuple[str, ...]) -> bool:
    """Whether what was measured behind the filters is what is wanted."""
    return bool(before) and abs(seen.level - target.level) <= NEAR and seen.peak <= target.peak


def simple(method: str, level: float, peak: float) -> tuple[str, ...]:
    """The filters of methods that need no measurement."""
    if method == "linear":
        return (f"volume={level:g}dB",)
    return (f"dynaudnorm=p={peak:g}",)
