"""Whether an output is what its film's viewer should get. Pure: what was seen, against what is true. Each complaint has
a kind, by which faults are counted."""

import itertools
import math
import re
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from films import scene
from films.product import COVER_AT, SERIES_AT, SERIES_EVERY, SINGLE_AT, SOUNDS
from films.seen import Eye, Picture, Show
from films.truth import SILENT, Truth


@dataclass(frozen=True)
class Problem:
    """output: its name; kind: what is wrong in one or two words; text: with all figures."""

    output: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.output}: {self.kind}: {self.text}"


def eye(truth: Truth) -> Eye:
    return Eye(truth.later, truth.fields, truth.colours is None)


def refused(name: str, truth: Truth, message: str | None) -> list[Problem] | None:
    """What is to be said of an output as far as its failure tells; None: it must be looked at. `message` None: it did
    not fail."""
    if truth.fails:
        if message is None:
            return [Problem(name, "not refused", f"made, although it cannot be right (/{truth.fails}/)")]
        return (
            []
            if re.search(truth.fails, message, re.I)
            else [Problem(name, "sentence", f"fails without a word of /{truth.fails}/: {message}")]
        )
    soundless = name in ("sound", *SOUNDS) and truth.sound is None
    if message is None:
        return None
    if (soundless and re.search(SILENT, message, re.I)) or (
        truth.may_fail and re.search(truth.may_fail, message, re.I)
    ):
        return []
    return [Problem(name, "sentence" if soundless else "fails", message)]


# ---- films ---------------------------------------------------------------------------------------


def judge(name: str, show: Show, truth: Truth, sound: Show | None = None) -> list[Problem]:
    """A file, or a part of a package; `sound` is the package's sound for a part with pictures."""
    found: list[tuple[str, str]] = [("decoding", text) for text in dict.fromkeys(show.problems)]
    package = name in ("own", "other", "sound")
    at = None
    if name not in ("sound", *SOUNDS):
        if not show.pictures:
            return [Problem(name, *one) for one in [*found, ("no pictures", "nothing is shown")]]
        order = list(_order(show, truth))
        found += order
        if not order:
            times = _offsets(show, truth, package)
            found += _times(times, truth, package)
            at = [statistics.median(d for _, d in part) for part in times]
        found += [*_looks(show, truth), *_repeats(show, truth, package), *_shape(show, truth)]
    ears = sound or show
    if name not in ("own", "other") or sound:
        found += _hearing(ears, truth, at, aligned=name not in SOUNDS)
    found += _spans(show, truth, at, package, name)
    if sound and truth.sound:
        found += _equal(show, sound, truth)
    if package:
        found += _playlist(show, truth, name == "sound")
    return [Problem(name, kind, text) for kind, text in found]


def _runs(show: Show) -> list[Picture]:
    """Each picture where it appears; those that only stand on are left out."""
    return [b for a, b in zip([None, *show.pictures], show.pictures, strict=False) if a is None or a.number != b.number]


def _order(show: Show, truth: Truth) -> Iterable[tuple[str, str]]:
    runs = [p.number for p in _runs(show)]
    wanted = [number for number, _ in truth.pictures]
    if _fits(runs, wanted, truth.may_miss):
        return
    unreadable = sum(p.number < 0 for p in show.pictures)
    must = {number for i, number in enumerate(wanted) if i not in truth.may_miss}
    lost, strange = sorted(must - set(runs)), sorted(set(runs) - set(wanted))
    back = sum(0 <= b < a for a, b in itertools.pairwise(runs))
    kind = "unreadable" if unreadable > 2 else "disorder" if back else "lost" if lost else "strange"
    yield (
        kind,
        (
            f"{len(show.pictures)} pictures for {len(wanted)}: {len(lost)} lost {lost[:4]}, {back} shown after a "
            f"later one, {unreadable} unreadable, "
            f"{len(strange)} that are not in the film {strange[:4]}"
        ),
    )


def _fits(runs: list[int], wanted: list[int], may_miss: frozenset[int]) -> bool:
    if runs == wanted:
        return True
    return bool(may_miss) and runs[-len(wanted) :] == [
        number for i, number in enumerate(wanted) if i not in may_miss or number in runs
    ]


