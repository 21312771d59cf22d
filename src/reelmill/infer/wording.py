"""Word lists: whether a text has one of their words, however it is disguised. Pure.

Text and words are folded alike before they are compared: width and composition (NFKC), case, marks above and below
letters, look-alikes of other scripts, digits and signs that stand for letters, traditional Chinese letters; what
separates letters is taken out. So "l u c k y", "ＬＵＣＫＹ", "1ucky" and "lúcky" are one word, and so are "領獎" and
"领奖". Patterns see the text with its blanks, folded by NFKC and
case alone; re2 goes through a text once, whatever the pattern.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from reelmill.infer.chinese import simplified

_ANYWHERE = 6  # letters of a Latin word from which on it is found inside others too
_MOST_TEXT = 20_000
_MEMORY = 8 << 20  # bytes of a pattern at work
_ALIKE = (  # what stands for what, by its looks
    ("авеёзікмнопрсстухуѕјԁԛԝһӏ", "abeezikmhonpcctyxysjdqwhl"),  # Cyrillic
    ("αβεικνορτυχη", "abeikvoptuxn"),  # Greek
    ("0134578@$€i", "oleastbasel"),
)
_ONE = {"i": "l"}
_FOLD = {ord(a): _ONE.get(b, b) for these, those in _ALIKE for a, b in zip(these, those, strict=True)}
_SIGNS = frozenset("@$€")


@dataclass(frozen=True, slots=True)
class Hit:
    """A word, or a pattern, that a text has; `list` is the number of its list."""

    list: int
    word: str


class Lists:
    """Word lists, ready to be asked: [{"id", "name", "words", "label", "suggestion"}]."""

    def __init__(self, lists: Sequence[Mapping[str, Any]]):
        self._words: list[tuple[int, str, str, bool]] = []
        self._patterns: list[tuple[int, str, Any]] = []
        options = re2.Options()
        options.log_errors, options.case_sensitive, options.max_mem = False, False, _MEMORY
        for number, one in enumerate(lists):
            for word in one["words"]:
                if is_pattern(word):
                    self._patterns.append((number, word, re2.compile(_plain(word[1:-1]), options)))
                elif folded := _folded(word)[0]:
                    whole = folded.isascii() and len(folded) < _ANYWHERE
                    self._words.append((number, word, folded, whole))

    def hits(self, text: str) -> list[Hit]:
        """What a text has of them, one hit of each list."""
        found: dict[int, str] = {}
        folded, places = _folded(text[:_MOST_TEXT])
        plain = _plain(text[:_MOST_TEXT])
        for number, word, wanted, whole in self._words:
            if number not in found and _has(folded, places, wanted, whole):
                found[number] = word
        for number, word, pattern in self._patterns:
            if number not in found and pattern.search(plain):
                found[number] = word
        return [Hit(number, word) for number, word in sorted(found.items())]


def is_pattern(word: str) -> bool:
    """/.../"""
    return len(word) > 2 and word.startswith("/") and word.endswith("/")


def _plain(text: str) -> str:
    """With its blanks, of which many are one; what cannot be seen is taken out."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", seen)


def _folded(text: str) -> tuple[str, list[tuple[bool, bool]]]:
    """The letters alone; of each whether a word of the text begins, and ends, there."""
    letters: list[str] = []
    places: list[tuple[bool, bool]] = []
    before = False
    for c in _decomposed(text):
        kind = unicodedata.category(c)
        if kind[0] in "LN" or c in _SIGNS:
            folded = c.translate(_FOLD)
            letters.append(folded)
            places.append((not before, False))
            before = True
        elif kind not in ("Mn", "Cf"):
            if before:
                places[-1] = (places[-1][0], True)
            before = False
    if places:
        places[-1] = (places[-1][0], True)
    return "".join(letters), places


def _decomposed(text: str) -> str:
    return simplified(unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()))


def _has(folded: str, places: Sequence[tuple[bool, bool]], wanted: str, whole: bool) -> bool:
    at = folded.find(wanted)
    while at >= 0:
        if not whole or (places[at][0] and places[at + len(wanted) - 1][1]):
            return True
        at = folded.find(wanted, at + 1)
    return False
