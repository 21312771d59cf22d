"""Draw films by chance and print what is wrong with them: `python -m films.drawn N [SEED] [SHARE]`. `./mill test
tests/films --films N` does the same.

SHARE is the part of the properties that are chosen freely, 0.3 unless told: few at once, so that one fault does not
hide the next.
"""

import random
import secrets
import sys
from collections.abc import Callable

from films.product import outputs
from films.recipe import draw
from films.shrink import Table, problems


def drawn(count: int, seed: int, share: float = 0.3, say: Callable[[str], None] = print) -> Table:
    """The table of so many films; each new kind is said as soon as it is found."""
    rng, table = random.Random(seed), Table()
    for number in range(count):
        film = draw(rng, share)
        for kind in table.add(film, problems(film, outputs(number))):
            say(f"[{seed}: {number + 1}/{count}] {kind.film}  {kind.problem}")
        if number % 50 == 49:
            say(f"[{seed}: {number + 1}/{count}] {table.failed} with faults")
    return table


def main() -> int:
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else secrets.randbelow(1_000_000)
    print(f"seed {seed}")
    table = drawn(count, seed, float(sys.argv[3]) if len(sys.argv) > 3 else 0.3, lambda text: print(text, flush=True))
    print(table)
    return bool(table.kinds)


if __name__ == "__main__":
    raise SystemExit(main())
