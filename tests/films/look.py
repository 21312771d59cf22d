"""Look at one film: `python -m films.look RECIPE [FOLDER]` makes it, puts it through the product, keeps all files and
prints what is wrong.

A recipe is JSON of what is not plain, as `films.recipe` writes it: '{"container": "ts", "bframes": 2}'; '{}' is the
plain film.
"""

import shutil
import sys
from pathlib import Path

from films.film import Film
from films.recipe import sensible
from films.trial import own_faults, tried


def main() -> int:
    film = Film.read(sys.argv[1])
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else "build/film")
    if not sensible(film):
        print("Some of this does not go together (films.recipe.PROPERTIES); trying all the same.")
    shutil.rmtree(folder, ignore_errors=True)
    trial = tried(film, keep=folder)
    for problem in own_faults(trial, next(folder.glob("film.*"))):
        print(f"source  {problem.kind}: {problem.text}")
    for name, output in trial.outputs.items():
        wrong = [c for c in trial.problems if c.output == name]
        how = (
            f"fails: {output.failure.code}: {output.failure.message}"
            if output.failure
            else f"{len(output.paths)} file(s)"
        )
        print(f"{name:7} {'wrong' if wrong else 'right'}  {how}")
        for problem in wrong:
            print(f"          {problem.kind}: {problem.text}")
    print(f"All files are in {folder.absolute()}")
    return bool(trial.problems)


if __name__ == "__main__":
    raise SystemExit(main())
