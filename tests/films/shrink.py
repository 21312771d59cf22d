"""From a film that fails to the smallest recipe that still fails in the same way; and the table of what many films
told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from films.film import Film
from films.judge import Problem
from films.recipe import PROPERTIES, sensible
from films.trial import tried

Try = Callable[[Film, Sequence[str]], list[Problem]]


@dataclass
class Kind:
    """Films that fail in the same way: how many, the smallest of them, what it says."""

    film: Film
    problem: Problem
    count: int = 1


def problems(film: Film, wanted: Sequence[str]) -> list[Problem]:
    """What is wrong with a film; that it cannot be made, or that the product breaks down, is a complaint too."""
    try:
        return tried(film, wanted).problems
    except Exception as error:  # noqa: BLE001
        return [Problem("all", "broke", f"{type(error).__name__}: {error}")]


def special(film: Film) -> int:
    """How many properties are not plain."""
    plain = Film()
    return sum(getattr(film, p.name) != getattr(plain, p.name) for p in PROPERTIES)


def _steps(film: Film) -> list[Film]:
    """Simpler films: everything plain but a few, then one property after the other; container and codecs together, then
    alone."""
    plain = Film()
    names = [p.name for p in PROPERTIES if getattr(film, p.name) != getattr(plain, p.name)]
    boxes = [name for name in names if name in ("container", "video", "sound")]
    others = [name for name in names if name not in boxes]
    steps = [
        replace(film, **{n: getattr(plain, n) for n in half})
        for half in (others[: len(others) // 2], others[len(others) // 2 :])
        if len(half) > 1
    ]
    steps += [
        replace(film, **{n: getattr(plain, n) for n in (*boxes, *more)})
        for more in ((), ("matrix",), ("matrix", "range"), ("size", "matrix", "range"))
        if boxes
    ]
    steps += [
        replace(film, container=box, video=video, sound=sound)
        for box, video, sound in (("mkv", "h264", "aac"), ("ts", "h264", "aac"))
        if film.container != box and boxes
    ]
    return [
        step
        for step in (*steps, *(replace(film, **{n: getattr(plain, n)}) for n in reversed(names)))
        if sensible(step) and special(step) < special(film)
    ]


def shrunk(film: Film, problem: Problem, attempt: Try = problems, patience: int = 40) -> tuple[Film, Problem]:
    """The smallest film found that has a complaint of this kind about this output, and what it says."""
    known: set[Film] = {film}
    while patience > 0:
        for step in _steps(film):
            if step in known:
                continue
            known.add(step)
            patience -= 1
            same = [c for c in attempt(step, (problem.output,)) if (c.output, c.kind) == (problem.output, problem.kind)]
            if same:
                film, problem = step, same[0]
                break
            if patience <= 0:
                break
        else:
            break
    return film, problem


class Table:
    """Kinds of faults. A film whose complaint a known recipe explains (all that is special in the recipe is so in the
    film) counts there and is not shrunk."""

    def __init__(self, attempt: Try = problems):
        self.kinds: list[Kind] = []
        self.films = self.failed = 0
        self.attempt = attempt

    def add(self, film: Film, found: Sequence[Problem]) -> list[Kind]:
        """Count a film; the kinds that are new."""
        self.films += 1
        self.failed += bool(found)
        fresh: list[Kind] = []
        for kind, output in dict.fromkeys((c.kind, _group(c.output)) for c in found):
            problem = next(c for c in found if c.kind == kind and _group(c.output) == output)
            known = next(
                (
                    k
                    for k in self.kinds
                    if k.problem.kind == kind and _group(k.problem.output) == output and _explains(k.film, film)
                ),
                None,
            )
            if known:
                known.count += 1
                continue
            small, said = shrunk(film, problem, self.attempt) if problem.kind != "broke" else (film, problem)
            same = next(
                (
                    k
                    for k in self.kinds
                    if k.film == small and k.problem.kind == kind and _group(k.problem.output) == output
                ),
                None,
            )
            if same:
                same.count += 1
            else:
                fresh.append(Kind(small, said))
                self.kinds.append(fresh[-1])
        return fresh

    def __str__(self) -> str:
        lines = [f"{self.films} films, {self.failed} with faults, {len(self.kinds)} kinds"]
        for kind in sorted(self.kinds, key=lambda k: -k.count):
            lines.append(f"{kind.count:5}  {kind.film}  {kind.problem}")
        return "\n".join(lines)


def _group(output: str) -> str:
    return {
        "own": "package",
        "other": "package",
        "mp4": "file",
        "ts": "file",
        "flv": "file",
        "single": "still",
        "series": "still",
    }.get(output, output)


def _explains(small: Film, film: Film) -> bool:
    plain = Film()
    return all(getattr(small, p.name) in (getattr(plain, p.name), getattr(film, p.name)) for p in PROPERTIES)