def _offsets(show: Show, truth: Truth, package: bool) -> list[list[tuple[int, float]]]:
    """(number, how much later than it is true it appears), for each recording of the film."""
    true: dict[int, float] = dict(truth.pictures)
    away = [(p.number, p.time - true[p.number]) for p in _runs(show)]
    bounds = [*truth.parts, len(truth.pictures)]
    numbers = [[number for number, _ in truth.pictures[a:b]] for a, b in itertools.pairwise(bounds)]
    parts = [[one for one in away if one[0] in part] for part in numbers]
    if len(parts[0]) > 1:  # the first picture may fill up what comes before it
        first, others = parts[0][0], parts[0][1:]
        if first[1] < statistics.median(d for _, d in others) and (package or true[first[0]] > 0.01):
            parts[0] = others
    return parts


def _times(parts: list[list[tuple[int, float]]], truth: Truth, package: bool) -> Iterable[tuple[str, str]]:
    off = truth.frame * (0.55 if truth.steady else 1.0) + 0.003
    if not truth.steady and package:
        off = max(off, 0.103)  # what stands long is repeated ten times a second at least
    for number, part in enumerate(parts):
        middle, most = (
            statistics.median(d for _, d in part),
            max(off, 0.05) if number else off,
        )  # where a clock begins anew, it is as exact as its first packets
        bad = [(n, d - middle) for n, d in part if abs(d - middle) > most]
        if bad:
            worst = max(bad, key=lambda one: abs(one[1]))
            yield (
                "times",
                f"{len(bad)} of {len(part)} pictures are not shown at their times; {worst[0]} is {worst[1]:+.3f} s "
                f"away",
            )
    if len(parts) > 1:
        step = statistics.median(d for _, d in parts[1]) - statistics.median(d for _, d in parts[0])
        if abs(step) > 0.1 + truth.frame:
            yield "seam", f"the second recording comes {step:+.3f} s late"


def _repeats(show: Show, truth: Truth, package: bool) -> Iterable[tuple[str, str]]:
    again = len(show.pictures) - len(_runs(show))
    if truth.fields and again >= len(truth.pictures) - 2 and again <= len(truth.pictures):
        return  # a picture for each field
    if truth.steady and truth.frame < 0.4 and again:
        yield "repeated", f"{len(show.pictures)} pictures for {len(truth.pictures)}: {again} are shown again"


def _looks(show: Show, truth: Truth) -> Iterable[tuple[str, str]]:
    """Colours, circle, flashes, combing."""
    yield from _colours([p for p in show.pictures if p.colours], truth, show.told)
    bad = [
        p for p in show.pictures if p.circle is not None and abs(p.circle - 1) > (0.03 if truth.later else 0.02)
    ]  # scaled twice, a small circle is a pixel off
    if bad:
        yield "circle", f"the circle of picture {bad[0].number} is {bad[0].circle:.3f} times as wide as high"
    if truth.fields and (combed := sum(p.combed > 0.01 for p in show.pictures)):
        yield (
            "combing",
            f"{combed} of {len(show.pictures)} pictures are combed, the worst in "
            f"{max(p.combed for p in show.pictures):.1%} of the track",
        )


def _colours(pictures: list[Picture], truth: Truth, told: str) -> Iterable[tuple[str, str]]:
    for picture in pictures:
        assert picture.colours is not None
        if truth.colours is None:
            wrong = _hdr(picture.colours)
        else:
            away = {
                name: max(abs(a - b) for a, b in zip(picture.colours[name], right, strict=True))
                for name, right in truth.colours.items()
            }
            worst = max(away, key=lambda name: away[name])
            wrong = (
                f"{worst} is {picture.colours[worst]}, not {truth.colours[worst]}" if away[worst] > truth.near else ""
            )
        if wrong:
            yield (
                ("hole" if wrong.startswith("hole") else "colours"),
                f"{wrong} in picture {picture.number} (told: {told})",
            )
            return


def _hdr(colours: Mapping[str, tuple[float, float, float]]) -> str:
    """What looks wrong in a tone-mapped picture: greys with colour, no light, colours that are others."""
    greys = [colours[name] for name in ("grey 32", "grey 96", "grey 160", "grey 224")]
    tinted = [grey for grey in greys if max(grey) - min(grey) > 12]
    if tinted:
        return f"a grey is {tinted[0]}"
    lights = [grey[1] for grey in greys]
    if lights != sorted(lights) or lights[-1] < 130 or lights[0] > 70:
        return f"greys of 32, 96, 160 and 224 are {[round(x) for x in lights]}"
    for place, name in enumerate(("red", "green", "blue")):
        own, rest = colours[name][place], max(c for i, c in enumerate(colours[name]) if i != place)
        if own < rest + 50:
            return f"{name} is {colours[name]}"
    return ""


