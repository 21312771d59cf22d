"""Texts of a film as its fingerprint: what letters said when.

`texts cues SEEN OUT` makes lines with their times of what `review look` saw, and takes the pictures away; a library
keeps OUT, JSON: [[begin, end, text], ...], seconds. `texts match CUES LIBRARY FILES FOUND` compares a film with those
of a library: LIBRARY is a file with one such list after the other, FILES says where each lies. FOUND: {"said": seconds
in which the film says something, "text": [{"id", "slices": [[begin, end, other, other end, likeness, text, other
text], ...]}, ...]}.
"""

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelmill.infer.aligning import SPEEDS
from reelmill.infer.chinese import simplified
from reelmill.infer.program import moved

_LEAST = 3  # letters of a line that tells something
_STANDS = 30.0  # seconds after which a line is a logo or a notice, which other films have as well
_SAME, _LIKE = 0.75, 0.6  # likeness of a line that goes on, of lines of two films that are one
_SOUGHT = 0.15  # of the letters by three of a line, that another one must have before the two are compared
_GONE = 2  # samples without a line after which it has ended
_MOST_CUES, _LONGEST = 20_000, 200
_BESIDE = 1.0  # seconds by which a line may stand beside where the others say that it should
_BETWEEN = 8.0  # seconds without a line that a slice may have inside
_WORTH = 24  # letters that a slice has in common at least: short phrases are said in every film
_ALONE = 0.85  # likeness of a line that is a slice by itself
_DENSE = 0.4  # of what is said in a slice, that must be in the other film
_ROUNDS, _MOST_SLICES, _MOST_TEXT = 40, 200, 1000
_OTHER_SPEED = 0.85  # what a film at another speed counts: it must be clearly better


@dataclass(frozen=True, slots=True)
class Cue:
    """A line and its time, in seconds; `letters` are what it is compared by."""

    begin: float
    end: float
    text: str
    letters: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two lines that are one: places in their films, how like they are from 0 to 1, and what that is worth: the letters
    that they have in common, less where a line is in the other film many times."""

    asked: int
    known: int
    like: float
    worth: float


def main(command: str, *words: str) -> None:
    """See above."""
    (_cues if command == "cues" else _match)(*words)


def _cues(seen: str, out: str) -> None:
    told = json.loads(Path(seen).read_text(encoding="utf-8"))
    lines = [(one or {}).get("letters", []) for one in told["frames"]]
    Path(out).write_text(json.dumps(cues(lines, told["rate"]), ensure_ascii=False), encoding="utf-8")
    for picture in Path().glob("f[0-9]*.jpg"):
        picture.unlink()


def cues(samples: Sequence[Sequence[str]], rate: float) -> list[list[Any]]:
    """[begin, end, text] of each line, in order; `samples`: the lines of each picture, `rate` of them a second. What is
    read a little otherwise in the next picture is the same line."""
    ended: list[list[Any]] = []
    standing: list[list[Any]] = []  # [first sample, last sample, Cue]
    for number, lines in enumerate([*samples, *[[]] * _GONE]):
        for text in dict.fromkeys(lines):
            made = cue(0.0, 0.0, text)
            if len(made.letters) < _LEAST:
                continue
            same = next((one for one in standing if likeness(two(one[2]), two(made)) >= _SAME), None)
            if same is None:
                standing.append([number, number, made])
            else:
                same[1] = number
        ended += [one for one in standing if number - one[1] >= _GONE]
        standing = [one for one in standing if number - one[1] < _GONE]
    told = [[round(first / rate, 3), round((last + 1) / rate, 3), one.text] for first, last, one in ended]
    return sorted(one for one in told if one[1] - one[0] < _STANDS)[:_MOST_CUES]


def cue(begin: float, end: float, text: str) -> Cue:
    plain = text[:_LONGEST] if text.isascii() else unicodedata.normalize("NFKC", text[:_LONGEST])
    return Cue(begin, end, text[:_LONGEST], simplified("".join(filter(str.isalnum, plain.casefold()))))


def two(line: Cue) -> Counter[str]:
    """Its pairs of letters, by which lines are compared."""
    letters = line.letters
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))


def three(line: Cue) -> set[str]:
    """Its letters by three, by which lines are sought: few others have them."""
    letters = line.letters
    return {letters[at : at + 3] for at in range(len(letters) - 2)}


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """What two lines have in common of their pairs of letters, from 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _match(asked: str, library: str, files: str, out: str) -> None:
    film = Film(_opened(Path(asked).read_bytes()))
    listed: list[dict[str, Any]] = json.loads(Path(files).read_text())
    found = [
        {"id": name, "slices": slices}
        for name, known in _films(Path(library), listed)
        if (slices := compared(film, known))
    ]
    found.sort(key=lambda one: -sum(end - begin for begin, end, *_ in one["slices"]))
    told = {"said": round(_covered(film.lines), 3), "text": found}
    Path(out).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _opened(data: bytes) -> list[Cue]:
    return [cue(*one) for one in json.loads(data)]


def _films(path: Path, files: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[Cue]]]:
    with path.open("rb") as library:
        for one in files:
            library.seek(one["text_at"])
            yield one["id"], _opened(library.read(one["texts"]))
            moved()


