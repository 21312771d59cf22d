"""Two passes of a film that is cut into pieces. Pure, but for `read`.

An encoder that has the whole film before it gives every scene the bits that it needs: all pictures get the same
quantizer, the one at which the film comes to its rate. So the first pass of each piece is read, the quantizer of all is
found by the encoders' own model of bits, and the second pass of each piece gets the rate that it has there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reelmill.core.model import Timeline
from reelmill.core.spending import Spending
from reelmill.media.codecs import VIDEO
from reelmill.media.containers import Target

Rates = Mapping[str, Sequence[int]]  # stem -> Kbit/s of each piece
_LEAST = 10  # Kbit/s that an encoder is asked for
_PICTURE = re.compile(r"type:([IiPBb]) .*?\bq:([\d.]+) .*?\btex:(\d+) mv:(\d+) misc:(\d+)")
_INTRA = 1.4  # how much finer the quantizer of whole pictures is (ipratio of both encoders)
_SCALES = 1e-3, 1e12  # between which the quantizer of a film lies, whatever is asked for
_ROUNDS = 80  # halvings


def wanted(targets: Sequence[Target]) -> list[Target]:
    """Those that are encoded twice."""
    plans = [(t, t.rendition.video) for t in targets]
    return [t for t, plan in plans if plan and not plan.copy and VIDEO[plan.codec].twice(plan)]


def first(target: Target) -> Target:
    """The first pass, which leaves its statistics beside `log`."""
    return _passed(target, 1, f"${{out}}/{log(target)}")


def log(target: Target) -> str:
    """The file of statistics."""
    return f"pass-{target.stem}"


def second(target: Target, rates: Rates, number: int, look: str) -> Target:
    """What piece `number` (from 0) makes of a target: by the statistics that the task `look` left, where it is encoded
    twice."""
    if target.stem not in rates:
        return target
    passed = _passed(target, 2, f"${{{look}}}/{log(target)}")
    assert passed.rendition.video is not None
    video = replace(passed.rendition.video, bitrate=rates[target.stem][number])
    return replace(passed, rendition=replace(passed.rendition, video=video))


def _passed(target: Target, number: int, file: str) -> Target:
    assert target.rendition.video is not None
    video = replace(target.rendition.video, number=number, log=file)
    return replace(target, rendition=replace(target.rendition, video=video))


def read(file: Path) -> Spending:
    """The statistics that x264 or x265 left."""
    with file.open(encoding="ascii", errors="replace") as lines:
        found = [_PICTURE.search(line) for line in lines if line.startswith("in:")]
    return Spending.of([_picture(*one.groups()) for one in found if one])


def _picture(kind: str, quantizer: str, texture: str, motion: str, rest: str) -> tuple[float, int, int, int]:
    scale = 0.85 * 2 ** ((float(quantizer) - 12) / 6)
    return scale * (_INTRA if kind in "Ii" else 1.0), int(texture), int(motion), int(rest)


def rates(targets: Sequence[Target], spent: Mapping[str, Sequence[Spending]], timeline: Timeline) -> Rates:
    """What each piece may have; `spent`: stem -> what each of its pieces takes."""
    ends = [*(begin for begin, _ in timeline.cuts[1:]), timeline.end]
    seconds = [end - begin for (begin, _), end in zip(timeline.cuts, ends, strict=True)]
    plans = {t.stem: t.rendition.video for t in targets}
    return {
        stem: shares(found, seconds, plan.bitrate, plan.maxrate)
        for stem, found in spent.items()
        if (plan := plans[stem])
    }


def shares(spent: Sequence[Spending], seconds: Sequence[float], rate: int, most: int = 0) -> tuple[int, ...]:
    """Kbit/s of each piece, which together come to `rate`, at one quantizer for all. None has more than `most` (0: no
    bound); what it may not have the others get."""
    left, waiting, found = 1000 * rate * sum(seconds), set(range(len(spent))), dict[int, float]()
    while waiting:
        scale = _scale([spent[n] for n in waiting], left)
        own = {n: spent[n].bits(scale) for n in waiting}
        full = [n for n in waiting if most and own[n] > 1000 * most * seconds[n]]
        for n in full or tuple(waiting):
            found[n] = 1000 * most * seconds[n] if full else own[n]
            left -= found[n]
            waiting.remove(n)
    return tuple(max(_LEAST, round(found[n] / seconds[n] / 1000)) for n in range(len(spent)))


def _scale(spent: Sequence[Spending], bits: float) -> float:
    """Of the quantizer at which these parts come to so many bits."""
    finest, coarsest = _SCALES
    for _ in range(_ROUNDS):
        middle = (finest * coarsest) ** 0.5
        enough = sum(one.bits(middle) for one in spent) > bits
        finest, coarsest = (middle, coarsest) if enough else (finest, middle)
    return coarsest