def _shape(show: Show, truth: Truth) -> Iterable[tuple[str, str]]:
    (width, height), (w, h) = show.size, truth.shape
    if abs(width / height / (w / h) - 1) > max(0.02, 1.5 / min(height, width)):
        yield "shape", f"{width}x{height} for {w}x{h}"


# ---- sound ---------------------------------------------------------------------------------------


def _hearing(show: Show, truth: Truth, at: list[float] | None, aligned: bool) -> Iterable[tuple[str, str]]:
    if truth.sound is None:
        if show.beeps:
            yield "strange sound", f"{len(show.beeps)} sounds where the film has none"
        return
    if not show.heard:
        yield "no sound", "nothing is heard"
        return
    breaks = [(t, g) for t, g in show.breaks if abs(g) > 0.06]
    if breaks:
        yield "leaping sound", f"the sound's clock leaps {len(breaks)} times, first by {breaks[0][1]:+.3f} s"
    wanted = [scene.pitch(k) for k, _, _ in truth.beeps]
    heard = [round(b.pitch) for b in show.beeps]
    if len(heard) != len(wanted) or any(abs(a - b) > 60 for a, b in zip(heard, wanted, strict=False)):
        yield (
            "beeps",
            f"heard at {[f'{b.time:.2f}' for b in show.beeps]} with {heard} Hz, not {wanted} Hz at "
            f"{[f'{t:.2f}' for _, t, _ in truth.beeps]}",
        )
        return
    yield from _sync(show, truth, at, aligned)
    yield from _loudness(show, truth)


def _sync(show: Show, truth: Truth, at: list[float] | None, aligned: bool) -> Iterable[tuple[str, str]]:
    """Each beep at its time: against the pictures, where there are some; else against each other."""
    away = [b.time - scene.BEEP / 2 - t for b, (_, t, _) in zip(show.beeps, truth.beeps, strict=True)]
    if not away:
        return
    if at is None:
        usual = statistics.median(away)
        if (worst := max(away, key=lambda d: abs(d - usual))) and abs(worst - usual) > truth.av + truth.vague:
            yield "beep times", f"a beep is {worst - usual:+.3f} s away from where the others are"
        return
    turn = truth.pictures[truth.parts[-1]][1] if len(truth.parts) > 1 else math.inf
    late = [d - at[-1 if t > turn else 0] for d, (_, t, _) in zip(away, truth.beeps, strict=True)]
    worst = max(late, key=abs)
    if abs(worst) > truth.av + (0 if truth.steady else 0.5 * min(truth.frame, 0.1)):
        yield (
            "sync",
            f"the sound is up to {worst:+.3f} s late against the pictures ({', '.join(f'{d:+.3f}' for d in late)})",
        )


def _loudness(show: Show, truth: Truth) -> Iterable[tuple[str, str]]:
    low, high = truth.level
    away = [
        (t, 20 * math.log10(max(value, 1e-6) / amplitude))
        for beep, (_, t, amplitude) in zip(show.beeps, truth.beeps, strict=True)
        for value in (beep.loud, beep.soft)
    ]
    wrong = [one for one in away if not low <= one[1] <= high]
    if wrong:
        yield (
            "level",
            f"a beep at {wrong[0][0]:.2f} s is {wrong[0][1]:+.2f} dB away ({low:+.1f} to {high:+.1f} is right)",
        )
    impure = min(show.beeps, key=lambda beep: beep.purity, default=None)
    if truth.pure and impure and impure.purity < 0.985:
        yield (
            "clipping",
            f"a beep of {impure.pitch:.0f} Hz is distorted: {impure.purity:.1%} of it are at its pitch; the loudest "
            f"sample is {show.peak:.2f}",
        )


# ---- lengths -------------------------------------------------------------------------------------


