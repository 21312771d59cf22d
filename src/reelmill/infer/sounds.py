"""Where two sounds are the same, by chromaprint's items (32 bits, about eight a second). Pure."""

from typing import Any

import cv2
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
_AT_ONCE = 1 << 19  # known halves that are looked through together: two threads should not wait for each other often
_OWN = np.uint64(0x0201_0201_0201_0201)  # which half is which, of eight of them
_HALVES = 1 << 16
_MOST_TIMES = 8  # what stands everywhere need not be met everywhere
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


class Listener:
    """Where items of one asked sound are met in known ones: those that agree in one of their halves. A table tells of
    each value which half of an asked item has it; OpenCV looks two bytes up three times as fast as numpy does."""

    def __init__(self, asked: Array):
        good = np.flatnonzero(telling(asked))
        self._wanted = np.zeros((1, _HALVES), np.uint8)
        self._orders, self._begins, self._counts = [], [], []
        for high in (0, 1):
            halves = asked[good].astype("<u4").view("<u2")[high::2]
            self._orders.append(good[np.argsort(halves, kind="stable")])
            counts = np.bincount(halves, minlength=_HALVES)
            self._begins.append(np.cumsum(counts) - counts)
            self._counts.append(np.minimum(counts, _MOST_TIMES))
            self._wanted[0, counts > 0] |= high + 1

    def asked(self) -> list[tuple[Array, Array]]:
        """(values of lower halves, places of their items in the asked sound), and the same of higher halves."""
        told = []
        for order, begins, counts in zip(self._orders, self._begins, self._counts, strict=True):
            keys = np.repeat(np.arange(_HALVES), counts)
            inside = np.arange(len(keys)) - np.repeat(np.cumsum(counts) - counts, counts)
            told.append((keys, order[np.repeat(begins, counts) + inside]))
        return told

    def meetings(self, known: Array) -> tuple[Array, Array]:
        """(places in the asked sound, places in the known one)."""
        halves = known.astype("<u4", copy=False).view("<u2")
        hits = self._hits(halves)
        keys = halves.take(hits, mode="clip")
        met, where = [], []
        for high in (0, 1):
            mine = np.flatnonzero((hits & 1) == high)
            own = keys[mine]
            each = self._counts[high][own]
            inside = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
            met.append(self._orders[high][np.repeat(self._begins[high][own], each) + inside])
            where.append(np.repeat(hits[mine] >> 1, each))
        return np.concatenate(met), np.concatenate(where)

    def _hits(self, halves: Array) -> Array:
        """Places of the halves that something has. Most eights of them have none, so these are passed over first."""
        flags = np.zeros(_AT_ONCE, np.uint8)
        eights = flags.view(np.uint64)
        places, values = [], []
        for at in range(0, len(halves), _AT_ONCE):
            part = halves[at : at + _AT_ONCE]
            flags[len(part) :] = 0
            cv2.LUT(part[None], self._wanted, flags[None, : len(part)])
            np.bitwise_and(eights, _OWN, out=eights)
            some = np.flatnonzero(eights != 0)
            places.append(some + at // 8)
            values.append(eights.take(some, mode="clip"))
        inside = np.flatnonzero(np.concatenate(values).view(np.uint8) != 0)
        return np.concatenate(places)[inside >> 3] * 8 + (inside & 7)


def worth(met: Array, where: Array, owner: Array) -> list[int]:
    """Owners of known items that agree with the asked ones on an offset often enough for a closer look."""
    agreed = np.sort((owner.astype(np.int64) << 40) + (1 << 39) + where - met)
    often = agreed[_VOTES - 1 :] == agreed[: len(agreed) - _VOTES + 1] if len(agreed) >= _VOTES else np.zeros(0, bool)
    return [int(one) for one in np.unique(agreed[np.flatnonzero(often)] >> 40)]


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
