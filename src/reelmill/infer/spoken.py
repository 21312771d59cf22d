"""What is said in a film, compared with word lists. Pure.

A film says sentences: [[begin, end, text], ...], seconds, in order; none when nobody says anything. A phrase may begin
in one sentence and end in the next: what two neighbours have together, and neither has alone, is a line of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.infer.wording import Hit, Lists

Sentence = tuple[float, float, str]
_ORDER = {"pass": 0, "review": 1, "block": 2}
_PAUSE = 2.0  # seconds; after a longer one nobody goes on with a phrase


@dataclass(frozen=True, slots=True)
class Line:
    """What is said from `begin` to `end` (seconds), what it is, and the words of the lists that it has."""

    begin: float
    end: float
    text: str
    label: str
    suggestion: str
    words: tuple[str, ...]

    def told(self) -> list[Any]:
        return [self.begin, self.end, self.text, self.label, self.suggestion, list(self.words)]


def lines(said: Sequence[Sequence[Any]], known: Lists, lists: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Every sentence, and what goes across two, in order."""
    sentences = [(float(begin), float(end), str(text)) for begin, end, text in said]
    hits = [known.hits(text) for _, _, text in sentences]
    own = [_line(one, found, lists) for one, found in zip(sentences, hits, strict=True)]
    across = [_line(one, found, lists) for one, found in _across(sentences, hits, known)]
    return sorted([*own, *across], key=lambda line: (line.begin, line.end))


def _across(
    sentences: Sequence[Sentence], hits: Sequence[Sequence[Hit]], known: Lists
) -> Iterator[tuple[Sentence, list[Hit]]]:
    for place in range(1, len(sentences)):
        (begin, ended, first), (goes_on, end, second) = sentences[place - 1 : place + 1]
        if goes_on - ended > _PAUSE:
            continue
        alone = {hit.list for hit in (*hits[place - 1], *hits[place])}
        together = [hit for hit in known.hits(f"{first} {second}") if hit.list not in alone]
        if together:
            yield (begin, end, f"{first} {second}"), together


def _line(one: Sentence, hits: Sequence[Hit], lists: Sequence[Mapping[str, Any]]) -> Line:
    """By the worst of its hits."""
    worst = max(
        (lists[hit.list] for hit in hits),
        key=lambda of: _ORDER[of["suggestion"]],
        default={"label": "normal", "suggestion": "pass"},
    )
    return Line(*one, worst["label"], worst["suggestion"], tuple(hit.word for hit in hits))