def _spans(show: Show, truth: Truth, at: list[float] | None, package: bool, name: str) -> Iterable[tuple[str, str]]:
    slack = 0.12 + truth.vague
    if at is not None and show.span:
        end = show.span[1] - at[-1]
        # in a file the last picture may simply stand
        least = truth.stop if package else min(truth.stop, truth.pictures[-1][1] + truth.frame)
        if not least - slack - truth.frame <= end <= max(truth.stop, truth.end) + slack + truth.frame:
            yield "length", f"the pictures end at {end:.2f} s, not {truth.stop:.2f} s"
        begin = show.span[0] - at[0]
        if package and begin > 0.13 + truth.vague:
            yield "late", f"a stream of a package begins {begin:.2f} s after the film"
    if truth.sound and show.heard and name in SOUNDS:
        lasts = show.heard[1] - show.heard[0]
        if not truth.sound[1] - truth.sound[0] - slack <= lasts <= truth.end + slack:
            yield "length", f"the sound lasts {lasts:.2f} s, not {truth.sound[1] - truth.sound[0]:.2f} s"
    elif truth.sound and show.heard and at is not None:
        end = show.heard[1] - at[-1]
        if not truth.sound[1] - slack <= end <= truth.end + slack:
            yield "length", f"the sound ends at {end:.2f} s, not {truth.sound[1]:.2f} s"


def _equal(show: Show, sound: Show, truth: Truth) -> Iterable[tuple[str, str]]:
    if not show.span or not sound.heard:
        return
    early, late = show.span[0] - sound.heard[0], show.span[1] - sound.heard[1]
    if abs(early) > 0.13 or abs(late) > 0.2 + truth.frame:
        yield (
            "unequal",
            f"pictures from {show.span[0]:.2f} to {show.span[1]:.2f} s, sound from {sound.heard[0]:.2f} to "
            f"{sound.heard[1]:.2f} s",
        )


def _playlist(show: Show, truth: Truth, sound: bool) -> Iterable[tuple[str, str]]:
    near = 0.035 if sound else 0.02
    end = (show.heard if sound else show.span) or (math.nan, math.nan)
    for number, (lasts, first, _) in enumerate(show.parts):
        last = number + 1 == len(show.parts)
        following = end[1] if last else show.parts[number + 1][1]
        if not abs(following - first - lasts) <= near + (truth.frame + 0.05 if last else 0):
            yield (
                "extinf",
                f"segment {number + 1} of {len(show.parts)} lasts {following - first:.3f} s and says {lasts:.3f} s",
            )
            return
    if show.parts and max(lasts for lasts, _, _ in show.parts) >= show.target + 0.5:
        yield "extinf", f"a segment is longer than the target of {show.target} s"


# ---- stills --------------------------------------------------------------------------------------


def judge_still(name: str, shows: list[Show], truth: Truth) -> list[Problem]:
    """A picture, or a series."""
    found: list[tuple[str, str]] = []
    if name == "series":
        moments = [SERIES_AT + n * SERIES_EVERY for n in range(40) if SERIES_AT + n * SERIES_EVERY < truth.stop]
        near_end = [t for t in moments if t > truth.stop - truth.frame - truth.vague - 0.02]
        if (
            not len(moments) - len(near_end)
            <= len(shows)
            <= len(moments) + (SERIES_AT + len(moments) * SERIES_EVERY < truth.stop + truth.frame + truth.vague)
        ):
            found.append(("count", f"{len(shows)} pictures, not {len(moments)}"))
    else:
        moments = [SINGLE_AT if name == "single" else COVER_AT]
    for show, moment in zip(shows, moments, strict=False):
        found += [("decoding", text) for text in show.problems]
        if not show.pictures:
            continue
        found += [*_shape(show, truth), *_looks(show, truth)]
        number = show.pictures[0].number
        right = _near(moment, truth) if name != "cover" else _keys(moment, truth)
        if number not in right:
            found.append(("picture", f"shows picture {number} at {moment:.2f} s, not {min(right)} to {max(right)}"))
    return [Problem(name, kind, text) for kind, text in dict(found).items()]


def _near(moment: float, truth: Truth) -> set[int]:
    """Pictures that are shown within a frame of a moment."""
    slack = min(truth.frame, 0.1) + 0.01 + truth.vague
    found = {truth.pictures[0][0]} if moment - slack < truth.pictures[0][1] else set()
    ends = [t for _, t in truth.pictures[1:]] + [max(truth.end, moment) + 1]
    return found | {
        number
        for (number, begin), end in zip(truth.pictures, ends, strict=True)
        if begin - slack <= moment <= end + slack
    }


def _keys(moment: float, truth: Truth) -> set[int]:
    """Pictures as near to a moment as the nearest key frame."""
    slack = min((abs(t - moment) for t in truth.keys), default=truth.end) + truth.frame + truth.vague + 0.01
    return {number for number, at in truth.pictures if abs(at - moment) <= slack} or {truth.pictures[0][0]}