def _covered(film: Sequence[Cue]) -> float:
    """Seconds in which there is a line."""
    seconds = end = 0.0
    for one in film:
        seconds += max(0.0, one.end - max(end, one.begin))
        end = max(end, one.end)
    return seconds


class Film:
    """The film that is asked about, ready to be compared with many."""

    def __init__(self, lines: Sequence[Cue]):
        self.lines, self.pairs = lines, [two(one) for one in lines]
        self.having: defaultdict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(lines):
            for gram in three(one):
                self.having[gram].append(place)


def compared(asked: Film, known: Sequence[Cue]) -> list[list[Any]]:
    """Slices of a film that say the same as another one, in order."""
    film, pairs, slices = asked.lines, _pairs(asked, known), list[list[Any]]()
    for _ in range(_ROUNDS):
        if sum(one.worth for one in pairs) < _WORTH:
            break
        line = _line(film, known, pairs)
        good = [group for group in _groups(film, line) if _tells(film, known, group)]
        if not good:
            break
        slices += [_slice(film, known, group) for group in good]
        taken = {one.asked for group in good for one in group}
        pairs = [one for one in pairs if one.asked not in taken]
    return sorted(slices)[:_MOST_SLICES]


def _pairs(film: Film, known: Sequence[Cue]) -> list[Pair]:
    found = []
    for number, other in enumerate(known):
        sought = three(other)
        common = Counter(place for gram in sought for place in film.having.get(gram, ()))
        likely = [place for place, count in common.items() if count >= _SOUGHT * len(sought)]
        pairs = two(other) if likely else Counter[str]()
        for place in likely:
            if (like := likeness(film.pairs[place], pairs)) >= _LIKE:
                found.append((place, number, like))
    many = Counter(place for place, _, _ in found)
    return [Pair(place, n, like, like * _letters(film.lines[place].letters) / many[place]) for place, n, like in found]


def _letters(text: str) -> float:
    """A sign of Chinese and its kin says as much as two letters."""
    return sum(2 if unicodedata.category(c) == "Lo" else 1 for c in text)


def _line(film: Sequence[Cue], known: Sequence[Cue], pairs: Sequence[Pair]) -> list[Pair]:
    """Those that agree, for one speed and one distance in time, and are worth the most together; of a line the
    likest partner."""
    best: tuple[float, list[Pair]] = (0.0, [])
    for speed in SPEEDS:
        offsets = [known[one.known].begin - speed * film[one.asked].begin for one in pairs]
        votes: defaultdict[int, float] = defaultdict(float)
        for one, offset in zip(pairs, offsets, strict=True):
            votes[round(offset / _BESIDE)] += one.worth
        if not votes:
            continue
        top = max(list(votes), key=lambda at: sum(votes.get(at + beside, 0.0) for beside in (-1, 0, 1)))
        near = sorted(x for x in offsets if abs(x - top * _BESIDE) <= 1.5 * _BESIDE)
        middle = near[len(near) // 2]
        there = [one for one, x in zip(pairs, offsets, strict=True) if abs(x - middle) <= _BESIDE]
        line = _partners(there)
        worth = sum(one.worth for one in line) * (1.0 if speed == 1.0 else _OTHER_SPEED)
        if worth > best[0]:
            best = (worth, line)
    return best[1]


def _partners(pairs: Sequence[Pair]) -> list[Pair]:
    chosen: dict[int, Pair] = {}
    for one in sorted(pairs, key=lambda one: -one.like):
        chosen.setdefault(one.asked, one)
    return [chosen[place] for place in sorted(chosen)]


def _groups(film: Sequence[Cue], line: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Lines that follow each other, together."""
    group: list[Pair] = []
    for one in line:
        if group and film[one.asked].begin - max(film[before.asked].end for before in group) > _BETWEEN:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _tells(film: Sequence[Cue], known: Sequence[Cue], group: Sequence[Pair]) -> bool:
    """Whether it is no chance that two films have these lines in common: there is much of them, and little between
    them that one film alone says."""
    if sum(one.worth for one in group) < _WORTH or (len(group) == 1 and group[0].like < _ALONE):
        return False
    return all(
        sum(_letters(lines[place].letters) for place in chosen)
        >= _DENSE * sum(_letters(one.letters) for one in _within(lines, chosen))
        for lines, chosen in ((film, [one.asked for one in group]), (known, [one.known for one in group]))
    )


def _within(lines: Sequence[Cue], chosen: Sequence[int]) -> list[Cue]:
    """All that is said from the first to the last of some lines."""
    begin, end = min(lines[one].begin for one in chosen), max(lines[one].end for one in chosen)
    return [one for one in lines if begin <= (one.begin + one.end) / 2 <= end]


def _slice(film: Sequence[Cue], known: Sequence[Cue], group: Sequence[Pair]) -> list[Any]:
    mine, theirs = [film[one.asked] for one in group], [known[one.known] for one in group]
    like = sum(one.like * one.worth for one in group) / sum(one.worth for one in group)
    ends = [(min(one.begin for one in some), max(one.end for one in some)) for some in (mine, theirs)]
    said = ["\n".join(one.text for one in some)[:_MOST_TEXT] for some in (mine, theirs)]
    return [*(round(x, 3) for pair in ends for x in pair), round(like, 3), *said]
