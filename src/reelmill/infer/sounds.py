"""Where two sounds are the same, by chromaprint's items (32 bits, about eight a second). Pure."""

from typing import Any

import numpy as np

from reelmill.infer.aligning import Span

Array = Any
STEP = 1365 / 11025  # seconds between two items
_WINDOW = 25  # items that are judged together: three seconds
_LEAST_WINDOW = 16  # of a sound that is shorter than that
_WRONG = 0.3  # share of the bits that may differ in them; two that have nothing in common differ in half
_PLACES = 24  # offsets that are looked at closely in one pair
_VOTES = 4  # items that must agree on one
_STILL = 8  # equal items in a row are silence or a tone, which is everywhere the same
_AT_ONCE = 1 << 16  # known items that are looked through together: they stay in the cache of a core
_MOST_KNOWN, _MOST_MEETINGS = 1 << 21, 1 << 21  # in memory at a time


def telling(items: Array) -> Array:
    """Which items say something."""
    if len(items) < _STILL:
        return np.ones(len(items), bool)
    cuts = np.flatnonzero(np.diff(items.astype(np.int64)) != 0) + 1
    begins, ends = np.concatenate(([0], cuts)), np.concatenate((cuts, [len(items)]))
    return np.repeat(ends - begins < _STILL, ends - begins)


def most(asked: int) -> int:
    """Known items that may be listened to together: so many that their meetings with so many asked ones fit into
    memory, and at least what makes the work worth a turn."""
    return int(min(_MOST_KNOWN, max(1 << 16, _MOST_MEETINGS * (1 << 15) / max(1, asked))))


def meetings(asked: Array, known: Array) -> tuple[Array, Array]:
    """(places in the asked sound, places in the known ones) of items that agree in one of their halves."""
    good = telling(asked)
    pairs: list[tuple[Array, Array]] = []
    for high in (1, 0):
        halves = _halves(asked, high)
        places = np.flatnonzero(good)
        order = places[np.argsort(halves[places], kind="stable")]
        keys = halves[order]
        wanted = np.zeros(1 << 16, bool)
        wanted[keys] = True
        for at in range(0, len(known), _AT_ONCE):
            part = _halves(known[at : at + _AT_ONCE], high)
            hits = np.flatnonzero(wanted.take(part, mode="wrap"))  # what else would check each place
            low, end = np.searchsorted(keys, part[hits]), np.searchsorted(keys, part[hits], "right")
            each = np.minimum(end - low, 8)  # what stands everywhere need not be met everywhere
            inside = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
            pairs.append((order[np.repeat(low, each) + inside], at + np.repeat(hits, each)))
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


def _halves(items: Array, high: int) -> Array:
    return items.astype("<u4", copy=False).view("<u2")[high::2].astype(np.int64)


def worth(met: Array, where: Array, owner: Array) -> list[int]:
    """Owners of known items that agree with the asked ones on an offset often enough for a closer look."""
    agreed, counts = np.unique((owner.astype(np.int64) << 40) + (1 << 39) + where - met, return_counts=True)
    return [int(one) for one in np.unique(agreed[counts >= _VOTES] >> 40)]


def spans(asked: Array, known: Array, met: Array, where: Array, least: float) -> list[Span]:
    """The spans of one pair of sounds, given where their items meet."""
    free, found = np.ones(len(asked), bool), list[Span]()
    offsets, counts = np.unique(where - met, return_counts=True)
    best = [int(offsets[i]) for i in np.argsort(-counts, kind="stable")[:_PLACES] if counts[i] >= _VOTES]
    tried = [(offset, _wrong(asked, known, offset)) for offset in best]
    tried.sort(key=lambda one: -int((one[1] < _WRONG).sum()))
    good = telling(asked)
    for offset, wrong in tried:
        fine = (wrong < _WRONG) & free
        cuts = np.flatnonzero(np.diff(np.concatenate(([0], fine.astype(int), [0]))))
        for first, last in zip(cuts[::2], cuts[1::2] - 1, strict=True):
            begin, end = int(first), int(last) + 1
            if (end - begin) * STEP < least or good[begin:end].mean() < 0.5:
                continue
            free[begin:end] = False
            near = 1 - 2 * float(wrong[begin:end].mean())
            # the last item looks 2.6 seconds ahead of its own time
            length = (end - begin) * STEP + (2.4 if end == len(asked) else 0.0)
            begins = begin * STEP
            other = (begin + offset) * STEP
            found.append(Span(begins, begins + length, other, other + length, max(0.0, near)))
    return found


def _wrong(asked: Array, known: Array, offset: int) -> Array:
    """For each asked item the share of wrong bits around it, 1 where there is no partner."""
    first, last = max(0, -offset), min(len(asked), len(known) - offset)
    out = np.ones(len(asked))
    window = min(_WINDOW, len(asked), len(known))
    if last - first < window or window < _LEAST_WINDOW:
        return out
    bits = np.bitwise_count(asked[first:last] ^ known[first + offset : last + offset]) / 32
    total = np.concatenate(([0.0], np.cumsum(bits)))
    means = (total[window:] - total[:-window]) / window
    # an item is fine when one of the windows that hold it is
    padded = np.concatenate((np.ones(window - 1), means, np.ones(window - 1)))
    least = np.lib.stride_tricks.sliding_window_view(padded, window).min(1)
    out[first:last] = np.maximum(least, np.where(_smooth(bits) < 0.42, 0, 1))
    return out


def _smooth(bits: Array) -> Array:
    return np.convolve(bits, np.ones(7) / 7, "same") if len(bits) >= 7 else bits
